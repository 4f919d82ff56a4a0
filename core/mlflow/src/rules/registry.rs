use flowdeck_domain::registry::Stage;
use flowdeck_domain::tracking::Tag;
use flowdeck_domain::{ModelName, Result};

use super::{check_key, check_length, check_value, is_plain_path, refuse};

/// Characters in the value of a tag of a model or a version, `MAX_MODEL_REGISTRY_TAG_VALUE_LENGTH` of MLflow 3.
const REGISTRY_TAG_VALUE_LIMIT: usize = 100_000;
/// Characters in an alias, `MAX_REGISTERED_MODEL_ALIAS_LENGTH`.
const ALIAS_LIMIT: usize = 255;

/// Checks the name of a new registered model: it becomes a directory in file stores and a part of `models:/…`.
pub(crate) fn check_model_name(name: &ModelName) -> Result<()> {
    let (what, text) = ("model name", name.as_str());
    if text.trim().is_empty() {
        return refuse(what, text, "is empty", "give it a name");
    }
    if text.contains(['/', ':', '%']) {
        let hint = "leave out slashes, colons and percent signs";
        return refuse(what, text, "holds a character that MLflow refuses", hint);
    }
    if !is_plain_path(text) {
        return refuse(what, text, "is no name for a directory", "choose another one");
    }
    Ok(())
}

/// Checks a tag that is set on a registered model or a version.
pub(crate) fn check_registry_tag(tag: &Tag) -> Result<()> {
    check_tag_key(tag.key.as_str())?;
    check_value(tag, REGISTRY_TAG_VALUE_LIMIT)
}

/// Checks the key of a tag that is removed.
pub(crate) fn check_tag_key(key: &str) -> Result<()> {
    check_key("tag key", key)
}

/// Checks an alias that is looked up or removed: letters and digits of any script, underscores and dashes.
pub(crate) fn check_alias(alias: &str) -> Result<()> {
    if alias.is_empty() {
        return refuse("alias", alias, "is empty", "give it a name");
    }
    if !alias.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
        let hint = "use letters, digits, underscores and dashes";
        return refuse("alias", alias, "holds a character that MLflow refuses", hint);
    }
    check_length("alias", alias, ALIAS_LIMIT)
}

/// Checks an alias that is set: `latest` and `v1` mean versions already.
pub(crate) fn check_new_alias(alias: &str) -> Result<()> {
    check_alias(alias)?;
    let number = alias.strip_prefix(['v', 'V']).unwrap_or_default();
    let is_version = !number.is_empty() && number.chars().all(char::is_numeric);
    if is_version || alias.eq_ignore_ascii_case("latest") {
        let hint = "choose a name other than `latest` and `v1`, `v2`, …";
        return refuse("alias", alias, "is reserved by MLflow", hint);
    }
    Ok(())
}

/// Checks a transition: one of MLflow's four stages, and an active one where others are to be archived.
pub(crate) fn check_stage(stage: &Stage, archive_existing: bool) -> Result<()> {
    if let Stage::Other(word) = stage {
        let hint = "use None, Staging, Production or Archived";
        return refuse("stage", word, "is not one of MLflow's", hint);
    }
    if archive_existing && !stage.is_active() {
        let hint = "only a transition to Staging or Production can archive the versions that are there";
        return refuse("stage", stage.word(), "is not an active one", hint);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_mlflow_gives_models_pass_and_others_do_not() {
        for name in ["detector", "Größe 実験 (v2)", "a'b", "a.b", "x\"y"] {
            assert!(check_model_name(&name.into()).is_ok(), "{name}");
        }
        for name in ["", " ", "a/b", "a:b", "a%b", ".", "..", "..a"] {
            assert!(check_model_name(&name.into()).is_err(), "{name}");
        }
    }

    #[test]
    fn an_alias_that_means_a_version_cannot_be_set() {
        for alias in ["champion", "Challenger-2", "vision", "v", "größe", "latest2", "1"] {
            assert!(check_new_alias(alias).is_ok(), "{alias}");
        }
        for alias in ["", "a.b", "a b", "@x", "v1", "V22", "latest", "LATEST"] {
            assert!(check_new_alias(alias).is_err(), "{alias}");
        }
        assert!(check_alias("v1").is_ok());
        assert!(check_new_alias(&"x".repeat(256)).is_err());
    }

    #[test]
    fn only_an_active_stage_archives_the_versions_it_holds() {
        assert!(check_stage(&Stage::Production, true).is_ok());
        assert!(check_stage(&Stage::None, false).is_ok());
        assert!(check_stage(&Stage::Archived, true).is_err());
        assert!(check_stage(&Stage::from_word("live"), false).is_err());
    }
}
