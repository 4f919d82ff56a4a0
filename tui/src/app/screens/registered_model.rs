//! The page of a registered model: its versions, and what is known of it.
//!
//! ```text
//!  flowdeck › Experiments › Models › detector             lab/mlflow.db  as of 16:05:12
//!  @champion 2  production 2  latest 3
//! ╭ Versions 3 ──────────────────────────────────────────╮╭ detector ──────────────────╮
//! │ Version  Stage       Aliases    Status  Created  By   ││ Finds defects in pictures. │
//! │       3  Staging                ✓ READY 16:04    ada  ││ Created  2026-11-01 10:00  │
//! │       2  Production  @champion  ✓ READY 11-01    ada  ││ Tags                       │
//! ╰──────────────────────────────────────────────────────╯╰────────────────────────────╯
//! ```

mod draw;

use std::collections::BTreeSet;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::promotion::{Left, Undoable};
use flowdeck_surface::client::registry::{ModelVersion, RegisteredModel};
use flowdeck_surface::client::{ModelName, VersionNumber, VersionReference};
use flowdeck_surface::registry::{VersionLine, version_lines};
use flowdeck_surface::text::has_words;
use flowdeck_surface::web::WebPage;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::audit::Audit;
use super::promote::Targeting;
use super::value::ValuePage;
use super::version::VersionPage;
use super::versions::VersionsPage;
use super::{Freshness, Screen};
use crate::app::context::{Cx, Go, Look};
use crate::app::effect::Question;
use crate::app::key::Key;
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Mouse, MouseKind, Reply};
use crate::app::registry::{Asked, Told};
use crate::app::registry_edit::{Edited, Editing, Subject};
use crate::app::take_back::TakeBack;
use crate::app::ticket::Ticket;
use crate::app::viewer::{Acted, Viewer};
use crate::app::widgets::cursor::{Cursor, Pointed, WHEEL};
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::prompt::{Prompt, Typed};

/// The page of a registered model.
pub(crate) struct RegisteredModelPage {
    name: ModelName,
    told: Loadable<(RegisteredModel, Vec<ModelVersion>)>,
    lines: Vec<VersionLine>,
    rows: Vec<usize>,
    cursor: Cursor,
    marked: BTreeSet<String>,
    about: Viewer,
    is_about: bool,
    find: String,
    prompt: Option<Prompt>,
    targeting: Targeting,
    editing: Editing,
    take_back: TakeBack,
}

impl RegisteredModelPage {
    /// The page of a model.
    pub(crate) fn of(name: ModelName) -> Self {
        Self {
            name,
            told: Loadable::default(),
            lines: Vec::new(),
            rows: Vec::new(),
            cursor: Cursor::default(),
            marked: BTreeSet::new(),
            about: Viewer::of_blocks(Vec::new()),
            is_about: false,
            find: String::new(),
            prompt: None,
            targeting: Targeting::default(),
            editing: Editing::default(),
            take_back: TakeBack::default(),
        }
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        let asked = Asked::Model(self.name.clone());
        self.told.ask(Question::Registry(Box::new(asked)), cx);
    }

    fn is_prompt(&self) -> bool {
        self.told.shown().is_some_and(|(model, _)| model.is_prompt())
    }

    /// The version that is selected.
    fn selected(&self) -> Option<&ModelVersion> {
        let &place = self.rows.get(self.cursor.selected)?;
        let number = &self.lines.get(place)?.version;
        let (_, versions) = self.told.shown()?;
        versions
            .iter()
            .find(|version| version.version.as_str() == number.as_str())
    }

    fn arrange(&mut self, cx: &Cx<'_>) {
        let lines = &self.lines;
        self.rows = (0..lines.len())
            .filter(|&place| {
                let line = &lines[place];
                let texts = [
                    line.version.as_str(),
                    &line.stage,
                    &line.aliases,
                    &line.tags,
                    &line.description,
                    &line.by,
                ];
                has_words(&self.find, texts.into_iter())
            })
            .collect();
        self.cursor.keep_in_view(self.rows.len(), self.height(cx.body));
    }

