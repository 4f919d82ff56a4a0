//! One container followed to its end.
//!
//! ```text
//! live ──lines──> live                      the connection ends, or nothing came for a while: look at the pod
//!  ├── it runs, it waits ────────────────> live       from the last second on; known lines are left out
//!  ├── it ended, to be started again ────> rest, live
//!  ├── it was started again ─────────────> the rest of the one before, then live from the first line
//!  ├── the pod was made again ───────────> live from the first line
//!  └── it ended for good, the pod is gone > rest, end
//! ```
//! A clean end of a followed log does not mean that the container ended: a kubelet that dies gives one too.

use std::time::Duration;

use flowdeck_domain::id::{Namespace, PodName};
use flowdeck_domain::kubernetes::{ContainerState, LogChunk, LogLine, LogNote, LogTime, Pod};
use flowdeck_domain::port::{LogOptions, LogStream, PodReader};
use flowdeck_domain::{Failure, FailureKind, Result};
use futures::StreamExt;
use tokio::sync::mpsc;

use super::Cluster;
use super::call::Trouble;
use super::log::{LogBody, LogQuery, is_wanted, reading};
use super::refusal::Refusal;
use super::seen::{Met, Replay, Seen};

/// Batches that wait for a reader; more are left in the connection, so that memory stays flat.
const QUEUE: usize = 8;

/// The pauses before something is asked again: none at first, then from the shorter to the longer.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// A followed log that gives nothing for so long is looked after: some kubelets do not end it with the container.
const QUIET: Duration = Duration::from_secs(3);

/// How long a pod that is gone may take to be made again under its name.
const COMES_BACK: Duration = Duration::from_secs(10);

/// How often the rest of a log is asked for where its node does not answer.
const N_TRIES: u32 = 10;

/// Why following stops.
enum Stop {
    /// What was followed ended.
    Ended,
    /// It cannot go on.
    Failed(Failure),
    /// Nobody listens any more.
    Unheard,
}

/// How the container stands when its pod is looked at.
enum Look {
    Running,
    /// It has not started; why.
    Waiting(String),
    /// It ended; whether it is started again.
    Ended {
        again: bool,
    },
    /// It was started again, so many times by now.
    Restarted(u32),
    Remade(Box<Pod>),
    Gone,
    /// The pod may not be read.
    Hidden,
}

/// How a reading ended.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Reading {
    /// At its end, as the server says.
    Clean,
    /// In the middle, or before it began.
    Broken,
}

struct Follower {
    cluster: Cluster,
    namespace: Namespace,
    pod: PodName,
    container: Option<String>,
    /// What the person asked to begin with.
    since: Option<LogTime>,
    tail: Option<u64>,
    /// When the first answer began: what is printed later is wanted, however little of what was before.
    begun: Option<LogTime>,
    /// Whether the log is to be read from its first line.
    from_start: bool,
    seen: Seen,
    uid: String,
    restarts: u32,
    pause: Duration,
    is_told_waiting: bool,
    out: mpsc::Sender<Result<LogChunk>>,
}

impl Cluster {
    /// The lines of one container, once each, until it ends for good.
    pub(super) async fn follow(
        &self,
        namespace: &Namespace,
        pod: &PodName,
        options: &LogOptions,
    ) -> Result<LogStream> {
        let (out, chunks) = mpsc::channel(QUEUE);
        let mut follower = Follower {
            cluster: self.clone(),
            namespace: namespace.clone(),
            pod: pod.clone(),
            container: options.container.clone(),
            since: options.since,
            tail: options.tail,
            begun: None,
            from_start: false,
            seen: Seen::default(),
            uid: String::new(),
            restarts: 0,
            pause: Duration::ZERO,
            is_told_waiting: false,
            out,
        };
        match self.pod(namespace, pod).await {
            Ok(pod) => follower.take(&pod)?,
            Err(failure) if failure.kind() == FailureKind::Permission => {}
            Err(failure) => return Err(failure),
        }
        tokio::spawn(follower.run());
        Ok(futures::stream::unfold(chunks, |mut chunks| async move {
            let chunk = chunks.recv().await?;
            Some((chunk, chunks))
        })
        .boxed())
    }
}

