//! What people read, and what pipes get.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::{demo_dir, flowdeck, flowdeck_in, own_store, run_in, run_where, stderr, stdout};

#[test]
fn a_pipe_gets_no_colours_and_nothing_is_cut() {
    for arguments in [
        vec!["runs", "list", "--all"],
        vec!["experiments", "list"],
        vec!["doctor"],
    ] {
        let output = flowdeck(&arguments);
        assert!(output.status.success());
        assert!(!stdout(&output).contains(['\u{1b}', '…']), "{arguments:?}");
        assert!(!stderr(&output).contains('\u{1b}'), "{arguments:?}");
    }
}

#[test]
fn more_than_the_limit_is_said_on_stderr_unless_quiet() {
    let output = flowdeck(&["runs", "list", "--limit", "3"]);
    assert_eq!(stdout(&output).lines().count(), 4);
    assert!(stderr(&output).contains("--all"));
    let output = flowdeck(&["runs", "list", "--limit", "3", "-q"]);
    assert_eq!(stderr(&output), "");
}

#[test]
fn both_stores_of_a_directory_are_named() {
    let dir = own_store();
    std::fs::create_dir_all(dir.path().join("mlruns/0")).expect("writable");
    let meta = "artifact_location: mlruns/0\nexperiment_id: '0'\nlifecycle_stage: active\nname: Default\n";
    std::fs::write(dir.path().join("mlruns/0/meta.yaml"), meta).expect("writable");
    let output = run_in(dir.path(), &["experiments", "list"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("mlruns") && stderr(&output).contains("mlflow.db"));
    assert_eq!(stdout(&output).lines().count(), 2);
}

#[test]
fn a_name_cannot_act_on_the_terminal() {
    let dir = own_store();
    let run = run_where("status = 'FINISHED'");
    let evil = "a\u{1b}]0;owned\u{7}\u{1b}[2Jb";
    assert!(
        run_in(dir.path(), &["runs", "rename", &run, evil])
            .status
            .success()
    );
    for arguments in [
        vec!["runs", "get", &run],
        vec!["runs", "list", "--all"],
        vec!["runs", "compare", &run, &run],
    ] {
        let output = run_in(dir.path(), &arguments);
        assert!(output.status.success());
        assert!(!stdout(&output).contains(['\u{1b}', '\u{7}']), "{arguments:?}");
        assert!(stdout(&output).contains("owned"));
    }
    let output = run_in(dir.path(), &["experiments", "get", evil]);
    assert!(!stderr(&output).contains('\u{1b}'));
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let mut child = flowdeck_in(demo_dir())
        .args(["runs", "list", "--all", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary was built");
    let mut line = String::new();
    let mut reader = BufReader::new(child.stdout.take().expect("it is piped"));
    reader.read_line(&mut line).expect("a line");
    drop(reader);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_with_130() {
    let run = run_where("status = 'RUNNING'");
    let mut child = flowdeck_in(demo_dir())
        .args(["runs", "watch", &run, "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary was built");
    let mut line = String::new();
    let mut reader = BufReader::new(child.stdout.take().expect("it is piped"));
    reader.read_line(&mut line).expect("the run as it is now");
    let now: serde_json::Value = serde_json::from_str(&line).expect("one object a line");
    assert_eq!(now["run_id"], run.as_str());
    let pid = child.id().to_string();
    let sent = std::process::Command::new("kill").args(["-INT", &pid]).status();
    assert!(sent.is_ok_and(|status| status.success()));
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
}

#[test]
fn a_run_that_has_ended_is_watched_once() {
    let run = run_where("status = 'FAILED'");
    let output = flowdeck(&["runs", "watch", &run]);
    assert!(output.status.success());
    assert!(stdout(&output).contains("FAILED"));
    assert_eq!(
        flowdeck(&["runs", "watch", &run, "--exit-status"]).status.code(),
        Some(1)
    );
}

#[test]
fn a_plot_is_drawn_in_the_terminal_and_into_files() {
    let run = run_where("status = 'RUNNING'");
    let dir = tempfile::tempdir().expect("a temporary directory");
    let drawn = stdout(&flowdeck(&[
        "metrics",
        "plot",
        &run,
        "train/loss",
        "--smooth",
        "0.5",
    ]));
    assert!(
        drawn
            .chars()
            .any(|letter| ('\u{2801}'..='\u{28ff}').contains(&letter)),
        "{drawn}"
    );
    for (name, start) in [("a.svg", "<svg".as_bytes()), ("a.png", b"\x89PNG".as_slice())] {
        let file = dir.path().join(name);
        let path = file.to_str().expect("it is text");
        let output = flowdeck(&["metrics", "plot", &run, "train/loss", "--log", "--output", path]);
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(std::fs::read(&file).expect("it was written").starts_with(start));
    }
    assert_eq!(
        std::fs::read_dir(dir.path()).expect("it is there").count(),
        2,
        "nothing half-written is left"
    );
}

#[test]
fn completions_are_written_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = flowdeck(&["completions", shell]);
        assert!(output.status.success());
        assert!(stdout(&output).contains("logged-models"), "{shell}");
    }
}
