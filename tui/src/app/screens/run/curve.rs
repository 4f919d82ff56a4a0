//! The curve beside the metrics, or all of them as a grid.

use flowdeck_surface::client::MetricKey;
use flowdeck_surface::client::tracking::{Metric, MetricExtremes, MetricPoint};
use flowdeck_surface::history::History;

use super::RunPage;
use crate::app::chart::ChartRun;
use crate::app::context::Cx;
use crate::app::histories::{Histories, HistoryId, Want};

/// The step from which on a history is not read for its extremes alone: some hundreds of kilobytes from a server.
const LONG: i64 = 20_000;

impl RunPage {
    /// The metric whose curve is in view.
    pub(super) fn selected_metric(&self) -> Option<&Metric> {
        let metrics = &self.known().metrics;
        if self.tab.has_chart() {
            return metrics.get(*self.rows.get(self.cursor().selected)?);
        }
        let shown = self.chart.key();
        metrics
            .iter()
            .find(|metric| Some(&metric.key) == shown)
            .or(metrics.first())
    }

    /// Lets the chart follow the selected metric, among those that the list shows.
    pub(super) fn show_curve(&mut self, cx: &mut Cx<'_>) {
        if !self.tab.has_chart() {
            return;
        }
        let metrics = &self.known().metrics;
        let keys = self.rows.iter().map(|&row| metrics[row].key.clone()).collect();
        let selected = self.selected_metric().map(|metric| metric.key.clone());
        let run = ChartRun::whole(self.known());
        self.chart.show(vec![run], keys, selected.as_ref());
        self.load_curve(false, cx);
    }

    /// Reads what the chart and the list beside it show; where neither is in view nothing is read.
    pub(super) fn load_curve(&mut self, again: bool, cx: &mut Cx<'_>) {
        let places = self.places(cx);
        let wants = self.wanted_extremes(cx);
        if self.tab.has_chart() && places.detail.is_some() {
            self.chart.read_beside(wants);
            self.chart.load(places.detail_inner(), again, cx);
        } else {
            cx.show_histories(&wants, again);
        }
        self.ask_extremes(cx);
    }

    /// The metrics whose rows are in view; none where the list is not.
    fn metrics_in_view(&self, cx: &Cx<'_>) -> Vec<Metric> {
        if !self.tab.has_chart() || self.places(cx).list.is_none() {
            return Vec::new();
        }
        let in_view = self.rows.iter().skip(self.cursor().first).take(self.height(cx));
        in_view
            .filter_map(|&row| self.known().metrics.get(row).cloned())
            .collect()
    }

    /// Asks the store for the extremes of the metrics in view, but for those whose histories tell them.
    fn ask_extremes(&mut self, cx: &mut Cx<'_>) {
        // What a table knows of a run may be a part of it, and old.
        let Some(as_of) = self.run.as_of() else { return };
        let mut in_view = self.metrics_in_view(cx);
        in_view.retain(|metric| !self.is_told_by_history(metric, cx.histories));
        let (run, status) = (self.known().info.id.clone(), &self.known().info.status);
        // What a run logged last has to be told, however soon after the last look it ended.
        let now = Some(as_of).filter(|_| !status.is_terminal());
        self.extremes.want(&run, in_view.iter(), now, cx);
    }

    /// Of a store that tells no extremes, the histories of the metrics in view: they tell them. Long ones are left out,
    /// as a server has to send each point; the extremes of those are told once their curve was looked at.
    fn wanted_extremes(&self, cx: &Cx<'_>) -> Vec<Want> {
        if !self.extremes.are_untold() {
            return Vec::new();
        }
        let run = ChartRun::whole(self.known());
        let metrics = self.metrics_in_view(cx);
        metrics
            .iter()
            .filter(|metric| metric.step < LONG)
            .map(|metric| run.want(&metric.key))
            .collect()
    }

    fn history_id(&self, metric: &Metric) -> HistoryId {
        HistoryId {
            run: self.known().info.id.clone(),
            key: metric.key.clone(),
        }
    }

    /// Whether a history is here up to what was logged last, or is read on for a curve on the screen.
    fn is_told_by_history(&self, metric: &Metric, histories: &Histories) -> bool {
        let id = self.history_id(metric);
        histories.get(&id).is_some_and(|entry| {
            let last = entry.history.summary().last;
            let is_here = entry.is_whole() && last.is_some_and(|last| last.step >= metric.step);
            entry.failure.is_none() && (is_here || histories.is_shown(&id))
        })
    }

    /// The extremes of a metric: as its history tells them, where that is read on, else as the store told them.
    pub(super) fn extremes_of(&self, metric: &Metric, histories: &Histories) -> Extremes {
        let id = self.history_id(metric);
        let whole = histories.get(&id).filter(|entry| entry.is_whole());
        if let Some(entry) = whole.filter(|_| self.is_told_by_history(metric, histories)) {
            return told_by(&entry.history);
        }
        if let Some(own) = self.extremes.of(&metric.key) {
            return Extremes::Both(own.least, own.greatest);
        }
        match histories.get(&id) {
            Some(entry) if entry.is_whole() => told_by(&entry.history),
            Some(entry) if entry.failure.is_none() => Extremes::Awaited,
            _ if self.extremes.is_awaited(&metric.key) => Extremes::Awaited,
            _ => Extremes::Nothing,
        }
    }

    /// Lets the list follow the chart.
    pub(super) fn follow_chart(&mut self, cx: &Cx<'_>) {
        let Some(key) = self.chart.key().filter(|_| self.tab.has_chart()) else {
            return;
        };
        let metrics = &self.known().metrics;
        let place = self.rows.iter().position(|&row| metrics[row].key == *key);
        let (n_rows, height) = (self.rows.len(), self.height(cx));
        if let Some(place) = place {
            self.cursor_mut().select(place, n_rows, height);
        }
    }
}

/// What is known of the extremes of a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Extremes {
    /// Nothing, and nothing is to come.
    Nothing,
    /// Its points are being read.
    Awaited,
    /// The least and the greatest; none where all points are NaN.
    Both(Option<MetricPoint>, Option<MetricPoint>),
}

/// The extremes of a history, infinities among them.
fn told_by(history: &History) -> Extremes {
    let summary = history.summary();
    if summary.n_infinite == 0 {
        return Extremes::Both(summary.min, summary.max);
    }
    let mut extremes = MetricExtremes::new(MetricKey::from(""));
    (0..history.len()).for_each(|index| extremes.take(history.point(index)));
    Extremes::Both(extremes.least, extremes.greatest)
}
