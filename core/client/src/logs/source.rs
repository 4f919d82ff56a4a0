//! One pod's log, from the first place that has it.

use bytes::Bytes;
use flowdeck_domain::artifact::{ArtifactOwner, ArtifactPath, ArtifactRoot};
use flowdeck_domain::kubernetes::{LogChunk, LogLine, LogNote, LogTime};
use flowdeck_domain::pipelines::PipelineRun;
use flowdeck_domain::port::{LogOptions, LogStream};
use flowdeck_domain::{Failure, FailureKind, PipelineRunId, Result, RunId};
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};

use super::{KeptLog, LogOrigin, LogPart, LogRequest, Logs};

/// Lines that are given at a time where all are there.
const BATCH: usize = 4096;

/// The container whose log is archived.
pub(super) const USUAL_CONTAINER: &str = "main";

/// A log that was found.
pub(super) struct Source {
    pub(super) origin: LogOrigin,
    pub(super) lines: LogStream,
    /// The container it is of.
    pub(super) container: String,
    /// What was kept, where the lines are from there.
    pub(super) kept: Option<KeptLog>,
}

impl Logs {
    /// Opens the log of a part: from the pod; else from the archive, the executor's copy, the object store; else from what
    /// was kept.
    ///
    /// # Errors
    /// Nobody has it: why the first that was asked has not.
    pub(super) async fn source(
        &self,
        part: &LogPart,
        run: Option<&PipelineRun>,
        request: &LogRequest,
        since: Option<LogTime>,
    ) -> Result<Source> {
        let live = self.live(part, request, since).await;
        let why = match live {
            Ok(source) => return Ok(source),
            Err(failure) if request.previous => return Err(failure),
            Err(failure) => failure,
        };
        tracing::debug!(pod = %part.pod, %why, "the pod itself gives no log");
        if self.may_have_archive(request) {
            match self.stored(part, run).await {
                Ok((origin, bytes)) => return Ok(of_bytes(origin, &bytes, request.tail)),
                Err(failure) => tracing::debug!(pod = %part.pod, %failure, "no archive gives its log"),
            }
        }
        if let Some(kept) = self.kept(part, request) {
            return of_kept(kept, request);
        }
        Err(match why.kind() {
            FailureKind::NotFound if self.inner.cluster.is_some() => nobody_has_it(part, &why),
            _ => why,
        })
    }

    /// Archives hold the main container alone.
    fn may_have_archive(&self, request: &LogRequest) -> bool {
        request
            .container
            .as_deref()
            .is_none_or(|container| container == USUAL_CONTAINER)
    }

    /// The container that is asked for, or the one that a person wants where they name none; the pod must be there.
    pub(super) async fn container(&self, part: &LogPart, request: &LogRequest) -> Result<String> {
        let pod = self.cluster()?.reader().pod(&part.namespace, &part.pod).await;
        let usual = match pod {
            Ok(pod) => {
                if let Some(name) = request
                    .container
                    .as_ref()
                    .filter(|name| pod.container(name).is_none())
                {
                    let names: Vec<&str> = pod.containers.iter().map(|it| it.name.as_str()).collect();
                    let message = format!("pod {} has no container `{name}`", part.pod);
                    return Err(Failure::new(FailureKind::InvalidInput, message)
                        .with_hint(format!("it has {}", names.join(", "))));
                }
                pod.default_container().map(|container| container.name.clone())
            }
            // Logs may be read by some who may not read pods.
            Err(failure) if failure.kind() == FailureKind::Permission => None,
            Err(failure) => return Err(failure),
        };
        let named = request.container.clone().or(usual);
        Ok(named.unwrap_or_else(|| USUAL_CONTAINER.to_owned()))
    }

    async fn live(&self, part: &LogPart, request: &LogRequest, since: Option<LogTime>) -> Result<Source> {
        let cluster = self.cluster()?;
        let container = self.container(part, request).await?;
        let options = LogOptions {
            container: Some(container.clone()),
            follow: request.follow && !request.previous,
            previous: request.previous,
            tail: request.tail,
            since: request.since.or(since),
        };
        let lines = cluster.logs().log(&part.namespace, &part.pod, &options).await?;
        Ok(Source {
            origin: if request.previous {
                LogOrigin::Previous
            } else {
                LogOrigin::Live
            },
            lines,
            container,
            kept: None,
        })
    }

