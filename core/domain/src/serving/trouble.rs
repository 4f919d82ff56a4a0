use super::{Condition, InferenceService, LoadFailure, Model, Surroundings};
use crate::kubernetes::{Event, Pod};
use crate::pipelines::{Cause, CauseKind};

/// What keeps a service from being as it was asked for.
pub(super) struct Trouble {
    /// Why.
    pub(super) cause: Cause,
    /// How bad it is.
    pub(super) weight: Weight,
}

/// How bad a trouble is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Weight {
    /// It does not come up as it was asked for.
    Fails,
    /// It comes up as soon as something else gives way: a node with room.
    Waits,
    /// It runs, and no way from outside leads to it.
    Unreachable,
}

/// Reasons of a component's condition that say only that it comes up, or nothing at all.
///
/// Source: KServe 0.16 and 0.20, Knative Serving 0.48, Deployment controller of Kubernetes 1.36.
const UNDER_WAY: &[&str] = &[
    "",
    "MinimumReplicasUnavailable",
    "MinimumReplicasAvailable",
    "NewReplicaSetCreated",
    "NewReplicaSetAvailable",
    "FoundNewReplicaSet",
    "ReplicaSetUpdated",
    "RevisionMissing",
    "IngressNotConfigured",
    "OutOfDate",
    "TrafficNotMigrated",
    "Deploying",
    "Stopped",
];

/// Reasons that say that something took too long, and not why.
const TIMED_OUT: &str = "ProgressDeadlineExceeded";

/// Reasons of the service's own warnings that no condition repeats.
const TOLD_BY_EVENTS_ALONE: &[&str] = &["InternalError", "ServerlessModeRejected"];

impl Trouble {
    /// The trouble of a service: what names its cause best comes first.
    ///
    /// The failure of the model, as long as that failed; then the component that failed; then the pods, which the
    /// controller does not watch; then the way in; last, what was told by an event alone.
    pub(super) fn of(service: &InferenceService, around: &Surroundings<'_>) -> Option<Self> {
        let by_pods = || of_pods(service, around).map(Self::by_kind);
        let by_component = || {
            let failed = failed_component(service)?;
            match told(failed) {
                Some(cause) => Some(Self::by_kind(cause)),
                None => by_pods().or_else(|| Some(Self::fails(last_words(service)))),
            }
        };
        let by_model = || {
            let failure = service.model.failure()?;
            Some(Self::fails(of_load(failure, service.predictor.model.as_ref())))
        };
        by_model()
            .or_else(by_component)
            .or_else(by_pods)
            .or_else(|| {
                let is_blocked = service.model.has_failed();
                is_blocked.then(|| Self::fails(Cause::said(CauseKind::Other, "its model cannot be loaded")))
            })
            .or_else(|| of_the_way_in(service).map(Self::unreachable))
            .or_else(|| of_events(service, around.events).map(Self::fails))
    }

    fn fails(cause: Cause) -> Self {
        Self {
            cause,
            weight: Weight::Fails,
        }
    }

    fn unreachable(cause: Cause) -> Self {
        Self {
            cause,
            weight: Weight::Unreachable,
        }
    }

    /// A pod that finds no node waits; whatever else is the matter does not go away by waiting.
    fn by_kind(cause: Cause) -> Self {
        let weight = match cause.kind {
            CauseKind::Unschedulable => Weight::Waits,
            _ => Weight::Fails,
        };
        Self { cause, weight }
    }
}

/// What a failure to load means. The reason is KServe's, the words are whatever failed.
fn of_load(failure: &LoadFailure, model: Option<&Model>) -> Cause {
    let model = |word: fn(&Model) -> Option<String>| model.and_then(word).unwrap_or_default();
    let words = match failure.reason.as_str() {
        "RuntimeNotRecognized" => {
            let runtime = model(|model| model.runtime.as_ref().map(|name| format!(" {name}")));
            format!("the serving runtime{runtime} does not exist")
        }
        "RuntimeDisabled" => {
            let runtime = model(|model| model.runtime.as_ref().map(|name| format!(" {name}")));
            format!("the serving runtime{runtime} is disabled")
        }
        "NoSupportingRuntime" => {
            let wanted = model(|model| Some(asked_for(model)));
            format!("no serving runtime takes a model of the format{wanted}")
        }
        _ => return of_process(failure),
    };
    Cause::said(CauseKind::Other, words)
}

/// ` mlflow 2 with protocol v1`.
fn asked_for(model: &Model) -> String {
    let version = model.format_version.as_ref().map(|version| format!(" {version}"));
    let protocol = model
        .protocol
        .as_ref()
        .map(|protocol| format!(" with protocol {protocol}"));
    format!(
        " {}{}{}",
        model.format,
        version.unwrap_or_default(),
        protocol.unwrap_or_default()
    )
}

