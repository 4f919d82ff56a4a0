//! What the teams registered: models with versions in every stage, and a prompt.

use flowdeck_domain::Timestamp;

use super::{DAY, MINUTE, Scene, assistant, credit, demand, surface};
use crate::record::{
    ExperimentRecord, LoggedModelRecord, ModelVersionRecord, Pairs, RegisteredModelRecord, VersionSource,
};

/// A registered model: where its versions come from, their stages from the first on, and its aliases.
struct Registered {
    name: &'static str,
    description: &'static str,
    experiment_id: i64,
    logged_name: &'static str,
    /// How many of its versions are older than MLflow 3, from a run's artifacts.
    from_runs: usize,
    stages: &'static [&'static str],
    aliases: &'static [(&'static str, i64)],
    team: &'static str,
}

const MODELS: [Registered; 4] = [
    Registered {
        name: surface::MODEL_NAME,
        description: "Sorts camera pictures of line 4 into six classes of surface defects.",
        experiment_id: surface::ID,
        logged_name: surface::MODEL_NAME,
        from_runs: 0,
        stages: &["Archived", "Archived", "Production", "Staging", "None"],
        aliases: &[("champion", 3), ("challenger", 4)],
        team: "vision",
    },
    Registered {
        name: credit::MODEL_NAME,
        description: "Probability of default within twelve months, retail book.\n\nApproved by **model risk**; see the tag `approval`.",
        experiment_id: credit::ID,
        logged_name: credit::MODEL_NAME,
        from_runs: 1,
        stages: &["Archived", "Archived", "Production", "Staging"],
        aliases: &[("champion", 3), ("shadow", 4)],
        team: "risk",
    },
    Registered {
        name: demand::MODEL_NAME,
        description: "Weekly units by SKU and region, eight weeks ahead.",
        experiment_id: demand::ID,
        logged_name: demand::MODEL_NAME,
        from_runs: 0,
        stages: &["Archived", "Production", "None"],
        aliases: &[("champion", 2)],
        team: "supply",
    },
    Registered {
        name: assistant::MODEL_NAME,
        description: "Answers support tickets in four languages.",
        experiment_id: assistant::ID,
        logged_name: assistant::MODEL_NAME,
        from_runs: 0,
        stages: &["None", "Archived", "Production", "None"],
        aliases: &[("champion", 3), ("canary", 4)],
        team: "assistant",
    },
];

pub(crate) fn models(scene: &Scene, experiments: &[ExperimentRecord]) -> Vec<RegisteredModelRecord> {
    let mut models: Vec<RegisteredModelRecord> = MODELS
        .iter()
        .filter_map(|registered| {
            let experiment = experiments
                .iter()
                .find(|experiment| experiment.id == registered.experiment_id)?;
            Some(registered.record(scene, experiment))
        })
        .collect();
    models.push(prompt(scene));
    models
}

impl Registered {
    fn record(&self, scene: &Scene, experiment: &ExperimentRecord) -> RegisteredModelRecord {
        let logged: Vec<&LoggedModelRecord> = experiment
            .logged_models
            .iter()
            .filter(|model| model.name == self.logged_name)
            .collect();
        let versions: Vec<ModelVersionRecord> = self
            .stages
            .iter()
            .enumerate()
            .map(|(index, stage)| {
                let model = index
                    .checked_sub(self.from_runs)
                    .and_then(|place| logged.get(place));
                self.version(experiment, model.copied(), index as i64 + 1, stage)
            })
            .collect();
        let created = versions
            .first()
            .map_or(scene.now, |version| version.creation_time);
        let updated = versions.iter().map(|version| version.last_updated_time).max();
        RegisteredModelRecord {
            name: self.name.to_owned(),
            description: self.description.to_owned(),
            creation_time: Timestamp(created.0 - MINUTE),
            last_updated_time: updated.unwrap_or(created),
            tags: Pairs::default().with("team", self.team).with("tier", "1"),
            aliases: self.aliases.to_vec(),
            versions,
        }
    }

