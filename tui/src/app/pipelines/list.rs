//! What all lists of pipelines, versions, experiments and schedules have in common: reading, finding, marking, drawing.

use std::collections::BTreeSet;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::{Listing, Timestamp};
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::text::width_cells;
use flowdeck_surface::tone::Tone;
use flowdeck_surface::words::Words;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::acting::Acting;
use super::columns::{Wish, fit};
use super::launching::Launching;
use super::{Asked, Done, Told};
use crate::app::arrangement::Arrangement;
use crate::app::context::{Cx, Go, Look};
use crate::app::effect::Question;
use crate::app::key::Key;
use crate::app::live::{Alarm, Pace};
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Mouse, Reply};
use crate::app::screens::pipeline_run::PipelineRunPage;
use crate::app::screens::{Freshness, Screen};
use crate::app::ticket::Ticket;
use crate::app::typing::{Typing, Wanted};
use crate::app::widgets::cursor::{Cursor, Pointed};
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::message::Message;
use crate::app::widgets::prompt::Prompt;
use crate::app::widgets::table::{Table, TableCell};
use crate::app::widgets::text::Pieces;

/// Items of which the width is looked at.
const MEASURED: usize = 500;

/// What a list is of.
pub(crate) trait Listed: 'static {
    /// One of them.
    type Item;

    /// What one is called, and several.
    const NOUN: (&'static str, &'static str);
    /// Its columns; the first is the name.
    const COLUMNS: &'static [Wish];

    fn crumb(&self) -> String;
    fn scopes(&self) -> &'static [Scope];
    fn asked(&self) -> Asked;
    /// The items of an answer.
    fn take(&mut self, told: Told) -> Option<Listing<Self::Item>>;
    fn id(item: &Self::Item) -> String;
    /// Its name, and other texts that words are looked for in.
    fn texts(item: &Self::Item) -> (&str, Vec<&str>);
    fn cell<'a>(&'a self, item: &'a Self::Item, column: usize, look: &Look<'_>) -> TableCell<'a>;
    /// What is said where there is none.
    fn empty(&self) -> (&'static str, Option<&'static str>);
    /// What more is said in the line above.
    fn remark(&self) -> Option<String> {
        None
    }
    fn open(&self, item: &Self::Item, cx: &mut Cx<'_>);
    /// Does what a key means to the items that are chosen.
    fn act(&mut self, action: Action, chosen: &[&Self::Item], doing: &mut Changing, cx: &mut Cx<'_>);
    /// Its page among the server's own, behind their address.
    fn web_path(&self, item: Option<&Self::Item>) -> String;
}

/// What is being changed.
#[derive(Default)]
pub(crate) struct Changing {
    pub(crate) acting: Acting,
    pub(crate) launching: Launching,
    /// Whether the list is asked for in another way, and to be read anew.
    pub(crate) is_stale: bool,
}

/// A list of things of a server of pipelines.
pub(crate) struct List<L: Listed> {
    pub(crate) kind: L,
    list: Loadable<Listing<L::Item>>,
    find: String,
    typing: Typing,
    rows: Vec<usize>,
    cursor: Cursor,
    marked: BTreeSet<String>,
    changing: Changing,
    alarm: Alarm,
    web: Option<String>,
}

/// What of the arrangement can be taken back.
#[derive(Clone, Debug, PartialEq)]
struct Arranged {
    find: String,
    marked: BTreeSet<String>,
}

impl<L: Listed + Default> Default for List<L> {
    fn default() -> Self {
        Self::of(L::default())
    }
}

impl<L: Listed> List<L> {
    /// A list that was not read yet.
    pub(crate) fn of(kind: L) -> Self {
        Self {
            kind,
            list: Loadable::default(),
            find: String::new(),
            typing: Typing::default(),
            rows: Vec::new(),
            cursor: Cursor::default(),
            marked: BTreeSet::new(),
            changing: Changing::default(),
            alarm: Alarm::default(),
            web: None,
        }
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        let asked = self.kind.asked();
        self.list.ask(Question::Pipelines(Box::new(asked)), cx);
    }

    fn items(&self) -> &[L::Item] {
        self.list.shown().map_or(&[], |listing| &listing.items)
    }

    fn selected(&self) -> Option<&L::Item> {
        self.items().get(*self.rows.get(self.cursor.selected)?)
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

    /// Finds the rows; the selection stays on the item of this id, where it is still there.
    fn arrange(&mut self, selected: Option<&str>, cx: &Cx<'_>) {
        let mut words = Words::new(&self.find);
        let items = self.list.shown().map_or(&[][..], |listing| &listing.items);
        self.rows = (0..items.len())
            .filter(|&place| {
                let (name, others) = L::texts(&items[place]);
                words.are_in(name, others.iter().copied())
            })
            .collect();
        let place = selected.and_then(|id| self.rows.iter().position(|&row| L::id(&items[row]) == id));
        let place = place.unwrap_or(self.cursor.selected);
        self.cursor.select(place, self.rows.len(), Self::height(cx));
    }

    fn find_words(&mut self, words: String, cx: &Cx<'_>) {
        let selected = self.selected().map(L::id);
        self.find = words;
        self.arrange(selected.as_deref(), cx);
    }

    fn follow(&mut self, wanted: Wanted, cx: &mut Cx<'_>) {
        match wanted {
            Wanted::Words(words) => self.find_words(words, cx),
            Wanted::Move(action) => self.act(action, cx),
            Wanted::Nothing | Wanted::Filter(_) | Wanted::Refresh => {}
        }
    }

    fn open(&self, cx: &mut Cx<'_>) {
        if let Some(item) = self.selected() {
            self.kind.open(item, cx);
        }
    }

    fn mark(&mut self, cx: &Cx<'_>) {
        if let Some(id) = self.selected().map(L::id) {
            if !self.marked.remove(&id) {
                self.marked.insert(id);
            }
            self.cursor.act(Action::Down, self.rows.len(), Self::height(cx));
        }
    }

    /// The kind acts on what is marked, else on what is in hand.
    fn act_on_chosen(&mut self, action: Action, cx: &mut Cx<'_>) {
        let items = self.list.shown().map_or(&[][..], |listing| &listing.items);
        let marked: Vec<&L::Item> = items
            .iter()
            .filter(|item| self.marked.contains(&L::id(item)))
            .collect();
        let in_hand = self
            .rows
            .get(self.cursor.selected)
            .and_then(|&row| items.get(row));
        let chosen = if marked.is_empty() {
            in_hand.into_iter().collect()
        } else {
            marked
        };
        self.kind.act(action, &chosen, &mut self.changing, cx);
        if std::mem::take(&mut self.changing.is_stale) {
            self.list.forget();
            self.refresh(cx);
        }
    }

    fn done(&mut self, done: Done, cx: &mut Cx<'_>) {
        self.marked.clear();
        match done.run {
            Some(id) => cx.go = Some(Go::To(Box::new(PipelineRunPage::by_id(id)))),
            None => self.refresh(cx),
        }
    }

    fn summary(&self, look: &Look<'_>) -> Pieces<'_> {
        let muted = look.theme.tone(Tone::Muted);
        let mut line = Pieces::new();
        if let Some(listing) = self.list.shown() {
            let n_all = listing.items.len();
            let counted = match self.rows.len() {
                n_rows if n_rows < n_all => format!("{} of {}", format::count(n_rows), format::count(n_all)),
                _ => format::count(n_all),
            };
            let noun = if n_all == 1 { L::NOUN.0 } else { L::NOUN.1 };
            line.add(format!("{counted} {noun}"), look.theme.heading());
            if listing.more {
                line.add(" · more are on the server", muted);
            }
        }
        if let Some(remark) = self.kind.remark() {
            line.add(" · ", muted).add(remark, muted);
        }
        if !self.marked.is_empty() {
            line.add(
                format!(" · {} marked", self.marked.len()),
                look.theme.tone(Tone::Accent),
            );
        }
        if !self.find.is_empty() {
            line.add(" · with ", muted)
                .add(&self.find, look.theme.tone(Tone::Accent));
        }
        line
    }

    fn draw_table(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let items = self.items();
        let measured = self.rows.iter().take(MEASURED);
        let mut widest = vec![0; L::COLUMNS.len()];
        for &row in measured {
            for (column, width) in widest.iter_mut().enumerate() {
                let cell = self.kind.cell(&items[row], column, look);
                *width = (*width).max(width_cells(&cell.text));
            }
        }
        if !self.marked.is_empty() {
            widest[0] += 2;
        }
        let shown = fit(L::COLUMNS, &widest, area.width);
        let columns: Vec<_> = shown.iter().map(|(_, column)| column.clone()).collect();
        let cell = |row: usize, column: usize| {
            let (item, place) = (&items[self.rows[row]], shown[column].0);
            let cell = self.kind.cell(item, place, look);
            match place {
                0 if self.marked.contains(&L::id(item)) => {
                    TableCell::new(format!("● {}", cell.text), Tone::Accent)
                }
                _ => cell,
            }
        };
        let table = Table {
            columns: &columns,
            n_rows: self.rows.len(),
            cursor: self.cursor,
            has_focus: true,
            cell: &cell,
        };
        table.draw(area, buf, look);
    }
}

impl<L: Listed> Screen for List<L> {
    fn crumb(&self) -> String {
        self.kind.crumb()
    }

    fn scopes(&self) -> &'static [Scope] {
        self.kind.scopes()
    }

    fn is_of_pipelines(&self) -> bool {
        true
    }

    fn web_address(&self) -> Option<String> {
        let base = self.web.as_ref()?;
        let path = self.kind.web_path(self.selected());
        Some(format!("{}/{path}", base.trim_end_matches('/')))
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
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        if self.cursor.act(action, self.rows.len(), Self::height(cx)) {
            return;
        }
        match action {
            Action::Open => self.open(cx),
            Action::Find => self.typing.begin_find("find", &self.find),
            Action::Refresh => self.refresh(cx),
            Action::Mark => self.mark(cx),
            Action::CopyId => {
                if let Some(id) = self.selected().map(L::id) {
                    cx.copy("id", &id);
                }
            }
            Action::Back if !self.find.is_empty() => self.find_words(String::new(), cx),
            Action::Back if !self.marked.is_empty() => self.marked.clear(),
            Action::Back => cx.go = Some(Go::Back),
            action => self.act_on_chosen(action, cx),
        }
    }

    fn arrangement(&self) -> Option<Arrangement> {
        Some(Arrangement::of(Arranged {
            find: self.find.clone(),
            marked: self.marked.clone(),
        }))
    }

    fn put_back(&mut self, arrangement: &Arrangement, cx: &mut Cx<'_>) {
        if let Some(wanted) = arrangement.get::<Arranged>() {
            self.marked.clone_from(&wanted.marked);
            self.find_words(wanted.find.clone(), cx);
        }
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.typing.prompt()
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let wanted = self.typing.press(key, &|_| Vec::new());
        self.follow(wanted, cx);
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        let wanted = self.typing.paste(text, &|_| Vec::new());
        self.follow(wanted, cx);
    }

    fn decided(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        let changing = &mut self.changing;
        if !changing.acting.decide(ticket, decision.as_ref(), cx) {
            changing.launching.decide(ticket, decision.as_ref(), cx);
        }
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        if self.cursor.point(&mouse, self.rows.len(), Self::height(cx)) == Pointed::Opened {
            self.open(cx);
        }
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        let changing = &self.changing;
        self.list.awaits(ticket) || changing.acting.awaits(ticket) || changing.launching.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        let done = if self.changing.acting.awaits(reply.ticket) {
            self.changing.acting.take(reply, cx)
        } else if self.changing.launching.awaits(reply.ticket) {
            self.changing.launching.take(reply, cx)
        } else {
            return self.take(reply, cx);
        };
        if let Some(done) = done {
            self.done(done, cx);
        }
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
            is_over: false,
            is_reading: self.list.is_asking() && self.list.shown().is_none(),
            failure: self.list.failure(),
        }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let line = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(1),
            ..area
        };
        self.summary(look).draw(line, buf);
        let below = Self::table_area(area);
        match (self.list.shown(), self.list.failure()) {
            (None, Some(failure)) => Message::failed(&Notice::of(failure)).draw(below, buf, look),
            (None, None) => Message::quiet("Asking the server of pipelines …", None).draw(below, buf, look),
            (Some(_), _) if self.rows.is_empty() && !self.find.is_empty() => {
                Message::quiet("Nothing here has these words.", Some("Esc shows all of them."))
                    .draw(below, buf, look);
            }
            (Some(_), _) if self.rows.is_empty() => {
                let (sentence, hint) = self.kind.empty();
                Message::quiet(sentence, hint).draw(below, buf, look);
            }
            (Some(_), _) => self.draw_table(below, buf, look),
        }
    }
}

impl<L: Listed> List<L> {
    fn take(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        let selected = self.selected().map(L::id);
        let at: Timestamp = reply.at.at;
        match reply.answer {
            Ok(Answer::Pipelines(from)) => {
                self.web = from.web;
                if let Some(listing) = self.kind.take(from.told) {
                    self.marked
                        .retain(|id| listing.items.iter().any(|item| L::id(item) == *id));
                    self.list.show(listing, at);
                }
            }
            Ok(_) => {}
            Err(failure) => self.list.fail(failure),
        }
        self.arrange(selected.as_deref(), cx);
        let pace = Pace {
            is_moving: false,
            took: reply.took,
            n_failures: self.list.n_failures(),
        };
        self.alarm.set_for_server(pace, cx);
    }
}
