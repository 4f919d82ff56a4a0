//! The traces or the logged models of an experiment, in a list.
//!
//! ```text
//!  flowdeck › Experiments › churn › Traces                lab/mlflow.db  as of 16:05:12
//!  42 traces                                                              the latest first
//!   Trace                            State        Duration   Tokens  Time
//!   What does the warranty cover?    ✓ OK            1.2 s      512  11-14 22:13
//! ```

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::tracking::{Experiment, LoggedModel, TraceInfo};
use flowdeck_surface::client::{Listing, Timestamp};
use flowdeck_surface::clock::Clock;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::text::has_words;
use flowdeck_surface::tone::Tone;
use flowdeck_surface::{format, status};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::model::ModelPage;
use super::run::rows::{trace_cells, trace_label};
use super::trace::TracePage;
use super::{Freshness, Screen};
use crate::app::arrangement::Arrangement;
use crate::app::context::{Cx, Go, Look};
use crate::app::detail::{Asked, Told};
use crate::app::effect::Question;
use crate::app::key::Key;
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Mouse, Reply};
use crate::app::ticket::Ticket;
use crate::app::widgets::cursor::{Cursor, Pointed};
use crate::app::widgets::message::Message;
use crate::app::widgets::prompt::{Prompt, Typed};
use crate::app::widgets::table::{GAP, Table, TableCell, TableColumn};
use crate::app::widgets::text::Pieces;

/// What a catalog lists.
pub(crate) trait Listed: Sized + 'static {
    /// What it is called: the last part of the path.
    const TITLE: &'static str;
    /// One and many of it.
    const WORDS: (&'static str, &'static str);
    /// What is said where there is none.
    const EMPTY: &'static str;

    /// Asks for those of an experiment.
    fn asked(experiment: &Experiment) -> Asked;
    /// Those that were told.
    fn told(told: Told) -> Option<Listing<Self>>;
    /// Its columns in so many cells.
    fn columns(room: u16) -> Vec<TableColumn<'static>>;
    /// Its cells.
    fn cells(&self, clock: &Clock) -> Vec<TableCell<'_>>;
    /// What is searched.
    fn texts(&self) -> Vec<&str>;
    /// Its id.
    fn id(&self) -> &str;
    /// When it was made.
    fn made(&self) -> Timestamp;
    /// Its page.
    fn page(&self) -> Box<dyn Screen>;
}

/// A list of them.
pub(crate) struct Catalog<T: Listed> {
    experiment: Experiment,
    items: Loadable<Listing<T>>,
    rows: Vec<usize>,
    cursor: Cursor,
    find: String,
    prompt: Option<Prompt>,
}

impl<T: Listed> Catalog<T> {
    /// Those of an experiment.
    pub(crate) fn of(experiment: Experiment) -> Self {
        Self {
            experiment,
            items: Loadable::default(),
            rows: Vec::new(),
            cursor: Cursor::default(),
            find: String::new(),
            prompt: None,
        }
    }

    fn height(cx: &Cx<'_>) -> usize {
        Table::height(table_area(cx.body))
    }

    fn selected(&self) -> Option<&T> {
        let &place = self.rows.get(self.cursor.selected)?;
        self.items.shown()?.items.get(place)
    }

    fn arrange(&mut self, cx: &Cx<'_>) {
        let items = self
            .items
            .shown()
            .map(|listing| listing.items.as_slice())
            .unwrap_or_default();
        let found = items.iter().enumerate();
        self.rows = found
            .filter(|(_, item)| has_words(&self.find, item.texts().into_iter()))
            .map(|(place, _)| place)
            .collect();
        self.cursor.keep_in_view(self.rows.len(), Self::height(cx));
    }

    fn find_words(&mut self, words: String, cx: &Cx<'_>) {
        self.find = words;
        self.arrange(cx);
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        let asked = T::asked(&self.experiment);
        self.items.ask(Question::Detail(asked), cx);
    }

    fn open(&self, cx: &mut Cx<'_>) {
        if let Some(item) = self.selected() {
            cx.go = Some(Go::To(item.page()));
        }
    }

