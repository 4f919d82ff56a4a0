//! What an answer that is no success means. Nothing here assumes that it is JSON.

pub(super) use flowdeck_http::{is_web_page, web_page};

use flowdeck_domain::{Failure, FailureKind};
use serde::Deserialize;

/// Characters of a server's own message that are passed on.
const MESSAGE_LENGTH: usize = 300;

/// An answer that is not what was asked for.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The answer as it came.
    answer: flowdeck_http::Refusal,
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

impl From<flowdeck_http::Trouble> for Trouble {
    fn from(trouble: flowdeck_http::Trouble) -> Self {
        match trouble {
            flowdeck_http::Trouble::Refused(answer) => Self::Refused(Box::new(Refusal::read(*answer))),
            flowdeck_http::Trouble::Failed(failure) => Self::Failed(failure),
        }
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
    /// Reads what an answer says of itself.
    pub(super) fn read(answer: flowdeck_http::Refusal) -> Self {
        let body = &answer.body;
        let (mut code, mut said) = (None, None);
        if let Ok(error) = serde_json::from_slice::<ErrorWire>(body) {
            said = error.message.as_deref().and_then(first_line);
            code = error.error_code;
        } else if answer.status == 400 && wants_certificate(body) {
            code = Some(CLIENT_CERTIFICATE.to_owned());
        } else if !is_web_page(&answer.content_type, body) {
            said = first_line(&String::from_utf8_lossy(&body[..body.len().min(4096)]));
        }
        Self { answer, code, said }
    }

    /// MLflow answers unknown paths with a page, and missing things with JSON that names its code.
    pub(super) fn is_missing_endpoint(&self) -> bool {
        match &self.code {
            Some(code) => code == "ENDPOINT_NOT_FOUND" || code == "NOT_IMPLEMENTED",
            None => matches!(self.answer.status, 404 | 405 | 501),
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
            _ => self.answer.kind_of_status(),
        }
    }

    /// A missing alias is told as a wrong parameter. Seen on 2.22 and 3.18.
    fn is_missing_alias(&self) -> bool {
        let said = self.said.as_deref().unwrap_or_default();
        said.starts_with("Registered model alias") && said.contains("not found")
    }

    pub(super) fn failure(self) -> Failure {
        let kind = self.kind();
        let server = &self.answer.server;
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
                format!("{server} has no `{}`", self.answer.path)
            }
            (FailureKind::Server, Some(said)) => format!("{server} failed: {said}"),
            (FailureKind::Permission, Some(said)) => format!("{server} refuses: {said}"),
            (_, Some(said)) => said.to_owned(),
            (_, None) => format!(
                "{server} answered {} to `{}`",
                self.answer.status, self.answer.path
            ),
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
        let message = if self.answer.signed {
            format!("{} does not accept this sign-in", self.answer.server)
        } else {
            format!("{} wants a sign-in", self.answer.server)
        };
        let hint = self.answer.hint.clone().unwrap_or_else(|| SIGN_IN_HINT.into());
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

pub(super) const SIGN_IN_HINT: &str =
    "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN";

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
        Refusal::read(flowdeck_http::Refusal {
            status,
            server: "host:5000".into(),
            path: "api/2.0/mlflow/x".into(),
            signed: false,
            hint: None,
            content_type: content_type.to_owned(),
            body: body.as_bytes().to_vec(),
        })
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
