//! The table of runs of an experiment.
//!
//! ```text
//!  flowdeck › Experiments › churn                        lab/mlflow.db  as of 16:05:12
//!  124 runs · active · 3 running · filter metrics.auc > 0.8               metrics.auc ▼
//!   Run          Status      Started      Duration      auc ▼  loss    lr
//!   blue-fox     ✓ FINISHED  16:01:10     12.5 s       0.971   0.21    0.01
//!   calm-owl     ✗ FAILED    15:58:31     3.1 s                        0.1
//! ```

mod columns;
mod draw;
mod find;
mod load;
mod rows;
#[cfg(test)]
mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::port::View;
use flowdeck_surface::client::tracking::{Experiment, LoggedModel, Run, RunStatus, TraceInfo};
use flowdeck_surface::client::{RunId, Warning};
use flowdeck_surface::run_cell::RunSort;
use flowdeck_surface::run_column::RunColumn;
use flowdeck_surface::web::WebPage;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::catalog::Catalog;
use super::run::RunPage;
use super::{Freshness, Screen};
use crate::app::context::{Cx, Go, Look};
use crate::app::key::Key;
use crate::app::live::{Alarm, Pace};
use crate::app::loadable::Loadable;
use crate::app::message::{Mouse, MouseKind, Reply};
use crate::app::ticket::Ticket;
use crate::app::widgets::cursor::{Cursor, Pointed};
use crate::app::widgets::prompt::Prompt;
use crate::app::widgets::table::Table;
use columns::Columns;
use find::Typing;

/// The screen of runs.
pub(crate) struct Runs {
    experiment: Experiment,
    /// The first runs with all that was logged of them: they tell which columns there are.
    sample: Loadable<()>,
    /// The runs, with what the columns in view show.
    runs: Loadable<Vec<Run>>,
    /// Runs of an answer that is not whole yet.
    incoming: Vec<Run>,
    /// Parts of that answer that are here.
    n_parts: usize,
    asked_columns: Vec<RunColumn>,
    /// What the store passed over.
    skipped: Vec<Warning>,
    columns: Columns,
    sort: Vec<RunSort>,
    /// MLflow's search language; the store judges it.
    filter: String,
    /// Words that rows must have.
    find: String,
    view: View,
    typing: Option<Typing>,
    /// The runs in view, as indices.
    rows: Vec<usize>,
    cursor: Cursor,
    n_running: usize,
    alarm: Alarm,
}

impl Runs {
    /// The runs of an experiment, of which nothing was asked yet.
    pub(crate) fn of(experiment: Experiment) -> Self {
        Self {
            experiment,
            sample: Loadable::default(),
            runs: Loadable::default(),
            incoming: Vec::new(),
            n_parts: 0,
            asked_columns: Vec::new(),
            skipped: Vec::new(),
            columns: Columns::default(),
            sort: Vec::new(),
            filter: String::new(),
            find: String::new(),
            view: View::Active,
            typing: None,
            rows: Vec::new(),
            cursor: Cursor::default(),
            n_running: 0,
            alarm: Alarm::default(),
        }
    }

    /// The run that is selected.
    fn selected(&self) -> Option<&Run> {
        self.runs.shown()?.get(*self.rows.get(self.cursor.selected)?)
    }

    fn selected_id(&self) -> Option<RunId> {
        self.selected().map(|run| run.info.id.clone())
    }

    fn open_selected(&self, cx: &mut Cx<'_>) {
        if let Some(run) = self.selected() {
            cx.go = Some(Go::To(Box::new(RunPage::of(run.clone()))));
        }
    }

    fn sort_by_column_in_hand(&mut self, cx: &mut Cx<'_>) {
        let Some(column) = self.columns.in_hand().cloned() else {
            return;
        };
        let now = self.sort.first().filter(|sort| sort.column == column);
        self.sort = RunSort::next(&column, now.map(|sort| sort.direction))
            .into_iter()
            .collect();
        // Whoever sorts wants to see what comes first.
        self.arrange(None, cx);
        self.cursor.select(0, self.rows.len(), Self::height(cx));
    }

