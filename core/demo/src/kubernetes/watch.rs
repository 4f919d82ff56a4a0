use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;

use super::answer::{Answer, Query, refused, status};
use super::cluster::KubernetesCluster;
use super::journal::Change;
use super::kind;
use super::list::objects_of;
use super::selector::Selector;
use flowdeck_domain::kubernetes::ServedKind;

/// How long a watch goes on where nobody says.
const LONGEST: Duration = Duration::from_secs(300);

/// How long before its end a watch tells how far it came.
const LAST_BOOKMARK: Duration = Duration::from_secs(2);

/// The changes of one kind, as they come.
pub(super) struct WatchAnswer {
    cluster: KubernetesCluster,
    kind: ServedKind,
    namespace: Option<String>,
    selector: Selector,
    bell: watch::Receiver<u64>,
    /// What was told already.
    version: u64,
    /// What is to be told before anything else.
    first: Vec<u8>,
    wants_bookmarks: bool,
    ends_at: Instant,
    is_over: bool,
}

/// Opens a watch.
pub(super) fn answer(
    cluster: &KubernetesCluster,
    kind: &ServedKind,
    namespace: Option<&str>,
    selector: Selector,
    query: &Query,
) -> Answer {
    let state = cluster.state();
    let is_on = |name: &str| {
        query
            .get(name)
            .is_some_and(|value| value == "true" || value == "1")
    };
    let asked = query.get("resourceVersion").map_or("", String::as_str);
    let from = match asked {
        "" | "0" => None,
        text => match text.parse::<u64>() {
            Ok(version) => Some(version),
            Err(_) => {
                let message = format!(
                    "resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax"
                );
                return refused(500, "", &message);
            }
        },
    };
    let seconds = query.get("timeoutSeconds").and_then(|text| text.parse().ok());
    let mut watch = WatchAnswer {
        cluster: cluster.clone(),
        kind: kind.clone(),
        namespace: namespace.map(str::to_owned),
        bell: state.journal.bell(),
        version: from.unwrap_or(state.journal.version),
        first: Vec::new(),
        wants_bookmarks: is_on("allowWatchBookmarks"),
        ends_at: Instant::now() + seconds.map_or(LONGEST, Duration::from_secs),
        is_over: false,
        selector,
    };
    let is_expired = from.is_some_and(|from| from < state.journal.oldest);
    if is_expired && !is_on("sendInitialEvents") {
        let message = format!("too old resource version: {asked} ({})", state.journal.oldest);
        watch.tell("ERROR", &status(410, "Expired", &message));
        watch.is_over = true;
    } else if from.is_none() || is_on("sendInitialEvents") {
        watch.version = state.journal.version;
        for object in objects_of(&state, &kind.resource(), namespace).into_values() {
            if watch.selector.matches(&object) {
                watch.tell("ADDED", &object);
            }
        }
        if is_on("sendInitialEvents") {
            watch.tell_version(Some("k8s.io/initial-events-end"));
        }
    }
    Answer::Watch(Box::new(watch))
}

impl WatchAnswer {
    /// The next lines; nothing at the end.
    pub(super) async fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            if !self.first.is_empty() {
                return Some(std::mem::take(&mut self.first));
            }
            if self.is_over {
                return None;
            }
            self.bell.borrow_and_update();
            self.catch_up();
            if !self.first.is_empty() {
                continue;
            }
            let last_word = self.ends_at - LAST_BOOKMARK;
            let pause_ends = if self.wants_bookmarks && Instant::now() < last_word {
                last_word
            } else {
                self.ends_at
            };
            tokio::select! {
                changed = self.bell.changed() => self.is_over = changed.is_err(),
                () = tokio::time::sleep_until(pause_ends) => {
                    if self.wants_bookmarks {
                        self.tell_version(None);
                    }
                    self.is_over = Instant::now() >= self.ends_at;
                }
            }
        }
    }

    /// Tells what changed since; where that was forgotten, says so and ends.
    fn catch_up(&mut self) {
        let cluster = self.cluster.clone();
        let state = cluster.state();
        if self.version < state.journal.oldest && self.version < state.journal.version {
            let message = format!(
                "too old resource version: {} ({})",
                self.version, state.journal.oldest
            );
            self.tell("ERROR", &status(410, "Expired", &message));
            self.is_over = true;
            return;
        }
        let resource = self.kind.resource();
        for change in state.journal.since(self.version) {
            let is_place = self
                .namespace
                .as_ref()
                .is_none_or(|namespace| *namespace == change.key.1);
            if change.key.0 == resource && is_place {
                self.tell_change(change);
            }
        }
        self.version = self.version.max(state.journal.version);
    }

    /// An object that leaves the selection is told as deleted, with its last content that was in it.
    fn tell_change(&mut self, change: &Change) {
        let matching = |object: &Option<std::sync::Arc<Value>>| {
            object.clone().filter(|object| self.selector.matches(object))
        };
        match (matching(&change.before), matching(&change.after)) {
            (None, None) => {}
            (None, Some(after)) => self.tell("ADDED", &after),
            (Some(_), Some(after)) => self.tell("MODIFIED", &after),
            (Some(before), None) => {
                let mut gone = Value::clone(&before);
                gone["metadata"]["resourceVersion"] = change.version.to_string().into();
                self.tell("DELETED", &gone);
            }
        }
    }

    fn tell_version(&mut self, annotation: Option<&str>) {
        let mut object = json!({ "metadata": { "resourceVersion": self.version.to_string() } });
        if let Some(annotation) = annotation {
            object["metadata"]["annotations"] = json!({ annotation: "true" });
        }
        self.tell("BOOKMARK", &object);
    }

    fn tell(&mut self, word: &str, object: &Value) {
        let mut object = object.clone();
        if word != "ERROR" {
            kind::stamp(&self.kind, &mut object);
        }
        let line = json!({ "type": word, "object": object }).to_string();
        self.first.extend_from_slice(line.as_bytes());
        self.first.push(b'\n');
    }
}