    fn find_words(&mut self, words: String, cx: &Cx<'_>) {
        if self.is_about {
            let area = self.about_area(cx.body);
            return self.about.find(&words, area);
        }
        self.find = words;
        self.arrange(cx);
    }

    fn wanted(&self) -> &str {
        if self.is_about {
            self.about.wanted()
        } else {
            &self.find
        }
    }

    fn open(&self, cx: &mut Cx<'_>) {
        if let Some(version) = self.selected() {
            cx.go = Some(Go::To(Box::new(VersionPage::of(version.clone()))));
        }
    }

    fn compare(&self, cx: &mut Cx<'_>) {
        // The older first, so that a difference says what the newer has more.
        let numbers: Vec<VersionNumber> = self
            .lines
            .iter()
            .rev()
            .filter(|line| self.marked.contains(&line.version))
            .map(|line| line.version.as_str().into())
            .collect();
        if numbers.len() < 2 {
            return cx.say("Mark two versions or more with space to compare them.");
        }
        let references = numbers
            .into_iter()
            .map(|number| VersionReference::Number(self.name.clone(), number))
            .collect();
        cx.go = Some(Go::To(Box::new(VersionsPage::of(references))));
    }

    fn promote(&mut self, cx: &mut Cx<'_>) {
        if self.is_prompt() {
            return cx.say("Prompts are only read here: MLflow's own client changes them.");
        }
        let Some(version) = self.selected().cloned() else {
            return cx.say("There is no version to promote here.");
        };
        let aliases = self.told.shown().map(|(model, _)| model.aliases.clone());
        self.targeting.start(&version, &aliases.unwrap_or_default(), cx);
    }

    fn remove_alias(&mut self, cx: &mut Cx<'_>) {
        if self.is_prompt() {
            return cx.say("Prompts are only read here: MLflow's own client changes them.");
        }
        let (Some(version), Some((model, _))) = (self.selected(), self.told.shown()) else {
            return;
        };
        let of_version = model
            .aliases
            .iter()
            .filter(|alias| alias.version == version.version);
        let aliases = of_version.map(|alias| alias.alias.clone()).collect();
        self.take_back.start_alias(&self.name, aliases, cx);
    }

    fn edit(&mut self, action: Action, cx: &mut Cx<'_>) {
        if self.is_prompt() {
            return cx.say("Prompts are only read here: MLflow's own client changes them.");
        }
        let Some((model, versions)) = self.told.shown() else {
            return;
        };
        let subject = Subject::Model(Box::new(model.clone()), Some(versions.len()));
        self.editing.ask(action, subject, None, cx);
    }

    fn mark(&mut self, cx: &Cx<'_>) {
        let Some(number) = self.selected().map(|version| version.version.to_string()) else {
            return;
        };
        if !self.marked.remove(&number) {
            self.marked.insert(number);
        }
        let height = self.height(cx.body);
        self.cursor.act(Action::Down, self.rows.len(), height);
    }

    fn act_anywhere(&mut self, action: Action, cx: &mut Cx<'_>) {
        match action {
            Action::NextPane | Action::PreviousPane => self.is_about = !self.is_about,
            Action::Find => self.prompt = Some(Prompt::new("find", self.wanted())),
            Action::Refresh => self.refresh(cx),
            Action::Promote => self.promote(cx),
            Action::Compare => self.compare(cx),
            Action::TakeBack => self.take_back.start(Undoable::Last(Some(self.name.clone())), cx),
            Action::RemoveAlias => self.remove_alias(cx),
            Action::AuditLog => cx.go = Some(Go::To(Box::new(Audit::of(Some(self.name.clone()))))),
            Action::CopyValue => {
                if let Some((what, text)) = self.about.copied() {
                    cx.copy(what, &text);
                }
            }
            Action::CopyId => {
                let uri = match self.selected().filter(|_| !self.is_about) {
                    Some(version) => format!("models:/{}/{}", version.name, version.version),
                    None => format!("models:/{}", self.name),
                };
                cx.copy("the URI", &uri);
            }
            Action::Rename | Action::Describe | Action::SetTag | Action::RemoveTag | Action::Delete => {
                self.edit(action, cx);
            }
            Action::Back if !self.wanted().is_empty() => self.find_words(String::new(), cx),
            Action::Back if self.is_about => self.is_about = false,
            Action::Back if !self.marked.is_empty() => self.marked.clear(),
            Action::Back => cx.go = Some(Go::Back),
            _ => {}
        }
    }
}

