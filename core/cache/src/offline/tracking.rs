use async_trait::async_trait;
use flowdeck_domain::port::{
    HistoryMark, HistoryPart, HistoryPartStream, LoggedModelQuery, Query, RunQuery, StoreOrigin, TraceQuery,
    TrackingReader, View,
};
use flowdeck_domain::search::{Dialect, Search, TraceFields, TraceRecord};
use flowdeck_domain::tracking::{Experiment, LoggedModel, Run, Trace, TraceInfo};
use flowdeck_domain::{ExperimentId, Failure, FailureKind, MetricKey, ModelId, Page, Result, RunId, TraceId};
use futures::{StreamExt, TryStreamExt};

use super::search::under;
use super::{NothingKept, Offline};
use crate::record::{Kind, Spans, Thing};
use crate::store::Kept;

/// Points of one batch.
const BATCH: usize = 65_536;

#[async_trait]
impl TrackingReader for Offline {
    fn origin(&self) -> StoreOrigin {
        self.origin.clone()
    }

    async fn search_experiments(&self, query: &Query) -> Result<Page<Experiment>> {
        self.search(query, under(&[""], query.view, Kind::Experiment))
            .await
    }

    async fn experiment(&self, id: &ExperimentId) -> Result<Experiment> {
        self.by_id(|| format!("experiment {id}"), id.as_str()).await
    }

    async fn experiment_by_name(&self, name: &str) -> Result<Experiment> {
        let wanted = name.to_owned();
        let what = || format!("an experiment named `{name}`");
        self.one(what, move |reading| {
            let all: Vec<Kept<Experiment>> = reading.all_things()?;
            Ok(all.into_iter().find(|kept| kept.thing.name == wanted))
        })
        .await
    }

    async fn search_runs(&self, query: &RunQuery) -> Result<Page<Run>> {
        let lists = under(&query.experiments, query.query.view, Kind::Run);
        let mut page = self.search::<Run>(&query.query, lists).await?;
        for run in &mut page.items {
            query.fields.strip(run);
        }
        Ok(page)
    }

    async fn run(&self, id: &RunId) -> Result<Run> {
        self.by_id(|| format!("run {id}"), id.as_str()).await
    }

    fn history_after(&self, run: &RunId, key: &MetricKey, mark: Option<&HistoryMark>) -> HistoryPartStream {
        let (offline, run, key, mark) = (self.clone(), run.clone(), key.clone(), mark.cloned());
        let parts = async move { offline.history(run, key, mark).await };
        futures::stream::once(parts)
            .map_ok(|parts| futures::stream::iter(parts.into_iter().map(Ok)))
            .try_flatten()
            .boxed()
    }

    async fn search_logged_models(&self, query: &LoggedModelQuery) -> Result<Page<LoggedModel>> {
        let lists = under(&query.experiments, View::Active, Kind::LoggedModel);
        self.search(&query.query, lists).await
    }

    async fn logged_model(&self, id: &ModelId) -> Result<LoggedModel> {
        self.by_id(|| format!("logged model {id}"), id.as_str()).await
    }

    async fn search_traces(&self, query: &TraceQuery) -> Result<Page<TraceInfo>> {
        let asked = Search::<TraceRecord>::parse(&query.query.filter, &query.query.order_by, Dialect::Sql)?;
        if asked.trace_fields() != TraceFields::default() {
            return Err(Failure::new(
                FailureKind::Unreachable,
                "offline, traces cannot be searched by their spans, assessments and links",
            )
            .with_hint("search by time, status, name, tags and metadata, or when the server is back"));
        }
        let lists = under(&query.experiments, View::Active, Kind::Trace);
        self.search_as(&query.query, lists, TraceRecord::bare, |record| record.info)
            .await
    }

    async fn trace(&self, id: &TraceId) -> Result<Trace> {
        let wanted = id.clone();
        let what = || format!("the spans of trace {id}");
        self.one(what, move |reading| {
            let info: Option<Kept<TraceInfo>> = reading.thing(wanted.as_str())?;
            let spans: Option<Kept<Spans>> = reading.thing(wanted.as_str())?;
            Ok(info.zip(spans).map(|(info, spans)| Kept {
                thing: Trace {
                    info: info.thing,
                    spans: spans.thing.spans,
                },
                read_at: info.read_at.min(spans.read_at),
            }))
        })
        .await
    }
}

impl Offline {
    /// A thing by its id; it counts as used.
    pub(super) async fn by_id<T: Thing>(&self, what: impl FnOnce() -> String, id: &str) -> Result<T> {
        let id = id.to_owned();
        self.one(what, move |reading| {
            let found = reading.thing::<T>(&id)?;
            if found.is_some() {
                reading.note(move |writing| writing.touch(T::KIND, &id, false));
            }
            Ok(found)
        })
        .await
    }

    async fn history(
        &self,
        run: RunId,
        key: MetricKey,
        mark: Option<HistoryMark>,
    ) -> Result<Vec<HistoryPart>> {
        let (of_run, of_key) = (run.clone(), key.clone());
        let found = self
            .cache
            .read(move |reading| {
                let found = reading.history(&of_run, &of_key)?;
                if found.is_some() {
                    reading.note(move |writing| writing.touch_history(&of_run, &of_key));
                    return Ok(found.map(Ok));
                }
                // A run without this metric has an empty history, as a server has it.
                let run: Option<Kept<Run>> = reading.thing(of_run.as_str())?;
                let lacks = |kept: &Kept<Run>| kept.thing.metric(of_key.as_str()).is_none();
                Ok(run.filter(lacks).map(|kept| Err(kept.read_at)))
            })
            .await?;
        match found {
            None => Err(NothingKept(format!("the history of metric `{key}` of run {run}")).into()),
            Some(Err(read_at)) => {
                (self.told)(read_at);
                Ok(vec![HistoryPart::Anew, HistoryPart::End(None)])
            }
            Some(Ok((state, points))) => {
                (self.told)(state.read_at);
                if mark.is_some() && mark == state.mark {
                    return Ok(vec![HistoryPart::End(mark)]);
                }
                let mut parts = vec![HistoryPart::Anew];
                parts.extend(
                    points
                        .chunks(BATCH)
                        .map(|points| HistoryPart::Points(points.to_vec())),
                );
                parts.push(HistoryPart::End(state.mark));
                Ok(parts)
            }
        }
    }
}
