use std::borrow::Cow;

use flowdeck_domain::kubernetes::{ClusterKinds, ServedKind};
use flowdeck_domain::{Failure, FailureKind, Result};
use serde::Deserialize;

use super::Cluster;
use super::call::Trouble;
use super::kind::Kind;

/// All groups in one answer; servers before 1.26 give the older form.
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/// What this is called in sentences.
const DOING: &str = "ask the cluster what it serves";

/// Either form: `items` in the new one, `groups` in the old one.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    items: Vec<Group>,
    groups: Vec<OldGroup>,
    versions: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Group {
    metadata: Name,
    versions: Vec<Version>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Name {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Version {
    version: String,
    resources: Vec<Resource>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Resource {
    resource: String,
    response_kind: Option<ResponseKind>,
    scope: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ResponseKind {
    kind: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct OldGroup {
    name: String,
    versions: Vec<OldVersion>,
    preferred_version: OldVersion,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct OldVersion {
    version: String,
}

/// The kinds of one version, in the old form.
#[derive(Default, Deserialize)]
#[serde(default)]
struct OldResources {
    resources: Vec<OldResource>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OldResource {
    name: String,
    kind: String,
    namespaced: bool,
}

impl Cluster {
    /// The kinds that the cluster serves, asked for anew.
    pub(super) async fn ask_kinds(&self) -> Result<ClusterKinds> {
        let mut kinds = Vec::new();
        for root in ["/api", "/apis"] {
            let told: Told = self
                .read_as(root, AGGREGATED, DOING)
                .await
                .map_err(|trouble| trouble.failure(self, DOING))?;
            kinds.extend(told.items.into_iter().flat_map(of_group));
            for version in told.versions {
                kinds.extend(self.old_kinds("", &version).await?);
            }
            for group in told.groups {
                let preferred = group.preferred_version.version;
                let others = group.versions.into_iter().map(|version| version.version);
                let others = others.filter(|version| *version != preferred);
                for version in std::iter::once(preferred.clone()).chain(others) {
                    kinds.extend(self.old_kinds(&group.name, &version).await?);
                }
            }
        }
        Ok(ClusterKinds::new(kinds))
    }

    /// A group whose server is down is left out: the others are there all the same.
    async fn old_kinds(&self, group: &str, version: &str) -> Result<Vec<ServedKind>> {
        let path = if group.is_empty() {
            format!("/api/{version}")
        } else {
            format!("/apis/{group}/{version}")
        };
        let told: OldResources = match self.try_read(&path, &[], DOING).await {
            Ok(told) => told,
            Err(Trouble::Refused(_)) => return Ok(Vec::new()),
            Err(trouble) => return Err(trouble.failure(self, DOING)),
        };
        let whole = told
            .resources
            .into_iter()
            .filter(|resource| !resource.name.contains('/'));
        Ok(whole
            .map(|resource| ServedKind {
                group: group.to_owned(),
                version: version.to_owned(),
                kind: resource.kind,
                plural: resource.name,
                is_namespaced: resource.namespaced,
            })
            .collect())
    }

    /// The version in which a kind is asked for; a failure that names the project where the cluster does not have it.
    pub(super) async fn version_of<K: Kind>(&self) -> Result<Cow<'static, str>> {
        if K::GROUP.is_empty() {
            return Ok(Cow::Borrowed(K::VERSIONS[0]));
        }
        let kinds = self.ask_kinds().await?;
        match kinds.find_in(K::GROUP, K::PLURAL, K::VERSIONS) {
            Some(kind) => Ok(Cow::Owned(kind.version.clone())),
            None => Err(Failure::new(
                FailureKind::NotFound,
                format!(
                    "{} is not installed in the cluster at {}",
                    K::PROJECT,
                    self.server
                ),
            )),
        }
    }
}

fn of_group(group: Group) -> impl Iterator<Item = ServedKind> {
    let name = group.metadata.name;
    group.versions.into_iter().flat_map(move |version| {
        let group = name.clone();
        version.resources.into_iter().filter_map(move |resource| {
            Some(ServedKind {
                group: group.clone(),
                version: version.version.clone(),
                kind: resource.response_kind?.kind,
                plural: resource.resource,
                is_namespaced: resource.scope == "Namespaced",
            })
        })
    })
}
