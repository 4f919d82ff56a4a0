use std::path::PathBuf;
use std::time::Duration;

use flowdeck_domain::id::Namespace;
use flowdeck_domain::{Failure, FailureKind, Result};
use kube::config::{ExecInteractiveMode, InClusterError, KubeConfigOptions, Kubeconfig, KubeconfigError};
use kube::{Client, Config};

use super::Cluster;
use super::call::unanswered;

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
    /// Namespaces that are known from elsewhere: those that the dashboard tells, or that were looked at before.
    pub known_namespaces: Vec<Namespace>,
}

impl Cluster {
    /// Reads the kubeconfig and makes a client; asks the cluster nothing yet.
    pub async fn connect(options: &ClusterOptions) -> Result<Self> {
        let mut known_namespaces = options.known_namespaces.clone();
        let (mut config, context) = match kubeconfig(&options.files)? {
            Some(kubeconfig) => {
                let current = kubeconfig.current_context.clone();
                known_namespaces.extend(namespaces_beside(&kubeconfig, options.context.as_deref()));
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
        // A plugin that signs in may take its time.
        let made = tokio::task::spawn_blocking(move || Client::try_from(config)).await;
        let client = match made {
            Ok(Ok(client)) => client,
            Ok(Err(error @ kube::Error::Auth(_))) => return Err(unanswered(&server, error)),
            Ok(Err(error)) => {
                let why = root(&error);
                return Err(Failure::new(
                    FailureKind::InvalidInput,
                    format!("cannot sign in to the cluster at {server} as the kubeconfig says: {why}"),
                )
                .caused_by(error));
            }
            Err(_) => {
                let why = format!("signing in to the cluster at {server} was broken off");
                return Err(Failure::new(FailureKind::System, why));
            }
        };
        Ok(Self {
            client,
            namespace,
            context: context.as_deref().unwrap_or(IN_CLUSTER).into(),
            server: server.into(),
            known_namespaces: known_namespaces.into(),
        })
    }

    /// The context of kubeconfig that it is of; `in-cluster` where there is none.
    pub fn context_name(&self) -> &str {
        &self.context
    }
}

/// The files merged; nothing where there is none. As kubectl does, one of several that is not there is left out.
fn kubeconfig(files: &[PathBuf]) -> Result<Option<Kubeconfig>> {
    let files = if files.is_empty() {
        usual_files()
    } else {
        files.to_vec()
    };
    let mut merged: Option<Kubeconfig> = None;
    for file in &files {
        let mut read = match Kubeconfig::read_from(file) {
            Err(KubeconfigError::ReadConfig(error, _)) if error.kind() == std::io::ErrorKind::NotFound => {
                continue;
            }
            read => read.map_err(unreadable)?,
        };
        // One that names no context leaves the choice to the next.
        read.current_context = read.current_context.filter(|name| !name.is_empty());
        merged = Some(match merged {
            Some(merged) => merged.merge(read).map_err(unreadable)?,
            None => read,
        });
    }
    Ok(merged.map(without_questions))
}

/// Those of `KUBECONFIG`, else the person's own.
fn usual_files() -> Vec<PathBuf> {
    let listed: Vec<PathBuf> = std::env::var_os("KUBECONFIG")
        .map(|list| std::env::split_paths(&list).collect())
        .unwrap_or_default();
    let listed: Vec<PathBuf> = listed
        .into_iter()
        .filter(|file| !file.as_os_str().is_empty())
        .collect();
    if !listed.is_empty() {
        return listed;
    }
    std::env::home_dir()
        .map(|home| home.join(".kube").join("config"))
        .into_iter()
        .collect()
}

/// No plugin may ask on the terminal, which a screen of ours is drawn on: it says instead that it cannot.
fn without_questions(mut kubeconfig: Kubeconfig) -> Kubeconfig {
    for user in &mut kubeconfig.auth_infos {
        if let Some(exec) = user.auth_info.as_mut().and_then(|user| user.exec.as_mut()) {
            exec.interactive_mode = Some(ExecInteractiveMode::Never);
        }
    }
    kubeconfig
}

/// The namespaces that contexts of the same cluster name, whoever signs in there.
fn namespaces_beside(kubeconfig: &Kubeconfig, context: Option<&str>) -> Vec<Namespace> {
    let name = context.or(kubeconfig.current_context.as_deref());
    let of = |named: &kube::config::NamedContext| named.context.clone();
    let cluster = kubeconfig
        .contexts
        .iter()
        .find(|named| Some(named.name.as_str()) == name)
        .and_then(of)
        .map(|context| context.cluster);
    kubeconfig
        .contexts
        .iter()
        .filter_map(of)
        .filter(|context| Some(&context.cluster) == cluster.as_ref())
        .filter_map(|context| context.namespace)
        .filter(|namespace| !namespace.is_empty())
        .map(Namespace::from)
        .collect()
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
