//! Pipelines on the command line, over answers of a real server of Kubeflow Pipelines 2.17.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::support::{flowdeck_in, stderr, stdout};

/// Run ids of the captures.
const SUCCEEDED: &str = "62d46b18-c853-4e33-a26f-bf74fdb0b40d";
const FAILED: &str = "8ff6ece4-1c20-420f-bb78-ad8ca0d93c08";

/// A server that answers as the captured one did, and the runtime that it lives in.
struct Server {
    runtime: tokio::runtime::Runtime,
    mock: MockServer,
    dir: tempfile::TempDir,
}

fn captures() -> Vec<Value> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/kubeflow/captures/single_user.json");
    serde_json::from_slice(&std::fs::read(path).expect("the captures are there")).expect("JSON")
}

/// Captures that stand for the state of the server in these tests, in the order in which they win.
const KNOWN: [&str; 17] = [
    "healthz",
    "pipelines_list",
    "pipeline_get_by_name",
    "pipeline_versions_list",
    "pipeline_version_get",
    "experiments_list",
    "experiment_get",
    "run_create",
    "run_get_succeeded",
    "run_get_failed_retries_used_up",
    "run_get_failed_v1beta1",
    "runs_list_page1",
    "recurringruns_list",
    "recurringrun_get_cron",
    "recurringrun_create_cron",
    "pipeline_upload",
    "run_terminate_finished",
];

impl Server {
    fn start() -> Self {
        let runtime = tokio::runtime::Runtime::new().expect("threads");
        let mock = runtime.block_on(async {
            let mock = MockServer::start().await;
            for capture in captures() {
                let name = capture["name"].as_str().expect("captures have names");
                if KNOWN.contains(&name) {
                    mount(&mock, &capture).await;
                }
            }
            Mock::given(method("POST"))
                .and(path_regex(":(archive|unarchive|retry|enable|disable)$"))
                .respond_with(ResponseTemplate::new(200).set_body_json(json!({})))
                .mount(&mock)
                .await;
            Mock::given(method("DELETE"))
                .respond_with(ResponseTemplate::new(200).set_body_json(json!({})))
                .mount(&mock)
                .await;
            mock
        });
        let dir = tempfile::tempdir().expect("a temporary directory");
        Self { runtime, mock, dir }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = flowdeck_in(self.dir.path());
        command.args(["--pipelines", &self.mock.uri()]).args(arguments);
        command.output().expect("the binary was built")
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
        serde_json::from_slice(&output.stdout).expect("JSON and nothing else")
    }

    fn code(&self, arguments: &[&str]) -> Option<i32> {
        self.run(arguments).status.code()
    }

    fn asked(&self) -> Vec<Request> {
        let all = self.runtime.block_on(self.mock.received_requests());
        all.expect("requests are kept")
    }

    /// The body of the last request that changed something.
    fn written(&self) -> Value {
        let requests = self.asked();
        let last = requests
            .iter()
            .rev()
            .find(|request| request.method.as_str() == "POST");
        serde_json::from_slice(&last.expect("something was written").body).expect("JSON")
    }
}

async fn mount(mock: &MockServer, capture: &Value) {
    let text = |key: &str| capture[key].as_str().unwrap_or_default().to_owned();
    let status = capture["status"]
        .as_u64()
        .and_then(|status| u16::try_from(status).ok());
    let answer = ResponseTemplate::new(status.expect("captures have a status"));
    Mock::given(method(text("method").as_str()))
        .and(path(text("path").as_str()))
        .respond_with(answer.set_body_json(&capture["response_body"]))
        .mount(mock)
        .await;
}

