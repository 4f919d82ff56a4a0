//! The parts of a store that belong to one of two twins, with all that must differ taken out.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Map, Value, json};

use crate::subject::{StoreKind, Subject};

/// Times that the fixtures fix lie before this, in milliseconds; times of today behind it.
const NOW_IS_AFTER: i64 = 1_750_000_000_000;

/// One twin: its experiments and runs, by the names that both twins share.
pub(crate) struct Twin {
    /// `castor` or `pollux`: a word that no path holds by chance.
    word: &'static str,
    /// Ids with what to write for them.
    ids: BTreeMap<String, String>,
}

impl Twin {
    /// Everything of a store whose name ends in this word, in what MLflow's reader says of it.
    pub(crate) fn find(read: &Value, word: &'static str) -> Self {
        let mut ids = BTreeMap::new();
        for experiment in read["experiments"]["all"].as_array().expect("it is a list") {
            let name = text(&experiment["name"]);
            if name.ends_with(word) {
                ids.insert(
                    text(&experiment["id"]),
                    format!("<id of {}>", name.replace(word, "N")),
                );
            }
        }
        for (id, run) in read["runs"].as_object().expect("it is a map") {
            if let Some(experiment) = ids.get(&text(&run["experiment_id"])) {
                let name = text(&run["name"]).replace(word, "N");
                let label = format!("<id of {name} in {experiment}>");
                ids.insert(id.clone(), label);
            }
        }
        assert!(
            ids.len() >= 6,
            "twin {word} has four experiments and two runs: {ids:?}"
        );
        Self { word, ids }
    }

    /// A twin of whose things only the names tell it from the other.
    pub(crate) fn of_word(word: &'static str) -> Self {
        Self {
            word,
            ids: BTreeMap::new(),
        }
    }

    /// Whether a name or a path is one of this twin's.
    pub(crate) fn is_named_in(&self, name: &str) -> bool {
        name.contains(self.word)
    }

    /// A name with the twin's word replaced.
    pub(crate) fn masked_name(&self, name: &str) -> String {
        name.replace(self.word, "N")
    }

    /// What MLflow's reader says of this twin.
    pub(crate) fn read(&self, read: &Value) -> Value {
        let experiments = read["experiments"]["all"].as_array().expect("it is a list");
        let mine = experiments
            .iter()
            .filter(|experiment| self.owns(&experiment["id"]));
        let experiments: BTreeMap<String, Value> = mine
            .map(|experiment| {
                (
                    self.masked_text(&text(&experiment["id"])),
                    self.masked(experiment),
                )
            })
            .collect();
        let of_runs = |what: &str| {
            let all = read[what].as_object().expect("it is a map").iter();
            all.filter(|(id, _)| self.ids.contains_key(*id))
                .map(|(id, value)| (self.masked_text(id), self.masked(value)))
                .collect::<Map<_, _>>()
        };
        json!({"experiments": experiments, "runs": of_runs("runs"), "histories": of_runs("histories")})
    }

    fn owns(&self, id: &Value) -> bool {
        self.ids.contains_key(&text(id))
    }

    /// The same value with ids and the twin's word replaced, and times of today as one word.
    pub(crate) fn masked(&self, value: &Value) -> Value {
        match value {
            Value::Object(fields) => fields
                .iter()
                .map(|(key, value)| (self.masked_text(key), self.masked(value)))
                .collect::<Map<_, _>>()
                .into(),
            Value::Array(items) => items.iter().map(|item| self.masked(item)).collect(),
            Value::String(text) => self.masked_text(text).into(),
            Value::Number(number)
                if number
                    .as_i64()
                    .is_some_and(|n| n > NOW_IS_AFTER && n < 2 * NOW_IS_AFTER) =>
            {
                "now".into()
            }
            Value::Number(number) => self.masked_text(&number.to_string()).into(),
            other => other.clone(),
        }
    }

