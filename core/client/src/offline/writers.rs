use std::sync::Arc;

use async_trait::async_trait;
use flowdeck_domain::port::{Query, RegistryWriter, TrackingReader, TrackingWriter};
use flowdeck_domain::registry::{ModelVersion, NewVersion, Stage};
use flowdeck_domain::tracking::Tag;
use flowdeck_domain::{ExperimentId, Failure, FailureKind, ModelName, Result, RunId, VersionNumber};

use super::{Contact, Keeping};

/// A writer that is asked only where its server answers: offline nothing is changed, now or later, and that is said
/// before anything is sent.
pub(crate) struct Guarded<W: ?Sized> {
    live: Arc<W>,
    reader: Arc<dyn TrackingReader>,
    contact: Arc<Contact>,
}

impl<W: ?Sized> Guarded<W> {
    pub(super) fn new(live: Arc<W>, reader: &Arc<dyn TrackingReader>, keeping: &Keeping) -> Self {
        Self {
            live,
            reader: Arc::clone(reader),
            contact: Arc::clone(&keeping.contact),
        }
    }

    /// The writer, once it is known that its server answers.
    async fn reached(&self) -> Result<&W> {
        if self.contact.is_offline() {
            return Err(refused(&self.reader.origin().uri, "--offline was given")
                .with_hint("leave --offline out, or do it when the server can be reached"));
        }
        if !self.contact.is_reached() {
            match pulse(&*self.reader).await {
                Err(failure) if failure.kind() == FailureKind::Unreachable => {
                    self.contact.lost();
                    return Err(refused(&self.reader.origin().uri, failure.message())
                        .with_hint("do it when the server can be reached again"));
                }
                _ => self.contact.reached(),
            }
        }
        Ok(&self.live)
    }
}

/// Whether a server answers, whatever it answers.
pub(super) async fn pulse(reader: &dyn TrackingReader) -> Result<()> {
    let query = Query {
        max_results: 1,
        ..Query::default()
    };
    reader.search_experiments(&query).await.map(drop)
}

fn refused(store: &str, why: &str) -> Failure {
    let message = format!("offline, so that nothing can be changed on {store}: {why}");
    Failure::new(FailureKind::Refused, message)
}

macro_rules! guarded {
    ($port:ident { $($name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)* }) => {
        #[async_trait]
        impl $port for Guarded<dyn $port> {
            $(async fn $name(&self, $($argument: $type),*) -> Result<$answer> {
                self.reached().await?.$name($($argument),*).await
            })*
        }
    };
}

guarded! {
    TrackingWriter {
        create_experiment(name: &str, location: Option<&str>, tags: &[Tag]) -> ExperimentId;
        rename_experiment(id: &ExperimentId, name: &str) -> ();
        delete_experiment(id: &ExperimentId) -> ();
        restore_experiment(id: &ExperimentId) -> ();
        set_experiment_tag(id: &ExperimentId, tag: &Tag) -> ();
        delete_experiment_tag(id: &ExperimentId, key: &str) -> ();
        rename_run(id: &RunId, name: &str) -> ();
        set_run_tag(id: &RunId, tag: &Tag) -> ();
        delete_run_tag(id: &RunId, key: &str) -> ();
        delete_run(id: &RunId) -> ();
        restore_run(id: &RunId) -> ();
    }
}

guarded! {
    RegistryWriter {
        create_model(name: &ModelName, description: Option<&str>, tags: &[Tag]) -> ();
        rename_model(name: &ModelName, new_name: &ModelName) -> ();
        describe_model(name: &ModelName, description: &str) -> ();
        set_model_tag(name: &ModelName, tag: &Tag) -> ();
        delete_model_tag(name: &ModelName, key: &str) -> ();
        delete_model(name: &ModelName) -> ();
        create_version(version: &NewVersion) -> ModelVersion;
        describe_version(name: &ModelName, version: &VersionNumber, description: &str) -> ();
        set_version_tag(name: &ModelName, version: &VersionNumber, tag: &Tag) -> ();
        delete_version_tag(name: &ModelName, version: &VersionNumber, key: &str) -> ();
        delete_version(name: &ModelName, version: &VersionNumber) -> ();
        transition_stage(name: &ModelName, version: &VersionNumber, stage: &Stage, archive_existing: bool) -> ();
        set_alias(name: &ModelName, alias: &str, version: &VersionNumber) -> ();
        delete_alias(name: &ModelName, alias: &str) -> ();
    }
}
