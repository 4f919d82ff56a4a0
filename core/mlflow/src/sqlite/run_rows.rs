//! Rows of runs, metrics, params and tags, loaded for many runs at once.
//!
//! Which way is quickest depends on how much is asked for: a scan of the whole table in the order it was written,
//! a walk along the index of one key, or a look-up for each run. Rows of one run mostly lie together, so the run
//! they belong to is looked up once and not for each row.

use std::sync::Arc;

use flowdeck_domain::port::{Keys, RunFields};
use flowdeck_domain::tracking::{Metric, Param, Run, Tag};
use flowdeck_domain::{RunId, Timestamp};
use rusqlite::types::ValueRef;
use rusqlite::{Row, Statement};
use rustc_hash::{FxHashMap, FxHashSet};

use super::database::{Database, Reader};
use super::fault::Fault;
use super::inputs::in_list;
use super::rows::{self, Names};

/// Runs from which on two connections load side by side: below, starting a thread takes longer.
const SIDE_BY_SIDE: usize = 500;
/// Keys up to which single rows are looked up rather than all of a run.
const FEW_KEYS: usize = 8;

/// Loads the params, metrics and tags asked for; what was there before is replaced.
pub(super) fn add_rows(
    reader: &Reader,
    database: &Database,
    runs: &mut [Run],
    fields: &RunFields,
) -> Result<(), Fault> {
    let wanted = Wanted::of(reader, runs)?;
    let texts = |reader: &Reader| {
        let params = load(reader, &wanted, "params", &fields.params, param)?;
        let tags = load(reader, &wanted, "tags", &fields.tags, tag)?;
        Ok::<_, Fault>((params, tags))
    };
    let metrics = |reader: &Reader| load(reader, &wanted, "latest_metrics", &fields.metrics, metric);
    let beside = runs.len() >= SIDE_BY_SIDE && fields.metrics != Keys::None;
    let (texts, metrics) = if beside {
        std::thread::scope(|scope| {
            let texts = scope.spawn(|| database.read(texts));
            let metrics = metrics(reader);
            let texts = texts
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            Ok::<_, Fault>((texts?, metrics?))
        })?
    } else {
        (texts(reader)?, metrics(reader)?)
    };
    let found = texts.0.into_iter().zip(texts.1).zip(metrics);
    for (run, ((params, tags), metrics)) in runs.iter_mut().zip(found) {
        run.params = params;
        run.tags = tags;
        run.metrics = metrics;
    }
    Ok(())
}

/// The runs whose rows are wanted, by their ids, and whether they are most of the store.
struct Wanted {
    ids: Vec<RunId>,
    places: FxHashMap<RunId, usize>,
    /// About how many runs the store has.
    total: usize,
    most: bool,
}

impl Wanted {
    fn of(reader: &Reader, runs: &[Run]) -> Result<Self, Fault> {
        let ids: Vec<RunId> = runs.iter().map(|run| run.info.id.clone()).collect();
        let places = ids.iter().cloned().zip(0..).collect();
        let total = greatest_rowid(reader, "runs")?;
        let most = ids.len().saturating_mul(4) >= total;
        Ok(Self {
            ids,
            places,
            total,
            most,
        })
    }
}

