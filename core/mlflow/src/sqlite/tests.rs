//! Stores made from the recorded schemas, read and written through the ports.

mod extremes;
mod failures;
mod histories;
mod journals;
mod reads;
mod registry;
mod tails;
mod traces;
mod writes;

use std::path::{Path, PathBuf};

use flowdeck_domain::ExperimentId;
use flowdeck_domain::port::{Query, RunFields, RunQuery, View};
use rusqlite::Connection;
use tempfile::TempDir;

use super::SqliteStore;

const SCHEMAS: [(&str, &str, &str); 3] = [
    (
        "1.30.1",
        "97727af70f4d",
        include_str!("../../../../tests/fixtures/mlflow/schema_1.30.1.sql"),
    ),
    (
        "2.22.5",
        "0584bdc529eb",
        include_str!("../../../../tests/fixtures/mlflow/schema_2.22.5.sql"),
    ),
    (
        "3.18.0",
        "f4a9b2c7d1e6",
        include_str!("../../../../tests/fixtures/mlflow/schema_3.18.0.sql"),
    ),
];

/// A database of its own in a directory of its own.
struct Fixture {
    directory: TempDir,
}

impl Fixture {
    /// A store of that MLflow release, with experiment 1 `vision` and run `r1` in it.
    fn new(release: &str) -> Self {
        let (_, head, schema) = SCHEMAS
            .iter()
            .find(|(name, _, _)| *name == release)
            .expect("a recorded schema");
        let directory = tempfile::tempdir().expect("a temporary directory");
        let fixture = Self { directory };
        fixture.sql(&format!("BEGIN; {schema}; COMMIT"));
        fixture.sql(&format!("INSERT INTO alembic_version VALUES ('{head}')"));
        fixture.sql(
            "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, \
             last_update_time) VALUES (0, 'Default', '/a/0', 'active', 10, 10), (1, 'vision', '/a/1', 'active', 20, 20)",
        );
        fixture.run("r1", 1, 1_000);
        fixture
    }

    /// One for each recorded schema.
    fn all() -> impl Iterator<Item = Self> {
        SCHEMAS.iter().map(|(release, _, _)| Self::new(release))
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("mlflow.db")
    }

    fn connection(&self) -> Connection {
        Connection::open(self.path()).expect("the database opens")
    }

    fn sql(&self, statements: &str) {
        self.connection()
            .execute_batch(statements)
            .expect("the statements hold");
    }

    fn run(&self, id: &str, experiment: i64, start_time: i64) {
        self.sql(&format!(
            "INSERT INTO runs (run_uuid, name, user_id, status, start_time, lifecycle_stage, artifact_uri, \
             experiment_id) VALUES ('{id}', 'name of {id}', 'me', 'FINISHED', {start_time}, 'active', '/a/{id}', \
             {experiment})"
        ));
    }

    fn store(&self) -> SqliteStore {
        SqliteStore::open(&self.path()).expect("the store opens")
    }

    /// The only value of the only row.
    fn value<T: rusqlite::types::FromSql>(&self, query: &str) -> T {
        self.connection()
            .query_row(query, [], |row| row.get(0))
            .expect("one value")
    }

    fn files(&self) -> Vec<String> {
        files_in(self.directory.path())
    }
}

fn files_in(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(directory)
        .expect("the directory can be listed")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

fn everything() -> Query {
    Query {
        view: View::All,
        max_results: usize::MAX,
        ..Query::default()
    }
}

fn all_runs(experiment: &str) -> RunQuery {
    RunQuery {
        query: everything(),
        experiments: vec![ExperimentId::from(experiment)],
        fields: RunFields::all(),
    }
}
