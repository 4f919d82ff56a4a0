//! How often a screen asks again while it is looked at.

use std::time::Duration;

use flowdeck_surface::client::port::StoreKind;

use super::context::Cx;
use super::ticket::Ticket;

/// The longest pause, however often a server failed.
const LONGEST: Duration = Duration::from_secs(300);

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
    /// A local store is asked every second while something moves, a server every four; each less often where
    /// answers are slow, and half as often after each failure.
    pub(crate) fn pause(self, store: StoreKind) -> Duration {
        let (moving, still, share) = match store {
            StoreKind::Server => (4_000, 20_000, SHARE_SERVER),
            StoreKind::FileStore | StoreKind::Sqlite => (1_000, 3_000, SHARE_LOCAL),
        };
        let least = Duration::from_millis(if self.is_moving { moving } else { still });
        least
            .max(self.took * share)
            .saturating_mul(1 << self.n_failures.min(8))
            .min(LONGEST)
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
        let pause = pace.pause(cx.store);
        // After a failure it is asked again, whether the store changed or not.
        self.set = Some(if pace.n_failures > 0 {
            cx.wake(pause)
        } else {
            cx.watch(pause)
        });
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
        let pause = |store, is_moving, took, n_failures| {
            let pace = Pace {
                is_moving,
                took: Duration::from_millis(took),
                n_failures,
            };
            pace.pause(store).as_millis()
        };
        assert_eq!(pause(StoreKind::Sqlite, true, 5, 0), 1_000);
        assert_eq!(pause(StoreKind::Sqlite, true, 400, 0), 4_000);
        assert_eq!(pause(StoreKind::FileStore, false, 5, 0), 3_000);
        assert_eq!(pause(StoreKind::Server, true, 5, 0), 4_000);
        assert_eq!(pause(StoreKind::Server, true, 5, 2), 16_000);
        assert_eq!(pause(StoreKind::Server, false, 5, 40), 300_000);
    }
}
