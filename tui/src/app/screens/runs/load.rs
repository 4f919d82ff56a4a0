//! What is asked of the store, and what becomes of the answers.
//!
//! First some runs with all that was logged of them: they tell which columns there are, and are shown at once. Then all
//! runs with what the columns in view show, and no more. A refresh takes the same way; what is shown stays until the
//! answer is whole.

use flowdeck_surface::client::port::RunFields;
use flowdeck_surface::client::tracking::{RUN_NAME_TAG, Run};
use flowdeck_surface::client::{Failure, ListRequest, RunListRequest, Timestamp};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::run_column::RunColumn;

use super::{Runs, count_running};
use crate::app::context::Cx;
use crate::app::effect::Question;
use crate::app::message::{Answer, Reply};

/// Runs that tell which columns there are.
const N_SAMPLE: usize = 20;

/// Runs that a table holds at most; the summary says so when there are more.
pub(super) const N_HELD: usize = 50_000;

impl Runs {
    pub(super) fn is_asking(&self) -> bool {
        self.sample.is_asking() || self.runs.is_asking()
    }

    pub(super) fn refresh(&mut self, cx: &mut Cx<'_>) {
        self.ask_sample(self.filter.clone(), cx);
    }

    /// Asks anew for what other words or another view would show: nothing that is shown belongs to it.
    pub(super) fn start_anew(&mut self, cx: &mut Cx<'_>) {
        self.runs.forget();
        self.arrange(None, cx);
        self.refresh(cx);
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
        self.n_parts = 0;
        self.asked_columns = self.columns.wanted(cx.body.width, &self.sort);
        let mut asked = self.asked_columns.clone();
        // Stores written before MLflow 1.30 have the name of a run only there.
        asked.push(RunColumn::Tag(RUN_NAME_TAG.into()));
        let request = self.request(self.filter.clone(), N_HELD, RunColumn::fields(&asked));
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
        let selected = self.selected_id();
        match reply.answer {
            Ok(Answer::Runs { runs, is_last, .. }) if is_sample => {
                self.take_sample(runs, is_last, reply.at, cx);
            }
            Ok(Answer::Runs {
                runs,
                warnings,
                is_last,
            }) => {
                self.n_parts += 1;
                self.skipped.extend(warnings);
                self.take_runs(runs, is_last, reply.at);
                if is_last {
                    self.set_alarm(reply.took, cx);
                }
            }
            Ok(_) => {}
            Err(failure) => {
                self.take_failure(failure, is_sample, cx);
                self.set_alarm(reply.took, cx);
            }
        }
        self.arrange(selected, cx);
        self.columns.step(0, cx.body.width);
        // The person may have gone on to other columns meanwhile.
        self.load_columns_in_view(cx);
    }

    fn take_sample(&mut self, runs: Vec<Run>, is_last: bool, at: Timestamp, cx: &mut Cx<'_>) {
        if let Some(filter) = self.keep_tried_filter() {
            self.filter = filter;
            self.runs.forget();
        }
        self.columns.learn(&runs);
        if self.runs.shown().is_none() {
            let all = self.columns.all();
            self.columns.loaded_with(&all, &runs, at);
            self.runs.show_part(runs);
        }
        if is_last {
            self.sample.show((), at);
            self.skipped.clear();
            self.ask_runs(cx);
        }
    }

    /// Of the first answer, what is here is shown; of later ones, what is shown stays until they are whole.
    fn take_runs(&mut self, runs: Vec<Run>, is_last: bool, at: Timestamp) {
        let is_refresh = self.runs.as_of().is_some();
        match self.runs.shown_mut() {
            Some(shown) if !is_refresh && self.n_parts > 1 => shown.extend(runs),
            _ if !is_refresh => self.runs.show_part(runs),
            _ => self.incoming.extend(runs),
        }
        if is_last && is_refresh {
            let whole = std::mem::take(&mut self.incoming);
            self.runs.show(whole, at);
        } else if is_last {
            self.runs.settle(at);
        }
        if is_last || (!is_refresh && self.n_parts == 1) {
            let shown = self.runs.shown().map_or(&[][..], Vec::as_slice);
            self.columns.loaded_with(&self.asked_columns, shown, at);
            self.n_running = count_running(shown);
        }
    }

    /// What is wrong with a filter that was tried stands below it; the table stays as it was.
    fn take_failure(&mut self, failure: Failure, is_sample: bool, cx: &mut Cx<'_>) {
        if is_sample && self.is_trying() {
            self.refuse_tried_filter(Notice::of(&failure));
            self.sample.give_up(cx);
        } else if is_sample {
            self.sample.fail(failure);
        } else {
            self.runs.fail(failure);
        }
    }
}