impl Screen for RegisteredModelPage {
    fn crumb(&self) -> String {
        self.name.to_string()
    }

    fn scopes(&self) -> &'static [Scope] {
        if self.is_about {
            &[
                Scope::Viewer,
                Scope::RegisteredModel,
                Scope::List,
                Scope::Everywhere,
            ]
        } else {
            &[Scope::RegisteredModel, Scope::List, Scope::Everywhere]
        }
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.refresh(cx);
    }

    fn cover(&mut self, _: &mut Cx<'_>) {}

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.told.give_up(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        if self.is_about {
            let area = self.about_area(cx.body);
            let is_own = matches!(action, Action::Back | Action::NextPane | Action::PreviousPane);
            let acted = match is_own {
                true => Acted::Nothing,
                false => self.about.act(action, area),
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
            return;
        }
        match action {
            Action::Open => self.open(cx),
            Action::Mark => self.mark(cx),
            action => self.act_anywhere(action, cx),
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
        let decision = decision.as_ref();
        let _is_done = self.targeting.decide(ticket, decision, cx)
            || self.editing.decide(ticket, decision, cx)
            || self.take_back.decide(ticket, decision, cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let at = (mouse.column, mouse.row).into();
        let is_about = self.about_frame(cx.body).is_some_and(|frame| frame.contains(at));
        if mouse.kind == MouseKind::Press {
            self.is_about = is_about;
        }
        if is_about {
            let area = self.about_area(cx.body);
            match mouse.kind {
                MouseKind::ScrollDown => self.about.wheel(WHEEL, area),
                MouseKind::ScrollUp => self.about.wheel(-WHEEL, area),
                _ => {}
            }
            return;
        }
        let height = self.height(cx.body);
        if self.cursor.point(&mouse, self.rows.len(), height) == Pointed::Opened {
            self.open(cx);
        }
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.told.awaits(ticket) || self.editing.awaits(ticket) || self.take_back.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        if self.editing.awaits(reply.ticket) {
            match self.editing.take(reply, cx) {
                Some(Edited::Deleted) => cx.go = Some(Go::Back),
                Some(Edited::Renamed(name)) => {
                    self.name = name;
                    self.refresh(cx);
                }
                Some(_) => self.refresh(cx),
                None => {}
            }
            return;
        }
        if self.take_back.awaits(reply.ticket) {
            match self.take_back.take(reply, cx) {
                Some(Left::Named(name)) => {
                    self.name = name;
                    self.refresh(cx);
                }
                Some(Left::Nothing) => cx.go = Some(Go::Back),
                None => {}
            }
            return;
        }
        match reply.answer {
            Ok(Answer::Registry(Told::Model(model, versions))) => {
                self.lines = version_lines(&versions);
                self.about.replace_blocks(draw::about(&model, cx.clock));
                self.told.show((*model, versions), reply.at);
                self.marked
                    .retain(|number| self.lines.iter().any(|line| line.version == *number));
            }
            Ok(_) => {}
            Err(failure) => self.told.fail(failure),
        }
        self.arrange(cx);
    }

    fn woken(&mut self, _: Ticket, _: &mut Cx<'_>) {}

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.cursor.keep_in_view(self.rows.len(), self.height(cx.body));
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.told.as_of(),
            is_over: false,
            is_reading: self.told.is_asking() && self.told.shown().is_none(),
            failure: self.told.failure(),
        }
    }

    fn web_page(&self) -> Option<WebPage> {
        Some(WebPage::Model(self.name.to_string()))
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_page(area, buf, look);
    }
}
