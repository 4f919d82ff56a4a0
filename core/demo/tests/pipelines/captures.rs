//! What real servers answered, each with the request.

use std::path::Path;

use serde_json::Value;

/// One request and its answer.
#[derive(Clone, Debug)]
pub(crate) struct Exchange(Value);

pub(crate) fn of(server: &str) -> Vec<Exchange> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("../../tests/fixtures/kubeflow/captures/{server}.json"));
    let json = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let all: Vec<Value> = serde_json::from_slice(&json).expect("JSON");
    all.into_iter().map(Exchange).collect()
}

impl Exchange {
    pub(crate) fn name(&self) -> &str {
        self.text("name")
    }

    pub(crate) fn text(&self, key: &str) -> &str {
        self.0[key].as_str().unwrap_or_default()
    }

    pub(crate) fn status(&self) -> u16 {
        self.0["status"]
            .as_u64()
            .and_then(|status| u16::try_from(status).ok())
            .expect("a status")
    }

    pub(crate) fn content_type(&self) -> &str {
        self.0["response_headers"]["content-type"]
            .as_str()
            .unwrap_or_default()
    }

    /// The answer; one that was cut to its beginning is null.
    pub(crate) fn answer(&self) -> Value {
        match &self.0["response_body"] {
            Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone())),
            other => other.clone(),
        }
    }

    /// What was sent: JSON as text, or the text.
    pub(crate) fn request_body(&self) -> String {
        match &self.0["request_body"] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    pub(crate) fn target(&self) -> String {
        match self.text("query") {
            "" => self.text("path").to_owned(),
            query => format!("{}?{query}", self.text("path")),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.0["request_headers"][name].as_str()
    }
}
