use std::sync::Arc;
use std::time::Duration;

use flowdeck_surface::client::port::{HistoryMark, HistoryPart};
use flowdeck_surface::client::tracking::MetricPoint;
use flowdeck_surface::client::{Failure, Timestamp};
use flowdeck_surface::history::History;

use super::Want;
use crate::app::message::{Answer, Came, Reply};
use crate::app::ticket::Ticket;

/// What is known of one history.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    /// The points that are here.
    pub(crate) history: Arc<History>,
    /// Points of a reading anew that is not whole yet; what was here before is shown until it is.
    incoming: Option<History>,
    /// Grows with every change of the points.
    pub(crate) version: u64,
    /// When all points were last here.
    pub(crate) as_of: Option<Timestamp>,
    /// Why the last reading failed.
    pub(crate) failure: Option<Failure>,
    /// Readings that failed since one went well.
    pub(crate) n_failures: u32,
    /// The question that is open.
    pub(super) asked: Option<Ticket>,
    /// When it was last shown, counted in looks.
    pub(super) looked_at: u64,
    mark: Option<HistoryMark>,
    latest: Option<MetricPoint>,
    /// Whether the run had ended when it was asked.
    was_over: bool,
    need: Need,
    /// Whether the open question is answered from the first point on.
    is_anew: bool,
    /// How long the last reading of all points took, where the store could not read on from a mark.
    took_anew: Option<Duration>,
}

/// Of all time, at most one part in so many is spent on reading a history whole again while it grows.
const SHARE: u32 = 20;

/// Whether there is something to read.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Need {
    /// It was never asked for.
    #[default]
    All,
    /// There may be more than is here.
    More,
    /// All is here, or it failed and nobody asked again.
    Nothing,
}

impl Entry {
    /// Whether all points of some moment are here.
    pub(crate) fn is_whole(&self) -> bool {
        self.as_of.is_some()
    }

    /// Whether its first points are still to come.
    pub(super) fn is_awaited(&self) -> bool {
        !self.is_whole() && self.failure.is_none()
    }

    pub(super) fn mark(&self) -> Option<HistoryMark> {
        self.mark.clone()
    }

    pub(super) fn is_due(&self) -> bool {
        self.asked.is_none() && self.need != Need::Nothing
    }

    /// Takes in what a chart knows of it.
    pub(super) fn expect(&mut self, want: &Want, again: bool, now: Option<Timestamp>) {
        let has_news = match (&self.latest, &want.latest) {
            (Some(known), Some(latest)) => !is_same(known, latest),
            (None, Some(latest)) => self.is_whole() && !self.has(latest),
            (_, None) => false,
        };
        let ended = want.is_over && !self.was_over;
        let asked_for = again && (!want.is_over || self.failure.is_some());
        if has_news && !ended && !asked_for && self.was_read_just_now(now) {
            // What is new stays new until the next look.
            return;
        }
        if (has_news || ended || asked_for) && self.need == Need::Nothing {
            self.need = Need::More;
        }
        self.latest = want.latest.or(self.latest);
        self.was_over |= want.is_over;
    }

    /// Whether reading all points again would take more than its share of the time.
    fn was_read_just_now(&self, now: Option<Timestamp>) -> bool {
        let (Some(now), Some(as_of), Some(took)) = (now, self.as_of, self.took_anew) else {
            return false;
        };
        i128::from(now.millis_since(as_of)) < (took * SHARE).as_millis() as i128
    }

    fn has(&self, point: &MetricPoint) -> bool {
        let last = self.history.summary().last;
        last.is_some_and(|own| is_same(&own, point))
    }

    pub(super) fn ask(&mut self, ticket: Ticket) {
        self.asked = Some(ticket);
        self.is_anew = false;
        self.need = Need::Nothing;
    }

    pub(super) fn give_up(&mut self) -> Option<Ticket> {
        let asked = self.asked.take()?;
        self.incoming = None;
        self.need = if self.is_whole() { Need::More } else { Need::All };
        // Points behind the mark may be here already.
        self.mark = None;
        Some(asked)
    }

    pub(super) fn take(&mut self, reply: Reply) {
        match reply.answer {
            Ok(Answer::History(part)) => {
                match part {
                    HistoryPart::Anew => self.is_anew = true,
                    HistoryPart::End(_) => {
                        let was_whole = self.is_whole();
                        // The first reading has to be of all points; only a later one tells of the store.
                        self.took_anew = (self.is_anew && was_whole).then_some(reply.took);
                    }
                    HistoryPart::Points(_) => {}
                }
                self.take_part(part, reply.at);
            }
            Ok(_) => {}
            Err(failure) => self.fail(failure),
        }
    }

    fn fail(&mut self, failure: Failure) {
        self.asked = None;
        self.incoming = None;
        self.mark = None;
        self.failure = Some(failure);
        self.n_failures += 1;
    }

    /// A first history is shown while it is read; one that is read anew takes the place of the older once it is whole.
    fn take_part(&mut self, part: HistoryPart, came: Came) {
        match part {
            HistoryPart::Anew if self.is_whole() => self.incoming = Some(History::default()),
            HistoryPart::Anew => self.replace(History::default()),
            HistoryPart::Points(points) => match &mut self.incoming {
                Some(incoming) => incoming.append(&points),
                None => {
                    Arc::make_mut(&mut self.history).append(&points);
                    self.version += 1;
                }
            },
            HistoryPart::End(mark) => {
                if let Some(incoming) = self.incoming.take() {
                    self.replace(incoming);
                }
                if !self.is_whole() {
                    Arc::make_mut(&mut self.history).shrink();
                }
                self.mark = mark;
                self.as_of = Some(came.at);
                self.is_anew = false;
                if !came.is_kept {
                    self.asked = None;
                }
                self.failure = None;
                self.n_failures = 0;
                // What the chart knew may have been older than what was read, and the other way round.
                self.version += 1;
            }
        }
    }

    fn replace(&mut self, history: History) {
        // The old points are gone before the new ones grow: a million of them are sixteen megabytes.
        self.history = Arc::new(history);
        self.version += 1;
    }
}

fn is_same(one: &MetricPoint, other: &MetricPoint) -> bool {
    (one.step, one.timestamp) == (other.step, other.timestamp) && one.value.to_bits() == other.value.to_bits()
}
