//! A store of a real MLflow, and flowdeck beside it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

use flowdeck_tests::screen::Screen;
use flowdeck_tests::server::Server;
use flowdeck_tests::{binary, python};
use serde_json::Value;
use tempfile::TempDir;

/// A store, and a state directory of its own.
pub(crate) struct Place {
    version: &'static str,
    directory: TempDir,
    uri: String,
    _server: Option<Server>,
}

/// Where versions and aliases of a model stand.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Stood {
    /// Stages by version.
    pub(crate) stages: BTreeMap<String, String>,
    /// Versions by alias.
    pub(crate) aliases: BTreeMap<String, String>,
}

impl Place {
    /// An empty store behind MLflow's own server.
    pub(crate) fn with_server(version: &'static str) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let server = Server::start(version, directory.path());
        Self {
            version,
            uri: server.url().to_owned(),
            directory,
            _server: Some(server),
        }
    }

    /// An empty file store that MLflow has made.
    pub(crate) fn with_files(version: &'static str) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let uri = directory.path().join("mlruns").display().to_string();
        let mut make = Command::new(python::interpreter(version));
        make.args([
            "-c",
            "import sys; from mlflow.tracking import MlflowClient; MlflowClient(sys.argv[1]).create_registered_model('first')",
            &uri,
        ]);
        for (name, value) in quiet() {
            make.env(name, value);
        }
        python::run(make.current_dir(directory.path()));
        Self {
            version,
            uri,
            directory,
            _server: None,
        }
    }

    /// The terminal app on it.
    pub(crate) fn screen(&self) -> Screen {
        let path = |name: &str| self.directory.path().join(name).display().to_string();
        let (config, cache, state) = (path("config"), path("cache"), path("state"));
        let variables = [
            ("FLOWDECK_CONFIG_DIR", config.as_str()),
            ("FLOWDECK_CACHE_DIR", &cache),
            ("FLOWDECK_STATE_DIR", &state),
        ];
        let arguments = ["--store", self.uri.as_str()];
        Screen::sized((110, 30), self.directory.path(), &arguments, &variables)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary::flowdeck());
        command
            .args(["--store", &self.uri])
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LANG", "C.UTF-8")
            .env("HOME", self.directory.path().join("home"))
            .env("USER", "ada")
            .env("FLOWDECK_CONFIG_DIR", self.directory.path().join("config"))
            .env("FLOWDECK_CACHE_DIR", self.directory.path().join("cache"))
            .env("FLOWDECK_STATE_DIR", self.directory.path().join("state"))
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let output = self.command(arguments).output();
        output.expect("the binary was built")
    }

    /// Runs a command that has to go well; answers with its JSON.
    pub(crate) fn done(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }

    /// A model with so many versions.
    pub(crate) fn make(&self, model: &str, n_versions: usize) {
        self.done(&["models", "create", model]);
        for number in 1..=n_versions {
            self.done(&[
                "versions",
                "create",
                model,
                &format!("s3://bucket/{model}/{number}"),
            ]);
        }
    }

    /// Starts the promotion of version 2 in place of version 1, and kills it where it stands still.
    pub(crate) fn kill_at(&self, model: &str, place: &str) {
        let promote = ["models", "promote", model, "2", "--stage", "Production"];
        let mut child = self
            .command(&promote)
            .args(["--archive-existing", "--yes"])
            .env("FLOWDECK_TEST_PAUSE_AT", place)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary was built");
        let mut said = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let paused = said.any(|line| line.is_ok_and(|line| line == format!("paused at {place}")));
        assert!(paused, "it ended without coming to {place}");
        child.kill().expect("it can be killed");
        child.wait().expect("it is dead");
    }

    /// Lets MLflow's own client act and look.
    pub(crate) fn mlflow(&self, arguments: &[&str]) -> Stood {
        let output = python::script(self.version, "promote.py")
            .arg(&self.uri)
            .args(arguments)
            .current_dir(self.directory.path())
            .output()
            .expect("the interpreter was found");
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let told: Value = serde_json::from_slice(&output.stdout).expect("the script prints JSON");
        Stood {
            stages: texts(&told["stages"]),
            aliases: texts(&told["aliases"]),
        }
    }

    /// The same as flowdeck reads it.
    pub(crate) fn stood(&self, model: &str) -> Stood {
        let versions = self.done(&["versions", "list", model]);
        let all = versions.as_array().expect("a list");
        let stages = all.iter().map(|version| {
            let text = |key: &str| version[key].as_str().unwrap_or_default().to_owned();
            (text("version"), text("current_stage"))
        });
        Stood {
            stages: stages.collect(),
            aliases: texts(&self.done(&["models", "get", model])["aliases"]),
        }
    }
}

fn quiet() -> [(&'static str, &'static str); 4] {
    [
        ("MLFLOW_DISABLE_TELEMETRY", "true"),
        ("DO_NOT_TRACK", "true"),
        ("GIT_PYTHON_REFRESH", "quiet"),
        ("MLFLOW_ALLOW_FILE_STORE", "true"),
    ]
}

fn texts(map: &Value) -> BTreeMap<String, String> {
    let fields = map.as_object().into_iter().flatten();
    fields
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect()
}
