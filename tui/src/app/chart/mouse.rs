//! What the mouse does to a chart: a click puts the cursor, a double click shows everything, the wheel zooms, a drag draws
//! a box that is zoomed into, and a drag along the x axis marks a stretch.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::series::Span;
use ratatui::layout::Rect;

use super::ChartPane;
use super::cursor::Step;
use super::layout::Cell;
use super::panel::n_dots;
use super::plot::canvas_of;
use crate::app::context::Cx;
use crate::app::histories::Histories;
use crate::app::mouse::{Mouse, MouseKind};

/// A box that is being drawn, from where the button went down to where the mouse is, in cells.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Drag {
    pub(super) from: (u16, u16),
    pub(super) to: (u16, u16),
}

/// A box flatter than this many cells zooms the x axis alone.
const FLAT: u16 = 2;

impl ChartPane {
    /// Does what the mouse did; `area` is that of the chart.
    pub(crate) fn on_mouse(&mut self, mouse: &Mouse, area: Rect, cx: &mut Cx<'_>) {
        let at = (mouse.column, mouse.row);
        match mouse.kind {
            MouseKind::Press if mouse.is_double => drop(self.act(Action::ResetZoom, area, cx)),
            MouseKind::Press => self.on_press(at, area, cx),
            MouseKind::Drag => self.on_drag(mouse.from, at, area, cx),
            MouseKind::Release => self.on_release(area, cx),
            MouseKind::ScrollUp => self.on_wheel(at, true, area, cx),
            MouseKind::ScrollDown => self.on_wheel(at, false, area, cx),
            MouseKind::ScrollLeft => drop(self.act(Action::PanLeft, area, cx)),
            MouseKind::ScrollRight => drop(self.act(Action::PanRight, area, cx)),
        }
    }

    /// The button went down: the chart there is in hand, and the cursor goes there.
    pub(super) fn on_press(&mut self, at: (u16, u16), area: Rect, cx: &mut Cx<'_>) {
        self.drag = None;
        let layout = self.layout(area);
        if let Some(place) = self.legend_at(at, &layout, cx.histories) {
            self.focus = if self.focus.as_ref() == Some(&place) {
                None
            } else {
                Some(place)
            };
            return;
        }
        let Some(cell) = layout.cell_at(at.0, at.1) else {
            return;
        };
        if self.is_grid {
            self.selected = cell.index;
        }
        if let Some(x) = self.x_at(at.0, cell, cx.histories) {
            self.move_cursor(Step::To(x), cx.histories);
        }
        self.load(area, false, cx);
    }

    /// The mouse moved with the button down.
    pub(super) fn on_drag(&mut self, from: (u16, u16), to: (u16, u16), area: Rect, cx: &Cx<'_>) {
        let Some(cell) = self.layout(area).cell_at(from.0, from.1) else {
            return;
        };
        let canvas = canvas_of(cell.plot);
        if canvas.contains(from.into()) {
            self.drag = Some(Drag { from, to });
        } else if from.1 >= canvas.bottom() {
            self.brush_between(from.0, to.0, cell, cx);
        }
    }

    /// Marks the stretch between two columns.
    fn brush_between(&mut self, from: u16, to: u16, cell: Cell, cx: &Cx<'_>) {
        let canvas = canvas_of(cell.plot);
        let within = |column: u16| column.clamp(canvas.x, canvas.right().saturating_sub(1));
        let ends = [from, to].map(|column| self.x_at(within(column), cell, cx.histories));
        if let [Some(from), Some(to)] = ends {
            self.view.put_brush(from, to);
        }
    }

    /// The button went up: zooms into the box that was drawn.
    pub(super) fn on_release(&mut self, area: Rect, cx: &mut Cx<'_>) {
        let Some(Drag { from, to }) = self.drag.take() else {
            return;
        };
        let Some(cell) = self.layout(area).cell_at(from.0, from.1) else {
            return;
        };
        if from.0.abs_diff(to.0) < 1 {
            return;
        }
        let canvas = canvas_of(cell.plot);
        let ends =
            [from.0, to.0].map(|x| self.x_at(x.clamp(canvas.x, canvas.right() - 1), cell, cx.histories));
        let [Some(one), Some(other)] = ends else { return };
        let x = Span {
            min: one.min(other),
            max: one.max(other),
        };
        let Some(key) = self.keys.get(cell.index).cloned() else {
            return;
        };
        let y = if from.1.abs_diff(to.1) >= FLAT {
            self.y_between(from.1, to.1, cell, cx.histories)
        } else {
            None
        };
        self.view.show_box(x, y.map(|span| (&key, span)));
        self.load(area, false, cx);
    }

    /// The wheel turned over a place: zooms around it.
    pub(super) fn on_wheel(&mut self, at: (u16, u16), is_up: bool, area: Rect, cx: &mut Cx<'_>) {
        let Some(cell) = self.layout(area).cell_at(at.0, at.1) else {
            return;
        };
        let around = self.x_at(at.0, cell, cx.histories);
        if let Some(whole) = self.whole_of(&self.keys_of(cell), cx.histories) {
            let factor = if is_up { 0.7 } else { 1.0 / 0.7 };
            self.view.zoom_by(factor, around, whole);
        }
    }

    pub(super) fn keys_of(&self, cell: Cell) -> Vec<flowdeck_surface::client::MetricKey> {
        if self.is_grid {
            self.keys.get(cell.index).cloned().into_iter().collect()
        } else {
            self.keys_in_hand()
        }
    }

    /// The x below a column of cells, where it is on the canvas.
    fn x_at(&self, column: u16, cell: Cell, histories: &Histories) -> Option<f64> {
        let canvas = canvas_of(cell.plot);
        if !(canvas.x..canvas.right()).contains(&column) {
            return None;
        }
        let whole = self.whole_of(&self.keys_of(cell), histories)?;
        let share = (f64::from(column - canvas.x) + 0.5) / f64::from(canvas.width);
        Some(self.view.x_frame(whole).x_at(share))
    }

    fn y_between(&self, from: u16, to: u16, cell: Cell, histories: &Histories) -> Option<Span> {
        let canvas = canvas_of(cell.plot);
        let panel = self.panel(&self.keys_of(cell), n_dots(cell.plot), histories);
        let share = |edge: u16| f64::from(canvas.bottom().saturating_sub(edge)) / f64::from(canvas.height);
        let bottom = (from.max(to) + 1).min(canvas.bottom());
        let top = from.min(to).max(canvas.y);
        Some(Span {
            min: panel.y_at(share(bottom))?,
            max: panel.y_at(share(top))?,
        })
    }
}
