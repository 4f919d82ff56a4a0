//! Where a store lies, read from the URIs and paths that people and MLflow itself use.

use std::fmt;
use std::path::{Path, PathBuf};

use flowdeck_domain::{Failure, FailureKind, Result};
use url::Url;

use crate::environment::Environment;

/// Where a store lies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Location {
    /// A tracking server. The URL may hold a user and a password: it is shown without them.
    Server(Url),
    /// A directory such as `mlruns/`.
    FileStore(PathBuf),
    /// A database file such as `mlflow.db`.
    Sqlite(PathBuf),
}

impl Location {
    /// Reads `http(s)://…`, `sqlite:///path`, `file:…`, or a path to a store or to a directory that holds one.
    ///
    /// # Errors
    /// Another scheme, or a path that is not there or is no store, as one sentence with the forms that work.
    pub fn parse(text: &str, environment: &Environment) -> Result<Self> {
        let text = text.trim();
        if let Some((scheme, rest)) = text.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) {
            return match scheme {
                "http" | "https" => server(text),
                "sqlite" | "sqlite+pysqlite" => sqlite(text, rest, environment),
                "file" => file(text, rest, environment),
                other => Err(unknown_scheme(text, other)),
            };
        }
        of_path(&environment.resolve(text), text)
    }

    /// The directory that relative artifact paths of this store start at; none for a server.
    pub fn base_dir(&self) -> Option<&Path> {
        match self {
            Self::Server(_) => None,
            Self::FileStore(path) | Self::Sqlite(path) => path.parent(),
        }
    }
}

/// The URI or path, without any secret.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(url) => f.write_str(&without_user(url)),
            Self::FileStore(path) => write!(f, "{}", path.display()),
            Self::Sqlite(path) => write!(f, "sqlite:///{}", path.display()),
        }
    }
}

fn without_user(url: &Url) -> String {
    let mut shown = url.clone();
    // Neither can fail for a URL with a host, which `server` has seen to.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.as_str().trim_end_matches('/').to_owned()
}

/// Whether the text before a colon is a URI scheme rather than a drive letter or part of a path.
fn is_scheme(text: &str) -> bool {
    text.len() > 1
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

const FORMS: &str = "give a path to mlruns/ or mlflow.db, sqlite:///path, or http(s)://host";

fn wrong(message: String) -> Failure {
    Failure::new(FailureKind::InvalidInput, message).with_hint(FORMS)
}

fn server(text: &str) -> Result<Location> {
    match Url::parse(text) {
        Ok(url) if url.has_host() => Ok(Location::Server(url)),
        Ok(_) => Err(wrong("the tracking URI names no host".to_owned())),
        // The text itself may hold a password, so it is not repeated.
        Err(error) => Err(wrong(format!("the tracking URI is not a URL: {error}"))),
    }
}

/// `sqlite:///relative.db` and `sqlite:////absolute.db`, as SQLAlchemy reads them.
fn sqlite(text: &str, rest: &str, environment: &Environment) -> Result<Location> {
    let path = rest.strip_prefix("///").filter(|path| !path.is_empty());
    let Some(path) = path else {
        return Err(wrong(format!("`{text}` names no database file")));
    };
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    Ok(Location::Sqlite(environment.resolve(path)))
}

/// `file:///absolute`, `file:relative`, as MLflow reads them.
fn file(text: &str, rest: &str, environment: &Environment) -> Result<Location> {
    if !rest.starts_with("//") {
        return of_path(&environment.resolve(rest), text);
    }
    match Url::parse(text).ok().and_then(|url| url.to_file_path().ok()) {
        Some(path) => of_path(&path, text),
        None => Err(wrong(format!("`{text}` is not a path on this machine"))),
    }
}

fn unknown_scheme(text: &str, scheme: &str) -> Failure {
    let family = scheme.split('+').next().unwrap_or(scheme);
    match family {
        "postgresql" | "postgres" | "mysql" | "mssql" => Failure::new(
            FailureKind::Unsupported,
            format!("a {family} database is read through the MLflow server in front of it"),
        )
        .with_hint("pass that server's http(s):// address"),
        _ => wrong(format!(
            "`{}` is no store that flowdeck reads: unknown scheme `{scheme}`",
            redacted(text)
        )),
    }
}

/// A URI without what stands before an `@`, which may be a password.
fn redacted(text: &str) -> String {
    match (text.split_once("://"), text.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => text.to_owned(),
    }
}

/// What lies at a path: a database file, a store directory, or a directory with one of the two in it.
fn of_path(path: &Path, text: &str) -> Result<Location> {
    let Ok(metadata) = path.metadata() else {
        return Err(
            Failure::new(FailureKind::NotFound, format!("there is nothing at `{text}`")).with_hint(FORMS),
        );
    };
    if metadata.is_file() {
        return Ok(Location::Sqlite(path.to_owned()));
    }
    if is_file_store(path) {
        return Ok(Location::FileStore(path.to_owned()));
    }
    match within(path) {
        Some(found) => Ok(found.chosen),
        None if may_be_file_store(path) => Ok(Location::FileStore(path.to_owned())),
        None => Err(Failure::new(
            FailureKind::NotFound,
            format!("there is no MLflow store in `{text}`"),
        )
        .with_hint(FORMS)),
    }
}

/// Whether a directory without an experiment may be a store all the same: one that is still empty, whose experiments
/// are damaged or deleted, or that cannot be looked into, which its reader says better.
fn may_be_file_store(dir: &Path) -> bool {
    let Ok(entries) = dir.read_dir() else { return true };
    dir.file_name().is_some_and(|name| name == "mlruns")
        || entries.flatten().any(|entry| {
            let name = entry.file_name();
            let known = name == ".trash" || name.as_encoded_bytes().iter().all(u8::is_ascii_digit);
            known && entry.path().is_dir()
        })
}

/// The stores of a directory, as MLflow itself looks for them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Within {
    /// The one that is opened.
    pub chosen: Location,
    /// The other, where both are there.
    pub other: Option<Location>,
}

