"""Asks a real MLflow what thousands of filters and orders find, and writes its answers down.

    MLFLOW_ALLOW_FILE_STORE=true python search_oracle.py OUTPUT_DIR [--seed N] [--cases N]

Builds one file store and one SQLite store with the same things in them, makes up filters and orders from a grammar and
spoils some of them, and asks both stores. OUTPUT_DIR gets `things.json` (what the stores hold, as a client sees it) and
`answers.jsonl`: one object a line with `e` (kind of thing), `f` (filter), `o` (order), `file` and `sql` (places of what was
found in the lists of `things.json`, or null where the store refused). Needs an MLflow of 3.18.0.
"""

import argparse
import json
import logging
import math
import os
import random
import re
import shutil
import sqlite3
import tempfile
import uuid
import warnings
from pathlib import Path
from unittest import mock

os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("DO_NOT_TRACK", "true")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
warnings.filterwarnings("ignore")

import mlflow  # noqa: E402
from mlflow.entities import (  # noqa: E402
    Dataset,
    DatasetInput,
    Expectation,
    ExperimentTag,
    Feedback,
    InputTag,
    LoggedModelParameter,
    LoggedModelTag,
    Metric,
    Param,
    RunTag,
    TraceInfo,
    TraceLocation,
    TraceState,
    ViewType,
)
from mlflow.entities.assessment import AssessmentSource, IssueReference  # noqa: E402
from mlflow.entities.logged_model_status import LoggedModelStatus  # noqa: E402
from mlflow.entities.model_registry import ModelVersionTag, RegisteredModelTag  # noqa: E402
from mlflow.prompt.registry_utils import add_prompt_filter_string  # noqa: E402
from mlflow.store.model_registry.file_store import FileStore as FileRegistry  # noqa: E402
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore as SqlRegistry  # noqa: E402
from mlflow.store.tracking.file_store import FileStore  # noqa: E402
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore  # noqa: E402
from mlflow.utils.search_utils import (  # noqa: E402
    SearchExperimentsUtils,
    SearchLoggedModelsUtils,
    SearchModelUtils,
    SearchModelVersionUtils,
    SearchTraceUtils,
    SearchUtils,
)

KINDS = ["run", "experiment", "model", "version", "logged_model", "trace"]
START = 1_700_000_000_000
LARGEST = 1.7976931348623157e308

TEXTS = [
    "abc", "ABC", "aBc", "adam", "sgd", "", "10", "9", "1e3", "0.5", "true", "True", "None", "it's", 'say "hi"', "a%b",
    "a_b", "a\\b", "50%", "über", "ÜBER", "größe", "GRÖSSE", "метрика", "МЕТРИКА", "日本", "İstanbul", "straße", "ſ", "K",
    "line one\nline two", "tail\n", "a b", " lead", "x,y", "(a)", "[1]", "null", "NULL", "a AND b", "`tick`", "--no", "/* c */",
    "k=v", "emoji 😀", "tab\there", "a''b", "a\\'b", "DESC", "-5", "é", "é",
]
METRIC_KEYS = ["loss", "acc", "val/acc", "m.dotted", "with space", "a-b", "größe", "метрика", "select", "key", "time", "desc",
               "name", "1st", "x:y", "rare", "AND", "_under", "count", "timestamp"]
PARAM_KEYS = ["lr", "opt", "layer.0.size", "batch size", "a/b", "größe", "from", "order", "type", "p-1", "x", "null", "IS", "text"]
TAG_KEYS = ["team", "mlflow.note.content", "stage one", "a.b.c", "x/y", "like", "тег", "in", "user", "release-v", "日本", "end", "prompt",
            "name", "timestamp", "b"]
NUMBERS = [0.0, -0.0, 1.0, 0.5, 0.25, -1.5, 1e-8, 1e300, 1.7976931348623157e308, math.nan, math.inf, -math.inf, 3.0, 42.0, 1e16,
           0.1, 0.30000000000000004]


