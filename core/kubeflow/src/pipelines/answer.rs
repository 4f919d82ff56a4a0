//! What an answer that is no success means.
//!
//! Source: grpc-gateway's error bodies and those of the upload handlers, as servers of 2.17 sent them.

use flowdeck_domain::{Failure, FailureKind};
use flowdeck_http::is_web_page;
use serde::Deserialize;

/// What helps where nobody is signed in and no context says how to.
pub(super) const SIGN_IN_HINT: &str = "a token is made by `kubectl create token default-editor --audience pipelines.kubeflow.org`; a context says who asks";

/// Characters of a server's own message that are passed on.
const MESSAGE_LENGTH: usize = 300;

/// What a message of the server's says before it comes to the point, the surest sign last.
const WRAPPERS: &[&str] = &[
    "InternalServerError: ",
    "Already exist error: ",
    "BadRequestError: ",
    "Unauthenticated: ",
    "PermissionDenied: ",
    "ResourceNotFoundError: ",
    "Invalid input error: ",
];

/// An answer that is not what was asked for.
#[derive(Debug)]
pub(super) struct Refusal {
    answer: flowdeck_http::Refusal,
    /// The code of gRPC, where the gateway answered.
    code: Option<u32>,
    /// What it says, one line.
    said: Option<String>,
    /// Whether it is about something, rather than that there is no such route.
    has_details: bool,
}

/// Why a call gave nothing: an answer that a caller may know another way for, or a failure for good.
#[derive(Debug)]
pub(super) enum Trouble {
    Refused(Box<Refusal>),
    Failed(Failure),
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorWire {
    code: Option<u32>,
    message: Option<String>,
    error: Option<serde_json::Value>,
    details: Vec<DetailWire>,
    error_message: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DetailWire {
    message: Option<String>,
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
    /// Whether the server has no such route, as opposed to no such thing.
    pub(super) fn is_missing_route(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.is_missing_route())
    }

    /// Whether the server may lie at another path of the same address.
    pub(super) fn may_be_elsewhere(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.is_missing_route(),
            Self::Failed(failure) => failure.kind() == FailureKind::SignIn,
        }
    }

    /// What the server says, one line.
    pub(super) fn said(&self) -> &str {
        match self {
            Self::Refused(refusal) => refusal.said.as_deref().unwrap_or_default(),
            Self::Failed(failure) => failure.message(),
        }
    }

    /// The HTTP status of a refusal.
    pub(super) fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(refusal) => Some(refusal.answer.status),
            Self::Failed(_) => None,
        }
    }
}

impl Refusal {
    pub(super) fn read(answer: flowdeck_http::Refusal) -> Self {
        let body = &answer.body;
        let (mut code, mut said, mut has_details) = (None, None, false);
        if let Ok(wire) = serde_json::from_slice::<ErrorWire>(body) {
            code = wire.code;
            has_details = !wire.details.is_empty() || wire.error_message.is_some();
            said = wire.said();
        } else if !is_web_page(&answer.content_type, body) {
            said = point_of(&String::from_utf8_lossy(&body[..body.len().min(4096)]));
        }
        Self {
            answer,
            code,
            said,
            has_details,
        }
    }

    /// Unknown routes answer without details; things that are not there, with them.
    fn is_missing_route(&self) -> bool {
        match self.code {
            Some(5) => !self.has_details,
            Some(12) => true,
            Some(_) => false,
            None => matches!(self.answer.status, 404 | 405 | 501) && !self.has_details,
        }
    }

    pub(super) fn kind(&self) -> FailureKind {
        let said = self.said.as_deref().unwrap_or_default();
        if self.is_missing_route() {
            return FailureKind::Unsupported;
        }
        match self.code {
            Some(3 | 6 | 9 | 11) => FailureKind::InvalidInput,
            Some(5) => FailureKind::NotFound,
            Some(7) => FailureKind::Permission,
            Some(8 | 14) => FailureKind::Busy,
            Some(10) if self.whole().contains("Invalid input error: ") => FailureKind::InvalidInput,
            Some(10) => FailureKind::Refused,
            Some(16) => FailureKind::SignIn,
            // Plain mistakes are answered with 500 as well: a run without a name, a version that is not there.
            Some(13) if self.whole().contains("Invalid input error: ") => FailureKind::InvalidInput,
            Some(13) if self.whole().contains("ResourceNotFoundError: ") => FailureKind::NotFound,
            _ if said.contains("Invalid input error") => FailureKind::InvalidInput,
            _ => self.answer.kind_of_status(),
        }
    }

    fn whole(&self) -> String {
        String::from_utf8_lossy(&self.answer.body).into_owned()
    }

