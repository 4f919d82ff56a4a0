//! The page of a run: its lists on the left, the curve of the selected metric on the right.
//!
//! ```text
//!  flowdeck › Experiments › churn › blue-fox             lab/mlflow.db  as of 16:05:12
//!  ✓ FINISHED  16:01:10 – 16:01:22  12.5 s  ada
//! ╭ Metrics 4  Params 8  Tags  Info  Files ╮╭ auc ─────────────────── step · smooth 0.6 ╮
//! │ auc                     0.971      999 ││ last 0.971 @ 999   min 0.5 @ 0   1,000 …  │
//! │ loss                    0.21       999 ││    1.0┤            ⣀⣀⠤⠤⠒⠒⠒⠉⠉⠉            │
//! │                                        ││    0.5┤⡠⠔⠊⠉                               │
//! ╰────────────────────────────────────────╯╰───────────────────────────────────────────╯
//! ```

mod draw;
mod files;
mod lists;
mod places;
#[cfg(test)]
mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::tracking::{Metric, Run};
use flowdeck_surface::run_catalog::SYSTEM_METRICS;
use flowdeck_surface::web::WebPage;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Freshness, Screen};
use crate::app::chart::{ChartPane, ChartRun};
use crate::app::context::{Cx, Go, Look};
use crate::app::effect::Question;
use crate::app::key::Key;
use crate::app::live::{Alarm, Pace};
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Mouse, MouseKind, Reply};
use crate::app::ticket::Ticket;
use crate::app::widgets::cursor::{Cursor, Pointed};
use crate::app::widgets::prompt::{Prompt, Typed};
use files::Files;
use lists::List;
use places::Places;

/// The page of a run.
pub(crate) struct RunPage {
    run: Loadable<Run>,
    list: List,
    /// Where each list stands, by [`List`].
    cursors: [Cursor; List::ALL.len()],
    /// Words that rows must have.
    find: String,
    prompt: Option<Prompt>,
    /// The rows of the list in view, as indices of what it lists.
    rows: Vec<usize>,
    focus: Focus,
    chart: ChartPane,
    files: Files,
    alarm: Alarm,
}

/// Where keys go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Focus {
    /// To the list.
    List,
    /// To the chart beside the list.
    Chart,
    /// To the chart, which fills the page.
    FullChart,
}

impl RunPage {
    /// The page of a run, of which a table knows a part.
    pub(crate) fn of(run: Run) -> Self {
        let mut known = Loadable::default();
        known.show_part(in_order(run));
        Self {
            run: known,
            list: List::Metrics,
            cursors: [Cursor::default(); List::ALL.len()],
            find: String::new(),
            prompt: None,
            rows: Vec::new(),
            focus: Focus::List,
            chart: ChartPane::default(),
            files: Files::default(),
            alarm: Alarm::default(),
        }
    }

    fn known(&self) -> &Run {
        self.run.shown().expect("a page begins with a run and keeps one")
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        let id = self.known().info.id.clone();
        self.run.ask(Question::Run(id), cx);
    }

    fn set_alarm(&mut self, took: std::time::Duration, cx: &mut Cx<'_>) {
        let n_failures = self.run.n_failures();
        let is_moving = !self.known().info.status.is_terminal();
        // Of a run that is over, nothing more is to come.
        if is_moving || n_failures > 0 {
            let pace = Pace {
                is_moving,
                took,
                n_failures,
            };
            self.alarm.set(pace, cx);
        }
    }

    /// The metric whose curve is in view.
    fn selected_metric(&self) -> Option<&Metric> {
        let metrics = &self.known().metrics;
        if self.list == List::Metrics {
            return metrics.get(*self.rows.get(self.cursor().selected)?);
        }
        let shown = self.chart.key();
        metrics
            .iter()
            .find(|metric| Some(&metric.key) == shown)
            .or(metrics.first())
    }

