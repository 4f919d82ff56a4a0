//! A promotion as a person reads it before saying yes: who holds the target, who shall, and what that changes.

use flowdeck_client::promotion::{MetricPair, Preview, Side, SignatureComparison};
use flowdeck_client::registry::Stage;

use crate::clock::Clock;
use crate::format;
use crate::tone::Tone;

/// Width of a metric's value, in characters.
const NUMBER_WIDTH: usize = 11;

/// What is shown of a promotion.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PromotionView {
    /// `Promote detector 3 to Production`.
    pub title: String,
    /// `Production now`: the heading of the holder's column.
    pub holder_title: String,
    /// `Version 3`: the heading of the candidate's column.
    pub candidate_title: String,
    /// Where both come from.
    pub origin: Vec<PairRow>,
    /// Metrics, those that differ first.
    pub metrics: Vec<PairRow>,
    /// Params that differ.
    pub params: Vec<PairRow>,
    /// How many params are the same.
    pub same_params: usize,
    /// How the signatures agree.
    pub signature: Line,
    /// What the gates say; empty where there are none.
    pub gates: Vec<Line>,
    /// What will be done, in order.
    pub steps: Vec<String>,
    /// What a person should know beside.
    pub warnings: Vec<String>,
}

/// Something of both versions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PairRow {
    /// What it is.
    pub name: String,
    /// Of the version that holds the target; empty where there is none.
    pub holder: String,
    /// Of the candidate.
    pub candidate: String,
    /// `-0.0213 (-4.1 %)`; empty where nothing is to be said.
    pub change: String,
    /// Whether that is good.
    pub tone: Tone,
}

/// A sentence with its meaning.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// The sentence.
    pub text: String,
    /// What it means.
    pub tone: Tone,
}

impl PromotionView {
    /// What is shown of a preview.
    pub fn of(preview: &Preview, clock: &Clock) -> Self {
        let (candidate, holder) = (&preview.candidate, preview.holder.as_ref());
        let (same, params): (Vec<_>, Vec<_>) = preview
            .params
            .iter()
            .partition(|pair| pair.holder == pair.candidate);
        let mut metrics: Vec<_> = preview.metrics.iter().map(metric_row).collect();
        metrics.sort_by_key(|row| row.change.is_empty());
        Self {
            title: format!(
                "Promote {} {} to {}",
                preview.model, candidate.version.version, preview.target
            ),
            holder_title: match holder {
                Some(holder) => format!("{} now: version {}", preview.target, holder.version.version),
                None => format!("{} now: nobody", preview.target),
            },
            candidate_title: format!("version {}", candidate.version.version),
            origin: origin(candidate, holder, clock),
            metrics,
            params: params
                .into_iter()
                .map(|pair| PairRow {
                    name: pair.key.clone(),
                    holder: pair.holder.clone().unwrap_or_default(),
                    candidate: pair.candidate.clone().unwrap_or_default(),
                    ..PairRow::default()
                })
                .collect(),
            same_params: same.len(),
            signature: signature(&preview.signature),
            gates: preview
                .gates
                .iter()
                .map(|verdict| {
                    let word = if verdict.passed { "passed" } else { "FAILED" };
                    Line {
                        text: format!("{word}: {} ({})", verdict.gate, verdict.reason),
                        tone: if verdict.passed { Tone::Good } else { Tone::Bad },
                    }
                })
                .collect(),
            steps: preview.steps.iter().map(ToString::to_string).collect(),
            warnings: warnings(preview),
        }
    }
}

fn origin(candidate: &Side, holder: Option<&Side>, clock: &Clock) -> Vec<PairRow> {
    let row = |name: &str, of: &dyn Fn(&Side) -> String| PairRow {
        name: name.to_owned(),
        holder: holder.map(of).unwrap_or_default(),
        candidate: of(candidate),
        ..PairRow::default()
    };
    let run = |side: &Side| match (&side.run, &side.version.run_id) {
        (Some(run), _) => run.name().to_owned(),
        (None, Some(id)) => format!("{id}, not here"),
        (None, None) => "none".to_owned(),
    };
    let by = |side: &Side| {
        let of_run = side.run.as_ref().map(|run| run.info.user_id.to_string());
        side.version.user_id.clone().or(of_run).unwrap_or_default()
    };
    let made = |side: &Side| {
        let at = side.version.creation_timestamp;
        at.map(|at| clock.date_time(at)).unwrap_or_default()
    };
    let stage = |side: &Side| match &side.version.current_stage {
        Stage::None => String::new(),
        stage => stage.word().to_owned(),
    };
    let aliases = |side: &Side| {
        let aliases: Vec<_> = side
            .version
            .aliases
            .iter()
            .map(|alias| format!("@{alias}"))
            .collect();
        aliases.join(" ")
    };
    let mut rows = vec![
        row("registered", &made),
        row("run", &run),
        row("by", &by),
        row("stage", &stage),
        row("aliases", &aliases),
    ];
    rows.retain(|row| !row.holder.is_empty() || !row.candidate.is_empty());
    rows
}

