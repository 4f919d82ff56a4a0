//! Carries questions to the store and answers back, each in a task of its own.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use flowdeck_surface::client::watch::StoreChanges;
use flowdeck_surface::client::{Failure, FailureKind, Result, Session, Timestamp};
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use super::answers;
use super::contexts;
use super::elsewhere::Elsewhere;
use super::inbox::Inbox;
use super::opening::Opening;
use super::watches::{Watches, wait_for_change};
use crate::app::effect::Question;
use crate::app::message::{Answer, Msg, Reply};
use crate::app::ticket::Ticket;
use crate::inbox_file::InboxFile;
use flowdeck_surface::inbox::Memory;

/// Carries questions to the store and answers back.
pub(crate) struct Worker {
    handle: Handle,
    inbox: Arc<Inbox>,
    opening: Arc<Opening>,
    session: Arc<Mutex<Option<Session>>>,
    elsewhere: Arc<Elsewhere>,
    /// What the store was like when it was first asked since it last changed.
    seen: Arc<Mutex<Option<u64>>>,
    watches: Arc<Watches>,
    /// Whether the answer before came from the cache.
    was_offline: Arc<AtomicBool>,
    tasks: HashMap<Ticket, AbortHandle>,
}

impl Worker {
    /// A worker that was asked nothing yet.
    pub(crate) fn new(handle: Handle, inbox: Arc<Inbox>, opening: Opening) -> Self {
        Self {
            handle,
            inbox,
            opening: Arc::new(opening),
            session: Arc::default(),
            elsewhere: Arc::default(),
            seen: Arc::default(),
            watches: Arc::default(),
            was_offline: Arc::default(),
            tasks: HashMap::new(),
        }
    }

    /// Starts on a question.
    pub(crate) fn ask(&mut self, ticket: Ticket, question: Question) {
        let teller = Teller {
            ticket,
            inbox: Arc::clone(&self.inbox),
            asked: Instant::now(),
            session: self.session(),
            was_offline: Arc::clone(&self.was_offline),
        };
        let session = self.session();
        let seen = Arc::clone(&self.seen);
        let (opening, opened) = (Arc::clone(&self.opening), Arc::clone(&self.session));
        let watches = Arc::clone(&self.watches);
        let elsewhere = Arc::clone(&self.elsewhere);
        let on_panic = teller.clone();
        let task = self.handle.spawn(async move {
            if let (Some(run), Some(session)) = (question.run(), &session) {
                watches.follow(run, &session.origin());
            }
            if let Some(session) = &session {
                // The first question since the last change: what comes after it may be missing in later answers.
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                *seen = seen.take().or_else(|| session.change_mark());
            }
            let answered = match (question, session) {
                (question @ (Question::Open | Question::OpenDemo | Question::OpenContext(_)), _) => {
                    open(question, opening, (&opened, &elsewhere), &teller).await
                }
                (question @ (Question::Contexts | Question::ChangeContexts(_)), session) => {
                    let open = session.and_then(|session| session.policy().context.clone());
                    configure(question, &opening, open, &teller).await
                }
                (Question::Inbox(memory), Some(session)) => {
                    let file = InboxFile::of(opening.environment(), &session.origin().uri);
                    answers::look(memory, file, &session, &teller).await
                }
                (Question::Elsewhere(place, question), _) => {
                    elsewhere.answer(place, *question, opening, &teller).await
                }
                (question, Some(session)) => {
                    answers::answer(question, &session, opening.environment(), &teller).await
                }
                (_, None) => Err(Failure::new(FailureKind::NotFound, "no store is open")),
            };
            if let Err(failure) = answered {
                teller.tell(Err(failure)).await;
            }
        });
        self.keep(ticket, task.abort_handle());
        self.handle.spawn(async move {
            if task.await.is_err_and(|error| error.is_panic()) {
                let failure = Failure::new(
                    FailureKind::System,
                    "reading the store stopped on a fault of flowdeck",
                );
                on_panic
                    .tell(Err(
                        failure.with_hint("press r to try again, and report it with the log")
                    ))
                    .await;
            }
        });
    }

    /// Keeps what the inbox remembers; where that goes wrong, the log says so.
    pub(crate) fn keep_inbox(&self, memory: Box<Memory>) {
        let Some(session) = self.session() else { return };
        let file = InboxFile::of(self.opening.environment(), &session.origin().uri);
        self.handle.spawn_blocking(move || {
            if let Err(failure) = file.write(&memory) {
                tracing::warn!("{failure}");
            }
        });
    }

