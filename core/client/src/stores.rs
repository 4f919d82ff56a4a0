//! Opens the adapter that fits a location.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use flowdeck_domain::artifact::{ArtifactEntry, ArtifactPath, ArtifactRoot};
use flowdeck_domain::port::{ArtifactReader, ByteStream, RegistryReader, TrackingReader, TrackingWriter};
use flowdeck_domain::{Failure, FailureKind, Result};
use flowdeck_mlflow::rest::RestStore;
use flowdeck_mlflow::sqlite::SqliteStore;

use crate::environment::Environment;
use crate::location::Location;
use crate::sign_in::rest_options;

/// One store behind each of its ports.
pub(crate) struct Stores {
    pub(crate) tracking: Arc<dyn TrackingReader>,
    pub(crate) writer: Arc<dyn TrackingWriter>,
    pub(crate) registry: Arc<dyn RegistryReader>,
    pub(crate) artifacts: Arc<dyn ArtifactReader>,
}

/// Opens a store.
pub(crate) fn open(location: &Location, environment: &Environment) -> Result<Stores> {
    match location {
        Location::Server(url) => {
            let store = Arc::new(RestStore::new(rest_options(url, environment)?)?);
            Ok(Stores::of(store))
        }
        Location::FileStore(path) => Err(Failure::new(
            FailureKind::Unsupported,
            format!("cannot open {}: no writer of files yet", path.display()),
        )),
        Location::Sqlite(path) => Ok(Stores::of(Arc::new(SqliteStore::open(path)?))),
    }
}

impl Stores {
    fn of<S: TrackingReader + TrackingWriter + RegistryReader + 'static>(store: Arc<S>) -> Self {
        Self {
            tracking: Arc::<S>::clone(&store),
            writer: Arc::<S>::clone(&store),
            registry: store,
            artifacts: Arc::new(NoArtifacts),
        }
    }
}

/// Stands in until the artifact readers are here.
struct NoArtifacts;

#[async_trait]
impl ArtifactReader for NoArtifacts {
    async fn list(&self, _: &ArtifactRoot, _: &ArtifactPath) -> Result<Vec<ArtifactEntry>> {
        Ok(Vec::new())
    }

    async fn read(&self, _: &ArtifactRoot, path: &ArtifactPath) -> Result<ByteStream> {
        Err(Failure::new(
            FailureKind::Unsupported,
            format!("cannot read {path}: no artifact reader yet"),
        ))
    }

    fn local_path(&self, _: &ArtifactRoot, _: &ArtifactPath) -> Option<PathBuf> {
        None
    }
}
