//! How a person arranged the table of runs, for going back to it.

use flowdeck_surface::client::port::View;
use flowdeck_surface::run_table;

use super::Runs;
use crate::app::arrangement::Arrangement;
use crate::app::context::Cx;

/// How a person arranged the table and what is asked for.
#[derive(PartialEq)]
struct Arranged {
    table: run_table::Arrangement,
    filter: String,
    view: View,
}

impl Runs {
    pub(super) fn arranged(&self) -> Arrangement {
        Arrangement::of(Arranged {
            table: self.table.arrangement(),
            filter: self.filter.clone(),
            view: self.view,
        })
    }

    pub(super) fn arrange_as(&mut self, arrangement: &Arrangement, cx: &mut Cx<'_>) {
        let Some(wanted) = arrangement.get::<Arranged>() else {
            return;
        };
        let anchor = self.anchor();
        let is_asked_for = self.view == wanted.view && self.filter == wanted.filter;
        self.table.put_back(&wanted.table);
        self.columns.forget_widths();
        if is_asked_for {
            self.settle(anchor, cx);
            self.load_columns_in_view(cx);
        } else {
            self.view = wanted.view;
            self.filter.clone_from(&wanted.filter);
            self.start_anew(cx);
        }
    }
}
