use flowdeck_domain::{Failure, FailureKind};
use serde::Deserialize;

/// An answer of an API server that is no success.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The HTTP status.
    pub(super) status: u16,
    /// The server's sentence.
    pub(super) message: String,
}

/// The body of most refusals. Some are plain text: an API group that is not there, for one.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    message: String,
}

impl Refusal {
    /// Reads a body: a `Status`, or a line of text.
    pub(super) fn read(status: u16, body: &[u8]) -> Self {
        let read: Option<Status> = serde_json::from_slice(body).ok();
        let Status { message } = read.unwrap_or_default();
        let message = if message.is_empty() {
            let text = String::from_utf8_lossy(body);
            text.lines().next().unwrap_or_default().trim().to_owned()
        } else {
            message
        };
        Self { status, message }
    }

    /// Whether a right is missing. 403 is also a quota, pod security, a webhook, a namespace that is being deleted: only
    /// `cannot VERB resource` means a right.
    pub(super) fn is_missing_right(&self) -> bool {
        self.status == 403 && self.message.contains("cannot ") && self.message.contains(" resource ")
    }

    /// Whether nobody is signed in: a wrong token is 401, and none at all is 403 for the user `system:anonymous`.
    pub(super) fn is_signed_out(&self) -> bool {
        self.status == 401 || self.status == 403 && self.message.contains("\"system:anonymous\"")
    }

    /// Whether a list has to begin again, as what it went on from is gone.
    pub(super) fn is_expired(&self) -> bool {
        self.status == 410
    }

    /// What it is for a person who was `doing` this: `list pods in namespace steps`.
    pub(super) fn failure(&self, server: &str, doing: &str) -> Failure {
        if self.is_signed_out() {
            return Failure::new(
                FailureKind::SignIn,
                format!("not signed in to the cluster at {server}"),
            )
            .with_hint(
                "check the user of the kubeconfig's context, or sign in anew with your provider's tool",
            );
        }
        if self.is_missing_right() {
            return Failure::new(FailureKind::Permission, format!("no permission to {doing}")).with_hint(
                format!("ask the cluster's administrator; it says: {}", self.message),
            );
        }
        let kind = match self.status {
            403 | 409 => FailureKind::Refused,
            404 => FailureKind::NotFound,
            429 | 503 | 504 => FailureKind::Busy,
            400..=499 => FailureKind::InvalidInput,
            _ => FailureKind::Server,
        };
        let why = if self.message.is_empty() {
            format!("the cluster at {server} answered {}", self.status)
        } else {
            self.message.trim_end_matches('.').to_owned()
        };
        Failure::new(kind, format!("cannot {doing}: {why}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: u16, body: &str) -> (FailureKind, String) {
        let failure = Refusal::read(status, body.as_bytes())
            .failure("k8s.example:6443", "list pods in namespace team-a");
        (failure.kind(), failure.to_string())
    }

    #[test]
    fn a_missing_right_a_quota_and_a_missing_token_are_told_apart_though_all_are_403() {
        let right = r#"{"kind":"Status","code":403,"reason":"Forbidden","message":"pods is forbidden: User \"eve\" cannot list resource \"pods\" in API group \"\" in the namespace \"team-a\""}"#;
        assert_eq!(
            told(403, right),
            (
                FailureKind::Permission,
                "no permission to list pods in namespace team-a".to_owned()
            )
        );
        let quota = r#"{"reason":"Forbidden","message":"pods \"p\" is forbidden: exceeded quota: q, requested: pods=1"}"#;
        assert_eq!(told(403, quota).0, FailureKind::Refused);
        let nobody = r#"{"reason":"Forbidden","message":"pods is forbidden: User \"system:anonymous\" cannot list resource \"pods\" in API group \"\""}"#;
        assert_eq!(
            told(403, nobody),
            (
                FailureKind::SignIn,
                "not signed in to the cluster at k8s.example:6443".to_owned()
            )
        );
        assert_eq!(told(401, r#"{"message":"Unauthorized"}"#).0, FailureKind::SignIn);
    }

    #[test]
    fn a_refusal_that_is_plain_text_is_told_by_its_line() {
        assert_eq!(
            told(404, "404 page not found\n"),
            (
                FailureKind::NotFound,
                "cannot list pods in namespace team-a: 404 page not found".to_owned()
            )
        );
        assert_eq!(
            told(502, ""),
            (
                FailureKind::Server,
                "cannot list pods in namespace team-a: the cluster at k8s.example:6443 answered 502"
                    .to_owned()
            )
        );
    }
}
