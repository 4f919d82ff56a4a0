use flowdeck_domain::kubernetes::ServedKind;
use serde_json::Value;

/// Says in an object what it is, as every answer but the items of a list does.
pub(super) fn stamp(kind: &ServedKind, object: &mut Value) {
    object["kind"] = kind.kind.clone().into();
    object["apiVersion"] = kind.api_version().into();
}

/// Those that every cluster has, as far as flowdeck asks for them.
pub(super) fn built_in() -> Vec<ServedKind> {
    vec![
        ServedKind::of_cluster("", "v1", "Namespace", "namespaces"),
        ServedKind::of_cluster("", "v1", "Node", "nodes"),
        ServedKind::namespaced("", "v1", "Pod", "pods"),
        ServedKind::namespaced("", "v1", "Event", "events"),
        ServedKind::namespaced("", "v1", "Service", "services"),
    ]
}
