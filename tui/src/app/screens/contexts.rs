//! The contexts of the configuration.
//!
//! ```text
//!  flowdeck › Contexts                                         lab · mlflow.lab.example
//!  2 contexts · ~/.config/flowdeck/config.toml
//!       Context  Runs are at                Sign-in                 Limits
//!  ●    lab      https://mlflow.lab.example token from the keyring
//!    *  prod     https://mlflow.example.org ann, password from …    production
//! ```
//!
//! `●` is open, `*` is the one that is used where none is named. A store that cannot be opened leaves the open one open.

mod draw;
#[cfg(test)]
mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::{Context, Secret};
use flowdeck_surface::context_list::{ContextLine, context_fields, context_lines};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::text::has_words;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Freshness, Screen};
use crate::app::arrangement::Arrangement;
use crate::app::context::{Cx, Go, Look};
use crate::app::effect::{ContextChange, Question};
use crate::app::key::Key;
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Came, ContextsRead, Mouse, Reply};
use crate::app::ticket::Ticket;
use crate::app::typing::{Typing, Wanted};
use crate::app::widgets::cursor::{Cursor, Pointed};
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::dialog::confirm::Confirm;
use crate::app::widgets::dialog::form::{Field, Form};
use crate::app::widgets::prompt::Prompt;
use crate::app::widgets::table::Table;

/// The screen of contexts.
#[derive(Debug, Default)]
pub(crate) struct Contexts {
    read: Loadable<ContextsRead>,
    /// All of them, and those that have the words.
    all: Vec<ContextLine>,
    lines: Vec<ContextLine>,
    find: String,
    typing: Typing,
    cursor: Cursor,
    /// The context to open first.
    wanted: Option<String>,
    /// The store that is being opened, by the name of its context.
    opening: Option<(Ticket, String)>,
    /// What the person is asked.
    asking: Option<(Ticket, Asking)>,
    /// What is being written, with the dialog it was decided in.
    changing: Option<(Ticket, Ticket)>,
}

/// What the person is asked.
#[derive(Debug)]
enum Asking {
    /// To fill in a new context, or this one.
    Form(Option<Box<Context>>),
    /// Whether to remove this one.
    Removal(String),
}

impl Contexts {
    /// The contexts; one that is named is opened at once.
    pub(crate) fn opening(name: Option<String>) -> Self {
        Self {
            wanted: name,
            ..Self::default()
        }
    }

    fn selected(&self) -> Option<&ContextLine> {
        self.lines.get(self.cursor.selected)
    }

    /// The context that is selected, where it can be used.
    fn selected_context(&self) -> Option<&Context> {
        let name = &self.selected()?.name;
        self.read.shown()?.contexts.get(name).ok()
    }

    fn height(cx: &Cx<'_>) -> usize {
        Table::height(Self::table_area(cx.body))
    }

    fn open_selected(&mut self, cx: &mut Cx<'_>) {
        if let Some(name) = self.selected().map(|line| line.name.clone()) {
            self.open(name, cx);
        }
    }

    fn open(&mut self, name: String, cx: &mut Cx<'_>) {
        if let Some((ticket, _)) = self.opening.take() {
            cx.give_up(ticket);
        }
        let ticket = cx.ask(Question::OpenContext(name.clone()));
        self.opening = Some((ticket, name));
    }

    fn ask_form(&mut self, context: Option<Context>, cx: &mut Cx<'_>) {
        let (title, verb) = match &context {
            Some(context) => (format!("Context {}", context.name), "keep"),
            None => ("New context".to_owned(), "add"),
        };
        let mut form = Form::new(title, verb);
        for field in context_fields(context.as_ref()) {
            form = form.field(if field.is_secret {
                Field::secret(field.label)
            } else if field.options.is_empty() {
                Field::text(field.label, &field.value)
            } else {
                let chosen = field.options.iter().position(|option| *option == field.value);
                let options = field.options.iter().map(|&option| option.to_owned()).collect();
                Field::choice(field.label, options, chosen.unwrap_or(0))
            });
        }
        let ticket = cx.open_dialog(form);
        self.asking = Some((ticket, Asking::Form(context.map(Box::new))));
    }

    fn ask_removal(&mut self, cx: &mut Cx<'_>) {
        let Some(name) = self.selected().map(|line| line.name.clone()) else {
            return;
        };
        let confirm = Confirm::new(format!("Remove context {name}?"), "Remove")
            .of_ours()
            .line(
                "It goes out of the configuration, and its secret out of the keyring.",
                Tone::Plain,
            );
        let ticket = cx.open_dialog(confirm);
        self.asking = Some((ticket, Asking::Removal(name)));
    }

    fn change(&mut self, change: ContextChange, dialog: Option<Ticket>, cx: &mut Cx<'_>) {
        let ticket = cx.ask(Question::ChangeContexts(Box::new(change)));
        self.changing = Some((ticket, dialog.unwrap_or(ticket)));
    }

    fn show(&mut self, read: ContextsRead, at: Came, cx: &Cx<'_>) {
        let selected = self.selected().map(|line| line.name.clone());
        let selected = selected.or_else(|| read.open.clone());
        self.all = context_lines(&read.contexts, read.open.as_deref());
        self.read.show(read, at);
        self.narrow(selected, cx);
    }

    /// Lists those that have the words; one stays selected.
    fn narrow(&mut self, selected: Option<String>, cx: &Cx<'_>) {
        let has = |line: &&ContextLine| {
            let texts = [&line.name, &line.place, &line.sign_in, &line.limits].map(String::as_str);
            has_words(&self.find, texts.into_iter())
        };
        self.lines = self.all.iter().filter(has).cloned().collect();
        let place = selected.and_then(|name| self.lines.iter().position(|line| line.name == name));
        self.cursor.select(
            place.unwrap_or(self.cursor.selected),
            self.lines.len(),
            Self::height(cx),
        );
    }

