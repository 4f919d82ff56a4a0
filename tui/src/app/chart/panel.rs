//! One chart made ready to be drawn: its curves reduced to columns, its axes, the values at the cursor.

use std::collections::HashMap;

use flowdeck_surface::chart::{Line, Readout, Scale, StretchSummary, Wish, XFrame, fitting, names, symbol};
use flowdeck_surface::client::MetricKey;
use flowdeck_surface::client::series::{Raster, Reduced};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::in_pixels::Grain;
use super::plot::{Plot, PlotLine, Stress, canvas_of};
use super::{ChartPane, Curve};
use crate::app::context::Look;
use crate::app::histories::{Entry, Histories, HistoryId};

/// Curves whose ends have room for a letter each; of more, only the one in focus has its letter.
const TOLD_BY_LETTER: usize = 12;

/// One chart made ready to be drawn.
pub(super) struct Panel<'a> {
    /// Its curves, in the order of the legend.
    pub(super) curves: Vec<PanelCurve<'a>>,
    /// The x axis; none where there is no point.
    pub(super) x: Option<XFrame>,
    /// The y axis; none where there is no finite value in view.
    pub(super) y: Option<Scale>,
    /// Columns that its curves are reduced to.
    n_columns: usize,
}

/// Columns of dots on a plot with its axes.
pub(super) fn n_dots(plot: Rect) -> usize {
    usize::from(canvas_of(plot).width) * 2
}

/// One curve of it.
pub(super) struct PanelCurve<'a> {
    pub(super) id: HistoryId,
    /// What it is called.
    pub(super) name: String,
    /// What is known of its history.
    pub(super) entry: Option<&'a Entry>,
    /// The place of its colour.
    pub(super) colour: usize,
    pub(super) stress: Stress,
    /// Its letter, where there are several.
    pub(super) symbol: Option<char>,
    /// Whether the letter stands at the end of the curve, too.
    has_end_letter: bool,
    /// Its point at the cursor.
    pub(super) readout: Option<Readout>,
    /// What is told of the marked stretch.
    pub(super) stretch: Option<StretchSummary>,
}

