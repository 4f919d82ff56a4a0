//! What tests of screens stand on: an app without a terminal, whose keys, answers and frames are values.

use std::time::Duration;

use flowdeck_surface::client::port::{HistoryPart, StoreKind, StoreOrigin};
use flowdeck_surface::client::tracking::{
    Experiment, Lifecycle, Metric, MetricPoint, Param, Run, RunInfo, RunStatus,
};
use flowdeck_surface::client::{Failure, FailureKind, Result, Timestamp};
use flowdeck_surface::clock::Clock;
use flowdeck_surface::text::width_cells;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;

use super::effect::{Effect, Question};
use super::key::Key;
use super::message::{Answer, Mouse, MouseKind, Msg, Reply};
use super::screens::Screen;
use super::state::State;
use super::theme::{Depth, Theme};
use super::ticket::Ticket;
use super::update::{start, update};
use super::view::view;

/// When every answer of a test comes: 2023-11-14 22:13:20 UTC.
pub(crate) const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// An app in a test.
pub(crate) struct Bench {
    pub(crate) state: State,
    /// What was wanted since it was last looked at.
    pub(crate) effects: Vec<Effect>,
}

impl Bench {
    /// An app of this size on a store that is open, with this screen in view.
    pub(crate) fn on(screen: impl Screen + 'static, width: u16, height: u16) -> Self {
        Self::on_kind(StoreKind::Sqlite, screen, width, height)
    }

    /// As [`Bench::on`], on a store of this kind.
    pub(crate) fn on_kind(kind: StoreKind, screen: impl Screen + 'static, width: u16, height: u16) -> Self {
        let area = Rect::new(0, 0, width, height);
        let mut state = State::new(area, Theme::new(Depth::Many), Clock::utc(), None);
        state.now = NOW;
        state.origin = Some(StoreOrigin {
            kind,
            uri: match kind {
                StoreKind::Server => "http://tracking.example:5000".to_owned(),
                _ => "sqlite:////home/ada/lab/mlflow.db".to_owned(),
            },
            version: None,
        });
        state.screens = vec![Box::new(screen)];
        let effects = start(&mut state);
        Self { state, effects }
    }

    /// Presses keys, named and parted by blanks: `j j / l o s s enter`.
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        for name in keys.split_whitespace() {
            self.happen(Msg::Key(Key::named(name)));
        }
        self
    }

    /// Types text, letter by letter.
    pub(crate) fn type_text(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            let name = if letter == ' ' {
                "space".to_owned()
            } else {
                letter.to_string()
            };
            self.happen(Msg::Key(Key::named(&name)));
        }
        self
    }

    /// Clicks on the first place of the frame where this text stands.
    pub(crate) fn click(&mut self, text: &str) -> &mut Self {
        let (column, row) = self.place_of(text);
        self.mouse(Mouse::at(MouseKind::Press, column, row));
        self.mouse(Mouse::at(MouseKind::Release, column, row))
    }

    /// Clicks twice on the first place of the frame where this text stands.
    pub(crate) fn double_click(&mut self, text: &str) -> &mut Self {
        let (column, row) = self.place_of(text);
        self.click(text).mouse(Mouse {
            is_double: true,
            ..Mouse::at(MouseKind::Press, column, row)
        })
    }

    /// Presses the button at one cell, drags to another and lets go.
    #[allow(dead_code, reason = "charts are dragged")]
    pub(crate) fn drag(&mut self, from: (u16, u16), to: (u16, u16)) -> &mut Self {
        self.mouse(Mouse::at(MouseKind::Press, from.0, from.1))
            .mouse(Mouse::at(MouseKind::Drag, to.0, to.1))
            .mouse(Mouse::at(MouseKind::Release, to.0, to.1))
    }

    /// The mouse is used on what the person sees.
    pub(crate) fn mouse(&mut self, mouse: Mouse) -> &mut Self {
        // What stands where is known from the frame.
        self.frame();
        self.happen(Msg::Mouse(mouse));
        self
    }

    /// Column and row of the first place of the frame where this text stands.
    pub(crate) fn place_of(&self, text: &str) -> (u16, u16) {
        let frame = self.frame();
        let found = frame.lines().enumerate().find_map(|(row, line)| {
            // Each line of a test's frame stands in quotes.
            let line = line.strip_prefix('"').unwrap_or(line);
            let byte = line.find(text)?;
            Some((width_cells(&line[..byte]) as u16, row as u16))
        });
        found.unwrap_or_else(|| panic!("{text} in\n{frame}"))
    }

    /// Something happens.
    pub(crate) fn happen(&mut self, msg: Msg) {
        let effects = update(&mut self.state, msg);
        self.effects.extend(effects);
    }

    /// What was wanted since this was last asked.
    pub(crate) fn wanted(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// The questions that are still waited for, oldest first.
    pub(crate) fn asked(&self) -> Vec<(Ticket, Question)> {
        let asked = self.effects.iter().filter_map(|effect| match effect {
            Effect::Ask(ticket, question) => Some((*ticket, question.clone())),
            _ => None,
        });
        asked
            .filter(|(ticket, _)| {
                let state = &self.state;
                state.histories.awaits(*ticket) || state.screens.iter().any(|screen| screen.awaits(*ticket))
            })
            .collect()
    }

    /// Answers a question.
    pub(crate) fn answer(&mut self, ticket: Ticket, answer: Result<Answer>) {
        self.happen(Msg::Reply(Reply {
            ticket,
            at: NOW.into(),
            took: Duration::from_millis(5),
            answer,
        }));
    }

    /// Answers every question that is waited for, and those that come of it, until nothing is asked any more.
    pub(crate) fn answer_all(
        &mut self,
        mut answer: impl FnMut(&Question) -> Vec<Result<Answer>>,
    ) -> &mut Self {
        while let Some((ticket, question)) = self.asked().first().cloned() {
            let answers = answer(&question);
            assert!(!answers.is_empty(), "no answer to {question:?}");
            for one in answers {
                self.answer(ticket, one);
            }
        }
        self
    }

    /// The alarm that was set last rings.
    pub(crate) fn ring(&mut self) -> &mut Self {
        let alarm = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Wake(ticket, _) | Effect::Watch(ticket, _) => Some(*ticket),
            _ => None,
        });
        self.happen(Msg::Woken(alarm.expect("an alarm was set")));
        self
    }

    /// The screen as it would be drawn, as text.
    pub(crate) fn frame(&self) -> String {
        let (width, height) = (self.state.area.width, self.state.area.height);
        let mut terminal =
            Terminal::new(TestBackend::new(width, height)).expect("a test backend never fails");
        terminal
            .draw(|frame| view(&self.state, frame.buffer_mut()))
            .expect("a test backend never fails");
        terminal.backend().to_string()
    }
}

