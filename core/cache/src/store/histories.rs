//! Metric histories: written part by part while they are read, and seen by readers only once they are whole.

use std::sync::atomic::{AtomicU32, Ordering};

use flowdeck_domain::port::HistoryMark;
use flowdeck_domain::tracking::MetricPoint;
use flowdeck_domain::{MetricKey, RunId, Timestamp};
use rusqlite::{OptionalExtension, params};

use super::{Reading, Writing};
use crate::record::{read_points, write_points};

/// Points in one part of a long history.
const PART: usize = 65_536;

/// Points below which the last part is written anew with those that follow: a live run logs a few at a time.
const SMALL_PART: usize = 4_096;

/// Names a history while it is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct HistoryToken(i64);

impl HistoryToken {
    /// A token that no other writer has, in this process or another.
    pub fn new(now: Timestamp) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let (pid, millis) = (i64::from(std::process::id()), now.as_millis());
        Self((millis << 32) ^ (pid << 12) ^ i64::from(count))
    }
}

/// What is known of a kept history without its points.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryState {
    /// How far it was read, as its store puts it.
    pub mark: Option<HistoryMark>,
    /// How many points it has.
    pub n_points: usize,
    /// When it was read.
    pub read_at: Timestamp,
}

impl Writing<'_> {
    /// Begins a history; readers go on to see the one before.
    pub fn history_begin(
        &self,
        token: HistoryToken,
        run: &RunId,
        key: &MetricKey,
        read_at: Timestamp,
    ) -> rusqlite::Result<()> {
        self.tx.execute(
            "INSERT INTO histories (run, metric, token, n_points, size, read_at, used_at) VALUES (?1, ?2, ?3, 0, 0, ?4, ?5)",
            params![run.as_str(), key.as_str(), token.0, read_at.as_millis(), self.now()],
        )?;
        Ok(())
    }

    /// Adds points to a history that was begun.
    pub fn history_points(&self, token: HistoryToken, points: &[MetricPoint]) -> rusqlite::Result<()> {
        let id: Option<i64> = self
            .tx
            .query_row("SELECT id FROM histories WHERE token = ?1", [token.0], |row| {
                row.get(0)
            })
            .optional()?;
        match id {
            Some(id) => self.add_points(id, points),
            None => Ok(()),
        }
    }

    /// Ends a history: from now on readers see it in place of the one before.
    pub fn history_end(&self, token: HistoryToken, mark: Option<&HistoryMark>) -> rusqlite::Result<()> {
        self.tx.execute(
            "DELETE FROM histories WHERE token IS NULL AND (run, metric) =
             (SELECT run, metric FROM histories WHERE token = ?1)",
            [token.0],
        )?;
        self.tx.execute(
            "UPDATE histories SET token = NULL, mark = ?2 WHERE token = ?1",
            params![token.0, mark.map(|mark| &*mark.0)],
        )?;
        Ok(())
    }

    /// Forgets a history that was begun and will not be ended.
    pub fn history_drop(&self, token: HistoryToken) -> rusqlite::Result<()> {
        self.tx
            .execute("DELETE FROM histories WHERE token = ?1", [token.0])?;
        Ok(())
    }

    /// Adds what was logged since a mark; nothing where what is kept does not end at that mark.
    pub fn history_append(
        &self,
        (run, key): (&RunId, &MetricKey),
        after: &HistoryMark,
        points: &[MetricPoint],
        mark: Option<&HistoryMark>,
        read_at: Timestamp,
    ) -> rusqlite::Result<()> {
        let id: Option<i64> = self
            .tx
            .query_row(
                "SELECT id FROM histories WHERE run = ?1 AND metric = ?2 AND token IS NULL AND mark = ?3",
                params![run.as_str(), key.as_str(), &*after.0],
                |row| row.get(0),
            )
            .optional()?;
        let Some(id) = id else { return Ok(()) };
        if !points.is_empty() {
            self.add_points(id, points)?;
        }
        self.tx.execute(
            "UPDATE histories SET mark = ?2, read_at = ?3, used_at = ?4 WHERE id = ?1",
            params![id, mark.map(|mark| &*mark.0), read_at.as_millis(), self.now()],
        )?;
        Ok(())
    }

    fn add_points(&self, id: i64, points: &[MetricPoint]) -> rusqlite::Result<()> {
        let last: Option<(i64, Vec<u8>)> = self
            .tx
            .query_row(
                "SELECT part, columns FROM points WHERE history = ?1 ORDER BY part DESC LIMIT 1",
                [id],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let (mut part, mut together) = (0, Vec::new());
        if let Some((at, columns)) = last {
            let is_small = columns.len() < SMALL_PART * 11 && read_points(&columns, &mut together).is_some();
            part = if is_small { at } else { at + 1 };
            if !is_small {
                together.clear();
            }
        }
        together.extend_from_slice(points);
        let mut insert = self
            .tx
            .prepare_cached("INSERT OR REPLACE INTO points (history, part, columns) VALUES (?1, ?2, ?3)")?;
        for (part, points) in (part..).zip(together.chunks(PART)) {
            insert.execute(params![id, part, write_points(points)])?;
        }
        self.tx.execute(
            "UPDATE histories SET n_points = n_points + ?2,
             size = (SELECT sum(length(columns)) FROM points WHERE history = ?1) WHERE id = ?1",
            params![id, points.len() as i64],
        )?;
        Ok(())
    }

    /// Notes that a history was looked at.
    pub(crate) fn touch_history(&self, run: &RunId, key: &MetricKey) -> rusqlite::Result<()> {
        self.tx
            .prepare_cached(
                "UPDATE histories SET used_at = ?3 WHERE run = ?1 AND metric = ?2 AND token IS NULL",
            )?
            .execute(params![run.as_str(), key.as_str(), self.now()])?;
        Ok(())
    }
}

impl Reading<'_> {
    /// What is known of a kept history; none where it is not kept.
    pub fn history_state(&self, run: &RunId, key: &MetricKey) -> rusqlite::Result<Option<HistoryState>> {
        self.tx
            .prepare_cached(
                "SELECT mark, n_points, read_at FROM histories WHERE run = ?1 AND metric = ?2 AND token IS NULL",
            )?
            .query_row(params![run.as_str(), key.as_str()], |row| {
                let mark: Option<String> = row.get(0)?;
                let n_points: i64 = row.get(1)?;
                Ok(HistoryState {
                    mark: mark.map(|mark| HistoryMark(mark.into())),
                    n_points: usize::try_from(n_points).unwrap_or(0),
                    read_at: Timestamp(row.get(2)?),
                })
            })
            .optional()
    }

    /// The points of a kept history; none where it is not kept or its columns are damaged.
    pub fn history(
        &self,
        run: &RunId,
        key: &MetricKey,
    ) -> rusqlite::Result<Option<(HistoryState, Vec<MetricPoint>)>> {
        let Some(state) = self.history_state(run, key)? else {
            return Ok(None);
        };
        let mut points = Vec::with_capacity(state.n_points);
        let mut statement = self.tx.prepare_cached(
            "SELECT columns FROM points JOIN histories ON history = id
             WHERE run = ?1 AND metric = ?2 AND token IS NULL ORDER BY part",
        )?;
        let mut parts = statement.query(params![run.as_str(), key.as_str()])?;
        while let Some(row) = parts.next()? {
            if read_points(row.get_ref(0)?.as_blob()?, &mut points).is_none() {
                return Ok(None);
            }
        }
        Ok((points.len() == state.n_points).then_some((state, points)))
    }
}
