//! Charts of metrics: one, or a grid of them, of one run or of many, drawn in braille dots or by pixels.
//!
//! ```text
//!  last 0.12 @ 999   min 0.1 @ 900   max 2.3 @ 0   1,000 points
//!    2.0┤⣇      │                       one curve: what is worth saying above, the cursor below
//!    1.0┤⠘⢆⡀    │
//!    0.0┤  ⠉⠒⠤⠤⠤●⠤⠤⠤⠤⠤⠤                 several: a legend with the exact values at the cursor
//!       └┬──────┴─┬──────
//!        0       500       step         a grid: one cursor and one stretch for all charts in it
//!  step 512 · 0.1234567 · 22:13:20
//! ```
//!
//! A screen that has a chart hands it the runs and the metrics ([`ChartPane::show`]), the keys and the mouse, and lets it
//! load ([`ChartPane::load`]) whenever what is on the screen may have changed: only that is read.

mod axes;
pub(crate) mod canvas;
mod cursor;
mod draw;
mod draw_drag;
mod draw_grid;
mod export;
mod in_pixels;
mod keys;
mod layout;
mod legend;
mod mouse;
mod panel;
pub(crate) mod plot;
mod run;
mod strokes;
#[cfg(test)]
mod tests;
mod typing;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use flowdeck_surface::chart::{ChartView, Line, ViewArrangement};
use flowdeck_surface::client::MetricKey;
use flowdeck_surface::client::series::Span;
use flowdeck_surface::text::width_cells;
use ratatui::layout::Rect;

use crate::app::context::Cx;
use crate::app::histories::{Histories, HistoryId, Want};
use export::Export;
use in_pixels::Strips;
use layout::{Curves, Layout};
use mouse::Drag;
pub(crate) use run::ChartRun;
use typing::Typing;

/// One chart or a grid of charts over the metrics of some runs.
#[derive(Debug, Default)]
pub(crate) struct ChartPane {
    runs: Vec<ChartRun>,
    /// The metrics there are charts of, in order.
    keys: Vec<MetricKey>,
    /// Which of them is in hand.
    selected: usize,
    /// Metrics that are drawn into the chart in hand, whichever it is.
    pinned: Vec<MetricKey>,
    is_grid: bool,
    view: ChartView,
    /// The curve that stands out.
    focus: Option<HistoryId>,
    typing: Option<Typing>,
    drag: Option<Drag>,
    export: Export,
    /// Histories that stand on the same screen as words.
    beside: Vec<Want>,
    /// What was worked out for the curves on the screen.
    lines: RefCell<HashMap<HistoryId, Line>>,
    /// Their pixels, as the terminal was told.
    strips: Strips,
}

/// How a person arranged the charts: what undo goes back to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ChartArrangement {
    view: ViewArrangement,
    pinned: Vec<MetricKey>,
    is_grid: bool,
    focus: Option<HistoryId>,
}

/// A curve of a chart.
#[derive(Clone, Debug)]
struct Curve<'a> {
    run: &'a ChartRun,
    id: HistoryId,
}

impl Curve<'_> {
    /// Cells of its name, about.
    fn name_cells(&self) -> usize {
        width_cells(&self.run.name).max(width_cells(self.id.key.as_str()))
    }
}

impl ChartPane {
    /// Shows these runs and charts of these metrics, the one in hand being `selected`, else the one that was.
    ///
    /// Settings stay; limits, cursor and focus stay as long as the runs do.
    pub(crate) fn show(&mut self, runs: Vec<ChartRun>, keys: Vec<MetricKey>, selected: Option<&MetricKey>) {
        let is_same = runs.len() == self.runs.len()
            && runs.iter().zip(&self.runs).all(|(one, other)| one.id == other.id);
        if !is_same {
            self.view.forget();
            self.focus = None;
            self.pinned.clear();
            self.lines.take();
        }
        let in_hand = selected.or(self.keys.get(self.selected)).cloned();
        let place = in_hand.and_then(|key| keys.iter().position(|own| *own == key));
        self.selected = place.unwrap_or(self.selected).min(keys.len().saturating_sub(1));
        self.runs = runs;
        self.keys = keys;
    }

    /// Histories that stand on the same screen as words; they are read behind those that are drawn.
    pub(crate) fn read_beside(&mut self, wants: Vec<Want>) {
        self.beside = wants;
    }

