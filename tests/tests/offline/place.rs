//! The demo store behind a real server, and a directory with a cache of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use flowdeck_demo::{StoreOptions, write_store};
use flowdeck_domain::Timestamp;
use flowdeck_tests::binary;
use flowdeck_tests::server::Server;
use serde_json::Value;
use tempfile::TempDir;

/// The moment that the demo store ends at.
const NOW: Timestamp = Timestamp(1_773_500_000_000);

/// The experiment that the journeys look into: few runs, with params, metrics and files.
pub(crate) const EXPERIMENT: &str = "demand-forecast/weekly";

/// A server of the demo store that stays up for all tests; it ends with their process.
pub(crate) fn lasting_server() -> &'static Server {
    static SERVER: OnceLock<(TempDir, Server)> = OnceLock::new();
    &SERVER
        .get_or_init(|| {
            let dir = tempfile::tempdir().expect("a temporary directory");
            let server = serve_demo(dir.path());
            (dir, server)
        })
        .1
}

/// A server of a demo store in this directory.
pub(crate) fn serve_demo(dir: &Path) -> Server {
    write_store(dir, StoreOptions::at(NOW)).expect("the demo is written");
    behind_the_server(dir);
    Server::start("3.17.2", dir)
}

/// Lets the server alone reach the artifacts, which the demo has as files of this machine.
fn behind_the_server(dir: &Path) {
    std::fs::rename(dir.join("mlartifacts"), dir.join("artifacts")).expect("they are there");
    let store = rusqlite::Connection::open(dir.join("mlflow.db")).expect("a database");
    let before = dir.join("mlartifacts").display().to_string();
    for (table, column) in [
        ("runs", "artifact_uri"),
        ("experiments", "artifact_location"),
        ("logged_models", "artifact_location"),
    ] {
        let sql = format!("UPDATE {table} SET {column} = replace({column}, ?1, 'mlflow-artifacts:')");
        let n_moved = store.execute(&sql, [&before]).expect("SQL");
        assert!(n_moved > 0, "{table}");
    }
}

/// A home with a cache of its own.
pub(crate) struct Place {
    scratch: TempDir,
    url: String,
}

impl Place {
    pub(crate) fn at(server: &Server) -> Self {
        Self::at_url(server.url())
    }

    pub(crate) fn at_url(url: &str) -> Self {
        Self {
            scratch: tempfile::tempdir().expect("a temporary directory"),
            url: url.to_owned(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.scratch.path()
    }

    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let below = |name: &str| self.path().join(name).display().to_string();
        vec![
            ("HOME", below("home")),
            ("TZ", "UTC".to_owned()),
            ("FLOWDECK_CACHE_DIR", below("cache")),
            ("FLOWDECK_CONFIG_DIR", below("config")),
            ("FLOWDECK_STATE_DIR", below("state")),
            ("MLFLOW_TRACKING_URI", self.url.clone()),
        ]
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary::flowdeck());
        command
            .args(arguments)
            .env_clear()
            .envs(self.variables())
            .stdin(Stdio::null())
            .current_dir(self.path());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the binary was built")
    }

    /// What a command wrote; it must have ended well.
    pub(crate) fn said(&self, arguments: &[&str]) -> (String, String) {
        let output = self.run(arguments);
        let err = text(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {err}");
        (text(&output.stdout), err)
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let (out, _) = self.said(&[arguments, &["--json"]].concat());
        serde_json::from_str(&out).expect("JSON and nothing else")
    }

    /// The files of the cache.
    pub(crate) fn cache_files(&self) -> Vec<PathBuf> {
        let entries = self.path().join("cache/offline").read_dir();
        let mut files: Vec<_> = entries
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        files.sort();
        files
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("it writes text")
}

/// The first of a list, by one of its keys.
pub(crate) fn first(list: &Value, key: &str) -> String {
    list[0][key].as_str().expect("the demo has one").to_owned()
}

/// What was said, with what a server tells in no order brought into one: metadata of traces, latest versions.
pub(crate) fn in_order(said: &str) -> String {
    fn ordered(value: &mut Value) {
        match value {
            Value::Array(all) => all.iter_mut().for_each(ordered),
            Value::Object(fields) => {
                if let Some(Value::Array(latest)) = fields.get_mut("latest_versions") {
                    latest.sort_by_key(|version| version["version"].to_string());
                }
                fields.values_mut().for_each(ordered);
            }
            _ => {}
        }
    }
    match serde_json::from_str::<Value>(said) {
        Ok(mut value) => {
            ordered(&mut value);
            value.to_string()
        }
        Err(_) => said.to_owned(),
    }
}
