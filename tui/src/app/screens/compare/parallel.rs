//! Compared runs as lines through parallel axes; brushes on axes choose runs, here and on every other page.
//!
//! ```text
//!  12 of 40 runs · lr 0.001..0.1, auc 0.9..0.97
//!     lr          layers       auc
//!    0.1 ┯          8 │      0.97 │
//!        ┃⠢⣀⡠⠔⠒⠒⠒⠒⠊⠉⠉⠉⠉⠢⢄⣀⣀⠤⠔⠒⠉│
//!        ┷            │           │
//!  0.001 │          2 │       0.5 │
//!   Run           lr       layers   auc
//!   blue-fox      0.01     4        0.97
//! ```

use flowdeck_surface::action::Action;
use flowdeck_surface::compare::{Axis, Bound, Dimension, Hue};
use flowdeck_surface::format;
use flowdeck_surface::text::{fitted_key, harmless, width_cells};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::Compare;
use super::axes::{legend, row_of, style_of};
use super::choose::Choosing;
use super::scatter::titled;
use crate::app::chart::canvas::{Canvas, Pen};
use crate::app::context::{Cx, Look};
use crate::app::widgets::cursor::Cursor;
use crate::app::widgets::message::Message;
use crate::app::widgets::table::{Table, TableCell, TableColumn};
use crate::app::widgets::text::{Pieces, put};

/// Cells between two axes, at least.
const LEAST_GAP: u16 = 13;
/// Cells beside the first and the last axis.
const MARGIN: u16 = 9;
/// From this height on the runs that pass are listed below.
const WITH_LIST: u16 = 19;
/// Steps of a far move.
const FAR: isize = 10;

/// Who draws a line: the number tells its style.
const FAINT: u16 = 0;
const USUAL: u16 = 1;
const MARKED: u16 = 2;
const IN_HAND: u16 = 3;
const SHADES: u16 = 16;
const N_SHADES: u16 = 64;
const CLASSES: u16 = 1_000;

/// Where the parts stand.
struct Places {
    titles: Rect,
    canvas: Rect,
    foot: Rect,
    list: Option<Rect>,
    /// The first axis in view, and the column of each in view.
    first: usize,
    columns: Vec<u16>,
}

impl Compare {
    /// Does what an action means to parallel axes; answers whether it means anything.
    pub(super) fn act_on_parallel(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        match action {
            Action::Left => self.parallel.step(-1),
            Action::Right => self.parallel.step(1),
            Action::ShiftLeft => self.parallel.shift(-1),
            Action::ShiftRight => self.parallel.shift(1),
            Action::Up => self.move_bound(1),
            Action::Down => self.move_bound(-1),
            Action::PageUp => self.move_bound(FAR),
            Action::PageDown => self.move_bound(-FAR),
            Action::Brush => {
                self.parallel.switch_bound();
                self.choose_passing();
            }
            Action::DropBrush => {
                if !self.parallel.drop_brush() {
                    cx.say("This axis has no brush: k and j begin one.");
                }
                self.choose_passing();
            }
            Action::ResetZoom => {
                self.parallel.drop_all();
                self.choose_passing();
            }
            Action::Columns => self.choose(Choosing::Axes, cx),
            Action::ColourBy => self.choose(Choosing::LineColour, cx),
            Action::LogScale => {
                if !self.parallel.toggle_log() {
                    cx.say("A logarithmic axis needs numbers above 0.");
                }
                self.choose_passing();
            }
            Action::NextRun => self.step_line(1),
            Action::PreviousRun => self.step_line(-1),
            _ => return false,
        }
        true
    }

    fn move_bound(&mut self, by: isize) {
        self.parallel.move_bound(by);
        self.choose_passing();
    }

    fn step_line(&mut self, by: isize) {
        if let Some(run) = self.parallel.step_run(self.in_hand, by) {
            self.in_hand = run;
        }
    }

    /// Takes the axis nearest to a cell in hand; a drag along it marks a stretch.
    pub(super) fn press_axis(&mut self, column: u16, body: Rect) {
        let places = self.parallel_places(body);
        let far = |(_, own): &(usize, &u16)| own.abs_diff(column);
        let nearest = places.columns.iter().enumerate().min_by_key(far);
        if let Some((place, _)) = nearest {
            self.parallel.select(places.first + place);
        }
    }

