//! The points of one metric, in the order MLflow's client gives them: timestamp, step, value.
//!
//! All points are read in one short transaction, so that a writer is held up by the disk alone and never by who
//! listens; then they are handed out. What does not fit in memory waits in a temporary file.

mod mark;

use std::sync::Arc;

use flowdeck_domain::port::{HistoryMark, HistoryPart, HistoryPartStream};
use flowdeck_domain::tracking::MetricPoint;
use flowdeck_domain::{MetricKey, Result, RunId, Timestamp};
use futures::StreamExt;
use rusqlite::Row;
use rusqlite::types::ValueRef;
use tokio::sync::mpsc;

use super::database::{Database, Reader};
use super::fault::Fault;
use super::rows;
use super::runs;
use super::schema::Schema;
use super::spool::{Points, Spool};
use mark::Mark;

/// Points in one batch.
const BATCH: usize = 8_192;
/// Batches that wait for who listens.
const WAITING: usize = 4;
/// Points between two looks whether anybody still listens.
const LOOK_UP: usize = 65_536;

/// The points of one metric of one run behind a mark.
pub(super) fn parts(
    database: Arc<Database>,
    run: RunId,
    key: MetricKey,
    mark: Option<HistoryMark>,
) -> HistoryPartStream {
    let begin = async move {
        let (sender, receiver) = mpsc::channel(WAITING);
        tokio::task::spawn_blocking(move || send(&database, &run, &key, mark.as_ref(), &sender));
        futures::stream::unfold(receiver, |mut receiver| async {
            receiver.recv().await.map(|part| (part, receiver))
        })
    };
    futures::stream::once(begin).flatten().boxed()
}

type Sender = mpsc::Sender<Result<HistoryPart>>;

/// What one transaction found.
struct Found {
    /// Whether all points are here, rather than those behind a mark.
    is_whole: bool,
    points: Points,
    mark: Option<Mark>,
}

fn send(database: &Database, run: &RunId, key: &MetricKey, mark: Option<&HistoryMark>, sender: &Sender) {
    let mark = mark.and_then(Mark::read);
    let is_unheard = || sender.is_closed();
    let ask = |reader: &Reader| match tail(reader, run, key, mark.as_ref(), &is_unheard)? {
        Some(found) => Ok(found),
        None => whole(reader, run, key, &is_unheard),
    };
    let sent = database.read(ask).and_then(|found| hand_out(found, sender));
    if let Err(failure) = sent {
        // Nobody listens any more where this cannot be sent.
        let _ = sender.blocking_send(Err(failure));
    }
}

fn hand_out(found: Found, sender: &Sender) -> Result<()> {
    let Found {
        is_whole,
        mut points,
        mark,
    } = found;
    let tell = |part| sender.blocking_send(Ok(part)).is_ok();
    if is_whole && !tell(HistoryPart::Anew) {
        return Ok(());
    }
    loop {
        let batch = points.next_batch(BATCH)?;
        if batch.is_empty() {
            tell(HistoryPart::End(mark.map(|mark| mark.written())));
            return Ok(());
        }
        if !tell(HistoryPart::Points(batch)) {
            return Ok(());
        }
    }
}

/// The index that keeps the points of a run by metric: MLflow 3.
pub(super) const BY_RUN_AND_KEY: &str = "index_metrics_run_uuid_key_step";

/// The clause that names the index which finds the points of a metric of one run soonest; empty where there is none.
///
/// Left to itself, the planner walks one key through all runs: see the reference on stores, planner trap.
pub(super) fn index_of_points(schema: &Schema) -> String {
    [BY_RUN_AND_KEY, "index_metrics_run_uuid"]
        .into_iter()
        .find(|index| schema.has_index(index))
        .map(|index| schema.indexed_by(index))
        .unwrap_or_default()
}

/// Reads all points, in the order of the index that finds them. Equal points stay in the order they were written in, as
/// SQLite's own sort leaves them.
fn whole(
    reader: &Reader,
    run: &RunId,
    key: &MetricKey,
    is_unheard: &dyn Fn() -> bool,
) -> Result<Found, Fault> {
    let index = index_of_points(reader.schema());
    let mut spool = Spool::default();
    collect(reader, (run, key), &index, 0, is_unheard, &mut spool)?;
    if spool.len() == 0 && !runs::exists(reader, run)? {
        return Err(runs::missing(run).into());
    }
    let last = spool.last();
    Ok(Found {
        is_whole: true,
        points: spool.finish()?,
        mark: Mark::now(reader, last)?,
    })
}

/// Reads the points that were written since a mark; none where what was read before may not be what stands there now,
/// or where a new point belongs before an older one.
fn tail(
    reader: &Reader,
    run: &RunId,
    key: &MetricKey,
    mark: Option<&Mark>,
    is_unheard: &dyn Fn() -> bool,
) -> Result<Option<Found>, Fault> {
    let Some(mark) = mark else { return Ok(None) };
    if !mark.still_holds(reader)? {
        return Ok(None);
    }
    let mut spool = Spool::default();
    // Rows behind the mark are few, and lie together; an index would lead through all points of the metric.
    collect(
        reader,
        (run, key),
        "NOT INDEXED",
        mark.row(),
        is_unheard,
        &mut spool,
    )?;
    if spool.len() == 0 && !runs::exists(reader, run)? {
        return Err(runs::missing(run).into());
    }
    if spool.first().is_some_and(|first| !mark.is_before(&first)) {
        return Ok(None);
    }
    let last = spool.last().or(Some(mark.last()));
    Ok(Some(Found {
        is_whole: false,
        points: spool.finish()?,
        mark: Mark::now(reader, last)?,
    }))
}

/// Puts the points of a metric that stand behind a row into a spool.
fn collect(
    reader: &Reader,
    (run, key): (&RunId, &MetricKey),
    index: &str,
    behind: i64,
    is_unheard: &dyn Fn() -> bool,
    spool: &mut Spool,
) -> Result<(), Fault> {
    let schema = reader.schema();
    let step = schema.column_or("metrics", "step", "0");
    let is_nan = schema.column_or("metrics", "is_nan", "0");
    let since = if behind > 0 {
        "AND rowid > ?3"
    } else {
        "AND ?3 = 0"
    };
    let sql = format!(
        "SELECT timestamp, {step}, value, {is_nan} FROM metrics {index} WHERE run_uuid = ?1 AND key = ?2 {since}"
    );
    let mut statement = reader.connection().prepare_cached(&sql)?;
    let mut found = statement.query((run.as_str(), key.as_str(), behind))?;
    while let Some(row) = found.next()? {
        spool.push(point(row))?;
        if spool.len().is_multiple_of(LOOK_UP) && is_unheard() {
            break;
        }
    }
    Ok(())
}

fn point(row: &Row<'_>) -> MetricPoint {
    let whole = |column| match row.get_ref(column) {
        Ok(ValueRef::Integer(number)) => number,
        _ => rows::integer(row, column).unwrap_or_default(),
    };
    MetricPoint {
        timestamp: Timestamp(whole(0)),
        step: whole(1),
        value: rows::metric_value(row, 2, 3),
    }
}
