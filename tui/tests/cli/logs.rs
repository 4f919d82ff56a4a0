//! Logs and pods on the command line, over a Kubernetes of our own and answers of a real server of pipelines.

use std::process::Output;

use flowdeck_demo::kubernetes::{KubernetesCluster, KubernetesServer};
use flowdeck_surface::client::kubernetes::LogTime;
use serde_json::{Value, json};
use wiremock::matchers::{method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{flowdeck_in, stderr, stdout};

const RUN: &str = "11111111-2222-3333-4444-555555555555";

/// A cluster with pods, a server of pipelines with one run, and a person's own directories.
struct World {
    runtime: tokio::runtime::Runtime,
    cluster: KubernetesCluster,
    server: Option<KubernetesServer>,
    pipelines: MockServer,
    dir: tempfile::TempDir,
}

fn pod(name: &str, node: &str) -> Value {
    json!({
        "kind": "Pod",
        "metadata": {
            "name": name, "namespace": "demo",
            "creationTimestamp": "2026-11-23T10:00:00Z",
            "labels": { "pipeline/runid": RUN, "app": "steps" },
            "annotations": { "workflows.argoproj.io/node-id": node },
        },
        "spec": {
            "nodeName": "n0", "restartPolicy": "Never",
            "containers": [
                { "name": "wait", "image": "argoexec" },
                { "name": "main", "image": "python:3.11" },
            ],
        },
    })
}

/// A workflow of two steps, each with its driver and its executor.
fn workflow() -> Value {
    let node = |id: &str, name: &str, kind: &str, boundary: &str, phase: &str| {
        let display = name.rsplit('.').next().unwrap_or(name);
        json!({
            "id": id, "name": name, "displayName": display, "type": kind, "phase": phase,
            "boundaryID": boundary, "templateName": display,
            "startedAt": "2026-11-23T10:00:00Z", "finishedAt": "2026-11-23T10:05:00Z",
        })
    };
    let mut nodes = serde_json::Map::new();
    nodes.insert("flow".to_owned(), node("flow", "flow", "DAG", "", "Succeeded"));
    nodes.insert(
        "flow-r".to_owned(),
        node("flow-r", "flow.root", "DAG", "flow", "Succeeded"),
    );
    let copy = "minio://mlpipeline/v2/artifacts/flow/train/executor-logs";
    let input = json!({ "outputs": { "artifacts": { "executor-logs": { "artifacts": [
        { "name": "executor-logs", "type": { "schemaTitle": "system.Artifact" }, "uri": copy },
    ] } } } });
    let patch = json!({ "containers": [{ "command": ["launcher", "--executor_input", input.to_string()] }] });
    let mut driver = node("flow-d", "flow.root.train-driver", "Pod", "flow-r", "Succeeded");
    driver["templateName"] = json!("system-container-driver");
    driver["outputs"] = json!({ "parameters": [{ "name": "pod-spec-patch", "value": patch.to_string() }] });
    nodes.insert("flow-d".to_owned(), driver);
    for (at, step) in ["load", "train"].iter().enumerate() {
        let (dag, executor) = (format!("flow-{at}"), format!("flow-{at}1"));
        let name = format!("flow.root.{step}");
        nodes.insert(dag.clone(), node(&dag, &name, "DAG", "flow-r", "Succeeded"));
        let mut pod = node(&executor, &format!("{name}.executor"), "Pod", &dag, "Succeeded");
        pod["templateName"] = json!("system-container-impl");
        nodes.insert(executor.clone(), pod);
    }
    json!({
        "metadata": {
            "name": "flow", "namespace": "demo",
            "annotations": { "workflows.argoproj.io/pod-name-format": "v1" },
        },
        "status": { "phase": "Succeeded", "nodes": nodes },
    })
}

impl World {
    fn start() -> Self {
        let runtime = tokio::runtime::Runtime::new().expect("threads");
        let cluster = KubernetesCluster::with_namespaces(&["demo"]);
        let (server, pipelines) = runtime.block_on(async {
            let server = KubernetesServer::start(cluster.clone()).await.expect("a port");
            let pipelines = MockServer::start().await;
            let answers = [
                (
                    "/apis/v2beta1/healthz".to_owned(),
                    json!({ "tag_name": "2.17.0", "multi_user": false }),
                ),
                (
                    format!("/apis/v2beta1/runs/{RUN}"),
                    json!({ "run_id": RUN, "display_name": "nightly", "state": "SUCCEEDED",
                            "created_at": "2026-11-23T10:00:00Z", "finished_at": "2026-11-23T10:05:00Z" }),
                ),
                (
                    format!("/apis/v1beta1/runs/{RUN}"),
                    json!({ "run": { "id": RUN },
                            "pipeline_runtime": { "workflow_manifest": workflow().to_string() } }),
                ),
            ];
            for (at, body) in answers {
                Mock::given(method("GET"))
                    .and(path(at))
                    .respond_with(ResponseTemplate::new(200).set_body_json(body))
                    .mount(&pipelines)
                    .await;
            }
            (server, pipelines)
        });
        let dir = tempfile::tempdir().expect("a temporary directory");
        let kubeconfig = KubernetesServer::kubeconfig(server.address());
        std::fs::write(dir.path().join("kubeconfig"), kubeconfig).expect("writable");
        Self {
            runtime,
            cluster,
            server: Some(server),
            pipelines,
            dir,
        }
    }

    /// Two steps that printed, one after the other and at times at once.
    fn with_steps() -> Self {
        let world = Self::start();
        for (name, node) in [("flow-01", "flow-01"), ("flow-11", "flow-11")] {
            world.cluster.add_pod(pod(name, node));
        }
        for at in 0..5 {
            world.print("flow-01", at * 2, &format!("\x1b[32mload\x1b[0m {at}"));
            world.print("flow-11", at * 2 + 1, &format!("loss={at}"));
        }
        for name in ["flow-01", "flow-11"] {
            world.cluster.end_container("demo", name, "main", 0);
        }
        world
    }

    fn print(&self, pod: &str, seconds: i64, line: &str) {
        let time = LogTime {
            seconds: 1_800_000_000 + seconds,
            nanos: 0,
        };
        self.cluster.print("demo", pod, "main", time, line.as_bytes());
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = flowdeck_in(self.dir.path());
        command
            .env("KUBECONFIG", self.dir.path().join("kubeconfig"))
            .args(["--pipelines", &self.pipelines.uri()])
            .args(arguments);
        command.output().expect("the binary was built")
    }

    fn lines(&self, arguments: &[&str]) -> Vec<String> {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
        stdout(&output).lines().map(str::to_owned).collect()
    }

    fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let lines = self.lines(&[arguments, &["--json"]].concat());
        lines
            .iter()
            .map(|line| serde_json::from_str(line).expect("an object a line"))
            .collect()
    }

    /// The pods are gone, as after a day.
    fn forget_pods(&self) {
        for name in ["flow-01", "flow-11"] {
            self.cluster.delete_pod("demo", name);
        }
    }
}

