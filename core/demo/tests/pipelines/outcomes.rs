//! How runs come out: the nodes that the real server told of each are those that are played here.

use std::collections::BTreeMap;

use flowdeck_demo::kubernetes::KubernetesCluster;
use flowdeck_demo::pipelines::{Fate, IdKind, PipelinesOptions, Script};
use serde_json::{Value, json};

use super::captures;
use super::stage::Stage;

const BEGIN: &str = "2026-11-23T13:00:00Z";

fn spec(name: &str) -> Value {
    let all = captures::of("single_user");
    let list = all
        .iter()
        .map(|exchange| exchange.answer()["pipeline_versions"][0]["pipeline_spec"].clone());
    let is_it = |spec: &Value| spec["pipelineInfo"]["name"] == name;
    list.into_iter().find(is_it).expect("a capture of the spec")
}

fn captured(name: &str) -> Value {
    let all = captures::of("single_user");
    let found = all.into_iter().find(|exchange| exchange.name() == name);
    found.expect("a capture").answer()
}

/// Names, states and numbers of children of all nodes, counted.
fn nodes(run: &Value) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for task in run["run_details"]["task_details"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let name = task["display_name"].as_str().unwrap_or_default();
        // Workflows end in letters of their own.
        let name = if name.starts_with("churn-linear-")
            || name.starts_with("shard-fanout-")
            || name.starts_with("artifact-flow-")
        {
            "the workflow"
        } else {
            name
        };
        let n_children = task["child_tasks"].as_array().map_or(0, Vec::len);
        let is_open = task["end_time"] == "0001-01-01T00:00:00Z";
        let told = format!(
            "{name} {} {n_children} {}",
            task["state"],
            if is_open { "open" } else { "ended" }
        );
        *counted.entry(told).or_insert(0) += 1;
    }
    counted
}

/// A run that is played until so many milliseconds after its start, with its nodes as they stand.
async fn played(flow: &str, script: Script, parameters: Value, after: i64) -> (Stage, String, Value) {
    let options = PipelinesOptions {
        scripts: [("the run".to_owned(), script)].into(),
        cluster: KubernetesCluster::with_namespaces(&["kubeflow"]),
        ..PipelinesOptions::default()
    };
    let stage = Stage::at(BEGIN, options).await;
    let body = json!({ "display_name": "the run", "pipeline_spec": spec(flow), "runtime_config": { "parameters": parameters } });
    let made = stage.post("/apis/v2beta1/runs", &body).await;
    assert_eq!(
        (&made["state"], &made["run_details"]),
        (&json!("PENDING"), &Value::Null)
    );
    let id = made["run_id"].as_str().expect("an id").to_owned();
    stage.pass(after);
    let run = stage.get(&format!("/apis/v2beta1/runs/{id}")).await;
    (stage, id, run)
}

/// Every step of the captured pipelines, with the time that the recorded workflows gave it.
fn even(mut script: Script) -> Script {
    let mut places = vec!["prepare", "train", "evaluate", "make-data", "fit", "score"]
        .into_iter()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    for task in [
        "flip",
        "list-shards",
        "inner-report.flip",
        "inner-report.announce",
        "condition-branches-4.condition-5.announce-2",
    ] {
        places.push(format!("exit-handler-1.{task}"));
    }
    for round in 0..4 {
        for task in ["process", "condition-3.announce"] {
            places.push(format!("exit-handler-1.for-loop-2[{round}].{task}"));
        }
    }
    places.push("cleanup".to_owned());
    for place in places {
        script = script.lasting(&place, 19_100);
    }
    script
}

const DAY: i64 = 86_400_000;

