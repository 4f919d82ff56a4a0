//! Opens the adapter that fits a location.

use std::sync::Arc;

use flowdeck_domain::port::{ArtifactReader, RegistryReader, TrackingReader, TrackingWriter};
use flowdeck_domain::{Failure, FailureKind, Result};

use crate::environment::Environment;
use crate::location::Location;

/// One store behind each of its ports.
pub(crate) struct Stores {
    pub(crate) tracking: Arc<dyn TrackingReader>,
    pub(crate) writer: Arc<dyn TrackingWriter>,
    pub(crate) registry: Arc<dyn RegistryReader>,
    pub(crate) artifacts: Arc<dyn ArtifactReader>,
}

/// Opens a store.
pub(crate) fn open(location: &Location, environment: &Environment) -> Result<Stores> {
    let _ = environment;
    Err(Failure::new(
        FailureKind::Unsupported,
        format!("cannot open {location}: no adapter yet"),
    ))
}
