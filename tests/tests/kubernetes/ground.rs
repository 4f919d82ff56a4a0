//! Clusters to hold flowdeck to: our own, and a real API server where one was built.

use std::path::{Path, PathBuf};
use std::time::Duration;

use flowdeck_demo::kubernetes::{KubernetesCluster, KubernetesServer, Right, ServedKind};
use flowdeck_domain::kubernetes::LogTime;
use flowdeck_kubeflow::cluster::{Cluster, ClusterOptions};
use http::Method;
use kube::client::Body;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tempfile::TempDir;
use tokio::sync::Mutex;

use super::real::RealApi;

/// The longest that anything may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The token of somebody who may do everything.
pub(crate) const ADMIN: &str = "admin-token";

/// The token of somebody who may read the pods of `team-b`, not their logs, and nothing else.
pub(crate) const VIEWER: &str = "viewer-token";

/// Namespaces that are there from the beginning.
pub(crate) const NAMESPACES: &[&str] = &["demo", "team-a", "team-b", "pages", "watched", "logs"];

/// A cluster, to be driven through its own API.
pub(crate) struct Ground {
    kind: Kind,
    directory: TempDir,
    admin: kube::Client,
}

enum Kind {
    Ours {
        cluster: KubernetesCluster,
        address: SocketAddr,
        server: Mutex<Option<KubernetesServer>>,
    },
    Real(Mutex<RealApi>),
}

impl Ground {
    /// Our own server.
    pub(crate) async fn ours() -> Self {
        let cluster = KubernetesCluster::with_namespaces(NAMESPACES);
        cluster.add_user(ADMIN, "admin", vec![Right::new(&["*"], "*", None)]);
        let reads = &["get", "list", "watch"];
        let rights = vec![
            Right::new(reads, "pods", Some("team-b")),
            Right::new(reads, "events", Some("team-b")),
        ];
        cluster.add_user(VIEWER, "viewer", rights);
        let server = KubernetesServer::start(cluster.clone()).await.expect("a port");
        let directory = tempfile::tempdir().expect("a temporary directory");
        let address = server.address();
        let url = format!("http://{address}");
        Self {
            admin: admin(&directory, &url, None).await,
            directory,
            kind: Kind::Ours {
                cluster,
                address,
                server: Mutex::new(Some(server)),
            },
        }
    }

