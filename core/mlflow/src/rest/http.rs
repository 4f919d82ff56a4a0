//! A server of MLflow's: the calls of [`flowdeck_http`], with refusals read as MLflow words them.

use std::ops::Deref;

use bytes::Bytes;
use flowdeck_domain::Result;
use flowdeck_http::RestOptions;
pub(super) use flowdeck_http::{Body, Call, segment};
use url::Url;

use super::answer::{SIGN_IN_HINT, Trouble};

/// One server, its connections opened with the first request.
#[derive(Clone, Debug)]
pub(super) struct Http(flowdeck_http::Http);

impl Deref for Http {
    type Target = flowdeck_http::Http;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Http {
    pub(super) fn new(mut options: RestOptions) -> Result<Self> {
        options.sign_in_hint.get_or_insert_with(|| SIGN_IN_HINT.into());
        flowdeck_http::Http::new(options).map(Self)
    }

    /// The same server at another path, over the same connections.
    pub(super) fn moved_to(&self, base: Url) -> Self {
        Self(self.0.moved_to(base))
    }

    /// The whole answer.
    pub(super) async fn fetch(&self, call: &Call) -> Result<Bytes, Trouble> {
        Ok(self.0.fetch(call).await?)
    }

    /// The answer's body, as it comes.
    pub(super) async fn open(&self, call: &Call) -> Result<Body, Trouble> {
        Ok(self.0.open(call).await?)
    }
}
