"""Runs of every shape."""

import math

from mlflow.entities import Metric, Param, RunTag

# Milliseconds since the epoch: 2023-11-14T22:13:20Z. Fixed, so that two stores written alike are alike.
START = 1_700_000_000_000

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000a49444154789c63000100000500010d0a2db40000000049454e44ae426082"
)


def write(client, experiments):
    """Run ids by a short word."""
    runs = {}

    def start(word, experiment="shapes", name=None, minutes=0, tags=None):
        run = client.create_run(
            experiments[experiment], start_time=START + 60_000 * minutes, run_name=name, tags=tags
        )
        runs[word] = run.info.run_id
        return runs[word]

    def end(run, status="FINISHED", minutes=5):
        client.set_terminated(run, status, end_time=START + 60_000 * minutes)

    write_keys(client, start, end)
    write_values(client, start, end)
    write_steps(client, start, end)
    write_states(client, start, end, runs)
    write_datasets(client, start, end)
    write_artifacts(client, start, end)
    for twin in ("castor", "pollux"):
        run = start(f"twin {twin}", f"twin {twin}", "twin", 40, {"keep": "this", "drop": "that"})
        client.log_metric(run, "loss", 0.5, timestamp=START, step=1)
        client.log_param(run, "lr", "0.1")
        end(run, minutes=41)
        other = start(f"other twin {twin}", f"twin {twin}", "other twin", 42, {"keep": "this"})
        end(other, minutes=43)
        client.delete_run(other)
    return runs


def write_keys(client, start, end):
    run = start("keys", name="keys of every kind", minutes=1)
    for number, key in enumerate(
        ["loss", "val/acc", "val/deep/er/f1", "with blank", "with.dots", "with-dash", "under_score", "größe", "学習率", "UPPER"]
    ):
        client.log_metric(run, key, number / 7, timestamp=START + number, step=number)
        client.log_param(run, key, str(number))
        client.set_tag(run, key, f"tag {number}")
    end(run)


def write_values(client, start, end):
    run = start("values", name='values: "quoted", \'too\', #hash: {brace} [ ! & * % @', minutes=2)
    metrics = {
        "nan": math.nan,
        "infinity": math.inf,
        "minus_infinity": -math.inf,
        "zero": 0.0,
        "negative_zero": -0.0,
        "tiny": 5e-324,
        "huge": 1.7e308,
        "third": 1 / 3,
        "exponent": 1e-05,
        "large_integer": 2.0**60,
    }
    for key, value in metrics.items():
        client.log_metric(run, key, value, timestamp=START, step=0)
    texts = {
        "empty": "",
        "blank": " ",
        "surrounded": "  two blanks each side  ",
        "lines": "first\nsecond\n\nfourth",
        "ends_in_newline": "one\n",
        "unicode": "Größe 実験 🚀 \u00e9 e\u0301",
        "quotes": "it's \"here\" `now`",
        "backslash": "C:\\path\\n 100% _x_",
        "json": '{"a": [1, 2.5, null, "ü"]}',
        "yaml": "yes: no\n- 1_000",
        "number": "1e-3",
        "long": "x" * 480,
    }
    for key, value in texts.items():
        client.log_param(run, key, value)
        client.set_tag(run, key, value)
    client.set_tag(run, "mlflow.note.content", "# Why\n\nIt *diverged*.\n")
    client.set_tag(run, "overwritten", "first")
    client.set_tag(run, "overwritten", "second")
    client.set_tag(run, "removed", "x")
    client.delete_tag(run, "removed")
    end(run)


def write_steps(client, start, end):
    run = start("steps", name="steps of every kind", minutes=3)
    in_order = [Metric("loss", 1 / (step + 1), START + 1000 * step, step) for step in range(1500)]
    client.log_batch(run, metrics=in_order[:1000])
    client.log_batch(run, metrics=in_order[1000:])
    for step, value in [(5, 0.5), (1, 0.1), (3, 0.3), (1, 0.2), (-4, 0.4), (5, 0.45), (0, 9.0)]:
        client.log_metric(run, "jumbled", value, timestamp=START + 10 - step, step=step)
    for value in [3.0, 1.0, 2.0]:
        client.log_metric(run, "same_step_and_time", value, timestamp=START, step=7)
    for step, value in enumerate([1.0, math.nan, 2.0, math.inf, -math.inf, math.nan, 0.5]):
        client.log_metric(run, "gaps", value, timestamp=START + step, step=step)
    client.log_metric(run, "same_point_twice", 1.0, timestamp=START, step=1)
    client.log_metric(run, "same_point_twice", 1.0, timestamp=START, step=1)
    client.log_metric(run, "negative_steps", 1.0, timestamp=START, step=-10)
    client.log_metric(run, "negative_steps", 2.0, timestamp=START + 1, step=-20)
    client.log_metric(run, "far", 1.0, timestamp=START, step=2**53 + 1)
    # NaN stands last here; a NaN that is not the last leaves MLflow's own maximum to chance on a file store.
    client.log_metric(run, "ends_in_nan", 1.0, timestamp=START, step=0)
    client.log_metric(run, "ends_in_nan", math.nan, timestamp=START + 1, step=1)
    end(run)


