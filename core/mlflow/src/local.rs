//! What the two local stores share.

use flowdeck_domain::port::Query;
use flowdeck_domain::{Failure, FailureKind, Page, PageToken, Result, Warning};

/// The page of `found` that a query asks for; `found` is the whole answer in its order.
///
/// # Errors
/// A page token that no local store gave.
pub(crate) fn page_of<T>(found: Vec<T>, query: &Query, warnings: Vec<Warning>) -> Result<Page<T>> {
    let (skip, next) = window(found.len(), query)?;
    let items = found.into_iter().skip(skip).take(query.max_results).collect();
    Ok(Page {
        items,
        next,
        warnings,
    })
}

/// How many of `len` things to skip for the page that a query asks for, and where the next page starts.
pub(crate) fn window(len: usize, query: &Query) -> Result<(usize, Option<PageToken>)> {
    let skip = match &query.page {
        None => 0,
        Some(PageToken(token)) => token.parse::<usize>().map_err(|_| {
            Failure::new(
                FailureKind::InvalidInput,
                format!("page token `{token}` was not given by this store"),
            )
            .with_hint("start again from the first page")
        })?,
    };
    let end = skip.saturating_add(query.max_results);
    Ok((skip, (end < len).then(|| PageToken(end.to_string().into()))))
}
