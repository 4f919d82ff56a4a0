//! A server of Kubeflow Pipelines and what can be asked of it.

mod endpoint;
mod find;
mod list;
mod read_only;
mod wait;

use std::sync::Arc;

use flowdeck_domain::port::{PipelinesReader, PipelinesServer, PipelinesWriter};
use flowdeck_domain::{Namespace, Result};
use flowdeck_kubeflow::pipelines::PipelinesRest;
pub use flowdeck_kubeflow::pipelines::read_package;

use crate::discovery::Flags;
use crate::environment::Environment;
use crate::policy::Policy;
use endpoint::Endpoint;
pub use find::task_of;
pub use list::PipelinesListRequest;
use read_only::ReadOnlyPipelines;
pub use wait::{Pace, ended_well};

/// How the gateway is reached that Kubeflow Pipelines lies behind.
///
/// # Errors
/// Where none is named.
pub(crate) fn gateway(
    flags: &Flags,
    environment: &Environment,
) -> Result<flowdeck_mlflow::rest::RestOptions> {
    Ok(Endpoint::find(flags, environment)?.options)
}

/// A server of Kubeflow Pipelines. Cheap to clone: clones share connections.
#[derive(Clone)]
pub struct Pipelines {
    reader: Arc<dyn PipelinesReader>,
    writer: Arc<dyn PipelinesWriter>,
    policy: Policy,
    /// The namespace that is meant where none is named.
    namespace: Option<Namespace>,
    /// The experiment that is meant where none is named.
    experiment: Option<String>,
    /// Where the server was found: `--pipelines`, `KF_PIPELINES_ENDPOINT`.
    place: &'static str,
}

impl Pipelines {
    /// Opens the server that is meant. It is not asked anything yet.
    ///
    /// # Errors
    /// Where none is named, and settings of sign-in that contradict each other.
    pub fn open(flags: &Flags, environment: &Environment) -> Result<Self> {
        let endpoint = Endpoint::find(flags, environment)?;
        let store = Arc::new(PipelinesRest::new(endpoint.options)?);
        let writer: Arc<dyn PipelinesWriter> = if endpoint.policy.read_only {
            Arc::new(ReadOnlyPipelines(endpoint.policy.clone()))
        } else {
            Arc::<PipelinesRest>::clone(&store)
        };
        Ok(Self {
            reader: store,
            writer,
            policy: endpoint.policy,
            namespace: endpoint.namespace,
            experiment: endpoint.experiment,
            place: endpoint.place,
        })
    }

    /// A server that is already open: a test double, or one of another kind.
    pub fn over(reader: Arc<dyn PipelinesReader>, writer: Arc<dyn PipelinesWriter>) -> Self {
        Self {
            reader,
            writer,
            policy: Policy::default(),
            namespace: None,
            experiment: None,
            place: "",
        }
    }

    /// What may be done here, and what a person has to say first.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Where the server was found.
    pub fn place(&self) -> &'static str {
        self.place
    }

    /// The namespace that is meant where none is named.
    pub fn namespace(&self) -> Option<&Namespace> {
        self.namespace.as_ref()
    }

    /// What reads.
    pub fn reader(&self) -> &dyn PipelinesReader {
        &*self.reader
    }

    /// What changes something.
    pub fn writer(&self) -> &dyn PipelinesWriter {
        &*self.writer
    }

    /// What the server tells of itself.
    ///
    /// # Errors
    /// It cannot be reached, or wants a sign-in.
    pub async fn server(&self) -> Result<PipelinesServer> {
        self.reader.server().await
    }
}
