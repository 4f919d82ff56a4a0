//! Where flowdeck differs from MLflow's own reader on purpose, by the names of `docs/differences.md`.

use flowdeck_domain::port::StoreKind;
use serde_json::Value;

use crate::compare::{Difference, float};
use crate::subject::Subject;

/// One case in which MLflow's reader loses what the store holds.
struct Exemption {
    /// The heading in `docs/differences.md`.
    name: &'static str,
    /// Whether a difference is this one.
    covers: fn(&Subject, &Difference) -> bool,
}

const EXEMPTIONS: &[Exemption] = &[
    Exemption {
        name: "Infinity in SQL stores",
        covers: is_clamped_infinity,
    },
    Exemption {
        name: "The step of a metric logged with a dataset",
        covers: is_step_of_long_line,
    },
    Exemption {
        name: "Artifacts whose names need escaping",
        covers: is_unreadable_to_mlflow,
    },
    Exemption {
        name: "Logged models that a run used, in a list from a server",
        covers: is_left_out_of_lists,
    },
];

/// The differences that no exemption covers.
pub(crate) fn unexplained(subject: &Subject, differences: Vec<Difference>) -> Vec<Difference> {
    differences
        .into_iter()
        .filter(|difference| {
            !EXEMPTIONS
                .iter()
                .any(|exemption| (exemption.covers)(subject, difference))
        })
        .collect()
}

/// A SQL store writes the greatest finite number for infinity; we show infinity, MLflow that number.
fn is_clamped_infinity(subject: &Subject, difference: &Difference) -> bool {
    let pair = |infinite: f64, greatest: f64| {
        difference.ours == float(infinite) && difference.theirs == float(greatest)
    };
    subject.is_sql() && (pair(f64::INFINITY, f64::MAX) || pair(f64::NEG_INFINITY, f64::MIN))
}

/// A file store writes five fields for it, of which MLflow reads the step as 0.
fn is_step_of_long_line(subject: &Subject, difference: &Difference) -> bool {
    subject.kind == StoreKind::FileStore
        && subject.major() >= 3
        && difference.path.ends_with("/step")
        && difference.theirs == 0
}

/// MLflow's client lists a file with `%` or `#` in its name, yet cannot fetch it.
fn is_unreadable_to_mlflow(_: &Subject, difference: &Difference) -> bool {
    difference.path.starts_with("artifacts/")
        && difference.path.ends_with("/content")
        && difference.theirs.is_null()
}

/// `runs/search` of a server leaves them out, `runs/get` tells them. Local stores tell them in lists too.
fn is_left_out_of_lists(subject: &Subject, difference: &Difference) -> bool {
    subject.kind == StoreKind::Server
        && difference.path.starts_with("list/")
        && difference.path.ends_with("/model_inputs")
        && difference.ours == Value::Array(Vec::new())
}

#[test]
fn every_exemption_is_told_in_the_document_on_differences() {
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/differences.md");
    let told = std::fs::read_to_string(document).expect("docs/differences.md is there");
    for exemption in EXEMPTIONS {
        assert!(
            told.lines()
                .any(|line| line.starts_with('#') && line.trim_start_matches(['#', ' ']) == exemption.name),
            "docs/differences.md has no heading `{}`",
            exemption.name
        );
    }
}
