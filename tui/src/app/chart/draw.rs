use flowdeck_surface::client::Timestamp;
use flowdeck_surface::client::series::{Reduced, Span, XAxis};
use flowdeck_surface::client::tracking::MetricPoint;
use flowdeck_surface::format;
use flowdeck_surface::history::{History, HistorySummary};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::text::width_cells;
use flowdeck_surface::ticks::{
    Tick, duration_ticks, log_ticks, number_ticks, short_count, step_ticks, time_ticks,
};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::scale::Scale;
use super::{Chart, SMOOTHINGS};
use crate::app::context::Look;
use crate::app::widgets::message::Message;
use crate::app::widgets::text::{Pieces, put, put_right};

/// Cells for the numbers at the y axis and the axis itself.
const GUTTER: u16 = 8;
/// Rows above the curve: what is worth saying of it.
const ABOVE: u16 = 1;
/// Rows below the curve: the axis, its numbers, the cursor.
const BELOW: u16 = 3;

/// Where the curve itself stands within a chart.
pub(super) fn plot_area(area: Rect) -> Rect {
    Rect {
        x: area.x + GUTTER.min(area.width),
        y: area.y + ABOVE.min(area.height),
        width: area.width.saturating_sub(GUTTER + 1),
        height: area.height.saturating_sub(ABOVE + BELOW),
    }
}

impl Chart {
    /// Its settings in a few words, for the frame around it.
    pub(crate) fn settings(&self) -> String {
        let axis = match self.axis {
            XAxis::Step => "step",
            XAxis::WallTime => "wall time",
            XAxis::RelativeTime => "relative time",
        };
        let scale = if self.is_log { " · log" } else { "" };
        let smoothing = match SMOOTHINGS[self.smoothing] {
            0.0 => String::new(),
            weight => format!(" · smooth {weight}"),
        };
        let zoom = if self.zoom.is_some() { " · zoomed" } else { "" };
        format!("{axis}{scale}{smoothing}{zoom}")
    }

    /// Draws it.
    pub(crate) fn draw(&self, area: Rect, has_focus: bool, buf: &mut Buffer, look: &Look<'_>) {
        let plot = plot_area(area);
        let Some(span) = self.span().filter(|_| plot.width >= 4 && plot.height >= 2) else {
            return self.draw_nothing(area, buf, look);
        };
        if let Some(history) = self.history.shown() {
            let room = area.width.saturating_sub(2);
            let summary = self.summary(history.summary(), history.len(), room, look);
            summary.draw(
                Rect {
                    x: area.x + 1,
                    width: area.width.saturating_sub(2),
                    ..area
                },
                buf,
            );
        }
        let prepared = self.prepared(span, usize::from(plot.width) * 2);
        let curves: Vec<&Reduced> = std::iter::once(&prepared.raw).chain(&prepared.smooth).collect();
        let scale = Scale::fitting(&curves, self.is_log);
        if let Some(scale) = &scale {
            draw_y_axis(scale, plot, buf, look);
            let (behind, front) = match &prepared.smooth {
                Some(smooth) => (Some(&prepared.raw), smooth),
                None => (None, &prepared.raw),
            };
            draw_curves(behind, front, scale, span, plot, buf, look);
        }
        draw_marks(&prepared.raw, plot, buf, look);
        self.draw_x_axis(span, plot, buf, look);
        if has_focus || self.cursor.is_some() {
            self.draw_cursor(span, scale.as_ref(), plot, area, buf, look);
        }
    }

    fn draw_nothing(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        if let Some(failure) = self.history.failure() {
            return Message::failed(&Notice::of(failure)).draw(area, buf, look);
        }
        let sentence = match (&self.subject, self.history.is_asking()) {
            (None, _) => "Select a metric to see its curve.",
            (Some(_), true) => "Reading points …",
            (Some(_), false) if self.series.is_empty() => "This metric has no points.",
            _ => "There is no room for a curve here.",
        };
        Message::quiet(sentence, None).draw(area, buf, look);
    }

