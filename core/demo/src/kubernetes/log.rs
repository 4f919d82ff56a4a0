use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flowdeck_domain::kubernetes::LogTime;
use tokio::sync::watch;

/// What one container printed, and a bell for those who follow it.
#[derive(Debug, Default)]
pub(super) struct ContainerLog {
    pages: Mutex<Pages>,
    bell: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Pages {
    /// Whole lines with their times and line ends.
    lines: Vec<(LogTime, Arc<[u8]>)>,
    /// Lines that were thrown away before the first that is kept.
    n_forgotten: usize,
    is_over: bool,
    /// How often followers were sent away.
    n_cuts: u32,
}

/// Somebody who follows a log.
pub(super) struct Follower {
    log: Arc<ContainerLog>,
    bell: watch::Receiver<()>,
    /// The next line to give, counted from the container's first.
    at: usize,
    n_cuts: u32,
}

/// The most bytes that are given at a time.
const BATCH: usize = 32 << 10;

impl ContainerLog {
    pub(super) fn print(&self, time: LogTime, line: &[u8]) {
        let mut stamped = format!("{time} ").into_bytes();
        stamped.extend_from_slice(line);
        stamped.push(b'\n');
        self.pages().lines.push((time, stamped.into()));
        self.ring();
    }

    /// The container ended: nothing more will be printed.
    pub(super) fn end(&self) {
        self.pages().is_over = true;
        self.ring();
    }

    /// Sends followers away, though the container goes on.
    pub(super) fn cut(&self) {
        self.pages().n_cuts += 1;
        self.ring();
    }

    pub(super) fn forget(&self) {
        let mut pages = self.pages();
        pages.n_forgotten += pages.lines.len();
        pages.lines.clear();
    }

    /// Where to begin: at the last so many lines, and not before this second.
    pub(super) fn follow(self: &Arc<Self>, tail: Option<usize>) -> Follower {
        let bell = self.bell.subscribe();
        let pages = self.pages();
        let n_left_out = tail.map_or(0, |tail| pages.lines.len().saturating_sub(tail));
        Follower {
            at: pages.n_forgotten + n_left_out,
            n_cuts: pages.n_cuts,
            log: Arc::clone(self),
            bell,
        }
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self) {
        self.bell.send_replace(());
    }
}

impl Follower {
    /// The next bytes, without waiting; nothing where all was given.
    pub(super) fn next(&mut self, since: i64, is_stamped: bool) -> Option<Vec<u8>> {
        let pages = self.log.pages();
        let from = self.at.max(pages.n_forgotten);
        let mut bytes = Vec::new();
        let mut at = from;
        for (time, line) in &pages.lines[from - pages.n_forgotten..] {
            if bytes.len() >= BATCH {
                break;
            }
            at += 1;
            if time.seconds >= since {
                // The time has 30 characters and a blank after it.
                bytes.extend_from_slice(if is_stamped { line } else { &line[31..] });
            }
        }
        let is_moved = at > self.at;
        drop(pages);
        self.at = at;
        is_moved.then_some(bytes)
    }

    /// Waits for more; whether there can be any.
    pub(super) async fn wait(&mut self) -> bool {
        loop {
            {
                let pages = self.log.pages();
                if pages.n_cuts != self.n_cuts {
                    return false;
                }
                if pages.n_forgotten + pages.lines.len() > self.at {
                    return true;
                }
                if pages.is_over {
                    return false;
                }
            }
            if self.bell.changed().await.is_err() {
                return false;
            }
        }
    }
}
