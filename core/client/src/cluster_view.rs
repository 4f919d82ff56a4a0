//! The cluster as a page of a namespace looks at it: what is there now, and what changes.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use flowdeck_domain::kubernetes::{ClusterKinds, Event, Pod};
use flowdeck_domain::port::{ClusterReader, PodReader, WatchQuery, WatchStream, Watcher};
use flowdeck_domain::{FailureKind, Namespace, Result};
use flowdeck_kubeflow::cluster::{Cluster, ClusterOptions};
use flowdeck_kubeflow::dashboard::dashboard_namespaces;

use crate::contexts::Contexts;
use crate::discovery::Flags;
use crate::environment::Environment;
use crate::pipelines_server::gateway;

/// A cluster that is looked at. Cheap to clone: clones share connections.
#[derive(Clone, Debug)]
pub struct ClusterView {
    cluster: Arc<Cluster>,
    /// How the dashboard is asked, where a gateway is named.
    flags: Flags,
    environment: Environment,
}

impl ClusterView {
    /// Signs in to the cluster that is meant; it is not asked anything yet.
    ///
    /// The order: `--kube-context`; the context of `--context` and `FLOWDECK_CONTEXT`; `KUBECONFIG`; the current context of
    /// the configuration; `~/.kube/config`; the account of the pod that flowdeck runs in.
    ///
    /// # Errors
    /// A kubeconfig that cannot be used, and where there is no cluster at all.
    pub async fn open(flags: &Flags, environment: &Environment) -> Result<Self> {
        let named = flags
            .context
            .as_deref()
            .or(environment.variable("FLOWDECK_CONTEXT"));
        let contexts = Contexts::load(environment)?;
        let has_variable = environment.variable("KUBECONFIG").is_some();
        let current = contexts.current.as_deref().filter(|_| !has_variable);
        let context = named.or(current).map(|name| contexts.get(name)).transpose()?;
        let in_context = context.and_then(|context| context.kube_context.clone());
        let namespace = flags
            .namespace
            .clone()
            .or_else(|| context.and_then(|context| context.namespace.clone()));
        let usable = contexts
            .all
            .iter()
            .filter_map(|(_, context)| context.as_ref().ok());
        let all_namespaces = usable.filter_map(|context| context.namespace.clone());
        let connected = Cluster::connect(&ClusterOptions {
            files: kubeconfig_files(environment),
            context: flags.kube_context.clone().or(in_context),
            namespace: namespace.filter(|name| !name.is_empty()).map(Namespace::from),
            known_namespaces: all_namespaces.map(Namespace::from).collect(),
        })
        .await;
        let cluster = connected.map_err(|failure| match context {
            Some(context) if failure.kind() == FailureKind::NotFound && context.is_named() => failure
                .with_hint(format!(
                    "name a context of your kubeconfig: `flowdeck context edit {} --kube-context NAME`",
                    context.name
                )),
            _ => failure,
        })?;
        Ok(Self {
            cluster: Arc::new(cluster),
            flags: flags.clone(),
            environment: environment.clone(),
        })
    }

    /// The namespace that is meant where none is named.
    pub fn default_namespace(&self) -> Namespace {
        self.cluster.default_namespace()
    }

    /// The namespaces that one may see; where the cluster does not say, those that the dashboard tells, too.
    ///
    /// # Errors
    /// The cluster cannot be reached, or nobody is signed in.
    pub async fn namespaces(&self) -> Result<Vec<Namespace>> {
        let told = self.cluster.namespaces().await?;
        if told.len() > 1 {
            return Ok(told);
        }
        let gateway = gateway(&self.flags, &self.environment).ok();
        let more = match gateway {
            // What the dashboard does not tell is no failure: the cluster answered.
            Some(options) => dashboard_namespaces(options).await.unwrap_or_default(),
            None => Vec::new(),
        };
        let all: BTreeSet<Namespace> = told.into_iter().chain(more).collect();
        Ok(all.into_iter().collect())
    }

    /// What is installed: a view of what is not is hidden.
    ///
    /// # Errors
    /// The cluster cannot be reached, or nobody is signed in.
    pub async fn kinds(&self) -> Result<ClusterKinds> {
        self.cluster.kinds().await
    }

    /// The pods of a namespace, or of all, now and as they change.
    pub fn watch_pods(&self, query: &WatchQuery) -> WatchStream<Pod> {
        self.cluster.watch(query)
    }

    /// What happens in a namespace, or in all.
    pub fn watch_events(&self, query: &WatchQuery) -> WatchStream<Event> {
        self.cluster.watch(query)
    }
}

/// The files that `KUBECONFIG` lists; else the one in the person's home.
fn kubeconfig_files(environment: &Environment) -> Vec<PathBuf> {
    let listed: Vec<PathBuf> = environment
        .variable("KUBECONFIG")
        .map(|list| std::env::split_paths(list).collect())
        .unwrap_or_default();
    let listed: Vec<PathBuf> = listed
        .into_iter()
        .filter(|path| !path.as_os_str().is_empty())
        .map(|path| environment.current_dir.join(path))
        .collect();
    if !listed.is_empty() {
        return listed;
    }
    let home = environment.home.iter();
    home.map(|home| home.join(".kube").join("config")).collect()
}
