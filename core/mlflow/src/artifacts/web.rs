//! Artifacts on a web server. A root on a tracking server's own artifact path is read as that server's.

use flowdeck_domain::artifact::{ArtifactEntry, ArtifactPath};
use flowdeck_domain::port::ByteStream;
use flowdeck_domain::{Failure, FailureKind, Result};
use url::Url;

use crate::rest::{RestOptions, RestStore};

/// Where tracking servers serve artifacts.
const PROXIED: &str = "/api/2.0/mlflow-artifacts/artifacts";

/// A root on a web server.
pub(super) struct Web {
    server: RestStore,
    /// The path below a tracking server's artifacts; none on a plain web server.
    proxied: Option<String>,
}

impl Web {
    pub(super) fn new(mut url: Url, server: Option<&RestStore>) -> Result<Self> {
        let mut proxied = None;
        if let Some((before, below)) = url.path().split_once(PROXIED) {
            let below = percent_encoding::percent_decode_str(below).decode_utf8_lossy();
            proxied = Some(below.trim_matches('/').to_owned());
            let before = before.to_owned();
            url.set_path(&before);
        }
        let server = match server {
            Some(server) if proxied.is_some() => server.at(url)?,
            // At another path than its own: the same connections cannot be used, who asks may.
            Some(server) => server.at_path(url)?,
            None => RestStore::new(RestOptions::new(url))?,
        };
        Ok(Self { server, proxied })
    }

    pub(super) async fn list(&self, path: &ArtifactPath) -> Result<Vec<ArtifactEntry>> {
        match &self.proxied {
            Some(root) => self.server.list_proxied(root, path).await,
            None => Err(Failure::new(
                FailureKind::Unsupported,
                format!(
                    "{} cannot list its files",
                    crate::rest::address_of(self.server.base())
                ),
            )
            .with_hint("name a file to read it")),
        }
    }

    pub(super) async fn read(&self, path: &ArtifactPath) -> Result<ByteStream> {
        match &self.proxied {
            Some(root) => self.server.read_proxied(root, path).await,
            None => self.server.read_plain(path).await,
        }
    }
}
