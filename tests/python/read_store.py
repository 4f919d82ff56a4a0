"""Dumps as JSON what MLflow's own client reads from a store: every entity, every field, histories and searches.

    read_store.py TRACKING_URI FILE [PART]...

A float is written as {"f64": text} with the text of Python's `repr`, so that nothing is lost on the way, NaN included.
An optional text that is empty is written as null, as both mean the same to MLflow.
"""

import argparse
import json
import os
import tempfile
import warnings

warnings.filterwarnings("ignore")

import mlflow
from mlflow import MlflowClient
from mlflow.entities import ViewType
from mlflow.exceptions import MlflowException

import searches

VIEWS = {"active": ViewType.ACTIVE_ONLY, "deleted": ViewType.DELETED_ONLY, "all": ViewType.ALL}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("uri")
    arguments.add_argument("file")
    arguments.add_argument("part", nargs="*", help="experiments, runs, ...; all by default")
    chosen = arguments.parse_args()
    mlflow.set_tracking_uri(chosen.uri)
    mlflow.set_registry_uri(chosen.uri)
    dump(MlflowClient(), chosen.file, chosen.part)


def dump(client, path, parts=()):
    experiments = {view: client.search_experiments(view_type=VIEWS[view]) for view in VIEWS}
    ids = [experiment.experiment_id for experiment in experiments["all"]]
    runs = [client.get_run(run.info.run_id) for run in every_run(client, ids)]
    readers = {
        "experiments": lambda: {view: [experiment_fields(e) for e in found] for view, found in experiments.items()},
        "runs": lambda: {run.info.run_id: run_fields(run) for run in runs},
        "histories": lambda: {run.info.run_id: histories(client, run) for run in runs},
        "artifacts": lambda: {run.info.run_id: artifacts(client, run.info.run_id) for run in runs},
        "logged_models": lambda: logged_models(client, ids),
        "traces": lambda: traces(client, ids),
        "models": lambda: registered_models(client),
        "searches": lambda: searches.answers(client, experiments["all"]),
    }
    read = {part: readers[part]() for part in parts or readers}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(read, file, ensure_ascii=False, indent=1)


def every_run(client, ids):
    found, token = [], None
    while True:
        page = client.search_runs(ids, run_view_type=ViewType.ALL, max_results=1000, page_token=token)
        found.extend(page)
        token = page.token
        if not token:
            return found


def exact(number):
    return {"f64": repr(float(number))}


def text(value):
    return value or None


def plain(thing):
    """The names and values of an object's plain attributes."""
    return dict(thing) if isinstance(thing, dict) else dict(thing.items())


def experiment_fields(experiment):
    return {
        "id": experiment.experiment_id,
        "name": experiment.name,
        "artifact_location": experiment.artifact_location,
        "lifecycle": experiment.lifecycle_stage,
        "creation_time": experiment.creation_time,
        "last_update_time": experiment.last_update_time,
        "tags": plain(experiment.tags),
    }


def run_fields(run):
    info, data = run.info, run.data
    inputs = getattr(run, "inputs", None)
    outputs = getattr(run, "outputs", None)
    return {
        "id": info.run_id,
        "experiment_id": info.experiment_id,
        "name": info.run_name or "",
        "user_id": info.user_id or "",
        "status": info.status,
        "start_time": info.start_time,
        "end_time": info.end_time,
        "artifact_uri": info.artifact_uri,
        "lifecycle": info.lifecycle_stage,
        "params": plain(data.params),
        "tags": plain(data.tags),
        "metrics": {
            metric.key: {"value": exact(metric.value), "timestamp": metric.timestamp, "step": metric.step}
            for metric in data._metric_objs
        },
        "datasets": sorted(
            (dataset_fields(used) for used in (inputs.dataset_inputs if inputs else [])), key=lambda d: d["name"]
        ),
        "model_inputs": sorted(m.model_id for m in (getattr(inputs, "model_inputs", None) or [])),
        "model_outputs": sorted(
            ({"model_id": m.model_id, "step": m.step} for m in (outputs.model_outputs if outputs else [])),
            key=lambda m: m["model_id"],
        ),
    }


def dataset_fields(used):
    dataset = used.dataset
    return {
        "name": dataset.name,
        "digest": dataset.digest,
        "source_type": dataset.source_type,
        "source": dataset.source,
        "schema": text(dataset.schema),
        "profile": text(dataset.profile),
        "tags": {tag.key: tag.value for tag in used.tags},
    }


def histories(client, run):
    return {
        key: [
            {"step": point.step, "timestamp": point.timestamp, "value": exact(point.value)}
            for point in client.get_metric_history(run.info.run_id, key)
        ]
        for key in run.data.metrics
    }


def artifacts(client, run_id):
    """Every entry below the root by its path: null for a directory, size and content for a file."""
    found = {}

    def walk(path):
        for entry in client.list_artifacts(run_id, path):
            if entry.is_dir:
                found[entry.path] = None
                walk(entry.path)
            else:
                found[entry.path] = {"size_bytes": entry.file_size, "content": content(client, run_id, entry.path)}

    walk(None)
    return found


def content(client, run_id, path):
    """The bytes as hexadecimal digits; null where MLflow's own client cannot fetch what it lists."""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            whole = client.download_artifacts(run_id, path, scratch)
        except Exception as failure:
            if "%" in path or "#" in path:
                return None
            raise failure
        with open(os.path.join(scratch, whole), "rb") as file:
            return file.read().hex()


