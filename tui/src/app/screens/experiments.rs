//! The list of experiments.
//!
//! ```text
//!  flowdeck › Experiments                                sqlite mlflow.db · 16:05:12
//!  12 experiments · active
//!   Experiment              Runs  State              Last activity  ID
//!   vision-classifier        124  ▶ 3  ✗ 2           16:04:58       4
//!   churn                     40                     11-14 22:13    2
//! ```

mod draw;
mod list;
#[cfg(test)]
mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::activity::Activities;
use flowdeck_surface::client::port::View;
use flowdeck_surface::client::tracking::Experiment;
use flowdeck_surface::client::{ExperimentId, Failure, Listing};
use flowdeck_surface::web::WebPage;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::runs::Runs;
use super::{Freshness, Screen};
use crate::app::context::{Cx, Go, Look};
use crate::app::effect::Question;
use crate::app::key::Key;
use crate::app::live::{Alarm, Pace};
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Mouse, Reply};
use crate::app::ticket::Ticket;
use crate::app::widgets::cursor::{Cursor, Pointed};
use crate::app::widgets::prompt::{Prompt, Typed};

/// The screen of experiments.
#[derive(Debug, Default)]
pub(crate) struct Experiments {
    list: Loadable<Listing<Experiment>>,
    activities: Loadable<Activities>,
    view: View,
    /// Words that names must have.
    find: String,
    prompt: Option<Prompt>,
    /// The experiments in view, as indices into the list.
    rows: Vec<usize>,
    cursor: Cursor,
    /// Whether the person went to a row: until then the first is selected, whatever comes to stand there.
    is_touched: bool,
    alarm: Alarm,
}

impl Experiments {
    fn refresh(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        self.list.ask(Question::Experiments(self.view), cx);
    }

    /// The experiment that is selected.
    fn selected(&self) -> Option<&Experiment> {
        let row = *self.rows.get(self.cursor.selected)?;
        self.list.shown()?.items.get(row)
    }

    fn selected_id(&self) -> Option<ExperimentId> {
        self.selected().map(|experiment| experiment.id.clone())
    }

    fn ask_activities(&mut self, cx: &mut Cx<'_>) {
        let Some(listing) = self.list.shown() else { return };
        let ids: Vec<_> = listing
            .items
            .iter()
            .map(|experiment| experiment.id.clone())
            .collect();
        if !ids.is_empty() {
            self.activities.ask(Question::Activities(ids), cx);
        }
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

    fn open_selected(&self, cx: &mut Cx<'_>) {
        if let Some(experiment) = self.selected() {
            cx.go = Some(Go::To(Box::new(Runs::of(experiment.clone()))));
        }
    }

    fn edit_find(&mut self, typed: Typed, cx: &mut Cx<'_>) {
        match typed {
            Typed::Changed => {
                self.find = self
                    .prompt
                    .as_ref()
                    .map(|prompt| prompt.text().to_owned())
                    .unwrap_or_default();
                self.arrange(None, cx);
            }
            Typed::Done => self.prompt = None,
            Typed::Cancelled => {
                self.prompt = None;
                let selected = self.selected_id();
                self.find.clear();
                self.arrange(selected, cx);
            }
            Typed::Nothing | Typed::Passed => {}
        }
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
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        let height = Self::height(cx);
        if self.cursor.act(action, self.rows.len(), height) {
            self.is_touched = true;
            return;
        }
        match action {
            Action::Open => self.open_selected(cx),
            Action::Find => self.prompt = Some(Prompt::new("find", &self.find)),
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
            Action::Refresh => self.refresh(cx),
            Action::CopyId => {
                if let Some(id) = self.selected_id() {
                    cx.copy("experiment id", id.as_str());
                }
            }
            Action::Back if !self.find.is_empty() => self.edit_find(Typed::Cancelled, cx),
            _ => {}
        }
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.prompt.as_ref()
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        match (prompt.press(key), key.name.as_str()) {
            // The list moves while words are typed.
            (Typed::Passed, "down") => self.act(Action::Down, cx),
            (Typed::Passed, "up") => self.act(Action::Up, cx),
            (typed, _) => self.edit_find(typed, cx),
        }
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        if let Some(prompt) = &mut self.prompt {
            let typed = prompt.paste(text);
            self.edit_find(typed, cx);
        }
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let height = Self::height(cx);
        let before = self.cursor.selected;
        if self.cursor.point(&mouse, self.rows.len(), height) == Pointed::Opened {
            self.open_selected(cx);
        }
        self.is_touched |= self.cursor.selected != before;
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.list.awaits(ticket) || self.activities.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        let selected = self.selected_id().filter(|_| self.is_touched);
        let of_list = self.list.awaits(reply.ticket);
        match reply.answer {
            Ok(Answer::Experiments(listing)) => {
                self.list.show(listing, reply.at);
                self.ask_activities(cx);
            }
            Ok(Answer::Activities(activities)) => {
                self.activities.show(activities, reply.at);
                self.set_alarm(reply.took, cx);
            }
            Ok(_) => {}
            Err(failure) if of_list => self.list.fail(failure),
            Err(failure) => self.activities.fail(failure),
        }
        if !self.activities.is_asking() && !self.list.is_asking() {
            self.set_alarm(reply.took, cx);
        }
        self.arrange(selected, cx);
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

impl Experiments {
    fn failure(&self) -> Option<&Failure> {
        self.list.failure().or_else(|| self.activities.failure())
    }
}
