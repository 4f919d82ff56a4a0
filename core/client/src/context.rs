//! A context: one set of endpoints, how they are reached, and who asks, as kubeconfig has it.
//!
//! Contexts are written in `config.toml`; a secret never is, only where to find it.

mod draft;
mod field;
mod read;
mod sign_in;
mod write;

use std::time::Duration;

pub use draft::Draft;
pub use field::{FIELDS, Field, FieldKind};
pub use sign_in::{SIGN_IN_KINDS, SignIn, SignInKind};
pub use write::{ContextEdit, add, check_name, edit, remove, use_context};

use crate::promotion::Gates;
use crate::secrets::SecretSource;

/// One set of endpoints, how they are reached, and who asks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    /// What it is called; empty where none was configured and yet a sign-in is needed.
    pub name: String,
    /// Where runs are: a server's address, a path, `databricks://profile`.
    pub tracking: Option<String>,
    /// Where models are, when that is elsewhere.
    pub registry: Option<String>,
    /// The workspace of an MLflow 3 server that has several.
    pub workspace: Option<String>,
    /// Where Kubeflow Pipelines answers.
    pub pipelines: Option<String>,
    /// The context of kubeconfig.
    pub kube_context: Option<String>,
    /// The namespace of pipelines and services.
    pub namespace: Option<String>,
    /// Where inference requests go in.
    pub ingress: Option<String>,
    /// Whether every write is refused.
    pub read_only: bool,
    /// Whether what destroys asks for the context's name.
    pub production: bool,
    /// What is asked of a version before it is promoted.
    pub gates: Gates,
    /// How the servers are reached.
    pub connection: Connection,
    /// Who asks.
    pub sign_in: SignIn,
}

/// How servers are reached. Paths are as they were written: relative ones start at the directory of the configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Connection {
    /// A host of ssh that forwards.
    pub ssh_host: Option<String>,
    /// A proxy to go through.
    pub proxy: Option<url::Url>,
    /// Certificates in PEM to believe beside the system's.
    pub ca_file: Option<String>,
    /// A client certificate in PEM.
    pub client_cert: Option<String>,
    /// Its key, where that is a file of its own.
    pub client_key: Option<String>,
    /// Believe any certificate.
    pub insecure_tls: bool,
    /// How long a server may take for its first byte.
    pub timeout: Option<Duration>,
    /// Further headers of every request.
    pub headers: Vec<(String, HeaderValue)>,
}

/// The value of a header.
#[derive(Clone, Debug, PartialEq)]
pub enum HeaderValue {
    /// Written in the configuration.
    Plain(String),
    /// Found elsewhere.
    Secret(SecretSource),
}

impl Context {
    /// Whether it is one of the configuration.
    pub fn is_named(&self) -> bool {
        !self.name.is_empty()
    }
}
