//! Measures the terminal app as a person's fingers and a slow line meet it: the release binary in a pseudo-terminal of
//! 160x45, on the stores of `cargo xtask bench`, which runs this.
//!
//! Arguments: the binary, the `mlflow.db` of 10,000 runs and 1,000,000 points. Prints rows of a Markdown table.

mod figures;
mod offline;
mod terminal;

use std::process::ExitCode;
use std::time::Duration;

use figures::Figures;
use terminal::Terminal;

/// How long nothing must come for a screen to be at rest.
const QUIET: Duration = Duration::from_millis(400);
/// How long an idle screen is watched.
const IDLE: Duration = Duration::from_secs(3);
/// How often a key is pressed for one figure.
const PRESSES: usize = 60;
/// How often the app is started for one figure.
const STARTS: usize = 9;

const REDRAW: &str = "\x0c";
const ESCAPE: &str = "\x1b";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [binary, database] = arguments.as_slice() else {
        eprintln!("usage: terminal_figures BINARY MLFLOW_DB");
        return ExitCode::FAILURE;
    };
    let store = format!("sqlite:///{database}");
    let start = || Terminal::start(binary, &["--store", &store]);
    let mut figures = Figures::default();
    first_frame(&start, &mut figures);
    runs(&start, &mut figures);
    curve(&start, &mut figures);
    offline::curve(binary, &mut figures);
    print!("{}", figures.table());
    ExitCode::SUCCESS
}

fn first_frame(start: &dyn Fn() -> Terminal, figures: &mut Figures) {
    let times = (0..STARTS).map(|_| {
        let mut terminal = start();
        terminal.until("flowdeck").since_start
    });
    figures.times("first frame", times.collect(), Duration::from_millis(50));
}

/// The table of 10,000 runs: keys while it loads, then at rest.
fn runs(start: &dyn Fn() -> Terminal, figures: &mut Figures) {
    let mut terminal = start();
    terminal.until("many runs");
    terminal.rest(QUIET);
    terminal.press("/many\r");
    terminal.rest(QUIET);
    terminal.press("\r");
    terminal.until("many runs");
    figures.times(
        "key to frame while 10,000 runs load",
        keys_under_load(&mut terminal, "10,000 runs"),
        Duration::from_millis(16),
    );
    terminal.rest(QUIET);
    figures.bytes("bytes while idle", vec![terminal.watch(IDLE)], 0);
    let moves: Vec<_> = (0..PRESSES).map(|_| terminal.answer("j", QUIET / 10)).collect();
    figures.times(
        "key to frame with 10,000 runs",
        moves.iter().map(|answer| answer.first).collect(),
        Duration::from_millis(16),
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
    figures.memory("memory with 10,000 runs", terminal.resident_mb(), 80.0);
}

/// The curve of 1,000,000 points.
fn curve(start: &dyn Fn() -> Terminal, figures: &mut Figures) {
    let mut terminal = start();
    terminal.until("long history");
    terminal.rest(QUIET);
    terminal.press("/long\r");
    terminal.rest(QUIET);
    terminal.press("\r");
    terminal.rest(QUIET);
    terminal.press("\r");
    figures.times(
        "key to frame while 1,000,000 points load",
        keys_under_load(&mut terminal, "1,000,000 points"),
        Duration::from_millis(16),
    );
    terminal.rest(QUIET);
    let redraw = terminal.answer(REDRAW, QUIET);
    figures.bytes(
        "bytes of a full redraw of a chart page",
        vec![redraw.n_bytes],
        25_000,
    );
    figures.memory(
        "memory with a curve of 1,000,000 points",
        terminal.resident_mb(),
        80.0,
    );
}

/// Opens and closes the help until `loaded` was shown: the help is told from data by its words.
fn keys_under_load(terminal: &mut Terminal, loaded: &str) -> Vec<Duration> {
    let mut times = Vec::new();
    while !terminal.has_shown(loaded) && times.len() < 500 {
        terminal.press("?");
        times.push(terminal.until("Esc closes").since_key);
        terminal.answer(ESCAPE, Duration::from_millis(20));
    }
    times
}
