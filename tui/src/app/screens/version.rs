//! The page of a model version: what it is, where it comes from, and what its `MLmodel` says of it.
//!
//! ```text
//!  flowdeck › Models › detector › version 3                lab/mlflow.db  as of 16:05:12
//!  ✓ READY  Staging  @challenger
//! ╭ detector 3 ──────────────────────────────╮╭ MLmodel ──────────────────────────────╮
//! │ Status        READY                      ││ Inputs   Type                         │
//! │ Run           blue-fox                   ││ age      double                       │
//! │ Experiment    vision                     ││ Outputs  Type                         │
//! ╰──────────────────────────────────────────╯╰───────────────────────────────────────╯
//! ```
//!
//! Enter on a run, an experiment or a logged model goes there.

mod draw;
#[cfg(test)]
mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::registry::ModelVersion;
use flowdeck_surface::client::{FailureKind, ModelName, VersionNumber};
use flowdeck_surface::registry::{Lineage, VersionFact, VersionKin, version_facts};
use flowdeck_surface::text::has_words;
use flowdeck_surface::web::WebPage;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::model::ModelPage;
use super::promote::Targeting;
use super::run::RunPage;
use super::runs::Runs;
use super::value::ValuePage;
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
use crate::app::viewer::block::Block;
use crate::app::viewer::{Acted, Viewer};
use crate::app::widgets::cursor::{Cursor, Pointed, WHEEL};
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::prompt::{Prompt, Typed};

/// The page of a model version.
pub(crate) struct VersionPage {
    name: ModelName,
    number: VersionNumber,
    version: Loadable<ModelVersion>,
    kin: Loadable<VersionKin>,
    card: Loadable<Viewer>,
    facts: Vec<VersionFact>,
    rows: Vec<usize>,
    cursor: Cursor,
    is_card: bool,
    find: String,
    prompt: Option<Prompt>,
    targeting: Targeting,
    editing: Editing,
    take_back: TakeBack,
}

impl VersionPage {
    /// The page of a version that a list knows.
    pub(crate) fn of(known: ModelVersion) -> Self {
        let (name, number) = (known.name.clone(), known.version.clone());
        let mut page = Self::by_number(name, number);
        page.version.show_part(known);
        page
    }

    /// The page of a version of which no more than its number is known.
    pub(crate) fn by_number(name: ModelName, number: VersionNumber) -> Self {
        Self {
            name,
            number,
            version: Loadable::default(),
            kin: Loadable::default(),
            card: Loadable::default(),
            facts: Vec::new(),
            rows: Vec::new(),
            cursor: Cursor::default(),
            is_card: false,
            find: String::new(),
            prompt: None,
            targeting: Targeting::default(),
            editing: Editing::default(),
            take_back: TakeBack::default(),
        }
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        let asked = Asked::Version(self.name.clone(), self.number.clone());
        self.version.ask(Question::Registry(Box::new(asked)), cx);
    }

    /// Asks for what hangs together with it, and for its files, once it is known.
    fn ask_kin(&mut self, cx: &mut Cx<'_>) {
        let Some(version) = self.version.shown().cloned() else {
            return;
        };
        self.kin
            .ask(Question::Registry(Box::new(Asked::Kin(Box::new(version)))), cx);
        if self.card.shown().is_none() {
            let asked = Asked::Card(self.name.clone(), self.number.clone());
            self.card.ask(Question::Registry(Box::new(asked)), cx);
        }
    }

    fn arrange(&mut self, cx: &Cx<'_>) {
        if let Some(version) = self.version.shown() {
            self.facts = version_facts(version, self.kin.shown(), cx.clock);
        }
        let facts = &self.facts;
        self.rows = (0..facts.len())
            .filter(|&place| {
                let texts = [facts[place].label.as_str(), facts[place].text.as_str()];
                has_words(&self.find, texts.into_iter())
            })
            .collect();
        self.cursor.keep_in_view(self.rows.len(), self.height(cx.body));
    }

    fn selected(&self) -> Option<&VersionFact> {
        self.facts.get(*self.rows.get(self.cursor.selected)?)
    }

    fn wanted(&self) -> &str {
        match self.card.shown().filter(|_| self.is_card) {
            Some(viewer) => viewer.wanted(),
            None => &self.find,
        }
    }

