use std::time::Duration;

use bytes::Bytes;
use flowdeck_domain::{Failure, FailureKind, Result};
use http::{Request, Response};
use http_body_util::{BodyExt, Limited};
use kube::client::{AuthError, Body};
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use super::Cluster;
use super::connect::root;
use super::refusal::Refusal;

/// The longest that an answer may take, from the request to its head, and then to its end.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// The longest answer that is read whole: a page of 500 pods has some 5 MB.
const BODY_LIMIT: usize = 256 << 20;

/// The longest text of a refusal that is read.
const REFUSAL_LIMIT: usize = 64 << 10;

/// What was asked and came to nothing.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The server answered something else.
    Refused(Refusal),
    /// It did not answer, or not with what can be read.
    Failed(Failure),
}

impl Cluster {
    /// Asks for a path and gives what the answer holds; `doing` is what for: `list pods in namespace steps`.
    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        doing: &str,
    ) -> Result<T> {
        self.try_read(path, query, doing)
            .await
            .map_err(|trouble| trouble.failure(self, doing))
    }

    /// As [`Cluster::read`], with a refusal as it came.
    pub(super) async fn try_read<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        doing: &str,
    ) -> Result<T, Trouble> {
        let answer = self.open(path, query, doing).await?;
        self.decoded(answer, doing).await
    }

    /// Asks for a path in another form than the usual one.
    pub(super) async fn read_as<T: DeserializeOwned>(
        &self,
        path: &str,
        accept: &'static str,
        doing: &str,
    ) -> Result<T, Trouble> {
        let request = Request::get(path)
            .header(http::header::ACCEPT, accept)
            .body(Body::empty());
        let answer = self.send(request, doing).await?;
        self.decoded(answer, doing).await
    }

    /// Sends an object to be made, and gives what the server made of it: a question about rights is one, too.
    pub(super) async fn create<T: DeserializeOwned>(
        &self,
        path: &str,
        object: &serde_json::Value,
        doing: &str,
    ) -> Result<T> {
        let request = Request::post(path)
            .header(http::header::ACCEPT, "application/json")
            .header(http::header::CONTENT_TYPE, "application/json")
            .body(Body::from(object.to_string().into_bytes()));
        let created = match self.send(request, doing).await {
            Ok(answer) => self.decoded(answer, doing).await,
            Err(trouble) => Err(trouble),
        };
        created.map_err(|trouble| trouble.failure(self, doing))
    }

    async fn decoded<T: DeserializeOwned>(&self, answer: Response<Body>, doing: &str) -> Result<T, Trouble> {
        let bytes = tokio::time::timeout(ANSWER_LIMIT, whole(answer, BODY_LIMIT))
            .await
            .map_err(|_| Trouble::Failed(self.silent()))?
            .map_err(|why| Trouble::Failed(self.broken_off(&why)))?;
        serde_json::from_slice(&bytes).map_err(|error| {
            Trouble::Failed(
                Failure::new(
                    FailureKind::Damaged,
                    format!(
                        "cannot {doing}: what {} answered is not Kubernetes' answer ({error})",
                        self.server
                    ),
                )
                .caused_by(error),
            )
        })
    }

    /// Asks for a path and gives the answer, its body still to come.
    pub(super) async fn open(
        &self,
        path: &str,
        query: &[(&str, &str)],
        doing: &str,
    ) -> Result<Response<Body>, Trouble> {
        let mut target = path.to_owned();
        if !query.is_empty() {
            let pairs = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(query)
                .finish();
            target.push('?');
            target.push_str(&pairs);
        }
        let request = Request::get(target)
            .header(http::header::ACCEPT, "application/json")
            .body(Body::empty());
        self.send(request, doing).await
    }

    async fn send(
        &self,
        request: http::Result<Request<Body>>,
        doing: &str,
    ) -> Result<Response<Body>, Trouble> {
        let request = request.map_err(|error| {
            Trouble::Failed(
                Failure::new(FailureKind::InvalidInput, format!("cannot {doing}: {error}")).caused_by(error),
            )
        })?;
        let path = request.uri().path().to_owned();
        let answer = tokio::time::timeout(ANSWER_LIMIT, self.client.send(request))
            .await
            .map_err(|_| Trouble::Failed(self.silent()))?
            .map_err(|error| Trouble::Failed(self.unanswered(error)))?;
        let status = answer.status();
        tracing::debug!(server = %self.server, path, status = status.as_u16(), "answered");
        if status.is_success() {
            return Ok(answer);
        }
        let body = tokio::time::timeout(ANSWER_LIMIT, whole(answer, REFUSAL_LIMIT))
            .await
            .map_or_else(|_| Bytes::new(), Result::unwrap_or_default);
        Err(Trouble::Refused(Refusal::read(status.as_u16(), &body)))
    }

    fn silent(&self) -> Failure {
        Failure::new(
            FailureKind::Unreachable,
            format!("the cluster at {} does not answer", self.server),
        )
    }

    fn broken_off(&self, why: &str) -> Failure {
        Failure::new(
            FailureKind::Unreachable,
            format!("the cluster at {} broke off its answer: {why}", self.server),
        )
    }

    fn unanswered(&self, error: kube::Error) -> Failure {
        unanswered(&self.server, error)
    }
}

impl Trouble {
    /// What it is for a person.
    pub(super) fn failure(self, cluster: &Cluster, doing: &str) -> Failure {
        match self {
            Self::Refused(refusal) => refusal.failure(&cluster.server, doing),
            Self::Failed(failure) => failure,
        }
    }
}

/// Why a server was not asked, or did not answer.
pub(super) fn unanswered(server: &str, error: kube::Error) -> Failure {
    let cannot = format!("cannot sign in to the cluster at {server}");
    let failure = match sign_in_error(&error) {
        // The error itself repeats the command with its environment, which may hold secrets.
        Some(AuthError::AuthExecRun { out, .. }) => {
            let why = told_by_plugin(out);
            return Failure::new(FailureKind::SignIn, format!("{cannot}: {why}"))
                .with_hint("run the command that the kubeconfig's user names, and sign in there");
        }
        Some(AuthError::AuthExecStart(why)) => Failure::new(
            FailureKind::SignIn,
            format!("{cannot}: the plugin that the kubeconfig's user names cannot be started: {why}"),
        )
        .with_hint("install it, or see that it is on the PATH"),
        Some(_) => Failure::new(FailureKind::SignIn, format!("{cannot}: {}", root(&error))).with_hint(
            "try the command that the kubeconfig's user names, or sign in anew with your provider's tool",
        ),
        None => Failure::new(
            FailureKind::Unreachable,
            format!("cannot reach the cluster at {server}: {}", root(&error)),
        ),
    };
    failure.caused_by(error)
}

/// What went wrong with signing in, wherever in the chain of causes it stands.
fn sign_in_error(error: &kube::Error) -> Option<&AuthError> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<AuthError>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// What a plugin that failed says: its last line, else how it ended.
fn told_by_plugin(out: &std::process::Output) -> String {
    let said = String::from_utf8_lossy(&out.stderr);
    let last = said.lines().rev().find(|line| !line.trim().is_empty());
    match last {
        Some(line) => format!("its plugin says: {}", line.trim().trim_end_matches('.')),
        None => format!("its plugin ended with {}", out.status),
    }
}

async fn whole(answer: Response<Body>, limit: usize) -> Result<Bytes, String> {
    let collected = Limited::new(answer.into_body(), limit)
        .collect()
        .await
        .map_err(|error| root(error.as_ref()))?;
    Ok(collected.to_bytes())
}
