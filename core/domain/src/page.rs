//! One page of a long answer.

use std::sync::Arc;

/// Where the next page starts. Opaque: only the store that gave it can read it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PageToken(pub Arc<str>);

/// Some of the things asked for, in the order asked for.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// What was found.
    pub items: Vec<T>,
    /// Where to go on; none after the last page.
    pub next: Option<PageToken>,
    /// What was passed over while reading, one sentence each.
    pub warnings: Vec<Warning>,
}

impl<T> Page<T> {
    /// The only page of an answer.
    pub fn whole(items: Vec<T>) -> Self {
        Self {
            items,
            next: None,
            warnings: Vec::new(),
        }
    }

    /// The same page with each item turned into another.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            next: self.next,
            warnings: self.warnings,
        }
    }
}

/// Something that was skipped or may be incomplete, as one sentence that names it.
///
/// `run directory mlruns/0/abc: meta.yaml is malformed, skipped`
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub struct Warning(pub Arc<str>);

impl Warning {
    /// A warning that says this sentence.
    pub fn new(sentence: impl Into<Arc<str>>) -> Self {
        Self(sentence.into())
    }
}
