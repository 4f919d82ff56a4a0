//! A metric history over REST, as a stream.
//!
//! Servers of 3.x answer in pages. Older ones ignore the page size and send all points in one answer, which is read
//! while it comes, so that the same way through serves both.

use flowdeck_domain::port::HistoryStream;
use flowdeck_domain::tracking::MetricPoint;
use flowdeck_domain::{Failure, FailureKind, MetricKey, Result, RunId};
use futures::StreamExt;

use super::RestStore;
use super::answer::is_web_page;
use super::http::{Body, Call};
use super::points::PointScanner;

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

pub(super) fn stream(store: RestStore, run: RunId, key: MetricKey) -> HistoryStream {
    let history = History {
        store,
        run,
        key,
        token: None,
        open: None,
        points: Vec::new(),
        pages: 0,
        any: false,
        over: false,
    };
    futures::stream::try_unfold(history, |mut history| async move {
        let batch = history.batch().await?;
        Ok(batch.map(|batch| (batch, history)))
    })
    .boxed()
}

impl History {
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
