//! A log: of a task, of all tasks of a run, of a pod; followed while it is printed, found wherever it is afterwards.
//!
//! ```text
//!  flowdeck › churn-7 › train                                    as of 16:05:12
//!  train · following · 12,345 lines · /loss · only epoch
//!   16:05:11.204 epoch 7 loss=0.213
//!   16:05:12.018 epoch 8 loss=0.198
//! ```
//! The lines stand on disk; the view holds those around what is seen, and asks for others.

mod act;
mod draw;
#[cfg(test)]
mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::logs::{LogRequest, LogSpool, LogTarget, SpoolStatus};
use flowdeck_surface::client::{Failure, Timestamp};
use flowdeck_surface::format;
use flowdeck_surface::log::{Ask, At, LogView, Move, Pane};
use flowdeck_surface::notice::Notice;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Freshness, Screen};
use crate::app::context::{Cx, Look};
use crate::app::effect::Question;
use crate::app::key::Key;
use crate::app::log::{Asked, Told};
use crate::app::message::{Answer, Mouse, MouseKind, Reply};
use crate::app::ticket::Ticket;
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::prompt::Prompt;

/// Widest name of a part beside its lines.
const WIDEST_LABEL: usize = 24;

/// A log.
pub(crate) struct LogScreen {
    title: String,
    request: LogRequest,
    /// Where to go first.
    first: Option<Timestamp>,
    view: LogView,
    spool: Option<LogSpool>,
    status: SpoolStatus,
    failure: Option<Failure>,
    as_of: Option<Timestamp>,
    reading: Option<Ticket>,
    looking: Option<(Ticket, At)>,
    finding: Option<Ticket>,
    saving: Option<Ticket>,
    choosing: Option<Ticket>,
    dialog: Option<(Ticket, Dialogue)>,
    typing: Option<(Typing, Prompt)>,
}

/// What is typed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Typing {
    /// What is looked for.
    Find,
    /// What lines must match.
    Include,
    /// What they may not match.
    Exclude,
    /// A time to go to.
    Time,
    /// The fields of JSON.
    Fields,
}

/// What the person is asked.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Dialogue {
    /// Where to save lines.
    Save,
    /// Which container, of these.
    Container(Vec<String>),
}

impl LogScreen {
    /// The log of a target, followed, under a title.
    pub(crate) fn of(target: LogTarget, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            request: LogRequest::following(target),
            first: None,
            view: LogView::default(),
            spool: None,
            status: SpoolStatus::default(),
            failure: None,
            as_of: None,
            reading: None,
            looking: None,
            finding: None,
            saving: None,
            choosing: None,
            dialog: None,
            typing: None,
        }
    }

    /// The same of one container.
    #[must_use]
    pub(crate) fn container(mut self, name: Option<String>) -> Self {
        self.request.container = name;
        self
    }

    /// The same at a moment rather than at its end.
    #[must_use]
    pub(crate) fn at(mut self, time: Timestamp) -> Self {
        self.first = Some(time);
        self
    }

    /// Begins to read, from the start.
    fn begin(&mut self, cx: &mut Cx<'_>) {
        self.stop(cx);
        let settings = std::mem::take(&mut self.view.settings);
        self.view = LogView::default();
        self.view.settings = settings;
        (self.spool, self.failure, self.status) = (None, None, SpoolStatus::default());
        if let Some(time) = self.first.take() {
            self.view.go_to(At::Time(time));
        }
        self.fit(cx.body);
        let asked = Asked::Open(self.request.clone());
        self.reading = Some(cx.ask(Question::Log(Box::new(asked))));
    }

    fn stop(&mut self, cx: &mut Cx<'_>) {
        let looking = self.looking.take().map(|(ticket, _)| ticket);
        let tickets = [
            self.reading.take(),
            looking,
            self.finding.take(),
            self.choosing.take(),
        ];
        tickets
            .into_iter()
            .flatten()
            .for_each(|ticket| cx.give_up(ticket));
    }

    /// Asks for what the view lacks.
    fn look(&mut self, cx: &mut Cx<'_>) {
        let Some(spool) = self.spool.clone() else { return };
        if let Some(Ask::Look {
            at,
            before,
            after,
            filter,
            set,
        }) = self.view.ask()
        {
            let asked = Asked::Look {
                spool,
                at,
                before,
                after,
                filter,
                set,
            };
            let ticket = cx.ask(Question::Log(Box::new(asked)));
            if let Some((older, _)) = self.looking.replace((ticket, at)) {
                cx.give_up(older);
            }
        }
    }

    fn find(&mut self, ask: Option<Ask>, cx: &mut Cx<'_>) {
        let (
            Some(spool),
            Some(Ask::Find {
                pattern,
                from,
                direction,
                set,
            }),
        ) = (self.spool.clone(), ask)
        else {
            return;
        };
        let asked = Asked::Find {
            spool,
            pattern,
            from,
            direction,
            set,
        };
        let ticket = cx.ask(Question::Log(Box::new(asked)));
        if let Some(older) = self.finding.replace(ticket) {
            cx.give_up(older);
        }
    }

    /// Lays the view out anew for the body.
    fn fit(&mut self, body: Rect) {
        let gutter = 2 + self.view.time_cells() + self.label_cells();
        self.view.set_pane(Pane {
            width: usize::from(body.width).saturating_sub(gutter + 1),
            height: usize::from(body.height.saturating_sub(1)),
        });
    }

    /// Cells of the names beside the lines, the gap with them; none where there is one part only.
    fn label_cells(&self) -> usize {
        use flowdeck_surface::text::{harmless, width_cells};
        if self.status.parts.len() < 2 {
            return 0;
        }
        let labels = self.status.parts.iter();
        let widest = labels
            .map(|part| width_cells(&harmless(&part.part.label)))
            .max()
            .unwrap_or(0);
        widest.min(WIDEST_LABEL) + 1
    }

    fn take(&mut self, told: Told, cx: &mut Cx<'_>) {
        match told {
            Told::Grown(spool, status) => {
                self.spool = Some(spool);
                self.status = *status;
                self.failure = self.status.failure.clone();
                self.view.grow(self.status.n_lines);
                self.fit(cx.body);
            }
            Told::Looked(at, looked) => {
                self.looking = None;
                self.view.take(*looked, at);
            }
            Told::Found(line, is_round) => {
                self.finding = None;
                match line {
                    Some(line) => {
                        self.view.go_to(At::Line(line));
                        if is_round {
                            cx.say("Found round the end.");
                        }
                    }
                    None => cx.complain(Notice::saying("Nothing here matches.")),
                }
            }
            Told::Saved(path, n_lines) => {
                self.saving = None;
                let lines = if n_lines == 1 { "line" } else { "lines" };
                let count = format::count(usize::try_from(n_lines).unwrap_or(usize::MAX));
                cx.say(format!("Saved {count} {lines} to {}.", path.display()));
            }
            Told::Containers(names) => {
                self.choosing = None;
                self.choose(names, cx);
            }
        }
        self.look(cx);
    }
}

