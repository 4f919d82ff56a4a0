use crate::id::Namespace;

/// A question about one's own rights.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub struct RightQuestion {
    /// `get`, `list`, `watch`, `create`, `delete`.
    pub verb: &'static str,
    /// `serving.kserve.io`; empty for Kubernetes' oldest kinds.
    pub group: &'static str,
    /// `pods`.
    pub resource: &'static str,
    /// `log`, which is a right of its own; empty where none is meant.
    pub part: &'static str,
    /// In which namespace; none means in all.
    pub namespace: Option<Namespace>,
}

impl RightQuestion {
    /// Whether the pods of a namespace may be listed: what one has to be allowed for a namespace to be of use.
    pub const fn list_pods(namespace: Namespace) -> Self {
        Self {
            verb: "list",
            group: "",
            resource: "pods",
            part: "",
            namespace: Some(namespace),
        }
    }

    /// Whether logs may be read in a namespace.
    pub const fn read_logs(namespace: Namespace) -> Self {
        Self {
            verb: "get",
            group: "",
            resource: "pods",
            part: "log",
            namespace: Some(namespace),
        }
    }
}
