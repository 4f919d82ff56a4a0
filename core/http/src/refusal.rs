use std::sync::Arc;

use flowdeck_domain::{Failure, FailureKind};

/// An answer that is no success, as it came.
#[derive(Debug)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// Host and port that answered.
    pub server: String,
    /// The path that was asked, without the server's prefix.
    pub path: String,
    /// Whether the request said who asks.
    pub signed: bool,
    /// What helps where nobody is signed in.
    pub hint: Option<Arc<str>>,
    /// What the body is said to be, in small letters.
    pub content_type: String,
    /// The start of the body, at most 64 KiB.
    pub body: Vec<u8>,
}

/// Why a call gave nothing: an answer that a caller may know another way for, or a failure for good.
#[derive(Debug)]
pub enum Trouble {
    /// The server answered something else.
    Refused(Box<Refusal>),
    /// It did not answer, or what it answered is nothing to read.
    Failed(Failure),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Refusal {
    /// What a status means where the body says nothing more.
    pub fn kind_of_status(&self) -> FailureKind {
        match self.status {
            401 | 407 => FailureKind::SignIn,
            403 => FailureKind::Permission,
            404 | 410 => FailureKind::NotFound,
            409 | 412 | 413 => FailureKind::Refused,
            429 => FailureKind::Busy,
            400..=499 => FailureKind::InvalidInput,
            _ => FailureKind::Server,
        }
    }
}
