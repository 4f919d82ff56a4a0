//! Which store is open, and the ways to another.

use serde::{Deserialize, Serialize};

use super::FailureView;
use crate::tone::Tone;

/// Which flowdeck this is.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AboutView {
    /// `flowdeck`.
    pub name: String,
    /// `0.1.0`.
    pub version: String,
}

/// The store that is open, or where one was looked for.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StartView {
    /// The store that is open.
    pub store: Option<StoreView>,
    /// Why none is, where one was named.
    pub failure: Option<FailureView>,
    /// The places that were looked at, in order.
    pub looks: Vec<LookedAt>,
    /// The contexts of the configuration.
    pub contexts: Vec<ContextView>,
    /// What was passed over in the configuration, a sentence each.
    pub warnings: Vec<String>,
    /// Whether a demo can be opened.
    pub has_demo: bool,
}

/// The store that answers.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StoreView {
    /// Its URI or path, without any secret.
    pub uri: String,
    /// The last part of it, short enough for a headline.
    pub short: String,
    /// `SQLite store`, `File store` or `Tracking server`.
    pub kind: String,
    /// Where it was found: `the current directory`.
    pub found: String,
    /// The context that it is reached by.
    pub context: Option<String>,
    /// What may be done in it, where that is not everything: `read-only`.
    pub limits: String,
    /// Whether nothing may be changed in it.
    pub read_only: bool,
    /// The word that has to be typed before something is destroyed in it: the name of a production context.
    pub confirm: Option<String>,
}

/// A place that was looked at.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LookedAt {
    /// The place.
    pub place: String,
    /// What was there.
    pub outcome: String,
}

/// A context as a line.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ContextView {
    /// What it is called.
    pub name: String,
    /// Whether its store is open.
    pub is_open: bool,
    /// Whether it is used where none is named.
    pub is_current: bool,
    /// Where its runs are, or why it cannot be used.
    pub place: String,
    /// How one signs in.
    pub sign_in: String,
    /// What may be done in it, where that is not everything.
    pub limits: String,
    /// What its state means.
    pub tone: Tone,
}

/// A field of the form for a context.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ContextFieldView {
    /// What stands over it.
    pub label: String,
    /// What stands in it at first.
    pub value: String,
    /// What it can be, where that is not any text.
    pub options: Vec<String>,
}

/// Which store to open.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(tag = "what", content = "name", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum OpenRequest {
    /// A path or an address, as `--store` takes it.
    Store(String),
    /// That of a context.
    Context(String),
    /// The demo.
    Demo,
}
