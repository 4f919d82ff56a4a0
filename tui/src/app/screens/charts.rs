//! Charts of some runs, whichever list they come from: one metric with all curves in it, or all metrics as a grid.
//!
//! ```text
//!  flowdeck › Experiments › churn › 3 runs                      lab/mlflow.db  as of 16:05:12
//!  loss                                                               step · smooth 0.6
//!  3 curves  367 points
//!     1.0┤⡄
//!        │⠸⣧⡀
//!     0.0┤ ⠈⠙⠒⠒⠒⠒⠒⠒abc
//!        └┬─────────┬───────
//!         0        50     step
//!  at step 21
//!  a blue-fox    0.5325918   b calm-owl   0.2299
//! ```

mod metrics;
#[cfg(test)]
mod tests;

use std::time::Duration;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::tracking::Run;
use flowdeck_surface::client::{Failure, MetricKey, RunId, Timestamp, format};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Freshness, Screen};
use crate::app::arrangement::Arrangement;
use crate::app::chart::{ChartArrangement, ChartPane, ChartRun};
use crate::app::context::{Cx, Go, Look};
use crate::app::effect::Question;
use crate::app::key::Key;
use crate::app::live::{Alarm, Pace};
use crate::app::message::{Answer, Reply};
use crate::app::mouse::Mouse;
use crate::app::ticket::Ticket;
use crate::app::widgets::message::Message;
use crate::app::widgets::prompt::{Prompt, Typed};
use crate::app::widgets::text::Pieces;
use metrics::Metrics;

/// Runs that are read whole, to learn their metrics and how they stand; of more, those that came first.
const LEARNED: usize = 50;
/// Runs that are read at once.
const AT_ONCE: usize = 4;

/// Charts of some runs.
pub(crate) struct ChartScreen {
    runs: Vec<ChartRun>,
    metrics: Metrics,
    pane: ChartPane,
    find: Option<Prompt>,
    /// Runs that are still to be read.
    to_learn: Vec<RunId>,
    learning: Vec<Ticket>,
    /// Why a run could not be read.
    failure: Option<Failure>,
    n_failures: u32,
    /// What the runs that are read in one turn took together.
    spent: Duration,
    /// Which of the runs that go on is read next.
    next_moving: usize,
    as_of: Option<Timestamp>,
    is_reading: bool,
    alarm: Alarm,
}

impl ChartScreen {
    /// Charts of these runs, of which a list knows a part; the metrics named come first, those that the runs have besides
    /// behind them.
    pub(crate) fn for_runs(runs: &[Run], metrics: Vec<MetricKey>) -> Self {
        let runs: Vec<ChartRun> = runs.iter().map(ChartRun::part_of).collect();
        let mut metrics = Metrics::first(metrics);
        for run in &runs {
            metrics.add(run.latest.keys());
        }
        Self {
            to_learn: runs.iter().take(LEARNED).map(|run| run.id.clone()).collect(),
            runs,
            metrics,
            pane: ChartPane::default(),
            find: None,
            learning: Vec::new(),
            failure: None,
            n_failures: 0,
            spent: Duration::ZERO,
            next_moving: 0,
            as_of: None,
            is_reading: true,
            alarm: Alarm::default(),
        }
    }

    /// Where the charts stand: below the line of the title.
    fn area(body: Rect) -> Rect {
        Rect {
            y: body.y + 1.min(body.height),
            height: body.height.saturating_sub(1),
            ..body
        }
    }

    fn show(&mut self, again: bool, cx: &mut Cx<'_>) {
        self.pane.show(self.runs.clone(), self.metrics.found(), None);
        self.pane.load(Self::area(cx.body), again, cx);
        self.look_at_histories(cx);
    }

    fn look_at_histories(&mut self, cx: &Cx<'_>) {
        self.as_of = cx.histories.as_of().or(self.as_of);
        self.is_reading = !self.learning.is_empty() || cx.histories.n_missing() > 0;
    }

    fn learn(&mut self, cx: &mut Cx<'_>) {
        while self.learning.len() < AT_ONCE && !self.to_learn.is_empty() {
            let id = self.to_learn.remove(0);
            self.learning.push(cx.ask(Question::Run(id)));
        }
    }

    /// Reads runs that go on again, some at a time in turn; where they have news, their curves are read on.
    fn refresh(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        let moving: Vec<RunId> = self
            .runs
            .iter()
            .filter(|run| !run.is_over)
            .map(|run| run.id.clone())
            .collect();
        let n_asked = moving.len().min(LEARNED);
        let first = self.next_moving.checked_rem(moving.len()).unwrap_or(0);
        self.next_moving = first + n_asked;
        self.to_learn = moving.into_iter().cycle().skip(first).take(n_asked).collect();
        self.spent = Duration::ZERO;
        self.learn(cx);
        if self.learning.is_empty() {
            self.set_alarm(cx);
        }
    }

    fn set_alarm(&mut self, cx: &mut Cx<'_>) {
        let is_moving = self.runs.iter().any(|run| !run.is_over);
        // Of runs that are over, nothing more is to come.
        if is_moving || self.n_failures > 0 {
            let pace = Pace {
                is_moving,
                took: self.spent,
                n_failures: self.n_failures,
            };
            self.alarm.set(pace, cx);
        }
    }