    fn find_words(&mut self, words: String, cx: &Cx<'_>) {
        let area = self.card_area(cx.body);
        match self.card.shown_mut().filter(|_| self.is_card) {
            Some(viewer) => viewer.find(&words, area),
            None => {
                self.find = words;
                self.arrange(cx);
            }
        }
    }

    /// Goes where the selected fact leads, or shows it whole.
    fn follow(&self, cx: &mut Cx<'_>) {
        let Some(fact) = self.selected() else { return };
        if let Some(lineage) = &fact.lineage {
            return self.go_to(lineage, cx);
        }
        let viewer = if fact.label == "Description" {
            Viewer::of_blocks(vec![Block::Markdown(fact.text.clone())])
        } else {
            Viewer::of_value(&fact.text)
        };
        cx.go = Some(Go::To(Box::new(ValuePage::of(fact.label.clone(), viewer))));
    }

    fn go_to(&self, lineage: &Lineage, cx: &mut Cx<'_>) {
        let kin = self.kin.shown();
        let screen: Box<dyn Screen> = match lineage {
            Lineage::Run(id) => match kin.and_then(|kin| kin.run.clone()) {
                Some(run) => Box::new(RunPage::of(run)),
                None => Box::new(RunPage::by_id(id.clone())),
            },
            Lineage::Experiment => match kin.and_then(|kin| kin.experiment.clone()) {
                Some(experiment) => Box::new(Runs::of(experiment)),
                None => return,
            },
            Lineage::LoggedModel(id) => Box::new(ModelPage::of(id.clone(), None)),
        };
        cx.go = Some(Go::To(screen));
    }

    fn go_to_first(&self, is_wanted: fn(&Lineage) -> bool, otherwise: &str, cx: &mut Cx<'_>) {
        let found = self
            .facts
            .iter()
            .find_map(|fact| fact.lineage.as_ref().filter(|lineage| is_wanted(lineage)));
        match found {
            Some(lineage) => self.go_to(lineage, cx),
            None => cx.say(otherwise),
        }
    }

    fn promote(&mut self, cx: &mut Cx<'_>) {
        if let Some(version) = self.version.shown().cloned() {
            let aliases = self.kin.shown().map(|kin| kin.aliases.clone());
            self.targeting.start(&version, &aliases.unwrap_or_default(), cx);
        }
    }

    fn remove_alias(&mut self, cx: &mut Cx<'_>) {
        let known = self.kin.shown().map_or(&[][..], |kin| &kin.aliases);
        let of_version = known.iter().filter(|alias| alias.version == self.number);
        let aliases = of_version.map(|alias| alias.alias.clone()).collect();
        self.take_back.start_alias(&self.name, aliases, cx);
    }

    fn edit(&mut self, action: Action, cx: &mut Cx<'_>) {
        let Some(version) = self.version.shown().cloned() else {
            return;
        };
        let key = self.selected().and_then(|fact| fact.tag.clone());
        let subject = Subject::Version(Box::new(version));
        self.editing.ask(action, subject, key.as_deref(), cx);
    }

    fn act_anywhere(&mut self, action: Action, cx: &mut Cx<'_>) {
        match action {
            Action::NextPane | Action::PreviousPane => self.is_card = !self.is_card,
            Action::Find => self.prompt = Some(Prompt::new("find", self.wanted())),
            Action::Refresh => self.refresh(cx),
            Action::Promote => self.promote(cx),
            Action::ToParent => self.go_to_first(
                |lineage| matches!(lineage, Lineage::Run(_)),
                "No run of this store made it.",
                cx,
            ),
            Action::ToExperiment => self.go_to_first(
                |lineage| matches!(lineage, Lineage::Experiment),
                "No experiment of this store is known for it.",
                cx,
            ),
            Action::CopyId => cx.copy("the URI", &format!("models:/{}/{}", self.name, self.number)),
            Action::CopyValue => {
                let copied = self
                    .card
                    .shown()
                    .filter(|_| self.is_card)
                    .and_then(Viewer::copied);
                match (copied, self.selected()) {
                    (Some((what, text)), _) => cx.copy(what, &text),
                    (None, Some(fact)) => cx.copy(&fact.label.to_lowercase(), &fact.text),
                    (None, None) => {}
                }
            }
            Action::Describe | Action::SetTag | Action::RemoveTag | Action::Delete => self.edit(action, cx),
            Action::RemoveAlias => self.remove_alias(cx),
            Action::Back if !self.wanted().is_empty() => self.find_words(String::new(), cx),
            Action::Back if self.is_card => self.is_card = false,
            Action::Back => cx.go = Some(Go::Back),
            _ => {}
        }
    }
}