#[test]
fn a_task_a_run_and_a_pod_print_what_they_printed() {
    let world = World::with_steps();
    let train = world.lines(&["logs", RUN, "--task", "train"]);
    assert_eq!(train, ["loss=0", "loss=1", "loss=2", "loss=3", "loss=4"]);
    let whole = world.lines(&["logs", RUN]);
    assert_eq!(whole[0], "load         | \x1b[32mload\x1b[0m 0");
    assert_eq!(whole[1], "train        | loss=0");
    assert_eq!((whole.len(), whole[9].as_str()), (10, "train        | loss=4"));
    let pod = world.lines(&["logs", "--pod", "flow-11", "--timestamps", "--tail", "2"]);
    assert_eq!(
        pod,
        [
            "2027-01-15T08:00:07.000000000Z loss=3",
            "2027-01-15T08:00:09.000000000Z loss=4"
        ]
    );
    let found = world.lines(&[
        "logs",
        RUN,
        "--grep",
        "loss",
        "--grep",
        "load 4",
        "--exclude",
        "=[12]",
    ]);
    assert_eq!(found.len(), 4, "{found:?}");
    let until = world.lines(&["logs", RUN, "--until", "2027-01-15T08:00:03Z"]);
    assert_eq!(until.len(), 4, "{until:?}");
    let since = world.lines(&["logs", "--pod", "flow-01", "--since", "2027-01-15T08:00:06Z"]);
    assert_eq!(since.len(), 2, "{since:?}");
}

