//! What goes where room is needed: what was used longest ago.

use rusqlite::{Connection, TransactionBehavior};

/// Of the limit, in tenths, what stays once something has to go: else each further answer would cost a round of this.
const KEPT_TENTHS: u64 = 9;

/// Brings the file down below its limit, where it is above.
pub(super) fn down_to(connection: &mut Connection, limit: u64) -> rusqlite::Result<()> {
    let size = size(connection)?;
    if size <= limit {
        return Ok(());
    }
    let too_much = size.saturating_sub(limit / 10 * KEPT_TENTHS);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut oldest = transaction.prepare(
            "SELECT 0, rowid, length(record) + 200, used_at FROM things
             UNION ALL SELECT 1, id, size + 200, used_at FROM histories WHERE token IS NULL
             ORDER BY used_at, 2",
        )?;
        let mut rows = oldest.query([])?;
        let (mut things, mut histories, mut freed) = (Vec::new(), Vec::new(), 0);
        while let Some(row) = rows.next()?
            && freed < too_much
        {
            let is_history: bool = row.get(0)?;
            let id: i64 = row.get(1)?;
            if is_history { &mut histories } else { &mut things }.push(id);
            freed += u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0);
        }
        // A list of which something went is no longer whole.
        let mut cut = transaction.prepare(
            "UPDATE lists SET is_whole = 0 WHERE (kind, parent, is_deleted) =
             (SELECT kind, parent, is_deleted FROM things WHERE rowid = ?1)",
        )?;
        let mut delete = transaction.prepare("DELETE FROM things WHERE rowid = ?1")?;
        for id in things {
            cut.execute([id])?;
            delete.execute([id])?;
        }
        let mut delete = transaction.prepare("DELETE FROM histories WHERE id = ?1")?;
        for id in histories {
            delete.execute([id])?;
        }
    }
    transaction.commit()?;
    // Each step gives back one page only.
    let mut vacuum = connection.prepare("PRAGMA incremental_vacuum")?;
    let mut pages = vacuum.query([])?;
    while pages.next()?.is_some() {}
    Ok(())
}

/// Bytes of the file that hold something.
pub(super) fn size(connection: &Connection) -> rusqlite::Result<u64> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let pages = number("page_count")? - number("freelist_count")?;
    Ok(u64::try_from(pages * number("page_size")?).unwrap_or(0))
}
