/// The kinds of objects that a cluster serves.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ClusterKinds {
    kinds: Vec<ServedKind>,
}

/// One kind, in one version.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ServedKind {
    /// `serving.kserve.io`; empty for Kubernetes' oldest kinds.
    pub group: String,
    /// `v1beta1`.
    pub version: String,
    /// `InferenceService`.
    pub kind: String,
    /// `inferenceservices`.
    pub plural: String,
    /// Whether its objects lie in namespaces.
    pub is_namespaced: bool,
}

impl ServedKind {
    /// A kind whose objects lie in namespaces.
    pub fn namespaced(group: &str, version: &str, kind: &str, plural: &str) -> Self {
        Self {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: kind.to_owned(),
            plural: plural.to_owned(),
            is_namespaced: true,
        }
    }

    /// A kind of the whole cluster.
    pub fn of_cluster(group: &str, version: &str, kind: &str, plural: &str) -> Self {
        Self {
            is_namespaced: false,
            ..Self::namespaced(group, version, kind, plural)
        }
    }

    /// `workflows.argoproj.io`, `pods`: what its objects are called in sentences.
    pub fn resource(&self) -> String {
        if self.group.is_empty() {
            self.plural.clone()
        } else {
            format!("{}.{}", self.plural, self.group)
        }
    }

    /// `argoproj.io/v1alpha1`, `v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.clone()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }
}

/// What a cluster may have installed, that a view needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum Installed {
    /// Argo Workflows, which runs pipelines.
    Workflows,
    /// KServe.
    InferenceServices,
    /// Kubeflow's profiles, which are namespaces with an owner.
    Profiles,
    /// Katib.
    Tuning,
    /// Kubeflow's notebooks.
    Notebooks,
    /// The training operator, or the trainer that follows it.
    Training,
}

impl Installed {
    /// The kinds that show it, any of them.
    pub const fn kinds(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Workflows => &[("argoproj.io", "Workflow")],
            Self::InferenceServices => &[("serving.kserve.io", "InferenceService")],
            Self::Profiles => &[("kubeflow.org", "Profile")],
            Self::Tuning => &[("kubeflow.org", "Experiment")],
            Self::Notebooks => &[("kubeflow.org", "Notebook")],
            Self::Training => &[
                ("trainer.kubeflow.org", "TrainJob"),
                ("kubeflow.org", "PyTorchJob"),
                ("kubeflow.org", "TFJob"),
                ("kubeflow.org", "MPIJob"),
            ],
        }
    }

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Workflows => "Argo Workflows",
            Self::InferenceServices => "KServe",
            Self::Profiles => "Kubeflow's profiles",
            Self::Tuning => "Katib",
            Self::Notebooks => "Kubeflow's notebooks",
            Self::Training => "Kubeflow's training jobs",
        }
    }
}

impl ClusterKinds {
    /// These kinds; of several versions of one, the server's own choice comes first.
    pub fn new(kinds: Vec<ServedKind>) -> Self {
        Self { kinds }
    }

    /// Whether this is installed: a view of what is not is hidden.
    pub fn has(&self, installed: Installed) -> bool {
        installed
            .kinds()
            .iter()
            .any(|(group, kind)| self.find(group, kind).is_some())
    }

    /// A kind in the version that the server prefers.
    pub fn find(&self, group: &str, kind: &str) -> Option<&ServedKind> {
        self.kinds
            .iter()
            .find(|served| served.group == group && served.kind == kind)
    }

    /// A kind in the first of these versions that is served: those that a reader knows.
    pub fn find_in(&self, group: &str, plural: &str, versions: &[&str]) -> Option<&ServedKind> {
        versions.iter().find_map(|version| {
            self.kinds
                .iter()
                .find(|served| served.group == group && served.plural == plural && served.version == *version)
        })
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &ServedKind> {
        self.kinds.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_that_several_projects_share_shows_only_what_is_there() {
        let kinds = ClusterKinds::new(vec![
            ServedKind::namespaced("kubeflow.org", "v1", "Notebook", "notebooks"),
            ServedKind::namespaced("kubeflow.org", "v2beta1", "MPIJob", "mpijobs"),
        ]);
        assert!(kinds.has(Installed::Notebooks) && kinds.has(Installed::Training));
        assert!(!kinds.has(Installed::Tuning) && !kinds.has(Installed::Workflows));
        let mpi = kinds.find_in("kubeflow.org", "mpijobs", &["v1", "v2beta1"]);
        assert_eq!(mpi.map(|kind| kind.version.as_str()), Some("v2beta1"));
        assert_eq!(kinds.find_in("kubeflow.org", "mpijobs", &["v1"]), None);
    }
}
