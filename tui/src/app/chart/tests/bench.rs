//! A chart without a screen around it.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::port::{HistoryMark, HistoryPart, StoreKind};
use flowdeck_surface::client::tracking::{MetricPoint, RunStatus};
use flowdeck_surface::client::{Failure, MetricKey, Policy, Result, Timestamp};
use flowdeck_surface::clock::Clock;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::{ChartPane, ChartRun};
use crate::app::context::{Cx, Look};
use crate::app::effect::{Effect, Question};
use crate::app::histories::Histories;
use crate::app::key::Key;
use crate::app::message::{Answer, Reply};
use crate::app::mouse::Targets;
use crate::app::testing::{NOW, run, unreachable};
use crate::app::theme::{Depth, Theme};
use crate::app::ticket::{Ticket, Tickets};
use crate::app::widgets::picture::Pictures;

/// A chart, what it stands on, and what it wanted.
pub(super) struct ChartBench {
    pub(super) pane: ChartPane,
    pub(super) histories: Histories,
    tickets: Tickets,
    clock: Clock,
    policy: Policy,
    pub(super) area: Rect,
    /// Questions that were not answered yet.
    pub(super) asked: Vec<(Ticket, Question)>,
    pub(super) given_up: Vec<Ticket>,
    pub(super) said: Option<String>,
}

pub(super) fn point(step: i64, value: f64) -> MetricPoint {
    MetricPoint {
        step,
        timestamp: Timestamp(NOW.0 - 100_000 + step * 1_000),
        value,
    }
}

pub(super) fn wave(n_points: i64) -> Vec<MetricPoint> {
    (0..n_points)
        .map(|step| point(step, (step as f64 / 15.0).sin()))
        .collect()
}

/// A run that has ended, with these metrics.
pub(super) fn chart_run(id: &str, keys: &[&str]) -> ChartRun {
    let metrics: Vec<_> = keys.iter().map(|key| (*key, 0.5)).collect();
    ChartRun::whole(&run(id, RunStatus::Finished, &metrics, &[]))
}

impl ChartBench {
    pub(super) fn new(width: u16, height: u16) -> Self {
        Self {
            pane: ChartPane::default(),
            histories: Histories::default(),
            tickets: Tickets::default(),
            clock: Clock::utc(),
            policy: Policy::default(),
            area: Rect::new(0, 0, width, height),
            asked: Vec::new(),
            given_up: Vec::new(),
            said: None,
        }
    }

    /// A chart of one metric with these points.
    pub(super) fn of(points: Vec<MetricPoint>) -> Self {
        let mut bench = Self::new(60, 16);
        bench.show(vec![chart_run("r", &["loss"])], &["loss"]);
        bench.answer_all(|_, _| Ok(points.clone()));
        bench
    }

    pub(super) fn show(&mut self, runs: Vec<ChartRun>, keys: &[&str]) {
        let keys = keys.iter().map(|key| MetricKey::from(*key)).collect();
        self.pane.show(runs, keys, None);
        self.load(false);
    }

    pub(super) fn load(&mut self, again: bool) {
        let area = self.area;
        self.with(|pane, cx| pane.load(area, again, cx));
    }

    /// Lets the chart act.
    pub(super) fn with<T>(&mut self, act: impl FnOnce(&mut ChartPane, &mut Cx<'_>) -> T) -> T {
        let mut cx = Cx::new(
            &mut self.tickets,
            &mut self.histories,
            &self.clock,
            self.area,
            StoreKind::Sqlite,
            &self.policy,
        );
        let done = act(&mut self.pane, &mut cx);
        let (effects, said) = (cx.effects, cx.said);
        self.said = said.or(self.said.take());
        self.keep(effects);
        done
    }

    fn keep(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::KeptFirst(_) => {}
                Effect::Ask(ticket, question) => self.asked.push((ticket, question)),
                Effect::GiveUp(ticket) => {
                    self.asked.retain(|(asked, _)| *asked != ticket);
                    self.given_up.push(ticket);
                }
                other => panic!("{other:?}"),
            }
        }
    }

    /// Does actions, one after the other.
    pub(super) fn act(&mut self, actions: &[Action]) -> &mut Self {
        let area = self.area;
        for action in actions {
            assert!(
                self.with(|pane, cx| pane.act(*action, area, cx)),
                "{action:?} means nothing"
            );
        }
        self
    }

    /// Types into the open line and ends it.
    pub(super) fn type_line(&mut self, text: &str) -> &mut Self {
        let area = self.area;
        self.with(|pane, cx| {
            pane.press(&Key::named("ctrl-u"), area, cx);
            pane.paste(text);
            pane.press(&Key::named("enter"), area, cx);
        });
        self
    }

    pub(super) fn tell(&mut self, ticket: Ticket, answer: Result<Answer>) {
        self.asked.retain(|(asked, _)| *asked != ticket);
        let reply = Reply {
            ticket,
            at: NOW.into(),
            took: std::time::Duration::from_millis(1),
            answer,
        };
        if self.pane.awaits(ticket) {
            return self.with(|pane, cx| pane.reply(reply, cx));
        }
        let effects = self.histories.reply(reply, &mut self.tickets);
        self.keep(effects);
    }

    pub(super) fn tell_part(&mut self, ticket: Ticket, part: HistoryPart) {
        self.tell(ticket, Ok(Answer::History(part)));
    }

    /// Answers all questions for histories, and those that come of it.
    pub(super) fn answer_all(&mut self, points: impl Fn(&str, &str) -> Result<Vec<MetricPoint>>) -> usize {
        let mut n_answered = 0;
        while !self.asked.is_empty() {
            let (ticket, question) = self.asked.remove(0);
            let Question::History(run, key, _) = question else {
                panic!("{question:?}")
            };
            n_answered += 1;
            match points(run.as_str(), key.as_str()) {
                Err(failure) => self.tell(ticket, Err(failure)),
                Ok(points) => {
                    let mark = HistoryMark(points.len().to_string().into());
                    self.tell_part(ticket, HistoryPart::Anew);
                    self.tell_part(ticket, HistoryPart::Points(points));
                    self.tell_part(ticket, HistoryPart::End(Some(mark)));
                }
            }
        }
        n_answered
    }

    pub(super) fn frame(&self) -> String {
        self.buffer_lines(Depth::Many)
    }

    pub(super) fn buffer(&self, depth: Depth) -> Buffer {
        self.buffer_in(&Theme::new(depth), &Pictures::default())
    }

    /// As it is drawn in a theme; its pixels are left with the pictures.
    pub(super) fn buffer_in(&self, theme: &Theme, pictures: &Pictures) -> Buffer {
        let look = Look {
            theme,
            clock: &self.clock,
            histories: &self.histories,
            now: NOW,
            targets: &Targets::default(),
            pictures,
        };
        let mut buf = Buffer::empty(self.area);
        self.pane.draw(self.area, true, &mut buf, &look);
        buf
    }

    fn buffer_lines(&self, depth: Depth) -> String {
        let buf = self.buffer(depth);
        let line = |y| {
            (0..self.area.width)
                .map(|x| buf[(x, y)].symbol().to_owned())
                .collect::<String>()
        };
        (0..self.area.height)
            .map(|y| line(y).trim_end().to_owned() + "\n")
            .collect()
    }
}

pub(super) fn failed() -> Result<Vec<MetricPoint>> {
    Err::<_, Failure>(unreachable())
}