impl Screen for VersionPage {
    fn crumb(&self) -> String {
        format!("{} {}", self.name, self.number)
    }

    fn scopes(&self) -> &'static [Scope] {
        if self.is_card {
            &[Scope::Viewer, Scope::ModelVersion, Scope::List, Scope::Everywhere]
        } else {
            &[Scope::ModelVersion, Scope::List, Scope::Everywhere]
        }
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.arrange(cx);
        self.refresh(cx);
    }

    fn cover(&mut self, _: &mut Cx<'_>) {}

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.version.give_up(cx);
        self.kin.give_up(cx);
        self.card.give_up(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        if !self.is_card {
            let height = self.height(cx.body);
            if self.cursor.act(action, self.rows.len(), height) {
                return;
            }
            return match action {
                Action::Open => self.follow(cx),
                action => self.act_anywhere(action, cx),
            };
        }
        let area = self.card_area(cx.body);
        let acted = match (self.card.shown_mut(), action) {
            (_, Action::Back | Action::NextPane | Action::PreviousPane) | (None, _) => Acted::Nothing,
            (Some(viewer), action) => viewer.act(action, area),
        };
        match acted {
            Acted::Done => {}
            Acted::Open(title, viewer) => cx.go = Some(Go::To(Box::new(ValuePage::of(title, *viewer)))),
            Acted::Nothing => self.act_anywhere(action, cx),
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
        let is_card = self.card_frame(cx.body).is_some_and(|frame| frame.contains(at));
        if mouse.kind == MouseKind::Press {
            self.is_card = is_card;
        }
        if is_card {
            let area = self.card_area(cx.body);
            match (self.card.shown_mut(), mouse.kind) {
                (Some(viewer), MouseKind::ScrollDown) => viewer.wheel(WHEEL, area),
                (Some(viewer), MouseKind::ScrollUp) => viewer.wheel(-WHEEL, area),
                _ => {}
            }
            return;
        }
        let height = self.height(cx.body);
        if self.cursor.point(&mouse, self.rows.len(), height) == Pointed::Opened {
            self.follow(cx);
        }
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.version.awaits(ticket)
            || self.kin.awaits(ticket)
            || self.card.awaits(ticket)
            || self.editing.awaits(ticket)
            || self.take_back.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        if self.editing.awaits(reply.ticket) {
            match self.editing.take(reply, cx) {
                Some(Edited::Deleted) => cx.go = Some(Go::Back),
                Some(_) => self.refresh(cx),
                None => {}
            }
            return;
        }
        if self.take_back.awaits(reply.ticket) {
            if self.take_back.take(reply, cx).is_some() {
                self.refresh(cx);
            }
            return;
        }
        let (is_card, is_kin) = (self.card.awaits(reply.ticket), self.kin.awaits(reply.ticket));
        match reply.answer {
            Ok(Answer::Registry(Told::Version(version))) => {
                self.version.show(*version, reply.at);
                self.ask_kin(cx);
            }
            Ok(Answer::Registry(Told::Kin(kin))) => self.kin.show(*kin, reply.at),
            Ok(Answer::Registry(Told::Card(preview))) => {
                self.card.show(Viewer::of_preview(*preview), reply.at);
            }
            Ok(_) => {}
            Err(failure) if is_card => self.card.fail(failure),
            Err(failure) if is_kin => self.kin.fail(failure),
            Err(failure) => self.version.fail(failure),
        }
        self.arrange(cx);
    }

    fn woken(&mut self, _: Ticket, _: &mut Cx<'_>) {}

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.cursor.keep_in_view(self.rows.len(), self.height(cx.body));
    }

    fn freshness(&self) -> Freshness<'_> {
        let is_gone = |kind| kind == FailureKind::NotFound;
        Freshness {
            as_of: self.version.as_of(),
            is_over: false,
            is_reading: self.version.is_asking() && self.version.as_of().is_none(),
            failure: self
                .version
                .failure()
                .or_else(|| self.kin.failure().filter(|failure| !is_gone(failure.kind()))),
        }
    }

    fn web_page(&self) -> Option<WebPage> {
        Some(WebPage::ModelVersion(
            self.name.to_string(),
            self.number.to_string(),
        ))
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_page(area, buf, look);
    }
}
