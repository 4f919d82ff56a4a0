//! What is asked of the store, in the order that [`flowdeck_surface::run_reading`] says, and what becomes of the answers.
//!
//! A refresh reads what is in view; what is shown stays until the answer is whole.

use flowdeck_surface::client::port::{RunFields, StoreKind};
use flowdeck_surface::client::tracking::Run;
use flowdeck_surface::client::{Failure, ListRequest, RunListRequest};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::run_reading::{N_HELD, N_SAMPLE, SURVEY_PAGE, is_survey_quick, list_fields, list_page};

use super::{Runs, count_running};
use crate::app::context::Cx;
use crate::app::effect::Question;
use crate::app::message::{Answer, Reply};

impl Runs {
    pub(super) fn is_asking(&self) -> bool {
        self.sample.is_asking() || self.list.is_asking()
    }

    pub(super) fn refresh(&mut self, cx: &mut Cx<'_>) {
        self.ask_sample(self.filter.clone(), cx);
    }

    /// Asks anew for what other words or another view would show: nothing that is listed belongs to it.
    pub(super) fn start_anew(&mut self, cx: &mut Cx<'_>) {
        self.forget_list(cx);
        self.settle(None, cx);
        self.refresh(cx);
    }

    fn forget_list(&mut self, cx: &mut Cx<'_>) {
        self.table.forget_list();
        self.list.forget();
        self.survey.give_up(cx);
        self.is_surveyed = false;
    }

    /// Asks for the first runs that pass a filter, which may be one that is only tried.
    pub(super) fn ask_sample(&mut self, filter: String, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        self.list.give_up(cx);
        let request = self.request(filter, N_SAMPLE, RunFields::all());
        self.sample.ask(Question::Runs(Box::new(request)), cx);
    }

    /// Asks for all runs; with `is_more`, only for columns that the list lacks.
    fn ask_list(&mut self, is_more: bool, cx: &mut Cx<'_>) {
        let is_local = cx.store != StoreKind::Server;
        let fields = if is_local {
            let mut wanted = self.columns.wanted(&self.table, cx.body.width);
            wanted.extend(self.table.needed());
            wanted.sort_unstable();
            wanted.dedup();
            if is_more {
                self.table.begin_reading_more(&wanted);
            } else {
                self.table.begin_reading(Some(&wanted));
            }
            list_fields(&self.table, &wanted)
        } else {
            self.table.begin_reading(None);
            RunFields::all()
        };
        let mut request = self.request(self.filter.clone(), N_HELD, fields);
        request.page_size = list_page(cx.store, &self.filter);
        self.list.ask(Question::Runs(Box::new(request)), cx);
    }

    /// Reads on where the person went to columns that were not read.
    pub(super) fn load_columns_in_view(&mut self, cx: &mut Cx<'_>) {
        if !self.is_asking() && self.table.is_whole() && self.columns.lacks(&self.table, cx.body.width) {
            self.alarm.clear(cx);
            self.ask_list(true, cx);
        }
        self.load_sparklines(cx);
    }

    /// Reads all that was logged of the runs that are listed, unless it is known or would take long and nobody asked.
    pub(super) fn begin_survey(&mut self, is_wanted: bool, cx: &mut Cx<'_>) {
        let is_quick = is_survey_quick(cx.store, self.table.counts().1);
        let is_known = self.table.is_all_known() || self.is_surveyed || self.survey.is_asking();
        if is_known || !self.table.is_whole() || !(is_quick || is_wanted) {
            return;
        }
        self.table.begin_survey();
        let mut request = self.request(self.filter.clone(), N_HELD, RunFields::all());
        request.page_size = Some(SURVEY_PAGE);
        self.survey.ask(Question::Runs(Box::new(request)), cx);
    }

    fn request(&self, filter: String, limit: usize, fields: RunFields) -> RunListRequest {
        RunListRequest {
            list: ListRequest {
                filter,
                view: self.view,
                limit: Some(limit),
                ..ListRequest::default()
            },
            experiments: self
                .experiments
                .iter()
                .map(|experiment| experiment.id.clone())
                .collect(),
            fields,
            page_size: None,
        }
    }

    pub(super) fn take(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        self.now = self.now.max(reply.at.at);
        let anchor = self.anchor();
        match reply.answer {
            Ok(Answer::Runs { runs, is_last, .. }) if self.survey.awaits(reply.ticket) => {
                self.table.take_survey(&runs);
                if is_last {
                    self.table.finish_survey();
                    self.survey.show((), reply.at);
                    self.is_surveyed = true;
                }
            }
            Ok(Answer::Runs { runs, is_last, .. }) if self.sample.awaits(reply.ticket) => {
                self.take_sample(&runs, cx);
                if is_last {
                    self.sample.show((), reply.at);
                    self.skipped.clear();
                    self.settle(anchor.clone(), cx);
                    self.ask_list(false, cx);
                }
            }
            Ok(Answer::Runs {
                runs,
                warnings,
                is_last,
            }) => {
                self.skipped.extend(warnings);
                self.table.take(runs);
                if is_last {
                    self.table.finish_reading();
                    self.list.show((), reply.at);
                    self.n_running = count_running(&self.table);
                    self.set_alarm(reply.took, cx);
                    self.begin_survey(false, cx);
                }
                self.n_running = count_running(&self.table);
                self.columns.remeasure(&self.table, cx.body.width, self.now);
            }
            Ok(_) => {}
            Err(failure) => {
                self.take_failure(failure, reply.ticket, cx);
                self.set_alarm(reply.took, cx);
            }
        }
        self.take_marks(cx);
        self.settle(anchor, cx);
        // The person may have gone on to other columns meanwhile.
        self.load_columns_in_view(cx);
    }

    fn take_sample(&mut self, runs: &[Run], cx: &mut Cx<'_>) {
        if let Some(filter) = self.typing.keep_tried() {
            self.filter = filter;
            self.forget_list(cx);
        }
        self.table.learn(runs);
    }

    /// What is wrong with a filter that was tried stands below it; the table stays as it was.
    fn take_failure(&mut self, failure: Failure, ticket: crate::app::ticket::Ticket, cx: &mut Cx<'_>) {
        if self.survey.awaits(ticket) {
            // What was in view was read; a refresh will say what is the matter.
            self.survey.fail(failure);
            self.is_surveyed = true;
        } else if self.sample.awaits(ticket) && self.typing.is_trying() {
            self.typing.refuse_tried(Notice::of(&failure));
            self.sample.give_up(cx);
        } else if self.sample.awaits(ticket) {
            self.sample.fail(failure);
        } else {
            self.list.fail(failure);
        }
    }
}
