//! Some runs side by side.
//!
//! ```text
//!  flowdeck › Experiments › churn › Compare 3 runs
//!  12 of 40 keys differ                                              metrics.loss
//!   Key                 blue-fox        calm-owl        wild-elk
//!   Params
//!    lr                 0.01            0.1             0.1
//!   Metrics
//!    loss ↓?            ★0.12            0.18            0.31
//! ```

mod draw;
#[cfg(test)]
mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::tracking::Run;
use flowdeck_surface::client::{RunId, Timestamp};
use flowdeck_surface::compare::{CompareRow, RunComparison};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::run_table::ColumnId;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::run::RunPage;
use super::{Freshness, Screen};
use crate::app::context::{Cx, Go, Look};
use crate::app::effect::Question;
use crate::app::key::Key;
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Mouse, MouseKind, Reply};
use crate::app::ticket::Ticket;
use crate::app::widgets::cursor::{Cursor, Pointed};
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::dialog::form::{Field, Form};
use crate::app::widgets::prompt::{Prompt, Typed};
use crate::app::widgets::table::Table;

/// Some runs side by side.
pub(crate) struct Compare {
    ids: Vec<RunId>,
    asked: Loadable<()>,
    comparison: RunComparison,
    cursor: Cursor,
    /// The run in hand and the first in view, by their places.
    in_hand: usize,
    first: usize,
    prompt: Option<Prompt>,
    naming: Option<Ticket>,
    writing: Option<Ticket>,
    now: Timestamp,
}

impl Compare {
    /// The comparison of these runs, of which nothing was asked yet.
    pub(crate) fn of(ids: Vec<RunId>) -> Self {
        Self {
            ids,
            asked: Loadable::default(),
            comparison: RunComparison::default(),
            cursor: Cursor::default(),
            in_hand: 0,
            first: 0,
            prompt: None,
            naming: None,
            writing: None,
            now: Timestamp(0),
        }
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        self.asked.ask(Question::RunsById(self.ids.clone()), cx);
    }

    fn table_area(body: Rect) -> Rect {
        Rect {
            y: body.y + 1.min(body.height),
            height: body.height.saturating_sub(1),
            ..body
        }
    }

    fn height(cx: &Cx<'_>) -> usize {
        Table::height(Self::table_area(cx.body))
    }

    fn key_in_hand(&self) -> Option<ColumnId> {
        match self.comparison.rows().get(self.cursor.selected)? {
            CompareRow::Key(id) => Some(*id),
            CompareRow::Title(_) => None,
        }
    }

    /// Keeps the cursor in the list and the run in hand in view.
    fn settle(&mut self, cx: &Cx<'_>) {
        let n_rows = self.comparison.rows().len();
        self.cursor.keep_in_view(n_rows, Self::height(cx));
        self.in_hand = self.in_hand.min(self.comparison.n_runs().saturating_sub(1));
        let n_in_view = self.n_in_view(cx.body.width);
        self.first = self
            .first
            .clamp((self.in_hand + 1).saturating_sub(n_in_view), self.in_hand);
    }

    fn export(&mut self, cx: &mut Cx<'_>) {
        let field = Field::text("File", "comparison.csv");
        self.naming = Some(cx.open_dialog(Form::new("Export the comparison", "write").field(field)));
    }

    fn copy_value(&self, cx: &mut Cx<'_>) {
        let slot = self.comparison.table().listed().get(self.in_hand);
        match (self.key_in_hand(), slot) {
            (Some(id), Some(slot)) => cx.copy("value", &self.comparison.exact(*slot, id)),
            (None, Some(slot)) => cx.copy("run id", self.comparison.table().info(*slot).id.as_str()),
            _ => {}
        }
    }

    fn edit_find(&mut self, typed: Typed, cx: &Cx<'_>) {
        match typed {
            Typed::Changed => {
                let words = self.prompt.as_ref().map(|prompt| prompt.text().to_owned());
                self.comparison.find(&words.unwrap_or_default());
            }
            Typed::Done => self.prompt = None,
            Typed::Cancelled => {
                self.prompt = None;
                self.comparison.find("");
            }
            Typed::Nothing | Typed::Passed => {}
        }
        self.settle(cx);
    }

    fn open_run(&self, cx: &mut Cx<'_>) {
        if let Some(info) = self.comparison.run(self.in_hand) {
            cx.go = Some(Go::To(Box::new(RunPage::of(Run::bare(info.clone())))));
        }
    }
}

impl Screen for Compare {
    fn crumb(&self) -> String {
        format!("Compare {} runs", self.ids.len())
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Compare, Scope::List, Scope::Everywhere]
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.refresh(cx);
    }

    fn cover(&mut self, _: &mut Cx<'_>) {}

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.asked.give_up(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        if self
            .cursor
            .act(action, self.comparison.rows().len(), Self::height(cx))
        {
            return;
        }
        match action {
            Action::Left => self.in_hand = self.in_hand.saturating_sub(1),
            Action::Right => self.in_hand += 1,
            Action::Open => self.open_run(cx),
            Action::Find => self.prompt = Some(Prompt::new("find key", self.comparison.words())),
            Action::OnlyDiffering => self.comparison.toggle_all(),
            Action::Baseline => self.comparison.toggle_baseline(self.in_hand),
            Action::Delta => self.comparison.step_delta(),
            Action::Goal => {
                if let Some(id) = self.key_in_hand() {
                    self.comparison.step_goal(id);
                }
            }
            Action::CopyId => self.copy_value(cx),
            Action::Export => self.export(cx),
            Action::Refresh => self.refresh(cx),
            Action::Back if !self.comparison.words().is_empty() => self.comparison.find(""),
            Action::Back => cx.go = Some(Go::Back),
            _ => {}
        }
        self.settle(cx);
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.prompt.as_ref()
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        match (prompt.press(key), key.name.as_str()) {
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

    fn decided(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        if self.naming.take_if(|asked| *asked == ticket).is_none() {
            return;
        }
        if let Some(Decision::Fields(fields)) = decision
            && let Some(name) = fields.into_iter().next().filter(|name| !name.trim().is_empty())
        {
            self.writing = Some(cx.ask(Question::WriteFile(name.trim().to_owned(), self.comparison.csv())));
        }
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let n_rows = self.comparison.rows().len();
        match mouse.kind {
            MouseKind::ScrollLeft => self.in_hand = self.in_hand.saturating_sub(1),
            MouseKind::ScrollRight => self.in_hand += 1,
            _ => match self.cursor.point(&mouse, n_rows, Self::height(cx)) {
                Pointed::Title(place) if place > 0 => self.in_hand = self.first + place - 1,
                Pointed::Opened => self.open_run(cx),
                _ => {}
            },
        }
        self.settle(cx);
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.asked.awaits(ticket) || self.writing == Some(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        self.now = self.now.max(reply.at);
        match reply.answer {
            Ok(Answer::RunsById(runs)) => {
                self.comparison.show(runs);
                self.asked.show((), reply.at);
            }
            Ok(Answer::Written(path)) => cx.say(format!("Wrote {}.", path.display())),
            Ok(_) => {}
            Err(failure) if self.asked.awaits(reply.ticket) => self.asked.fail(failure),
            Err(failure) => cx.complain(Notice::of(&failure)),
        }
        self.settle(cx);
    }

    fn woken(&mut self, _: Ticket, _: &mut Cx<'_>) {}

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.settle(cx);
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.asked.as_of(),
            is_reading: self.asked.is_asking() && self.asked.as_of().is_none(),
            failure: self.asked.failure(),
        }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_comparison(area, buf, look);
    }
}
