//! One thing on a page of its own: a value, a row of a table, a file.
//!
//! ```text
//!  flowdeck › churn › blue-fox › optimizer
//!  {
//!    "name": "adamw",
//! ```

use flowdeck_surface::action::{Action, Scope};
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};

use super::{Freshness, Screen};
use crate::app::context::{Cx, Go, Look};
use crate::app::key::Key;
use crate::app::message::{Mouse, MouseKind, Reply};
use crate::app::ticket::Ticket;
use crate::app::viewer::{Acted, Viewer};
use crate::app::widgets::cursor::WHEEL;
use crate::app::widgets::frame::draw_frame;
use crate::app::widgets::prompt::{Prompt, Typed};
use crate::app::widgets::text::Pieces;

/// One thing on a page of its own.
pub(crate) struct ValuePage {
    title: String,
    viewer: Viewer,
    prompt: Option<Prompt>,
}

impl ValuePage {
    /// The page of a thing, under its title.
    pub(crate) fn of(title: impl Into<String>, viewer: Viewer) -> Self {
        Self {
            title: title.into(),
            viewer,
            prompt: None,
        }
    }

    fn area(body: Rect) -> Rect {
        body.inner(Margin::new(1, 1))
    }
}

impl Screen for ValuePage {
    fn crumb(&self) -> String {
        self.title.clone()
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Viewer, Scope::List, Scope::Everywhere]
    }

    fn appear(&mut self, _cx: &mut Cx<'_>) {}

    fn cover(&mut self, _cx: &mut Cx<'_>) {}

    fn close(&mut self, _cx: &mut Cx<'_>) {}

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        match action {
            Action::Back if !self.viewer.wanted().is_empty() => self.viewer.find("", Self::area(cx.body)),
            Action::Back => cx.go = Some(Go::Back),
            Action::Find => self.prompt = Some(Prompt::new("find", self.viewer.wanted())),
            Action::CopyValue => {
                if let Some((what, text)) = self.viewer.copied() {
                    cx.copy(what, &text);
                }
            }
            _ => {
                if let Acted::Open(title, viewer) = self.viewer.act(action, Self::area(cx.body)) {
                    cx.go = Some(Go::To(Box::new(Self::of(title, *viewer))));
                }
            }
        }
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.prompt.as_ref()
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        match prompt.press(key) {
            Typed::Changed => self.viewer.find(prompt.text(), Self::area(cx.body)),
            Typed::Done => self.prompt = None,
            Typed::Cancelled => {
                self.prompt = None;
                self.viewer.find("", Self::area(cx.body));
            }
            Typed::Nothing | Typed::Passed => {}
        }
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        prompt.paste(text);
        self.viewer.find(prompt.text(), Self::area(cx.body));
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let area = Self::area(cx.body);
        match mouse.kind {
            MouseKind::ScrollDown => self.viewer.wheel(WHEEL, area),
            MouseKind::ScrollUp => self.viewer.wheel(-WHEEL, area),
            MouseKind::Press if area.contains((mouse.column, mouse.row).into()) => {
                let is_selected = self.viewer.point_at(mouse.row - area.y, area);
                if is_selected && mouse.is_double {
                    self.act(Action::Open, cx);
                }
            }
            _ => {}
        }
    }

    fn awaits(&self, _ticket: Ticket) -> bool {
        false
    }

    fn reply(&mut self, _reply: Reply, _cx: &mut Cx<'_>) {}

    fn woken(&mut self, _ticket: Ticket, _cx: &mut Cx<'_>) {}

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.viewer.wheel(0, Self::area(cx.body));
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness::default()
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let mut title = Pieces::new();
        title.add(format!(" {} ", self.title), look.theme.heading());
        let inner = draw_frame(area, &title, true, buf, look);
        self.viewer.draw(inner, true, buf, look);
        crate::app::viewer::draw_foot(&self.viewer, area, inner, "", buf, look);
    }
}
