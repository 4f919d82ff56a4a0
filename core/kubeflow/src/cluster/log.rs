use bytes::{Buf, Bytes, BytesMut};
use flowdeck_domain::id::{Namespace, PodName};
use flowdeck_domain::kubernetes::{LogChunk, LogLine, LogTime};
use flowdeck_domain::port::{LogOptions, LogStream};
use flowdeck_domain::{Failure, FailureKind, Result};
use futures::StreamExt;
use http_body_util::BodyExt;
use kube::client::Body;
use memchr::memchr;

use super::Cluster;
use super::call::Trouble;
use super::connect::root;

/// The longest line that is kept whole, in bytes; the rest of a longer one is left out.
const LINE_LIMIT: usize = 16 << 20;

/// One question to the log API. Lines always come with their times.
#[derive(Clone, Debug)]
pub(super) struct LogQuery<'a> {
    pub(super) container: Option<&'a str>,
    pub(super) follow: bool,
    pub(super) previous: bool,
    pub(super) tail: Option<u64>,
    /// Cut to whole seconds by the server, and inclusive.
    pub(super) since: Option<LogTime>,
}

/// An answer of the log API, being read.
pub(super) struct LogBody {
    body: Body,
    /// When the server began to answer, to the second.
    pub(super) begun: Option<LogTime>,
    lines: LineCutter,
}

/// Cuts bytes into lines as they come.
#[derive(Default)]
struct LineCutter {
    /// The start of a line whose end is still to come.
    unfinished: BytesMut,
}

impl Cluster {
    /// Asks for a log. Nothing where the pod has no node yet, which the server answers without a word.
    pub(super) async fn open_log(
        &self,
        namespace: &Namespace,
        pod: &PodName,
        query: &LogQuery<'_>,
    ) -> Result<Option<LogBody>, Trouble> {
        let path = format!("/api/v1/namespaces/{namespace}/pods/{pod}/log");
        let tail = query.tail.map(|tail| tail.to_string());
        let since = query.since.map(|since| since.to_string());
        let mut pairs = vec![("timestamps", "true")];
        pairs.extend(query.container.map(|container| ("container", container)));
        pairs.extend(query.follow.then_some(("follow", "true")));
        pairs.extend(query.previous.then_some(("previous", "true")));
        pairs.extend(tail.as_deref().map(|tail| ("tailLines", tail)));
        pairs.extend(since.as_deref().map(|since| ("sinceTime", since)));
        let answer = self.open(&path, &pairs, &reading(namespace, pod)).await?;
        if answer.status() == http::StatusCode::NO_CONTENT {
            return Ok(None);
        }
        Ok(Some(LogBody {
            begun: answer.headers().get(http::header::DATE).and_then(date),
            body: answer.into_body(),
            lines: LineCutter::default(),
        }))
    }

    /// The lines that are there now.
    pub(super) async fn log_once(
        &self,
        namespace: &Namespace,
        pod: &PodName,
        options: &LogOptions,
    ) -> Result<LogStream> {
        let container = match &options.container {
            Some(container) => Some(container.clone()),
            None => self.default_container(namespace, pod).await?,
        };
        let query = LogQuery {
            container: container.as_deref(),
            follow: false,
            previous: options.previous,
            tail: options.tail,
            since: options.since,
        };
        let body = self
            .open_log(namespace, pod, &query)
            .await
            .map_err(|trouble| trouble.failure(self, &reading(namespace, pod)))?;
        let Some(body) = body else {
            return Ok(futures::stream::empty().boxed());
        };
        let (since, server) = (options.since, self.server.clone());
        let lines = futures::stream::unfold(Some(body), move |body| {
            let server = server.clone();
            async move {
                let mut body = body?;
                match body.next().await {
                    Some(Ok(lines)) => Some((Ok(lines), Some(body))),
                    Some(Err(why)) => {
                        let broken = format!("the cluster at {server} broke off the log: {why}");
                        Some((Err(Failure::new(FailureKind::Unreachable, broken)), None))
                    }
                    None => body.last_line().map(|line| (Ok(vec![line]), None)),
                }
            }
        });
        let chosen = lines.filter_map(move |lines: Result<Vec<LogLine>>| async move {
            match lines {
                Ok(mut lines) => {
                    lines.retain(|line| is_wanted(line, since));
                    (!lines.is_empty()).then_some(Ok(LogChunk::Lines(lines)))
                }
                Err(failure) => Some(Err(failure)),
            }
        });
        Ok(chosen.boxed())
    }

