//! The binary, run as a script would run it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use flowdeck_tests::binary;
use serde_json::Value;
use tempfile::TempDir;

/// A command that must fail, and how.
pub(crate) struct Case<'a> {
    /// What is the matter, for whoever reads the failure of the test.
    pub(crate) what: &'a str,
    pub(crate) arguments: &'a [&'a str],
    /// The exit code, as docs/json.md lists them.
    pub(crate) code: i32,
    /// The word of the failure's kind.
    pub(crate) kind: &'a str,
    /// What the sentence must name.
    pub(crate) names: &'a str,
}

/// A place to run in: a home of its own and no variable of this machine's.
pub(crate) struct Place {
    scratch: TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Place {
    pub(crate) fn new() -> Self {
        let scratch = tempfile::tempdir().expect("a temporary directory can be made");
        Self {
            scratch,
            variables: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.scratch.path()
    }

    /// `flowdeck` in this place.
    pub(crate) fn flowdeck(&self) -> Command {
        self.program(&binary::flowdeck())
    }

    /// Another copy of `flowdeck` in this place.
    pub(crate) fn program(&self, binary: &Path) -> Command {
        let own = |name: &str| -> PathBuf { self.path().join(name) };
        let mut command = Command::new(binary);
        command
            .env_clear()
            .env("HOME", own("home"))
            .env("LANG", "C.UTF-8")
            .env("FLOWDECK_CONFIG_DIR", own("config"))
            .env("FLOWDECK_CACHE_DIR", own("cache"))
            .env("FLOWDECK_STATE_DIR", own("state"))
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.path());
        command
    }

    /// Holds the binary to the case, as a person and as a program would see it.
    pub(crate) fn fails(&self, case: &Case<'_>) {
        let mut for_people = self.flowdeck();
        for_people.args(case.arguments);
        let mut for_programs = self.flowdeck();
        for_programs.args(case.arguments).arg("--json");
        case.holds_for_people(&output(&mut for_people));
        case.holds_for_programs(&output(&mut for_programs));
    }
}

pub(crate) fn output(command: &mut Command) -> Output {
    command.output().expect("flowdeck starts")
}

impl Case<'_> {
    fn common(&self, output: &Output) -> String {
        let said = String::from_utf8(output.stderr.clone()).expect("messages are UTF-8");
        let what = self.what;
        assert!(!said.contains("panicked"), "{what}: {said}");
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            "",
            "{what}: data on stdout"
        );
        assert_eq!(output.status.code(), Some(self.code), "{what}: {said}");
        said
    }

    pub(crate) fn holds_for_people(&self, output: &Output) {
        let said = self.common(output);
        let sentences: Vec<&str> = said.lines().filter(|line| line.starts_with("error:")).collect();
        assert!(sentences.len() == 1, "{}: one sentence: {said}", self.what);
        assert!(
            sentences[0].contains(self.names),
            "{}: names `{}`: {said}",
            self.what,
            self.names
        );
        assert!(said.lines().count() <= 5, "{}: short: {said}", self.what);
    }

    pub(crate) fn holds_for_programs(&self, output: &Output) {
        let said = self.common(output);
        let what = self.what;
        assert_eq!(said.lines().count(), 1, "{what}: one line: {said}");
        let told: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{what}: JSON: {said}"));
        let error = &told["error"];
        let message = error["message"].as_str().unwrap_or_default();
        assert_eq!(error["kind"], self.kind, "{what}: {said}");
        assert!(
            message.contains(self.names),
            "{what}: names `{}`: {message}",
            self.names
        );
        let is_sentence = !message.contains('\n') && message.chars().count() <= 300;
        assert!(is_sentence, "{what}: one sentence: {message}");
        let hint = error["hint"].as_str().unwrap_or_default();
        assert!(!hint.is_empty(), "{what}: says what to do: {said}");
    }
}