class Ids:
    """The same ids in both stores."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def __call__(self):
        return uuid.UUID(int=self.random.getrandbits(128), version=4)


def sample(rng, keys, most):
    return rng.sample(keys, rng.randint(0, min(most, len(keys))))


def build(tracking, registry, seed):
    """Fills a store of either kind with the same things."""
    rng = random.Random(seed)
    with mock.patch("uuid.uuid4", Ids(seed)):
        experiments, runs = build_experiments(tracking, rng)
        build_models(tracking, rng, experiments, runs)
        build_traces(tracking, rng, experiments, runs)
        build_registry(registry, rng, runs)
    return experiments


def clock(times):
    """A clock that shows these times one after another, in milliseconds."""
    it = iter(times)
    return lambda: next(it)


def build_experiments(tracking, rng):
    ids = []
    names = ["vision", "Vision", "nlp_base", "nlp%base", "übung", "ÜBUNG", "x y", "a/b", "10", "9", "deleted one", "日本"]
    for n, name in enumerate(names):
        stamp = START + (n // 3) * 1000
        with mock.patch("mlflow.store.tracking.file_store.get_current_time_millis", lambda s=stamp: s), \
                mock.patch("mlflow.store.tracking.sqlalchemy_store.get_current_time_millis", lambda s=stamp: s):
            tags = [ExperimentTag(key, rng.choice(TEXTS)) for key in sample(rng, TAG_KEYS, 4)]
            ids.append(tracking.create_experiment(name, tags=tags))
    runs = []
    for n in range(40):
        experiment = ids[n % 2]
        start = START + rng.choice([0, 0, 1, 1000, 5000, 60_000, 10_000_000])
        tags = [RunTag(key, rng.choice(TEXTS)) for key in sample(rng, TAG_KEYS, 5)]
        user = rng.choice(["alice", "Bob", "ünal", ""])
        name = rng.choice(["run a", "Run A", "orderly-vole", "über", "it's", "a%b", f"run-{n}", "x\ny"])
        run = tracking.create_run(experiment, user, start, tags, name)
        run_id = run.info.run_id
        runs.append(run_id)
        params = [Param(key, rng.choice([t for t in TEXTS])) for key in sample(rng, PARAM_KEYS, 6)]
        for param in params:
            tracking.log_param(run_id, param)
        for key in sample(rng, METRIC_KEYS, 8):
            for step in range(rng.randint(1, 2)):
                tracking.log_metric(run_id, Metric(key, rng.choice(NUMBERS), START + step, step))
        inputs = []
        for _ in range(rng.choice([0, 0, 1, 2])):
            dataset = Dataset(rng.choice(["mnist", "MNIST", "cifar_10", "it's"]), rng.choice(["d1", "D1", "abc%"]), "local", "src")
            contexts = [InputTag("mlflow.data.context", rng.choice(["train", "eval", "Train"]))] if rng.random() < 0.8 else []
            inputs.append(DatasetInput(dataset, contexts))
        if inputs:
            tracking.log_inputs(run_id, inputs)
        status = rng.choice([None, "FINISHED", "FAILED", "KILLED", "SCHEDULED"])
        if status:
            from mlflow.entities import RunStatus

            tracking.update_run_info(run_id, RunStatus.from_string(status), start + rng.choice([0, 10, 1000]), None)
    tracking.delete_run(runs[-1])
    tracking.delete_experiment(ids[names.index("deleted one")])
    return ids, runs[:-1]


def build_models(tracking, rng, experiments, runs):
    for n in range(24):
        stamp = START + (n // 3) * 1000
        patches = ["mlflow.store.tracking.file_store.get_current_time_millis",
                   "mlflow.store.tracking.sqlalchemy_store.get_current_time_millis"]
        with mock.patch(patches[0], lambda s=stamp: s), mock.patch(patches[1], lambda s=stamp: s):
            source = rng.choice([None, *runs[:6]])
            model = tracking.create_logged_model(
                experiment_id=experiments[n % 2],
                name=rng.choice(["model", "Model", "mod_el", "m-1", "über", "ÜBER", f"m{n}"]),
                source_run_id=source,
                tags=[LoggedModelTag(key, rng.choice(TEXTS)) for key in sample(rng, TAG_KEYS, 4)],
                params=[LoggedModelParameter(key, rng.choice([t for t in TEXTS if t])) for key in sample(rng, PARAM_KEYS, 4)],
                model_type=rng.choice([None, "agent", "Agent", "classifier"]),
            )
            status = rng.choice([None, LoggedModelStatus.READY, LoggedModelStatus.FAILED])
            if status:
                tracking.finalize_logged_model(model.model_id, status)
        run = runs[n % len(runs)]
        for key in sample(rng, [k for k in METRIC_KEYS if k not in ("rare",)], 4):
            # NaN orders models of a file store by the accidents of Python's sort.
            numbers = [x for x in NUMBERS if not math.isnan(x)]
            for step in range(rng.randint(1, 3)):
                dataset = rng.choice([(None, None), ("mnist", "d1"), ("mnist", "d2")])
                tracking.log_metric(run, Metric(key, rng.choice(numbers), START + rng.choice([0, 1, 2]) * 10 + step, step,
                                                model_id=model.model_id, dataset_name=dataset[0], dataset_digest=dataset[1]))


def build_traces(tracking, rng, experiments, runs):
    sql = isinstance(tracking, SqlAlchemyStore)
    for n in range(36):
        trace_id = f"tr-{n:032x}"
        # A file store cannot hold a trace with a slash in a key.
        tags = {key: rng.choice(TEXTS) for key in sample(rng, [key for key in TAG_KEYS if "/" not in key], 4)}
        name = rng.choice([None, "predict", "Predict", "chat_completion", "it's", "über"])
        if name:
            tags["mlflow.traceName"] = name
        metadata = {key: rng.choice(TEXTS) for key in sample(rng, ["env", "a.b", "user id", "name"], 3)}
        if rng.random() < 0.5:
            metadata["mlflow.sourceRun"] = rng.choice(runs[:4])
        if rng.random() < 0.5:
            metadata["mlflow.trace.session"] = rng.choice(["s1", "s2", "s3"])
        if rng.random() < 0.3:
            metadata["mlflow.trace.tokenUsage"] = rng.choice(['{"input_tokens": 5, "output_tokens": 7, "total_tokens": 12}',
                                                              '{"total_tokens": 3}'])
        if rng.random() < 0.3:
            metadata["mlflow.trace.cost"] = rng.choice(['{"input_cost": 0.5}', '{"total_cost": 1}'])
        start = START + rng.choice([0, 0, 1, 1000, 5000, 20_000, 60_000])
        state = rng.choice([TraceState.OK, TraceState.ERROR, TraceState.IN_PROGRESS, TraceState.STATE_UNSPECIFIED])
        duration = rng.choice([0, 5, 5, 250, 1000]) if state != TraceState.IN_PROGRESS or rng.random() < 0.3 else None
        info = TraceInfo(
            trace_id=trace_id,
            trace_location=TraceLocation.from_experiment_id(experiments[n % 2]),
            request_time=start,
            execution_duration=duration,
            state=state,
            trace_metadata=metadata,
            tags=tags,
            client_request_id=rng.choice([None, f"client-{n % 5}", "C%"]),
            request_preview="hello", response_preview="world",
        )
        tracking.start_trace(info)
        spans = [
            (rng.choice(["root", "LLM call", "retrieve", "it's"]), rng.choice(["LLM", "RETRIEVER", "CHAIN", "UNKNOWN"]),
             rng.choice(["OK", "ERROR", "UNSET"]), start + rng.choice([0, -5_000, -15_000]),
             {key: rng.choice(["gpt-4", "GPT-4", 'say "hi"', "über", 5, 0.5, True, None])
              for key in sample(rng, ["model", "llm.provider", "a b"], 3)})
            for _ in range(rng.choice([0, 1, 1, 2]))
        ]
        judged = []
        for _ in range(rng.choice([0, 0, 1, 2])):
            judged.append((rng.choice(["feedback", "expectation"]), rng.choice(["quality", "ok?", "über", "name"]),
                           rng.choice([True, False, 5, 0.5, -1, 1e10, "yes", "no", "über", 'say "hi"', ["a"], {"k": 1}, None, "5"]),
                           rng.random() < 0.85, rng.random() < 0.3))
        links = (rng.sample(runs[:4], rng.choice([0, 0, 1])), rng.choice([None, None, ("p", 1), ("p q", 2)]),
                 rng.choice([None, None, "issue-1", "issue-2"]))
        if sql:
            fill_trace(tracking, info, spans, judged, links, metadata)


def fill_trace(tracking, info, spans, judged, links, metadata):
    from mlflow.entities import SpanStatusCode  # noqa: F401
    from mlflow.entities.span import create_mlflow_span
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import SpanContext, TraceFlags
    from opentelemetry.trace.status import Status, StatusCode

    made = []
    for n, (name, kind, status, start, attributes) in enumerate(spans):
        number = int(info.trace_id.removeprefix("tr-"), 16)
        context = SpanContext(trace_id=number + 1, span_id=number * 10 + n + 1, is_remote=False, trace_flags=TraceFlags(1))
        parent = SpanContext(trace_id=number + 1, span_id=number * 10 + n, is_remote=False, trace_flags=TraceFlags(1)) if n else None
        otel = ReadableSpan(
            name=name, context=context, parent=parent, resource=Resource({}),
            attributes={"mlflow.traceRequestId": json.dumps(info.trace_id), "mlflow.spanType": json.dumps(kind),
                        **{key: json.dumps(value) for key, value in attributes.items()}},
            start_time=start * 1_000_000, end_time=(start + 5) * 1_000_000,
            status=Status(getattr(StatusCode, status)),
        )
        made.append(create_mlflow_span(otel, info.trace_id, kind))
    if made:
        tracking.log_spans(info.experiment_id, made)
    for kind, name, value, valid, session in judged:
        extra = {"mlflow.trace.session": metadata["mlflow.trace.session"]} if session and "mlflow.trace.session" in metadata else None
        source = AssessmentSource(source_type="HUMAN", source_id="me")
        if kind == "feedback":
            assessment = Feedback(name=name, value=value, source=source, trace_id=info.trace_id, metadata=extra, valid=valid)
        else:
            if value is None:
                continue
            assessment = Expectation(name=name, value=value, source=source, trace_id=info.trace_id, metadata=extra)
        tracking.create_assessment(assessment)
    run_links, prompt, issue = links
    for run in run_links:
        tracking.link_traces_to_run([info.trace_id], run)
    if prompt:
        from mlflow.entities.model_registry import PromptVersion

        tracking.link_prompts_to_trace(info.trace_id, [PromptVersion(name=prompt[0], version=prompt[1], template="t")])
    if issue:
        tracking.create_assessment(IssueReference(issue_id=issue, issue_name=issue, trace_id=info.trace_id,
                                                  source=AssessmentSource(source_type="HUMAN", source_id="me")))


def build_registry(registry, rng, runs):
    names = ["alpha", "Alpha", "al_pha", "al%pha" if False else "alpha-2", "über", "ÜBER", "a b", "10", "9", "prompt one", "prompt two", "it's", "zeta"]
    stamps = iter(range(START, START + 10_000_000, 1))
    targets = ["mlflow.store.model_registry.file_store.get_current_time_millis",
               "mlflow.store.model_registry.sqlalchemy_store.get_current_time_millis"]
    # Several things happen in one millisecond.
    def now():
        return next(stamps) // 7 * 1000

    with mock.patch(targets[0], now), mock.patch(targets[1], now):
        for name in names:
            tags = [RegisteredModelTag(key, rng.choice(TEXTS)) for key in sample(rng, TAG_KEYS, 4)]
            if name.startswith("prompt"):
                tags.append(RegisteredModelTag("mlflow.prompt.is_prompt", "true"))
            elif name == "zeta":
                tags.append(RegisteredModelTag("mlflow.prompt.is_prompt", "false"))
            registry.create_registered_model(name, tags=tags, description=rng.choice([None, "d"]))
            for number in range(rng.randint(0, 4)):
                version_tags = [ModelVersionTag(key, rng.choice(TEXTS)) for key in sample(rng, TAG_KEYS, 3)]
                if name.startswith("prompt") or (name == "zeta" and number == 1):
                    version_tags.append(ModelVersionTag("mlflow.prompt.is_prompt", "true"))
                    version_tags.append(ModelVersionTag("mlflow.prompt.text", "hello"))
                registry.create_model_version(
                    name, rng.choice(["s3://bucket/a", "S3://bucket/a", "file:///x_y", "runs:/über"]),
                    run_id=rng.choice([None, *runs[:3]]), tags=version_tags, description=None)
            registry.set_registered_model_alias(name, "champion", 1) if rng.random() < 0 else None


# ------------------------------------------------------------------------------------------------ what is in the stores


def number(value):
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
    return value


def pairs(mapping):
    return sorted(mapping.items())


def thing(kind, x):
    if kind == "run":
        return {
            "run_id": x.info.run_id, "experiment_id": x.info.experiment_id, "run_name": x.info.run_name,
            "user_id": x.info.user_id, "status": x.info.status, "start_time": x.info.start_time, "end_time": x.info.end_time,
            "artifact_uri": x.info.artifact_uri,
            "metrics": [[k, number(v)] for k, v in pairs(x.data.metrics)], "params": pairs(x.data.params), "tags": pairs(x.data.tags),
            "datasets": [[d.dataset.name, d.dataset.digest, pairs({t.key: t.value for t in d.tags})] for d in x.inputs.dataset_inputs],
        }
    if kind == "experiment":
        return {"experiment_id": x.experiment_id, "name": x.name, "creation_time": x.creation_time,
                "last_update_time": x.last_update_time, "tags": pairs(x.tags)}
    if kind == "model":
        return {"name": x.name, "creation_timestamp": x.creation_timestamp, "last_updated_timestamp": x.last_updated_timestamp,
                "tags": pairs(x._tags)}
    if kind == "version":
        return {"name": x.name, "version": str(x.version), "creation_timestamp": x.creation_timestamp,
                "last_updated_timestamp": x.last_updated_timestamp, "run_id": x.run_id, "source": x.source, "tags": pairs(x.tags)}
    if kind == "logged_model":
        return {
            "model_id": x.model_id, "experiment_id": x.experiment_id, "name": x.name, "model_type": x.model_type,
            "source_run_id": x.source_run_id, "status": str(x.status), "status_message": x.status_message,
            "artifact_uri": x.artifact_location, "creation_timestamp": x.creation_timestamp,
            "last_updated_timestamp": x.last_updated_timestamp, "params": pairs(x.params), "tags": pairs(x.tags),
            "metrics": [[m.key, number(m.value), m.timestamp, m.step, m.dataset_name, m.dataset_digest] for m in x.metrics or []],
        }
    return {
        "trace_id": x.trace_id, "experiment_id": x.experiment_id, "client_request_id": x.client_request_id,
        "request_time": x.request_time, "execution_duration": x.execution_duration, "state": x.state.value,
        "metadata": pairs(x.trace_metadata), "tags": pairs(x.tags),
    }


def key_of(kind, x):
    return {
        "run": lambda: x.info.run_id, "experiment": lambda: x.experiment_id, "model": lambda: x.name,
        "version": lambda: (x.name, int(x.version)), "logged_model": lambda: x.model_id, "trace": lambda: x.trace_id,
    }[kind]()


def trace_rows(database):
    """What a SQL store's filters look at beside the info of traces."""
    rows = {}
    with sqlite3.connect(database) as db:
        def at(trace):
            return rows.setdefault(trace, {"spans": [], "assessments": [], "linked_runs": [], "linked_prompts": []})

        for trace, *span in db.execute("select trace_id, name, type, status, start_time_unix_nano, content from spans"):
            at(trace)["spans"].append(span)
        query = ("select trace_id, assessment_type, name, value, aggregate_value, is_numeric_value, valid, "
                 "coalesce(assessment_metadata, '') from assessments")
        for trace, kind, name, value, aggregate, numeric, valid, metadata in db.execute(query):
            session = '"mlflow.trace.session":' in metadata
            at(trace)["assessments"].append([kind, name, value, aggregate if numeric else None, bool(valid), session])
        query = "select source_id, destination_type, destination_id from entity_associations where source_type = 'trace'"
        for trace, kind, other in db.execute(query):
            if kind in ("run", "prompt_version"):
                at(trace)["linked_runs" if kind == "run" else "linked_prompts"].append(other)
    return rows


