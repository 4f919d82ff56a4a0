//! The list of registered models, or of prompts, which the registry keeps beside them.
//!
//! ```text
//!  flowdeck › Experiments › Models                         lab/mlflow.db  as of 16:05:12
//!  3 registered models
//!   Model        Latest  Production  Staging  Aliases        Tags           Changed
//!   detector          3           2           @champion 2    team=vision    16:04
//!   churn             1                                      team=growth    11-14 22:13
//! ```

mod draw;
mod find;
#[cfg(test)]
pub(in crate::app) mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::Listing;
use flowdeck_surface::client::registry::RegisteredModel;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::registry::ModelLine;
use flowdeck_surface::web::WebPage;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::audit::Audit;
use super::registered_model::RegisteredModelPage;
use super::{Freshness, Screen};
use crate::app::context::{Cx, Go, Look};
use crate::app::effect::Question;
use crate::app::key::Key;
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Mouse, Reply};
use crate::app::registry::{Asked, Told};
use crate::app::registry_edit::{Edited, Editing, Subject};
use crate::app::ticket::Ticket;
use crate::app::widgets::cursor::{Cursor, Pointed};
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::prompt::Prompt;
use find::Typing;

/// The list of registered models or prompts.
pub(crate) struct Models {
    /// Whether prompts are listed.
    prompts: bool,
    list: Loadable<Listing<RegisteredModel>>,
    lines: Vec<ModelLine>,
    /// MLflow's search language; the store judges it.
    filter: String,
    /// Letters that models must have.
    find: String,
    typing: Option<Typing>,
    /// The models in view, as places in the list.
    rows: Vec<usize>,
    cursor: Cursor,
    editing: Editing,
    /// The model that is selected once the list has it.
    wanted: Option<String>,
}

impl Models {
    /// The registered models, or the prompts.
    pub(crate) fn of(prompts: bool) -> Self {
        Self {
            prompts,
            list: Loadable::default(),
            lines: Vec::new(),
            filter: String::new(),
            find: String::new(),
            typing: None,
            rows: Vec::new(),
            cursor: Cursor::default(),
            editing: Editing::default(),
            wanted: None,
        }
    }

    fn ask(&mut self, filter: String, cx: &mut Cx<'_>) {
        let prompts = self.prompts;
        let asked = Asked::Models { filter, prompts };
        self.list.ask(Question::Registry(Box::new(asked)), cx);
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        self.ask(self.filter.clone(), cx);
    }

    fn selected(&self) -> Option<&RegisteredModel> {
        let &place = self.rows.get(self.cursor.selected)?;
        self.list.shown()?.items.get(place)
    }

    fn open(&self, cx: &mut Cx<'_>) {
        if let Some(model) = self.selected() {
            cx.go = Some(Go::To(Box::new(RegisteredModelPage::of(model.name.clone()))));
        }
    }

    fn edit(&mut self, action: Action, cx: &mut Cx<'_>) {
        if self.prompts {
            return cx.say("Prompts are only read here: MLflow's own client changes them.");
        }
        let subject = match (action, self.selected()) {
            (Action::Create, _) => Subject::Nothing,
            (_, Some(model)) => Subject::Model(Box::new(model.clone()), None),
            (_, None) => return cx.say("There is no registered model to change here."),
        };
        self.editing.ask(action, subject, None, cx);
    }
}

impl Screen for Models {
    fn crumb(&self) -> String {
        if self.prompts { "Prompts" } else { "Models" }.to_owned()
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Models, Scope::List, Scope::Everywhere]
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.refresh(cx);
    }

    fn cover(&mut self, _: &mut Cx<'_>) {}

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.list.give_up(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        if self.cursor.act(action, self.rows.len(), Self::height(cx)) {
            return;
        }
        match action {
            Action::Open => self.open(cx),
            Action::Find => self.begin_find(),
            Action::Filter => self.begin_filter(),
            Action::Refresh => self.refresh(cx),
            Action::AuditLog => cx.go = Some(Go::To(Box::new(Audit::of(None)))),
            Action::CopyId => {
                if let Some(model) = self.selected() {
                    cx.copy("name", model.name.as_str());
                }
            }
            Action::Create
            | Action::Rename
            | Action::Describe
            | Action::SetTag
            | Action::RemoveTag
            | Action::Delete => self.edit(action, cx),
            Action::Back => self.go_back(cx),
            _ => {}
        }
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.typing.as_ref().map(Typing::prompt)
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        self.press_typing(key, cx);
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        self.paste_typing(text, cx);
    }

    fn decided(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        self.editing.decide(ticket, decision.as_ref(), cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        if self.cursor.point(&mouse, self.rows.len(), Self::height(cx)) == Pointed::Opened {
            self.open(cx);
        }
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.list.awaits(ticket) || self.editing.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        if self.editing.awaits(reply.ticket) {
            match self.editing.take(reply, cx) {
                Some(Edited::Created(name) | Edited::Renamed(name)) => self.wanted = Some(name.to_string()),
                Some(_) => {}
                None => return,
            }
            return self.refresh(cx);
        }
        let selected = self
            .wanted
            .take()
            .or_else(|| self.selected().map(|model| model.name.to_string()));
        match reply.answer {
            Ok(Answer::Registry(Told::Models(listing))) => {
                self.keep_tried_filter();
                self.lines = listing.items.iter().map(ModelLine::of).collect();
                self.list.show(listing, reply.at);
            }
            Ok(_) => {}
            Err(failure) if self.is_trying() => {
                self.refuse_tried_filter(Notice::of(&failure));
                self.list.give_up(cx);
            }
            Err(failure) => self.list.fail(failure),
        }
        self.arrange(selected.as_deref(), cx);
    }

    fn woken(&mut self, _: Ticket, _: &mut Cx<'_>) {}

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

    fn web_page(&self) -> Option<WebPage> {
        (!self.prompts).then_some(WebPage::Models)
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_list(area, buf, look);
    }
}
