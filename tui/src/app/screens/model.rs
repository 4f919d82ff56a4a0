//! The page of a logged model: what it is and how it did, its files, and what the selected file shows.
//!
//! ```text
//! ╭ classifier ─────────────────────────────╮╭ Files ─────────────────────────────────────╮
//! │ Status      READY                       ││ MLmodel                             1.2 kB │
//! │ Metrics                                 ││ ▸ data/                                    │
//! │ Metric    Value   Step  Dataset         │╰────────────────────────────────────────────╯
//! │ accuracy  0.971   12    holdout         │╭ MLmodel ───────────────────────────────────╮
//! │ Params                                  ││ Inputs   Type                              │
//! │ depth     6                             ││ age      double                            │
//! ╰─────────────────────────────────────────╯╰────────────────────────────────────────────╯
//! ```

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::artifact::{ArtifactEntry, ArtifactKind, ArtifactPath, ArtifactRoot};
use flowdeck_surface::client::tracking::LoggedModel;
use flowdeck_surface::client::{ModelId, Session};
use flowdeck_surface::clock::Clock;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::status;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};

use super::run::RunPage;
use super::run::details::of_model;
use super::value::ValuePage;
use super::{Freshness, Screen};
use crate::app::arrangement::Arrangement;
use crate::app::context::{Cx, Go, Look};
use crate::app::detail::{Asked, Told};
use crate::app::effect::Question;
use crate::app::fetch::Fetch;
use crate::app::files::FileTree;
use crate::app::key::Key;
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Mouse, MouseKind, Reply};
use crate::app::registry_edit::{Editing, Subject};
use crate::app::ticket::Ticket;
use crate::app::viewer::{Acted, Viewer, draw_foot};
use crate::app::widgets::cursor::{Cursor, Pointed, WHEEL};
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::frame::draw_frame;
use crate::app::widgets::message::Message;
use crate::app::widgets::prompt::{Prompt, Typed};
use crate::app::widgets::table::{GAP, Table, TableCell, TableColumn};
use crate::app::widgets::text::Pieces;

/// From this width on all panes stand side by side.
const ALL_PANES: u16 = 110;

/// The page of a logged model.
pub(crate) struct ModelPage {
    id: ModelId,
    model: Loadable<LoggedModel>,
    facts: Viewer,
    files: FileTree,
    cursor: Cursor,
    preview: Loadable<Viewer>,
    previewed: Option<ArtifactPath>,
    focus: Pane,
    find: String,
    prompt: Option<Prompt>,
    fetch: Fetch,
    editing: Editing,
}

/// A pane, in the order in which Tab goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Pane {
    Facts,
    Files,
    File,
}

impl ModelPage {
    /// The page of a model, of which a list may know a part.
    pub(crate) fn of(id: ModelId, known: Option<LoggedModel>) -> Self {
        let mut model = Loadable::default();
        let facts = known
            .as_ref()
            .map_or_else(Vec::new, |known| of_model(known, &Clock::local()));
        if let Some(known) = known {
            model.show_part(known);
        }
        Self {
            id,
            model,
            facts: Viewer::of_blocks(facts),
            files: FileTree::default(),
            cursor: Cursor::default(),
            preview: Loadable::default(),
            previewed: None,
            focus: Pane::Facts,
            find: String::new(),
            prompt: None,
            fetch: Fetch::default(),
            editing: Editing::default(),
        }
    }

    /// The frame of a pane; none where it is not shown.
    fn frame(&self, pane: Pane, body: Rect) -> Option<Rect> {
        let below = Rect {
            y: body.y + 1.min(body.height),
            height: body.height.saturating_sub(1),
            ..body
        };
        if below.width < ALL_PANES {
            return (pane == self.focus).then_some(below);
        }
        let left = (below.width * 9 / 20).min(90);
        let right = Rect {
            x: below.x + left,
            width: below.width - left,
            ..below
        };
        let upper = (right.height / 3).clamp(5.min(right.height), 14);
        Some(match pane {
            Pane::Facts => Rect { width: left, ..below },
            Pane::Files => Rect {
                height: upper.min(right.height),
                ..right
            },
            Pane::File => Rect {
                y: right.y + upper.min(right.height),
                height: right.height.saturating_sub(upper),
                ..right
            },
        })
    }

