//! What keys do to a chart.

use flowdeck_surface::action::Action;
use flowdeck_surface::chart::{AnyCurve, Limits, Readout, Settings};
use flowdeck_surface::client::series::{Curve as _, XAxis};
use ratatui::layout::Rect;

use super::cursor::Step;
use super::layout::Layout;
use super::plot::canvas_of;
use super::{ChartPane, Curve};
use crate::app::context::{Cx, Go};
use crate::app::screens::points::PointsPage;

impl ChartPane {
    /// Does what an action means to a chart in this area; answers whether it means anything.
    pub(crate) fn act(&mut self, action: Action, area: Rect, cx: &mut Cx<'_>) -> bool {
        let known = self.act_on_view(action, cx) || self.act_on_curves(action, area, cx);
        if !known && !self.act_on_cursor(action, area, cx) {
            return false;
        }
        self.load(area, false, cx);
        true
    }

    /// Settings, limits and the brush.
    fn act_on_view(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let settings = *self.view.settings();
        match action {
            Action::XAxis => self.show_axis(settings.next_axis(), cx),
            Action::LogX => self.view.set(Settings {
                has_log_x: !settings.has_log_x,
                ..settings
            }),
            Action::LogScale => self.view.set(Settings {
                scale: settings.scale.next(),
                ..settings
            }),
            Action::Smooth => self.view.set(Settings {
                smoothing: settings.next_smoothing(),
                ..settings
            }),
            Action::ClipOutliers => self.view.set(Settings {
                clips_outliers: !settings.clips_outliers,
                ..settings
            }),
            Action::ZoomIn | Action::Up => self.zoom_by(0.5, cx),
            Action::ZoomOut | Action::Down => self.zoom_by(2.0, cx),
            Action::PanLeft => self.pan_by(-0.25, cx),
            Action::PanRight => self.pan_by(0.25, cx),
            Action::ResetZoom => self.view.reset(),
            Action::Limits => self.type_limits(),
            Action::Brush => self.next_brush(cx),
            Action::ZoomToBrush => self.zoom_to_brush(cx),
            _ => return false,
        }
        true
    }

    /// Which curves are drawn, and which stands out.
    fn act_on_curves(&mut self, action: Action, area: Rect, cx: &mut Cx<'_>) -> bool {
        let page = Layout::page(area, self.keys.len(), self.runs.len()) as isize;
        match action {
            Action::NextMetric => self.step_metric(1),
            Action::PreviousMetric => self.step_metric(-1),
            Action::NextPage => self.step_metric(if self.is_grid { page } else { 1 }),
            Action::PreviousPage => self.step_metric(if self.is_grid { -page } else { -1 }),
            Action::PageDown if self.is_grid => self.step_metric(page),
            Action::PageUp if self.is_grid => self.step_metric(-page),
            Action::Grid => self.is_grid = !self.is_grid,
            Action::Pin => self.pin(cx),
            Action::NextCurve => self.step_focus(1),
            Action::PreviousCurve => self.step_focus(-1),
            Action::Export => self.type_file_name(),
            Action::Points => self.open_points(cx),
            _ => return false,
        }
        true
    }

    fn act_on_cursor(&mut self, action: Action, area: Rect, cx: &mut Cx<'_>) -> bool {
        let width = f64::from(canvas_of(area).width.max(1));
        let step = match action {
            Action::Left => Step::By(-0.5 / width),
            Action::Right => Step::By(0.5 / width),
            Action::PageUp => Step::By(-0.1),
            Action::PageDown => Step::By(0.1),
            Action::First => Step::First,
            Action::Last => Step::Last,
            _ => return false,
        };
        self.move_cursor(step, cx.histories);
        true
    }

    /// Takes back what lies over the chart, one thing after the other; answers whether there was anything.
    pub(crate) fn back(&mut self) -> bool {
        if self.view.clear_brush() || self.focus.take().is_some() {
            return true;
        }
        let had_cursor = self.view.cursor().is_some();
        self.view.clear_cursor();
        had_cursor
    }

    /// Goes to another axis; the cursor stays on its point.
    fn show_axis(&mut self, axis: XAxis, cx: &Cx<'_>) {
        let at = self.view.cursor();
        let index = at.and_then(|x| self.with_guide(cx.histories, |curve| curve.nearest(x)).flatten());
        self.view.set(Settings {
            axis,
            ..*self.view.settings()
        });
        let x = index.and_then(|index| {
            self.with_guide(cx.histories, |curve| {
                (index < curve.n_points()).then(|| curve.x_at(index))
            })
        });
        if let (Some(x), Some(whole)) = (x.flatten(), self.whole(cx.histories)) {
            self.view.put_cursor(x, whole);
        }
    }

    fn zoom_by(&mut self, factor: f64, cx: &Cx<'_>) {
        if let Some(whole) = self.whole(cx.histories) {
            self.view.zoom_by(factor, None, whole);
        }
    }

    fn pan_by(&mut self, share: f64, cx: &Cx<'_>) {
        if let Some(whole) = self.whole(cx.histories) {
            self.view.pan_by(share, whole);
        }
    }

    fn next_brush(&mut self, cx: &mut Cx<'_>) {
        if self.view.cursor().is_none() {
            self.move_cursor(Step::By(0.0), cx.histories);
        }
        self.view.next_brush();
    }

    fn zoom_to_brush(&mut self, cx: &mut Cx<'_>) {
        match self.view.brush().map(|brush| brush.span()) {
            Some(span) if span.length() > 0.0 => {
                self.view.limit(Some(Limits::of(span)), None);
                self.view.clear_brush();
            }
            _ => cx.said = Some("No stretch is marked: v begins one at the cursor.".to_owned()),
        }
    }

    fn step_metric(&mut self, by: isize) {
        let last = self.keys.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    /// Keeps the metric in hand on the chart while others are gone to, or lets it go.
    fn pin(&mut self, cx: &mut Cx<'_>) {
        let Some(key) = self.key().cloned() else { return };
        let before = self.pinned.len();
        self.pinned.retain(|own| *own != key);
        if self.pinned.len() == before {
            cx.said = Some(format!("{key} stays on the chart; the next metric joins it."));
            self.pinned.push(key);
        }
        self.is_grid = false;
    }

    /// Goes to the points of the curve that the cursor keeps to, as a table; the one at the cursor is selected.
    fn open_points(&self, cx: &mut Cx<'_>) {
        let Some(curve) = self.guide(cx.histories) else {
            cx.said = Some("There is no point to list yet.".to_owned());
            return;
        };
        let entry = cx.histories.get(&curve.id);
        let at = self.view.cursor().zip(entry).and_then(|(x, entry)| {
            let found = |own: &AnyCurve<'_>| Readout::at(own, &entry.history, x);
            self.with_guide(cx.histories, found).flatten()
        });
        let want = curve.run.want(&curve.id.key);
        let page = PointsPage::of(curve.run.name.clone(), want, at.map(|readout| readout.point));
        cx.go = Some(Go::To(Box::new(page)));
    }

    /// Lets the next curve of the legend stand out; behind the last, none.
    fn step_focus(&mut self, by: isize) {
        let curves = self.curves_in_hand();
        let is_it = |curve: &Curve<'_>| Some(&curve.id) == self.focus.as_ref();
        let n_places = curves.len() as isize + 1;
        let now = curves
            .iter()
            .position(is_it)
            .map_or(0, |place| place as isize + 1);
        let next = (now + by).rem_euclid(n_places);
        let focus = usize::try_from(next - 1).ok().and_then(|place| curves.get(place));
        self.focus = focus.map(|curve| curve.id.clone());
    }
}
