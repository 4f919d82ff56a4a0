//! How far the table of metrics was read, and how to tell whether what was read still stands there.
//!
//! SQLite gives a new row the number behind the greatest one there is. As long as the row that was the greatest when a
//! history was read is still there, all rows written since have greater numbers, and only those have to be looked at.
//! Source: SQLite, "ROWIDs and the INTEGER PRIMARY KEY"; VACUUM may number rows anew, after which that row is another.

use std::hash::{DefaultHasher, Hash, Hasher};

use flowdeck_domain::Timestamp;
use flowdeck_domain::port::HistoryMark;
use flowdeck_domain::tracking::MetricPoint;
use rusqlite::OptionalExtension;
use rusqlite::types::ValueRef;

use super::super::database::Reader;
use super::super::fault::Fault;
use super::super::spool::compare;

/// How far the table of metrics was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mark {
    /// Device and number of the database file.
    file: (u64, u64),
    /// The greatest row that there was, of whichever metric.
    row: i64,
    /// Of what stood in it.
    digest: u64,
    /// The last point of the history.
    last: MetricPoint,
}

impl Mark {
    /// The mark behind all that stands there now; none of a history without a point, which costs nothing to read again.
    pub(super) fn now(reader: &Reader, last: Option<MetricPoint>) -> Result<Option<Self>, Fault> {
        let greatest = "SELECT max(rowid) FROM metrics";
        let row: Option<i64> = reader.connection().query_row(greatest, [], |row| row.get(0))?;
        // Behind the greatest number there is, SQLite gives out any that is free.
        let Some(row) = row.filter(|row| (1..i64::MAX).contains(row)) else {
            return Ok(None);
        };
        let Some((last, digest)) = last.zip(digest(reader, row)?) else {
            return Ok(None);
        };
        Ok(Some(Self {
            file: reader.file(),
            row,
            digest,
            last,
        }))
    }

    /// Whether all rows that were written since have greater numbers.
    pub(super) fn still_holds(&self, reader: &Reader) -> Result<bool, Fault> {
        Ok(reader.file() == self.file && digest(reader, self.row)? == Some(self.digest))
    }

    /// The row that new ones stand behind.
    pub(super) fn row(&self) -> i64 {
        self.row
    }

    /// The last point of the history.
    pub(super) fn last(&self) -> MetricPoint {
        self.last
    }

    /// Whether a point belongs behind all that were read.
    pub(super) fn is_before(&self, point: &MetricPoint) -> bool {
        compare(&self.last, point).is_lt()
    }

    /// As text.
    pub(super) fn written(&self) -> HistoryMark {
        let Self {
            file: (device, inode),
            row,
            digest,
            last,
        } = self;
        let (timestamp, step, bits) = (last.timestamp.as_millis(), last.step, last.value.to_bits());
        HistoryMark(format!("sqlite {device} {inode} {row} {digest} {timestamp} {step} {bits}").into())
    }

    /// From text; none where it is no mark of this kind.
    pub(super) fn read(mark: &HistoryMark) -> Option<Self> {
        fn next<T: std::str::FromStr>(words: &mut std::str::Split<'_, char>) -> Option<T> {
            words.next()?.parse().ok()
        }
        let mut words = mark.0.split(' ');
        if words.next() != Some("sqlite") {
            return None;
        }
        Some(Self {
            file: (next(&mut words)?, next(&mut words)?),
            row: next(&mut words)?,
            digest: next(&mut words)?,
            last: MetricPoint {
                timestamp: Timestamp(next(&mut words)?),
                step: next(&mut words)?,
                value: f64::from_bits(next(&mut words)?),
            },
        })
    }
}

/// A number made of what stands in a row of the table; none where there is no such row.
fn digest(reader: &Reader, row: i64) -> Result<Option<u64>, Fault> {
    let mut statement = reader
        .connection()
        .prepare_cached("SELECT * FROM metrics WHERE rowid = ?1")?;
    let n_columns = statement.column_count();
    let digest = |row: &rusqlite::Row<'_>| {
        let mut hasher = DefaultHasher::new();
        for column in 0..n_columns {
            match row.get_ref(column)? {
                ValueRef::Null => 0_u8.hash(&mut hasher),
                ValueRef::Integer(number) => number.hash(&mut hasher),
                ValueRef::Real(number) => number.to_bits().hash(&mut hasher),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.hash(&mut hasher),
            }
        }
        Ok(hasher.finish())
    };
    Ok(statement.query_row([row], digest).optional()?)
}
