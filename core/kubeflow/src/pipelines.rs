//! A server of Kubeflow Pipelines, over its REST API v2beta1, releases 2.0 to 2.17 and the coming one with a task API.
//!
//! The API server may be asked itself, or the UI server before it, or a gateway under whose `/pipeline` the latter lies:
//! the first call finds out which. Nothing is sent before it.

mod answer;
mod archived_log;
mod filter;
mod multipart;
mod package;
mod probe;
mod reading;
mod wire;
mod writing;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use flowdeck_domain::{Failure, FailureKind, Page, PageToken, PipelineRunId, Result, Warning};
use flowdeck_http::{Call, Http, RestOptions};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::OnceCell;

use answer::{SIGN_IN_HINT, Trouble};
pub use package::read_package;
use probe::Found;
use wire::{Listed, PageWire};
pub use wire::{
    read_artifact, read_experiment, read_pipeline, read_recurring_run, read_run, read_spec, read_task,
    read_version,
};

/// A server of Kubeflow Pipelines. Copies share connections and what is known of the server.
#[derive(Clone, Debug)]
pub struct PipelinesRest {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// As it was named.
    named: Http,
    found: OnceCell<Found>,
    /// Runs that were stopped from here: the server may forget that they were.
    stopped: Mutex<HashSet<PipelineRunId>>,
}

impl PipelinesRest {
    /// The server that these options name; nothing is sent yet.
    ///
    /// # Errors
    /// An address, a header or a token that cannot be used.
    pub fn new(mut options: RestOptions) -> Result<Self> {
        options.sign_in_hint.get_or_insert_with(|| SIGN_IN_HINT.into());
        options.base = probe::api_base(&options.base);
        Ok(Self {
            inner: Arc::new(Inner {
                named: Http::new(options)?,
                found: OnceCell::new(),
                stopped: Mutex::default(),
            }),
        })
    }

    /// What answers there: asked once, whoever asks first.
    async fn found(&self) -> Result<&Found> {
        self.inner
            .found
            .get_or_try_init(|| probe::find(&self.inner.named))
            .await
    }

    /// The whole answer to one call.
    async fn fetch(&self, call: &Call) -> Result<bytes::Bytes, Trouble> {
        Ok(self.found().await?.http.fetch(call).await?)
    }

    /// One thing.
    async fn one<W: DeserializeOwned>(&self, call: &Call) -> Result<W> {
        let json = self.fetch(call).await?;
        serde_json::from_slice(&json).map_err(|error| self.unreadable(call, error))
    }

    /// Changes something that answers with nothing.
    async fn done(&self, call: &Call) -> Result<()> {
        self.fetch(call).await?;
        Ok(())
    }

    /// One page of a list. What cannot be read is passed over with a warning.
    async fn page<L: Listed>(&self, call: &Call) -> Result<Page<L::Item>> {
        let json = self.fetch(call).await?;
        let unreadable = |error| self.unreadable(call, error);
        let page: PageWire = serde_json::from_slice(&json).map_err(unreadable)?;
        let (mut items, mut warnings) = (Vec::new(), Vec::new());
        for raw in page.items(L::KEYS).map_err(unreadable)? {
            match serde_json::from_str::<L>(raw.get()) {
                Ok(wire) => items.push(wire.item()),
                Err(error) => warnings.push(Warning::new(format!(
                    "one of the {} cannot be read: {error}",
                    L::PLURAL
                ))),
            }
        }
        Ok(Page {
            items,
            next: page.next().map(|token| PageToken(token.into())),
            warnings,
        })
    }

    fn unreadable(&self, call: &Call, error: serde_json::Error) -> Failure {
        let (server, path) = (&self.inner.named.server, call.path());
        Failure::new(
            FailureKind::Damaged,
            format!("{server} answered `{path}` with something that cannot be read: {error}"),
        )
        .with_hint("check that the address is that of Kubeflow Pipelines")
        .caused_by(error)
    }

    fn remember_stopped(&self, id: &PipelineRunId, stopped: bool) {
        let mut known = self.inner.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        if stopped {
            known.insert(id.clone());
        } else {
            known.remove(id);
        }
    }

    fn was_stopped_here(&self, id: &PipelineRunId) -> bool {
        self.inner
            .stopped
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(id)
    }
}

/// The path of a route of v2beta1.
fn v2(path: impl AsRef<str>) -> String {
    format!("apis/v2beta1/{}", path.as_ref())
}

/// An object of only what is set: the server refuses fields that it does not know, and old servers know fewer.
fn object(fields: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    fields
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)))
        .collect()
}

/// A text that is set.
fn text(value: &str) -> Option<Value> {
    (!value.is_empty()).then(|| value.into())
}
