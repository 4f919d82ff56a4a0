//! Writes to the terminal on a thread of its own, so that a link that hangs keeps neither keys nor answers waiting.
//!
//! Whoever draws looks whether all was written ([`Output::is_free`]) and leaves the frame out if not: a slow link gets
//! fewer frames, never older ones.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::termios::{QueueSelector, tcflush, ttyname};

use super::inbox::{Happening, Inbox};

/// How long the terminal may take for what it still has to show when it is given back.
const GRACE: Duration = Duration::from_millis(500);

/// How often a write that the terminal does not take is looked at: whether it is still wanted.
const LOOK: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 50_000_000,
};

/// Bytes that are written at once: what was begun is written in full even if the rest is dropped.
const CHUNK: usize = 4_096;

/// Ends whatever sequence was cut off, and the frame that it was in. Source: ECMA-48, CAN; synchronized updates.
const CUT: &str = "\x18\x1b[?2026l";

/// The way to the terminal.
#[derive(Clone)]
pub(crate) struct Output {
    queue: Arc<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    bytes: Vec<u8>,
    is_writing: bool,
    /// Whether what is being written is no longer wanted.
    is_cut: bool,
    /// Whether the terminal is gone.
    is_gone: bool,
}

impl Output {
    /// The way to the terminal that standard output is.
    ///
    /// # Errors
    /// The system gives no thread, or no second way to the terminal.
    pub(crate) fn to_terminal(inbox: Arc<Inbox>) -> io::Result<Self> {
        Self::to(terminal()?, inbox)
    }

    fn to(line: OwnedFd, inbox: Arc<Inbox>) -> io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let own = Arc::clone(&queue);
        thread::Builder::new()
            .name("output".to_owned())
            .spawn(move || own.write_all(&line, &inbox))?;
        Ok(Self { queue })
    }

    /// Whether all was written.
    pub(crate) fn is_free(&self) -> bool {
        self.queue.lock().is_free()
    }

    /// Has this written behind what waits already.
    pub(crate) fn write(&self, text: &str) {
        if !text.is_empty() {
            self.queue.lock().bytes.extend_from_slice(text.as_bytes());
            self.queue.changed.notify_all();
        }
    }

    /// Has this written as the last, and waits for it a while. What a terminal that hangs did not take is dropped.
    pub(crate) fn finish(&self, text: &str) {
        if !self.queue.wait(GRACE) {
            self.queue.lock().is_cut = true;
            let _ = tcflush(rustix::stdio::stdout(), QueueSelector::OFlush);
            self.queue.wait(GRACE);
            let mut waiting = self.queue.lock();
            waiting.bytes.clear();
            waiting.bytes.extend_from_slice(CUT.as_bytes());
        }
        self.write(text);
        self.queue.wait(GRACE);
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until all was written, at most this long; answers whether it was.
    fn wait(&self, limit: Duration) -> bool {
        let waited = self
            .changed
            .wait_timeout_while(self.lock(), limit, |waiting| !waiting.is_free());
        let (waiting, _) = waited.unwrap_or_else(PoisonError::into_inner);
        waiting.is_free()
    }

    /// Writes whatever comes, for as long as the terminal is there.
    fn write_all(&self, line: &OwnedFd, inbox: &Inbox) {
        loop {
            let bytes = self.next();
            let written = self.write(&bytes, line);
            let mut waiting = self.lock();
            waiting.is_writing = false;
            waiting.is_cut = false;
            waiting.is_gone = written.is_err();
            drop(waiting);
            self.changed.notify_all();
            if written.is_err() {
                return inbox.happen(Happening::Gone);
            }
            inbox.happen(Happening::Written);
        }
    }

    fn next(&self) -> Vec<u8> {
        let waited = self
            .changed
            .wait_while(self.lock(), |waiting| waiting.bytes.is_empty());
        let mut waiting = waited.unwrap_or_else(PoisonError::into_inner);
        waiting.is_writing = true;
        std::mem::take(&mut waiting.bytes)
    }

    fn write(&self, bytes: &[u8], line: &OwnedFd) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() && !self.lock().is_cut {
            match rustix::io::write(line, &rest[..rest.len().min(CHUNK)]) {
                Ok(n_written) => rest = &rest[n_written..],
                Err(Errno::AGAIN) => drop(poll(&mut [PollFd::new(line, PollFlags::OUT)], Some(&LOOK))),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

impl Waiting {
    fn is_free(&self) -> bool {
        self.is_gone || (self.bytes.is_empty() && !self.is_writing)
    }
}

/// A way to the terminal that never waits. It is opened anew: that standard output itself waits is as the shell and
/// whoever else has it want it. Where that is not allowed, as after `su`, it is standard output all the same.
fn terminal() -> io::Result<OwnedFd> {
    let stdout = rustix::stdio::stdout();
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let by_name = ttyname(stdout, Vec::new()).ok();
    let opened = by_name.and_then(|name| rustix::fs::open(name, flags, Mode::empty()).ok());
    let opened = opened.or_else(|| rustix::fs::open("/dev/tty", flags, Mode::empty()).ok());
    match opened {
        Some(opened) => Ok(opened),
        None => stdout.as_fd().try_clone_to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::sync::mpsc;

    use super::*;

    /// The longest that anything may take; a test that waits this long has failed.
    const PATIENCE: Duration = Duration::from_secs(60);

    fn line() -> (io::PipeReader, Output) {
        let (far, near) = io::pipe().expect("a pipe");
        let near = OwnedFd::from(near);
        rustix::fs::fcntl_setfl(&near, OFlags::NONBLOCK).expect("it need not wait");
        let output = Output::to(near, Arc::new(Inbox::new())).expect("a thread");
        (far, output)
    }

    #[test]
    fn what_is_written_comes_in_order_and_the_last_is_waited_for() {
        let (mut far, output) = line();
        for word in ["one ", "two ", "three "] {
            output.write(word);
        }
        output.finish("end");
        assert!(output.is_free());
        let mut read = [0; 17];
        far.read_exact(&mut read).expect("it was written");
        assert_eq!(&read, b"one two three end");
    }

    #[test]
    fn a_line_that_hangs_keeps_nobody_waiting_and_gets_the_last_words_once_it_takes_any() {
        let (mut far, output) = line();
        output.write(&"frame ".repeat(1 << 18));
        assert!(!output.is_free());
        let (left, has_left) = mpsc::channel();
        let leaving = output.clone();
        thread::spawn(move || {
            leaving.finish("end");
            left.send(()).expect("it is waited for");
        });
        assert!(has_left.recv_timeout(PATIENCE).is_ok());
        let mut read = Vec::new();
        let mut part = [0; 65_536];
        while !read.ends_with(b"end") {
            let n_read = far.read(&mut part).expect("it is written");
            read.extend_from_slice(&part[..n_read]);
        }
        assert!(read.len() < 1 << 18, "most of the frame was left out");
        assert!(String::from_utf8_lossy(&read).contains(CUT));
    }
}
