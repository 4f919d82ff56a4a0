//! One metric of one run, drawn in braille dots: two across and four down in each cell.
//!
//! ```text
//!  last 0.12 @ 999   min 0.1 @ 900   max 2.3 @ 0   1,000 points
//!    2.0┤⣇
//!    1.0┤⠘⢆⡀
//!    0.0┤  ⠉⠒⠤⠤⠤⠤⠤⠤⠤⠤⠤
//!       └┬────────┬──────
//!        0       500       step
//!  step 512 · 0.1234567 · 22:13:20
//! ```

mod canvas;
mod draw;
mod keys;
mod reduced;
mod scale;
#[cfg(test)]
mod tests;

use std::cell::RefCell;

use flowdeck_surface::client::series::{Series, Span, XAxis};
use flowdeck_surface::client::tracking::{Metric, MetricPoint};
use flowdeck_surface::client::{MetricKey, RunId, Timestamp};
use flowdeck_surface::history::History;

use crate::app::context::Cx;
use crate::app::effect::Question;
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Reply};
use crate::app::ticket::Ticket;
use reduced::Prepared;

/// A chart of one metric.
#[derive(Debug, Default)]
pub(crate) struct Chart {
    /// What it shows; none before a metric was chosen.
    subject: Option<Subject>,
    history: Loadable<History>,
    /// Points of an answer that is not whole yet.
    incoming: History,
    /// The curve of the history over the axis.
    series: Series,
    /// Whether some points fell behind the end of the curve while it was read: it is sorted once all are here.
    is_unsorted: bool,
    axis: XAxis,
    is_log: bool,
    /// Which of [`SMOOTHINGS`].
    smoothing: usize,
    /// The stretch in view; the whole curve where there is none.
    zoom: Option<Span>,
    /// The point below the cursor, as an index of the curve.
    cursor: Option<usize>,
    /// Grows with every change of the curve.
    version: u64,
    prepared: RefCell<Option<Prepared>>,
}

/// Shares of the past in the smoothed curve. Source: MLflow's own slider, of which 0.6 is TensorBoard's first setting.
const SMOOTHINGS: [f64; 4] = [0.0, 0.6, 0.9, 0.99];

/// What a chart shows.
#[derive(Clone, Debug)]
struct Subject {
    run: RunId,
    key: MetricKey,
    /// The latest value when it was read: another one means that there is more to read.
    latest: Option<MetricPoint>,
}

impl Chart {
    /// Shows a metric; the settings of the axes stay as they are.
    pub(crate) fn show(&mut self, run: &RunId, metric: &Metric, cx: &mut Cx<'_>) {
        let latest = MetricPoint {
            step: metric.step,
            timestamp: metric.timestamp,
            value: metric.value,
        };
        let is_same = self
            .subject
            .as_ref()
            .is_some_and(|subject| subject.key == metric.key && subject.run == *run);
        if !is_same {
            self.history.forget();
            self.series = Series::default();
            self.zoom = None;
            self.cursor = None;
            self.version += 1;
        } else if self.is_up_to_date(&latest) {
            return;
        }
        self.subject = Some(Subject {
            run: run.clone(),
            key: metric.key.clone(),
            latest: Some(latest),
        });
        self.incoming = History::default();
        self.is_unsorted = false;
        self.history
            .ask(Question::History(run.clone(), metric.key.clone()), cx);
    }

    /// Whether all that was logged so far is here or on its way.
    fn is_up_to_date(&self, latest: &MetricPoint) -> bool {
        let Some(known) = self.subject.as_ref().and_then(|subject| subject.latest) else {
            return false;
        };
        let is_same = (known.step, known.timestamp) == (latest.step, latest.timestamp)
            && known.value.to_bits() == latest.value.to_bits();
        // While points are still being read, a newer value waits for the next look.
        self.history.is_asking() || (is_same && self.history.failure().is_none())
    }

    /// Shows nothing.
    pub(crate) fn clear(&mut self, cx: &mut Cx<'_>) {
        self.history.give_up(cx);
        *self = Self {
            axis: self.axis,
            is_log: self.is_log,
            smoothing: self.smoothing,
            version: self.version + 1,
            ..Self::default()
        };
    }

    /// Waits for nothing any more.
    pub(crate) fn give_up(&mut self, cx: &mut Cx<'_>) {
        self.history.give_up(cx);
    }

    /// The metric it shows.
    pub(crate) fn key(&self) -> Option<&MetricKey> {
        self.subject.as_ref().map(|subject| &subject.key)
    }

    /// Whether the answer to this ticket is waited for.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.history.awaits(ticket)
    }

    /// Takes points, or the reason why there are none.
    pub(crate) fn reply(&mut self, reply: Reply) {
        match reply.answer {
            Ok(Answer::History { points, is_last }) => self.take(&points, is_last, reply.at),
            Ok(_) => {}
            Err(failure) => self.history.fail(failure),
        }
    }

    /// A first history is drawn while it is read; a newer one takes the place of the older once it is whole.
    fn take(&mut self, points: &[MetricPoint], is_last: bool, at: Timestamp) {
        let is_refresh = self.history.as_of().is_some();
        if is_refresh {
            self.incoming.append(points);
            if is_last {
                self.history.show(std::mem::take(&mut self.incoming), at);
                self.rebuild();
            }
            return;
        }
        self.extend(points);
        if is_last {
            self.history.settle(at);
            if self.is_unsorted {
                self.rebuild();
            }
        }
    }

    fn extend(&mut self, points: &[MetricPoint]) {
        if self.history.shown().is_none() {
            self.history.show_part(History::default());
        }
        let Some(history) = self.history.shown_mut() else {
            return;
        };
        let (start, earliest) = (history.len(), history.earliest());
        history.append(points);
        let more = history.series_from(start, self.axis);
        let shifts = self.axis == XAxis::RelativeTime && earliest.is_some() && earliest != history.earliest();
        let falls_behind = match (self.series.x().last(), more.x().first()) {
            (Some(last), Some(first)) => first < last,
            _ => false,
        };
        self.is_unsorted |= shifts || falls_behind;
        if !self.is_unsorted {
            self.series.append(&more);
            self.version += 1;
        }
    }

    /// Makes the curve anew from the history; the cursor stays on its point.
    fn rebuild(&mut self) {
        let Some(history) = self.history.shown() else {
            return;
        };
        let below_cursor = self.cursor.and_then(|index| self.series.x().get(index).copied());
        // The old curve is gone before the new one is made: a million points are sixteen megabytes.
        self.series = Series::default();
        self.series = history.series_from(0, self.axis);
        self.is_unsorted = false;
        self.cursor = below_cursor.and_then(|x| self.series.nearest(x));
        self.version += 1;
    }

    /// The whole stretch of the curve.
    fn whole(&self) -> Option<Span> {
        let x = self.series.x();
        Some(Span {
            min: *x.first()?,
            max: *x.last()?,
        })
    }

    /// The stretch in view.
    fn span(&self) -> Option<Span> {
        let whole = self.whole()?;
        Some(self.zoom.unwrap_or(whole))
    }
}
