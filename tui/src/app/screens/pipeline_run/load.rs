//! Reads the run again and again while it goes on, and what it was made from once.

use flowdeck_surface::client::pipelines::PipelineRun;
use flowdeck_surface::pipelines::with_plan;

use super::{PipelineRunPage, Subject};
use crate::app::context::{Cx, Go};
use crate::app::effect::Question;
use crate::app::live::Pace;
use crate::app::message::{Answer, Reply};
use crate::app::pipelines::{Asked, Done, Told};

impl PipelineRunPage {
    pub(super) fn read(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        if let Subject::Run { word, .. } = &self.subject {
            let asked = Asked::Run(word.clone());
            self.run.ask(Question::Pipelines(Box::new(asked)), cx);
        }
    }

    pub(super) fn take(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        let ticket = reply.ticket;
        if self.acting.awaits(ticket) {
            if let Some(done) = self.acting.take(reply, cx) {
                self.done(&done, cx);
            }
            return;
        }
        if self.launching.awaits(ticket) {
            if let Some(done) = self.launching.take(reply, cx) {
                self.done(&done, cx);
            }
            return;
        }
        self.now = self.now.max(reply.at.at);
        let (at, took) = (reply.at.at, reply.took);
        match reply.answer {
            Ok(Answer::Pipelines(from)) => {
                self.web = from.web;
                match from.told {
                    Told::Run(run) => {
                        self.take_run(*run, at, cx);
                        self.wait(took, cx);
                    }
                    Told::Spec(spec) => self.spec.show(spec, at),
                    _ => {}
                }
            }
            Ok(_) => {}
            Err(failure) if self.spec.awaits(ticket) => self.spec.fail(failure),
            Err(failure) => {
                self.run.fail(failure);
                self.wait(took, cx);
            }
        }
        self.retell(cx);
    }

    fn take_run(&mut self, run: PipelineRun, at: flowdeck_surface::client::Timestamp, cx: &mut Cx<'_>) {
        if let Subject::Run { word, name } = &mut self.subject {
            // A name that was typed may mean another run later on.
            *word = run.id.to_string();
            name.clone_from(&run.display_name);
        }
        if self.spec.shown().is_none() && !self.spec.is_asking() && self.spec.failure().is_none() {
            let asked = Asked::Spec(run.source.clone());
            self.spec.ask(Question::Pipelines(Box::new(asked)), cx);
        }
        self.run.show(run, at);
    }

    /// Works the tasks out of what is known by now.
    fn retell(&mut self, cx: &Cx<'_>) {
        let Some(run) = self.run.shown() else { return };
        self.tree = match self.spec.shown().and_then(Option::as_deref) {
            Some(spec) => with_plan(&run.tasks, spec, run.state.is_terminal()),
            None => run.tasks.clone(),
        };
        self.rebuild(cx);
    }

    /// A run that is over is not asked for any more.
    fn wait(&mut self, took: std::time::Duration, cx: &mut Cx<'_>) {
        let is_over = self.run.shown().is_some_and(|run| run.state.is_terminal());
        if is_over && self.run.failure().is_none() {
            return;
        }
        let pace = Pace {
            is_moving: true,
            took,
            n_failures: self.run.n_failures(),
        };
        self.alarm.set_for_server(pace, cx);
    }

    fn done(&mut self, done: &Done, cx: &mut Cx<'_>) {
        if let Some(id) = &done.run {
            cx.go = Some(Go::To(Box::new(Self::by_id(id.clone()))));
        } else if std::mem::take(&mut self.is_deleting) && done.n_done > 0 {
            cx.go = Some(Go::Back);
        } else {
            self.read(cx);
        }
    }
}
