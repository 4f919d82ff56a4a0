//! Opens the adapter that fits a location.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use flowdeck_domain::Result;
use flowdeck_domain::port::{ArtifactReader, RegistryReader, RegistryWriter, TrackingReader, TrackingWriter};
use flowdeck_mlflow::artifacts::Artifacts;
use flowdeck_mlflow::file_store::FileStore;
use flowdeck_mlflow::rest::RestStore;
use flowdeck_mlflow::sqlite::SqliteStore;

use crate::context::Context;
use crate::environment::Environment;
use crate::location::Location;
use crate::sign_in::rest_options;

/// One store behind each of its ports.
#[derive(Clone)]
pub(crate) struct Stores {
    pub(crate) tracking: Arc<dyn TrackingReader>,
    pub(crate) writer: Arc<dyn TrackingWriter>,
    pub(crate) registry: Arc<dyn RegistryReader>,
    pub(crate) registry_writer: Arc<dyn RegistryWriter>,
    pub(crate) artifacts: Arc<dyn ArtifactReader>,
}

/// Opens a store.
pub(crate) fn open(
    location: &Location,
    context: Option<&Context>,
    environment: &Environment,
) -> Result<Stores> {
    let variables = environment.variables().clone();
    match location {
        Location::Server(url) => {
            let store = Arc::new(RestStore::new(rest_options(url, context, environment)?)?);
            let artifacts = Artifacts::new(Some(Arc::clone(&store)), &environment.current_dir, variables);
            Ok(Stores::of(store, artifacts))
        }
        Location::FileStore(path) => {
            let index = index_file(path, environment);
            let store = Arc::new(FileStore::open(path, index.as_deref())?);
            let artifacts = Artifacts::new(None, directory_of(path), variables).of_directory(path);
            Ok(Stores::of(store, artifacts))
        }
        Location::Sqlite(path) => {
            let store = Arc::new(SqliteStore::open(path)?);
            let artifacts = Artifacts::new(None, directory_of(path), variables);
            Ok(Stores::of(store, artifacts))
        }
    }
}

impl Stores {
    fn of<S: TrackingReader + TrackingWriter + RegistryReader + RegistryWriter + 'static>(
        store: Arc<S>,
        artifacts: Artifacts,
    ) -> Self {
        Self {
            tracking: Arc::<S>::clone(&store),
            writer: Arc::<S>::clone(&store),
            registry: Arc::<S>::clone(&store),
            registry_writer: store,
            artifacts: Arc::new(artifacts),
        }
    }
}

/// The directory a store lies in: relative artifact roots count from there, since MLflow ran there.
fn directory_of(store: &Path) -> &Path {
    store.parent().unwrap_or(store)
}

/// Where the index of a file store is kept: in the cache directory, named by where the store lies.
pub fn index_file(store: &Path, environment: &Environment) -> Option<PathBuf> {
    let cache = environment.cache_dir.as_ref()?;
    let place = store.canonicalize().unwrap_or_else(|_| store.to_owned());
    Some(cache.join("file-stores").join(format!(
        "{:016x}.index",
        fnv1a(place.as_os_str().as_encoded_bytes())
    )))
}

/// FNV-1a, 64 bits: names must stay the same from one version to the next, which the standard hasher does not promise.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