/// The entries of each wanted run, by key.
fn load<T: Entry>(
    reader: &Reader,
    wanted: &Wanted,
    table: &str,
    keys: &Keys,
    make: impl Fn(Arc<str>, &Row<'_>) -> T,
) -> Result<Vec<Vec<T>>, Fault> {
    let mut found: Vec<Vec<T>> = Vec::new();
    found.resize_with(wanted.ids.len(), Vec::new);
    let from = source(reader, table);
    let columns = if table == "latest_metrics" {
        ", timestamp, step, is_nan"
    } else {
        ""
    };
    let select = format!("SELECT run_uuid, key, value{columns} FROM {from}");
    let mut sink = Sink {
        wanted,
        only: None,
        make,
        names: Names::default(),
        last: None,
        usual: 0,
        found: &mut found,
    };
    let connection = reader.connection();
    let schema = reader.schema();
    match keys {
        Keys::None => {}
        Keys::Only(keys) if wanted.most && schema.has(table) && is_sparse(reader, wanted, table, keys)? => {
            // Found through the index of keys, then read in the order they lie in.
            let list = in_list(keys.iter().map(|key| &**key));
            let sql = format!("{select} WHERE rowid IN (SELECT rowid FROM {table} WHERE key IN ({list}))");
            sink.drain(&mut connection.prepare(&sql)?, [])?;
        }
        Keys::Only(keys) if !wanted.most && keys.len() <= FEW_KEYS => {
            let mut statement =
                connection.prepare_cached(&format!("{select} WHERE key = ?1 AND run_uuid = ?2"))?;
            for id in &wanted.ids {
                for key in keys {
                    sink.drain(&mut statement, [&**key, id.as_str()])?;
                }
            }
        }
        keys => {
            if let Keys::Only(keys) = keys {
                sink.only = Some(keys.iter().map(|key| &**key).collect());
            }
            let indexed = schema.has_index(&format!("index_{table}_run_uuid"));
            if wanted.most || !indexed {
                sink.drain(&mut *connection.prepare_cached(&select)?, [])?;
            } else {
                let mut statement = connection.prepare_cached(&format!("{select} WHERE run_uuid = ?1"))?;
                for id in &wanted.ids {
                    sink.drain(&mut statement, [id.as_str()])?;
                }
            }
        }
    }
    for entries in &mut found {
        if !entries.is_sorted_by(|one, other| one.key() <= other.key()) {
            entries.sort_by(|one, other| one.key().cmp(other.key()));
        }
    }
    Ok(found)
}

/// Whether rows of these keys are few enough in the table that finding each costs less than reading all: about
/// one in ten. Rows are counted by the greatest row id, which is near enough.
fn is_sparse(reader: &Reader, wanted: &Wanted, table: &str, keys: &[Arc<str>]) -> Result<bool, Fault> {
    let rows = greatest_rowid(reader, table)?;
    Ok(keys.len().saturating_mul(wanted.total).saturating_mul(10) <= rows)
}

fn greatest_rowid(reader: &Reader, table: &str) -> Result<usize, Fault> {
    let sql = format!("SELECT max(rowid) FROM {table}");
    let mut statement = reader.connection().prepare_cached(&sql)?;
    let greatest: Option<i64> = statement.query_row([], |row| row.get(0))?;
    Ok(usize::try_from(greatest.unwrap_or_default()).unwrap_or_default())
}

/// The table, or what stands for it in stores that are older than it.
fn source(reader: &Reader, table: &str) -> String {
    if reader.schema().has(table) {
        return table.to_owned();
    }
    let step = reader.schema().column_or("metrics", "step", "0");
    let is_nan = reader.schema().column_or("metrics", "is_nan", "0");
    format!(
        "(SELECT * FROM (SELECT run_uuid, key, value, timestamp, {step} AS step, {is_nan} AS is_nan, row_number() \
         OVER (PARTITION BY run_uuid, key ORDER BY {step} DESC, timestamp DESC, value DESC) AS place FROM metrics) \
         WHERE place = 1)"
    )
}

/// Where rows go: to the run they belong to.
struct Sink<'a, T, F> {
    wanted: &'a Wanted,
    /// Keys to pick, where the statement does not pick them.
    only: Option<FxHashSet<&'a str>>,
    make: F,
    names: Names,
    last: Option<(Vec<u8>, Option<usize>)>,
    usual: usize,
    found: &'a mut [Vec<T>],
}

impl<T: Entry, F: Fn(Arc<str>, &Row<'_>) -> T> Sink<'_, T, F> {
    fn drain(&mut self, statement: &mut Statement<'_>, values: impl rusqlite::Params) -> Result<(), Fault> {
        let mut found = statement.query(values)?;
        while let Some(row) = found.next()? {
            let Some(place) = self.place(row) else { continue };
            let key = rows::text(row, 1).unwrap_or_default();
            if self.only.as_ref().is_some_and(|only| !only.contains(&*key)) {
                continue;
            }
            let entry = (self.make)(self.names.share(&key), row);
            let entries = &mut self.found[place];
            if entries.is_empty() {
                // Runs that lie beside each other mostly have as many entries.
                entries.reserve_exact(self.usual);
            }
            entries.push(entry);
            self.usual = entries.len();
        }
        Ok(())
    }

    fn place(&mut self, row: &Row<'_>) -> Option<usize> {
        let Ok(ValueRef::Text(id)) = row.get_ref(0) else {
            return None;
        };
        if let Some((last, place)) = &self.last
            && last == id
        {
            return *place;
        }
        let place = std::str::from_utf8(id)
            .ok()
            .and_then(|id| self.wanted.places.get(id).copied());
        self.last = Some((id.to_vec(), place));
        place
    }
}

/// Something with a key.
trait Entry {
    fn key(&self) -> &str;
}

impl Entry for Metric {
    fn key(&self) -> &str {
        self.key.as_str()
    }
}

impl Entry for Param {
    fn key(&self) -> &str {
        self.key.as_str()
    }
}

impl Entry for Tag {
    fn key(&self) -> &str {
        self.key.as_str()
    }
}

fn metric(key: Arc<str>, row: &Row<'_>) -> Metric {
    Metric {
        key: key.into(),
        value: rows::metric_value(row, 2, 5),
        timestamp: rows::timestamp(row, 3).unwrap_or(Timestamp(0)),
        step: rows::integer(row, 4).unwrap_or_default(),
        origin: None,
    }
}

fn param(key: Arc<str>, row: &Row<'_>) -> Param {
    Param {
        key: key.into(),
        value: rows::string_or_empty(row, 2),
    }
}

fn tag(key: Arc<str>, row: &Row<'_>) -> Tag {
    Tag {
        key: key.into(),
        value: rows::string_or_empty(row, 2),
    }
}