#[test]
fn a_line_is_an_object_with_its_task_and_its_pod() {
    let world = World::with_steps();
    let lines = world.json(&["logs", RUN]);
    assert_eq!(
        lines[1],
        json!({ "time": "2027-01-15T08:00:01.000000000Z", "pod": "flow-11", "container": "main",
                "task": "train", "line": "loss=0" })
    );
    let page = include_str!("../../../docs/json.md");
    for key in lines[1].as_object().expect("an object").keys() {
        assert!(
            page.contains(&format!("`{key}`")),
            "docs/json.md does not list `{key}`"
        );
    }
}

#[test]
fn lines_go_into_a_file_as_they_were_printed() {
    let world = World::with_steps();
    let output = world.run(&["logs", "--pod", "flow-01", "--output", "load.log"]);
    assert!(
        output.status.success() && output.stdout.is_empty(),
        "{}",
        stderr(&output)
    );
    let text = std::fs::read(world.dir.path().join("load.log")).expect("written");
    assert!(text.starts_with(b"\x1b[32mload\x1b[0m 0\n"));
    assert!(stderr(&output).contains("Wrote 5 lines"), "{}", stderr(&output));
}

#[test]
fn a_followed_log_ends_with_what_it_follows_and_is_kept_when_its_pod_is_gone() {
    let world = World::with_steps();
    let followed = world.lines(&["logs", RUN, "-f"]);
    assert_eq!(followed.len(), 10);
    world.forget_pods();
    let kept = world.run(&["logs", RUN]);
    assert!(kept.status.success(), "{}", stderr(&kept));
    assert_eq!(stdout(&kept).lines().count(), 10);
    assert!(stderr(&kept).contains("as it was kept here"), "{}", stderr(&kept));
    assert_eq!(
        world.run(&["cache", "clear", "--yes"]).status.code(),
        Some(0),
        "logs are left alone"
    );
    assert_eq!(
        world.run(&["cache", "clear", "--logs"]).status.code(),
        Some(6),
        "it asks"
    );
    // Nobody answers any more, and what was kept is there all the same.
    let offline = {
        let mut command = flowdeck_in(world.dir.path());
        command
            .env("KUBECONFIG", world.dir.path().join("kubeconfig"))
            .args([
                "--pipelines",
                "http://127.0.0.1:9",
                "logs",
                RUN,
                "--task",
                "train",
            ]);
        command.output().expect("it runs")
    };
    assert!(offline.status.success(), "{}", stderr(&offline));
    assert_eq!(stdout(&offline).lines().count(), 5);
    let cleared = world.run(&["cache", "clear", "--logs", "--yes", "--json"]);
    let cleared: Value = serde_json::from_slice(&cleared.stdout).expect("JSON");
    assert_eq!(cleared["n_logs"], 2);
    assert_eq!(world.run(&["logs", RUN]).status.code(), Some(3));
}

