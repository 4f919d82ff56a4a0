//! What an answer that is no success means. Nothing here assumes that it is JSON.

use flowdeck_domain::{Failure, FailureKind};
use serde::Deserialize;
use std::sync::Arc;

/// Characters of a server's own message that are passed on.
const MESSAGE_LENGTH: usize = 300;

/// An answer that is not what was asked for.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The HTTP status.
    pub(super) status: u16,
    /// Host and port that answered.
    pub(super) server: String,
    /// The path that was asked, without the server's prefix.
    pub(super) path: String,
    /// Whether the request said who asks.
    pub(super) signed: bool,
    /// What helps where nobody is signed in.
    pub(super) hint: Option<Arc<str>>,
    /// MLflow's word for it, where the answer is MLflow's JSON.
    pub(super) code: Option<String>,
    /// The answer's own first line, where it is not a web page.
    pub(super) said: Option<String>,
}

/// Why a call gave nothing: an answer that a caller may know another way for, or a failure for good.
#[derive(Debug)]
pub(super) enum Trouble {
    Refused(Box<Refusal>),
    Failed(Failure),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Refused(refusal) => refusal.failure(),
            Trouble::Failed(failure) => failure,
        }
    }
}

impl Trouble {
    /// Whether the server has no such endpoint, as opposed to no such thing.
    pub(super) fn is_missing_endpoint(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.is_missing_endpoint())
    }

    /// Whether the server looked and found no such thing.
    pub(super) fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.kind() == FailureKind::NotFound)
    }
}

#[derive(Default, Deserialize)]
struct ErrorWire {
    error_code: Option<String>,
    message: Option<String>,
}

impl Refusal {
    /// Reads what an answer of this status says of itself.
    pub(super) fn read(mut self, content_type: &str, body: &[u8]) -> Self {
        if let Ok(error) = serde_json::from_slice::<ErrorWire>(body) {
            self.said = error.message.as_deref().and_then(first_line);
            self.code = error.error_code;
        } else if self.status == 400 && wants_certificate(body) {
            self.code = Some(CLIENT_CERTIFICATE.to_owned());
        } else if !is_web_page(content_type, body) {
            self.said = first_line(&String::from_utf8_lossy(&body[..body.len().min(4096)]));
        }
        self
    }

    /// MLflow answers unknown paths with a page, and missing things with JSON that names its code.
    pub(super) fn is_missing_endpoint(&self) -> bool {
        match &self.code {
            Some(code) => code == "ENDPOINT_NOT_FOUND" || code == "NOT_IMPLEMENTED",
            None => matches!(self.status, 404 | 405 | 501),
        }
    }

    pub(super) fn kind(&self) -> FailureKind {
        if self.is_missing_endpoint() {
            return FailureKind::Unsupported;
        }
        match self.code.as_deref() {
            Some("RESOURCE_DOES_NOT_EXIST" | "NOT_FOUND") => FailureKind::NotFound,
            Some("INVALID_PARAMETER_VALUE") if self.is_missing_alias() => FailureKind::NotFound,
            Some("INVALID_PARAMETER_VALUE" | "BAD_REQUEST" | "RESOURCE_ALREADY_EXISTS") => {
                FailureKind::InvalidInput
            }
            Some("UNAUTHENTICATED" | CLIENT_CERTIFICATE) => FailureKind::SignIn,
            Some("PERMISSION_DENIED") => FailureKind::Permission,
            Some("FEATURE_DISABLED") => FailureKind::Unsupported,
            Some("RESOURCE_CONFLICT" | "INVALID_STATE") => FailureKind::Refused,
            _ => kind_of_status(self.status),
        }
    }

    /// A missing alias is told as a wrong parameter. Seen on 2.22 and 3.18.
    fn is_missing_alias(&self) -> bool {
        let said = self.said.as_deref().unwrap_or_default();
        said.starts_with("Registered model alias") && said.contains("not found")
    }

    pub(super) fn failure(self) -> Failure {
        let kind = self.kind();
        let server = &self.server;
        let said = self.said.as_deref();
        if said.is_some_and(|said| said.contains("Invalid Host header")) {
            return Failure::new(kind, format!("{server} does not answer under this host name"))
                .with_hint("start the server with --allowed-hosts, or reach it as localhost");
        }
        if self.code.as_deref() == Some(CLIENT_CERTIFICATE) {
            return Failure::new(kind, format!("{server} wants a client certificate that it knows"))
                .with_hint(
                    "name client_cert and client_key in the context, or set MLFLOW_TRACKING_CLIENT_CERT_PATH",
                );
        }
        if kind == FailureKind::SignIn {
            return self.sign_in();
        }
        let message = match (kind, said) {
            (FailureKind::Unsupported, None) => {
                format!("{server} has no `{}`", self.path)
            }
            (FailureKind::Server, Some(said)) => format!("{server} failed: {said}"),
            (FailureKind::Permission, Some(said)) => format!("{server} refuses: {said}"),
            (_, Some(said)) => said.to_owned(),
            (_, None) => format!("{server} answered {} to `{}`", self.status, self.path),
        };
        let failure = Failure::new(kind, message);
        match kind {
            FailureKind::Unsupported if self.code.as_deref() == Some("FEATURE_DISABLED") => {
                failure.with_hint("unset the workspace, or turn workspaces on at the server")
            }
            FailureKind::Unsupported => {
                failure.with_hint("the server is too old for it, or its address lacks a path")
            }
            FailureKind::Permission => failure.with_hint("ask for the right to see or change it"),
            FailureKind::Busy => failure.with_hint("try again in a while"),
            FailureKind::Server => failure.with_hint("the server's own log says more"),
            _ => failure,
        }
    }

