//! The list of pipeline runs.
//!
//! ```text
//!  flowdeck › Experiments › Pipeline runs
//!  1,204 runs · state:FAILED · latest first
//!   Run              State      Tasks  Took     Made   Summary
//!   churn-nightly-7  ✗ FAILED    4/5  12m 03s  13:40  failed at `train`: out of memory (exit code 137)
//!   churn-nightly-6  ✓ SUCCEEDED 5/5  14m 10s  12:40  succeeded, 2 cached
//! ```

mod act;
mod draw;
mod find;
mod load;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::port::{Predicate, SortKey, View};
use flowdeck_surface::client::{PageToken, PipelineExperimentId, PipelineRunId, RecurringRunId, Timestamp};
use flowdeck_surface::pipelines::PipelineRunLine;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Freshness, Screen};
use crate::app::arrangement::Arrangement;
use crate::app::context::{Cx, Look};
use crate::app::key::Key;
use crate::app::live::Alarm;
use crate::app::loadable::Loadable;
use crate::app::message::{Mouse, Reply};
use crate::app::pipelines::acting::Acting;
use crate::app::pipelines::launching::Launching;
use crate::app::ticket::Ticket;
use crate::app::typing::Typing;
use crate::app::widgets::cursor::{Cursor, Pointed};
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::prompt::Prompt;

/// Orders to choose from: the server's key, whether the greatest come first, and what it is called.
const ORDERS: [(&str, bool, &str); 6] = [
    ("created_at", true, "latest first"),
    ("created_at", false, "oldest first"),
    ("finished_at", true, "ended last first"),
    ("display_name", false, "by name"),
    ("display_name", true, "by name, backwards"),
    ("state", false, "by state"),
];

/// The list of pipeline runs.
#[derive(Default)]
pub(crate) struct PipelineRuns {
    /// Only runs of this experiment, by its id and name.
    experiment: Option<(PipelineExperimentId, String)>,
    /// Only runs that this schedule started, by its id and name.
    schedule: Option<(RecurringRunId, String)>,
    list: Loadable<Vec<PipelineRunLine>>,
    /// Where the runs go on that were not read yet.
    next: Option<PageToken>,
    /// Whether parts of the list that is shown are still to come.
    is_reading_on: bool,
    /// The question for those runs.
    more: Option<Ticket>,
    /// The question for runs that go on, while the list is shown.
    again: Option<Ticket>,
    exporting: Option<Exporting>,
    /// What the server judges, as it was typed.
    filter: String,
    predicates: Vec<Predicate>,
    /// What is tried in its place.
    tried: Option<Vec<Predicate>>,
    view: View,
    /// The order, by its place.
    order: usize,
    find: String,
    typing: Typing,
    rows: Vec<usize>,
    cursor: Cursor,
    marked: BTreeSet<PipelineRunId>,
    acting: Acting,
    launching: Launching,
    alarm: Alarm,
    /// When the last answer came.
    now: Option<Timestamp>,
    web: Option<String>,
}

/// A file that is being written.
#[derive(Debug)]
enum Exporting {
    /// The person is asked for its name.
    Asking(Ticket),
    /// It is written.
    Writing(Ticket),
}

/// What of the arrangement can be taken back.
#[derive(Clone, Debug, PartialEq)]
struct Arranged {
    find: String,
    filter: String,
    predicates: Vec<Predicate>,
    view: View,
    order: usize,
    marked: BTreeSet<PipelineRunId>,
}

impl PipelineRuns {
    /// The runs of an experiment.
    pub(crate) fn of_experiment(id: PipelineExperimentId, name: &str) -> Self {
        Self {
            experiment: Some((id, name.to_owned())),
            ..Self::default()
        }
    }

    /// The runs that a schedule started.
    pub(crate) fn of_schedule(id: RecurringRunId, name: &str) -> Self {
        Self {
            schedule: Some((id, name.to_owned())),
            ..Self::default()
        }
    }