    fn area(&self, pane: Pane, cx: &Cx<'_>) -> Rect {
        self.frame(pane, cx.body).map_or(Rect::ZERO, within)
    }

    fn root(&self) -> Option<ArtifactRoot> {
        self.model.shown().map(Session::artifacts_of_logged_model)
    }

    fn ask_files(&mut self, cx: &mut Cx<'_>) {
        if let Some(root) = self.root().filter(|root| !root.uri.is_empty()) {
            self.files.show(root, cx);
        }
    }

    fn arrange(&mut self, cx: &mut Cx<'_>) {
        self.files.arrange(&self.find);
        let height = usize::from(self.area(Pane::Files, cx).height);
        self.cursor.keep_in_view(self.files.rows().len(), height);
        self.show_file(cx);
    }

    fn selected(&self) -> Option<&ArtifactEntry> {
        self.files.rows().get(self.cursor.selected)?.entry.as_ref()
    }

    /// Reads the selected file, where it is looked at.
    fn show_file(&mut self, cx: &mut Cx<'_>) {
        if self.frame(Pane::File, cx.body).is_none() {
            return;
        }
        let file = self
            .selected()
            .filter(|entry| entry.kind != ArtifactKind::Directory)
            .cloned();
        let path = file.as_ref().map(|entry| entry.path.clone());
        if path == self.previewed {
            return;
        }
        self.preview.give_up(cx);
        self.preview.forget();
        self.previewed = path;
        if let (Some(entry), Some(root)) = (file, self.root()) {
            let size = entry.size_bytes();
            self.preview
                .ask(Question::Detail(Asked::Preview(root, entry.path, size)), cx);
        }
    }

    fn viewer_mut(&mut self) -> Option<&mut Viewer> {
        match self.focus {
            Pane::Facts => Some(&mut self.facts),
            Pane::File => self.preview.shown_mut(),
            Pane::Files => None,
        }
    }

    fn viewer(&self) -> Option<&Viewer> {
        match self.focus {
            Pane::Facts => Some(&self.facts),
            Pane::File => self.preview.shown(),
            Pane::Files => None,
        }
    }

    fn go_to(&mut self, pane: Pane, cx: &mut Cx<'_>) {
        self.focus = pane;
        self.ask_files(cx);
        self.arrange(cx);
    }

    fn beside(&self, is_next: bool) -> Pane {
        match (self.focus, is_next) {
            (Pane::Facts, true) | (Pane::File, false) => Pane::Files,
            (Pane::Files, true) | (Pane::Facts, false) => Pane::File,
            (Pane::File, true) | (Pane::Files, false) => Pane::Facts,
        }
    }

    fn wanted(&self) -> &str {
        self.viewer().map_or(self.find.as_str(), Viewer::wanted)
    }

    fn find_words(&mut self, words: String, cx: &mut Cx<'_>) {
        let area = self.area(self.focus, cx);
        match self.viewer_mut() {
            Some(viewer) => viewer.find(&words, area),
            None => {
                self.find = words;
                self.arrange(cx);
            }
        }
    }

    fn act_in_files(&mut self, action: Action, cx: &mut Cx<'_>) {
        let height = usize::from(self.area(Pane::Files, cx).height);
        if self.cursor.act(action, self.files.rows().len(), height) {
            return self.show_file(cx);
        }
        match (action, self.selected().cloned()) {
            (Action::Open, Some(entry)) if entry.kind == ArtifactKind::Directory => {
                self.files.toggle(&entry.path, cx);
                self.arrange(cx);
            }
            (Action::Open, Some(_)) => self.go_to(Pane::File, cx),
            _ => self.act_anywhere(action, cx),
        }
    }

