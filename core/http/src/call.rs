//! One request and its answer: deadlines, retries, redirects.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::{Bytes, BytesMut};
use flowdeck_domain::{Failure, FailureKind, Result, Timestamp};
pub use reqwest::Method;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde_json::Value;
use tokio::sync::OnceCell;
use url::Url;

use super::connect;
use super::credentials::{SignIn, Signed};
use super::options::RestOptions;
use super::page;
use super::refusal::{Refusal, Trouble};
use super::retry::{Repeat, pause, retry_after};

/// Redirects of one request that are followed.
const REDIRECTS: usize = 5;

/// How long a body may pause.
const IDLE: Duration = Duration::from_secs(60);

/// Bytes of a refusal that are read.
const REFUSAL_BYTES: usize = 64 * 1024;

/// One server, its connections opened with the first request.
#[derive(Clone, Debug)]
pub struct Http {
    /// Its address without a name and a password.
    pub base: Url,
    /// Host and port, for sentences.
    pub server: String,
    options: RestOptions,
    sign_in: SignIn,
    client: Arc<OnceCell<reqwest::Client>>,
}

/// One request, not yet sent.
#[derive(Clone, Debug)]
pub struct Call {
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<(Bytes, Cow<'static, str>)>,
    repeat: Repeat,
}

impl Call {
    /// Reads something.
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            query: Vec::new(),
            body: None,
            repeat: Repeat::Freely,
        }
    }

    /// Searches: a POST that changes nothing.
    pub fn search(path: impl Into<String>, body: &Value) -> Self {
        Self {
            method: Method::POST,
            body: Some((body.to_string().into(), "application/json".into())),
            ..Self::get(path)
        }
    }

    /// Changes something.
    pub fn write(path: impl Into<String>, body: &Value) -> Self {
        Self {
            repeat: Repeat::Refused,
            ..Self::search(path, body)
        }
    }

    /// The same by another method: `PATCH`, `DELETE`.
    #[must_use]
    pub fn by(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Changes something without saying more than its path does.
    pub fn act(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            repeat: Repeat::Refused,
            ..Self::get(path)
        }
    }

    /// Sends a body of another kind than JSON.
    pub fn upload(path: impl Into<String>, content_type: String, body: Bytes) -> Self {
        Self {
            body: Some((body, content_type.into())),
            ..Self::act(Method::POST, path)
        }
    }

    /// The path that is asked, without the server's prefix.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// One parameter more.
    pub fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.query.push((key, value.into()));
        self
    }

    /// The same parameter once more for each value.
    pub fn with_each(mut self, key: &'static str, values: impl IntoIterator<Item = String>) -> Self {
        self.query.extend(values.into_iter().map(|value| (key, value)));
        self
    }
}

/// A part of a path, with all that would end or leave it encoded.
pub fn segment(text: &str) -> Cow<'_, str> {
    const KEPT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~');
    percent_encoding::utf8_percent_encode(text, KEPT).into()
}

impl Http {
    /// The server that these options name; nothing is sent yet.
    ///
    /// # Errors
    /// An address, a header or a token that cannot be used.
    pub fn new(mut options: RestOptions) -> Result<Self> {
        let (base, auth) = connect::split_credentials(&options)?;
        // The address that is kept holds no password.
        options.base = base.clone();
        let sign_in = SignIn::new(&options, auth)?;
        Ok(Self {
            server: connect::server_of(&base),
            base,
            options,
            sign_in,
            client: Arc::default(),
        })
    }

    /// How it is reached.
    pub fn options(&self) -> &RestOptions {
        &self.options
    }

    /// The same server at another path, over the same connections.
    pub fn moved_to(&self, base: Url) -> Self {
        Self { base, ..self.clone() }
    }

