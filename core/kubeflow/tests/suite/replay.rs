//! A server that answers as a real one did.

use flowdeck_http::RestOptions;
use flowdeck_kubeflow::pipelines::PipelinesRest;
use serde_json::Value;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::captures::{self, Exchange};

/// A server that knows these captures by method and path, and answers `healthz` as the captured server did.
pub(crate) async fn of(server: &str, names: &[&str]) -> MockServer {
    let mock = MockServer::start().await;
    let exchanges = captures::of(server);
    let named = |name: &str| {
        let found = exchanges.iter().find(|exchange| exchange.name == name);
        found.unwrap_or_else(|| panic!("there is no capture {name}"))
    };
    for name in std::iter::once(&"healthz").chain(names) {
        let exchange = named(name);
        Mock::given(method(exchange.method.as_str()))
            .and(path(exchange.path.as_str()))
            .respond_with(answer(exchange))
            .mount(&mock)
            .await;
    }
    mock
}

/// The answer of a capture.
pub(crate) fn answer(exchange: &Exchange) -> ResponseTemplate {
    let content_type = exchange.response_headers.get("content-type");
    let content_type = content_type.and_then(Value::as_str).unwrap_or("application/json");
    let body = match &exchange.response_body {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    ResponseTemplate::new(exchange.status).set_body_raw(body, content_type)
}

/// The adapter that asks this server.
pub(crate) fn client(mock: &MockServer) -> PipelinesRest {
    PipelinesRest::new(RestOptions::new(mock.uri().parse().unwrap())).unwrap()
}

/// What the server was asked, but for how it is.
pub(crate) async fn asked(mock: &MockServer) -> Vec<Request> {
    let all = mock.received_requests().await.unwrap();
    all.into_iter()
        .filter(|request| !request.url.path().ends_with("healthz"))
        .collect()
}

/// A parameter of a request, decoded once, as every server does first.
pub(crate) fn parameter(request: &Request, key: &str) -> Option<String> {
    let found = request.url.query_pairs().find(|(name, _)| name == key);
    found.map(|(_, value)| value.into_owned())
}
