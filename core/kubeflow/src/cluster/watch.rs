//! A list that is kept up to date.
//!
//! ```text
//! list ──all there is──> watch from its version ──changes──> watch
//!  ^                      ├── the server ends it, in time: watch on from the last version seen
//!  │                      ├── it breaks: interrupted; after a pause watch on from there, resumed
//!  │                      └── 410 in the body or as the answer: too old
//!  └──────────────────────────┘                          one may list but not watch: list every few seconds
//! ```
//! A version that is too old is everyday (a restart of the server makes all of them so) and never shown.

use std::time::Duration;

use bytes::BytesMut;
use flowdeck_domain::kubernetes::{Change, Watched};
use flowdeck_domain::port::{WatchQuery, WatchStream, Watcher};
use flowdeck_domain::{Failure, FailureKind, Result};
use futures::StreamExt;
use http_body_util::BodyExt;
use memchr::memchr;
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::Cluster;
use super::call::Trouble;
use super::connect::root;
use super::kind::Kind;
use super::list::{ListPath, Listed};
use super::refusal::Refusal;

/// Batches that wait for a reader.
const QUEUE: usize = 8;

/// The pauses before something is asked again: from the shorter to the longer.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(15));

/// How long the server is asked to keep a watch open, in seconds.
const OPEN_SECONDS: &str = "290";

/// A watch that gives nothing for so long is opened anew: its server tells how far it came about once a minute.
const QUIET: Duration = Duration::from_secs(100);

/// How often a list is asked for that may not be watched.
const POLL: Duration = Duration::from_secs(5);

/// The longest line that is read: an object has 3 MB at most.
const LINE_LIMIT: usize = 16 << 20;

/// One line of a watch, its object still to be read.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "type")]
    word: String,
    #[serde(default)]
    object: Versioned,
}

#[derive(Deserialize)]
struct Line<T> {
    object: T,
}

/// What is read of every object, and of bookmarks.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Versioned {
    metadata: VersionedMeta,
    code: u16,
    message: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct VersionedMeta {
    resource_version: String,
}

/// Why a watch ended.
enum End {
    /// In time, as the server says.
    InTime,
    /// What it went on from is too old.
    TooOld,
    /// It broke.
    Broken(Failure),
    /// It may not be watched, but be listed.
    Forbidden,
}

/// Why watching stops altogether.
enum Stop {
    Failed(Failure),
    /// Nobody listens any more.
    Unheard,
}

struct Watching<K: Kind> {
    cluster: Cluster,
    at: ListPath,
    version: String,
    pause: Duration,
    is_interrupted: bool,
    out: mpsc::Sender<Result<Watched<K>>>,
}

impl<K: Kind> Watcher<K> for Cluster {
    fn watch(&self, query: &WatchQuery) -> WatchStream<K> {
        let (out, told) = mpsc::channel(QUEUE);
        tokio::spawn(run::<K>(self.clone(), query.clone(), out));
        futures::stream::unfold(told, |mut told| async move {
            let next = told.recv().await?;
            Some((next, told))
        })
        .boxed()
    }
}

async fn run<K: Kind>(cluster: Cluster, query: WatchQuery, out: mpsc::Sender<Result<Watched<K>>>) {
    let unheard = out.clone();
    let watching = async {
        let version = first_version::<K>(&cluster, &out).await?;
        let mut watching = Watching::<K> {
            at: ListPath::of::<K>(&version, &query),
            cluster,
            version: String::new(),
            pause: PAUSES.0,
            is_interrupted: false,
            out: out.clone(),
        };
        watching.go().await
    };
    let stop = tokio::select! {
        stop = watching => stop,
        () = unheard.closed() => Err(Stop::Unheard),
    };
    if let Err(Stop::Failed(failure)) = stop {
        // Where nobody listens, nobody misses it.
        let _ = unheard.send(Err(failure)).await;
    }
}

/// The version of the kind, however long it takes to reach the cluster.
async fn first_version<K: Kind>(
    cluster: &Cluster,
    out: &mpsc::Sender<Result<Watched<K>>>,
) -> Result<String, Stop> {
    let mut pause = PAUSES.0;
    loop {
        match cluster.version_of::<K>().await {
            Ok(version) => return Ok(version.into_owned()),
            Err(failure) if is_passing(&failure) => {
                out.send(Ok(Watched::Interrupted(failure)))
                    .await
                    .map_err(|_| Stop::Unheard)?;
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(PAUSES.1);
            }
            Err(failure) => return Err(Stop::Failed(failure)),
        }
    }
}

impl<K: Kind> Watching<K> {
    async fn go(&mut self) -> Result<(), Stop> {
        loop {
            self.list().await?;
            loop {
                let begun = Instant::now();
                match self.watch_once().await? {
                    // A server that ends every watch at once is not asked without a pause.
                    End::InTime if begun.elapsed() < PAUSES.0 => tokio::time::sleep(PAUSES.1 / 5).await,
                    End::InTime => {}
                    End::TooOld => break,
                    End::Broken(failure) => self.interrupted(failure).await?,
                    End::Forbidden => return self.poll().await,
                }
            }
        }
    }

    /// Gives all there is, however long it takes to reach the cluster.
    async fn list(&mut self) -> Result<(), Stop> {
        loop {
            match self.cluster.list::<K::Wire>(&self.at).await {
                Ok(listed) => return self.tell_all(listed).await,
                Err(failure) if is_passing(&failure) => self.interrupted(failure).await?,
                Err(failure) => return Err(Stop::Failed(failure)),
            }
        }
    }

