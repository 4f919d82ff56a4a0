//! How people name a model version.

use flowdeck_domain::{Failure, FailureKind, ModelName, Result, VersionNumber};

/// A model version, by number or by alias.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum VersionReference {
    /// `NAME VERSION` or `models:/NAME/VERSION`.
    Number(ModelName, VersionNumber),
    /// `NAME@ALIAS` or `models:/NAME@ALIAS`.
    Alias(ModelName, String),
}

impl VersionReference {
    /// Reads `NAME VERSION` (two words), `NAME@ALIAS` or `models:/…`.
    ///
    /// # Errors
    /// Anything else, with the forms that work.
    pub fn parse(name: &str, version: Option<&str>) -> Result<Self> {
        let path = name
            .strip_prefix("models:/")
            .map(|path| path.trim_start_matches('/'));
        let text = path.unwrap_or(name);
        match (
            version,
            path.and_then(|path| path.rsplit_once('/')),
            text.rsplit_once('@'),
        ) {
            (Some(version), None, _) => Ok(Self::Number(text.into(), version.into())),
            (None, Some((name, version)), _) if !name.is_empty() && !version.is_empty() => {
                Ok(Self::Number(name.into(), version.into()))
            }
            (None, _, Some((name, alias))) if !name.is_empty() && !alias.is_empty() => {
                Ok(Self::Alias(name.into(), alias.to_owned()))
            }
            _ => Err(Failure::new(
                FailureKind::InvalidInput,
                format!("`{name}` names no model version"),
            )
            .with_hint("write NAME VERSION, NAME@ALIAS or models:/NAME/VERSION")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_named_by_number_or_alias() {
        let number = |name: &str, version: &str| Ok(VersionReference::Number(name.into(), version.into()));
        let alias = |name: &str, alias: &str| Ok(VersionReference::Alias(name.into(), alias.to_owned()));
        let parse = |name, version| VersionReference::parse(name, version).map_err(|failure| failure.kind());
        assert_eq!(parse("clf", Some("3")), number("clf", "3"));
        assert_eq!(parse("models:/clf/3", None), number("clf", "3"));
        assert_eq!(parse("clf@champion", None), alias("clf", "champion"));
        assert_eq!(parse("models:/clf@champion", None), alias("clf", "champion"));
        for wrong in ["clf", "models:/clf", "@x", "clf@", "models:/clf/"] {
            assert_eq!(parse(wrong, None), Err(FailureKind::InvalidInput), "{wrong}");
        }
    }
}