impl Follower {
    async fn run(mut self) {
        let out = self.out.clone();
        let stop = tokio::select! {
            stop = self.go() => stop,
            () = out.closed() => Stop::Unheard,
        };
        if let Stop::Failed(failure) = stop {
            // Where nobody listens, nobody misses it.
            let _ = out.send(Err(failure)).await;
        }
    }

    async fn go(&mut self) -> Stop {
        loop {
            if let Err(stop) = self.turn().await {
                return stop;
            }
        }
    }

    /// Reads until the connection ends, and decides how to go on.
    async fn turn(&mut self) -> Result<(), Stop> {
        let reading = self.live().await?;
        match self.look().await? {
            Look::Running => self.wait().await,
            Look::Waiting(why) => {
                self.tell_waiting(why).await?;
                self.wait().await;
            }
            Look::Ended { again } => {
                self.rest(false).await?;
                if !again {
                    return Err(Stop::Ended);
                }
                self.tell_waiting("the container is to be started again".to_owned())
                    .await?;
                self.wait().await;
            }
            Look::Restarted(count) => self.go_on_after(count).await?,
            Look::Remade(pod) => self.begin_anew(&pod).await?,
            Look::Gone => {
                let pod = self.back_again().await?;
                self.begin_anew(&pod).await?;
            }
            Look::Hidden if reading == Reading::Clean => return Err(Stop::Ended),
            Look::Hidden => self.wait().await,
        }
        Ok(())
    }

    /// Follows for as long as the connection lasts.
    async fn live(&mut self) -> Result<Reading, Stop> {
        let is_first = self.begun.is_none() && self.seen.is_empty() && !self.from_start;
        let query = LogQuery {
            container: self.container.as_deref(),
            follow: true,
            previous: false,
            tail: self.tail.filter(|_| is_first),
            since: match (self.from_start, self.seen.since()) {
                (true, _) => None,
                (false, None) => self.since.max(self.begun.filter(|_| self.tail.is_some())),
                (false, seen) => seen,
            },
        };
        let opened = self.cluster.open_log(&self.namespace, &self.pod, &query).await;
        let Some(mut body) = self.opened(opened).await? else {
            return Ok(Reading::Broken);
        };
        self.begun = self.begun.or(body.begun);
        let mut replay = self.seen.replay(self.tail.is_some() && !self.from_start);
        loop {
            let Ok(next) = tokio::time::timeout(QUIET, body.next()).await else {
                if self.is_over().await {
                    return Ok(Reading::Clean);
                }
                continue;
            };
            match next {
                Some(Ok(lines)) => self.give(lines, &mut replay).await?,
                Some(Err(_)) => return Ok(Reading::Broken),
                None => return Ok(Reading::Clean),
            }
        }
    }

    /// What an answer holds to read; nothing where it is to be asked for again.
    async fn opened(&mut self, opened: Result<Option<LogBody>, Trouble>) -> Result<Option<LogBody>, Stop> {
        let why = match opened {
            Ok(Some(body)) => return Ok(Some(body)),
            Ok(None) => "the pod has no node yet".to_owned(),
            Err(Trouble::Refused(refusal)) if is_final(&refusal) => {
                let doing = reading(&self.namespace, &self.pod);
                return Err(Stop::Failed(refusal.failure(&self.cluster.server, &doing)));
            }
            // Whether the pod is gone is seen when it is looked at.
            Err(Trouble::Refused(refusal)) if refusal.status == 404 => return Ok(None),
            Err(Trouble::Refused(refusal)) => refusal.message,
            Err(Trouble::Failed(failure)) if failure.kind() == FailureKind::Unreachable => {
                failure.to_string()
            }
            Err(Trouble::Failed(failure)) => return Err(Stop::Failed(failure)),
        };
        self.tell_waiting(why).await?;
        self.wait().await;
        Ok(None)
    }

