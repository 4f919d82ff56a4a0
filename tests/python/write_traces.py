"""Traces with spans, tags and assessments: MLflow 2.14 and newer."""

from write_runs import START

NANOSECONDS = 1_000_000


def write(client, experiments, runs):
    if not hasattr(client, "start_trace"):
        return
    answered = write_answered(client, experiments)
    failed = write_failed(client, experiments)
    client.set_trace_tag(answered, "added", "later, 'quoted'")
    write_plain(client, experiments)
    write_assessments(answered, failed)
    link_to_run(client, answered, runs["finished"])


def link_to_run(client, trace, run):
    """MLflow 3 on SQL alone links a trace to a run."""
    from mlflow.exceptions import MlflowException

    if not hasattr(client, "link_traces_to_run"):
        return
    try:
        client.link_traces_to_run([trace], run)
    except MlflowException as refusal:
        if "not supported in FileStore" not in str(refusal):
            raise


def trace_id(span):
    """The id of a span's trace, whatever this version calls it."""
    return getattr(span, "trace_id", None) or span.request_id


def write_answered(client, experiments):
    root = client.start_trace(
        "answer a question",
        span_type="CHAIN",
        inputs={"question": "wie groß?\nzweite Zeile", "n": 3},
        attributes={"model": "small", "temperature": 0.5, "deep": {"list": [1, None, "x"]}},
        tags={"team": "search", "lines": "a\nb"},
        experiment_id=experiments["shapes"],
        start_time_ns=START * NANOSECONDS,
    )
    trace = trace_id(root)
    look_up = client.start_span(
        "look up", trace, root.span_id, span_type="RETRIEVER", inputs={"query": "größe"}, start_time_ns=(START + 10) * NANOSECONDS
    )
    inner = client.start_span("inner", trace, look_up.span_id, start_time_ns=(START + 11) * NANOSECONDS)
    client.end_span(trace, inner.span_id, outputs=[1.5, True, None], end_time_ns=(START + 12) * NANOSECONDS)
    client.end_span(trace, look_up.span_id, outputs={"hits": 2}, end_time_ns=(START + 200) * NANOSECONDS)
    client.end_trace(trace, outputs="sehr groß", end_time_ns=(START + 1250) * NANOSECONDS)
    return trace


def write_failed(client, experiments):
    from mlflow.entities import SpanEvent

    root = client.start_trace(
        "fails", inputs={"n": 1}, experiment_id=experiments["shapes"], start_time_ns=(START + 5000) * NANOSECONDS
    )
    trace = trace_id(root)
    root.add_event(SpanEvent("note", timestamp=(START + 5001) * NANOSECONDS, attributes={"why": "no reason", "count": 2}))
    client.end_trace(trace, status="ERROR", end_time_ns=(START + 5002) * NANOSECONDS)
    return trace


def write_plain(client, experiments):
    for number in range(3):
        root = client.start_trace(
            f"plain {number}",
            inputs=number,
            experiment_id=experiments["plain"],
            start_time_ns=(START + 10_000 + number) * NANOSECONDS,
        )
        client.end_trace(trace_id(root), outputs=number, end_time_ns=(START + 10_100 + number) * NANOSECONDS)


def write_assessments(answered, failed):
    """MLflow 3 alone keeps assessments in open-source stores."""
    import mlflow

    if not hasattr(mlflow, "log_feedback") or mlflow.__version__.startswith("2."):
        return
    from mlflow.entities import AssessmentSource

    person = AssessmentSource(source_type="HUMAN", source_id="ada@example.org")
    judge = AssessmentSource(source_type="LLM_JUDGE", source_id="judge")
    mlflow.log_feedback(trace_id=answered, name="correct", value=True, source=person, rationale="it is\nso")
    mlflow.log_feedback(trace_id=answered, name="score", value=0.25, source=judge, metadata={"k": "v"})
    mlflow.log_feedback(trace_id=failed, name="words", value={"a": ["ü", 1]}, source=person)
    mlflow.log_expectation(trace_id=answered, name="answer", value="zwei", source=person)