# ------------------------------------------------------------------------------------------------------------ the stores


class Stores:
    def __init__(self, directory, seed):
        self.directory = Path(directory)
        self.database = str(self.directory / "mlflow.db")
        root = str(self.directory / "mlruns")
        self.file = FileStore(root, "mlflow-artifacts:/")
        self.file_registry = FileRegistry(root)
        uri = f"sqlite:///{self.database}"
        self.sql = SqlAlchemyStore(uri, "mlflow-artifacts:/")
        self.sql_registry = SqlRegistry(uri)
        self.file_experiments = build(self.file, self.file_registry, seed)
        self.sql_experiments = build(self.sql, self.sql_registry, seed)
        self.read()

    def read(self):
        """Reads the file store once: its searches read all of it each time, then filter and sort."""
        experiments = self.file_experiments
        self.held = {
            "run": list(self.file.search_runs(experiments, "", ViewType.ACTIVE_ONLY, max_results=1000)),
            "experiment": list(self.file.search_experiments(max_results=1000)),
            "model": self.file_registry._list_all_registered_models(),
            "version": [
                version.to_mlflow_entity()
                for path in self.file_registry._get_all_registered_model_paths()
                for version in self.file_registry._list_file_model_versions_under_path(path)
            ],
            "logged_model": list(self.file.search_logged_models(experiments, max_results=1000)),
            "trace": list(self.file.search_traces(experiments, max_results=1000)[0]),
        }
        # Prompts are found only by a filter that asks for them, and no filter finds all of the registry.
        prompt = "tags.`mlflow.prompt.is_prompt` = 'true'"
        sql = {kind: self.from_sql(kind, "", []) for kind in KINDS}
        sql["model"] += self.from_sql("model", prompt, [])
        found = {key_of("version", version) for version in sql["version"]}
        with sqlite3.connect(self.database) as db:
            for name, version in db.execute("select name, version from model_versions order by 1, 2"):
                if (name, version) not in found:
                    sql["version"].append(self.sql_registry.get_model_version(name, version))
        self.sql_held = sql
        self.places = {
            (dialect, kind): {key_of(kind, x): n for n, x in enumerate(held[kind])}
            for dialect, held in (("file", self.held), ("sql", sql)) for kind in KINDS
        }

    def things(self):
        rows = trace_rows(self.database)
        out = {
            dialect: {kind: [thing(kind, x) for x in held[kind]] for kind in KINDS}
            for dialect, held in (("file", self.held), ("sql", self.sql_held))
        }
        for trace in out["sql"]["trace"]:
            trace.update(rows.get(trace["trace_id"], {}))
        for held in out["sql"]["run"], out["sql"]["logged_model"]:
            for x in held:
                for metric in x["metrics"]:
                    # SQL stores hold infinity as the greatest number; flowdeck's readers turn it back.
                    metric[1] = {LARGEST: "Infinity", -LARGEST: "-Infinity"}.get(metric[1], metric[1])
        return out

    def ask(self, dialect, kind, filter_string, order_by):
        """Places of what is found, or nothing where the store refuses."""
        try:
            found = (self.from_file if dialect == "file" else self.from_sql)(kind, filter_string, order_by)
        except Exception:
            return None
        places = self.places[dialect, kind]
        return [places[key_of(kind, x)] for x in found]

    def from_file(self, kind, f, order):
        held = self.held[kind]
        if kind == "run":
            return SearchUtils.sort(SearchUtils.filter(held, f), order)
        if kind == "experiment":
            found = SearchExperimentsUtils.filter(held, f)
            return SearchExperimentsUtils.sort(found, order or ["creation_time DESC", "experiment_id ASC"])
        if kind == "model":
            return SearchModelUtils.sort(SearchModelUtils.filter(held, add_prompt_filter_string(f, is_prompt=False)), order)
        if kind == "version":
            found = SearchModelVersionUtils.filter(held, add_prompt_filter_string(f, is_prompt=False))
            return SearchModelVersionUtils.sort(
                found, order or ["last_updated_timestamp DESC", "name ASC", "version_number DESC"])
        if kind == "logged_model":
            return SearchLoggedModelsUtils.sort(SearchLoggedModelsUtils.filter_logged_models(held, f, None), objects(order))
        return SearchTraceUtils.sort(SearchTraceUtils.filter(held, f), order)

    def from_sql(self, kind, f, order):
        experiments = self.sql_experiments
        if kind == "run":
            return list(self.sql.search_runs(experiments, f, ViewType.ACTIVE_ONLY, max_results=1000, order_by=order))
        if kind == "experiment":
            return list(self.sql.search_experiments(max_results=1000, filter_string=f, order_by=order))
        if kind == "model":
            return list(self.sql_registry.search_registered_models(f, max_results=1000, order_by=order))
        if kind == "version":
            return list(self.sql_registry.search_model_versions(f, max_results=1000, order_by=order))
        if kind == "logged_model":
            return list(self.sql.search_logged_models(experiments, f, max_results=1000, order_by=objects(order)))
        return list(self.sql.search_traces(experiments, f, max_results=1000, order_by=order)[0])


