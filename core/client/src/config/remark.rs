use std::fmt;

use flowdeck_domain::{Failure, FailureKind, Warning};

/// What is wrong with an entry: file, line, key, and what is expected. It never repeats a value, which may be a secret
/// that stands in the wrong place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Remark {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) message: String,
}

impl Remark {
    /// The line of the file, from 1.
    pub fn line(&self) -> usize {
        self.line
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}: {}", self.file, self.line, self.message)
    }
}

impl From<Remark> for Warning {
    fn from(remark: Remark) -> Self {
        Self::new(remark.to_string())
    }
}

impl From<Remark> for Failure {
    fn from(remark: Remark) -> Self {
        Self::new(FailureKind::InvalidInput, remark.to_string())
            .with_hint("mend that line; docs/configuration.md lists every key")
    }
}
