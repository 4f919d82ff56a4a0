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
    }

    /// Of a store that tells no extremes, the histories of the metrics in view: they tell them. Long ones are left out,
    /// as a server has to send each point; the extremes of those are told once their curve was looked at.
    fn wanted_extremes(&self, cx: &Cx<'_>) -> Vec<Want> {
        let is_listed = self.tab.has_chart() && self.places(cx).list.is_some();
        if !is_listed || !matches!(self.extremes.shown(), Some(None)) {
            return Vec::new();
        }
        let run = ChartRun::whole(self.known());
        let in_view = self.rows.iter().skip(self.cursor().first).take(self.height(cx));
        let metrics = in_view.filter_map(|&row| self.known().metrics.get(row));
        metrics
            .filter(|metric| metric.step < LONG)
            .map(|metric| run.want(&metric.key))
            .collect()
    }

    /// The extremes of a metric: as the store told them, else as its history tells them once all of it was read.
    pub(super) fn extremes_of(&self, metric: &Metric, histories: &Histories) -> Extremes {
        match self.extremes.shown() {
            Some(Some(all)) => {
                let own = all.iter().find(|extremes| extremes.key == metric.key);
                own.map_or(Extremes::Nothing, |own| Extremes::Both(own.least, own.greatest))
            }
            Some(None) => {
                let id = HistoryId {
                    run: self.known().info.id.clone(),
                    key: metric.key.clone(),
                };
                match histories.get(&id) {
                    Some(entry) if entry.is_whole() => told_by(&entry.history),
                    Some(entry) if entry.failure.is_none() => Extremes::Awaited,
                    _ => Extremes::Nothing,
                }
            }
            None => Extremes::Nothing,
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