/// The answers that tell a whole history.
pub(crate) fn whole_history(points: Vec<MetricPoint>) -> Vec<Result<Answer>> {
    let parts = [
        HistoryPart::Anew,
        HistoryPart::Points(points),
        HistoryPart::End(None),
    ];
    parts.map(|part| Ok(Answer::History(part))).into()
}

/// A server that does not answer.
pub(crate) fn unreachable() -> Failure {
    Failure::new(
        FailureKind::Unreachable,
        "cannot reach tracking.example: connection refused",
    )
}

/// A run that began a minute before now and took 12.5 seconds.
pub(crate) fn run_info(id: &str, status: RunStatus) -> RunInfo {
    let is_over = status.is_terminal();
    RunInfo {
        id: id.into(),
        experiment_id: "1".into(),
        name: format!("run-{id}"),
        user_id: "ada".into(),
        status,
        start_time: Some(Timestamp(NOW.0 - 60_000)),
        end_time: is_over.then_some(Timestamp(NOW.0 - 47_500)),
        artifact_uri: format!("/lab/mlartifacts/1/{id}/artifacts"),
        lifecycle: Lifecycle::Active,
    }
}

/// A run with these metrics and params.
pub(crate) fn run(id: &str, status: RunStatus, metrics: &[(&str, f64)], params: &[(&str, &str)]) -> Run {
    let mut run = Run::bare(run_info(id, status));
    run.metrics = metrics
        .iter()
        .map(|(key, value)| metric(key, *value, 99))
        .collect();
    let param = |(key, value): &(&str, &str)| Param {
        key: (*key).into(),
        value: (*value).to_owned(),
    };
    run.params = params.iter().map(param).collect();
    run
}

/// The latest value of a metric.
pub(crate) fn metric(key: &str, value: f64, step: i64) -> Metric {
    Metric {
        key: key.into(),
        value,
        timestamp: Timestamp(NOW.0 - 50_000),
        step,
        origin: None,
    }
}

/// An experiment.
pub(crate) fn experiment(id: &str, name: &str) -> Experiment {
    Experiment {
        id: id.into(),
        name: name.to_owned(),
        artifact_location: String::new(),
        lifecycle: Lifecycle::Active,
        creation_time: Some(NOW),
        last_update_time: Some(NOW),
        tags: Vec::new(),
    }
}
