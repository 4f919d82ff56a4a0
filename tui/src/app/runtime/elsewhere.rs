//! Stores of other places than the one that is open: marked runs of another context are read there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use flowdeck_surface::client::{Failure, FailureKind, Result, Session};

use super::answers;
use super::opening::Opening;
use super::worker::Teller;
use crate::app::basket::Place;
use crate::app::effect::Question;

/// Sessions that were open once. They are cheap: a connection that nobody uses waits for nothing.
#[derive(Default)]
pub(super) struct Elsewhere {
    sessions: Mutex<HashMap<Place, Session>>,
}

impl Elsewhere {
    /// Keeps a session that was just opened.
    pub(super) fn keep(&self, session: &Session) {
        let place = Place::of(&session.origin(), session.policy());
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.insert(place, session.clone());
    }

    /// Answers a question by the store of another place.
    ///
    /// # Errors
    /// A context that is gone or cannot be opened, and what its store met.
    pub(super) async fn answer(
        &self,
        place: Place,
        question: Question,
        opening: Arc<Opening>,
        teller: &Teller,
    ) -> Result<()> {
        let session = self.session(place, Arc::clone(&opening)).await?;
        let teller = teller.of(&session);
        answers::answer(question, &session, opening.environment(), &teller).await
    }

    async fn session(&self, place: Place, opening: Arc<Opening>) -> Result<Session> {
        let known = {
            let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
            sessions.get(&place).cloned()
        };
        if let Some(session) = known {
            return Ok(session);
        }
        let Some(name) = place.context.clone() else {
            let gone = format!("{} is no longer open", place.uri);
            return Err(Failure::new(FailureKind::NotFound, gone));
        };
        // Opening a local store reads files.
        let opened = tokio::task::spawn_blocking(move || opening.open_context(&name)).await;
        let stopped = |_| Failure::new(FailureKind::System, "opening the store was broken off");
        let session = opened.map_err(stopped)??;
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.insert(place, session.clone());
        Ok(session)
    }
}
