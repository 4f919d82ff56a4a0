//! The open cache: one thread that writes, connections that read.
//!
//! What is to be kept is handed to the thread and nobody waits for it; beyond [`PENDING_BYTES`] that wait it is dropped.
//! Dropping the last handle waits for what was handed over, [`CLOSING`] at most.

#![expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the path of a method is not general enough over the lifetime of a transaction"
)]

mod evict;
mod histories;
mod read;
mod syncs;
#[cfg(test)]
mod tests;
mod write;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use flowdeck_domain::{Failure, FailureKind, Result, Timestamp, Warning};
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

pub use histories::{HistoryState, HistoryToken};
pub use read::{Census, Kept, ListState, Reading};
pub use syncs::Sync;
pub use write::Writing;

use crate::file;

/// Bytes that may wait to be written before more is dropped.
const PENDING_BYTES: usize = 64 << 20;

/// Jobs that share one transaction.
const BATCH: usize = 64;

/// How long the end of the program waits for what is still to be written.
const CLOSING: Duration = Duration::from_secs(5);

/// Where a cache lies and what it may take.
#[derive(Clone, Debug)]
pub struct CacheOptions {
    /// The file.
    pub file: PathBuf,
    /// The context that it is of, or the server where there is none. For people.
    pub context: String,
    /// The server, without any secret. For people.
    pub store: String,
    /// Bytes from which on what was used longest ago goes.
    pub size_limit: u64,
    /// Bytes of one artifact from which on it is not kept.
    pub artifact_limit: u64,
    /// The time of this machine.
    pub now: fn() -> Timestamp,
}

/// An open cache. Copies share it.
#[derive(Clone, Debug)]
pub struct Cache {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: Arc<CacheOptions>,
    shared: Arc<Shared>,
    jobs: Option<mpsc::Sender<Job>>,
    closed: Mutex<mpsc::Receiver<()>>,
    reader: Mutex<Option<(u64, Connection)>>,
}

/// What the writing thread and the others know together.
#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    warnings: Mutex<Vec<Warning>>,
    pending: AtomicUsize,
    /// Raised when another file takes the place of this one.
    generation: AtomicU64,
}

#[derive(Clone, Debug, Default)]
enum State {
    #[default]
    Opening,
    Open,
    /// Nothing more is kept, and why; what was kept can be read.
    Full(Warning),
    /// Nothing is kept or read any more, and why.
    Out(Warning),
}

/// What becomes of something that was to be kept.
pub type KeepResult = rusqlite::Result<()>;

