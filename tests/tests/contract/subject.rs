//! The stores under test, each written once by the real client and described by what that client read back.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

pub(crate) use flowdeck_domain::port::StoreKind;
use flowdeck_tests::python::{self, VERSIONS};
use flowdeck_tests::server::Server;
use serde_json::Value;

use crate::compare::exact;

/// One store, and what MLflow's own client reads from it.
pub(crate) struct Subject {
    pub(crate) kind: StoreKind,
    pub(crate) version: &'static str,
    /// Holds `mlruns/` or `mlflow.db`, and `artifacts/`.
    pub(crate) directory: PathBuf,
    /// What `read_store.py` dumped, each float as its exact text.
    pub(crate) read: Value,
    /// Where MLflow works: it derives the artifact location of a new experiment from there.
    pub(crate) home: PathBuf,
    server: Option<Server>,
}

static SUBJECTS: [OnceLock<Subject>; 9] = [const { OnceLock::new() }; 9];

/// The store of this kind and version; written at its first use.
pub(crate) fn subject(kind: StoreKind, version: &'static str) -> &'static Subject {
    let kinds = [StoreKind::FileStore, StoreKind::Sqlite, StoreKind::Server];
    let row = kinds
        .iter()
        .position(|known| *known == kind)
        .expect("every kind is listed");
    let column = VERSIONS
        .iter()
        .position(|known| *known == version)
        .expect("every version is listed");
    SUBJECTS[row * VERSIONS.len() + column].get_or_init(|| Subject::write(kind, version))
}

impl Subject {
    fn write(kind: StoreKind, version: &'static str) -> Self {
        let directory = fresh_directory(&format!("{kind:?}-{version}"));
        let server = (kind == StoreKind::Server).then(|| Server::start(version, &directory));
        let mut subject = Self {
            kind,
            version,
            home: directory.clone(),
            directory,
            read: Value::Null,
            server,
        };
        let dump = subject.directory.join("read.json");
        let artifacts = match kind {
            StoreKind::Server => "-".into(),
            _ => subject.directory.join("artifacts"),
        };
        let mut write = python::script(version, "write_store.py");
        write
            .arg(subject.mlflow_uri())
            .arg(artifacts)
            .arg("--then-read")
            .arg(&dump);
        python::run(write.current_dir(&subject.directory));
        subject.read = parsed(&dump);
        subject
    }

    /// The same store elsewhere, to be written to. The artifacts stay where they are.
    pub(crate) fn copy(&self, name: &str) -> Self {
        let directory = fresh_directory(&format!("{name}-{:?}-{}", self.kind, self.version));
        match self.kind {
            StoreKind::FileStore => copy_tree(&self.directory.join("mlruns"), &directory.join("mlruns")),
            StoreKind::Sqlite | StoreKind::Server => {
                fs::copy(self.directory.join("mlflow.db"), directory.join("mlflow.db"))
                    .expect("the store was written");
            }
        }
        let server = (self.kind == StoreKind::Server).then(|| Server::start(self.version, &directory));
        Self {
            kind: self.kind,
            version: self.version,
            home: self.home.clone(),
            directory,
            read: Value::Null,
            server,
        }
    }

    /// What MLflow's own client reads now of experiments and runs.
    pub(crate) fn read_again(&self) -> Value {
        self.read_parts(&["experiments", "runs", "histories"])
    }

    /// What MLflow's own client reads now of one part.
    pub(crate) fn read_again_of(&self, part: &str) -> Value {
        self.read_parts(&[part])
    }

    fn read_parts(&self, parts: &[&str]) -> Value {
        let dump = self.directory.join("read-again.json");
        let mut read = python::script(self.version, "read_store.py");
        python::run(
            read.arg(self.mlflow_uri())
                .arg(&dump)
                .args(parts)
                .current_dir(&self.directory),
        );
        parsed(&dump)
    }

    /// The store as MLflow's own client names it.
    pub(crate) fn mlflow_uri(&self) -> String {
        match self.kind {
            // As MLflow itself names ./mlruns when it is told nothing; new experiments inherit the form.
            StoreKind::FileStore => format!("file://{}", self.path().display()),
            StoreKind::Sqlite => format!("sqlite:///{}", self.path().display()),
            StoreKind::Server => self.url().to_owned(),
        }
    }

    /// Where a local store lies.
    pub(crate) fn path(&self) -> PathBuf {
        self.directory.join(if self.kind == StoreKind::FileStore {
            "mlruns"
        } else {
            "mlflow.db"
        })
    }

    /// Where a served store answers.
    pub(crate) fn url(&self) -> &str {
        self.server.as_ref().expect("a served store has a server").url()
    }

    /// Whether a SQL database keeps the values, with or without a server before it.
    pub(crate) fn is_sql(&self) -> bool {
        self.kind != StoreKind::FileStore
    }

    /// Whether MLflow orders experiments by their last change where nobody asks for an order, as it did before 2.0.
    ///
    /// We order every local store as MLflow 3 does; a server has its own order.
    pub(crate) fn orders_as_before_2(&self) -> bool {
        self.kind != StoreKind::Server && self.major() < 2
    }

    /// Whether it has a registry: a file store of 1.x has none.
    pub(crate) fn has_registry(&self) -> bool {
        self.kind != StoreKind::FileStore || self.major() >= 2
    }

    pub(crate) fn major(&self) -> u32 {
        self.version
            .split('.')
            .next()
            .and_then(|major| major.parse().ok())
            .expect("a version starts with a number")
    }
}

fn parsed(dump: &Path) -> Value {
    let text = fs::read_to_string(dump).expect("the script wrote its dump");
    exact(serde_json::from_str(&text).expect("the dump is JSON"))
}

fn fresh_directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("contract").join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("cargo's directory for tests can be written");
    directory
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the copy can be made");
    for entry in fs::read_dir(from).expect("the store was written") {
        let entry = entry.expect("the store can be listed");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("an entry has a type").is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}
