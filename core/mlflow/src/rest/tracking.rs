//! Reading runs, experiments, logged models and traces.

use async_trait::async_trait;
use flowdeck_domain::port::{
    HistoryMark, HistoryPartStream, LoggedModelQuery, Query, RunFields, RunQuery, StoreKind, StoreOrigin,
    TraceQuery, TrackingReader, View,
};
use flowdeck_domain::search::{Dialect, Search};
use flowdeck_domain::tracking::{Experiment, LoggedModel, Metric, Run, Trace, TraceInfo};
use flowdeck_domain::{ExperimentId, MetricKey, ModelId, Page, PageToken, Result, RunId, TraceId};
use serde_json::{Value, json};

use super::http::{Call, segment};
use super::wire::{Decoding, decode_one, decode_page};
use super::{RestStore, history};

/// Runs and experiments that a server gives in one page at most. Source: MLflow, `SEARCH_MAX_RESULTS_THRESHOLD`.
const PAGE_LIMIT: usize = 50_000;

/// Logged models that a server gives in one page at most. Source: MLflow REST API, `logged-models/search`.
const LOGGED_MODEL_PAGE_LIMIT: usize = 50;

#[async_trait]
impl TrackingReader for RestStore {
    fn origin(&self) -> StoreOrigin {
        StoreOrigin {
            kind: StoreKind::Server,
            uri: super::address_of(&self.inner.http.base),
            version: self.inner.server.get().and_then(|server| server.version.clone()),
        }
    }

    async fn probe(&self) -> Result<StoreOrigin> {
        self.server().await?;
        Ok(self.origin())
    }

    async fn search_experiments(&self, query: &Query) -> Result<Page<Experiment>> {
        let mut body = search_body(query, PAGE_LIMIT);
        body["view_type"] = view_word(query.view).into();
        let call = Call::search("api/2.0/mlflow/experiments/search", &body);
        match self.page::<Experiment>(&call).await {
            Err(trouble) if trouble.is_missing_endpoint() => self.list_experiments(query).await,
            answer => Ok(answer?),
        }
    }

    async fn experiment(&self, id: &ExperimentId) -> Result<Experiment> {
        let call = Call::get("api/2.0/mlflow/experiments/get").with("experiment_id", id.as_str());
        Ok(self.one::<Experiment>(&call).await?)
    }

    async fn experiment_by_name(&self, name: &str) -> Result<Experiment> {
        let call = Call::get("api/2.0/mlflow/experiments/get-by-name").with("experiment_name", name);
        Ok(self.one::<Experiment>(&call).await?)
    }

    async fn search_runs(&self, query: &RunQuery) -> Result<Page<Run>> {
        if query.experiments.is_empty() {
            return Ok(Page::whole(Vec::new()));
        }
        let mut body = search_body(&query.query, PAGE_LIMIT);
        body["run_view_type"] = view_word(query.query.view).into();
        body["experiment_ids"] = ids(&query.experiments);
        let call = Call::search("api/2.0/mlflow/runs/search", &body);
        let mut cx = Decoding::of(query.fields.clone());
        let mut page = self.decoded(&call, &mut cx, decode_page::<Run>).await?;
        if cx.clamped && self.clamps_infinity().await {
            for run in &mut page.items {
                unclamp(&mut run.metrics);
            }
        }
        Ok(page)
    }

    async fn run(&self, id: &RunId) -> Result<Run> {
        let mut cx = Decoding::of(RunFields::all());
        let mut run = self.decoded(&run_call(id), &mut cx, decode_one::<Run>).await?;
        if cx.clamped && self.clamps_infinity().await {
            unclamp(&mut run.metrics);
        }
        Ok(run)
    }

    fn history_after(&self, run: &RunId, key: &MetricKey, mark: Option<&HistoryMark>) -> HistoryPartStream {
        history::parts(self.clone(), run.clone(), key.clone(), mark.cloned())
    }

    async fn search_logged_models(&self, query: &LoggedModelQuery) -> Result<Page<LoggedModel>> {
        if query.experiments.is_empty() {
            return Ok(Page::whole(Vec::new()));
        }
        let mut body = search_body(&query.query, LOGGED_MODEL_PAGE_LIMIT);
        body["experiment_ids"] = ids(&query.experiments);
        body["order_by"] = query.query.order_by.iter().map(|clause| order(clause)).collect();
        let call = Call::search("api/2.0/mlflow/logged-models/search", &body);
        let mut cx = Decoding::default();
        let mut page = self.decoded(&call, &mut cx, decode_page::<LoggedModel>).await?;
        if cx.clamped && self.clamps_infinity().await {
            for model in &mut page.items {
                unclamp(&mut model.metrics);
            }
        }
        Ok(page)
    }

