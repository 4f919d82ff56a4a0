//! What the page asks of the store, and what it takes.

use flowdeck_surface::client::tracking::{Metric, Run};
use flowdeck_surface::client::{Failure, RunId, Session};
use flowdeck_surface::run_table::SYSTEM_METRICS;

use super::{RunPage, Tab};
use crate::app::context::Cx;
use crate::app::detail::{Asked, Told};
use crate::app::effect::Question;
use crate::app::live::Pace;
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Came, Reply};
use crate::app::ticket::Ticket;

impl RunPage {
    /// Asks for the run, and for what the tab in view shows, once more.
    pub(super) fn refresh(&mut self, cx: &mut Cx<'_>) {
        self.refresh_run(cx);
        self.forget_tab(cx);
        self.ask_tab(cx);
    }

    pub(super) fn refresh_run(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        let id = self.known().info.id.clone();
        self.run.ask(Question::Run(id), cx);
    }

    pub(super) fn set_alarm(&mut self, took: std::time::Duration, cx: &mut Cx<'_>) {
        let n_failures = self.run.n_failures();
        let is_moving = !self.known().info.status.is_terminal();
        // Of a run that is over, nothing more is to come.
        if is_moving || n_failures > 0 {
            let pace = Pace {
                is_moving,
                took,
                n_failures,
            };
            self.alarm.set(pace, cx);
        }
    }

    /// Lets the tab in view be asked for again.
    fn forget_tab(&mut self, cx: &mut Cx<'_>) {
        match self.tab {
            Tab::Overview => self.versions.give_up(cx),
            Tab::Metrics | Tab::System => self.extremes.forget(cx),
            Tab::Models => self.models.give_up(cx),
            Tab::Children => self.children.give_up(cx),
            Tab::Traces => self.traces.give_up(cx),
            Tab::Files => self.files.refresh(cx),
            Tab::Params | Tab::Tags | Tab::Datasets => {}
        }
        self.asked_tabs.retain(|&tab| tab != self.tab);
    }

    /// Asks for what the tab in view shows beside the run itself, once.
    pub(super) fn ask_tab(&mut self, cx: &mut Cx<'_>) {
        if self.tab == Tab::Files {
            let root = Session::artifacts_of_run(self.known());
            return self.files.show(root, cx);
        }
        let tab = self.tab;
        // What a run refers to is known only once all of it was read.
        if self.asked_tabs.contains(&tab) || self.run.as_of().is_none() {
            return;
        }
        self.asked_tabs.push(tab);
        let info = &self.known().info;
        let (id, experiment) = (info.id.clone(), info.experiment_id.clone());
        match tab {
            Tab::Overview => self.versions.ask(Question::Detail(Asked::Versions(id)), cx),
            Tab::Children => self
                .children
                .ask(Question::Detail(Asked::Children(experiment, id)), cx),
            Tab::Traces => self
                .traces
                .ask(Question::Detail(Asked::RunTraces(experiment, id)), cx),
            Tab::Models => {
                let ids: Vec<_> = (0..)
                    .map_while(|place| self.model_at(place))
                    .map(|(id, _)| id.clone())
                    .collect();
                if !ids.is_empty() {
                    self.models.ask(Question::Detail(Asked::LoggedModels(ids)), cx);
                }
            }
            _ => {}
        }
    }

    /// Reads the file that is selected, where it is looked at.
    pub(super) fn ask_preview(&mut self, cx: &mut Cx<'_>) {
        let Some(entry) = self.selected_file() else {
            self.preview.give_up(cx);
            self.preview.forget();
            self.previewed = None;
            return;
        };
        let (path, size) = (entry.path.clone(), entry.size_bytes());
        if self.previewed.as_ref() == Some(&path) {
            return;
        }
        self.preview.give_up(cx);
        self.preview.forget();
        let root = Session::artifacts_of_run(self.known());
        self.preview
            .ask(Question::Detail(Asked::Preview(root, path.clone(), size)), cx);
        self.previewed = Some(path);
    }

    pub(super) fn is_waiting_for(&self, ticket: Ticket) -> bool {
        self.run.awaits(ticket)
            || self.chart.awaits(ticket)
            || self.files.awaits(ticket)
            || self.preview.awaits(ticket)
            || self.versions.awaits(ticket)
            || self.extremes.awaits(ticket)
            || self.children.awaits(ticket)
            || self.models.awaits(ticket)
            || self.traces.awaits(ticket)
            || self.is_acting_on(ticket)
    }

