//! Links that hang, shells that stop, settings that are wrong.

use flowdeck_tests::binary::flowdeck;
use flowdeck_tests::screen::Screen;
use portable_pty::CommandBuilder;

use super::{demo, on};

/// The bytes of one full redraw of the table of runs at 160 by 45, at most. Source: DESIGN, section 10.
const FULL_REDRAW: usize = 12_000;

fn on_runs() -> Screen {
    let mut screen = on(&demo());
    screen.resize(160, 45);
    screen.wait_for("1 running");
    screen.press("/").press("credit").press("\r\r");
    screen.wait_for("71 runs · active");
    screen
}

#[test]
fn a_full_redraw_of_the_runs_stays_within_its_bytes() {
    let mut screen = on_runs();
    // The help is drawn behind what was drawn before it, and hides when all of that is done.
    screen.press("?");
    screen.wait_for("choose the columns");
    screen.press("\x1b");
    screen.wait_until("no help", |text| !text.contains("choose the columns"));
    let before = screen.n_bytes();
    screen.press("\x0c").press("?");
    screen.wait_for("choose the columns");
    let written = screen.n_bytes() - before;
    assert!(
        written < FULL_REDRAW + 6_000,
        "{written} bytes with the help over it"
    );
    screen.press("\x03");
    assert_eq!(screen.leave(), 0);
}

#[test]
fn a_key_that_does_nothing_writes_nothing() {
    let mut screen = on_runs();
    screen.press("?");
    screen.wait_for("choose the columns");
    let before = screen.n_bytes();
    screen.press(&"&".repeat(200)).press("\x1b");
    screen.wait_until("no help", |text| !text.contains("choose the columns"));
    let written = screen.n_bytes() - before;
    assert!(written < FULL_REDRAW, "{written} bytes");
    screen.press("\x03");
    assert_eq!(screen.leave(), 0);
}

#[test]
fn on_a_link_that_hangs_frames_are_left_out_and_keys_count_all_the_same() {
    const N_REDRAWS: usize = 300;
    let mut screen = on_runs();
    let before = screen.n_bytes();
    screen.pause();
    for _ in 0..N_REDRAWS {
        // Each wants a whole screen.
        screen.press("\x0cj");
    }
    screen.press("?");
    screen.go_on();
    screen.wait_for("choose the columns");
    let written = screen.n_bytes() - before;
    // What the link took before it hung, and a frame or two.
    assert!(written < N_REDRAWS * FULL_REDRAW / 10, "{written} bytes");
    screen.press("\x03");
    assert_eq!(screen.leave(), 0);
    assert!(screen.is_given_back());
}

#[test]
fn on_a_link_that_hangs_one_can_leave_and_gets_the_terminal_back() {
    let mut screen = on_runs();
    screen.pause();
    for _ in 0..100 {
        screen.press("\x0cj");
    }
    screen.press("q");
    assert_eq!(screen.ends(), 0);
    screen.go_on();
    assert_eq!(screen.leave(), 0);
    assert!(screen.is_given_back());
}

#[test]
fn a_shell_gets_the_terminal_back_and_gives_it_again() {
    let mut command = CommandBuilder::new("bash");
    command.args(["--norc", "--noprofile", "-i"]);
    command.env_clear();
    let variables = [
        ("TERM", "xterm-256color"),
        ("LANG", "C.UTF-8"),
        ("PS1", "shell> "),
        ("PATH", "/usr/bin:/bin"),
        ("FLOWDECK_STATE_DIR", "/dev/null/state"),
        ("FLOWDECK_CONFIG_DIR", "/nowhere/flowdeck"),
    ];
    for (name, value) in variables {
        command.env(name, value);
    }
    let mut screen = Screen::start((80, 24), command);
    screen.wait_for("shell>");
    let line = format!("{} --store {}\r", flowdeck().display(), demo().display());
    screen.press(&line);
    screen.wait_for("Last activity");
    screen.press("\x1a");
    // Keys count for the shell from its prompt on: what is typed before may still be the app's.
    screen.wait_until("the shell's own screen", |text| {
        text.contains("Stopped") && text.ends_with("shell> ")
    });
    screen.press("fg\r");
    screen.wait_for("Last activity");
    screen.press("\r");
    screen.wait_for("Duration");
    screen.press("q");
    screen.wait_until("the shell", |text| {
        text.contains("shell> fg") && text.ends_with("shell> ")
    });
    screen.press("exit 7\r");
    assert_eq!(screen.leave(), 7);
}

#[test]
fn a_wrong_setting_is_told_with_its_line_and_the_right_ones_count() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let text = "[keys]\napp.quit = 'ctrl-q'\napp.hlep = 'x'\n";
    std::fs::write(dir.path().join("config.toml"), text).expect("writable");
    let (store, config) = (demo().display().to_string(), dir.path().display().to_string());
    let mut screen = Screen::sized(
        (160, 24),
        dir.path(),
        &["--store", &store],
        &[("FLOWDECK_CONFIG_DIR", &config)],
    );
    screen.wait_for("line 3: `keys.app.hlep` names no action");
    screen.press("q").press("\x11");
    assert_eq!(screen.leave(), 0);
}

#[test]
fn colours_follow_the_background_however_late_the_terminal_tells_it() {
    // The accents of the dark and of the light theme.
    const ACCENTS: [&[u8]; 2] = [b"38;5;75m", b"38;5;25m"];
    let has =
        |screen: &Screen, accent: &[u8]| screen.written().windows(accent.len()).any(|one| one == accent);
    let mut screen = on_runs();
    assert!(
        screen.written().windows(5).any(|bytes| bytes == b"\x1b]11;"),
        "it is asked"
    );
    assert!(has(&screen, ACCENTS[0]) && !has(&screen, ACCENTS[1]));
    // `r`, `b` and `f` would be keys.
    screen.press("\x1b]11;rgb:fbfb/ffff/f0f0\x1b\\").press("?");
    screen.wait_for("choose the columns");
    assert!(has(&screen, ACCENTS[1]));
    screen.press("\x03");
    assert_eq!(screen.leave(), 0);
    let mut plain = Screen::of(&["--store", &demo().display().to_string()], &[("NO_COLOR", "1")]);
    plain.wait_for("Last activity");
    assert!(!plain.written().windows(5).any(|bytes| bytes == b"\x1b]11;"));
    plain.press("q");
    assert_eq!(plain.leave(), 0);
}
