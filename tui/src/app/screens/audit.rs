//! What flowdeck changed in the registry, the newest first, with what stood there before and after.
//!
//! ```text
//!  flowdeck › Experiments › Changes                        lab/mlflow.db
//!  12 changes · 1 broke off half-way
//!   Time         By   Action   Model       What                              State
//!   16:05:12     ada  promote  detector 3  version 3: Staging → Production   done
//! ```

#[cfg(test)]
mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::promotion::{AuditEntry, Undoable};
use flowdeck_surface::client::{ModelName, Warning};
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::registry::{AuditLine, audit_groups};
use flowdeck_surface::text::{has_words, width_cells};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};

use super::registered_model::RegisteredModelPage;
use super::value::ValuePage;
use super::{Freshness, Screen};
use crate::app::context::{Cx, Go, Look};
use crate::app::effect::Question;
use crate::app::key::Key;
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Mouse, MouseKind, Reply};
use crate::app::registry::{Asked, Told};
use crate::app::take_back::TakeBack;
use crate::app::ticket::Ticket;
use crate::app::viewer::block::{Block, Told as Fact};
use crate::app::viewer::{Acted, Viewer, draw_foot};
use crate::app::widgets::cursor::{Cursor, Pointed, WHEEL};
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::frame::draw_frame;
use crate::app::widgets::message::Message;
use crate::app::widgets::prompt::{Prompt, Typed};
use crate::app::widgets::table::{GAP, Table, TableCell, TableColumn};
use crate::app::widgets::text::Pieces;

/// From this width on both panes stand side by side.
const BOTH: u16 = 130;

/// Widths of the columns of the time and of how it stands.
const TIME: u16 = 11;
const STATE: u16 = 11;

/// What flowdeck changed.
pub(crate) struct Audit {
    /// Of which model; of all where none is named.
    model: Option<ModelName>,
    entries: Loadable<(Vec<AuditEntry>, Vec<Warning>)>,
    lines: Vec<AuditLine>,
    rows: Vec<usize>,
    cursor: Cursor,
    details: Viewer,
    /// The id of the change whose details are shown.
    shown: String,
    is_details: bool,
    find: String,
    prompt: Option<Prompt>,
    take_back: TakeBack,
}

impl Audit {
    /// The changes of a model, or of all.
    pub(crate) fn of(model: Option<ModelName>) -> Self {
        Self {
            model,
            entries: Loadable::default(),
            lines: Vec::new(),
            rows: Vec::new(),
            cursor: Cursor::default(),
            details: Viewer::of_blocks(Vec::new()),
            shown: String::new(),
            is_details: false,
            find: String::new(),
            prompt: None,
            take_back: TakeBack::default(),
        }
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        let asked = Asked::Audit(self.model.clone());
        self.entries.ask(Question::Registry(Box::new(asked)), cx);
    }

    fn selected(&self) -> Option<&AuditEntry> {
        let &place = self.rows.get(self.cursor.selected)?;
        self.entries.shown()?.0.get(place)
    }

    fn below(body: Rect) -> Rect {
        Rect {
            y: body.y + 1.min(body.height),
            height: body.height.saturating_sub(1),
            ..body
        }
    }

    fn list_area(&self, body: Rect) -> Option<Rect> {
        let below = Self::below(body);
        if below.width < BOTH {
            return (!self.is_details).then_some(below);
        }
        let width = below.width * 3 / 5;
        Some(Rect { width, ..below })
    }

    fn details_frame(&self, body: Rect) -> Option<Rect> {
        let below = Self::below(body);
        if below.width < BOTH {
            return self.is_details.then_some(below);
        }
        let left = below.width * 3 / 5;
        Some(Rect {
            x: below.x + left,
            width: below.width - left,
            ..below
        })
    }

    fn details_area(&self, body: Rect) -> Rect {
        let frame = self.details_frame(body);
        frame.map_or(Rect::ZERO, |frame| frame.inner(Margin::new(1, 1)))
    }

    fn height(&self, body: Rect) -> usize {
        Table::height(self.list_area(body).unwrap_or(Self::below(body)))
    }

    fn arrange(&mut self, cx: &Cx<'_>) {
        let lines = &self.lines;
        self.rows = (0..lines.len())
            .filter(|&place| {
                let line = &lines[place];
                let texts = [
                    line.user.as_str(),
                    &line.action,
                    &line.subject,
                    &line.what,
                    line.state,
                ];
                has_words(&self.find, texts.into_iter())
            })
            .collect();
        self.cursor.keep_in_view(self.rows.len(), self.height(cx.body));
        self.show_details(cx);
    }

