//! Connections to one database file, and how a read or a write goes through them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use flowdeck_domain::{Failure, FailureKind, Result, Warning};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::fault::{Act, Fault};
use super::schema::Schema;
use super::source::{Source, Stamp, inspect};

/// How long a read waits for a writer that holds the whole file; MLflow's commits take milliseconds.
const READ_PATIENCE: Duration = Duration::from_secs(10);
/// How long a write waits for other writers, as MLflow's own connections do.
const WRITE_PATIENCE: Duration = Duration::from_secs(20);
/// Connections kept open between reads.
const IDLE_LIMIT: usize = 4;
/// How often a read is begun anew because the file was replaced or changed under it.
const READ_ATTEMPTS: usize = 3;

/// A database file and the connections to it.
#[derive(Debug)]
pub(super) struct Database {
    path: PathBuf,
    patience: Duration,
    idle: Mutex<Idle>,
}

#[derive(Debug, Default)]
struct Idle {
    readers: Vec<Reader>,
    /// The source that last worked, where it is not what [`inspect`] says.
    copy: Option<(Arc<Source>, Stamp)>,
    /// Head of the schema, as last read.
    head: Option<String>,
}

/// A read-only connection within a transaction, and what the database has.
#[derive(Debug)]
pub(super) struct Reader {
    connection: Connection,
    schema: Arc<Schema>,
    source: Arc<Source>,
    stamp: Stamp,
}

impl Reader {
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(super) fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Device and number of the database file that is read.
    pub(super) fn file(&self) -> (u64, u64) {
        self.stamp.file()
    }

    /// What a page should say beside its items.
    pub(super) fn warnings(&self, path: &Path) -> Vec<Warning> {
        let unknown = self.schema.unknown_head().map(|head| {
            Warning::new(format!(
                "{} has schema {head}, newer than any that flowdeck knows: what it does not know is not shown",
                path.display()
            ))
        });
        unknown.into_iter().collect()
    }

    /// Whether the connection may serve another read of the file as it stands now.
    fn serves(&self, now: &Stamp) -> bool {
        if self.source.is_snapshot() {
            self.stamp == *now
        } else {
            self.stamp.same_file(now)
        }
    }
}

impl Database {
    /// The database at this path, looked at once.
    pub(super) fn open(path: &Path) -> Result<Self> {
        Self::open_with(path, READ_PATIENCE)
    }