    /// Lets the chart follow the selected metric, among those that the list shows.
    fn show_curve(&mut self, cx: &mut Cx<'_>) {
        let metrics = &self.known().metrics;
        let keys = match self.list {
            List::Metrics => self.rows.iter().map(|&row| metrics[row].key.clone()).collect(),
            _ => metrics.iter().map(|metric| metric.key.clone()).collect(),
        };
        let selected = self.selected_metric().map(|metric| metric.key.clone());
        let run = ChartRun::whole(self.known());
        self.chart.show(vec![run], keys, selected.as_ref());
        self.chart.load(self.places(cx).curve(), false, cx);
    }

    /// Lets the list follow the chart.
    fn follow_chart(&mut self, cx: &Cx<'_>) {
        let Some(key) = self.chart.key().filter(|_| self.list == List::Metrics) else {
            return;
        };
        let metrics = &self.known().metrics;
        let place = self.rows.iter().position(|&row| metrics[row].key == *key);
        let (n_rows, height) = (self.rows.len(), self.height(cx));
        if let Some(place) = place {
            self.cursor_mut().select(place, n_rows, height);
        }
    }

    fn places(&self, cx: &Cx<'_>) -> Places {
        Places::of(cx.body, self.focus)
    }

    fn act_in_list(&mut self, action: Action, cx: &mut Cx<'_>) {
        let (n_rows, height) = (self.rows.len(), self.height(cx));
        if self.cursor_mut().act(action, n_rows, height) {
            return self.show_curve(cx);
        }
        match action {
            Action::Right => self.show_list(self.list.beside(1), cx),
            Action::Left => self.show_list(self.list.beside(-1), cx),
            Action::Open if self.list == List::Files => self.open_file(cx),
            Action::Open if self.list == List::Metrics => self.focus = Focus::FullChart,
            Action::NextPane | Action::PreviousPane => self.focus = Focus::Chart,
            Action::Back => self.go_back(cx),
            _ => self.act_on_both(action, cx),
        }
    }

    fn act_in_chart(&mut self, action: Action, cx: &mut Cx<'_>) {
        match action {
            Action::Back if self.chart.back() => {}
            Action::NextPane | Action::PreviousPane | Action::Back => self.focus = Focus::List,
            Action::Open => {
                self.focus = if self.focus == Focus::FullChart {
                    Focus::Chart
                } else {
                    Focus::FullChart
                };
            }
            _ => self.act_on_both(action, cx),
        }
    }

    fn act_on_both(&mut self, action: Action, cx: &mut Cx<'_>) {
        match action {
            Action::Find => {
                self.focus = Focus::List;
                self.prompt = Some(Prompt::new("find", &self.find));
            }
            Action::Refresh => {
                self.refresh(cx);
                self.chart.load(self.places(cx).curve(), true, cx);
            }
            Action::CopyId => cx.copy("run id", self.known().info.id.as_str()),
            _ => {
                let area = self.places(cx).curve();
                self.chart.act(action, area, cx);
                self.follow_chart(cx);
            }
        }
    }

    fn go_back(&mut self, cx: &mut Cx<'_>) {
        if !self.find.is_empty() {
            self.find_words(String::new(), cx);
        } else if self.list == List::Files && self.files.can_go_up() {
            self.leave_directory(cx);
        } else {
            cx.go = Some(Go::Back);
        }
    }

    fn find_words(&mut self, words: String, cx: &mut Cx<'_>) {
        self.find = words;
        self.arrange(cx);
        self.show_curve(cx);
    }
}

impl Screen for RunPage {
    fn crumb(&self) -> String {
        match self.known().name() {
            "" => self.known().info.id.to_string(),
            name => name.to_owned(),
        }
    }