#[test]
fn an_archive_comes_before_what_was_kept_and_the_executors_copy_after_the_archive() {
    let world = World::with_steps();
    world.lines(&["logs", RUN, "-f"]);
    world.forget_pods();
    world.runtime.block_on(async {
        let data = "YXJjaGl2ZWQgbGluZQo=";
        Mock::given(method("GET"))
            .and(path(format!(
                "/apis/v2beta1/runs/{RUN}/nodes/flow-11/artifacts/main-logs:read"
            )))
            .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "data": data })))
            .mount(&world.pipelines)
            .await;
    });
    let output = world.run(&["logs", RUN, "--task", "train"]);
    assert_eq!(stdout(&output), "archived line\n", "{}", stderr(&output));
    assert!(
        stderr(&output).contains("from the archive"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn the_ui_server_gives_the_copy_that_the_executor_put_by() {
    let world = World::with_steps();
    world.forget_pods();
    let ui_server = world.runtime.block_on(async {
        let ui_server = MockServer::start().await;
        let answers = [
            (
                "/apis/v2beta1/healthz".to_owned(),
                json!({ "apiServerReady": true, "apiServerMultiUser": false }),
            ),
            (
                format!("/apis/v2beta1/runs/{RUN}"),
                json!({ "run_id": RUN, "display_name": "nightly", "state": "SUCCEEDED" }),
            ),
            (
                format!("/apis/v1beta1/runs/{RUN}"),
                json!({ "run": { "id": RUN },
                        "pipeline_runtime": { "workflow_manifest": workflow().to_string() } }),
            ),
        ];
        for (at, body) in answers {
            Mock::given(method("GET"))
                .and(path(at))
                .respond_with(ResponseTemplate::new(200).set_body_json(body))
                .mount(&ui_server)
                .await;
        }
        Mock::given(method("GET"))
            .and(path("/artifacts/get"))
            .and(query_param("source", "minio"))
            .and(query_param("bucket", "mlpipeline"))
            .and(query_param("key", "v2/artifacts/flow/train/executor-logs"))
            .respond_with(ResponseTemplate::new(200).set_body_string("loss=1\nloss=2\n"))
            .mount(&ui_server)
            .await;
        ui_server
    });
    let mut command = flowdeck_in(world.dir.path());
    command
        .env("KUBECONFIG", world.dir.path().join("kubeconfig"))
        .args([
            "--pipelines",
            &ui_server.uri(),
            "logs",
            RUN,
            "--task",
            "train",
            "--tail",
            "1",
        ]);
    let output = command.output().expect("it runs");
    assert_eq!(stdout(&output), "loss=2\n", "{}", stderr(&output));
    assert!(
        stderr(&output).contains("the executor put by"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn codes_tell_apart_what_is_wrong() {
    let world = World::with_steps();
    let code = |arguments: &[&str]| world.run(arguments).status.code();
    assert_eq!(code(&["logs", "--pod", "nobody"]), Some(3));
    assert_eq!(code(&["logs", RUN, "--task", "nothing"]), Some(3));
    assert_eq!(code(&["logs", "--pod", "flow-01", "--grep", "a("]), Some(2));
    assert_eq!(code(&["logs", "--pod", "flow-01", "--since", "soon"]), Some(2));
    assert_eq!(code(&["logs"]), Some(2));
    assert_eq!(code(&["logs", "--pod", "flow-01", "-c", "nothing"]), Some(2));
    let previous = world.run(&["logs", "--pod", "flow-01", "--previous"]);
    assert_ne!(previous.status.code(), Some(0), "{}", stderr(&previous));
}

#[test]
fn pods_are_listed_with_why_they_wait_or_died() {
    let world = World::with_steps();
    let mut waiting = pod("flow-x", "flow-x");
    waiting["status"] = json!({ "phase": "Pending", "conditions": [{
        "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
        "message": "0/3 nodes are available: 3 Insufficient nvidia.com/gpu." }] });
    world.cluster.add_pod(waiting);
    let pods: Value = serde_json::from_slice(&world.run(&["pods", "list", "--json"]).stdout).expect("JSON");
    let of = |name: &str| {
        let all = pods.as_array().expect("an array");
        all.iter()
            .find(|pod| pod["name"] == name)
            .expect("it is listed")
            .clone()
    };
    assert_eq!(of("flow-x")["status"], "Pending");
    let summary = of("flow-x")["summary"].as_str().expect("a sentence").to_owned();
    assert!(summary.contains("nvidia.com/gpu"), "{summary}");
    assert_eq!(of("flow-11")["run_id"], RUN);
    let page = include_str!("../../../docs/json.md");
    for key in of("flow-x").as_object().expect("an object").keys() {
        assert!(
            page.contains(&format!("`{key}`")),
            "docs/json.md does not list `{key}`"
        );
    }
    let one = world.run(&["pods", "get", "flow-x", "--json"]);
    let one: Value = serde_json::from_slice(&one.stdout).expect("JSON");
    assert!(one["events"].is_array());
    let people = stdout(&world.run(&["pods", "get", "flow-11"]));
    assert!(people.contains("main Completed"), "{people}");
    assert_eq!(world.run(&["pods", "get", "nobody"]).status.code(), Some(3));
    assert_eq!(
        world
            .run(&["pods", "list", "-n", "demo", "-l", "app=steps"])
            .status
            .code(),
        Some(0)
    );
}

#[test]
fn without_a_cluster_the_way_out_is_told() {
    let mut world = World::with_steps();
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut command = flowdeck_in(dir.path());
    let output = command.args(["pods", "list"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("KUBECONFIG"), "{}", stderr(&output));
    world.server = None;
    let unreachable = world.run(&["pods", "list"]);
    assert_eq!(unreachable.status.code(), Some(5), "{}", stderr(&unreachable));
}
