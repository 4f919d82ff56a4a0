//! Traces with their spans and assessments, kept in the store itself as MLflow 3.x does.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rusqlite::Result;
use serde_json::{Value, json};

use super::Rows;
use crate::record::{AssessmentRecord, Pairs, SpanRecord, TokenUsage, TraceRecord};

impl Rows<'_> {
    pub(super) fn trace(&self, experiment_id: i64, trace: &TraceRecord) -> Result<()> {
        let id = format!("tr-{}", trace.hex_id);
        let contents: Vec<String> = trace
            .spans
            .iter()
            .map(|span| span_content(trace, span).to_string())
            .collect();
        self.row(
            "INSERT INTO trace_info (request_id, experiment_id, timestamp_ms, execution_time_ms, status, \
             client_request_id, request_preview, response_preview, db_payload_generation, trace_name, session_id, \
             input_tokens, output_tokens, total_tokens) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
            &[
                &id,
                &experiment_id,
                &trace.request_time.0,
                &trace.execution_duration_ms,
                &trace.state,
                &trace.client_request_id,
                &trace.request,
                &trace.response,
                &trace.name,
                &trace.session,
                &trace.tokens.map(|tokens| tokens.input),
                &trace.tokens.map(|tokens| tokens.output),
                &trace.tokens.map(|tokens| tokens.input + tokens.output),
            ],
        )?;
        self.pairs(
            "INSERT INTO trace_tags (key, value, request_id) VALUES (?, ?, ?)",
            &id,
            &self.trace_tags(experiment_id, &id, trace),
        )?;
        self.pairs(
            "INSERT INTO trace_request_metadata (key, value, request_id) VALUES (?, ?, ?)",
            &id,
            &metadata(trace, &contents),
        )?;
        for (span, content) in trace.spans.iter().zip(&contents) {
            self.span(experiment_id, &id, span, content)?;
        }
        for assessment in &trace.assessments {
            self.assessment(experiment_id, &id, trace, assessment)?;
        }
        Ok(())
    }

    fn trace_tags(&self, experiment_id: i64, id: &str, trace: &TraceRecord) -> Pairs {
        let location = format!("{}/{experiment_id}/traces/{id}/artifacts", self.artifact_root);
        let mut tags = trace.tags.clone();
        tags.set("mlflow.artifactLocation", location);
        tags.set("mlflow.trace.spansLocation", "TRACKING_STORE");
        tags
    }

    fn span(&self, experiment_id: i64, trace_id: &str, span: &SpanRecord, content: &str) -> Result<()> {
        self.row(
            "INSERT INTO spans (trace_id, experiment_id, span_id, parent_span_id, name, type, status, \
             start_time_unix_nano, end_time_unix_nano, content, model_name, model_provider) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            &[
                &trace_id,
                &experiment_id,
                &span.id,
                &span.parent,
                &span.name,
                &span.span_type,
                &status(span),
                &span.start_time_ns,
                &span.end_time_ns,
                &content,
                &span.model.map(|model| model.0),
                &span.model.map(|model| model.1),
            ],
        )
    }

    fn assessment(
        &self,
        experiment_id: i64,
        trace_id: &str,
        trace: &TraceRecord,
        assessment: &AssessmentRecord,
    ) -> Result<()> {
        let number = assessment.value.as_f64();
        let aggregate = number.or(assessment.value.as_bool().map(f64::from));
        let metadata = json!({"mlflow.assessment.sourceRunId": trace.source_run_id}).to_string();
        self.row(
            "INSERT INTO assessments (assessment_id, trace_id, name, assessment_type, value, created_timestamp, \
             last_updated_timestamp, source_type, source_id, span_id, rationale, valid, assessment_metadata, \
             experiment_id, trace_timestamp_ms, aggregate_value, is_numeric_value) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
            &[
                &format!("a-{}", assessment.id),
                &trace_id,
                &assessment.name,
                &assessment.kind,
                &assessment.value.to_string(),
                &assessment.timestamp.0,
                &assessment.timestamp.0,
                &assessment.source_type,
                &assessment.source_id,
                &assessment.span_id,
                &assessment.rationale,
                &metadata,
                &experiment_id,
                &trace.request_time.0,
                &aggregate,
                &number.is_some(),
            ],
        )
    }
}