fn metric_row(pair: &MetricPair) -> PairRow {
    let written = |value: Option<f64>| {
        value
            .map(|value| format::number(value, NUMBER_WIDTH))
            .unwrap_or_default()
    };
    let change = pair.delta().filter(|delta| *delta != 0.0).map(|delta| {
        let sign = if delta > 0.0 { "+" } else { "" };
        let delta_text = format!("{sign}{}", format::number(delta, NUMBER_WIDTH));
        match pair.holder {
            Some(from) if from != 0.0 && from.is_finite() && delta.is_finite() => {
                format!("{delta_text} ({sign}{:.1} %)", 100.0 * delta / from.abs())
            }
            _ => delta_text,
        }
    });
    let (word, tone) = match pair.is_better() {
        Some(true) => (" better", Tone::Good),
        Some(false) => (" worse", Tone::Bad),
        None => ("", Tone::Plain),
    };
    PairRow {
        name: pair.key.clone(),
        holder: written(pair.holder),
        candidate: written(pair.candidate),
        change: change.map(|change| format!("{change}{word}")).unwrap_or_default(),
        tone,
    }
}

fn signature(comparison: &SignatureComparison) -> Line {
    use flowdeck_client::promotion::Agreement;
    let (word, tone) = match comparison {
        SignatureComparison::NoHolder => ("", Tone::Muted),
        SignatureComparison::Unknown(_) => ("unknown: ", Tone::Warning),
        SignatureComparison::Known(Agreement::Equal, _) => ("", Tone::Good),
        SignatureComparison::Known(Agreement::Compatible, _) => ("compatible: ", Tone::Warning),
        SignatureComparison::Known(Agreement::Breaking, _) => ("breaking: ", Tone::Bad),
    };
    Line {
        text: format!("{word}{}", comparison.sentence()),
        tone,
    }
}

fn warnings(preview: &Preview) -> Vec<String> {
    let mut warnings = Vec::new();
    let version = &preview.candidate.version;
    if version.status != "READY" {
        warnings.push(format!("version {} is {}", version.version, version.status));
    }
    if let Some(stage) = &preview.empties {
        warnings.push(format!("nobody will hold {} afterwards", stage.word()));
    }
    if preview.steps.is_empty() {
        warnings.push(format!(
            "version {} has {} already",
            version.version, preview.target
        ));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use flowdeck_client::tracking::Goal;

    use super::*;

    fn pair(better: Option<Goal>, holder: Option<f64>, candidate: Option<f64>) -> MetricPair {
        MetricPair {
            key: "m".to_owned(),
            holder,
            candidate,
            better,
        }
    }

    #[test]
    fn a_change_of_a_metric_says_which_way_is_better() {
        let row = metric_row(&pair(Some(Goal::Min), Some(0.5), Some(0.4)));
        assert_eq!(
            (row.change.as_str(), row.tone),
            ("-0.1 (-20.0 %) better", Tone::Good)
        );
        let row = metric_row(&pair(Some(Goal::Max), Some(-2.0), Some(-4.0)));
        assert_eq!(
            (row.change.as_str(), row.tone),
            ("-2 (-100.0 %) worse", Tone::Bad)
        );
        let row = metric_row(&pair(None, Some(0.0), Some(1.0)));
        assert_eq!((row.change.as_str(), row.tone), ("+1", Tone::Plain));
        let row = metric_row(&pair(None, None, Some(1.0)));
        assert_eq!(
            (row.holder.as_str(), row.candidate.as_str(), row.change.as_str()),
            ("", "1", "")
        );
    }
}
