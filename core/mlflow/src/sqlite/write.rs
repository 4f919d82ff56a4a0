//! What is written: the same rows as MLflow writes, each change within one transaction of the caller's.
//!
//! Source: `mlflow.store.tracking.sqlalchemy_store` of 3.18.0. One thing differs on purpose: MLflow 3 deletes the
//! assessments that a deleted run made, which no restore brings back; here they stay.

mod experiments;
pub(super) mod registry;
mod runs;

pub(super) use experiments::{
    Place, create_experiment, delete_experiment, delete_experiment_tag, rename_experiment,
    restore_experiment, set_experiment_tag,
};
pub(super) use runs::{delete_run, delete_run_tag, rename_run, restore_run, set_run_tag};

use std::time::{SystemTime, UNIX_EPOCH};

use flowdeck_domain::{Failure, FailureKind};

/// Now, in milliseconds since the Unix epoch.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn refused(message: String, hint: &str) -> Failure {
    Failure::new(FailureKind::InvalidInput, message).with_hint(hint.to_owned())
}

fn no_tag(key: &str, owner: &str) -> Failure {
    Failure::new(FailureKind::NotFound, format!("{owner} has no tag `{key}`"))
        .with_hint("see its tags with `get`")
}