def write_states(client, start, end, runs):
    for minutes, status in enumerate(["FINISHED", "FAILED", "KILLED"], start=10):
        run = start(status.lower(), name=f"ended {status}", minutes=minutes)
        client.log_metric(run, "acc", minutes / 20, timestamp=START, step=1)
        client.log_param(run, "optimizer", "adam" if minutes % 2 else "sgd")
        end(run, status, minutes + 1)
    running = start("running", name="still running", minutes=14)
    client.log_metric(running, "acc", 0.9, timestamp=START, step=1)
    scheduled = start("scheduled", name="scheduled", minutes=15)
    client.set_terminated(scheduled, "SCHEDULED", end_time=START)
    start("unnamed", minutes=16)
    end(start("bare", "plain", name="nothing logged", minutes=17))
    renamed = start("renamed", name="first name", minutes=18)
    client.update_run(renamed, name="second name") if hasattr(client, "update_run") else None
    parent = start("parent", name="parent", minutes=19)
    for child in range(3):
        tags = {"mlflow.parentRunId": parent, "fold": str(child)}
        end(start(f"child {child}", name=f"child {child}", minutes=20 + child, tags=tags), minutes=25)
    end(parent, minutes=26)
    batch = start("batch", "unicode", name="Läufe 実行", minutes=27, tags={"mlflow.user": "ada", "mlflow.source.name": "train.py"})
    client.log_batch(
        batch,
        metrics=[Metric("acc", 0.75, START, 3)],
        params=[Param("depth", "10"), Param("Depth", "9")],
        tags=[RunTag("case", "Lower"), RunTag("Case", "lower")],
    )
    for word in ("deleted", "restored"):
        run = start(word, name=f"{word} run", minutes=28)
        client.log_metric(run, "acc", 0.1, timestamp=START, step=1)
    end(start("of deleted experiment", "deleted", name="in a deleted experiment", minutes=30))


def write_datasets(client, start, end):
    try:
        from mlflow.entities import Dataset, DatasetInput, InputTag
    except ImportError:
        return
    run = start("datasets", name="with datasets", minutes=31)
    mnist = Dataset(
        name="mnist",
        digest="0a1b2c3d",
        source_type="local",
        source='{"uri": "/data/mnist"}',
        schema='{"mlflow_colspec": [{"type": "long", "name": "pixel"}]}',
        profile='{"num_rows": 60000}',
    )
    bare = Dataset(name="ünïcode set", digest="ffff0000", source_type="code", source="{}")
    tag = InputTag("mlflow.data.context", "training")
    client.log_inputs(run, [DatasetInput(mnist, [tag]), DatasetInput(bare, [])])
    end(run)
    again = start("dataset again", name="the same dataset for another use", minutes=32)
    client.log_inputs(again, [DatasetInput(mnist, [InputTag("mlflow.data.context", "eval"), InputTag("split", "test")])])
    end(again)


def write_artifacts(client, start, end):
    import os
    import tempfile

    run = start("artifacts", name="with artifacts", minutes=33)
    files = {
        "notes.txt": "first line\nzweite Zeile ü\n".encode(),
        "report.json": b'{"acc": 0.9, "confusion": [[1, 2], [3, 4]]}',
        "table.csv": b"epoch,loss\n1,0.5\n2,0.25\n",
        "empty.bin": b"",
        "picture.png": PICTURE,
        "plots/deep/er/curve.txt": b"x\n",
        "plots/with blank & ünïcode #1.txt": b"odd name\n",
        "percent%20sign.txt": b"not a blank\n",
        "binary.bin": bytes(range(256)) * 1200,
    }
    with tempfile.TemporaryDirectory() as scratch:
        for path, content in files.items():
            whole = os.path.join(scratch, path)
            os.makedirs(os.path.dirname(whole), exist_ok=True)
            with open(whole, "wb") as file:
                file.write(content)
        client.log_artifacts(run, scratch)
    end(run)
