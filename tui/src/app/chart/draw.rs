//! One chart: what is worth saying of it, the curves, the legend or the cursor.

use flowdeck_surface::chart::Readout;
use flowdeck_surface::client::format;
use flowdeck_surface::history::HistorySummary;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::ticks::short_count;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::ChartPane;
use super::layout::Layout;
use super::panel::Panel;
use super::plot::has_room;
use crate::app::context::Look;
use crate::app::histories::Entry;
use crate::app::widgets::message::Message;
use crate::app::widgets::text::{Pieces, put};

impl ChartPane {
    /// Draws it.
    pub(crate) fn draw(&self, area: Rect, has_focus: bool, buf: &mut Buffer, look: &Look<'_>) {
        let layout = self.layout(area);
        if self.is_grid {
            self.draw_grid(area, &layout, buf, look);
        } else {
            self.draw_single(area, &layout, has_focus, buf, look);
        }
        self.draw_drag(buf, look);
    }

    fn draw_single(&self, area: Rect, layout: &Layout, has_focus: bool, buf: &mut Buffer, look: &Look<'_>) {
        let Some(cell) = layout.cells.first() else { return };
        let panel = self.panel_in(&self.keys_in_hand(), cell.plot, look);
        if panel.x.is_none() || !has_room(cell.plot) {
            return self.draw_nothing(&panel, area, buf, look);
        }
        self.draw_plot(&panel, cell.plot, buf, look);
        if !panel.has_points_in_view(&self.lines.borrow()) {
            let middle = Rect {
                x: cell.plot.x + 8,
                width: cell.plot.width.saturating_sub(8),
                ..cell.plot
            };
            let hint = Some("0 shows all, u takes the last zoom back.");
            Message::quiet("No point lies in this stretch.", hint).draw(middle, buf, look);
        }
        self.header(&panel, layout.header.width, look)
            .draw(inset(layout.header), buf);
        if panel.curves.len() > 1 {
            self.draw_legend(&panel, layout.legend, buf, look);
        } else {
            self.draw_footer(&panel, layout.footer, has_focus, buf, look);
        }
    }

    fn draw_nothing(&self, panel: &Panel<'_>, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let entries = || panel.curves.iter().filter_map(|curve| curve.entry);
        if let Some(failure) = entries().find_map(|entry| entry.failure.as_ref()) {
            return Message::failed(&Notice::of(failure)).draw(area, buf, look);
        }
        let sentence = if self.keys.is_empty() {
            self.word_for_nothing()
        } else if panel.x.is_some() {
            "There is no room for a curve here."
        } else if panel.curves.is_empty() {
            "None of these runs has this metric."
        } else if entries().count() < panel.curves.len() || entries().any(|entry| !entry.is_whole()) {
            "Reading points …"
        } else if panel.curves.len() > 1 {
            "None of these metrics has a point."
        } else {
            "This metric has no points."
        };
        Message::quiet(sentence, None).draw(area, buf, look);
    }

