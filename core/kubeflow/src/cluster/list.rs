use flowdeck_domain::Result;
use flowdeck_domain::port::WatchQuery;
use serde::de::DeserializeOwned;

use super::call::Trouble;
use super::kind::Kind;
use super::{Cluster, wire};

/// Objects asked for at a time, as kubectl does.
const PAGE: &str = "500";

/// How often a list that expired under our hands begins again.
const N_BEGINNINGS: usize = 3;

/// All of a list, and how new it is.
pub(super) struct Listed<T> {
    /// The version of all of it: where a watch goes on.
    pub(super) version: String,
    pub(super) objects: Vec<T>,
}

/// Where objects are listed, which of them, and what that is called.
pub(super) struct ListPath {
    pub(super) path: String,
    pub(super) labels: String,
    pub(super) fields: String,
    /// `pods in namespace steps`.
    pub(super) words: String,
}

impl ListPath {
    /// The objects of a kind in one of its versions.
    pub(super) fn of<K: Kind>(version: &str, query: &WatchQuery) -> Self {
        let base = if K::GROUP.is_empty() {
            format!("/api/{version}")
        } else {
            format!("/apis/{}/{version}", K::GROUP)
        };
        let (path, place) = match &query.namespace {
            Some(namespace) => (
                format!("{base}/namespaces/{namespace}/{}", K::PLURAL),
                format!("in namespace {namespace}"),
            ),
            None => (format!("{base}/{}", K::PLURAL), "in all namespaces".to_owned()),
        };
        Self {
            path,
            labels: query.labels.clone(),
            fields: query.fields.clone(),
            words: format!("{} {place}", K::WORDS),
        }
    }

    /// The namespaces themselves.
    pub(super) fn namespaces() -> Self {
        Self::of_cluster("/api/v1/namespaces", "namespaces")
    }

    /// Objects of the whole cluster.
    pub(super) fn of_cluster(path: &str, words: &str) -> Self {
        Self {
            path: path.to_owned(),
            labels: String::new(),
            fields: String::new(),
            words: words.to_owned(),
        }
    }

    pub(super) fn selectors(&self) -> Vec<(&'static str, &str)> {
        [("labelSelector", &self.labels), ("fieldSelector", &self.fields)]
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| (name, text.as_str()))
            .collect()
    }
}

impl Cluster {
    /// All objects of a kind.
    pub(super) async fn list_of<K: Kind>(&self, query: &WatchQuery) -> Result<Vec<K>> {
        let version = self.version_of::<K>().await?;
        let listed: Listed<K::Wire> = self.list(&ListPath::of::<K>(&version, query)).await?;
        listed.objects.into_iter().map(K::read).collect()
    }

    /// All objects of a list, page by page. A list that expires meanwhile begins again: to go on from where it stood would
    /// give objects twice, or not at all.
    pub(super) async fn list<T: DeserializeOwned>(&self, at: &ListPath) -> Result<Listed<T>> {
        self.try_list(at)
            .await
            .map_err(|trouble| trouble.failure(self, &format!("list {}", at.words)))
    }

    /// As [`Cluster::list`], with a refusal as it came.
    pub(super) async fn try_list<T: DeserializeOwned>(&self, at: &ListPath) -> Result<Listed<T>, Trouble> {
        let mut n_beginnings = 1;
        loop {
            match self.list_once(at).await {
                Err(Trouble::Refused(refusal)) if refusal.is_expired() && n_beginnings < N_BEGINNINGS => {
                    n_beginnings += 1;
                }
                listed => return listed,
            }
        }
    }

    async fn list_once<T: DeserializeOwned>(&self, at: &ListPath) -> Result<Listed<T>, Trouble> {
        let doing = format!("list {}", at.words);
        let mut listed = Listed {
            version: String::new(),
            objects: Vec::new(),
        };
        let mut next: Option<String> = None;
        loop {
            let mut query = vec![("limit", PAGE)];
            query.extend(at.selectors());
            query.extend(next.as_deref().map(|next| ("continue", next)));
            let page: wire::List<T> = self.try_read(&at.path, &query, &doing).await?;
            listed.objects.extend(page.items);
            if next.is_none() {
                listed.version = page.metadata.resource_version;
            }
            next = page.metadata.next.filter(|next| !next.is_empty());
            if next.is_none() {
                return Ok(listed);
            }
        }
    }
}
