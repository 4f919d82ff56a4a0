//! A metric history over REST, as a stream.
//!
//! Servers of 3.x answer in pages. Older ones ignore the page size and send all points in one answer, which is read
//! while it comes, so that the same way through serves both.

mod mark;

use flowdeck_domain::port::{HistoryMark, HistoryPart, HistoryPartStream};
use flowdeck_domain::tracking::MetricPoint;
use flowdeck_domain::{Failure, FailureKind, MetricKey, Result, RunId};
use futures::{StreamExt, TryStreamExt};

use super::RestStore;
use super::answer::is_web_page;
use super::http::{Body, Call};
use super::points::PointScanner;
use mark::{Mark, Progress};

/// Points asked for in one page, as MLflow's own clients ask. Measured on 3.18.0 with a million points: pages of 25,000
/// and of 100,000 take the same time in all, since the server spends it on printing points; the first is there three
/// times sooner.
const PAGE: usize = 25_000;

/// The first page is smaller still, so that there is something to show early.
const FIRST_PAGE: usize = 5_000;

/// Points given on at once, at least, while more come.
const BATCH: usize = 4_096;

struct History {
    store: RestStore,
    run: RunId,
    key: MetricKey,
    token: Option<String>,
    open: Option<(Body, PointScanner)>,
    points: Vec<MetricPoint>,
    pages: usize,
    any: bool,
    over: bool,
}

/// Where the parts of an answer stand.
enum Stage {
    /// Nothing was asked yet.
    Start(Option<Mark>),
    /// Points are on their way.
    Reading(Progress),
    /// All was told.
    Done,
}

/// The points behind a mark. Servers that answer in pages are asked from the last known point on: where that comes back
/// first, what was read before still holds.
pub(super) fn parts(
    store: RestStore,
    run: RunId,
    key: MetricKey,
    mark: Option<HistoryMark>,
) -> HistoryPartStream {
    let mark = mark.as_ref().and_then(Mark::read);
    let history = History::new(store, run, key);
    let told =
        futures::stream::try_unfold((history, Stage::Start(mark)), |(mut history, stage)| async move {
            let (parts, stage) = history.tell(stage).await?;
            Ok::<_, Failure>((!parts.is_empty()).then_some((parts, (history, stage))))
        });
    told.map_ok(|parts| futures::stream::iter(parts.into_iter().map(Ok)))
        .try_flatten()
        .boxed()
}

impl History {
    fn new(store: RestStore, run: RunId, key: MetricKey) -> Self {
        Self {
            store,
            run,
            key,
            token: None,
            open: None,
            points: Vec::new(),
            pages: 0,
            any: false,
            over: false,
        }
    }

    /// The next parts, and where that leaves the answer; no part at the end.
    async fn tell(&mut self, stage: Stage) -> Result<(Vec<HistoryPart>, Stage)> {
        match stage {
            Stage::Start(Some(mark)) => self.read_on_from(&mark).await,
            Stage::Start(None) => Ok((vec![HistoryPart::Anew], Stage::Reading(Progress::default()))),
            Stage::Done => Ok((Vec::new(), Stage::Done)),
            Stage::Reading(mut progress) => {
                let Some(batch) = self.batch().await? else {
                    let mark = progress.mark().map(|mark| mark.written());
                    return Ok((vec![HistoryPart::End(mark)], Stage::Done));
                };
                progress.count(&batch);
                Ok((vec![HistoryPart::Points(batch)], Stage::Reading(progress)))
            }
        }
    }

    /// Asks from the last known point on.
    async fn read_on_from(&mut self, mark: &Mark) -> Result<(Vec<HistoryPart>, Stage)> {
        self.token = Some(mark.token());
        let mut batch = match self.batch().await {
            Ok(batch) => batch.unwrap_or_default(),
            // A server of another kind may refuse a token that it did not give out; it is asked for everything then.
            Err(failure) if failure.kind() == FailureKind::InvalidInput => Vec::new(),
            Err(failure) => return Err(failure),
        };
        match batch.first() {
            Some(first) if mark.is_last(first) => {
                batch.remove(0);
                let mut progress = Progress::after(mark);
                progress.count(&batch);
                Ok((vec![HistoryPart::Points(batch)], Stage::Reading(progress)))
            }
            // Servers before 3.x do not look at the token, and send all points.
            Some(first) if mark.is_first(first) => {
                let mut progress = Progress::default();
                progress.count(&batch);
                let parts = vec![HistoryPart::Anew, HistoryPart::Points(batch)];
                Ok((parts, Stage::Reading(progress)))
            }
            _ => {
                *self = Self::new(self.store.clone(), self.run.clone(), self.key.clone());
                Ok((vec![HistoryPart::Anew], Stage::Reading(Progress::default())))
            }
        }
    }

    /// The next points; none at the end.
    async fn batch(&mut self) -> Result<Option<Vec<MetricPoint>>> {
        while !self.over && self.points.len() < BATCH {
            match self.open.take() {
                None => self.open_page().await?,
                Some((body, scanner)) => self.read_on(body, scanner).await?,
            }
        }
        self.any |= !self.points.is_empty();
        if self.points.is_empty() {
            if !self.any {
                // Servers answer nothing for a run that does not exist.
                self.store.bare_run(&self.run).await?;
            }
            return Ok(None);
        }
        let mut batch = std::mem::take(&mut self.points);
        self.unclamp(&mut batch).await;
        Ok(Some(batch))
    }

    async fn open_page(&mut self) -> Result<()> {
        let size = if self.pages == 0 { FIRST_PAGE } else { PAGE };
        let mut call = Call::get("api/2.0/mlflow/metrics/get-history")
            .with("run_id", self.run.as_str())
            .with("metric_key", self.key.as_str())
            .with("max_results", size.to_string());
        if let Some(token) = &self.token {
            call = call.with("page_token", token);
        }
        match self.store.inner.http.open(&call).await {
            Ok(body) => self.open = Some((body, PointScanner::default())),
            // A file store behind a server says so of a metric that is not there, and of a run.
            Err(trouble) if trouble.is_not_found() && self.pages == 0 => self.over = true,
            Err(trouble) => return Err(trouble.into()),
        }
        self.pages += 1;
        Ok(())
    }

    async fn read_on(&mut self, mut body: Body, mut scanner: PointScanner) -> Result<()> {
        let Some(piece) = body.next().await? else {
            let next = scanner.finish().map_err(|why| self.damaged(&why))?;
            self.over = next.is_none();
            if !self.over && next == self.token {
                return Err(self.damaged("its pages go round in circles"));
            }
            self.token = next;
            return Ok(());
        };
        if is_web_page(&body.content_type, &piece) {
            return Err(super::answer::web_page(&self.store.inner.http.server));
        }
        scanner
            .feed(&piece, &mut self.points)
            .map_err(|why| self.damaged(&why))?;
        self.open = Some((body, scanner));
        Ok(())
    }

    async fn unclamp(&self, points: &mut [MetricPoint]) {
        let clamped = |value: f64| value.abs() == f64::MAX;
        if points.iter().any(|point| clamped(point.value)) && self.store.clamps_infinity().await {
            for point in points.iter_mut().filter(|point| clamped(point.value)) {
                point.value *= 2.0;
            }
        }
    }

    fn damaged(&self, why: &str) -> Failure {
        let (server, key, run) = (&self.store.inner.http.server, &self.key, &self.run);
        Failure::new(
            FailureKind::Damaged,
            format!("{server} answered no history of metric `{key}` of run {run}: {why}"),
        )
    }
}