    fn act_anywhere(&mut self, action: Action, cx: &mut Cx<'_>) {
        match action {
            Action::Back if !self.wanted().is_empty() => self.find_words(String::new(), cx),
            Action::Back if self.focus == Pane::File => self.go_to(Pane::Files, cx),
            Action::Back if self.focus == Pane::Files => self.go_to(Pane::Facts, cx),
            Action::Back => cx.go = Some(Go::Back),
            Action::NextPane => self.go_to(self.beside(true), cx),
            Action::PreviousPane => self.go_to(self.beside(false), cx),
            Action::Find => self.prompt = Some(Prompt::new("find", self.wanted())),
            Action::Refresh => self.refresh(cx),
            Action::CopyId => cx.copy("model id", self.id.as_str()),
            Action::CopyValue => self.copy_value(cx),
            Action::Register => {
                let name = self.model.shown().map(|model| model.name.clone());
                let subject = Subject::Source(format!("models:/{}", self.id), name.unwrap_or_default());
                self.editing.ask(Action::Register, subject, None, cx);
            }
            Action::ToParent => match self.model.shown().and_then(|model| model.source_run_id.clone()) {
                Some(id) => cx.go = Some(Go::To(Box::new(RunPage::by_id(id)))),
                None => cx.say("The store does not say which run made it."),
            },
            Action::Download => {
                if let Some(root) = self.root() {
                    let path = match self.focus {
                        Pane::Facts => ArtifactPath::root(),
                        _ => self
                            .selected()
                            .map_or(ArtifactPath::root(), |entry| entry.path.clone()),
                    };
                    let name = self.crumb();
                    self.fetch.start(root, path, &name, cx);
                }
            }
            Action::OpenOutside => {
                let file = self
                    .selected()
                    .filter(|entry| entry.kind != ArtifactKind::Directory);
                match (self.root(), file.map(|entry| entry.path.clone())) {
                    (Some(root), Some(path)) => self.fetch.open(root, path, cx),
                    _ => cx.say("Select a file to open it with its own program."),
                }
            }
            _ => {}
        }
    }

    fn copy_value(&self, cx: &mut Cx<'_>) {
        if let Some((what, text)) = self.viewer().and_then(Viewer::copied) {
            return cx.copy(what, &text);
        }
        match self.selected().filter(|_| self.focus != Pane::Facts) {
            Some(entry) => cx.copy("path", entry.path.as_str()),
            None => cx.copy("model id", self.id.as_str()),
        }
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        let id = self.id.clone();
        self.model.ask(Question::Detail(Asked::LoggedModel(id)), cx);
    }

