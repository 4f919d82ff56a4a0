use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use flowdeck_cache::{Kind, Writing};
use flowdeck_domain::port::{Query, View};
use flowdeck_domain::{Page, Timestamp};

/// Lists that are being read page after page, by the question that goes on with them.
#[derive(Debug, Default)]
pub(super) struct Sweeps(Mutex<HashMap<String, Timestamp>>);

/// More unfinished lists than this are forgotten: they only cost the knowledge that a list is whole.
const MOST: usize = 1_000;

/// What a page tells of the lists it is of.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    kind: Kind,
    parents: Vec<String>,
    view: View,
    /// When their reading began, where this page was the last of all.
    whole_since: Option<Timestamp>,
    read_at: Timestamp,
}

impl Sweeps {
    /// What this page tells of the lists under `parents`.
    pub(super) fn seen<T>(
        &self,
        kind: Kind,
        parents: Vec<String>,
        query: &Query,
        page: &Page<T>,
        read_at: Timestamp,
    ) -> Seen {
        // A filter shows a part only; what is passed over with a warning may yet be there.
        let tells_all = query.filter.is_empty() || kind == Kind::Version;
        let whole_since = (tells_all && page.warnings.is_empty())
            .then(|| self.advance(kind, &parents, query, page, read_at))
            .flatten();
        Seen {
            kind,
            parents,
            view: query.view,
            whole_since,
            read_at,
        }
    }

    fn advance<T>(
        &self,
        kind: Kind,
        parents: &[String],
        query: &Query,
        page: &Page<T>,
        read_at: Timestamp,
    ) -> Option<Timestamp> {
        let name = |token: &str| {
            format!(
                "{kind:?} {parents:?} {:?} {:?} {:?} {token}",
                query.view, query.filter, query.order_by
            )
        };
        let mut sweeps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = match &query.page {
            None => read_at,
            Some(token) => sweeps.remove(&name(&token.0))?,
        };
        let Some(next) = &page.next else {
            return Some(begun);
        };
        if sweeps.len() >= MOST {
            sweeps.clear();
        }
        sweeps.insert(name(&next.0), begun);
        None
    }
}

impl Seen {
    /// Notes it in the cache.
    pub(super) fn note(&self, writing: &Writing<'_>) -> super::Keepable {
        let stages: &[bool] = match self.view {
            View::Active => &[false],
            View::Deleted => &[true],
            View::All => &[false, true],
        };
        for parent in &self.parents {
            for &deleted in stages {
                match self.whole_since {
                    Some(begun) => writing.list_whole(self.kind, parent, deleted, begun)?,
                    None => writing.list_seen(self.kind, parent, deleted, self.read_at)?,
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use flowdeck_domain::PageToken;

    use super::*;

    fn page(next: Option<&str>) -> Page<()> {
        Page {
            next: next.map(|token| PageToken(token.into())),
            ..Page::whole(Vec::new())
        }
    }

    #[test]
    fn a_list_is_whole_since_its_first_page_once_its_last_was_read_without_a_gap() {
        let sweeps = Sweeps::default();
        let ask = |filter: &str, after: Option<&str>, next: Option<&str>, at: i64| {
            let query = Query {
                filter: filter.to_owned(),
                page: after.map(|token| PageToken(token.into())),
                ..Query::default()
            };
            let seen = sweeps.seen(
                Kind::Run,
                vec!["1".to_owned()],
                &query,
                &page(next),
                Timestamp(at),
            );
            seen.whole_since.map(Timestamp::as_millis)
        };
        assert_eq!(ask("", None, None, 1), Some(1));
        assert_eq!(ask("", None, Some("a"), 2), None);
        assert_eq!(ask("", Some("a"), Some("b"), 3), None);
        assert_eq!(ask("", Some("b"), None, 4), Some(2));
        assert_eq!(ask("", Some("b"), None, 5), None, "nobody read what comes before");
        assert_eq!(ask("metrics.a > 1", None, None, 6), None, "a filter shows a part");
    }
}
