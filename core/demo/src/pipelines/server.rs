use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::answer::{Asked, TICK};
use super::query::Query;
use super::reply::Reply;
use super::store::Pipelines;
use super::users::Caller;

/// An API server of pipelines on loopback. Dropping it closes its port and breaks off every answer.
#[derive(Debug)]
pub struct PipelinesServer {
    address: SocketAddr,
    accepting: JoinHandle<()>,
    ticking: JoinHandle<()>,
    has_died: Arc<AtomicBool>,
}

/// The greatest request that is read whole: more than the greatest package, so that the server can refuse that itself.
const GREATEST_BODY: usize = 48 << 20;

/// The header by which the gateway of a server for several users says who asks.
const USER: &str = "kubeflow-userid";

impl PipelinesServer {
    /// Serves on a free port.
    ///
    /// # Errors
    /// Where no port is to be had.
    pub async fn start(pipelines: Pipelines) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let has_died = Arc::new(AtomicBool::new(false));
        let ticking = tokio::spawn(tick(pipelines.clone()));
        let accepting = tokio::spawn(accept(listener, pipelines, Arc::clone(&has_died)));
        Ok(Self {
            address,
            accepting,
            ticking,
            has_died,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whether it went down, as the real one does on an empty user in its header.
    pub fn has_died(&self) -> bool {
        self.has_died.load(Ordering::Relaxed)
    }
}

impl Drop for PipelinesServer {
    fn drop(&mut self) {
        self.accepting.abort();
        self.ticking.abort();
    }
}

async fn tick(pipelines: Pipelines) {
    loop {
        tokio::time::sleep(Duration::from_millis(TICK.unsigned_abs())).await;
        pipelines.advance();
    }
}

/// Serves until it is dropped or dies, and its connections with it.
async fn accept(listener: TcpListener, pipelines: Pipelines, has_died: Arc<AtomicBool>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        if has_died.load(Ordering::Relaxed) {
            return;
        }
        connections.spawn(serve(stream, pipelines.clone(), Arc::clone(&has_died)));
        while connections.try_join_next().is_some() {}
    }
}

/// The server is gone: an answer that never comes.
#[derive(Debug)]
struct Gone;

impl std::fmt::Display for Gone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the server is gone")
    }
}

impl std::error::Error for Gone {}

async fn serve(stream: TcpStream, pipelines: Pipelines, has_died: Arc<AtomicBool>) {
    let answering = service_fn(move |request: Request<Incoming>| {
        let (pipelines, has_died) = (pipelines.clone(), Arc::clone(&has_died));
        async move {
            let is_fatal = pipelines.options.users.is_some()
                && request
                    .headers()
                    .get(USER)
                    .is_some_and(|user| user.as_bytes().is_empty());
            if is_fatal {
                has_died.store(true, Ordering::Relaxed);
            }
            if has_died.load(Ordering::Relaxed) {
                return Err(Gone);
            }
            Ok(response(answer(&pipelines, request).await))
        }
    });
    // A client that goes away is no failure of ours.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), answering)
        .await;
}

async fn answer(pipelines: &Pipelines, request: Request<Incoming>) -> Reply {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, GREATEST_BODY).collect().await else {
        return Reply::text(413, "request body too large");
    };
    let body = body.to_bytes();
    let text = |name| {
        head.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let asked = Asked {
        method: head.method.as_str(),
        query: Query::read(head.uri.query().unwrap_or_default()),
        body: &body,
        content_type: text(CONTENT_TYPE),
        caller: caller(&head.headers),
    };
    pipelines.answer(head.uri.path(), &asked)
}

fn caller(headers: &HeaderMap) -> Caller {
    let text = |value: &hyper::header::HeaderValue| value.to_str().ok().map(str::to_owned);
    let authorization = headers.get(AUTHORIZATION).and_then(text);
    Caller {
        user: headers.get(USER).and_then(text),
        token: authorization.and_then(|value| value.strip_prefix("Bearer ").map(str::to_owned)),
    }
}

fn response(reply: Reply) -> Response<Full<Bytes>> {
    Response::builder()
        .status(reply.status)
        .header("content-type", reply.content_type)
        .body(Full::new(reply.body.into()))
        .expect("a status and a header of our own are valid")
}
