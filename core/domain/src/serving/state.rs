use std::fmt;

/// One word for how an inference service stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum ServiceState {
    /// It comes up for the first time, or again after a stop.
    Starting,
    /// It answers.
    Ready,
    /// It answers, while what was asked for last is being rolled out.
    Updating,
    /// It answers as before: what was asked for last cannot be rolled out.
    UpdateFailed,
    /// It waits for something outside it, or answered before and does not now.
    NotReady,
    /// It cannot come up as it was asked for.
    Failed,
    /// Nothing runs; the next request starts it.
    ScaledToZero,
    /// It was asked to stop and goes down.
    Stopping,
    /// It was stopped.
    Stopped,
    /// It was marked for deletion.
    Deleting,
    /// Its controller does not know.
    Unknown,
}

impl ServiceState {
    /// Its word; stable.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Starting => "Starting",
            Self::Ready => "Ready",
            Self::Updating => "Updating",
            Self::UpdateFailed => "UpdateFailed",
            Self::NotReady => "NotReady",
            Self::Failed => "Failed",
            Self::ScaledToZero => "ScaledToZero",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
            Self::Deleting => "Deleting",
            Self::Unknown => "Unknown",
        }
    }

    /// Whether it will change without anybody doing anything.
    pub const fn is_under_way(self) -> bool {
        matches!(
            self,
            Self::Starting | Self::Updating | Self::Stopping | Self::Deleting
        )
    }
}

impl fmt::Display for ServiceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
