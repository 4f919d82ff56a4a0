//! Where the panes of the page stand.

use ratatui::layout::Rect;

use super::Focus;

/// From this width on the list has room for three columns.
const WIDE: u16 = 110;
/// Below this size only the pane that has the focus is shown.
const LEAST_WIDTH: u16 = 64;

/// The panes of the page; one that is not shown has no place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    /// One line that sums up.
    pub(super) summary: Rect,
    /// The list, with its frame.
    pub(super) list: Option<Rect>,
    /// The chart, with its frame.
    pub(super) chart: Option<Rect>,
}

/// Rows below a list that show the selected text whole.
pub(super) const DETAIL: u16 = 3;

impl Places {
    pub(super) fn of(body: Rect, focus: Focus) -> Self {
        let summary = Rect {
            height: body.height.min(1),
            ..body
        };
        let below = Rect {
            y: body.y + summary.height,
            height: body.height - summary.height,
            ..body
        };
        let (list, chart) = match focus {
            Focus::FullChart => (None, Some(below)),
            Focus::Chart if below.width < LEAST_WIDTH => (None, Some(below)),
            Focus::List if below.width < LEAST_WIDTH => (Some(below), None),
            Focus::List | Focus::Chart => {
                let width = if below.width < WIDE {
                    36
                } else {
                    (below.width * 3 / 8).min(72)
                };
                let list = Rect { width, ..below };
                let chart = Rect {
                    x: below.x + width,
                    width: below.width - width,
                    ..below
                };
                (Some(list), Some(chart))
            }
        };
        Self { summary, list, chart }
    }

    /// Where the rows of the list stand, within its frame.
    pub(super) fn list_rows(&self) -> Option<Rect> {
        let inner = within(self.list?);
        let detail = detail_height(inner);
        Some(Rect {
            height: inner.height - detail,
            ..inner
        })
    }

    /// Where the selected text stands whole, below the rows.
    pub(super) fn detail(&self) -> Option<Rect> {
        let inner = within(self.list?);
        let height = detail_height(inner);
        Some(Rect {
            y: inner.bottom() - height,
            height,
            ..inner
        })
    }

    /// Where the chart is drawn, within its frame; no place where it is not shown.
    pub(super) fn curve(&self) -> Rect {
        self.chart.map_or(Rect::ZERO, within)
    }

    pub(super) fn is_on_chart(&self, column: u16, row: u16) -> bool {
        self.chart
            .is_some_and(|chart| chart.contains((column, row).into()))
    }
}

fn within(frame: Rect) -> Rect {
    frame.inner(ratatui::layout::Margin::new(1, 1))
}

fn detail_height(inner: Rect) -> u16 {
    if inner.height >= 4 * DETAIL { DETAIL } else { 0 }
}
