//! Rows that belong to traces, in any table.

use flowdeck_domain::TraceId;
use rusqlite::Row;
use rustc_hash::FxHashMap;

use super::database::Reader;
use super::fault::Fault;
use super::rows;

/// Traces up to which their rows are looked up one by one; beyond, the table is read through.
const FEW: usize = 200;

/// Where each trace stands in a list.
pub(super) type Places = FxHashMap<TraceId, usize>;

/// Where each of these traces stands.
pub(super) fn places<'a>(ids: impl Iterator<Item = &'a TraceId>) -> Places {
    ids.cloned().zip(0..).collect()
}

/// Calls `take` with each row of a table that belongs to one of the traces, in the order they were written. Column
/// 0 of the row is the trace's id, the others are `columns`.
pub(super) fn each(
    reader: &Reader,
    table: &str,
    owner: &str,
    columns: &str,
    places: &Places,
    mut take: impl FnMut(usize, &Row<'_>),
) -> Result<(), Fault> {
    if !reader.schema().has(table) {
        return Ok(());
    }
    let select = format!("SELECT {owner}, {columns} FROM {table}");
    if places.len() <= FEW {
        let sql = format!("{select} WHERE {owner} = ?1 ORDER BY rowid");
        let mut statement = reader.connection().prepare_cached(&sql)?;
        for (id, &place) in places {
            let mut found = statement.query([id.as_str()])?;
            while let Some(row) = found.next()? {
                take(place, row);
            }
        }
        return Ok(());
    }
    let mut statement = reader
        .connection()
        .prepare_cached(&format!("{select} ORDER BY rowid"))?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        if let Some(&place) = places.get(&*rows::text(row, 0).unwrap_or_default()) {
            take(place, row);
        }
    }
    Ok(())
}
