use std::time::Duration;

use bytes::Bytes;
use flowdeck_domain::{Failure, FailureKind, Result};
use http::{Request, Response};
use http_body_util::{BodyExt, Limited};
use kube::client::Body;
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
            .body(Body::empty())
            .map_err(|error| {
                Trouble::Failed(
                    Failure::new(FailureKind::InvalidInput, format!("cannot {doing}: {error}"))
                        .caused_by(error),
                )
            })?;
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
        let why = root(&error);
        let failure = match &error {
            kube::Error::Auth(_) => Failure::new(
                FailureKind::SignIn,
                format!("cannot sign in to the cluster at {}: {why}", self.server),
            )
            .with_hint(
                "try the command that the kubeconfig's user names, or sign in anew with your provider's tool",
            ),
            _ => Failure::new(
                FailureKind::Unreachable,
                format!("cannot reach the cluster at {}: {why}", self.server),
            ),
        };
        failure.caused_by(error)
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

async fn whole(answer: Response<Body>, limit: usize) -> Result<Bytes, String> {
    let collected = Limited::new(answer.into_body(), limit)
        .collect()
        .await
        .map_err(|error| root(error.as_ref()))?;
    Ok(collected.to_bytes())
}
