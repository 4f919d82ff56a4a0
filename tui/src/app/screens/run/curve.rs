//! The curve beside the metrics, or all of them as a grid.

use flowdeck_surface::client::tracking::Metric;

use super::RunPage;
use crate::app::chart::ChartRun;
use crate::app::context::Cx;

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

    /// Reads what the chart shows; where no chart is in view nothing is read.
    pub(super) fn load_curve(&mut self, again: bool, cx: &mut Cx<'_>) {
        let places = self.places(cx);
        if self.tab.has_chart() && places.detail.is_some() {
            self.chart.load(places.detail_inner(), again, cx);
        } else {
            cx.show_histories(&[], false);
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
