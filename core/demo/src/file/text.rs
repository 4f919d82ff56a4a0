//! Text: configuration, logs and tables.

use serde_json::{Value, json};

use flowdeck_domain::Timestamp;

use crate::record::{Pairs, RunRecord};

/// The params as a configuration file, `a/b` nested one level.
pub(crate) fn yaml(params: &Pairs) -> String {
    let mut text = String::new();
    let mut section = "";
    for (key, value) in &params.0 {
        let (head, rest) = key.split_once('/').unwrap_or(("", key));
        if head != section && !head.is_empty() {
            text.push_str(&format!("{head}:\n"));
        }
        section = head;
        let indent = if head.is_empty() { "" } else { "  " };
        text.push_str(&format!("{indent}{rest}: {}\n", yaml_scalar(value)));
    }
    text
}

fn yaml_scalar(value: &str) -> String {
    let plain = value
        .chars()
        .all(|letter| letter.is_alphanumeric() || "._-/+ ".contains(letter));
    if plain && !value.is_empty() {
        value.to_owned()
    } else {
        json!(value).to_string()
    }
}

/// What the training script printed: one line for every `stride`-th point of a run's first metric.
pub(crate) fn training_log(run: &RunRecord, stride: usize) -> String {
    let mut text = format!(
        "{} INFO  trainer: run {} started\n",
        clock(run.start_time),
        run.name
    );
    let Some(lead) = run.metrics.first() else {
        return text;
    };
    for point in lead.points.iter().step_by(stride.max(1)) {
        text.push_str(&log_line(point.timestamp, point.step, &lead.key, point.value));
    }
    text
}

/// One line of such a log.
pub(crate) fn log_line(at: Timestamp, step: i64, key: &str, value: f64) -> String {
    let level = if value.is_finite() { "INFO " } else { "ERROR" };
    format!("{} {level} trainer: step={step} {key}={value:.5}\n", clock(at))
}

/// A time of day, as logs write it.
pub(crate) fn clock(at: Timestamp) -> String {
    let seconds = at.0.div_euclid(1_000).rem_euclid(86_400);
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!(
        "{hours:02}:{minutes:02}:{:02}.{:03}",
        seconds % 60,
        at.0.rem_euclid(1_000)
    )
}

/// A table with a header, comma-separated.
pub(crate) fn csv(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = header.join(",");
    text.push('\n');
    for row in rows {
        text.push_str(&row.join(","));
        text.push('\n');
    }
    text
}

/// A table as `mlflow.log_table` writes it: `{"columns": [...], "data": [[...]]}`.
pub(crate) fn logged_table(columns: &[&str], data: &[Vec<Value>]) -> String {
    json!({"columns": columns, "data": data}).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_nested_by_its_slashes() {
        let params = Pairs::default()
            .with("model", "resnet18")
            .with("optimizer/lr", 0.003)
            .with("optimizer/name", "adamw")
            .with("prompt", "a: b");
        assert_eq!(
            yaml(&params),
            "model: resnet18\noptimizer:\n  lr: 0.003\n  name: adamw\nprompt: \"a: b\"\n"
        );
    }
}