    /// A real API server with a kubelet; nothing where none was built.
    pub(crate) async fn real() -> Option<Self> {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let api = RealApi::start(directory.path())?;
        let certificate = async {
            while !api.certificate().is_file() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let made = tokio::time::timeout(PATIENCE, certificate).await;
        assert!(
            made.is_ok(),
            "the API server makes no certificate:\n{}",
            api.said()
        );
        let admin = admin(&directory, &api.url(), Some(&api.certificate())).await;
        let ground = Self {
            admin,
            directory,
            kind: Kind::Real(Mutex::new(api)),
        };
        ground.until_ready().await;
        ground.furnish().await;
        if let Kind::Real(api) = &ground.kind {
            let mut api = api.lock().await;
            let kubeconfig = ground.kubeconfig(ADMIN, "demo");
            api.start_kubelet(&kubeconfig);
        }
        Some(ground)
    }

    async fn until_ready(&self) {
        let ready = async {
            loop {
                let request = http::Request::get("/readyz")
                    .body(Body::empty())
                    .expect("a request");
                match self.admin.send(request).await {
                    Ok(answer) if answer.status().is_success() => return,
                    _ => tokio::time::sleep(Duration::from_millis(100)).await,
                }
            }
        };
        if tokio::time::timeout(PATIENCE, ready).await.is_err() {
            let log = match &self.kind {
                Kind::Real(api) => api.lock().await.said(),
                Kind::Ours { .. } => String::new(),
            };
            panic!("the API server is not ready:\n{log}");
        }
    }

    /// Namespaces, a node and the rights that our own server has from the beginning.
    async fn furnish(&self) {
        for name in NAMESPACES {
            self.create("/api/v1/namespaces", json!({ "metadata": { "name": name } }))
                .await;
        }
        self.create("/api/v1/nodes", json!({ "metadata": { "name": "n0" } }))
            .await;
        let Kind::Real(api) = &self.kind else { return };
        let port = api.lock().await.kubelet_port();
        let status = json!({ "status": {
            "addresses": [{ "type": "InternalIP", "address": "127.0.0.1" }],
            "daemonEndpoints": { "kubeletEndpoint": { "Port": port } },
            "conditions": [{ "type": "Ready", "status": "True", "reason": "KubeletReady", "message": "" }],
        } });
        self.patch("/api/v1/nodes/n0/status", status).await;
        let rules = json!([{ "apiGroups": [""], "resources": ["pods", "events"], "verbs": ["get", "list", "watch"] }]);
        let of_team = "/apis/rbac.authorization.k8s.io/v1/namespaces/team-b";
        self.create(
            &format!("{of_team}/roles"),
            json!({ "metadata": { "name": "reader" }, "rules": rules }),
        )
        .await;
        let group = "rbac.authorization.k8s.io";
        self.create(
            &format!("{of_team}/rolebindings"),
            json!({ "metadata": { "name": "reader" },
                    "roleRef": { "apiGroup": group, "kind": "Role", "name": "reader" },
                    "subjects": [{ "apiGroup": group, "kind": "User", "name": "viewer" }] }),
        )
        .await;
    }

    /// Signs in with a token.
    pub(crate) async fn sign_in(&self, token: &str, namespace: &str) -> Cluster {
        let options = ClusterOptions {
            files: vec![self.kubeconfig(token, namespace)],
            ..ClusterOptions::default()
        };
        Cluster::connect(&options).await.expect("a kubeconfig")
    }

    /// A kubeconfig whose context has this token and this namespace.
    pub(crate) fn kubeconfig(&self, token: &str, namespace: &str) -> PathBuf {
        self.kubeconfig_of(&format!("{{ token: {token} }}"), namespace)
    }

    /// A kubeconfig whose context has this user, as YAML on one line, and this namespace.
    pub(crate) fn kubeconfig_of(&self, user: &str, namespace: &str) -> PathBuf {
        let (url, certificate) = match &self.kind {
            Kind::Ours { address, .. } => (format!("http://{address}"), None),
            Kind::Real(api) => {
                let api = api.try_lock().ok();
                let told = api.map(|api| (api.url(), api.certificate()));
                let (url, certificate) = told.unwrap_or_else(|| RealApi::of(self.directory.path()));
                (url, Some(certificate))
            }
        };
        write_kubeconfig(&self.directory, &url, certificate.as_deref(), user, namespace)
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) async fn create(&self, path: &str, object: Value) -> Value {
        self.ask(Method::POST, path, "application/json", Some(object))
            .await
    }

    pub(crate) async fn patch(&self, path: &str, patch: Value) -> Value {
        let kind = "application/merge-patch+json";
        self.ask(Method::PATCH, path, kind, Some(patch)).await
    }

    pub(crate) async fn delete_pod(&self, namespace: &str, name: &str) {
        let path = format!("/api/v1/namespaces/{namespace}/pods/{name}?gracePeriodSeconds=0");
        self.ask(Method::DELETE, &path, "application/json", None).await;
    }

    async fn ask(&self, method: Method, path: &str, kind: &str, body: Option<Value>) -> Value {
        let body = body.map_or_else(Vec::new, |body| body.to_string().into_bytes());
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", kind)
            .body(body)
            .expect("a request");
        let answered = tokio::time::timeout(PATIENCE, self.admin.request::<Value>(request));
        answered
            .await
            .unwrap_or_else(|_| panic!("no answer to {path}"))
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Makes a pod that is bound to the node and runs.
    pub(crate) async fn run_pod(&self, namespace: &str, name: &str) {
        self.make_pod(
            namespace,
            name,
            json!([{ "name": "main", "image": "python:3.11" }]),
        )
        .await;
        self.set_running(namespace, name, &["main"]).await;
    }

    pub(crate) async fn make_pod(&self, namespace: &str, name: &str, containers: Value) {
        let spec = json!({ "nodeName": "n0", "restartPolicy": "Never", "containers": containers });
        self.make_pod_of(namespace, name, spec).await;
    }

    pub(crate) async fn make_pod_of(&self, namespace: &str, name: &str, spec: Value) {
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": { "name": name, "labels": { "app": "train" } },
            "spec": spec,
        });
        self.create(&format!("/api/v1/namespaces/{namespace}/pods"), pod)
            .await;
    }

    pub(crate) async fn set_running(&self, namespace: &str, name: &str, containers: &[&str]) {
        let statuses: Vec<Value> = containers
            .iter()
            .map(|container| container_status(container, 0))
            .collect();
        let ready = json!([{ "type": "Ready", "status": "True" }]);
        self.set_status(
            namespace,
            name,
            json!({ "phase": "Running", "conditions": ready, "containerStatuses": statuses }),
        )
        .await;
    }

    pub(crate) async fn set_status(&self, namespace: &str, name: &str, status: Value) {
        let path = format!("/api/v1/namespaces/{namespace}/pods/{name}/status");
        self.patch(&path, json!({ "status": status })).await;
    }

    /// Lets a container print a line.
    pub(crate) async fn print(&self, namespace: &str, pod: &str, container: &str, time: LogTime, text: &str) {
        match &self.kind {
            Kind::Ours { cluster, .. } => cluster.print(namespace, pod, container, time, text.as_bytes()),
            Kind::Real(api) => api.lock().await.print(namespace, pod, container, time, text),
        }
    }