    pub(super) fn failure(self) -> Failure {
        let kind = self.kind();
        let server = &self.answer.server;
        match kind {
            FailureKind::SignIn => return self.sign_in(),
            FailureKind::Permission => return self.permission(),
            _ => {}
        }
        let message = match (kind, self.said.as_deref()) {
            (FailureKind::Unsupported, _) => format!("{server} has no `{}`", self.answer.path),
            (FailureKind::Server, Some(said)) => format!("{server} failed: {said}"),
            (_, Some(said)) => said.to_owned(),
            (_, None) => format!(
                "{server} answered {} to `{}`",
                self.answer.status, self.answer.path
            ),
        };
        let failure = Failure::new(kind, message);
        match kind {
            FailureKind::Unsupported => {
                failure.with_hint("the server is too old for it, or its address lacks a path")
            }
            FailureKind::Busy => failure.with_hint("try again in a while"),
            FailureKind::Server => failure.with_hint("the log of ml-pipeline says more"),
            FailureKind::InvalidInput if self.whole().contains("empty namespace in multi-user mode") => {
                failure.with_hint("pass --namespace, or name it in the context")
            }
            FailureKind::InvalidInput if self.whole().contains("Experiment id can not be empty") => {
                failure.with_hint("pass --experiment: a server for several users has no default one")
            }
            _ => failure,
        }
    }

    fn sign_in(&self) -> Failure {
        let server = &self.answer.server;
        let sentence =
            if self.whole().contains("token audiences") || self.whole().contains("invalid bearer token") {
                format!("{server} does not take this token")
            } else if self.answer.signed {
                format!("{server} does not take this sign-in")
            } else {
                format!("{server} wants to know who asks")
            };
        let hint = self.answer.hint.as_deref().unwrap_or(SIGN_IN_HINT);
        Failure::new(FailureKind::SignIn, sentence).with_hint(hint)
    }

    /// `User 'bob@example.com' is not authorized with reason: … Namespace:team-a,Verb:create,…Resource:runs,…`.
    fn permission(&self) -> Failure {
        let server = &self.answer.server;
        let whole = self.whole();
        let after = |mark: &str| {
            let (_, rest) = whole.split_once(mark)?;
            let end = rest.find([',', '}', '\''])?;
            Some(rest[..end].to_owned()).filter(|word| !word.is_empty())
        };
        let (Some(user), Some(verb), Some(resource)) = (after("User '"), after("Verb:"), after("Resource:"))
        else {
            let said = self.said.as_deref().unwrap_or("the right is missing");
            return Failure::new(FailureKind::Permission, format!("{server} refuses: {said}"))
                .with_hint("ask for the right to see or change it");
        };
        let what = match resource.as_str() {
            "jobs" => "schedules",
            "viewers" => "what is there",
            other => other,
        };
        let place =
            after("Namespace:").map_or_else(String::new, |namespace| format!(" in namespace {namespace}"));
        Failure::new(FailureKind::Permission, format!("{user} may not {verb} {what}{place}"))
            .with_hint("ask the owner of the namespace for the right, and check its name: one that is not there is refused alike")
    }
}

impl ErrorWire {
    /// The short sentence, or where that says nothing, the end of the long one. Never a stack trace.
    fn said(&self) -> Option<String> {
        let short = self.details.first().and_then(|detail| detail.message.as_deref());
        let short = short.filter(|short| !short.is_empty() && *short != "Internal Server Error");
        let long = self.message.as_deref().or(self.error_message.as_deref());
        // Of a wrong input to a plugin the short sentence says that it is wrong, the long one how.
        let says_how =
            self.code == Some(10) && long.is_some_and(|long| long.contains("Invalid input error: "));
        let short = short.filter(|_| !says_how);
        let old = self.error.as_ref().and_then(serde_json::Value::as_str);
        short.or(long).or(old).and_then(point_of)
    }
}

/// The point of a long message: what stands behind its wrappers, said once.
pub(super) fn point_of(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    // The gateway writes a no-break space behind `proto:`.
    let line = line.replace('\u{a0}', " ");
    let cut = WRAPPERS
        .iter()
        .rev()
        .find_map(|wrapper| line.rsplit_once(wrapper))
        .map_or(line.as_str(), |(_, point)| point);
    let mut parts: Vec<&str> = cut.trim_end_matches(['.', ' ']).split(": ").collect();
    while let Some(length) = (1..=parts.len() / 2).find(|n| {
        let end = parts.len();
        parts[end - 2 * n..end - n] == parts[end - n..]
    }) {
        parts.truncate(parts.len() - length);
    }
    let point = parts.join(": ").replace(": <nil>", "");
    let short: String = point.chars().take(MESSAGE_LENGTH).collect();
    (!short.is_empty()).then_some(if short.len() < point.len() {
        format!("{short}…")
    } else {
        short
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_point_of_a_long_message_is_said_once() {
        for (long, point) in [
            (
                "Failed to list runs: Failed to list runs: InternalServerError: Failed to list runs: invalid connection: invalid connection",
                "Failed to list runs: invalid connection",
            ),
            (
                "x: InternalServerError: Failed to get run: dial tcp mysql:3306: connect: connection refused: dial tcp mysql:3306: connect: connection refused",
                "Failed to get run: dial tcp mysql:3306: connect: connection refused",
            ),
            (
                "a: InternalServerError: b: Invalid input error: Run name cannot be empty",
                "Run name cannot be empty",
            ),
            (
                "proto:\u{a0}(line 1:79): unknown field \"labels\"",
                "proto: (line 1:79): unknown field \"labels\"",
            ),
            ("artifact not found: <nil>", "artifact not found"),
        ] {
            assert_eq!(point_of(long).as_deref(), Some(point));
        }
        assert_eq!(point_of(" \n "), None);
    }
}
