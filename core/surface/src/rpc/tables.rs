//! Tables of runs as they were read, each for one question to the store.
//!
//! A table is read by a task of its own, in the order that [`crate::run_reading`] says; whoever asks for a window is
//! answered from what is there, and told when there is more.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use flowdeck_client::port::{RunFields, StoreKind};
use flowdeck_client::tracking::{Run, RunStatus};
use flowdeck_client::{ExperimentId, Failure, ListRequest, Result, RunListRequest, Timestamp};
use futures::TryStreamExt;
use tokio::sync::watch;

use super::open::Open;
use super::{now, view_of};
use crate::contract::{RunsQuestion, Topic, Window};
use crate::run_reading::{N_HELD, N_SAMPLE, SURVEY_PAGE, is_survey_quick, list_fields, list_page};
use crate::run_table::{ColumnId, RunTable, TableWish};

/// Tables that are kept, those looked at last.
const MOST_KEPT: usize = 3;

/// How long a first window waits for all runs rather than show the first ones: shorter than a blink.
const PATIENCE: Duration = Duration::from_millis(150);

/// The tables that were read.
#[derive(Default)]
pub(super) struct Tables(Mutex<Vec<Arc<HeldTable>>>);

/// A table and the task that reads it.
pub(super) struct HeldTable {
    pub(super) question: RunsQuestion,
    state: Mutex<TableState>,
    progress: watch::Sender<Progress>,
}

/// What is known of a table.
#[derive(Default)]
pub(super) struct TableState {
    pub(super) table: RunTable,
    wish: TableWish,
    window: Window,
    /// Names of the experiments, in the order asked for.
    pub(super) names: Vec<String>,
    pub(super) is_reading: bool,
    pub(super) is_stale: bool,
    /// Whether only columns that came into view are read, of runs that are listed already.
    is_more: bool,
    /// Whether everything of all runs was read once: a refresh reads what is in view alone.
    is_surveyed: bool,
    pub(super) read_at: Option<Timestamp>,
    /// Why it could not be read again.
    pub(super) failure: Option<Failure>,
    pub(super) warnings: Vec<String>,
    pub(super) n_running: usize,
}

/// How far a table was read for the first time.
#[derive(Clone, Debug)]
enum Progress {
    Nothing,
    /// The first runs are here.
    Some,
    Whole,
    Failed(Failure),
}

impl Tables {
    /// The table of a question; read anew where that is due.
    pub(super) fn of(&self, question: &RunsQuestion) -> Arc<HeldTable> {
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = tables.iter().position(|held| held.question == *question);
        let held = match place {
            Some(place) => tables.remove(place),
            None => Arc::new(HeldTable {
                question: question.clone(),
                state: Mutex::default(),
                progress: watch::channel(Progress::Nothing).0,
            }),
        };
        tables.insert(0, Arc::clone(&held));
        tables.truncate(MOST_KEPT);
        held
    }

    /// What was read may have changed.
    pub(super) fn grow_stale(&self) {
        let tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tables.iter().for_each(|held| held.state().is_stale = true);
    }

    fn forget(&self, held: &Arc<HeldTable>) {
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tables.retain(|known| !Arc::ptr_eq(known, held));
    }
}

impl HeldTable {
    pub(super) fn state(&self) -> MutexGuard<'_, TableState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes up how it is wanted and what is in view.
    pub(super) fn look(&self, wish: &TableWish, window: Option<Window>) {
        let mut state = self.state();
        state.wish.clone_from(wish);
        state.window = window.unwrap_or(state.window);
        state.table.be(wish);
    }

    /// Reads it where that is due, and waits until there is something to show.
    ///
    /// # Errors
    /// Where it cannot be read at all.
    pub(super) async fn ready(self: &Arc<Self>, open: &Arc<Open>) -> Result<()> {
        let mut progress = self.progress.subscribe();
        if self.state().begin() {
            tokio::spawn(read(Arc::clone(open), Arc::clone(self)));
        }
        let is_some = |progress: &Progress| !matches!(progress, Progress::Nothing);
        let is_done = |progress: &Progress| matches!(progress, Progress::Whole | Progress::Failed(_));
        // The sender lives as long as `self`.
        let _ = progress.wait_for(is_some).await;
        let _ = tokio::time::timeout(PATIENCE, progress.wait_for(is_done)).await;
        match &*progress.borrow() {
            Progress::Failed(failure) => Err(failure.clone()),
            _ => Ok(()),
        }
    }
}

impl TableState {
    /// Whether it has to be read; if so, it is being read from now on.
    fn begin(&mut self) -> bool {
        let is_due = !self.is_reading && (self.read_at.is_none() || self.is_stale || self.lacks_columns());
        if is_due {
            self.is_reading = true;
            self.is_more = self.read_at.is_some() && !self.is_stale;
        }
        is_due
    }

    /// Whether columns in view are not known.
    fn lacks_columns(&self) -> bool {
        self.failure.is_none()
            && self.table.is_whole()
            && self.wanted().iter().any(|id| !self.table.is_known(*id))
    }