def objects(order):
    """Orders of logged models are objects; as text they are a name and a way."""
    out = []
    for clause in order:
        words = clause.split()
        way = words[-1].lower() if len(words) > 1 else ""
        if way in ("asc", "desc"):
            out.append({"field_name": clause.strip()[: -len(way)].strip(), "ascending": way == "asc"})
        else:
            out.append({"field_name": clause.strip()})
    return out


# ------------------------------------------------------------------------------------------------------ filters and orders

ENTITIES = {
    "run": ["metrics", "metric", "params", "param", "parameter", "parameters", "tags", "tag", "attributes", "attribute", "attr",
            "run", "dataset", "datasets", "", "`metrics`", "Metrics", "model", "span"],
    "experiment": ["tags", "tag", "attribute", "attributes", "", "attr", "`tags`", "metrics", "experiment"],
    "model": ["tags", "tag", "attribute", "", "attributes", "`tags`", "params"],
    "version": ["tags", "tag", "attribute", "", "attributes", "`tag`", "metrics"],
    "logged_model": ["metrics", "params", "tags", "attributes", "", "metric", "param", "tag", "attribute", "dataset", "`params`"],
    "trace": ["tags", "tag", "metadata", "request_metadata", "attributes", "attribute", "trace", "", "span", "feedback", "expectation",
              "issue", "`tags`", "run", "metrics"],
}
ATTRIBUTES = {
    "run": ["run_id", "run_name", "`run name`", "`Run Name`", "user_id", "status", "artifact_uri", "start_time", "end_time", "created",
            "Created", "name", "lifecycle_stage", "experiment_id", "digest", "context"],
    "experiment": ["name", "experiment_id", "creation_time", "last_update_time", "lifecycle_stage", "artifact_location", "`name`"],
    "model": ["name", "creation_timestamp", "last_updated_timestamp", "timestamp", "description", "`name`", "version"],
    "version": ["name", "version_number", "run_id", "source_path", "creation_timestamp", "last_updated_timestamp", "version", "source",
                "current_stage", "status", "`name`"],
    "logged_model": ["name", "model_id", "model_type", "status", "source_run_id", "creation_timestamp", "creation_time",
                     "last_updated_timestamp", "last_updated_time", "creation_timestamp_ms", "experiment_id", "artifact_location",
                     "status_message", "lifecycle_stage", "tags", "`name`"],
    "trace": ["status", "state", "name", "timestamp", "timestamp_ms", "execution_time", "execution_time_ms", "end_time", "end_time_ms",
              "run_id", "request_id", "client_request_id", "prompt", "text", "experiment_id", "`status`", "NAME"],
}
NUMERIC = {"start_time", "end_time", "created", "Created", "creation_time", "last_update_time", "version_number", "creation_timestamp",
           "last_updated_timestamp", "creation_timestamp_ms", "timestamp", "timestamp_ms", "execution_time", "execution_time_ms",
           "end_time_ms", "last_updated_time"}