    fn show_details(&mut self, cx: &Cx<'_>) {
        let Some(entry) = self.selected() else {
            self.shown.clear();
            return;
        };
        let id = format!("{} {}", entry.id, entry.word());
        if self.shown == id {
            return;
        }
        let mut blocks = Vec::new();
        for (title, told) in audit_groups(entry, cx.clock) {
            if !title.is_empty() {
                blocks.push(Block::heading(title));
            }
            let told = told.into_iter().map(|(label, text)| Fact::new(label, text));
            blocks.push(Block::Facts(told.collect()));
        }
        self.details = Viewer::of_blocks(blocks);
        self.shown = id;
    }

    fn find_words(&mut self, words: String, cx: &Cx<'_>) {
        if self.is_details {
            let area = self.details_area(cx.body);
            return self.details.find(&words, area);
        }
        self.find = words;
        self.arrange(cx);
    }

    fn wanted(&self) -> &str {
        if self.is_details {
            self.details.wanted()
        } else {
            &self.find
        }
    }

    fn act_anywhere(&mut self, action: Action, cx: &mut Cx<'_>) {
        match action {
            Action::NextPane | Action::PreviousPane => self.is_details = !self.is_details,
            Action::Find => self.prompt = Some(Prompt::new("find", self.wanted())),
            Action::Refresh => self.refresh(cx),
            Action::TakeBack => match self.selected().map(|entry| entry.id.clone()) {
                Some(id) => self.take_back.start(Undoable::Change(id), cx),
                None => cx.say("There is no change to take back here."),
            },
            Action::CopyValue => {
                if let Some((what, text)) = self.details.copied() {
                    cx.copy(what, &text);
                }
            }
            Action::CopyId => {
                if let Some(entry) = self.selected() {
                    cx.copy("id", &entry.id.clone());
                }
            }
            Action::Back if !self.wanted().is_empty() => self.find_words(String::new(), cx),
            Action::Back if self.is_details => self.is_details = false,
            Action::Back => cx.go = Some(Go::Back),
            _ => {}
        }
    }

    fn summary(&self, look: &Look<'_>) -> Pieces<'static> {
        let mut line = Pieces::new();
        let muted = look.theme.tone(Tone::Muted);
        let Some((entries, warnings)) = self.entries.shown() else {
            return line;
        };
        let word = if entries.len() == 1 { "change" } else { "changes" };
        line.add(
            format!("{} {word}", format::count(entries.len())),
            look.theme.heading(),
        );
        line.add(" that flowdeck made on this machine", muted);
        let n_open = entries.iter().filter(|entry| entry.is_unfinished()).count();
        if n_open > 0 {
            line.add(
                format!(" · {n_open} broke off half-way: u takes it back"),
                look.theme.tone(Tone::Bad),
            );
        }
        if let Some(first) = warnings.first() {
            line.add(format!(" · {}", first.0), look.theme.tone(Tone::Warning));
        }
        if !self.find.is_empty() {
            let found = format!(" · with {} · {} found", self.find, format::count(self.rows.len()));
            line.add(found, look.theme.tone(Tone::Warning));
        }
        line
    }

    fn draw_list(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        match (self.entries.shown(), self.entries.failure()) {
            (None, Some(failure)) => return Message::failed(&Notice::of(failure)).draw(area, buf, look),
            (None, None) => return Message::quiet("Reading the log …", None).draw(area, buf, look),
            (Some(_), _) if self.rows.is_empty() && !self.find.is_empty() => {
                return Message::quiet("No change has these words.", Some("Esc shows all of them."))
                    .draw(area, buf, look);
            }
            (Some(_), _) if self.rows.is_empty() => {
                let hint =
                    "What is promoted, renamed, tagged or deleted here stands in this log from then on.";
                return Message::quiet("flowdeck has changed nothing in this registry yet.", Some(hint))
                    .draw(area, buf, look);
            }
            (Some(_), _) => {}
        }
        let widest = |of: &dyn Fn(&AuditLine) -> usize, most: usize| {
            self.lines.iter().map(of).max().unwrap_or(0).clamp(2, most) as u16
        };
        let is_narrow = area.width < 100;
        let by = if is_narrow {
            0
        } else {
            widest(&|line| width_cells(&line.user), 12)
        };
        let action = widest(&|line| width_cells(&line.action), 16);
        let model = widest(
            &|line| width_cells(&line.subject),
            if is_narrow { 20 } else { 28 },
        )
        .max(5);
        let mut all = vec![
            ("Time", TIME),
            ("By", by),
            ("Action", action.max(6)),
            ("Model", model),
            ("State", STATE),
        ];
        let used: u16 = all
            .iter()
            .filter(|(_, width)| *width > 0)
            .map(|(_, width)| width + GAP)
            .sum();
        all.insert(4, ("What", area.width.saturating_sub(used + 2).max(8)));
        let shown: Vec<usize> = (0..all.len()).filter(|&place| all[place].1 > 0).collect();
        let columns: Vec<_> = shown
            .iter()
            .map(|&place| TableColumn {
                title: all[place].0.into(),
                width: all[place].1,
                ..TableColumn::default()
            })
            .collect();
        let cell = |row: usize, column: usize| {
            let line = &self.lines[self.rows[row]];
            match shown[column] {
                0 => TableCell::new(look.clock.compact(line.time, look.now), Tone::Muted),
                1 => TableCell::new(line.user.as_str(), Tone::Plain),
                2 => TableCell::new(line.action.as_str(), Tone::Plain),
                3 => TableCell::new(line.subject.as_str(), Tone::Accent),
                4 => TableCell::new(line.what.as_str(), Tone::Plain),
                _ => TableCell::new(line.state, line.tone),
            }
        };
        let table = Table {
            columns: &columns,
            n_rows: self.rows.len(),
            cursor: self.cursor,
            has_focus: !self.is_details,
            cell: &cell,
        };
        table.draw(area, buf, look);
    }
}

impl Screen for Audit {
    fn crumb(&self) -> String {
        "Changes".to_owned()
    }

