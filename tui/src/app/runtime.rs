//! All input and output of the app: takes what happened, lets `update` decide, carries out what it wants, draws.
//!
//! What waits is taken, then drawn once: at once after the person did something, for answers alone at most thirty
//! times a second, and not at all where nothing changed.

mod ages;
mod answers;
pub(crate) mod background;
mod browser;
mod charset;
mod cluster;
mod contexts;
mod details;
mod elsewhere;
mod files;
mod handover;
pub(crate) mod inbox;
mod input;
mod keeping;
mod kept_first;
mod logs;
mod opening;
mod output;
mod outside;
mod paint;
pub(crate) mod pipelines;
pub(crate) mod registry;
mod signals;
pub(crate) mod terminal;
mod watches;
pub(crate) mod worker;

use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(crate) use charset::Charset;
pub(crate) use opening::Opening;
pub(crate) use paint::Painter;
pub(crate) use worker::now;

use background::Listener;
use browser::Browser;
use inbox::{Happening, Inbox, Signal};
use input::Input;
use output::Output;
use ratatui::buffer::Buffer;
use terminal::Terminal;
use worker::Worker;

use super::effect::Effect;
use super::message::Msg;
use super::state::{State, Word};
use super::ticket::Ticket;
use super::update::{start, update};
use super::view::view;

/// The least time between two frames that only answers ask for.
const FRAME: Duration = Duration::from_millis(33);

/// The longest that answers are taken before the person is listened to and the screen is drawn.
const TAKING: Duration = Duration::from_millis(8);

/// How long a frame with pictures may take until the terminal has it: longer is felt with every key.
const SLOW: Duration = Duration::from_millis(300);

/// Bytes from which on a frame has pictures in it.
const PICTURES_FROM: usize = 2_048;

/// Frames one after the other that take so long: a single one may be a terminal that was stopped for a moment.
const SLOW_FRAMES: usize = 2;

/// Threads that ask stores; each store brings its own where it blocks.
const WORKERS: usize = 2;

/// How the terminal is drawn on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drawing {
    /// Which letters it shows.
    pub(crate) charset: Charset,
    /// Whether it is asked what its background is.
    pub(crate) asks_background: bool,
}

/// Shows the app until the person leaves.
///
/// # Errors
/// What the system met: no thread, no terminal.
pub(crate) fn run(mut state: State, screen: Drawing, opening: Opening) -> io::Result<ExitCode> {
    let tasks = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()?;
    let inbox = Arc::new(Inbox::new());
    {
        let _entered = tasks.enter();
        signals::listen(&inbox)?;
    }
    let terminal = Terminal::take(Output::to_terminal(Arc::clone(&inbox))?)?;
    if screen.asks_background {
        terminal.write(background::QUESTION);
    }
    let input = Input::read(Arc::clone(&inbox), Listener::new(screen.asks_background))?;
    let (width, height) = Terminal::size();
    (state.area.width, state.area.height) = (width, height);
    let mut app = App {
        editor: opening.editor(),
        browser: Browser::of(opening.environment()),
        worker: Worker::new(tasks.handle().clone(), Arc::clone(&inbox), opening),
        painter: Painter::new(screen.charset, state.theme.graphics()),
        terminal,
        input,
        inbox,
        state,
        pictures: PictureFrames::default(),
        left: None,
    };
    let left = app.show();
    app.take_pictures_back();
    drop(app);
    // A store that hangs must not keep the person waiting.
    tasks.shutdown_background();
    left
}

struct App {
    state: State,
    inbox: Arc<Inbox>,
    worker: Worker,
    painter: Painter,
    terminal: Terminal,
    input: Input,
    /// The person's own editor, as a shell reads it.
    editor: String,
    browser: Browser,
    pictures: PictureFrames,
    left: Option<ExitCode>,
}

/// How the terminal takes frames with charts by pixels.
#[derive(Default)]
struct PictureFrames {
    /// When the last was written, as long as the terminal has not taken it.
    written: Option<Instant>,
    /// How many one after the other took long.
    n_slow: usize,
}

impl App {
    fn show(&mut self) -> io::Result<ExitCode> {
        self.draw();
        let first = start(&mut self.state);
        self.carry_out(first)?;
        let mut drawn = Instant::now();
        let (mut is_urgent, mut is_stale) = (false, true);
        loop {
            // While the terminal has not taken the last frame, the word that it has is waited for.
            let has_next = is_stale && self.terminal.is_free();
            self.inbox
                .wait(has_next.then(|| FRAME.saturating_sub(drawn.elapsed())));
            is_urgent |= self.take_happenings()?;
            is_stale |= self.take_answers()?;
            if let Some(code) = self.left {
                return Ok(code);
            }
            let is_due = is_urgent || (is_stale && drawn.elapsed() >= FRAME);
            if is_due && self.terminal.is_free() {
                self.draw();
                drawn = Instant::now();
                (is_urgent, is_stale) = (false, false);
            }
        }
    }