OPERATORS = ["=", "!=", ">", ">=", "<", "<=", "LIKE", "ILIKE", "like", "iLike", "IN", "NOT IN", "in", "not in", "IS NULL", "IS NOT NULL",
             "is null", "is not null", "IS  NULL", "IS NOT  NULL", "RLIKE", "rlike", "==", "<>", "!>", "~", "=~", "NOT LIKE", "REGEXP",
             "BETWEEN", "is", "||", "!", "=="]
WRITTEN = ["0", "1", "-1", "0.5", "-0.25", ".5", "5.", "1e2", "1E-8", "1e400", "-1e400", "+1", "0x10", "1_000", "nan", "inf", "-inf", "NaN",
           "1e", "1e+5", "12abc", "1.5x", "1.5.2", "--1", "- 1", "1700000000000", "1700000001000.5", "99999999999999999999999",
           "1.7976931348623157e308", "1e308", "٣", "०.५", "²", "1,5", "3.0", "42", "1e16", "10000000000000001", "0.30000000000000004", "00", "007",
           "true", "null", "NULL", "None", "?", ":x", "%s", "$1", "1 + 1", "2-1", "2 -1", "date '1'", "current_date"]
REGEXES = ["^pre", ".*", "^(predict|chat).*", "[A-Z]", "a|b", "(?i)PREDICT", "gpt-\\d", "^gpt", "4$", "*x", "(", "\\w+\\s\\w+", "", "^$", "hi",
           "über", ".", "x{2,1}", "(.)\\1", "^.{3}$", "(?=.*e)p", "[^a-z]", "\\bcall\\b", "\\d{2,}", "it's?"]
SNIPPETS = ["'", '"', "`", "(", ")", "[", "]", ",", ";", ".", "::", ":=", "*", "--", "-- x\n", "/* x */", "# x\n", "#x", "@x", "$$", "?", "%s", "\\",
            "AND", "and", "OR", "NOT", "AS", "IN", "IS", "NULL", "DESC", "ASC", "LIKE", "CASE", "END", "WHERE", "SELECT", "BETWEEN", " ", "  ", "\n",
            "\t", "\r\n", "\u00a0", "\u3000", "=", "!=", ">", "<", "-", "+", "/", "~", "!", "|", "&&", "{", "}", "1", "0.5", "x", "é", "日", "timestamp",
            "date", "int", "over (x)", "f(x)", "[0]", "at time zone 'x'", "go", "GO", "begin", "if", "null", "values", "create table", "ſ", "ı",
            "metrics.", "tags.", ".x", "params.a", "'x'", "\"y\"", "\x1c", "\u200b"]
ORDER_WAYS = ["", "", " ASC", " DESC", " asc", " desc", " Desc", "  DESC", " DESCENDING", " nulls last", " DESC NULLS LAST", " ASC ASC", " foo",
              "\tDESC", "\nDESC", " DESC ", ";", ", loss", " -- x", " 'DESC'", " `DESC`", ".desc", "::x DESC"]


