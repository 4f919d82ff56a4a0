//! What is fetched on purpose. A row says from when on things count as fetched: whoever goes on after a kill leaves out
//! what was read since.

use flowdeck_domain::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::{Reading, Writing};

/// Something that was fetched on purpose, or is being fetched.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sync {
    /// What: `experiment 3`, `run 0a1b…`.
    pub subject: String,
    /// When it was begun.
    pub started_at: Timestamp,
    /// When it was done; none while it goes on, and where it broke off.
    pub finished_at: Option<Timestamp>,
    /// How many parts are here.
    pub n_done: usize,
    /// How many parts there are, as far as known.
    pub n_all: usize,
}

impl Writing<'_> {
    /// Notes how far something has been fetched.
    pub fn sync(&self, sync: &Sync) -> rusqlite::Result<()> {
        self.tx.execute(
            "INSERT OR REPLACE INTO syncs (subject, started_at, finished_at, n_done, n_all) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                sync.subject,
                sync.started_at.as_millis(),
                sync.finished_at.map(Timestamp::as_millis),
                sync.n_done as i64,
                sync.n_all as i64
            ],
        )?;
        Ok(())
    }
}

impl Reading<'_> {
    /// What was noted of one subject.
    pub fn sync_of(&self, subject: &str) -> rusqlite::Result<Option<Sync>> {
        let sql = format!("{SYNCS} WHERE subject = ?1");
        self.tx.query_row(&sql, [subject], sync).optional()
    }

    /// All that was fetched on purpose, by subject.
    pub fn syncs(&self) -> rusqlite::Result<Vec<Sync>> {
        let sql = format!("{SYNCS} ORDER BY subject");
        self.tx.prepare(&sql)?.query_map([], sync)?.collect()
    }
}

const SYNCS: &str = "SELECT subject, started_at, finished_at, n_done, n_all FROM syncs";

fn sync(row: &rusqlite::Row<'_>) -> rusqlite::Result<Sync> {
    let count = |at| row.get::<_, i64>(at).map(|n| usize::try_from(n).unwrap_or(0));
    Ok(Sync {
        subject: row.get(0)?,
        started_at: Timestamp(row.get(1)?),
        finished_at: row.get::<_, Option<i64>>(2)?.map(Timestamp),
        n_done: count(3)?,
        n_all: count(4)?,
    })
}
