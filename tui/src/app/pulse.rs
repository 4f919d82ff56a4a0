//! How what is on the screen keeps up with the store: told by the system, asked now and then, or not at all.
//!
//! ```text
//! live            the system tells of changes of the store's files
//! every 4 s       the store is asked that often
//! offline since   it did not answer when it was asked last
//! stopped         nothing more is asked, since what is shown is over
//! ```

use std::time::Duration;

use flowdeck_surface::client::{FailureKind, Timestamp, Warning};
use flowdeck_surface::clock::Clock;
use flowdeck_surface::tone::Tone;

use super::effect::Effect;
use super::screens::Freshness;
use super::ticket::Ticket;

/// Times that a store is asked in a row, while the person does nothing, until it is asked half as often.
const STEADY: u32 = 30;

/// How often the time between two looks is doubled at most while the person does nothing, or looks elsewhere.
const MOST_DOUBLED: u32 = 3;

/// How the store is watched.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Watching {
    /// Whether the system tells of changes of its files.
    pub(crate) is_live: bool,
    /// Why it tells not of all.
    pub(crate) trouble: Option<Warning>,
}

/// How what is on the screen keeps up with the store.
#[derive(Debug)]
pub(crate) struct Pulse {
    /// How the store is watched; nothing before it was opened.
    watching: Option<Watching>,
    has_complained: bool,
    /// When the screen in view asks again.
    alarm: Option<Ticket>,
    /// How long it waits from one time to the next, while what it shows goes on.
    pause: Option<Duration>,
    /// Whether somebody looks at the terminal, as far as it tells.
    has_focus: bool,
    /// How often the store was asked since the person did something.
    n_unattended: u32,
}

impl Default for Pulse {
    fn default() -> Self {
        Self {
            watching: None,
            has_complained: false,
            alarm: None,
            pause: None,
            has_focus: true,
            n_unattended: 0,
        }
    }
}

impl Pulse {
    /// Another store is open.
    pub(crate) fn forget(&mut self) {
        self.watching = None;
        self.turn();
    }

    /// Another screen is in view.
    pub(crate) fn turn(&mut self) {
        self.pause = None;
    }

    /// Takes how the store is watched; answers with what to tell the person, once.
    pub(crate) fn take(&mut self, watching: Watching) -> Option<Warning> {
        let trouble = watching.trouble.clone().filter(|_| !self.has_complained);
        self.has_complained |= trouble.is_some();
        self.watching = Some(watching);
        trouble
    }

    /// Sees which alarms are set and given up. There is one at a time: that of the screen in view, which is none of
    /// the others'.
    pub(crate) fn follow(&mut self, effects: &[Effect], is_others: impl Fn(Ticket) -> bool) {
        for effect in effects {
            match effect {
                Effect::Watch(ticket, pause) | Effect::Wake(ticket, pause) if !is_others(*ticket) => {
                    self.alarm = Some(*ticket);
                    self.pause = Some(*pause);
                }
                Effect::GiveUp(ticket) if self.is_alarm(*ticket) => self.alarm = None,
                _ => {}
            }
        }
    }

    /// An alarm rang.
    pub(crate) fn rang(&mut self, ticket: Ticket) {
        if self.is_alarm(ticket) {
            self.alarm = None;
            self.n_unattended = self.n_unattended.saturating_add(1);
        }
    }

    /// The person did something. Where the store was asked seldom, answers with the alarm that is to ring at once.
    pub(crate) fn attend(&mut self) -> Option<Ticket> {
        let was_slow = self.doublings() > 0;
        self.n_unattended = 0;
        self.alarm.filter(|_| was_slow && self.doublings() == 0)
    }

    /// Somebody looks at the terminal, or no longer; answers as [`Pulse::attend`] does.
    pub(crate) fn focus(&mut self, has_focus: bool) -> Option<Ticket> {
        let was_slow = self.doublings() > 0;
        self.has_focus = has_focus;
        if has_focus {
            self.n_unattended = 0;
        }
        self.alarm.filter(|_| was_slow && has_focus)
    }

    /// How often the time between two looks is doubled.
    pub(crate) fn doublings(&self) -> u32 {
        if self.has_focus {
            (self.n_unattended / STEADY).min(MOST_DOUBLED)
        } else {
            MOST_DOUBLED
        }
    }

    fn is_alarm(&self, ticket: Ticket) -> bool {
        self.alarm == Some(ticket)
    }

    /// It in words, and what they mean; none before it is known how the store is watched.
    pub(crate) fn words(
        &self,
        as_of: Timestamp,
        freshness: &Freshness<'_>,
        clock: &Clock,
    ) -> Option<(String, Tone)> {
        let watching = self.watching.as_ref()?;
        Some(self.told(watching.is_live, as_of, freshness, clock))
    }

