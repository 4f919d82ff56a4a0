//! Carries questions to the store and answers back, each in a task of its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use flowdeck_surface::client::watch::StoreChanges;
use flowdeck_surface::client::{Failure, FailureKind, Result, Session, Timestamp};
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use super::ages::{Ages, Ahead};
use super::answers;
use super::cluster::{self, OpenCluster};
use super::contexts;
use super::elsewhere::Elsewhere;
use super::inbox::Inbox;
use super::kept_first;
use super::logs::{self, OpenLogs};
use super::opening::Opening;
use super::pipelines::{self, OpenPipelines};
use super::watches::{Watches, wait_for_change};
use crate::app::effect::Question;
use crate::app::message::{Answer, AsOf, Came, Msg, Reply};
use crate::app::pipelines::Asked;
use crate::app::ticket::Ticket;
use flowdeck_surface::inbox::{InboxFile, Memory};

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
    ages: Arc<Ages>,
    /// The question that comes next may be answered by what was kept until the store does.
    kept_first: Option<Ticket>,
    logs: Arc<OpenLogs>,
    pipelines: Arc<OpenPipelines>,
    cluster: Arc<OpenCluster>,
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
            ages: Arc::default(),
            kept_first: None,
            logs: Arc::default(),
            pipelines: Arc::default(),
            cluster: Arc::default(),
            tasks: HashMap::new(),
        }
    }

    /// What was kept may be shown before the answer to this ticket, which is asked for next.
    pub(crate) fn show_kept_first(&mut self, ticket: Ticket) {
        self.kept_first = Some(ticket);
    }

    /// Starts on a question.
    pub(crate) fn ask(&mut self, ticket: Ticket, question: Question) {
        let teller = Teller {
            ticket,
            inbox: Arc::clone(&self.inbox),
            asked: Instant::now(),
            session: self.session(),
            ages: Arc::clone(&self.ages),
            ahead: Arc::default(),
            gathered: None,
        };
        let is_kept_first = self.kept_first.take() == Some(ticket);
        let session = self.session();
        let seen = Arc::clone(&self.seen);
        let (opening, opened) = (Arc::clone(&self.opening), Arc::clone(&self.session));
        let watches = Arc::clone(&self.watches);
        let elsewhere = Arc::clone(&self.elsewhere);
        let logs = Arc::clone(&self.logs);
        let pipelines = Arc::clone(&self.pipelines);
        let cluster = Arc::clone(&self.cluster);
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
                (Question::Log(asked), _) => {
                    let environment = opening.environment();
                    let logs = logs.of(&opening.pipelines_flags(), environment).await;
                    logs::answer(*asked, &logs, environment, &teller).await
                }
                (Question::Pipelines(asked), _) => ask_pipelines(*asked, &pipelines, opening, &teller).await,
                (Question::Cluster(asked), _) => {
                    let flags = opening.pipelines_flags();
                    cluster::answer(*asked, cluster, &flags, opening.environment(), &teller).await
                }
                (Question::Inbox(memory), Some(session)) => {
                    let file = InboxFile::of(opening.environment(), &session.origin().uri);
                    answers::look(memory, file, &session, &teller).await
                }
                (Question::Elsewhere(place, question), _) => {
                    elsewhere.answer(place, *question, opening, &teller).await
                }
                (question, Some(session)) => {
                    let environment = opening.environment();
                    let question = match is_kept_first {
                        true => kept_first::tell(question, &session, environment, &teller).await,
                        false => question,
                    };
                    answers::answer(question, &session, environment, &teller).await
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
    ages: Arc<Ages>,
    /// What was kept is shown, and the store has not answered yet.
    ahead: Arc<Mutex<Option<Ahead>>>,
    /// Where answers go that are looked at before they are told.
    gathered: Option<Arc<Mutex<Vec<Answer>>>>,
}

impl Teller {
    /// One that nobody hears.
    #[cfg(test)]
    pub(crate) fn unheard() -> Self {
        Self {
            ticket: crate::app::ticket::Tickets::default().next(),
            inbox: Arc::new(Inbox::new()),
            asked: Instant::now(),
            session: None,
            ages: Arc::default(),
            ahead: Arc::default(),
            gathered: None,
        }
    }

    /// One that tells how old the answers of another store are.
    pub(super) fn of(&self, session: &Session) -> Self {
        Self {
            session: Some(session.clone()),
            ..self.clone()
        }
    }

    /// One that gathers the answers in place of telling them.
    pub(super) fn gathering(&self) -> (Self, Arc<Mutex<Vec<Answer>>>) {
        let gathered = Arc::<Mutex<_>>::default();
        let teller = Self {
            gathered: Some(Arc::clone(&gathered)),
            ..self.clone()
        };
        (teller, gathered)
    }

    /// One whose answers lie in an inbox.
    #[cfg(test)]
    pub(crate) fn heard() -> (Self, Arc<Inbox>) {
        let teller = Self::unheard();
        let inbox = Arc::clone(&teller.inbox);
        (teller, inbox)
    }

    /// Tells an answer, or a part of one.
    pub(crate) async fn tell(&self, answer: Result<Answer>) {
        if let Some(gathered) = &self.gathered {
            let mut gathered = gathered.lock().unwrap_or_else(PoisonError::into_inner);
            return gathered.extend(answer);
        }
        self.settle_ahead();
        self.tell_age().await;
        self.inbox
            .answer(Msg::Reply(self.reply(now().into(), answer)))
            .await;
    }

    /// Tells an answer that was kept; the store's own follows.
    pub(super) async fn tell_kept(&self, answer: Answer, read_at: Timestamp) {
        {
            let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
            ahead.get_or_insert_with(|| Ahead::new(&self.ages));
        }
        let as_of = AsOf {
            at: read_at,
            is_offline: false,
        };
        self.inbox.answer(Msg::AsOf(Some(as_of))).await;
        let came = Came {
            at: read_at,
            is_kept: true,
        };
        self.inbox.answer(Msg::Reply(self.reply(came, Ok(answer)))).await;
    }

    fn reply(&self, at: Came, answer: Result<Answer>) -> Reply {
        Reply {
            ticket: self.ticket,
            at,
            took: self.asked.elapsed(),
            answer,
        }
    }

    /// The store answers: what was kept no longer stands for it.
    fn settle_ahead(&self) {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Tells from when the answer is that follows, where the cache gives it or gave the one before.
    async fn tell_age(&self) {
        let Some(session) = &self.session else { return };
        let as_of = session.as_of().map(|at| AsOf { at, is_offline: true });
        if self.ages.is_news(as_of.is_some()) {
            self.inbox.answer(Msg::AsOf(as_of)).await;
        }
        for warning in session.take_warnings() {
            self.inbox.answer(Msg::Warned(warning)).await;
        }
    }

    /// Tells a part of an answer from where nobody can wait; it is left out where others wait already.
    pub(crate) fn tell_soon(&self, answer: Answer) {
        self.inbox
            .answer_if_room(Msg::Reply(self.reply(now().into(), Ok(answer))));
    }
}

async fn open(
    question: Question,
    opening: Arc<Opening>,
    (opened, elsewhere): (&Mutex<Option<Session>>, &Elsewhere),
    teller: &Teller,
) -> Result<()> {
    // Opening a local store reads files.
    let switched = match &question {
        Question::OpenContext(name) => Some(name.clone()),
        _ => None,
    };
    let open_with = Arc::clone(&opening);
    let open = move || match question {
        Question::OpenDemo => open_with.open_demo(now()),
        Question::OpenContext(name) => open_with.open_context(&name),
        _ => open_with.open(),
    };
    let session = tokio::task::spawn_blocking(open).await.unwrap_or_else(|_| {
        Err(Failure::new(
            FailureKind::System,
            "opening the store was broken off",
        ))
    })?;
    // The open store is given up for one that answers.
    let origin = match &switched {
        Some(name) => {
            let origin = match session.probe().await {
                Err(failure)
                    if failure.kind() == FailureKind::Unreachable && session.keeps_anything().await =>
                {
                    session.origin()
                }
                answer => answer?,
            };
            opening.switch_to(name);
            origin
        }
        None => session.origin(),
    };
    let policy = session.policy().clone();
    elsewhere.keep(&session);
    *opened.lock().unwrap_or_else(PoisonError::into_inner) = Some(session);
    teller.tell(Ok(Answer::Opened(origin, policy))).await;
    Ok(())
}

/// Asks the server of pipelines, which may be there where no other store is.
async fn ask_pipelines(
    asked: Asked,
    open: &OpenPipelines,
    opening: Arc<Opening>,
    teller: &Teller,
) -> Result<()> {
    let server = open.of(&opening.pipelines_flags(), opening.environment())?;
    pipelines::answer(asked, &server, opening.environment(), teller).await
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
