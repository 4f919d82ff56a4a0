//! What is told of a task and of a run beside its name, in sections.

use flowdeck_client::pipelines::{
    Parameters, PipelineRun, PipelineSpec, RunSource, Task, TaskSource, TaskState, TaskTree, TaskValues,
};
use flowdeck_client::{PipelineVersionId, Timestamp, format};

use super::rows::took_ms;
use super::run_line::progress;
use super::task::task_summary;
use crate::clock::Clock;
use crate::status::{of_pipeline_run, of_task};
use crate::tone::Tone;

/// Facts under a title.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FactSection {
    /// What stands above them; nothing above the first.
    pub title: String,
    /// The facts.
    pub facts: Vec<LabelledFact>,
}

/// A label with its text.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelledFact {
    /// What it is.
    pub label: String,
    /// The text; several lines where it is JSON.
    pub text: String,
    /// What it means.
    pub tone: Tone,
}

/// Collects the facts that there are.
struct Facts(Vec<LabelledFact>);

impl Facts {
    fn new() -> Self {
        Self(Vec::new())
    }

    fn add(&mut self, label: &str, text: impl Into<String>) {
        self.toned(label, text, Tone::Plain);
    }

    fn toned(&mut self, label: &str, text: impl Into<String>, tone: Tone) {
        let text = text.into();
        if !text.is_empty() {
            self.0.push(LabelledFact {
                label: label.to_owned(),
                text,
                tone,
            });
        }
    }

    fn set(&mut self, label: &str, text: Option<impl Into<String>>) {
        if let Some(text) = text {
            self.add(label, text);
        }
    }

    fn under(self, title: &str) -> FactSection {
        FactSection {
            title: title.to_owned(),
            facts: self.0,
        }
    }
}

/// All that is known of a task.
pub fn task_facts(tree: &TaskTree, task: &Task, clock: &Clock, now: Timestamp) -> Vec<FactSection> {
    let badge = of_task(task.state);
    let mut facts = Facts::new();
    facts.toned("State", format!("{} {}", badge.symbol, badge.word), badge.tone);
    let tone = if task.state == TaskState::Failed {
        Tone::Bad
    } else {
        Tone::Plain
    };
    facts.toned("Why", task_summary(task), tone);
    let word = task.message.as_deref().unwrap_or_default();
    facts.add("Message", word);
    facts.set("Exit code", task.exit_code.map(|code| code.to_string()));
    facts.add("Place", tree.place(task));
    facts.add("Kind", kind_words(task));
    facts.set("Began", task.start_time.map(|at| clock.date_time(at)));
    facts.set("Ended", task.end_time.map(|at| clock.date_time(at)));
    facts.set("Took", took_ms(task, now).map(format::duration));
    facts.add("Waits for", task.depends_on.join(", "));
    facts.set("Pod", task.pod_name.as_ref().map(ToString::to_string));
    facts.set("Driver pod", task.driver_pod.as_ref().map(ToString::to_string));
    facts.add("Task ID", task.id.as_str());
    let mut sections = vec![facts.under("")];
    sections.extend(tries(task, clock));
    sections.extend(values("Inputs", &task.inputs));
    sections.extend(values("Outputs", &task.outputs));
    if sections.len() == 1 && task.kind.is_leaf() {
        sections.push(nothing_told(tree.source));
    }
    sections
}

/// Why neither inputs nor outputs are there.
fn nothing_told(source: TaskSource) -> FactSection {
    let mut facts = Facts::new();
    let why = match source {
        TaskSource::Details => {
            "The run's details name no inputs, outputs or pods; its workflow would, and the server has none."
        }
        TaskSource::None => "Nothing was reported of it yet.",
        _ => "None were reported of it.",
    };
    facts.toned("", why, Tone::Muted);
    facts.under("Inputs and outputs")
}

fn kind_words(task: &Task) -> String {
    let word = task.kind.word().to_lowercase().replace('_', " ");
    match (task.iteration_count, task.is_exit_task) {
        (Some(1), _) => format!("{word}, 1 time round"),
        (Some(count), _) => format!("{word}, {count} times round"),
        (None, true) => format!("{word}, runs in any case"),
        (None, false) => word,
    }
}