    /// Gives the lines that are new and wanted.
    async fn give(&mut self, mut lines: Vec<LogLine>, replay: &mut Replay) -> Result<(), Stop> {
        let mut lost_at = None;
        let mut at = 0;
        lines.retain(|line| {
            let met = replay.meet(line);
            if met == Met::Known || !is_wanted(line, self.since) {
                return false;
            }
            if met == Met::NewAfterLoss {
                lost_at = Some(at);
            }
            at += 1;
            true
        });
        if lines.is_empty() {
            return Ok(());
        }
        for line in &lines {
            self.seen.note(line);
        }
        if lost_at.is_some() && !self.from_start {
            let why = "the log was rotated while it could not be read".to_owned();
            self.send(LogChunk::Note(LogNote::Lost { why })).await?;
        }
        (self.from_start, self.pause, self.is_told_waiting) = (false, Duration::ZERO, false);
        self.send(LogChunk::Lines(lines)).await
    }

    /// Whether a log that gives nothing is that of a container that is no more.
    async fn is_over(&self) -> bool {
        match self.cluster.pod(&self.namespace, &self.pod).await {
            Ok(pod) => !matches!(self.judge(pod), Look::Running | Look::Waiting(_)),
            Err(failure) => failure.kind() == FailureKind::NotFound,
        }
    }

    /// Looks at the pod, however long it takes to reach the cluster.
    async fn look(&mut self) -> Result<Look, Stop> {
        loop {
            let failure = match self.cluster.pod(&self.namespace, &self.pod).await {
                Ok(pod) => return Ok(self.judge(pod)),
                Err(failure) => failure,
            };
            match failure.kind() {
                FailureKind::NotFound => return Ok(Look::Gone),
                FailureKind::Permission => return Ok(Look::Hidden),
                FailureKind::Unreachable | FailureKind::Busy | FailureKind::Server => {
                    self.tell_waiting(failure.to_string()).await?;
                    self.wait().await;
                }
                _ => return Err(Stop::Failed(failure)),
            }
        }
    }

    fn judge(&self, pod: Pod) -> Look {
        if pod.uid != self.uid {
            return Look::Remade(Box::new(pod));
        }
        let Some(container) = self.container.as_deref().and_then(|name| pod.container(name)) else {
            return Look::Gone;
        };
        if container.restart_count > self.restarts {
            return Look::Restarted(container.restart_count);
        }
        match &container.state {
            Some(ContainerState::Terminated(ended)) => Look::Ended {
                again: pod.restarts_after(container, ended.exit_code),
            },
            Some(ContainerState::Running { .. }) => Look::Running,
            _ if pod.phase.is_terminal() => Look::Ended { again: false },
            Some(ContainerState::Waiting { .. }) if container.last.is_some() => Look::Ended { again: true },
            _ => Look::Waiting(format!("the container has not started ({})", container.word())),
        }
    }

    /// Reads what is there to its end, the last line too if nothing ended it.
    async fn rest(&mut self, previous: bool) -> Result<bool, Stop> {
        for _ in 0..N_TRIES {
            let query = LogQuery {
                container: self.container.as_deref(),
                follow: false,
                previous,
                tail: None,
                since: self.seen.since().or(self.since),
            };
            let opened = self.cluster.open_log(&self.namespace, &self.pod, &query).await;
            let mut body = match opened {
                Ok(Some(body)) => body,
                Ok(None) => return Ok(false),
                Err(Trouble::Refused(refusal)) if (400..500).contains(&refusal.status) => return Ok(false),
                Err(_) => {
                    self.wait().await;
                    continue;
                }
            };
            let mut replay = self.seen.replay(self.tail.is_some() && !self.from_start);
            if self.drain(&mut body, &mut replay).await? == Reading::Clean {
                return Ok(true);
            }
            self.wait().await;
        }
        Ok(false)
    }

