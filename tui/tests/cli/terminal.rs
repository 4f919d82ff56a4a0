//! The binary on a terminal: widths, colours, questions.

use std::io::{Read, Write};
use std::path::Path;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::support::{demo_dir, json_in, own_store, run_where};

/// Runs it on a terminal 80 cells wide, types `input` where it is asked something, and answers with what was
/// written and the exit code.
fn on_terminal(
    dir: &Path,
    arguments: &[&str],
    variables: &[(&str, &str)],
    input: Option<&str>,
) -> (String, u32) {
    let size = PtySize {
        rows: 24,
        cols: 80,
        ..PtySize::default()
    };
    let pair = native_pty_system().openpty(size).expect("a terminal");
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_flowdeck"));
    command.args(arguments);
    command.cwd(dir);
    command.env_clear();
    command.env("TZ", "UTC");
    command.env("TERM", "xterm-256color");
    for (name, value) in variables {
        command.env(name, value);
    }
    let mut child = pair.slave.spawn_command(command).expect("the binary was built");
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().expect("a reader");
    if let Some(input) = input {
        let mut writer = pair.master.take_writer().expect("a writer");
        writer.write_all(input.as_bytes()).expect("the terminal takes it");
    }
    let mut text = String::new();
    // The end of a terminal is an error on some systems.
    let mut bytes = Vec::new();
    let _ = reader.read_to_end(&mut bytes);
    text.push_str(&String::from_utf8_lossy(&bytes));
    (text, child.wait().expect("it ends").exit_code())
}

fn without_colours(text: &str) -> String {
    let mut parser = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            letters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            parser.push(letter);
        }
    }
    parser
}

#[test]
fn tables_fit_the_terminal() {
    let nouns = ["runs", "experiments", "models", "prompts"];
    for noun in nouns {
        let (text, code) = on_terminal(demo_dir(), &[noun, "list", "--all"], &[], None);
        assert_eq!(code, 0, "{text}");
        assert!(text.contains("\u{1b}["), "{noun} has colours");
        for line in without_colours(&text).lines() {
            assert!(flowdeck_surface::text::width_cells(line) <= 80, "{noun}: {line}");
        }
    }
}

#[test]
fn colours_can_be_refused() {
    let (text, _) = on_terminal(demo_dir(), &["runs", "list"], &[("NO_COLOR", "1")], None);
    assert!(!text.contains('\u{1b}'));
    let (text, _) = on_terminal(demo_dir(), &["runs", "list", "--no-color"], &[], None);
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn a_deletion_is_asked_for_and_no_is_the_usual_answer() {
    let dir = own_store();
    let id = run_where("status = 'FINISHED'");
    let (text, code) = on_terminal(dir.path(), &["runs", "delete", &id], &[], Some("\n"));
    assert!(text.contains("[y/N]"), "{text}");
    assert_eq!(code, 6);
    assert_eq!(
        json_in(dir.path(), &["runs", "get", &id])["lifecycle_stage"],
        "active"
    );
    let (_, code) = on_terminal(dir.path(), &["runs", "delete", &id], &[], Some("y\n"));
    assert_eq!(code, 0);
    assert_eq!(
        json_in(dir.path(), &["runs", "get", &id])["lifecycle_stage"],
        "deleted"
    );
}