fn tries(task: &Task, clock: &Clock) -> Option<FactSection> {
    if task.attempts.len() < 2 {
        return None;
    }
    let mut facts = Facts::new();
    for (number, attempt) in task.attempts.iter().enumerate() {
        let badge = of_task(attempt.state);
        let took = attempt
            .start_time
            .zip(attempt.end_time)
            .map(|(start, end)| format::duration(end.millis_since(start)));
        let mut words = vec![format!("{} {}", badge.symbol, badge.word)];
        words.extend(attempt.start_time.map(|at| clock.time_of_day(at)));
        words.extend(took);
        words.extend(attempt.message.clone());
        words.extend(attempt.pod_name.as_ref().map(ToString::to_string));
        facts.toned(&format!("Try {}", number + 1), words.join("  "), badge.tone);
    }
    Some(facts.under("Tries"))
}

fn values(title: &str, values: &TaskValues) -> Option<FactSection> {
    let mut facts = Facts::new();
    for (name, value) in &values.parameters {
        facts.0.push(LabelledFact {
            label: name.clone(),
            text: plain(value),
            tone: Tone::Plain,
        });
    }
    for artifact in &values.artifacts {
        let of = &artifact.artifact;
        let mut words = vec![of.kind.word().to_owned()];
        words.extend(of.number.map(format::exact));
        words.extend(of.uri.clone());
        facts.0.push(LabelledFact {
            label: artifact.key.clone(),
            text: words.join("  "),
            tone: Tone::Accent,
        });
        for (key, value) in of.metadata.iter().filter(|(key, _)| !is_bookkeeping(key)) {
            facts.add(&format!("  {key}"), plain(value));
        }
    }
    (!facts.0.is_empty()).then(|| facts.under(title))
}

