//! What every command stands on: the flags, the environment, the terminal, the open store.

use std::cell::{OnceCell, RefCell};
use std::future::Future;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::time::Duration;

use flowdeck_surface::client::port::StoreKind;
use flowdeck_surface::client::{
    Confirmation, Discovery, Environment, Failure, FailureKind, ListRequest, Listing, Policy, Result,
    Session, Warning, discover,
};
use flowdeck_surface::clock::Clock;
use flowdeck_surface::tone::Tone;
use indicatif::ProgressBar;

use super::args::{Global, YesArg};
use super::exit::{Outcome, Stop};
use super::output::column::{Column, Noun, all_columns};
use super::output::paint::painted;
use super::output::table::Style;
use super::output::{card, csv, json, table};
use flowdeck_surface::text::harmless;

/// Bytes gathered before they are written.
const BUFFER_BYTES: usize = 64 * 1024;
/// Warnings of one list that are spelled out unless `-v` is given.
const WARNINGS_SHOWN: usize = 10;
/// Width of a terminal that does not tell.
const USUAL_WIDTH: usize = 80;

/// How often a spinner turns.
const SPIN: Duration = Duration::from_millis(120);

/// Where results are written.
pub(crate) type Out = BufWriter<StdoutLock<'static>>;

/// What form results are written in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Form {
    /// Tables and sentences.
    People,
    /// `--json`.
    Json,
    /// `--csv`.
    Csv,
}

/// What every command stands on.
pub(crate) struct Context {
    pub(crate) global: Global,
    pub(crate) environment: Environment,
    clock: OnceCell<Clock>,
    /// The stores that were opened: they tell in the end how old their answers were.
    sessions: RefCell<Vec<Session>>,
}

impl Context {
    /// The context of one invocation.
    pub(crate) fn new(global: Global, mut environment: Environment) -> Self {
        if global.fresh {
            // Nothing that was kept is read, and nothing is kept.
            environment.cache_dir = None;
            environment.offline = false;
        }
        environment.offline |= global.offline;
        Self {
            global,
            environment,
            sessions: RefCell::default(),
            clock: OnceCell::new(),
        }
    }

    /// What form results are written in.
    pub(crate) fn form(&self) -> Form {
        match (self.global.json, self.global.csv) {
            (true, _) => Form::Json,
            (_, true) => Form::Csv,
            _ => Form::People,
        }
    }

    /// How tables are written.
    pub(crate) fn style(&self) -> Style {
        Style {
            width: io::stdout().is_terminal().then(terminal_width),
            colour: self.colour_on(io::stdout().is_terminal()),
            clock: self.clock.get_or_init(Clock::local).clone(),
        }
    }

    /// Whether colours are wanted on something that is a terminal or not.
    pub(crate) fn colour_on(&self, terminal: bool) -> bool {
        terminal
            && !self.global.no_color
            && self.environment.variable("NO_COLOR").is_none()
            && self.environment.variable("TERM") != Some("dumb")
    }

    /// Stdout, gathered.
    pub(crate) fn out(&self) -> Out {
        BufWriter::with_capacity(BUFFER_BYTES, io::stdout().lock())
    }

    /// Where stores were looked for.
    pub(crate) fn discovery(&self) -> Result<Discovery> {
        discover(&self.global.flags(), &self.environment)
    }

    /// Opens the store that is meant.
    pub(crate) fn session(&self) -> Result<Session> {
        let discovery = self.discovery()?;
        self.warn(&discovery.warnings);
        let chosen = discovery.required()?;
        tracing::info!(store = %chosen.tracking, place = chosen.place, "opening");
        if let Some(other) = &chosen.other {
            self.note(&format!(
                "Reading {}; {other} is there too (--store reads it).",
                chosen.tracking
            ));
        }
        let session = Session::open(chosen, &self.environment)?;
        super::models::report_unfinished(self, &session);
        self.sessions.borrow_mut().push(session.clone());
        Ok(session)
    }

    /// Says on stderr what was read from the cache and how old it is, and what is wrong with the cache.
    pub(crate) async fn tell_freshness(&self) {
        for session in self.sessions.take() {
            session.settle().await;
            self.warn(&session.take_warnings());
            let Some(as_of) = session.oldest_as_of() else {
                continue;
            };
            let sentence = format!(
                "{} is offline: this is from the cache, as of {}.",
                session.origin().uri,
                self.style().clock.date_time(as_of)
            );
            match self.form() {
                Form::Json if !self.global.quiet => self.tell(&json::note_of_age(&sentence, as_of)),
                _ => self.note(&sentence),
            }
        }
    }

    /// Says something on stderr that is no result.
    pub(crate) fn note(&self, sentence: &str) {
        if !self.global.quiet {
            self.tell(&painted(
                &harmless(sentence),
                Tone::Muted,
                self.colour_on(io::stderr().is_terminal()),
            ));
        }
    }