    /// The address of a path below the server's own, already encoded.
    pub fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/{path}", self.base.path().trim_end_matches('/')));
        url
    }

    /// The whole answer; asked again where it breaks off and asking changes nothing.
    ///
    /// # Errors
    /// A refusal, or no answer.
    pub async fn fetch(&self, call: &Call) -> Result<Bytes, Trouble> {
        let end = Instant::now() + self.options.timeout;
        let mut tries = 1;
        loop {
            let mut body = self.open(call).await?;
            match body.collect().await {
                Ok(bytes) if page::is_web_page(&body.content_type, &bytes) => {
                    return Err(page::web_page(&self.server).into());
                }
                Ok(bytes) => return Ok(bytes),
                Err(failure) => {
                    let wait = pause(tries, None, end.saturating_duration_since(Instant::now()));
                    let Some(wait) = wait.filter(|_| call.repeat == Repeat::Freely && body.broke) else {
                        return Err(failure.into());
                    };
                    tokio::time::sleep(wait).await;
                    tries += 1;
                }
            }
        }
    }

    /// The answer's body, as it comes.
    ///
    /// # Errors
    /// A refusal, or no answer.
    pub async fn open(&self, call: &Call) -> Result<Body, Trouble> {
        let end = Instant::now() + self.options.timeout;
        let mut tries = 0;
        let mut signed = self.sign_in.headers().await?;
        loop {
            tries += 1;
            let left = || end.saturating_duration_since(Instant::now());
            let sent = self.send(call, &signed, left()).await;
            let (trouble, asked) = match sent {
                Ok(response) if response.status().is_success() => {
                    return Ok(Body::of(response, &self.server, IDLE.min(self.options.timeout)));
                }
                Ok(response) => {
                    if response.status() == StatusCode::UNAUTHORIZED
                        && let Some(other) = self.sign_in.instead_of(&signed).await?
                    {
                        signed = other;
                        continue;
                    }
                    let asked = asked_pause(&response);
                    let again = call.repeat.after_status(response.status().as_u16());
                    let refusal = self.refusal(call, response, signed.is_signed).await;
                    if !again {
                        return Err(refusal);
                    }
                    (refusal, asked)
                }
                Err(Broken { failure, again }) if again && call.repeat == Repeat::Freely => {
                    (failure.into(), None)
                }
                Err(Broken { failure, .. }) => return Err(failure.into()),
            };
            let Some(wait) = pause(tries, asked, left()) else {
                return Err(trouble);
            };
            tracing::debug!(server = %self.server, path = %call.path, ?wait, "asking again");
            tokio::time::sleep(wait).await;
        }
    }

    async fn refusal(&self, call: &Call, response: Response, signed: bool) -> Trouble {
        let status = response.status();
        if status.is_redirection()
            && let Some(to) = redirect_target(&response)
        {
            return page::redirected(&self.server, &to, self.options.sign_in_hint.as_deref()).into();
        }
        let mut body = Body::of(response, &self.server, IDLE.min(self.options.timeout));
        let start = body.start(REFUSAL_BYTES).await;
        Trouble::Refused(Box::new(Refusal {
            status: status.as_u16(),
            server: self.server.clone(),
            path: call.path.clone(),
            signed,
            hint: self.options.sign_in_hint.clone(),
            content_type: body.content_type,
            body: start,
        }))
    }

    /// One try, redirects within the server followed.
    async fn send(&self, call: &Call, signed: &Signed, left: Duration) -> Result<Response, Broken> {
        let client = self.connected().await.map_err(Broken::for_good)?;
        let mut url = self.url(&call.path);
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        for _ in 0..=REDIRECTS {
            let mut request = client
                .request(call.method.clone(), url.clone())
                .headers(signed.headers.clone());
            if let Some((body, content_type)) = &call.body {
                request = request
                    .header(CONTENT_TYPE, content_type.as_ref())
                    .body(body.clone());
            }
            let asked_at = Instant::now();
            let response = match tokio::time::timeout(left, request.send()).await {
                Ok(Ok(response)) => {
                    let (status, ms) = (response.status().as_u16(), asked_at.elapsed().as_millis());
                    tracing::debug!(server = %self.server, method = %call.method, path = %call.path, status, ms, "answered");
                    response
                }
                Ok(Err(error)) => return Err(self.broken(error).await),
                Err(_) => return Err(Broken::for_good(self.silent())),
            };
            match self.next_hop(call, &response) {
                Some(next) => url = next,
                None => return Ok(response),
            }
        }
        Err(Broken::for_good(Failure::new(
            FailureKind::Server,
            format!("{} redirects in circles", self.server),
        )))
    }

    /// The connections to the server, through its tunnel where it has one.
    async fn connected(&self) -> Result<&reqwest::Client> {
        let socket = match &self.options.route {
            Some(route) => Some(route.ready().await?),
            None => None,
        };
        self.client
            .get_or_try_init(|| connect::client(&self.options, socket))
            .await
    }

    async fn broken(&self, error: reqwest::Error) -> Broken {
        let broken = connect::broken(&self.server, error);
        let fault = match &self.options.route {
            Some(route) => route.fault().await,
            None => None,
        };
        match fault {
            Some(failure) => Broken { failure, ..broken },
            None => broken,
        }
    }

    fn silent(&self) -> Failure {
        Failure::new(
            FailureKind::Unreachable,
            format!(
                "{} did not answer within {} s",
                self.server,
                self.options.timeout.as_secs_f32()
            ),
        )
        .with_hint("check that the server is up, or allow it more time")
    }

    /// Where to go on, if the answer says so and it is the same server: credentials go nowhere else.
    fn next_hop(&self, call: &Call, response: &Response) -> Option<Url> {
        let follows = match response.status() {
            StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
            StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND | StatusCode::SEE_OTHER => {
                call.method == Method::GET
            }
            _ => false,
        };
        let to = redirect_target(response).filter(|_| follows)?;
        let from = response.url();
        let same_place = to.origin() == from.origin()
            || (from.scheme() == "http" && to.scheme() == "https" && from.host() == to.host());
        same_place.then_some(to)
    }
}

