use std::sync::Arc;

/// How a pipeline run stands. A word from a newer server is kept.
#[derive(Clone, Debug, Default, Eq, PartialEq, Hash)]
pub enum RunState {
    /// The server does not say.
    #[default]
    Unspecified,
    /// It was made and nothing was reported of it yet.
    Pending,
    /// It is going on.
    Running,
    /// It ended well.
    Succeeded,
    /// It was left out.
    Skipped,
    /// It ended with an error, or was stopped: a stopped run ends so as well.
    Failed,
    /// Somebody stopped it and it has not ended yet.
    Canceling,
    /// It was stopped.
    Canceled,
    /// It waits for somebody to let it go on.
    Paused,
    /// A word this version does not know.
    Other(Arc<str>),
}

impl RunState {
    /// The word that the REST protocol uses.
    pub fn word(&self) -> &str {
        match self {
            Self::Unspecified => "RUNTIME_STATE_UNSPECIFIED",
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Skipped => "SKIPPED",
            Self::Failed => "FAILED",
            Self::Canceling => "CANCELING",
            Self::Canceled => "CANCELED",
            Self::Paused => "PAUSED",
            Self::Other(word) => word,
        }
    }

    /// Reads that word; an empty one says nothing.
    pub fn from_word(word: &str) -> Self {
        match word {
            "" | "RUNTIME_STATE_UNSPECIFIED" => Self::Unspecified,
            "PENDING" => Self::Pending,
            "RUNNING" => Self::Running,
            "SUCCEEDED" => Self::Succeeded,
            "SKIPPED" => Self::Skipped,
            "FAILED" => Self::Failed,
            "CANCELING" => Self::Canceling,
            "CANCELED" => Self::Canceled,
            "PAUSED" => Self::Paused,
            other => Self::Other(other.into()),
        }
    }

    /// Whether nothing more will happen.
    pub fn is_terminal(&self) -> bool {
        matches!(
            self,
            Self::Succeeded | Self::Skipped | Self::Failed | Self::Canceled
        )
    }
}

/// How a task stands, whatever told of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum TaskState {
    /// Its turn has not come, or its pod has not started.
    Pending,
    /// It is going on.
    Running,
    /// It ended well.
    Succeeded,
    /// Its condition was not met.
    Skipped,
    /// It took the outputs of an earlier run.
    Cached,
    /// What it depends on did not end well, so it never came.
    Omitted,
    /// It ended with an error.
    Failed,
    /// It was going on when the run was stopped.
    Canceled,
}

impl TaskState {
    /// Its word, in JSON and on screens; stable.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Skipped => "SKIPPED",
            Self::Cached => "CACHED",
            Self::Omitted => "OMITTED",
            Self::Failed => "FAILED",
            Self::Canceled => "CANCELED",
        }
    }

    /// Reads that word, as servers with a task API send it; nothing where it is another one.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "PENDING" => Self::Pending,
            "RUNNING" => Self::Running,
            "SUCCEEDED" => Self::Succeeded,
            "SKIPPED" => Self::Skipped,
            "CACHED" => Self::Cached,
            "OMITTED" => Self::Omitted,
            "FAILED" => Self::Failed,
            "CANCELED" => Self::Canceled,
            _ => return None,
        })
    }

    /// Whether nothing more will happen to it.
    pub const fn is_terminal(self) -> bool {
        !matches!(self, Self::Pending | Self::Running)
    }
}

/// Whether a thing stands in the lists or was put away.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Hash)]
pub enum Storage {
    /// It stands. Rows that old servers wrote without the field stand, too.
    #[default]
    Available,
    /// It was put away.
    Archived,
}

impl Storage {
    /// The word that the REST protocol uses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Available => "AVAILABLE",
            Self::Archived => "ARCHIVED",
        }
    }

    /// Reads that word; whatever is not put away stands.
    pub fn from_word(word: &str) -> Self {
        if word == "ARCHIVED" {
            Self::Archived
        } else {
            Self::Available
        }
    }
}
