"""Writes a store with every shape that real clients leave, through MLflow's own client of whatever version runs this.

    write_store.py TRACKING_URI ARTIFACT_ROOT [--then-read FILE]

What a version cannot do (datasets before 2.4, logged models before 3) it leaves out; what it refuses unexpectedly
stops the script. Works on MLflow 1.30, 2.x and 3.x, on a file store, on SQLite and over REST.
"""

import argparse
import os
import warnings

warnings.filterwarnings("ignore")
# What is written is read back at once.
os.environ["MLFLOW_ENABLE_ASYNC_TRACE_LOGGING"] = "false"
os.environ["MLFLOW_ENABLE_ASYNC_LOGGING"] = "false"

import mlflow
from mlflow import MlflowClient

import write_models
import write_runs
import write_traces


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("uri")
    arguments.add_argument("artifact_root", help="where artifacts go; - leaves it to the store")
    arguments.add_argument("--then-read", metavar="FILE", help="dump what the client reads back")
    chosen = arguments.parse_args()
    mlflow.set_tracking_uri(chosen.uri)
    mlflow.set_registry_uri(chosen.uri)
    client = MlflowClient()
    root = None if chosen.artifact_root == "-" else chosen.artifact_root

    experiments = write_experiments(client, root)
    runs = write_runs.write(client, experiments)
    models = write_models.write_logged_models(client, experiments, runs)
    write_models.write_registry(client, runs, models)
    write_traces.write(client, experiments, runs)
    write_deletions(client, experiments, runs)
    if chosen.then_read:
        import read_store

        read_store.dump(client, chosen.then_read)


def write_experiments(client, root):
    """One experiment for each thing that can be the matter with one; by a short word."""

    def make(word, name, **more):
        where = os.path.join(root, word) if root else None
        return client.create_experiment(name, artifact_location=where, **more)

    made = {
        "plain": make("plain", "plain"),
        "shapes": make("shapes", "run shapes", tags={"team": "vision", "empty": ""}),
        "unicode": make("unicode", "Übung/naïve – 実験 🚀", tags={"mlflow.note.content": "# Note\n\nzwei Zeilen: ü\n"}),
        "quotes": make("quotes", 'double "quotes" and 100% _percent\\back'),
        "renamed": make("renamed", "before the change"),
        "deleted": make("deleted", "deleted with its runs", tags={"kept": "yes"}),
        "restored": make("restored", "deleted and restored"),
        "empty": make("empty", "empty"),
        "twin castor": make("twin-castor", "twin castor", tags={"a": "1", "b": "2"}),
        "twin pollux": make("twin-pollux", "twin pollux", tags={"a": "1", "b": "2"}),
    }
    client.rename_experiment(made["renamed"], "after the change")
    client.set_experiment_tag(made["plain"], "key with blank/and.dots-", "several\nlines\n\n")
    client.set_experiment_tag(made["plain"], "overwritten", "first")
    client.set_experiment_tag(made["plain"], "overwritten", "second, 'quoted' \"twice\"")
    client.delete_experiment(made["restored"])
    client.restore_experiment(made["restored"])
    return made


def write_deletions(client, experiments, runs):
    """Deletes last what the rest was written into."""
    client.delete_run(runs["deleted"])
    client.delete_run(runs["restored"])
    client.restore_run(runs["restored"])
    client.delete_experiment(experiments["deleted"])


if __name__ == "__main__":
    main()
