//! Which tables and columns a database has: what can be asked of it is read off them, not off the version.

use rusqlite::Connection;
use rustc_hash::{FxHashMap, FxHashSet};

use super::fault::Fault;

/// Tables that are read or written, of every schema known.
const TABLES: &[&str] = &[
    "alembic_version",
    "assessments",
    "datasets",
    "entity_associations",
    "experiment_tags",
    "experiments",
    "input_tags",
    "inputs",
    "latest_metrics",
    "logged_model_metrics",
    "logged_model_params",
    "logged_model_tags",
    "logged_models",
    "metrics",
    "model_version_tags",
    "model_versions",
    "params",
    "registered_model_aliases",
    "registered_model_tags",
    "registered_models",
    "runs",
    "spans",
    "tags",
    "trace_info",
    "trace_request_metadata",
    "trace_tags",
];

/// Tables without which a database is no tracking store.
const ESSENTIAL: &[&str] = &["experiments", "runs", "metrics", "params", "tags"];

/// Heads of the schema from the first to that of MLflow 3.18.0, in their order.
/// Source: `mlflow/store/db_migrations/versions`.
const KNOWN_HEADS: &str = "451aebb31d03 90e64c465722 181f10493468 df50e92ffc5e 7ac759974ad8 89d4b8295536 \
    2b4d017a5e9b cfd24bdc0731 0a8213491aaa 728d730b5ebd 27a6a02d2cf1 84291f40a231 a8c4a736bde6 39d1c3be5f05 \
    c48cb773bb87 bd07f7e963c5 0c779009ac13 cc1f77228345 97727af70f4d 3500859a5d39 7f2a7d5fae7d 2d6e25af4d3e \
    acf3f17fdcc7 867495a8f9d4 5b0e9adcef9c 4465047574b1 f5a4f2784254 0584bdc529eb 400f98739977 6953534de441 \
    bda7b8c39065 cbc13b556ace 770bee3ae1dd a1b2c3d4e5f6 de4033877273 1a0cddfcaa16 534353b11cbc 71994744cf8e \
    3da73c924c2f bf29a5ff90ea 1bd49d398cd23 b7c8d9e0f1a2 5d2d30f0abce c9d4e5f6a7b8 2c33131f4dae d3e4f5a6b7c8 \
    d0e1f2a3b4c5 c8d9e0f1a2b3 1b5f0d9ad7c1 e1f2a3b4c5d6 76601a5f987d c3d6457b6d8a a5b4c3d2e1f0 ae8bbe7743c9 \
    7d34483879f0 da6fb0208061 89d3d66ed43f b7e4c1a90f23 a8b9c0d1e2f3 c1d2e3f4a5b6 c3d9e7f1a2b4 6f8d9c3b2a1e \
    1971f2d9a75b 17e22815139b b7e2c1a4d9f3 75868b020152 dc11669786a5 e7d1f4b2a9c6 8b6ad64cb8f5 f4a9b2c7d1e6";

/// What a database has, as far as we use it.
#[derive(Clone, Debug, Default)]
pub(super) struct Schema {
    tables: FxHashMap<String, FxHashSet<String>>,
    indexes: FxHashSet<String>,
    head: Option<String>,
    version: i64,
}

impl Schema {
    /// Reads it off an open database.
    pub(super) fn read(connection: &Connection) -> Result<Self, Fault> {
        let version = version(connection)?;
        let mut tables: FxHashMap<String, FxHashSet<String>> = FxHashMap::default();
        let mut columns = connection.prepare_cached("SELECT name FROM pragma_table_info(?1)")?;
        for table in TABLES {
            let found = columns
                .query_map([table], |row| row.get(0))?
                .collect::<rusqlite::Result<FxHashSet<String>>>()?;
            if !found.is_empty() {
                tables.insert((*table).to_owned(), found);
            }
        }
        let indexes = connection
            .prepare_cached("SELECT name FROM sqlite_master WHERE type = 'index'")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let head = if tables.contains_key("alembic_version") {
            let mut heads = connection.prepare_cached("SELECT version_num FROM alembic_version")?;
            heads.query_map([], |row| row.get(0))?.next().transpose()?
        } else {
            None
        };
        Ok(Self {
            tables,
            indexes,
            head,
            version,
        })
    }

    /// Whether the database still has the schema that was read.
    pub(super) fn is_current(&self, connection: &Connection) -> Result<bool, Fault> {
        Ok(self.version == version(connection)?)
    }

    /// An essential table that is missing.
    pub(super) fn missing(&self) -> Option<&'static str> {
        ESSENTIAL.iter().copied().find(|table| !self.has(table))
    }

    /// Head of the schema, as `alembic_version` names it.
    pub(super) fn head(&self) -> Option<&str> {
        self.head.as_deref()
    }

    /// The head, where no release up to MLflow 3.18.0 made it.
    pub(super) fn unknown_head(&self) -> Option<&str> {
        self.head()
            .filter(|head| !KNOWN_HEADS.split_ascii_whitespace().any(|known| known == *head))
    }

    /// Whether it has this table.
    pub(super) fn has(&self, table: &str) -> bool {
        self.tables.contains_key(table)
    }

    /// Whether this table has this column.
    pub(super) fn has_column(&self, table: &str, column: &str) -> bool {
        self.tables
            .get(table)
            .is_some_and(|columns| columns.contains(column))
    }

    /// Whether it has this index.
    pub(super) fn has_index(&self, index: &str) -> bool {
        self.indexes.contains(index)
    }

    /// A column where the table has it, else what stands for it.
    pub(super) fn column_or<'a>(&self, table: &str, column: &'a str, instead: &'a str) -> &'a str {
        if self.has_column(table, column) {
            column
        } else {
            instead
        }
    }

    /// Columns for a `SELECT`, `NULL` standing for those that the table lacks.
    pub(super) fn columns(&self, table: &str, wanted: &[&str]) -> String {
        let columns: Vec<&str> = wanted
            .iter()
            .map(|column| self.column_or(table, column, "NULL"))
            .collect();
        columns.join(", ")
    }

    /// `workspace = 'default'` where the table tells workspaces apart, for a client without workspaces sees that
    /// one alone.
    pub(super) fn in_workspace(&self, table: &str) -> &'static str {
        if self.has_column(table, "workspace") {
            "workspace = 'default'"
        } else {
            "1"
        }
    }

    /// `INDEXED BY …`, where the table has that index and the planner would not find it by itself.
    pub(super) fn indexed_by(&self, index: &str) -> String {
        if self.has_index(index) {
            format!("INDEXED BY {index}")
        } else {
            String::new()
        }
    }
}

fn version(connection: &Connection) -> Result<i64, Fault> {
    let mut pragma = connection.prepare_cached("PRAGMA schema_version")?;
    Ok(pragma.query_row([], |row| row.get(0))?)
}
