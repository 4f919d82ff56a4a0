use flowdeck_client::kubernetes::{Event, Pod, PodPhase};
use flowdeck_client::{Namespace, PodName, Timestamp};

use crate::tone::Tone;

/// One pod, as a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PodLine {
    /// Its id: another one if it is made again under the same name.
    pub uid: String,
    /// Its name.
    pub name: PodName,
    /// Its namespace.
    pub namespace: Namespace,
    /// Containers that are ready, of all: `1/2`.
    pub ready: String,
    /// The word in kubectl's column STATUS.
    pub state: String,
    /// What it means.
    pub tone: Tone,
    /// How often its containers were started again.
    pub restarts: u32,
    /// Why it waits or died, in one line; empty where it does neither.
    pub reason: String,
    /// Its node; empty before it has one.
    pub node: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
}

/// Something that happened, as a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EventLine {
    /// When it last happened.
    pub at: Option<Timestamp>,
    /// One word: `FailedScheduling`.
    pub reason: String,
    /// What it happened to, where that is not clear: `Job train`.
    pub object: String,
    /// A sentence, with how often.
    pub message: String,
    /// What it means.
    pub tone: Tone,
}

impl PodLine {
    /// The line of a pod, with what happened to it.
    pub fn of(pod: &Pod, events: &[Event]) -> Self {
        let (ready, all) = pod.ready();
        let trouble = pod.trouble(events);
        let state = pod.status_word();
        Self {
            uid: pod.uid.clone(),
            name: pod.name.clone(),
            namespace: pod.namespace.clone(),
            ready: format!("{ready}/{all}"),
            tone: state_tone(pod, trouble.is_some()),
            state,
            restarts: pod.restarts(),
            reason: trouble.map(|cause| cause.to_string()).unwrap_or_default(),
            node: pod.node.clone().unwrap_or_default(),
            created_at: pod.created_at,
        }
    }

    /// Whether somebody should look at it.
    pub fn is_troubled(&self) -> bool {
        !self.reason.is_empty()
    }
}

/// What the state of a pod means; `is_troubled` where it says why it waits or died.
pub fn state_tone(pod: &Pod, is_troubled: bool) -> Tone {
    let (ready, all) = pod.ready();
    match &pod.phase {
        _ if pod.deleted_at.is_some() && !pod.phase.is_terminal() => Tone::Muted,
        PodPhase::Succeeded => Tone::Muted,
        PodPhase::Failed => Tone::Bad,
        PodPhase::Running if is_troubled => Tone::Bad,
        PodPhase::Running if ready == all => Tone::Good,
        PodPhase::Running => Tone::Active,
        PodPhase::Pending if is_troubled => Tone::Warning,
        PodPhase::Pending => Tone::Active,
        PodPhase::Unknown | PodPhase::Other(_) => Tone::Warning,
    }
}

impl EventLine {
    /// The line of an event beside the thing that it happened to.
    pub fn of(event: &Event) -> Self {
        let times = match event.count {
            0 | 1 => String::new(),
            many => format!(" ({many} times)"),
        };
        let message = event.message.split_whitespace().collect::<Vec<_>>().join(" ");
        Self {
            at: event.last_seen,
            reason: event.reason.clone(),
            object: String::new(),
            message: format!("{message}{times}"),
            tone: if event.is_warning {
                Tone::Warning
            } else {
                Tone::Plain
            },
        }
    }

    /// The line of an event among those of a whole namespace.
    pub fn naming(event: &Event) -> Self {
        Self {
            object: format!("{} {}", event.kind, event.name),
            ..Self::of(event)
        }
    }
}
