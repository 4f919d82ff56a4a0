//! What keys do to runs.

use std::path::Path;

use flowdeck_surface::action::Action;
use flowdeck_surface::client::logs::LogTarget;
use flowdeck_surface::client::port::View;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::pipelines::{PipelineRunLine, runs_in_csv};

use super::{Exporting, ORDERS, PipelineRuns};
use crate::app::context::{Cx, Go};
use crate::app::effect::Question;
use crate::app::fetch::not_empty;
use crate::app::pipelines::acting::confirm_runs;
use crate::app::pipelines::launching::Purpose;
use crate::app::pipelines::{Deed, RunDeed, TemplateOf};
use crate::app::screens::logs::LogScreen;
use crate::app::screens::pipeline_compare::PipelineCompare;
use crate::app::screens::pipeline_run::PipelineRunPage;
use crate::app::screens::pipeline_versions::PipelineVersions;
use crate::app::screens::run::RunPage;
use crate::app::ticket::Ticket;
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::dialog::form::{Field, Form};

impl PipelineRuns {
    pub(super) fn open(&self, cx: &mut Cx<'_>) {
        if let Some(line) = self.selected() {
            cx.go = Some(Go::To(Box::new(PipelineRunPage::of_line(line))));
        }
    }

    pub(super) fn act_on_chosen(&mut self, action: Action, cx: &mut Cx<'_>) {
        match action {
            Action::Open => self.open(cx),
            Action::Find => self.begin_find(),
            Action::Filter => self.begin_filter(),
            Action::Refresh => self.read(cx),
            Action::View => {
                self.view = match self.view {
                    View::Active => View::Deleted,
                    View::Deleted => View::All,
                    View::All => View::Active,
                };
                self.read(cx);
            }
            Action::Sort => {
                self.order = (self.order + 1) % ORDERS.len();
                self.read(cx);
            }
            Action::Mark => self.mark(cx),
            Action::CopyId => {
                if let Some(line) = self.selected() {
                    cx.copy("run id", line.id.as_str());
                }
            }
            Action::Compare => self.compare(cx),
            Action::Clone | Action::Schedule => self.launch(action, cx),
            Action::Retry | Action::Terminate | Action::Archive | Action::Delete => self.change(action, cx),
            Action::ToMlflow => self.go_to_mlflow(cx),
            Action::ShowLog => {
                if let Some(line) = self.selected() {
                    let screen = LogScreen::of(LogTarget::Run(line.id.clone()), line.name.clone());
                    cx.go = Some(Go::To(Box::new(screen)));
                }
            }
            Action::ToParent => self.go_to_pipeline(cx),
            Action::Export => self.ask_export(cx),
            Action::Back => self.go_back(cx),
            _ => {}
        }
    }

    fn mark(&mut self, cx: &Cx<'_>) {
        if let Some(id) = self.selected().map(|line| line.id.clone()) {
            if !self.marked.remove(&id) {
                self.marked.insert(id);
            }
            self.cursor.act(Action::Down, self.rows.len(), Self::height(cx));
        }
    }

    fn compare(&self, cx: &mut Cx<'_>) {
        let marked: Vec<&PipelineRunLine> = self
            .lines()
            .iter()
            .filter(|line| self.marked.contains(&line.id))
            .collect();
        match marked.as_slice() {
            [one, other] => {
                let page = PipelineCompare::of([one.id.clone(), other.id.clone()]);
                cx.go = Some(Go::To(Box::new(page)));
            }
            _ => cx.say("Mark two runs with Space, then compare them."),
        }
    }

    fn launch(&mut self, action: Action, cx: &mut Cx<'_>) {
        let purpose = if action == Action::Clone {
            Purpose::Run
        } else {
            Purpose::Schedule
        };
        if let Some(id) = self.selected().map(|line| line.id.clone()) {
            self.launching.begin(TemplateOf::Run(id), purpose, cx);
        }
    }

    fn change(&mut self, action: Action, cx: &mut Cx<'_>) {
        let chosen = self.chosen();
        let Some(first) = chosen.first() else { return };
        let deed = match action {
            Action::Retry => RunDeed::Retry,
            Action::Terminate => RunDeed::Terminate,
            Action::Archive if first.is_archived => RunDeed::Unarchive,
            Action::Archive => RunDeed::Archive,
            _ => RunDeed::Delete,
        };
        if let Some(sentence) = pointless(deed, &chosen) {
            return cx.say(sentence);
        }
        let names: Vec<String> = chosen.iter().map(|line| line.name.clone()).collect();
        let ids = chosen.iter().map(|line| line.id.clone()).collect();
        let (confirm, said) = confirm_runs(deed, &names);
        self.acting.confirm(confirm, Deed::Runs(deed, ids), said, cx);
    }

    fn go_to_mlflow(&self, cx: &mut Cx<'_>) {
        match self.selected().map(|line| line.mlflow_run.clone()) {
            Some(Some(run)) => cx.go = Some(Go::To(Box::new(RunPage::by_id(run)))),
            Some(None) => {
                cx.say("The server names no MLflow run of it; its MLflow plugin, since 2.17, would.");
            }
            None => {}
        }
    }

    fn go_to_pipeline(&self, cx: &mut Cx<'_>) {
        match self.selected().map(|line| line.pipeline_id.clone()) {
            Some(Some(id)) => cx.go = Some(Go::To(Box::new(PipelineVersions::by_id(id)))),
            Some(None) => cx.say("It was made from a package that came with it, not from a pipeline."),
            None => {}
        }
    }

    fn ask_export(&mut self, cx: &mut Cx<'_>) {
        let about = "The runs that are listed, as CSV.";
        let field = Field::text("File", "pipeline-runs.csv").checked(not_empty);
        let form = Form::new("Export", "write").about(about).field(field);
        self.exporting = Some(Exporting::Asking(cx.open_dialog(form)));
    }

    pub(super) fn decide(&mut self, ticket: Ticket, decision: Option<&Decision>, cx: &mut Cx<'_>) {
        if self.acting.decide(ticket, decision, cx) || self.launching.decide(ticket, decision, cx) {
            return;
        }
        let asked = self
            .exporting
            .take_if(|it| matches!(it, Exporting::Asking(own) if *own == ticket));
        let (Some(_), Some(Decision::Fields(fields))) = (asked, decision) else {
            return;
        };
        let name = fields
            .first()
            .map(|name| name.trim().to_owned())
            .unwrap_or_default();
        if Path::new(&name)
            .extension()
            .is_some_and(|ending| !ending.eq_ignore_ascii_case("csv"))
        {
            return cx.complain(Notice::saying(
                "Runs are written as CSV: let the name end in .csv.",
            ));
        }
        let text = runs_in_csv(self.rows.iter().map(|&row| &self.lines()[row]));
        self.exporting = Some(Exporting::Writing(cx.ask(Question::WriteFile(name, text))));
    }
}

/// Why a change would do nothing to any of them.
fn pointless(deed: RunDeed, chosen: &[&PipelineRunLine]) -> Option<&'static str> {
    match deed {
        RunDeed::Retry if chosen.iter().all(|line| line.badge.word != "FAILED") => {
            Some("Only a run that failed can be retried; c starts one like it.")
        }
        RunDeed::Terminate if chosen.iter().all(|line| line.is_over) => Some("It is over already."),
        _ => None,
    }
}
