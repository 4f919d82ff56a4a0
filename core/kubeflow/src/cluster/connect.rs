use std::path::PathBuf;
use std::time::Duration;

use flowdeck_domain::id::Namespace;
use flowdeck_domain::{Failure, FailureKind, Result};
use kube::config::{InClusterError, KubeConfigOptions, Kubeconfig, KubeconfigError};
use kube::{Client, Config};

use super::Cluster;

/// The longest that a connection to the API server may take to open.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// What a cluster is called that no context leads to.
const IN_CLUSTER: &str = "in-cluster";

/// Which cluster, as whom, and which namespace is meant.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ClusterOptions {
    /// Files to merge, the first that sets a thing wins, as `KUBECONFIG` lists them; none means those of `KUBECONFIG`, else
    /// `~/.kube/config`, else the account of the pod that flowdeck runs in.
    pub files: Vec<PathBuf>,
    /// The kubeconfig's context; none means its current one.
    pub context: Option<String>,
    /// The namespace that is meant where none is named; none means the context's, else `default`.
    pub namespace: Option<Namespace>,
}

impl Cluster {
    /// Reads the kubeconfig and makes a client; asks the cluster nothing yet.
    pub async fn connect(options: &ClusterOptions) -> Result<Self> {
        let (mut config, context) = match kubeconfig(&options.files)? {
            Some(kubeconfig) => {
                let current = kubeconfig.current_context.clone();
                let config = of_context(kubeconfig, options.context.as_deref()).await?;
                (config, options.context.clone().or(current))
            }
            None => (in_cluster(options.context.as_deref())?, None),
        };
        config.connect_timeout = Some(CONNECT_LIMIT);
        let server = host(&config.cluster_url);
        let namespace = options
            .namespace
            .clone()
            .unwrap_or_else(|| Namespace::from(config.default_namespace.as_str()));
        let client = Client::try_from(config).map_err(|error| {
            Failure::new(
                FailureKind::InvalidInput,
                format!(
                    "cannot sign in to the cluster at {server} as the kubeconfig says: {}",
                    root(&error)
                ),
            )
            .caused_by(error)
        })?;
        Ok(Self {
            client,
            namespace,
            context: context.as_deref().unwrap_or(IN_CLUSTER).into(),
            server: server.into(),
        })
    }

    /// The context of kubeconfig that it is of; `in-cluster` where there is none.
    pub fn context_name(&self) -> &str {
        &self.context
    }
}

/// The files merged; nothing where there is none.
fn kubeconfig(files: &[PathBuf]) -> Result<Option<Kubeconfig>> {
    let merged = if files.is_empty() {
        match Kubeconfig::read() {
            Err(KubeconfigError::ReadConfig(error, _)) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(None);
            }
            Err(KubeconfigError::FindPath) => return Ok(None),
            merged => merged,
        }
    } else {
        files.iter().try_fold(Kubeconfig::default(), |merged, file| {
            merged.merge(Kubeconfig::read_from(file)?)
        })
    };
    merged.map(Some).map_err(unreadable)
}

async fn of_context(kubeconfig: Kubeconfig, context: Option<&str>) -> Result<Config> {
    let names: Vec<String> = kubeconfig
        .contexts
        .iter()
        .map(|context| format!("`{}`", context.name))
        .collect();
    if let Some(context) = context
        && !kubeconfig.contexts.iter().any(|known| known.name == context)
    {
        let failure = Failure::new(
            FailureKind::InvalidInput,
            format!("the kubeconfig has no context `{context}`"),
        );
        return Err(if names.is_empty() {
            failure.with_hint("it has none at all")
        } else {
            failure.with_hint(format!("it has {}", names.join(", ")))
        });
    }
    let options = KubeConfigOptions {
        context: context.map(str::to_owned),
        ..KubeConfigOptions::default()
    };
    Config::from_custom_kubeconfig(kubeconfig, &options)
        .await
        .map_err(|error| match error {
            KubeconfigError::CurrentContextNotSet => {
                Failure::new(FailureKind::InvalidInput, "the kubeconfig has no current context")
                    .with_hint("name one with --kube-context, or set one with `kubectl config use-context`")
            }
            error => unreadable(error),
        })
}

fn in_cluster(context: Option<&str>) -> Result<Config> {
    if let Some(context) = context {
        return Err(Failure::new(
            FailureKind::InvalidInput,
            format!("there is no kubeconfig to find the context `{context}` in"),
        )
        .with_hint("set KUBECONFIG to the path of one"));
    }
    Config::incluster().map_err(|error| {
        let failure = match &error {
            InClusterError::ReadDefaultNamespace(_) => {
                Failure::new(FailureKind::NotFound, "no Kubernetes cluster is set up here")
            }
            other => Failure::new(
                FailureKind::NotFound,
                format!("no Kubernetes cluster is set up here: {other}"),
            ),
        };
        failure
            .with_hint("set KUBECONFIG to the path of a kubeconfig, or put one at ~/.kube/config")
            .caused_by(error)
    })
}

fn unreadable(error: KubeconfigError) -> Failure {
    Failure::new(
        FailureKind::InvalidInput,
        format!("cannot read the kubeconfig: {}", root(&error)),
    )
    .caused_by(error)
}

/// Host and port of an address.
fn host(address: &http::Uri) -> String {
    address
        .authority()
        .map_or_else(|| address.to_string(), |authority| authority.as_str().to_owned())
}

/// The words at the end of a chain of causes: the ones that say what really happened.
pub(super) fn root(error: &(dyn std::error::Error + 'static)) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    // Some causes end in a full stop, and a sentence of ours goes on.
    deepest.to_string().trim_end_matches('.').to_owned()
}