    /// The columns in view, and those that the table needs.
    fn wanted(&self) -> Vec<ColumnId> {
        let shown = self.table.shown();
        let pinned = &shown[..self.table.n_pinned()];
        let rest = shown
            .get(self.table.n_pinned() + self.window.first_column..)
            .unwrap_or_default();
        let in_view = &rest[..self.window.n_columns.min(rest.len())];
        let mut wanted: Vec<ColumnId> = [pinned, in_view].concat();
        wanted.extend(self.table.needed());
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    /// Begins to read columns that came into view, where those alone are missing; gives what is to be read.
    fn begin_more(&mut self, kind: StoreKind) -> Option<RunFields> {
        if !std::mem::take(&mut self.is_more) || kind == StoreKind::Server {
            return None;
        }
        let wanted = self.wanted();
        self.table.begin_reading_more(&wanted);
        Some(list_fields(&self.table, &wanted))
    }

    /// The table has learnt more: it is arranged as wanted.
    fn settle(&mut self) {
        let wish = self.wish.clone();
        self.table.be(&wish);
        let is_running = |slot: &&u32| self.table.info(**slot).status == RunStatus::Running;
        self.n_running = self.table.listed().iter().filter(is_running).count();
    }
}

/// Reads a table from its first runs to all that was logged of all of them.
async fn read(open: Arc<Open>, held: Arc<HeldTable>) {
    let outcome = list(&open, &held).await;
    if let Err(failure) = outcome {
        let mut state = held.state();
        (state.is_reading, state.is_stale) = (false, false);
        if state.read_at.is_none() {
            drop(state);
            open.tables.forget(&held);
            held.progress.send_replace(Progress::Failed(failure));
        } else {
            state.failure = Some(failure);
            drop(state);
            open.tell(&[Topic::Runs]);
        }
        return;
    }
    let is_due = {
        let state = held.state();
        let is_quick = is_survey_quick(open.session.origin().kind, state.table.counts().1);
        !state.is_surveyed && !state.table.is_all_known() && is_quick
    };
    if is_due {
        // What is in view was read; a refresh will say what is the matter.
        let _ = survey(&open, &held).await;
        held.state().is_surveyed = true;
    }
    held.state().is_reading = false;
    open.tell(&[Topic::Runs]);
}

async fn list(open: &Arc<Open>, held: &Arc<HeldTable>) -> Result<()> {
    let kind = open.session.origin().kind;
    // Nobody else waits for the table while the store is asked.
    let more = {
        let mut state = held.state();
        state.is_stale = false;
        state.begin_more(kind)
    };
    let fields = match more {
        Some(fields) => fields,
        None => begin_anew(open, held, kind).await?,
    };
    read_pages(open, held, fields, kind).await
}

/// Learns from the first runs which columns there are, and shows them; gives what is to be read of all.
async fn begin_anew(open: &Arc<Open>, held: &Arc<HeldTable>, kind: StoreKind) -> Result<RunFields> {
    let question = &held.question;
    let mut names = Vec::new();
    for id in &question.experiments {
        names.push(open.session.experiment(id).await?.name);
    }
    let sample = open
        .session
        .runs(&request(question, N_SAMPLE, RunFields::all()))
        .await?;
    let fields = {
        let mut state = held.state();
        state.names = names;
        state.warnings.clear();
        state.table.learn(&sample.items);
        state.settle();
        let wanted = state.wanted();
        if kind == StoreKind::Server {
            state.table.begin_reading(None);
            RunFields::all()
        } else {
            state.table.begin_reading(Some(&wanted));
            list_fields(&state.table, &wanted)
        }
    };
    held.progress.send_if_modified(|progress| {
        let is_first = matches!(progress, Progress::Nothing);
        if is_first {
            *progress = Progress::Some;
        }
        is_first
    });
    Ok(fields)
}

async fn read_pages(
    open: &Arc<Open>,
    held: &Arc<HeldTable>,
    fields: RunFields,
    kind: StoreKind,
) -> Result<()> {
    let question = &held.question;
    let mut request = request(question, N_HELD, fields);
    request.page_size = list_page(kind, &question.filter);
    let mut pages = open.session.run_pages(request);
    while let Some(page) = pages.try_next().await? {
        let is_first_answer = {
            let mut state = held.state();
            state
                .warnings
                .extend(page.warnings.iter().map(|warning| warning.0.to_string()));
            state.table.take(page.items);
            state.settle();
            !state.table.is_whole()
        };
        if is_first_answer && page.next.is_some() {
            open.tell(&[Topic::Runs]);
        }
    }
    let mut state = held.state();
    state.table.finish_reading();
    state.read_at = Some(now());
    state.failure = None;
    state.settle();
    drop(state);
    held.progress.send_replace(Progress::Whole);
    open.tell(&[Topic::Runs]);
    Ok(())
}

async fn survey(open: &Arc<Open>, held: &Arc<HeldTable>) -> Result<()> {
    held.state().table.begin_survey();
    let mut request = request(&held.question, N_HELD, RunFields::all());
    request.page_size = Some(SURVEY_PAGE);
    let mut pages = open.session.run_pages(request);
    while let Some(page) = pages.try_next().await? {
        let runs: Vec<Run> = page.items;
        held.state().table.take_survey(&runs);
    }
    let mut state = held.state();
    state.table.finish_survey();
    state.settle();
    Ok(())
}

fn request(question: &RunsQuestion, limit: usize, fields: RunFields) -> RunListRequest {
    RunListRequest {
        list: ListRequest {
            filter: question.filter.clone(),
            view: view_of(&question.view),
            limit: Some(limit),
            ..ListRequest::default()
        },
        experiments: question
            .experiments
            .iter()
            .map(|id| ExperimentId::from(id.as_str()))
            .collect(),
        fields,
        page_size: None,
    }
}
