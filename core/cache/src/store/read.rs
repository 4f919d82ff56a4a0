//! What is read, each call within one view of the file.

use flowdeck_domain::Timestamp;
use flowdeck_domain::port::View;
use rusqlite::{OptionalExtension, params};

use super::{Cache, KeepResult, Tx, Writing, evict};
use crate::record::{Kind, Names, Thing, decoded};

/// A thing, and when it was read from its store.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept<T> {
    /// The thing.
    pub thing: T,
    /// When it was read.
    pub read_at: Timestamp,
}

/// What is known of a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ListState {
    /// It was never looked into.
    Unknown,
    /// Some of it is kept.
    Partial,
    /// All of it is kept, as it stood then.
    Whole(Timestamp),
}

/// What a cache holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Census {
    /// How many of each kind.
    pub counts: Vec<(Kind, usize)>,
    /// How many metric histories.
    pub n_histories: usize,
    /// How many points they have together.
    pub n_points: usize,
    /// When the oldest answer was read, and the newest.
    pub read: Option<(Timestamp, Timestamp)>,
    /// Bytes that are in use.
    pub used_bytes: u64,
}

/// What reads the cache.
pub struct Reading<'a> {
    cache: Option<&'a Cache>,
    pub(super) tx: Tx<'a>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(cache: Option<&'a Cache>, tx: Tx<'a>) -> Self {
        Self { cache, tx }
    }

    /// Notes that something was looked at.
    pub(crate) fn note(&self, work: impl FnOnce(&Writing<'_>) -> KeepResult + Send + 'static) {
        if let Some(cache) = self.cache {
            cache.keep(0, work);
        }
    }

    /// What the cache is of: `context`, `store`.
    pub fn about(&self, name: &str) -> rusqlite::Result<Option<String>> {
        let sql = "SELECT value FROM about WHERE name = ?1";
        self.tx.query_row(sql, [name], |row| row.get(0)).optional()
    }

    /// A thing by its id.
    pub fn thing<T: Thing>(&self, id: &str) -> rusqlite::Result<Option<Kept<T>>> {
        let found: Option<(Vec<u8>, i64)> = self
            .tx
            .prepare_cached("SELECT record, read_at FROM things WHERE kind = ?1 AND id = ?2")?
            .query_row(params![T::KIND as i64, id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(found.and_then(|(record, read_at)| {
            let thing = decoded(&record, &mut Names::default())?;
            Some(Kept {
                thing,
                read_at: Timestamp(read_at),
            })
        }))
    }

    /// When a thing was read; none where it is not kept.
    pub fn read_at(&self, kind: Kind, id: &str) -> rusqlite::Result<Option<Timestamp>> {
        self.tx
            .prepare_cached("SELECT read_at FROM things WHERE kind = ?1 AND id = ?2")?
            .query_row(params![kind as i64, id], |row| row.get(0).map(Timestamp))
            .optional()
    }

    /// All things that are listed under these parents, in no order.
    pub fn things<T: Thing>(&self, parents: &[&str], view: View) -> rusqlite::Result<Vec<Kept<T>>> {
        let mut statement = self.tx.prepare_cached(
            "SELECT record, read_at FROM things WHERE kind = ?1 AND parent = ?2 AND is_deleted BETWEEN ?3 AND ?4",
        )?;
        let (least, most) = stages(view);
        let (mut names, mut things) = (Names::default(), Vec::new());
        for parent in parents {
            let mut rows = statement.query(params![T::KIND as i64, parent, least, most])?;
            while let Some(row) = rows.next()? {
                let read_at = Timestamp(row.get(1)?);
                let record = row.get_ref(0)?.as_blob()?;
                things.extend(decoded(record, &mut names).map(|thing| Kept { thing, read_at }));
            }
        }
        Ok(things)
    }

    /// Things of all parents, in no order.
    pub fn all_things<T: Thing>(&self) -> rusqlite::Result<Vec<Kept<T>>> {
        let mut statement = self
            .tx
            .prepare_cached("SELECT record, read_at FROM things WHERE kind = ?1")?;
        let (mut names, mut things) = (Names::default(), Vec::new());
        let mut rows = statement.query([T::KIND as i64])?;
        while let Some(row) = rows.next()? {
            let read_at = Timestamp(row.get(1)?);
            let record = row.get_ref(0)?.as_blob()?;
            things.extend(decoded(record, &mut names).map(|thing| Kept { thing, read_at }));
        }
        Ok(things)
    }

    /// What is known of a list.
    pub fn list(&self, kind: Kind, parent: &str, view: View) -> rusqlite::Result<ListState> {
        let (least, most) = stages(view);
        let (n_lists, n_whole, oldest): (i64, i64, Option<i64>) = self
            .tx
            .prepare_cached(
                "SELECT count(*), total(is_whole) + 0, min(read_at) FROM lists
                 WHERE kind = ?1 AND parent = ?2 AND is_deleted BETWEEN ?3 AND ?4",
            )?
            .query_row(params![kind as i64, parent, least, most], |row| {
                Ok((row.get(0)?, row.get::<_, f64>(1)? as i64, row.get(2)?))
            })?;
        if n_whole == i64::from(most - least) + 1 {
            return Ok(ListState::Whole(Timestamp(oldest.unwrap_or_default())));
        }
        let has_some = n_lists > 0
            || self
                .tx
                .prepare_cached(
                    "SELECT 1 FROM things WHERE kind = ?1 AND parent = ?2 AND is_deleted BETWEEN ?3 AND ?4",
                )?
                .exists(params![kind as i64, parent, least, most])?;
        Ok(if has_some {
            ListState::Partial
        } else {
            ListState::Unknown
        })
    }

    /// What the cache holds.
    pub fn census(&self) -> rusqlite::Result<Census> {
        let mut counts = Vec::new();
        for (kind, _) in Kind::ALL {
            let sql = "SELECT count(*) FROM things WHERE kind = ?1";
            let n: i64 = self.tx.query_row(sql, [kind as i64], |row| row.get(0))?;
            counts.push((kind, usize::try_from(n).unwrap_or(0)));
        }
        let sql = "SELECT count(*), coalesce(sum(n_points), 0) FROM histories WHERE token IS NULL";
        let (n_histories, n_points): (i64, i64) =
            self.tx.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let sql = "SELECT min(read_at), max(read_at) FROM
                   (SELECT read_at FROM things UNION ALL SELECT read_at FROM histories WHERE token IS NULL)";
        let (oldest, newest): (Option<i64>, Option<i64>) =
            self.tx.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Census {
            counts,
            n_histories: usize::try_from(n_histories).unwrap_or(0),
            n_points: usize::try_from(n_points).unwrap_or(0),
            read: oldest
                .zip(newest)
                .map(|(old, new)| (Timestamp(old), Timestamp(new))),
            used_bytes: evict::size(self.tx)?,
        })
    }
}

/// The least and the greatest `is_deleted` of a view.
fn stages(view: View) -> (i32, i32) {
    match view {
        View::Active => (0, 0),
        View::Deleted => (1, 1),
        View::All => (0, 1),
    }
}
