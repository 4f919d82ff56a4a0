//! Versions laid side by side: where they come from, metrics, params, tags, signatures.
//!
//! ```text
//!              detector 2         detector 3
//!  Run         calm-owl           blue-fox
//!  Metrics
//!  Metric      detector 2         detector 3         Difference
//!  rmse        0.521              0.499              -0.022
//! ```

#[cfg(test)]
mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::VersionReference;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::registry::compared_sections;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};

use super::value::ValuePage;
use super::{Freshness, Screen};
use crate::app::context::{Cx, Go, Look};
use crate::app::effect::Question;
use crate::app::key::Key;
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Mouse, MouseKind, Reply};
use crate::app::registry::{Asked, Told};
use crate::app::ticket::Ticket;
use crate::app::viewer::block::Block;
use crate::app::viewer::{Acted, Viewer, draw_foot};
use crate::app::widgets::cursor::WHEEL;
use crate::app::widgets::frame::draw_frame;
use crate::app::widgets::message::Message;
use crate::app::widgets::prompt::{Prompt, Typed};
use crate::app::widgets::text::Pieces;

/// Versions laid side by side.
pub(crate) struct VersionsPage {
    references: Vec<VersionReference>,
    compared: Loadable<Viewer>,
    prompt: Option<Prompt>,
}

impl VersionsPage {
    /// These versions, in this order.
    pub(crate) fn of(references: Vec<VersionReference>) -> Self {
        Self {
            references,
            compared: Loadable::default(),
            prompt: None,
        }
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        let asked = Asked::Compare(self.references.clone());
        self.compared.ask(Question::Registry(Box::new(asked)), cx);
    }

    fn area(body: Rect) -> Rect {
        body.inner(Margin::new(1, 1))
    }

    fn wanted(&self) -> &str {
        self.compared.shown().map_or("", Viewer::wanted)
    }

    fn find_words(&mut self, words: &str, cx: &Cx<'_>) {
        if let Some(viewer) = self.compared.shown_mut() {
            viewer.find(words, Self::area(cx.body));
        }
    }
}

impl Screen for VersionsPage {
    fn crumb(&self) -> String {
        let numbers: Vec<_> = self
            .references
            .iter()
            .map(|reference| match reference {
                VersionReference::Number(_, number) => number.to_string(),
                VersionReference::Alias(_, alias) => format!("@{alias}"),
            })
            .collect();
        numbers.join(" and ")
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Viewer, Scope::List, Scope::Everywhere]
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.refresh(cx);
    }

    fn cover(&mut self, _: &mut Cx<'_>) {}

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.compared.give_up(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        match action {
            Action::Back if !self.wanted().is_empty() => self.find_words("", cx),
            Action::Back => cx.go = Some(Go::Back),
            Action::Find => self.prompt = Some(Prompt::new("find", self.wanted())),
            Action::Refresh => self.refresh(cx),
            Action::CopyValue => {
                if let Some((what, text)) = self.compared.shown().and_then(Viewer::copied) {
                    cx.copy(what, &text);
                }
            }
            _ => {
                let viewer = self.compared.shown_mut();
                if let Some(Acted::Open(title, viewer)) =
                    viewer.map(|viewer| viewer.act(action, Self::area(cx.body)))
                {
                    cx.go = Some(Go::To(Box::new(ValuePage::of(title, *viewer))));
                }
            }
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
            Typed::Changed => self.find_words(&text, cx),
            Typed::Done => self.prompt = None,
            Typed::Cancelled => {
                self.prompt = None;
                self.find_words("", cx);
            }
            Typed::Nothing | Typed::Passed => {}
        }
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        prompt.paste(text);
        let words = prompt.text().to_owned();
        self.find_words(&words, cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let area = Self::area(cx.body);
        match (self.compared.shown_mut(), mouse.kind) {
            (Some(viewer), MouseKind::ScrollDown) => viewer.wheel(WHEEL, area),
            (Some(viewer), MouseKind::ScrollUp) => viewer.wheel(-WHEEL, area),
            _ => {}
        }
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.compared.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        match reply.answer {
            Ok(Answer::Registry(Told::Compared(compared))) => {
                let mut blocks = Vec::new();
                for section in compared_sections(&compared, cx.clock) {
                    if !section.title.is_empty() {
                        blocks.push(Block::heading(section.title));
                    }
                    if !section.rows.is_empty() {
                        blocks.push(Block::Rows(section.titles, section.rows));
                    }
                    blocks.extend(section.remark.map(Block::remark));
                }
                self.compared.show(Viewer::of_blocks(blocks), reply.at);
            }
            Ok(_) => {}
            Err(failure) => self.compared.fail(failure),
        }
    }

    fn woken(&mut self, _: Ticket, _: &mut Cx<'_>) {}

    fn resize(&mut self, cx: &mut Cx<'_>) {
        if let Some(viewer) = self.compared.shown_mut() {
            viewer.wheel(0, Self::area(cx.body));
        }
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.compared.as_of(),
            is_over: false,
            is_reading: self.compared.is_asking() && self.compared.shown().is_none(),
            failure: self.compared.failure(),
        }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let mut title = Pieces::new();
        title.add(format!(" Versions {} ", self.crumb()), look.theme.heading());
        let inner = draw_frame(area, &title, true, buf, look);
        match (self.compared.shown(), self.compared.failure()) {
            (Some(viewer), _) => {
                viewer.draw(inner, true, buf, look);
                draw_foot(viewer, area, inner, "", buf, look);
            }
            (None, Some(failure)) => Message::failed(&Notice::of(failure)).draw(inner, buf, look),
            (None, None) => Message::quiet("Reading the versions …", None).draw(inner, buf, look),
        }
    }
}
