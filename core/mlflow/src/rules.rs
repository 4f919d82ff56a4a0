//! What MLflow accepts as names, keys and values, for writes to local stores.
//!
//! Lengths count characters. Source: `mlflow.utils.validation` of 3.18.0; older releases accept less (tag values of
//! 5,000 characters) or a little more (a blank experiment name), and read whatever is written by these rules.

mod registry;

pub(crate) use registry::{
    check_alias, check_model_name, check_new_alias, check_registry_tag, check_stage, check_tag_key,
};

use flowdeck_domain::tracking::Tag;
use flowdeck_domain::{Failure, FailureKind, Result};

/// Characters in the name of an experiment.
const EXPERIMENT_NAME_LIMIT: usize = 500;
/// Characters in the key of a tag, param or metric.
const KEY_LIMIT: usize = 250;
/// Characters in the value of an experiment's tag.
const EXPERIMENT_TAG_VALUE_LIMIT: usize = 20_000;
/// Characters in the value of a run's tag. MLflow cuts longer ones; we refuse rather than lose the end.
const RUN_TAG_VALUE_LIMIT: usize = 8_000;
/// Characters in the artifact location of an experiment, `MLFLOW_ARTIFACT_LOCATION_MAX_LENGTH`.
const ARTIFACT_LOCATION_LIMIT: usize = 2_048;

/// Checks the name of an experiment: not blank, not too long.
pub(crate) fn check_experiment_name(name: &str) -> Result<()> {
    if name.trim().is_empty() {
        return refuse("experiment name", name, "is empty", "give it a name");
    }
    check_length("experiment name", name, EXPERIMENT_NAME_LIMIT)
}

/// Checks the name of a run: MLflow takes any, and takes an empty one for none.
pub(crate) fn check_run_name(name: &str) -> Result<()> {
    if name.is_empty() {
        return refuse("run name", name, "is empty", "give it a name");
    }
    Ok(())
}

/// Checks a tag that is set on an experiment.
pub(crate) fn check_experiment_tag(tag: &Tag) -> Result<()> {
    check_key("tag key", tag.key.as_str())?;
    check_value(tag, EXPERIMENT_TAG_VALUE_LIMIT)
}

/// Checks a tag that is set on a run.
pub(crate) fn check_run_tag(tag: &Tag) -> Result<()> {
    check_key("tag key", tag.key.as_str())?;
    check_value(tag, RUN_TAG_VALUE_LIMIT)
}

/// Checks an artifact location that is given for a new experiment.
pub(crate) fn check_artifact_location(location: &str) -> Result<()> {
    if location.starts_with("runs:") {
        let hint = "give a directory or the URI of one";
        return refuse("artifact location", location, "is a runs:/ URI", hint);
    }
    check_length("artifact location", location, ARTIFACT_LOCATION_LIMIT)
}

/// Checks a key of a tag, param or metric: letters of any script, digits and `_ - . : /` and blanks, and a
/// path that stays where it is, since file stores make files of them.
fn check_key(what: &str, key: &str) -> Result<()> {
    let known = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | ':' | '/');
    if !key.chars().all(known) {
        let hint = "use letters, digits, underscores, dashes, dots, colons, slashes and blanks";
        return refuse(what, key, "holds a character that MLflow refuses", hint);
    }
    if !is_plain_path(key) {
        let hint = "leave out doubled, leading and trailing slashes and the parts . and ..";
        return refuse(what, key, "is not a path in its one form", hint);
    }
    check_length(what, key, KEY_LIMIT)
}

/// Whether Python's `posixpath.normpath` leaves the text as it is and it stays below where it starts.
fn is_plain_path(text: &str) -> bool {
    !text.is_empty()
        && text.split('/').all(|part| !matches!(part, "" | "." | ".."))
        && !text.starts_with("..")
}

fn check_value(tag: &Tag, limit: usize) -> Result<()> {
    check_length(&format!("value of tag `{}`", tag.key), &tag.value, limit)
}

fn check_length(what: &str, text: &str, limit: usize) -> Result<()> {
    let length = text.chars().count();
    if length <= limit {
        return Ok(());
    }
    Err(Failure::new(
        FailureKind::InvalidInput,
        format!("{what} is {length} characters long, and MLflow takes {limit}"),
    )
    .with_hint("shorten it"))
}

fn refuse(what: &str, text: &str, why: &str, hint: &str) -> Result<()> {
    Err(Failure::new(FailureKind::InvalidInput, format!("{what} `{text}` {why}")).with_hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(key: &str, value: &str) -> Tag {
        Tag {
            key: key.into(),
            value: value.to_owned(),
        }
    }

    #[test]
    fn keys_that_mlflow_takes_pass_and_others_do_not() {
        for key in [
            "a",
            "mlflow.note.content",
            "val/acc",
            "größe 2",
            "a-b_c:d",
            ".hidden",
            "a..b",
        ] {
            assert!(check_run_tag(&tag(key, "")).is_ok(), "{key}");
        }
        for key in [
            "", "a//b", "/a", "a/", ".", "..", "../a", "a/../b", "./a", "a#b", "a\nb", "..a", "a'b",
        ] {
            assert!(check_run_tag(&tag(key, "")).is_err(), "{key}");
        }
    }

    #[test]
    fn lengths_count_characters_rather_than_bytes() {
        assert!(check_run_tag(&tag(&"ü".repeat(250), &"ü".repeat(8_000))).is_ok());
        assert!(check_run_tag(&tag(&"ü".repeat(251), "")).is_err());
        assert!(check_run_tag(&tag("a", &"x".repeat(8_001))).is_err());
        assert!(check_experiment_tag(&tag("a", &"x".repeat(20_000))).is_ok());
        assert!(check_experiment_name(&"x".repeat(500)).is_ok());
        assert!(check_experiment_name(&"x".repeat(501)).is_err());
    }

    #[test]
    fn blank_experiment_names_and_locations_inside_runs_are_refused() {
        assert!(check_experiment_name(" \t").is_err());
        assert!(check_run_name("").is_err());
        assert!(check_run_name(" ").is_ok());
        assert!(check_artifact_location("runs:/abc/model").is_err());
        assert!(check_artifact_location("s3://bucket/path").is_ok());
    }
}
