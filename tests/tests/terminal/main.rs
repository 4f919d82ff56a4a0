//! The terminal app as a person meets it: the real binary in a pseudo-terminal, on the demo store.
//!
//! What it draws is read back by a terminal emulator. Nothing waits for a time to pass, only for what a screen shows.

mod robust;
mod ssh;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use flowdeck_demo::{StoreOptions, write_store};
use flowdeck_domain::Timestamp;
use flowdeck_tests::screen::Screen;
use tempfile::TempDir;

/// Where the demo's last run began, so that it goes on: 2026-03-14.
const NOW: Timestamp = Timestamp(1_773_500_000_000);

/// A demo store that all tests of this suite read.
fn demo() -> PathBuf {
    static STORE: OnceLock<TempDir> = OnceLock::new();
    let dir = STORE.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a temporary directory");
        write_store(dir.path(), StoreOptions::at(NOW)).expect("the demo is written");
        dir
    });
    dir.path().join("mlflow.db")
}

fn on(store: &Path) -> Screen {
    Screen::of(&["--store", &store.display().to_string()], &[])
}

#[test]
fn a_run_is_found_its_curve_is_drawn_and_the_terminal_is_given_back() {
    let mut screen = on(&demo());
    screen.wait_for("demand-forecast/weekly");
    screen.press("/").press("forecast").press("\r\r");
    screen.wait_for("36 runs · active");
    screen.press("\r");
    // The chart of a metric opens once there is one in hand.
    screen.wait_for("train/quantile_loss");
    screen.press("\r");
    screen.wait_until("braille dots", |text| {
        text.chars()
            .any(|letter| ('\u{2801}'..='\u{28ff}').contains(&letter))
    });
    screen.press("\x1b");
    screen.wait_for("Metric ");
    screen.press("?");
    screen.wait_for("find in keys");
    screen.press("\x1b");
    screen.wait_until("no help", |text| !text.contains("find in keys"));
    screen.press("\x1b");
    screen.wait_for("36 runs · active");
    screen.press("q");
    assert_eq!(screen.leave(), 0);
    assert!(
        screen.is_given_back(),
        "the first screen, its cursor and its mouse are as they were"
    );
}

#[test]
fn a_chart_is_read_at_the_cursor_and_written_into_a_file() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let file = dir.path().join("curve.svg");
    let mut screen = on(&demo());
    screen.resize(120, 40);
    screen.wait_for("demand-forecast/weekly");
    screen.press("/").press("forecast").press("\r\r");
    screen.wait_for("36 runs · active");
    screen.press("\r");
    screen.wait_for("Overview ");
    screen.wait_for(" points");
    screen.press("\t").press("g");
    screen.wait_for("step 1  ");
    screen.press("w");
    screen.wait_for("charts 1–");
    screen.press("w").press("e");
    screen.wait_for("export to");
    screen
        .press("\x15")
        .press(&file.display().to_string())
        .press("\r");
    screen.wait_for("Wrote ");
    let written = std::fs::read(&file).expect("it was written");
    assert!(written.starts_with(b"<svg"));
    screen.press("\x03");
    assert_eq!(screen.leave(), 0);
}

#[test]
fn a_chart_is_sent_by_pixels_where_the_terminal_shows_them() {
    let has_dots = |text: &str| {
        text.chars()
            .any(|letter| ('\u{2801}'..='\u{28ff}').contains(&letter))
    };
    let config = tempfile::tempdir().expect("a temporary directory");
    let file = config.path().join("config.toml");
    std::fs::write(file, "[chart]\npixels = \"always\"\n").expect("it is written");
    for (way, head, end) in [
        ("kitty", "\x1b_Ga=T,U=1", "\x1b_Ga=d,d=I"),
        ("sixel", "\x1bP0;1;0q\"1;1;", "\x1b\\"),
        ("iterm2", "\x1b]1337;File=inline=1;", "\x07"),
    ] {
        let store = demo().display().to_string();
        let dir = config.path().display().to_string();
        let settings = [("FLOWDECK_GRAPHICS", way), ("FLOWDECK_CONFIG_DIR", dir.as_str())];
        let mut screen = Screen::of(&["--store", &store], &settings);
        screen.resize(120, 40);
        screen.wait_for("demand-forecast/weekly");
        screen.press("/").press("forecast").press("\r\r");
        screen.wait_for("36 runs · active");
        screen.press("\r");
        screen.wait_for("Overview ");
        screen.wait_for(" points");
        screen.press("\t");
        screen.wait_for("move the cursor");
        screen.wait_until("a curve by pixels", |text| {
            text.contains(" points") && !has_dots(text)
        });
        screen.press("i");
        screen.wait_until("dots again", has_dots);
        screen.press("q");
        assert_eq!(screen.leave(), 0);
        let bytes = screen.written();
        let has = |part: &str| bytes.windows(part.len()).any(|window| window == part.as_bytes());
        assert!(has(head) && has(end), "{way}");
    }
}

#[test]
fn files_of_a_run_are_looked_into_and_downloaded() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut screen = on(&demo());
    screen.resize(160, 45);
    screen.wait_for("credit-risk");
    screen.press("/").press("credit").press("\r\r");
    screen.wait_for("71 runs · active");
    screen.press("/").press("monotone").press("\r\r");
    screen.wait_for("Overview ");
    screen.press("lllllll");
    screen.wait_for("config.json");
    // Directories come first: data, then what lies in it.
    screen.press("\r");
    screen.wait_for("holdout.parquet");
    screen.press("j");
    screen.wait_for("400 rows, 8 columns");
    screen.wait_for("purpose string");
    screen.press("d");
    screen.wait_for("To directory");
    screen
        .press("\x15")
        .press(&dir.path().display().to_string())
        .press("\r");
    screen.wait_for("Downloaded 1 file");
    assert!(dir.path().join("holdout.parquet").is_file());
    screen.press("j\rjj");
    screen.wait_for("roc.png ─");
    screen.wait_until("half cells", |text| text.contains('▀'));
    screen.press("\x03");
    assert_eq!(screen.leave(), 0);
    assert!(screen.is_given_back());
}

