//! The list of experiments.
//!
//! ```text
//!  flowdeck › Experiments                                sqlite mlflow.db · 16:05:12
//!  12 experiments · active
//!   Experiment              Runs  State              Last activity  Tags           ID
//!   vision-classifier        124  3 running          16:04:58       team=vision    4
//!   churn                     40                     11-14 22:13    team=growth    2
//! ```

mod change;
mod draw;
mod find;
#[cfg(test)]
mod journeys;
mod list;
#[cfg(test)]
mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::activity::{Activities, Activity};
use flowdeck_surface::client::port::{StoreKind, View};
use flowdeck_surface::client::tracking::Experiment;
use flowdeck_surface::client::{ExperimentId, Failure, Listing};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::web::WebPage;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rustc_hash::{FxHashMap, FxHashSet};

use super::runs::Runs;
use super::{Freshness, Screen};
use crate::app::arrangement::Arrangement;
use crate::app::changing::Changing;
use crate::app::context::{Cx, Go, Look};
use crate::app::effect::Question;
use crate::app::key::Key;
use crate::app::live::{Alarm, Pace};
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Mouse, Reply};
use crate::app::ticket::Ticket;
use crate::app::typing::Typing;
use crate::app::widgets::cursor::{Cursor, Pointed};
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::prompt::Prompt;

/// The screen of experiments.
#[derive(Debug, Default)]
pub(crate) struct Experiments {
    list: Loadable<Listing<Experiment>>,
    activities: Loadable<Activities>,
    /// Of a server, what goes on in the experiments on the screen: each has to be asked for.
    near: FxHashMap<ExperimentId, Activity>,
    asked_near: Option<Ticket>,
    view: View,
    /// MLflow's search language; the store judges it.
    filter: String,
    /// Words that experiments must have.
    find: String,
    typing: Typing,
    marked: FxHashSet<ExperimentId>,
    changing: Changing<ExperimentId>,
    /// The experiments in view, as indices into the list.
    rows: Vec<usize>,
    cursor: Cursor,
    /// Whether the person went to a row: until then the first is selected, whatever comes to stand there.
    is_touched: bool,
    alarm: Alarm,
}

/// How a person arranged the list and what is asked for.
#[derive(PartialEq)]
struct Arranged {
    view: View,
    find: String,
    filter: String,
    marked: FxHashSet<ExperimentId>,
}

impl Experiments {
    fn refresh(&mut self, cx: &mut Cx<'_>) {
        self.ask(self.filter.clone(), cx);
    }

    /// Asks for the experiments that pass a filter, which may be one that is only tried.
    fn ask(&mut self, filter: String, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        let question = if filter.is_empty() {
            Question::Experiments(self.view)
        } else {
            Question::FilteredExperiments(self.view, filter)
        };
        self.list.ask(question, cx);
    }

    /// The experiment that is selected.
    fn selected(&self) -> Option<&Experiment> {
        let row = *self.rows.get(self.cursor.selected)?;
        self.list.shown()?.items.get(row)
    }

    fn selected_id(&self) -> Option<ExperimentId> {
        self.selected().map(|experiment| experiment.id.clone())
    }

    /// The experiments that an action is for: those that are marked, else the one in hand.
    fn chosen(&self) -> Vec<&Experiment> {
        let items = self.list.shown().map_or(&[][..], |listing| &listing.items);
        if self.marked.is_empty() {
            return self.selected().into_iter().collect();
        }
        items
            .iter()
            .filter(|experiment| self.marked.contains(&experiment.id))
            .collect()
    }

    fn ask_activities(&mut self, cx: &mut Cx<'_>) {
        let Some(listing) = self.list.shown() else { return };
        let ids = listing.items.iter().map(|experiment| experiment.id.clone());
        let ids: Vec<_> = ids.collect();
        if !ids.is_empty() {
            self.activities.ask(Question::Activities(ids), cx);
        }
    }

