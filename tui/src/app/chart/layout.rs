//! Where the parts of a chart, or of a grid of charts, stand.

use ratatui::layout::Rect;

use crate::app::widgets::area::{take_bottom, take_top};

/// The least room of a chart in a grid.
const CELL: (u16, u16) = (36, 8);
/// Charts side by side at most.
const MOST_COLUMNS: usize = 5;
/// From this width on the legend stands beside the chart.
const WIDE: u16 = 120;
/// Cells of a legend beside the chart that are no name.
const LEGEND_VALUE: u16 = 28;
/// Cells between two charts.
const GAP: u16 = 1;

/// What a legend has to name.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Curves {
    pub(super) n_curves: usize,
    /// Cells of the longest name.
    pub(super) widest: u16,
}

/// Where everything stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// One line over the charts.
    pub(super) header: Rect,
    /// The charts in view.
    pub(super) cells: Vec<Cell>,
    /// Names, colours and values of the curves; no room where there is but one.
    pub(super) legend: Rect,
    /// The last line: the cursor, or where in the grid this is.
    pub(super) footer: Rect,
}

/// One chart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    /// Which of the metrics.
    pub(super) index: usize,
    /// The axes and what stands between them.
    pub(super) plot: Rect,
    /// The line over it, in a grid.
    pub(super) title: Rect,
}

impl Layout {
    /// One chart with so many curves.
    pub(super) fn single(area: Rect, index: usize, curves: Curves, has_brush: bool) -> Self {
        let Curves { n_curves, widest } = curves;
        let mut left = area;
        let header = take_top(&mut left, 1);
        let (mut legend, mut footer) = (Rect::default(), Rect::default());
        if n_curves < 2 {
            footer = take_bottom(&mut left, if has_brush { 2 } else { 1 });
        } else if area.width >= WIDE && !has_brush {
            let width = (widest + LEGEND_VALUE).clamp(LEGEND_VALUE + 8, area.width / 3);
            legend = Rect::new(left.right() - width, left.y, width, left.height);
            left.width -= width + GAP;
        } else {
            legend = take_bottom(&mut left, legend_rows(area, n_curves, has_brush) + 1);
        }
        let cell = Cell {
            index,
            plot: left,
            title: Rect::default(),
        };
        Self {
            header,
            cells: vec![cell],
            legend,
            footer,
        }
    }

    /// The page of a grid on which the selected chart is.
    pub(super) fn grid(area: Rect, n_charts: usize, selected: usize, n_runs: usize) -> Self {
        let mut left = area;
        let footer = take_bottom(&mut left, 1);
        let legend = if n_runs > 1 {
            let rows = n_runs.div_ceil(usize::from(area.width / 20).max(1)).min(3);
            take_bottom(&mut left, rows as u16)
        } else {
            Rect::default()
        };
        let (n_columns, n_rows) = shape(left, n_charts);
        let on_page = n_columns * n_rows;
        let first = selected / on_page * on_page;
        let width = (left.width + GAP) / n_columns as u16;
        let height = left.height / n_rows as u16;
        let cells = (first..n_charts.min(first + on_page)).map(|index| {
            let place = index - first;
            let (column, row) = ((place % n_columns) as u16, (place / n_columns) as u16);
            let whole = Rect::new(
                left.x + column * width,
                left.y + row * height,
                width - GAP,
                height,
            );
            let mut plot = whole;
            let title = take_top(&mut plot, 1);
            Cell { index, plot, title }
        });
        Self {
            header: Rect::default(),
            cells: cells.collect(),
            legend,
            footer,
        }
    }

    /// Charts on one page of a grid.
    pub(super) fn page(area: Rect, n_charts: usize, n_runs: usize) -> usize {
        Self::grid(area, n_charts, 0, n_runs).cells.len().max(1)
    }

    /// The chart at a place.
    pub(super) fn cell_at(&self, column: u16, row: u16) -> Option<Cell> {
        let holds = |area: Rect| area.contains((column, row).into());
        let found = self
            .cells
            .iter()
            .find(|cell| holds(cell.plot) || holds(cell.title));
        found.copied()
    }
}

/// Curves that stand side by side in a legend below the chart.
pub(super) fn legend_columns(width: u16, has_brush: bool) -> usize {
    if has_brush {
        1
    } else {
        usize::from(width / 38).max(1)
    }
}

fn legend_rows(area: Rect, n_curves: usize, has_brush: bool) -> u16 {
    let wanted = n_curves.div_ceil(legend_columns(area.width, has_brush)) as u16;
    wanted.min((area.height / 3).max(2))
}

/// Columns and rows of a grid that shows as many charts as there is room for, each as great as can be.
fn shape(area: Rect, n_charts: usize) -> (usize, usize) {
    let most_columns = usize::from((area.width + GAP) / (CELL.0 + GAP)).clamp(1, MOST_COLUMNS);
    let most_rows = usize::from(area.height / CELL.1).max(1);
    let fits = |n_columns: usize| {
        let n_rows = n_charts.max(1).div_ceil(n_columns);
        (n_rows <= most_rows).then_some((n_columns, n_rows))
    };
    let size = |&(n_columns, n_rows): &(usize, usize)| {
        // A cell of a terminal is about twice as high as wide.
        let (width, height) = (
            usize::from(area.width) / n_columns,
            usize::from(area.height) / n_rows,
        );
        (width / 4).min(height)
    };
    let fitting = (1..=most_columns).filter_map(fits);
    fitting.max_by_key(size).unwrap_or((most_columns, most_rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curves(n_curves: usize) -> Curves {
        Curves {
            n_curves,
            widest: n_curves as u16,
        }
    }

    #[test]
    fn the_parts_stay_within_the_area_and_apart_at_any_size() {
        for (width, height) in [(1, 1), (20, 5), (80, 22), (160, 46), (300, 98)] {
            let area = Rect::new(3, 2, width, height);
            for n in [0, 1, 2, 7, 40, 1_000] {
                let layouts = [
                    Layout::single(area, 0, curves(n), false),
                    Layout::single(area, 0, curves(n), true),
                    Layout::grid(area, n, n.saturating_sub(1), 1),
                    Layout::grid(area, n, 0, n),
                ];
                for layout in layouts {
                    let mut parts = vec![layout.header, layout.legend, layout.footer];
                    parts.extend(layout.cells.iter().flat_map(|cell| [cell.plot, cell.title]));
                    parts.retain(|part| !part.is_empty());
                    for (place, part) in parts.iter().enumerate() {
                        assert_eq!(part.intersection(area), *part, "{area:?} {n}");
                        assert!(parts[..place].iter().all(|other| !other.intersects(*part)));
                    }
                }
            }
        }
    }

    #[test]
    fn a_grid_shows_few_charts_great_and_many_in_pages() {
        let area = Rect::new(0, 0, 160, 46);
        assert_eq!(Layout::grid(area, 2, 0, 1).cells.len(), 2);
        let page = Layout::page(area, 1_000, 1);
        assert_eq!(page, 20);
        let layout = Layout::grid(area, 1_000, 999, 1);
        let shown: Vec<usize> = layout.cells.iter().map(|cell| cell.index).collect();
        assert_eq!((shown[0], shown[shown.len() - 1]), (980, 999));
    }
}
