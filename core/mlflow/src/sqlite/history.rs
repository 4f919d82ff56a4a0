//! The points of one metric, in the order MLflow's client gives them: timestamp, step, value.
//!
//! All points are read in one short transaction, so that a writer is held up by the disk alone and never by who
//! listens; then they are handed out. What does not fit in memory waits in a temporary file.

use std::sync::Arc;

use flowdeck_domain::port::HistoryStream;
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
use super::spool::{Points, Spool};

/// Points in one batch.
const BATCH: usize = 8_192;
/// Batches that wait for who listens.
const WAITING: usize = 4;
/// Points between two looks whether anybody still listens.
const LOOK_UP: usize = 65_536;

/// All points of one metric of one run.
pub(super) fn stream(database: Arc<Database>, run: RunId, key: MetricKey) -> HistoryStream {
    let begin = async move {
        let (sender, receiver) = mpsc::channel(WAITING);
        tokio::task::spawn_blocking(move || send(&database, &run, &key, &sender));
        futures::stream::unfold(receiver, |mut receiver| async {
            receiver.recv().await.map(|batch| (batch, receiver))
        })
    };
    futures::stream::once(begin).flatten().boxed()
}

type Sender = mpsc::Sender<Result<Vec<MetricPoint>>>;

fn send(database: &Database, run: &RunId, key: &MetricKey, sender: &Sender) {
    let sent = database
        .read(|reader| collect(reader, run, key, &|| sender.is_closed()))
        .and_then(|points| hand_out(points, sender));
    if let Err(failure) = sent {
        // Nobody listens any more where this cannot be sent.
        let _ = sender.blocking_send(Err(failure));
    }
}

fn hand_out(mut points: Points, sender: &Sender) -> Result<()> {
    loop {
        let batch = points.next_batch(BATCH)?;
        if batch.is_empty() || sender.blocking_send(Ok(batch)).is_err() {
            return Ok(());
        }
    }
}

/// Reads the points, in the order of the index that finds them.
///
/// Left to itself, the planner walks one key through all runs: see the reference on stores, planner trap. Equal
/// points stay in the order they were written in, as SQLite's own sort leaves them.
fn collect(
    reader: &Reader,
    run: &RunId,
    key: &MetricKey,
    is_unheard: &dyn Fn() -> bool,
) -> Result<Points, Fault> {
    let schema = reader.schema();
    let index = ["index_metrics_run_uuid_key_step", "index_metrics_run_uuid"]
        .into_iter()
        .find(|index| schema.has_index(index))
        .map(|index| schema.indexed_by(index))
        .unwrap_or_default();
    let step = schema.column_or("metrics", "step", "0");
    let is_nan = schema.column_or("metrics", "is_nan", "0");
    let sql = format!(
        "SELECT timestamp, {step}, value, {is_nan} FROM metrics {index} WHERE run_uuid = ?1 AND key = ?2"
    );
    let mut statement = reader.connection().prepare_cached(&sql)?;
    let mut found = statement.query([run.as_str(), key.as_str()])?;
    let mut spool = Spool::default();
    while let Some(row) = found.next()? {
        spool.push(point(row))?;
        if spool.len().is_multiple_of(LOOK_UP) && is_unheard() {
            break;
        }
    }
    if spool.len() == 0 && !runs::exists(reader, run)? {
        return Err(runs::missing(run).into());
    }
    Ok(spool.finish()?)
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