    /// Counts the runs of the experiments on the screen where the store does not count all of them at once.
    fn count_near(&mut self, cx: &mut Cx<'_>) {
        let is_done = self.activities.shown().is_none_or(|all| all.is_complete);
        if is_done || cx.store != StoreKind::Server || self.asked_near.is_some() {
            return;
        }
        let Some(listing) = self.list.shown() else { return };
        let in_view = self.rows.iter().skip(self.cursor.first).take(Self::height(cx));
        let ids = in_view.map(|&row| listing.items[row].id.clone());
        let ids: Vec<_> = ids.filter(|id| !self.near.contains_key(id)).collect();
        if !ids.is_empty() {
            self.asked_near = Some(cx.ask(Question::ActivitiesNear(ids)));
        }
    }

    /// What is known of the runs of an experiment.
    fn activity(&self, id: &ExperimentId) -> Option<Activity> {
        let known = self.activities.shown().and_then(|all| all.of(id));
        self.near.get(id).copied().or(known)
    }

    /// Whether that is a count of all of them.
    fn is_counted(&self, id: &ExperimentId) -> bool {
        self.near.contains_key(id) || self.activities.shown().is_some_and(|all| all.is_complete)
    }

    fn set_alarm(&mut self, took: std::time::Duration, cx: &mut Cx<'_>) {
        let is_moving = self
            .activities
            .shown()
            .is_some_and(Activities::is_anything_running);
        let pace = Pace {
            is_moving,
            took,
            n_failures: self.list.n_failures().max(self.activities.n_failures()),
        };
        self.alarm.set(pace, cx);
    }

    /// Opens the runs of the marked experiments together, or of the one in hand.
    fn open_selected(&self, cx: &mut Cx<'_>) {
        let chosen: Vec<Experiment> = self.chosen().into_iter().cloned().collect();
        if !chosen.is_empty() {
            cx.go = Some(Go::To(Box::new(Runs::of_several(chosen))));
        }
    }

    fn mark(&mut self, cx: &Cx<'_>) {
        if let Some(id) = self.selected_id() {
            if !self.marked.remove(&id) {
                self.marked.insert(id);
            }
            self.is_touched = true;
            self.cursor.act(Action::Down, self.rows.len(), Self::height(cx));
        }
    }

    fn listed_ids(&self) -> Vec<ExperimentId> {
        let items = self.list.shown().map_or(&[][..], |listing| &listing.items);
        self.rows.iter().map(|&row| items[row].id.clone()).collect()
    }

    fn mark_all(&mut self) {
        let ids = self.listed_ids();
        if ids.iter().all(|id| self.marked.contains(id)) {
            self.marked.clear();
        } else {
            self.marked.extend(ids);
        }
    }

    fn invert_marks(&mut self) {
        for id in self.listed_ids() {
            if !self.marked.remove(&id) {
                self.marked.insert(id);
            }
        }
    }

    fn failure(&self) -> Option<&Failure> {
        self.list.failure().or_else(|| self.activities.failure())
    }
}