    /// What the archives have, in their order.
    async fn stored(&self, part: &LogPart, run: Option<&PipelineRun>) -> Result<(LogOrigin, Bytes)> {
        let pipelines = self.pipelines()?;
        let (Some(run), Some(id)) = (run, &part.task) else {
            return Err(Failure::new(FailureKind::NotFound, "it is no task's"));
        };
        let mut tasks = run.tasks.clone();
        for task in tasks.tasks.iter_mut().filter(|task| task.id == *id) {
            // The archive knows each try by its pod.
            task.pod_name = Some(part.pod.clone());
        }
        let reader = pipelines.reader();
        let why = match reader.archived_log(&run.id, &tasks, id).await {
            Ok(bytes) => return Ok((LogOrigin::Archived, bytes)),
            Err(failure) => failure,
        };
        let uris = executor_logs(run, part);
        for uri in &uris {
            if let Ok(bytes) = reader.stored_file(uri, Some(&part.namespace)).await {
                return Ok((LogOrigin::ExecutorLogs, bytes));
            }
        }
        for uri in &uris {
            if let Ok(bytes) = self.of_object_store(uri).await {
                return Ok((LogOrigin::ObjectStore, bytes));
            }
        }
        Err(why)
    }

    /// A file of an object store that this machine has credentials for.
    async fn of_object_store(&self, uri: &str) -> Result<Bytes> {
        let none = || Failure::new(FailureKind::Unsupported, "no object store can be read");
        let artifacts = self.inner.artifacts.as_ref().ok_or_else(none)?;
        // MinIO speaks the protocol of S3.
        let uri = uri.replacen("minio://", "s3://", 1);
        let (root, name) = uri.rsplit_once('/').ok_or_else(none)?;
        let root = ArtifactRoot {
            owner: ArtifactOwner::Run(RunId::from("")),
            uri: root.to_owned(),
        };
        let mut bytes = Vec::new();
        let mut parts = artifacts.read(&root, &ArtifactPath::parse(name)?).await?;
        while let Some(part) = parts.try_next().await? {
            bytes.extend_from_slice(&part);
        }
        Ok(bytes.into())
    }

    fn kept(&self, part: &LogPart, request: &LogRequest) -> Option<KeptLog> {
        let store = self.inner.store.as_ref()?;
        let by_name = |container: &str| store.kept(&self.key(part, container));
        let named = by_name(request.container.as_deref().unwrap_or(USUAL_CONTAINER));
        // The namespace of a pod that is gone may not be known, nor what its container was called.
        named.or_else(|| {
            let is_it = |kept: &KeptLog| {
                let is_there = kept.key.namespace == part.namespace.as_str()
                    || part.run.is_some()
                        && kept.about.run_id.as_deref() == part.run.as_ref().map(PipelineRunId::as_str);
                let container = request.container.as_deref();
                kept.key.pod == part.pod.as_str()
                    && is_there
                    && container.is_none_or(|name| kept.key.container == name)
            };
            store.list(Some(&self.inner.place)).into_iter().find(is_it)
        })
    }
}

/// Where the executor of a task put its own copy: for each try, the latest first, then the one without a number.
fn executor_logs(run: &PipelineRun, part: &LogPart) -> Vec<String> {
    let task = part.task.as_ref().and_then(|id| run.tasks.task(id));
    let outputs = task
        .map(|task| task.outputs.artifacts.as_slice())
        .unwrap_or_default();
    let mut uris: Vec<&str> = outputs
        .iter()
        .filter(|output| output.key.starts_with("executor-logs"))
        .filter_map(|output| output.artifact.uri.as_deref())
        .collect();
    uris.sort_unstable();
    let base = uris.first().map(|uri| uri.trim_end_matches('/').to_owned());
    // Since 2.17 each try has one of its own, counted from 0.
    let of_try = base
        .as_ref()
        .zip(part.attempt)
        .map(|(base, attempt)| format!("{base}-{}", attempt.saturating_sub(1)));
    of_try
        .into_iter()
        .chain(uris.into_iter().map(str::to_owned))
        .collect()
}

