//! Runs side by side.

use std::sync::{Arc, Mutex, PoisonError};

use flowdeck_client::tracking::Goal;
use flowdeck_client::{Failure, FailureKind, Result, RunId};

use super::{Desk, now};
use crate::clock::Clock;
use crate::compare::{CompareRow, RunComparison};
use crate::contract::{Cell, CompareLine, CompareRequest, CompareRun, CompareView};
use crate::run_column::RunColumn;
use crate::run_table::{ColumnId, delta_of};
use crate::status;

/// Runs that are compared at most, and lines that one window may have.
const MOST_RUNS: usize = 500;
const MOST_LINES: usize = 500;

/// The comparison that was looked at last.
pub(super) struct Compared {
    ids: Vec<String>,
    of: Mutex<RunComparison>,
}

impl Desk {
    pub(super) async fn compare(&self, request: CompareRequest) -> Result<CompareView> {
        if request.runs.len() > MOST_RUNS {
            let message = format!("{} runs are more than can be compared", request.runs.len());
            return Err(Failure::new(FailureKind::InvalidInput, message).with_hint("mark 500 at most"));
        }
        let open = self.opened()?;
        let kept = open
            .compared
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let compared = match kept.filter(|kept| kept.ids == request.runs) {
            Some(kept) => kept,
            None => {
                let ids: Vec<RunId> = request.runs.iter().map(|id| id.as_str().into()).collect();
                let mut comparison = RunComparison::default();
                comparison.show(open.session.runs_by_id(&ids).await?);
                let compared = Arc::new(Compared {
                    ids: request.runs.clone(),
                    of: Mutex::new(comparison),
                });
                *open.compared.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&compared));
                compared
            }
        };
        let mut comparison = compared.of.lock().unwrap_or_else(PoisonError::into_inner);
        arrange(&mut comparison, &request);
        let mut colours = open.colours.lock().unwrap_or_else(PoisonError::into_inner);
        let ids: Vec<RunId> = request.runs.iter().map(|id| id.as_str().into()).collect();
        colours.assign(ids.iter());
        Ok(view(&comparison, &request, |id| colours.of(id)))
    }
}

fn arrange(comparison: &mut RunComparison, request: &CompareRequest) {
    if comparison.shows_all() != request.all {
        comparison.toggle_all();
    }
    if comparison.words() != request.words {
        comparison.find(&request.words);
    }
    let goals = request.goals.iter().filter_map(|(name, word)| {
        let goal = if word == "min" { Goal::Min } else { Goal::Max };
        Some((RunColumn::parse(name).ok()?, goal))
    });
    let goals: Vec<_> = goals.collect();
    comparison.change(|settings| {
        settings.delta = delta_of(&request.delta);
        settings.baseline = request.baseline.as_deref().map(Into::into);
        settings.goals = goals.into_iter().collect();
    });
}

fn view(
    comparison: &RunComparison,
    request: &CompareRequest,
    colour: impl Fn(&RunId) -> usize,
) -> CompareView {
    let (n_keys, n_all) = comparison.counts();
    let table = comparison.table();
    let run = |place: usize| {
        let info = comparison.run(place)?;
        Some(CompareRun {
            id: info.id.to_string(),
            name: comparison.name(place).to_owned(),
            status: status::of_run(&info.status).into(),
            colour: colour(&info.id),
            is_baseline: table.settings().baseline.as_ref() == Some(&info.id),
        })
    };
    let mut metrics = comparison.metrics();
    metrics.sort_by_key(|id| !comparison.differs(*id));
    let lines = comparison
        .rows()
        .iter()
        .skip(request.first)
        .take(request.n.min(MOST_LINES));
    CompareView {
        runs: (0..comparison.n_runs()).filter_map(run).collect(),
        n_lines: comparison.rows().len(),
        n_keys,
        n_all,
        lines: lines.map(|row| line(comparison, row)).collect(),
        metrics: metrics
            .into_iter()
            .map(|id| table.catalog().column(id).title().to_owned())
            .collect(),
    }
}

fn line(comparison: &RunComparison, row: &CompareRow) -> CompareLine {
    match row {
        CompareRow::Title(title) => CompareLine::Title {
            title: (*title).to_owned(),
        },
        CompareRow::Key(id) => key_line(comparison, *id),
    }
}

fn key_line(comparison: &RunComparison, id: ColumnId) -> CompareLine {
    let (clock, now) = (Clock::local(), now());
    let table = comparison.table();
    let column = table.catalog().column(id);
    let cells = (0..comparison.n_runs()).map(|place| {
        let shown = comparison.cell(place, id, &clock, now);
        Cell(shown.text.into_owned(), shown.tone)
    });
    CompareLine::Key {
        name: column.to_string(),
        title: column.title().to_owned(),
        marks: table
            .judged(id)
            .map(|judged| judged.mark().to_owned())
            .unwrap_or_default(),
        is_numeric: column.is_numeric(),
        differs: comparison.differs(id),
        cells: cells.collect(),
    }
}
