//! One request, one screen's view-model.

use std::sync::{Mutex, PoisonError};

use flowdeck_client::port::{StoreKind, View};
use flowdeck_client::tracking::Experiment;
use flowdeck_client::{
    Chosen, Environment, Failure, FailureKind, Flags, ListRequest, Result, Session, discover,
};
use serde_json::Value;

use crate::clock::Clock;
use crate::contract::{AboutView, ExperimentRow, ExperimentsView, FailureView, Request, StoreView};
use crate::status;

/// What answers the requests of one window: the store is found and opened when it is first needed, and kept.
///
/// A store that could not be opened is looked for again at the next request.
#[derive(Default)]
pub struct Desk {
    flags: Flags,
    environment: Environment,
    open: Mutex<Option<(Chosen, Session)>>,
}

impl Desk {
    /// A desk over the store that these name.
    pub fn new(flags: Flags, environment: Environment) -> Self {
        Self {
            flags,
            environment,
            open: Mutex::new(None),
        }
    }

    /// The answer to a request in JSON: a view-model of [`crate::contract`].
    ///
    /// # Errors
    /// What failed, ready to be shown.
    pub async fn answer(&self, request: Value) -> Result<Value, FailureView> {
        let request = serde_json::from_value(request).map_err(|error| unknown(&error))?;
        let answered = match request {
            Request::About => json(&about()),
            Request::Experiments => self.experiments().await.and_then(|view| json(&view)),
        };
        answered.map_err(|failure| FailureView::from(&failure))
    }

    async fn experiments(&self) -> Result<ExperimentsView> {
        let (chosen, session) = self.session()?;
        let request = ListRequest {
            view: View::All,
            ..ListRequest::default()
        };
        let listing = session.experiments(&request).await?;
        let clock = Clock::local();
        Ok(ExperimentsView {
            store: store(&chosen, &session),
            experiments: listing
                .items
                .iter()
                .map(|experiment| row(experiment, &clock))
                .collect(),
            warnings: listing
                .warnings
                .iter()
                .map(|warning| warning.0.to_string())
                .collect(),
        })
    }

    fn session(&self) -> Result<(Chosen, Session)> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = &*open {
            return Ok(open.clone());
        }
        let discovery = discover(&self.flags, &self.environment)?;
        let chosen = discovery.required()?.clone();
        let session = Session::open(&chosen, &self.environment)?;
        Ok(open.insert((chosen, session)).clone())
    }
}

fn about() -> AboutView {
    AboutView {
        name: "flowdeck".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

fn store(chosen: &Chosen, session: &Session) -> StoreView {
    let origin = session.origin();
    let kind = match origin.kind {
        StoreKind::Server => "Tracking server",
        StoreKind::FileStore => "File store",
        StoreKind::Sqlite => "SQLite store",
    };
    StoreView {
        uri: origin.uri,
        kind: kind.to_owned(),
        found: chosen.place.to_owned(),
    }
}

fn row(experiment: &Experiment, clock: &Clock) -> ExperimentRow {
    ExperimentRow {
        id: experiment.id.to_string(),
        name: experiment.name.clone(),
        lifecycle: status::of_lifecycle(experiment.lifecycle).into(),
        last_update: experiment.last_update_time.map(|at| clock.date_time(at)),
    }
}

fn json(view: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(view).map_err(|error| {
        Failure::new(FailureKind::System, "cannot write the answer as JSON").caused_by(error)
    })
}

fn unknown(error: &serde_json::Error) -> FailureView {
    let failure = Failure::new(
        FailureKind::InvalidInput,
        format!("the window asked for something that this version does not know: {error}"),
    );
    FailureView::from(&failure.with_hint("update flowdeck"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn desk(directory: &std::path::Path) -> Desk {
        Desk::new(Flags::default(), Environment::of(directory, []))
    }

    #[tokio::test]
    async fn without_a_store_the_window_still_says_who_it_is_and_what_to_do() {
        let empty = tempfile::tempdir().expect("a temporary directory");
        let desk = desk(empty.path());
        let about = desk
            .answer(json!({"method": "about"}))
            .await
            .expect("about needs no store");
        assert_eq!(about["version"], env!("CARGO_PKG_VERSION"));
        let failure = desk
            .answer(json!({"method": "experiments"}))
            .await
            .expect_err("no store");
        assert_eq!(failure.kind, "not_found");
        assert!(
            failure
                .hint
                .is_some_and(|hint| hint.contains("MLFLOW_TRACKING_URI"))
        );
    }

    #[tokio::test]
    async fn a_request_of_another_version_is_a_sentence_and_no_panic() {
        let empty = tempfile::tempdir().expect("a temporary directory");
        for request in [json!({"method": "explode"}), json!([]), Value::Null] {
            let failure = desk(empty.path()).answer(request).await.expect_err("unknown");
            assert_eq!(failure.kind, "invalid_input");
        }
    }
}
