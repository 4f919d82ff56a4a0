//! What is measured: the same question to flowdeck and to MLflow's own client.

use super::data::Stores;
use super::{flowdeck, peer};

/// One question, asked of both.
pub(super) struct Case {
    /// The name to call it by.
    pub(super) name: &'static str,
    /// What is asked.
    pub(super) about: &'static str,
    /// What flowdeck runs.
    pub(super) ours: Vec<String>,
    /// What the peer runs.
    pub(super) theirs: Vec<String>,
    /// How often the peer runs: some of its answers take minutes.
    pub(super) their_runs: usize,
    /// Directories that are deleted before each run of ours.
    pub(super) remove: Vec<String>,
    /// How many times faster flowdeck has to be.
    pub(super) bar: f64,
    /// Whether the peer's time counts without its start-up and imports; ours always counts whole.
    pub(super) without_start_up: bool,
    /// The most memory flowdeck may use, in MB; none for a tenth of the peer's.
    pub(super) memory_mb: Option<f64>,
}

/// The names of all cases.
pub(super) const NAMES: [&str; 7] = [
    "list-database",
    "history-database",
    "history-files",
    "list-files-first",
    "list-files-again",
    "command-experiments",
    "command-runs",
];

/// The id that the generator gives the experiment of many runs.
const LISTED: &str = "1";

/// Every case over these stores.
pub(super) fn all(stores: &Stores) -> Vec<Case> {
    let database = format!("sqlite:///{}", stores.database.display());
    let files = stores.files.display().to_string();
    let (database_run, files_run) = (stores.database_long_run.as_str(), stores.files_long_run.as_str());
    let [list, history, history_file, first, again, experiments, runs] = NAMES;
    let everything = ["runs", "list", "--experiment", LISTED, "--all", "--json"];
    let points = |run| ["metrics", "history", run, "loss", "--csv"];
    let columns = "start_time,run_name,run_id";
    vec![
        Case {
            about: "all of 10,000 runs of an mlflow.db, beside mlflow.search_runs",
            memory_mb: Some(80.0),
            ..library(
                list,
                40.0,
                ours(&database, &everything),
                &["search-runs", &database, LISTED],
                3,
            )
        },
        Case {
            about: "1,000,000 points of an mlflow.db, beside MlflowClient.get_metric_history",
            ..library(
                history,
                40.0,
                ours(&database, &points(database_run)),
                &["history", &database, database_run, "loss"],
                1,
            )
        },
        Case {
            about: "1,000,000 points of an mlruns/, beside MlflowClient.get_metric_history",
            ..library(
                history_file,
                200.0,
                ours(&files, &points(files_run)),
                &["history", &files, files_run, "loss"],
                1,
            )
        },
        Case {
            about: "2,000 runs of an mlruns/ (84,000 files) at first sight, beside mlflow.search_runs",
            remove: vec![stores.cache.display().to_string()],
            memory_mb: Some(80.0),
            ..library(
                first,
                8.0,
                ours(&files, &everything),
                &["search-runs", &files, LISTED],
                3,
            )
        },
        Case {
            about: "the same when seen before",
            memory_mb: Some(80.0),
            ..library(
                again,
                20.0,
                ours(&files, &everything),
                &["search-runs", &files, LISTED],
                3,
            )
        },
        command(
            experiments,
            "flowdeck experiments list, beside mlflow experiments search",
            50.0,
            ours(&database, &["experiments", "list"]),
            &["experiments", "search"],
        ),
        command(
            runs,
            "flowdeck runs list --limit 1000, beside mlflow runs list",
            30.0,
            ours(
                &database,
                &[
                    "runs",
                    "list",
                    "--experiment",
                    LISTED,
                    "--limit",
                    "1000",
                    "--columns",
                    columns,
                ],
            ),
            &["runs", "list", "--experiment-id", LISTED],
        ),
    ]
}

fn ours(store: &str, arguments: &[&str]) -> Vec<String> {
    let words = ["--store", store].into_iter().chain(arguments.iter().copied());
    std::iter::once(flowdeck())
        .chain(words.map(str::to_owned))
        .collect()
}

/// A question to MLflow's Python client.
fn library(name: &'static str, bar: f64, ours: Vec<String>, question: &[&str], their_runs: usize) -> Case {
    let script = crate::workspace::root()
        .join("xtask/bench/peer.py")
        .display()
        .to_string();
    let words = std::iter::once(script).chain(question.iter().map(|&word| word.to_owned()));
    Case {
        name,
        about: "",
        ours,
        theirs: with_peer(words),
        their_runs,
        remove: Vec::new(),
        bar,
        without_start_up: true,
        memory_mb: None,
    }
}

/// A question to MLflow's command line.
fn command(name: &'static str, about: &'static str, bar: f64, ours: Vec<String>, question: &[&str]) -> Case {
    let words = ["-m", "mlflow"]
        .iter()
        .chain(question)
        .map(|&word| word.to_owned());
    Case {
        name,
        about,
        ours,
        theirs: with_peer(words),
        their_runs: 5,
        remove: Vec::new(),
        bar,
        without_start_up: false,
        memory_mb: None,
    }
}

fn with_peer(words: impl Iterator<Item = String>) -> Vec<String> {
    std::iter::once(peer().get_program().to_string_lossy().into_owned())
        .chain(words)
        .collect()
}