/// A process that ended: its last line says what a traceback leads to.
fn of_process(failure: &LoadFailure) -> Cause {
    let words = last_line(&failure.message);
    match failure.exit_code {
        Some(137) if words.is_empty() => Cause::said(CauseKind::OutOfMemory, "exit code 137"),
        Some(code) if code != 0 => Cause::said(CauseKind::ExitCode(code), words),
        _ if words.is_empty() => Cause::said(CauseKind::Other, failure.reason.clone()),
        _ => Cause::read(Some(words), None).unwrap_or_else(|| Cause::said(CauseKind::Other, words)),
    }
}

fn last_line(text: &str) -> &str {
    text.lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.trim_matches('.').is_empty())
        .unwrap_or_default()
}

/// The condition of the component that failed: in Knative mode that of its configuration says why.
fn failed_component(service: &InferenceService) -> Option<&Condition> {
    service
        .components()
        .flat_map(|(kind, _)| {
            ["ConfigurationReady", "Ready"].map(|what| format!("{}{what}", kind.condition_prefix()))
        })
        .filter_map(|name| service.condition(&name))
        .find(|condition| condition.status == Some(false) && !UNDER_WAY.contains(&condition.reason.as_str()))
}

/// What a condition tells of its cause; nothing where it tells only that there is one.
fn told(condition: &Condition) -> Option<Cause> {
    if condition.reason == TIMED_OUT {
        return None;
    }
    // Revision "x-predictor-00001" failed with message: Container failed with: Traceback ...
    let message = match condition.message.split_once(" failed with message: ") {
        Some((_, why)) => why.trim_start_matches("Container failed with: "),
        None => &condition.message,
    };
    let words = if message.contains("Traceback") {
        last_line(message)
    } else {
        message.trim()
    };
    if words.trim_matches('.').is_empty() || words.contains("timed out progressing") {
        return None;
    }
    Cause::read(Some(words), None)
}

/// What is left to say of a component that failed without a word.
fn last_words(service: &InferenceService) -> Cause {
    match &service.model.last_failure {
        Some(failure) => of_load(failure, service.predictor.model.as_ref()),
        None => Cause::said(CauseKind::Deadline, "it did not become ready in time"),
    }
}

fn of_pods(service: &InferenceService, around: &Surroundings<'_>) -> Option<Cause> {
    around
        .pods?
        .iter()
        .filter(|pod| pod.deleted_at.is_none() && is_current(service, pod))
        .find_map(|pod| {
            let events: Vec<Event> = around
                .events
                .iter()
                .filter(|event| event.kind == "Pod" && event.name == pod.name.as_str())
                .cloned()
                .collect();
            pod.trouble(&events)
        })
}

/// Whether a pod is of a revision that is coming up or gets traffic; in Standard mode every pod is.
fn is_current(service: &InferenceService, pod: &Pod) -> bool {
    let Some(revision) = pod.labels.get("serving.knative.dev/revision") else {
        return true;
    };
    service.components().any(|(_, component)| {
        component.revisions.created.as_ref() == Some(revision)
            || component
                .traffic
                .iter()
                .any(|share| &share.revision == revision && share.percent > 0)
    })
}

/// Why no way leads in, once the components are ready. KServe says so before that as well, and it means nothing then.
fn of_the_way_in(service: &InferenceService) -> Option<Cause> {
    let are_ready = service
        .components()
        .all(|(kind, _)| service.holds(&format!("{}Ready", kind.condition_prefix())) == Some(true));
    let ingress = service
        .condition("IngressReady")
        .filter(|condition| condition.status == Some(false))?;
    if !are_ready {
        return None;
    }
    let words = match ingress.reason.as_str() {
        "ParentStatusNotAvailable" => "no gateway has taken its route yet".to_owned(),
        "" => ingress.message.clone(),
        reason if ingress.message.is_empty() => reason.to_owned(),
        reason => format!("{reason}: {}", ingress.message),
    };
    Some(Cause::said(CauseKind::Other, words))
}

/// What only an event tells: the controller gave up before it wrote any condition.
fn of_events(service: &InferenceService, events: &[Event]) -> Option<Cause> {
    if service.holds("Ready").is_some() {
        return None;
    }
    let last = events.iter().rev().find(|event| {
        event.kind == "InferenceService"
            && event.name == service.name.as_str()
            && TOLD_BY_EVENTS_ALONE.contains(&event.reason.as_str())
    })?;
    Some(Cause::said(CauseKind::Other, last.message.clone()))
}
