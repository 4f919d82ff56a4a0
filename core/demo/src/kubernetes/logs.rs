use std::sync::Arc;

use flowdeck_domain::time::Timestamp;

use super::answer::{Answer, Query, no_object, refused};
use super::cluster::{State, container_names};
use super::log::Follower;

/// A log to be given.
pub(super) struct LogAnswer {
    pub(super) follower: Follower,
    pub(super) is_followed: bool,
    pub(super) is_stamped: bool,
    /// Whole seconds since the epoch: the API cuts the time it is asked for.
    pub(super) since: i64,
}

/// Answers what a container printed.
pub(super) fn answer(state: &State, namespace: &str, name: &str, query: &Query) -> Answer {
    let Some(pod) = state.object("pods", namespace, name) else {
        return no_object("pods", name);
    };
    let names = container_names(pod);
    let container = match (query.get("container"), &names[..]) {
        (Some(container), _) => container,
        (None, [only]) => only,
        (None, _) => {
            let message = format!(
                "a container name must be specified for pod {name}, choose one of: [{}]",
                names.join(" ")
            );
            return refused(400, "BadRequest", &message);
        }
    };
    let printed = state
        .logs
        .get(&(namespace.to_owned(), name.to_owned()))
        .and_then(|logs| logs.get(container));
    let Some(printed) = printed else {
        return refused(
            400,
            "BadRequest",
            &format!("container {container} is not valid for pod {name}"),
        );
    };
    let since = match query
        .get("sinceTime")
        .map(|text| (text, Timestamp::parse_rfc3339(text)))
    {
        Some((text, None)) => {
            let message = format!(
                "parsing time \"{text}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"{text}\" as \"2006\""
            );
            return refused(400, "BadRequest", &message);
        }
        Some((_, Some(since))) => since.0.div_euclid(1000),
        None => i64::MIN,
    };
    let tail = match query.get("tailLines").map(|text| (text, text.parse::<usize>())) {
        Some((text, Err(_))) => {
            let message = format!(
                "PodLogOptions \"{name}\" is invalid: tailLines: Invalid value: {text}: must be greater than or equal to 0"
            );
            return refused(422, "Invalid", &message);
        }
        tail => tail.and_then(|(_, tail)| tail.ok()),
    };
    let is_pending = pod["status"]["phase"] == "Pending";
    if is_pending && !pod["spec"]["nodeName"].is_string() {
        return Answer::NoContent;
    }
    if state.is_kubelet_down {
        let message = format!(
            "Get \"https://127.0.0.1:10250/containerLogs/{namespace}/{name}/{container}\": dial tcp 127.0.0.1:10250: connect: connection refused"
        );
        return refused(500, "InternalError", &message);
    }
    let is_on = |name: &str| query.get(name).is_some_and(|value| value == "true");
    if is_pending && !has_begun(pod, container) {
        let message =
            format!("container \"{container}\" in pod \"{name}\" is waiting to start: ContainerCreating");
        return refused(400, "BadRequest", &message);
    }
    let chosen = if is_on("previous") {
        printed.previous.as_ref()
    } else {
        Some(&printed.current)
    };
    let Some(chosen) = chosen else {
        let message = format!("previous terminated container \"{container}\" in pod \"{name}\" not found");
        return refused(400, "BadRequest", &message);
    };
    Answer::Log(LogAnswer {
        follower: Arc::clone(chosen).follow(tail),
        is_followed: is_on("follow"),
        is_stamped: is_on("timestamps"),
        since,
    })
}

/// Whether the kubelet told of this container that it runs or ran: init containers do while the pod is pending.
fn has_begun(pod: &serde_json::Value, container: &str) -> bool {
    ["initContainerStatuses", "containerStatuses"]
        .iter()
        .filter_map(|list| pod["status"][*list].as_array())
        .flatten()
        .filter(|status| status["name"] == container)
        .any(|status| status["state"]["running"].is_object() || status["state"]["terminated"].is_object())
}
