"""Serves a store with the real MLflow server until standard input ends.

    serve.py [--basic-auth] BACKEND_URI ARTIFACTS_DIRECTORY

Prints one JSON line `{"url": ...}` once the server answers. Whoever starts this need not stop it: when that process
ends, however it ends, the pipe closes and the whole server goes with it.
"""

import argparse
import importlib.metadata
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

# Seconds that a server may take to answer; 10 to 20 are usual on two quiet cores.
START_LIMIT = 180


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("backend")
    arguments.add_argument("artifacts")
    arguments.add_argument("--basic-auth", action="store_true", help="behind MLflow's own sign-in")
    chosen = arguments.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    for _ in range(3):
        port = free_port()
        server = start(chosen, port)
        try:
            if answers(server, port):
                print(json.dumps({"url": f"http://127.0.0.1:{port}"}), flush=True)
                sys.stdin.read()
                return
        finally:
            stop(server)
    sys.exit("the MLflow server did not start; what it said is above")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(chosen, port):
    command = [sys.executable, "-c", "from mlflow.cli import cli; cli()", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", chosen.backend, "--artifacts-destination", chosen.artifacts]
    if importlib.metadata.version("mlflow").startswith("1."):
        command += ["--serve-artifacts", "--default-artifact-root", "mlflow-artifacts:/"]
    if chosen.basic_auth:
        command += ["--app-name", "basic-auth"]
    environment = {
        **os.environ,
        # MLflow 1 calls gunicorn by its bare name.
        "PATH": os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", ""),
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    }
    return subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True
    )


def answers(server, port):
    """Whether the server answers before it ends or the time is up."""
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    return False


def stop(server):
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, sign)
            server.wait(timeout=5)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


if __name__ == "__main__":
    main()