    fn scopes(&self) -> &'static [Scope] {
        match self.focus {
            Focus::List => &[Scope::Run, Scope::List, Scope::Chart, Scope::Everywhere],
            Focus::Chart | Focus::FullChart => &[Scope::Chart, Scope::Run, Scope::Everywhere],
        }
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.arrange(cx);
        self.refresh(cx);
        self.show_curve(cx);
    }

    fn cover(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
    }

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        self.run.give_up(cx);
        cx.show_histories(&[], false);
        self.files.give_up(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        match self.focus {
            Focus::List => self.act_in_list(action, cx),
            Focus::Chart | Focus::FullChart => self.act_in_chart(action, cx),
        }
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.prompt.as_ref().or(self.chart.prompt())
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        if self.prompt.is_none() {
            let area = self.places(cx).curve();
            return self.chart.press(key, area, cx);
        }
        let Some(prompt) = &mut self.prompt else { return };
        let typed = prompt.press(key);
        let text = prompt.text().to_owned();
        match (typed, key.name.as_str()) {
            (Typed::Passed, "down") => self.act_in_list(Action::Down, cx),
            (Typed::Passed, "up") => self.act_in_list(Action::Up, cx),
            (Typed::Changed, _) => self.find_words(text, cx),
            (Typed::Done, _) => self.prompt = None,
            (Typed::Cancelled, _) => {
                self.prompt = None;
                self.find_words(String::new(), cx);
            }
            (Typed::Nothing | Typed::Passed, _) => {}
        }
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else {
            return self.chart.paste(text);
        };
        prompt.paste(text);
        let words = prompt.text().to_owned();
        self.find_words(words, cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let places = self.places(cx);
        if places.is_on_chart(mouse.from.0, mouse.from.1) {
            if mouse.kind == MouseKind::Press && self.focus == Focus::List {
                self.focus = Focus::Chart;
            }
            self.chart.on_mouse(&mouse, places.curve(), cx);
            return self.follow_chart(cx);
        }
        self.mouse_on_list(mouse, &places, cx);
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.run.awaits(ticket) || self.chart.awaits(ticket) || self.files.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        if self.chart.awaits(reply.ticket) {
            return self.chart.reply(reply, cx);
        }
        if self.files.awaits(reply.ticket) {
            self.files.reply(reply);
            return self.arrange(cx);
        }
        let took = reply.took;
        match reply.answer {
            Ok(Answer::Run(run)) => self.run.show(in_order(*run), reply.at),
            Ok(_) => {}
            Err(failure) => self.run.fail(failure),
        }
        self.keep_selection(cx);
        self.show_curve(cx);
        self.set_alarm(took, cx);
    }

    fn woken(&mut self, ticket: Ticket, cx: &mut Cx<'_>) {
        if self.alarm.rang(ticket) {
            self.refresh(cx);
        }
    }

    fn resize(&mut self, cx: &mut Cx<'_>) {
        let (n_rows, height) = (self.rows.len(), self.height(cx));
        self.cursor_mut().keep_in_view(n_rows, height);
        self.chart.load(self.places(cx).curve(), false, cx);
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.run.as_of(),
            is_reading: self.run.as_of().is_none() && self.run.is_asking(),
            failure: self.run.failure(),
        }
    }

    fn web_page(&self) -> Option<WebPage> {
        let info = &self.known().info;
        Some(WebPage::Run(info.experiment_id.clone(), info.id.clone()))
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_page(area, buf, look);
    }
}

/// A run with its metrics by key, those of the machine behind its own.
fn in_order(mut run: Run) -> Run {
    run.metrics.sort_by(|one, other| {
        let key = |metric: &Metric| {
            (
                metric.key.as_str().starts_with(SYSTEM_METRICS),
                metric.key.clone(),
            )
        };
        key(one).cmp(&key(other))
    });
    run
}

impl RunPage {
    fn mouse_on_list(&mut self, mouse: Mouse, places: &Places, cx: &mut Cx<'_>) {
        let (n_rows, height) = (self.rows.len(), self.height(cx));
        if mouse.kind == MouseKind::Press {
            self.focus = Focus::List;
            let tab = self.list_at(mouse.column, places);
            let is_above = places.list_rows().is_some_and(|rows| mouse.row < rows.y);
            if let Some(list) = tab.filter(|_| is_above) {
                return self.show_list(list, cx);
            }
        }
        if self.cursor_mut().point(&mouse, n_rows, height) == Pointed::Opened {
            return self.act_in_list(Action::Open, cx);
        }
        self.show_curve(cx);
    }
}