    /// Starts to wait; where only a change counts, goes on waiting while the store is sure to be as it was.
    pub(crate) fn wake(&mut self, ticket: Ticket, after: Duration, only_on_change: bool) {
        let inbox = Arc::clone(&self.inbox);
        let watched = self.session().filter(|_| only_on_change);
        let seen = Arc::clone(&self.seen);
        let watches = Arc::clone(&self.watches);
        let task = self.handle.spawn(async move {
            let changes = watched.as_ref().and_then(|session| watches.of(&session.origin()));
            let changes = changes.as_deref().map(|changes| changes as &dyn StoreChanges);
            loop {
                if let Some(news) = watches.news() {
                    inbox.answer(Msg::Watched(news)).await;
                }
                wait_for_change(after, changes).await;
                let mark = watched.as_ref().and_then(Session::change_mark);
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                if mark.is_none() || mark != *seen {
                    // What is asked next may see the change that was seen here.
                    *seen = None;
                    break;
                }
            }
            inbox.answer(Msg::Woken(ticket)).await;
        });
        self.keep(ticket, task.abort_handle());
    }

    fn session(&self) -> Option<Session> {
        self.session
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Stops what nobody waits for.
    pub(crate) fn give_up(&mut self, ticket: Ticket) {
        if let Some(task) = self.tasks.remove(&ticket) {
            task.abort();
        }
    }

    fn keep(&mut self, ticket: Ticket, task: AbortHandle) {
        self.tasks.retain(|_, task| !task.is_finished());
        self.tasks.insert(ticket, task);
    }
}

/// Tells the answers to one question.
#[derive(Clone)]
pub(crate) struct Teller {
    ticket: Ticket,
    inbox: Arc<Inbox>,
    asked: Instant,
    session: Option<Session>,
    was_offline: Arc<AtomicBool>,
}

impl Teller {
    /// One that nobody hears.
    #[cfg(test)]
    pub(crate) fn unheard() -> Self {
        Self {
            ticket: crate::app::ticket::Tickets::default().next(),
            inbox: Arc::new(Inbox::new()),
            asked: Instant::now(),
        }
    }

    /// Tells an answer, or a part of one.
    pub(crate) async fn tell(&self, answer: Result<Answer>) {
        let reply = Reply {
            ticket: self.ticket,
            at: now(),
            took: self.asked.elapsed(),
            answer,
        };
        self.tell_age().await;
        self.inbox.answer(Msg::Reply(reply)).await;
    }

    /// Tells from when the answer is that follows, where the cache gives it or gave the one before.
    async fn tell_age(&self) {
        let Some(session) = &self.session else { return };
        let as_of = session.as_of();
        if self.was_offline.swap(as_of.is_some(), Ordering::Relaxed) || as_of.is_some() {
            self.inbox.answer(Msg::AsOf(as_of)).await;
        }
        for warning in session.take_warnings() {
            self.inbox.answer(Msg::Warned(warning)).await;
        }
    }

    /// Tells a part of an answer from where nobody can wait; it is left out where others wait already.
    pub(crate) fn tell_soon(&self, answer: Answer) {
        let reply = Reply {
            ticket: self.ticket,
            at: now(),
            took: self.asked.elapsed(),
            answer: Ok(answer),
        };
        self.inbox.answer_if_room(Msg::Reply(reply));
    }
}

async fn open(
    question: Question,
    opening: Arc<Opening>,
    (opened, elsewhere): (&Mutex<Option<Session>>, &Elsewhere),
    teller: &Teller,
) -> Result<()> {
    // Opening a local store reads files.
    let is_switch = matches!(question, Question::OpenContext(_));
    let open = move || match question {
        Question::OpenDemo => opening.open_demo(now()),
        Question::OpenContext(name) => opening.open_context(&name),
        _ => opening.open(),
    };
    let session = tokio::task::spawn_blocking(open).await.unwrap_or_else(|_| {
        Err(Failure::new(
            FailureKind::System,
            "opening the store was broken off",
        ))
    })?;
    // The open store is given up for one that answers.
    let origin = match is_switch {
        true => match session.probe().await {
            Err(failure) if failure.kind() == FailureKind::Unreachable && session.keeps_anything().await => {
                session.origin()
            }
            answer => answer?,
        },
        false => session.origin(),
    };
    let policy = session.policy().clone();
    elsewhere.keep(&session);
    *opened.lock().unwrap_or_else(PoisonError::into_inner) = Some(session);
    teller.tell(Ok(Answer::Opened(origin, policy))).await;
    Ok(())
}

async fn configure(
    question: Question,
    opening: &Opening,
    open: Option<String>,
    teller: &Teller,
) -> Result<()> {
    let environment = opening.environment();
    let read = match question {
        Question::ChangeContexts(change) => contexts::change(*change, environment, open).await?,
        _ => contexts::read(environment, open)?,
    };
    teller.tell(Ok(Answer::Contexts(Box::new(read)))).await;
    Ok(())
}

/// The time of this machine.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
