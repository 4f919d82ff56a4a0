//! Inference services as KServe's own controller wrote them, state by state.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use flowdeck_domain::kubernetes::{
    Container, ContainerKind, ContainerState, Event, Pod, PodCondition, PodPhase, RestartPolicy, Terminated,
};
use flowdeck_domain::serving::{InferenceService, ServiceState, Surroundings};
use serde_json::Value;

use super::inference_service;

fn recorded() -> Vec<Value> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/kubernetes/objects_serving.json");
    let text = std::fs::read(path).expect("the recorded objects");
    let entries: Vec<Value> = serde_json::from_slice(&text).expect("JSON");
    entries
        .into_iter()
        .filter(|entry| entry["kind"] == "InferenceService")
        .collect()
}

/// The service of this name in the state that these words describe, the first of them.
fn service(name: &str, state: &str) -> InferenceService {
    let entry = recorded()
        .into_iter()
        .find(|entry| entry["name"] == name)
        .expect("a recorded service");
    let states = entry["states"].as_array().expect("states").clone();
    let found = states
        .iter()
        .find(|recorded| {
            recorded["state"]
                .as_str()
                .is_some_and(|text| text.contains(state))
        })
        .expect("a recorded state");
    inference_service(&found["object"]).expect("a service")
}

fn pod(of: &InferenceService, is_ready: bool, state: ContainerState) -> Pod {
    let mut pod = Pod {
        name: format!("{}-predictor-1", of.name).as_str().into(),
        namespace: of.namespace.clone(),
        uid: String::new(),
        phase: PodPhase::Running,
        reason: String::new(),
        message: String::new(),
        conditions: Vec::new(),
        containers: Vec::new(),
        restart_policy: RestartPolicy::Always,
        node: None,
        created_at: None,
        started_at: None,
        deleted_at: None,
        labels: [("component".to_owned(), "predictor".to_owned())].into(),
        annotations: BTreeMap::new(),
    };
    pod.conditions.push(PodCondition {
        kind: "Ready".to_owned(),
        status: Some(is_ready),
        reason: String::new(),
        message: String::new(),
    });
    pod.containers.push(Container {
        name: "kserve-container".to_owned(),
        kind: ContainerKind::Main,
        image: "server:1".to_owned(),
        state: Some(state),
        last: None,
        ready: is_ready,
        started: true,
        restart_count: 0,
        container_id: None,
    });
    pod
}

fn running() -> ContainerState {
    ContainerState::Running { since: None }
}

fn out_of_memory() -> ContainerState {
    ContainerState::Terminated(Terminated {
        exit_code: 137,
        reason: "OOMKilled".to_owned(),
        ..Terminated::default()
    })
}

#[test]
fn every_recorded_state_has_its_word_and_its_cause() {
    let mut told = String::new();
    for entry in recorded() {
        let _ = writeln!(
            told,
            "{}: {}",
            entry["name"].as_str().expect("a name"),
            entry["note"].as_str().expect("a note")
        );
        let mut last = String::new();
        for state in entry["states"].as_array().expect("states") {
            let service = inference_service(&state["object"]).expect("a service");
            let standing = service.standing(&Surroundings::default());
            let serving = if standing.serving {
                "serving"
            } else {
                "not serving"
            };
            let traffic: Vec<String> = service
                .traffic()
                .iter()
                .map(|share| format!(" {}={}%", share.revision, share.percent))
                .collect();
            let line = format!("    {} ({serving}){}", standing.summary(), traffic.concat());
            if line != last {
                let _ = writeln!(told, "{line}");
            }
            last = line;
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn memory_that_ran_out_is_seen_on_the_pod_where_the_service_says_nothing() {
    let service = service(
        "iris",
        "MinimumReplicasUnavailable), Ready=False (Predictor ingress not created); model InProgress active=Loaded",
    );
    let pods = [pod(&service, false, out_of_memory())];
    let standing = service.standing(&Surroundings {
        pods: Some(&pods),
        events: &[],
    });
    assert_eq!(standing.state, ServiceState::Failed);
    assert_eq!(standing.summary(), "Failed: out of memory (exit code 137)");
    assert!(!standing.serving);
}

#[test]
fn a_pod_without_a_node_waits_and_has_not_failed() {
    let service = service("llm-gpu", "MinimumReplicasUnavailable");
    let mut waiting = pod(&service, false, running());
    waiting.containers.clear();
    waiting.conditions = vec![PodCondition {
        kind: "PodScheduled".to_owned(),
        status: Some(false),
        reason: "Unschedulable".to_owned(),
        message: "0/1 nodes are available: 1 Insufficient nvidia.com/gpu.".to_owned(),
    }];
    let standing = service.standing(&Surroundings {
        pods: Some(&[waiting]),
        events: &[],
    });
    assert_eq!(
        standing.summary(),
        "NotReady: no node can take it: 0/1 nodes are available: 1 Insufficient nvidia.com/gpu"
    );
}

#[test]
fn nothing_is_called_down_while_an_old_pod_answers() {
    // Scaled from one to three, or past the deadline of its Deployment: Ready is false all the same.
    let service = service(
        "iris",
        "MinimumReplicasUnavailable), Ready=False (Predictor ingress not created); model InProgress active=Loaded",
    );
    let old = pod(&service, true, running());
    let standing = service.standing(&Surroundings {
        pods: Some(std::slice::from_ref(&old)),
        events: &[],
    });
    assert_eq!((standing.state, standing.serving), (ServiceState::Updating, true));
    let crashed = pod(&service, false, out_of_memory());
    let standing = service.standing(&Surroundings {
        pods: Some(&[old, crashed]),
        events: &[],
    });
    assert_eq!(
        standing.summary(),
        "UpdateFailed: out of memory (exit code 137); the model before it still serves"
    );
}

#[test]
fn a_knative_service_without_pods_starts_with_the_next_request() {
    let service = service("klocal", "Ready=True");
    let standing = service.standing(&Surroundings {
        pods: Some(&[]),
        events: &[],
    });
    assert_eq!(
        (standing.state, standing.serving),
        (ServiceState::ScaledToZero, true)
    );
}

#[test]
fn what_only_an_event_tells_is_told() {
    let service = service("badscheme", "Ready=Unknown");
    let event = Event {
        kind: "InferenceService".to_owned(),
        name: service.name.to_string(),
        namespace: None,
        reason: "InternalError".to_owned(),
        message: "storage URI ftp://h/m is not supported".to_owned(),
        is_warning: true,
        count: 1,
        first_seen: None,
        last_seen: None,
        reporter: "v1beta1Controllers".to_owned(),
    };
    let standing = service.standing(&Surroundings {
        pods: Some(&[]),
        events: &[event],
    });
    assert_eq!(
        standing.summary(),
        "Failed: storage URI ftp://h/m is not supported"
    );
}
