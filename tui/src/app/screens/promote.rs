//! A promotion before it is made, while it is made, and after: who holds the target now against the candidate, what will
//! change, what the gates say.
//!
//! ```text
//!  flowdeck › Models › detector › Production               lab/mlflow.db
//!  Promote detector 3 to Production                        Enter promotes
//!
//!  WHAT WILL CHANGE
//!   1  version 3: Staging → Production
//!   2  version 2: Production → Archived
//!  GATES
//!   ✓  passed: rmse must not worsen by 2 % (…)
//!  COMPARED       Production now: version 2    version 3
//!   rmse          0.521                        0.499      -0.022 (-4.2 %) better
//! ```
//!
//! States: looked at, asked about, applied step by step, then done or broken off. Where it broke off, it is looked at anew.

mod draw;
mod targeting;
#[cfg(test)]
mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::promotion::{Preview, Progress, Target, Undoable};
use flowdeck_surface::client::{ModelName, VersionReference};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::promotion::PromotionView;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::audit::Audit;
use super::{Freshness, Screen};
use crate::app::context::{Cx, Go, Look};
use crate::app::effect::Question;
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Mouse, MouseKind, Reply};
use crate::app::registry::{Asked, Told};
use crate::app::take_back::TakeBack;
use crate::app::ticket::Ticket;
use crate::app::widgets::cursor::{Cursor, WHEEL};
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::dialog::confirm::Confirm;
pub(crate) use targeting::Targeting;

/// A promotion.
pub(crate) struct PromotePage {
    reference: VersionReference,
    target: Target,
    told: Loadable<(Preview, PromotionView)>,
    stage: Stage,
    cursor: Cursor,
    take_back: TakeBack,
}

/// How far it has come.
#[derive(Debug)]
enum Stage {
    /// It is looked at.
    Looking,
    /// The person is asked.
    Asking(Ticket),
    /// It is made.
    Applying {
        ticket: Ticket,
        n_taken: usize,
        is_verifying: bool,
    },
    /// It was made, and read back.
    Done,
    /// It was not, or in part only.
    Failed { notice: Notice, n_taken: usize },
    /// It was made and taken back.
    TakenBack,
}

impl PromotePage {
    /// The promotion of a version to a target.
    pub(crate) fn of(reference: VersionReference, target: Target) -> Self {
        Self {
            reference,
            target,
            told: Loadable::default(),
            stage: Stage::Looking,
            cursor: Cursor::default(),
            take_back: TakeBack::default(),
        }
    }

    fn model(&self) -> &ModelName {
        match &self.reference {
            VersionReference::Number(name, _) | VersionReference::Alias(name, _) => name,
        }
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        if matches!(self.stage, Stage::Applying { .. }) {
            return;
        }
        self.stage = Stage::Looking;
        let asked = Asked::Promotion(self.reference.clone(), self.target.clone());
        self.told.ask(Question::Registry(Box::new(asked)), cx);
    }

    /// Asks whether to go on, where that may be.
    fn ask(&mut self, cx: &mut Cx<'_>) {
        let Some((preview, view)) = self.told.shown() else {
            return;
        };
        if !matches!(self.stage, Stage::Looking) {
            return match self.stage {
                Stage::Failed { .. } => cx.say("r looks at it again."),
                _ => cx.say("It is done. u takes it back, Esc goes back."),
            };
        }
        if preview.steps.is_empty() {
            return cx.say("There is nothing to change: it holds that already.");
        }
        if let Err(failure) = preview.change() {
            return cx.complain(Notice::of(&failure));
        }
        let mut confirm = Confirm::new(format!("{}?", view.title), "promote");
        for step in &view.steps {
            confirm = confirm.line(step.clone(), Tone::Plain);
        }
        for warning in &view.warnings {
            confirm = confirm.line(format!("Note: {warning}."), Tone::Warning);
        }
        self.stage = Stage::Asking(cx.open_dialog(confirm));
    }

    fn apply(&mut self, cx: &mut Cx<'_>) {
        let change = self.told.shown().map(|(preview, _)| preview.change());
        self.stage = match change {
            Some(Ok(change)) => Stage::Applying {
                ticket: cx.ask(Question::Registry(Box::new(Asked::Apply(Box::new(change))))),
                n_taken: 0,
                is_verifying: false,
            },
            Some(Err(failure)) => {
                cx.complain(Notice::of(&failure));
                Stage::Looking
            }
            None => Stage::Looking,
        };
    }

