//! What screens beyond this process are sent: view-models as JSON, and the requests that ask for them.
//!
//! The front end's `contract.ts` is generated from these types; a test holds it to them.

use serde::{Deserialize, Serialize};

use crate::notice::Notice;
use crate::status::Badge;
use crate::tone::Tone;
use flowdeck_client::Failure;

/// What a screen asks for.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(tag = "method", content = "params", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Request {
    /// Which flowdeck this is: [`AboutView`].
    About,
    /// The experiments of the store that was found, deleted ones among them: [`ExperimentsView`].
    Experiments,
}

/// Which flowdeck this is.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AboutView {
    /// `flowdeck`.
    pub name: String,
    /// `0.1.0`.
    pub version: String,
}

/// The experiments page.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ExperimentsView {
    /// The store they are in.
    pub store: StoreView,
    /// The experiments, in the store's order.
    pub experiments: Vec<ExperimentRow>,
    /// What was passed over while reading, a sentence each.
    pub warnings: Vec<String>,
}

/// The store that answers.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StoreView {
    /// Its URI or path, without any secret.
    pub uri: String,
    /// `SQLite store`, `File store` or `Tracking server`.
    pub kind: String,
    /// Where it was found: `the current directory`.
    pub found: String,
}

/// One experiment as a row.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ExperimentRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it stands.
    pub lifecycle: BadgeView,
    /// When it last changed, as a clock time in the zone of this machine; unknown in old stores.
    pub last_update: Option<String>,
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
}

impl From<&Failure> for FailureView {
    fn from(failure: &Failure) -> Self {
        let notice = Notice::of(failure);
        Self {
            kind: failure.kind().word().to_owned(),
            sentence: notice.sentence,
            hint: notice.hint,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use flowdeck_client::FailureKind;
    use serde_json::json;
    use ts_rs::{Config, TS};

    use super::*;

    #[test]
    fn requests_are_read_by_their_method_and_others_are_refused() {
        let read = |json| serde_json::from_value::<Request>(json).ok();
        assert_eq!(read(json!({"method": "about"})), Some(Request::About));
        assert_eq!(read(json!({"method": "experiments"})), Some(Request::Experiments));
        assert_eq!(read(json!({"method": "rm"})), None);
        assert_eq!(read(json!("about")), None);
    }

    #[test]
    fn a_failure_is_sent_as_a_sentence_with_its_way_out() {
        let failure = Failure::new(FailureKind::Busy, "mlflow.db is held by a writer");
        let view = serde_json::to_value(FailureView::from(&failure)).expect("plain JSON");
        assert_eq!(
            view,
            json!({
                "kind": "busy",
                "sentence": "mlflow.db is held by a writer.",
                "hint": "Try again once the other program has finished writing.",
            })
        );
    }

    /// Everything that crosses the border, as TypeScript.
    fn bindings() -> String {
        let config = Config::new().with_large_int("number");
        let types = [
            Request::decl(&config),
            AboutView::decl(&config),
            ExperimentsView::decl(&config),
            StoreView::decl(&config),
            ExperimentRow::decl(&config),
            BadgeView::decl(&config),
            Tone::decl(&config),
            FailureView::decl(&config),
        ];
        let mut text = "// Generated from core/surface by `cargo xtask bindings`. Do not edit.\n".to_owned();
        for declared in types {
            text.push_str(&format!("\nexport {declared}\n"));
        }
        text
    }

    #[test]
    fn the_front_end_has_the_types_of_today() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../frontend/src/platform/contract.ts");
        if std::env::var_os("FLOWDECK_WRITE_BINDINGS").is_some() {
            std::fs::write(&path, bindings()).expect("the front end lies beside");
        }
        let committed = std::fs::read_to_string(&path).expect("the front end lies beside");
        assert_eq!(committed, bindings(), "run `cargo xtask bindings`");
    }
}
