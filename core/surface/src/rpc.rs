//! Answers the requests of a page: one request, one screen's view-model.
//!
//! ```text
//! Desk ── answer(Request) ──> Answer         the window's `rpc`, the bridge's POST /rpc
//!     └── follow(Follow) ──> what is told    the window's `follow`, the bridge's POST /follow
//! Open    the store that is open, with what was read of it: tables, histories, a comparison
//! ```
//!
//! A table of runs and a history stay here as they were read; a page asks for the window that it shows. What was read is
//! stale once the store has changed: it is shown as it is, read anew behind, and the page is told once it is there.

mod changes;
mod charts;
mod compare;
mod edits;
mod experiments;
mod files;
mod histories;
mod inbox;
mod open;
mod registry;
mod registry_changes;
mod run;
mod runs;
mod start;
mod tables;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};

use flowdeck_client::{Chosen, Environment, Failure, FailureKind, Flags, Result, Timestamp};
use futures::stream::BoxStream;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::broadcast;

use crate::contract::{AboutView, FailureView, Follow, Request, Topic};
use open::Open;

/// Writes a demo at this time and names its store.
pub type OpenDemo = Box<dyn Fn(Timestamp) -> Result<Chosen> + Send + Sync>;

/// What answers the requests of a page: the store is found and opened when it is first needed, and kept.
///
/// A store that could not be opened is looked for again at the next request. Cheap to clone.
#[derive(Clone)]
pub struct Desk(Arc<Shared>);

struct Shared {
    flags: Flags,
    environment: Environment,
    demo: Option<OpenDemo>,
    open: Mutex<Option<Arc<Open>>>,
    changes: Changes,
}

/// Tells everybody who follows what has changed.
type Changes = broadcast::Sender<Vec<Topic>>;

/// Changes that a slow page may fall behind.
const MOST_WAITING: usize = 64;

/// An answer, in the form that its command has.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// JSON.
    Json(String),
    /// A head and columns, or the bytes of a file.
    Columns(Vec<u8>),
}

impl Desk {
    /// A desk over the store that these name.
    pub fn new(flags: Flags, environment: Environment, demo: Option<OpenDemo>) -> Self {
        Self(Arc::new(Shared {
            flags,
            environment,
            demo,
            open: Mutex::new(None),
            changes: broadcast::channel(MOST_WAITING).0,
        }))
    }

    /// The answer to a request in JSON.
    ///
    /// # Errors
    /// What failed, ready to be shown.
    pub async fn answer(&self, request: Value) -> Result<Answer, FailureView> {
        let request = serde_json::from_value(request).map_err(|error| unknown(&error))?;
        let answer = self.answered(request).await;
        let open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(open) = open {
            open.tell_of_reach();
        }
        answer.map_err(|failure| FailureView::from(&failure))
    }

    /// What is told from now on, each as JSON.
    ///
    /// # Errors
    /// A stream that this version does not have.
    pub fn follow(&self, stream: Value) -> Result<BoxStream<'static, Value>, FailureView> {
        let stream: Follow = serde_json::from_value(stream).map_err(|error| unknown(&error))?;
        match stream {
            Follow::Changes => Ok(self.follow_changes()),
        }
    }

    async fn answered(&self, request: Request) -> Result<Answer> {
        match request {
            Request::About => json(&about()),
            Request::Start => json(&self.start()?),
            Request::Open(what) => {
                self.open(what).await?;
                json(&self.start()?)
            }
            Request::ContextForm => json(&start::context_form()),
            Request::AddContext(values) => {
                self.add_context(&values)?;
                json(&self.start()?)
            }
            Request::TestContext(name) => json(&self.test_context(&name).await?),
            Request::UseContext(name) => json(&self.use_context(&name)?),
            Request::Standing => json(&self.standing()?),
            Request::Inbox => json(&self.inbox()?),
            Request::ReadInbox => json(&self.read_inbox()?),
            Request::Actions => json(&self.actions()),
            Request::Refresh => {
                self.opened()?.grow_stale();
                json(&about())
            }
            Request::Experiments(request) => json(&self.experiments(&request).await?),
            Request::Activities(ids) => json(&self.activities(ids).await?),
            Request::Runs(request) => json(&self.runs(request).await?),
            Request::Act(request) => json(&self.act(request).await?),
            Request::RunIds(request) => json(&self.run_ids(&request).await?),
            Request::Chooser(request) => json(&self.chooser(&request).await?),
            Request::Run(id) => json(&self.run(&id).await?),
            Request::EditRuns(edit) => json(&self.edit_runs(edit).await?),
            Request::Files(request) => json(&self.files(&request).await?),
            Request::Preview(request) => json(&self.preview(&request).await?),
            Request::Picture(request) => Ok(Answer::Columns(self.picture(&request).await?)),
            Request::Chart(request) => Ok(Answer::Columns(self.chart(request).await?)),
            Request::Compare(request) => json(&self.compare(request).await?),
            Request::Models(request) => json(&self.models(request).await?),
            Request::Model(name) => json(&self.model(&name).await?),
            Request::Version(named) => json(&self.version(&named).await?),
            Request::VersionCard(named) => json(&self.version_card(&named).await?),
            Request::CompareVersions(named) => json(&self.compare_versions(&named).await?),
            Request::LookAtChange(request) => json(&self.look_at_change(request).await?),
            Request::ApplyChange(request) => json(&self.apply_change(&request).await?),
            Request::EditRegistry(request) => json(&self.edit_registry(request).await?),
            Request::Audit(model) => json(&self.audit(model.as_deref())?),
        }
    }

    /// The store that is open; it is found and opened at the first call.
    fn opened(&self) -> Result<Arc<Open>> {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = &*open {
            return Ok(Arc::clone(open));
        }
        let found = Open::find(&self.0.flags, &self.0.environment, self.0.changes.clone())?;
        Ok(Arc::clone(open.insert(Arc::new(found))))
    }
}

fn about() -> AboutView {
    AboutView {
        name: "flowdeck".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

fn json(view: &impl Serialize) -> Result<Answer> {
    serde_json::to_string(view).map(Answer::Json).map_err(|error| {
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

/// What a change that is looked at is made by: no two are alike.
fn ticket() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed).to_string()
}

/// The time of this machine.
fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let millis = since.unwrap_or_default().as_millis();
    Timestamp(i64::try_from(millis).unwrap_or(i64::MAX))
}

/// The lifecycle stages that a word asks for; the active one where it is no such word.
fn view_of(word: &str) -> flowdeck_client::port::View {
    use flowdeck_client::port::View;
    match word {
        "deleted" => View::Deleted,
        "all" => View::All,
        _ => View::Active,
    }
}
