//! Two pipeline runs beside each other: what was passed to them, how their tasks came out, how long each took.
//!
//! ```text
//!  flowdeck › Pipeline runs › 2 runs
//!  2 of 5 parameters and 1 of 6 tasks differ
//!                churn-nightly-6         churn-nightly-7
//!  Run           ✓ SUCCEEDED  14m 10s    ✗ FAILED  12m 03s
//!  Parameters
//!  ≠ rows        1000                    5000
//!    seed        42 (default)            42 (default)
//!  Tasks                                                                Longer
//!  ≠ train       ✓ SUCCEEDED   8m 31s    ✗ FAILED   6m 12s          -2m 19s
//! ```

#[cfg(test)]
mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::PipelineRunId;
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::pipelines::{ComparedOutcome, ComparedValue, PipelineRunComparison};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pipeline_run::PipelineRunPage;
use super::{Freshness, Screen};
use crate::app::arrangement::Arrangement;
use crate::app::context::{Cx, Go, Look};
use crate::app::effect::Question;
use crate::app::live::{Alarm, Pace};
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Mouse, Reply};
use crate::app::pipelines::{Asked, Told};
use crate::app::ticket::Ticket;
use crate::app::widgets::cursor::{Cursor, Pointed};
use crate::app::widgets::message::Message;
use crate::app::widgets::table::{GAP, Table, TableCell, TableColumn};
use crate::app::widgets::text::Pieces;

/// Cells of the column that tells how much longer a task took.
const LONGER: u16 = 10;

/// Two pipeline runs beside each other.
pub(crate) struct PipelineCompare {
    ids: [PipelineRunId; 2],
    compared: Loadable<PipelineRunComparison>,
    /// Whether one of them goes on.
    goes_on: bool,
    only_differing: bool,
    rows: Vec<Row>,
    cursor: Cursor,
    alarm: Alarm,
    web: Option<String>,
}

/// What a row tells of, by its place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Row {
    State,
    Parameters,
    Parameter(usize),
    Tasks,
    Task(usize),
}

impl PipelineCompare {
    /// These two, once they are read.
    pub(crate) fn of(ids: [PipelineRunId; 2]) -> Self {
        Self {
            ids,
            compared: Loadable::default(),
            goes_on: true,
            only_differing: false,
            rows: Vec::new(),
            cursor: Cursor::default(),
            alarm: Alarm::default(),
            web: None,
        }
    }

    fn read(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        let asked = Asked::Compare(self.ids.clone());
        self.compared.ask(Question::Pipelines(Box::new(asked)), cx);
    }

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

    fn arrange(&mut self, cx: &Cx<'_>) {
        let Some(compared) = self.compared.shown() else {
            return;
        };
        let all = !self.only_differing;
        let mut rows = vec![Row::State];
        if !compared.parameters.is_empty() {
            rows.push(Row::Parameters);
        }
        let parameters = compared.parameters.iter().enumerate();
        rows.extend(
            parameters
                .filter(|(_, one)| all || one.differs)
                .map(|(at, _)| Row::Parameter(at)),
        );
        if !compared.tasks.is_empty() {
            rows.push(Row::Tasks);
        }
        let tasks = compared.tasks.iter().enumerate();
        rows.extend(
            tasks
                .filter(|(_, one)| all || one.differs)
                .map(|(at, _)| Row::Task(at)),
        );
        self.rows = rows;
        self.cursor.keep_in_view(self.rows.len(), Self::height(cx));
    }

    fn draw_table(&self, compared: &PipelineRunComparison, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let room = area.width.saturating_sub(2 + LONGER + 3 * GAP);
        let name = (room / 4).clamp(12, 44);
        let side = room.saturating_sub(name) / 2;
        let titled = |title: String, width: u16, is_right: bool| TableColumn {
            title: title.into(),
            width,
            is_right,
            ..TableColumn::default()
        };
        let columns = [
            titled(String::new(), name, false),
            titled(compared.sides[0].name.clone(), side, false),
            titled(compared.sides[1].name.clone(), side, false),
            titled("Longer".to_owned(), LONGER, true),
        ];
        let in_table = |row: usize, column: usize| cell(self.rows[row], column, compared);
        let table = Table {
            columns: &columns,
            n_rows: self.rows.len(),
            cursor: self.cursor,
            has_focus: true,
            cell: &in_table,
        };
        table.draw(area, buf, look);
    }