impl ChartPane {
    /// The chart of some metrics, its curves reduced to so many columns.
    pub(super) fn panel<'a>(
        &self,
        keys: &[MetricKey],
        n_columns: usize,
        histories: &'a Histories,
    ) -> Panel<'a> {
        let found = self.curves_of(keys);
        let names = names(
            found
                .iter()
                .map(|curve| (&curve.id.run, curve.run.name.as_str(), &curve.id.key)),
        );
        let whole = self.whole_of(keys, histories);
        let x = whole.map(|whole| self.view.x_frame(whole));
        let n_curves = found.len();
        let mut lines = self.lines.borrow_mut();
        let curves = found.iter().zip(names).enumerate().map(|(place, (curve, name))| {
            let entry = histories.get(&curve.id);
            let mut made = PanelCurve {
                id: curve.id.clone(),
                name,
                entry,
                colour: self.colour(curve, place, keys.len(), histories),
                stress: self.stress(&curve.id, keys.len()),
                symbol: symbol(place).filter(|_| n_curves > 1),
                has_end_letter: n_curves <= TOLD_BY_LETTER,
                readout: None,
                stretch: None,
            };
            if let (Some(entry), Some(x)) = (entry, &x) {
                let line = lines.entry(curve.id.clone()).or_default();
                self.prepare(&mut made, line, entry, x, n_columns);
            }
            made
        });
        let curves: Vec<PanelCurve<'_>> = curves.collect();
        let y = self.scale(keys, &curves, &lines);
        Panel {
            curves,
            x,
            y,
            n_columns,
        }
    }

    /// The chart of some metrics as it is drawn in this area.
    pub(super) fn panel_in<'a>(&self, keys: &[MetricKey], plot: Rect, look: &Look<'a>) -> Panel<'a> {
        let canvas = canvas_of(plot);
        let n_columns = match Grain::of(canvas, look.theme.graphics()) {
            Some(grain) => grain.n_columns(canvas),
            None => n_dots(plot),
        };
        self.panel(keys, n_columns, look.histories)
    }

    /// Draws the curves of a chart between their axes, by pixels or in dots.
    pub(super) fn draw_plot(&self, panel: &Panel<'_>, plot: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let grain = Grain::of(canvas_of(plot), look.theme.graphics());
        self.with_plot(panel, |made| match grain {
            Some(grain) => made.draw_in_pixels(plot, grain, &self.strips, buf, look),
            None => made.draw(plot, buf, look.theme, look.clock),
        });
    }

    fn prepare(
        &self,
        made: &mut PanelCurve<'_>,
        line: &mut Line,
        entry: &Entry,
        x: &XFrame,
        n_columns: usize,
    ) {
        let wish = self.wish(entry, x.raster(n_columns));
        line.drawn(&entry.history, wish);
        let curve = line.curve(&entry.history, &wish);
        let cursor = self.view.cursor();
        made.readout = cursor.and_then(|at| Readout::at(&curve, &entry.history, at));
        let brush = self.view.brush();
        made.stretch = brush.map(|brush| StretchSummary::of(&curve, brush.span(), x));
    }

    /// What a curve is to be reduced to.
    pub(super) fn wish(&self, entry: &Entry, raster: Raster) -> Wish {
        let settings = self.view.settings();
        Wish {
            version: entry.version,
            is_whole: entry.is_whole(),
            axis: settings.axis,
            raster,
            smoothing: settings.smoothing,
            wants_sample: settings.clips_outliers,
        }
    }

    fn scale(
        &self,
        keys: &[MetricKey],
        curves: &[PanelCurve<'_>],
        lines: &HashMap<HistoryId, Line>,
    ) -> Option<Scale> {
        let settings = self.view.settings();
        let drawn = || curves.iter().filter_map(|curve| lines.get(&curve.id)?.kept());
        let reduced = drawn().flat_map(|drawn| std::iter::once(&drawn.raw).chain(&drawn.smooth));
        let mut sample: Vec<f64> = if settings.clips_outliers {
            drawn().flat_map(|drawn| &drawn.sample).copied().collect()
        } else {
            Vec::new()
        };
        let limits = keys.last().map(|key| self.view.y_limits(key)).unwrap_or_default();
        let clipped = settings.clips_outliers.then_some(&mut sample);
        fitting(settings.scale, limits, reduced, clipped)
    }

    /// Curves of several runs have the colour of their run wherever they are; those of one run each its own.
    fn colour(&self, curve: &Curve<'_>, place: usize, n_keys: usize, histories: &Histories) -> usize {
        if self.runs.len() > 1 {
            histories.colours.of(&curve.id.run)
        } else if n_keys > 1 {
            place
        } else {
            0
        }
    }

    fn stress(&self, id: &HistoryId, n_keys: usize) -> Stress {
        match &self.focus {
            None => Stress::Usual,
            Some(focus) if focus.run == id.run && (n_keys == 1 || focus.key == id.key) => Stress::Focused,
            Some(_) => Stress::Dimmed,
        }
    }

    fn with_plot(&self, panel: &Panel<'_>, draw: impl FnOnce(&Plot<'_>)) {
        let Some(x) = panel.x else { return };
        let lines = self.lines.borrow();
        let line = |curve: &PanelCurve<'_>| {
            Some(PlotLine {
                drawn: lines.get(&curve.id)?.kept()?,
                colour: curve.colour,
                stress: curve.stress,
                symbol: curve
                    .symbol
                    .filter(|_| curve.has_end_letter || curve.stress == Stress::Focused),
                at_cursor: curve.readout.map(|readout| [readout.x, readout.point.value]),
            })
        };
        let brush = self.view.brush().map(|brush| brush.span());
        draw(&Plot {
            x,
            y: panel.y,
            lines: panel.curves.iter().filter_map(line).collect(),
            n_columns: panel.n_columns,
            cursor: self.view.cursor(),
            brush,
        });
    }
}

impl Panel<'_> {
    /// Whether any point lies in the stretch in view.
    pub(super) fn has_points_in_view(&self, lines: &HashMap<HistoryId, Line>) -> bool {
        let has = |reduced: &Reduced| !reduced.columns.is_empty();
        self.curves
            .iter()
            .filter_map(|curve| lines.get(&curve.id)?.kept())
            .any(|drawn| has(&drawn.raw))
    }

    /// Points of all curves together.
    pub(super) fn n_points(&self) -> usize {
        let entries = self.curves.iter().filter_map(|curve| curve.entry);
        entries.map(|entry| entry.history.len()).sum()
    }

    /// The y that stands at a share of the height, counted from the bottom.
    pub(super) fn y_at(&self, share: f64) -> Option<f64> {
        self.y.map(|scale| scale.value_at(share))
    }
}
