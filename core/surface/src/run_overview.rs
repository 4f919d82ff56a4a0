//! What is worth knowing of a run beside its metrics and params.

use flowdeck_client::tracking::{Lifecycle, Run};
use flowdeck_client::{Timestamp, format};

use crate::clock::Clock;
use crate::status;
use crate::tone::Tone;

/// One thing worth knowing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fact {
    /// What it is.
    pub label: &'static str,
    /// Its text, perhaps of several lines.
    pub text: String,
    /// What it means.
    pub tone: Tone,
}

/// Tags of the system that people ask for, with what they are called. Source: MLflow, `mlflow_tags.py`.
const TAGS: [(&str, &str); 8] = [
    ("Source", "mlflow.source.name"),
    ("Source type", "mlflow.source.type"),
    ("Git commit", "mlflow.source.git.commit"),
    ("Git branch", "mlflow.source.git.branch"),
    ("Parent run", "mlflow.parentRunId"),
    ("Git repository", "mlflow.source.git.repoURL"),
    ("Entry point", "mlflow.project.entryPoint"),
    ("Autologging", "mlflow.autologging"),
];

/// The facts of a run, what matters most first; what it does not have is left out.
pub fn facts(run: &Run, clock: &Clock) -> Vec<Fact> {
    let info = &run.info;
    let badge = status::of_run(&info.status);
    let moment = |at: Option<Timestamp>| at.map(|at| clock.date_time(at));
    let mut facts = vec![Fact {
        label: "Status",
        text: badge.word,
        tone: badge.tone,
    }];
    let mut add = |label, text: Option<String>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            let tone = Tone::Plain;
            facts.push(Fact { label, text, tone });
        }
    };
    add("Note", run.note().map(str::to_owned));
    add("Started", moment(info.start_time));
    add("Ended", moment(info.end_time));
    add("Duration", info.duration_ms().map(format::duration));
    add(
        "Lifecycle",
        (info.lifecycle == Lifecycle::Deleted).then(|| "deleted".to_owned()),
    );
    add("User", Some(info.user_id.to_string()));
    add("Run ID", Some(info.id.to_string()));
    add("Experiment", Some(info.experiment_id.to_string()));
    for input in &run.datasets {
        let dataset = &input.dataset;
        let context = input
            .context()
            .map(|context| format!(" for {context}"))
            .unwrap_or_default();
        add(
            "Dataset",
            Some(format!("{} {}{context}", dataset.name, dataset.digest)),
        );
    }
    for (label, key) in TAGS {
        add(label, run.tag(key).map(str::to_owned));
    }
    for output in &run.model_outputs {
        add(
            "Logged model",
            Some(format!("{} at step {}", output.model_id, output.step)),
        );
    }
    add("Artifacts", Some(info.artifact_uri.clone()));
    facts
}
