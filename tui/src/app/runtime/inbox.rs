//! What happened and was not taken yet: what the person did before what stores said.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::app::message::Msg;

/// Answers that may wait to be taken; a task that has more to say waits itself.
const ROOM: usize = 64;

/// Something that happened outside.
#[derive(Debug)]
pub(crate) enum Happening {
    /// The person did something.
    Input(Msg),
    /// A signal came.
    Signal(Signal),
    /// All that was to be written was.
    Written,
    /// The terminal is gone.
    Gone,
}

/// A signal to the process.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Signal {
    /// Leave: terminate, hang up, interrupt; with the exit code that tells which.
    Leave(u8),
    /// Stop until the shell says to go on.
    Stop,
    /// The shell said to go on.
    Continue,
    /// The terminal has another size.
    Resized,
}

/// What happened and was not taken yet.
pub(crate) struct Inbox {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    room: Arc<Semaphore>,
}

#[derive(Default)]
struct Waiting {
    happenings: VecDeque<Happening>,
    answers: VecDeque<(Msg, Option<OwnedSemaphorePermit>)>,
}

impl Inbox {
    /// Nothing happened yet.
    pub(crate) fn new() -> Self {
        Self {
            waiting: Mutex::default(),
            arrived: Condvar::new(),
            room: Arc::new(Semaphore::new(ROOM)),
        }
    }

    /// Puts in what the person or the system did.
    pub(crate) fn happen(&self, happening: Happening) {
        self.lock().happenings.push_back(happening);
        self.arrived.notify_one();
    }

    /// Puts in an answer, once there is room.
    pub(crate) async fn answer(&self, msg: Msg) {
        // The semaphore is never closed; without a permit the answer is put in all the same.
        let permit = Arc::clone(&self.room).acquire_owned().await.ok();
        self.lock().answers.push_back((msg, permit));
        self.arrived.notify_one();
    }

    /// Puts in an answer that may as well be left out, if there is room.
    pub(crate) fn answer_if_room(&self, msg: Msg) {
        if let Ok(permit) = Arc::clone(&self.room).try_acquire_owned() {
            self.lock().answers.push_back((msg, Some(permit)));
            self.arrived.notify_one();
        }
    }

    /// Waits until there is something, at most this long; for ever without a limit.
    pub(crate) fn wait(&self, limit: Option<Duration>) {
        let waiting = self.lock();
        let is_empty = |waiting: &mut Waiting| waiting.happenings.is_empty() && waiting.answers.is_empty();
        match limit {
            Some(limit) => drop(self.arrived.wait_timeout_while(waiting, limit, is_empty)),
            None => drop(self.arrived.wait_while(waiting, is_empty)),
        }
    }

    /// Drops what was meant for somebody else who had the terminal: to interrupt, to stop, to go on.
    pub(crate) fn drop_job_signals(&self) {
        const INTERRUPTED: Signal = Signal::Leave(130);
        let is_meant = |happening: &Happening| {
            !matches!(
                happening,
                Happening::Signal(Signal::Stop | Signal::Continue | INTERRUPTED)
            )
        };
        self.lock().happenings.retain(is_meant);
    }

    /// What the person or the system did first.
    pub(crate) fn next_happening(&self) -> Option<Happening> {
        self.lock().happenings.pop_front()
    }

    /// The answer that came first.
    pub(crate) fn next_answer(&self) -> Option<Msg> {
        self.lock().answers.pop_front().map(|(msg, _)| msg)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
