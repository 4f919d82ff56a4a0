use serde_json::json;

use super::reply::Reply;

/// Why the server does not do what it was asked.
///
/// The gateway's errors carry a long chain of causes and a short sentence; with code 13 the short one says nothing.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// A code of gRPC.
    pub(super) code: u8,
    pub(super) message: String,
    /// What stands in `details`; none where the gateway refused by itself.
    pub(super) short: Option<String>,
}

pub(super) const INVALID: u8 = 3;
pub(super) const NOT_FOUND: u8 = 5;
const EXISTS: u8 = 6;
const DENIED: u8 = 7;
const PRECONDITION: u8 = 9;
const ABORTED: u8 = 10;
const UNIMPLEMENTED: u8 = 12;
pub(super) const INTERNAL: u8 = 13;
const UNAUTHENTICATED: u8 = 16;

impl Refusal {
    fn of(code: u8, kind: &str, short: String) -> Self {
        Self {
            code,
            message: format!("{kind}: {short}"),
            short: Some(short),
        }
    }

    pub(super) fn invalid(short: impl Into<String>) -> Self {
        Self::of(INVALID, "Invalid input error", short.into())
    }

    /// `Run x not found`.
    pub(super) fn missing(kind: &str, id: &str) -> Self {
        Self::of(
            NOT_FOUND,
            "ResourceNotFoundError",
            format!("{kind} {id} not found"),
        )
    }

    pub(super) fn exists(short: String) -> Self {
        Self::of(EXISTS, "Already exist error", short)
    }

    /// A mistake that the server takes for its own.
    pub(super) fn internal(why: impl Into<String>) -> Self {
        Self {
            code: INTERNAL,
            message: format!("InternalServerError: {}", why.into()),
            short: Some("Internal Server Error".to_owned()),
        }
    }

    pub(super) fn denied(user: &str, attributes: &str) -> Self {
        let short = format!(
            "User '{user}' is not authorized with reason:  (request: &ResourceAttributes{{{attributes}}})"
        );
        Self {
            code: DENIED,
            message: format!("PermissionDenied: {short}: Unauthorized access"),
            short: Some(short),
        }
    }

    pub(super) fn unauthenticated(why: &str) -> Self {
        let short = "Failed to check authorization. User identity is empty in the request header";
        Self {
            code: UNAUTHENTICATED,
            message: format!("Unauthenticated: {short}: {why}"),
            short: Some(short.to_owned()),
        }
    }

    pub(super) fn precondition(short: String, why: &str) -> Self {
        Self {
            code: PRECONDITION,
            message: format!("FailedPreconditionError: {short}: {why}"),
            short: Some(short),
        }
    }

    /// Code 10, which the server calls a bad request and answers with 409.
    pub(super) fn bad_request(short: &str, why: &str) -> Self {
        Self {
            code: ABORTED,
            message: format!("BadRequestError: {short}: {why}"),
            short: Some(short.to_owned()),
        }
    }

    /// A kind of refusal of its own, with the same words long and short.
    pub(super) fn named(code: u8, kind: &str, short: impl Into<String>) -> Self {
        Self::of(code, kind, short.into())
    }

    /// What the gateway says by itself, before any service is asked.
    pub(super) fn gateway(code: u8, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            short: None,
        }
    }

    pub(super) fn no_route() -> Self {
        Self::gateway(NOT_FOUND, "Not Found")
    }

    pub(super) fn no_method() -> Self {
        Self::gateway(UNIMPLEMENTED, "Method Not Allowed")
    }

    pub(super) fn no_service(name: &str) -> Self {
        Self::gateway(UNIMPLEMENTED, format!("unknown service {name}"))
    }

    /// The same, with what was being done before it.
    pub(super) fn within(mut self, doing: impl AsRef<str>) -> Self {
        self.message = format!("{}: {}", doing.as_ref(), self.message);
        self
    }

    pub(super) fn reply(&self) -> Reply {
        let mut body = json!({ "code": self.code, "message": self.message });
        if let Some(short) = &self.short {
            body["details"] = json!([{
                "@type": "type.googleapis.com/google.rpc.Status", "code": self.code, "message": short,
            }]);
        }
        Reply::json(status(self.code), &body)
    }
}

/// The HTTP status that the gateway gives a code.
fn status(code: u8) -> u16 {
    match code {
        INVALID | PRECONDITION => 400,
        NOT_FOUND => 404,
        EXISTS | ABORTED => 409,
        DENIED => 403,
        UNIMPLEMENTED => 501,
        UNAUTHENTICATED => 401,
        _ => 500,
    }
}

/// Adds what was being done to whatever went wrong.
pub(super) trait Within<T> {
    fn within(self, doing: impl AsRef<str>) -> Result<T, Refusal>;
}

impl<T> Within<T> for Result<T, Refusal> {
    fn within(self, doing: impl AsRef<str>) -> Self {
        self.map_err(|refusal| refusal.within(doing))
    }
}
