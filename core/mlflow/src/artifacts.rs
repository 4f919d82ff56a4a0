//! Artifacts, wherever the store keeps them.
//!
//! A root is a path or a URI. What this machine can read itself it reads itself: a directory, an object store that
//! it has credentials for. Else the server is asked, which can read what it wrote.

mod cloud;
mod download;
mod local;
mod moved;
mod place;
mod profile;
mod trace_spans;
mod web;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use flowdeck_domain::artifact::{ArtifactEntry, ArtifactPath, ArtifactRoot};
use flowdeck_domain::port::{ArtifactReader, ByteStream};
use flowdeck_domain::{Failure, FailureKind, Result};

use crate::rest::RestStore;
use cloud::{Bucket, Clouds};
pub use download::{Download, DownloadProgress, download};
use place::Address;
pub use trace_spans::{keeps_spans_elsewhere, read_spans};
use web::Web;

/// Reads artifacts, wherever they lie.
#[derive(Debug)]
pub struct Artifacts {
    server: Option<Arc<RestStore>>,
    base_dir: PathBuf,
    store_dir: Option<PathBuf>,
    clouds: Clouds,
}

/// Where `mlflow server` keeps the artifacts it serves unless told otherwise, below the directory it runs in.
/// Source: MLflow, `--artifacts-destination`.
const SERVED_DIR: &str = "mlartifacts";

/// One way to the artifacts of a root.
enum Way {
    Local(PathBuf),
    Proxied(RestStore, String),
    Cloud(Bucket),
    Web(Web),
    Server(Arc<RestStore>),
}

impl Artifacts {
    /// Artifacts of a store: through its server, if it has one. Relative roots count from `base_dir`, the directory
    /// that the store lies in. Credentials are looked for in `environment`, as the process was given it.
    pub fn new(
        server: Option<Arc<RestStore>>,
        base_dir: impl Into<PathBuf>,
        environment: BTreeMap<String, String>,
    ) -> Self {
        Self {
            server,
            base_dir: base_dir.into(),
            store_dir: None,
            clouds: Clouds::new(environment),
        }
    }

    /// The same for a store that is itself a directory, `mlruns/`: artifacts whose root is not there any more are
    /// looked for below it as well as below the directory it lies in.
    #[must_use]
    pub fn of_directory(mut self, store_dir: impl Into<PathBuf>) -> Self {
        self.store_dir = Some(store_dir.into());
        self
    }

    /// Where a root that is a path lies: as it says, or where the store was moved to.
    fn directory(&self, path: &Path) -> PathBuf {
        let told = self.base_dir.join(path);
        if told.exists() {
            return told;
        }
        let places: Vec<&Path> = self
            .store_dir
            .iter()
            .chain([&self.base_dir])
            .map(PathBuf::as_path)
            .collect();
        moved::find(path, &places).unwrap_or(told)
    }

    /// Where a store that is read without its server has what that server served.
    fn served(&self, path: &str) -> Option<PathBuf> {
        self.server
            .is_none()
            .then(|| self.base_dir.join(SERVED_DIR).join(path))
    }

    /// The ways to try, in order; never none.
    async fn ways(&self, root: &ArtifactRoot) -> Result<Vec<Way>> {
        let server = self.server.clone().map(Way::Server);
        let mut ways = match Address::parse(&root.uri)? {
            Address::Path(path) => {
                let path = self.directory(&path);
                // A path that is not here is the server's own, if there is one.
                match server {
                    Some(server) if !path.exists() => return Ok(vec![server]),
                    _ => return Ok(vec![Way::Local(path)]),
                }
            }
            Address::Proxied { authority, path } => match self.served(&path) {
                Some(directory) if directory.exists() => vec![Way::Local(directory)],
                _ => vec![Way::Proxied(self.proxy(authority.as_deref(), &root.uri)?, path)],
            },
            Address::Object(object) => match server {
                Some(server) if !self.clouds.knows_credentials(&object).await => return Ok(vec![server]),
                _ => vec![Way::Cloud(self.clouds.bucket(object).await?)],
            },
            Address::Web(url) => vec![Way::Web(Web::new(url, self.server.as_deref())?)],
            Address::None => Vec::new(),
            Address::Other(scheme) if self.server.is_none() => {
                return Err(Failure::new(
                    FailureKind::Unsupported,
                    format!("artifacts under `{scheme}:` cannot be read from here"),
                )
                .with_hint("open the store through its tracking server"));
            }
            Address::Other(_) => Vec::new(),
        };
        ways.extend(server);
        if ways.is_empty() {
            return Err(Failure::new(
                FailureKind::NotFound,
                "the store does not say where the artifacts lie",
            ));
        }
        Ok(ways)
    }

    fn proxy(&self, authority: Option<&str>, uri: &str) -> Result<RestStore> {
        let Some(server) = &self.server else {
            return Err(Failure::new(
                FailureKind::Unsupported,
                format!("{uri} can be read through its tracking server alone"),
            )
            .with_hint("open the store through the server's address"));
        };
        let Some(authority) = authority else {
            return Ok(server.as_ref().clone());
        };
        let address = format!("{}://{authority}", server.base().scheme());
        let base = address
            .parse()
            .map_err(|_| Failure::new(FailureKind::InvalidInput, format!("{uri} does not name a server")))?;
        server.at(base)
    }
}

#[async_trait]
impl ArtifactReader for Artifacts {
    async fn list(&self, root: &ArtifactRoot, path: &ArtifactPath) -> Result<Vec<ArtifactEntry>> {
        let mut first = None;
        for way in self.ways(root).await? {
            let listed = match way {
                Way::Local(root) => local::list(root, path.clone()).await,
                Way::Proxied(server, root) => server.list_proxied(&root, path).await,
                Way::Cloud(bucket) => bucket.list(path).await,
                Way::Web(web) => web.list(path).await,
                Way::Server(server) => server.list_owned(&root.owner, path).await,
            };
            match listed {
                Err(failure) if may_go_otherwise(&failure) => first = first.or(Some(failure)),
                listed => return listed,
            }
        }
        Err(first.unwrap_or_else(|| crate::rest::missing(path)))
    }

    async fn read(&self, root: &ArtifactRoot, path: &ArtifactPath) -> Result<ByteStream> {
        if path.is_root() {
            return Err(crate::rest::directory(path));
        }
        let mut first = None;
        for way in self.ways(root).await? {
            let opened = match way {
                Way::Local(root) => local::read(root, path.clone()).await,
                Way::Proxied(server, root) => server.read_proxied(&root, path).await,
                Way::Cloud(bucket) => bucket.read(path).await,
                Way::Web(web) => web.read(path).await,
                Way::Server(server) => server.read_owned(&root.owner, path).await,
            };
            match opened {
                Err(failure) if may_go_otherwise(&failure) => first = first.or(Some(failure)),
                opened => return opened,
            }
        }
        Err(first.unwrap_or_else(|| crate::rest::missing(path)))
    }

    fn local_path(&self, root: &ArtifactRoot, path: &ArtifactPath) -> Option<PathBuf> {
        let directory = match Address::parse(&root.uri).ok()? {
            Address::Path(below) => self.directory(&below),
            Address::Proxied { path, .. } => self.served(&path)?,
            _ => return None,
        };
        local::resolve(&directory, path).ok()
    }
}

/// Whether another way may lead to what this one does not.
fn may_go_otherwise(failure: &Failure) -> bool {
    matches!(
        failure.kind(),
        FailureKind::SignIn
            | FailureKind::Permission
            | FailureKind::Unreachable
            | FailureKind::Unsupported
            | FailureKind::Server
            | FailureKind::System
    )
}
