//! Where the panes of the page stand.

use ratatui::layout::{Margin, Rect};

use super::{Focus, Tab};

/// From this width on two panes stand side by side; below, the one that has the focus fills the page.
const TWO_PANES: u16 = 110;

/// The panes of the page; one that is not shown has no place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    /// One line that sums up.
    pub(super) summary: Rect,
    /// One line of tabs.
    pub(super) tabs: Rect,
    /// The list, with its frame.
    pub(super) list: Option<Rect>,
    /// What is selected, with its frame.
    pub(super) detail: Option<Rect>,
}

impl Places {
    pub(super) fn of(body: Rect, tab: Tab, focus: Focus) -> Self {
        let line = |place: u16| Rect {
            y: body.y + place.min(body.height),
            height: body.height.saturating_sub(place).min(1),
            ..body
        };
        let below = Rect {
            y: body.y + 2.min(body.height),
            height: body.height.saturating_sub(2),
            ..body
        };
        let (list, detail) = match focus {
            Focus::Full => (None, Some(below)),
            _ if below.width >= TWO_PANES => {
                let width = list_width(tab, below.width);
                let list = Rect { width, ..below };
                let detail = Rect {
                    x: below.x + width,
                    width: below.width - width,
                    ..below
                };
                (Some(list), Some(detail))
            }
            Focus::List => (Some(below), None),
            Focus::Detail => (None, Some(below)),
        };
        Self {
            summary: line(0),
            tabs: line(1),
            list,
            detail,
        }
    }

    /// Where the list and its titles stand, within the frame.
    pub(super) fn list_inner(&self) -> Option<Rect> {
        self.list.map(within)
    }

    /// Where what is selected is drawn, within its frame; no place where it is not shown.
    pub(super) fn detail_inner(&self) -> Rect {
        self.detail.map_or(Rect::ZERO, within)
    }

    pub(super) fn is_on_detail(&self, column: u16, row: u16) -> bool {
        self.detail
            .is_some_and(|detail| detail.contains((column, row).into()))
    }
}

/// A list is as wide as its columns want, and what stands beside it has the rest.
fn list_width(tab: Tab, width: u16) -> u16 {
    match tab {
        Tab::Metrics | Tab::System => (width * 9 / 20).clamp(46, 92),
        Tab::Files => (width * 2 / 5).clamp(40, 60),
        Tab::Overview | Tab::Params | Tab::Tags => (width * 9 / 20).clamp(48, 90),
        Tab::Datasets | Tab::Models | Tab::Children | Tab::Traces => (width / 2).clamp(54, 100),
    }
}

fn within(frame: Rect) -> Rect {
    frame.inner(Margin::new(1, 1))
}
