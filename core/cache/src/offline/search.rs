//! A search over what is kept of some lists.

use std::collections::HashMap;

use flowdeck_domain::port::{Query, View};
use flowdeck_domain::search::{Dialect, Search, Searchable};
use flowdeck_domain::{Page, Result, Timestamp, Warning};

use super::{NothingKept, Offline, page_of};
use crate::record::{Kind, Thing};
use crate::store::{Kept, ListState, Reading};

/// Which lists are searched.
pub(super) struct Lists {
    /// The parents.
    pub(super) parents: Vec<String>,
    /// Lifecycle stages.
    pub(super) view: View,
    /// What several of the things are called: `runs`.
    pub(super) plural: &'static str,
}

/// What is kept of some lists.
struct Found<T> {
    things: Vec<Kept<T>>,
    /// Parents whose list was never looked into.
    unknown: Vec<String>,
    /// Parents of whose list only some is kept.
    partial: Vec<String>,
    /// When the oldest of the whole lists was read.
    whole_since: Option<Timestamp>,
}

impl Lists {
    fn read<T: Thing>(&self, reading: &Reading<'_>) -> rusqlite::Result<Found<T>> {
        let mut found = Found {
            things: Vec::new(),
            unknown: Vec::new(),
            partial: Vec::new(),
            whole_since: None,
        };
        let mut known = Vec::new();
        for parent in &self.parents {
            match reading.list(T::KIND, parent, self.view)? {
                ListState::Unknown => {
                    found.unknown.push(parent.clone());
                    continue;
                }
                ListState::Partial => found.partial.push(parent.clone()),
                ListState::Whole(at) => {
                    found.whole_since = Some(found.whole_since.map_or(at, |known| known.min(at)));
                }
            }
            known.push(parent.as_str());
        }
        found.things = reading.things(&known, self.view)?;
        for parent in known {
            let (kind, parent) = (T::KIND, parent.to_owned());
            reading.note(move |writing| writing.touch(kind, &parent, true));
        }
        Ok(found)
    }

    fn what(&self) -> String {
        match &*self.parents {
            [parent] if !parent.is_empty() => format!("{} of {parent}", self.plural),
            _ => self.plural.to_owned(),
        }
    }

    /// What of the lists is not here, one sentence each.
    fn warnings<T>(&self, found: &Found<T>) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let of = |parents: &[String]| match parents {
            [one] if one.is_empty() => String::new(),
            parents => format!(" of {}", parents.join(", ")),
        };
        if !found.unknown.is_empty() {
            warnings.push(Warning::new(format!(
                "offline: the {}{} were never listed and are missing here",
                self.plural,
                of(&found.unknown)
            )));
        }
        if !found.partial.is_empty() {
            warnings.push(Warning::new(format!(
                "offline: only those {}{} are here that were seen while online",
                self.plural,
                of(&found.partial)
            )));
        }
        warnings
    }
}

impl Offline {
    /// Searches lists of things that are kept as they are searched.
    pub(super) async fn search<T: Thing + Searchable>(&self, query: &Query, lists: Lists) -> Result<Page<T>> {
        self.search_as(query, lists, |thing: T| thing, |thing| thing)
            .await
    }

    /// Searches lists of things that are searched as something else.
    pub(super) async fn search_as<T: Thing, S: Searchable>(
        &self,
        query: &Query,
        lists: Lists,
        before: impl Fn(T) -> S,
        after: impl Fn(S) -> T,
    ) -> Result<Page<T>> {
        let search = Search::<S>::parse(&query.filter, &query.order_by, Dialect::Sql)?;
        let (lists, found) = self
            .cache
            .read(move |reading| lists.read::<T>(reading).map(|found| (lists, found)))
            .await?;
        if found.unknown.len() == lists.parents.len() && !lists.parents.is_empty() {
            return Err(NothingKept(lists.what()).into());
        }
        let warnings = lists.warnings(&found);
        let mut read_at = HashMap::new();
        let mut things = Vec::with_capacity(found.things.len());
        for kept in found.things {
            read_at.insert(kept.thing.id(), kept.read_at);
            things.push(before(kept.thing));
        }
        let page = page_of(search.select(things)?, query)?.map(after);
        let oldest = page
            .items
            .iter()
            .filter_map(|thing| read_at.get(&thing.id()))
            .min();
        if let Some(&oldest) = oldest.or(found.whole_since.as_ref()) {
            (self.told)(oldest);
        }
        Ok(Page { warnings, ..page })
    }
}

/// The lists under some experiments.
pub(super) fn under<Id: ToString>(parents: &[Id], view: View, kind: Kind) -> Lists {
    let named = Kind::ALL.iter().find(|(known, _)| *known == kind);
    Lists {
        parents: parents.iter().map(ToString::to_string).collect(),
        view,
        plural: named.map_or("things", |(_, plural)| plural),
    }
}
