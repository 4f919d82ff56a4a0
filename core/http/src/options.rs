//! How to reach a server and who asks.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use flowdeck_domain::Secret;
use url::Url;

use super::credentials::{Credentials, Route};

/// How long a server may take for its first byte: what MLflow's own client allows, since a search over many runs
/// is answered in one piece after ten seconds and more.
/// Source: MLflow, `MLFLOW_HTTP_REQUEST_TIMEOUT`.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(120);

/// How to reach a server and who asks.
#[derive(Clone, Debug)]
pub struct RestOptions {
    /// Where the server is; a path before `/api` is kept.
    pub base: Url,
    /// Who asks.
    pub auth: Auth,
    /// Where who asks has to be found out first; goes before `auth`.
    pub credentials: Option<Arc<dyn Credentials>>,
    /// What helps where the server does not take it.
    pub sign_in_hint: Option<Arc<str>>,
    /// A way to the server that is no plain connection.
    pub route: Option<Arc<dyn Route>>,
    /// The workspace to speak of, on servers that have several. MLflow 3.
    pub workspace: Option<String>,
    /// Believe any certificate.
    pub insecure_tls: bool,
    /// Certificates in PEM to believe beside the system's.
    pub ca_file: Option<PathBuf>,
    /// What to prove oneself with towards the server.
    pub client_certificate: Option<ClientCertificate>,
    /// Further headers of every request.
    pub headers: Vec<(String, Secret)>,
    /// A proxy to go through, instead of the one that the environment names.
    pub proxy: Option<Url>,
    /// How long the server may take for its first byte, and how long retries of one call go on.
    pub timeout: Duration,
}

impl RestOptions {
    /// The server at this address, asked by nobody in particular.
    pub fn new(base: Url) -> Self {
        Self {
            base,
            auth: Auth::None,
            credentials: None,
            sign_in_hint: None,
            route: None,
            workspace: None,
            insecure_tls: false,
            ca_file: None,
            client_certificate: None,
            headers: Vec::new(),
            proxy: None,
            timeout: DEFAULT_TIMEOUT,
        }
    }
}

/// Who asks.
#[derive(Clone, Debug, Default)]
pub enum Auth {
    /// Nobody in particular; a name and a password in the address still count.
    #[default]
    None,
    /// A name and a password.
    Basic {
        /// The name.
        username: String,
        /// The password.
        password: Secret,
    },
    /// A token.
    Bearer(Secret),
    /// A header of any name, as some gateways want it.
    Header {
        /// Its name.
        name: String,
        /// Its value.
        value: Secret,
    },
}

/// A client certificate and its key, in PEM.
#[derive(Clone, Debug)]
pub struct ClientCertificate {
    /// The certificate and, where no key file is named, the key.
    pub certificate: PathBuf,
    /// The key.
    pub key: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_print_without_their_secrets() {
        let mut options = RestOptions::new(Url::parse("https://tracking.example").unwrap());
        options.auth = Auth::Basic {
            username: "ann".into(),
            password: Secret::new("hunter2"),
        };
        options.headers = vec![("X-Key".into(), Secret::new("hunter2"))];
        assert!(!format!("{options:?}").contains("hunter2"));
    }
}
