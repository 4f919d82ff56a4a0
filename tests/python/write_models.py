"""Logged models of MLflow 3, registered models with their versions, and prompts."""

import warnings

from write_runs import START


def write_logged_models(client, experiments, runs):
    """Logged model ids by a short word; none before MLflow 3."""
    if not hasattr(client, "create_logged_model"):
        return {}
    from mlflow.entities import LoggedModelOutput, LoggedModelInput, Dataset, DatasetInput

    run = client.create_run(experiments["shapes"], start_time=START + 50 * 60_000, run_name="logs models").info.run_id
    runs["logs models"] = run
    ready = client.create_logged_model(
        experiments["shapes"],
        name="ready",
        source_run_id=run,
        tags={"team": "vision", "lines": "a\nb"},
        params={"depth": "10", "note": "ünï"},
        model_type="classifier",
    ).model_id
    client.finalize_logged_model(ready, "READY")
    failed = client.create_logged_model(experiments["shapes"], name="failed", source_run_id=run).model_id
    client.finalize_logged_model(failed, "FAILED")
    pending = client.create_logged_model(experiments["shapes"], name="pending").model_id
    elsewhere = client.create_logged_model(experiments["plain"], name="ready", model_type="agent").model_id
    client.finalize_logged_model(elsewhere, "READY")
    client.set_logged_model_tags(ready, {"added": "later"})
    removed = client.create_logged_model(experiments["shapes"], name="removed").model_id
    client.delete_logged_model(removed)

    dataset = Dataset(name="mnist", digest="0a1b2c3d", source_type="local", source='{"uri": "/data/mnist"}')
    client.log_inputs(run, [DatasetInput(dataset, [])])
    client.log_metric(run, "acc", 0.8, timestamp=START, step=1, model_id=ready)
    client.log_metric(run, "acc", 0.9, timestamp=START + 1, step=2, model_id=ready)
    client.log_metric(
        run, "f1", 0.7, timestamp=START, step=3, model_id=ready, dataset_name="mnist", dataset_digest="0a1b2c3d"
    )
    client.log_outputs(run, [LoggedModelOutput(ready, 2), LoggedModelOutput(failed, 0)])
    client.log_inputs(run, models=[LoggedModelInput(elsewhere)])
    client.set_terminated(run, "FINISHED", end_time=START + 51 * 60_000)
    return {"ready": ready, "failed": failed, "pending": pending, "elsewhere": elsewhere}


def write_registry(client, runs, models):
    if not has_registry(client):
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write_registered_models(client, runs, models)
    write_prompts(client)


def has_registry(client):
    """A file store of 1.x has none."""
    from mlflow.exceptions import MlflowException

    try:
        client.search_registered_models()
    except MlflowException as refusal:
        if "not supported by the store" in str(refusal):
            return False
        raise
    return True


def write_registered_models(client, runs, models):
    run = runs["artifacts"]
    source = f"{client.get_run(run).info.artifact_uri}/plots"
    tags = {"team": "vision", "lines": "a\n\nb", "empty": ""}
    client.create_registered_model("detector", tags=tags, description="Finds *things*.\n\nZwei Absätze.")
    for number in range(1, 5):
        from_model = {}
        if models and number == 2:
            from_model = {"model_id": models["ready"], "source": client.get_logged_model(models["ready"]).artifact_location}
        client.create_model_version(
            "detector",
            **{"source": source, **from_model},
            run_id=run,
            tags={"number": str(number), "note": "ünï\ncode"},
            description=f"version {number}" if number % 2 else None,
            await_creation_for=0,
        )
    client.transition_model_version_stage("detector", "1", "Archived")
    client.transition_model_version_stage("detector", "2", "Production")
    client.transition_model_version_stage("detector", "3", "Staging")
    client.delete_model_version("detector", "4")
    client.set_model_version_tag("detector", "3", "gate", "passed")
    client.delete_model_version_tag("detector", "3", "number")
    if hasattr(client, "set_registered_model_alias"):
        client.set_registered_model_alias("detector", "champion", "2")
        client.set_registered_model_alias("detector", "Challenger-2", "3")
        client.set_registered_model_alias("detector", "moved", "1")
        client.set_registered_model_alias("detector", "moved", "3")
        client.set_registered_model_alias("detector", "removed", "1")
        client.delete_registered_model_alias("detector", "removed")
    client.create_registered_model("no versions yet")
    client.create_registered_model("Größe 実験 (v2)", description="")
    client.create_model_version("Größe 実験 (v2)", "s3://bucket/größe", await_creation_for=0)
    client.create_registered_model("old name")
    client.create_model_version("old name", source, run_id=run, await_creation_for=0)
    client.rename_registered_model("old name", "new name")
    client.create_registered_model("removed")
    client.delete_registered_model("removed")


def write_prompts(client):
    if not hasattr(client, "register_prompt"):
        return
    client.register_prompt("greeting", "Hello {{name}}", commit_message="first", tags={"tone": "kind"})
    client.register_prompt("greeting", "Good day, {{name}}.\nHow are you?", commit_message="second")
    client.set_prompt_alias("greeting", "live", 1)
