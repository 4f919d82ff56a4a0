//! Answers of real servers: 1.30.1, 2.22.5 and 3.18.0, recorded in `tests/fixtures/mlflow/rest_v*.json`.

use std::path::Path;

use flowdeck_mlflow::rest::{RestOptions, RestStore};
use serde::Deserialize;
use serde_json::Value;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// One server version's answers.
pub(crate) struct Recorded(Vec<Entry>);

#[derive(Deserialize)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    pub(crate) status: u16,
    pub(crate) ctype: Option<String>,
    pub(crate) response: Value,
}

impl Recorded {
    pub(crate) fn of(version: u8) -> Self {
        let file = format!("../../tests/fixtures/mlflow/rest_v{version}.json");
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = std::fs::read_to_string(&file).expect("the recorded answers are in the repository");
        Self(serde_json::from_str(&text).expect("the recorded answers are JSON"))
    }

    pub(crate) fn entry(&self, name: &str) -> &Entry {
        self.0
            .iter()
            .find(|entry| entry.name == name)
            .unwrap_or_else(|| panic!("`{name}` was recorded"))
    }

    /// A server that gives these answers, whatever the query and body, and 404 pages for the rest.
    pub(crate) async fn serve(&self, names: &[&str]) -> MockServer {
        let server = MockServer::start().await;
        for name in names {
            self.entry(name).mount(&server).await;
        }
        let page = self.entry("unknown endpoint");
        Mock::given(wiremock::matchers::any())
            .respond_with(page.template())
            .with_priority(200)
            .mount(&server)
            .await;
        server
    }
}

impl Entry {
    async fn mount(&self, server: &MockServer) {
        let asked = self.path.split('?').next().unwrap_or_default();
        // Recorded at one of the two addresses that 3.18 answers at; 2.22 answers at the other alone.
        let asked = asked.replace("ajax-api/3.0/mlflow/get-trace", "ajax-api/2.0/mlflow/get-trace");
        Mock::given(method(self.method.as_str()))
            .and(path(asked))
            .respond_with(self.template())
            .mount(server)
            .await;
    }

    /// MLflow prints its JSON over several lines.
    pub(crate) fn template(&self) -> ResponseTemplate {
        let body = match &self.response {
            Value::String(text) => text.clone(),
            json => serde_json::to_string_pretty(json).expect("it was JSON"),
        };
        let content_type = self.ctype.clone().unwrap_or_default();
        ResponseTemplate::new(self.status).set_body_raw(body, &content_type)
    }
}

pub(crate) fn store(server: &MockServer) -> RestStore {
    RestStore::new(RestOptions::new(server.uri().parse().expect("an address"))).expect("usable options")
}
