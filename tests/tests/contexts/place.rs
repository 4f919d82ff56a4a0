//! A place to run flowdeck in, which knows its secrets and finds them in what was written.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use flowdeck_tests::binary;
use serde_json::Value;
use tempfile::TempDir;

/// A home of its own and no variable of this machine's. When it goes, no secret may stand in what flowdeck wrote.
pub(crate) struct Place {
    scratch: TempDir,
    variables: Vec<(String, String)>,
    secrets: Vec<String>,
    said: RefCell<String>,
}

/// What a command said, and how it ended.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        let scratch = tempfile::tempdir().expect("a temporary directory can be made");
        std::fs::create_dir(scratch.path().join("config")).expect("writable");
        Self {
            scratch,
            variables: Vec::new(),
            secrets: Vec::new(),
            said: RefCell::default(),
        }
    }

    /// Writes the configuration.
    pub(crate) fn configured(self, text: &str) -> Self {
        std::fs::write(self.path().join("config/config.toml"), text).expect("writable");
        self
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// Watches over a secret, as it is and as it travels.
    pub(crate) fn keeping(mut self, secret: &str) -> Self {
        self.secrets.push(secret.to_owned());
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.scratch.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a file that its owner alone can read.
    pub(crate) fn private(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.file(name);
        std::fs::write(&path, text).expect("writable");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("own file");
        path
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary::flowdeck());
        command
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.file("home"))
            .env("LANG", "C.UTF-8")
            .env("FLOWDECK_CONFIG_DIR", self.file("config"))
            .env("FLOWDECK_CACHE_DIR", self.file("cache"))
            .env("FLOWDECK_STATE_DIR", self.file("state"))
            .env("MLFLOW_HTTP_REQUEST_TIMEOUT", "30")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .current_dir(self.path());
        command
    }

    /// Runs flowdeck, saying all that it can say of what it does.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        let mut all = arguments.to_vec();
        all.push("-vvv");
        self.heard(self.command(&all).output().expect("flowdeck starts"))
    }

    /// Runs flowdeck with something on its standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Said {
        use std::io::Write;
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("flowdeck starts");
        let mut pipe = child.stdin.take().expect("it is piped");
        pipe.write_all(input.as_bytes()).expect("it reads");
        drop(pipe);
        self.heard(child.wait_with_output().expect("it ends"))
    }

    fn heard(&self, output: Output) -> Said {
        let said = Said {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        let mut all = self.said.borrow_mut();
        all.push_str(&said.out);
        all.push_str(&said.err);
        said
    }

    /// The experiments of a context, by name.
    pub(crate) fn experiments(&self, context: &str) -> Vec<String> {
        let said = self.run(&["experiments", "list", "--context", context, "--json"]);
        assert_eq!(said.code, Some(0), "{context}: {}", said.err);
        let list: Value = serde_json::from_str(&said.out).expect("JSON and nothing else");
        let names = list.as_array().into_iter().flatten();
        names
            .filter_map(|it| it["name"].as_str().map(str::to_owned))
            .collect()
    }

    /// Holds a context to how it must fail.
    pub(crate) fn fails(&self, context: &str, code: i32, words: &str) {
        let said = self.run(&["experiments", "list", "--context", context]);
        assert_eq!(said.code, Some(code), "{context}: {}", said.err);
        let sentences: Vec<_> = said
            .err
            .lines()
            .filter(|line| line.starts_with("error:"))
            .collect();
        assert_eq!(sentences.len(), 1, "{}", said.err);
        let sentence = sentences[0].to_lowercase();
        assert!(
            sentence.contains(&words.to_lowercase()),
            "{context}: `{words}`: {}",
            said.err
        );
        assert!(said.err.contains("\nhint: "), "{}", said.err);
    }

    /// Where a secret stands that it should not: in what was said, or in a file that flowdeck wrote.
    fn leaks(&self) -> Vec<String> {
        let mut leaks = Vec::new();
        for secret in &self.secrets {
            for form in forms(secret) {
                if self.said.borrow().contains(&form) {
                    leaks.push(format!("`{form}` was said:\n{}", self.said.borrow()));
                }
                for dir in ["config", "cache", "state", "home"] {
                    leaks.extend(files_with(&self.file(dir), form.as_bytes()));
                }
            }
        }
        leaks
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.leaks(), [""; 0]);
        }
    }
}

/// A secret as it may be written: plain, in base 64 as a password travels, and in an address.
fn forms(secret: &str) -> Vec<String> {
    use base64::Engine;
    let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    vec![
        secret.to_owned(),
        base64(secret).trim_end_matches('=').to_owned(),
        base64(&format!("{}:{secret}", crate::tracking::USERNAME)),
        secret.replace('/', "%2F"),
    ]
}

/// Files below a directory that hold these bytes; `config/secrets` is where flowdeck itself keeps them.
fn files_with(dir: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in dir.read_dir().into_iter().flatten().flatten() {
        let path = entry.path();
        if path.ends_with("config/secrets") {
            continue;
        }
        if path.is_dir() {
            found.extend(files_with(&path, bytes));
        } else if std::fs::read(&path).is_ok_and(|text| text.windows(bytes.len()).any(|part| part == bytes)) {
            found.push(path.display().to_string());
        }
    }
    found
}
