//! Axes of plots over columns, and the colours of runs in them.

use flowdeck_surface::chart::Scale;
use flowdeck_surface::compare::{Dimension, Hue, Hues};
use flowdeck_surface::text::{fitted, width_cells};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::context::Look;
use crate::app::widgets::text::{Pieces, put, put_right};

/// Cells for the marks of the left axis, at least and at most.
const GUTTER: (u16, u16) = (8, 18);

/// Where points stand within an area that has axes on its left and below.
pub(super) fn canvas_of(area: Rect, left: &Dimension) -> Rect {
    let widths = left.categories().iter().map(|name| width_cells(name) as u16 + 2);
    let gutter = widths
        .max()
        .unwrap_or(0)
        .clamp(GUTTER.0, GUTTER.1)
        .min(area.width / 3);
    Rect {
        x: area.x + gutter,
        width: area.width.saturating_sub(gutter + 1),
        height: area.height.saturating_sub(2),
        ..area
    }
}

/// The column of a share of the width.
pub(super) fn column_of(share: f64, canvas: Rect) -> u16 {
    let last = canvas.width.saturating_sub(1);
    canvas.x + ((share.clamp(0.0, 1.0) * f64::from(last)).round() as u16).min(last)
}

/// The row of a share of the height, counted from the bottom.
pub(super) fn row_of(share: f64, canvas: Rect) -> u16 {
    let last = canvas.height.saturating_sub(1);
    canvas.y + last - ((share.clamp(0.0, 1.0) * f64::from(last)).round() as u16).min(last)
}

/// The axis on the left, with faint lines at its marks.
pub(super) fn draw_left(of: &Dimension, scale: &Scale, canvas: Rect, buf: &mut Buffer, look: &Look<'_>) {
    let frame = look.theme.frame(false);
    for y in canvas.y..canvas.bottom() {
        put(buf, canvas.x - 1, y, "│", 1, frame);
    }
    let n_most = match of.is_categorical() {
        true => usize::from(canvas.height),
        false => usize::from(canvas.height / 3).max(2),
    };
    let mut taken = None;
    for tick in of.ticks(scale, n_most, look.clock) {
        let y = row_of(scale.share(tick.at), canvas);
        if taken == Some(y) {
            continue;
        }
        taken = Some(y);
        let room = canvas.x.saturating_sub(2);
        let label = fitted(&tick.label, usize::from(GUTTER.1 - 2)).into_owned();
        let start = room.saturating_sub(width_cells(&label) as u16) + 1;
        put_right(
            buf,
            start,
            y,
            &label,
            width_cells(&label),
            look.theme.tone(Tone::Muted),
        );
        put(buf, canvas.x - 1, y, "┤", 1, frame);
        for x in canvas.x..canvas.right() {
            put(buf, x, y, "┈", 1, look.theme.grid());
        }
    }
}

/// The axis below; its name stands at its right end where there is room.
pub(super) fn draw_below(
    of: &Dimension,
    scale: &Scale,
    canvas: Rect,
    name: &str,
    buf: &mut Buffer,
    look: &Look<'_>,
) {
    let (frame, y) = (look.theme.frame(false), canvas.bottom());
    put(buf, canvas.x - 1, y, "└", 1, frame);
    for x in canvas.x..canvas.right() {
        put(buf, x, y, "─", 1, frame);
    }
    let n_most = match of.is_categorical() {
        true => of.categories().len().max(1),
        false => usize::from(canvas.width / 10).max(2),
    };
    let ticks = of.ticks(scale, n_most, look.clock);
    let room = usize::from(canvas.width) / ticks.len().max(1);
    let mut free_from = canvas.x.saturating_sub(3);
    for tick in ticks {
        let x = column_of(scale.share(tick.at), canvas);
        put(buf, x, y, "┬", 1, frame);
        let label = match of.is_categorical() {
            true => fitted(&tick.label, room.saturating_sub(1).max(6)).into_owned(),
            false => tick.label,
        };
        let width = width_cells(&label) as u16;
        let start = x.saturating_sub(width / 2).max(free_from);
        if start <= x && start + width <= canvas.right() + 1 {
            put(
                buf,
                start,
                y + 1,
                &label,
                usize::from(width),
                look.theme.tone(Tone::Muted),
            );
            free_from = start + width + 1;
        }
    }
    let start = canvas.right().saturating_sub(width_cells(name) as u16);
    if start > free_from {
        put(buf, start, y + 1, name, width_cells(name), look.theme.grid());
    }
}

/// The style of a run.
pub(super) fn style_of(hue: Hue, look: &Look<'_>) -> Style {
    match hue {
        Hue::Plain => look.theme.curve(0),
        Hue::Unknown => look.theme.tone(Tone::Muted),
        Hue::Share(share) => look.theme.shade(share),
        Hue::Class(place) => look.theme.curve(place),
    }
}

/// The sign of a run where colours tell nothing: a digit from 0 to 9 for a share, a letter for a category.
pub(super) fn letter_of(hue: Hue) -> Option<char> {
    match hue {
        Hue::Share(share) => char::from_digit(((share * 10.0) as u32).min(9), 10),
        Hue::Class(place) => flowdeck_surface::chart::symbol(place),
        Hue::Unknown => Some('?'),
        Hue::Plain => None,
    }
}

/// What colours mean, in a line: `auc 0.81 ▪▪▪▪▪▪▪▪ 0.97`, or the categories.
pub(super) fn legend(hues: &Hues, look: &Look<'_>) -> Pieces<'static> {
    let muted = look.theme.tone(Tone::Muted);
    let mut line = Pieces::new();
    let Some(of) = hues.dimension() else { return line };
    line.add(format!("colour {} ", of.title()), muted);
    let sign = |hue: Hue, usual: &str| match letter_of(hue).filter(|_| !look.theme.has_colours()) {
        Some(letter) => letter.to_string(),
        None => usual.to_owned(),
    };
    if of.is_categorical() {
        for (place, name) in of.categories().iter().enumerate().take(8) {
            let hue = Hue::Class(place);
            line.add(format!("{} ", sign(hue, "●")), style_of(hue, look));
            line.add(format!("{name}  "), muted);
        }
        let n_more = of.categories().len().saturating_sub(8);
        if n_more > 0 {
            line.add(format!("and {n_more} more"), muted);
        }
        return line;
    }
    let Some(span) = of.span() else { return line };
    line.add(format!("{} ", of.written(span.min, look.clock)), muted);
    for step in 0..8 {
        let hue = Hue::Share(f64::from(step) / 7.0);
        line.add(sign(hue, "■"), style_of(hue, look));
    }
    line.add(format!(" {}", of.written(span.max, look.clock)), muted);
    line
}
