use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::answer::{Answer, Query, refused};
use super::cluster::State;
use super::journal::Key;
use super::selector::Selector;
use flowdeck_domain::kubernetes::ServedKind;

/// Said of a list that cannot be gone on with. Source: Kubernetes, `apiserver/pkg/storage/continue.go`.
const EXPIRED: &str = "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

/// The objects of a kind in a namespace, or in all of them.
pub(super) fn objects_of(
    state: &State,
    resource: &str,
    namespace: Option<&str>,
) -> BTreeMap<Key, Arc<Value>> {
    let first = (
        resource.to_owned(),
        namespace.unwrap_or_default().to_owned(),
        String::new(),
    );
    state
        .objects
        .range(first..)
        .take_while(|(key, _)| key.0 == resource && namespace.is_none_or(|namespace| namespace == key.1))
        .map(|(key, object)| (key.clone(), Arc::clone(object)))
        .collect()
}

/// A page of a list, as all of it was when its first page was asked for.
pub(super) fn answer(
    state: &State,
    kind: &ServedKind,
    namespace: Option<&str>,
    selector: &Selector,
    query: &Query,
) -> Answer {
    let resource = kind.resource();
    let mut version = state.journal.version;
    let mut objects = objects_of(state, &resource, namespace);
    if let Some(token) = query.get("continue") {
        if query.contains_key("resourceVersion") {
            let message = "specifying resource version is not allowed when using continue";
            return refused(400, "BadRequest", message);
        }
        let Some((at, start)) = read_token(token) else {
            let message = "invalid continue token: continue key is not valid";
            return refused(400, "BadRequest", message);
        };
        if at < state.journal.oldest {
            return refused(410, "Expired", EXPIRED);
        }
        version = at;
        state.journal.rewind(&mut objects, &resource, version);
        objects.retain(|key, _| {
            namespace.is_none_or(|namespace| namespace == key.1) && (&key.1, &key.2) > (&start.0, &start.1)
        });
    }
    let limit: usize = query
        .get("limit")
        .filter(|_| query.get("resourceVersion").is_none_or(|version| version != "0"))
        .and_then(|limit| limit.parse().ok())
        .filter(|limit| *limit > 0)
        .unwrap_or(usize::MAX);
    let mut chosen = objects.into_iter().filter(|(_, object)| selector.matches(object));
    let page: Vec<(Key, Arc<Value>)> = chosen.by_ref().take(limit).collect();
    let n_left = chosen.count();
    let mut metadata = json!({ "resourceVersion": version.to_string() });
    if let Some((last, _)) = page.last().filter(|_| n_left > 0) {
        metadata["continue"] = token(version, last).into();
        if selector.is_all() {
            metadata["remainingItemCount"] = n_left.into();
        }
    }
    let items: Vec<&Value> = page.iter().map(|(_, object)| &**object).collect();
    Answer::Json(
        200,
        json!({ "kind": format!("{}List", kind.kind), "apiVersion": kind.api_version(), "metadata": metadata,
                "items": items }),
    )
}

/// Where a list goes on: after this object, as all was at this version.
fn token(version: u64, last: &Key) -> String {
    let start = format!("{}/{}\u{0}", last.1, last.2);
    let text = json!({ "v": "meta.k8s.io/v1", "rv": version, "start": start }).to_string();
    URL_SAFE_NO_PAD.encode(text)
}

fn read_token(token: &str) -> Option<(u64, (String, String))> {
    let text = URL_SAFE_NO_PAD.decode(token).ok()?;
    let read: Value = serde_json::from_slice(&text).ok()?;
    let (namespace, name) = read["start"]
        .as_str()?
        .trim_end_matches('\u{0}')
        .split_once('/')?;
    Some((read["rv"].as_u64()?, (namespace.to_owned(), name.to_owned())))
}