    pub(super) fn give_all_up(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        self.run.give_up(cx);
        cx.show_histories(&[], false);
        self.files.give_up(cx);
        self.preview.give_up(cx);
        self.versions.give_up(cx);
        self.extremes.give_up(cx);
        self.children.give_up(cx);
        self.models.give_up(cx);
        self.traces.give_up(cx);
    }

    pub(super) fn take(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        if self.chart.awaits(reply.ticket) {
            return self.chart.reply(reply, cx);
        }
        if self.files.awaits(reply.ticket) {
            self.files.reply(reply);
            return self.arrange(cx);
        }
        if self.is_acting_on(reply.ticket) {
            return self.take_outcome(reply, cx);
        }
        if self.run.awaits(reply.ticket) {
            return self.take_run(reply, cx);
        }
        if self.extremes.awaits(reply.ticket) {
            self.extremes.take(reply);
            // Other rows may be in view by now; and where the store tells no extremes, histories do.
            return self.load_curve(false, cx);
        }
        self.take_detail(reply);
        self.arrange(cx);
    }

    fn take_run(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        let took = reply.took;
        match reply.answer {
            Ok(Answer::Run(run)) => self.run.show(in_order(*run), reply.at),
            Ok(_) => {}
            Err(failure) => self.run.fail(failure),
        }
        self.ask_tab(cx);
        self.keep_selection(cx);
        self.show_curve(cx);
        self.set_alarm(took, cx);
    }

    fn take_detail(&mut self, reply: Reply) {
        let at = reply.at;
        let ticket = reply.ticket;
        match reply.answer {
            Ok(Answer::Detail(told)) => self.show_detail_answer(told, ticket, at),
            Ok(_) => {}
            Err(failure) => self.fail(ticket, failure),
        }
    }

    fn show_detail_answer(&mut self, told: Told, ticket: Ticket, at: Came) {
        match told {
            Told::Versions(versions) => self.versions.show(versions, at),
            Told::LoggedModels(models) => self.models.show(models, at),
            Told::Traces(traces) => self.traces.show(traces, at),
            Told::Runs(children) => {
                self.nested = in_tree(&self.known().info.id, &children.items);
                self.children.show(children, at);
            }
            Told::Preview(preview) if self.preview.awaits(ticket) => {
                self.preview
                    .show(crate::app::viewer::Viewer::of_preview(*preview), at);
            }
            _ => {}
        }
    }

    fn fail(&mut self, ticket: Ticket, failure: Failure) {
        fn told<T>(loadable: &mut Loadable<T>, ticket: Ticket, failure: &mut Option<Failure>) {
            if loadable.awaits(ticket)
                && let Some(failure) = failure.take()
            {
                loadable.fail(failure);
            }
        }
        let mut failure = Some(failure);
        told(&mut self.preview, ticket, &mut failure);
        told(&mut self.versions, ticket, &mut failure);
        told(&mut self.children, ticket, &mut failure);
        told(&mut self.models, ticket, &mut failure);
        told(&mut self.traces, ticket, &mut failure);
    }
}

/// A run with its metrics by key, those of the machine behind its own, and its own tags before the system's.
pub(super) fn in_order(mut run: Run) -> Run {
    run.metrics.sort_by(|one, other| {
        let key = |metric: &Metric| {
            (
                metric.key.as_str().starts_with(SYSTEM_METRICS),
                metric.key.clone(),
            )
        };
        key(one).cmp(&key(other))
    });
    run.tags.sort_by(|one, other| {
        let key = |key: &str| (key.starts_with("mlflow."), key.to_owned());
        key(one.key.as_str()).cmp(&key(other.key.as_str()))
    });
    run
}

/// Nested runs below their parents, each with its depth; the oldest first.
fn in_tree(root: &RunId, runs: &[Run]) -> Vec<(usize, Run)> {
    let mut left: Vec<&Run> = runs.iter().collect();
    left.sort_by(|one, other| {
        let key = |run: &Run| (run.info.start_time, run.info.id.clone());
        key(other).cmp(&key(one))
    });
    let mut tree = Vec::new();
    let mut waiting = take_below(root, 0, &mut left);
    while let Some((depth, run)) = waiting.pop() {
        tree.push((depth, run.clone()));
        waiting.extend(take_below(&run.info.id, depth + 1, &mut left));
    }
    tree
}

fn take_below<'a>(parent: &RunId, depth: usize, left: &mut Vec<&'a Run>) -> Vec<(usize, &'a Run)> {
    let (below, others) = left
        .iter()
        .partition::<Vec<&'a Run>, _>(|run| run.parent_id().as_ref() == Some(parent));
    *left = others;
    below.into_iter().map(|run| (depth, run)).collect()
}