    /// The same of a server beside the store, whose changes nobody tells of.
    pub(crate) fn words_of_server(
        &self,
        as_of: Timestamp,
        freshness: &Freshness<'_>,
        clock: &Clock,
    ) -> (String, Tone) {
        self.told(false, as_of, freshness, clock)
    }

    fn told(
        &self,
        is_live: bool,
        as_of: Timestamp,
        freshness: &Freshness<'_>,
        clock: &Clock,
    ) -> (String, Tone) {
        let since = clock.time_of_day(as_of);
        let failure = freshness.failure;
        if failure.is_some_and(|failure| failure.kind() == FailureKind::Unreachable) {
            return (format!("offline since {since}"), Tone::Warning);
        }
        let as_of = format!("as of {since}");
        let (word, tone) = match self.pause {
            _ if freshness.is_over => ("stopped".to_owned(), Tone::Muted),
            None => return (as_of, Tone::Muted),
            _ if is_live => ("live".to_owned(), Tone::Good),
            Some(pause) => (format!("every {} s", pause.as_secs().max(1)), Tone::Muted),
        };
        let tone = if failure.is_some() { Tone::Warning } else { tone };
        (format!("{word}  {as_of}"), tone)
    }
}

#[cfg(test)]
mod tests {
    use flowdeck_surface::client::Failure;

    use super::super::ticket::Tickets;
    use super::*;

    fn words(pulse: &Pulse, freshness: Freshness<'_>) -> String {
        let said = pulse.words(Timestamp(0), &freshness, &Clock::utc());
        said.map_or_else(String::new, |(words, _)| words)
    }

    fn watching(is_live: bool) -> Watching {
        Watching {
            is_live,
            trouble: None,
        }
    }

    #[test]
    fn what_keeps_the_screen_up_to_date_is_said_in_a_word() {
        let (mut pulse, mut tickets) = (Pulse::default(), Tickets::default());
        let plain = Freshness::default();
        assert_eq!(words(&pulse, plain), "");
        pulse.take(watching(false));
        assert_eq!(words(&pulse, plain), "as of 00:00:00");
        let alarm = tickets.next();
        pulse.follow(&[Effect::Watch(alarm, Duration::from_secs(4))], |_| false);
        assert_eq!(words(&pulse, plain), "every 4 s  as of 00:00:00");
        pulse.follow(&[Effect::Wake(tickets.next(), Duration::from_secs(60))], |_| true);
        pulse.rang(alarm);
        assert_eq!(
            words(&pulse, plain),
            "every 4 s  as of 00:00:00",
            "while it is asked, too"
        );
        let failure = Failure::new(FailureKind::Unreachable, "connection refused");
        let failed = Freshness {
            failure: Some(&failure),
            ..plain
        };
        assert_eq!(words(&pulse, failed), "offline since 00:00:00");
        pulse.take(watching(true));
        assert_eq!(words(&pulse, plain), "live  as of 00:00:00");
        let over = Freshness {
            is_over: true,
            ..plain
        };
        assert_eq!(words(&pulse, over), "stopped  as of 00:00:00");
        pulse.turn();
        assert_eq!(words(&pulse, plain), "as of 00:00:00");
    }

    #[test]
    fn who_does_nothing_is_asked_for_less_often_and_at_once_when_they_come_back() {
        let (mut pulse, mut tickets) = (Pulse::default(), Tickets::default());
        for _ in 0..STEADY {
            assert_eq!(pulse.doublings(), 0);
            let alarm = tickets.next();
            pulse.follow(&[Effect::Watch(alarm, Duration::from_secs(4))], |_| false);
            pulse.rang(alarm);
        }
        assert_eq!(pulse.doublings(), 1);
        let alarm = tickets.next();
        pulse.follow(&[Effect::Watch(alarm, Duration::from_secs(8))], |_| false);
        assert_eq!(pulse.attend(), Some(alarm));
        assert_eq!((pulse.doublings(), pulse.attend()), (0, None));
        assert_eq!(pulse.focus(false), None);
        assert_eq!(pulse.doublings(), MOST_DOUBLED);
        assert_eq!(pulse.focus(true), Some(alarm));
    }

    #[test]
    fn what_the_system_refuses_is_told_once() {
        let trouble = Watching {
            is_live: false,
            trouble: Some(Warning::new("no more watches")),
        };
        let mut pulse = Pulse::default();
        assert!(pulse.take(trouble.clone()).is_some());
        assert!(pulse.take(trouble).is_none());
    }
}
