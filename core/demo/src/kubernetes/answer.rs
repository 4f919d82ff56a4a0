use std::collections::HashMap;

use flowdeck_domain::time::Timestamp;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::cluster::KubernetesCluster;
use super::logs::LogAnswer;
use super::rights::{Asker, Question};
use super::selector::Selector;
use super::watch::WatchAnswer;
use super::{discovery, kind, list, logs, watch, write};
use flowdeck_domain::kubernetes::ServedKind;

/// What is asked.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    /// What form the answer is wanted in.
    pub(super) accept: &'a str,
    /// Who asks.
    pub(super) token: Option<&'a str>,
    pub(super) body: &'a [u8],
    pub(super) now: Timestamp,
}

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
    /// Changes as they come.
    Watch(Box<WatchAnswer>),
}

pub(super) type Query = HashMap<String, String>;

/// Which object, or which list.
struct Place<'a> {
    kind: ServedKind,
    namespace: Option<&'a str>,
    name: Option<&'a str>,
    part: Option<&'a str>,
}

/// Answers a question.
pub(super) fn answer(cluster: &KubernetesCluster, asked: &Asked<'_>) -> Answer {
    let Some(asker) = cluster.state().rights.asker(asked.token) else {
        return refused(401, "Unauthorized", "Unauthorized");
    };
    let words: Vec<&str> = asked.path.trim_matches('/').split('/').collect();
    let is_aggregated = asked.accept.contains("APIGroupDiscoveryList");
    match words[..] {
        ["version"] => {
            return Answer::Json(
                200,
                json!({ "major": "1", "minor": "36", "gitVersion": "v1.36.3" }),
            );
        }
        ["readyz" | "livez" | "healthz"] => return Answer::Text(200, "ok".to_owned()),
        ["api"] if is_aggregated => return told(discovery::aggregated(&cluster.state().kinds, true)),
        ["apis"] if is_aggregated => return told(discovery::aggregated(&cluster.state().kinds, false)),
        ["api"] => return told(json!({ "kind": "APIVersions", "versions": ["v1"] })),
        ["apis"] => return told(discovery::groups(&cluster.state().kinds)),
        ["api", version] => return of_version(cluster, "", version),
        ["apis", group, version] => return of_version(cluster, group, version),
        [
            "apis",
            "authorization.k8s.io" | "authentication.k8s.io",
            "v1",
            kind,
        ] => {
            let reviewed = write::review(&cluster.state(), &asker, kind, asked.body);
            return reviewed.unwrap_or_else(not_found);
        }
        _ => {}
    }
    match place(cluster, &words) {
        Ok(place) => of_place(cluster, &asker, asked, &place),
        Err(answer) => answer,
    }
}

/// Reads a path to objects.
fn place<'a>(cluster: &KubernetesCluster, words: &[&'a str]) -> Result<Place<'a>, Answer> {
    let (group, version, rest) = match words {
        ["api", version, rest @ ..] => ("", *version, rest),
        ["apis", group, version, rest @ ..] => (*group, *version, rest),
        _ => return Err(nowhere()),
    };
    let state = cluster.state();
    let (namespace, rest) = match rest {
        ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (Some(*namespace), rest),
        _ => (None, rest),
    };
    let (plural, name, part) = match rest {
        [plural] => (*plural, None, None),
        [plural, name] => (*plural, Some(*name), None),
        [plural, name, part] => (*plural, Some(*name), Some(*part)),
        _ => return Err(not_found()),
    };
    match state.kind(group, version, plural) {
        Some(kind) => Ok(Place {
            kind: kind.clone(),
            namespace,
            name,
            part,
        }),
        None if group.is_empty() || state.kinds.iter().any(|kind| kind.group == group) => Err(not_found()),
        None => Err(nowhere()),
    }
}

