"""Does to the second twin with MLflow's own client what the suite does to the first with flowdeck.

    operate.py TRACKING_URI

The counterpart is `tests/tests/contract/writes.rs`; the two lists are the same. Prints as JSON the names of the
operations that were refused.
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

import mlflow
from mlflow import MlflowClient
from mlflow.entities import ViewType

LINES = "first\nzweite Zeile: ü 実験 🚀\n\n'quoted' \"twice\" \\ % _\n"


def main():
    uri = sys.argv[1]
    mlflow.set_tracking_uri(uri)
    client = MlflowClient()
    twin = client.get_experiment_by_name("twin pollux").experiment_id
    runs = client.search_runs([twin], run_view_type=ViewType.ALL)
    run = next(r.info.run_id for r in runs if r.info.run_name == "twin")
    other = next(r.info.run_id for r in runs if r.info.run_name == "other twin")
    refused = []

    def refuse(name, operation):
        try:
            operation()
        except Exception:  # A file store raises plain ones too.
            refused.append(name)

    client.set_experiment_tag(twin, "a", "overwritten")
    client.set_experiment_tag(twin, "new/key with.dots-", LINES)
    client.set_experiment_tag(twin, "mlflow.note.content", "# Note")
    client.set_experiment_tag(twin, "empty", "")
    if hasattr(client, "delete_experiment_tag"):
        client.delete_experiment_tag(twin, "b")
    client.rename_experiment(twin, "renamed twin pollux")

    client.update_run(run, name="Größe: 'neu' \"pollux\"")
    client.set_tag(run, "keep", LINES)
    client.set_tag(run, "new/key with.dots-", "x")
    client.set_tag(run, "empty", "")
    client.delete_tag(run, "drop")
    client.restore_run(other)
    client.update_run(other, name="other of pollux")

    made = client.create_experiment("made by pollux", tags={"k": "v", "lines": LINES})
    placed = client.create_experiment("placed by pollux", artifact_location="s3://bucket/pollux")
    client.delete_experiment(placed)
    back = client.create_experiment("brought back by pollux")
    client.delete_experiment(back)
    client.restore_experiment(back)
    client.set_experiment_tag(made, "k", "w")

    refuse("create an experiment whose name is taken", lambda: client.create_experiment("made by pollux"))
    refuse("create an experiment whose name a deleted one has", lambda: client.create_experiment("placed by pollux"))
    refuse("rename an experiment to a name that is taken", lambda: client.rename_experiment(made, "plain"))
    refuse("rename a deleted experiment", lambda: client.rename_experiment(placed, "other name of pollux"))
    refuse("tag a deleted experiment", lambda: client.set_experiment_tag(placed, "k", "v"))
    refuse("delete a deleted experiment", lambda: client.delete_experiment(placed))
    refuse("restore an experiment that stands", lambda: client.restore_experiment(made))
    refuse("delete an experiment that is not there", lambda: client.delete_experiment("424242"))
    refuse("remove a tag that is not there", lambda: client.delete_tag(run, "never set"))
    client.delete_run(run)
    refuse("tag a deleted run", lambda: client.set_tag(run, "k", "v"))
    refuse("untag a deleted run", lambda: client.delete_tag(run, "keep"))
    refuse("rename a deleted run", lambda: client.update_run(run, name="again"))
    refuse("delete a deleted run", lambda: client.delete_run(run))
    refuse("restore a run that stands", lambda: client.restore_run(other))
    refuse("delete a run that is not there", lambda: client.delete_run("0123456789abcdef0123456789abcdef"))
    print(json.dumps({"refused": refused}))


if __name__ == "__main__":
    main()
