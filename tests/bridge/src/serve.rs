//! Who may ask, and what is answered.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use flowdeck_surface::contract::FailureView;
use flowdeck_surface::rpc::{Answer, Desk};
use futures::StreamExt;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, Limited, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::files;

/// A request is a few kilobytes; an edited note may be more.
const MOST_BYTES: usize = 4 << 20;

type Body = UnsyncBoxBody<Bytes, Infallible>;

/// The desk behind a port.
pub(crate) struct Bridge {
    desk: Desk,
    pages: PathBuf,
    token: String,
    /// The names that the host may be asked by.
    hosts: [String; 2],
}

impl Bridge {
    pub(crate) fn new(desk: Desk, pages: PathBuf, token: String, port: u16) -> Self {
        Self {
            desk,
            pages,
            token,
            hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")],
        }
    }

    /// Serves until the process ends.
    pub(crate) async fn serve(self: Arc<Self>, listener: TcpListener) {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                continue;
            };
            let bridge = Arc::clone(&self);
            tokio::spawn(async move {
                let service = service_fn(|request| {
                    let bridge = Arc::clone(&bridge);
                    async move { Ok::<_, Infallible>(bridge.answer(request).await) }
                });
                let connection = hyper::server::conn::http1::Builder::new();
                // A browser that goes away in the middle is no news.
                let _ = connection.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let host = text_of(request.headers(), header::HOST.as_str());
        if !self.hosts.iter().any(|own| own == host) {
            return plain(StatusCode::FORBIDDEN, "this is served to loopback alone");
        }
        if request.method() == Method::GET {
            return files::answer(&self.pages, request.uri().path()).await;
        }
        let wanted = format!("Bearer {}", self.token);
        if text_of(request.headers(), header::AUTHORIZATION.as_str()) != wanted {
            return plain(StatusCode::UNAUTHORIZED, "the token is missing or another one");
        }
        let path = request.uri().path().to_owned();
        let body = Limited::new(request.into_body(), MOST_BYTES).collect().await;
        let Some(asked) = body
            .ok()
            .and_then(|body| serde_json::from_slice(&body.to_bytes()).ok())
        else {
            return plain(StatusCode::BAD_REQUEST, "the request is no JSON");
        };
        match path.as_str() {
            "/rpc" => self.rpc(asked).await,
            "/follow" => self.follow(asked),
            _ => plain(StatusCode::NOT_FOUND, "there is no such thing"),
        }
    }

    async fn rpc(&self, asked: Value) -> Response<Body> {
        match self.desk.answer(asked).await {
            Ok(Answer::Json(text)) => full(StatusCode::OK, "application/json", text.into()),
            Ok(Answer::Columns(bytes)) => full(StatusCode::OK, "application/octet-stream", bytes.into()),
            Err(failure) => refused(&failure),
        }
    }

    fn follow(&self, asked: Value) -> Response<Body> {
        let told = match self.desk.follow(asked) {
            Ok(told) => told,
            Err(failure) => return refused(&failure),
        };
        let lines = told.map(|told| Ok::<_, Infallible>(Frame::data(Bytes::from(format!("{told}\n")))));
        let mut response = Response::new(BodyExt::boxed_unsync(StreamBody::new(lines)));
        set(&mut response, "application/x-ndjson");
        response
    }
}

fn text_of<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn refused(failure: &FailureView) -> Response<Body> {
    let text = serde_json::to_string(failure).unwrap_or_default();
    full(StatusCode::UNPROCESSABLE_ENTITY, "application/json", text.into())
}

pub(crate) fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    full(
        status,
        "text/plain; charset=utf-8",
        Bytes::from_static(text.as_bytes()),
    )
}

pub(crate) fn full(status: StatusCode, kind: &'static str, bytes: Bytes) -> Response<Body> {
    let mut response = Response::new(Full::new(bytes).boxed_unsync());
    *response.status_mut() = status;
    set(&mut response, kind);
    response
}

fn set(response: &mut Response<Body>, kind: &'static str) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    headers.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
}