    /// The latest, lowest and highest value; where they stand, and of how many, only as far as there is room for it.
    fn summary(
        &self,
        summary: &HistorySummary,
        n_points: usize,
        room: u16,
        look: &Look<'_>,
    ) -> Pieces<'static> {
        let room = usize::from(room);
        let mut whole = self.extremes(summary, true, look);
        whole.append(&self.counts(summary, n_points, look));
        if whole.width() <= room {
            return whole;
        }
        let mut short = self.extremes(summary, false, look);
        let counts = self.counts(summary, n_points, look);
        if short.width() + counts.width() <= room {
            short.append(&counts);
        }
        short
    }

    fn extremes(&self, summary: &HistorySummary, with_steps: bool, look: &Look<'_>) -> Pieces<'static> {
        let (muted, plain) = (look.theme.tone(Tone::Muted), look.theme.tone(Tone::Plain));
        let width = if with_steps { 10 } else { 7 };
        let mut line = Pieces::new();
        for (word, point) in [("last", summary.last), ("min", summary.min), ("max", summary.max)] {
            let Some(point) = point else { continue };
            line.add(format!("{word} "), muted)
                .add(format::number(point.value, width), plain);
            if with_steps {
                line.add(format!(" @ {} ", short_count(point.step as f64)), muted);
            }
            line.add("  ", plain);
        }
        line
    }

    fn counts(&self, summary: &HistorySummary, n_points: usize, look: &Look<'_>) -> Pieces<'static> {
        let mut line = Pieces::new();
        for (number, word) in [(summary.n_nan, "NaN"), (summary.n_infinite, "infinite")] {
            if number > 0 {
                line.add(
                    format!("{} {word}  ", format::count(number)),
                    look.theme.tone(Tone::Warning),
                );
            }
        }
        let noun = if n_points == 1 { "point" } else { "points" };
        let so_far = if self.history.as_of().is_none() {
            " so far …"
        } else {
            ""
        };
        line.add(
            format!("{} {noun}{so_far}", format::count(n_points)),
            look.theme.tone(Tone::Muted),
        );
        line
    }

    fn draw_x_axis(&self, span: Span, plot: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let frame = look.theme.frame(false);
        let y = plot.bottom();
        put(buf, plot.x - 1, y, "└", 1, frame);
        for x in plot.x..plot.right() {
            put(buf, x, y, "─", 1, frame);
        }
        let n_most = usize::from(plot.width / 9).max(2);
        let ticks = match self.axis {
            XAxis::Step => step_ticks(span, n_most),
            XAxis::WallTime => time_ticks(span, n_most, look.clock),
            XAxis::RelativeTime => duration_ticks(span, n_most),
        };
        let mut free_from = plot.x.saturating_sub(GUTTER);
        for tick in ticks {
            let Some(x) = column_of(tick.at, span, plot) else {
                continue;
            };
            put(buf, x, y, "┬", 1, frame);
            let width = width_cells(&tick.label) as u16;
            let start = x.saturating_sub(width / 2).max(plot.x.saturating_sub(2));
            if start >= free_from && start + width <= plot.right() + 1 {
                put(
                    buf,
                    start,
                    y + 1,
                    &tick.label,
                    usize::from(width),
                    look.theme.tone(Tone::Muted),
                );
                free_from = start + width + 2;
            }
        }
    }

    /// The line through the point below the cursor, and its exact values.
    fn draw_cursor(
        &self,
        span: Span,
        scale: Option<&Scale>,
        plot: Rect,
        area: Rect,
        buf: &mut Buffer,
        look: &Look<'_>,
    ) {
        let below = area.bottom().saturating_sub(1);
        let muted = look.theme.tone(Tone::Muted);
        let room = usize::from(area.width.saturating_sub(2));
        let Some(index) = self.cursor.filter(|&index| index < self.series.len()) else {
            put(
                buf,
                area.x + 1,
                below,
                "← → move the cursor, + - zoom, 0 shows all",
                room,
                muted,
            );
            return;
        };
        let (at, value) = (self.series.x()[index], self.series.y()[index]);
        if let Some(x) = column_of(at, span, plot) {
            for y in plot.y..plot.bottom() {
                let Some(cell) = buf.cell_mut((x, y)) else {
                    continue;
                };
                if cell.symbol() == " " || cell.symbol() == "┈" {
                    cell.set_symbol("│");
                    cell.set_style(look.theme.tone(Tone::Warning));
                }
            }
            let row = scale
                .filter(|_| value.is_finite())
                .map(|scale| scale.row(value, i64::from(plot.height) * 4) / 4);
            if let Some(row) = row.filter(|row| (0..i64::from(plot.height)).contains(row)) {
                put(
                    buf,
                    x,
                    plot.y + row as u16,
                    "●",
                    1,
                    look.theme.tone(Tone::Warning),
                );
            }
        }
        let point = self
            .history
            .shown()
            .and_then(|history| history.point_at(at, value, self.axis));
        let mut line = Pieces::new();
        line.add(readout(point, value), look.theme.tone(Tone::Warning));
        if let Some(point) = point {
            line.add(format!("  {}", look.clock.date_time(point.timestamp)), muted);
            let start = self.history.shown().and_then(History::earliest);
            let since = point.timestamp.millis_since(start.unwrap_or(Timestamp(0)));
            line.add(format!("  +{}", format::duration(since)), muted);
        }
        line.draw(
            Rect {
                x: area.x + 1,
                y: below,
                width: area.width.saturating_sub(2),
                height: 1,
            },
            buf,
        );
    }
}

/// The exact value of a point.
fn readout(point: Option<MetricPoint>, value: f64) -> String {
    match point {
        Some(point) => format!("step {}  {}", point.step, format::exact(value)),
        None => format::exact(value),
    }
}

/// The cell column of an x, where it is in view.
fn column_of(x: f64, span: Span, plot: Rect) -> Option<u16> {
    if !span.contains(x) {
        return None;
    }
    let share = if span.length() > 0.0 {
        (x - span.min) / span.length()
    } else {
        0.0
    };
    Some(plot.x + ((share * f64::from(plot.width)) as u16).min(plot.width - 1))
}

fn draw_y_axis(scale: &Scale, plot: Rect, buf: &mut Buffer, look: &Look<'_>) {
    let frame = look.theme.frame(false);
    for y in plot.y..plot.bottom() {
        put(buf, plot.x - 1, y, "│", 1, frame);
    }
    let n_most = usize::from(plot.height / 3).max(2);
    let ticks = if scale.is_log {
        log_ticks(scale.span, n_most)
    } else {
        number_ticks(scale.span, n_most)
    };
    let mut taken = None;
    for Tick { at, label } in ticks {
        let row = scale.row(at, i64::from(plot.height) * 4) / 4;
        let Ok(row) = u16::try_from(row) else { continue };
        if row >= plot.height || taken == Some(row) {
            continue;
        }
        taken = Some(row);
        let y = plot.y + row;
        let label = if width_cells(&label) < usize::from(GUTTER) {
            label
        } else {
            format::number(at, 7)
        };
        put_right(
            buf,
            plot.x - GUTTER,
            y,
            &label,
            usize::from(GUTTER - 1),
            look.theme.tone(Tone::Muted),
        );
        put(buf, plot.x - 1, y, "┤", 1, frame);
        for x in plot.x..plot.right() {
            put(buf, x, y, "┈", 1, look.theme.grid());
        }
    }
}

fn draw_curves(
    behind: Option<&Reduced>,
    front: &Reduced,
    scale: &Scale,
    span: Span,
    plot: Rect,
    buf: &mut Buffer,
    look: &Look<'_>,
) {
    let layers = [
        (behind, look.theme.dimmed_curve()),
        (Some(front), look.theme.curve()),
    ];
    for (curve, style) in layers {
        let Some(curve) = curve else { continue };
        let canvas = dots(curve, scale, span, plot);
        for row in 0..plot.height {
            for column in 0..plot.width {
                let Some(letter) = canvas.letter(column, row) else {
                    continue;
                };
                if let Some(cell) = buf.cell_mut((plot.x + column, plot.y + row)) {
                    cell.set_char(letter).set_style(style);
                }
            }
        }
    }
}

/// The dots of a curve: in each column a bar from its lowest to its highest point, joined to the column before unless a
/// gap lies between.
fn dots(curve: &Reduced, scale: &Scale, span: Span, plot: Rect) -> Canvas {
    let mut canvas = Canvas::new(plot.width, plot.height);
    let n_rows = i64::from(plot.height) * 4;
    let row = |value: f64| scale.row(value, n_rows);
    let mut before: Option<(i64, i64)> = None;
    for column in &curve.columns {
        let Some(extremes) = column.extremes else { continue };
        let x = column.index as i64;
        if let Some(before) = before.filter(|_| column.joined) {
            canvas.line(before, (x, row(extremes.first[1])));
        }
        canvas.bar(x, row(extremes.min[1]), row(extremes.max[1]));
        before = Some((x, row(extremes.last[1])));
    }
    // A single point would be lost among the lines of the grid.
    if let Some((x, y)) = before.filter(|_| span.length() == 0.0) {
        canvas.bar(x, y - 1, y + 1);
        canvas.bar(x + 1, y - 1, y + 1);
    }
    canvas
}

/// Marks the columns that hold points which no dot can show: `×` for NaN below, `∞` for infinities above.
fn draw_marks(curve: &Reduced, plot: Rect, buf: &mut Buffer, look: &Look<'_>) {
    let style = look.theme.tone(Tone::Warning);
    for column in &curve.columns {
        let x = plot.x + (column.index / 2) as u16;
        if column.n_nan > 0 {
            put(buf, x, plot.bottom() - 1, "×", 1, style);
        }
        if column.n_infinite > 0 {
            put(buf, x, plot.y, "∞", 1, style);
        }
    }
}
