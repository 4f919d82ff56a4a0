//! Opens the adapter that fits a location.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use flowdeck_domain::artifact::{ArtifactEntry, ArtifactPath, ArtifactRoot};
use flowdeck_domain::port::{ArtifactReader, ByteStream, RegistryReader, TrackingReader, TrackingWriter};
use flowdeck_domain::{Failure, FailureKind, Result};
use flowdeck_mlflow::file_store::FileStore;
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
        Location::FileStore(path) => {
            let index = index_file(path, environment);
            Ok(Stores::of(Arc::new(FileStore::open(path, index.as_deref())?)))
        }
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

/// Where the index of a file store is kept: in the cache directory, named by where the store lies.
fn index_file(store: &Path, environment: &Environment) -> Option<PathBuf> {
    let cache = environment.cache_dir.as_ref()?;
    let place = store.canonicalize().unwrap_or_else(|_| store.to_owned());
    Some(cache.join("file-stores").join(format!(
        "{:016x}.index",
        fnv1a(place.as_os_str().as_encoded_bytes())
    )))
}

/// FNV-1a, 64 bits: names must stay the same from one version to the next, which the standard hasher does not promise.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
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