    async fn drain(&mut self, body: &mut LogBody, replay: &mut Replay) -> Result<Reading, Stop> {
        while let Some(next) = body.next().await {
            let Ok(lines) = next else {
                return Ok(Reading::Broken);
            };
            self.give(lines, replay).await?;
        }
        if let Some(line) = body.last_line() {
            self.give(vec![line], replay).await?;
        }
        Ok(Reading::Clean)
    }

    /// Gives the rest of the container before, and begins with the new one.
    async fn go_on_after(&mut self, count: u32) -> Result<(), Stop> {
        let n_missed = count - self.restarts - 1;
        let is_there = self.rest(true).await?;
        let why = match (is_there, n_missed) {
            (true, 0) => None,
            (false, _) => Some("the log of the container before is not kept".to_owned()),
            (true, 1) => Some("a container started and ended meanwhile".to_owned()),
            (true, many) => Some(format!("{many} containers started and ended meanwhile")),
        };
        if let Some(why) = why {
            self.send(LogChunk::Note(LogNote::Lost { why })).await?;
        }
        self.restarts = count;
        self.from_start = true;
        self.pause = Duration::ZERO;
        self.send(LogChunk::Note(LogNote::Restarted { count })).await
    }

    async fn begin_anew(&mut self, pod: &Pod) -> Result<(), Stop> {
        self.take(pod).map_err(Stop::Failed)?;
        self.seen = Seen::default();
        self.from_start = true;
        self.pause = Duration::ZERO;
        self.send(LogChunk::Note(LogNote::Remade)).await
    }

    /// Waits for a pod of the same name; the end where none comes.
    async fn back_again(&mut self) -> Result<Pod, Stop> {
        let deadline = tokio::time::Instant::now() + COMES_BACK;
        loop {
            match self.cluster.pod(&self.namespace, &self.pod).await {
                Ok(pod) => return Ok(pod),
                Err(failure) if failure.kind() == FailureKind::NotFound => {}
                Err(failure) if failure.kind() == FailureKind::Unreachable => {}
                Err(failure) => return Err(Stop::Failed(failure)),
            }
            if tokio::time::Instant::now() >= deadline {
                return Err(Stop::Ended);
            }
            self.wait().await;
        }
    }

    /// Follows this pod from now on.
    fn take(&mut self, pod: &Pod) -> Result<()> {
        let container = match &self.container {
            Some(name) => pod.container(name).ok_or_else(|| {
                let names: Vec<&str> = pod.containers.iter().map(|container| &*container.name).collect();
                Failure::new(
                    FailureKind::NotFound,
                    format!("pod {} has no container `{name}`", self.pod),
                )
                .with_hint(format!("it has {}", names.join(", ")))
            })?,
            None => pod.default_container().ok_or_else(|| {
                Failure::new(
                    FailureKind::NotFound,
                    format!("pod {} has no container", self.pod),
                )
            })?,
        };
        self.restarts = container.restart_count;
        self.container = Some(container.name.clone());
        self.uid.clone_from(&pod.uid);
        Ok(())
    }

    async fn wait(&mut self) {
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).clamp(PAUSES.0, PAUSES.1);
    }

    /// Says once, until lines come again, why none come.
    async fn tell_waiting(&mut self, why: String) -> Result<(), Stop> {
        if std::mem::replace(&mut self.is_told_waiting, true) {
            return Ok(());
        }
        self.send(LogChunk::Note(LogNote::Waiting { why })).await
    }

    async fn send(&self, chunk: LogChunk) -> Result<(), Stop> {
        self.out.send(Ok(chunk)).await.map_err(|_| Stop::Unheard)
    }
}

/// Whether asking again cannot help.
fn is_final(refusal: &Refusal) -> bool {
    let is_wrong =
        refusal.status == 422 || refusal.status == 400 && refusal.message.contains("is not valid for pod");
    refusal.is_signed_out() || refusal.is_missing_right() || is_wrong
}
