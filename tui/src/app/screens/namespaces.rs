//! The namespaces that one may see.
//!
//! ```text
//!  flowdeck › Namespaces                                    lab/mlflow.db  as of 16:05:12
//!  3 namespaces
//!   Namespace
//!   kubeflow-user-ada   the one that is meant where none is named
//!   team-a
//! ```

#[cfg(test)]
mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::Namespace;
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::text::{has_words, width_cells};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pods::Pods;
use super::{Freshness, Screen};
use crate::app::cluster::{Asked, Of, Told};
use crate::app::context::{Cx, Go, Look};
use crate::app::effect::Question;
use crate::app::key::Key;
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Mouse, Reply};
use crate::app::ticket::Ticket;
use crate::app::widgets::cursor::{Cursor, Pointed};
use crate::app::widgets::message::Message;
use crate::app::widgets::prompt::{Prompt, Typed};
use crate::app::widgets::table::{Table, TableCell, TableColumn};
use crate::app::widgets::text::Pieces;

/// The namespaces, and the one that is meant where none is named.
#[derive(Default)]
pub(crate) struct Namespaces {
    known: Loadable<(Vec<Namespace>, Namespace)>,
    rows: Vec<Namespace>,
    cursor: Cursor,
    find: String,
    prompt: Option<Prompt>,
}

impl Namespaces {
    fn refresh(&mut self, cx: &mut Cx<'_>) {
        self.known.ask(Question::Cluster(Box::new(Asked::Namespaces)), cx);
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

    fn arrange(&mut self, cx: &Cx<'_>) {
        let all = self
            .known
            .shown()
            .map(|(all, _)| all.as_slice())
            .unwrap_or_default();
        let selected = self.rows.get(self.cursor.selected).cloned();
        self.rows = all
            .iter()
            .filter(|name| has_words(&self.find, std::iter::once(name.as_str())))
            .cloned()
            .collect();
        let row = selected.and_then(|name| self.rows.iter().position(|row| *row == name));
        self.cursor.selected = row.unwrap_or(self.cursor.selected);
        self.cursor.keep_in_view(self.rows.len(), Self::height(cx));
    }

    fn find(&mut self, words: &str, cx: &Cx<'_>) {
        words.clone_into(&mut self.find);
        self.arrange(cx);
    }

    fn open(&self, cx: &mut Cx<'_>) {
        if let Some(name) = self.rows.get(self.cursor.selected) {
            cx.go = Some(Go::To(Box::new(Pods::of(Of::Namespace(name.clone())))));
        }
    }
}

impl Screen for Namespaces {
    fn crumb(&self) -> String {
        "Namespaces".to_owned()
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Namespaces, Scope::List, Scope::Everywhere]
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.refresh(cx);
    }

    fn cover(&mut self, _: &mut Cx<'_>) {}

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.known.give_up(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        if self.cursor.act(action, self.rows.len(), Self::height(cx)) {
            return;
        }
        match action {
            Action::Open => self.open(cx),
            Action::Find => self.prompt = Some(Prompt::new("find", &self.find)),
            Action::Refresh => self.refresh(cx),
            Action::CopyId => {
                if let Some(name) = self.rows.get(self.cursor.selected) {
                    cx.copy("name", name.as_str());
                }
            }
            Action::Back if !self.find.is_empty() => self.find("", cx),
            Action::Back => cx.go = Some(Go::Back),
            _ => {}
        }
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.prompt.as_ref()
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        let typed = prompt.press(key);
        let text = prompt.text().to_owned();
        match (typed, key.name.as_str()) {
            (Typed::Passed, "down") => self.act(Action::Down, cx),
            (Typed::Passed, "up") => self.act(Action::Up, cx),
            (Typed::Changed, _) => self.find(&text, cx),
            (Typed::Done, _) => self.prompt = None,
            (Typed::Cancelled, _) => {
                self.prompt = None;
                self.find("", cx);
            }
            (Typed::Nothing | Typed::Passed, _) => {}
        }
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        prompt.paste(text);
        let words = prompt.text().to_owned();
        self.find(&words, cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        if self.cursor.point(&mouse, self.rows.len(), Self::height(cx)) == Pointed::Opened {
            self.open(cx);
        }
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.known.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        let is_first = self.known.shown().is_none();
        match reply.answer {
            Ok(Answer::Cluster(Told::Namespaces(names, meant))) => {
                let place = names.iter().position(|name| *name == meant);
                self.known.show((names, meant), reply.at);
                self.arrange(cx);
                if let Some(place) = place.filter(|_| is_first) {
                    self.cursor.selected = place;
                }
            }
            Ok(_) => {}
            Err(failure) => self.known.fail(failure),
        }
        self.arrange(cx);
    }

    fn woken(&mut self, _: Ticket, _: &mut Cx<'_>) {}

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.cursor.keep_in_view(self.rows.len(), Self::height(cx));
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.known.as_of(),
            is_over: false,
            is_reading: self.known.is_asking() && self.known.shown().is_none(),
            failure: self.known.failure(),
        }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let below = Self::table_area(area);
        let Some((all, meant)) = self.known.shown() else {
            return match self.known.failure() {
                Some(failure) => Message::failed(&Notice::of(failure)).draw(below, buf, look),
                None => {
                    Message::quiet("Asking the cluster for its namespaces …", None).draw(below, buf, look);
                }
            };
        };
        let line = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            height: area.height.min(1),
            ..area
        };
        let mut summary = Pieces::new();
        let word = if all.len() == 1 { "namespace" } else { "namespaces" };
        summary.add(
            format!("{} {word} that you may see", format::count(all.len())),
            look.theme.heading(),
        );
        summary.add(" · :pods NAME goes to any other", look.theme.tone(Tone::Muted));
        summary.draw(line, buf);
        if self.rows.is_empty() {
            let hint = Some("Esc shows all of them.");
            return Message::quiet("No namespace has these letters.", hint).draw(below, buf, look);
        }
        let widest = self.rows.iter().map(|name| width_cells(name.as_str())).max();
        let width = u16::try_from(widest.unwrap_or(0))
            .unwrap_or(u16::MAX)
            .clamp(9, 63);
        let columns = [("Namespace", width), ("", 52)].map(|(title, width)| TableColumn {
            title: title.into(),
            width,
            ..TableColumn::default()
        });
        let cell = |row: usize, column: usize| match (self.rows.get(row), column) {
            (Some(name), 0) => TableCell::new(name.as_str(), Tone::Plain),
            (Some(name), _) if name == meant => TableCell::new("meant where none is named", Tone::Muted),
            _ => TableCell::default(),
        };
        let table = Table {
            columns: &columns,
            n_rows: self.rows.len(),
            cursor: self.cursor,
            has_focus: true,
            cell: &cell,
        };
        table.draw(below, buf, look);
    }
}