    async fn logged_model(&self, id: &ModelId) -> Result<LoggedModel> {
        let call = Call::get(format!("api/2.0/mlflow/logged-models/{}", segment(id.as_str())));
        let mut cx = Decoding::default();
        let mut model = self.decoded(&call, &mut cx, decode_one::<LoggedModel>).await?;
        if cx.clamped && self.clamps_infinity().await {
            unclamp(&mut model.metrics);
        }
        Ok(model)
    }

    async fn search_traces(&self, query: &TraceQuery) -> Result<Page<TraceInfo>> {
        self.find_traces(query).await
    }

    async fn trace(&self, id: &TraceId) -> Result<Trace> {
        self.fetch_trace(id).await
    }
}

impl RestStore {
    /// Makes sure that a run is there.
    pub(super) async fn bare_run(&self, id: &RunId) -> Result<Run> {
        Ok(self.one::<Run>(&run_call(id)).await?)
    }

    /// All experiments of a server before 1.28, which cannot search: filtered and sorted here.
    async fn list_experiments(&self, query: &Query) -> Result<Page<Experiment>> {
        let search = Search::<Experiment>::parse(&query.filter, &query.order_by, Dialect::Sql)?;
        let mut found = Vec::new();
        let mut token: Option<PageToken> = None;
        loop {
            let mut call = Call::get("api/2.0/mlflow/experiments/list")
                .with("view_type", view_word(query.view))
                .with("max_results", PAGE_LIMIT.to_string());
            if let Some(PageToken(token)) = &token {
                call = call.with("page_token", &**token);
            }
            let page = self.page::<Experiment>(&call).await?;
            found.extend(page.items);
            if page.next.is_none() || page.next == token {
                break;
            }
            token = page.next;
        }
        crate::local::page_of(search.select(found)?, query, Vec::new())
    }
}

fn run_call(id: &RunId) -> Call {
    Call::get("api/2.0/mlflow/runs/get").with("run_id", id.as_str())
}

/// Filter, order and page, as every search spells them.
pub(super) fn search_body(query: &Query, limit: usize) -> Value {
    let mut body = json!({ "max_results": query.max_results.clamp(1, limit) });
    if !query.filter.is_empty() {
        body["filter"] = query.filter.as_str().into();
    }
    if !query.order_by.is_empty() {
        body["order_by"] = query.order_by.clone().into();
    }
    if let Some(PageToken(token)) = &query.page {
        body["page_token"] = (**token).into();
    }
    body
}

pub(super) fn ids(experiments: &[ExperimentId]) -> Value {
    experiments.iter().map(ExperimentId::as_str).collect()
}

const fn view_word(view: View) -> &'static str {
    match view {
        View::Active => "ACTIVE_ONLY",
        View::Deleted => "DELETED_ONLY",
        View::All => "ALL",
    }
}

/// `metrics.acc DESC` as the object that `logged-models/search` wants.
fn order(clause: &str) -> Value {
    let clause = clause.trim();
    let (field, ascending) = match clause.rsplit_once(char::is_whitespace) {
        Some((field, word)) if word.eq_ignore_ascii_case("desc") => (field.trim_end(), false),
        Some((field, word)) if word.eq_ignore_ascii_case("asc") => (field.trim_end(), true),
        _ => (clause, true),
    };
    json!({ "field_name": field, "ascending": ascending })
}

/// Turns the ends of the finite numbers back into infinity.
fn unclamp(metrics: &mut [Metric]) {
    for metric in metrics.iter_mut().filter(|metric| metric.value.abs() == f64::MAX) {
        metric.value *= 2.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_clause_becomes_a_field_and_a_direction() {
        for (clause, field, ascending) in [
            ("metrics.acc DESC", "metrics.acc", false),
            ("metrics.`a b` asc", "metrics.`a b`", true),
            (" creation_timestamp ", "creation_timestamp", true),
            ("name  desc", "name", false),
        ] {
            assert_eq!(
                order(clause),
                json!({ "field_name": field, "ascending": ascending })
            );
        }
    }
}