def logged_models(client, ids):
    if not hasattr(client, "search_logged_models"):
        return {}
    found = client.search_logged_models(ids)
    return {model.model_id: logged_model_fields(client.get_logged_model(model.model_id)) for model in found}


def logged_model_fields(model):
    return {
        "id": model.model_id,
        "experiment_id": model.experiment_id,
        "name": model.name,
        "model_type": text(model.model_type),
        "source_run_id": text(model.source_run_id),
        "status": model.status.value,
        "status_message": text(model.status_message),
        "artifact_uri": model.artifact_location,
        "creation_timestamp": model.creation_timestamp,
        "last_updated_timestamp": model.last_updated_timestamp,
        "params": plain(model.params or {}),
        "tags": plain(model.tags or {}),
        "metrics": sorted(
            (
                {
                    "key": metric.key,
                    "value": exact(metric.value),
                    "timestamp": metric.timestamp,
                    "step": metric.step,
                    "run_id": text(metric.run_id),
                    "dataset_name": text(metric.dataset_name),
                    "dataset_digest": text(metric.dataset_digest),
                }
                for metric in (model.metrics or [])
            ),
            key=lambda metric: (metric["key"], metric["step"]),
        ),
    }


def traces(client, ids):
    if not hasattr(client, "search_traces"):
        return {}
    found = client.search_traces(experiment_ids=ids, max_results=500)
    ids = [getattr(trace.info, "trace_id", None) or trace.info.request_id for trace in found]
    return {id: trace_fields(id, client.get_trace(id)) for id in ids}


def trace_fields(id, trace):
    info = trace.info
    duration = getattr(info, "execution_time_ms", None)
    return {
        "id": id,
        "experiment_id": info.experiment_id,
        "client_request_id": text(getattr(info, "client_request_id", None)),
        "request_time": info.timestamp_ms,
        "execution_duration_ms": duration,
        "state": getattr(info.status, "value", info.status),
        "request_preview": text(getattr(info, "request_preview", None)),
        "response_preview": text(getattr(info, "response_preview", None)),
        "metadata": plain(info.request_metadata),
        "tags": plain(info.tags),
        "assessments": sorted(
            (assessment_fields(a) for a in (getattr(info, "assessments", None) or [])), key=lambda a: a["name"]
        ),
        "spans": sorted((span_fields(span) for span in trace.data.spans), key=lambda span: span["id"]),
    }


def assessment_fields(assessment):
    source = assessment.source
    expectation = getattr(assessment, "expectation", None)
    said = expectation or getattr(assessment, "feedback", None)
    return {
        "id": assessment.assessment_id,
        "name": assessment.name,
        "kind": "expectation" if expectation else "feedback",
        "value": said.value,
        "rationale": text(assessment.rationale),
        "source_type": source.source_type if source else None,
        "source_id": source.source_id if source else None,
        "create_time": assessment.create_time_ms,
        "span_id": text(assessment.span_id),
    }


def span_fields(span):
    end = span.end_time_ns
    return {
        "id": span.span_id,
        "parent_id": span.parent_id,
        "name": span.name,
        "start_time_ns": span.start_time_ns,
        "end_time_ns": end,
        "status": getattr(span.status.status_code, "value", span.status.status_code),
        "status_message": text(span.status.description),
        "attributes": {key: span.get_attribute(key) for key in span.attributes},
        "events": [
            {"name": event.name, "time_ns": event.timestamp, "attributes": dict(event.attributes or {})}
            for event in span.events
        ],
    }


def registered_models(client):
    """Every registered model by its name, prompts too, with all its versions."""
    import write_models

    if not write_models.has_registry(client):
        return {}
    found = list(client.search_registered_models(max_results=100))
    if hasattr(client, "register_prompt"):
        found += client.search_registered_models(filter_string="tags.`mlflow.prompt.is_prompt` = 'true'")
    # The public methods hide prompts.
    registry = client._get_registry_client()
    return {model.name: model_fields(registry, registry.get_registered_model(model.name)) for model in found}


def model_fields(registry, model):
    return {
        "name": model.name,
        "creation_timestamp": model.creation_timestamp,
        "last_updated_timestamp": model.last_updated_timestamp,
        "description": text(model.description),
        # The property hides the tag that makes it a prompt.
        "tags": plain(model._tags),
        "aliases": {alias: str(version) for alias, version in (getattr(model, "aliases", None) or {}).items()},
        "latest_versions": sorted(str(version.version) for version in model.latest_versions),
        "versions": {str(v.version): version_fields(v) for v in every_version(registry, model)},
    }


def every_version(registry, model):
    """Counted up to the newest, since a search leaves the versions of prompts out; deleted ones are skipped."""
    newest = max((int(version.version) for version in model.latest_versions), default=0)
    for number in range(1, newest + 1):
        try:
            yield registry.get_model_version(model.name, str(number))
        except MlflowException as refusal:
            if refusal.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise


def version_fields(version):
    return {
        "name": version.name,
        "version": str(version.version),
        "creation_timestamp": version.creation_timestamp,
        "last_updated_timestamp": version.last_updated_timestamp,
        "current_stage": version.current_stage,
        "description": text(version.description),
        "source": text(version.source),
        "run_id": text(version.run_id),
        "run_link": text(version.run_link),
        "model_id": text(getattr(version, "model_id", None)),
        "status": version.status,
        "status_message": text(version.status_message),
        "user_id": text(version.user_id),
        "tags": plain(version.tags),
        "aliases": sorted(getattr(version, "aliases", None) or []),
    }


if __name__ == "__main__":
    main()