#[tokio::test(flavor = "multi_thread")]
async fn runs_that_ended_have_the_nodes_that_the_real_server_told_of() {
    let fanout = |script: Script| {
        even(script)
            .making("exit-handler-1.flip.Output", json!("heads"))
            .making("exit-handler-1.list-shards.Output", json!(["a", "b", "c"]))
    };
    let failing_round = (0..3).fold(Script::default(), |script, round| {
        script.making(
            &format!("exit-handler-1.for-loop-2[{round}].process.Output"),
            json!(2),
        )
    });
    let cases = [
        ("run_get_succeeded", "churn-linear", Script::default()),
        (
            "run_get_cached_step",
            "churn-linear",
            Script::default().caching("prepare"),
        ),
        (
            "run_get_driver_failed",
            "churn-linear",
            Script::default().with("prepare", Fate::Driver),
        ),
        (
            "run_get_node_error",
            "churn-linear",
            Script::default().with("prepare", Fate::Error),
        ),
        (
            "run_get_failed_retries_used_up",
            "churn-linear",
            Script::default().with("train", Fate::Exit(1)),
        ),
        (
            "run_get_fanout_failed",
            "shard-fanout",
            fanout(failing_round).with("exit-handler-1.for-loop-2[1].process", Fate::Exit(3)),
        ),
        ("run_get_artifacts_succeeded", "artifact-flow", Script::default()),
    ];
    let mut differ = Vec::new();
    for (name, flow, script) in cases {
        let expected = captured(name);
        let (_stage, _, run) = played(flow, script, json!({}), DAY).await;
        if run["state"] != expected["state"] {
            differ.push(format!(
                "{name}: {} instead of {}",
                run["state"], expected["state"]
            ));
        }
        let (found, expected) = (nodes(&run), nodes(&expected));
        if found != expected {
            let only = |of: &BTreeMap<String, usize>, not: &BTreeMap<String, usize>| {
                of.iter()
                    .filter(|(told, n)| not.get(*told) != Some(n))
                    .map(|(told, n)| format!("{told} x{n}"))
                    .collect::<Vec<_>>()
            };
            differ.push(format!(
                "{name}: ours {:?}\n   real {:?}",
                only(&found, &expected),
                only(&expected, &found)
            ));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_goes_on_has_the_nodes_and_the_open_times_of_the_real_one() {
    let (_stage, _, run) = played("churn-linear", even(Script::default()), json!({}), 41_000).await;
    assert_eq!(run["state"], "RUNNING");
    assert_eq!(run["finished_at"], "1970-01-01T00:00:00Z");
    assert_eq!(nodes(&run), nodes(&captured("run_get_running")));
    let (_stage, _, run) = played(
        "artifact-flow",
        even(Script::default().with("make-data", Fate::Unschedulable)),
        json!({}),
        DAY,
    )
    .await;
    assert_eq!(run["state"], "RUNNING");
    assert_eq!(nodes(&run), nodes(&captured("run_get_step_unschedulable")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_stopped_reads_canceling_and_ends_failed() {
    let (stage, id, _) = played("churn-linear", even(Script::default()), json!({}), 12_000).await;
    stage
        .post(&format!("/apis/v2beta1/runs/{id}:terminate"), &json!({}))
        .await;
    let run = stage.get(&format!("/apis/v2beta1/runs/{id}")).await;
    let states = |run: &Value| {
        let history = run["state_history"].as_array().cloned().unwrap_or_default();
        history
            .iter()
            .map(|entry| entry["state"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(run["state"], "CANCELING");
    assert_eq!(
        states(&run),
        ["PENDING", "RUNNING"],
        "the state is not in the history yet"
    );
    stage.pass(1_500);
    let run = stage.get(&format!("/apis/v2beta1/runs/{id}")).await;
    assert_eq!(states(&run), ["PENDING", "RUNNING", "CANCELING"]);
    stage.pass(5_000);
    let run = stage.get(&format!("/apis/v2beta1/runs/{id}")).await;
    assert_eq!(
        (run["state"].as_str(), states(&run).last().map(String::as_str)),
        (Some("FAILED"), Some("FAILED"))
    );
    let again = stage
        .ask("POST", &format!("/apis/v2beta1/runs/{id}:terminate"), &[], b"")
        .await;
    assert_eq!(again.status, 400);
    assert!(
        again.body["message"]
            .as_str()
            .is_some_and(|words| words.ends_with("Row not found"))
    );
    let v1 = stage.get(&format!("/apis/v1beta1/runs/{id}")).await;
    let manifest = v1["pipeline_runtime"]["workflow_manifest"]
        .as_str()
        .expect("a manifest");
    let workflow: Value = serde_json::from_str(manifest).expect("JSON");
    assert_eq!(workflow["spec"]["activeDeadlineSeconds"], 0);
    let real = captured("run_get_stopped_without_canceling_in_history");
    assert_eq!(nodes(&run), nodes(&real));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_keeps_what_succeeded_and_leaves_old_tries_failed_for_ever() {
    let (stage, id, run) = played(
        "churn-linear",
        even(Script::default().with("train", Fate::Flaky(3))),
        json!({}),
        DAY,
    )
    .await;
    assert_eq!(run["state"], "FAILED");
    stage
        .post(&format!("/apis/v2beta1/runs/{id}:retry"), &json!({}))
        .await;
    let after = stage.get(&format!("/apis/v2beta1/runs/{id}")).await;
    assert_eq!(after["state"], "RUNNING");
    assert_eq!(
        nodes(&after),
        nodes(&run),
        "tasks are as they were until the next report"
    );
    let again = stage
        .ask("POST", &format!("/apis/v2beta1/runs/{id}:retry"), &[], b"")
        .await;
    assert_eq!((again.status, &again.body["code"]), (409, &json!(10)));
    stage.pass(DAY);
    let ended = stage.get(&format!("/apis/v2beta1/runs/{id}")).await;
    assert_eq!(ended["state"], "SUCCEEDED");
    let real = captured("run_get_succeeded_after_retry");
    assert_eq!(nodes(&ended), nodes(&real));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_a_step_is_archived_when_it_ends_and_live_pods_are_not_found() {
    let (stage, id, _) = played("churn-linear", even(Script::default()), json!({}), 20_000).await;
    let pods = |manifest: &str, name: &str| {
        let workflow: Value = serde_json::from_str(manifest).expect("JSON");
        let nodes = workflow["status"]["nodes"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        let found = nodes
            .values()
            .find(|node| node["name"].as_str().is_some_and(|node| node.ends_with(name)))
            .cloned();
        found.expect("a node")
    };
    let v1 = stage.get(&format!("/apis/v1beta1/runs/{id}")).await;
    let manifest = v1["pipeline_runtime"]["workflow_manifest"]
        .as_str()
        .expect("a manifest")
        .to_owned();
    let node = pods(&manifest, "root.prepare.executor");
    let node_id = node["id"].as_str().expect("an id");
    let (workflow, hash) = node_id.rsplit_once('-').expect("a hash");
    let pod = format!(
        "{workflow}-{}-{hash}",
        node["templateName"].as_str().expect("a template")
    );
    let log = format!("/apis/v1alpha1/runs/{id}/nodes/{pod}/log");
    let live = stage.ask("GET", &log, &[], b"").await;
    assert_eq!(live.status, 200);
    assert!(live.body["error_message"].is_string(), "{}", live.body);
    stage.pass(20_000);
    let archived = stage.ask("GET", &log, &[], b"").await;
    assert!(
        archived.body.as_str().is_some_and(|text| text.contains("rows, ")),
        "{}",
        archived.body
    );
    let read = stage
        .get(&format!(
            "/apis/v2beta1/runs/{id}/nodes/{node_id}/artifacts/main-logs:read"
        ))
        .await;
    assert!(read["data"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn schedules_start_runs_when_their_time_has_come() {
    let stage = Stage::at(BEGIN, PipelinesOptions::default()).await;
    stage.expect(IdKind::RecurringRun, "11111111-0000-4000-8000-000000000001");
    let schedule = json!({
        "display_name": "hourly", "pipeline_spec": spec("churn-linear"), "max_concurrency": "1", "mode": "ENABLE",
        "trigger": { "periodic_schedule": { "interval_second": "3600" } },
    });
    stage.post("/apis/v2beta1/recurringruns", &schedule).await;
    let names = |list: Value| {
        let runs = list["runs"].as_array().cloned().unwrap_or_default();
        runs.iter()
            .map(|run| run["display_name"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(names(stage.get("/apis/v2beta1/runs").await).is_empty());
    stage.pass(3_600_000);
    assert_eq!(names(stage.get("/apis/v2beta1/runs").await), ["hourly 1"]);
    stage.pass(3_600_000);
    let runs = stage.get("/apis/v2beta1/runs").await;
    assert_eq!(names(runs.clone()), ["hourly 1", "hourly 2"]);
    assert_eq!(
        runs["runs"][0]["recurring_run_id"],
        "11111111-0000-4000-8000-000000000001"
    );
    stage
        .post(
            "/apis/v2beta1/recurringruns/11111111-0000-4000-8000-000000000001:disable",
            &json!({}),
        )
        .await;
    stage.pass(DAY);
    assert_eq!(names(stage.get("/apis/v2beta1/runs").await).len(), 2);
    // Five fields are taken for the first five of six: second 30 of minute 4 of every hour of January.
    let weekly = json!({
        "display_name": "five", "pipeline_spec": spec("churn-linear"), "max_concurrency": "1", "mode": "ENABLE",
        "trigger": { "cron_schedule": { "cron": "30 4 * * 1" } },
    });
    stage.post("/apis/v2beta1/recurringruns", &weekly).await;
    stage.pass(20 * DAY);
    assert_eq!(names(stage.get("/apis/v2beta1/runs").await).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_user_ends_a_server_for_several_users() {
    let options = PipelinesOptions {
        users: Some(flowdeck_demo::pipelines::Users::default()),
        ..PipelinesOptions::default()
    };
    let stage = Stage::at(BEGIN, options).await;
    assert!(
        stage
            .try_ask("GET", "/apis/v2beta1/runs", &[("kubeflow-userid", "")], b"")
            .await
            .is_none()
    );
    assert!(stage.server.has_died());
    assert!(
        stage
            .try_ask("GET", "/apis/v2beta1/healthz", &[], b"")
            .await
            .is_none()
    );
}
