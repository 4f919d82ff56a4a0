//! Answers of real servers, each with the request that it answers.
//!
//! Taken from an API server of Kubeflow Pipelines 2.17.0 (for one user, for several, with its MLflow plugin) and from
//! the coming one with a task API.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

/// The captures of one server.
pub const SERVERS: [&str; 4] = ["single_user", "multi_user", "mlflow_plugin", "task_api"];

/// One request and its answer.
#[derive(Debug, Deserialize)]
pub struct Exchange {
    pub name: String,
    pub method: String,
    pub path: String,
    pub query: Option<String>,
    pub request_body: Value,
    pub status: u16,
    pub response_headers: serde_json::Map<String, Value>,
    pub response_body: Value,
}

/// All exchanges with one server.
pub fn of(server: &str) -> Vec<Exchange> {
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
