//! A server whose clock and ids the test holds.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use flowdeck_demo::pipelines::{Clock, IdKind, IdSource, Pipelines, PipelinesOptions, PipelinesServer};
use flowdeck_domain::Timestamp;
use serde_json::Value;

use super::http::{Answer, ask};

/// Ids to come, by what they are for.
pub(crate) type Ids = Arc<Mutex<BTreeMap<IdKind, VecDeque<String>>>>;

pub(crate) struct Stage {
    pub(crate) pipelines: Pipelines,
    pub(crate) server: PipelinesServer,
    pub(crate) ids: Ids,
    now: Arc<AtomicI64>,
}

/// Milliseconds of a time in a text.
pub(crate) fn millis(text: &str) -> i64 {
    Timestamp::parse_rfc3339(text).map_or(0, |time| time.0)
}

impl Stage {
    pub(crate) async fn at(time: &str, options: PipelinesOptions) -> Self {
        Self::with_ids(time, options, &[]).await
    }

    /// The same, where the first things that the server makes by itself have these ids.
    pub(crate) async fn with_ids(time: &str, options: PipelinesOptions, first: &[(IdKind, &str)]) -> Self {
        let now = Arc::new(AtomicI64::new(millis(time)));
        let ids = Ids::default();
        for (kind, id) in first {
            ids.lock()
                .expect("no test panics here")
                .entry(*kind)
                .or_default()
                .push_back((*id).to_owned());
        }
        let (shown, given) = (Arc::clone(&now), Arc::clone(&ids));
        let pipelines = Pipelines::new(PipelinesOptions {
            clock: Clock::new(move || Timestamp(shown.load(Ordering::SeqCst))),
            ids: IdSource::new(move |kind| {
                given
                    .lock()
                    .expect("no test panics here")
                    .get_mut(&kind)
                    .and_then(VecDeque::pop_front)
            }),
            ..options
        });
        let server = PipelinesServer::start(pipelines.clone()).await.expect("a port");
        Self {
            pipelines,
            server,
            ids,
            now,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Moves the clock, never back.
    pub(crate) fn set(&self, millis: i64) {
        self.now.fetch_max(millis, Ordering::SeqCst);
        self.pipelines.advance();
    }

    pub(crate) fn pass(&self, millis: i64) {
        self.set(self.now.load(Ordering::SeqCst) + millis);
    }

    /// Says the id that the next thing of a kind gets.
    pub(crate) fn expect(&self, kind: IdKind, id: &str) {
        let mut ids = self.ids.lock().expect("no test panics here");
        ids.entry(kind).or_default().push_back(id.to_owned());
    }

    pub(crate) fn forget_ids(&self) {
        self.ids.lock().expect("no test panics here").clear();
    }

    pub(crate) async fn ask(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let found = self.try_ask(method, target, headers, body).await;
        found.unwrap_or_else(|| panic!("{method} {target} was not answered"))
    }

    pub(crate) async fn try_ask(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<Answer> {
        let address = self.address();
        let (method, target) = (method.to_owned(), target.to_owned());
        let headers: Vec<(String, String)> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let body = body.to_vec();
        let asking = tokio::task::spawn_blocking(move || ask(address, (&method, &target), &headers, &body));
        asking.await.expect("no panic")
    }

    pub(crate) async fn get(&self, target: &str) -> Value {
        let answer = self.ask("GET", target, &[], b"").await;
        assert_eq!(answer.status, 200, "{target}: {}", answer.body);
        answer.body
    }

    pub(crate) async fn post(&self, target: &str, body: &Value) -> Value {
        let answer = self.ask("POST", target, &[], body.to_string().as_bytes()).await;
        assert_eq!(answer.status, 200, "{target}: {}", answer.body);
        answer.body
    }

    /// Uploads a package; JSON is YAML, too.
    pub(crate) async fn upload(&self, target: &str, spec: &Value, headers: &[(&str, &str)]) -> Answer {
        self.upload_as(
            target,
            ("uploadfile", "pipeline.yaml"),
            spec.to_string().as_bytes(),
            headers,
        )
        .await
    }

    pub(crate) async fn upload_as(
        &self,
        target: &str,
        (part, file): (&str, &str),
        bytes: &[u8],
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut body = format!(
            "--mark\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"{file}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--mark--\r\n");
        let mut headers = headers.to_vec();
        headers.push(("content-type", "multipart/form-data; boundary=mark"));
        self.ask("POST", target, &headers, &body).await
    }
}