    fn take_applied(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        let Stage::Applying {
            n_taken,
            is_verifying,
            ..
        } = &mut self.stage
        else {
            return;
        };
        match reply.answer {
            Ok(Answer::Registry(Told::Applying(Progress::Taken(n)))) => *n_taken = n,
            Ok(Answer::Registry(Told::Applying(Progress::Verifying))) => *is_verifying = true,
            Ok(_) => {
                self.stage = Stage::Done;
                if let Some((_, view)) = self.told.shown() {
                    cx.say(format!("Done and read back: {}.", view.title));
                }
            }
            Err(failure) => {
                let notice = Notice::of(&failure);
                cx.complain(notice.clone());
                let n_taken = *n_taken;
                self.stage = Stage::Failed { notice, n_taken };
            }
        }
    }

    fn scroll(&mut self, by: isize, cx: &Cx<'_>) {
        let n_lines = self.n_lines(cx.body);
        self.cursor.scroll(by, n_lines, Self::height(cx.body));
    }
}

impl Screen for PromotePage {
    fn crumb(&self) -> String {
        format!("to {}", self.target)
    }

    fn scopes(&self) -> &'static [Scope] {
        let has_steps = self.told.shown().is_none_or(|(_, view)| !view.steps.is_empty());
        match self.stage {
            Stage::Looking | Stage::Asking(_) if has_steps => {
                &[Scope::Promotion, Scope::List, Scope::Everywhere]
            }
            Stage::Done | Stage::Failed { .. } => &[Scope::Promoted, Scope::List, Scope::Everywhere],
            _ => &[Scope::List, Scope::Everywhere],
        }
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        if self.told.shown().is_none() {
            self.refresh(cx);
        }
    }

    fn cover(&mut self, _: &mut Cx<'_>) {}

    fn close(&mut self, cx: &mut Cx<'_>) {
        // A change that is being made is not broken off: the log tells how it ended.
        self.told.give_up(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        let page = Self::height(cx.body).saturating_sub(1).max(1) as isize;
        match action {
            Action::Down => self.scroll(1, cx),
            Action::Up => self.scroll(-1, cx),
            Action::PageDown => self.scroll(page, cx),
            Action::PageUp => self.scroll(-page, cx),
            Action::First => self.scroll(isize::MIN / 2, cx),
            Action::Last => self.scroll(isize::MAX / 2, cx),
            Action::Promote if !cx.may_change() => {}
            Action::Promote => self.ask(cx),
            Action::TakeBack => match (&self.stage, self.told.shown()) {
                (Stage::Done | Stage::Failed { .. }, Some((preview, _))) => {
                    let last = Undoable::Last(Some(preview.model.clone()));
                    self.take_back.start(last, cx);
                }
                _ => cx.say("There is nothing to take back here yet."),
            },
            Action::AuditLog => cx.go = Some(Go::To(Box::new(Audit::of(Some(self.model().clone()))))),
            Action::Refresh => self.refresh(cx),
            Action::Back if matches!(self.stage, Stage::Applying { .. }) => {
                cx.say("It is being made: a moment, please.");
            }
            Action::Back => cx.go = Some(Go::Back),
            _ => {}
        }
    }

    fn decided(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        if self.take_back.decide(ticket, decision.as_ref(), cx) {
            return;
        }
        if !matches!(self.stage, Stage::Asking(asked) if asked == ticket) {
            return;
        }
        self.stage = Stage::Looking;
        if decision == Some(Decision::Yes) {
            self.apply(cx);
        }
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        match mouse.kind {
            MouseKind::ScrollDown => self.scroll(WHEEL, cx),
            MouseKind::ScrollUp => self.scroll(-WHEEL, cx),
            _ => {}
        }
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        let is_applied = matches!(self.stage, Stage::Applying { ticket: own, .. } if own == ticket);
        is_applied || self.told.awaits(ticket) || self.take_back.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        if self.take_back.awaits(reply.ticket) {
            if self.take_back.take(reply, cx).is_some() {
                self.stage = Stage::TakenBack;
            }
            return;
        }
        if !self.told.awaits(reply.ticket) {
            return self.take_applied(reply, cx);
        }
        match reply.answer {
            Ok(Answer::Registry(Told::Promotion(preview))) => {
                let view = PromotionView::of(&preview, cx.clock);
                self.told.show((*preview, view), reply.at);
                self.cursor = Cursor::default();
            }
            Ok(_) => {}
            Err(failure) => self.told.fail(failure),
        }
    }

    fn woken(&mut self, _: Ticket, _: &mut Cx<'_>) {}

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.scroll(0, cx);
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.told.as_of(),
            is_over: false,
            is_reading: self.told.is_asking(),
            failure: self.told.failure(),
        }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_page(area, buf, look);
    }
}
