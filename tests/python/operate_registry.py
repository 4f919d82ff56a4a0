"""Does to the models of the second twin with MLflow's own client what the suite does to the first with flowdeck.

    operate_registry.py TRACKING_URI

The counterpart is `tests/tests/contract/registry_writes.rs`; the two lists are the same. Prints as JSON the names of the
operations that were refused.
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

import mlflow
from mlflow import MlflowClient

LINES = "first\nzweite Zeile: ü 実験 🚀\n\n'quoted' \"twice\" \\ % _\n"
RUN = "abcdef0123456789abcdef0123456789"


def main():
    mlflow.set_tracking_uri(sys.argv[1])
    client = MlflowClient()
    has_aliases = hasattr(client, "set_registered_model_alias")
    twin, plain, simple = "twin pollux", "plain pollux", "simple pollux"
    refused = []

    def refuse(name, operation):
        try:
            operation()
        except Exception:  # A file store raises plain ones too.
            refused.append(name)

    def version(name, source, **more):
        client.create_model_version(name, f"s3://bucket/pollux/{source}", await_creation_for=0, **more)

    client.create_registered_model(twin, tags={"a": "1", "b": "2", "lines": LINES}, description="Findet: 'Größe'")
    client.create_registered_model(plain)
    client.create_registered_model(simple, description="")
    version(twin, 1, run_id=RUN, tags={"t": "1", "u": LINES}, description="the first")
    version(twin, 2, run_link="https://elsewhere.example/run")
    version(twin, 3, run_id=RUN)
    version(twin, 4)
    version(simple, 1)
    client.set_registered_model_tag(twin, "a", "overwritten")
    client.set_registered_model_tag(twin, "new/key with.dots-", LINES)
    client.set_registered_model_tag(twin, "empty", "")
    client.delete_registered_model_tag(twin, "b")
    client.delete_registered_model_tag(twin, "never set")
    client.update_registered_model(twin, description="changed: yes")
    client.update_model_version(twin, "2", description="the second")
    client.update_model_version(twin, "1", description="")
    client.set_model_version_tag(twin, "1", "t", "overwritten")
    client.set_model_version_tag(twin, "2", "new/key", LINES)
    client.set_model_version_tag(twin, "3", "drop", "that")
    client.delete_model_version_tag(twin, "3", "drop")
    client.delete_model_version_tag(twin, "3", "never set")
    client.transition_model_version_stage(twin, "1", "Production")
    client.transition_model_version_stage(twin, "2", "production")
    client.transition_model_version_stage(twin, "3", "Production", archive_existing_versions=True)
    client.transition_model_version_stage(twin, "4", "Staging", archive_existing_versions=True)
    client.transition_model_version_stage(twin, "1", "None")
    if has_aliases:
        client.set_registered_model_alias(twin, "champion", "3")
        client.set_registered_model_alias(twin, "Challenger-2", "1")
        client.set_registered_model_alias(twin, "moved", "1")
        client.set_registered_model_alias(twin, "moved", "2")
        client.set_registered_model_alias(twin, "removed", "1")
        client.delete_registered_model_alias(twin, "removed")
        client.delete_registered_model_alias(twin, "never-set")
        client.set_registered_model_alias(twin, "gone", "4")
    # As a number: MLflow 2.22 leaves the aliases of a version that is named by text.
    client.delete_model_version(twin, 4)
    version(twin, 5, tags={"after": "deletion"})
    client.rename_registered_model(simple, "renamed pollux")
    client.create_registered_model("removed pollux", tags={"a": "1"})
    version("removed pollux", 1, tags={"a": "1"})
    client.delete_registered_model("removed pollux")

    refuse("create a model whose name is taken", lambda: client.create_registered_model(plain))
    if int(mlflow.__version__.split(".")[0]) >= 3:  # Before, only file stores refused it.
        refuse("create a model with a slash", lambda: client.create_registered_model("a/pollux"))
    refuse("rename a model to a name that is taken", lambda: client.rename_registered_model(plain, twin))
    refuse("rename a model that is not there", lambda: client.rename_registered_model("no pollux", "other pollux"))
    refuse("describe a model that is not there", lambda: client.update_registered_model("no pollux", "x"))
    refuse("tag a model that is not there", lambda: client.set_registered_model_tag("no pollux", "a", "b"))
    refuse("untag a model that is not there", lambda: client.delete_registered_model_tag("no pollux", "a"))
    refuse("delete a model that is not there", lambda: client.delete_registered_model("no pollux"))
    refuse("register at a model that is not there", lambda: version("no pollux", 1))
    refuse("describe a version that is not there", lambda: client.update_model_version(twin, "99", "x"))
    refuse("describe a deleted version", lambda: client.update_model_version(twin, "4", "x"))
    refuse("tag a deleted version", lambda: client.set_model_version_tag(twin, "4", "a", "b"))
    refuse("untag a deleted version", lambda: client.delete_model_version_tag(twin, "4", "a"))
    refuse("delete a deleted version", lambda: client.delete_model_version(twin, "4"))
    refuse("move a deleted version", lambda: client.transition_model_version_stage(twin, "4", "Staging"))
    refuse("move to a stage that is none", lambda: client.transition_model_version_stage(twin, "1", "Live"))
    refuse("archive what Archived holds", lambda: client.transition_model_version_stage(twin, "1", "Archived", True))
    if has_aliases:
        refuse("point an alias at a deleted version", lambda: client.set_registered_model_alias(twin, "x", "4"))
        refuse("set an alias with a dot", lambda: client.set_registered_model_alias(twin, "a.b", "1"))
        refuse("set an alias that means a number", lambda: client.set_registered_model_alias(twin, "v1", "1"))
        refuse("set an alias that means the latest", lambda: client.set_registered_model_alias(twin, "Latest", "1"))
    print(json.dumps({"refused": refused}))


if __name__ == "__main__":
    main()