fn metadata(trace: &TraceRecord, contents: &[String]) -> Pairs {
    let size: usize = contents.iter().map(String::len).sum();
    let mut pairs = Pairs::default()
        .with("mlflow.user", &trace.user)
        .with("mlflow.source.name", "evaluate.py")
        .with("mlflow.source.type", "LOCAL")
        .with("mlflow.sourceRun", &trace.source_run_id)
        .with("mlflow.trace_schema.version", "3")
        .with("mlflow.trace.session", &trace.session)
        .with("mlflow.trace.user", &trace.user)
        .with("mlflow.trace.sizeBytes", size)
        .with("mlflow.traceInputs", &trace.request);
    if let Some(response) = &trace.response {
        pairs.set("mlflow.traceOutputs", response);
        pairs.set("mlflow.trace.infoFinalized", "true");
    }
    if let Some(tokens) = trace.tokens {
        pairs.set("mlflow.trace.tokenUsage", usage(tokens));
    }
    pairs
}

fn usage(tokens: TokenUsage) -> Value {
    let total = tokens.input + tokens.output;
    json!({"input_tokens": tokens.input, "output_tokens": tokens.output, "total_tokens": total})
}

/// A span as its JSON stands in the store: ids in base64, each attribute as JSON text of its own.
fn span_content(trace: &TraceRecord, span: &SpanRecord) -> Value {
    let mut attributes = serde_json::Map::new();
    let mut set = |key: &str, value: &Value| {
        attributes.insert(key.to_owned(), Value::String(value.to_string()));
    };
    set("mlflow.traceRequestId", &json!(format!("tr-{}", trace.hex_id)));
    set("mlflow.spanType", &json!(span.span_type));
    set("mlflow.spanInputs", &span.inputs);
    if let Some(outputs) = &span.outputs {
        set("mlflow.spanOutputs", outputs);
    }
    if let Some(tokens) = span.tokens {
        set("mlflow.chat.tokenUsage", &usage(tokens));
    }
    if let Some((model, provider)) = span.model {
        set("mlflow.llm.model", &json!(model));
        set("mlflow.llm.provider", &json!(provider));
    }
    json!({
        "trace_id": base64_of_hex(&trace.hex_id),
        "span_id": base64_of_hex(&span.id),
        "parent_span_id": span.parent.as_deref().map(base64_of_hex),
        "name": span.name,
        "start_time_unix_nano": span.start_time_ns,
        "end_time_unix_nano": span.end_time_ns,
        "events": events(span),
        "status": {
            "code": format!("STATUS_CODE_{}", status(span)),
            "message": span.exception.map_or_else(String::new, |(kind, message)| format!("{kind}: {message}")),
        },
        "attributes": attributes,
        "links": [],
    })
}

fn events(span: &SpanRecord) -> Vec<Value> {
    let Some((kind, message)) = span.exception else {
        return Vec::new();
    };
    vec![json!({
        "name": "exception",
        "time_unix_nano": span.end_time_ns.unwrap_or(span.start_time_ns),
        "attributes": {
            "exception.type": kind,
            "exception.message": message,
            "exception.stacktrace": format!(
                "Traceback (most recent call last):\n  File \"evaluate.py\", line 88, in {}\n    reply = call(request)\n{kind}: {message}",
                span.name
            ),
        },
    })]
}

fn status(span: &SpanRecord) -> &'static str {
    match (span.exception, span.end_time_ns) {
        (Some(_), _) => "ERROR",
        (None, Some(_)) => "OK",
        (None, None) => "UNSET",
    }
}

fn base64_of_hex(hex: &str) -> String {
    let bytes: Vec<u8> = (0..hex.len() / 2)
        .filter_map(|index| u8::from_str_radix(hex.get(index * 2..index * 2 + 2)?, 16).ok())
        .collect();
    STANDARD.encode(bytes)
}