    fn find_words(&mut self, words: &str, cx: &Cx<'_>) {
        let selected = self.selected().map(|line| line.name.clone());
        words.clone_into(&mut self.find);
        self.narrow(selected, cx);
    }

    fn do_typed(&mut self, wanted: Wanted, cx: &mut Cx<'_>) {
        match wanted {
            Wanted::Move(action) => self.act(action, cx),
            Wanted::Words(words) => self.find_words(&words, cx),
            Wanted::Filter(_) | Wanted::Refresh | Wanted::Nothing => {}
        }
    }
}

impl Screen for Contexts {
    fn crumb(&self) -> String {
        "Contexts".to_owned()
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Contexts, Scope::List, Scope::Everywhere]
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.read.ask(Question::Contexts, cx);
        if let Some(name) = self.wanted.take() {
            self.open(name, cx);
        }
    }

    fn cover(&mut self, _: &mut Cx<'_>) {}

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.read.give_up(cx);
        if let Some((ticket, _)) = self.opening.take() {
            cx.give_up(ticket);
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        if self.cursor.act(action, self.lines.len(), Self::height(cx)) {
            return;
        }
        match action {
            Action::Open => self.open_selected(cx),
            Action::AddContext => self.ask_form(None, cx),
            Action::EditContext => match self.selected_context().cloned() {
                Some(context) => self.ask_form(Some(context), cx),
                None if self.selected().is_some() => {
                    cx.complain(Notice::saying("This one cannot be read; mend it in the file."));
                }
                None => {}
            },
            Action::UseContext => {
                if let Some(name) = self.selected().map(|line| line.name.clone()) {
                    self.change(ContextChange::Use(name), None, cx);
                }
            }
            Action::RemoveContext => self.ask_removal(cx),
            Action::Refresh => self.read.ask(Question::Contexts, cx),
            Action::Find => self.typing.begin_find("find", &self.find),
            Action::CopyId => {
                if let Some(line) = self.selected() {
                    cx.copy("context", &line.name);
                }
            }
            Action::Back => {
                if let Some((ticket, _)) = self.opening.take() {
                    cx.give_up(ticket);
                } else if !self.find.is_empty() {
                    self.find_words("", cx);
                } else {
                    cx.go = Some(Go::Back);
                }
            }
            _ => {}
        }
    }

    fn arrangement(&self) -> Option<Arrangement> {
        Some(Arrangement::of(self.find.clone()))
    }

    fn put_back(&mut self, arrangement: &Arrangement, cx: &mut Cx<'_>) {
        if let Some(words) = arrangement.get::<String>() {
            self.find_words(words, cx);
        }
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.typing.prompt()
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let wanted = self.typing.press(key, &|_| Vec::new());
        self.do_typed(wanted, cx);
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        let wanted = self.typing.paste(text, &|_| Vec::new());
        self.do_typed(wanted, cx);
    }

    fn decided(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        let Some((_, asking)) = self.asking.take().filter(|(own, _)| *own == ticket) else {
            return;
        };
        match (asking, decision) {
            (Asking::Form(context), Some(Decision::Fields(mut values))) => {
                let secret = Secret::new(values.pop().unwrap_or_default());
                // It stays until the file is written, and can be mended.
                cx.keep_dialog();
                self.asking = Some((ticket, Asking::Form(context.clone())));
                self.change(ContextChange::Write(context, values, secret), Some(ticket), cx);
            }
            (Asking::Removal(name), Some(Decision::Yes)) => {
                self.change(ContextChange::Remove(name), None, cx);
            }
            _ => {}
        }
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let height = Self::height(cx);
        if self.cursor.point(&mouse, self.lines.len(), height) == Pointed::Opened {
            self.open_selected(cx);
        }
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.read.awaits(ticket)
            || self.opening.as_ref().is_some_and(|(own, _)| *own == ticket)
            || self.changing.is_some_and(|(own, _)| own == ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        if self.opening.as_ref().is_some_and(|(own, _)| *own == reply.ticket) {
            let name = self.opening.take().map(|(_, name)| name).unwrap_or_default();
            if let Err(failure) = &reply.answer {
                let notice = Notice::of(failure);
                cx.complain(Notice {
                    sentence: format!("Cannot open {name}: {}", notice.sentence),
                    ..notice
                });
            }
            return;
        }
        let changed = self.changing.take_if(|(own, _)| *own == reply.ticket);
        match (reply.answer, changed) {
            (Ok(Answer::Contexts(read)), changed) => {
                if let Some((_, dialog)) = changed {
                    self.asking = None;
                    cx.close_dialog(dialog);
                }
                if let Some(said) = &read.said {
                    cx.say(said.clone());
                }
                self.show(*read, reply.at, cx);
            }
            (Ok(_), _) => {}
            (Err(failure), Some((_, dialog)))
                if self.asking.as_ref().is_some_and(|(own, _)| *own == dialog) =>
            {
                cx.refuse_dialog(dialog, Notice::of(&failure));
            }
            (Err(failure), Some(_)) => cx.complain(Notice::of(&failure)),
            (Err(failure), None) => self.read.fail(failure),
        }
    }

    fn woken(&mut self, _: Ticket, _: &mut Cx<'_>) {}

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.cursor.keep_in_view(self.lines.len(), Self::height(cx));
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: None,
            is_reading: self.opening.is_some() || (self.read.is_asking() && self.read.shown().is_none()),
            is_over: false,
            failure: self.read.failure(),
        }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_list(area, buf, look);
    }
}
