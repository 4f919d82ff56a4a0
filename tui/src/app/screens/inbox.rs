//! What happened since the last look.
//!
//! ```text
//!  flowdeck › Experiments › Inbox                          lab/mlflow.db
//!  3 items · 2 new
//!   What        Run            Since it was seen        When
//!   FAILED      blue-fox       failed                   16:05:12
//!   DIVERGING   calm-owl       loss diverges: 9 after 0.2
//! ```

#[cfg(test)]
mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::tracking::{Lifecycle, Run, RunInfo, RunStatus};
use flowdeck_surface::format;
use flowdeck_surface::inbox::{Item, Matter};
use flowdeck_surface::text::{has_words, width_cells};
use flowdeck_surface::tone::Tone;
use flowdeck_surface::web::WebPage;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::run::RunPage;
use super::{Freshness, Screen};
use crate::app::arrangement::Arrangement;
use crate::app::context::{Cx, Go, Look};
use crate::app::key::Key;
use crate::app::message::{Mouse, Reply};
use crate::app::ticket::Ticket;
use crate::app::typing::{Typing, Wanted};
use crate::app::widgets::cursor::{Cursor, Pointed};
use crate::app::widgets::message::Message;
use crate::app::widgets::prompt::Prompt;
use crate::app::widgets::table::{GAP, Table, TableCell, TableColumn};
use crate::app::widgets::text::Pieces;

/// Widths of the columns beside the sentence; of the names, the most.
const WHAT: u16 = 11;
const RUN: u16 = 32;
const WHEN: u16 = 13;

/// The screen of what happened.
pub(crate) struct Inbox {
    items: Vec<Item>,
    /// Those that have the words, by their place.
    rows: Vec<usize>,
    find: String,
    typing: Typing,
    /// The first of them that were new when it was opened, and those that came since.
    n_new: usize,
    cursor: Cursor,
}

impl Inbox {
    /// These items, of which the first are new.
    pub(crate) fn of(items: Vec<Item>, n_new: usize) -> Self {
        Self {
            rows: (0..items.len()).collect(),
            items,
            find: String::new(),
            typing: Typing::default(),
            n_new,
            cursor: Cursor::default(),
        }
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

    fn selected(&self) -> Option<&Item> {
        self.items.get(*self.rows.get(self.cursor.selected)?)
    }

    fn find_words(&mut self, words: &str, cx: &Cx<'_>) {
        words.clone_into(&mut self.find);
        self.narrow(cx);
        self.cursor.keep_in_view(self.rows.len(), Self::height(cx));
    }

    /// Finds the items that have the words.
    fn narrow(&mut self, cx: &Cx<'_>) {
        let has = |item: &Item| {
            let sentence = item.sentence(cx.clock);
            let texts = [item.name.as_str(), item.matter.word(), &sentence];
            has_words(&self.find, texts.into_iter())
        };
        let found = self.items.iter().enumerate().filter(|(_, item)| has(item));
        self.rows = found.map(|(place, _)| place).collect();
    }

    fn do_typed(&mut self, wanted: Wanted, cx: &mut Cx<'_>) {
        match wanted {
            Wanted::Move(action) => self.act(action, cx),
            Wanted::Words(words) => self.find_words(&words, cx),
            Wanted::Filter(_) | Wanted::Refresh | Wanted::Nothing => {}
        }
    }

    fn open_selected(&self, cx: &mut Cx<'_>) {
        if let Some(item) = self.selected() {
            cx.go = Some(Go::To(Box::new(RunPage::of(bare_run(item)))));
        }
    }
}

/// What an item tells of its run; the page of the run asks for the rest.
fn bare_run(item: &Item) -> Run {
    let status = match item.matter {
        Matter::Finished => RunStatus::Finished,
        Matter::Failed => RunStatus::Failed,
        Matter::Killed => RunStatus::Killed,
        Matter::Stalled { .. } | Matter::NotANumber { .. } | Matter::Diverging { .. } => RunStatus::Running,
    };
    Run::bare(RunInfo {
        id: item.run(),
        experiment_id: item.experiment(),
        name: item.name.clone(),
        user_id: "".into(),
        status,
        start_time: None,
        end_time: None,
        artifact_uri: String::new(),
        lifecycle: Lifecycle::Active,
    })
}

impl Screen for Inbox {
    fn crumb(&self) -> String {
        "Inbox".to_owned()
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Inbox, Scope::List, Scope::Everywhere]
    }

