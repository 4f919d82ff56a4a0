//! Reads runs: a few at once, the others behind them, then again and again those that go on.

use std::collections::HashMap;

use flowdeck_surface::client::PipelineRunId;
use flowdeck_surface::client::port::{Predicate, View};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::pipelines::PipelineRunLine;

use super::{Exporting, PipelineRuns};
use crate::app::context::{Cx, Go};
use crate::app::effect::Question;
use crate::app::live::Pace;
use crate::app::message::{Answer, Reply};
use crate::app::pipelines::{Asked, Done, FromPipelines, RunsAsked, Told};
use crate::app::screens::pipeline_run::PipelineRunPage;

/// Runs that go on and are asked for again at most.
const MOST_WATCHED: usize = 100;

/// Rows before the end of the list at which it goes on.
const NEAR_END: usize = 40;

impl PipelineRuns {
    fn asked(&self) -> RunsAsked {
        let mut predicates = self.tried.as_ref().unwrap_or(&self.predicates).clone();
        match self.view {
            View::Active => predicates.push(Predicate::not_archived()),
            View::Deleted => predicates.push(Predicate::archived()),
            View::All => {}
        }
        if let Some((id, _)) = &self.schedule {
            predicates.push(Predicate::equals("recurring_run_id", id.as_str()));
        }
        RunsAsked {
            predicates,
            sort: self.sort(),
            experiment: self.experiment.as_ref().map(|(id, _)| id.clone()),
            from: None,
        }
    }

    /// Reads the list anew. What is shown stays until the first answer.
    pub(super) fn read(&mut self, cx: &mut Cx<'_>) {
        self.give_up(cx);
        self.is_reading_on = false;
        let asked = Asked::Runs(Box::new(self.asked()));
        self.list.ask(Question::Pipelines(Box::new(asked)), cx);
    }

    /// Asks once more for the first runs, which may be new, and for those that go on.
    pub(super) fn look_again(&mut self, cx: &mut Cx<'_>) {
        if self.list.is_asking() || self.again.is_some() {
            return;
        }
        self.alarm.clear(cx);
        let going = self
            .lines()
            .iter()
            .filter(|line| !line.is_over)
            .take(MOST_WATCHED);
        let ids: Vec<PipelineRunId> = going.map(|line| line.id.clone()).collect();
        let asked = Asked::RunsAgain(Box::new(self.asked()), ids);
        self.again = Some(cx.ask(Question::Pipelines(Box::new(asked))));
    }

    /// Reads on where the person comes near the end of what was read.
    pub(super) fn read_on(&mut self, cx: &mut Cx<'_>) {
        let is_near = self.cursor.selected + NEAR_END >= self.rows.len();
        if !is_near || self.list.is_asking() || self.more.is_some() {
            return;
        }
        if let Some(from) = self.next.clone() {
            let asked = RunsAsked {
                from: Some(from),
                ..self.asked()
            };
            self.more = Some(cx.ask(Question::Pipelines(Box::new(Asked::Runs(Box::new(asked))))));
        }
    }

    pub(super) fn give_up(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        self.list.give_up(cx);
        for ticket in [self.more.take(), self.again.take()].into_iter().flatten() {
            cx.give_up(ticket);
        }
    }

    pub(super) fn take(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        let ticket = reply.ticket;
        if let Some(Exporting::Writing(_)) = self
            .exporting
            .take_if(|it| matches!(it, Exporting::Writing(own) if *own == ticket))
        {
            return match reply.answer {
                Ok(Answer::Written(path)) => cx.say(format!("Wrote {}.", path.display())),
                Ok(_) => {}
                Err(failure) => cx.complain(Notice::of(&failure)),
            };
        }
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
        self.now = Some(reply.at.at);
        let selected = self.selected().map(|line| line.id.clone());
        let took = reply.took;
        match reply.answer {
            Ok(Answer::Pipelines(from)) => self.take_told(*from, ticket, reply.at.at),
            Ok(_) => {}
            Err(failure) if self.list.awaits(ticket) && self.typing.is_trying() => {
                self.typing.refuse_tried(Notice::of(&failure));
                self.tried = None;
                self.list.give_up(cx);
            }
            Err(failure) => {
                self.more.take_if(|own| *own == ticket);
                self.again.take_if(|own| *own == ticket);
                self.list.fail(failure);
            }
        }
        self.arrange(selected.as_ref(), cx);
        if !self.list.is_asking() && self.again.is_none() {
            let pace = Pace {
                is_moving: self.lines().iter().any(|line| !line.is_over),
                took,
                n_failures: self.list.n_failures(),
            };
            self.alarm.set_for_server(pace, cx);
        }
    }

    fn take_told(
        &mut self,
        from: FromPipelines,
        ticket: crate::app::ticket::Ticket,
        at: flowdeck_surface::client::Timestamp,
    ) {
        self.web = from.web;
        match from.told {
            Told::Runs { lines, next, is_last } => {
                let is_more = self.more == Some(ticket);
                self.keep_tried();
                self.next = next;
                if is_more {
                    if let Some(shown) = self.list.shown_mut() {
                        append(shown, lines);
                    }
                    self.more = self.more.filter(|_| !is_last);
                } else {
                    self.take_part(lines, is_last, at);
                }
            }
            Told::RunsAgain(lines) => {
                self.again = None;
                let is_latest_first = self.order == 0;
                let mut shown = self.list.shown().cloned().unwrap_or_default();
                merge(&mut shown, lines, is_latest_first);
                self.list.show(shown, at);
            }
            _ => {}
        }
    }

    /// The first part takes the place of what was shown before; the others come behind it.
    fn take_part(
        &mut self,
        lines: Vec<PipelineRunLine>,
        is_last: bool,
        at: flowdeck_surface::client::Timestamp,
    ) {
        let goes_on = std::mem::replace(&mut self.is_reading_on, !is_last);
        match self.list.shown_mut().filter(|_| goes_on) {
            Some(shown) => append(shown, lines),
            None => self.list.show_part(lines),
        }
        if is_last {
            self.list.settle(at);
        }
    }

    fn done(&mut self, done: &Done, cx: &mut Cx<'_>) {
        self.marked.clear();
        match &done.run {
            Some(id) => cx.go = Some(Go::To(Box::new(PipelineRunPage::by_id(id.clone())))),
            None => self.read(cx),
        }
    }
}

/// A page may repeat a run that was made while the one before was read.
fn append(shown: &mut Vec<PipelineRunLine>, lines: Vec<PipelineRunLine>) {
    let known: std::collections::HashSet<PipelineRunId> = shown.iter().map(|line| line.id.clone()).collect();
    shown.extend(lines.into_iter().filter(|line| !known.contains(&line.id)));
}

/// Runs as they stand now take the place of what was known of them; new ones stand first where the latest do.
fn merge(shown: &mut Vec<PipelineRunLine>, lines: Vec<PipelineRunLine>, is_latest_first: bool) {
    let mut now: HashMap<PipelineRunId, PipelineRunLine> =
        lines.iter().map(|line| (line.id.clone(), line.clone())).collect();
    for line in shown.iter_mut() {
        if let Some(known) = now.remove(&line.id) {
            *line = known;
        }
    }
    if is_latest_first {
        let newest = shown.iter().map(|line| line.created_at).max().flatten();
        let new = lines
            .into_iter()
            .filter(|line| now.contains_key(&line.id) && line.created_at >= newest);
        let mut first: Vec<PipelineRunLine> = new.collect();
        first.append(shown);
        *shown = first;
    }
}
