use flowdeck_domain::time::Timestamp;
use serde_json::{Value, json};

use super::answer::{Answer, no_object, refused, status};
use super::cluster::{State, key_of};
use super::kind as kinds;
use super::rights::{Asker, Question};
use flowdeck_domain::kubernetes::ServedKind;

/// Makes an object.
pub(super) fn create(
    state: &mut State,
    kind: &ServedKind,
    namespace: Option<&str>,
    body: &[u8],
    now: Timestamp,
) -> Answer {
    let Some(mut object) = read(body) else {
        return unreadable();
    };
    if let Some(namespace) = namespace {
        if state.object("namespaces", "", namespace).is_none() {
            return no_object("namespaces", namespace);
        }
        object["metadata"]["namespace"] = namespace.into();
    }
    let resource = kind.resource();
    let key = key_of(&resource, &object);
    if state.objects.contains_key(&key) {
        let message = format!("{resource} \"{}\" already exists", key.2);
        return refused(409, "AlreadyExists", &message);
    }
    object["metadata"]["creationTimestamp"] = whole_seconds(now).into();
    if resource == "pods" {
        // A status that is sent along is dropped: it is written by its own path.
        object["status"] = json!({ "phase": "Pending" });
        if object["spec"]["restartPolicy"].is_null() {
            object["spec"]["restartPolicy"] = "Always".into();
        }
    }
    kinds::stamp(kind, &mut object);
    Answer::Json(201, Value::clone(&state.put(key, object)))
}

/// Merges a patch into an object, or into its status alone.
pub(super) fn patch(
    state: &mut State,
    kind: &ServedKind,
    place: (Option<&str>, &str),
    of_status: bool,
    body: &[u8],
) -> Answer {
    let (namespace, name) = place;
    let resource = kind.resource();
    let Some(object) = state.object(&resource, namespace.unwrap_or_default(), name) else {
        return no_object(&resource, name);
    };
    let Some(mut patch) = read(body) else {
        return unreadable();
    };
    let mut object = Value::clone(object);
    if of_status {
        merge(&mut object["status"], patch["status"].take());
    } else {
        if resource == "pods"
            && let Some(parts) = patch.as_object_mut()
        {
            parts.remove("status");
        }
        merge(&mut object, patch);
    }
    let key = key_of(&resource, &object);
    Answer::Json(200, Value::clone(&state.put(key, object)))
}

/// Deletes an object at once: no grace is given here.
pub(super) fn delete(state: &mut State, kind: &ServedKind, namespace: Option<&str>, name: &str) -> Answer {
    let resource = kind.resource();
    let key = (
        resource.clone(),
        namespace.unwrap_or_default().to_owned(),
        name.to_owned(),
    );
    match state.remove(&key) {
        Some(object) => Answer::Json(200, Value::clone(&object)),
        None => no_object(&resource, name),
    }
}

/// Who asks, and what they may do; nothing where it is no such question.
pub(super) fn review(state: &State, asker: &Asker, kind: &str, body: &[u8]) -> Option<Answer> {
    let Some(mut object) = read(body) else {
        return Some(unreadable());
    };
    let attributes = object["spec"]["resourceAttributes"].clone();
    let word = |key: &str| attributes[key].as_str().filter(|word| !word.is_empty());
    let told = match kind {
        "selfsubjectreviews" => {
            json!({ "userInfo": { "username": asker.name(), "groups": ["system:authenticated"] } })
        }
        "selfsubjectaccessreviews" => {
            let resource = match (word("resource").unwrap_or_default(), word("subresource")) {
                (resource, None) => resource.to_owned(),
                (resource, Some(part)) => format!("{resource}/{part}"),
            };
            let question = Question {
                verb: word("verb").unwrap_or_default(),
                group: word("group").unwrap_or_default(),
                resource: &resource,
                namespace: word("namespace"),
                name: word("name"),
            };
            json!({ "allowed": state.rights.allows(asker, &question) })
        }
        "selfsubjectrulesreviews" => {
            let namespace = object["spec"]["namespace"].as_str().unwrap_or_default();
            json!({ "resourceRules": state.rights.rules(asker, namespace), "nonResourceRules": [], "incomplete": false })
        }
        _ => return None,
    };
    object["status"] = told;
    Some(Answer::Json(201, object))
}

fn read(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok().filter(Value::is_object)
}

fn unreadable() -> Answer {
    Answer::Json(
        400,
        status(400, "BadRequest", "the object provided is unrecognized"),
    )
}

/// JSON merge patch, RFC 7396.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(parts) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (key, value) in parts {
        if value.is_null() {
            if let Some(target) = target.as_object_mut() {
                target.remove(&key);
            }
        } else {
            merge(&mut target[key], value);
        }
    }
}

/// `2026-11-23T13:39:17Z`, as Kubernetes writes times of metadata.
fn whole_seconds(now: Timestamp) -> String {
    let text = Timestamp(now.0.div_euclid(1000) * 1000).to_string();
    format!("{}Z", text.split(['.', 'Z']).next().unwrap_or_default())
}