/// Looks into a directory as MLflow does: `mlruns/` where it holds an experiment, else `mlflow.db`.
pub fn within(dir: &Path) -> Option<Within> {
    let (files, database) = (dir.join("mlruns"), dir.join("mlflow.db"));
    let database = database.is_file().then_some(Location::Sqlite(database));
    if is_file_store(&files) {
        return Some(Within {
            chosen: Location::FileStore(files),
            other: database,
        });
    }
    database.map(|chosen| Within { chosen, other: None })
}

/// Whether a directory holds an experiment: one named by digits, with its `meta.yaml`.
/// Source: MLflow 3.18, `_has_existing_mlruns_data`.
pub fn is_file_store(dir: &Path) -> bool {
    let Ok(entries) = dir.read_dir() else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let digits = name
            .to_str()
            .is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
        digits && entry.path().join("meta.yaml").is_file()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, dir: &Path) -> Result<Location> {
        Location::parse(text, &Environment::of(dir, []))
    }

    #[test]
    fn every_form_that_mlflow_takes_is_read() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let root = dir.path();
        std::fs::create_dir_all(root.join("mlruns/0")).expect("writable");
        std::fs::write(root.join("mlruns/0/meta.yaml"), "name: Default").expect("writable");
        std::fs::write(root.join("other.db"), "").expect("writable");
        let files = Location::FileStore(root.join("mlruns"));
        assert_eq!(parse("mlruns", root).ok(), Some(files.clone()));
        assert_eq!(
            parse(".", root).ok(),
            Some(Location::FileStore(root.join("./mlruns")))
        );
        assert_eq!(
            parse(&format!("file://{}/mlruns", root.display()), root).ok(),
            Some(files.clone())
        );
        assert_eq!(parse("file:mlruns", root).ok(), Some(files));
        assert_eq!(
            parse("other.db", root).ok(),
            Some(Location::Sqlite(root.join("other.db")))
        );
        assert_eq!(
            parse("sqlite:///x.db", root).ok(),
            Some(Location::Sqlite(root.join("x.db")))
        );
        assert_eq!(
            parse("sqlite:////x.db", root).ok(),
            Some(Location::Sqlite("/x.db".into()))
        );
        assert!(matches!(
            parse("https://host/prefix", root),
            Ok(Location::Server(_))
        ));
    }

    #[test]
    fn a_directory_of_other_things_is_no_store() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let root = dir.path();
        std::fs::create_dir_all(root.join("photos/2024 summer")).expect("writable");
        let failure = parse("photos", root).expect_err("no store is in it");
        assert_eq!(failure.kind(), FailureKind::NotFound);
        for store in ["mlruns", "damaged/7", "emptied/.trash"] {
            std::fs::create_dir_all(root.join(store)).expect("writable");
        }
        for store in ["mlruns", "damaged", "emptied"] {
            assert_eq!(
                parse(store, root).ok(),
                Some(Location::FileStore(root.join(store)))
            );
        }
    }

    #[test]
    fn a_wrong_location_is_named_and_a_password_is_not() {
        let nowhere = Path::new("/nowhere");
        for (text, kind) in [
            ("nothing-here", FailureKind::NotFound),
            ("sqlite://", FailureKind::InvalidInput),
            ("ftp://host", FailureKind::InvalidInput),
            ("http://", FailureKind::InvalidInput),
            ("postgresql+psycopg2://u:secret@h/db", FailureKind::Unsupported),
            ("weird://u:secret@h/db", FailureKind::InvalidInput),
        ] {
            let failure = parse(text, nowhere).expect_err(text);
            assert_eq!(failure.kind(), kind, "{text}");
            assert!(!failure.to_string().contains("secret"), "{failure}");
            assert!(failure.hint().is_some(), "{text}");
        }
        let server = parse("http://user:secret@host:5000/", nowhere).expect("a URL");
        assert_eq!(server.to_string(), "http://host:5000");
    }
}
