"""Runs commands as whole processes, in turn, and tells what each took.

Reads one JSON object from standard input: {"warmup": 1, "commands": [{"name", "argv", "env", "runs", "remove"}]}.
`remove` names directories that are deleted before each run, so that a first sight stays one. Commands take turns, so that a
machine that slows down slows all of them. A command whose last line of output is a JSON object with `inner_s` tells
its own time without start-up. Writes one JSON object: {name: {"wall_s", "cpu_s", "rss_mb", "inner_s", "bytes"}} with
the median of each; memory is the largest of any run.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def run_once(command):
    for path in command.get("remove", []):
        shutil.rmtree(path, ignore_errors=True)
    environment = {**os.environ, **command.get("env", {})}
    complaints = tempfile.TemporaryFile()
    start = time.perf_counter()
    process = subprocess.Popen(command["argv"], stdout=subprocess.PIPE, stderr=complaints, env=environment)
    n_bytes, tail = 0, b""
    while chunk := process.stdout.read1(1 << 20):
        n_bytes += len(chunk)
        tail = (tail + chunk)[-4096:]
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        complaints.seek(0)
        said = complaints.read().decode(errors="replace")[-2000:]
        sys.exit(f"{command['name']} ended with {process.returncode}: {said}")
    taken = {"wall_s": wall, "cpu_s": usage.ru_utime + usage.ru_stime, "rss_mb": usage.ru_maxrss / 1000, "bytes": n_bytes}
    last_line = tail.strip().split(b"\n")[-1]
    if last_line.startswith(b'{"inner_s"'):
        taken["inner_s"] = json.loads(last_line)["inner_s"]
    return taken


def main():
    asked = json.load(sys.stdin)
    commands = asked["commands"]
    for command in commands:
        if command["runs"] > 1:
            for _ in range(asked.get("warmup", 1)):
                run_once(command)
    taken = {command["name"]: [] for command in commands}
    for turn in range(max(command["runs"] for command in commands)):
        for command in commands:
            if turn < command["runs"]:
                taken[command["name"]].append(run_once(command))
    medians = {}
    for name, runs in taken.items():
        medians[name] = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        medians[name]["rss_mb"] = max(run["rss_mb"] for run in runs)
    json.dump(medians, sys.stdout)


main()
