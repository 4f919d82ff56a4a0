//! The namespaces that one may see. Most users of Kubeflow may not list them.

use std::collections::BTreeSet;

use flowdeck_domain::id::Namespace;
use flowdeck_domain::kubernetes::RightQuestion;
use flowdeck_domain::port::ClusterReader;
use flowdeck_domain::{FailureKind, Result};
use futures::StreamExt;

use super::call::Trouble;
use super::list::{ListPath, Listed};
use super::{Cluster, wire};

/// Questions asked at the same time.
const N_AT_ONCE: usize = 8;

impl Cluster {
    /// All namespaces where one may list them, or the profiles; else those that the kubeconfig names, of which one may list
    /// the pods. The namespace that is meant is always among them: it may be allowed what these questions do not ask.
    pub(super) async fn visible_namespaces(&self) -> Result<Vec<Namespace>> {
        if let Some(all) = self.names(&ListPath::namespaces()).await? {
            return Ok(all);
        }
        let profiles = ListPath::of_cluster("/apis/kubeflow.org/v1/profiles", "profiles");
        let candidates: BTreeSet<Namespace> = self
            .names(&profiles)
            .await?
            .into_iter()
            .flatten()
            .chain(self.known_namespaces.iter().cloned())
            .collect();
        let mut visible: BTreeSet<Namespace> = BTreeSet::from([self.namespace.clone()]);
        let mut answers = futures::stream::iter(candidates)
            .map(|namespace| async move {
                let question = RightQuestion::list_pods(namespace.clone());
                (namespace, self.may(&question).await)
            })
            .buffer_unordered(N_AT_ONCE);
        while let Some((namespace, allowed)) = answers.next().await {
            match allowed {
                Ok(true) => {
                    visible.insert(namespace);
                }
                Ok(false) => {}
                // A cluster that answers no such questions leaves it to the person to try.
                Err(failure) if failure.kind() == FailureKind::NotFound => {
                    visible.insert(namespace);
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(visible.into_iter().collect())
    }

    /// The names in a list; nothing where one may not see it, or there is no such kind.
    async fn names(&self, at: &ListPath) -> Result<Option<Vec<Namespace>>> {
        let listed: Result<Listed<wire::Named>, Trouble> = self.try_list(at).await;
        match listed {
            Ok(listed) => Ok(Some(
                listed
                    .objects
                    .into_iter()
                    .map(|named| Namespace::from(named.metadata.name))
                    .collect(),
            )),
            Err(Trouble::Refused(refusal))
                if !refusal.is_signed_out() && (refusal.is_missing_right() || refusal.status == 404) =>
            {
                Ok(None)
            }
            Err(trouble) => Err(trouble.failure(self, &format!("list {}", at.words))),
        }
    }
}
