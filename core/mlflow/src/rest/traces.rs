//! Traces: version 3 of the protocol, and version 2 on servers that have no other.

use flowdeck_domain::port::TraceQuery;
use flowdeck_domain::tracking::{Span, Trace, TraceInfo};
use flowdeck_domain::{Failure, FailureKind, Page, PageToken, Result, TraceId};
use serde_json::{Value, json};

use super::RestStore;
use super::answer::Trouble;
use super::http::{Call, segment};
use super::tracking::search_body;
use super::wire::TraceInfoV2;

/// Traces that a server gives in one page at most. Source: MLflow, `_search_traces`, 2.22 and 3.18.
const PAGE_LIMIT: usize = 500;

impl RestStore {
    pub(super) async fn find_traces(&self, query: &TraceQuery) -> Result<Page<TraceInfo>> {
        if query.experiments.is_empty() {
            return Ok(Page::whole(Vec::new()));
        }
        let mut body = search_body(&query.query, PAGE_LIMIT);
        body["locations"] = query
            .experiments
            .iter()
            .map(|id| {
                json!({
                    "type": "MLFLOW_EXPERIMENT",
                    "mlflow_experiment": { "experiment_id": id.as_str() },
                })
            })
            .collect::<Value>();
        let call = Call::search("api/3.0/mlflow/traces/search", &body);
        match self.page::<TraceInfo>(&call).await {
            Err(trouble) if trouble.is_missing_endpoint() => self.find_traces_v2(query).await,
            answer => Ok(answer?),
        }
    }

    async fn find_traces_v2(&self, query: &TraceQuery) -> Result<Page<TraceInfo>> {
        let experiments = query.experiments.iter().map(ToString::to_string);
        let mut call = Call::get("api/2.0/mlflow/traces")
            .with_each("experiment_ids", experiments)
            .with(
                "max_results",
                query.query.max_results.clamp(1, PAGE_LIMIT).to_string(),
            )
            .with_each("order_by", query.query.order_by.iter().cloned());
        if !query.query.filter.is_empty() {
            call = call.with("filter", &query.query.filter);
        }
        if let Some(PageToken(token)) = &query.query.page {
            call = call.with("page_token", &**token);
        }
        Ok(self.page::<TraceInfoV2>(&call).await?)
    }

    /// A trace with its spans. The file of its spans, which all servers make on demand, keeps the attributes as they
    /// were logged; a server that cannot make it is asked for the spans in OpenTelemetry's spelling.
    pub(super) async fn fetch_trace(&self, id: &TraceId) -> Result<Trace> {
        let (info, spans) = tokio::join!(self.trace_info(id), self.spans_file(id));
        let info = info?;
        match spans {
            Ok(spans) => Ok(Trace { info, spans }),
            Err(trouble) => match self.otlp_trace(id).await {
                Ok(trace) => Ok(trace),
                // Neither has any: a trace that was begun and never ended.
                Err(_) if trouble.is_not_found() => Ok(Trace {
                    info,
                    spans: Vec::new(),
                }),
                Err(_) => Err(trouble.into()),
            },
        }
    }

    async fn trace_info(&self, id: &TraceId) -> Result<TraceInfo> {
        let call = Call::get(format!("api/3.0/mlflow/traces/{}", segment(id.as_str())));
        match self.one::<Trace>(&call).await {
            Ok(trace) => Ok(trace.info),
            Err(trouble) if trouble.is_missing_endpoint() => {
                let call = Call::get(format!("api/2.0/mlflow/traces/{}/info", segment(id.as_str())));
                Ok(self.one::<TraceInfoV2>(&call).await?)
            }
            Err(trouble) => Err(trouble.into()),
        }
    }

    async fn spans_file(&self, id: &TraceId) -> Result<Vec<Span>, Trouble> {
        let call = Call::get("ajax-api/2.0/mlflow/get-trace-artifact").with("request_id", id.as_str());
        let json = self.inner.http.fetch(&call).await?;
        crate::spans::decode_spans(&json).map_err(|why| {
            Failure::new(
                FailureKind::Damaged,
                format!("the spans of trace {id} cannot be read: {why}"),
            )
            .into()
        })
    }

    async fn otlp_trace(&self, id: &TraceId) -> Result<Trace> {
        let call = Call::get("api/3.0/mlflow/traces/get").with("trace_id", id.as_str());
        Ok(self.one::<Trace>(&call).await?)
    }
}
