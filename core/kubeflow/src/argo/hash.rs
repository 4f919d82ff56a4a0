/// FNV-1a over 32 bits, as Go's `fnv.New32a` computes it.
pub(super) fn fnv1a(text: &str) -> u32 {
    fnv1a_from(0x811c_9dc5, text)
}

/// The same of a longer text whose beginning has this hash.
pub(super) fn fnv1a_from(start: u32, text: &str) -> u32 {
    text.bytes().fold(start, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// The id of a node: the workflow's own name for its root, else the name and a hash of the node's whole name.
///
/// Source: Argo Workflows, `workflow_types.go`, `NodeID`.
pub(super) fn node_id(workflow: &str, node_name: &str) -> String {
    if workflow == node_name {
        workflow.to_owned()
    } else {
        format!("{workflow}-{}", fnv1a(node_name))
    }
}

/// The longest a name before the hash may be. Source: Argo Workflows, `pod_name.go`.
const PREFIX_LENGTH: usize = 242;

/// The name of the pod of a node, as Argo 3.4 and later make it.
pub(super) fn pod_name(workflow: &str, template: &str, node_name: &str) -> String {
    if workflow == node_name {
        return workflow.to_owned();
    }
    let mut prefix = if template.is_empty() {
        workflow.to_owned()
    } else {
        format!("{workflow}-{template}")
    };
    prefix.truncate(PREFIX_LENGTH);
    format!("{prefix}-{}", fnv1a(node_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_pod_names_are_those_that_argo_made() {
        let wf = "churn-linear-z57wn";
        assert_eq!(node_id(wf, wf), wf);
        assert_eq!(
            node_id(wf, "churn-linear-z57wn.root.train.executor(0)"),
            "churn-linear-z57wn-2157556305"
        );
        assert_eq!(
            pod_name(
                wf,
                "retry-system-container-impl",
                "churn-linear-z57wn.root.train.executor(0)"
            ),
            "churn-linear-z57wn-retry-system-container-impl-2157556305"
        );
    }
}
