//! What is asked of the store, and what becomes of the answers.
//!
//! First some runs with all that was logged of them: they tell which columns there are, and are shown at once. Then all
//! runs with what the columns in view show, and no more. A refresh takes the same way; what is shown stays until the
//! answer is whole.

use flowdeck_surface::client::port::{RunFields, StoreKind};
use flowdeck_surface::client::tracking::Run;
use flowdeck_surface::client::{FailureKind, ListRequest, RunListRequest};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::run_column::RunColumn;

use super::{Runs, Typing, count_running};
use crate::app::context::Cx;
use crate::app::effect::Question;
use crate::app::message::{Answer, Reply};

/// Runs that tell which columns there are.
const N_SAMPLE: usize = 20;

/// Runs that a table holds at most; the summary says when there are more.
pub(super) const N_HELD: usize = 50_000;

impl Runs {
    pub(super) fn is_asking(&self) -> bool {
        self.sample.is_asking() || self.runs.is_asking()
    }

    pub(super) fn refresh(&mut self, cx: &mut Cx<'_>) {
        let filter = self.filter.clone();
        self.ask_sample(filter, cx);
    }

    /// Asks for the first runs that pass a filter, which may be one that is only tried.
    pub(super) fn ask_sample(&mut self, filter: String, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        self.runs.give_up(cx);
        let request = self.request(filter, N_SAMPLE, RunFields::all());
        self.sample.ask(Question::Runs(Box::new(request)), cx);
    }

    fn ask_runs(&mut self, cx: &mut Cx<'_>) {
        self.incoming.clear();
        let fields = fields_of(&self.columns.wanted(cx.body.width));
        let request = self.request(self.filter.clone(), N_HELD, fields);
        self.runs.ask(Question::Runs(Box::new(request)), cx);
    }

    /// Reads on where the person went to columns that were not read.
    pub(super) fn load_columns_in_view(&mut self, cx: &mut Cx<'_>) {
        if !self.is_asking() && self.runs.shown().is_some() && self.columns.lacks(cx.body.width) {
            self.alarm.clear(cx);
            self.ask_runs(cx);
        }
    }

    fn request(&self, filter: String, limit: usize, fields: RunFields) -> RunListRequest {
        RunListRequest {
            list: ListRequest {
                filter,
                view: self.view,
                limit: Some(limit),
                ..ListRequest::default()
            },
            experiments: vec![self.experiment.id.clone()],
            fields,
        }
    }

    pub(super) fn take(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        let is_sample = self.sample.awaits(reply.ticket);
        match reply.answer {
            Ok(Answer::Runs { runs, is_last, .. }) if is_sample => {
                self.sample_is_here(runs, is_last, cx);
            }
            Ok(Answer::Runs { runs, warnings, is_last }) => {
                self.warnings.extend(warnings);
                self.incoming.extend(runs);
                if is_last {
                    let runs = std::mem::take(&mut self.incoming);
                    self.show(runs, reply.at, cx);
                    self.set_alarm(reply.took, cx);
                } else {
                    self.show_first_pages(cx);
                }
            }
            Ok(_) => {}
            Err(failure) => {
                if let Some(Typing::Trying(prompt, _)) = self.typing.take_if(|typing| typing.is_trying()) {
                    self.typing = Some(Typing::Filter(Prompt {
                        fault: Some(Notice::of(&failure)),
                        ..prompt
                    }));
                    self.sample.give_up(cx);
                    self.set_alarm(reply.took, cx);
                    return;
                }
                let may_help = failure.kind() != FailureKind::NotFound;
                if is_sample { self.sample.fail(failure) } else { self.runs.fail(failure) }
                if may_help {
                    self.set_alarm(reply.took, cx);
                }
            }
        }
    }

    /// A sample needs one part; a store that answers in more says which is the last.
    fn sample_is_here(&mut self, runs: Vec<Run>, is_last: bool, cx: &mut Cx<'_>) {
        if let Some(Typing::Trying(_, filter)) = self.typing.take_if(|typing| typing.is_trying()) {
            self.filter = filter;
            self.runs.forget();
            self.rows.clear();
        }
        self.columns.learn(&runs);
        if self.runs.shown().is_none() {
            let all = self.columns.all();
            self.columns.loaded_with(&all, &runs, cx.now);
            self.show_some(runs, cx);
        }
        if is_last {
            self.sample.show((), cx.now);
            self.warnings.clear();
            self.ask_runs(cx);
        }
    }

    /// Shows what is here of the first answer; of later ones, what is shown stays until they are whole.
    fn show_first_pages(&mut self, cx: &mut Cx<'_>) {
        if self.runs.as_of().is_some() {
            return;
        }
        let selected = self.selected_id();
        let wanted = self.columns.wanted(cx.body.width);
        let incoming = std::mem::take(&mut self.incoming);
        let is_first_page = self.columns.n_shown_pages == 0;
        self.columns.n_shown_pages += 1;
        match self.runs.shown_mut() {
            Some(shown) if !is_first_page => shown.extend(incoming),
            Some(shown) => {
                *shown = incoming;
                let runs = self.runs.shown().map_or(&[][..], Vec::as_slice);
                self.columns.loaded_with(&wanted, runs, cx.now);
            }
            None => {}
        }
        self.arrange(selected, cx);
    }
}

fn fields_of(columns: &[RunColumn]) -> RunFields {
    RunColumn::fields(columns)
}
