//! The table of runs of an experiment, or of several.
//!
//! ```text
//!  flowdeck › Experiments › churn                        lab/mlflow.db  as of 16:05:12
//!  124 runs · 2 marked · active · 3 running · filter metrics.auc > 0.8    metrics.auc 5/40
//!   Run          Status      Started      Duration   auc ▼↑?  loss ↓?  lr
//! ● blue-fox     ✓ FINISHED  16:01:10     12.5 s      ★0.971   0.21    0.01
//!   calm-owl     ✗ FAILED    15:58:31     3.1 s                        0.1
//! ```
//!
//! What the table knows and how it is arranged is `surface::run_table`; here are the cursor, the columns in view, and
//! what is asked of the store.

mod act;
mod arranged;
mod change;
mod choose;
mod columns;
mod draw;
mod find;
#[cfg(test)]
mod journeys;
mod load;
mod marks;
mod sparks;
#[cfg(test)]
mod tests;
mod views;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::port::View;
use flowdeck_surface::client::tracking::{Experiment, LoggedModel, Run, RunStatus, TraceInfo};
use flowdeck_surface::client::{RunId, Timestamp, Warning};
use flowdeck_surface::run_table::{Anchor, RunTable, Slot};
use flowdeck_surface::web::WebPage;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::catalog::Catalog;
use super::run::RunPage;
use super::{Freshness, Screen};
use crate::app::arrangement::Arrangement;
use crate::app::changing::Changing;
use crate::app::context::{Cx, Go, Look};
use crate::app::key::Key;
use crate::app::live::{Alarm, Pace};
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Mouse, MouseKind, Reply};
use crate::app::ticket::Ticket;
use crate::app::typing::Typing;
use crate::app::widgets::cursor::{Cursor, Pointed};
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::prompt::Prompt;
use crate::app::widgets::table::Table;
use choose::OpenChooser;
use columns::Columns;
use sparks::Sparks;
use views::Views;

/// The screen of runs.
pub(crate) struct Runs {
    experiments: Vec<Experiment>,
    table: RunTable,
    /// The first runs with all that was logged of them: they tell which columns there are.
    sample: Loadable<()>,
    /// The runs, with what the columns in view show.
    list: Loadable<()>,
    /// All that was logged of all of them.
    survey: Loadable<()>,
    /// Whether that was read, or tried, since other runs were asked for.
    is_surveyed: bool,
    /// What the store passed over.
    skipped: Vec<Warning>,
    columns: Columns,
    sparks: Sparks,
    /// MLflow's search language; the store judges it.
    filter: String,
    view: View,
    typing: Typing,
    chooser: Option<OpenChooser>,
    changing: Changing<RunId>,
    views: Views,
    cursor: Cursor,
    /// Whether the person went to a row: until then the first is selected, whatever comes to stand there.
    is_touched: bool,
    n_running: usize,
    /// Runs that are marked and not in this table.
    n_marked_beyond: usize,
    alarm: Alarm,
    /// When the last answer came.
    now: Timestamp,
}

impl Runs {
    /// The runs of an experiment, of which nothing was asked yet.
    pub(crate) fn of(experiment: Experiment) -> Self {
        Self::of_several(vec![experiment])
    }

    /// The runs of some experiments.
    pub(crate) fn of_several(experiments: Vec<Experiment>) -> Self {
        Self {
            experiments,
            table: RunTable::default(),
            sample: Loadable::default(),
            list: Loadable::default(),
            survey: Loadable::default(),
            is_surveyed: false,
            skipped: Vec::new(),
            columns: Columns::default(),
            sparks: Sparks::default(),
            filter: String::new(),
            view: View::Active,
            typing: Typing::default(),
            chooser: None,
            changing: Changing::default(),
            views: Views::default(),
            cursor: Cursor::default(),
            is_touched: false,
            n_running: 0,
            n_marked_beyond: 0,
            alarm: Alarm::default(),
            now: Timestamp(0),
        }
    }

