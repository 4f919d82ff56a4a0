use flowdeck_client::registry::{ModelAlias, ModelVersion, Stage};
use flowdeck_client::tracking::{Experiment, Run};
use flowdeck_client::{ModelId, RunId, Timestamp};

use super::{one_line, own_tags, rank};
use crate::clock::Clock;
use crate::status::Badge;
use crate::tone::Tone;

/// The tag of a prompt's version that holds its text. MLflow 3.
const PROMPT_TEXT_TAG: &str = "mlflow.prompt.text";

/// One version, as a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VersionLine {
    /// Its number.
    pub version: String,
    /// The stage it holds; empty where it holds none.
    pub stage: String,
    /// What the stage means.
    pub stage_tone: Tone,
    /// `@champion @eu`.
    pub aliases: String,
    /// `READY` and so on.
    pub status: Badge,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Who made it.
    pub by: String,
    /// Tags that people set.
    pub tags: String,
    /// Its description, on one line; of a prompt its text.
    pub description: String,
}

/// The lines of versions, the newest first.
pub fn version_lines(versions: &[ModelVersion]) -> Vec<VersionLine> {
    let mut all: Vec<&ModelVersion> = versions.iter().collect();
    all.sort_by_key(|version| std::cmp::Reverse(rank(&version.version)));
    let line = |version: &ModelVersion| VersionLine {
        version: version.version.to_string(),
        stage: stage_word(&version.current_stage).to_owned(),
        stage_tone: stage_tone(&version.current_stage),
        aliases: aliases(version),
        status: status(version),
        created: version.creation_timestamp,
        by: version.user_id.clone().unwrap_or_default(),
        tags: own_tags(&version.tags),
        description: one_line(prompt_text(version).or(version.description.as_deref())),
    };
    all.into_iter().map(line).collect()
}

/// The text of a prompt's version; none of a model.
pub fn prompt_text(version: &ModelVersion) -> Option<&str> {
    let found = version
        .tags
        .iter()
        .find(|tag| tag.key.as_str() == PROMPT_TEXT_TAG)?;
    Some(&found.value)
}

/// What a version hangs together with, as far as it could be found.
#[derive(Clone, Debug, Default)]
pub struct VersionKin {
    /// The run that made it.
    pub run: Option<Run>,
    /// The experiment of that run.
    pub experiment: Option<Experiment>,
    /// The aliases of its model.
    pub aliases: Vec<ModelAlias>,
}

/// Where a fact of a version leads.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Lineage {
    /// To the run that made it.
    Run(RunId),
    /// To the experiment of that run.
    Experiment,
    /// To the logged model it was made from.
    LoggedModel(ModelId),
}

/// One thing worth knowing of a version.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VersionFact {
    /// What it is.
    pub label: String,
    /// Its text, perhaps of several lines.
    pub text: String,
    /// What it means.
    pub tone: Tone,
    /// Where it leads.
    pub lineage: Option<Lineage>,
    /// The key of the tag that it is.
    pub tag: Option<String>,
}

/// The facts of a version, what matters most first; what it does not have is left out. Its tags come last.
pub fn version_facts(version: &ModelVersion, kin: Option<&VersionKin>, clock: &Clock) -> Vec<VersionFact> {
    let mut facts = Vec::new();
    let mut add = |label: &str, text: Option<String>, tone: Tone, lineage: Option<Lineage>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            facts.push(VersionFact {
                label: label.to_owned(),
                text,
                tone,
                lineage,
                tag: None,
            });
        }
    };
    let badge = status(version);
    add("Status", Some(badge.word), badge.tone, None);
    add("Message", version.status_message.clone(), Tone::Warning, None);
    let stage = stage_word(&version.current_stage).to_owned();
    add("Stage", Some(stage), stage_tone(&version.current_stage), None);
    add("Aliases", Some(aliases(version)), Tone::Accent, None);
    add("Description", version.description.clone(), Tone::Plain, None);
    add("Text", prompt_text(version).map(str::to_owned), Tone::Plain, None);
    let run = kin.and_then(|kin| kin.run.as_ref());
    if let Some(id) = &version.run_id {
        let (text, leads) = match (run, kin) {
            (Some(run), _) => (run.name().to_owned(), true),
            (None, Some(_)) => (format!("{id}, not in this store"), false),
            (None, None) => (id.to_string(), true),
        };
        let text = if text.is_empty() { id.to_string() } else { text };
        let tone = if leads { Tone::Accent } else { Tone::Muted };
        add("Run", Some(text), tone, leads.then(|| Lineage::Run(id.clone())));
    }
    let experiment = kin.and_then(|kin| kin.experiment.as_ref());
    add(
        "Experiment",
        experiment.map(|one| one.name.clone()),
        Tone::Accent,
        Some(Lineage::Experiment),
    );
    if let Some(id) = &version.model_id {
        let lineage = Lineage::LoggedModel(id.clone());
        add("Logged model", Some(id.to_string()), Tone::Accent, Some(lineage));
    }
    add("Run link", version.run_link.clone(), Tone::Plain, None);
    let moment = |at: Option<Timestamp>| at.map(|at| clock.date_time(at));
    add("Created", moment(version.creation_timestamp), Tone::Plain, None);
    add(
        "Changed",
        moment(version.last_updated_timestamp),
        Tone::Plain,
        None,
    );
    add("By", version.user_id.clone(), Tone::Plain, None);
    add("Source", version.source.clone(), Tone::Plain, None);
    add("Stored at", version.storage_location.clone(), Tone::Plain, None);
    let is_text = |key: &str| key == PROMPT_TEXT_TAG;
    let tags = version.tags.iter().filter(|tag| !is_text(tag.key.as_str()));
    facts.extend(tags.map(|tag| VersionFact {
        label: format!("Tag {}", tag.key),
        text: tag.value.clone(),
        tone: Tone::Plain,
        lineage: None,
        tag: Some(tag.key.to_string()),
    }));
    facts
}

fn aliases(version: &ModelVersion) -> String {
    let all: Vec<_> = version.aliases.iter().map(|alias| format!("@{alias}")).collect();
    all.join(" ")
}

fn stage_word(stage: &Stage) -> &str {
    match stage {
        Stage::None => "",
        stage => stage.word(),
    }
}

fn stage_tone(stage: &Stage) -> Tone {
    match stage {
        Stage::Production => Tone::Good,
        Stage::Staging => Tone::Active,
        Stage::None | Stage::Archived => Tone::Muted,
        Stage::Other(_) => Tone::Plain,
    }
}

/// How a version stands. Source: MLflow, `ModelVersionStatus`.
fn status(version: &ModelVersion) -> Badge {
    let (symbol, tone) = match version.status.as_str() {
        "READY" => ('✓', Tone::Good),
        "PENDING_REGISTRATION" => ('▶', Tone::Active),
        "FAILED_REGISTRATION" => ('✗', Tone::Bad),
        _ => ('?', Tone::Warning),
    };
    Badge {
        symbol,
        word: version.status.clone(),
        tone,
    }
}