fn nobody_has_it(part: &LogPart, why: &Failure) -> Failure {
    let what = match &part.place {
        Some(place) => format!("task `{place}`"),
        None => format!("pod {}", part.pod),
    };
    Failure::new(FailureKind::NotFound, format!("nobody has the log of {what}: {why}")).with_hint(
        match part.run {
            Some(_) => {
                "its pod is gone, no archive has it, and it was not followed here; logs that are followed are kept"
            }
            None => "logs of pods that are followed are kept here for when they are gone",
        },
    )
}

fn of_bytes(origin: LogOrigin, bytes: &Bytes, tail: Option<u64>) -> Source {
    let mut lines = Vec::new();
    let mut from = 0;
    for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        if end > from || end < bytes.len() {
            lines.push(LogLine {
                time: None,
                bytes: bytes.slice(from..end),
            });
        }
        from = end + 1;
        if from > bytes.len() {
            break;
        }
    }
    let n_left_out = tail.map_or(0, |tail| {
        lines
            .len()
            .saturating_sub(usize::try_from(tail).unwrap_or(usize::MAX))
    });
    lines.drain(..n_left_out);
    Source {
        origin,
        lines: batches(lines),
        container: USUAL_CONTAINER.to_owned(),
        kept: None,
    }
}

fn batches(lines: Vec<LogLine>) -> LogStream {
    let batches: Vec<Result<LogChunk>> = lines
        .chunks(BATCH)
        .map(|batch| Ok(LogChunk::Lines(batch.to_vec())))
        .collect();
    stream::iter(batches).boxed()
}

fn of_kept(kept: KeptLog, request: &LogRequest) -> Result<Source> {
    let unreadable = |error: std::io::Error| {
        Failure::new(
            FailureKind::System,
            format!(
                "cannot read the log that was kept of pod {}: {error}",
                kept.key.pod
            ),
        )
    };
    let file = kept.file().map_err(unreadable)?;
    let n_lines = file.n_lines();
    let of_tail = request.tail.map_or(0, |tail| n_lines.saturating_sub(tail));
    let of_since = request.since.map_or(Ok(0), |since| file.line_at(since));
    let first = of_tail.max(of_since.map_err(unreadable)?);
    let pod = kept.key.pod.clone();
    let chunks = stream::unfold(first, move |from: u64| {
        let (file, pod) = (file.clone(), pod.clone());
        async move {
            if from >= n_lines {
                return None;
            }
            let entries = file.entries(from..from + BATCH as u64, usize::MAX);
            let chunks: Vec<Result<LogChunk>> = match entries {
                Ok(entries) => as_chunks(entries).into_iter().map(Ok).collect(),
                Err(error) => {
                    let failure = Failure::new(
                        FailureKind::System,
                        format!("cannot read the log that was kept of pod {pod}: {error}"),
                    );
                    return Some((vec![Err(failure)], u64::MAX));
                }
            };
            Some((chunks, from + BATCH as u64))
        }
    });
    let lines: BoxStream<'static, _> = chunks.flat_map(stream::iter).boxed();
    Ok(Source {
        origin: LogOrigin::Kept(kept.kept_at),
        lines,
        container: kept.key.container.clone(),
        kept: Some(kept),
    })
}

/// Lines and notes as they were given once.
fn as_chunks(entries: Vec<super::Entry>) -> Vec<LogChunk> {
    let mut chunks: Vec<LogChunk> = Vec::new();
    for entry in entries {
        if entry.is_note {
            let why = String::from_utf8_lossy(&entry.bytes).into_owned();
            chunks.push(LogChunk::Note(LogNote::Kept { words: why }));
            continue;
        }
        let line = LogLine {
            time: entry.time,
            bytes: entry.bytes,
        };
        match chunks.last_mut() {
            Some(LogChunk::Lines(lines)) => lines.push(line),
            _ => chunks.push(LogChunk::Lines(vec![line])),
        }
    }
    chunks
}
