//! The legend of several curves: letter, colour, name, and the exact value at the cursor or what is told of a stretch.
//!
//! ```text
//!  at step 512                          latest                       step 100 … 500      n   mean    min    max  slope
//!  a fox            0.1234567890123     a fox            0.12        a fox             400  0.123  0.1   0.2   -1e-5/step
//!  b owl                 0.25 @510      b owl            0.25        b owl             400  …
//! ```

use flowdeck_surface::chart::XFrame;
use flowdeck_surface::client::format;
use flowdeck_surface::client::series::XAxis;
use flowdeck_surface::text::{fitted_key, width_cells};
use flowdeck_surface::ticks::short_count;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::ChartPane;
use super::layout::{Layout, legend_columns};
use super::panel::{Panel, PanelCurve, n_dots};
use super::plot::Stress;
use crate::app::context::Look;
use crate::app::histories::{Histories, HistoryId};
use crate::app::widgets::text::{put, put_right};

/// Cells of a value: the longest that Python prints has 22.
const VALUE: u16 = 22;
/// Cells that a value has at least, so that names seldom jump when the cursor moves.
const LEAST_VALUE: u16 = 10;
/// Cells of a number of a stretch.
const NUMBER: u16 = 11;
/// Blank cells between two curves side by side.
const GAP: u16 = 2;

/// Which curves of a legend stand where.
struct Places {
    first: usize,
    n_columns: usize,
    n_rows: usize,
    area: Rect,
}

impl Places {
    /// The curves around the one in focus, as many as there is room for below the title.
    fn of(area: Rect, n_curves: usize, focused: Option<usize>, has_brush: bool) -> Self {
        let n_columns = legend_columns(area.width, has_brush);
        let n_rows = usize::from(area.height.saturating_sub(1));
        let room = n_columns * n_rows;
        let focused = focused.unwrap_or(0);
        let first = (focused + 1)
            .saturating_sub(room)
            .min(n_curves.saturating_sub(room));
        Self {
            first,
            n_columns,
            n_rows,
            area,
        }
    }

    /// Where a curve stands, column by column.
    fn of_curve(&self, place: usize) -> Option<Rect> {
        let offset = place.checked_sub(self.first)?;
        let column = offset.checked_div(self.n_rows)?;
        if column >= self.n_columns {
            return None;
        }
        let width = (self.area.width + GAP) / self.n_columns as u16;
        Some(Rect::new(
            self.area.x + column as u16 * width,
            self.area.y + 1 + (offset % self.n_rows) as u16,
            width.saturating_sub(GAP),
            1,
        ))
    }
}

impl ChartPane {
    pub(super) fn draw_legend(&self, panel: &Panel<'_>, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let Some(x) = panel.x.filter(|_| area.height > 1) else {
            return;
        };
        let has_brush = self.view.brush().is_some();
        let focused = panel
            .curves
            .iter()
            .position(|curve| curve.stress == Stress::Focused);
        let places = Places::of(area, panel.curves.len(), focused, has_brush);
        self.draw_title(&x, &places, panel.curves.len(), buf, look);
        let curves = || panel.curves.iter().enumerate();
        let shown = || curves().filter_map(|(place, curve)| Some((curve, places.of_curve(place)?)));
        let width = shown()
            .map(|(curve, _)| value_of(curve, &x).width())
            .max()
            .unwrap_or(0);
        for (curve, row) in shown() {
            if has_brush {
                draw_stretch(curve, row, buf, look);
            } else {
                draw_value(curve, &value_of(curve, &x), width as u16, row, buf, look);
            }
        }
    }

    /// The curve whose name stands at a place.
    pub(super) fn legend_at(
        &self,
        at: (u16, u16),
        layout: &Layout,
        histories: &Histories,
    ) -> Option<HistoryId> {
        if self.is_grid || !layout.legend.contains(at.into()) {
            return None;
        }
        let keys = self.keys_in_hand();
        let panel = self.panel(&keys, n_dots(layout.cells.first()?.plot), histories);
        let focused = panel
            .curves
            .iter()
            .position(|curve| curve.stress == Stress::Focused);
        let has_brush = self.view.brush().is_some();
        let places = Places::of(layout.legend, panel.curves.len(), focused, has_brush);
        let mut curves = panel.curves.into_iter().enumerate();
        let is_there = |place: usize| places.of_curve(place).is_some_and(|row| row.contains(at.into()));
        curves
            .find(|(place, _)| is_there(*place))
            .map(|(_, curve)| curve.id)
    }

    fn draw_title(&self, x: &XFrame, places: &Places, n_curves: usize, buf: &mut Buffer, look: &Look<'_>) {
        let muted = look.theme.tone(Tone::Muted);
        let area = places.area;
        let room = usize::from(area.width.saturating_sub(2));
        let shown = places.n_columns * places.n_rows;
        let more = if n_curves > shown {
            let last = (places.first + shown).min(n_curves);
            format!("  {}–{last} of {n_curves}", places.first + 1)
        } else {
            String::new()
        };
        if let Some(brush) = self.view.brush() {
            let text = format!("{}{more}", x.written_stretch(brush.span(), look.clock));
            put(
                buf,
                area.x + 1,
                area.y,
                &text,
                room,
                look.theme.tone(Tone::Warning),
            );
            let unit = format!("slope{}", x.slope_unit().0);
            for (from_right, word) in [unit.as_str(), "max", "min", "mean", "n"].into_iter().enumerate() {
                if let Some(at) = number_place(area, from_right) {
                    put_right(buf, at, area.y, word, usize::from(NUMBER), muted);
                }
            }
            return;
        }
        match self.view.cursor() {
            Some(at) => {
                let text = format!("at {}{more}", x.written(at, look.clock));
                put(
                    buf,
                    area.x + 1,
                    area.y,
                    &text,
                    room,
                    look.theme.tone(Tone::Warning),
                );
            }
            None => {
                put(buf, area.x + 1, area.y, &format!("latest{more}"), room, muted);
            }
        }
    }
}

