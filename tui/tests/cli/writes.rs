//! What changes a store.

use crate::support::{json_in, own_store, run_in, run_where, stderr, stdout};

#[test]
fn an_experiment_lives_through_all_verbs() {
    let dir = own_store();
    let run = |arguments: &[&str]| json_in(dir.path(), arguments);
    let made = run(&["experiments", "create", "new one", "--tag", "team=vision"]);
    let id = made["experiment_id"].as_str().expect("an id").to_owned();
    assert_eq!(made["tags"]["team"], "vision");
    assert_eq!(
        run(&["experiments", "rename", "new one", "newer"])["name"],
        "newer"
    );
    assert_eq!(run(&["experiments", "tag", &id, "a=b=c"])["tags"]["a"], "b=c");
    assert_eq!(run(&["experiments", "untag", &id, "a"])["tags"].get("a"), None);
    run(&["experiments", "note", &id, "**why**"]);
    assert_eq!(run(&["experiments", "note", &id])["note"], "**why**");
    assert_eq!(
        run(&["experiments", "delete", "newer", "--yes"])["lifecycle_stage"],
        "deleted"
    );
    assert_eq!(run(&["experiments", "restore", &id])["lifecycle_stage"], "active");
    let again = run_in(dir.path(), &["experiments", "create", "newer"]);
    assert_eq!(again.status.code(), Some(2), "{}", stderr(&again));
}

#[test]
fn a_run_lives_through_all_verbs() {
    let dir = own_store();
    let id = run_where("status = 'FINISHED'");
    let run = |arguments: &[&str]| json_in(dir.path(), arguments);
    let renamed = run(&["runs", "rename", &id, "better name"]);
    assert_eq!(
        (&renamed["run_name"], &renamed["tags"]["mlflow.runName"]),
        (&"better name".into(), &"better name".into())
    );
    assert_eq!(run(&["runs", "tag", &id, "a=1", "b=2"])["tags"]["b"], "2");
    assert_eq!(run(&["runs", "untag", &id, "a", "b"])["tags"].get("b"), None);
    run(&["runs", "note", &id, "seen"]);
    assert_eq!(run(&["runs", "note", &id])["note"], "seen");
    assert_eq!(
        run(&["runs", "delete", &id, "--yes"])["lifecycle_stage"],
        "deleted"
    );
    assert_eq!(run(&["runs", "restore", &id])["lifecycle_stage"], "active");
}

#[test]
fn several_runs_are_deleted_as_a_stream() {
    let dir = own_store();
    let listed = json_in(
        dir.path(),
        &["runs", "list", "--limit", "2", "--columns", "run_id", "-q"],
    );
    let ids: Vec<_> = listed
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|run| run["run_id"].as_str())
        .collect();
    let output = run_in(
        dir.path(),
        &[&["runs", "delete", "--yes", "--json"], &ids[..]].concat(),
    );
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&output).lines().count(), 2);
}

#[test]
fn a_deletion_that_nobody_confirms_is_refused_and_nothing_is_deleted() {
    let dir = own_store();
    let id = run_where("status = 'FINISHED'");
    let output = run_in(dir.path(), &["runs", "delete", &id]);
    assert_eq!(output.status.code(), Some(6));
    assert!(stderr(&output).contains("--yes"));
    assert_eq!(
        json_in(dir.path(), &["runs", "get", &id])["lifecycle_stage"],
        "active"
    );
}

#[test]
fn a_change_says_itself_on_stderr_and_nothing_on_stdout() {
    let dir = own_store();
    let id = run_where("status = 'FINISHED'");
    let output = run_in(dir.path(), &["runs", "tag", &id, "a=1"]);
    assert_eq!(stdout(&output), "");
    assert!(stderr(&output).contains(&id));
    let made = run_in(dir.path(), &["experiments", "create", "for scripts", "-q"]);
    assert!(
        stdout(&made).trim().bytes().all(|byte| byte.is_ascii_digit()),
        "an id alone"
    );
}
