"""Does with MLflow's own client what a promotion does, and tells where versions and aliases stand.

    promote.py URI transition MODEL VERSION STAGE    # archives who holds the stage, as MLflow does it
    promote.py URI alias MODEL ALIAS VERSION
    promote.py URI look MODEL

Each prints `{"stages": {version: stage}, "aliases": {alias: version}}` of the model as MLflow's client reads it.
"""

import json
import sys

from mlflow.tracking import MlflowClient


def main():
    uri, verb, model, *rest = sys.argv[1:]
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    if verb == "transition":
        version, stage = rest
        client.transition_model_version_stage(model, version, stage, archive_existing_versions=True)
    elif verb == "alias":
        alias, version = rest
        client.set_registered_model_alias(model, alias, version)
    versions = client.search_model_versions(f"name = '{model}'")
    found = client.get_registered_model(model)
    told = {
        "stages": {str(version.version): version.current_stage for version in versions},
        "aliases": {alias: str(version) for alias, version in getattr(found, "aliases", {}).items()},
    }
    print(json.dumps(told))


main()
