//! Pages that SQLite cuts itself, where the order is the store's own and nothing is filtered.

use flowdeck_domain::port::Query;
use flowdeck_domain::{Page, PageToken};

use super::fault::Fault;
use crate::local::window;

/// Whether a query takes everything in the store's own order.
pub(super) fn is_plain(query: &Query) -> bool {
    query.filter.is_empty() && query.order_by.is_empty()
}

/// The page that `load` finds with this `LIMIT` and this `OFFSET`.
pub(super) fn cut<T>(
    query: &Query,
    load: impl FnOnce(i64, i64) -> Result<Vec<T>, Fault>,
) -> Result<Page<T>, Fault> {
    // How many there are is not known yet; all that matters here is how many to skip.
    let (skip, _) = window(usize::MAX, query)?;
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    // One more than the page tells whether there is another.
    let mut items = load(count(query.max_results.saturating_add(1)), count(skip))?;
    let more = items.len() > query.max_results;
    items.truncate(query.max_results);
    let next = more.then(|| PageToken(skip.saturating_add(query.max_results).to_string().into()));
    Ok(Page {
        items,
        next,
        warnings: Vec::new(),
    })
}
