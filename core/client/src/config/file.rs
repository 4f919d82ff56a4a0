use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use flowdeck_domain::{Failure, FailureKind, Result};
use toml_edit::Document;

/// The file as it was read, with the place of everything in it.
#[derive(Debug, Default)]
pub(super) struct ConfigFile {
    pub(super) path: Option<PathBuf>,
    /// None where there is no file.
    pub(super) document: Option<Document<String>>,
}

impl ConfigFile {
    pub(super) fn read(path: &Path) -> Result<Self> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(path, text),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self {
                path: Some(path.to_owned()),
                document: None,
            }),
            Err(error) => Err(Failure::new(
                FailureKind::System,
                format!("cannot read {}: {error}", path.display()),
            )
            .caused_by(error)),
        }
    }

    pub(super) fn parse(path: &Path, text: String) -> Result<Self> {
        let mut file = Self {
            path: Some(path.to_owned()),
            document: None,
        };
        match Document::parse(text.as_str()) {
            // Its own words alone: the error's text repeats the line, which may hold a secret by mistake.
            Err(error) => {
                let line = line_of(&text, error.span().map_or(0, |span| span.start));
                Err(not_toml(path, line, error.message()))
            }
            Ok(_) => {
                file.document = Document::parse(text).ok();
                Ok(file)
            }
        }
    }

    /// The file's name for people.
    pub(super) fn shown(&self) -> String {
        let path = self.path.as_deref().unwrap_or(Path::new(super::FILE_NAME));
        path.display().to_string()
    }

    /// The line, from 1, in which this byte stands.
    pub(super) fn line(&self, at: usize) -> usize {
        let text = self.document.as_ref().map_or("", Document::raw);
        line_of(text, at)
    }
}

pub(super) fn not_toml(path: &Path, line: usize, why: &str) -> Failure {
    Failure::new(
        FailureKind::InvalidInput,
        format!("{}, line {line}: this is no TOML: {why}", path.display()),
    )
    .with_hint("mend the line; text stands between quotes, as in name = \"value\"")
}

/// The line, from 1, in which this byte of a text stands.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    let before = &text.as_bytes()[..at.min(text.len())];
    1 + before.iter().filter(|&&byte| byte == b'\n').count()
}
