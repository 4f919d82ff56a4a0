//! The table of runs: its window, what actions make of it, the list of its columns.

use std::sync::Arc;

use flowdeck_client::{Failure, FailureKind, Result, Timestamp};

use super::tables::{HeldTable, TableState};
use super::{Desk, now};
use crate::clock::Clock;
use crate::contract::{
    Act, ActRequest, Cell, ChooserEntry, ChooserRequest, ChooserView, ColumnView, FailureView, LineKind,
    LineView, RunIdsRequest, RunsRequest, RunsView, Window,
};
use crate::run_cell::Direction;
use crate::run_column::RunColumn;
use crate::run_table::chooser::{Chooser, Entry, family_of};
use crate::run_table::{ColumnId, Line, RunTable, TableWish};
use crate::text::width_cells;

/// Lines and columns that one window may have.
const MOST_LINES: usize = 500;
const MOST_COLUMNS: usize = 200;

/// Widest that a column is made unasked, in characters.
const WIDEST: usize = 40;

impl Desk {
    pub(super) async fn runs(&self, request: RunsRequest) -> Result<RunsView> {
        let window = Window {
            n_lines: request.window.n_lines.min(MOST_LINES),
            n_columns: request.window.n_columns.min(MOST_COLUMNS),
            ..request.window
        };
        let held = self.held(&request.question, &request.wish, Some(window)).await?;
        let mut state = held.state();
        state.table.be(&request.wish);
        Ok(view(&state, window, &Clock::local(), now()))
    }

    pub(super) async fn run_ids(&self, request: &RunIdsRequest) -> Result<Vec<String>> {
        let held = self.held(&request.question, &request.wish, None).await?;
        let state = held.state();
        let ids = state
            .table
            .listed()
            .iter()
            .map(|slot| state.table.info(*slot).id.to_string());
        Ok(ids.collect())
    }

    pub(super) async fn act(&self, request: ActRequest) -> Result<TableWish> {
        let held = self.held(&request.question, &request.wish, None).await?;
        let mut state = held.state();
        state.table.be(&request.wish);
        act(&mut state.table, request.wish, &request.act)
    }

    pub(super) async fn chooser(&self, request: &ChooserRequest) -> Result<ChooserView> {
        let held = self.held(&request.question, &request.wish, None).await?;
        let mut state = held.state();
        state.table.be(&request.wish);
        let table = &state.table;
        let chooser = Chooser::with(table, &request.words, &request.turned);
        let entries = chooser.entries().iter().enumerate();
        let in_view = entries.skip(request.first).take(request.n.min(MOST_LINES));
        Ok(ChooserView {
            n_entries: chooser.entries().len(),
            entries: in_view.map(|(_, entry)| chooser_entry(entry, table)).collect(),
        })
    }

    async fn held(
        &self,
        question: &crate::contract::RunsQuestion,
        wish: &TableWish,
        window: Option<Window>,
    ) -> Result<Arc<HeldTable>> {
        let open = self.opened()?;
        let held = open.tables.of(question);
        held.look(wish, window);
        held.ready(&open).await?;
        Ok(held)
    }
}

fn view(state: &TableState, window: Window, clock: &Clock, now: Timestamp) -> RunsView {
    let table = &state.table;
    let shown = table.shown();
    let n_pinned = table.n_pinned();
    let rest = shown.get(n_pinned + window.first_column..).unwrap_or_default();
    let ids: Vec<ColumnId> = shown[..n_pinned]
        .iter()
        .chain(rest.iter().take(window.n_columns))
        .copied()
        .collect();
    let lines = window.first_line..(window.first_line + window.n_lines).min(table.n_lines());
    let lines: Vec<LineView> = lines
        .filter_map(|line| line_view(table, line, &ids, clock, now))
        .collect();
    let columns = ids.iter().enumerate().map(|(place, id)| {
        let widest = lines.iter().map(|line| width_cells(&line.cells[place].0)).max();
        column_view(table, *id, widest.unwrap_or(0))
    });
    let (n_listed, n_runs) = table.counts();
    RunsView {
        experiments: state.names.clone(),
        is_whole: table.is_whole(),
        is_all_known: table.is_all_known(),
        as_of: state.read_at.map(|at| clock.compact(at, now)).unwrap_or_default(),
        failure: state.failure.as_ref().map(FailureView::from),
        warnings: state.warnings.clone(),
        n_listed,
        n_runs,
        n_running: state.n_running,
        n_lines: table.n_lines(),
        n_columns: shown.len(),
        n_pinned,
        n_known_columns: table.catalog().columns().len(),
        columns: columns.collect(),
        lines,
        words: words(table),
    }
}

fn column_view(table: &RunTable, id: ColumnId, widest: usize) -> ColumnView {
    let column = table.catalog().column(id);
    let marks = table.title_marks(id);
    let sort = table.settings().sort.iter().find(|sort| sort.column == *column);
    let titled = width_cells(column.title()) + width_cells(&marks) + 2;
    ColumnView {
        name: column.to_string(),
        title: column.title().to_owned(),
        family: family_of(column).to_owned(),
        is_numeric: column.is_numeric(),
        sort: match sort.map(|sort| sort.direction) {
            None => 0,
            Some(Direction::Ascending) => 1,
            Some(Direction::Descending) => -1,
        },
        width_chars: widest.max(titled).min(WIDEST),
        marks,
    }
}

