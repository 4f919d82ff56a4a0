//! Which columns stand in the table, in which order, how wide, and which stay while others move.

use rustc_hash::{FxHashMap, FxHashSet};

use super::catalog::{Catalog, ColumnId, is_shown_at_first};
use crate::run_column::{RunAttribute, RunColumn};

/// The columns of a table as a person wants them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// All columns that are known, in order.
    order: Vec<ColumnId>,
    hidden: FxHashSet<ColumnId>,
    /// They stand at the left and stay there.
    pinned: Vec<ColumnId>,
    /// Widths that were chosen, in characters.
    widths: FxHashMap<ColumnId, u16>,
    /// Whether columns that turn up later stay out, as a saved view names those that it shows.
    is_closed: bool,
}

/// Narrowest and widest that a column can be made, in characters.
const WIDTHS: std::ops::RangeInclusive<u16> = 3..=80;

impl Layout {
    /// Takes in columns that the catalogue has learnt.
    pub(super) fn follow(&mut self, catalog: &Catalog) {
        for id in catalog.ids().skip(self.order.len()) {
            self.order.push(id);
            let column = catalog.column(id);
            if !is_shown_at_first(column) || (self.is_closed && !is_name(column)) {
                self.hidden.insert(id);
            }
        }
    }

    /// The columns to show: the name first, then what is pinned, then the rest in order.
    pub(super) fn shown<'a>(&'a self, catalog: &'a Catalog) -> impl Iterator<Item = ColumnId> + 'a {
        let name = self.order.iter().copied().find(|id| is_name(catalog.column(*id)));
        let pinned = self.pinned.iter().copied().filter(move |id| Some(*id) != name);
        let rest =
            self.order.iter().copied().filter(move |id| {
                Some(*id) != name && !self.pinned.contains(id) && !self.hidden.contains(id)
            });
        name.into_iter().chain(pinned).chain(rest)
    }

    /// How many of the shown columns stay at the left.
    pub(super) fn n_pinned(&self) -> usize {
        1 + self.pinned.len()
    }

    /// All columns in order, shown or not.
    pub fn order(&self) -> &[ColumnId] {
        &self.order
    }

    /// Whether a column is shown.
    pub fn is_shown(&self, id: ColumnId) -> bool {
        !self.hidden.contains(&id) || self.pinned.contains(&id)
    }

    /// Whether a column stays at the left.
    pub fn is_pinned(&self, id: ColumnId) -> bool {
        self.pinned.contains(&id)
    }

    /// The width that was chosen, in characters.
    pub fn width(&self, id: ColumnId) -> Option<u16> {
        self.widths.get(&id).copied()
    }

    /// Shows or hides columns.
    pub(super) fn show(&mut self, ids: &[ColumnId], is_shown: bool) {
        for id in ids {
            if is_shown {
                self.hidden.remove(id);
            } else {
                self.hidden.insert(*id);
                self.pinned.retain(|pinned| pinned != id);
            }
        }
    }

    /// Pins a column behind those that are pinned, or lets it go.
    pub(super) fn toggle_pin(&mut self, id: ColumnId) {
        if self.pinned.contains(&id) {
            self.pinned.retain(|pinned| *pinned != id);
        } else {
            self.hidden.remove(&id);
            self.pinned.push(id);
        }
    }

    /// Makes a column this wide.
    pub(super) fn set_width(&mut self, id: ColumnId, width: u16) {
        self.widths
            .insert(id, width.clamp(*WIDTHS.start(), *WIDTHS.end()));
    }

    /// Moves a column past its neighbour among `shown`, to the left or to the right; answers whether it moved.
    pub(super) fn shift(&mut self, id: ColumnId, to_the_right: bool, shown: &[ColumnId]) -> bool {
        let Some(place) = shown.iter().position(|shown| *shown == id) else {
            return false;
        };
        let neighbour = if to_the_right {
            place + 1
        } else {
            place.wrapping_sub(1)
        };
        // The name stands first, whatever is wanted.
        let Some(&neighbour) = shown.get(neighbour).filter(|_| neighbour > 0 && place > 0) else {
            return false;
        };
        if self.pinned.contains(&id) != self.pinned.contains(&neighbour) {
            return false;
        }
        let list = if self.pinned.contains(&id) {
            &mut self.pinned
        } else {
            &mut self.order
        };
        let place_of = |wanted: ColumnId| list.iter().position(|other| *other == wanted);
        let (Some(from), Some(to)) = (place_of(id), place_of(neighbour)) else {
            return false;
        };
        list.remove(from);
        list.insert(to, id);
        true
    }

    /// Shows these columns alone, in this order.
    pub(super) fn choose(&mut self, shown: &[ColumnId], pinned: &[ColumnId], catalog: &Catalog) {
        self.follow(catalog);
        let chosen: FxHashSet<_> = shown.iter().copied().collect();
        let rest = self.order.iter().copied().filter(|id| !chosen.contains(id));
        let rest: Vec<_> = rest.collect();
        self.hidden = rest.iter().copied().collect();
        self.order = shown.iter().copied().chain(rest).collect();
        self.pinned = pinned.to_vec();
        self.is_closed = true;
    }
}

pub(super) fn is_name(column: &RunColumn) -> bool {
    *column == RunColumn::Attribute(RunAttribute::RunName)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, run};
    use super::*;

    fn catalog() -> Catalog {
        let mut catalog = Catalog::default();
        catalog.learn(&[run("a", &[("m", 1.0), ("n", 1.0)], &[("p", "1")])]);
        catalog
    }

    fn shown(layout: &Layout, catalog: &Catalog) -> Vec<String> {
        layout
            .shown(catalog)
            .map(|id| catalog.column(id).title().to_owned())
            .collect()
    }

    #[test]
    fn columns_are_pinned_moved_and_hidden_and_the_name_stays_first() {
        let catalog = catalog();
        let id = |text| catalog.id(&column(text)).expect("it was learnt");
        let mut layout = Layout::default();
        layout.follow(&catalog);
        let before = shown(&layout, &catalog);
        assert_eq!(before[..6], ["Run", "Status", "Started", "Duration", "m", "n"]);
        layout.toggle_pin(id("metrics.n"));
        layout.show(&[id("status"), id("start_time")], false);
        assert_eq!(shown(&layout, &catalog)[..4], ["Run", "n", "Duration", "m"]);
        let ids: Vec<_> = layout.shown(&catalog).collect();
        assert!(layout.shift(id("metrics.m"), false, &ids));
        assert_eq!(shown(&layout, &catalog)[..4], ["Run", "n", "m", "Duration"]);
        let ids: Vec<_> = layout.shown(&catalog).collect();
        assert!(
            !layout.shift(id("metrics.m"), false, &ids),
            "it cannot go past what is pinned"
        );
        assert!(!layout.shift(id("run_name"), true, &ids));
    }

    #[test]
    fn a_chosen_set_of_columns_stays_closed_to_new_ones() {
        let mut catalog = catalog();
        let id = |text, catalog: &Catalog| catalog.id(&column(text)).expect("it was learnt");
        let mut layout = Layout::default();
        let chosen = [id("metrics.n", &catalog), id("status", &catalog)];
        layout.choose(&chosen, &[], &catalog);
        catalog.learn(&[run("a", &[("new", 1.0)], &[])]);
        layout.follow(&catalog);
        // The name is hidden by nobody: without it no run can be told from another.
        assert_eq!(shown(&layout, &catalog), ["Run", "n", "Status"]);
    }
}
