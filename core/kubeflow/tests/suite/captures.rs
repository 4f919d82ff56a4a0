//! Answers of real servers, each with the request that it answers.
//!
//! Taken from an API server of Kubeflow Pipelines 2.17.0 (for one user, for several, with its MLflow plugin) and from
//! the coming one with a task API.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

/// The captures of one server.
pub(crate) const SERVERS: [&str; 4] = ["single_user", "multi_user", "mlflow_plugin", "task_api"];

/// One request and its answer.
#[derive(Debug, Deserialize)]
pub(crate) struct Exchange {
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) request_body: Value,
    pub(crate) status: u16,
    pub(crate) response_headers: serde_json::Map<String, Value>,
    pub(crate) response_body: Value,
}

/// All exchanges with one server.
pub(crate) fn of(server: &str) -> Vec<Exchange> {
    let path: PathBuf = [
        env!("CARGO_MANIFEST_DIR"),
        "../../tests/fixtures/kubeflow/captures",
        &format!("{server}.json"),
    ]
    .iter()
    .collect();
    let json = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&json).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// One exchange with a server.
pub(crate) fn named(server: &str, name: &str) -> Exchange {
    let found = of(server).into_iter().find(|exchange| exchange.name == name);
    found.unwrap_or_else(|| panic!("{server} has no capture {name}"))
}
