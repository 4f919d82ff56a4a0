//! What the screens of the cluster ask, carried to it.

use std::sync::Arc;

use flowdeck_surface::client::port::WatchQuery;
use flowdeck_surface::client::{ClusterView, Environment, Flags, Result};
use futures::StreamExt;
use tokio::sync::Mutex;

use super::worker::Teller;
use crate::app::cluster::{Asked, Of, Told};
use crate::app::message::Answer;

/// The cluster that is open, and how it was named.
#[derive(Default)]
pub(crate) struct OpenCluster {
    open: Mutex<Option<(String, ClusterView)>>,
}

impl OpenCluster {
    /// The cluster that these flags mean: signed in to once.
    async fn of(&self, flags: &Flags, environment: &Environment) -> Result<ClusterView> {
        let named = format!("{flags:?}");
        let mut open = self.open.lock().await;
        if let Some((known, view)) = &*open
            && *known == named
        {
            return Ok(view.clone());
        }
        let view = ClusterView::open(flags, environment).await?;
        *open = Some((named, view.clone()));
        Ok(view)
    }
}

/// Asks the cluster and tells what it answers; a watch until nobody listens.
///
/// # Errors
/// What the cluster refused, or why it cannot be signed in to.
pub(crate) async fn answer(
    asked: Asked,
    open: Arc<OpenCluster>,
    flags: &Flags,
    environment: &Environment,
    teller: &Teller,
) -> Result<()> {
    let view = open.of(flags, environment).await?;
    match asked {
        Asked::Namespaces => {
            let told = Told::Namespaces(view.namespaces().await?, view.default_namespace());
            teller.tell(Ok(Answer::Cluster(told))).await;
        }
        Asked::Pods(of) => {
            let query = query(of, "metadata.name", &view);
            let watching = Told::Watching(query.namespace.clone());
            teller.tell(Ok(Answer::Cluster(watching))).await;
            let mut told = view.watch_pods(&query);
            while let Some(next) = told.next().await {
                teller.tell(Ok(Answer::Cluster(Told::Pods(next?)))).await;
            }
        }
        Asked::Events(of) => {
            let mut told = view.watch_events(&query(of, "involvedObject.name", &view));
            while let Some(next) = told.next().await {
                teller.tell(Ok(Answer::Cluster(Told::Events(next?)))).await;
            }
        }
    }
    Ok(())
}

/// What is watched; `by_name` is the field that names a pod.
fn query(of: Of, by_name: &str, view: &ClusterView) -> WatchQuery {
    let mut query = WatchQuery::default();
    match of {
        Of::Meant => query.namespace = Some(view.default_namespace()),
        Of::Namespace(namespace) => query.namespace = Some(namespace),
        Of::All => {}
        Of::Pod(namespace, name) => {
            query.namespace = Some(namespace);
            query.fields = format!("{by_name}={name}");
        }
    }
    query
}