    fn open(&self, cx: &mut Cx<'_>) {
        // The newer run stands on the right; which of the ids that is, its own page tells.
        cx.go = Some(Go::To(Box::new(PipelineRunPage::by_id(self.ids[1].clone()))));
    }
}

/// What stands in a row and column.
fn cell(row: Row, column: usize, compared: &PipelineRunComparison) -> TableCell<'_> {
    let side = column.wrapping_sub(1);
    match (row, column) {
        (Row::State, 0) => TableCell::new("  Run", Tone::Muted),
        (Row::State, 1 | 2) => {
            let one = &compared.sides[side];
            let took = one.took_ms.map(format::duration).unwrap_or_default();
            let text = format!("{} {}  {took}  {}", one.badge.symbol, one.badge.word, one.summary);
            TableCell::new(text, one.badge.tone)
        }
        (Row::Parameters, 0) => TableCell::new("Parameters", Tone::Accent),
        (Row::Tasks, 0) => TableCell::new("Tasks", Tone::Accent),
        (Row::Parameter(at), 0) => {
            let one = &compared.parameters[at];
            named(&one.name, one.differs, 0)
        }
        (Row::Parameter(at), 1 | 2) => {
            let one = &compared.parameters[at];
            value(one.values[side].as_ref(), one.differs)
        }
        (Row::Task(at), 0) => {
            let one = &compared.tasks[at];
            let name = one.place.rsplit('.').next().unwrap_or(&one.place);
            named(name, one.differs, one.depth)
        }
        (Row::Task(at), 1 | 2) => outcome(compared.tasks[at].sides[side].as_ref()),
        (Row::Task(at), _) => longer(compared.tasks[at].longer_ms),
        _ => TableCell::default(),
    }
}

fn named(name: &str, differs: bool, depth: usize) -> TableCell<'static> {
    let mark = if differs { "≠" } else { " " };
    let tone = if differs { Tone::Warning } else { Tone::Plain };
    TableCell::new(format!("{mark} {}{name}", "  ".repeat(depth.min(8))), tone)
}

fn value(value: Option<&ComparedValue>, differs: bool) -> TableCell<'_> {
    match value {
        Some(value) if value.is_default => TableCell::new(format!("{} (default)", value.text), Tone::Muted),
        Some(value) => TableCell::new(
            value.text.as_str(),
            if differs { Tone::Warning } else { Tone::Plain },
        ),
        None => TableCell::new("not given", Tone::Muted),
    }
}

fn outcome(outcome: Option<&ComparedOutcome>) -> TableCell<'_> {
    let Some(outcome) = outcome else {
        return TableCell::new("is not there", Tone::Muted);
    };
    let took = outcome.took_ms.map(format::duration).unwrap_or_default();
    let badge = &outcome.badge;
    let why = if badge.tone == Tone::Good {
        ""
    } else {
        outcome.summary.as_str()
    };
    TableCell::new(
        format!("{} {}  {took}  {why}", badge.symbol, badge.word),
        badge.tone,
    )
}

fn longer(longer_ms: Option<i64>) -> TableCell<'static> {
    match longer_ms {
        Some(0) | None => TableCell::default(),
        Some(more) if more > 0 => TableCell::new(format!("+{}", format::duration(more)), Tone::Warning),
        Some(less) => TableCell::new(format::duration(less), Tone::Good),
    }
}