impl Screen for LogScreen {
    fn crumb(&self) -> String {
        self.title.clone()
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Logs, Scope::List, Scope::Everywhere]
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        if self.reading.is_none() && self.spool.is_none() {
            self.begin(cx);
        }
        self.fit(cx.body);
        self.look(cx);
    }

    fn cover(&mut self, _: &mut Cx<'_>) {}

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.stop(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        self.do_action(action, cx);
        self.fit(cx.body);
        self.look(cx);
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.typing.as_ref().map(|(_, prompt)| prompt)
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        self.typed(|prompt| prompt.press(key), cx);
        self.look(cx);
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        self.typed(|prompt| prompt.paste(text), cx);
        self.look(cx);
    }

    fn decided(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        let Some((_, dialogue)) = self.dialog.take_if(|(asked, _)| *asked == ticket) else {
            return;
        };
        if let Some(decision) = decision {
            self.do_decided(dialogue, decision, cx);
        }
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        match mouse.kind {
            MouseKind::ScrollUp => self.view.go(Move::WheelUp),
            MouseKind::ScrollDown if !self.view.is_following() => self.view.go(Move::WheelDown),
            MouseKind::Press if mouse.row > cx.body.y && mouse.row < cx.body.bottom() => {
                let row = usize::from(mouse.row - cx.body.y - 1);
                let was_selected = self.view.point(row, cx.clock);
                if was_selected && mouse.is_double {
                    self.do_action(Action::Open, cx);
                }
            }
            _ => {}
        }
        self.look(cx);
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        let looking = self.looking.as_ref().map(|(ticket, _)| *ticket);
        let waited = [self.reading, looking, self.finding, self.saving, self.choosing];
        waited.contains(&Some(ticket))
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        match reply.answer {
            Ok(Answer::Log(told)) => {
                self.as_of = Some(reply.at.at);
                self.take(told, cx);
            }
            Ok(_) => {}
            Err(failure) if self.reading == Some(reply.ticket) => {
                self.status.is_over = true;
                self.failure = Some(failure);
            }
            Err(failure) => {
                if self
                    .looking
                    .as_ref()
                    .is_some_and(|(ticket, _)| *ticket == reply.ticket)
                {
                    self.looking = None;
                    self.view.fail();
                }
                self.finding.take_if(|ticket| *ticket == reply.ticket);
                self.saving.take_if(|ticket| *ticket == reply.ticket);
                cx.complain(Notice::of(&failure));
            }
        }
    }

    fn woken(&mut self, _: Ticket, _: &mut Cx<'_>) {}

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.fit(cx.body);
        self.look(cx);
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.as_of.filter(|_| !self.status.is_over),
            is_reading: self.spool.is_none() && self.failure.is_none(),
            is_over: self.status.is_over,
            failure: self.failure.as_ref().filter(|_| !self.view.is_empty()),
        }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_all(area, buf, look);
    }
}