    /// The run that is selected.
    fn selected(&self) -> Option<Slot> {
        self.table.run_at(self.cursor.selected)
    }

    /// What the selection is on; nothing as long as the person went nowhere.
    fn anchor(&self) -> Option<Anchor> {
        self.table
            .anchor(self.cursor.selected)
            .filter(|_| self.is_touched)
    }

    /// Follows the table after it changed: the selection stays on what it was on, where that is still listed.
    fn settle(&mut self, anchor: Option<Anchor>, cx: &Cx<'_>) {
        let line = anchor.and_then(|anchor| self.table.line_of(&anchor));
        let line = line.unwrap_or(self.cursor.selected);
        self.cursor.select(line, self.table.n_lines(), Self::height(cx));
        self.columns.follow(&self.table, cx.body.width, self.now);
        self.follow_chooser(cx);
    }

    /// Opens the run in hand; a group folds instead.
    fn open_selected(&mut self, cx: &mut Cx<'_>) {
        match self.selected() {
            Some(slot) => {
                let run = Run::bare(self.table.info(slot).clone());
                cx.go = Some(Go::To(Box::new(RunPage::of(run))));
            }
            None => self.act_on_table(Action::Fold, cx),
        }
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

    fn set_alarm(&mut self, took: std::time::Duration, cx: &mut Cx<'_>) {
        let pace = Pace {
            is_moving: self.n_running > 0,
            took,
            n_failures: self.sample.n_failures().max(self.list.n_failures()),
        };
        self.alarm.set(pace, cx);
    }

    /// Sorts by the column whose title was clicked, by its place in view.
    fn click_title(&mut self, place: usize, cx: &mut Cx<'_>) {
        let in_view = self.columns.in_view(&self.table, cx.body.width);
        if let Some(column) = in_view.get(place) {
            self.columns
                .go_to(column.id, &self.table, cx.body.width, self.now);
            self.act_on_table(Action::Sort, cx);
        }
    }
}

impl Screen for Runs {
    fn crumb(&self) -> String {
        match &self.experiments[..] {
            [experiment] => experiment.name.clone(),
            several => format!("{} experiments", several.len()),
        }
    }

    fn scopes(&self) -> &'static [Scope] {
        if self.chooser.is_some() {
            &[Scope::Columns, Scope::List, Scope::Everywhere]
        } else {
            &[Scope::Runs, Scope::List, Scope::Everywhere]
        }
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.take_marks(cx);
        if !self.is_asking() {
            self.refresh(cx);
        }
    }

    fn cover(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        self.sparks.give_up(cx);
    }

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        self.sample.give_up(cx);
        self.list.give_up(cx);
        self.survey.give_up(cx);
        self.sparks.give_up(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        if self.chooser.is_some() {
            return self.act_in_chooser(action, cx);
        }
        if self.cursor.act(action, self.table.n_lines(), Self::height(cx)) {
            self.is_touched = true;
            return self.load_columns_in_view(cx);
        }
        match action {
            Action::Open => self.open_selected(cx),
            Action::Left => self.columns.step(-1, &self.table, cx.body.width, self.now),
            Action::Right => self.columns.step(1, &self.table, cx.body.width, self.now),
            Action::Find => self.typing.begin_find("find", self.table.found_by()),
            Action::Filter => self.begin_filter(),
            Action::View => {
                self.view = match self.view {
                    View::Active => View::Deleted,
                    View::Deleted => View::All,
                    View::All => View::Active,
                };
                self.start_anew(cx);
            }
            Action::Refresh => {
                self.is_surveyed = false;
                self.refresh(cx);
            }
            Action::CopyId => {
                if let Some(slot) = self.selected() {
                    let id = self.table.info(slot).id.clone();
                    cx.copy("run id", id.as_str());
                }
            }
            Action::ListTraces => {
                let catalog = Catalog::<TraceInfo>::of(self.experiments[0].clone());
                cx.go = Some(Go::To(Box::new(catalog)));
            }
            Action::ListModels => {
                let catalog = Catalog::<LoggedModel>::of(self.experiments[0].clone());
                cx.go = Some(Go::To(Box::new(catalog)));
            }
            Action::Columns => self.open_chooser(cx),
            Action::Back => self.go_back(cx),
            Action::Compare => self.compare(cx),
            Action::Plot => self.plot(cx),
            Action::SavedViews => self.ask_views(cx),
            Action::SaveView => self.ask_name_of_view(cx),
            Action::Export => self.ask_name_of_file(cx),
            Action::Rename | Action::Tag | Action::Note | Action::Delete | Action::Restore => {
                self.ask_change(action, cx);
            }
            _ => self.act_on_table(action, cx),
        }
        self.load_columns_in_view(cx);
    }