impl Screen for Experiments {
    fn crumb(&self) -> String {
        "Experiments".to_owned()
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Experiments, Scope::List, Scope::Everywhere]
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.refresh(cx);
    }

    fn cover(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
    }

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        self.list.give_up(cx);
        self.activities.give_up(cx);
        self.asked_near
            .take()
            .into_iter()
            .for_each(|ticket| cx.give_up(ticket));
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        let height = Self::height(cx);
        if self.cursor.act(action, self.rows.len(), height) {
            self.is_touched = true;
            return self.count_near(cx);
        }
        match action {
            Action::Open => self.open_selected(cx),
            Action::Find => self.typing.begin_find("find", &self.find),
            Action::Filter => self.begin_filter(),
            Action::View => {
                self.view = match self.view {
                    View::Active => View::Deleted,
                    View::Deleted => View::All,
                    View::All => View::Active,
                };
                self.list.forget();
                self.refresh(cx);
                self.arrange(None, cx);
            }
            Action::Refresh => {
                self.near.clear();
                self.refresh(cx);
            }
            Action::CopyId => {
                if let Some(id) = self.selected_id() {
                    cx.copy("experiment id", id.as_str());
                }
            }
            Action::Mark => self.mark(cx),
            Action::MarkAll => self.mark_all(),
            Action::InvertMarks => self.invert_marks(),
            Action::Create => self.ask_creation(cx),
            Action::Rename | Action::Tag | Action::Note | Action::Delete | Action::Restore => {
                self.ask_change(action, cx);
            }
            Action::Back => self.go_back(cx),
            _ => {}
        }
    }

    fn arrangement(&self) -> Option<Arrangement> {
        Some(Arrangement::of(Arranged {
            view: self.view,
            find: self.find.clone(),
            filter: self.filter.clone(),
            marked: self.marked.clone(),
        }))
    }

    fn put_back(&mut self, arrangement: &Arrangement, cx: &mut Cx<'_>) {
        let Some(wanted) = arrangement.get::<Arranged>() else {
            return;
        };
        let selected = self.selected_id();
        let is_asked_for = self.view == wanted.view && self.filter == wanted.filter;
        self.view = wanted.view;
        self.find.clone_from(&wanted.find);
        self.filter.clone_from(&wanted.filter);
        self.marked.clone_from(&wanted.marked);
        if !is_asked_for {
            self.list.forget();
            self.refresh(cx);
        }
        self.arrange(selected, cx);
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
        self.changing.decided(ticket, decision, cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let height = Self::height(cx);
        let before = self.cursor.selected;
        if self.cursor.point(&mouse, self.rows.len(), height) == Pointed::Opened {
            self.open_selected(cx);
        }
        self.is_touched |= self.cursor.selected != before;
        self.count_near(cx);
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.list.awaits(ticket)
            || self.activities.awaits(ticket)
            || self.asked_near == Some(ticket)
            || self.changing.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        if self.changing.awaits(reply.ticket) {
            return self.take_change(reply, cx);
        }
        let selected = self.selected_id().filter(|_| self.is_touched);
        let of_list = self.list.awaits(reply.ticket);
        let of_near = self.asked_near == Some(reply.ticket);
        match reply.answer {
            Ok(Answer::Experiments(listing)) => {
                if let Some(filter) = self.typing.keep_tried() {
                    self.filter = filter;
                }
                self.list.show(listing, reply.at);
                self.ask_activities(cx);
            }
            Ok(Answer::Activities(activities)) => {
                self.activities.show(activities, reply.at);
                self.set_alarm(reply.took, cx);
            }
            Ok(Answer::Activity {
                id,
                activity,
                is_last,
            }) => {
                self.near.insert(id, activity);
                if is_last {
                    self.asked_near = None;
                }
            }
            Ok(_) => {}
            Err(failure) if of_near => {
                tracing::debug!("counting runs: {failure}");
                self.asked_near = None;
                return;
            }
            Err(failure) if of_list && self.typing.is_trying() => {
                self.typing.refuse_tried(Notice::of(&failure));
                self.list.give_up(cx);
            }
            Err(failure) if of_list => self.list.fail(failure),
            Err(failure) => self.activities.fail(failure),
        }
        if !self.activities.is_asking() && !self.list.is_asking() {
            self.set_alarm(reply.took, cx);
        }
        self.arrange(selected, cx);
        self.count_near(cx);
    }

    fn woken(&mut self, ticket: Ticket, cx: &mut Cx<'_>) {
        if self.alarm.rang(ticket) {
            self.refresh(cx);
        }
    }

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.cursor.keep_in_view(self.rows.len(), Self::height(cx));
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.list.as_of(),
            is_reading: self.list.is_asking() && self.list.shown().is_none(),
            is_over: false,
            failure: self.failure(),
        }
    }

    fn web_page(&self) -> Option<WebPage> {
        Some(WebPage::Experiments)
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_list(area, buf, look);
    }
}