    async fn tell_all(&mut self, listed: Listed<K::Wire>) -> Result<(), Stop> {
        self.version = listed.version;
        (self.pause, self.is_interrupted) = (PAUSES.0, false);
        let all: Result<Vec<K>> = listed.objects.into_iter().map(K::read).collect();
        self.send(Watched::All(all.map_err(Stop::Failed)?)).await
    }

    /// Lists again and again what may not be watched.
    async fn poll(&mut self) -> Result<(), Stop> {
        loop {
            tokio::time::sleep(POLL).await;
            self.list().await?;
        }
    }

    /// Watches until the connection ends.
    async fn watch_once(&mut self) -> Result<End, Stop> {
        let version = self.version.clone();
        let mut query = vec![
            ("watch", "1"),
            ("allowWatchBookmarks", "true"),
            ("timeoutSeconds", OPEN_SECONDS),
            ("resourceVersion", version.as_str()),
        ];
        query.extend(self.at.selectors());
        let doing = format!("watch {}", self.at.words);
        let opened = self.cluster.open(&self.at.path, &query, &doing).await;
        let mut body = match opened {
            Ok(answer) => answer.into_body(),
            Err(Trouble::Refused(refusal)) => return self.refused(refusal, &doing),
            Err(Trouble::Failed(failure)) if is_passing(&failure) => return Ok(End::Broken(failure)),
            Err(Trouble::Failed(failure)) => return Err(Stop::Failed(failure)),
        };
        if std::mem::take(&mut self.is_interrupted) {
            self.send(Watched::Resumed).await?;
        }
        let mut unfinished = BytesMut::new();
        loop {
            let Ok(frame) = tokio::time::timeout(QUIET, body.frame()).await else {
                return Ok(End::InTime);
            };
            match frame {
                None => return Ok(End::InTime),
                Some(Err(error)) => return Ok(End::Broken(self.broken(&root(&error)))),
                Some(Ok(frame)) => {
                    let Ok(data) = frame.into_data() else { continue };
                    if unfinished.len() + data.len() > LINE_LIMIT {
                        return Ok(End::TooOld);
                    }
                    unfinished.extend_from_slice(&data);
                    if let Some(end) = self.take_lines(&mut unfinished).await? {
                        return Ok(end);
                    }
                }
            }
        }
    }

    fn refused(&self, refusal: Refusal, doing: &str) -> Result<End, Stop> {
        if refusal.is_expired() {
            return Ok(End::TooOld);
        }
        if refusal.is_missing_right() && !refusal.is_signed_out() {
            return Ok(End::Forbidden);
        }
        // A version that the server cannot read is a 500.
        let is_version = refusal.status == 500 && refusal.message.starts_with("resourceVersion");
        let failure = refusal.failure(&self.cluster.server, doing);
        match failure.kind() {
            _ if is_version => Ok(End::TooOld),
            FailureKind::Busy | FailureKind::Server => Ok(End::Broken(failure)),
            _ => Err(Stop::Failed(failure)),
        }
    }

    /// Gives what whole lines tell; how the watch ended where one of them says so.
    async fn take_lines(&mut self, unfinished: &mut BytesMut) -> Result<Option<End>, Stop> {
        let mut changes = Vec::new();
        let mut end = None;
        while let Some(at) = memchr(b'\n', unfinished) {
            let line = unfinished.split_to(at + 1);
            match self.read_line(&line) {
                Ok(change) => changes.extend(change),
                Err(ended) => {
                    end = Some(ended);
                    break;
                }
            }
        }
        if !changes.is_empty() {
            self.pause = PAUSES.0;
            self.send(Watched::Changed(changes)).await?;
        }
        Ok(end)
    }

    fn read_line(&mut self, line: &[u8]) -> Result<Option<Change<K>>, End> {
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        let damaged = |error: serde_json::Error| {
            End::Broken(Failure::new(
                FailureKind::Server,
                format!("what the cluster tells of changes cannot be read ({error})"),
            ))
        };
        let told: Head = serde_json::from_slice(line).map_err(damaged)?;
        if told.word == "ERROR" {
            return Err(match told.object.code {
                410 => End::TooOld,
                _ => End::Broken(self.broken(&told.object.message)),
            });
        }
        let version = told.object.metadata.resource_version;
        if !version.is_empty() {
            self.version = version;
        }
        let is_removed = match told.word.as_str() {
            "ADDED" | "MODIFIED" => false,
            "DELETED" => true,
            _ => return Ok(None),
        };
        let read: Line<K::Wire> = serde_json::from_slice(line).map_err(damaged)?;
        let object = K::read(read.object).map_err(End::Broken)?;
        Ok(Some(if is_removed {
            Change::Removed(object)
        } else {
            Change::Put(object)
        }))
    }

    /// Says so once, and waits a little.
    async fn interrupted(&mut self, failure: Failure) -> Result<(), Stop> {
        if !std::mem::replace(&mut self.is_interrupted, true) {
            self.send(Watched::Interrupted(failure)).await?;
        }
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(PAUSES.1);
        Ok(())
    }

    fn broken(&self, why: &str) -> Failure {
        Failure::new(
            FailureKind::Unreachable,
            format!(
                "the cluster at {} broke off its answer: {why}",
                self.cluster.server
            ),
        )
    }

    async fn send(&self, told: Watched<K>) -> Result<(), Stop> {
        self.out.send(Ok(told)).await.map_err(|_| Stop::Unheard)
    }
}

/// Whether asking again may help.
fn is_passing(failure: &Failure) -> bool {
    matches!(
        failure.kind(),
        FailureKind::Unreachable | FailureKind::Busy | FailureKind::Server
    )
}