impl Screen for PipelineCompare {
    fn crumb(&self) -> String {
        "2 runs".to_owned()
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::PipelineCompare, Scope::List, Scope::Everywhere]
    }

    fn is_of_pipelines(&self) -> bool {
        true
    }

    fn web_address(&self) -> Option<String> {
        let base = self.web.as_ref()?.trim_end_matches('/');
        Some(format!(
            "{base}/#/compare?runlist={},{}",
            self.ids[0], self.ids[1]
        ))
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        if self.goes_on {
            self.read(cx);
        }
    }

    fn cover(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
    }

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        self.compared.give_up(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        if self.cursor.act(action, self.rows.len(), Self::height(cx)) {
            return;
        }
        match action {
            Action::OnlyDiffering => {
                self.only_differing = !self.only_differing;
                self.arrange(cx);
            }
            Action::Open => self.open(cx),
            Action::Refresh => self.read(cx),
            Action::Back => cx.go = Some(Go::Back),
            _ => {}
        }
    }

    fn arrangement(&self) -> Option<Arrangement> {
        Some(Arrangement::of(self.only_differing))
    }

    fn put_back(&mut self, arrangement: &Arrangement, cx: &mut Cx<'_>) {
        if let Some(only_differing) = arrangement.get::<bool>() {
            self.only_differing = *only_differing;
            self.arrange(cx);
        }
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        if self.cursor.point(&mouse, self.rows.len(), Self::height(cx)) == Pointed::Opened {
            self.open(cx);
        }
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.compared.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        match reply.answer {
            Ok(Answer::Pipelines(from)) => {
                self.web = from.web;
                if let Told::Compare(both) = from.told {
                    let [(left, left_spec), (right, right_spec)] = &*both;
                    self.goes_on = !(left.state.is_terminal() && right.state.is_terminal());
                    if right.created_at < left.created_at {
                        self.ids = [right.id.clone(), left.id.clone()];
                    }
                    let compared = PipelineRunComparison::of(
                        [left, right],
                        [left_spec.as_deref(), right_spec.as_deref()],
                        reply.at.at,
                    );
                    self.compared.show(compared, reply.at);
                }
            }
            Ok(_) => {}
            Err(failure) => self.compared.fail(failure),
        }
        self.arrange(cx);
        if self.goes_on {
            let pace = Pace {
                is_moving: true,
                took: reply.took,
                n_failures: self.compared.n_failures(),
            };
            self.alarm.set_for_server(pace, cx);
        }
    }

    fn woken(&mut self, ticket: Ticket, cx: &mut Cx<'_>) {
        if self.alarm.rang(ticket) {
            self.read(cx);
        }
    }

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.cursor.keep_in_view(self.rows.len(), Self::height(cx));
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.compared.as_of(),
            is_reading: self.compared.is_asking() && self.compared.shown().is_none(),
            is_over: !self.goes_on,
            failure: self.compared.failure(),
        }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let below = Self::table_area(area);
        match (self.compared.shown(), self.compared.failure()) {
            (None, Some(failure)) => Message::failed(&Notice::of(failure)).draw(below, buf, look),
            (None, None) => Message::quiet("Asking the server of pipelines …", None).draw(below, buf, look),
            (Some(compared), _) => {
                let line = Rect {
                    x: area.x + 1,
                    width: area.width.saturating_sub(1),
                    ..area
                };
                summary(compared, self.only_differing, look).draw(line, buf);
                self.draw_table(compared, below, buf, look);
            }
        }
    }
}

fn summary(compared: &PipelineRunComparison, only_differing: bool, look: &Look<'_>) -> Pieces<'static> {
    let mut line = Pieces::new();
    let (n_parameters, n_tasks) = (compared.parameters.len(), compared.tasks.len());
    line.add(
        format!(
            "{} of {n_parameters} parameters and {} of {n_tasks} tasks differ",
            compared.n_different_parameters(),
            compared.n_different_tasks()
        ),
        look.theme.heading(),
    );
    if only_differing {
        line.add(" · only what differs", look.theme.tone(Tone::Accent));
    }
    line
}
