/// What the controller says of loading the model. It lags: it looks when a workload changes, not when a container dies.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ModelStatus {
    /// Whether the model that was asked for is the one that runs.
    pub transition: Option<Transition>,
    /// State of the model that runs: `Loaded`; stays so after it went.
    pub active: String,
    /// State of the model that was asked for: `Pending`, `Loading`, `FailedToLoad`.
    pub target: String,
    /// What went wrong last. It stays after the fault was mended: it counts with a failed transition alone.
    pub last_failure: Option<LoadFailure>,
}

/// Whether the model that was asked for is the one that runs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Transition {
    /// It is.
    UpToDate,
    /// It is being loaded.
    InProgress,
    /// It cannot be loaded; one before it may serve on.
    BlockedByFailedLoad,
    /// What was asked for makes no sense to the controller.
    InvalidSpec,
    /// A word this version does not know.
    Other(String),
}

/// Why a model was not loaded.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct LoadFailure {
    /// `ModelLoadFailed`, `NoSupportingRuntime`, `RuntimeNotRecognized`.
    pub reason: String,
    /// The last words of what failed; a whole traceback, or nothing.
    pub message: String,
    /// What its process ended with; 137 is memory more often than not.
    pub exit_code: Option<i32>,
}

impl Transition {
    /// Reads the controller's word.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "" => return None,
            "UpToDate" => Self::UpToDate,
            "InProgress" => Self::InProgress,
            "BlockedByFailedLoad" => Self::BlockedByFailedLoad,
            "InvalidSpec" => Self::InvalidSpec,
            other => Self::Other(other.to_owned()),
        })
    }
}

impl ModelStatus {
    /// Whether the model that was asked for cannot be loaded.
    pub fn has_failed(&self) -> bool {
        matches!(
            self.transition,
            Some(Transition::BlockedByFailedLoad | Transition::InvalidSpec)
        )
    }

    /// Why it cannot be loaded, as long as it cannot.
    pub fn failure(&self) -> Option<&LoadFailure> {
        self.last_failure.as_ref().filter(|_| self.has_failed())
    }
}