    /// As [`Database::open`], with another patience for writers.
    pub(super) fn open_with(path: &Path, patience: Duration) -> Result<Self> {
        let database = Self {
            path: path.to_owned(),
            patience,
            idle: Mutex::default(),
        };
        database.read(|_| Ok(()))?;
        Ok(database)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Head of the schema, as last read.
    pub(super) fn head(&self) -> Option<String> {
        self.idle().head.clone()
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads within one transaction; `ask` may be called again if the file changed under it.
    pub(super) fn read<T>(&self, ask: impl Fn(&Reader) -> Result<T, Fault>) -> Result<T> {
        let mut attempt = 1;
        loop {
            let mut reader = match self.take() {
                Ok(reader) => reader,
                Err(fault) if fault.wants_copy() => self.copied(fault)?,
                Err(fault) => return Err(fault.tell(Act::Read, &self.path)),
            };
            let answer = within_transaction(&mut reader, &ask);
            let stale = reader.source.is_snapshot() && !reader.serves(&Stamp::of(&self.path)?);
            match answer {
                _ if stale && attempt < READ_ATTEMPTS => attempt += 1,
                Err(fault) if fault.wants_copy() && attempt < READ_ATTEMPTS => {
                    attempt += 1;
                    let reader = self.copied(fault)?;
                    self.give_back(reader);
                }
                Err(fault) => return Err(fault.tell(Act::Read, &self.path)),
                Ok(_) if stale => return Err(self.keeps_changing()),
                Ok(found) => {
                    self.give_back(reader);
                    return Ok(found);
                }
            }
        }
    }

    /// Writes within one transaction that takes the writer's lock at once.
    pub(super) fn write<T>(&self, act: impl FnOnce(&Connection, &Schema) -> Result<T, Fault>) -> Result<T> {
        inspect(&self.path)?;
        self.write_now(act)
            .map_err(|fault| fault.tell(Act::Write, &self.path))
    }

    fn write_now<T>(&self, act: impl FnOnce(&Connection, &Schema) -> Result<T, Fault>) -> Result<T, Fault> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(WRITE_PATIENCE)?;
        connection.execute_batch("PRAGMA foreign_keys = ON")?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let schema = Schema::read(&transaction)?;
        self.check(&schema)?;
        if let Some(head) = schema.unknown_head() {
            let message = format!(
                "{} has schema {head}, which flowdeck only reads",
                self.path.display()
            );
            let failure = Failure::new(FailureKind::Unsupported, message)
                .with_hint("write through MLflow, or with a newer flowdeck");
            return Err(failure.into());
        }
        let done = act(&transaction, &schema)?;
        transaction.commit()?;
        Ok(done)
    }

    /// A connection that is up to date, from the idle ones or a new one.
    fn take(&self) -> Result<Reader, Fault> {
        let now = Stamp::of(&self.path)?;
        let mut idle = self.idle();
        while let Some(reader) = idle.readers.pop() {
            if reader.serves(&now) {
                return Ok(reader);
            }
        }
        let copy = idle.copy.take().filter(|(_, stamp)| *stamp == now);
        idle.copy.clone_from(&copy);
        drop(idle);
        let source = match copy {
            Some((source, _)) => source,
            None => Arc::new(inspect(&self.path)?),
        };
        self.connect(source, now)
    }

    fn connect(&self, source: Arc<Source>, stamp: Stamp) -> Result<Reader, Fault> {
        let connection = source.connect(&self.path, self.patience)?;
        let schema = Arc::new(Schema::read(&connection)?);
        self.check(&schema)?;
        Ok(Reader {
            connection,
            schema,
            source,
            stamp,
        })
    }

    /// A connection to a private copy, since the file itself gave `fault`.
    fn copied(&self, fault: Fault) -> Result<Reader> {
        let first = fault.tell(Act::Read, &self.path);
        tracing::debug!(path = %self.path.display(), %first, "reading a private copy");
        let stamp = Stamp::of(&self.path)?;
        let source = Arc::new(Source::copy(&self.path).map_err(|_| first)?);
        let reader = self
            .connect(Arc::clone(&source), stamp.clone())
            .map_err(|fault| fault.tell(Act::Read, &self.path))?;
        let mut idle = self.idle();
        idle.copy = Some((source, stamp));
        Ok(reader)
    }

    fn give_back(&self, reader: Reader) {
        let mut idle = self.idle();
        if idle.head.as_deref() != reader.schema.head() {
            idle.head = reader.schema.head().map(str::to_owned);
        }
        if idle.readers.len() < IDLE_LIMIT {
            idle.readers.push(reader);
        }
    }

    fn check(&self, schema: &Schema) -> Result<()> {
        let Some(table) = schema.missing() else {
            return Ok(());
        };
        let message = format!(
            "cannot read {}: it is no MLflow store, for it has no table {table}",
            self.path.display()
        );
        Err(Failure::new(FailureKind::Damaged, message)
            .with_hint("give the path of an mlflow.db, or of an mlruns directory"))
    }

    fn keeps_changing(&self) -> Failure {
        let message = format!("cannot read {}: it keeps changing", self.path.display());
        Failure::new(FailureKind::Busy, message).with_hint("try again when its writer has finished")
    }
}

fn within_transaction<T>(reader: &mut Reader, ask: impl Fn(&Reader) -> Result<T, Fault>) -> Result<T, Fault> {
    reader.connection.execute_batch("BEGIN")?;
    let answer = refresh(reader).and_then(|()| ask(reader));
    let ended = reader.connection.execute_batch("COMMIT");
    if ended.is_err() {
        // A transaction that cannot end is dropped with its connection; the answer is told by the caller.
        drop(reader.connection.execute_batch("ROLLBACK"));
    }
    answer
}

/// Reads the schema again where a newer MLflow changed it meanwhile.
fn refresh(reader: &mut Reader) -> Result<(), Fault> {
    if !reader.schema.is_current(&reader.connection)? {
        reader.schema = Arc::new(Schema::read(&reader.connection)?);
    }
    Ok(())
}
