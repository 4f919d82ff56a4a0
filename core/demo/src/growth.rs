//! The run that is still running: it goes on while somebody looks.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};

use flowdeck_domain::tracking::MetricPoint;
use flowdeck_domain::{Result, RunId, Timestamp};

use crate::content::{Growing, LIVE_LOG};
use crate::file::text::log_line;
use crate::insert::Rows;
use crate::store::{DemoStore, refused, system};

/// Steps that one call logs at most, so that a laptop waking from sleep does not hold the database.
const STEPS_AT_ONCE: i64 = 60;

/// How long to wait for another writer before this call gives up; the next call catches up.
const PATIENCE: Duration = Duration::from_millis(500);

/// Lets the live run of a demo store go on. The caller calls [`Growth::tick`] as often as it likes; dropping the value ends
/// the growth, and the run stays `RUNNING`, as that of a killed process does, until the store is opened again.
#[derive(Debug)]
pub struct Growth {
    connection: Connection,
    run_id: RunId,
    growing: Growing,
    next_step: i64,
    last_logged: Timestamp,
    database: PathBuf,
    log: PathBuf,
}

/// What one tick did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Grown {
    /// So many points were appended; none where the next step is not due.
    Points(usize),
    /// The run has logged its last step and is `FINISHED`.
    Finished,
}

impl Growth {
    /// Takes the live run up where the store left it; none where it has finished.
    ///
    /// # Errors
    /// [`flowdeck_domain::FailureKind::System`] where the database cannot be opened for writing.
    pub fn resume(store: &DemoStore) -> Result<Option<Self>> {
        let Some(run_id) = store.live_run().cloned() else {
            return Ok(None);
        };
        let database = store.database().to_owned();
        let opened = open(&database, &run_id).map_err(|error| system(&database, "write", error))?;
        let Some((connection, artifact_uri, last_step, last_logged)) = opened else {
            return Ok(None);
        };
        Ok(Some(Self {
            connection,
            run_id,
            growing: Growing { seed: store.seed() },
            next_step: last_step + 1,
            last_logged,
            database,
            log: PathBuf::from(artifact_uri).join(LIVE_LOG),
        }))
    }

    /// The run that grows.
    pub fn run_id(&self) -> &RunId {
        &self.run_id
    }

    /// Logs the steps that are due by `now`, in one short transaction.
    ///
    /// After a pause the run goes on from `now`: the hours in between stay a gap, as those of a suspended process would.
    ///
    /// # Errors
    /// [`flowdeck_domain::FailureKind::Busy`] where another program holds the database: nothing was logged, and a later call
    /// catches up; [`flowdeck_domain::FailureKind::System`] where it is gone.
    pub fn tick(&mut self, now: Timestamp) -> Result<Grown> {
        let due = now.millis_since(self.last_logged) / Growing::STEP_MS;
        let steps = due.min(STEPS_AT_ONCE).min(Growing::STEPS - self.next_step);
        if steps <= 0 && self.next_step < Growing::STEPS {
            return Ok(Grown::Points(0));
        }
        let first = if due > STEPS_AT_ONCE {
            Timestamp(now.0 - (steps - 1) * Growing::STEP_MS)
        } else {
            Timestamp(self.last_logged.0 + Growing::STEP_MS)
        };
        let (points, lines) = self
            .log_steps(steps, first, now)
            .map_err(|error| refused(&self.database, "write", error))?;
        self.next_step += steps;
        self.last_logged = Timestamp(first.0 + (steps - 1) * Growing::STEP_MS);
        self.append_log(&lines)?;
        Ok(if self.next_step >= Growing::STEPS {
            Grown::Finished
        } else {
            Grown::Points(points)
        })
    }

    /// Points that were logged, and the lines that go with them.
    fn log_steps(
        &mut self,
        steps: i64,
        first: Timestamp,
        now: Timestamp,
    ) -> rusqlite::Result<(usize, String)> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let rows = Rows::new(&transaction, "");
        let (mut points, mut lines) = (0, String::new());
        for index in 0..steps {
            let step = self.next_step + index;
            let timestamp = Timestamp(first.0 + index * Growing::STEP_MS);
            for (key, value) in self.growing.logged_at(step) {
                let point = MetricPoint {
                    step,
                    timestamp,
                    value,
                };
                rows.point(self.run_id.as_str(), key, &point)?;
                rows.latest(self.run_id.as_str(), key, &point)?;
                points += 1;
                if key == "train/loss" && step % Growing::LOG_STRIDE == 0 {
                    lines.push_str(&log_line(timestamp, step, key, value));
                }
            }
        }
        if self.next_step + steps >= Growing::STEPS {
            transaction.execute(
                "UPDATE runs SET status = 'FINISHED', end_time = ? WHERE run_uuid = ?",
                params![now.0, self.run_id.as_str()],
            )?;
        }
        transaction.commit()?;
        Ok((points, lines))
    }

    fn append_log(&self, lines: &str) -> Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        OpenOptions::new()
            .append(true)
            .open(&self.log)
            .and_then(|mut file| file.write_all(lines.as_bytes()))
            .map_err(|error| system(&self.log, "write", error))
    }
}

/// A connection that may write, where the run's artifacts lie, and the last step with its time.
type Opened = Option<(Connection, String, i64, Timestamp)>;

fn open(database: &std::path::Path, run_id: &RunId) -> rusqlite::Result<Opened> {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(PATIENCE)?;
    let found = connection
        .query_row(
            "SELECT r.artifact_uri, m.step, m.timestamp FROM runs r JOIN latest_metrics m ON m.run_uuid = r.run_uuid \
             WHERE r.run_uuid = ? AND m.key = 'train/loss'",
            [run_id.as_str()],
            |row| Ok((row.get(0)?, row.get(1)?, Timestamp(row.get(2)?))),
        )
        .optional()?;
    Ok(found.map(|(artifact_uri, step, timestamp)| (connection, artifact_uri, step, timestamp)))
}
