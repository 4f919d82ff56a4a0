//! Reads keys and the mouse on a thread of its own, so that nothing else keeps them waiting.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event::{self, Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use rustix::event::{PollFd, PollFlags, poll};

use super::background::{Listener, Typed};
use super::inbox::{Happening, Inbox};
use crate::app::key::Key;
use crate::app::message::Msg;
use crate::app::mouse::{Clicks, Mouse, MouseKind};

/// Reads the terminal, and lets it be while somebody else does.
pub(crate) struct Input {
    gate: Arc<Gate>,
    wake: PipeWriter,
}

/// Whether the terminal is read.
#[derive(Default)]
struct Gate {
    reading: Mutex<Reading>,
    changed: Condvar,
}

#[derive(Clone, Copy, Default, Eq, PartialEq)]
enum Reading {
    /// It is read.
    #[default]
    On,
    /// It is not to be read any more.
    Ending,
    /// It is not read.
    Off,
}

impl Input {
    /// Starts reading. The thread ends with the process, or when the terminal is gone.
    ///
    /// # Errors
    /// The system gives no thread or no pipe.
    pub(crate) fn read(inbox: Arc<Inbox>, listener: Listener) -> io::Result<Self> {
        let (woken, wake) = io::pipe()?;
        let gate = Arc::new(Gate::default());
        let reader = Reader {
            inbox,
            gate: Arc::clone(&gate),
            woken,
            clicks: Clicks::default(),
            listener,
        };
        thread::Builder::new()
            .name("input".to_owned())
            .spawn(move || reader.run())?;
        Ok(Self { gate, wake })
    }

    /// Lets the terminal be: what is typed from now on is somebody else's.
    pub(crate) fn pause(&mut self) {
        self.gate.set(Reading::Ending);
        if self.wake.write_all(&[0]).is_ok() {
            self.gate.wait_while(|reading| reading == Reading::Ending);
        }
    }

    /// Reads the terminal again.
    pub(crate) fn resume(&self) {
        self.gate.set(Reading::On);
    }
}

impl Gate {
    fn set(&self, reading: Reading) {
        *self.reading.lock().unwrap_or_else(PoisonError::into_inner) = reading;
        self.changed.notify_all();
    }

    fn wait_while(&self, is_so: impl Fn(Reading) -> bool) {
        let reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.changed.wait_while(reading, |reading| is_so(*reading)));
    }
}

/// The thread that reads.
struct Reader {
    inbox: Arc<Inbox>,
    gate: Arc<Gate>,
    woken: PipeReader,
    clicks: Clicks,
    listener: Listener,
}

impl Reader {
    fn run(mut self) {
        loop {
            let read = self.wait().and_then(|is_paused| {
                if is_paused {
                    self.rest()
                } else {
                    self.take_events()
                }
            });
            match read {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return self.inbox.happen(Happening::Gone),
            }
        }
    }

    /// Waits for the terminal; answers whether it is to be let be instead.
    fn wait(&self) -> io::Result<bool> {
        let stdin = rustix::stdio::stdin();
        let mut sources = [
            PollFd::new(&stdin, PollFlags::IN),
            PollFd::new(&self.woken, PollFlags::IN),
        ];
        poll(&mut sources, None)?;
        Ok(!sources[1].revents().is_empty())
    }

    fn take_events(&mut self) -> io::Result<()> {
        // Without any time at all crossterm does not even look.
        while event::poll(Duration::from_millis(1))? {
            let msg = message_of(event::read()?, &mut self.clicks);
            if let Some(msg) = msg.and_then(|msg| self.sort_out(msg)) {
                self.inbox.happen(Happening::Input(msg));
            }
        }
        Ok(())
    }

    /// Takes what the terminal itself answers out of what the person types.
    fn sort_out(&mut self, msg: Msg) -> Option<Msg> {
        let Msg::Key(key) = &msg else { return Some(msg) };
        match self.listener.take(key) {
            Typed::Key => Some(msg),
            Typed::Part => None,
            Typed::Answer(background) => Some(Msg::Background(background)),
        }
    }

    fn rest(&mut self) -> io::Result<()> {
        self.woken.read_exact(&mut [0])?;
        self.gate.set(Reading::Off);
        self.gate.wait_while(|reading| reading != Reading::On);
        Ok(())
    }
}

fn message_of(event: Event, clicks: &mut Clicks) -> Option<Msg> {
    match event {
        Event::Key(key) => Key::of_event(&key).map(Msg::Key),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Mouse(mouse) => mouse_of(mouse, clicks).map(Msg::Mouse),
        // Another size comes as a signal: it must not wait for the next key.
        Event::Resize(..) => None,
        Event::FocusGained => Some(Msg::Focus(true)),
        Event::FocusLost => Some(Msg::Focus(false)),
    }
}

fn mouse_of(event: MouseEvent, clicks: &mut Clicks) -> Option<Mouse> {
    let is_shifted = event.modifiers.contains(KeyModifiers::SHIFT);
    let kind = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseKind::Press,
        MouseEventKind::Drag(MouseButton::Left) => MouseKind::Drag,
        MouseEventKind::Up(MouseButton::Left) => MouseKind::Release,
        MouseEventKind::ScrollDown if is_shifted => MouseKind::ScrollRight,
        MouseEventKind::ScrollUp if is_shifted => MouseKind::ScrollLeft,
        MouseEventKind::ScrollDown => MouseKind::ScrollDown,
        MouseEventKind::ScrollUp => MouseKind::ScrollUp,
        MouseEventKind::ScrollLeft => MouseKind::ScrollLeft,
        MouseEventKind::ScrollRight => MouseKind::ScrollRight,
        _ => return None,
    };
    let mut mouse = Mouse::at(kind, event.column, event.row);
    if kind == MouseKind::Press {
        mouse.is_double = clicks.is_double(event.column, event.row, Instant::now());
    }
    Some(mouse)
}