fn of_place(cluster: &KubernetesCluster, asker: &Asker, asked: &Asked<'_>, place: &Place<'_>) -> Answer {
    let query: Query = form_urlencoded::parse(asked.query.as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let is_watched = query
        .get("watch")
        .is_some_and(|value| value == "1" || value == "true");
    let verb = match (asked.method, place.name) {
        ("GET", Some(_)) => "get",
        ("GET", None) if is_watched => "watch",
        ("GET", None) => "list",
        ("POST", None) => "create",
        ("PATCH", Some(_)) => "patch",
        ("DELETE", Some(_)) => "delete",
        _ => {
            let message = "the server does not allow this method on the requested resource";
            return refused(405, "MethodNotAllowed", message);
        }
    };
    let resource = match place.part {
        Some(part) => format!("{}/{part}", place.kind.plural),
        None => place.kind.plural.clone(),
    };
    let question = Question {
        verb,
        group: &place.kind.group,
        resource: &resource,
        namespace: place.namespace,
        name: place.name,
    };
    let is_allowed = cluster.state().rights.allows(asker, &question);
    if !is_allowed {
        return refused(403, "Forbidden", &question.refusal(asker));
    }
    match (verb, place.name, place.part) {
        ("list" | "watch", ..) => many(cluster, place, verb == "watch", &query),
        ("get", Some(name), None) => one(cluster, place, name),
        ("get", Some(name), Some("log")) => {
            let namespace = place.namespace.unwrap_or_default();
            logs::answer(&cluster.state(), namespace, name, &query)
        }
        ("create", ..) => write::create(
            &mut cluster.state(),
            &place.kind,
            place.namespace,
            asked.body,
            asked.now,
        ),
        ("patch", Some(name), part @ (None | Some("status"))) => {
            let at = (place.namespace, name);
            write::patch(&mut cluster.state(), &place.kind, at, part.is_some(), asked.body)
        }
        ("delete", Some(name), None) => {
            write::delete(&mut cluster.state(), &place.kind, place.namespace, name)
        }
        _ => not_found(),
    }
}

fn many(cluster: &KubernetesCluster, place: &Place<'_>, is_watched: bool, query: &Query) -> Answer {
    let word = |name: &str| query.get(name).map_or("", String::as_str);
    let resource = place.kind.resource();
    let selector = match Selector::read(&resource, word("labelSelector"), word("fieldSelector")) {
        Ok(selector) => selector,
        Err(message) => return refused(400, "BadRequest", &message),
    };
    if is_watched {
        watch::answer(cluster, &place.kind, place.namespace, selector, query)
    } else {
        list::answer(&cluster.state(), &place.kind, place.namespace, &selector, query)
    }
}

fn one(cluster: &KubernetesCluster, place: &Place<'_>, name: &str) -> Answer {
    let resource = place.kind.resource();
    let state = cluster.state();
    match state.object(&resource, place.namespace.unwrap_or_default(), name) {
        Some(object) => {
            let mut object = Value::clone(object);
            kind::stamp(&place.kind, &mut object);
            Answer::Json(200, object)
        }
        None => no_object(&resource, name),
    }
}

fn of_version(cluster: &KubernetesCluster, group: &str, version: &str) -> Answer {
    discovery::version(&cluster.state().kinds, group, version).map_or_else(nowhere, told)
}

fn told(object: Value) -> Answer {
    Answer::Json(200, object)
}

fn nowhere() -> Answer {
    Answer::Text(404, "404 page not found\n".to_owned())
}

fn not_found() -> Answer {
    refused(
        404,
        "NotFound",
        "the server could not find the requested resource",
    )
}

pub(super) fn no_object(resource: &str, name: &str) -> Answer {
    refused(404, "NotFound", &format!("{resource} \"{name}\" not found"))
}

pub(super) fn refused(code: u16, reason: &str, message: &str) -> Answer {
    Answer::Json(code, status(code, reason, message))
}

/// A refusal as the API spells it.
pub(super) fn status(code: u16, reason: &str, message: &str) -> Value {
    json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": message, "reason": reason, "code": code })
}