    fn sign_in(&self) -> Failure {
        let message = if self.signed {
            format!("{} does not accept this sign-in", self.server)
        } else {
            format!("{} wants a sign-in", self.server)
        };
        let hint = self.hint.clone().unwrap_or_else(|| SIGN_IN_HINT.into());
        Failure::new(FailureKind::SignIn, message).with_hint(hint)
    }
}

/// Our own word where a gateway asks for a client certificate.
const CLIENT_CERTIFICATE: &str = "CLIENT_CERTIFICATE";

/// nginx refuses a client without a certificate, or with one it does not know, with a page. Seen on 1.22.
fn wants_certificate(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    text.contains("No required SSL certificate was sent") || text.contains("The SSL certificate error")
}

const SIGN_IN_HINT: &str =
    "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN";

/// A page came where data was asked for: gateways answer so before a sign-in.
pub(super) fn web_page(server: &str) -> Failure {
    Failure::new(
        FailureKind::SignIn,
        format!("{server} answered with a web page instead of data, as a sign-in page does"),
    )
    .with_hint("sign in to the gateway before it, or check the address and its path")
}

/// A redirect that is not followed: to another host, where no credential goes, or of a request with a body.
pub(super) fn redirected(server: &str, to: &url::Url) -> Failure {
    let path = to.path().to_ascii_lowercase();
    let wants_sign_in = ["login", "signin", "sign_in", "oauth", "auth", "sso"]
        .iter()
        .any(|word| path.contains(word));
    let target = crate::rest::address_of(to);
    if wants_sign_in || to.host_str().is_some_and(|host| !server.starts_with(host)) {
        return Failure::new(
            FailureKind::SignIn,
            format!("{server} sends its visitors on to {target}, as for a sign-in"),
        )
        .with_hint(SIGN_IN_HINT);
    }
    Failure::new(FailureKind::InvalidInput, format!("{server} moved to {target}"))
        .with_hint("use that address")
}

/// Whether an answer is a page for people.
pub(super) fn is_web_page(content_type: &str, body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    let opens = |tag: &[u8]| {
        start
            .get(..tag.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(tag))
    };
    opens(b"<!doctype html") || opens(b"<html") || (content_type.starts_with("text/html") && opens(b"<"))
}

fn kind_of_status(status: u16) -> FailureKind {
    match status {
        401 | 407 => FailureKind::SignIn,
        403 => FailureKind::Permission,
        404 | 410 => FailureKind::NotFound,
        409 | 412 | 413 => FailureKind::Refused,
        429 => FailureKind::Busy,
        400..=499 => FailureKind::InvalidInput,
        _ => FailureKind::Server,
    }
}

/// The first line that says something, without control characters and its full stop, cut at a sane length.
fn first_line(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let mut kept: String = line
        .chars()
        .filter(|c| !c.is_control())
        .take(MESSAGE_LENGTH)
        .collect();
    if line.chars().nth(MESSAGE_LENGTH).is_some() {
        kept.push('…');
    }
    let kept = kept.trim_end_matches('.').to_owned();
    (!kept.is_empty()).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: u16, content_type: &str, body: &str) -> Failure {
        Refusal {
            status,
            server: "host:5000".into(),
            path: "api/2.0/mlflow/x".into(),
            signed: false,
            hint: None,
            code: None,
            said: None,
        }
        .read(content_type, body.as_bytes())
        .failure()
    }

    #[test]
    fn each_refusal_has_the_kind_that_somebody_acts_on() {
        use FailureKind as K;
        let page = "<!doctype html>\n<title>Not Found</title>";
        for (status, kind, content_type, body) in [
            (
                404,
                K::NotFound,
                "application/json",
                r#"{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"No."}"#,
            ),
            (404, K::Unsupported, "text/html; charset=utf-8", page),
            (405, K::Unsupported, "text/html", page),
            (
                400,
                K::InvalidInput,
                "application/json",
                r#"{"error_code":"INVALID_PARAMETER_VALUE","message":"x"}"#,
            ),
            (
                400,
                K::NotFound,
                "application/json",
                r#"{"error_code":"INVALID_PARAMETER_VALUE","message":"Registered model alias a not found."}"#,
            ),
            (
                500,
                K::Unsupported,
                "application/json",
                r#"{"error_code":"FEATURE_DISABLED","message":"x"}"#,
            ),
            (401, K::SignIn, "text/html", "You are not authenticated"),
            (403, K::Permission, "text/plain", "Permission denied"),
            (500, K::Server, "text/html", page),
            (503, K::Server, "text/plain", "down"),
            (429, K::Busy, "", ""),
            (418, K::InvalidInput, "", "\u{1b}[2J"),
        ] {
            let failure = refusal(status, content_type, body);
            assert_eq!(failure.kind(), kind, "{status} {body}");
            assert!(!failure.message().is_empty() && !failure.message().contains(char::is_control));
        }
    }

    #[test]
    fn only_the_first_line_of_a_long_message_is_passed_on() {
        let long = format!(
            r#"{{"error_code":"INTERNAL_ERROR","message":"(boom) {}\nmore"}}"#,
            "x".repeat(900)
        );
        let failure = refusal(500, "application/json", &long);
        assert!(failure.message().starts_with("host:5000 failed: (boom) xxx"));
        assert!(failure.message().chars().count() < 340 && !failure.message().contains("more"));
    }

    #[test]
    fn the_security_middleware_is_named() {
        let failure = refusal(
            403,
            "text/plain",
            "Invalid Host header - possible DNS rebinding attack detected",
        );
        assert_eq!(failure.kind(), FailureKind::Permission);
        assert!(
            failure
                .hint()
                .is_some_and(|hint| hint.contains("--allowed-hosts"))
        );
    }
}
