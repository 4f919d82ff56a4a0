//! Writing to a store, in the format that MLflow writes and with the refusals it has.
//!
//! Every file is written beside its place and moved there, so whoever reads sees the old or the new one whole.

pub(super) mod experiments;
mod files;
mod meta_edit;
pub(super) mod models;
pub(super) mod runs;
mod scalar;
pub(super) mod versions;

use std::time::{SystemTime, UNIX_EPOCH};

use flowdeck_domain::{Failure, FailureKind};

/// Milliseconds since the Unix epoch, by the clock of this machine.
fn now_millis() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .unwrap_or(0)
}

/// What MLflow says no to as well.
fn refused(message: String, hint: &str) -> Failure {
    Failure::new(FailureKind::InvalidInput, message).with_hint(hint.to_owned())
}

fn no_tag(key: &str, owner: &str) -> Failure {
    Failure::new(FailureKind::NotFound, format!("{owner} has no tag `{key}`"))
        .with_hint("see its tags with `get`")
}
