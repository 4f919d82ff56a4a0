//! Changes to experiments: what is asked before.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::ExperimentId;
use flowdeck_surface::client::tracking::Experiment;
use flowdeck_surface::format;
use flowdeck_surface::tone::Tone;

use super::Experiments;
use crate::app::changing::{name_form, note_editor, tag_form};
use crate::app::context::Cx;
use crate::app::message::Reply;
use crate::app::widgets::dialog::confirm::Confirm;

impl Experiments {
    /// Asks the person for the name of a new experiment.
    pub(super) fn ask_creation(&mut self, cx: &mut Cx<'_>) {
        let form = name_form::<ExperimentId>("Create an experiment", "create", "");
        self.changing.ask(Action::Create, Vec::new(), form, cx);
    }

    /// Asks the person about a change of the marked experiments, or of the one in hand.
    pub(super) fn ask_change(&mut self, action: Action, cx: &mut Cx<'_>) {
        let chosen: Vec<Experiment> = self.chosen().into_iter().cloned().collect();
        let what = match &chosen[..] {
            [] => return cx.say("There is no experiment to change here."),
            [one] => format!("experiment {}", one.name),
            several => format!("{} marked experiments", format::count(several.len())),
        };
        let ids = chosen.iter().map(|experiment| experiment.id.clone()).collect();
        match action {
            Action::Rename if chosen.len() > 1 => {
                cx.say("Only one experiment can be renamed at a time: Esc takes the marks.");
            }
            Action::Rename => {
                let form = name_form::<ExperimentId>(format!("Rename {what}"), "rename", &chosen[0].name);
                self.changing.ask(action, ids, form, cx);
            }
            Action::Tag => self.changing.ask(action, ids, tag_form(&what), cx),
            Action::Note => {
                let note = match &chosen[..] {
                    [one] => one.note().unwrap_or_default(),
                    _ => "",
                };
                self.changing.ask(action, ids, note_editor(&what, note), cx);
            }
            Action::Delete => {
                let confirm = self.deletion(&chosen, &what);
                self.changing.ask(action, ids, confirm, cx);
            }
            _ => {
                let confirm = Confirm::new(format!("Restore {what}?"), "restore").harmless();
                self.changing.ask(action, ids, confirm, cx);
            }
        }
    }

    /// Deleting an experiment hides its runs, too: the one that is meant is named by typing it.
    fn deletion(&self, chosen: &[Experiment], what: &str) -> Confirm {
        let n_runs: usize = chosen
            .iter()
            .filter_map(|one| self.activity(&one.id))
            .map(|activity| activity.n_runs)
            .sum();
        let mut confirm = Confirm::new(format!("Delete {what}?"), "delete");
        if n_runs > 0 {
            let noun = if n_runs == 1 { "run goes" } else { "runs go" };
            confirm = confirm.line(
                format!("{} {noun} with it.", format::count(n_runs)),
                Tone::Warning,
            );
        }
        confirm = confirm.line(
            "It can be restored with U, in the view of deleted ones.",
            Tone::Muted,
        );
        match chosen {
            [one] if n_runs > 0 => confirm.typed(one.name.clone()),
            _ => confirm,
        }
    }

    /// A change was made, or not.
    pub(super) fn take_change(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        if self.changing.take(reply, cx) {
            self.marked.clear();
            self.refresh(cx);
        }
    }
}