    fn summary(&self, look: &Look<'_>) -> Pieces<'static> {
        let mut line = Pieces::new();
        let muted = look.theme.tone(Tone::Muted);
        let Some(listing) = self.items.shown() else {
            return line;
        };
        let n_items = listing.items.len();
        let word = if n_items == 1 { T::WORDS.0 } else { T::WORDS.1 };
        line.add(format!("{} {word}", format::count(n_items)), muted);
        if listing.more {
            line.add(" · the latest, more are in the store", muted);
        }
        if !self.find.is_empty() {
            let found = format!("  /{} · {} found", self.find, format::count(self.rows.len()));
            line.add(found, look.theme.tone(Tone::Warning));
        }
        line
    }
}

fn table_area(body: Rect) -> Rect {
    Rect {
        y: body.y + 1.min(body.height),
        height: body.height.saturating_sub(1),
        ..body
    }
}

impl<T: Listed> Screen for Catalog<T> {
    fn crumb(&self) -> String {
        T::TITLE.to_owned()
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Catalog, Scope::List, Scope::Everywhere]
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.refresh(cx);
    }

    fn cover(&mut self, _cx: &mut Cx<'_>) {}

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.items.give_up(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        let (n_rows, height) = (self.rows.len(), Self::height(cx));
        if self.cursor.act(action, n_rows, height) {
            return;
        }
        match action {
            Action::Open => self.open(cx),
            Action::Find => self.prompt = Some(Prompt::new("find", &self.find)),
            Action::Refresh => self.refresh(cx),
            Action::CopyId => {
                if let Some(item) = self.selected() {
                    cx.copy("id", item.id());
                }
            }
            Action::Back if !self.find.is_empty() => self.find_words(String::new(), cx),
            Action::Back => cx.go = Some(Go::Back),
            _ => {}
        }
    }

    fn arrangement(&self) -> Option<Arrangement> {
        Some(Arrangement::of(self.find.clone()))
    }

    fn put_back(&mut self, arrangement: &Arrangement, cx: &mut Cx<'_>) {
        if let Some(words) = arrangement.get::<String>() {
            self.find_words(words.clone(), cx);
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
            (Typed::Changed, _) => self.find_words(text, cx),
            (Typed::Done, _) => self.prompt = None,
            (Typed::Cancelled, _) => {
                self.prompt = None;
                self.find_words(String::new(), cx);
            }
            (Typed::Nothing | Typed::Passed, _) => {}
        }
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        prompt.paste(text);
        let words = prompt.text().to_owned();
        self.find_words(words, cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        if self.cursor.point(&mouse, self.rows.len(), Self::height(cx)) == Pointed::Opened {
            self.open(cx);
        }
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.items.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        match reply.answer {
            Ok(Answer::Detail(told)) => {
                if let Some(mut listing) = T::told(told) {
                    listing.items.sort_by_key(|item| std::cmp::Reverse(item.made()));
                    self.items.show(listing, reply.at);
                }
            }
            Ok(_) => {}
            Err(failure) => self.items.fail(failure),
        }
        self.arrange(cx);
    }

    fn woken(&mut self, _ticket: Ticket, _cx: &mut Cx<'_>) {}

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.cursor.keep_in_view(self.rows.len(), Self::height(cx));
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.items.as_of(),
            is_reading: self.items.as_of().is_none() && self.items.is_asking(),
            is_over: false,
            failure: self.items.failure(),
        }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let line = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            height: area.height.min(1),
            ..area
        };
        self.summary(look).draw(line, buf);
        let below = table_area(area);
        if self.rows.is_empty() {
            if let Some(failure) = self.items.failure().filter(|_| self.items.shown().is_none()) {
                return Message::failed(&Notice::of(failure)).draw(below, buf, look);
            }
            let sentence = match self.items.shown() {
                None => "Reading …",
                Some(_) if !self.find.is_empty() => "Nothing here has these words.",
                Some(_) => T::EMPTY,
            };
            return Message::quiet(sentence, None).draw(below, buf, look);
        }
        let columns = T::columns(below.width.saturating_sub(2));
        let items = self
            .items
            .shown()
            .map(|listing| listing.items.as_slice())
            .unwrap_or_default();
        let cell = |row: usize, column: usize| {
            let cells = items[self.rows[row]].cells(look.clock);
            cells.into_iter().nth(column).unwrap_or_default()
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

/// A column with its title.
fn titled(title: &'static str, width: u16, is_right: bool) -> TableColumn<'static> {
    TableColumn {
        title: title.into(),
        width,
        is_right,
        ..TableColumn::default()
    }
}

impl Listed for TraceInfo {
    const TITLE: &'static str = "Traces";
    const WORDS: (&'static str, &'static str) = ("trace", "traces");
    const EMPTY: &'static str = "No trace was made in this experiment.";

    fn asked(experiment: &Experiment) -> Asked {
        Asked::ExperimentTraces(experiment.id.clone())
    }

    fn told(told: Told) -> Option<Listing<Self>> {
        match told {
            Told::Traces(listing) => Some(listing),
            _ => None,
        }
    }

    fn columns(room: u16) -> Vec<TableColumn<'static>> {
        let rest = room.saturating_sub(13 + 10 + 8 + 11 + 4 * GAP).max(8);
        vec![
            titled("Trace", rest, false),
            titled("State", 13, false),
            titled("Duration", 10, true),
            titled("Tokens", 8, true),
            titled("Time", 11, false),
        ]
    }

    fn cells(&self, clock: &Clock) -> Vec<TableCell<'_>> {
        trace_cells(self, clock)
    }

    fn texts(&self) -> Vec<&str> {
        let tags = self.tags.iter().map(|tag| tag.value.as_str());
        let own = [trace_label(self), self.id.as_str(), self.state.word()];
        own.into_iter().chain(self.name()).chain(tags).collect()
    }

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn made(&self) -> Timestamp {
        self.request_time
    }

    fn page(&self) -> Box<dyn Screen> {
        Box::new(TracePage::of(self.clone()))
    }
}

impl Listed for LoggedModel {
    const TITLE: &'static str = "Logged models";
    const WORDS: (&'static str, &'static str) = ("logged model", "logged models");
    const EMPTY: &'static str = "No model was logged in this experiment.";

    fn asked(experiment: &Experiment) -> Asked {
        Asked::ExperimentModels(experiment.id.clone())
    }

    fn told(told: Told) -> Option<Listing<Self>> {
        match told {
            Told::LoggedModels(listing) => Some(listing),
            _ => None,
        }
    }

    fn columns(room: u16) -> Vec<TableColumn<'static>> {
        let metrics = room / 3;
        let rest = room.saturating_sub(10 + 14 + 11 + metrics + 4 * GAP).max(8);
        vec![
            titled("Model", rest, false),
            titled("Status", 10, false),
            titled("Type", 14, false),
            titled("Created", 11, false),
            titled("Metrics", metrics, false),
        ]
    }

    fn cells(&self, clock: &Clock) -> Vec<TableCell<'_>> {
        let badge = status::of_logged_model(&self.status);
        let metrics: Vec<String> = self
            .metrics
            .iter()
            .take(6)
            .map(|metric| format!("{} {}", metric.key, format::number(metric.value, 8)))
            .collect();
        vec![
            TableCell::new(self.name.as_str(), Tone::Accent),
            TableCell::new(format!("{} {}", badge.symbol, badge.word), badge.tone),
            TableCell::new(self.model_type.as_deref().unwrap_or_default(), Tone::Muted),
            TableCell::new(clock.short(self.creation_timestamp), Tone::Muted),
            TableCell::new(metrics.join("  "), Tone::Plain),
        ]
    }

    fn texts(&self) -> Vec<&str> {
        vec![
            self.name.as_str(),
            self.id.as_str(),
            self.model_type.as_deref().unwrap_or_default(),
            self.status.word(),
        ]
    }

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn made(&self) -> Timestamp {
        self.creation_timestamp
    }

    fn page(&self) -> Box<dyn Screen> {
        Box::new(ModelPage::of(self.id.clone(), Some(self.clone())))
    }
}

#[cfg(test)]
mod tests;
