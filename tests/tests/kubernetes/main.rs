//! Kubernetes: the adapter against a server that fails in every way that a cluster does.

mod both;
mod cutting;
mod faults;
mod ground;
mod keeping;
mod objects;
mod real;
mod signing_in;
mod suite;

use flowdeck_demo::kubernetes::{KubernetesCluster, KubernetesServer};
use flowdeck_kubeflow::cluster::{Cluster, ClusterOptions};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// Signs in to the server at an address, as its kubeconfig says.
async fn sign_in(address: SocketAddr) -> Cluster {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("kubeconfig");
    std::fs::write(&file, KubernetesServer::kubeconfig(address)).expect("writable");
    let options = ClusterOptions {
        files: vec![file],
        ..ClusterOptions::default()
    };
    Cluster::connect(&options).await.expect("a kubeconfig")
}

/// A cluster with one namespace and one pod, `train` with the container `main`, that runs and is not started again.
fn with_one_pod() -> KubernetesCluster {
    let cluster = KubernetesCluster::with_namespaces(&["demo"]);
    cluster.add_pod(pod("train"));
    cluster
}

fn pod(name: &str) -> Value {
    json!({
        "kind": "Pod",
        "metadata": { "name": name, "namespace": "demo", "labels": { "app": "train" } },
        "spec": { "nodeName": "n0", "restartPolicy": "Never", "containers": [{ "name": "main", "image": "python:3.11" }] },
    })
}
