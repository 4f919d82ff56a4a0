"""Says as JSON what MLflow's own client finds in a demo store, and writes a run into it.

    read_demo.py TRACKING_URI FILE
"""

import json
import math
import os
import sys
import warnings

warnings.filterwarnings("ignore")

import mlflow
from mlflow import MlflowClient
from mlflow.entities import ViewType
from mlflow.models import Model


def main():
    uri, file = sys.argv[1:]
    mlflow.set_tracking_uri(uri)
    client = MlflowClient()
    found = {
        "experiments": [experiment(client, found) for found in client.search_experiments(view_type=ViewType.ALL)],
        "models": [model(client, found) for found in client.search_registered_models()],
        "prompt": mlflow.genai.load_prompt("prompts:/support-answer@production").template,
        "written": write(client),
    }
    with open(file, "w", encoding="utf-8") as out:
        json.dump(found, out)


def experiment(client, found):
    id = found.experiment_id
    runs = client.search_runs([id], run_view_type=ViewType.ALL, max_results=1000)
    return {
        "name": found.name,
        "lifecycle": found.lifecycle_stage,
        "runs": [run(client, found) for found in runs],
        "logged_models": [logged_model(found) for found in client.search_logged_models([id])],
        "traces": [trace(found) for found in client.search_traces(locations=[id], max_results=500)],
    }


def run(client, found):
    points, special, stale = 0, [], []
    for key, latest in found.data.metrics.items():
        history = client.get_metric_history(found.info.run_id, key)
        points += len(history)
        special += sorted({repr(point.value) for point in history if not math.isfinite(clamped(point.value))})
        # As the SQL store orders them, in which NaN is kept as 0.
        last = max(history, key=lambda point: (point.step, point.timestamp, stored(point.value)))
        if repr(last.value) != repr(latest):
            stale.append(key)
    return {
        "name": found.info.run_name,
        "status": found.info.status,
        "points": points,
        "params": len(found.data.params),
        "special": special,
        "stale": stale,
        "parent": found.data.tags.get("mlflow.parentRunId"),
        "datasets": [used.dataset.name for used in found.inputs.dataset_inputs],
        "artifacts": sorted(file.path for file in client.list_artifacts(found.info.run_id)),
    }


def clamped(value):
    """Infinity, which the SQL store keeps as the greatest finite number."""
    return math.copysign(math.inf, value) if abs(value) >= sys.float_info.max else value


def stored(value):
    return 0.0 if math.isnan(value) else value


def logged_model(found):
    files = Model.load(found.artifact_location)
    return {
        "name": found.name,
        "status": found.status.value,
        "metrics": len(found.metrics or []),
        "has_signature": files.signature is not None,
        "has_requirements": os.path.exists(os.path.join(found.artifact_location, "requirements.txt")),
    }


def trace(found):
    return {
        "state": found.info.state.value,
        "spans": [span.name for span in found.data.spans],
        "assessments": sorted(said.name for said in found.info.assessments),
        "tokens": found.info.token_usage,
        "inputs": found.data.spans[0].inputs,
    }


def model(client, found):
    versions = client.search_model_versions(f"name = '{found.name}'")
    return {
        "name": found.name,
        "aliases": found.aliases,
        "stages": {version.version: version.current_stage for version in versions},
        "missing_files": [
            version.version
            for version in versions
            if not os.path.exists(
                os.path.join(client.get_model_version_download_uri(found.name, version.version), "MLmodel")
            )
        ],
    }


def write(client):
    """A run of MLflow's own beside those of the demo, read back."""
    made = client.create_run("1", run_name="by MLflow")
    client.log_metric(made.info.run_id, "val/acc", 0.5, step=1)
    client.log_text(made.info.run_id, "kept", "note.txt")
    client.set_terminated(made.info.run_id)
    found = client.get_run(made.info.run_id)
    return {"status": found.info.status, "metrics": found.data.metrics}


if __name__ == "__main__":
    main()
