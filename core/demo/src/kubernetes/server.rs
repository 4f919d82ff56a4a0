use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use http_body_util::{BodyExt, Limited, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::KubernetesCluster;
use super::answer::{Answer, Asked, answer};
use super::logs::LogAnswer;
use super::watch::WatchAnswer;
use flowdeck_domain::time::Timestamp;

/// The longest body that is read, as a real server has it.
const BODY_LIMIT: usize = 3 << 20;

/// An API server on loopback. Dropping it closes its port and breaks off every answer, as a process that is killed.
#[derive(Debug)]
pub struct KubernetesServer {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

type AnswerBody = StreamBody<BoxStream<'static, Result<Frame<Bytes>, Infallible>>>;

impl KubernetesServer {
    /// Serves a cluster on a free port.
    ///
    /// # Errors
    ///
    /// Where no port is to be had.
    pub async fn start(cluster: KubernetesCluster) -> io::Result<Self> {
        Self::start_at(cluster, (Ipv4Addr::LOCALHOST, 0).into()).await
    }

    /// Serves a cluster at an address: that of a server before, for one.
    ///
    /// # Errors
    ///
    /// Where the address is taken.
    pub async fn start_at(cluster: KubernetesCluster, address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let accepting = tokio::spawn(accept(listener, cluster));
        Ok(Self { address, accepting })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A kubeconfig whose only context, `demo`, leads to this address.
    pub fn kubeconfig(address: SocketAddr) -> String {
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: demo\n\
             clusters:\n- name: demo\n  cluster:\n    server: http://{address}\n\
             users:\n- name: demo\n  user: {{}}\n\
             contexts:\n- name: demo\n  context:\n    cluster: demo\n    user: demo\n    namespace: demo\n"
        )
    }
}

impl Drop for KubernetesServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Serves until it is dropped, and its connections with it.
async fn accept(listener: TcpListener, cluster: KubernetesCluster) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, cluster.clone()));
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, cluster: KubernetesCluster) {
    let answering = service_fn(move |request: Request<Incoming>| {
        let cluster = cluster.clone();
        async move { Ok::<_, Infallible>(response(answered(&cluster, request).await)) }
    });
    // A client that goes away is no failure of ours.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), answering)
        .await;
}

async fn answered(cluster: &KubernetesCluster, request: Request<Incoming>) -> Answer {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, BODY_LIMIT).collect().await else {
        return Answer::Text(413, "Request entity too large\n".to_owned());
    };
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    answer(
        cluster,
        &Asked {
            method: head.method.as_str(),
            path: head.uri.path(),
            query: head.uri.query().unwrap_or_default(),
            accept: header("accept").unwrap_or_default(),
            token: header("authorization").and_then(|value| value.strip_prefix("Bearer ")),
            body: &body.to_bytes(),
            now: Timestamp(i64::try_from(now.as_millis()).unwrap_or(i64::MAX)),
        },
    )
}

fn response(answer: Answer) -> Response<AnswerBody> {
    let (status, kind, body) = match answer {
        Answer::Json(status, object) => (status, "application/json", once(object.to_string())),
        Answer::Text(status, text) => (status, "text/plain; charset=utf-8", once(text)),
        Answer::NoContent => (204, "text/plain", stream::empty().boxed()),
        Answer::Log(log) => (200, "text/plain", printed(log)),
        Answer::Watch(watch) => (200, "application/json", watched(*watch)),
    };
    Response::builder()
        .status(status)
        .header("content-type", kind)
        .body(StreamBody::new(body))
        .expect("a status and a header of our own are valid")
}

fn watched(watch: WatchAnswer) -> BoxStream<'static, Result<Frame<Bytes>, Infallible>> {
    stream::unfold(watch, |mut watch| async move {
        let lines = watch.next().await?;
        Some((Ok(Frame::data(lines.into())), watch))
    })
    .boxed()
}

fn once(text: String) -> BoxStream<'static, Result<Frame<Bytes>, Infallible>> {
    stream::iter([Ok(Frame::data(text.into()))]).boxed()
}

fn printed(log: LogAnswer) -> BoxStream<'static, Result<Frame<Bytes>, Infallible>> {
    stream::unfold(log, |mut log| async move {
        loop {
            match log.follower.next(log.since, log.is_stamped) {
                Some(bytes) if bytes.is_empty() => {}
                Some(bytes) => return Some((Ok(Frame::data(bytes.into())), log)),
                None if log.is_followed && log.follower.wait().await => {}
                None => return None,
            }
        }
    })
    .boxed()
}
