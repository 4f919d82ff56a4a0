//! What is written, each call within the transaction of its batch.

use flowdeck_domain::Timestamp;
use flowdeck_domain::tracking::Trace;
use rusqlite::params;

use super::{CacheOptions, Tx};
use crate::record::{Kind, Spans, Thing, encoded};

/// A history that was begun by a process that is gone stands in the way no longer than this, in milliseconds.
const ABANDONED_MS: i64 = 24 * 3_600_000;

/// What is written while a batch is.
pub struct Writing<'a> {
    pub(super) tx: Tx<'a>,
    options: &'a CacheOptions,
}

impl<'a> Writing<'a> {
    pub(super) fn new(tx: Tx<'a>, options: &'a CacheOptions) -> Self {
        Self { tx, options }
    }

    /// The time of this machine.
    pub(super) fn now(&self) -> i64 {
        (self.options.now)().as_millis()
    }

    /// Notes what the cache is of and clears up after processes that were killed.
    pub(super) fn begin_session(&self) -> rusqlite::Result<()> {
        let about = [("context", &self.options.context), ("store", &self.options.store)];
        for (name, value) in about {
            self.tx.execute(
                "INSERT INTO about VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2 WHERE value != ?2",
                params![name, value],
            )?;
        }
        let before = self.now().saturating_sub(ABANDONED_MS);
        self.tx.execute(
            "DELETE FROM histories WHERE token IS NOT NULL AND read_at < ?1",
            [before],
        )?;
        Ok(())
    }

    /// Comes upon whatever is wrong with the file.
    pub(super) fn check(&self) -> rusqlite::Result<()> {
        let said: String = self
            .tx
            .pragma_query_value(None, "quick_check", |row| row.get(0))?;
        if said == "ok" {
            return Ok(());
        }
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
        Err(rusqlite::Error::SqliteFailure(code, Some(said)))
    }

    /// Keeps things as they were read at a time; what was read later stands.
    pub fn things<T: Thing>(&self, things: &[T], read_at: Timestamp) -> rusqlite::Result<()> {
        let mut insert = self.tx.prepare_cached(
            "INSERT INTO things (kind, id, parent, is_deleted, record, read_at, used_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (kind, id) DO UPDATE SET parent = ?3, is_deleted = ?4, record = ?5, read_at = ?6, used_at = ?7
             WHERE read_at <= ?6",
        )?;
        let now = self.now();
        for thing in things {
            insert.execute(params![
                T::KIND as i64,
                thing.id(),
                thing.parent(),
                thing.is_deleted(),
                encoded(thing),
                read_at.as_millis(),
                now
            ])?;
        }
        Ok(())
    }

    /// Keeps a trace with its spans.
    pub fn trace(&self, trace: &Trace, read_at: Timestamp) -> rusqlite::Result<()> {
        self.things(std::slice::from_ref(&trace.info), read_at)?;
        let spans = Spans {
            trace: trace.info.id.to_string(),
            spans: trace.spans.clone(),
        };
        self.things(&[spans], read_at)
    }

    /// Forgets a thing that is no longer there.
    pub fn forget(&self, kind: Kind, id: &str) -> rusqlite::Result<()> {
        self.tx.execute(
            "DELETE FROM things WHERE kind = ?1 AND id = ?2",
            params![kind as i64, id],
        )?;
        if kind == Kind::Run {
            self.tx.execute("DELETE FROM histories WHERE run = ?1", [id])?;
        }
        Ok(())
    }

    /// Notes that a list was looked into, though not to its end.
    pub fn list_seen(&self, kind: Kind, parent: &str, deleted: bool, at: Timestamp) -> rusqlite::Result<()> {
        self.tx.execute(
            "INSERT INTO lists (kind, parent, is_deleted, read_at, is_whole) VALUES (?1, ?2, ?3, ?4, 0)
             ON CONFLICT DO NOTHING",
            params![kind as i64, parent, deleted, at.as_millis()],
        )?;
        Ok(())
    }

    /// Notes that a list was read to its end from `begun` on: what was not seen since is no longer in it.
    pub fn list_whole(
        &self,
        kind: Kind,
        parent: &str,
        deleted: bool,
        begun: Timestamp,
    ) -> rusqlite::Result<()> {
        self.tx.execute(
            "DELETE FROM things WHERE kind = ?1 AND parent = ?2 AND is_deleted = ?3 AND read_at < ?4",
            params![kind as i64, parent, deleted, begun.as_millis()],
        )?;
        self.tx.execute(
            "INSERT OR REPLACE INTO lists (kind, parent, is_deleted, read_at, is_whole) VALUES (?1, ?2, ?3, ?4, 1)",
            params![kind as i64, parent, deleted, begun.as_millis()],
        )?;
        Ok(())
    }

    /// Notes that things were looked at, so that others go first where room is needed.
    pub(crate) fn touch(&self, kind: Kind, parent_or_id: &str, is_parent: bool) -> rusqlite::Result<()> {
        let column = if is_parent { "parent" } else { "id" };
        let sql =
            format!("UPDATE things SET used_at = ?1 WHERE kind = ?2 AND {column} = ?3 AND used_at < ?1");
        self.tx
            .prepare_cached(&sql)?
            .execute(params![self.now(), kind as i64, parent_or_id])?;
        Ok(())
    }
}