type Work = Box<dyn FnOnce(&Writing<'_>) -> KeepResult + Send>;

enum Job {
    Write { size: usize, work: Work },
    Flush(oneshot::Sender<()>),
}

impl Cache {
    /// Opens a cache behind the caller's back, who need not wait for the disk.
    pub fn open(options: CacheOptions) -> Self {
        let (options, shared) = (Arc::new(options), Arc::<Shared>::default());
        let (jobs, waiting) = mpsc::channel();
        let (done, closed) = mpsc::channel();
        let writer = Writer {
            options: Arc::clone(&options),
            shared: Arc::clone(&shared),
        };
        let started = thread::Builder::new().name("cache".to_owned()).spawn(move || {
            writer.work(&waiting);
            // Nobody waits where the end of the program came first.
            let _ = done.send(());
        });
        if let Err(error) = started {
            shared.stop(file::without(&options.file, &error), State::Out);
        }
        Self {
            inner: Arc::new(Inner {
                options,
                shared,
                jobs: Some(jobs),
                closed: Mutex::new(closed),
                reader: Mutex::default(),
            }),
        }
    }

    /// Where it lies and what it may take.
    pub fn options(&self) -> &CacheOptions {
        &self.inner.options
    }

    /// What people should know: a file that was set aside, a disk that is full. Each is told once.
    pub fn take_warnings(&self) -> Vec<Warning> {
        std::mem::take(&mut *locked(&self.inner.shared.warnings))
    }

    /// Keeps something of about `size` bytes when there is time; drops it where too much waits already.
    pub fn keep(
        &self,
        size: usize,
        work: impl FnOnce(&Writing<'_>) -> rusqlite::Result<()> + Send + 'static,
    ) -> bool {
        let shared = &self.inner.shared;
        let waiting = shared.pending.fetch_add(size, Ordering::Relaxed);
        if waiting > 0 && waiting.saturating_add(size) > PENDING_BYTES {
            shared.pending.fetch_sub(size, Ordering::Relaxed);
            tracing::debug!(waiting, size, "too much waits to be kept: this is not");
            return false;
        }
        let work = Box::new(work);
        let jobs = self.inner.jobs.as_ref();
        jobs.is_some_and(|jobs| jobs.send(Job::Write { size, work }).is_ok())
    }

    /// Waits until all that was handed over is in the file.
    ///
    /// # Errors
    /// Why nothing is kept.
    pub async fn flush(&self) -> Result<()> {
        let (told, flushed) = oneshot::channel();
        if let Some(jobs) = &self.inner.jobs {
            let _ = jobs.send(Job::Flush(told));
        }
        let _ = flushed.await;
        match &*locked(&self.inner.shared.state) {
            State::Full(why) | State::Out(why) => Err(Failure::new(FailureKind::System, Arc::clone(&why.0))),
            State::Open | State::Opening => Ok(()),
        }
    }

    /// Reads on a thread that may wait.
    ///
    /// # Errors
    /// A cache that cannot be used.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Reading<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let cache = self.clone();
        tokio::task::spawn_blocking(move || cache.read_now(work))
            .await
            .unwrap_or_else(|_| {
                Err(Failure::new(
                    FailureKind::System,
                    "reading the cache was broken off",
                ))
            })
    }

    /// What it holds.
    ///
    /// # Errors
    /// As for [`Cache::read`].
    pub async fn census(&self) -> Result<Census> {
        self.read(|reading| reading.census()).await
    }

    /// Reads on this thread.
    ///
    /// # Errors
    /// As for [`Cache::read`].
    pub fn read_now<T>(&self, work: impl FnOnce(&Reading<'_>) -> rusqlite::Result<T>) -> Result<T> {
        let inner = &self.inner;
        inner.shared.wait_until_open()?;
        let mut reader = locked(&inner.reader);
        let generation = inner.shared.generation.load(Ordering::Acquire);
        if reader.as_ref().is_none_or(|(of, _)| *of != generation) {
            let connection =
                file::open_for_reading(&inner.options.file).map_err(|error| self.unread(error))?;
            *reader = Some((generation, connection));
        }
        let (_, connection) = reader.as_mut().expect("it was opened above");
        let answer = connection
            .transaction()
            .and_then(|transaction| work(&Reading::new(Some(self), &transaction)));
        if answer.as_ref().is_err_and(file::is_damaged) {
            *reader = None;
            // The writer comes upon the fault, sets the file aside and begins anew.
            self.keep(0, |writing| writing.check());
        }
        answer.map_err(|error| self.unread(error))
    }

    fn unread(&self, error: rusqlite::Error) -> Failure {
        let message = format!(
            "cannot read the offline cache {}: {error}",
            self.options().file.display()
        );
        Failure::new(FailureKind::Damaged, message).caused_by(error)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.jobs = None;
        let closed = locked(&self.closed);
        let _ = closed.recv_timeout(CLOSING);
    }
}

impl Shared {
    fn set(&self, state: State) {
        *locked(&self.state) = state;
        self.changed.notify_all();
    }

    fn stop(&self, why: Warning, state: fn(Warning) -> State) {
        tracing::warn!("{}", why.0);
        locked(&self.warnings).push(why.clone());
        self.set(state(why));
    }

    fn wait_until_open(&self) -> Result<()> {
        let mut state = locked(&self.state);
        loop {
            match &*state {
                State::Open | State::Full(_) => return Ok(()),
                State::Out(why) => return Err(Failure::new(FailureKind::System, Arc::clone(&why.0))),
                State::Opening => {}
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The thread that writes.
struct Writer {
    options: Arc<CacheOptions>,
    shared: Arc<Shared>,
}

impl Writer {
    fn work(&self, waiting: &mpsc::Receiver<Job>) {
        let mut connection = match file::open(&self.options.file) {
            Ok((connection, warning)) => {
                locked(&self.shared.warnings).extend(warning);
                Some(connection)
            }
            Err(why) => {
                self.shared.stop(why, State::Out);
                None
            }
        };
        if let Some(connection) = &mut connection {
            if let Err(error) = self.transact(connection, vec![Box::new(|writing| writing.begin_session())]) {
                tracing::debug!(%error, "the cache was not marked");
            }
            self.shared.set(State::Open);
        }
        while let Ok(first) = waiting.recv() {
            let (works, flushes) = self.gather(first, waiting);
            if !works.is_empty() {
                connection = connection.and_then(|open| self.write(open, works));
            }
            for flush in flushes {
                let _ = flush.send(());
            }
        }
    }

    fn gather(&self, first: Job, waiting: &mpsc::Receiver<Job>) -> (Vec<Work>, Vec<oneshot::Sender<()>>) {
        let (mut works, mut flushes) = (Vec::new(), Vec::new());
        let mut next = Some(first);
        while let Some(job) = next {
            match job {
                Job::Write { size, work } => {
                    self.shared.pending.fetch_sub(size, Ordering::Relaxed);
                    works.push(work);
                }
                Job::Flush(told) => flushes.push(told),
            }
            next = (works.len() < BATCH).then(|| waiting.try_recv().ok()).flatten();
        }
        (works, flushes)
    }

    /// Writes some jobs; answers with the connection to go on with, if there is one.
    fn write(&self, mut connection: Connection, works: Vec<Work>) -> Option<Connection> {
        let path: &Path = &self.options.file;
        match self.transact(&mut connection, works) {
            Ok(()) => Some(connection),
            Err(error) if file::is_damaged(&error) => {
                drop(connection);
                match file::renewed(path, &error.to_string()) {
                    Ok((connection, warning)) => {
                        self.shared.generation.fetch_add(1, Ordering::Release);
                        locked(&self.shared.warnings).extend(warning);
                        Some(connection)
                    }
                    Err(why) => {
                        self.shared.stop(why, State::Out);
                        None
                    }
                }
            }
            Err(error) if is_out_of_room(&error) => {
                let why = format!(
                    "nothing more is kept for offline use, as the cache {} cannot be written: {error}",
                    path.display()
                );
                self.shared.stop(Warning::new(why), State::Full);
                None
            }
            Err(error) => {
                tracing::debug!(%error, "some answers were not kept");
                Some(connection)
            }
        }
    }

    fn transact(&self, connection: &mut Connection, works: Vec<Work>) -> rusqlite::Result<()> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let writing = Writing::new(&transaction, &self.options);
        for work in works {
            work(&writing)?;
        }
        transaction.commit()?;
        evict::down_to(connection, self.options.size_limit)
    }
}

fn is_out_of_room(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure | ErrorCode::ReadOnly)
    )
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Looks into a cache without opening it for writing.
///
/// # Errors
/// A file that is no cache, or cannot be read.
pub fn look_into<T>(file: &Path, work: impl FnOnce(&Reading<'_>) -> rusqlite::Result<T>) -> Result<T> {
    let looked = file::open_for_reading(file).and_then(|mut connection| {
        let transaction = connection.transaction()?;
        work(&Reading::new(None, &transaction))
    });
    looked.map_err(|error| {
        let message = format!("cannot read the offline cache {}: {error}", file.display());
        Failure::new(FailureKind::Damaged, message).caused_by(error)
    })
}

/// What both sides stand on.
type Tx<'a> = &'a Transaction<'a>;
