//! What `flowdeck demo` stands on: runs of every kind, their pods, and the runs of MLflow that they belong to.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use flowdeck_demo::pipelines::Clock;
use flowdeck_demo::platform::Platform;
use flowdeck_demo::{StoreOptions, prepare_store};
use flowdeck_domain::Timestamp;
use rusqlite::Connection;
use serde_json::Value;

use super::http::ask;

const NOW: Timestamp = Timestamp(1_773_480_000_000);

async fn get(address: &str, target: &str) -> Value {
    let address: SocketAddr = address.trim_start_matches("http://").parse().expect("an address");
    let target = target.to_owned();
    let asking = tokio::task::spawn_blocking(move || ask(address, ("GET", &target), &[], b""));
    let answer = asking.await.expect("no panic").expect("an answer");
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

fn list<'a>(of: &'a Value, key: &str) -> &'a [Value] {
    of[key].as_array().map_or(&[], Vec::as_slice)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "pods of the past are collected, and those that stand are not found yet"]
async fn the_demo_has_runs_of_every_kind_with_pods_and_runs_of_mlflow() {
    let store = prepare_store(None, StoreOptions::at(NOW)).expect("a store");
    let platform = Platform::start(&store, Clock::new(|| NOW)).await.expect("ports");
    let url = platform.pipelines_url();
    let pipelines = get(&url, "/apis/v2beta1/pipelines").await;
    assert_eq!(list(&pipelines, "pipelines").len(), 2);
    let runs = get(&url, "/apis/v2beta1/runs?page_size=200").await;
    let runs = list(&runs, "runs");
    let states: BTreeSet<&str> = runs.iter().filter_map(|run| run["state"].as_str()).collect();
    assert_eq!(states, BTreeSet::from(["FAILED", "RUNNING", "SUCCEEDED"]));
    let is_cached = |run: &&Value| {
        let tasks = list(&run["run_details"], "task_details");
        tasks
            .iter()
            .any(|task| task["display_name"] == "executor" && task["state"] == "SKIPPED")
    };
    assert!(runs.iter().any(|run| is_cached(&run)));
    let database = Connection::open(store.database()).expect("a database");
    let mut linked = BTreeSet::new();
    for run in runs {
        let entries = &run["plugins_output"]["mlflow"]["entries"];
        let id = entries["root_run_id"]["value"]
            .as_str()
            .expect("every run has one");
        let pipeline_run: String = database
            .query_row(
                "SELECT value FROM tags WHERE run_uuid = ? AND key = 'kfp.pipeline_run_id'",
                [id],
                |row| row.get(0),
            )
            .expect("the tag that leads back");
        assert_eq!(pipeline_run, run["run_id"]);
        linked.insert(id.to_owned());
    }
    assert_eq!(linked.len(), runs.len(), "no run of MLflow belongs to two");
    let kubeconfig = platform.kubeconfig();
    let cluster = kubeconfig
        .lines()
        .find_map(|line| line.trim().strip_prefix("server: "))
        .expect("an address");
    let pods = get(cluster, "/api/v1/namespaces/demo/pods").await;
    let phases: BTreeSet<&str> = list(&pods, "items")
        .iter()
        .filter_map(|pod| pod["status"]["phase"].as_str())
        .collect();
    for phase in ["Pending", "Running", "Succeeded"] {
        assert!(phases.contains(phase), "no pod is {phase} among {phases:?}");
    }
    let events = get(cluster, "/api/v1/namespaces/demo/events").await;
    assert!(
        list(&events, "items")
            .iter()
            .any(|event| event["reason"] == "FailedScheduling")
    );
    assert!(
        list(&events, "items")
            .iter()
            .any(|event| event["reason"] == "BackOff")
    );
}
