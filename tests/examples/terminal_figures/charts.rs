//! Charts: a curve of 1,000,000 points, runs of few and of many metrics, and charts by pixels.

use std::time::{Duration, Instant};

use crate::figures::Figures;
use crate::terminal::Terminal;
use crate::{ESCAPE, KEY, MEMORY, Measured, PRESSES, QUIET, REDRAW, keys_under_load};

/// How often a page is opened for one figure.
const OPENED: usize = 9;

/// Whether the curve of a run is there in full: what the head of a chart says of it.
pub(crate) fn is_whole(shown: &str) -> bool {
    shown.contains("points") && !shown.contains("so far") && !shown.contains("Reading")
}

/// The page of the run whose curve has 1,000,000 points, before it is read.
fn long_run(measured: &Measured<'_>, variables: &[(&str, &str)]) -> Terminal {
    let mut terminal = measured.runs_of("long", "long history", variables);
    terminal.press("\r");
    terminal.until("long-history");
    terminal.rest(QUIET);
    terminal.press("\r");
    terminal
}

/// Keys while a curve of 1,000,000 points is read, then on it.
pub(crate) fn long_history(measured: &Measured<'_>, figures: &mut Figures) {
    let mut terminal = long_run(measured, &[]);
    figures.times(
        "key to frame while 1,000,000 points load",
        keys_under_load(&mut terminal, is_whole),
        KEY,
    );
    terminal.until_so("the whole curve", is_whole);
    terminal.rest(QUIET);
    terminal.press("\t\r");
    terminal.rest(QUIET);
    let keys = ["+", "l", "l", ",", ".", "-"];
    let answers: Vec<_> = keys
        .iter()
        .cycle()
        .take(PRESSES)
        .map(|key| terminal.answer(key, QUIET / 10))
        .collect();
    figures.times(
        "key to frame on a curve of 1,000,000 points: zoom, cursor, move",
        answers.iter().map(|answer| answer.first).collect(),
        KEY,
    );
    let redraw = terminal.answer(REDRAW, QUIET);
    figures.bytes(
        "bytes of a full redraw of a chart page",
        vec![redraw.n_bytes],
        25_000,
    );
    figures.memory(
        "memory with a curve of 1,000,000 points",
        terminal.resident_mb(),
        MEMORY,
    );
}

/// From `Enter` to the first curve of a run, and from `w` to a grid, of 10 metrics and of 1,000.
pub(crate) fn wide_runs(measured: &Measured<'_>, figures: &mut Figures) {
    for (words, name, n_metrics) in [("ten", "ten metrics", "10"), ("wide", "wide run", "1,000")] {
        let mut terminal = measured.runs_of(words, name, &[]);
        terminal.press("\r");
        terminal.until(&format!("{} metrics", n_metrics.replace(',', "")));
        terminal.rest(QUIET);
        let (mut opened, mut grids) = (Vec::new(), Vec::new());
        for _ in 0..OPENED {
            terminal.press("\r");
            opened.push(terminal.until_so("the first curve", is_whole).since_key);
            terminal.rest(QUIET);
            terminal.press("w");
            let whole =
                |shown: &str| shown.contains("charts 1–") && !shown.to_lowercase().contains("reading");
            grids.push(terminal.until_so("the grid", whole).since_key);
            terminal.rest(QUIET);
            leave_page(&mut terminal);
        }
        let bar = Duration::from_millis(100);
        figures.times(
            &format!("Enter to the first curve of a run of {n_metrics} metrics"),
            opened,
            bar,
        );
        figures.times(
            &format!("`w` to a grid of a run of {n_metrics} metrics"),
            grids,
            bar,
        );
    }
}

/// Back to the table of runs, from wherever on the page the focus is.
fn leave_page(terminal: &mut Terminal) {
    let deadline = Instant::now() + 20 * QUIET;
    while terminal.shows("Overview ") && Instant::now() < deadline {
        terminal.press(ESCAPE);
        terminal.rest(QUIET / 2);
    }
}

/// What a chart by pixels costs, by each protocol.
pub(crate) fn in_pixels(measured: &Measured<'_>, figures: &mut Figures) {
    for (way, whole_bar, move_bar) in [
        ("kitty", 50_000, 6_000),
        ("iterm2", 32_000, 6_000),
        ("sixel", 55_000, 8_000),
    ] {
        let mut terminal = long_run(measured, &[("FLOWDECK_GRAPHICS", way)]);
        terminal.until_so("the whole curve", is_whole);
        terminal.rest(QUIET);
        terminal.press("\t\r");
        terminal.rest(QUIET);
        let whole = terminal.answer(REDRAW, QUIET);
        figures.bytes(
            &format!("bytes of a full redraw of a chart page by pixels, {way}"),
            vec![whole.n_bytes],
            whole_bar,
        );
        terminal.answer("l", QUIET);
        let before = terminal.processor_time();
        let moves: Vec<_> = (0..PRESSES).map(|_| terminal.answer("l", QUIET / 10)).collect();
        let taken = terminal
            .processor_time()
            .zip(before)
            .map(|(now, before)| now - before);
        figures.bytes(
            &format!("bytes of a cursor move on it, {way}"),
            moves.iter().map(|answer| answer.n_bytes).collect(),
            move_bar,
        );
        figures.times(
            &format!("key to frame on it, {way}"),
            moves.iter().map(|answer| answer.first).collect(),
            2 * KEY,
        );
        figures.processor_time(
            &format!("processor time of a cursor move on it, {way}"),
            taken.map(|taken| taken / PRESSES as u32),
            2 * KEY,
        );
    }
}
