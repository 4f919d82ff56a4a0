//! Pods as real API servers hold them, read back through ours.

use std::collections::BTreeMap;
use std::path::Path;

use flowdeck_demo::kubernetes::{KubernetesCluster, KubernetesServer};
use flowdeck_domain::FailureKind;
use flowdeck_domain::id::{Namespace, PodName};
use flowdeck_domain::port::{PodQuery, PodReader};
use serde_json::Value;

use super::{pod, sign_in};

/// Objects of a real cluster, state by state.
fn recorded(file: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/kubernetes")
        .join(file);
    let text = std::fs::read(&path).expect("a fixture");
    serde_json::from_slice(&text).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn pods_read_as_kubectl_prints_them_and_say_what_is_the_matter() {
    let cluster = KubernetesCluster::default();
    let mut printed = BTreeMap::new();
    for entry in recorded("objects_pods.json") {
        for (at, state) in entry["states"].as_array().expect("states").iter().enumerate() {
            let mut object = state["object"].clone();
            let name = format!("{}-{at}", entry["name"].as_str().expect("a name"));
            object["metadata"]["name"] = name.clone().into();
            object["metadata"]["namespace"] = "demo".into();
            cluster.add_pod(object);
            let word = |key: &str| state[key].as_str().map(str::to_owned);
            let table = (
                word("kubectl_ready"),
                word("kubectl_status"),
                word("kubectl_restarts"),
            );
            if let (Some(ready), Some(status), Some(restarts)) = table {
                // `5 (65s ago)`
                let count = restarts.split(' ').next().expect("a word").to_owned();
                printed.insert(name, [ready, status, count]);
            }
        }
    }
    let server = KubernetesServer::start(cluster).await.expect("a port");
    let signed_in = sign_in(server.address()).await;
    let pods = signed_in.pods(&PodQuery::default()).await.expect("pods");
    let read: BTreeMap<String, [String; 3]> = pods
        .iter()
        .filter(|pod| printed.contains_key(pod.name.as_str()))
        .map(|pod| {
            let (ready, all) = pod.ready();
            let table = [
                format!("{ready}/{all}"),
                pod.status_word(),
                pod.restarts().to_string(),
            ];
            (pod.name.to_string(), table)
        })
        .collect();
    assert!(printed.len() >= 16);
    assert_eq!(read, printed);
    let told: Vec<String> = pods
        .iter()
        .map(|pod| format!("{}: {}", pod.name, pod.summary(&[])))
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_is_read_page_by_page_and_chosen_by_labels() {
    let cluster = KubernetesCluster::with_namespaces(&["demo", "other"]);
    for at in 0..1234 {
        cluster.add_pod(pod(&format!("p-{at:04}")));
    }
    let server = KubernetesServer::start(cluster).await.expect("a port");
    let signed_in = sign_in(server.address()).await;
    let of = |namespace: &str, labels: &str| PodQuery {
        namespace: Some(Namespace::from(namespace)),
        labels: labels.to_owned(),
    };
    let counts = [
        (of("demo", ""), 1234),
        (of("demo", "app=train"), 1234),
        (of("demo", "app=serve"), 0),
        (of("other", ""), 0),
        (PodQuery::default(), 1234),
    ];
    for (query, n_pods) in counts {
        assert_eq!(
            signed_in.pods(&query).await.expect("pods").len(),
            n_pods,
            "{query:?}"
        );
    }
    let namespaces = signed_in.namespaces().await.expect("namespaces");
    assert_eq!(namespaces, [Namespace::from("demo"), Namespace::from("other")]);
    let wrong = signed_in.pods(&of("demo", "===")).await.expect_err("no selector");
    assert_eq!(wrong.kind(), FailureKind::InvalidInput);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_a_pod_come_in_order_whoever_wrote_them() {
    let cluster = KubernetesCluster::with_namespaces(&["steps"]);
    for entry in recorded("objects_events.json") {
        for state in entry["states"].as_array().expect("states") {
            let mut event = state["object"].clone();
            event["involvedObject"]["kind"] = "Pod".into();
            event["involvedObject"]["name"] = "p".into();
            event["involvedObject"]["namespace"] = "steps".into();
            cluster.add_event(event);
        }
    }
    let server = KubernetesServer::start(cluster).await.expect("a port");
    let signed_in = sign_in(server.address()).await;
    let events = signed_in
        .pod_events(&Namespace::from("steps"), &PodName::from("p"))
        .await
        .expect("events");
    assert!(events.len() > 10);
    assert!(
        events
            .iter()
            .all(|event| event.last_seen.is_some() && event.count > 0)
    );
    assert!(events.is_sorted_by_key(|event| event.last_seen));
    assert!(events.iter().all(|event| !event.reporter.is_empty()));
}
