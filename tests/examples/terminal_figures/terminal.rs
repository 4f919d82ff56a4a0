//! A pseudo-terminal whose bytes are stamped as they come.

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// The longest that anything may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// The app on a terminal.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    started: Instant,
    pressed: Instant,
    /// Everything that came since the last key, as text without escape sequences.
    shown: Text,
    _master: Box<dyn MasterPty + Send>,
}

/// When a text came.
pub(crate) struct Moment {
    pub(crate) since_start: Duration,
    pub(crate) since_key: Duration,
}

/// What a key brought about.
pub(crate) struct Answer {
    /// From the key to the first byte.
    pub(crate) first: Duration,
    pub(crate) n_bytes: usize,
}

impl Terminal {
    /// Starts the binary.
    pub(crate) fn start(binary: &str, arguments: &[&str]) -> Self {
        let size = PtySize {
            rows: 45,
            cols: 160,
            ..PtySize::default()
        };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        let mut command = CommandBuilder::new(binary);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).expect("the binary was built");
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(n_bytes @ 1..) = reader.read(&mut buffer) {
                if sender.send((Instant::now(), buffer[..n_bytes].to_vec())).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            keys: pair.master.take_writer().expect("a writer"),
            output,
            started,
            pressed: started,
            shown: Text::default(),
            _master: pair.master,
        }
    }

    /// Presses keys.
    pub(crate) fn press(&mut self, keys: &str) {
        self.shown.forget();
        self.pressed = Instant::now();
        self.keys
            .write_all(keys.as_bytes())
            .expect("the terminal takes keys");
        self.keys.flush().expect("the terminal takes keys");
    }

    /// Waits until this text came since the last key.
    pub(crate) fn until(&mut self, text: &str) -> Moment {
        let mut at = self.pressed;
        while !self.shown.holds(text) {
            at = self
                .take(PATIENCE)
                .unwrap_or_else(|| panic!("`{text}` was never shown"))
                .0;
        }
        Moment {
            since_start: at - self.started,
            since_key: at - self.pressed,
        }
    }

    /// Whether this text came at any time.
    pub(crate) fn has_shown(&self, text: &str) -> bool {
        self.shown.ever_held(text)
    }

    /// Waits until nothing came for a while.
    pub(crate) fn rest(&mut self, quiet: Duration) {
        while self.take(quiet).is_some() {}
    }

    /// Presses keys and takes what comes until it is quiet.
    pub(crate) fn answer(&mut self, keys: &str, quiet: Duration) -> Answer {
        self.press(keys);
        let mut first = None;
        let mut n_bytes = 0;
        while let Some((at, taken)) = self.take(if first.is_none() {
            PATIENCE.min(quiet * 50)
        } else {
            quiet
        }) {
            first.get_or_insert(at - self.pressed);
            n_bytes += taken;
        }
        Answer {
            first: first.unwrap_or(PATIENCE),
            n_bytes,
        }
    }

    /// How many bytes come within a time in which no key is pressed.
    pub(crate) fn watch(&mut self, time: Duration) -> usize {
        let end = Instant::now() + time;
        let mut n_bytes = 0;
        while let Some((_, taken)) = self.take(end.saturating_duration_since(Instant::now())) {
            n_bytes += taken;
        }
        n_bytes
    }

    /// Megabytes that the app has in memory; nothing where the system does not tell.
    pub(crate) fn resident_mb(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.process_id()?)).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kilobytes / 1024.0)
    }

    fn take(&mut self, limit: Duration) -> Option<(Instant, usize)> {
        match self.output.recv_timeout(limit) {
            Ok((at, bytes)) => {
                self.shown.add(&bytes);
                Some((at, bytes.len()))
            }
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => panic!("the app ended"),
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The letters among what was written. Words that a screen shares with the one before are not written again, so only
/// whole new ones are found.
#[derive(Default)]
struct Text {
    /// Since the last key.
    recent: String,
    /// Before it.
    older: String,
    is_in_sequence: bool,
}

impl Text {
    fn add(&mut self, bytes: &[u8]) {
        for letter in String::from_utf8_lossy(bytes).chars() {
            match letter {
                '\x1b' => self.is_in_sequence = true,
                // Sequences of the kind `ESC [ … letter` are all that moves and colours.
                '[' | '?' | ';' | '0'..='9' if self.is_in_sequence => {}
                _ if self.is_in_sequence => self.is_in_sequence = false,
                _ => self.recent.push(letter),
            }
        }
    }

    fn forget(&mut self) {
        self.older.push_str(&std::mem::take(&mut self.recent));
    }

    fn holds(&self, text: &str) -> bool {
        self.recent.contains(text)
    }

    fn ever_held(&self, text: &str) -> bool {
        self.older.contains(text) || self.holds(text)
    }
}