fn keys(value: &Value) -> BTreeSet<&str> {
    let thing = value.get(0).unwrap_or(value);
    thing
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn a_failed_run_names_the_task_and_the_reason_and_ends_a_wait_with_1() {
    let server = Server::start();
    let run = server.json(&["pipeline-runs", "get", FAILED]);
    assert_eq!(run["state"], "FAILED");
    assert_eq!(run["failed_tasks"], json!(["train"]));
    assert_eq!(run["reason"], "exit code 1");
    assert_eq!(run["summary"], "failed at `train`: exit code 1, after 3 tries");
    assert_eq!(run["stopped"], false);
    let people = stdout(&server.run(&["pipeline-runs", "get", FAILED]));
    assert!(
        people.contains("failed at `train`") && people.contains("evaluate"),
        "{people}"
    );
    assert_eq!(
        server.code(&["pipeline-runs", "retry", FAILED, "--wait", "--timeout", "5s"]),
        Some(1)
    );
}

#[test]
fn tasks_are_told_alike_whatever_told_of_them() {
    let server = Server::start();
    let by_workflow = server.json(&["pipeline-runs", "tasks", FAILED]);
    let by_details = server.json(&["pipeline-runs", "tasks", SUCCEEDED]);
    assert_eq!(keys(&by_workflow), keys(&by_details));
    let train = by_workflow
        .as_array()
        .expect("an array")
        .iter()
        .find(|task| task["name"] == "train");
    let train = train.expect("the run trains");
    assert_eq!(
        (&train["state"], &train["attempt"], &train["exit_code"]),
        (&json!("FAILED"), &json!(3), &json!(1))
    );
    assert_eq!(train["path"], "root.train");
    let failed = server.json(&["pipeline-runs", "tasks", FAILED, "--state", "failed,omitted"]);
    let states: BTreeSet<&str> = failed
        .as_array()
        .expect("an array")
        .iter()
        .filter_map(|it| it["state"].as_str())
        .collect();
    assert_eq!(states, BTreeSet::from(["FAILED", "OMITTED"]));
}

#[test]
fn lists_ask_for_what_was_asked_for() {
    let server = Server::start();
    let runs = server.json(&[
        "pipeline-runs",
        "list",
        "--state",
        "failed",
        "--since",
        "2026-11-01",
        "--name",
        "churn",
        "--limit",
        "5",
    ]);
    assert_eq!(runs.as_array().map(Vec::len), Some(5));
    let request = server
        .asked()
        .into_iter()
        .find(|it| it.url.path().ends_with("/runs"))
        .expect("a list");
    let filter = request
        .url
        .query_pairs()
        .find(|(key, _)| key == "filter")
        .expect("a filter")
        .1
        .into_owned();
    for part in ["IS_SUBSTRING", "NOT_EQUALS", "FAILED", "GREATER_THAN_EQUALS"] {
        assert!(filter.contains(&part.replace('_', "%5F")), "{part} in {filter}");
    }
    assert_eq!(
        server.code(&["pipeline-runs", "list", "--filter", "state = FAILED"]),
        Some(2)
    );
    assert_eq!(
        server.code(&["pipeline-runs", "list", "--since", "soon"]),
        Some(2)
    );
    assert_eq!(
        server.json(&["pipelines", "list"]).as_array().map(Vec::len),
        Some(4)
    );
    assert_eq!(
        server
            .json(&["pipeline-experiments", "list"])
            .as_array()
            .map(Vec::len),
        Some(3)
    );
}

#[test]
fn a_run_is_created_with_typed_values_and_waited_for() {
    let server = Server::start();
    let create = |more: &[&str]| {
        let first = [
            "pipeline-runs",
            "create",
            "churn-linear",
            "--pipeline-version",
            VERSION,
            "--name",
            "mine",
        ];
        server.run(&[&first, more].concat())
    };
    let done = create(&["-p", "rows=5000", "-p", "columns=[\"age\"]", "--wait", "--json"]);
    assert!(done.status.success(), "{}", stderr(&done));
    let body = server.written();
    assert_eq!(body["runtime_config"]["parameters"]["rows"], json!(5000));
    assert_eq!(body["runtime_config"]["parameters"]["columns"], json!(["age"]));
    assert_eq!(body["display_name"], "mine");
    assert_eq!(body["pipeline_version_reference"]["pipeline_version_id"], VERSION);
    let asked = server.asked().len();
    for wrong in [["-p", "rows=1.5"], ["-p", "row=5"], ["-p", "columns=age"]] {
        let refused = create(&wrong);
        assert_eq!(refused.status.code(), Some(2), "{wrong:?}: {}", stderr(&refused));
    }
    let created = server
        .asked()
        .iter()
        .skip(asked)
        .any(|it| it.method.as_str() == "POST");
    assert!(!created, "what is wrong is not sent");
    assert_eq!(server.code(&["pipeline-runs", "create"]), Some(2));
}

/// The version that the captures tell of in full.
const VERSION: &str = "4c4c47ef-ec6b-4817-b403-e826727ad04c";

#[test]
fn a_compiled_file_is_run_without_being_kept() {
    let server = Server::start();
    let file = "pipelineInfo: {name: small}\nroot: {dag: {tasks: {a: {componentRef: {name: c}}}}}\nschemaVersion: 2.1.0\n";
    std::fs::write(server.dir.path().join("small.yaml"), file).expect("writable");
    server.json(&["pipeline-runs", "create", "--file", "small.yaml", "--name", "x"]);
    assert_eq!(server.written()["pipeline_spec"]["pipelineInfo"]["name"], "small");
    assert_eq!(
        server.code(&["pipeline-runs", "create", "--file", "gone.yaml"]),
        Some(2)
    );
    assert_eq!(server.code(&["pipelines", "upload", "gone.yaml"]), Some(2));
    assert_eq!(
        server.json(&["pipelines", "upload", "small.yaml"])["name"],
        "uploaded-flow"
    );
}

#[test]
fn a_schedule_is_sent_as_six_fields_and_told_when_it_fires() {
    let server = Server::start();
    let create = [
        "schedules",
        "create",
        "churn-linear",
        "--pipeline-version",
        VERSION,
        "--name",
        "weekly",
    ];
    let output = server.run(&[&create, &["--cron", "30 4 * * 1"][..]].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    let told = stderr(&output);
    assert!(
        told.contains("sent as six") && told.contains("It fires at"),
        "{told}"
    );
    assert_eq!(
        server.written()["trigger"]["cron_schedule"]["cron"],
        "0 30 4 * * 1"
    );
    let failure = server.run(&[&create, &["--cron", "every monday"][..]].concat());
    assert_eq!(failure.status.code(), Some(2));
    let schedules = server.json(&["schedules", "list"]);
    let nightly = schedules
        .as_array()
        .expect("an array")
        .iter()
        .find(|it| it["display_name"] == "nightly");
    let nightly = nightly.expect("the server has it");
    assert_eq!(nightly["next_times"].as_array().map(Vec::len), Some(5));
    assert_eq!(nightly["trigger"]["cron_schedule"]["cron"], "0 0 2 * * *");
    server.json(&[
        "schedules",
        "disable",
        nightly["recurring_run_id"].as_str().expect("an id"),
    ]);
}

#[test]
fn what_destroys_asks_and_what_ended_cannot_be_stopped() {
    let server = Server::start();
    assert_eq!(server.code(&["pipeline-runs", "delete", SUCCEEDED]), Some(6));
    assert_eq!(
        server.code(&["pipeline-runs", "delete", SUCCEEDED, "--yes"]),
        Some(0)
    );
    assert_eq!(server.code(&["pipelines", "delete", "churn-linear"]), Some(6));
    let stopped = server.run(&["pipeline-runs", "terminate", SUCCEEDED]);
    assert_eq!(stopped.status.code(), Some(6));
    assert!(stderr(&stopped).contains("has ended"), "{}", stderr(&stopped));
    assert_eq!(server.code(&["pipeline-runs", "archive", SUCCEEDED]), Some(0));
}

#[test]
fn a_read_only_context_changes_nothing() {
    let server = Server::start();
    std::fs::create_dir(server.dir.path().join("config")).expect("writable");
    let config = format!(
        "[contexts.lab]\ntracking = 'http://nowhere'\npipelines = '{}'\nread_only = true\n",
        server.mock.uri()
    );
    std::fs::write(server.dir.path().join("config/config.toml"), config).expect("writable");
    let run = |arguments: &[&str]| {
        let mut command = flowdeck_in(server.dir.path());
        command.args(["--context", "lab"]).args(arguments);
        command.output().expect("the binary was built").status.code()
    };
    assert_eq!(run(&["pipeline-runs", "get", SUCCEEDED]), Some(0));
    for change in [
        &["pipeline-runs", "delete", SUCCEEDED, "--yes"][..],
        &["pipeline-runs", "archive", SUCCEEDED],
        &["pipeline-runs", "terminate", SUCCEEDED],
        &["pipelines", "delete", "churn-linear", "--yes"],
    ] {
        assert_eq!(run(change), Some(6), "{change:?}");
    }
    let changed = server.asked().into_iter().any(|it| it.method.as_str() != "GET");
    assert!(!changed);
}

#[test]
fn codes_tell_apart_what_is_not_there_and_what_cannot_be_reached() {
    let server = Server::start();
    let missing = server.run(&[
        "pipeline-runs",
        "get",
        "00000000-0000-0000-0000-000000000000",
        "--json",
    ]);
    assert!(missing.stdout.is_empty());
    let told: Value = serde_json::from_slice(&missing.stderr).expect("JSON");
    assert!(told["error"]["hint"].is_string(), "{told}");
    let mut nowhere = flowdeck_in(server.dir.path());
    nowhere.args(["--pipelines", "http://127.0.0.1:9", "pipeline-runs", "list"]);
    assert_eq!(nowhere.output().expect("it runs").status.code(), Some(5));
    let mut unnamed = flowdeck_in(server.dir.path());
    unnamed.args(["pipelines", "list"]);
    let output = unnamed.output().expect("it runs");
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("--pipelines"), "{}", stderr(&output));
    let mut by_variable = flowdeck_in(server.dir.path());
    by_variable
        .env("KF_PIPELINES_ENDPOINT", server.mock.uri())
        .args(["pipelines", "list", "-q"]);
    assert_eq!(by_variable.output().expect("it runs").status.code(), Some(0));
}

#[test]
fn every_noun_of_pipelines_keeps_its_keys_and_the_page_lists_them() {
    let server = Server::start();
    let page = include_str!("../../../docs/json.md");
    let answers = [
        server.json(&["pipelines", "list"]),
        server.json(&["pipelines", "versions", "churn-linear"]),
        server.json(&["pipeline-experiments", "list"]),
        server.json(&["pipeline-runs", "list"]),
        server.json(&["pipeline-runs", "get", FAILED]),
        server.json(&["pipeline-runs", "tasks", FAILED]),
        server.json(&["schedules", "list"]),
    ];
    let mut text = String::new();
    for answer in &answers {
        for key in keys(answer) {
            assert!(
                page.contains(&format!("`{key}`")),
                "docs/json.md does not list `{key}`"
            );
        }
        text.push_str(&keys(answer).into_iter().collect::<Vec<_>>().join(" "));
        text.push('\n');
    }
    insta::assert_snapshot!("pipelines_keys", text);
}
