use std::fmt;

/// Why a task waits or died: what kind of trouble it is, and how its source words it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cause {
    /// What kind of trouble.
    pub kind: CauseKind,
    /// What was said of it, one line without a full stop; empty where the kind says all.
    pub detail: String,
}

/// What kind of trouble a task is in: each kind is here because somebody acts on it differently.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum CauseKind {
    /// No node has room for it, or none fits.
    Unschedulable,
    /// Its image cannot be fetched.
    ImagePull,
    /// Its process took more memory than it may.
    OutOfMemory,
    /// What prepares it failed, before it could start.
    Driver,
    /// The namespace may not have more.
    Quota,
    /// Its node threw it out.
    Evicted,
    /// It took longer than it may.
    Deadline,
    /// Somebody stopped it.
    Stopped,
    /// Its pod was deleted, or its node went away.
    PodLost,
    /// Its container cannot start: a missing secret, volume or program.
    Start,
    /// Its process ended with this code.
    ExitCode(i32),
    /// Something else.
    Other,
}

impl CauseKind {
    /// Its word in JSON; stable.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unschedulable => "unschedulable",
            Self::ImagePull => "image_pull",
            Self::OutOfMemory => "out_of_memory",
            Self::Driver => "driver",
            Self::Quota => "quota",
            Self::Evicted => "evicted",
            Self::Deadline => "deadline",
            Self::Stopped => "stopped",
            Self::PodLost => "pod_lost",
            Self::Start => "start",
            Self::ExitCode(_) => "exit_code",
            Self::Other => "other",
        }
    }

    fn sentence(self) -> Option<&'static str> {
        Some(match self {
            Self::Unschedulable => "no node can take it",
            Self::ImagePull => "its image cannot be pulled",
            Self::OutOfMemory => "out of memory",
            Self::Driver => "its driver failed",
            Self::Quota => "the quota of the namespace is used up",
            Self::Evicted => "evicted from its node",
            Self::Deadline => "it took longer than it may",
            Self::Stopped => "stopped",
            Self::PodLost => "its pod is gone",
            Self::Start => "its container cannot start",
            Self::ExitCode(_) | Self::Other => return None,
        })
    }
}

/// Words of Argo, Kubernetes and container runtimes, each with what they mean; the first that fits counts.
///
/// Source: node messages of Argo Workflows 3.4 to 4.0 (`operator.go`, `inferFailedReason`), reasons of the kubelet and of
/// the scheduler. Quota comes before anything else: its message quotes whatever was asked for.
const WORDS: &[(&str, CauseKind)] = &[
    ("exceeded quota", CauseKind::Quota),
    ("OOMKilled", CauseKind::OutOfMemory),
    ("Unschedulable", CauseKind::Unschedulable),
    ("nodes are available", CauseKind::Unschedulable),
    ("SchedulingGated", CauseKind::Unschedulable),
    ("ImagePullBackOff", CauseKind::ImagePull),
    ("ErrImagePull", CauseKind::ImagePull),
    ("InvalidImageName", CauseKind::ImagePull),
    ("ErrImageNeverPull", CauseKind::ImagePull),
    ("Back-off pulling image", CauseKind::ImagePull),
    ("Failed to pull image", CauseKind::ImagePull),
    ("failed to pull and unpack image", CauseKind::ImagePull),
    ("Unable to fetch image", CauseKind::ImagePull),
    ("Evicted", CauseKind::Evicted),
    ("low on resource", CauseKind::Evicted),
    ("Preempt", CauseKind::Evicted),
    ("DisruptionTarget", CauseKind::Evicted),
    ("Stopped with strategy", CauseKind::Stopped),
    ("shutdown with strategy", CauseKind::Stopped),
    ("terminated", CauseKind::Stopped),
    ("exceeded its deadline", CauseKind::Deadline),
    ("DeadlineExceeded", CauseKind::Deadline),
    ("longer than the specified deadline", CauseKind::Deadline),
    ("Max duration limit exceeded", CauseKind::Deadline),
    ("pod deleted", CauseKind::PodLost),
    ("NodeLost", CauseKind::PodLost),
    ("node shutdown", CauseKind::PodLost),
    ("NodeShutdown", CauseKind::PodLost),
    ("CreateContainerConfigError", CauseKind::Start),
    ("CreateContainerError", CauseKind::Start),
    ("RunContainerError", CauseKind::Start),
    ("StartError", CauseKind::Start),
    ("ContainerCannotRun", CauseKind::Start),
    ("FailedMount", CauseKind::Start),
    ("UnexpectedAdmissionError", CauseKind::Unschedulable),
    ("NodeAffinity", CauseKind::Unschedulable),
];

impl Cause {
    /// A cause of which nothing more was said.
    pub const fn of(kind: CauseKind) -> Self {
        Self {
            kind,
            detail: String::new(),
        }
    }