    fn scopes(&self) -> &'static [Scope] {
        if self.is_details {
            &[Scope::Viewer, Scope::Audit, Scope::List, Scope::Everywhere]
        } else {
            &[Scope::Audit, Scope::List, Scope::Everywhere]
        }
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.refresh(cx);
    }

    fn cover(&mut self, _: &mut Cx<'_>) {}

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.entries.give_up(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        if self.is_details {
            let area = self.details_area(cx.body);
            let is_own = matches!(
                action,
                Action::Back | Action::NextPane | Action::PreviousPane | Action::TakeBack
            );
            let acted = match is_own {
                true => Acted::Nothing,
                false => self.details.act(action, area),
            };
            return match acted {
                Acted::Done => {}
                Acted::Open(title, viewer) => {
                    cx.go = Some(Go::To(Box::new(ValuePage::of(title, *viewer))));
                }
                Acted::Nothing => self.act_anywhere(action, cx),
            };
        }
        let height = self.height(cx.body);
        if self.cursor.act(action, self.rows.len(), height) {
            return self.show_details(cx);
        }
        match (action, self.selected()) {
            (Action::Open, Some(entry)) => {
                let page = RegisteredModelPage::of(entry.model.clone());
                cx.go = Some(Go::To(Box::new(page)));
            }
            (action, _) => self.act_anywhere(action, cx),
        }
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.prompt.as_ref()
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        let typed = prompt.press(key);
        let text = prompt.text().to_owned();
        match typed {
            Typed::Changed => self.find_words(text, cx),
            Typed::Done => self.prompt = None,
            Typed::Cancelled => {
                self.prompt = None;
                self.find_words(String::new(), cx);
            }
            Typed::Nothing | Typed::Passed => {}
        }
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        prompt.paste(text);
        let words = prompt.text().to_owned();
        self.find_words(words, cx);
    }

    fn decided(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        self.take_back.decide(ticket, decision.as_ref(), cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let at = (mouse.column, mouse.row).into();
        let is_details = self
            .details_frame(cx.body)
            .is_some_and(|frame| frame.contains(at));
        if mouse.kind == MouseKind::Press {
            self.is_details = is_details;
        }
        if is_details {
            let area = self.details_area(cx.body);
            match mouse.kind {
                MouseKind::ScrollDown => self.details.wheel(WHEEL, area),
                MouseKind::ScrollUp => self.details.wheel(-WHEEL, area),
                _ => {}
            }
            return;
        }
        let height = self.height(cx.body);
        if self.cursor.point(&mouse, self.rows.len(), height) == Pointed::Opened {
            return self.act(Action::Open, cx);
        }
        self.show_details(cx);
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.entries.awaits(ticket) || self.take_back.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        if self.take_back.awaits(reply.ticket) {
            if self.take_back.take(reply, cx).is_some() {
                self.refresh(cx);
            }
            return;
        }
        match reply.answer {
            Ok(Answer::Registry(Told::Audit(entries, warnings))) => {
                self.lines = entries.iter().map(AuditLine::of).collect();
                self.entries.show((entries, warnings), reply.at);
            }
            Ok(_) => {}
            Err(failure) => self.entries.fail(failure),
        }
        self.arrange(cx);
    }

    fn woken(&mut self, _: Ticket, _: &mut Cx<'_>) {}

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.cursor.keep_in_view(self.rows.len(), self.height(cx.body));
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: None,
            is_over: false,
            is_reading: self.entries.is_asking() && self.entries.shown().is_none(),
            failure: self.entries.failure(),
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
        if let Some(list) = self.list_area(area) {
            self.draw_list(list, buf, look);
        }
        if let Some(frame) = self.details_frame(area) {
            let mut title = Pieces::new();
            title.add(" Before and after ", look.theme.heading());
            let inner = draw_frame(frame, &title, self.is_details, buf, look);
            if self.selected().is_some() {
                self.details.draw(inner, self.is_details, buf, look);
                draw_foot(&self.details, frame, inner, "", buf, look);
            }
        }
    }
}