    fn lines(&self) -> &[PipelineRunLine] {
        self.list.shown().map_or(&[], Vec::as_slice)
    }

    fn selected(&self) -> Option<&PipelineRunLine> {
        self.lines().get(*self.rows.get(self.cursor.selected)?)
    }

    /// The runs that an action is for: those that are marked, else the one in hand.
    fn chosen(&self) -> Vec<&PipelineRunLine> {
        let marked: Vec<_> = self
            .lines()
            .iter()
            .filter(|line| self.marked.contains(&line.id))
            .collect();
        if marked.is_empty() {
            return self.selected().into_iter().collect();
        }
        marked
    }

    fn sort(&self) -> Option<SortKey> {
        let (key, descending, _) = ORDERS[self.order];
        (self.order > 0).then(|| SortKey {
            key: key.to_owned(),
            descending,
        })
    }
}

impl Screen for PipelineRuns {
    fn crumb(&self) -> String {
        match (&self.experiment, &self.schedule) {
            (Some((_, name)), _) | (None, Some((_, name))) => name.clone(),
            (None, None) => "Pipeline runs".to_owned(),
        }
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::PipelineRuns, Scope::List, Scope::Everywhere]
    }

    fn is_of_pipelines(&self) -> bool {
        true
    }

    fn web_address(&self) -> Option<String> {
        let base = self.web.as_ref()?.trim_end_matches('/');
        Some(match self.selected() {
            Some(line) => format!("{base}/#/runs/details/{}", line.id),
            None => format!("{base}/#/runs"),
        })
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        if self.list.shown().is_some() {
            self.look_again(cx);
        } else {
            self.read(cx);
        }
    }

    fn cover(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
    }

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        self.give_up(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        if self.cursor.act(action, self.rows.len(), Self::height(cx)) {
            return self.read_on(cx);
        }
        self.act_on_chosen(action, cx);
    }

    fn arrangement(&self) -> Option<Arrangement> {
        Some(Arrangement::of(Arranged {
            find: self.find.clone(),
            filter: self.filter.clone(),
            predicates: self.predicates.clone(),
            view: self.view,
            order: self.order,
            marked: self.marked.clone(),
        }))
    }

    fn put_back(&mut self, arrangement: &Arrangement, cx: &mut Cx<'_>) {
        let Some(wanted) = arrangement.get::<Arranged>().cloned() else {
            return;
        };
        let is_asked_for =
            self.predicates == wanted.predicates && self.view == wanted.view && self.order == wanted.order;
        self.find = wanted.find;
        self.filter = wanted.filter;
        self.predicates = wanted.predicates;
        self.view = wanted.view;
        self.order = wanted.order;
        self.marked = wanted.marked;
        if !is_asked_for {
            self.read(cx);
        }
        self.arrange(None, cx);
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.typing.prompt()
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        self.press_typing(key, cx);
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        self.paste_typing(text, cx);
    }

    fn decided(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        self.decide(ticket, decision.as_ref(), cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        if self.cursor.point(&mouse, self.rows.len(), Self::height(cx)) == Pointed::Opened {
            self.open(cx);
        }
        self.read_on(cx);
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        let writes = matches!(self.exporting, Some(Exporting::Writing(own)) if own == ticket);
        writes
            || self.list.awaits(ticket)
            || self.more == Some(ticket)
            || self.again == Some(ticket)
            || self.acting.awaits(ticket)
            || self.launching.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        self.take(reply, cx);
    }

    fn woken(&mut self, ticket: Ticket, cx: &mut Cx<'_>) {
        if self.alarm.rang(ticket) {
            self.look_again(cx);
        }
    }

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.cursor.keep_in_view(self.rows.len(), Self::height(cx));
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.list.as_of(),
            is_over: false,
            is_reading: self.list.is_asking() || self.more.is_some(),
            failure: self.list.failure(),
        }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_list(area, buf, look);
    }
}
