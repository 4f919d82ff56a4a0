//! Least and greatest values of metrics: those of the rows in view are asked for, and no others.

use std::collections::HashMap;
use std::time::Duration;

use flowdeck_surface::client::tracking::{Metric, MetricExtremes, MetricPoint};
use flowdeck_surface::client::{MetricKey, RunId, Timestamp};

use crate::app::context::Cx;
use crate::app::detail::{Asked, Told};
use crate::app::effect::Question;
use crate::app::message::{Answer, Reply};
use crate::app::ticket::Ticket;

/// Of all time, at most one part in so many is spent on telling them again while a run goes on.
const SHARE: u32 = 20;

/// What a store told of the metrics that were in view.
#[derive(Debug, Default)]
pub(super) struct StoreExtremes {
    told: HashMap<MetricKey, OfMetric>,
    asked: Option<(Ticket, Vec<(MetricKey, MetricPoint)>)>,
    /// Whether the store tells none, so that histories do.
    are_untold: bool,
    /// When the last answer came, and how long it took.
    last: Option<(Timestamp, Duration)>,
}

/// What was told of one metric.
#[derive(Debug)]
struct OfMetric {
    /// Its latest point when it was asked for: another one may be another extreme.
    latest: MetricPoint,
    /// None where telling would take long.
    extremes: Option<MetricExtremes>,
}

impl StoreExtremes {
    /// Asks for those metrics of which nothing is known yet, or something else was logged since.
    pub(super) fn want<'a>(
        &mut self,
        run: &RunId,
        in_view: impl Iterator<Item = &'a Metric>,
        now: Option<Timestamp>,
        cx: &mut Cx<'_>,
    ) {
        if self.are_untold || self.asked.is_some() {
            return;
        }
        let may_repeat = !self.was_told_just_now(now);
        let is_wanted = |metric: &&Metric| match self.told.get(&metric.key) {
            Some(known) => may_repeat && !is_same(known.latest, point_of(metric)),
            None => true,
        };
        let wanted: Vec<_> = in_view
            .filter(is_wanted)
            .map(|metric| (metric.key.clone(), point_of(metric)))
            .collect();
        if wanted.is_empty() {
            return;
        }
        let keys = wanted.iter().map(|(key, _)| key.clone()).collect();
        let question = Question::Detail(Asked::Extremes(run.clone(), keys));
        self.asked = Some((cx.ask(question), wanted));
    }

    /// Waits no longer; what was told stays.
    pub(super) fn give_up(&mut self, cx: &mut Cx<'_>) {
        if let Some((ticket, _)) = self.asked.take() {
            cx.give_up(ticket);
        }
    }

    /// Forgets what was told, as a person asks for all of it again.
    pub(super) fn forget(&mut self, cx: &mut Cx<'_>) {
        self.give_up(cx);
        *self = Self::default();
    }

    /// Whether the answer to this ticket is waited for.
    pub(super) fn awaits(&self, ticket: Ticket) -> bool {
        self.asked.as_ref().is_some_and(|(asked, _)| *asked == ticket)
    }

    /// Takes what was told; a store that cannot tell, or fails, leaves it to histories.
    pub(super) fn take(&mut self, reply: Reply) {
        let Some((_, wanted)) = self.asked.take() else {
            return;
        };
        self.last = Some((reply.at.at, reply.took));
        let Ok(Answer::Detail(Told::Extremes(Some(all)))) = reply.answer else {
            self.are_untold = true;
            return;
        };
        let mut all: HashMap<MetricKey, MetricExtremes> =
            all.into_iter().map(|own| (own.key.clone(), own)).collect();
        for (key, latest) in wanted {
            let extremes = all.remove(&key);
            self.told.insert(key, OfMetric { latest, extremes });
        }
    }

    /// What the store told of a metric; nothing where histories have to.
    pub(super) fn of(&self, key: &MetricKey) -> Option<&MetricExtremes> {
        self.told.get(key)?.extremes.as_ref()
    }

    /// Whether the answer is still to come.
    pub(super) fn is_awaited(&self, key: &MetricKey) -> bool {
        let asked = self.asked.as_ref();
        asked.is_some_and(|(_, wanted)| wanted.iter().any(|(own, _)| own == key))
    }

    /// Whether the store tells none.
    pub(super) fn are_untold(&self) -> bool {
        self.are_untold
    }

    fn was_told_just_now(&self, now: Option<Timestamp>) -> bool {
        let (Some(now), Some((at, took))) = (now, self.last) else {
            return false;
        };
        i128::from(now.millis_since(at)) < (took * SHARE).as_millis() as i128
    }
}

fn point_of(metric: &Metric) -> MetricPoint {
    MetricPoint {
        step: metric.step,
        timestamp: metric.timestamp,
        value: metric.value,
    }
}

fn is_same(one: MetricPoint, other: MetricPoint) -> bool {
    (one.step, one.timestamp, one.value.to_bits()) == (other.step, other.timestamp, other.value.to_bits())
}