    /// A cause with what was said of it.
    pub fn said(kind: CauseKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: one_line(&detail.into()),
        }
    }

    /// What a message and an exit code mean; nothing where neither says anything.
    pub fn read(message: Option<&str>, exit_code: Option<i32>) -> Option<Self> {
        let message = message.map(str::trim).filter(|message| !message.is_empty());
        let failed_with = exit_code
            .or_else(|| message.and_then(exit_code_of))
            .filter(|code| *code != 0);
        let Some(message) = message else {
            return failed_with.map(|code| Self::of(CauseKind::ExitCode(code)));
        };
        if let Some((_, kind)) = WORDS.iter().find(|(word, _)| message.contains(word)) {
            return Some(Self::said(*kind, message));
        }
        Some(match failed_with {
            Some(code) => Self::said(CauseKind::ExitCode(code), message),
            None => Self::said(CauseKind::Other, message),
        })
    }
}

/// The code in `main: Error (exit code 137)`.
pub(super) fn exit_code_of(message: &str) -> Option<i32> {
    let (_, rest) = message.split_once("exit code ")?;
    let end = rest
        .find(|c: char| !c.is_ascii_digit() && c != '-')
        .unwrap_or(rest.len());
    rest[..end].parse().ok()
}

fn one_line(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.trim_end_matches('.').to_owned()
}

/// What the source says beyond what its kind and code say already; empty where it says nothing more.
///
/// `main: Error (exit code 1)` is the code and nothing more.
fn further(detail: &str) -> &str {
    let bare = match detail.split_once(": ") {
        Some((container, rest)) if !container.contains(' ') => rest,
        _ => detail,
    };
    if exit_code_of(detail).is_some_and(|code| detail == format!("exit code {code}")) {
        return "";
    }
    if let Some((word, rest)) = bare.split_once(" (exit code ")
        && !word.contains(' ')
    {
        let (_, rest) = rest.split_once(')').unwrap_or_default();
        return rest.trim_start_matches([':', ' ']);
    }
    match bare {
        "Error" | "OOMKilled" | "Evicted" | "Step exceeded its deadline" | "pod deleted" | "terminated" => "",
        _ => ["Unschedulable: ", "ImagePullBackOff: ", "ErrImagePull: "]
            .iter()
            .find_map(|word| detail.strip_prefix(word))
            .unwrap_or(detail),
    }
}

/// Half a sentence: `out of memory (exit code 137)`, `no node can take it: 0/3 nodes are available: …`.
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = match self.kind {
            CauseKind::ExitCode(code) => Some(code),
            _ => exit_code_of(&self.detail),
        };
        match (self.kind.sentence(), code) {
            (Some(words), Some(code)) => write!(f, "{words} (exit code {code})")?,
            (Some(words), None) => f.write_str(words)?,
            (None, Some(code)) => write!(f, "exit code {code}")?,
            (None, None) => {
                return f.write_str(if self.detail.is_empty() {
                    "no reason was given"
                } else {
                    &self.detail
                });
            }
        }
        match further(&self.detail) {
            "" => Ok(()),
            more => write!(f, ": {more}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_die_or_wait_is_told_by_its_kind() {
        use CauseKind as K;
        for (message, code, kind, sentence) in [
            ("main: Error (exit code 1)", None, K::ExitCode(1), "exit code 1"),
            (
                "main: OOMKilled (exit code 137)",
                None,
                K::OutOfMemory,
                "out of memory (exit code 137)",
            ),
            (
                "Unschedulable: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu.",
                None,
                K::Unschedulable,
                "no node can take it: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu",
            ),
            (
                "ImagePullBackOff: Back-off pulling image \"reg/x:1\"",
                None,
                K::ImagePull,
                "its image cannot be pulled: Back-off pulling image \"reg/x:1\"",
            ),
            (
                "pods \"a\" is forbidden: exceeded quota: gpus, requested: 1, used: 4, limited: 4",
                None,
                K::Quota,
                "the quota of the namespace is used up: pods \"a\" is forbidden: exceeded quota: gpus, requested: 1, used: 4, limited: 4",
            ),
            (
                "The node was low on resource: memory. Container main was using 3Gi.",
                Some(137),
                K::Evicted,
                "evicted from its node: The node was low on resource: memory. Container main was using 3Gi",
            ),
            (
                "Step exceeded its deadline",
                None,
                K::Deadline,
                "it took longer than it may",
            ),
            (
                "Stopped with strategy 'Terminate'",
                None,
                K::Stopped,
                "stopped: Stopped with strategy 'Terminate'",
            ),
            ("pod deleted", None, K::PodLost, "its pod is gone"),
            (
                "main: Error (exit code 3): ValueError: no rows",
                None,
                K::ExitCode(3),
                "exit code 3: ValueError: no rows",
            ),
            ("something new", None, K::Other, "something new"),
        ] {
            let cause = Cause::read(Some(message), code).unwrap();
            assert_eq!(
                (cause.kind, cause.to_string().as_str()),
                (kind, sentence),
                "{message}"
            );
        }
        assert_eq!(Cause::read(None, Some(2)).unwrap().to_string(), "exit code 2");
        assert_eq!(Cause::read(Some(" "), Some(0)), None);
    }
}
