//! Long answers, page after page up to a limit.

use std::future::Future;

use flowdeck_domain::port::{Query, View};
use flowdeck_domain::{Page, PageToken, Result, Warning};

/// What a person asks of a list.
#[derive(Clone, Debug, Default)]
pub struct ListRequest {
    /// MLflow's search language; empty for everything.
    pub filter: String,
    /// Clauses of the order; empty for the store's own.
    pub order_by: Vec<String>,
    /// Lifecycle stages.
    pub view: View,
    /// How many at most; none for all.
    pub limit: Option<usize>,
}

/// What was found, up to the limit.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    /// The things, in order.
    pub items: Vec<T>,
    /// Whether there are more than the limit let through.
    pub more: bool,
    /// What was passed over while reading.
    pub warnings: Vec<Warning>,
}

impl ListRequest {
    /// Fetches pages of at most `page_size` until the limit or the end is reached.
    pub(crate) async fn collect<T, F>(
        &self,
        page_size: usize,
        fetch: impl Fn(Query) -> F,
    ) -> Result<Listing<T>>
    where
        F: Future<Output = Result<Page<T>>>,
    {
        let limit = self.limit.unwrap_or(usize::MAX);
        let mut listing = Listing {
            items: Vec::new(),
            more: false,
            warnings: Vec::new(),
        };
        let mut next: Option<PageToken> = None;
        while listing.items.len() < limit {
            let max_results = page_size.min(limit - listing.items.len());
            let page = fetch(self.query(max_results, next.take())).await?;
            // A store may say the same on every page.
            listing.warnings.extend(
                page.warnings
                    .into_iter()
                    .filter(|new| !listing.warnings.contains(new))
                    .collect::<Vec<_>>(),
            );
            if listing.items.is_empty() {
                listing.items = page.items;
            } else {
                listing.items.extend(page.items);
            }
            listing.more = page.next.is_some();
            match page.next {
                Some(token) => next = Some(token),
                None => break,
            }
        }
        Ok(listing)
    }

    pub(crate) fn query(&self, max_results: usize, page: Option<PageToken>) -> Query {
        Query {
            filter: self.filter.clone(),
            order_by: self.order_by.clone(),
            view: self.view,
            max_results,
            page,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn numbers(query: Query) -> Result<Page<usize>> {
        let start: usize = query
            .page
            .map_or(0, |token| token.0.parse().expect("given below"));
        let end = (start + query.max_results).min(10);
        let next = (end < 10).then(|| PageToken(end.to_string().into()));
        Ok(Page {
            items: (start..end).collect(),
            next,
            warnings: vec![Warning::new("one was skipped")],
        })
    }

    #[tokio::test]
    async fn pages_are_fetched_up_to_the_limit_and_the_rest_is_said() {
        let request = |limit| ListRequest {
            limit,
            ..ListRequest::default()
        };
        let seven = request(Some(7)).collect(3, numbers).await.expect("no page fails");
        assert_eq!(
            (seven.items.len(), seven.more, seven.warnings.len()),
            (7, true, 1)
        );
        let all = request(None).collect(3, numbers).await.expect("no page fails");
        assert_eq!((all.items, all.more), ((0..10).collect(), false));
        assert!(
            !request(Some(10))
                .collect(3, numbers)
                .await
                .expect("no page fails")
                .more
        );
    }
}
