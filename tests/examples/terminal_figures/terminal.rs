//! A pseudo-terminal whose bytes are stamped as they come, and what it shows.

use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// The longest that anything may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Columns and rows.
pub(crate) const SIZE: (u16, u16) = (160, 45);

/// A cell in pixels: width and height.
const CELL: (u16, u16) = (8, 16);

/// Ticks in which the system counts processor time, in a second. Source: proc(5), `USER_HZ`.
const TICKS: f64 = 100.0;

/// The app on a terminal.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    started: Instant,
    pressed: Instant,
    shown: vt100::Parser,
    master: Box<dyn MasterPty + Send>,
    _home: tempfile::TempDir,
}

/// When the screen was as it was waited for.
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
    /// Starts the binary with a configuration of its own, which is none.
    pub(crate) fn start(binary: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let pair = native_pty_system().openpty(size(SIZE)).expect("a terminal");
        let home = tempfile::tempdir().expect("a temporary directory");
        let mut command = CommandBuilder::new(binary);
        command.args(arguments);
        let usual = [("TERM", "xterm-256color"), ("LANG", "C.UTF-8")];
        for (name, value) in usual.iter().chain(variables) {
            command.env(name, value);
        }
        for name in ["FLOWDECK_CONFIG_DIR", "FLOWDECK_STATE_DIR"] {
            command.env(name, home.path());
        }
        // Whoever measures over SSH measures the app all the same.
        for name in ["SSH_CONNECTION", "SSH_TTY", "TMUX"] {
            command.env_remove(name);
        }
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
            shown: vt100::Parser::new(cells(SIZE.1), cells(SIZE.0), 0),
            master: pair.master,
            _home: home,
        }
    }

    /// Presses keys.
    pub(crate) fn press(&mut self, keys: &str) {
        self.pressed = Instant::now();
        self.keys
            .write_all(keys.as_bytes())
            .expect("the terminal takes keys");
        self.keys.flush().expect("the terminal takes keys");
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&mut self, to: (u16, u16)) {
        self.shown.screen_mut().set_size(cells(to.1), cells(to.0));
        self.pressed = Instant::now();
        self.master.resize(size(to)).expect("the terminal takes a size");
    }

    /// Whether this text is on the screen.
    pub(crate) fn shows(&self, text: &str) -> bool {
        self.shown.screen().contents().contains(text)
    }

    /// Whether the screen is as asked.
    pub(crate) fn is_so(&self, is_so: impl Fn(&str) -> bool) -> bool {
        is_so(&self.shown.screen().contents())
    }

    /// Waits until this text is on the screen.
    pub(crate) fn until(&mut self, text: &str) -> Moment {
        self.until_so(text, |shown| shown.contains(text))
    }

    /// Waits until the screen is as asked; where it is so already, that counts from the last key.
    pub(crate) fn until_so(&mut self, what: &str, is_so: impl Fn(&str) -> bool) -> Moment {
        let mut at = self.pressed;
        while !is_so(&self.shown.screen().contents()) {
            at = match self.take(PATIENCE) {
                Some((at, _)) => at,
                None => panic!(
                    "`{what}` was never shown, but:\n{}",
                    self.shown.screen().contents()
                ),
            };
        }
        Moment {
            since_start: at - self.started,
            since_key: at - self.pressed,
        }
    }

    /// Waits until nothing came for a while.
    pub(crate) fn rest(&mut self, quiet: Duration) {
        while self.take(quiet).is_some() {}
    }

    /// Presses keys and takes what comes until it is quiet.
    pub(crate) fn answer(&mut self, keys: &str, quiet: Duration) -> Answer {
        self.press(keys);
        self.answered(quiet)
    }

    /// What comes since the last key, or the last change of size, until it is quiet.
    pub(crate) fn answered(&mut self, quiet: Duration) -> Answer {
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
        let status = self.told("status")?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kilobytes / 1024.0)
    }

    /// Processor time that the app took so far, in steps of 10 ms; nothing where the system does not tell.
    pub(crate) fn processor_time(&self) -> Option<Duration> {
        let stat = self.told("stat")?;
        // Behind the name, which may hold anything, the twelfth and the thirteenth. Source: proc(5).
        let mut numbers = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let mut next = || numbers.next()?.parse::<f64>().ok();
        Some(Duration::from_secs_f64((next()? + next()?) / TICKS))
    }

    fn told(&self, file: &str) -> Option<String> {
        std::fs::read_to_string(format!("/proc/{}/{file}", self.child.process_id()?)).ok()
    }

    fn take(&mut self, limit: Duration) -> Option<(Instant, usize)> {
        match self.output.recv_timeout(limit) {
            Ok((at, bytes)) => {
                self.shown.process(&bytes);
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

fn size((columns, rows): (u16, u16)) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: columns * CELL.0,
        pixel_height: rows * CELL.1,
    }
}

fn cells(number: u16) -> NonZero<u16> {
    NonZero::new(number).expect("a terminal has cells")
}