fn redirect_target(response: &Response) -> Option<Url> {
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    response.url().join(location).ok()
}

fn asked_pause(response: &Response) -> Option<Duration> {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let now = Timestamp(i64::try_from(since_epoch.as_millis()).ok()?);
    retry_after(response.headers().get(RETRY_AFTER)?.to_str().ok()?, now)
}

/// A request that got no answer.
pub(crate) struct Broken {
    pub(crate) failure: Failure,
    /// Whether another try may go better: the connection broke after it stood.
    pub(crate) again: bool,
}

impl Broken {
    pub(crate) fn for_good(failure: Failure) -> Self {
        Self {
            failure,
            again: false,
        }
    }
}

/// The body of an answer, as it comes.
#[derive(Debug)]
pub struct Body {
    response: Response,
    /// What it is said to be, in small letters.
    pub content_type: String,
    server: String,
    idle: Duration,
    /// Whether the server calls it a file to keep.
    pub attachment: bool,
    /// Whether it broke off, so that another try may go better.
    broke: bool,
}

impl Body {
    fn of(response: Response, server: &str, idle: Duration) -> Self {
        let content_type = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_ascii_lowercase();
        let attachment = response.headers().contains_key(CONTENT_DISPOSITION);
        Self {
            response,
            attachment,
            content_type,
            server: server.to_owned(),
            idle,
            broke: false,
        }
    }

    /// Host and port that it comes from.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The next bytes; none at the end.
    ///
    /// # Errors
    /// It broke off.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        match tokio::time::timeout(self.idle, self.response.chunk()).await {
            Ok(Ok(chunk)) => Ok(chunk),
            Ok(Err(error)) => {
                self.broke = true;
                let message = format!("the answer of {} broke off", self.server);
                Err(Failure::new(FailureKind::Unreachable, message).caused_by(error.without_url()))
            }
            Err(_) => Err(Failure::new(
                FailureKind::Unreachable,
                format!("{} fell silent in the middle of its answer", self.server),
            )),
        }
    }

    async fn collect(&mut self) -> Result<Bytes> {
        let Some(first) = self.next().await? else {
            return Ok(Bytes::new());
        };
        let Some(second) = self.next().await? else {
            return Ok(first);
        };
        let told = self.response.content_length().unwrap_or(0).min(1 << 26);
        let mut whole = BytesMut::with_capacity(usize::try_from(told).unwrap_or(0));
        whole.extend_from_slice(&first);
        whole.extend_from_slice(&second);
        while let Some(chunk) = self.next().await? {
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }

    /// The first bytes, as far as they come.
    async fn start(&mut self, limit: usize) -> Vec<u8> {
        let mut start = Vec::new();
        while start.len() < limit {
            match self.next().await {
                Ok(Some(chunk)) => start.extend_from_slice(&chunk),
                Ok(None) | Err(_) => break,
            }
        }
        start
    }
}
