//! A secret in each place where it may be found.

use std::os::unix::fs::PermissionsExt;

use crate::place::Place;
use crate::tracking::{PASSWORD, USERNAME, server};

fn basic(place: &str) -> String {
    format!(
        "[contexts.lab]\ntracking = '{}'\nauth = {{ kind = 'basic', username = '{USERNAME}', {place} }}\n",
        server().url()
    )
}

#[test]
fn a_password_is_found_in_a_variable_a_file_and_behind_a_command() {
    let variable = Place::new()
        .keeping(PASSWORD)
        .with("LAB_PASSWORD", PASSWORD)
        .configured(&basic("env = 'LAB_PASSWORD'"));
    assert_eq!(variable.experiments("lab"), ["Default"]);

    let file = Place::new()
        .keeping(PASSWORD)
        .configured(&basic("file = '../own'"));
    file.private("own", &format!("{PASSWORD}\n"));
    assert_eq!(file.experiments("lab"), ["Default"]);

    // As `pass` writes: the password first, then what else is known.
    let line = Place::new()
        .keeping(PASSWORD)
        .configured(&basic("command = 'cat safe | tr a a'"));
    line.private("safe", &format!("{PASSWORD}\nuser: ann\n"));
    assert_eq!(line.experiments("lab"), ["Default"]);

    let program = Place::new()
        .keeping(PASSWORD)
        .configured(&basic("command = ['cat', 'safe']"));
    program.private("safe", PASSWORD);
    assert_eq!(program.experiments("lab"), ["Default"]);
}

#[test]
fn a_secret_that_cannot_be_found_is_told_by_its_place_and_never_shown() {
    let wrong = "another-word-entirely-0b1c";
    let place = Place::new()
        .keeping(wrong)
        .with("LAB_PASSWORD", wrong)
        .configured(&basic("env = 'LAB_PASSWORD'"));
    place.fails("lab", 4, "does not accept this sign-in");

    Place::new()
        .configured(&basic("env = 'LAB_PASSWORD'"))
        .fails("lab", 4, "the variable LAB_PASSWORD");

    let open = Place::new()
        .keeping(PASSWORD)
        .configured(&basic("file = '../own'"));
    let path = open.private("own", PASSWORD);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("own file");
    open.fails("lab", 4, "is open to others (mode 0644)");

    let failing = "command = 'cat safe; echo the safe is locked >&2; exit 3'";
    let failing = Place::new().keeping(PASSWORD).configured(&basic(failing));
    failing.private("safe", PASSWORD);
    failing.fails("lab", 4, "the safe is locked");

    // Not a place but the secret itself, by mistake.
    let mistaken = Place::new().configured(&basic(&format!("password = '{PASSWORD}'")));
    let said = mistaken.run(&["experiments", "list", "--context", "lab"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(
        said.err
            .contains("line 3: `contexts.lab.auth.password` does not belong"),
        "{}",
        said.err
    );
    assert!(!said.err.contains(PASSWORD), "{}", said.err);
}

#[test]
fn a_secret_that_is_typed_is_kept_in_a_file_for_its_owner_alone() {
    let place = Place::new().keeping(PASSWORD);
    let added = place.run_with_input(
        &[
            "context",
            "add",
            "lab",
            "--tracking",
            server().url(),
            "--auth",
            "basic",
            "--username",
            USERNAME,
            "--secret-from",
            "file:config/secrets/lab",
            "--secret-stdin",
        ],
        &format!("{PASSWORD}\n"),
    );
    assert_eq!(added.code, Some(0), "{}", added.err);
    let mode = place
        .file("config/secrets/lab")
        .metadata()
        .expect("it was kept")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(place.experiments("lab"), ["Default"]);
    let tested = place.run(&["context", "test", "lab", "--json"]);
    assert_eq!(tested.code, Some(0), "{}", tested.err);
    assert!(tested.out.contains("\"problem\": null"), "{}", tested.out);
    let doctor = place.run(&["doctor"]);
    assert_eq!(doctor.code, Some(0), "{}", doctor.err);
    assert!(doctor.out.contains("the current context"), "{}", doctor.out);
}

#[test]
fn what_is_kept_for_offline_use_holds_no_secret() {
    let place = Place::new()
        .keeping(PASSWORD)
        .with("LAB_PASSWORD", PASSWORD)
        .configured(&basic("env = 'LAB_PASSWORD'"));
    assert_eq!(place.experiments("lab"), ["Default"]);
    // The place looks through what was written when it goes.
    let kept = place
        .file("cache/offline")
        .read_dir()
        .expect("something was kept");
    assert!(
        kept.flatten()
            .any(|entry| entry.metadata().is_ok_and(|file| file.len() > 0))
    );
    let offline = place.run(&["--offline", "--context", "lab", "experiments", "list"]);
    assert_eq!(offline.code, Some(0), "{}", offline.err);
}

#[test]
fn a_secret_is_in_no_list_of_processes() {
    let line = "command = 'cat safe; sleep 2'";
    let place = Place::new().keeping(PASSWORD).configured(&basic(line));
    place.private("safe", PASSWORD);
    let mut command = place.command(&["experiments", "list", "--context", "lab"]);
    let mut child = command
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("flowdeck starts");
    // Not yet started and just ended, a process has no line.
    let mut n_seen = 0;
    while child.try_wait().is_ok_and(|ended| ended.is_none()) {
        let everything = command_lines();
        n_seen += usize::from(everything.contains("experiments\0list"));
        assert!(!everything.contains(PASSWORD));
        std::thread::park_timeout(std::time::Duration::from_millis(20));
    }
    assert!(n_seen > 1 && child.wait().is_ok_and(|status| status.success()));
}

/// What `ps` shows of every process, but for this one's own.
fn command_lines() -> String {
    let entries = std::fs::read_dir("/proc").expect("Linux has it");
    let lines = entries
        .flatten()
        .filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    lines
        .map(|line| String::from_utf8_lossy(&line).into_owned() + "\n")
        .collect()
}
