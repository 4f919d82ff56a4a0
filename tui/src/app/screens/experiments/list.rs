//! Which experiments are in view, and in which order.

use flowdeck_surface::client::{ExperimentId, Timestamp};
use flowdeck_surface::words::Words;
use ratatui::layout::Rect;

use super::Experiments;
use crate::app::context::Cx;
use crate::app::widgets::table::Table;

impl Experiments {
    /// Finds and sorts the rows: what was active last stands first, and what is unknown keeps the store's order.
    ///
    /// The selection stays on `selected`, where it is still there.
    pub(super) fn arrange(&mut self, selected: Option<ExperimentId>, cx: &Cx<'_>) {
        let Some(listing) = self.list.shown() else {
            self.rows.clear();
            return;
        };
        let items = &listing.items;
        let mut words = Words::new(&self.find);
        self.rows = (0..items.len())
            .filter(|&row| {
                let item = &items[row];
                let values = item.tags.iter().map(|tag| tag.value.as_str());
                words.are_in(&item.name, values.chain([item.id.as_str()]))
            })
            .collect();
        if let Some(activities) = self.activities.shown() {
            let last = |row: &usize| {
                let known = activities
                    .of(&items[*row].id)
                    .or_else(|| self.near.get(&items[*row].id).copied());
                known.and_then(|activity| activity.last)
            };
            self.rows
                .sort_by_key(|row| std::cmp::Reverse(last(row).or(Some(Timestamp(i64::MIN)))));
        }
        let place = selected.and_then(|id| self.rows.iter().position(|&row| items[row].id == id));
        let place = place.unwrap_or(self.cursor.selected);
        self.cursor.select(place, self.rows.len(), Self::height(cx));
    }

    /// Where the table stands in the body: below one line that sums up.
    pub(super) fn table_area(body: Rect) -> Rect {
        Rect {
            y: body.y + 1.min(body.height),
            height: body.height.saturating_sub(1),
            ..body
        }
    }

    /// Rows that are in view at once.
    pub(super) fn height(cx: &Cx<'_>) -> usize {
        Table::height(Self::table_area(cx.body))
    }
}