    /// Takes all that the person did; answers whether there was anything.
    fn take_happenings(&mut self) -> io::Result<bool> {
        let mut any = false;
        while let Some(happening) = self.inbox.next_happening() {
            any |= !matches!(happening, Happening::Written);
            match happening {
                Happening::Input(msg) => self.take(msg)?,
                Happening::Signal(signal) => self.obey(signal)?,
                Happening::Written => any |= self.look_at_pace()?,
                Happening::Gone => self.left = Some(ExitCode::FAILURE),
            }
            if self.left.is_some() {
                break;
            }
        }
        Ok(any)
    }

    /// Takes answers for a while; answers whether there were any.
    fn take_answers(&mut self) -> io::Result<bool> {
        let since = Instant::now();
        let mut any = false;
        while since.elapsed() < TAKING {
            let Some(msg) = self.inbox.next_answer() else {
                break;
            };
            any = true;
            self.take(msg)?;
        }
        Ok(any)
    }

    fn take(&mut self, msg: Msg) -> io::Result<()> {
        let effects = update(&mut self.state, msg);
        self.carry_out(effects)
    }

    fn carry_out(&mut self, effects: Vec<Effect>) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::KeptFirst(ticket) => self.worker.show_kept_first(ticket),
                Effect::Ask(ticket, question) => self.worker.ask(ticket, question),
                Effect::Wake(ticket, after) => self.worker.wake(ticket, after, false),
                Effect::Watch(ticket, after) => self.worker.wake(ticket, after, true),
                Effect::GiveUp(ticket) => self.worker.give_up(ticket),
                Effect::Edit(ticket, text) => self.hand_over(ticket, &text)?,
                Effect::Notify { bell, desktop } => self.terminal.notify(bell, desktop.as_deref()),
                Effect::KeepInbox(memory) => self.worker.keep_inbox(memory),
                Effect::Browse(address) => self.browse(&address),
                Effect::TakeMouse(is_ours) => self.terminal.take_mouse(is_ours),
                Effect::Copy(text) => self.terminal.copy(&text),
                Effect::Redraw => self.painter.forget(),
                Effect::Quit => self.left = Some(ExitCode::SUCCESS),
                Effect::Suspend if signals::can_stop() => signals::ask_job_to_stop(),
                Effect::Suspend => {
                    let word = "There is no shell here to go back to.".to_owned();
                    self.state.said = Some(Word::Said(word));
                }
            }
        }
        Ok(())
    }

    fn obey(&mut self, signal: Signal) -> io::Result<()> {
        match signal {
            Signal::Leave(code) => self.left = Some(ExitCode::from(code)),
            Signal::Stop => {
                self.take_pictures_back();
                self.terminal.give_back();
                signals::stop();
                self.resume()?;
            }
            Signal::Continue => self.resume()?,
            Signal::Resized => self.take_size()?,
        }
        Ok(())
    }

    /// Shows an address in the browser; where there is none, the clipboard gets it.
    fn browse(&mut self, address: &str) {
        let word = if self.browser.show(address) {
            format!("Opened {address} in the browser.")
        } else {
            self.terminal.copy(address);
            format!("There is no browser here; the clipboard has {address} now.")
        };
        self.state.said = Some(Word::Said(word));
    }

    /// Lets the person's own editor have the terminal until it ends.
    fn hand_over(&mut self, ticket: Ticket, text: &str) -> io::Result<()> {
        self.input.pause();
        self.take_pictures_back();
        self.terminal.give_back();
        let edited = handover::edit(&self.editor, text);
        self.inbox.drop_job_signals();
        self.resume()?;
        self.input.resume();
        self.take(Msg::Edited(ticket, edited))
    }

    /// What follows on this terminal need not know of our pictures.
    fn take_pictures_back(&mut self) {
        let bytes = self.painter.take_pictures_back();
        self.terminal.write(&bytes);
    }

    /// Takes the terminal again: its modes, its size and what it shows may all have changed.
    fn resume(&mut self) -> io::Result<()> {
        self.terminal.resume()?;
        self.painter.forget();
        self.take_size()
    }

    fn take_size(&mut self) -> io::Result<()> {
        let (width, height) = Terminal::size();
        self.take(Msg::Resize { width, height })
    }

    fn draw(&mut self) {
        let mut buffer = Buffer::empty(self.state.area);
        view(&self.state, &mut buffer);
        let bytes = self.painter.paint(buffer, self.state.pictures.placed());
        let has_charts = self.state.theme.graphics().charts && bytes.len() > PICTURES_FROM;
        self.pictures.written = has_charts.then(Instant::now);
        self.terminal.write(&bytes);
    }

    /// The terminal took what was written: where that took long again and again, charts by pixels are too much for it.
    /// Answers whether anything is drawn otherwise now.
    fn look_at_pace(&mut self) -> io::Result<bool> {
        let Some(written) = self.pictures.written.take() else {
            return Ok(false);
        };
        let is_slow = written.elapsed() > SLOW;
        self.pictures.n_slow = if is_slow { self.pictures.n_slow + 1 } else { 0 };
        let is_too_much = self.pictures.n_slow == SLOW_FRAMES;
        if is_too_much {
            self.take(Msg::SlowPictures)?;
        }
        Ok(is_too_much)
    }
}
