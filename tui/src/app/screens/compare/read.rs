//! Reads the compared runs, some at a time, once: every page shows what is here.

use flowdeck_surface::client::RunId;
use flowdeck_surface::client::tracking::Run;

use super::Compare;
use crate::app::chart::ChartRun;
use crate::app::context::Cx;
use crate::app::effect::Question;
use crate::app::loadable::Loadable;
use crate::app::message::Reply;

/// Runs that are asked for in one question: what came is counted after each.
const AT_ONCE: usize = 100;

/// What was read of the runs so far.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) asked: Loadable<()>,
    came: Vec<Run>,
}

impl Reading {
    /// How many runs came, while more are read.
    pub(super) fn n_came(&self) -> usize {
        self.came.len()
    }
}

impl Compare {
    /// Reads all runs anew; what is shown stays until all are here.
    pub(super) fn refresh(&mut self, cx: &mut Cx<'_>) {
        self.reading.came.clear();
        self.ask_some(cx);
    }

    fn ask_some(&mut self, cx: &mut Cx<'_>) {
        let ids = self.ids.iter().skip(self.reading.came.len()).take(AT_ONCE);
        let ids: Vec<RunId> = ids.cloned().collect();
        self.reading.asked.ask(Question::RunsById(ids), cx);
    }

    /// Takes some runs; asks for the others.
    pub(super) fn take_runs(&mut self, runs: Vec<Run>, reply: &Reply, cx: &mut Cx<'_>) {
        let n_before = self.reading.came.len();
        self.reading.came.extend(runs);
        let is_whole = self.reading.came.len() >= self.ids.len();
        // A store that tells fewer runs than were asked for would be asked for ever.
        if !is_whole && self.reading.came.len() > n_before {
            return self.ask_some(cx);
        }
        self.reading.asked.show((), reply.at);
        let runs = std::mem::take(&mut self.reading.came);
        self.show_runs(runs, cx);
    }

    /// Shows runs on every page.
    fn show_runs(&mut self, runs: Vec<Run>, cx: &mut Cx<'_>) {
        self.chart_runs = runs.iter().map(ChartRun::whole).collect();
        self.comparison.show(runs);
        self.marked.resize(self.comparison.n_runs(), false);
        self.scatter.follow(&self.comparison);
        self.parallel.follow(&self.comparison);
        self.choose_passing();
        self.show_curves(false, cx);
    }

    /// Chooses the runs that lie within all brushes: the other pages show them alone.
    pub(super) fn choose_passing(&mut self) {
        let passing = self.parallel.passing();
        self.shown = (0..passing.len()).filter(|place| passing[*place]).collect();
        let is_in = |place: usize| passing.get(place).copied().unwrap_or(true);
        self.boxes.follow(&self.comparison, is_in);
        if !is_in(self.in_hand) {
            self.in_hand = self.shown.first().copied().unwrap_or(0);
        }
    }

    /// Takes the run in hand out of the comparison.
    pub(super) fn drop_run(&mut self, cx: &mut Cx<'_>) {
        if self.ids.len() <= 2 || self.in_hand >= self.comparison.n_runs() {
            return cx.say("Two runs are the least to compare.");
        }
        let name = self.comparison.name(self.in_hand).to_owned();
        self.ids.remove(self.in_hand);
        self.marked.remove(self.in_hand);
        self.in_hand = self.in_hand.min(self.ids.len() - 1);
        cx.say(format!("{name} is no longer compared."));
        self.refresh(cx);
    }
}