    fn summary(&self, look: &Look<'_>) -> Pieces<'static> {
        let mut line = Pieces::new();
        let Some(model) = self.model.shown() else {
            return line;
        };
        let badge = status::of_logged_model(&model.status);
        let muted = look.theme.tone(Tone::Muted);
        line.add(
            format!("{} {}", badge.symbol, badge.word),
            look.theme.tone(badge.tone),
        );
        line.add(
            format!("  {}", look.clock.compact(model.creation_timestamp, look.now)),
            muted,
        );
        if let Some(kind) = model.model_type.as_deref().filter(|kind| !kind.is_empty()) {
            line.add(format!("  {kind}"), muted);
        }
        line.add(format!("  {}", model.id), muted);
        line
    }

    fn draw_files(&self, frame: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let has_focus = self.focus == Pane::Files;
        let mut title = Pieces::new();
        title.add(" Files ", look.theme.heading());
        if !self.find.is_empty() {
            title.add(format!("/{} ", self.find), look.theme.tone(Tone::Warning));
        }
        let inner = draw_frame(frame, &title, has_focus, buf, look);
        let word = self.fetch.word();
        if !word.is_empty() && frame.width > 8 {
            let mut foot = Pieces::new();
            foot.add(format!(" {word} "), look.theme.tone(Tone::Active));
            foot.draw_right(
                Rect::new(frame.x + 2, frame.bottom() - 1, frame.width - 4, 1),
                buf,
            );
        }
        let rows = self.files.rows();
        if rows.is_empty() {
            if let Some(failure) = self.files.failure() {
                return Message::failed(&Notice::of(failure)).draw(inner, buf, look);
            }
            let sentence = match () {
                () if !self.find.is_empty() => "No file has these words.",
                () if self.files.is_reading() || self.model.as_of().is_none() => "Reading …",
                () => "It has no files.",
            };
            return Message::quiet(sentence, None).draw(inner, buf, look);
        }
        let room = inner.width.saturating_sub(2);
        let columns = [
            TableColumn {
                width: room.saturating_sub(9 + GAP),
                ..TableColumn::default()
            },
            TableColumn {
                width: 9,
                is_right: true,
                ..TableColumn::default()
            },
        ];
        let cell = |row: usize, column: usize| {
            let own = &rows[row];
            if column > 0 {
                return TableCell::new(own.size.as_str(), Tone::Muted);
            }
            let mark = match &own.entry {
                Some(entry) if entry.kind == ArtifactKind::Directory => {
                    if self.files.is_open(&entry.path) {
                        "▾ "
                    } else {
                        "▸ "
                    }
                }
                _ => "  ",
            };
            TableCell::new(format!("{}{mark}{}", "  ".repeat(own.depth), own.label), own.tone)
        };
        let table = Table {
            columns: &columns,
            n_rows: rows.len(),
            cursor: self.cursor,
            has_focus,
            cell: &cell,
        };
        table.draw_rows(inner, buf, look);
    }

    fn draw_file(&self, frame: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let has_focus = self.focus == Pane::File;
        let mut title = Pieces::new();
        if let Some(path) = &self.previewed {
            title.add(format!(" {path} "), look.theme.heading());
        }
        let inner = draw_frame(frame, &title, has_focus, buf, look);
        match (self.preview.shown(), self.preview.failure()) {
            (Some(viewer), _) => {
                viewer.draw(inner, has_focus, buf, look);
                draw_foot(viewer, frame, inner, "", buf, look);
            }
            (None, Some(failure)) => Message::failed(&Notice::of(failure)).draw(inner, buf, look),
            (None, None) if self.preview.is_asking() => {
                Message::quiet("Reading …", None).draw(inner, buf, look);
            }
            (None, None) => {
                Message::quiet("Select a file to see what it holds.", None).draw(inner, buf, look);
            }
        }
    }

    fn draw_facts(&self, frame: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let has_focus = self.focus == Pane::Facts;
        let mut title = Pieces::new();
        title.add(format!(" {} ", self.crumb()), look.theme.heading());
        let inner = draw_frame(frame, &title, has_focus, buf, look);
        if self.model.shown().is_some() {
            self.facts.draw(inner, has_focus, buf, look);
            return draw_foot(&self.facts, frame, inner, "", buf, look);
        }
        match self.model.failure() {
            Some(failure) => Message::failed(&Notice::of(failure)).draw(inner, buf, look),
            None => Message::quiet("Reading …", None).draw(inner, buf, look),
        }
    }
}

fn within(frame: Rect) -> Rect {
    frame.inner(Margin::new(1, 1))
}

impl Screen for ModelPage {
    fn crumb(&self) -> String {
        match self.model.shown().map(|model| model.name.as_str()) {
            Some(name) if !name.is_empty() => name.to_owned(),
            _ => self.id.to_string(),
        }
    }

    fn scopes(&self) -> &'static [Scope] {
        match self.focus {
            Pane::Files => &[Scope::LoggedModel, Scope::List, Scope::Everywhere],
            _ => &[Scope::Viewer, Scope::LoggedModel, Scope::List, Scope::Everywhere],
        }
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.refresh(cx);
        self.ask_files(cx);
    }