    fn arrangement(&self) -> Option<Arrangement> {
        Some(self.arranged())
    }

    fn put_back(&mut self, arrangement: &Arrangement, cx: &mut Cx<'_>) {
        self.arrange_as(arrangement, cx);
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.typing.prompt()
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        self.press_typing(key, cx);
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        self.paste_typing(text, cx);
    }

    fn decided(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        self.changing.decided(ticket, decision.clone(), cx);
        self.decided_view(ticket, decision, cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        if self.chooser.is_some() {
            return;
        }
        let height = Self::height(cx);
        match mouse.kind {
            MouseKind::ScrollLeft => self.columns.step(-1, &self.table, cx.body.width, self.now),
            MouseKind::ScrollRight => self.columns.step(1, &self.table, cx.body.width, self.now),
            _ => match self.cursor.point(&mouse, self.table.n_lines(), height) {
                Pointed::Opened => self.open_selected(cx),
                Pointed::Title(place) => self.click_title(place, cx),
                Pointed::Moved => self.is_touched = true,
                Pointed::Elsewhere => {}
            },
        }
        self.load_columns_in_view(cx);
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.sample.awaits(ticket)
            || self.list.awaits(ticket)
            || self.survey.awaits(ticket)
            || self.sparks.awaits(ticket)
            || self.changing.awaits(ticket)
            || self.views.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        if self.sparks.awaits(reply.ticket) {
            match reply.answer {
                Ok(Answer::Sparkline { run, curve, is_last }) => {
                    self.take_sparkline(&run, &curve, is_last, cx);
                }
                Ok(_) => {}
                Err(_) => self.fail_sparklines(),
            }
        } else if self.changing.awaits(reply.ticket) {
            self.take_change(reply, cx);
        } else if self.views.awaits(reply.ticket) {
            self.take_views(reply, cx);
        } else {
            self.take(reply, cx);
        }
    }

    fn woken(&mut self, ticket: Ticket, cx: &mut Cx<'_>) {
        if self.alarm.rang(ticket) {
            self.refresh(cx);
        }
    }

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.cursor.keep_in_view(self.table.n_lines(), Self::height(cx));
        self.columns.follow(&self.table, cx.body.width, self.now);
        self.follow_chooser(cx);
        self.load_columns_in_view(cx);
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.list.as_of(),
            is_reading: self.is_asking() && self.list.as_of().is_none(),
            is_over: false,
            failure: self.list.failure().or_else(|| self.sample.failure()),
        }
    }

    fn lists_runs(&self) -> bool {
        true
    }

    fn web_page(&self) -> Option<WebPage> {
        Some(WebPage::Experiment(self.experiments[0].id.clone()))
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_runs(area, buf, look);
        self.draw_chooser(area, buf, look);
    }
}

/// How many of the listed runs go on.
fn count_running(table: &RunTable) -> usize {
    let listed = table.listed().iter();
    listed
        .filter(|slot| table.info(**slot).status == RunStatus::Running)
        .count()
}