    /// Where the table stands in the body: below one line that sums up.
    fn table_area(body: Rect) -> Rect {
        Rect {
            y: body.y + 1.min(body.height),
            height: body.height.saturating_sub(1),
            ..body
        }
    }

    fn height(cx: &Cx<'_>) -> usize {
        Table::height(Self::table_area(cx.body))
    }

    fn sort_by_title_at(&mut self, column: u16, cx: &mut Cx<'_>) {
        if self.columns.select_at(column, Self::table_area(cx.body)) {
            self.sort_by_column_in_hand(cx);
        }
    }

    fn set_alarm(&mut self, took: std::time::Duration, cx: &mut Cx<'_>) {
        let pace = Pace {
            is_moving: self.n_running > 0,
            took,
            n_failures: self.sample.n_failures().max(self.runs.n_failures()),
        };
        self.alarm.set(pace, cx);
    }
}

impl Screen for Runs {
    fn crumb(&self) -> String {
        self.experiment.name.clone()
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Runs, Scope::List, Scope::Everywhere]
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        if !self.is_asking() {
            self.refresh(cx);
        }
    }

    fn cover(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
    }

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        self.sample.give_up(cx);
        self.runs.give_up(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        if self.cursor.act(action, self.rows.len(), Self::height(cx)) {
            return;
        }
        match action {
            Action::Open => self.open_selected(cx),
            Action::Left => self.columns.step(-1, cx.body.width),
            Action::Right => self.columns.step(1, cx.body.width),
            Action::Sort => self.sort_by_column_in_hand(cx),
            Action::Find => self.typing = Some(Typing::Find(Prompt::new("find", &self.find))),
            Action::Filter => self.typing = Some(Typing::Filter(Prompt::new("filter", &self.filter))),
            Action::View => {
                self.view = match self.view {
                    View::Active => View::Deleted,
                    View::Deleted => View::All,
                    View::All => View::Active,
                };
                self.start_anew(cx);
            }
            Action::Refresh => self.refresh(cx),
            Action::CopyId => {
                if let Some(id) = self.selected_id() {
                    cx.copy("run id", id.as_str());
                }
            }
            Action::ListTraces => {
                let catalog = Catalog::<TraceInfo>::of(self.experiment.clone());
                cx.go = Some(Go::To(Box::new(catalog)));
            }
            Action::ListModels => {
                let catalog = Catalog::<LoggedModel>::of(self.experiment.clone());
                cx.go = Some(Go::To(Box::new(catalog)));
            }
            Action::Back => self.go_back(cx),
            _ => {}
        }
        self.load_columns_in_view(cx);
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

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let height = Self::height(cx);
        match mouse.kind {
            MouseKind::ScrollLeft => self.columns.step(-1, cx.body.width),
            MouseKind::ScrollRight => self.columns.step(1, cx.body.width),
            _ => match self.cursor.point(&mouse, self.rows.len(), height) {
                Pointed::Opened => self.open_selected(cx),
                Pointed::Title(_) => self.sort_by_title_at(mouse.column, cx),
                Pointed::Moved | Pointed::Elsewhere => {}
            },
        }
        self.load_columns_in_view(cx);
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.sample.awaits(ticket) || self.runs.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        self.take(reply, cx);
    }

    fn woken(&mut self, ticket: Ticket, cx: &mut Cx<'_>) {
        if self.alarm.rang(ticket) {
            self.refresh(cx);
        }
    }

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.cursor.keep_in_view(self.rows.len(), Self::height(cx));
        self.columns.step(0, cx.body.width);
        self.load_columns_in_view(cx);
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.runs.as_of(),
            is_reading: self.is_asking() && self.runs.as_of().is_none(),
            failure: self.runs.failure().or_else(|| self.sample.failure()),
        }
    }

    fn lists_runs(&self) -> bool {
        true
    }

    fn web_page(&self) -> Option<WebPage> {
        Some(WebPage::Experiment(self.experiment.id.clone()))
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_runs(area, buf, look);
    }
}

/// How many of some runs go on.
fn count_running(runs: &[Run]) -> usize {
    runs.iter()
        .filter(|run| run.info.status == RunStatus::Running)
        .count()
}