class Writer:
    """Makes up filters and orders."""

    def __init__(self, seed, stores):
        self.rng = random.Random(seed)
        self.stores = stores
        self.ids = [x.info.run_id for x in stores.held["run"]][:6]

    def quoted(self, text):
        r = self.rng.random()
        if r < 0.7:
            quote = '"' if "'" in text else "'"
            if r < 0.15:
                quote = '"' if quote == "'" else "'"
            return f"{quote}{text}{quote}"
        if r < 0.9:
            return f"'{text}'"
        return self.rng.choice(["`{}`", "{}", "'{}", "{}'", "''{}''", "'{}\"", "\"'{}'\"", "'\"{}\"'", "[{}]", "$${}$$", "('{}')", "´{}´", "N'{}'"]).format(text)

    def key(self, kind, entity):
        rng = self.rng
        entity = entity.strip("`").lower()
        if entity.startswith("metric"):
            keys = METRIC_KEYS
        elif entity.startswith("param"):
            keys = PARAM_KEYS
        elif entity.startswith(("tag", "metadata", "request")):
            keys = TAG_KEYS + ["mlflow.runName", "mlflow.prompt.is_prompt", "missing", "mlflow.traceName", "mlflow.linkedPrompts"]
            if "meta" in entity:
                keys = ["env", "a.b", "user id", "name", "mlflow.sourceRun", "mlflow.trace.session", "mlflow.trace.tokenUsage", "mlflow.trace.cost",
                        "missing", "run_id", "text"]
        elif entity.startswith("dataset"):
            keys = ["name", "digest", "context", "source", "profile"]
        elif entity == "span":
            keys = ["name", "type", "status", "content", "attributes.model", "attributes.llm.provider", "attributes.`a b`", "attributes.a b",
                    "attributes.", "kind", "text", "NAME"]
        elif entity in ("feedback", "expectation"):
            keys = ["quality", "ok?", "über", "name", "missing", "text", "timestamp"]
        elif entity == "issue":
            keys = ["id", "name", "x"]
        else:
            return rng.choice(ATTRIBUTES[kind])
        key = rng.choice(keys)
        r = rng.random()
        if "`" in key or (r < 0.5 and re.fullmatch(r"[\w.]+", key)):
            return key
        return rng.choice(["`{}`"] * 8 + ['"{}"', '"{}"', "'{}'", "{}", "[{}]", "´{}´", "``{}``", "`{}", "\"`{}`\"", "`\"{}\"`", "{}[0]", "{}(1)", "{} x",
                                         "{} AS y", "{}.z", "{}::int", "{} DESC", "*", " {}", "{}-1", "{}->>x", "{} /* c */"]).format(key)

    def value(self, kind, entity, key, operator):
        rng = self.rng
        if "IN" in operator.upper().split() and rng.random() < 0.9:
            return self.list(kind, key)
        name = entity.strip("`").lower()
        numeric = name.startswith("metric") or (key.strip("`") in NUMERIC and not name.startswith(("tag", "param", "meta")))
        if name in ("feedback", "expectation") and operator in ("<", "<=", ">", ">="):
            numeric = True
        if numeric != (rng.random() < 0.07):
            r = rng.random()
            if r < 0.45:
                return repr(rng.choice([x for x in NUMBERS if math.isfinite(x)]))
            if r < 0.6:
                return str(START + rng.choice([0, 1, 1000, 5000, 60_000, 10_000_000, 20_000, 250]))
            if r < 0.7:
                return str(rng.choice([1, 2, 3, 4, 5, 250]))
            return rng.choice(WRITTEN)
        return self.quoted(self.text(kind, key, operator))

    def text(self, kind, key, operator):
        rng = self.rng
        if operator.upper() == "RLIKE" and rng.random() < 0.8:
            return rng.choice(REGEXES)
        bare = key.strip("`'\"")
        known = {
            "run_id": self.ids + ["x"], "source_run_id": self.ids, "mlflow.sourceRun": self.ids,
            "status": ["FINISHED", "RUNNING", "FAILED", "KILLED", "SCHEDULED", "finished", "READY", "PENDING", "OK", "ERROR", "IN_PROGRESS",
                       "TRACE_STATUS_UNSPECIFIED", "STATE_UNSPECIFIED", "UPLOAD_FAILED", "UNSPECIFIED", "UNSET"],
            "user_id": ["alice", "Bob", "ünal", ""], "run_name": ["run a", "Run A", "über", "it's", "a%b", "x\ny"],
            "experiment_id": ["0", "1", "2", "01", " 1", "x", "1_0", "10", "٣", "-1", "1.0", "99999999999999999999"],
            "version_number": ["1", "2", "03", " 2 ", "x", "2.0", "1_0", "-1", ""], "model_type": ["agent", "Agent", "classifier", ""],
            "source_path": ["s3://bucket/a", "S3://bucket/a", "file:///x_y"], "digest": ["d1", "D1", "abc%"], "context": ["train", "eval", "Train"],
            "name": ["mnist", "MNIST", "cifar_10", "alpha", "Alpha", "über", "ÜBER", "10", "9", "prompt one", "it's", "model", "Model", "mod_el",
                     "predict", "Predict", "chat_completion", "vision", "Vision", "nlp_base", "x y", "root", "LLM call", "zeta"],
            "type": ["LLM", "CHAIN", "llm"], "prompt": ["p/1", "p q/2", "p", "a/b/c"], "mlflow.linkedPrompts": ["p/1", "p"],
            "id": ["issue-1", "issue-2"], "quality": ["true", "false", "5", "yes", "no", "über", 'say "hi"', "0.5", "null", '"yes"', "[\"a\"]"],
            "mlflow.prompt.is_prompt": ["true", "false", "True", "FALSE", "x"], "mlflow.trace.session": ["s1", "s2", "s3"],
            "mlflow.trace.tokenUsage": ['{"total_tokens": 3}', '{"input_tokens": 5, "output_tokens": 7, "total_tokens": 12}'],
            "mlflow.trace.cost": ['{"input_cost": 0.5}', '{"total_cost": 1}', '{"total_cost": 1.0}'],
            "client_request_id": [f"client-{n}" for n in range(5)] + ["C%"], "request_id": [f"tr-{n:032x}" for n in range(4)],
            "attributes.model": ["gpt-4", "GPT-4", "%gpt%", ": %4%"], "text": ["%gpt%", "%LLM%", "root"],
        }.get(bare, TEXTS)
        if rng.random() < 0.1:
            known = TEXTS
        text = rng.choice(known)
        if operator.upper() in ("LIKE", "ILIKE", "NOT LIKE"):
            r = rng.random()
            if r < 0.6 and text:
                at = rng.randrange(len(text))
                text = rng.choice([f"%{text}", f"{text}%", f"%{text[at:]}", f"{text[:at]}%", text[:at] + "_" + text[at + 1:], f"%{text[at]}%",
                                   text.upper(), text.lower(), text.swapcase() + "%", "%", "_", "__", "%%", f"{text[:at]}%{text[at:]}", f"%{text}%", f"\\{text}"])
        return text

    def list(self, kind, key):
        rng = self.rng
        texts = [self.text(kind, key, "=") for _ in range(rng.randint(1, 3))]
        r = rng.random()
        if r < 0.75:
            comma = rng.choice([", ", ",", " , "])
            return "(" + comma.join(f'"{t}"' if "'" in t or rng.random() < 0.2 else f"'{t}'" for t in texts) + ")"
        return rng.choice([
            "()", "('{0}',)", "({0})", "(1, 2)", "('{0}' '{1}')", "(('{0}', '{1}'))", "(('{0}'), ('{1}'))", "['{0}']", "'{0}'", "(u'{0}', r'{1}')",
            "(b'{0}')", "('\\x41{0}')", "('{0}', 5)", "('{0}'; '{1}')", "('{0}' , # c\n '{1}')", "(f'{0}')", "('''{0}''')", "(\"{0}\", '{1}')",
            "('{0}'", "{0}", "(['{0}'])", "({{'{0}'}})", "(None)", "('{0}' + '{1}')", "(\n'{0}',\n'{1}'\n)", "( '{0}' )", "('{0}',,'{1}')", "(-1)", "('a\\q')",
        ]).format(texts[0], texts[-1])

    def tame(self, kind):
        """A clause that most likely is right."""
        rng = self.rng
        left, shape, key = self.tame_left(kind)
        if shape == "number":
            value = self.tame_number(key)
            return f"{left} {rng.choice(OPERATORS[:6])} {value}"
        operators = ["=", "!=", "LIKE", "ILIKE", "=", "!=", "like", "Ilike"]
        if shape == "list":
            operators += ["IN", "NOT IN", "in"]
        if shape == "tag" and kind in ("run", "experiment", "trace"):
            operators += ["IS NULL", "IS NOT NULL"]
        if kind == "trace" and rng.random() < 0.15:
            operators = ["RLIKE"]
        if "content" in left or "text" in left:
            operators = ["LIKE", "ILIKE"]
        operator = rng.choice(operators)
        if "NULL" in operator:
            return f"{left} {operator}"
        texts = [self.text(kind, key, operator) for _ in range(rng.randint(1, 3))]
        quote = lambda text: f'"{text}"' if "'" in text else f"'{text}'"  # noqa: E731
        if operator.upper() in ("IN", "NOT IN"):
            return f"{left} {operator} ({', '.join(map(quote, texts))}{rng.choice(['', '', ','])})"
        return f"{left} {operator} {quote(texts[0])}"

    def tame_number(self, key):
        rng = self.rng
        if key == "metric":
            return rng.choice([repr(x) for x in NUMBERS if math.isfinite(x)] + ["1e400", "-1e400", ".5", "5.", "1E0"])
        if key == "version_number":
            return rng.choice(["1", "2", "3", "2.0", "1.5", "'2'", "0", "-1"])
        if key.startswith("execution"):
            return rng.choice(["0", "5", "250", "4.5", "1000", "-1"])
        near = rng.choice([0, 1, -1, 5, 1000, 2000, 3000, 60_000, 10_000_000, 20_000, 250])
        return f"{START + near}{rng.choice(['', '', '', '.0', '.5'])}"

    def tame_left(self, kind):
        rng = self.rng

        def keyed(words, keys, shape, name=None):
            key = rng.choice(keys)
            plain = re.fullmatch(r"[A-Za-z_][\w.]*", key) and rng.random() < 0.5
            return f"{rng.choice(words)}.{key if plain else f'`{key}`'}", shape, name or key

        def attribute(words, lists, texts, numbers):
            key = rng.choice(lists + texts + numbers)
            word = rng.choice(words)
            shape = "number" if key in numbers else "list" if key in lists else "text"
            return f"{word}.{key}" if word else key, shape, key

        r = rng.random()
        if kind == "run":
            if r < 0.25:
                return keyed(["metrics", "metric"], METRIC_KEYS, "number", "metric")
            if r < 0.4:
                return keyed(["params", "param", "parameter"], PARAM_KEYS, "tag")
            if r < 0.6:
                return keyed(["tags", "tag"], TAG_KEYS + ["mlflow.runName"], "tag")
            if r < 0.7:
                return keyed(["dataset", "datasets"], ["name", "digest", "context"], "list")
            return attribute(["", "attributes", "attr", "run"], ["run_id"], ["run_name", "user_id", "status", "artifact_uri", "`Run name`"],
                             ["start_time", "end_time", "created"])
        if kind == "experiment":
            if r < 0.4:
                return keyed(["tags", "tag"], TAG_KEYS, "tag")
            return attribute(["", "attribute", "attributes"], ["experiment_id"], ["name"], ["creation_time", "last_update_time"])
        if kind == "model":
            if r < 0.5:
                return keyed(["tags", "tag"], TAG_KEYS + ["mlflow.prompt.is_prompt"] * 3, "tag")
            return attribute(["", "attribute"], ["name"], [], [])
        if kind == "version":
            if r < 0.4:
                return keyed(["tags", "tag"], TAG_KEYS + ["mlflow.prompt.is_prompt"] * 3, "tag")
            return attribute(["", "attribute"], ["name", "run_id"], ["source_path"], ["version_number"])
        if kind == "logged_model":
            if r < 0.25:
                return keyed(["metrics"], METRIC_KEYS, "number", "metric")
            if r < 0.4:
                return keyed(["params"], PARAM_KEYS, "list")
            if r < 0.55:
                return keyed(["tags"], TAG_KEYS, "list")
            return attribute(["", "attributes"], ["name", "model_id", "status", "source_run_id", "model_type"], [],
                             ["creation_timestamp", "last_updated_timestamp", "creation_time", "creation_timestamp_ms"])
        if r < 0.2:
            return keyed(["tags", "tag"], TAG_KEYS + ["mlflow.traceName"], "tag")
        if r < 0.35:
            return keyed(["metadata", "request_metadata"], ["env", "a.b", "user id", "mlflow.sourceRun", "mlflow.trace.session",
                                                            "mlflow.trace.tokenUsage", "mlflow.trace.cost"], "tag")
        if r < 0.5:
            return rng.choice([("span.name", "list", "name"), ("span.type", "list", "type"), ("span.status", "list", "status"),
                               ("span.attributes.model", "text", "attributes.model"), ("span.attributes.llm.provider", "text", "attributes.model"),
                               ("trace.text", "text", "text"), ("span.content", "text", "text")])
        if r < 0.65:
            word = rng.choice(["feedback", "expectation"])
            key = rng.choice(["quality", "`ok?`", "über", "quality"])
            if rng.random() < 0.3:
                return f"{word}.{key}", "number", "metric"
            return f"{word}.{key}", "tag", "quality"
        if r < 0.7:
            return rng.choice([("issue.id", "text", "id"), ("prompt", "text", "prompt"), ("attributes.prompt", "text", "prompt")])
        return attribute(["", "trace", "attributes", "attribute"], ["status", "request_id", "client_request_id"], ["name", "run_id"],
                         ["timestamp", "timestamp_ms", "execution_time", "execution_time_ms", "end_time", "end_time_ms"])

    def clause(self, kind):
        rng = self.rng
        if rng.random() < self.tameness:
            return self.tame(kind)
        entity = rng.choice(ENTITIES[kind][:6] if rng.random() < 0.5 else ENTITIES[kind])
        key = self.key(kind, entity)
        operator = rng.choice(OPERATORS if rng.random() < 0.25 else OPERATORS[:16])
        if key.strip("`") in NUMERIC or entity.startswith("metric"):
            operator = rng.choice(OPERATORS[:6]) if rng.random() < 0.85 else operator
        elif rng.random() < 0.4:
            operator = rng.choice(["=", "!=", "LIKE", "ILIKE", "=", "IN", "NOT IN", "IS NULL"] + (["RLIKE"] if kind == "trace" else []))
        left = f"{entity}.{key}" if entity else key
        if "NULL" in operator.upper():
            return f"{left} {operator}"
        value = self.value(kind, entity, key, operator)
        space = "" if operator[0] in "=!<>~" and rng.random() < 0.2 else " "
        return f"{left}{space}{operator}{space}{value}"

    def filter(self, kind):
        rng = self.rng
        self.tameness = rng.choice([0.0, 0.97, 1.0, 1.0])
        clauses = [self.clause(kind) for _ in range(rng.choice([1, 1, 1, 1, 2, 2, 3]))]
        text = clauses[0]
        plain = self.tameness > 0 and rng.random() < 0.8
        for clause in clauses[1:]:
            text += rng.choice([" AND ", " and ", "  AND  "] if plain else [" AND "] * 8 + [" and ", "  AND  ", "\nAND\t", " ", " AND AND ", " OR ", ", ", " && ", "; ", " AND NOT ", "AND"]) + clause
        r = rng.random() * (4 if plain else 1)
        if r < 0.3:
            for _ in range(rng.choice([1, 1, 1, 2, 3])):
                text = self.spoil(text)
        elif r < 0.36:
            text = rng.choice([" {}", "{} ", "({})", "{} AND", "AND {}", "{};", "\n{}\n", "{} -- x", "{} /* x */", "not {}", "{0} AND {0}", "where {}", "{} AND ",
                               "\u00a0{}", "{} desc", "{} x"]).format(text)
        return text

    def spoil(self, text):
        rng = self.rng
        tokens = re.findall(r"\s+|\w+|'[^']*'|\"[^\"]*\"|`[^`]*`|.", text, re.S)
        if not tokens:
            return rng.choice(SNIPPETS)
        at = rng.randrange(len(tokens))
        other = rng.randrange(len(tokens))
        match rng.randrange(9):
            case 0:
                del tokens[at]
            case 1:
                tokens.insert(at, tokens[at])
            case 2:
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case 3 | 4:
                tokens.insert(at, rng.choice(SNIPPETS))
            case 5:
                tokens[at] = rng.choice(SNIPPETS)
            case 6:
                tokens[at] = tokens[at].swapcase()
            case 7:
                text = "".join(tokens)
                at = rng.randrange(len(text))
                return text[:at] + text[at + 1:]
            case 8:
                tokens[at] = rng.choice([tokens[at].strip("'\"`"), f"'{tokens[at]}'", f"`{tokens[at]}`", tokens[at] + tokens[at]])
        return "".join(tokens)

    def tame_order(self, kind):
        rng = self.rng
        metrics = [f"metrics.`{key}`" for key in METRIC_KEYS] + ["metrics.loss"] * 3
        if kind == "logged_model":
            metrics = [f"metrics.{key}" for key in METRIC_KEYS]
        keys = {
            "run": metrics + [f"params.`{key}`" for key in PARAM_KEYS] + [f"tags.`{key}`" for key in TAG_KEYS]
            + ["start_time", "end_time", "run_name", "status", "user_id", "run_id", "artifact_uri", "attributes.created", "run.start_time"] * 3,
            "experiment": ["name", "experiment_id", "creation_time", "last_update_time", "attributes.name"],
            "model": ["name", "timestamp", "last_updated_timestamp", "creation_timestamp", "attributes.name"],
            "version": ["name", "version_number", "creation_timestamp", "last_updated_timestamp", "attribute.name"],
            "logged_model": metrics + ["name", "model_id", "model_type", "status", "source_run_id", "creation_timestamp", "last_updated_timestamp",
                                       "creation_time"] * 4,
            "trace": ["timestamp", "timestamp_ms", "execution_time", "execution_time_ms", "end_time", "status", "request_id", "name", "run_id",
                      "experiment_id", "tags.team", "tags.`b`", "metadata.env", "metadata.mlflow.trace.session", "attributes.timestamp"],
        }[kind]
        return [rng.choice(keys) + rng.choice(["", " ASC", " DESC", " desc", " asc"]) for _ in range(rng.choice([1, 1, 2, 3]))]

    def order(self, kind):
        rng = self.rng
        if rng.random() < 0.6:
            return self.tame_order(kind)
        out = []
        for _ in range(rng.choice([1, 1, 2, 3])):
            entity = rng.choice(ENTITIES[kind][:7]) if rng.random() < 0.45 else ""
            if kind == "logged_model" and entity and rng.random() < 0.7:
                entity = "metrics"
            key = self.key(kind, entity)
            if kind == "logged_model" and entity == "metrics" and rng.random() < 0.8:
                key = rng.choice(METRIC_KEYS)
            clause = (f"{entity}.{key}" if entity else key) + (rng.choice(ORDER_WAYS[:9]) if rng.random() < 0.85 else rng.choice(ORDER_WAYS))
            if rng.random() < 0.06:
                clause = self.spoil(clause)
            if rng.random() < 0.02:
                clause = rng.choice(["", " ", " " + clause, clause + " "])
            out.append(clause)
        return out

    def case(self, kind):
        rng = self.rng
        r = rng.random()
        f = "" if r < 0.12 else self.filter(kind)
        o = self.order(kind) if r < 0.12 or rng.random() < 0.15 else []
        return f, o