    fn cover(&mut self, _cx: &mut Cx<'_>) {}

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.model.give_up(cx);
        self.files.give_up(cx);
        self.preview.give_up(cx);
        self.fetch.stop(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        if self.focus == Pane::Files {
            return self.act_in_files(action, cx);
        }
        let area = self.area(self.focus, cx);
        let acted = match (self.viewer_mut(), action) {
            (_, Action::Back | Action::NextPane | Action::PreviousPane) | (None, _) => Acted::Nothing,
            (Some(viewer), action) => viewer.act(action, area),
        };
        match acted {
            Acted::Done => {}
            Acted::Open(title, viewer) => cx.go = Some(Go::To(Box::new(ValuePage::of(title, *viewer)))),
            Acted::Nothing => self.act_anywhere(action, cx),
        }
    }

    fn decided(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        if !self.fetch.decide(ticket, decision.as_ref(), cx) {
            self.editing.decide(ticket, decision.as_ref(), cx);
        }
    }

    fn arrangement(&self) -> Option<Arrangement> {
        Some(Arrangement::of(self.find.clone()))
    }

    fn put_back(&mut self, arrangement: &Arrangement, cx: &mut Cx<'_>) {
        if let Some(words) = arrangement.get::<String>() {
            self.find.clone_from(words);
            self.arrange(cx);
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

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let at = (mouse.column, mouse.row).into();
        let panes = [Pane::Facts, Pane::Files, Pane::File];
        let pane = panes
            .into_iter()
            .find(|&pane| self.frame(pane, cx.body).is_some_and(|frame| frame.contains(at)));
        let Some(pane) = pane else { return };
        if mouse.kind == MouseKind::Press && pane != self.focus {
            self.go_to(pane, cx);
        }
        let area = self.area(pane, cx);
        if pane == Pane::Files {
            let n_rows = self.files.rows().len();
            if self.cursor.point(&mouse, n_rows, usize::from(area.height)) == Pointed::Opened {
                self.act_in_files(Action::Open, cx);
            }
            return self.show_file(cx);
        }
        let viewer = match pane {
            Pane::Facts => Some(&mut self.facts),
            _ => self.preview.shown_mut(),
        };
        match (viewer, mouse.kind) {
            (Some(viewer), MouseKind::ScrollDown) => viewer.wheel(WHEEL, area),
            (Some(viewer), MouseKind::ScrollUp) => viewer.wheel(-WHEEL, area),
            _ => {}
        }
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.model.awaits(ticket)
            || self.files.awaits(ticket)
            || self.preview.awaits(ticket)
            || self.fetch.awaits(ticket)
            || self.editing.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        if self.fetch.awaits(reply.ticket) {
            return self.fetch.take(reply, cx);
        }
        if self.editing.awaits(reply.ticket) {
            self.editing.take(reply, cx);
            return;
        }
        if self.files.awaits(reply.ticket) {
            self.files.reply(reply);
            return self.arrange(cx);
        }
        let is_preview = self.preview.awaits(reply.ticket);
        match reply.answer {
            Ok(Answer::Detail(Told::LoggedModel(model))) => {
                self.facts.replace_blocks(of_model(&model, &Clock::local()));
                self.model.show(*model, reply.at);
                self.ask_files(cx);
            }
            Ok(Answer::Detail(Told::Preview(preview))) if is_preview => {
                self.preview.show(Viewer::of_preview(*preview), reply.at);
            }
            Ok(_) => {}
            Err(failure) if is_preview => self.preview.fail(failure),
            Err(failure) => self.model.fail(failure),
        }
    }

    fn woken(&mut self, _ticket: Ticket, _cx: &mut Cx<'_>) {}

    fn resize(&mut self, cx: &mut Cx<'_>) {
        let area = self.area(Pane::Files, cx);
        self.cursor
            .keep_in_view(self.files.rows().len(), usize::from(area.height));
        self.show_file(cx);
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.model.as_of(),
            is_reading: self.model.as_of().is_none() && self.model.is_asking(),
            is_over: false,
            failure: self.model.failure(),
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
        if let Some(frame) = self.frame(Pane::Facts, area) {
            self.draw_facts(frame, buf, look);
        }
        if let Some(frame) = self.frame(Pane::Files, area) {
            self.draw_files(frame, buf, look);
        }
        if let Some(frame) = self.frame(Pane::File, area) {
            self.draw_file(frame, buf, look);
        }
    }
}

#[cfg(test)]
mod tests;
