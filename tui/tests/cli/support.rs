//! Runs the binary over stores of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use flowdeck_demo::{StoreOptions, write_store};
use flowdeck_surface::client::Timestamp;
use serde_json::Value;

/// The moment that the demo store of the tests ends at.
const NOW: Timestamp = Timestamp(1_790_000_000_000);

/// The directory of a demo store that no test changes.
pub(crate) fn demo_dir() -> &'static Path {
    static DIR: OnceLock<PathBuf> = OnceLock::new();
    DIR.get_or_init(|| {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli-demo");
        // What an earlier run of the tests left behind.
        let _ = std::fs::remove_dir_all(&dir);
        write_store(&dir, StoreOptions::at(NOW)).expect("the target directory takes a store");
        dir
    })
}

/// A copy of the demo store that a test may change.
pub(crate) fn own_store() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary directory");
    std::fs::copy(demo_dir().join("mlflow.db"), dir.path().join("mlflow.db")).expect("a copy");
    dir
}

/// The binary, to be run in a directory, with nothing of the environment that could name another store.
pub(crate) fn flowdeck_in(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flowdeck"));
    command.current_dir(dir).env_clear().env("TZ", "UTC");
    command
        .env("HOME", dir)
        .env("FLOWDECK_CACHE_DIR", dir.join("cache"))
        .env("FLOWDECK_CONFIG_DIR", dir.join("config"))
        .env("FLOWDECK_STATE_DIR", dir.join("state"));
    command.stdin(Stdio::null());
    command
}

/// Runs the binary over the demo store that no test changes.
pub(crate) fn flowdeck(arguments: &[&str]) -> Output {
    run_in(demo_dir(), arguments)
}

/// Runs the binary in a directory.
pub(crate) fn run_in(dir: &Path, arguments: &[&str]) -> Output {
    let mut command = flowdeck_in(dir);
    command.args(arguments).output().expect("the binary was built")
}

/// Starts a change, waits until it stands still at a place, and kills it there.
pub(crate) fn kill_at(dir: &Path, arguments: &[&str], place: &str) {
    let mut child = flowdeck_in(dir)
        .args(arguments)
        .env("FLOWDECK_TEST_PAUSE_AT", place)
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary was built");
    let said = BufReader::new(child.stderr.take().expect("it is piped")).lines();
    let paused = said
        .map_while(Result::ok)
        .any(|line| line == format!("paused at {place}"));
    assert!(paused, "it ended without coming to {place}");
    child.kill().expect("it can be killed");
    child.wait().expect("it is dead");
}

/// What it wrote to stdout.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("it writes text")
}

/// What it wrote to stderr.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("it writes text")
}

/// What it wrote to stdout, as JSON; it must have ended well and said nothing else.
pub(crate) fn json(arguments: &[&str]) -> Value {
    json_in(demo_dir(), arguments)
}

/// The same in a directory.
pub(crate) fn json_in(dir: &Path, arguments: &[&str]) -> Value {
    let output = run_in(dir, &[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    serde_json::from_slice(&output.stdout).expect("JSON and nothing else")
}

/// The id of the run that matches a filter, the newest of several.
pub(crate) fn run_where(filter: &str) -> String {
    let found = json(&[
        "runs",
        "list",
        "--limit",
        "1",
        "--filter",
        filter,
        "--columns",
        "run_id",
        "-q",
    ]);
    found[0]["run_id"]
        .as_str()
        .expect("the demo has such a run")
        .to_owned()
}
