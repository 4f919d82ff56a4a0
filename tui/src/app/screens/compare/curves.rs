//! Curves of compared runs, one metric with all of them in it or all metrics as a grid.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::MetricKey;
use flowdeck_surface::run_column::RunColumn;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::choose::Choosing;
use super::{Compare, Page};
use crate::app::chart::ChartRun;
use crate::app::context::{Cx, Look};
use crate::app::widgets::text::Pieces;

impl Compare {
    /// Does what an action means to curves; answers whether it means anything.
    pub(super) fn act_on_curves(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let area = Self::page_area(cx.body);
        match action {
            Action::Find => self.choose(Choosing::CurveMetric, cx),
            Action::Open => drop(self.pane.act(Action::Grid, area, cx)),
            _ => return self.pane.act(action, area, cx),
        }
        true
    }

    /// Shows the curves of the runs within all brushes, where that page is in view; reads what is not here.
    pub(super) fn show_curves(&mut self, again: bool, cx: &mut Cx<'_>) {
        if self.page != Page::Curves || self.comparison.n_runs() == 0 {
            return;
        }
        let runs = self.shown.iter().filter_map(|place| self.chart_runs.get(*place));
        let runs: Vec<ChartRun> = runs.cloned().collect();
        let catalog = self.comparison.table().catalog();
        let keys = self.comparison.metrics().into_iter();
        let keys = keys.filter_map(|id| match catalog.column(id) {
            RunColumn::Metric(key) => Some(MetricKey::from(key.clone())),
            _ => None,
        });
        let keys: Vec<MetricKey> = keys.collect();
        self.pane.show(runs, keys, self.curve.take().as_ref());
        self.pane.load(Self::page_area(cx.body), again, cx);
    }

    pub(super) fn curves_summary(&self, look: &Look<'_>) -> Pieces<'static> {
        let mut line = Pieces::new();
        line.add(self.pane.title(), look.theme.heading());
        line.add(
            format!(" · {}", self.pane.settings()),
            look.theme.tone(Tone::Muted),
        );
        line
    }

    pub(super) fn draw_curves(&self, body: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.pane.draw(Self::page_area(body), true, buf, look);
    }
}