    /// Makes what a container printed so far that of the one before it was started again.
    pub(crate) async fn restart_container(&self, namespace: &str, pod: &str, container: &str) {
        match &self.kind {
            Kind::Ours { cluster, .. } => cluster.restart_container(namespace, pod, container),
            Kind::Real(api) => {
                api.lock().await.move_log(namespace, pod, container);
                let mut status = container_status(container, 1);
                status["lastState"] = json!({ "terminated": { "exitCode": 1, "reason": "Error" } });
                self.set_status(namespace, pod, json!({ "containerStatuses": [status] }))
                    .await;
            }
        }
    }

    /// Kills the kubelet, or starts it again.
    pub(crate) async fn set_kubelet(&self, is_up: bool) {
        match &self.kind {
            Kind::Ours { cluster, .. } => cluster.set_kubelet(is_up),
            Kind::Real(api) => {
                let kubeconfig = self.kubeconfig(ADMIN, "demo");
                let mut api = api.lock().await;
                if is_up {
                    api.start_kubelet(&kubeconfig);
                } else {
                    api.kill_kubelet();
                }
            }
        }
    }

    /// Kills the API server.
    pub(crate) async fn kill_server(&self) {
        match &self.kind {
            Kind::Ours { server, .. } => drop(server.lock().await.take()),
            Kind::Real(api) => api.lock().await.kill_server(),
        }
    }

    /// Starts the API server again where it was.
    pub(crate) async fn start_server(&self) {
        match &self.kind {
            Kind::Ours {
                server,
                cluster,
                address,
            } => {
                // The port is free once the connections of the server before are gone.
                let started = loop {
                    match KubernetesServer::start_at(cluster.clone(), *address).await {
                        Ok(started) => break started,
                        Err(_) => tokio::task::yield_now().await,
                    }
                };
                *server.lock().await = Some(started);
            }
            Kind::Real(api) => {
                api.lock().await.start_server();
                self.until_ready().await;
            }
        }
    }

    /// Makes every version that a watch could go on from too old.
    pub(crate) async fn lose_history(&self) {
        match &self.kind {
            Kind::Ours { cluster, .. } => cluster.compact(),
            Kind::Real(_) => {
                self.kill_server().await;
                self.start_server().await;
            }
        }
    }

    /// Installs the definition of Argo's workflows.
    pub(crate) async fn install_workflows(&self) {
        if let Kind::Ours { cluster, .. } = &self.kind {
            cluster.add_kind(ServedKind::namespaced(
                "argoproj.io",
                "v1alpha1",
                "Workflow",
                "workflows",
            ));
            return;
        }
        let anything = json!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true });
        self.create(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
            json!({
                "metadata": { "name": "workflows.argoproj.io" },
                "spec": {
                    "group": "argoproj.io", "scope": "Namespaced",
                    "names": { "plural": "workflows", "singular": "workflow", "kind": "Workflow", "listKind": "WorkflowList" },
                    "versions": [{ "name": "v1alpha1", "served": true, "storage": true,
                                   "schema": { "openAPIV3Schema": anything } }],
                },
            }),
        )
        .await;
    }
}

fn container_status(name: &str, restart_count: u32) -> Value {
    json!({
        "name": name, "ready": true, "started": true, "restartCount": restart_count, "image": "python:3.11", "imageID": "",
        "containerID": format!("containerd://{name}-{restart_count}"),
        "state": { "running": { "startedAt": "2026-01-01T00:00:00Z" } }, "lastState": {},
    })
}

async fn admin(directory: &TempDir, url: &str, certificate: Option<&Path>) -> kube::Client {
    let file = write_kubeconfig(
        directory,
        url,
        certificate,
        &format!("{{ token: {ADMIN} }}"),
        "demo",
    );
    let kubeconfig = kube::config::Kubeconfig::read_from(file).expect("a kubeconfig");
    let options = kube::config::KubeConfigOptions::default();
    let config = kube::Config::from_custom_kubeconfig(kubeconfig, &options)
        .await
        .expect("a kubeconfig");
    kube::Client::try_from(config).expect("a client")
}

fn write_kubeconfig(
    directory: &TempDir,
    url: &str,
    certificate: Option<&Path>,
    user: &str,
    namespace: &str,
) -> PathBuf {
    let authority = certificate.map_or_else(String::new, |path| {
        format!(", certificate-authority: {}", path.display())
    });
    let text = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: it\n\
         clusters:\n- {{ name: it, cluster: {{ server: '{url}'{authority} }} }}\n\
         users:\n- {{ name: it, user: {user} }}\n\
         contexts:\n- {{ name: it, context: {{ cluster: it, user: it, namespace: {namespace} }} }}\n"
    );
    let mut file = tempfile::Builder::new();
    let file = file
        .prefix("kubeconfig")
        .tempfile_in(directory.path())
        .expect("writable");
    let (_, path) = file.keep().expect("it stays with its directory");
    std::fs::write(&path, text).expect("writable");
    path
}
