//! What every answer is made of: states, cells, failures, topics.

use serde::{Deserialize, Serialize};

use crate::notice::Notice;
use crate::status::Badge;
use crate::tone::Tone;
use flowdeck_client::Failure;

/// What answers stand on, and what changes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Topic {
    /// Which store is open.
    Store,
    /// The configuration: contexts, keys.
    Contexts,
    /// The experiments of the store.
    Experiments,
    /// Its runs and all that they logged.
    Runs,
    /// Their files.
    Files,
    /// Registered models, their versions, the changes that were made to them.
    Registry,
    /// What happened to runs.
    Inbox,
}

/// What a page wants to be told from now on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(tag = "stream", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Follow {
    /// What has changed, in the store or in what was read of it: [`ChangeView`].
    Changes,
}

/// Something has changed.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChangeView {
    /// What.
    pub topics: Vec<Topic>,
}

/// A state: a symbol, a word and what it means.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BadgeView {
    /// One character.
    pub symbol: String,
    /// The word.
    pub word: String,
    /// What it means.
    pub tone: Tone,
}

impl From<Badge> for BadgeView {
    fn from(badge: Badge) -> Self {
        Self {
            symbol: badge.symbol.into(),
            word: badge.word,
            tone: badge.tone,
        }
    }
}

/// What stands in a cell, and what it means: a pair, as there are thousands of them.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Cell(pub String, pub Tone);

/// A key and what stands behind it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Pair {
    /// The key.
    pub key: String,
    /// What stands behind it.
    pub value: String,
    /// What it means.
    pub tone: Tone,
}

/// An action on its keys, as it is named in one scope.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ActionView {
    /// Its stable name: `runs.mark`.
    pub name: String,
    /// The title over the actions of its scope.
    pub scope: String,
    /// What it is called.
    pub title: String,
    /// The keys by name: `j`, `ctrl-d`, `enter`.
    pub keys: Vec<String>,
}

/// What failed, for people.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FailureView {
    /// The kind's stable word: `damaged`, `unreachable`, ...
    pub kind: String,
    /// What failed, to what, and why.
    pub sentence: String,
    /// The way out, where one is known.
    pub hint: Option<String>,
    /// First and last but one of the bytes of the input that are wrong, in UTF-8, for a caret under them.
    pub span_bytes: Option<(usize, usize)>,
}

impl From<&Failure> for FailureView {
    fn from(failure: &Failure) -> Self {
        let notice = Notice::of(failure);
        Self {
            kind: failure.kind().word().to_owned(),
            sentence: notice.sentence,
            hint: notice.hint,
            span_bytes: notice.span.map(|span| (span.start, span.end)),
        }
    }
}

#[cfg(test)]
mod tests {
    use flowdeck_client::FailureKind;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_failure_is_sent_as_a_sentence_with_its_way_out_and_the_place_of_the_fault() {
        let failure = Failure::new(FailureKind::Busy, "mlflow.db is held by a writer").at(3..5);
        let view = serde_json::to_value(FailureView::from(&failure)).expect("plain JSON");
        assert_eq!(
            view,
            json!({
                "kind": "busy",
                "sentence": "mlflow.db is held by a writer.",
                "hint": "Try again once the other program has finished writing.",
                "span_bytes": [3, 5],
            })
        );
    }
}
