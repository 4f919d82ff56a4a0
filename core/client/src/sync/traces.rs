use std::sync::atomic::Ordering;

use flowdeck_cache::Kind;
use flowdeck_domain::tracking::Run;
use flowdeck_domain::{FailureKind, Result, TraceId, Warning};
use futures::{StreamExt, TryStreamExt, stream};

use super::{AT_ONCE, Journal, SyncReport, SyncTarget};
use crate::list::ListRequest;
use crate::session::Session;

/// What became of a trace.
enum Fetched {
    /// It was here already.
    Before,
    Now,
    /// The server has no spans of it.
    Not(Warning),
}

impl Session {
    /// Fetches the traces of an experiment or a run with their spans.
    pub(super) async fn sync_traces(
        &self,
        target: &SyncTarget,
        runs: &[Run],
        journal: &Journal<'_>,
        report: &mut SyncReport,
    ) -> Result<()> {
        let (filter, experiment) = match (target, runs) {
            (SyncTarget::Experiment(experiment), _) => (String::new(), experiment.id.clone()),
            (SyncTarget::Run(id), [run, ..]) => (format!("run_id = '{id}'"), run.info.experiment_id.clone()),
            (SyncTarget::Run(_), []) => return Ok(()),
        };
        let list = ListRequest {
            filter,
            limit: None,
            ..ListRequest::default()
        };
        // A server before MLflow 2.14 has none.
        let listed = self.traces(&list, &[experiment]).await;
        let Some(listing) = self.unless_refused(listed)? else {
            return Ok(());
        };
        journal.cache.flush().await?;
        journal.n_all.fetch_add(listing.items.len(), Ordering::Relaxed);
        let fetched = stream::iter(&listing.items)
            .map(|info| self.sync_trace(&info.id, journal))
            .buffer_unordered(AT_ONCE);
        for fetched in fetched.try_collect::<Vec<_>>().await? {
            match fetched {
                Fetched::Not(warning) => report.warnings.push(warning),
                Fetched::Before => {
                    report.n_before += 1;
                    report.n_traces += 1;
                }
                Fetched::Now => report.n_traces += 1,
            }
        }
        Ok(())
    }

    async fn sync_trace(&self, id: &TraceId, journal: &Journal<'_>) -> Result<Fetched> {
        let wanted = id.to_string();
        let read_at = journal
            .cache
            .read(move |reading| reading.read_at(Kind::Spans, &wanted))
            .await?;
        let fetched = if read_at.is_some_and(|at| at >= journal.started_at) {
            Fetched::Before
        } else {
            match self.is_of_server(self.trace(id).await.map(drop)) {
                Ok(()) => Fetched::Now,
                Err(failure) if failure.kind() == FailureKind::Unreachable => return Err(failure),
                Err(failure) => Fetched::Not(Warning::new(format!("trace {id} was not kept: {failure}"))),
            }
        };
        journal.done().await?;
        Ok(fetched)
    }
}
