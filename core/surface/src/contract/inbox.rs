//! What happened to runs, and how the store stands.

use serde::Serialize;

use crate::tone::Tone;

/// How the store stands, for the head of every page.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StandingView {
    /// `offline · data of 14:02`, where the server is out of reach and what was kept is shown.
    pub offline: Option<String>,
    /// Items of the inbox that nobody has read.
    pub n_new: usize,
}

/// What happened to runs since the last look.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct InboxView {
    /// The latest first.
    pub items: Vec<InboxItem>,
    /// How many nobody has read.
    pub n_new: usize,
    /// Whether the first look is still under way.
    pub is_looking: bool,
}

/// Something that happened to a run.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct InboxItem {
    /// The run.
    pub run: String,
    /// What the run is called.
    pub name: String,
    /// `FAILED`.
    pub word: String,
    /// What that means.
    pub tone: Tone,
    /// What happened, as a sentence without the run.
    pub sentence: String,
    /// When.
    pub at: String,
    /// Whether nobody has read it.
    pub is_new: bool,
}

/// What was done, as a sentence.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SaidView {
    /// It.
    pub said: String,
}
