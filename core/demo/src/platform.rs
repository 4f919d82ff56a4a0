//! What stands beside a demo store: a server of pipelines and the cluster that its runs are played in.

mod link;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use flowdeck_domain::Timestamp;

use crate::kubernetes::{KubernetesCluster, KubernetesServer};
use crate::pipelines::{
    Clock, IdKind, IdSource, MlflowPlugin, MlflowRun, Pipelines, PipelinesOptions, PipelinesServer, content,
};
use crate::store::DemoStore;

/// The namespace of the demo's pods.
const NAMESPACE: &str = "demo";

/// A running platform. Dropping it ends both servers.
#[derive(Debug)]
pub struct Platform {
    pipelines: PipelinesServer,
    kubernetes: KubernetesServer,
}

impl Platform {
    /// Fills and starts both servers. Their runs belong to runs of the store, and what they log from now on goes there.
    ///
    /// # Errors
    /// Where no port is to be had.
    pub async fn start(store: &DemoStore, clock: Clock) -> io::Result<Self> {
        let cluster = KubernetesCluster::with_namespaces(&[NAMESPACE]);
        let pipelines = furnished(store, clock, cluster.clone());
        Ok(Self {
            kubernetes: KubernetesServer::start(cluster).await?,
            pipelines: PipelinesServer::start(pipelines).await?,
        })
    }

    /// `http://127.0.0.1:PORT` of the server of pipelines.
    pub fn pipelines_url(&self) -> String {
        self.pipelines.url()
    }

    /// The text of a kubeconfig that leads to the cluster.
    pub fn kubeconfig(&self) -> String {
        KubernetesServer::kubeconfig(self.kubernetes.address())
    }
}

/// A server with a month of runs behind it.
fn furnished(store: &DemoStore, clock: Clock, cluster: KubernetesCluster) -> Pipelines {
    let now = clock.now();
    let known = link::Known::read(store.database());
    // While the past is made, the clock stands where it is set.
    let set = Arc::new(AtomicI64::new(now.0 - 41 * 86_400_000));
    let past = Arc::clone(&set);
    let next: Arc<Mutex<Option<String>>> = Arc::default();
    let linked = Arc::clone(&next);
    let database = PathBuf::from(store.database());
    let options = PipelinesOptions {
        seed: store.seed(),
        clock: Clock::new(move || match past.load(Ordering::Relaxed) {
            i64::MAX => clock.now(),
            set => Timestamp(set),
        }),
        ids: IdSource::new(move |kind| match kind {
            IdKind::MlflowRun => linked.lock().unwrap_or_else(PoisonError::into_inner).take(),
            _ => None,
        }),
        namespace: NAMESPACE.to_owned(),
        mlflow: Some(MlflowPlugin {
            experiments: known.experiments.clone(),
            address: "https://mlflow.example.com".to_owned(),
            told: Arc::new(move |run: &MlflowRun| link::keep(&database, run)),
        }),
        cluster,
        scripts: content::scripts(),
        ..PipelinesOptions::default()
    };
    let pipelines = Pipelines::new(options);
    let unused: Mutex<BTreeMap<String, Vec<String>>> = Mutex::new(known.runs);
    content::furnish(
        &pipelines,
        now.0,
        &|at| set.store(at, Ordering::Relaxed),
        &|experiment| {
            let mut unused = unused.lock().unwrap_or_else(PoisonError::into_inner);
            let run = unused.get_mut(experiment).and_then(Vec::pop);
            *next.lock().unwrap_or_else(PoisonError::into_inner) = run;
        },
    );
    set.store(i64::MAX, Ordering::Relaxed);
    pipelines.advance();
    pipelines
}
