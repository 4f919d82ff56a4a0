//! A demo store that somebody looks at: its running run goes on.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use flowdeck_domain::{Result, Timestamp};

use crate::{DemoStore, Grown, Growth, StoreOptions, prepare_store};

/// How often the run that is running may log.
const GROWTH_EVERY: Duration = Duration::from_millis(500);

/// A demo store in a temporary directory, which goes away with it. It is written once.
#[derive(Default)]
pub struct LiveDemo(Mutex<Option<DemoStore>>);

impl LiveDemo {
    /// The database, written at the first call; `clock` tells what time it is whenever the running run logs.
    ///
    /// # Errors
    /// A directory that cannot be written.
    pub fn database(&self, clock: fn() -> Timestamp) -> Result<PathBuf> {
        let mut store = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = &*store {
            return Ok(Path::to_owned(store.database()));
        }
        let written = prepare_store(None, StoreOptions::at(clock()))?;
        if let Some(growth) = Growth::resume(&written)? {
            grow(growth, clock);
        }
        Ok(store.insert(written).database().to_owned())
    }
}

/// Logs on until the run has finished or the process ends. A store that is busy is left alone until the next time; a
/// thread that cannot be started leaves the run as it is.
fn grow(mut growth: Growth, clock: fn() -> Timestamp) {
    let growing = std::thread::Builder::new().name("demo".to_owned());
    drop(growing.spawn(move || {
        while !matches!(growth.tick(clock()), Ok(Grown::Finished)) {
            std::thread::sleep(GROWTH_EVERY);
        }
    }));
}