    fn take(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        self.as_of = reply.answer.is_ok().then_some(reply.at.at).or(self.as_of);
        self.learning.retain(|ticket| *ticket != reply.ticket);
        self.spent += reply.took;
        let had_failed = self.failure.is_some();
        match reply.answer {
            Ok(Answer::Run(run)) => {
                let run = ChartRun::whole(&run);
                self.metrics.add(run.latest.keys());
                if let Some(own) = self.runs.iter_mut().find(|own| own.id == run.id) {
                    *own = run;
                }
                self.failure = None;
                self.n_failures = 0;
            }
            Ok(_) => {}
            Err(failure) => {
                self.failure = Some(failure);
                self.n_failures += 1;
            }
        }
        self.learn(cx);
        // Many runs are learned one after the other: the charts are arranged when the last of some is here.
        if self.learning.is_empty() {
            self.show(had_failed && self.failure.is_none(), cx);
            self.set_alarm(cx);
        }
    }

    fn act_here(&mut self, action: Action, cx: &mut Cx<'_>) {
        match action {
            Action::Back if self.pane.back() => {}
            Action::Back if !self.metrics.words().is_empty() => self.find_words("", cx),
            Action::Back => cx.go = Some(Go::Back),
            Action::Open => drop(self.pane.act(Action::Grid, Self::area(cx.body), cx)),
            Action::Find => self.find = Some(Prompt::new("find", self.metrics.words())),
            Action::Refresh => {
                self.refresh(cx);
                self.show(true, cx);
            }
            _ => drop(self.pane.act(action, Self::area(cx.body), cx)),
        }
    }

    fn find_words(&mut self, words: &str, cx: &mut Cx<'_>) {
        self.metrics.find(words);
        self.show(false, cx);
    }

    fn title(&self, look: &Look<'_>) -> Pieces<'static> {
        let mut line = Pieces::new();
        line.add(self.pane.title(), look.theme.heading());
        if !self.metrics.words().is_empty() {
            let text = format!("   with “{}”", self.metrics.words());
            line.add(text, look.theme.tone(Tone::Accent));
        }
        line
    }
}

impl Screen for ChartScreen {
    fn crumb(&self) -> String {
        match self.runs.as_slice() {
            [run] if !run.name.is_empty() => run.name.clone(),
            runs => format!("{} runs", format::count(runs.len())),
        }
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Chart, Scope::Everywhere]
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.learn(cx);
        self.show(false, cx);
        if self.learning.is_empty() {
            self.refresh(cx);
        }
    }

    fn cover(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
    }

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        for ticket in self.learning.drain(..) {
            cx.give_up(ticket);
        }
        cx.show_histories(&[], false);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        self.act_here(action, cx);
    }

    fn arrangement(&self) -> Option<Arrangement> {
        Some(Arrangement::of((
            self.metrics.words().to_owned(),
            self.pane.arrangement(),
        )))
    }

    fn put_back(&mut self, arrangement: &Arrangement, cx: &mut Cx<'_>) {
        let Some((words, pane)) = arrangement.get::<(String, ChartArrangement)>() else {
            return;
        };
        self.metrics.find(words);
        self.pane.put_back(pane);
        self.show(false, cx);
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.find.as_ref().or(self.pane.prompt())
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.find else {
            return self.pane.press(key, Self::area(cx.body), cx);
        };
        let typed = prompt.press(key);
        let words = prompt.text().to_owned();
        match typed {
            Typed::Changed => self.find_words(&words, cx),
            Typed::Done => self.find = None,
            Typed::Cancelled => {
                self.find = None;
                self.find_words("", cx);
            }
            Typed::Nothing | Typed::Passed => {}
        }
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.find else {
            return self.pane.paste(text);
        };
        prompt.paste(text);
        let words = prompt.text().to_owned();
        self.find_words(&words, cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        self.pane.on_mouse(&mouse, Self::area(cx.body), cx);
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.learning.contains(&ticket) || self.pane.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        if self.pane.awaits(reply.ticket) {
            return self.pane.reply(reply, cx);
        }
        self.take(reply, cx);
    }

    fn histories_changed(&mut self, cx: &mut Cx<'_>) {
        self.look_at_histories(cx);
    }

    fn woken(&mut self, ticket: Ticket, cx: &mut Cx<'_>) {
        if self.alarm.rang(ticket) {
            self.refresh(cx);
        }
    }

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.pane.load(Self::area(cx.body), false, cx);
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.as_of,
            is_reading: self.is_reading,
            is_over: self.runs.iter().all(|run| run.is_over),
            failure: self.failure.as_ref(),
        }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let line = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            height: area.height.min(1),
            ..area
        };
        let title = self.title(look);
        let mut settings = Pieces::new();
        settings.add(self.pane.settings(), look.theme.tone(Tone::Muted));
        if title.width() + settings.width() + 2 <= usize::from(line.width) {
            settings.draw_right(line, buf);
        }
        title.draw(line, buf);
        if self.pane.key().is_none() && !self.metrics.words().is_empty() {
            let hint = Some("Esc shows all of them.");
            return Message::quiet("No metric has these words.", hint).draw(Self::area(area), buf, look);
        }
        self.pane.draw(Self::area(area), true, buf, look);
    }
}
