//! Files that runs and models logged.

use std::fmt;

use crate::failure::{Failure, FailureKind};
use crate::id::{ModelId, ModelName, RunId, TraceId, VersionNumber};

/// A file or directory below an artifact root.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ArtifactEntry {
    /// Where it is, from the root.
    pub path: ArtifactPath,
    /// What it is.
    pub kind: ArtifactKind,
}

/// What an artifact entry is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ArtifactKind {
    /// Holds other entries.
    Directory,
    /// A file; some stores do not tell its size.
    File {
        /// Its size, where told.
        size_bytes: Option<u64>,
    },
}

impl ArtifactEntry {
    /// Its size, where it is a file and the store told one.
    pub const fn size_bytes(&self) -> Option<u64> {
        match self.kind {
            ArtifactKind::File { size_bytes } => size_bytes,
            ArtifactKind::Directory => None,
        }
    }
}

/// A path below an artifact root: parts joined by `/`, never absolute, never `..`.
///
/// The empty path is the root itself. A path that would leave the root cannot be made.
#[derive(Clone, Debug, Default, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct ArtifactPath(String);

impl ArtifactPath {
    /// The root.
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// Reads a path; `.` and doubled or trailing slashes fall away.
    ///
    /// # Errors
    /// A path that is absolute, goes up with `..` (plain or percent-encoded), or holds a backslash, a NUL or
    /// a drive letter, as [`FailureKind::InvalidInput`].
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let refuse = |why: &str| {
            Err(
                Failure::new(FailureKind::InvalidInput, format!("artifact path `{text}` {why}"))
                    .with_hint("give a path below the artifact root, like model/MLmodel"),
            )
        };
        if text.starts_with('/') {
            return refuse("is absolute");
        }
        if text.contains(['\\', '\0']) {
            return refuse("holds a character that no artifact path has");
        }
        if text.as_bytes().get(1) == Some(&b':') && text.as_bytes()[0].is_ascii_alphabetic() {
            return refuse("names a drive");
        }
        let mut parts = Vec::new();
        for part in text.split('/').filter(|part| !part.is_empty() && *part != ".") {
            let plain = part.replace("%2e", ".").replace("%2E", ".");
            if plain == ".." || part.to_ascii_lowercase().contains("%2f") {
                return refuse("leaves the artifact root");
            }
            parts.push(part);
        }
        Ok(Self(parts.join("/")))
    }

    /// The parts joined by `/`; empty for the root.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The last part; empty for the root.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The path of an entry directly below this one.
    ///
    /// # Errors
    /// As for [`ArtifactPath::parse`].
    pub fn join(&self, below: &str) -> Result<Self, Failure> {
        if self.is_root() {
            Self::parse(below)
        } else {
            Self::parse(&format!("{}/{below}", self.0))
        }
    }
}

impl fmt::Display for ArtifactPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Whose artifacts: the owner's id, which a server needs, and the root, which a direct reader needs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ArtifactRoot {
    /// Whose artifacts they are.
    pub owner: ArtifactOwner,
    /// Where they lie: a URI such as `file:///…`, `mlflow-artifacts:/…`, `s3://…`, or a plain path.
    pub uri: String,
}

/// Whose artifacts they are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ArtifactOwner {
    /// A run's.
    Run(RunId),
    /// A logged model's.
    LoggedModel(ModelId),
    /// A model version's.
    ModelVersion(ModelName, VersionNumber),
    /// A trace's.
    Trace(TraceId),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leaves_the_root_cannot_be_made() {
        for escape in [
            "/etc/passwd",
            "..",
            "a/../b",
            "a/..",
            "%2e%2e/x",
            "a\\..\\b",
            "c:/x",
            "a\0b",
            "a/%2E./b",
            "x%2fy",
        ] {
            assert!(ArtifactPath::parse(escape).is_err(), "{escape}");
        }
    }

    #[test]
    fn a_path_is_kept_in_one_form() {
        for (text, kept) in [
            ("", ""),
            (".", ""),
            ("a//b/./c/", "a/b/c"),
            ("mod el/über.txt", "mod el/über.txt"),
            ("a..b", "a..b"),
        ] {
            assert_eq!(
                ArtifactPath::parse(text)
                    .map(|p| p.as_str().to_owned())
                    .ok()
                    .as_deref(),
                Some(kept)
            );
        }
        assert_eq!(
            ArtifactPath::root()
                .join("a")
                .and_then(|p| p.join("b"))
                .map(|p| p.name().to_owned())
                .ok()
                .as_deref(),
            Some("b")
        );
    }
}
