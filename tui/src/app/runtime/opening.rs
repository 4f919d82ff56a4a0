//! Opens the store that was found, or the demo.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use flowdeck_demo::{DemoStore, Growth, StoreOptions, prepare_store};
use flowdeck_surface::client::{
    Chosen, Environment, Flags, Location, Result, Session, Timestamp, chosen_context,
};

use super::handover;
use super::worker::now;

/// How often the run of the demo that is running may log.
const GROWTH_EVERY: Duration = Duration::from_millis(500);

/// What can be opened.
pub(crate) struct Opening {
    chosen: Option<Chosen>,
    environment: Environment,
    /// What the command line said of stores.
    flags: Flags,
    /// The context that was opened in place of the one that was found.
    switched: Mutex<Option<String>>,
    /// A demo in a temporary directory, which goes away with it.
    demo: Mutex<Option<DemoStore>>,
}

impl Opening {
    /// The store that was found, if one was.
    pub(crate) fn new(chosen: Option<Chosen>, environment: Environment, flags: Flags) -> Self {
        Self {
            chosen,
            environment,
            flags,
            switched: Mutex::new(None),
            demo: Mutex::new(None),
        }
    }

    /// Opens the store of a context.
    ///
    /// # Errors
    /// A context that cannot be used, and what [`Session::open`] met.
    pub(crate) fn open_context(&self, name: &str) -> Result<Session> {
        Session::open(&chosen_context(name, &self.environment)?, &self.environment)
    }

    /// The store of this context is the open one from now on.
    pub(crate) fn switch_to(&self, name: &str) {
        *self.switched.lock().unwrap_or_else(PoisonError::into_inner) = Some(name.to_owned());
    }

    /// What says where the server of pipelines and the cluster are: the context that is open now, else the command line.
    pub(crate) fn pipelines_flags(&self) -> Flags {
        let switched = self.switched.lock().unwrap_or_else(PoisonError::into_inner);
        match &*switched {
            Some(name) => Flags {
                context: Some(name.clone()),
                ..Flags::default()
            },
            None => self.flags.clone(),
        }
    }

    /// The person's own editor.
    pub(crate) fn editor(&self) -> String {
        handover::editor(&self.environment)
    }

    /// What the process was started with.
    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Opens the store that was found.
    ///
    /// # Errors
    /// What [`Session::open`] met.
    pub(crate) fn open(&self) -> Result<Session> {
        let Some(chosen) = &self.chosen else {
            return self.open_demo(now());
        };
        Session::open(chosen, &self.environment)
    }

    /// Writes a demo store, lets its running run go on, and opens it.
    ///
    /// # Errors
    /// A directory that cannot be written, or what [`Session::open`] met.
    pub(crate) fn open_demo(&self, at: Timestamp) -> Result<Session> {
        let store = prepare_store(None, StoreOptions::at(at))?;
        if let Some(growth) = Growth::resume(&store)? {
            grow(growth);
        }
        let chosen = Chosen::at(Location::Sqlite(store.database().to_owned()), "the demo");
        let session = Session::open(&chosen, &self.environment);
        *self.demo.lock().unwrap_or_else(PoisonError::into_inner) = Some(store);
        session
    }
}

/// Logs on until the run has finished or the process ends. A store that is busy is left alone until the next time.
fn grow(mut growth: Growth) {
    let growing = std::thread::Builder::new().name("demo".to_owned());
    let started = growing.spawn(move || {
        while !matches!(growth.tick(now()), Ok(flowdeck_demo::Grown::Finished)) {
            std::thread::sleep(GROWTH_EVERY);
        }
    });
    if let Err(error) = started {
        tracing::warn!("the demo's running run does not go on: {error}");
    }
}