    /// Marks the stretch of the axis in hand between two rows.
    pub(super) fn drag_axis(&mut self, from: u16, to: u16, body: Rect) {
        let canvas = self.parallel_places(body).canvas;
        let last = f64::from(canvas.height.saturating_sub(1).max(1));
        let share = |row: u16| {
            let within = row.clamp(canvas.y, canvas.bottom().saturating_sub(1).max(canvas.y));
            1.0 - f64::from(within - canvas.y) / last
        };
        let Some(scale) = self.parallel.axis().and_then(|axis| axis.scale) else {
            return;
        };
        let half = 0.5 / last;
        let (low, high) = (share(from.max(to)) - half, share(from.min(to)) + half);
        self.parallel.brush(scale.value_at(low), scale.value_at(high));
        self.choose_passing();
    }

    fn parallel_places(&self, body: Rect) -> Places {
        let below = Self::page_area(body);
        let mut left = below;
        let list = (below.height >= WITH_LIST).then(|| {
            let height = below.height / 3;
            left.height -= height;
            Rect {
                y: left.bottom(),
                height,
                ..below
            }
        });
        let foot = Rect {
            x: left.x + 1,
            y: left.bottom().saturating_sub(2),
            width: left.width.saturating_sub(2),
            height: 2.min(left.height),
        };
        let titles = Rect {
            height: 1.min(left.height),
            ..left
        };
        let canvas = Rect {
            y: left.y + 1,
            height: left.height.saturating_sub(4),
            ..left
        };
        let room = canvas.width.saturating_sub(2 * MARGIN);
        let n_axes = self.parallel.axes().len();
        let n_fit = usize::from(room / LEAST_GAP) + 1;
        let n_shown = n_axes.min(n_fit);
        let first = self
            .parallel
            .selected()
            .saturating_sub(n_shown / 2)
            .min(n_axes - n_shown);
        let column = |place: usize| match n_shown {
            0 | 1 => canvas.x + canvas.width / 2,
            _ => canvas.x + MARGIN + (usize::from(room) * place / (n_shown - 1)) as u16,
        };
        Places {
            titles,
            canvas,
            foot,
            list,
            first,
            columns: (0..n_shown).map(column).collect(),
        }
    }