HAND_PICKED = {
    "run": ["", " ", "AND", "metrics.loss > 1 metrics.acc > 0", "tags.a b IS NULL", "tags.team = 'abc' tags.b IS NULL", "params.lr = NULL",
            "metrics.* > 0", "metrics.loss DESC > 0", "run_id IN (nope)", "metrics.`loss` >= .5", "tags.team IS /* x */ NULL", "metrics.a::int > 1",
            "tags.f(x) over (y) IS NULL", "params.opt = 'it''s'", "params.opt = 'a\\'b'", "metrics.loss = 1.7976931348623157e308",
            "params.missing = 'x' AND metrics.loss == 1", "metrics.loss == 1", "tags.`a.b.c` LIKE 'a\\%b'", "dataset.name = 'mnist' AND dataset.digest = 'D1'"],
    "trace": ["timestamp > 1700000000000", "timestamp > 1700000000000 AND status = 'OK'", "TIMESTAMP > 5", "timestamp = 5.5", "timestamp IN (1)",
              "trace.text LIKE '%gpt%'", "span.name = 'root' AND span.type = 'LLM'", "feedback.quality > 0.4", "feedback.quality IS NULL",
              "expectation.quality IS NOT NULL", "run_id = 'x' AND run_id = 'y'", "timestamp_ms = '1700000000000'", "timestamp_ms > 'abc'",
              "end_time > '5'", "name IN ('predict')", "metadata.`mlflow.trace.cost` = '{\"input_cost\": 0.5}'"],
}
ORDERS_PICKED = {
    "run": [["metrics.loss DESC", "start_time ASC"], ["dataset.name"], ["created", "start_time"], ["metrics.`with space` desc"], ["timestamp"]],
    "model": [["timestamp DESC"], ["timestamp"], ["last_updated_timestamp", "timestamp"], ["name desc"], ["timestamp  \tdesc"]],
    "version": [["tags.name"], ["name", "name"], ["version_number"]],
    "trace": [["timestamp DESC"], ["timestamp"], ["end_time desc"], ["execution_time"], ["name desc"], ["run_id"], ["tag.team"]],
}


