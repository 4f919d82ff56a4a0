//! Which names MLflow gives to files, and which ids and keys may become part of a path.

/// Whether a key is one that MLflow would log: letters and digits of any script, `_ . - / : ` and blanks, and no
/// path that stands for another one. Source: MLflow `utils/validation.py`, `validate_param_and_metric_name`,
/// `path_not_unique`.
pub(super) fn is_key(key: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | ' ' | '/' | ':');
    key.chars().all(plain) && key.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// Whether an id names one entry directly below a directory, wherever the text came from.
pub(super) fn is_entry(id: &str) -> bool {
    !matches!(id, "" | "." | "..") && !id.contains(['/', '\\', '\0'])
}

/// Whether a directory of this name may be an experiment. Source: MLflow `utils/validation.py`,
/// `_EXPERIMENT_ID_REGEX`, and the directory of the registry, which lies beside them.
pub(super) fn is_experiment_id(name: &str) -> bool {
    starts_alphanumeric(name)
        && name.len() <= 64
        && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
        && name != "models"
}

/// Whether a directory of this name may be a run. Source: as above, `_RUN_ID_REGEX`, and the names that
/// experiments reserve.
pub(super) fn is_run_id(name: &str) -> bool {
    starts_alphanumeric(name)
        && name.len() <= 256
        && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
        && !matches!(name, "tags" | "datasets" | "traces" | "models")
}

fn starts_alphanumeric(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_leaves_its_folder_is_no_key() {
        for key in ["a", "val/acc", "mlflow.source.name", "a b:c-d_e", "über", "..."] {
            assert!(is_key(key), "{key}");
        }
        for key in [
            "", "..", "../x", "a/../b", "/a", "a/", "a//b", "./a", "a\\b", "a\0", "a~", "a\nb",
        ] {
            assert!(!is_key(key), "{key}");
        }
    }

    #[test]
    fn an_id_names_one_entry() {
        assert!(is_entry("tr-1 2"));
        for id in ["", ".", "..", "a/b", "../a", "a\\b", "a\0"] {
            assert!(!is_entry(id), "{id}");
        }
        assert!(is_experiment_id("0") && !is_experiment_id(".trash") && !is_experiment_id("models"));
        assert!(is_run_id("0af7") && !is_run_id("tags") && !is_run_id(".ipynb_checkpoints"));
    }
}
