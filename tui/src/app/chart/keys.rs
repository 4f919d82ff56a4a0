//! What keys and the mouse do to a chart.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::series::{Span, XAxis};
use ratatui::layout::Rect;

use super::draw::plot_area;
use super::{Chart, SMOOTHINGS};

/// The shortest stretch, as a share of the whole.
const CLOSEST: f64 = 1e-9;

impl Chart {
    /// Does what an action means to a chart in this area; answers whether it means anything.
    pub(crate) fn act(&mut self, action: Action, area: Rect) -> bool {
        match action {
            Action::XAxis => self.next_axis(),
            Action::Smooth => self.smoothing = (self.smoothing + 1) % SMOOTHINGS.len(),
            Action::LogScale => self.is_log = !self.is_log,
            Action::ZoomIn => self.zoom_by(0.5, None),
            Action::ZoomOut => self.zoom_by(2.0, None),
            Action::PanLeft => self.pan_by(-0.25),
            Action::PanRight => self.pan_by(0.25),
            Action::ResetZoom => {
                self.zoom = None;
                self.cursor = None;
            }
            _ => return self.move_cursor(action, area),
        }
        true
    }

    fn next_axis(&mut self) {
        self.axis = match self.axis {
            XAxis::Step => XAxis::WallTime,
            XAxis::WallTime => XAxis::RelativeTime,
            XAxis::RelativeTime => XAxis::Step,
        };
        // Neither the stretch nor the place of the cursor means anything on another axis.
        self.zoom = None;
        self.cursor = None;
        self.rebuild();
    }

    fn move_cursor(&mut self, action: Action, area: Rect) -> bool {
        let width = f64::from(plot_area(area).width.max(1));
        match action {
            Action::Left => self.step_cursor(-0.5 / width),
            Action::Right => self.step_cursor(0.5 / width),
            Action::PageUp => self.step_cursor(-0.1),
            Action::PageDown => self.step_cursor(0.1),
            Action::First => self.put_cursor(0),
            Action::Last => self.put_cursor(self.series.len().saturating_sub(1)),
            _ => return false,
        }
        true
    }

    /// Moves the cursor by a share of the stretch in view, at least to the next point.
    fn step_cursor(&mut self, share: f64) {
        let Some(span) = self.span() else { return };
        let Some(index) = self.cursor else {
            // The first press brings the cursor into view, where the eye is.
            let start = if share < 0.0 {
                span.max
            } else {
                span.min + span.length() / 2.0
            };
            return self.put_cursor_at(start);
        };
        let x = self.series.x()[index] + share * span.length();
        let nearest = self.series.nearest(x).unwrap_or(index);
        let moved = if share < 0.0 {
            nearest.min(index.saturating_sub(1))
        } else {
            nearest.max(index + 1)
        };
        self.put_cursor(moved);
    }

    fn put_cursor_at(&mut self, x: f64) {
        if let Some(index) = self.series.nearest(x) {
            self.put_cursor(index);
        }
    }

    /// Puts the cursor on a point, and moves the stretch as far as it must to show it.
    fn put_cursor(&mut self, index: usize) {
        if self.series.is_empty() {
            return;
        }
        let index = index.min(self.series.len() - 1);
        self.cursor = Some(index);
        let (x, Some(zoom)) = (self.series.x()[index], self.zoom) else {
            return;
        };
        if x < zoom.min {
            self.show_from(x, zoom.length());
        } else if x > zoom.max {
            self.show_from(x - zoom.length(), zoom.length());
        }
    }

    /// Shows a stretch that is longer or shorter by a factor, around a point that stays where it is.
    fn zoom_by(&mut self, factor: f64, around: Option<f64>) {
        let (Some(whole), Some(span)) = (self.whole(), self.span()) else {
            return;
        };
        let at_cursor = self.cursor.map(|index| self.series.x()[index]);
        let around = around
            .or(at_cursor.filter(|x| span.contains(*x)))
            .unwrap_or(span.min + span.length() / 2.0);
        let length = span.length() * factor;
        if length >= whole.length() {
            self.zoom = None;
        } else if length > whole.length() * CLOSEST {
            let share = (around - span.min) / span.length();
            self.show_from(around - share * length, length);
        }
    }

    fn pan_by(&mut self, share: f64) {
        if let Some(zoom) = self.zoom {
            self.show_from(zoom.min + share * zoom.length(), zoom.length());
        }
    }

    /// Shows a stretch from here on, kept within the curve.
    fn show_from(&mut self, min: f64, length: f64) {
        let Some(whole) = self.whole() else { return };
        let min = min.min(whole.max - length).max(whole.min);
        self.zoom = Some(Span {
            min,
            max: min + length,
        });
    }

    /// Puts the cursor below the mouse.
    pub(crate) fn point_at(&mut self, column: u16, area: Rect) {
        if let Some(x) = self.x_at(column, area) {
            self.put_cursor_at(x);
        }
    }

    /// Turns the wheel over a place.
    pub(crate) fn wheel(&mut self, is_in: bool, column: u16, area: Rect) {
        let around = self.x_at(column, area);
        self.zoom_by(if is_in { 0.7 } else { 1.0 / 0.7 }, around);
    }

    fn x_at(&self, column: u16, area: Rect) -> Option<f64> {
        let (span, plot) = (self.span()?, plot_area(area));
        if !(plot.x..plot.right()).contains(&column) {
            return None;
        }
        let share = (f64::from(column - plot.x) + 0.5) / f64::from(plot.width);
        Some(span.min + share * span.length())
    }
}
