use async_trait::async_trait;
use flowdeck_domain::Result;
use flowdeck_domain::id::{Namespace, PodName};
use flowdeck_domain::kubernetes::{Event, Pod};
use flowdeck_domain::port::{LogOptions, LogSource, LogStream, PodQuery, PodReader, WatchQuery};

use super::{Cluster, wire};

#[async_trait]
impl PodReader for Cluster {
    fn default_namespace(&self) -> Namespace {
        self.namespace.clone()
    }

    async fn pods(&self, query: &PodQuery) -> Result<Vec<Pod>> {
        let query = WatchQuery {
            namespace: query.namespace.clone(),
            labels: query.labels.clone(),
            fields: String::new(),
        };
        self.list_of(&query).await
    }

    async fn pod(&self, namespace: &Namespace, name: &PodName) -> Result<Pod> {
        let path = format!("/api/v1/namespaces/{namespace}/pods/{name}");
        let doing = format!("get pod {name} in namespace {namespace}");
        let pod: wire::Pod = self.read(&path, &[], &doing).await?;
        Ok(Pod::from(pod))
    }

    async fn pod_events(&self, namespace: &Namespace, name: &PodName) -> Result<Vec<Event>> {
        let query = WatchQuery {
            namespace: Some(namespace.clone()),
            labels: String::new(),
            fields: format!("involvedObject.kind=Pod,involvedObject.name={name}"),
        };
        let mut events: Vec<Event> = self.list_of(&query).await?;
        Event::sort(&mut events);
        Ok(events)
    }

    async fn namespaces(&self) -> Result<Vec<Namespace>> {
        self.visible_namespaces().await
    }
}

#[async_trait]
impl LogSource for Cluster {
    async fn log(&self, namespace: &Namespace, pod: &PodName, options: &LogOptions) -> Result<LogStream> {
        if options.follow {
            self.follow(namespace, pod, options).await
        } else {
            self.log_once(namespace, pod, options).await
        }
    }
}