    /// Why there is no chart at all.
    pub(super) fn word_for_nothing(&self) -> &'static str {
        if self.runs.is_empty() {
            "Select a metric to see its curve."
        } else {
            "There is no metric to draw."
        }
    }

    /// What is worth saying above the curves.
    fn header(&self, panel: &Panel<'_>, room: u16, look: &Look<'_>) -> Pieces<'static> {
        let room = usize::from(room.saturating_sub(2));
        let [curve] = panel.curves.as_slice() else {
            return self.header_of_several(panel, look);
        };
        let Some(entry) = curve.entry else {
            return Pieces::new();
        };
        let summary = entry.history.summary();
        // What cannot be seen in the curve is left out last.
        for (with_steps, is_short, with_points) in [
            (true, false, true),
            (false, false, true),
            (false, true, true),
            (false, true, false),
        ] {
            let mut line = extremes(summary, with_steps, look);
            line.append(&no_numbers(summary, is_short, look));
            if with_points {
                line.append(&counted(entry, is_short, look));
            }
            if line.width() <= room {
                return line;
            }
        }
        extremes(summary, false, look)
    }

    fn header_of_several(&self, panel: &Panel<'_>, look: &Look<'_>) -> Pieces<'static> {
        let muted = look.theme.tone(Tone::Muted);
        let mut line = Pieces::new();
        line.add(format!("{} curves  ", format::count(panel.curves.len())), muted);
        line.add(format!("{} points  ", format::count(panel.n_points())), muted);
        let entries = || panel.curves.iter().filter_map(|curve| curve.entry);
        let n_missing = entries()
            .filter(|entry| !entry.is_whole() && entry.failure.is_none())
            .count();
        if n_missing > 0 {
            let text = format!("reading {} …  ", format::count(n_missing));
            line.add(text, look.theme.tone(Tone::Active));
        }
        let mut failures = entries().filter_map(|entry| entry.failure.as_ref());
        if let Some(failure) = failures.next() {
            let more = failures.count() + 1;
            let text = format!("{more} failed: {}", Notice::of(failure).sentence);
            line.add(text, look.theme.tone(Tone::Bad));
        }
        line
    }

    fn draw_footer(&self, panel: &Panel<'_>, area: Rect, has_focus: bool, buf: &mut Buffer, look: &Look<'_>) {
        let line = Rect {
            height: 1,
            ..inset(area)
        };
        let Some(curve) = panel.curves.first() else { return };
        match curve.readout {
            Some(readout) => self.readout(&readout, look).draw(line, buf),
            None if has_focus => {
                let text = "← → move the cursor, + - zoom, 0 shows all";
                let style = look.theme.tone(Tone::Muted);
                put(buf, line.x, line.y, text, usize::from(line.width), style);
            }
            None => {}
        }
        let below = Rect {
            y: line.y + 1,
            ..line
        };
        if area.height > 1 {
            self.brushed(panel, look).draw(below, buf);
        }
    }

    /// The exact value of the point at the cursor, its step and its time.
    fn readout(&self, readout: &Readout, look: &Look<'_>) -> Pieces<'static> {
        let (point, muted) = (readout.point, look.theme.tone(Tone::Muted));
        let mut line = Pieces::new();
        line.add(
            format!("step {}  {}", point.step, format::exact(point.value)),
            look.theme.tone(Tone::Warning),
        );
        if readout.n_here > 1 {
            let text = format!("  the last of {} here", format::count(readout.n_here));
            line.add(text, look.theme.tone(Tone::Accent));
        }
        line.add(format!("  {}", look.clock.date_time(point.timestamp)), muted);
        line.add(format!("  +{}", format::duration(readout.since_ms)), muted);
        line
    }

    /// What is told of the marked stretch of the only curve.
    fn brushed(&self, panel: &Panel<'_>, look: &Look<'_>) -> Pieces<'static> {
        let muted = look.theme.tone(Tone::Muted);
        let mut line = Pieces::new();
        let (Some(x), Some(brush)) = (panel.x, self.view.brush()) else {
            return line;
        };
        line.add(
            format!("{}  ", x.written_stretch(brush.span(), look.clock)),
            look.theme.tone(Tone::Warning),
        );
        let Some(stretch) = panel.curves.first().and_then(|curve| curve.stretch) else {
            return line;
        };
        let n_points = format::count(stretch.statistics.n_finite);
        line.add(format!("n {n_points}  "), muted);
        let Some(finite) = stretch.statistics.of_finite else {
            return line;
        };
        let slope = stretch
            .slope
            .map(|slope| format!("{}{}", format::number(slope, 10), x.slope_unit().0));
        for (word, text) in [
            ("mean", Some(format::number(finite.mean, 10))),
            ("min", Some(format::number(finite.min[1], 10))),
            ("max", Some(format::number(finite.max[1], 10))),
            ("slope", slope),
        ] {
            let Some(text) = text else { continue };
            line.add(format!("{word} "), muted)
                .add(format!("{text}  "), look.theme.tone(Tone::Plain));
        }
        line
    }
}

/// A line without its margins.
pub(super) fn inset(area: Rect) -> Rect {
    Rect {
        x: area.x + 1.min(area.width),
        width: area.width.saturating_sub(2),
        ..area
    }
}

/// The latest, lowest and highest value, with where they stand if there is room for it.
fn extremes(summary: &HistorySummary, with_steps: bool, look: &Look<'_>) -> Pieces<'static> {
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

/// How many points no line can show; in few letters where room is short.
fn no_numbers(summary: &HistorySummary, is_short: bool, look: &Look<'_>) -> Pieces<'static> {
    let infinite = if is_short { "∞" } else { "infinite" };
    let mut line = Pieces::new();
    for (number, word) in [(summary.n_nan, "NaN"), (summary.n_infinite, infinite)] {
        if number > 0 {
            let text = format!("{} {word}  ", count(number, is_short));
            line.add(text, look.theme.tone(Tone::Warning));
        }
    }
    line
}

/// How many points there are.
fn counted(entry: &Entry, is_short: bool, look: &Look<'_>) -> Pieces<'static> {
    let n_points = entry.history.len();
    let noun = if n_points == 1 { "point" } else { "points" };
    let so_far = if entry.is_whole() { "" } else { " so far …" };
    let mut line = Pieces::new();
    line.add(
        format!("{} {noun}{so_far}", count(n_points, is_short)),
        look.theme.tone(Tone::Muted),
    );
    line
}

fn count(number: usize, is_short: bool) -> String {
    match is_short {
        true => short_count(number as f64),
        false => format::count(number),
    }
}
