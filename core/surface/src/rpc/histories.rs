//! Metric histories that were read, for all charts of a page: zooming and smoothing read nothing anew.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flowdeck_client::{FailureKind, MetricKey, Result, RunId, Session};
use futures::{StreamExt, TryStreamExt, stream};

use crate::contract::CurveRef;
use crate::history::History;

/// Bytes of histories that are kept: some ten million points.
const KEPT_BYTES: usize = 160 << 20;

/// Histories that are read at once: a store answers few questions sooner than many.
const AT_ONCE: usize = 6;

/// Metric histories that were read, those looked at last first.
#[derive(Default)]
pub(super) struct Histories(Mutex<Vec<Kept>>);

#[derive(Clone)]
struct Kept {
    run: RunId,
    key: MetricKey,
    history: Arc<History>,
    /// Whether more may have been logged since.
    is_stale: bool,
}

impl Histories {
    /// The histories of some curves, in their order; one that the run does not have is empty.
    ///
    /// # Errors
    /// What the store met.
    pub(super) async fn of(&self, session: &Session, curves: &[CurveRef]) -> Result<Vec<Arc<History>>> {
        self.renew(session, curves).await?;
        let read = stream::iter(curves.iter().cloned()).map(|curve| async move {
            let (run, key) = (RunId::from(curve.run), MetricKey::from(curve.key));
            if let Some(kept) = self.kept(&run, &key) {
                return Ok(kept);
            }
            let history = Arc::new(read(session, &run, &key).await?);
            self.keep(Kept {
                run,
                key,
                history: Arc::clone(&history),
                is_stale: false,
            });
            Ok(history)
        });
        read.buffered(AT_ONCE).try_collect().await
    }

    /// More may have been logged.
    pub(super) fn grow_stale(&self) {
        self.all().iter_mut().for_each(|kept| kept.is_stale = true);
    }

    /// Drops what has grown since it was read: the latest value that the store tells is another one then.
    async fn renew(&self, session: &Session, curves: &[CurveRef]) -> Result<()> {
        let mut runs: Vec<RunId> = Vec::new();
        for kept in self.all().iter().filter(|kept| kept.is_stale) {
            let is_asked = curves.iter().any(|curve| curve.run == kept.run.as_str());
            if is_asked && !runs.contains(&kept.run) {
                runs.push(kept.run.clone());
            }
        }
        for run in session.runs_by_id(&runs).await? {
            self.all().retain_mut(|kept| {
                if kept.run != run.info.id {
                    return true;
                }
                kept.is_stale = false;
                let latest = run.metric(kept.key.as_str());
                let told = latest.map(|latest| (latest.step, latest.timestamp));
                told == kept
                    .history
                    .summary()
                    .last
                    .map(|last| (last.step, last.timestamp))
            });
        }
        Ok(())
    }

    fn kept(&self, run: &RunId, key: &MetricKey) -> Option<Arc<History>> {
        let mut all = self.all();
        let place = all.iter().position(|kept| kept.run == *run && kept.key == *key)?;
        let kept = all.remove(place);
        let history = Arc::clone(&kept.history);
        all.insert(0, kept);
        Some(history)
    }

    fn keep(&self, kept: Kept) {
        let mut all = self.all();
        all.insert(0, kept);
        let mut left = KEPT_BYTES;
        let fits = |kept: &Kept| match left.checked_sub(kept.history.size_bytes()) {
            Some(rest) => {
                left = rest;
                true
            }
            None => false,
        };
        let n_fitting = all.iter().map(fits).take_while(|fits| *fits).count();
        all.truncate(n_fitting.max(1));
    }

    fn all(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn read(session: &Session, run: &RunId, key: &MetricKey) -> Result<History> {
    let mut history = History::default();
    let mut batches = session.metric_history(run, key);
    loop {
        match batches.try_next().await {
            Ok(Some(points)) => history.append(&points),
            Ok(None) => break,
            // One of several runs may lack the metric of a chart.
            Err(failure) if failure.kind() == FailureKind::NotFound => break,
            Err(failure) => return Err(failure),
        }
    }
    history.shrink();
    Ok(history)
}
