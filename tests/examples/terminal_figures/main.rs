//! Measures the terminal app as a person's fingers and a slow line meet it: the release binary in a pseudo-terminal of
//! 160x45, on the stores of `cargo xtask bench`, which runs this.
//!
//! Arguments: the binary, the `mlflow.db` of 10,000 runs and 1,000,000 points, the `mlruns/` beside it. Prints rows of a
//! Markdown table, each with the bar that it is held to.

mod charts;
mod figures;
mod offline;
mod terminal;

use std::process::ExitCode;
use std::time::Duration;

use figures::Figures;
use terminal::{SIZE, Terminal};

/// How long nothing must come for a screen to be at rest.
const QUIET: Duration = Duration::from_millis(400);
/// How long an idle screen is watched.
const IDLE: Duration = Duration::from_secs(3);
/// How often a key is pressed for one figure.
const PRESSES: usize = 60;
/// How often the app is started for one figure.
const STARTS: usize = 9;
/// From a key to the frame that it brings about.
const KEY: Duration = Duration::from_millis(16);
/// Megabytes resident.
const MEMORY: f64 = 80.0;

const REDRAW: &str = "\x0c";
const ESCAPE: &str = "\x1b";

/// What is measured.
struct Measured<'a> {
    binary: &'a str,
    /// The store of 10,000 runs and 1,000,000 points.
    database: String,
    /// The store of 84,000 files.
    files: &'a str,
}

impl Measured<'_> {
    /// The app on the database, in an environment with some more variables.
    fn start(&self, variables: &[(&str, &str)]) -> Terminal {
        Terminal::start(self.binary, &["--store", &self.database], variables)
    }

    /// The runs of the experiment that these words find.
    fn runs_of(&self, words: &str, name: &str, variables: &[(&str, &str)]) -> Terminal {
        let mut terminal = self.start(variables);
        terminal.until(name);
        terminal.rest(QUIET);
        terminal.press(&format!("/{words}\r"));
        terminal.rest(QUIET);
        terminal
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [binary, database, files] = arguments.as_slice() else {
        eprintln!("usage: terminal_figures BINARY MLFLOW_DB MLRUNS");
        return ExitCode::FAILURE;
    };
    let measured = Measured {
        binary,
        database: format!("sqlite:///{database}"),
        files,
    };
    let mut figures = Figures::default();
    first_frame(&measured, &mut figures);
    runs(&measured, &mut figures);
    charts::long_history(&measured, &mut figures);
    charts::wide_runs(&measured, &mut figures);
    charts::in_pixels(&measured, &mut figures);
    offline::curve(binary, &mut figures);
    print!("{}", figures.table());
    ExitCode::SUCCESS
}

fn first_frame(measured: &Measured<'_>, figures: &mut Figures) {
    for (what, store) in [
        ("first frame on an `mlflow.db`", measured.database.as_str()),
        ("first frame on an `mlruns/`", measured.files),
        (
            "first frame on a server that does not answer",
            "http://127.0.0.1:9",
        ),
    ] {
        let times = (0..STARTS).map(|_| {
            let mut terminal = Terminal::start(measured.binary, &["--store", store], &[]);
            terminal.until("flowdeck").since_start
        });
        figures.times(what, times.collect(), Duration::from_millis(50));
    }
}

/// The table of 10,000 runs: keys while it loads, then at rest.
fn runs(measured: &Measured<'_>, figures: &mut Figures) {
    let mut terminal = measured.runs_of("many", "many runs", &[]);
    terminal.press("\r");
    figures.times(
        "key to frame while 10,000 runs load",
        keys_under_load(&mut terminal, is_listed),
        KEY,
    );
    terminal.rest(QUIET);
    figures.bytes("bytes while idle", vec![terminal.watch(IDLE)], 0);
    let moves: Vec<_> = (0..PRESSES).map(|_| terminal.answer("j", QUIET / 10)).collect();
    figures.times(
        "key to frame with 10,000 runs",
        moves.iter().map(|answer| answer.first).collect(),
        KEY,
    );
    figures.bytes(
        "bytes of a cursor move",
        moves.iter().map(|answer| answer.n_bytes).collect(),
        1000,
    );
    let redraw = terminal.answer(REDRAW, QUIET);
    figures.bytes(
        "bytes of a full redraw of the runs table",
        vec![redraw.n_bytes],
        12_000,
    );
    let sizes = [(120, 40), (80, 24), (200, 60), SIZE];
    let resized: Vec<_> = sizes
        .iter()
        .cycle()
        .take(3 * sizes.len())
        .map(|size| {
            terminal.resize(*size);
            terminal.answered(QUIET / 4).first
        })
        .collect();
    figures.times("resize to frame with 10,000 runs", resized, 2 * KEY);
    figures.memory(
        "memory with 10,000 runs, all of their keys read",
        terminal.resident_mb(),
        MEMORY,
    );
}

/// Whether all runs are listed; a store of `--quick` has a tenth of them.
fn is_listed(shown: &str) -> bool {
    ["10,000 runs ·", "1,000 runs ·"]
        .iter()
        .any(|text| shown.contains(text))
        && !shown.contains("reading")
}

/// Opens and closes the help until what was waited for is loaded: the help is told from data by its words.
fn keys_under_load(terminal: &mut Terminal, is_loaded: impl Fn(&str) -> bool) -> Vec<Duration> {
    let mut times = Vec::new();
    while times.len() < 500 && !terminal.is_so(&is_loaded) {
        terminal.press("?");
        times.push(terminal.until("Esc closes").since_key);
        terminal.press(ESCAPE);
        terminal.until_so("the help gone", |shown| !shown.contains("Esc closes"));
    }
    times
}
