use flowdeck_surface::chart::AnyCurve;
use flowdeck_surface::client::Timestamp;
use flowdeck_surface::client::series::{Curve as _, Raster, Span};

use super::{ChartPane, Curve};
use crate::app::histories::Histories;

/// Where the cursor goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// By a share of the stretch in view, at least to the next point.
    By(f64),
    /// To the first point.
    First,
    /// To the last point.
    Last,
    /// To the point nearest to here.
    To(f64),
}

impl ChartPane {
    /// Moves the cursor from point to point of the curve in focus, else of the first that has points.
    pub(super) fn move_cursor(&mut self, step: Step, histories: &Histories) {
        let Some(whole) = self.whole(histories) else {
            return;
        };
        let span = self.view.x_frame(whole).span;
        let moved = self.with_guide(histories, |curve| self.next_x(curve, step, span, whole));
        if let Some(x) = moved.flatten() {
            self.view.put_cursor(x, whole);
        }
    }

    fn next_x(&self, curve: &AnyCurve<'_>, step: Step, span: Span, whole: Span) -> Option<f64> {
        let last = curve.n_points().checked_sub(1)?;
        let index = match (step, self.view.cursor()) {
            (Step::First, _) => 0,
            (Step::Last, _) => last,
            (Step::To(x), _) => curve.nearest(x)?,
            // The first press brings the cursor into view, where the eye is.
            (Step::By(share), None) if share < 0.0 => curve.nearest(span.max)?,
            (Step::By(_), None) => curve.nearest(self.view.x_frame(whole).x_at(0.5))?,
            (Step::By(share), Some(x)) => {
                let frame = self.view.x_frame(whole);
                let aim = curve.nearest(frame.x_at(frame.share(x) + share))?;
                // Points of one step are one place of the cursor.
                if share < 0.0 {
                    let first_here = curve.first_not(0..last + 1, |own| own < x);
                    aim.min(first_here.saturating_sub(1))
                } else {
                    let behind = curve.first_not(0..last + 1, |own| own <= x);
                    aim.max(behind).min(last)
                }
            }
        };
        Some(curve.x_at(index))
    }

    /// When the point under the cursor was logged; of the last point where there is no cursor.
    pub(crate) fn time_in_hand(&self, histories: &Histories) -> Option<Timestamp> {
        let point = self.with_guide(histories, |curve| {
            let index = match self.view.cursor() {
                Some(x) => curve.nearest(x)?,
                None => curve.n_points().checked_sub(1)?,
            };
            curve.point(index)
        });
        Some(point??.timestamp)
    }

    /// The curve that the cursor keeps to: the one in focus, else the first that has points.
    pub(super) fn guide(&self, histories: &Histories) -> Option<Curve<'_>> {
        let curves = self.curves_in_hand();
        let has_points = |id| histories.get(id).is_some_and(|entry| !entry.history.is_empty());
        let in_focus = self.focus.as_ref().and_then(|focus| {
            let mut own = curves.iter().filter(|curve| curve.id.run == focus.run);
            own.find(|curve| curve.id.key == focus.key || !self.is_overlay())
        });
        let mut guides = in_focus.into_iter().chain(&curves);
        guides.find(|curve| has_points(&curve.id)).cloned()
    }

    /// Asks the curve that the cursor keeps to.
    pub(super) fn with_guide<T>(
        &self,
        histories: &Histories,
        ask: impl FnOnce(&AnyCurve<'_>) -> T,
    ) -> Option<T> {
        let guide = self.guide(histories)?;
        let entry = histories.get(&guide.id)?;
        let nowhere = Raster::even(Span { min: 0.0, max: 0.0 }, 0);
        let mut lines = self.lines.borrow_mut();
        let line = lines.entry(guide.id.clone()).or_default();
        Some(ask(&line.curve(&entry.history, &self.wish(entry, nowhere))))
    }

    /// Whether the chart in hand has several metrics.
    pub(super) fn is_overlay(&self) -> bool {
        self.keys_in_hand().len() > 1
    }
}
