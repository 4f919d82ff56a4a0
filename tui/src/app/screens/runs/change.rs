//! Changes to runs: what is asked before.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::RunId;
use flowdeck_surface::client::tracking::NOTE_TAG;
use flowdeck_surface::format;
use flowdeck_surface::run_column::{RunColumn, Value};
use flowdeck_surface::tone::Tone;

use super::Runs;
use crate::app::changing::{name_form, note_editor, tag_form};
use crate::app::context::Cx;
use crate::app::message::Reply;
use crate::app::widgets::dialog::confirm::Confirm;

/// Names of runs that a confirmation lists.
const N_NAMED: usize = 6;

impl Runs {
    /// Asks the person about a change of the marked runs, or of the run in hand.
    pub(super) fn ask_change(&mut self, action: Action, cx: &mut Cx<'_>) {
        let ids = self.chosen_ids();
        let what = match &ids[..] {
            [] => return cx.say("There is no run to change here."),
            [one] => format!("run {}", self.name_of(one)),
            several => format!("{} marked runs", format::count(several.len())),
        };
        match action {
            Action::Rename if ids.len() > 1 => {
                cx.say("Only one run can be renamed at a time: take the marks first with Ctrl-a.");
            }
            Action::Rename => {
                let form = name_form::<RunId>(format!("Rename {what}"), "rename", &self.name_of(&ids[0]));
                self.changing.ask(action, ids, form, cx);
            }
            Action::Tag => self.changing.ask(action, ids, tag_form(&what), cx),
            Action::Note => {
                let note = match &ids[..] {
                    [one] => self.note_of(one),
                    _ => String::new(),
                };
                self.changing.ask(action, ids, note_editor(&what, &note), cx);
            }
            Action::Delete => {
                let confirm = Confirm::new(format!("Delete {what}?"), "delete");
                let confirm = self.naming(confirm, &ids);
                let confirm = confirm.line("They can be restored with U.", Tone::Muted);
                self.changing.ask(action, ids, confirm, cx);
            }
            _ => {
                let confirm = Confirm::new(format!("Restore {what}?"), "restore").harmless();
                let confirm = self.naming(confirm, &ids);
                self.changing.ask(action, ids, confirm, cx);
            }
        }
    }

    fn naming(&self, mut confirm: Confirm, ids: &[RunId]) -> Confirm {
        for id in ids.iter().take(N_NAMED) {
            confirm = confirm.line(self.name_of(id), Tone::Plain);
        }
        if ids.len() > N_NAMED {
            let rest = format!("and {} more", format::count(ids.len() - N_NAMED));
            confirm = confirm.line(rest, Tone::Muted);
        }
        confirm
    }

    fn name_of(&self, id: &RunId) -> String {
        let name = self.table.slot(id).map(|slot| self.table.info(slot).name.clone());
        name.filter(|name| !name.is_empty())
            .unwrap_or_else(|| id.to_string())
    }

    fn note_of(&self, id: &RunId) -> String {
        let column = self.table.catalog().id(&RunColumn::Tag(NOTE_TAG.into()));
        let value = column
            .zip(self.table.slot(id))
            .map(|(column, slot)| self.table.value(slot, column));
        match value {
            Some(Value::Text(text)) => text.into_owned(),
            _ => String::new(),
        }
    }

    /// A change was made, or not.
    pub(super) fn take_change(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        if self.changing.take(reply, cx) {
            self.is_surveyed = false;
            self.refresh(cx);
        }
    }
}
