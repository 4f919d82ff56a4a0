use serde_json::{Value, json};

/// An answer before it is put on the wire.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) body: Vec<u8>,
}

const TEXT: &str = "text/plain; charset=utf-8";

impl Reply {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            content_type: "application/json",
            body: body.to_string().into_bytes(),
        }
    }

    pub(super) fn ok(body: &Value) -> Self {
        Self::json(200, body)
    }

    pub(super) fn empty() -> Self {
        Self::ok(&json!({}))
    }

    pub(super) fn text(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            content_type: TEXT,
            body: body.into(),
        }
    }

    /// The errors of plain handlers: a sentence, and one with a stack trace or the same again.
    pub(super) fn plain_error(status: u16, message: &str, details: &str) -> Self {
        let body = json!({ "error_message": message, "error_details": details });
        Self::text(status, body.to_string())
    }
}