    fn appear(&mut self, _: &mut Cx<'_>) {}

    fn cover(&mut self, _: &mut Cx<'_>) {}

    fn close(&mut self, _: &mut Cx<'_>) {}

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        if self.cursor.act(action, self.rows.len(), Self::height(cx)) {
            return;
        }
        match action {
            Action::Open => self.open_selected(cx),
            Action::CopyId => {
                if let Some(item) = self.selected() {
                    cx.copy("run id", item.run().as_str());
                }
            }
            Action::Find => self.typing.begin_find("find", &self.find),
            Action::Back if !self.find.is_empty() => self.find_words("", cx),
            Action::Back => cx.go = Some(Go::Back),
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

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        if self.cursor.point(&mouse, self.rows.len(), Self::height(cx)) == Pointed::Opened {
            self.open_selected(cx);
        }
    }

    fn awaits(&self, _: Ticket) -> bool {
        false
    }

    fn reply(&mut self, _: Reply, _: &mut Cx<'_>) {}

    fn woken(&mut self, _: Ticket, _: &mut Cx<'_>) {}

    fn inbox_changed(&mut self, items: &[Item], cx: &mut Cx<'_>) {
        let n_added = items.len().saturating_sub(self.items.len());
        self.n_new += n_added;
        let held = self.rows.get(self.cursor.selected).map(|place| place + n_added);
        self.items = items.to_vec();
        self.narrow(cx);
        // What was selected stays so, unless the person stands at the top, where the latest comes.
        let place = held.and_then(|held| self.rows.iter().position(|place| *place == held));
        let place = place.filter(|_| self.cursor.selected > 0).unwrap_or(0);
        self.cursor.select(place, self.rows.len(), Self::height(cx));
    }

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.cursor.keep_in_view(self.rows.len(), Self::height(cx));
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness::default()
    }

    fn web_page(&self) -> Option<WebPage> {
        let item = self.selected()?;
        Some(WebPage::Run(item.experiment(), item.run()))
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_summary(area, buf, look);
        let below = Self::table_area(area);
        if self.items.is_empty() {
            let hint = "Runs that fail, finish, stall, diverge or log NaN are told here.";
            Message::quiet("Nothing happened since the last look.", Some(hint)).draw(below, buf, look);
            return;
        }
        if self.rows.is_empty() {
            return Message::quiet("Nothing here has these words.", None).draw(below, buf, look);
        }
        self.draw_items(below, buf, look);
    }
}

impl Inbox {
    fn draw_summary(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let mut line = Pieces::new();
        let n_items = self.items.len();
        let noun = if n_items == 1 { "item" } else { "items" };
        line.add(format!("{} {noun}", format::count(n_items)), look.theme.heading());
        if self.n_new > 0 {
            line.add(
                format!(" · {} new", format::count(self.n_new)),
                look.theme.tone(Tone::Active),
            );
        }
        if !self.find.is_empty() {
            let found = format!("  /{} · {} found", self.find, format::count(self.rows.len()));
            line.add(found, look.theme.tone(Tone::Warning));
        }
        let line_area = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            ..area
        };
        line.draw(line_area, buf);
    }

    fn draw_items(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let column = |title: &'static str, width| TableColumn {
            title: title.into(),
            width,
            ..TableColumn::default()
        };
        let longest = self.items.iter().map(|item| width_cells(&item.name)).max();
        let run = (longest.unwrap_or(0) as u16).clamp(8, RUN.min(area.width / 3));
        let rest = area.width.saturating_sub(WHAT + run + WHEN + 3 * GAP + 2);
        let columns = [
            column("What", WHAT),
            column("Run", run),
            column("Summary", rest.max(8)),
            column("Seen", WHEN),
        ];
        let cell = |row: usize, column: usize| {
            let place = self.rows[row];
            let item = &self.items[place];
            let tone = if place < self.n_new {
                Tone::Plain
            } else {
                Tone::Muted
            };
            match column {
                0 => TableCell::new(item.matter.word(), item.matter.tone()),
                1 => TableCell::new(item.name.as_str(), tone),
                2 => TableCell::new(item.sentence(look.clock), tone),
                _ => TableCell::new(look.clock.compact(item.at(), look.now), Tone::Muted),
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