    fn masked_text(&self, text: &str) -> String {
        if let Some(label) = self.ids.get(text) {
            return label.clone();
        }
        let mut masked = text.replace(self.word, "N");
        // Short ids, as SQL counts them, would be found in any number.
        for (id, label) in self.ids.iter().filter(|(id, _)| id.len() > 8) {
            masked = masked.replace(id, label);
        }
        masked
            .lines()
            .map(|line| self.masked_line(line))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// A line of YAML or a path: times of today, and short ids that stand alone.
    fn masked_line(&self, line: &str) -> String {
        if let Some((key, number)) = line.split_once(": ")
            && number.parse::<i64>().is_ok_and(|n| n > NOW_IS_AFTER)
        {
            return format!("{key}: now");
        }
        if let Some((key, id)) = line.split_once(": ")
            && let Some(label) = self.ids.get(id.trim_matches('\''))
        {
            return format!("{key}: {label}");
        }
        let part = |part| self.ids.get(part).map_or(part, String::as_str);
        line.split('/').map(part).collect::<Vec<_>>().join("/")
    }
}

/// What lies in a local store of one twin.
pub(crate) fn raw(store: &Subject, twin: &Twin) -> Value {
    let found = match store.kind {
        StoreKind::FileStore => files(&store.path(), twin),
        _ => rows(&store.path(), twin),
    };
    assert!(!found.is_empty(), "the twin left nothing");
    found.into()
}

/// Every file below the folders of the twin's experiments, deleted ones too.
fn files(store: &Path, twin: &Twin) -> Map<String, Value> {
    let mut found = Map::new();
    for parent in [store.to_owned(), store.join(".trash")] {
        for entry in fs::read_dir(&parent).into_iter().flatten().flatten() {
            if twin
                .ids
                .contains_key(entry.file_name().to_string_lossy().as_ref())
            {
                collect(store, &entry.path(), twin, &mut found);
            }
        }
    }
    found
}

fn collect(store: &Path, path: &Path, twin: &Twin, found: &mut Map<String, Value>) {
    let below: Vec<String> = path
        .strip_prefix(store)
        .expect("it lies in the store")
        .iter()
        .map(|part| twin.masked_text(&part.to_string_lossy()))
        .collect();
    if path.is_dir() {
        found.insert(below.join("/") + "/", Value::Null);
        for entry in fs::read_dir(path).expect("the store can be listed").flatten() {
            collect(store, &entry.path(), twin, found);
        }
    } else {
        found.insert(below.join("/"), masked_file(path, twin, looked_at));
    }
}

/// The text of a file, and whether it ends its last line; of a `meta.yaml` what is looked at.
pub(crate) fn masked_file(path: &Path, twin: &Twin, looked_at: fn(&str) -> String) -> Value {
    let content = fs::read(path).expect("the store can be read");
    let text = String::from_utf8_lossy(&content);
    let text = if path.ends_with("meta.yaml") {
        looked_at(&text)
    } else {
        text.into_owned()
    };
    json!({"text": twin.masked_text(&text), "ends its last line": content.ends_with(b"\n")})
}

/// The lines of a `meta.yaml` that MLflow's own reader looks at.
///
/// MLflow copies an experiment's tags into the file when it changes it, and reads them from `tags/` alone; MLflow 3 adds
/// three keys that are the same in every file store. MLflow 1 leaves the stage of a deleted experiment as it was and
/// goes by its place in `.trash`. We write none of these, and the stage as MLflow 2 and 3 do.
fn looked_at(meta: &str) -> String {
    const CONSTANT: [&str; 3] = [
        "effective_trace_archival_retention: null",
        "trace_location: null",
        "workspace: default",
    ];
    let is_experiment = !meta.contains("run_id: ");
    let mut inside_tags = false;
    let mut kept = Vec::new();
    for line in meta.lines() {
        inside_tags = if line.starts_with([' ', '\t']) || line.is_empty() {
            inside_tags
        } else {
            is_experiment && line.starts_with("tags:")
        };
        let is_stage = is_experiment && line.starts_with("lifecycle_stage: ");
        if !inside_tags && !is_stage && !CONSTANT.contains(&line) {
            kept.push(line);
        }
    }
    kept.join("\n")
}

/// Every row that speaks of the twin's experiments or runs, table by table.
fn rows(database: &Path, twin: &Twin) -> Map<String, Value> {
    let connection =
        Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database opens");
    let mut found = Map::new();
    for table in table_names(&connection) {
        let mut mine: Vec<Value> = table_rows(&connection, &table)
            .into_iter()
            .filter(|row| speaks_of(row, twin))
            .map(|row| twin.masked(&row))
            .collect();
        if !mine.is_empty() {
            mine.sort_by_key(ToString::to_string);
            found.insert(table, mine.into());
        }
    }
    found
}

pub(crate) fn table_names(connection: &Connection) -> Vec<String> {
    let query = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    column(connection, query)
}

fn speaks_of(row: &Value, twin: &Twin) -> bool {
    ["experiment_id", "run_uuid"]
        .iter()
        .any(|column| match &row[*column] {
            Value::String(id) => twin.ids.contains_key(id),
            Value::Number(id) => twin.ids.contains_key(&id.to_string()),
            _ => false,
        })
}

pub(crate) fn table_rows(connection: &Connection, table: &str) -> Vec<Value> {
    let mut statement = connection
        .prepare(&format!("SELECT * FROM \"{table}\""))
        .expect("the table is there");
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let rows = statement.query_map([], |row| {
        let mut fields = Map::new();
        for (at, column) in columns.iter().enumerate() {
            fields.insert(column.clone(), cell(row.get_ref(at)?));
        }
        Ok(Value::Object(fields))
    });
    rows.expect("the table can be read")
        .collect::<Result<_, _>>()
        .expect("the table can be read")
}

/// A cell with its storage class: SQLite keeps what was bound, whatever the column says.
fn cell(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => format!("real {number:?}").into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(bytes) => format!("blob {bytes:?}").into(),
    }
}

fn column(connection: &Connection, query: &str) -> Vec<String> {
    let mut statement = connection.prepare(query).expect("the query is right");
    let rows = statement.query_map([], |row| row.get(0)).expect("the query runs");
    rows.collect::<Result<_, _>>().expect("the query runs")
}

fn text(value: &Value) -> String {
    value.as_str().expect("it is text").to_owned()
}
