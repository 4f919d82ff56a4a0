//! Artifacts in object stores: S3 and what speaks its protocol, Google Cloud Storage, Azure Blob Storage.
//!
//! Credentials come from the variables that those stores' own tools read, and from AWS's shared files.

mod builders;

use std::collections::{BTreeMap, HashMap};
use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use flowdeck_domain::artifact::{ArtifactEntry, ArtifactKind, ArtifactPath};
use flowdeck_domain::port::ByteStream;
use flowdeck_domain::{Failure, FailureKind, Result};
use futures::StreamExt;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt};
use tokio::sync::Mutex;

use super::place::{Object, Service};

/// How long a listing or the start of a file may take, retries included.
const DEADLINE: Duration = Duration::from_secs(60);

/// The object stores that were opened, each with its connections.
#[derive(Debug)]
pub(super) struct Clouds {
    environment: BTreeMap<String, String>,
    open: Mutex<HashMap<(Service, String), Arc<dyn ObjectStore>>>,
}

/// A prefix in an open object store.
pub(super) struct Bucket {
    store: Arc<dyn ObjectStore>,
    /// For sentences: `s3://bucket`.
    name: String,
    prefix: String,
}

impl Clouds {
    pub(super) fn new(environment: BTreeMap<String, String>) -> Self {
        Self {
            environment,
            open: Mutex::default(),
        }
    }

    /// Whether the environment names credentials, so that no machine's metadata service has to be asked for some.
    pub(super) async fn knows_credentials(&self, object: &Object) -> bool {
        builders::knows_credentials(&object.service, &self.environment).await
    }

    pub(super) async fn bucket(&self, object: Object) -> Result<Bucket> {
        let name = match &object.service {
            Service::S3 => format!("s3://{}", object.bucket),
            Service::Google => format!("gs://{}", object.bucket),
            Service::Azure(host) => format!("https://{host}/{}", object.bucket),
        };
        let key = (object.service.clone(), object.bucket.clone());
        let mut open = self.open.lock().await;
        let store = match open.get(&key) {
            Some(store) => Arc::clone(store),
            None => {
                let store = builders::build(&object, &self.environment)
                    .await
                    .map_err(|error| {
                        Failure::new(
                            FailureKind::InvalidInput,
                            format!("cannot set up {name}: {}", innermost(&error)),
                        )
                        .with_hint("check its variables in the environment")
                    })?;
                open.insert(key, Arc::clone(&store));
                store
            }
        };
        Ok(Bucket {
            store,
            name,
            prefix: object.prefix,
        })
    }
}

impl Bucket {
    pub(super) async fn list(&self, path: &ArtifactPath) -> Result<Vec<ArtifactEntry>> {
        let below = self.key(path)?;
        let listed = self
            .in_time(self.store.list_with_delimiter(Some(&below)))
            .await?
            .map_err(|error| self.failure(path, &error))?;
        let directories = listed
            .common_prefixes
            .iter()
            .map(|key| (key, ArtifactKind::Directory));
        let files = listed.objects.iter().map(|object| {
            let size_bytes = Some(object.size);
            (&object.location, ArtifactKind::File { size_bytes })
        });
        let mut entries: Vec<_> = directories
            .chain(files)
            .filter_map(|(key, kind)| {
                let name = key.filename()?;
                // The key of the directory itself stands among its files where a tool wrote one.
                (*key != below).then_some(())?;
                let path = path.join(name).ok()?;
                Some(ArtifactEntry { path, kind })
            })
            .collect();
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(entries)
    }

    pub(super) async fn read(&self, path: &ArtifactPath) -> Result<ByteStream> {
        let key = self.key(path)?;
        let found = self
            .in_time(self.store.get(&key))
            .await?
            .map_err(|error| self.failure(path, &error))?;
        let (name, path) = (self.name.clone(), path.clone());
        let pieces = found.into_stream().map(move |piece| {
            piece.map_err(|error| {
                Failure::new(
                    FailureKind::Unreachable,
                    format!("reading `{path}` from {name} broke off: {}", innermost(&error)),
                )
            })
        });
        Ok(pieces.boxed())
    }

    fn key(&self, path: &ArtifactPath) -> Result<Path> {
        let whole = match (self.prefix.as_str(), path.as_str()) {
            ("", path) => path.to_owned(),
            (prefix, "") => prefix.to_owned(),
            (prefix, path) => format!("{prefix}/{path}"),
        };
        // Parsed rather than converted, which would encode characters that keys may hold.
        Path::parse(&whole).map_err(|_| {
            Failure::new(
                FailureKind::InvalidInput,
                format!("`{whole}` is not a key that {} can hold", self.name),
            )
        })
    }

    async fn in_time<T>(&self, work: impl Future<Output = T>) -> Result<T> {
        tokio::time::timeout(DEADLINE, work).await.map_err(|_| {
            Failure::new(
                FailureKind::Unreachable,
                format!("{} did not answer within {} s", self.name, DEADLINE.as_secs()),
            )
        })
    }

    fn failure(&self, path: &ArtifactPath, error: &Error) -> Failure {
        let name = &self.name;
        match error {
            Error::NotFound { .. } if path.is_root() => {
                Failure::new(FailureKind::NotFound, format!("there is no {name}"))
            }
            Error::NotFound { .. } => Failure::new(
                FailureKind::NotFound,
                format!("there is no artifact `{path}` in {name}"),
            ),
            Error::PermissionDenied { .. } => Failure::new(
                FailureKind::Permission,
                format!("{name} may not be read: access denied"),
            )
            .with_hint("ask for the right to read it, or check which credentials are in use"),
            Error::Unauthenticated { .. } => Failure::new(
                FailureKind::SignIn,
                format!("{name} does not accept the credentials"),
            )
            .with_hint("check the variables of the object store in the environment"),
            _ => {
                let why = innermost(error);
                let kind = if is_about_credentials(error) {
                    FailureKind::SignIn
                } else if is_about_the_network(error) {
                    FailureKind::Unreachable
                } else {
                    FailureKind::Server
                };
                Failure::new(kind, format!("cannot read {name}: {why}"))
            }
        }
    }
}

fn chain(error: &Error) -> impl Iterator<Item = String> {
    let first: &dyn std::error::Error = error;
    std::iter::successors(Some(first), |cause: &&dyn std::error::Error| (*cause).source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .into_iter()
}

/// The first line of the last cause, without queries of addresses: those may carry signatures.
fn innermost(error: &Error) -> String {
    let last = match error.source() {
        Some(_) => chain(error).last().unwrap_or_default(),
        None => error.to_string(),
    };
    let line = last.lines().next().unwrap_or_default();
    let mut shown = String::new();
    let mut in_query = false;
    for c in line.chars().filter(|c| !c.is_control()).take(200) {
        in_query = (in_query || c == '?') && !matches!(c, ' ' | ')' | '"');
        if !in_query {
            shown.push(c);
        }
    }
    shown
}

fn is_about_credentials(error: &Error) -> bool {
    chain(error).any(|cause| {
        let cause = cause.to_ascii_lowercase();
        cause.contains("credential") || cause.contains("169.254.169.254") || cause.contains("metadata")
    })
}

fn is_about_the_network(error: &Error) -> bool {
    chain(error).any(|cause| {
        let cause = cause.to_ascii_lowercase();
        [
            "connect",
            "dns",
            "timed out",
            "timeout",
            "error sending request",
            "broken",
        ]
        .iter()
        .any(|word| cause.contains(word))
    })
}
