"""What MLflow's own client does for the same question; prints the seconds it took without start-up and import."""

import json
import os
import sys
import time

os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

import mlflow  # noqa: E402
from mlflow.tracking import MlflowClient  # noqa: E402


def search_runs(uri, experiment_id):
    mlflow.set_tracking_uri(uri)
    return len(mlflow.search_runs([experiment_id], max_results=50_000))


def history(uri, run_id, key):
    return len(MlflowClient(uri).get_metric_history(run_id, key))


def main():
    question, *arguments = sys.argv[1:]
    start = time.perf_counter()
    count = {"search-runs": search_runs, "history": history}[question](*arguments)
    print(json.dumps({"inner_s": time.perf_counter() - start, "count": count}))


main()
