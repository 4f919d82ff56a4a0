//! How people name what logged artifacts: a run, a logged model, a model version.

use flowdeck_domain::artifact::ArtifactPath;
use flowdeck_domain::{ModelId, Result, RunId};

use crate::version_reference::VersionReference;

/// Whose artifacts are meant, and where below their root to start.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ArtifactReference {
    /// A run id, or `runs:/RUN/path`.
    Run(RunId, ArtifactPath),
    /// `m-…` or `models:/m-…`.
    LoggedModel(ModelId),
    /// `NAME@ALIAS`, `models:/NAME/VERSION` or `models:/NAME@ALIAS`.
    Version(VersionReference),
}

impl ArtifactReference {
    /// Reads a reference; what has none of the forms is the id of a run.
    ///
    /// # Errors
    /// `models:/` with something else behind it, and a path that leaves its root.
    pub fn parse(text: &str) -> Result<Self> {
        let behind = |scheme| {
            text.strip_prefix(scheme)
                .map(|rest: &str| rest.trim_start_matches('/'))
        };
        if let Some(rest) = behind("runs:/") {
            let (run, path) = rest.split_once('/').unwrap_or((rest, ""));
            return Ok(Self::Run(run.into(), ArtifactPath::parse(path)?));
        }
        if let Some(id) = behind("models:/").or(Some(text)).filter(|id| is_model_id(id)) {
            return Ok(Self::LoggedModel(id.into()));
        }
        if text.starts_with("models:/") || text.contains('@') {
            return VersionReference::parse(text, None).map(Self::Version);
        }
        Ok(Self::Run(text.into(), ArtifactPath::root()))
    }
}

/// `m-` and hex digits, as MLflow 3 makes them.
fn is_model_id(text: &str) -> bool {
    text.strip_prefix("m-")
        .is_some_and(|digits| digits.len() >= 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_names_its_owner() {
        let model = "m-a103863a9a394d43846875a70b77dba3";
        let parse = |text: &str| ArtifactReference::parse(text).ok();
        let logged = Some(ArtifactReference::LoggedModel(model.into()));
        assert_eq!(parse(model), logged);
        assert_eq!(parse(&format!("models:/{model}")), logged);
        assert_eq!(
            parse("runs:/abc/model/data"),
            Some(ArtifactReference::Run(
                "abc".into(),
                ArtifactPath::parse("model/data").expect("below the root")
            ))
        );
        assert_eq!(
            parse("abc"),
            Some(ArtifactReference::Run("abc".into(), ArtifactPath::root()))
        );
        let number = VersionReference::Number("clf".into(), "3".into());
        assert_eq!(parse("models:/clf/3"), Some(ArtifactReference::Version(number)));
        let alias = VersionReference::Alias("clf".into(), "champion".into());
        assert_eq!(parse("clf@champion"), Some(ArtifactReference::Version(alias)));
        assert_eq!(parse("models:/clf"), None);
        assert_eq!(parse("runs:/abc/../x"), None);
    }
}