/// What the server keeps of artifacts for itself. Source: `backend/src/v2/metadata/client.go`.
fn is_bookkeeping(key: &str) -> bool {
    matches!(key, "display_name" | "store_session_info")
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// All that is known of a run but its tasks.
pub fn run_facts(
    run: &PipelineRun,
    spec: Option<&PipelineSpec>,
    clock: &Clock,
    now: Timestamp,
) -> Vec<FactSection> {
    let outcome = run.outcome();
    let badge = of_pipeline_run(&run.state, outcome.stopped);
    let mut facts = Facts::new();
    facts.toned("State", format!("{} {}", badge.symbol, badge.word), badge.tone);
    facts.add("Summary", outcome.summary);
    facts.set("Error", run.error.clone());
    facts.set(
        "Tasks over",
        progress(run).map(|(over, all)| format!("{over} of {all}")),
    );
    facts.set("Made", run.created_at.map(|at| clock.date_time(at)));
    facts.set(
        "Due",
        run.scheduled_at
            .filter(|at| Some(*at) != run.created_at)
            .map(|at| clock.date_time(at)),
    );
    facts.set("Ended", run.finished_at.map(|at| clock.date_time(at)));
    let going = run.started_at().map(|start| now.millis_since(start).max(0));
    let took = if run.state.is_terminal() {
        run.duration_ms()
    } else {
        going
    };
    facts.set("Took", took.map(format::duration));
    facts.add("Description", run.description.clone());
    facts.add("Run ID", run.id.as_str());
    let mut sections = vec![facts.under("")];
    sections.extend(given(&run.parameters, spec));
    sections.push(origin(run, spec));
    sections.extend(history(run, clock));
    sections
}

/// What was passed, and what is taken where nothing was.
fn given(parameters: &Parameters, spec: Option<&PipelineSpec>) -> Option<FactSection> {
    let mut facts = Facts::new();
    for (name, value) in parameters {
        facts.0.push(LabelledFact {
            label: name.clone(),
            text: plain(value),
            tone: Tone::Plain,
        });
    }
    let inputs = spec.into_iter().flat_map(PipelineSpec::form);
    for input in inputs.filter(|input| !parameters.contains_key(&input.name)) {
        if let Some(default) = &input.default {
            facts.toned(&input.name, format!("{}  (default)", plain(default)), Tone::Muted);
        }
    }
    (!facts.0.is_empty()).then(|| facts.under("Parameters"))
}

fn origin(run: &PipelineRun, spec: Option<&PipelineSpec>) -> FactSection {
    let mut facts = Facts::new();
    facts.set("Pipeline", spec.map(|spec| spec.name.clone()));
    match &run.source {
        RunSource::Version {
            pipeline_id,
            version_id,
        } => {
            facts.add("Pipeline ID", pipeline_id.as_str());
            facts.add(
                "Version ID",
                version_id
                    .as_ref()
                    .map_or("whichever was the latest", PipelineVersionId::as_str),
            );
        }
        RunSource::Package(_) => facts.add("Made from", "a package that came with the run"),
        RunSource::Unknown => {}
    }
    facts.set("Compiled by", spec.and_then(|spec| spec.sdk_version.clone()));
    facts.set(
        "Experiment ID",
        run.experiment_id.as_ref().map(ToString::to_string),
    );
    facts.set(
        "Schedule ID",
        run.recurring_run_id.as_ref().map(ToString::to_string),
    );
    facts.set("Service account", run.service_account.clone());
    facts.set("Pipeline root", run.pipeline_root.clone());
    if let Some(link) = &run.mlflow {
        facts.set("MLflow run", link.run_id.as_ref().map(ToString::to_string));
        facts.set("MLflow experiment", link.experiment_name.clone());
        if link.state == "PLUGIN_FAILED" {
            let why = link
                .message
                .clone()
                .unwrap_or_else(|| "it does not say why".to_owned());
            facts.toned("MLflow plugin", format!("failed: {why}"), Tone::Warning);
        }
    }
    let told_by = match run.tasks.source {
        TaskSource::None => "nothing yet",
        TaskSource::Details => "the run's details: states and times alone",
        TaskSource::TaskApi => "the server's task API",
        TaskSource::Workflow => "its Argo Workflow",
    };
    facts.toned("Told by", told_by, Tone::Muted);
    facts.under("Where it comes from")
}

fn history(run: &PipelineRun, clock: &Clock) -> Option<FactSection> {
    let mut facts = Facts::new();
    for change in &run.state_history {
        let at = change.at.map_or_else(|| "?".to_owned(), |at| clock.date_time(at));
        facts.add(change.state.word(), at);
    }
    (!facts.0.is_empty()).then(|| facts.under("States"))
}

#[cfg(test)]
mod tests {
    use flowdeck_client::pipelines::{ArtifactKind, Attempt, PipelineArtifact, TaskArtifact, TaskKind};
    use serde_json::json;

    use super::*;

    fn texts(sections: &[FactSection]) -> Vec<String> {
        let lines = sections.iter().flat_map(|section| {
            section
                .facts
                .iter()
                .map(|fact| format!("{}/{}: {}", section.title, fact.label, fact.text))
        });
        lines.collect()
    }

    #[test]
    fn a_task_tells_what_it_was_given_made_and_tried() {
        let mut task = Task::new("t".into(), "train", TaskKind::Runtime, TaskState::Succeeded);
        let attempt = |state| Attempt {
            state,
            pod_name: Some("pod-1".into()),
            start_time: Some(Timestamp(0)),
            end_time: Some(Timestamp(2_000)),
            exit_code: None,
            message: None,
        };
        task.attempts = vec![attempt(TaskState::Failed), attempt(TaskState::Succeeded)];
        task.inputs.parameters.insert("rows".to_owned(), json!(5));
        task.outputs.artifacts.push(TaskArtifact {
            key: "model".to_owned(),
            artifact: PipelineArtifact {
                id: None,
                name: "model".to_owned(),
                description: String::new(),
                kind: ArtifactKind::Model,
                uri: Some("s3://bucket/model".to_owned()),
                metadata: [
                    ("framework".to_owned(), json!("torch")),
                    ("display_name".to_owned(), json!("x")),
                ]
                .into(),
                number: None,
                created_at: None,
                namespace: None,
            },
        });
        let tree = TaskTree::ordered(vec![task.clone()], TaskSource::Workflow);
        let told = texts(&task_facts(&tree, &task, &Clock::utc(), Timestamp(0)));
        for line in [
            "Inputs/rows: 5",
            "Outputs/model: Model  s3://bucket/model",
            "Outputs/  framework: torch",
            "Tries/Try 1: ✗ FAILED  00:00:00  2.0 s  pod-1",
        ] {
            assert!(told.contains(&line.to_owned()), "{line} in {told:#?}");
        }
        assert!(!told.iter().any(|line| line.contains("display_name")));
    }

    #[test]
    fn who_tells_nothing_of_inputs_is_named() {
        let task = Task::new("t".into(), "train", TaskKind::Runtime, TaskState::Succeeded);
        let tree = TaskTree::ordered(vec![task.clone()], TaskSource::Details);
        let told = texts(&task_facts(&tree, &task, &Clock::utc(), Timestamp(0)));
        assert!(told.last().unwrap().contains("details"), "{told:#?}");
    }
}