    /// A version from a logged model, or else from the artifacts of the experiment's first run that kept a model.
    fn version(
        &self,
        experiment: &ExperimentRecord,
        logged: Option<&LoggedModelRecord>,
        version: i64,
        stage: &'static str,
    ) -> ModelVersionRecord {
        let (source, at) = match logged {
            Some(model) => (
                VersionSource::LoggedModel {
                    experiment_id: experiment.id,
                    model_id: model.id.clone(),
                    run_id: model.source_run_id.clone(),
                },
                model.last_updated_timestamp,
            ),
            None => run_source(experiment),
        };
        let created = Timestamp(at.0 + 20 * MINUTE);
        let moved = if stage == "None" { 0 } else { 2 * DAY };
        let mut tags = Pairs::default().with("validated", if stage == "None" { "pending" } else { "passed" });
        if stage == "Production" {
            tags.set("approval", format!("{}-{version:03}", self.team.to_uppercase()));
        }
        ModelVersionRecord {
            version,
            creation_time: created,
            last_updated_time: Timestamp(created.0 + moved),
            description: format!("Version {version} of {}, from `{}`.", self.name, experiment.name),
            user: "jonas".to_owned(),
            stage,
            source,
            tags,
        }
    }
}

fn run_source(experiment: &ExperimentRecord) -> (VersionSource, Timestamp) {
    let run = experiment
        .runs
        .iter()
        .filter(|run| run.files.iter().any(|file| file.path == "model/MLmodel"))
        .min_by_key(|run| run.end_time);
    let at = run
        .and_then(|run| run.end_time)
        .unwrap_or(experiment.creation_time);
    let run_id = run.map(|run| run.id.clone()).unwrap_or_default();
    let experiment_id = experiment.id;
    (
        VersionSource::RunArtifact {
            experiment_id,
            run_id,
        },
        at,
    )
}

/// A prompt with three versions, as MLflow keeps prompts: a registered model whose text is in its tags.
fn prompt(scene: &Scene) -> RegisteredModelRecord {
    const NAME: &str = "support-answer";
    const TEXTS: [(&str, &str, &str); 3] = [
        ("text", "Answer the ticket:\n{{ ticket }}", "first wording"),
        (
            "text",
            "You answer tickets of a shop. Be brief and true; say when you do not know.\n\nTicket: {{ ticket }}\nFacts: {{ facts }}",
            "facts from the retriever",
        ),
        (
            "chat",
            r#"[{"role": "system", "content": "You answer tickets of a shop in the customer's language."}, {"role": "user", "content": "{{ ticket }}"}]"#,
            "as a chat, in the customer's language",
        ),
    ];
    let versions: Vec<ModelVersionRecord> = TEXTS
        .iter()
        .enumerate()
        .map(|(index, (kind, text, message))| {
            let at = scene.days_ago(39.0 - 15.0 * index as f64);
            ModelVersionRecord {
                version: index as i64 + 1,
                creation_time: at,
                last_updated_time: at,
                description: (*message).to_owned(),
                user: "mei".to_owned(),
                stage: "None",
                source: VersionSource::Prompt,
                tags: Pairs::default()
                    .with("mlflow.prompt.is_prompt", "true")
                    .with("_mlflow_prompt_type", kind)
                    .with("mlflow.prompt.text", text),
            }
        })
        .collect();
    RegisteredModelRecord {
        name: NAME.to_owned(),
        description: TEXTS[0].2.to_owned(),
        creation_time: versions[0].creation_time,
        last_updated_time: versions[2].creation_time,
        tags: Pairs::default()
            .with("mlflow.prompt.is_prompt", "true")
            .with("_mlflow_experiment_ids", format!(",{},", assistant::ID))
            .with("team", "assistant"),
        aliases: vec![("production", 2), ("candidate", 3)],
        versions,
    }
}
