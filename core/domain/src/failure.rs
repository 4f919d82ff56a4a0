//! What went wrong, told by what somebody can do about it.

use std::error::Error;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// What a front end does about a failure: each kind is here because somebody acts on it differently.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum FailureKind {
    /// The words given are wrong: a filter, a name, a URI. Fix the input.
    InvalidInput,
    /// What was asked for is not there.
    NotFound,
    /// Nobody is signed in, or what was presented is no longer good. Sign in again.
    SignIn,
    /// Signed in, yet without the right. Ask for it.
    Permission,
    /// No answer: name not resolved, connection refused, deadline passed. Wait or go offline.
    Unreachable,
    /// A rule says no: read-only context, a gate, a confirmation that is missing, a conflicting writer.
    Refused,
    /// The store is held by a writer for longer than the deadline. Try again.
    Busy,
    /// The store is there but cannot be read as one: truncated, corrupt, not what its name says.
    Damaged,
    /// The store that answers has no such thing: an old server, a missing table.
    Unsupported,
    /// The server failed on its side.
    Server,
    /// The person stopped it.
    Interrupted,
    /// The machine refused: permission on a file, a full disk.
    System,
}

impl FailureKind {
    /// The word for it in JSON and logs; stable.
    pub const fn word(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::NotFound => "not_found",
            Self::SignIn => "sign_in",
            Self::Permission => "permission",
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::Busy => "busy",
            Self::Damaged => "damaged",
            Self::Unsupported => "unsupported",
            Self::Server => "server",
            Self::Interrupted => "interrupted",
            Self::System => "system",
        }
    }
}

/// One thing that failed: what was being done, to what, why, and the way out.
///
/// `message` is one sentence without its full stop that names the thing:
/// `cannot read mlflow.db: it is not a SQLite database`. The chain of causes is for the log.
#[derive(Clone, Debug)]
pub struct Failure {
    kind: FailureKind,
    message: Arc<str>,
    hint: Option<Arc<str>>,
    span: Option<Range<usize>>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl Failure {
    /// A failure of this kind that says this.
    pub fn new(kind: FailureKind, message: impl Into<Arc<str>>) -> Self {
        Self {
            kind,
            message: message.into(),
            hint: None,
            span: None,
            source: None,
        }
    }

    /// Names the way out: `pass --store with the path of an mlruns directory`.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Arc<str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Marks the bytes of the input that are wrong, for a caret under them.
    #[must_use]
    pub fn at(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }

    /// Keeps the cause for the log.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(cause));
        self
    }

    /// What can be done about it.
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// One sentence without its full stop.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The way out, where one is known.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The bytes of the input that are wrong.
    pub fn span(&self) -> Option<Range<usize>> {
        self.span.clone()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}