def cases(writer, kind, count):
    seen = set()
    for f in HAND_PICKED.get(kind, [""]):
        yield f, []
    for o in ORDERS_PICKED.get(kind, []):
        yield "", o
    while len(seen) < count:
        f, o = writer.case(kind)
        key = (f, tuple(o))
        if key not in seen:
            seen.add(key)
            yield f, o


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("output", type=Path)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--cases", type=int, default=1500, help="for each kind of thing")
    arguments.add_argument("--store-seed", type=int, default=7)
    arguments.add_argument("--keep", action="store_true", help="leave the stores in OUTPUT_DIR/stores")
    arguments.add_argument("--kinds", nargs="*", default=KINDS)
    options = arguments.parse_args()
    logging.disable(logging.CRITICAL)
    options.output.mkdir(parents=True, exist_ok=True)
    directory = tempfile.mkdtemp()
    try:
        stores = Stores(directory, options.store_seed)
        things = {"mlflow": mlflow.__version__, **stores.things()}
        if options.keep:
            shutil.copytree(directory, options.output / "stores", dirs_exist_ok=True)
            searched = {"file": stores.file_experiments, "sql": stores.sql_experiments}
            (options.output / "experiments.json").write_text(json.dumps(searched))
        (options.output / "things.json").write_text(json.dumps(things, ensure_ascii=False, separators=(",", ":")))
        writer = Writer(options.seed, stores)
        with (options.output / "answers.jsonl").open("w") as out:
            for kind in options.kinds:
                for f, o in cases(writer, kind, options.cases):
                    answer = {"e": kind, "f": f, "o": o}
                    for dialect in ("file", "sql"):
                        answer[dialect] = stores.ask(dialect, kind, f, o)
                    out.write(json.dumps(answer, ensure_ascii=False, separators=(",", ":")) + "\n")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