    fn tell(&self, line: &str) {
        // Nobody is left to tell where stderr is closed.
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// Says on stderr what was passed over while reading.
    pub(crate) fn warn(&self, warnings: &[Warning]) {
        if self.global.quiet {
            return;
        }
        let colour = self.colour_on(io::stderr().is_terminal());
        let label = painted("warning:", Tone::Warning, colour);
        let shown = if self.global.verbose > 0 {
            usize::MAX
        } else {
            WARNINGS_SHOWN
        };
        for warning in warnings.iter().take(shown) {
            self.tell(&format!("{label} {}", harmless(&warning.0)));
        }
        if warnings.len() > shown {
            self.tell(&format!(
                "{label} {} more like these: -v tells them",
                warnings.len() - shown
            ));
        }
    }

    /// Waits for a list, with a sign of life on a terminal where a server takes its time.
    ///
    /// # Errors
    /// What the store answered, with the words of the request that it points into.
    pub(crate) async fn found<T>(
        &self,
        session: &Session,
        listing: impl Future<Output = Result<Listing<T>>>,
        request: &ListRequest,
    ) -> Result<Listing<T>, Stop> {
        let server = session.origin().kind == StoreKind::Server;
        let spinner = (server && self.shows_progress()).then(|| {
            let spinner = ProgressBar::new_spinner().with_message("reading");
            spinner.enable_steady_tick(SPIN);
            spinner
        });
        let found = listing.await;
        if let Some(spinner) = spinner {
            spinner.finish_and_clear();
        }
        found.map_err(|failure| blamed(failure, request))
    }

    /// Whether progress is drawn: on a terminal, unless quiet is asked for.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.global.quiet && io::stderr().is_terminal()
    }

    /// Writes what a list found.
    pub(crate) fn write_list<T: Noun>(
        &self,
        listing: &Listing<T>,
        columns: Option<Vec<Column<T>>>,
        list: &ListRequest,
    ) -> Outcome {
        self.warn(&listing.warnings);
        match (self.form(), columns) {
            (Form::Json, columns) => write_array(self.out(), &listing.items, columns.as_deref())?,
            (Form::Csv, columns) => {
                let columns = columns.unwrap_or_else(|| all_columns(&listing.items));
                csv::write(self.out(), &listing.items, &columns)?;
            }
            (Form::People, _) if listing.items.is_empty() => {
                self.note(&format!("No {} match.", T::PLURAL));
            }
            (Form::People, columns) => {
                let columns = columns.unwrap_or_else(|| T::in_table(&listing.items));
                table::write(self.out(), &listing.items, &columns, &self.style())?;
            }
        }
        if let (true, Some(limit)) = (listing.more, list.limit) {
            self.note(&format!(
                "More {} match than these {limit}: --all lists them.",
                T::PLURAL
            ));
        }
        Ok(())
    }

    /// Writes one thing.
    pub(crate) fn write_thing<T: Noun>(&self, thing: &T) -> Outcome {
        match self.form() {
            Form::Json => json::write_thing(self.out(), &thing.view()),
            Form::Csv => {
                let things = std::slice::from_ref(thing);
                csv::write(self.out(), things, &all_columns(things))
            }
            Form::People => card::write(self.out(), thing, &self.style()),
        }
    }

    /// Asks whether something that destroys may go ahead.
    ///
    /// # Errors
    /// A no, and nobody to ask.
    pub(crate) fn confirm(&self, policy: &Policy, given: &YesArg, question: &str) -> Result<()> {
        let confirmation = policy.confirmation()?;
        let refused = |message: String| Failure::new(FailureKind::Refused, message);
        match (&confirmation, given.confirm.as_deref()) {
            (Confirmation::Yes, _) if given.yes => return Ok(()),
            (Confirmation::Word(_), Some(word)) if confirmation.is_given(word) => return Ok(()),
            (Confirmation::Word(name), Some(word)) => {
                let message = format!("`{word}` is not the name of this context: nothing was changed");
                return Err(refused(message).with_hint(format!("it is `{name}`, a production context")));
            }
            _ => {}
        }
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            let act = question.trim_end_matches('?');
            return Err(match &confirmation {
                Confirmation::Yes => refused(format!("a confirmation is missing to {act}"))
                    .with_hint("pass --yes to go ahead without being asked"),
                Confirmation::Word(name) => refused(format!(
                    "context `{name}` is production: its name is missing to {act}"
                ))
                .with_hint(format!("pass --confirm {name}; --yes is not enough there")),
            });
        }
        let prompt = confirmation.prompt();
        let _ = write!(io::stderr().lock(), "{} {prompt} ", harmless(question));
        let mut answer = String::new();
        let read = io::stdin().read_line(&mut answer);
        match read {
            Ok(_) if confirmation.is_given(&answer) => Ok(()),
            _ => Err(Failure::new(
                FailureKind::Refused,
                "nothing was changed, as it was not confirmed",
            )),
        }
    }
}

/// A failure of a search, with the words it points into.
fn blamed(failure: Failure, list: &ListRequest) -> Stop {
    let Some(span) = failure.span() else {
        return Stop::Failed(failure);
    };
    let fits = |text: &&String| span.start <= text.len() && !text.is_empty();
    let of_order = failure.message().contains("order") || list.filter.is_empty();
    let clause = list.order_by.iter().find(fits).filter(|_| of_order);
    match clause.or_else(|| Some(&list.filter).filter(fits)) {
        Some(input) => Stop::Wrong {
            input: input.clone(),
            failure,
        },
        None => Stop::Failed(failure),
    }
}

fn write_array<T: Noun>(out: Out, things: &[T], columns: Option<&[Column<T>]>) -> Outcome {
    let mut array = json::Array::new(out)?;
    for thing in things {
        match columns {
            Some(columns) => array.push(&json::selected(thing, columns)?)?,
            None => array.push(&thing.view())?,
        }
    }
    array.close()
}

fn terminal_width() -> usize {
    match crossterm::terminal::size() {
        Ok((width, _)) if width > 0 => usize::from(width),
        _ => USUAL_WIDTH,
    }
}
