//! Compared runs as points between two columns.
//!
//! ```text
//!  auc by lr (log) · 40 runs · 2 without, 1 NaN
//!    0.97┤      •    ◆
//!    0.94┤ •  •   ●
//!    0.91┤  •
//!        └┬──────┬──────┬─
//!         0.001  0.01   lr
//!  blue-fox  lr 0.01  auc 0.9712345
//! ```

use std::collections::HashMap;

use flowdeck_surface::action::Action;
use flowdeck_surface::compare::{Dimension, Heading, Hue, Side};
use flowdeck_surface::format;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::Compare;
use super::axes::{canvas_of, column_of, draw_below, draw_left, legend, letter_of, row_of, style_of};
use super::choose::Choosing;
use crate::app::context::{Cx, Look};
use crate::app::widgets::message::Message;
use crate::app::widgets::text::{Pieces, put};

/// Lines below the plot: the run in hand, and what colours mean.
const FOOT: u16 = 2;

impl Compare {
    /// Does what an action means to points; answers whether it means anything.
    pub(super) fn act_on_scatter(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        match action {
            Action::Left => self.go_to_point(Heading::Left),
            Action::Right => self.go_to_point(Heading::Right),
            Action::Up => self.go_to_point(Heading::Up),
            Action::Down => self.go_to_point(Heading::Down),
            Action::NextRun => self.step_point(1),
            Action::PreviousRun => self.step_point(-1),
            Action::XColumn => self.choose(Choosing::X, cx),
            Action::YColumn => self.choose(Choosing::Y, cx),
            Action::ColourBy => self.choose(Choosing::PointColour, cx),
            Action::SwapAxes => self.scatter.swap(),
            Action::LogX => self.log_axis(Side::X, cx),
            Action::LogScale => self.log_axis(Side::Y, cx),
            _ => return false,
        }
        true
    }

    fn log_axis(&mut self, side: Side, cx: &mut Cx<'_>) {
        if !self.scatter.toggle_log(side) {
            cx.say("A logarithmic axis needs numbers above 0.");
        }
    }

    fn go_to_point(&mut self, heading: Heading) {
        let shown = &self.shown;
        let is_here = |run: usize| shown.binary_search(&run).is_ok();
        match self.scatter.next(self.in_hand, heading, is_here) {
            Some(run) => self.in_hand = run,
            None if self.scatter.point(self.in_hand).is_none() => self.step_point(1),
            None => {}
        }
    }

    fn step_point(&mut self, by: isize) {
        let shown = &self.shown;
        let is_here = |run: usize| shown.binary_search(&run).is_ok();
        if let Some(run) = self.scatter.step(self.in_hand, by, is_here) {
            self.in_hand = run;
        }
    }

    fn scatter_area(body: Rect) -> Rect {
        let below = Self::page_area(body);
        Rect {
            height: below.height.saturating_sub(FOOT),
            ..below
        }
    }

    /// Takes the run of the point nearest to a cell in hand.
    pub(super) fn point_at(&mut self, column: u16, row: u16, body: Rect) {
        let Some(y) = self.scatter.side(Side::Y) else {
            return;
        };
        let canvas = canvas_of(Self::scatter_area(body), y);
        let far = |point: &&flowdeck_surface::compare::Point| {
            let across = u32::from(column_of(point.x, canvas).abs_diff(column));
            // A cell is about twice as high as wide.
            let up = 2 * u32::from(row_of(point.y, canvas).abs_diff(row));
            across * across + up * up
        };
        let shown = &self.shown;
        let points = self.scatter.points().iter();
        let here = points.filter(|point| shown.binary_search(&point.run).is_ok());
        if let Some(nearest) = here.min_by_key(far) {
            self.in_hand = nearest.run;
        }
    }