/// Where the number so many columns from the right edge begins, as long as there is room for a name before it.
fn number_place(area: Rect, from_right: usize) -> Option<u16> {
    let taken = (from_right as u16 + 1) * NUMBER;
    let start = (area.width).checked_sub(taken)?;
    (start >= 10).then_some(area.x + start)
}

/// Letter and name; answers with how a curve is written.
fn draw_name(curve: &PanelCurve<'_>, row: Rect, room: usize, buf: &mut Buffer, look: &Look<'_>) -> Style {
    let own = match curve.stress {
        Stress::Dimmed => look.theme.faint_curve(curve.colour),
        Stress::Usual => look.theme.curve(curve.colour),
        Stress::Focused => look.theme.focused_curve(curve.colour),
    };
    let text = match curve.stress {
        Stress::Dimmed => look.theme.tone(Tone::Muted),
        Stress::Usual => look.theme.tone(Tone::Plain),
        Stress::Focused => look.theme.heading(),
    };
    let mark = if curve.stress == Stress::Focused {
        "▸"
    } else {
        " "
    };
    put(buf, row.x, row.y, mark, 1, look.theme.tone(Tone::Accent));
    let mut letter = [0; 4];
    let symbol = curve.symbol.unwrap_or('━').encode_utf8(&mut letter);
    put(buf, row.x + 1, row.y, symbol, 1, own);
    let room = room.saturating_sub(4);
    put(buf, row.x + 3, row.y, &fitted_key(&curve.name, room), room, text);
    text
}

/// What stands behind the name of a curve.
struct Value {
    text: String,
    /// Where that was logged, if not at the cursor.
    note: String,
}

impl Value {
    fn width(&self) -> usize {
        width_cells(&self.text) + width_cells(&self.note)
    }
}

/// The exact value at the cursor, else the latest.
fn value_of(curve: &PanelCurve<'_>, x: &XFrame) -> Value {
    let (text, note) = match (curve.readout, curve.entry) {
        (Some(readout), _) => {
            let aside = !readout.is_exact && x.axis == XAxis::Step;
            let note = aside.then(|| format!(" @{}", short_count(readout.point.step as f64)));
            (format::exact(readout.point.value), note.unwrap_or_default())
        }
        (None, Some(entry)) => (said_of(entry), String::new()),
        (None, None) => (String::new(), String::new()),
    };
    Value { text, note }
}

/// Values stand below each other in so much width; the names have the rest.
fn draw_value(
    curve: &PanelCurve<'_>,
    value: &Value,
    width: u16,
    row: Rect,
    buf: &mut Buffer,
    look: &Look<'_>,
) {
    let width = (width + 1).clamp(LEAST_VALUE, VALUE).min(row.width * 2 / 3);
    let name_room = usize::from(row.width - width);
    let style = draw_name(curve, row, name_room, buf, look);
    let start = row.x + row.width - width;
    let room = usize::from(width).saturating_sub(width_cells(&value.note));
    let text = &value.text;
    let short = || {
        text.parse()
            .map_or(text.clone(), |exact| format::number(exact, room))
    };
    let text = if width_cells(text) > room {
        short()
    } else {
        text.clone()
    };
    let muted = look.theme.tone(Tone::Muted);
    put_right(buf, start, row.y, &text, room, style);
    put_right(buf, start, row.y, &value.note, usize::from(width), muted);
}

/// The latest value, or why there is none.
fn said_of(entry: &crate::app::histories::Entry) -> String {
    match entry.history.summary().last {
        Some(last) => format::number(last.value, 12),
        None if entry.failure.is_some() => "failed".to_owned(),
        None if entry.is_whole() => "no points".to_owned(),
        None => "reading …".to_owned(),
    }
}

fn draw_stretch(curve: &PanelCurve<'_>, row: Rect, buf: &mut Buffer, look: &Look<'_>) {
    let n_numbers = (0..5).filter(|&place| number_place(row, place).is_some()).count() as u16;
    let name_room = usize::from(row.width - n_numbers * NUMBER);
    let style = draw_name(curve, row, name_room, buf, look);
    let Some(stretch) = curve.stretch else { return };
    let number = |value: f64| format::number(value, usize::from(NUMBER) - 1);
    let finite = stretch.statistics.of_finite;
    let of = |ask: fn(&flowdeck_surface::client::series::FiniteStatistics) -> f64| {
        finite.map_or("–".to_owned(), |finite| number(ask(&finite)))
    };
    let texts = [
        stretch.slope.map_or("–".to_owned(), number),
        of(|finite| finite.max[1]),
        of(|finite| finite.min[1]),
        of(|finite| finite.mean),
        format::count(stretch.statistics.n_finite),
    ];
    for (from_right, text) in texts.iter().enumerate() {
        if let Some(at) = number_place(row, from_right) {
            put_right(buf, at, row.y, text, usize::from(NUMBER), style);
        }
    }
}