    pub(super) fn parallel_summary(&self, look: &Look<'_>) -> Pieces<'static> {
        let (muted, accent) = (look.theme.tone(Tone::Muted), look.theme.tone(Tone::Accent));
        let mut line = Pieces::new();
        let counted = format!(
            "{} of {} runs",
            format::count(self.shown.len()),
            format::count(self.comparison.n_runs())
        );
        line.add(counted, look.theme.heading());
        if self.parallel.is_brushed() {
            line.add(" · ", muted)
                .add(self.parallel.words(look.clock), accent);
        }
        if let Some(axis) = self.parallel.axis() {
            let words = axis.dimension.missing().words();
            if !words.is_empty() {
                let text = format!(" · {}: {words}", axis.dimension.title());
                line.add(text, look.theme.tone(Tone::Warning));
            }
        }
        line
    }

    pub(super) fn draw_parallel(&self, body: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let places = self.parallel_places(body);
        if self.parallel.axes().is_empty() {
            let below = Self::page_area(body);
            let hint = Some("a chooses axes.");
            return Message::quiet("These runs differ in no param and no metric.", hint)
                .draw(below, buf, look);
        }
        if places.canvas.height < 3 || places.canvas.width < 2 * MARGIN + 2 {
            return Message::quiet("There is no room for axes here.", None).draw(body, buf, look);
        }
        self.draw_lines(&places, buf, look);
        for (place, x) in places.columns.iter().enumerate() {
            let index = places.first + place;
            self.draw_axis(index, *x, &places, buf, look);
        }
        self.draw_more(&places, buf, look);
        let dimensions: Vec<&Dimension> = self.parallel.axes().iter().map(|axis| &axis.dimension).collect();
        self.told(&dimensions, look).draw(places.foot, buf);
        let line = Rect {
            y: places.foot.y + 1,
            ..places.foot
        };
        legend(self.parallel.hues(), look).draw(line, buf);
        if let Some(area) = places.list {
            self.draw_passing(area, buf, look);
        }
    }

    /// Arrows where more axes are than stand here.
    fn draw_more(&self, places: &Places, buf: &mut Buffer, look: &Look<'_>) {
        let (line, style) = (places.titles, look.theme.tone(Tone::Warning));
        if places.first > 0 {
            put(buf, line.x, line.y, "‹", 1, style);
        }
        if places.first + places.columns.len() < self.parallel.axes().len() {
            put(buf, line.right().saturating_sub(1), line.y, "›", 1, style);
        }
    }

    fn draw_lines(&self, places: &Places, buf: &mut Buffer, look: &Look<'_>) {
        let canvas = places.canvas;
        let mut dots = Canvas::new(canvas.width, canvas.height);
        let last = f64::from(canvas.height) * 4.0 - 1.0;
        let columns: Vec<i64> = places
            .columns
            .iter()
            .map(|x| i64::from(x - canvas.x) * 2)
            .collect();
        let axes = &self.parallel.axes()[places.first..places.first + columns.len()];
        for run in 0..self.comparison.n_runs() {
            dots.take(self.pen(run));
            let mut before: Option<(i64, i64)> = None;
            for (axis, x) in axes.iter().zip(&columns) {
                let here = axis
                    .share(run)
                    .map(|share| (*x, (last - share.clamp(0.0, 1.0) * last).round() as i64));
                match (before, here) {
                    (Some(before), Some(here)) => dots.line(before, here),
                    // Without a neighbour there is no line; the run still has its dot.
                    (None, Some((x, y))) => dots.bar(x + 1, y, y),
                    _ => {}
                }
                before = here;
            }
        }
        for row in 0..canvas.height {
            for column in 0..canvas.width {
                if let Some((letter, pen)) = dots.letter(column, row) {
                    let mut text = [0; 4];
                    let style = pen_style(pen.owner, look);
                    put(
                        buf,
                        canvas.x + column,
                        canvas.y + row,
                        letter.encode_utf8(&mut text),
                        1,
                        style,
                    );
                }
            }
        }
    }

    fn pen(&self, run: usize) -> Pen {
        let pen = |owner, layer| Pen { owner, layer };
        if run == self.in_hand {
            return pen(IN_HAND, 3);
        }
        if !self.parallel.passes(run) {
            return pen(FAINT, 0);
        }
        if self.is_marked(run) {
            return pen(MARKED, 2);
        }
        match self.parallel.hues().of(run) {
            Hue::Plain => pen(USUAL, 1),
            Hue::Unknown => pen(FAINT, 1),
            Hue::Share(share) => pen(SHADES + (share * f64::from(N_SHADES - 1)) as u16, 1),
            Hue::Class(place) => pen(CLASSES + (place % 1_000) as u16, 1),
        }
    }

    fn draw_axis(&self, index: usize, x: u16, places: &Places, buf: &mut Buffer, look: &Look<'_>) {
        let (axis, canvas) = (&self.parallel.axes()[index], places.canvas);
        let is_in_hand = index == self.parallel.selected();
        let style = look.theme.frame(is_in_hand);
        for y in canvas.y..canvas.bottom() {
            put(buf, x, y, "│", 1, style);
        }
        self.draw_axis_title(axis, x, is_in_hand, places, buf, look);
        let Some(scale) = axis.scale else { return };
        let muted = look.theme.tone(Tone::Muted);
        let ends = axis.dimension.span();
        if axis.dimension.is_categorical() {
            for tick in axis
                .dimension
                .ticks(&scale, usize::from(canvas.height), look.clock)
            {
                let y = row_of(scale.share(tick.at), canvas);
                put_beside(buf, x, y, &tick.label, muted);
            }
        } else if let Some(ends) = ends {
            put_beside(
                buf,
                x,
                canvas.y,
                &axis.dimension.written(ends.max, look.clock),
                muted,
            );
            let low = axis.dimension.written(ends.min, look.clock);
            if ends.min < ends.max {
                put_beside(buf, x, canvas.bottom() - 1, &low, muted);
            }
        }
        let Some(brush) = axis.brush else { return };
        let (low, high) = (
            row_of(scale.share(brush.min), canvas),
            row_of(scale.share(brush.max), canvas),
        );
        let warning = look.theme.tone(Tone::Warning);
        for y in high..=low {
            put(buf, x, y, "┃", 1, warning);
        }
        for (bound, y, sign, value) in [
            (Bound::Upper, high, "┳", brush.max),
            (Bound::Lower, low, "┻", brush.min),
        ] {
            let has_it = is_in_hand && self.parallel.bound() == bound;
            let style = match has_it {
                true => warning.add_modifier(Modifier::BOLD | Modifier::REVERSED),
                false => warning,
            };
            let sign = if high == low { "╋" } else { sign };
            put(buf, x, y, sign, 1, warning.add_modifier(Modifier::BOLD));
            if !axis.dimension.is_categorical() || has_it {
                put_beside(buf, x, y, &axis.dimension.written(value, look.clock), style);
            }
        }
    }

    fn draw_axis_title(
        &self,
        axis: &Axis,
        x: u16,
        is_in_hand: bool,
        places: &Places,
        buf: &mut Buffer,
        look: &Look<'_>,
    ) {
        let room = match places.columns.as_slice() {
            [one, other, ..] => other - one,
            _ => places.titles.width,
        };
        let safe = harmless(&titled(&axis.dimension)).into_owned();
        let title = fitted_key(&safe, usize::from(room.saturating_sub(1))).into_owned();
        let width = width_cells(&title) as u16;
        let most = places.titles.right().saturating_sub(width + 1);
        let start = x
            .saturating_sub(width / 2)
            .clamp(places.titles.x + 1, most.max(places.titles.x + 1));
        let style = match is_in_hand {
            true => look.theme.tone(Tone::Accent).add_modifier(Modifier::BOLD),
            false => look.theme.tone(Tone::Muted),
        };
        put(buf, start, places.titles.y, &title, usize::from(width), style);
    }

    /// The runs within all brushes, by the axis in hand, each with what it has on the axes.
    fn draw_passing(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let runs = self.parallel.in_order();
        if runs.is_empty() {
            let hint = Some("0 takes all brushes away, x that of this axis.");
            return Message::quiet("No run lies within all brushes.", hint).draw(area, buf, look);
        }
        let axes = self.parallel.axes();
        let width = (area.width.saturating_sub(28) / (axes.len() as u16).max(1))
            .saturating_sub(2)
            .clamp(8, 16);
        let mut columns = vec![TableColumn {
            title: "Run".into(),
            width: 24,
            ..TableColumn::default()
        }];
        columns.extend(axes.iter().enumerate().map(|(place, axis)| {
            let safe = harmless(axis.dimension.title()).into_owned();
            TableColumn {
                title: fitted_key(&safe, usize::from(width)).into_owned().into(),
                width,
                is_right: !axis.dimension.is_categorical(),
                is_in_hand: place == self.parallel.selected(),
            }
        }));
        let selected = runs.iter().position(|run| *run == self.in_hand).unwrap_or(0);
        let mut cursor = Cursor::default();
        cursor.select(selected, runs.len(), Table::height(area));
        let runs = &runs;
        let cell = |row: usize, column: usize| match column.checked_sub(1) {
            None => {
                let mark = if self.is_marked(runs[row]) { "◆ " } else { "" };
                TableCell::new(format!("{mark}{}", self.full_name(runs[row])), Tone::Plain)
            }
            Some(place) => {
                let dimension = &axes[place].dimension;
                match dimension.value(runs[row]) {
                    Some(value) => TableCell::new(dimension.written(value, look.clock), Tone::Plain),
                    None => {
                        TableCell::new(self.comparison.exact_of(runs[row], dimension.id()), Tone::Warning)
                    }
                }
            }
        };
        let table = Table {
            columns: &columns,
            n_rows: runs.len(),
            cursor,
            has_focus: true,
            cell: &cell,
        };
        table.draw(area, buf, look);
    }
}

/// A label to the left of an axis.
fn put_beside(buf: &mut Buffer, x: u16, y: u16, label: &str, style: Style) {
    let label = flowdeck_surface::text::fitted(label, usize::from(MARGIN - 1)).into_owned();
    let width = width_cells(&label) as u16;
    put(buf, x.saturating_sub(width), y, &label, usize::from(width), style);
}

fn pen_style(owner: u16, look: &Look<'_>) -> Style {
    match owner {
        FAINT => look.theme.grid(),
        USUAL => look.theme.curve(0),
        MARKED => look.theme.tone(Tone::Accent).add_modifier(Modifier::BOLD),
        IN_HAND => look.theme.tone(Tone::Warning).add_modifier(Modifier::BOLD),
        CLASSES.. => look.theme.curve(usize::from(owner - CLASSES)),
        _ => {
            let share = f64::from(owner.saturating_sub(SHADES)) / f64::from(N_SHADES - 1);
            style_of(Hue::Share(share), look)
        }
    }
}
