//! Real MLflow servers.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};

use serde_json::Value;

use crate::python;

/// A real MLflow server on a free port of loopback; it ends when this is dropped, or when the tests' process ends.
#[derive(Debug)]
pub struct Server {
    url: String,
    process: Child,
    // The script serves until this pipe closes.
    lifeline: Option<ChildStdin>,
}

impl Server {
    /// Serves `mlflow.db` and `artifacts/` of this directory, and returns once it answers.
    ///
    /// # Panics
    /// Where it does not start; what the server said is in `server.log` of the directory.
    pub fn start(version: &str, directory: &Path) -> Self {
        Self::of(version, directory, None)
    }

    /// The same behind the server's own sign-in, with this administrator.
    ///
    /// # Panics
    /// As for [`Server::start`].
    pub fn start_with_sign_in(version: &str, directory: &Path, username: &str, password: &str) -> Self {
        let users = directory.join("users.ini");
        let text = format!(
            "[mlflow]\ndefault_permission = READ\ndatabase_uri = sqlite:///{}\nadmin_username = {username}\n\
             admin_password = {password}\nauthorization_function = mlflow.server.auth:authenticate_request_basic_auth\n",
            directory.join("users.db").display()
        );
        std::fs::write(&users, text).expect("the directory can be written");
        Self::of(version, directory, Some(&users))
    }

    fn of(version: &str, directory: &Path, users: Option<&Path>) -> Self {
        let log = std::fs::File::create(directory.join("server.log")).expect("the directory can be written");
        let mut script = python::script(version, "serve.py");
        if let Some(users) = users {
            script
                .arg("--basic-auth")
                .env("MLFLOW_AUTH_CONFIG_PATH", users)
                .env("MLFLOW_FLASK_SERVER_SECRET_KEY", "of the tests");
        }
        let mut process = script
            .arg(format!("sqlite:///{}", directory.join("mlflow.db").display()))
            .arg(directory.join("artifacts"))
            .current_dir(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the interpreter was found");
        let lifeline = process.stdin.take();
        let mut line = String::new();
        let said = BufReader::new(process.stdout.take().expect("it is piped")).read_line(&mut line);
        let url = said
            .ok()
            .and_then(|_| serde_json::from_str::<Value>(&line).ok())
            .and_then(|ready| ready["url"].as_str().map(str::to_owned));
        let Some(url) = url else {
            let _ = process.kill();
            let log = std::fs::read_to_string(directory.join("server.log")).unwrap_or_default();
            panic!("the server of MLflow {version} did not start:\n{log}");
        };
        Self {
            url,
            process,
            lifeline,
        }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.lifeline.take();
        let _ = self.process.wait();
    }
}
