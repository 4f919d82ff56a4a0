//! A pseudo-terminal with the binary in it, and an emulator that reads what it writes.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::binary::flowdeck;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// The longest that anything may take; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// The binary on a terminal.
pub struct Screen {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    keys: Box<dyn Write + Send>,
    shown: Arc<Shown>,
}

/// What was written so far, and what it looks like.
struct Shown {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    is_over: bool,
    /// Whether nobody reads: what is written stays with the terminal, until it takes no more.
    is_paused: bool,
}

impl Screen {
    /// The binary with these arguments and variables, on a terminal of 80 by 24.
    pub fn of(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::in_directory(Path::new("/"), arguments, variables)
    }

    /// As [`Screen::of`], started in a directory.
    pub fn in_directory(directory: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::sized((80, 24), directory, arguments, variables)
    }

    /// As [`Screen::in_directory`], on a terminal of so many columns and rows.
    pub fn sized(
        (width, height): (u16, u16),
        directory: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        let mut command = CommandBuilder::new(flowdeck());
        command.args(arguments);
        command.cwd(directory);
        command.env_clear();
        let usual = [
            ("TERM", "xterm-256color"),
            ("LANG", "C.UTF-8"),
            ("TZ", "UTC"),
            // No test writes into the state of whoever runs it.
            ("FLOWDECK_STATE_DIR", "/dev/null/state"),
            ("FLOWDECK_CONFIG_DIR", "/nowhere/flowdeck"),
        ];
        for (name, value) in usual.iter().chain(variables) {
            command.env(name, value);
        }
        Self::start((width, height), command)
    }

    /// Any program on a terminal of so many columns and rows.
    pub fn start((width, height): (u16, u16), command: CommandBuilder) -> Self {
        let pair = native_pty_system()
            .openpty(size(width, height))
            .expect("a terminal");
        let child = pair.slave.spawn_command(command).expect("the binary was built");
        drop(pair.slave);
        let shown = Arc::new(Shown {
            state: Mutex::new(State {
                parser: vt100::Parser::new(cells(height), cells(width), 0),
                bytes: Vec::new(),
                is_over: false,
                is_paused: false,
            }),
            changed: Condvar::new(),
        });
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let filled = Arc::clone(&shown);
        std::thread::spawn(move || {
            let mut buffer = [0; 65_536];
            // The end of a terminal is an error on some systems.
            while let Ok(n_bytes @ 1..) = reader.read(&mut buffer) {
                let mut state = filled.lock();
                while state.is_paused {
                    state = filled.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
                state.parser.process(&buffer[..n_bytes]);
                state.bytes.extend_from_slice(&buffer[..n_bytes]);
                filled.changed.notify_all();
            }
            filled.lock().is_over = true;
            filled.changed.notify_all();
        });
        Self {
            child,
            keys: pair.master.take_writer().expect("a writer"),
            master: Some(pair.master),
            shown,
        }
    }

    /// Reads no more of what is written, as a link that hangs.
    pub fn pause(&self) {
        self.shown.lock().is_paused = true;
    }

    /// Reads again.
    pub fn go_on(&self) {
        self.shown.lock().is_paused = false;
        self.shown.changed.notify_all();
    }

    /// Types.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        self.keys
            .write_all(keys.as_bytes())
            .expect("the terminal takes keys");
        self.keys.flush().expect("the terminal takes keys");
        self
    }

    /// Waits until this text is on the screen.
    pub fn wait_for(&self, text: &str) {
        self.wait_until(text, |shown| shown.contains(text));
    }

    /// Waits until the screen is as asked.
    pub fn wait_until(&self, what: &str, is_so: impl Fn(&str) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.shown.lock();
        loop {
            let text = state.parser.screen().contents();
            if is_so(&text) {
                return;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !state.is_over,
                "waited for {what}, and there was:\n{text}"
            );
            state = self
                .shown
                .changed
                .wait_timeout(state, left)
                .expect("no thread panicked")
                .0;
        }
    }

    /// Waits until nothing was written for a while: for pictures, not for tests.
    pub fn settle(&self) {
        let quiet = Duration::from_millis(500);
        let mut state = self.shown.lock();
        loop {
            let n_bytes = state.bytes.len();
            let (next, waited) = self
                .shown
                .changed
                .wait_timeout(state, quiet)
                .expect("no thread panicked");
            state = next;
            if state.is_over || (waited.timed_out() && state.bytes.len() == n_bytes) {
                return;
            }
        }
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, width: u16, height: u16) {
        self.shown
            .lock()
            .parser
            .screen_mut()
            .set_size(cells(height), cells(width));
        let master = self.master.as_ref().expect("it is not left yet");
        master
            .resize(size(width, height))
            .expect("the terminal takes a size");
    }

    /// Sends the process a signal.
    pub fn signal(&self, name: &str) {
        let id = self.child.process_id().expect("it runs").to_string();
        let sent = std::process::Command::new("kill")
            .args(["-s", name, &id])
            .status();
        assert!(sent.is_ok_and(|status| status.success()));
    }

    /// Waits until the process has ended, whether or not anybody reads what it wrote; answers with its exit code.
    pub fn ends(&mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("it was started") {
                return status.exit_code();
            }
            assert!(Instant::now() < deadline, "it did not end");
            std::thread::yield_now();
        }
    }

    /// Waits for the end of the process; answers with its exit code.
    pub fn leave(&mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.shown.lock();
        while !state.is_over {
            let left = deadline.saturating_duration_since(Instant::now());
            let text = state.parser.screen().contents();
            assert!(
                !left.is_zero(),
                "waited for the end of the process, and there was:\n{text}"
            );
            state = self
                .shown
                .changed
                .wait_timeout(state, left)
                .expect("no thread panicked")
                .0;
        }
        drop(state);
        self.master = None;
        self.child.wait().expect("it ends").exit_code()
    }

    /// Whether the terminal is as it was before.
    pub fn is_given_back(&self) -> bool {
        let state = self.shown.lock();
        let screen = state.parser.screen();
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    }

    /// Bytes that were written so far.
    pub fn n_bytes(&self) -> usize {
        self.shown.lock().bytes.len()
    }

    /// Looks at the screen as it is.
    pub fn look<T>(&self, at: impl FnOnce(&vt100::Screen) -> T) -> T {
        at(self.shown.lock().parser.screen())
    }

    /// All that was written.
    pub fn written(&self) -> Vec<u8> {
        self.shown.lock().bytes.clone()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

impl Shown {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn size(width: u16, height: u16) -> PtySize {
    PtySize {
        rows: height,
        cols: width,
        ..PtySize::default()
    }
}

fn cells(number: u16) -> NonZero<u16> {
    NonZero::new(number).expect("a terminal has cells")
}