fn line_view(
    table: &RunTable,
    line: usize,
    ids: &[ColumnId],
    clock: &Clock,
    now: Timestamp,
) -> Option<LineView> {
    let of = match table.line(line)? {
        Line::Run {
            slot,
            n_children,
            is_folded,
            ..
        } => {
            let info = table.info(slot);
            LineKind::Run {
                id: info.id.to_string(),
                name: if info.name.is_empty() {
                    info.id.to_string()
                } else {
                    info.name.clone()
                },
                has_children: n_children > 0 && table.settings().group_by.is_empty(),
                is_folded,
                is_baseline: table.baseline() == Some(slot),
            }
        }
        Line::Group { group, is_folded } => {
            let runs = table.group_runs(group).iter();
            LineKind::Group {
                key: table.group_key(group).to_vec(),
                is_folded,
                runs: runs.map(|slot| table.info(*slot).id.to_string()).collect(),
            }
        }
    };
    let cells = ids.iter().map(|id| {
        let shown = table.cell(line, *id, clock, now);
        Cell(shown.text.into_owned(), shown.tone)
    });
    Some(LineView {
        of,
        cells: cells.collect(),
    })
}

/// What sorts, groups and judges, in a few words.
fn words(table: &RunTable) -> String {
    let settings = table.settings();
    let titles = |columns: &mut dyn Iterator<Item = &RunColumn>| -> String {
        let titles: Vec<&str> = columns.map(RunColumn::title).collect();
        titles.join(", ")
    };
    let mut parts = Vec::new();
    if !settings.sort.is_empty() {
        let sorted = titles(&mut settings.sort.iter().map(|sort| &sort.column));
        parts.push(format!("sorted by {sorted}"));
    }
    if !settings.group_by.is_empty() {
        let grouped = titles(&mut settings.group_by.iter());
        parts.push(format!(
            "grouped by {grouped}, {} of each",
            settings.statistic.word()
        ));
    }
    if let Some(slot) = table.baseline() {
        parts.push(format!("against {}", table.info(slot).name));
    }
    if settings.only_differing {
        parts.push("only what differs".to_owned());
    }
    parts.join(" · ")
}

/// What an action makes of how a table is wanted; the table is arranged as `wish` says.
fn act(table: &mut RunTable, wish: TableWish, act: &Act) -> Result<TableWish> {
    let mut next = wish.clone();
    match act {
        Act::Sort(name) => table.sort_by(&RunColumn::parse(name)?),
        Act::SortAlso(name) => table.sort_also_by(&RunColumn::parse(name)?),
        Act::GroupBy(name) => table.toggle_group_by(&RunColumn::parse(name)?),
        Act::Goal(name) => {
            let id = table.column_id(RunColumn::parse(name)?);
            table.step_goal(id);
        }
        Act::Statistic => drop(table.change(|settings| settings.statistic = settings.statistic.next())),
        Act::Nesting => drop(table.change(|settings| settings.nesting = settings.nesting.next())),
        Act::OnlyDiffering => {
            table.change(|settings| settings.only_differing = !settings.only_differing);
        }
        Act::Delta => drop(table.change(|settings| settings.delta = settings.delta.next())),
        Act::Baseline(run) => {
            let line = table
                .line_of_run(run)
                .ok_or_else(|| Failure::new(FailureKind::NotFound, format!("run {run} is not listed")))?;
            table.toggle_baseline(line);
        }
        Act::FoldRun(run) => {
            if let Some(line) = table.line_of_run(run) {
                table.toggle_fold(line);
            }
        }
        Act::FoldGroup(key) => {
            if let Some(line) = table.line_of(&crate::run_table::Anchor::Group(key.clone())) {
                table.toggle_fold(line);
            }
        }
        Act::FoldAll => table.fold_all(),
        Act::Hide(name) => next.hide(name),
        Act::Show(name) => next.show(name),
        Act::Pin(name) => next.toggle_pin(name),
        Act::ResetColumns => {
            next.columns.clear();
            next.shown.clear();
            next.hidden.clear();
            next.pinned.clear();
        }
        Act::ShiftLeft(name) | Act::ShiftRight(name) => {
            let id = table.column_id(RunColumn::parse(name)?);
            if table.shift(id, matches!(act, Act::ShiftRight(_))) {
                let named = table.named_columns().ok_or_else(|| {
                    Failure::new(
                        FailureKind::InvalidInput,
                        "there are too many columns to move one of them",
                    )
                    .with_hint("hide some, or pin this one")
                })?;
                let is_pinned = |column: &String| next.pinned.contains(column);
                (next.pinned, next.columns) = named.into_iter().partition(is_pinned);
                next.columns.extend(next.pinned.iter().cloned());
                next.shown.clear();
                next.hidden.clear();
            }
        }
    }
    Ok(table.wish(&next))
}

fn chooser_entry(entry: &Entry, table: &RunTable) -> ChooserEntry {
    let layout = &table.settings().layout;
    match entry {
        Entry::Group {
            name,
            depth,
            ids,
            is_folded,
        } => ChooserEntry {
            name: match name.as_str() {
                "attributes" => String::new(),
                name if name.contains('.') => format!("{name}*"),
                family => format!("{family}.*"),
            },
            fold: name.clone(),
            title: name
                .rsplit_once('.')
                .map_or(name.as_str(), |(_, prefix)| prefix)
                .to_owned(),
            depth: *depth,
            n_columns: Some(ids.len()),
            n_shown: ids.iter().filter(|id| layout.is_shown(**id)).count(),
            is_folded: *is_folded,
            is_pinned: false,
        },
        Entry::Column { id, depth } => {
            let column = table.catalog().column(*id);
            ChooserEntry {
                name: column.to_string(),
                fold: String::new(),
                title: column.title().to_owned(),
                depth: *depth,
                n_columns: None,
                n_shown: usize::from(layout.is_shown(*id)),
                is_folded: false,
                is_pinned: layout.is_pinned(*id),
            }
        }
    }
}