#[test]
fn a_store_that_cannot_be_opened_is_said_and_asked_for_again() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let broken = dir.path().join("mlflow.db");
    std::fs::write(
        &broken,
        "this is no database, however long it may be ".repeat(100),
    )
    .expect("writable");
    let mut screen = on(&broken);
    screen.wait_for("mlflow.db");
    screen.wait_until("a sentence", |text| {
        text.contains("not a") || text.contains("Cannot")
    });
    screen.press("q");
    assert_eq!(screen.leave(), 0);
}

#[test]
fn without_a_store_the_demo_is_one_key_away() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut screen = Screen::in_directory(dir.path(), &[], &[]);
    screen.wait_for("No MLflow store was found here.");
    screen.press("d");
    screen.wait_for("support-assistant/fine-tuning");
    screen.press("\x03");
    assert_eq!(screen.leave(), 0);
    assert!(screen.is_given_back());
}

#[test]
fn moving_the_cursor_writes_less_than_a_thousand_bytes() {
    const N_MOVES: usize = 40;
    let mut screen = on(&demo());
    screen.resize(160, 45);
    screen.wait_for("1 running");
    screen.press("/").press("credit").press("\r\r");
    screen.wait_for("71 runs · active");
    screen.press("j");
    let before = screen.n_bytes();
    for _ in 0..N_MOVES / 2 {
        screen.press("j").press("k");
    }
    // The help shows that all moves before it were drawn; it is itself a frame of its own.
    screen.press("?");
    screen.wait_for("choose the columns");
    let written = screen.n_bytes() - before;
    assert!(written < N_MOVES * 1_000 + 12_000, "{written} bytes");
    screen.press("\x03");
    assert_eq!(screen.leave(), 0);
}

#[test]
fn the_screen_follows_the_size_of_the_terminal() {
    let mut screen = on(&demo());
    screen.wait_for("Last activity");
    for (width, height) in [(200, 60), (40, 10), (300, 100), (20, 4), (80, 24)] {
        screen.resize(width, height);
        screen.wait_until("the path at the top", |text| {
            text.trim_start().starts_with("flowdeck")
        });
        screen.press("j");
    }
    screen.wait_for("Last activity");
    screen.press("q");
    assert_eq!(screen.leave(), 0);
}

#[test]
fn a_signal_to_leave_gives_the_terminal_back() {
    let mut screen = on(&demo());
    screen.wait_for("Last activity");
    screen.signal("TERM");
    assert_eq!(screen.leave(), 143);
    assert!(screen.is_given_back());
}

#[test]
fn what_cannot_be_drawn_on_is_refused_in_a_sentence() {
    let store = demo().display().to_string();
    let mut dumb = Screen::of(&["--store", &store], &[("TERM", "dumb")]);
    dumb.wait_for("cannot move its cursor");
    assert_ne!(dumb.leave(), 0);
    let piped = std::process::Command::new(flowdeck_tests::binary::flowdeck())
        .args(["--store", &store])
        .stdin(std::process::Stdio::null())
        .output()
        .expect("the binary was built");
    assert!(!piped.status.success());
    assert!(String::from_utf8_lossy(&piped.stderr).contains("is not a terminal"));
    assert!(piped.stdout.is_empty());
}

#[test]
fn a_terminal_without_colours_or_unicode_gets_neither() {
    let store = demo().display().to_string();
    let mut plain = Screen::of(
        &["--store", &store],
        &[("NO_COLOR", "1"), ("LANG", "C"), ("LC_ALL", "C")],
    );
    plain.wait_for("1 running");
    plain.press("\r");
    plain.wait_for("Duration");
    plain.press("q");
    assert_eq!(plain.leave(), 0);
    let bytes = plain.written();
    assert!(bytes.is_ascii());
    assert!(
        !bytes.windows(5).any(|window| window == b"\x1b[38;"),
        "a colour was set"
    );
}

#[test]
fn runs_are_compared_as_points_and_lines_and_by_their_files() {
    let mut screen = on(&demo());
    screen.resize(140, 40);
    screen.wait_for("credit-risk");
    screen.press("/").press("credit").press("\r\r");
    screen.wait_for("71 runs · active");
    screen.press("\x01");
    screen.wait_for("71 marked");
    screen.press("C");
    screen.wait_for("keys differ · run 1 of 71");
    screen.press("3");
    screen.wait_for(" by ");
    screen.wait_for("y axis");
    screen.press("4");
    screen.wait_for("71 of 71 runs");
    screen.press("k");
    screen.wait_until("fewer runs", |text| {
        text.contains(" of 71 runs · ") && !text.contains("71 of 71 runs · ")
    });
    screen.press("5");
    screen.wait_for("quartiles as NumPy's");
    screen.press("4").press("0");
    screen.wait_for("71 of 71 runs");
    screen.press("6");
    screen.wait_until("a file of both or none", |text| {
        text.contains(" → ") && !text.contains("Reading")
    });
    screen.press("7");
    screen.wait_until("a run of 71", |text| {
        text.contains(" of 71") && !text.contains("→")
    });
    screen.press("\x03");
    assert_eq!(screen.leave(), 0);
    assert!(screen.is_given_back());
}