    /// The container whose log a person wants; nothing where the pod may not be read, as the server then chooses or says why not.
    async fn default_container(&self, namespace: &Namespace, pod: &PodName) -> Result<Option<String>> {
        use flowdeck_domain::port::PodReader;
        match self.pod(namespace, pod).await {
            Ok(pod) => Ok(pod.default_container().map(|container| container.name.clone())),
            Err(failure) if failure.kind() == FailureKind::Permission => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

/// What reading a log is called in sentences.
pub(super) fn reading(namespace: &Namespace, pod: &PodName) -> String {
    format!("read the log of pod {pod} in namespace {namespace}")
}

/// Whether a line is of this time or later: the server cuts a time to whole seconds.
pub(super) fn is_wanted(line: &LogLine, since: Option<LogTime>) -> bool {
    match (line.time, since) {
        (Some(time), Some(since)) => time >= since,
        _ => true,
    }
}

/// The time of a `Date` header: `Mon, 23 Nov 2026 10:00:18 GMT`.
fn date(header: &http::HeaderValue) -> Option<LogTime> {
    let moment = jiff::fmt::rfc2822::parse(header.to_str().ok()?).ok()?;
    Some(LogTime {
        seconds: moment.timestamp().as_second(),
        nanos: 0,
    })
}

impl LogBody {
    /// The next whole lines; nothing at the end; what broke the connection, in a few words.
    pub(super) async fn next(&mut self) -> Option<Result<Vec<LogLine>, String>> {
        loop {
            match self.body.frame().await? {
                Ok(frame) => {
                    let Ok(data) = frame.into_data() else { continue };
                    let lines = self.lines.cut(data);
                    if !lines.is_empty() {
                        return Some(Ok(lines));
                    }
                }
                Err(error) => return Some(Err(root(&error))),
            }
        }
    }

    /// What was printed after the last line's end, once the end is reached.
    pub(super) fn last_line(&mut self) -> Option<LogLine> {
        let unfinished = std::mem::take(&mut self.lines.unfinished).freeze();
        (!unfinished.is_empty()).then(|| LogLine::stamped(unfinished))
    }
}

impl LineCutter {
    fn cut(&mut self, mut data: Bytes) -> Vec<LogLine> {
        let mut lines = Vec::new();
        while let Some(end) = memchr(b'\n', &data) {
            let line = data.split_to(end);
            data.advance(1);
            if self.unfinished.is_empty() {
                lines.push(LogLine::stamped(line));
            } else {
                self.keep(&line);
                lines.push(LogLine::stamped(self.unfinished.split().freeze()));
            }
        }
        self.keep(&data);
        lines
    }

    fn keep(&mut self, part: &[u8]) {
        let room = LINE_LIMIT.saturating_sub(self.unfinished.len());
        self.unfinished.extend_from_slice(&part[..part.len().min(room)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_the_same_wherever_the_bytes_are_cut() {
        let text: &[u8] =
            b"2026-11-23T10:00:18.000000001Z one\n\n2026-11-23T10:00:19.000000002Z \xfftwo\nlast";
        let whole = LineCutter::default().cut(Bytes::from_static(text));
        assert_eq!(whole.len(), 3);
        for first in 0..text.len() {
            for second in first..text.len() {
                let mut cutter = LineCutter::default();
                let mut lines = Vec::new();
                for part in [&text[..first], &text[first..second], &text[second..]] {
                    lines.extend(cutter.cut(Bytes::copy_from_slice(part)));
                }
                assert_eq!(lines, whole);
                assert_eq!(&cutter.unfinished[..], b"last");
            }
        }
    }
}
