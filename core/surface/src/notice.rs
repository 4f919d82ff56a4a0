//! What people are told of a failure: one sentence, and the way out.

use std::ops::Range;

use flowdeck_client::{Failure, FailureKind};

/// A sentence, then a hint if there is one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Notice {
    /// What failed, to what, and why; ends with a full stop.
    pub sentence: String,
    /// What to do about it; ends with a full stop.
    pub hint: Option<String>,
    /// The bytes of the input to put a caret under.
    pub span: Option<Range<usize>>,
}

impl Notice {
    /// A sentence without a hint.
    pub fn saying(sentence: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            hint: None,
            span: None,
        }
    }

    /// What is said of a failure.
    pub fn of(failure: &Failure) -> Self {
        let hint = failure.hint().or_else(|| usual_way_out(failure.kind()));
        Self {
            sentence: sentence(failure.message()),
            hint: hint.map(sentence),
            span: failure.span(),
        }
    }
}

/// What mostly helps, where a failure does not name its own way out.
fn usual_way_out(kind: FailureKind) -> Option<&'static str> {
    Some(match kind {
        FailureKind::SignIn => {
            "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN"
        }
        FailureKind::Permission => "ask the owner of the server for the right",
        FailureKind::Unreachable => "see that the server runs and that its address is right",
        FailureKind::Busy => "try again once the other program has finished writing",
        FailureKind::Damaged => "restore the file from a copy",
        FailureKind::Server => "look into the server's own log",
        FailureKind::NotFound => "see what is listed, and whether another store is meant",
        FailureKind::Unsupported => "use a store or a server of a newer MLflow",
        FailureKind::System => "see that it may be read and written, and that the disk is not full",
        FailureKind::InvalidInput | FailureKind::Refused | FailureKind::Interrupted => return None,
    })
}

/// Text as a sentence: a capital in front, a full stop behind.
fn sentence(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    let mut letters = text.chars();
    match letters.next() {
        // A quoted or dotted name at the start stays as it is spelled.
        Some(first) if first.is_lowercase() && !starts_with_a_name(text) => {
            format!("{}{}.", first.to_uppercase(), letters.as_str())
        }
        _ => format!("{text}."),
    }
}

/// Whether the first word is a file, a key or a host rather than a word of a sentence.
fn starts_with_a_name(text: &str) -> bool {
    let word = text
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .trim_end_matches([':', ',']);
    word.contains(['.', '/', '_', ':', '-']) || word.chars().any(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_reads_as_a_sentence_and_names_the_way_out() {
        let failure = Failure::new(FailureKind::Damaged, "cannot read mlflow.db: it is cut off");
        let notice = Notice::of(&failure);
        assert_eq!(notice.sentence, "Cannot read mlflow.db: it is cut off.");
        assert_eq!(notice.hint.as_deref(), Some("Restore the file from a copy."));
        let named = Failure::new(FailureKind::NotFound, "mlflow.db is not there.").with_hint("pass --store");
        let notice = Notice::of(&named);
        assert_eq!(
            (notice.sentence.as_str(), notice.hint.as_deref()),
            ("mlflow.db is not there.", Some("Pass --store."))
        );
    }
}
