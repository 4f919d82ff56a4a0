/// A key of a context, for everything that lists them: reading, `context edit`, the form.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The key in `[contexts.NAME]`.
    pub key: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// What it is, for people.
    pub what: &'static str,
}

/// What a key of a context holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FieldKind {
    /// Text.
    Text,
    /// True or false.
    Flag,
    /// A number of seconds.
    Seconds,
    /// A table of its own.
    Table,
}

const fn field(key: &'static str, kind: FieldKind, what: &'static str) -> Field {
    Field { key, kind, what }
}

/// Every key of a context, in the order people think of them.
pub const FIELDS: &[Field] = &[
    field(
        "tracking",
        FieldKind::Text,
        "where runs are: https://host, a path, databricks://profile",
    ),
    field(
        "registry",
        FieldKind::Text,
        "where models are, when that is elsewhere",
    ),
    field(
        "workspace",
        FieldKind::Text,
        "the workspace of an MLflow 3 server",
    ),
    field("pipelines", FieldKind::Text, "where Kubeflow Pipelines answers"),
    field("kube_context", FieldKind::Text, "the context of kubeconfig"),
    field(
        "namespace",
        FieldKind::Text,
        "the namespace of pipelines and services",
    ),
    field("ingress", FieldKind::Text, "where inference requests go in"),
    field(
        "auth",
        FieldKind::Table,
        "who asks, and where the secret is found",
    ),
    field("read_only", FieldKind::Flag, "refuse every write"),
    field(
        "production",
        FieldKind::Flag,
        "ask for the context's name before what destroys",
    ),
    field(
        "ssh_host",
        FieldKind::Text,
        "a host that the system's ssh forwards through",
    ),
    field("proxy", FieldKind::Text, "a proxy to go through"),
    field(
        "ca_file",
        FieldKind::Text,
        "certificates in PEM to believe beside the system's",
    ),
    field("client_cert", FieldKind::Text, "a client certificate in PEM"),
    field(
        "client_key",
        FieldKind::Text,
        "its key in PEM, where that is another file",
    ),
    field("insecure_tls", FieldKind::Flag, "believe any certificate"),
    field(
        "timeout",
        FieldKind::Seconds,
        "seconds that a server may take to answer",
    ),
    field("headers", FieldKind::Table, "further headers of every request"),
    field("gates", FieldKind::Table, "what promotion asks of a version"),
];

impl Field {
    /// The field of this key.
    pub fn of(key: &str) -> Option<&'static Self> {
        FIELDS.iter().find(|field| field.key == key)
    }
}
