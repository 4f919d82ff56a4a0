use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use flowdeck_domain::id::{Namespace, PodName};
use flowdeck_domain::kubernetes::{ForwardTarget, Pod, PodPhase, PortForward};
use flowdeck_domain::port::{PodReader, PortForwarder, WatchQuery};
use flowdeck_domain::{Failure, FailureKind, Result};
use kube::api::Api;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use super::connect::root;
use super::{Cluster, wire};

/// Where connections go: looked up again for each, as pods come and go.
struct Way {
    cluster: Cluster,
    namespace: Namespace,
    target: ForwardTarget,
    port: u16,
}

/// Closes the port and every connection through it.
struct Open(AbortHandle);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[async_trait]
impl PortForwarder for Cluster {
    async fn forward(&self, namespace: &Namespace, target: &ForwardTarget, port: u16) -> Result<PortForward> {
        let way = Way {
            cluster: self.clone(),
            namespace: namespace.clone(),
            target: target.clone(),
            port,
        };
        way.pod().await?;
        let (listener, address) = listen().await.map_err(|error| {
            let why = format!("cannot open a port of this machine: {error}");
            Failure::new(FailureKind::System, why).caused_by(error)
        })?;
        let accepting = tokio::spawn(accept(listener, Arc::new(way)));
        Ok(PortForward::new(address, Open(accepting.abort_handle())))
    }
}

async fn listen() -> std::io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

async fn accept(listener: TcpListener, way: Arc<Way>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let way = Arc::clone(&way);
        connections.spawn(async move {
            if let Err(failure) = way.carry(stream).await {
                tracing::warn!(target = %way.target, port = way.port, %failure, "a forwarded connection ended");
            }
        });
        while connections.try_join_next().is_some() {}
    }
}

impl Way {
    /// The pod and the port of it that connections go to now.
    async fn pod(&self) -> Result<(PodName, u16)> {
        match &self.target {
            ForwardTarget::Pod(name) => {
                let pod = self.cluster.pod(&self.namespace, name).await?;
                if pod.phase == PodPhase::Running {
                    return Ok((name.clone(), self.port));
                }
                Err(self.nothing_there(&format!("it does not run: {}", pod.summary(&[]))))
            }
            ForwardTarget::Service(name) => self.pod_of_service(name).await,
        }
    }

    async fn pod_of_service(&self, name: &str) -> Result<(PodName, u16)> {
        let namespace = &self.namespace;
        let path = format!("/api/v1/namespaces/{namespace}/services/{name}");
        let doing = format!("get service {name} in namespace {namespace}");
        let service: wire::Service = self.cluster.read(&path, &[], &doing).await?;
        let selector = service.spec.selector.unwrap_or_default();
        if selector.is_empty() {
            return Err(self.nothing_there("it chooses no pods"));
        }
        let labels: Vec<String> = selector
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let query = WatchQuery {
            namespace: Some(namespace.clone()),
            labels: labels.join(","),
            fields: String::new(),
        };
        let pods: Vec<Pod> = self.cluster.list_of(&query).await?;
        let Some(pod) = pods.iter().find(|pod| is_ready(pod)) else {
            return Err(self.nothing_there(&match pods.first() {
                Some(pod) => format!("none of its pods is ready ({}: {})", pod.name, pod.summary(&[])),
                None => "it has no pods".to_owned(),
            }));
        };
        let Some(port) = service.spec.ports.into_iter().find(|port| port.port == self.port) else {
            return Err(self.nothing_there("it has no such port"));
        };
        let port = match port.target_port {
            None => self.port,
            Some(wire::PortName::Number(number)) => number,
            Some(wire::PortName::Name(name)) => self.port_named(&pod.name, &name).await?,
        };
        Ok((pod.name.clone(), port))
    }

    async fn port_named(&self, pod: &PodName, name: &str) -> Result<u16> {
        let path = format!("/api/v1/namespaces/{}/pods/{pod}", self.namespace);
        let doing = format!("get pod {pod} in namespace {}", self.namespace);
        let told: wire::PodPorts = self.cluster.read(&path, &[], &doing).await?;
        let mut ports = told
            .spec
            .containers
            .into_iter()
            .flat_map(|container| container.ports);
        ports
            .find(|port| port.name == name)
            .map(|port| port.container_port)
            .ok_or_else(|| self.nothing_there(&format!("no container of pod {pod} names a port `{name}`")))
    }

    /// Carries one connection to its end.
    async fn carry(&self, mut stream: TcpStream) -> Result<()> {
        let (pod, port) = self.pod().await?;
        let pods: Api<k8s_openapi::api::core::v1::Pod> =
            Api::namespaced(self.cluster.client.clone(), self.namespace.as_str());
        let opened = pods.portforward(pod.as_str(), &[port]).await;
        let mut forwarder = opened.map_err(|error| self.broken(FailureKind::Unreachable, &root(&error)))?;
        let (Some(mut inside), Some(refused)) = (forwarder.take_stream(port), forwarder.take_error(port))
        else {
            return Err(self.broken(FailureKind::Server, "the server opened no stream"));
        };
        tokio::select! {
            carried = tokio::io::copy_bidirectional(&mut stream, &mut inside) => {
                carried.map_err(|error| self.broken(FailureKind::Unreachable, &error.to_string()))?;
            }
            Some(why) = refused => {
                return Err(self.broken(FailureKind::Unreachable, why.trim()));
            }
        }
        drop(inside);
        forwarder
            .join()
            .await
            .map_err(|error| self.broken(FailureKind::Unreachable, &root(&error)))
    }

    fn nothing_there(&self, why: &str) -> Failure {
        self.broken(FailureKind::NotFound, why)
    }

    fn broken(&self, kind: FailureKind, why: &str) -> Failure {
        Failure::new(
            kind,
            format!(
                "cannot forward port {} of {} in namespace {}: {why}",
                self.port, self.target, self.namespace
            ),
        )
    }
}

fn is_ready(pod: &Pod) -> bool {
    pod.deleted_at.is_none()
        && pod
            .condition("Ready")
            .is_some_and(|condition| condition.status == Some(true))
}
