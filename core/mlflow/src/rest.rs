//! A tracking server, over REST.
//!
//! Servers of 1.30, 2.x and 3.x are spoken to alike: where an endpoint is missing, the older one is asked. A server
//! judges searches itself. Nothing is sent before the first call.
//!
//! Infinity: SQL stores clamp it to the greatest finite number. A server that tells of its SQL store (recent 3.x)
//! gets it turned back; of older ones it cannot be known, and the number is given as it came.

mod answer;
mod artifacts;
mod history;
mod http;
mod otlp;
mod points;
mod probe;
mod registry;
mod registry_writing;
mod traces;
mod tracking;
mod wire;
mod writing;

use std::sync::Arc;

use flowdeck_domain::{Failure, FailureKind, Page, Result};
use tokio::sync::OnceCell;

use answer::Trouble;
pub(crate) use artifacts::{directory, missing, parent};
pub use flowdeck_domain::Secret;
pub(crate) use flowdeck_http::address_of;
pub use flowdeck_http::{
    Auth, ClientCertificate, Credentials, DEFAULT_TIMEOUT, Presented, RestOptions, Route, client_credentials,
};
use http::{Call, Http};
pub use probe::{Backend, ServerInfo};
use wire::{Decoding, Family, decode_one, decode_page};

/// A tracking server. Copies share connections and what is known of the server.
#[derive(Clone, Debug)]
pub struct RestStore {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    http: Http,
    server: OnceCell<ServerInfo>,
}

impl RestStore {
    /// The server that these options name; nothing is sent yet.
    ///
    /// # Errors
    /// An address, a header or a token that cannot be used.
    pub fn new(options: RestOptions) -> Result<Self> {
        Ok(Self {
            inner: Arc::new(Inner {
                http: Http::new(options)?,
                server: OnceCell::new(),
            }),
        })
    }

    /// One page of a list.
    async fn page<F: Family>(&self, call: &Call) -> Result<Page<F::Item>, Trouble> {
        let cx = &mut Decoding::default();
        self.decoded(call, cx, decode_page::<F>).await
    }

    /// One thing.
    async fn one<F: Family>(&self, call: &Call) -> Result<F::Item, Trouble> {
        let cx = &mut Decoding::default();
        self.decoded(call, cx, decode_one::<F>).await
    }

    async fn decoded<T>(
        &self,
        call: &Call,
        cx: &mut Decoding,
        decode: impl FnOnce(&[u8], &mut Decoding) -> serde_json::Result<T>,
    ) -> Result<T, Trouble> {
        let json = self.inner.http.fetch(call).await?;
        decode(&json, cx).map_err(|error| self.unreadable(call, error).into())
    }

    fn unreadable(&self, call: &Call, error: serde_json::Error) -> Failure {
        let (server, path) = (&self.inner.http.server, call.path());
        Failure::new(
            FailureKind::Damaged,
            format!("{server} answered `{path}` with something that cannot be read: {error}"),
        )
        .with_hint("check that the address is that of an MLflow server")
        .caused_by(error)
    }
}
