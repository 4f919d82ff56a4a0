use async_trait::async_trait;
use flowdeck_domain::Result;
use flowdeck_domain::id::{Namespace, PodName};
use flowdeck_domain::kubernetes::{Event, Pod};
use flowdeck_domain::port::{LogOptions, LogSource, LogStream, PodQuery, PodReader};
use serde::de::DeserializeOwned;

use super::call::Trouble;
use super::{Cluster, wire};

/// Objects asked for at a time, as kubectl does.
const PAGE: &str = "500";

/// How often a list that expired under our hands begins again.
const N_BEGINNINGS: usize = 3;

#[async_trait]
impl PodReader for Cluster {
    fn default_namespace(&self) -> Namespace {
        self.namespace.clone()
    }

    async fn pods(&self, query: &PodQuery) -> Result<Vec<Pod>> {
        let (path, doing) = match &query.namespace {
            Some(namespace) => (
                format!("/api/v1/namespaces/{namespace}/pods"),
                format!("list pods in namespace {namespace}"),
            ),
            None => (
                "/api/v1/pods".to_owned(),
                "list pods in all namespaces".to_owned(),
            ),
        };
        let labels = Some(("labelSelector", query.labels.as_str())).filter(|(_, labels)| !labels.is_empty());
        let pods: Vec<wire::Pod> = self.list(&path, labels, &doing).await?;
        Ok(pods.into_iter().map(Pod::from).collect())
    }

    async fn pod(&self, namespace: &Namespace, name: &PodName) -> Result<Pod> {
        let path = format!("/api/v1/namespaces/{namespace}/pods/{name}");
        let doing = format!("get pod {name} in namespace {namespace}");
        let pod: wire::Pod = self.read(&path, &[], &doing).await?;
        Ok(Pod::from(pod))
    }

    async fn pod_events(&self, namespace: &Namespace, name: &PodName) -> Result<Vec<Event>> {
        let path = format!("/api/v1/namespaces/{namespace}/events");
        let doing = format!("list events in namespace {namespace}");
        let of_pod = format!("involvedObject.kind=Pod,involvedObject.name={name}");
        let events: Vec<wire::Event> = self.list(&path, Some(("fieldSelector", &of_pod)), &doing).await?;
        let mut events: Vec<Event> = events.into_iter().map(Event::from).collect();
        Event::sort(&mut events);
        Ok(events)
    }

    async fn namespaces(&self) -> Result<Vec<Namespace>> {
        let listed: Vec<wire::Named> = self.list("/api/v1/namespaces", None, "list namespaces").await?;
        Ok(listed
            .into_iter()
            .map(|namespace| Namespace::from(namespace.metadata.name))
            .collect())
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

impl Cluster {
    /// All objects of a list, page by page. A list that expires meanwhile begins again: to go on from where it stood would
    /// give objects twice, or not at all.
    async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        selector: Option<(&str, &str)>,
        doing: &str,
    ) -> Result<Vec<T>> {
        let mut n_beginnings = 1;
        loop {
            match self.list_once(path, selector, doing).await {
                Err(Trouble::Refused(refusal)) if refusal.is_expired() && n_beginnings < N_BEGINNINGS => {
                    n_beginnings += 1;
                }
                listed => return listed.map_err(|trouble| trouble.failure(self, doing)),
            }
        }
    }

    async fn list_once<T: DeserializeOwned>(
        &self,
        path: &str,
        selector: Option<(&str, &str)>,
        doing: &str,
    ) -> Result<Vec<T>, Trouble> {
        let mut objects = Vec::new();
        let mut next: Option<String> = None;
        loop {
            let mut query = vec![("limit", PAGE)];
            query.extend(selector);
            query.extend(next.as_deref().map(|next| ("continue", next)));
            let page: wire::List<T> = self.try_read(path, &query, doing).await?;
            objects.extend(page.items);
            next = page.metadata.next.filter(|next| !next.is_empty());
            if next.is_none() {
                return Ok(objects);
            }
        }
    }
}
