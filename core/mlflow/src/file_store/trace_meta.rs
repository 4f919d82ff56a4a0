//! A trace's `trace_info.yaml`, in the spellings of MLflow 2 and 3.

use flowdeck_domain::tracking::{TraceInfo, TraceState};
use flowdeck_domain::{ExperimentId, Timestamp};
use serde::Deserialize;

use super::yaml::first_line;

#[derive(Deserialize)]
struct WireInfo {
    trace_id: Option<String>,
    trace_location: Option<WireLocation>,
    client_request_id: Option<String>,
    request_time: Option<String>,
    execution_duration_ms: Option<i64>,
    state: Option<String>,
    request_preview: Option<String>,
    response_preview: Option<String>,
    // MLflow 2:
    request_id: Option<String>,
    experiment_id: Option<String>,
    timestamp_ms: Option<i64>,
    execution_time_ms: Option<i64>,
    status: Option<String>,
}

#[derive(Deserialize)]
struct WireLocation {
    mlflow_experiment: Option<WireExperiment>,
}

#[derive(Deserialize)]
struct WireExperiment {
    experiment_id: Option<String>,
}

/// Reads the info of the trace whose directory has this name; metadata, tags and assessments lie elsewhere.
///
/// # Errors
/// Why it is not the info of that trace, in a few words.
pub(super) fn parse(text: &str, directory: &str) -> Result<TraceInfo, String> {
    let wire: WireInfo = serde_saphyr::from_str(text)
        .map_err(|error| format!("is malformed: {}", first_line(&error.to_string())))?;
    let id = wire.trace_id.or(wire.request_id).ok_or("has no trace_id")?;
    if id != directory {
        return Err(format!("names another trace, `{id}`"));
    }
    let in_location = wire
        .trace_location
        .and_then(|location| location.mlflow_experiment?.experiment_id);
    let request_time = match (wire.request_time, wire.timestamp_ms) {
        (Some(text), _) => Timestamp::parse_rfc3339(&text)
            .ok_or_else(|| format!("has a request_time that is no time: `{text}`"))?,
        (None, Some(millis)) => Timestamp(millis),
        (None, None) => return Err("has no request_time".to_owned()),
    };
    let state = wire.state.or(wire.status);
    Ok(TraceInfo {
        id: id.into(),
        experiment_id: ExperimentId::from(in_location.or(wire.experiment_id).unwrap_or_default()),
        client_request_id: wire.client_request_id,
        request_time,
        execution_duration_ms: wire.execution_duration_ms.or(wire.execution_time_ms),
        state: TraceState::from_word(state.as_deref().unwrap_or("STATE_UNSPECIFIED")),
        request_preview: wire.request_preview,
        response_preview: wire.response_preview,
        metadata: Vec::new(),
        tags: Vec::new(),
        assessments: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn infos_of_mlflow_2_and_3_are_read() {
        let three = parse(
            "execution_duration_ms: 26\nrequest_preview: '{\"a\": 1}'\nrequest_time: '2026-11-23T15:46:30.729Z'\n\
             state: OK\ntrace_id: tr-1\ntrace_location:\n  mlflow_experiment:\n    experiment_id: '87'\n  \
             type: MLFLOW_EXPERIMENT\n",
            "tr-1",
        )
        .unwrap();
        assert_eq!(three.experiment_id.as_str(), "87");
        assert_eq!(
            (three.execution_duration_ms, three.state),
            (Some(26), TraceState::Ok)
        );
        assert_eq!(three.request_time, Timestamp(1_795_448_790_729));
        assert_eq!(three.request_preview.as_deref(), Some("{\"a\": 1}"));
        let two = parse(
            "assessments: []\nexecution_time_ms: null\nexperiment_id: '75'\nrequest_id: a7\nstatus: IN_PROGRESS\n\
             timestamp_ms: 1795448744837\n",
            "a7",
        )
        .unwrap();
        assert_eq!(
            (two.experiment_id.as_str(), two.state),
            ("75", TraceState::InProgress)
        );
        assert_eq!(two.request_time, Timestamp(1_795_448_744_837));
    }

    #[test]
    fn what_is_no_info_is_refused_with_the_reason() {
        for (text, reason) in [
            ("", "has no trace_id"),
            ("trace_id: x\n", "names another trace, `x`"),
            ("trace_id: tr-1\n", "has no request_time"),
            (
                "trace_id: tr-1\nrequest_time: soon\n",
                "has a request_time that is no time: `soon`",
            ),
        ] {
            assert_eq!(parse(text, "tr-1").unwrap_err(), reason);
        }
        assert!(parse("[", "tr-1").unwrap_err().starts_with("is malformed"));
    }
}
