use std::collections::HashMap;
use std::sync::Arc;

use flowdeck_domain::time::Timestamp;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::cluster::{KubernetesCluster, State, container_names, key};
use super::log::Follower;

/// An answer before it is put on the wire.
pub(super) enum Answer {
    /// An object, or a refusal.
    Json(u16, Value),
    /// A line of text: what the server says where it knows no such group.
    Text(u16, String),
    /// Nothing, as a pod without a node prints.
    NoContent,
    /// What a container printed.
    Log(LogAnswer),
}

/// A log to be given.
pub(super) struct LogAnswer {
    pub(super) follower: Follower,
    pub(super) is_followed: bool,
    pub(super) is_stamped: bool,
    /// Whole seconds since the epoch: the API cuts the time it is asked for.
    pub(super) since: i64,
}

type Query = HashMap<String, String>;

/// Answers a GET.
pub(super) fn answer(cluster: &KubernetesCluster, path: &str, query: &str) -> Answer {
    let query: Query = form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let state = cluster.state();
    let words: Vec<&str> = path.trim_matches('/').split('/').collect();
    match words[..] {
        ["version"] => Answer::Json(
            200,
            json!({ "major": "1", "minor": "36", "gitVersion": "v1.36.3" }),
        ),
        ["api", "v1", "namespaces"] => {
            let named = state
                .namespaces
                .iter()
                .map(|name| json!({ "metadata": { "name": name } }));
            list("NamespaceList", named.collect(), &query)
        }
        ["api", "v1", "pods"] => pods(&state, None, &query),
        ["api", "v1", "namespaces", namespace, "pods"] => pods(&state, Some(namespace), &query),
        ["api", "v1", "namespaces", namespace, "pods", name] => match state.pods.get(&key(namespace, name)) {
            Some(entry) => Answer::Json(200, entry.object.clone()),
            None => no_pod(name),
        },
        ["api", "v1", "namespaces", namespace, "pods", name, "log"] => log(&state, namespace, name, &query),
        ["api", "v1", "namespaces", namespace, "events"] => events(&state, namespace, &query),
        ["api", "v1", ..] => refused(
            404,
            "NotFound",
            "the server could not find the requested resource",
        ),
        _ => Answer::Text(404, "404 page not found\n".to_owned()),
    }
}

fn pods(state: &State, namespace: Option<&str>, query: &Query) -> Answer {
    let wanted = match selector(query.get("labelSelector")) {
        Ok(wanted) => wanted,
        Err(answer) => return answer,
    };
    let chosen = state
        .pods
        .iter()
        .filter(|((of, _), _)| namespace.is_none_or(|namespace| namespace == of))
        .map(|(_, entry)| &entry.object)
        .filter(|pod| {
            wanted
                .iter()
                .all(|(name, value)| pod["metadata"]["labels"][name] == **value)
        });
    list("PodList", chosen.cloned().collect(), query)
}

fn events(state: &State, namespace: &str, query: &Query) -> Answer {
    let wanted = match selector(query.get("fieldSelector")) {
        Ok(wanted) => wanted,
        Err(answer) => return answer,
    };
    let field = |event: &Value, name: &str| match name {
        "involvedObject.kind" => event["involvedObject"]["kind"].clone(),
        "involvedObject.name" => event["involvedObject"]["name"].clone(),
        other => event[other].clone(),
    };
    let chosen = state.events.iter().filter(|event| {
        event["involvedObject"]["namespace"] == namespace
            && wanted.iter().all(|(name, value)| field(event, name) == **value)
    });
    list("EventList", chosen.cloned().collect(), query)
}

/// `a=b,c=d`.
fn selector(text: Option<&String>) -> Result<Vec<(String, String)>, Answer> {
    let text = text.map_or("", String::as_str);
    text.split(',')
        .filter(|part| !part.is_empty())
        .map(|part| match part.split_once('=') {
            Some((name, value)) if !name.is_empty() => {
                Ok((name.to_owned(), value.trim_start_matches('=').to_owned()))
            }
            _ => Err(refused(
                400,
                "BadRequest",
                &format!("unable to parse requirement: {part}"),
            )),
        })
        .collect()
}

/// A page of a list; where it goes on is said by a number, which clients must not read.
fn list(kind: &str, objects: Vec<Value>, query: &Query) -> Answer {
    let limit = query.get("limit").and_then(|limit| limit.parse().ok());
    let from = query
        .get("continue")
        .map_or(Some(0), |next| next.parse::<usize>().ok());
    let Some(from) = from else {
        return refused(400, "BadRequest", "continue key is not valid");
    };
    let limit = limit.filter(|limit| *limit > 0).unwrap_or(usize::MAX);
    let n_objects = objects.len();
    let page: Vec<Value> = objects.into_iter().skip(from).take(limit).collect();
    let end = from + page.len();
    let next = if end < n_objects {
        end.to_string()
    } else {
        String::new()
    };
    Answer::Json(
        200,
        json!({ "kind": kind, "apiVersion": "v1", "metadata": { "resourceVersion": "1", "continue": next }, "items": page }),
    )
}

fn log(state: &State, namespace: &str, name: &str, query: &Query) -> Answer {
    let Some(entry) = state.pods.get(&key(namespace, name)) else {
        return no_pod(name);
    };
    let names = container_names(&entry.object);
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
    let Some(printed) = entry.logs.get(container) else {
        return refused(
            400,
            "BadRequest",
            &format!("container {container} is not valid for pod {name}"),
        );
    };
    if state.is_kubelet_down {
        let message = format!(
            "Get \"https://127.0.0.1:10250/containerLogs/{namespace}/{name}/{container}\": dial tcp 127.0.0.1:10250: connect: connection refused"
        );
        return refused(500, "InternalError", &message);
    }
    if entry.object["status"]["phase"] == "Pending" {
        let has_node = entry.object["spec"]["nodeName"].is_string();
        let message =
            format!("container \"{container}\" in pod \"{name}\" is waiting to start: ContainerCreating");
        return if has_node {
            refused(400, "BadRequest", &message)
        } else {
            Answer::NoContent
        };
    }
    let is_on = |name: &str| query.get(name).is_some_and(|value| value == "true");
    let chosen = if is_on("previous") {
        printed.previous.as_ref()
    } else {
        Some(&printed.current)
    };
    let Some(chosen) = chosen else {
        let message = format!("previous terminated container \"{container}\" in pod \"{name}\" not found");
        return refused(400, "BadRequest", &message);
    };
    let since = match query.get("sinceTime").map(|text| Timestamp::parse_rfc3339(text)) {
        Some(None) => return refused(400, "BadRequest", "sinceTime is no time"),
        Some(Some(since)) => since.0.div_euclid(1000),
        None => i64::MIN,
    };
    let tail = match query.get("tailLines").map(|text| text.parse::<usize>()) {
        Some(Err(_)) => return refused(422, "Invalid", "tailLines must be greater than or equal to 0"),
        tail => tail.and_then(Result::ok),
    };
    Answer::Log(LogAnswer {
        follower: Arc::clone(chosen).follow(tail),
        is_followed: is_on("follow"),
        is_stamped: is_on("timestamps"),
        since,
    })
}

fn no_pod(name: &str) -> Answer {
    refused(404, "NotFound", &format!("pods \"{name}\" not found"))
}

fn refused(code: u16, reason: &str, message: &str) -> Answer {
    Answer::Json(
        code,
        json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
                "message": message, "reason": reason, "code": code }),
    )
}