    pub(super) fn scatter_summary(&self, look: &Look<'_>) -> Pieces<'static> {
        let muted = look.theme.tone(Tone::Muted);
        let mut line = Pieces::new();
        let (Some(x), Some(y)) = (self.scatter.side(Side::X), self.scatter.side(Side::Y)) else {
            return line;
        };
        line.add(titled(y), look.theme.heading()).add(" by ", muted);
        line.add(titled(x), look.theme.heading());
        let points = self.scatter.points().iter();
        let n_points = points
            .filter(|point| self.shown.binary_search(&point.run).is_ok())
            .count();
        line.add(
            format!(
                " · {} of {} runs",
                format::count(n_points),
                format::count(self.comparison.n_runs())
            ),
            muted,
        );
        for of in [x, y] {
            let words = of.missing().words();
            if !words.is_empty() {
                let text = format!(" · {}: {words}", of.title());
                line.add(text, look.theme.tone(Tone::Warning));
            }
        }
        line
    }

    pub(super) fn draw_scatter(&self, body: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let below = Self::page_area(body);
        let area = Self::scatter_area(body);
        let sides = (self.scatter.side(Side::X), self.scatter.side(Side::Y));
        let (Some(x), Some(y), Some((across, up))) = (sides.0, sides.1, self.scatter.scales()) else {
            let hint = Some("x and y choose others.");
            return Message::quiet("No run has a place on both axes.", hint).draw(below, buf, look);
        };
        let canvas = canvas_of(area, y);
        if canvas.width < 4 || canvas.height < 3 {
            return Message::quiet("There is no room for points here.", None).draw(below, buf, look);
        }
        draw_left(y, up, canvas, buf, look);
        draw_below(x, across, canvas, &titled(x), buf, look);
        self.draw_cross(canvas, buf, look);
        self.draw_points(canvas, buf, look);
        self.draw_scatter_foot(below, (x, y), buf, look);
    }

    /// Lines through the point in hand.
    fn draw_cross(&self, canvas: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let Some(point) = self.scatter.point(self.in_hand) else {
            return;
        };
        let (x, y) = (column_of(point.x, canvas), row_of(point.y, canvas));
        let style = look.theme.frame(true);
        for row in canvas.y..canvas.bottom() {
            put(buf, x, row, "│", 1, style);
        }
        for column in canvas.x..canvas.right() {
            put(buf, column, y, "─", 1, style);
        }
    }

    fn draw_points(&self, canvas: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let mut n_here: HashMap<(u16, u16), usize> = HashMap::new();
        let mut later = Vec::new();
        for point in self.scatter.points() {
            let cell = (column_of(point.x, canvas), row_of(point.y, canvas));
            let is_shown = self.shown.binary_search(&point.run).is_ok();
            if !is_shown {
                if !n_here.contains_key(&cell) {
                    put(buf, cell.0, cell.1, "·", 1, look.theme.faint_curve(0));
                }
                continue;
            }
            if point.run == self.in_hand || self.is_marked(point.run) {
                later.push((cell, point.run));
            }
            let number = n_here.entry(cell).or_default();
            *number += 1;
            let hue = self.scatter.hues().of(point.run);
            put(
                buf,
                cell.0,
                cell.1,
                &self.sign(hue, *number, look),
                1,
                style_of(hue, look),
            );
        }
        // What is marked or in hand lies above the others.
        later.sort_by_key(|(_, run)| *run == self.in_hand);
        for ((x, y), run) in later {
            let hue = self.scatter.hues().of(run);
            let number = n_here.get(&(x, y)).copied().unwrap_or(1);
            let sign = match self.is_marked(run) {
                true => "◆".to_owned(),
                false => self.sign(hue, number, look),
            };
            let mut style = style_of(hue, look).add_modifier(Modifier::BOLD);
            if run == self.in_hand {
                style = style.add_modifier(Modifier::REVERSED);
            }
            put(buf, x, y, &sign, 1, style);
        }
    }

    fn sign(&self, hue: Hue, number: usize, look: &Look<'_>) -> String {
        let letter = letter_of(hue).filter(|_| !look.theme.has_colours());
        match (letter, number) {
            (Some(letter), _) => letter.to_string(),
            (None, 1) => "•".to_owned(),
            (None, _) => "●".to_owned(),
        }
    }

    fn draw_scatter_foot(
        &self,
        below: Rect,
        (x, y): (&Dimension, &Dimension),
        buf: &mut Buffer,
        look: &Look<'_>,
    ) {
        let colour = self.scatter.hues().dimension();
        let of: Vec<&Dimension> = [x, y].into_iter().chain(colour).collect();
        let line = Rect {
            x: below.x + 1,
            y: below.bottom().saturating_sub(FOOT),
            width: below.width.saturating_sub(2),
            height: 1,
        };
        let mut told = self.told(&of, look);
        if let Some(point) = self.scatter.point(self.in_hand) {
            let is_same = |other: &&flowdeck_surface::compare::Point| {
                (other.x, other.y) == (point.x, point.y) && other.run != point.run
            };
            let n_more = self.scatter.points().iter().filter(is_same).count();
            if n_more > 0 {
                let text = format!("  and {} more here: n", format::count(n_more));
                told.add(text, look.theme.tone(Tone::Accent));
            }
        } else if self.comparison.n_runs() > 0 {
            told.add("  has no place here: n goes on", look.theme.tone(Tone::Warning));
        }
        told.draw(line, buf);
        let line = Rect {
            y: line.y + 1,
            ..line
        };
        legend(self.scatter.hues(), look).draw(line, buf);
    }

    /// The run in hand, and what it has in some columns, exactly.
    pub(super) fn told(&self, of: &[&Dimension], look: &Look<'_>) -> Pieces<'static> {
        let muted = look.theme.tone(Tone::Muted);
        let mut line = Pieces::new();
        let mark = if self.is_marked(self.in_hand) { "◆ " } else { "" };
        let name = format!("{mark}{}", self.full_name(self.in_hand));
        line.add(name, look.theme.tone(Tone::Warning));
        for own in of {
            let exact = self.comparison.exact_of(self.in_hand, own.id());
            let exact = if exact.is_empty() { "–".to_owned() } else { exact };
            line.add(format!("  {} ", own.title()), muted);
            line.add(exact, look.theme.tone(Tone::Plain));
        }
        line
    }
}

/// A column with how it is laid out.
pub(super) fn titled(of: &Dimension) -> String {
    let log = if of.is_log() { " (log)" } else { "" };
    format!("{}{log}", of.title())
}
