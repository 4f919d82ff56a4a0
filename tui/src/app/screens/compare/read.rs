//! Reads the compared runs, some at a time, once: every page shows what is here.

use flowdeck_surface::client::RunId;
use flowdeck_surface::client::tracking::Run;

use super::Compare;
use crate::app::basket::RunSource;
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

    /// Asks for the next runs that lie at one place.
    fn ask_some(&mut self, cx: &mut Cx<'_>) {
        let first = self.reading.came.len();
        let ahead = self.sources.iter().skip(first).take(AT_ONCE);
        let here = ahead.take_while(|source| source.place == self.sources[first].place);
        let ids: Vec<RunId> = here.map(|source| source.id.clone()).collect();
        let question = self.asked_of(first, Question::RunsById(ids));
        self.reading.asked.ask(question, cx);
    }

    /// A question about a run, to the store where it lies.
    pub(super) fn asked_of(&self, run: usize, question: Question) -> Question {
        match self.sources.get(run).and_then(|source| source.place.clone()) {
            None => question,
            Some(place) => Question::Elsewhere(place, Box::new(question)),
        }
    }

    /// Runs of several places may have one id: there they are told apart by their places.
    fn tell_apart(&self, runs: &mut [Run], cx: &mut Cx<'_>) {
        for (source, run) in self.sources.iter().zip(runs) {
            let Some(place) = &source.place else { continue };
            let has_twin = |other: &RunSource| other.id == source.id && other.place != source.place;
            if self.sources.iter().any(has_twin) {
                run.info.id = format!("{}@{}", source.id, place.name()).as_str().into();
            }
            let id = run.info.id.clone();
            cx.histories.read_elsewhere(id, place.clone(), source.id.clone());
        }
    }

    /// Takes some runs; asks for the others.
    pub(super) fn take_runs(&mut self, runs: Vec<Run>, reply: &Reply, cx: &mut Cx<'_>) {
        let n_before = self.reading.came.len();
        self.reading.came.extend(runs);
        let is_whole = self.reading.came.len() >= self.sources.len();
        // A store that tells fewer runs than were asked for would be asked for ever.
        if !is_whole && self.reading.came.len() > n_before {
            return self.ask_some(cx);
        }
        self.reading.asked.show((), reply.at);
        let mut runs = std::mem::take(&mut self.reading.came);
        self.tell_apart(&mut runs, cx);
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
        self.show_page(cx);
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
        if self.sources.len() <= 2 || self.in_hand >= self.comparison.n_runs() {
            return cx.say("Two runs are the least to compare.");
        }
        let name = self.comparison.name(self.in_hand).to_owned();
        let dropped = self.sources.remove(self.in_hand);
        cx.basket.remove(&dropped);
        self.marked.remove(self.in_hand);
        self.forget_files(cx);
        self.in_hand = self.in_hand.min(self.sources.len() - 1);
        cx.say(format!("{name} is no longer compared."));
        self.refresh(cx);
    }
}
