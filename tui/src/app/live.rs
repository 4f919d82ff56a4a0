//! How often a screen asks again while it is looked at.

use std::time::Duration;

use flowdeck_surface::client::port::StoreKind;

use super::context::Cx;
use super::ticket::Ticket;

/// The longest pause, however often a server failed.
const LONGEST: Duration = Duration::from_secs(300);

/// Pauses in seconds: a few, so that the word at the top of the screen that tells it stays the same for long.
const STEPS: [u64; 12] = [1, 2, 3, 4, 6, 8, 10, 15, 20, 30, 60, 120];

/// Time spent on asking is at most this part of all time.
const SHARE_LOCAL: u32 = 10;
const SHARE_SERVER: u32 = 20;

/// What the next pause depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// Whether something on the screen goes on.
    pub(crate) is_moving: bool,
    /// How long the last answer took.
    pub(crate) took: Duration,
    /// How often asking failed in a row.
    pub(crate) n_failures: u32,
}

impl Pace {
    /// How long to wait before asking again.
    ///
    /// A local store is asked every second while something moves, a server every two; each less often where answers
    /// are slow, half as often after each failure, and a server half as often with each of `doublings`, of which the
    /// first counts for a local store, too.
    pub(crate) fn pause(self, store: StoreKind, doublings: u32) -> Duration {
        let (moving, still, share, most_doubled) = match store {
            StoreKind::Server => (2, 15, SHARE_SERVER, u32::MAX),
            StoreKind::FileStore | StoreKind::Sqlite => (1, 3, SHARE_LOCAL, 1),
        };
        let least = Duration::from_secs(if self.is_moving { moving } else { still });
        let doubled = self.n_failures.saturating_add(doublings.min(most_doubled)).min(8);
        let pause = least.max(self.took * share).saturating_mul(1 << doubled);
        let mut steps = STEPS.into_iter().map(Duration::from_secs);
        steps.find(|step| *step >= pause).unwrap_or(LONGEST)
    }
}

/// The time at which a screen asks again.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    set: Option<Ticket>,
}

impl Alarm {
    /// Sets it; an earlier one is given up.
    pub(crate) fn set(&mut self, pace: Pace, cx: &mut Cx<'_>) {
        self.clear(cx);
        let pause = pace.pause(cx.store, cx.doublings);
        // After a failure it is asked again, whether the store changed or not.
        self.set = Some(if pace.n_failures > 0 {
            cx.wake(pause)
        } else {
            cx.watch(pause)
        });
    }

    /// Sets it for a server beside the store: it is asked again whether the store changed or not.
    pub(crate) fn set_for_server(&mut self, pace: Pace, cx: &mut Cx<'_>) {
        self.clear(cx);
        self.set = Some(cx.wake(pace.pause(StoreKind::Server, cx.doublings)));
    }

    /// Takes it back.
    pub(crate) fn clear(&mut self, cx: &mut Cx<'_>) {
        if let Some(ticket) = self.set.take() {
            cx.give_up(ticket);
        }
    }

    /// Whether it was this one that rang; it is no longer set then.
    pub(crate) fn rang(&mut self, ticket: Ticket) -> bool {
        let rang = self.set == Some(ticket);
        if rang {
            self.set = None;
        }
        rang
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_answers_and_failures_make_the_pause_longer() {
        let pause = |store, is_moving, took, n_failures, doublings| {
            let pace = Pace {
                is_moving,
                took: Duration::from_millis(took),
                n_failures,
            };
            pace.pause(store, doublings).as_secs()
        };
        assert_eq!(pause(StoreKind::Sqlite, true, 5, 0, 0), 1);
        assert_eq!(pause(StoreKind::Sqlite, true, 400, 0, 0), 4);
        assert_eq!(pause(StoreKind::FileStore, false, 5, 0, 0), 3);
        assert_eq!(pause(StoreKind::Server, true, 5, 0, 0), 2);
        assert_eq!(pause(StoreKind::Server, true, 5, 2, 0), 8);
        assert_eq!(pause(StoreKind::Server, false, 5, 40, 0), 300);
    }

    #[test]
    fn a_server_that_nobody_attends_to_is_asked_less_often() {
        let pace = Pace {
            is_moving: true,
            took: Duration::from_millis(5),
            n_failures: 0,
        };
        let pauses = [0, 1, 2, 3].map(|doublings| pace.pause(StoreKind::Server, doublings).as_secs());
        assert_eq!(pauses, [2, 4, 8, 20]);
        let pauses = [0, 1, 3].map(|doublings| pace.pause(StoreKind::Sqlite, doublings).as_secs());
        assert_eq!(pauses, [1, 2, 2]);
    }
}
