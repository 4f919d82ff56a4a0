//! What the process was started with, as a value, so that code that decides can be tested without a process.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use directories::{BaseDirs, ProjectDirs};

/// Variables and directories of the process.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    /// The directory it was started in.
    pub current_dir: PathBuf,
    /// The person's home directory, where there is one.
    pub home: Option<PathBuf>,
    /// Where the platform wants caches: deleting them costs only time.
    pub cache_dir: Option<PathBuf>,
    /// Where the platform wants configuration; the person writes there.
    pub config_dir: Option<PathBuf>,
    /// Whether servers are left alone, and what was kept of them answers: `--offline`, `FLOWDECK_OFFLINE`.
    pub offline: bool,
    /// Where the platform wants what is kept for good: the audit log, saved views, kept logs.
    pub state_dir: Option<PathBuf>,
}

impl Environment {
    /// The environment of this process.
    pub fn of_process() -> Self {
        // A variable that is not Unicode cannot be a URI or a name; it is as good as not set.
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let home = BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
        let dirs = ProjectDirs::from("", "", "flowdeck");
        let current_dir = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        Self {
            variables,
            current_dir,
            home,
            offline: false,
            cache_dir: dirs.as_ref().map(|dirs| dirs.cache_dir().to_owned()),
            config_dir: dirs.as_ref().map(|dirs| dirs.config_dir().to_owned()),
            // Only Linux tells state from data.
            state_dir: dirs
                .as_ref()
                .map(|dirs| dirs.state_dir().unwrap_or(dirs.data_local_dir()).to_owned()),
        }
        .with_overrides()
    }

    /// An environment of these variables alone, started in `current_dir`.
    pub fn of(
        current_dir: impl Into<PathBuf>,
        variables: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Self {
        let variables = variables
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Self {
            variables,
            current_dir: current_dir.into(),
            ..Self::default()
        }
        .with_overrides()
    }

    fn with_overrides(mut self) -> Self {
        let overridden = |name| self.variable(name).map(|dir| self.current_dir.join(dir));
        let cache_dir = overridden("FLOWDECK_CACHE_DIR");
        let config_dir = overridden("FLOWDECK_CONFIG_DIR");
        let state_dir = overridden("FLOWDECK_STATE_DIR");
        self.cache_dir = cache_dir.or(self.cache_dir);
        self.config_dir = config_dir.or(self.config_dir);
        self.state_dir = state_dir.or(self.state_dir);
        self.offline = self.is_true("FLOWDECK_OFFLINE");
        self
    }

    /// The file that contexts, keys and colours are configured in; none where there is no place for it.
    pub fn config_file(&self) -> Option<PathBuf> {
        let dir = self.config_dir.as_ref()?;
        Some(dir.join(crate::config::FILE_NAME))
    }

    /// The value of a variable; one that is empty counts as not set, as MLflow's own are read.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Whether a variable is set to what MLflow takes for true: `true` or `1`, in any case.
    pub fn is_true(&self, name: &str) -> bool {
        self.variable(name)
            .is_some_and(|value| value == "1" || value.eq_ignore_ascii_case("true"))
    }

    /// All variables whose name starts with `prefix`.
    pub fn with_prefix<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.variables
            .iter()
            .filter(move |(name, _)| name.starts_with(prefix))
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// All variables, for what reads a whole family of them.
    pub fn variables(&self) -> &BTreeMap<String, String> {
        &self.variables
    }

    /// A path as the configuration means it: `~/` is home, and what is not absolute starts where the configuration lies.
    pub fn resolve_configured(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), &self.home, &self.config_dir) {
            (Some(rest), Some(home), _) => home.join(rest),
            (_, _, Some(dir)) => dir.join(path),
            _ => self.current_dir.join(path),
        }
    }

    /// A path as the person means it: `~/` is home, and what is not absolute starts at the current directory.
    pub fn resolve(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), &self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => self.current_dir.join(Path::new(path)),
        }
    }
}