    /// Reads what is on the screen and not here yet, and what of it has news; with `again`, as a person asks for it, all
    /// that may have grown or that failed.
    pub(crate) fn load(&mut self, area: Rect, again: bool, cx: &mut Cx<'_>) {
        cx.histories.colours.assign(self.runs.iter().map(|run| &run.id));
        let mut wants: Vec<Want> = self
            .keys_in_view(area)
            .iter()
            .flat_map(|key| self.curves_of(std::slice::from_ref(key)))
            .map(|curve| curve.run.want(&curve.id.key))
            .collect();
        let drawn: HashSet<&HistoryId> = wants.iter().map(|want| &want.id).collect();
        self.lines.borrow_mut().retain(|id, _| drawn.contains(id));
        wants.extend(self.beside.iter().cloned());
        cx.show_histories(&wants, again);
    }

    /// How the person arranged them.
    pub(crate) fn arrangement(&self) -> ChartArrangement {
        ChartArrangement {
            view: self.view.arrangement(),
            pinned: self.pinned.clone(),
            is_grid: self.is_grid,
            focus: self.focus.clone(),
        }
    }

    /// Arranges them as they were; what is on the screen then has to be loaded.
    pub(crate) fn put_back(&mut self, arrangement: &ChartArrangement) {
        self.view.put_back(&arrangement.view);
        self.pinned.clone_from(&arrangement.pinned);
        self.is_grid = arrangement.is_grid;
        self.focus.clone_from(&arrangement.focus);
    }

    /// The metric in hand.
    pub(crate) fn key(&self) -> Option<&MetricKey> {
        self.keys.get(self.selected)
    }

    /// What is drawn, in a few words, for the frame around it.
    pub(crate) fn title(&self) -> String {
        let keys = self.keys_in_hand();
        let keys: Vec<&str> = keys.iter().map(MetricKey::as_str).collect();
        if self.is_grid {
            let noun = if self.keys.len() == 1 { "chart" } else { "charts" };
            format!("{} {noun}", flowdeck_surface::format::count(self.keys.len()))
        } else {
            keys.join(", ")
        }
    }

    /// Its settings in a few words, for the frame around it.
    pub(crate) fn settings(&self) -> String {
        let zoomed = if self.view.is_zoomed() { " · zoomed" } else { "" };
        format!("{}{zoomed}", self.view.settings().words())
    }

    /// The metrics of the chart in hand: those that are pinned, then the selected one.
    fn keys_in_hand(&self) -> Vec<MetricKey> {
        let mut keys = self.pinned.clone();
        if let Some(key) = self.key().filter(|key| !keys.contains(key)) {
            keys.push(key.clone());
        }
        keys
    }

    /// The metrics whose curves are on the screen.
    fn keys_in_view(&self, area: Rect) -> Vec<MetricKey> {
        if !self.is_grid {
            return self.keys_in_hand();
        }
        let layout = self.layout(area);
        let shown = layout.cells.iter();
        shown
            .filter_map(|cell| self.keys.get(cell.index).cloned())
            .collect()
    }

    fn layout(&self, area: Rect) -> Layout {
        if self.is_grid {
            Layout::grid(area, self.keys.len(), self.selected, self.runs.len())
        } else {
            let curves = self.curves_in_hand();
            let widest = curves.iter().map(Curve::name_cells).max();
            let curves = Curves {
                n_curves: curves.len(),
                widest: widest.unwrap_or(0).min(60) as u16,
            };
            Layout::single(area, self.selected, curves, self.view.brush().is_some())
        }
    }

    /// The curves of some metrics, run by run.
    fn curves_of<'a>(&'a self, keys: &[MetricKey]) -> Vec<Curve<'a>> {
        let mut curves = Vec::new();
        for run in &self.runs {
            for key in keys.iter().filter(|key| run.may_have(key)) {
                let id = HistoryId {
                    run: run.id.clone(),
                    key: key.clone(),
                };
                curves.push(Curve { run, id });
            }
        }
        curves
    }

    fn curves_in_hand(&self) -> Vec<Curve<'_>> {
        self.curves_of(&self.keys_in_hand())
    }

    /// The stretch that the curves of some metrics take together.
    fn whole_of(&self, keys: &[MetricKey], histories: &Histories) -> Option<Span> {
        let curves = self.curves_of(keys);
        let entries = curves.iter().filter_map(|curve| histories.get(&curve.id));
        entries
            .filter_map(|entry| entry.history.stretch(self.view.axis()))
            .reduce(Span::union)
    }

    fn whole(&self, histories: &Histories) -> Option<Span> {
        self.whole_of(&self.keys_in_hand(), histories)
    }
}
