//! What the mouse does on the page.

use super::places::Places;
use super::{Focus, RunPage};
use crate::app::context::Cx;
use crate::app::message::{Mouse, MouseKind};
use crate::app::widgets::cursor::{Pointed, WHEEL};
use flowdeck_surface::action::Action;

impl RunPage {
    pub(super) fn mouse_on_detail(&mut self, mouse: Mouse, places: &Places, cx: &mut Cx<'_>) {
        let area = places.detail_inner();
        if mouse.kind == MouseKind::Press && self.focus == Focus::List {
            self.focus = Focus::Detail;
        }
        if self.tab.has_chart() {
            self.chart.on_mouse(&mouse, area, cx);
            return self.follow_chart(cx);
        }
        let Some(viewer) = self.viewer_mut() else { return };
        match mouse.kind {
            MouseKind::ScrollUp => viewer.wheel(-WHEEL, area),
            MouseKind::ScrollDown => viewer.wheel(WHEEL, area),
            MouseKind::Press if area.contains((mouse.column, mouse.row).into()) => {
                let is_selected = viewer.point_at(mouse.row - area.y, area);
                if is_selected && mouse.is_double {
                    self.act_in_viewer(Action::Open, cx);
                }
            }
            _ => {}
        }
    }

    pub(super) fn mouse_on_list(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let (n_rows, height) = (self.rows.len(), self.height(cx));
        if mouse.kind == MouseKind::Press {
            self.focus = Focus::List;
        }
        if self.cursor_mut().point(&mouse, n_rows, height) == Pointed::Opened {
            return self.act_in_list(Action::Open, cx);
        }
        self.show_detail(cx);
        self.show_curve(cx);
    }
}
