//! The cluster that pods and their logs are read from.

use std::path::PathBuf;
use std::sync::Arc;

use flowdeck_domain::kubernetes::{Event, Pod};
use flowdeck_domain::port::{LogSource, PodQuery, PodReader};
use flowdeck_domain::{Failure, FailureKind, Namespace, PodName, Result};
use flowdeck_kubeflow::cluster::{Cluster, ClusterOptions};

use crate::contexts::Contexts;
use crate::discovery::Flags;
use crate::environment::Environment;

/// A cluster and what can be asked of it. Cheap to clone: clones share connections.
#[derive(Clone)]
pub struct Kubernetes {
    pods: Arc<dyn PodReader>,
    logs: Arc<dyn LogSource>,
    namespace: Namespace,
    place: String,
}

impl Kubernetes {
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
        let cluster = Cluster::connect(&ClusterOptions {
            files: kubeconfig_files(environment),
            context: flags.kube_context.clone().or(in_context),
            namespace: namespace.filter(|name| !name.is_empty()).map(Namespace::from),
            known_namespaces: Vec::new(),
        })
        .await?;
        let place = match (&flags.kube_context, context) {
            (None, Some(context)) if context.is_named() => context.name.clone(),
            _ => cluster.context_name().to_owned(),
        };
        let cluster = Arc::new(cluster);
        Ok(Self {
            namespace: cluster.default_namespace(),
            pods: Arc::<Cluster>::clone(&cluster),
            logs: cluster,
            place,
        })
    }

    /// A cluster that is already open: a test double.
    pub fn over(pods: Arc<dyn PodReader>, logs: Arc<dyn LogSource>, place: &str) -> Self {
        Self {
            namespace: pods.default_namespace(),
            pods,
            logs,
            place: place.to_owned(),
        }
    }

    /// What reads pods.
    pub fn reader(&self) -> &dyn PodReader {
        &*self.pods
    }

    /// What reads logs.
    pub(crate) fn logs(&self) -> Arc<dyn LogSource> {
        Arc::clone(&self.logs)
    }

    /// The namespace that is meant where none is named.
    pub fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// The name under which logs are kept: that of the context, of flowdeck's or of kubeconfig's.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Pods of a namespace, or of all of them.
    ///
    /// # Errors
    /// What the cluster refuses.
    pub async fn pods(&self, namespace: Option<&Namespace>, labels: &str) -> Result<Vec<Pod>> {
        let query = PodQuery {
            namespace: namespace.cloned(),
            labels: labels.to_owned(),
        };
        self.pods.pods(&query).await
    }

    /// One pod and what happened to it, as far as that may be read.
    ///
    /// # Errors
    /// What the cluster refuses.
    pub async fn pod(&self, namespace: &Namespace, name: &PodName) -> Result<(Pod, Vec<Event>)> {
        let pod = self.pods.pod(namespace, name).await?;
        let events = self.pods.pod_events(namespace, name).await.unwrap_or_default();
        Ok((pod, events))
    }

    /// The pods of a pipeline run, in the namespace that has them: of those that are likely, then of all.
    ///
    /// # Errors
    /// The cluster cannot be reached.
    pub async fn pods_of_run(&self, run_id: &str, likely: &[Namespace]) -> Result<Vec<Pod>> {
        let labels = format!("pipeline/runid={run_id}");
        let mut refused: Option<Failure> = None;
        for namespace in likely.iter().map(Some).chain([None]) {
            match self.pods(namespace, &labels).await {
                Ok(pods) if !pods.is_empty() => return Ok(pods),
                Ok(_) => {}
                Err(failure) if failure.kind() == FailureKind::Permission => {
                    refused = refused.or(Some(failure));
                }
                Err(failure) => return Err(failure),
            }
        }
        match refused {
            // The one place that could be looked at had none.
            Some(failure) if likely.is_empty() => Err(failure),
            _ => Ok(Vec::new()),
        }
    }
}

/// The files that `KUBECONFIG` lists, as far as they are there; else the one in the person's home.
fn kubeconfig_files(environment: &Environment) -> Vec<PathBuf> {
    let listed: Vec<PathBuf> = match environment.variable("KUBECONFIG") {
        Some(list) => std::env::split_paths(list)
            .filter(|path| !path.as_os_str().is_empty())
            .map(|path| environment.current_dir.join(path))
            .collect(),
        None => environment
            .home
            .iter()
            .map(|home| home.join(".kube/config"))
            .collect(),
    };
    listed.into_iter().filter(|path| path.is_file()).collect()
}
