//! Taking back what is no promotion: descriptions, tags, names, new models and versions.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{flowdeck_in, json_in, kill_at, own_store, run_in, stderr};

fn done(dir: &Path, arguments: &[&str]) {
    let output = run_in(dir, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
}

fn undo(dir: &Path) -> Value {
    json_in(dir, &["models", "undo", "--yes"])
}

/// That a command is refused with a word, and by which code.
fn refused(dir: &Path, arguments: &[&str], code: i32, word: &str) {
    let output = run_in(dir, arguments);
    assert_eq!(
        output.status.code(),
        Some(code),
        "{arguments:?}: {}",
        stderr(&output)
    );
    assert!(
        stderr(&output).contains(word),
        "{arguments:?}: {}",
        stderr(&output)
    );
}

/// A model as it is, without its times.
fn model(dir: &Path, name: &str) -> Value {
    let model = json_in(dir, &["models", "get", name]);
    json!({ "description": model["description"], "tags": model["tags"], "aliases": model["aliases"] })
}

#[test]
fn descriptions_tags_and_names_become_what_they_were_one_after_the_other() {
    let dir = own_store();
    let dir = dir.path();
    done(
        dir,
        &[
            "models",
            "create",
            "m",
            "--description",
            "first",
            "--tag",
            "team=a",
        ],
    );
    done(dir, &["versions", "create", "m", "s3://bucket/1"]);
    let changes: [&[&str]; 8] = [
        &["models", "describe", "m", "second\nline"],
        &["models", "tag", "m", "team=b", "new=1"],
        &["models", "untag", "m", "new"],
        &["models", "alias", "m", "champion", "1"],
        &["versions", "describe", "m", "1", "a version"],
        &["versions", "tag", "m", "1", "reviewed=yes"],
        &["versions", "untag", "m", "1", "reviewed"],
        &["models", "rename", "m", "n"],
    ];
    let mut states = Vec::new();
    let state = |name: &str| {
        let version = json_in(dir, &["versions", "get", name, "1"]);
        // A description that was never set comes back as an empty one: no store takes it away again.
        let description = version["description"].as_str().unwrap_or_default();
        json!([model(dir, name), description, version["tags"]])
    };
    for change in changes {
        states.push(state("m"));
        done(dir, change);
    }
    for (change, before) in changes.iter().zip(&states).rev() {
        let undone = undo(dir);
        assert_eq!(undone["applied"], true, "{change:?}");
        assert_eq!(state("m"), *before, "{change:?}: {undone}");
    }
    let audit = json_in(dir, &["models", "audit", "m"]);
    let states: Vec<_> = audit
        .as_array()
        .into_iter()
        .flatten()
        .map(|entry| (entry["action"].as_str(), entry["state"].as_str()))
        .collect();
    assert_eq!(states[0], (Some("undo"), Some("done")));
    assert_eq!(states.last(), Some(&(Some("create_model"), Some("done"))));
    let n_undone = states
        .iter()
        .filter(|(_, state)| *state == Some("undone"))
        .count();
    assert_eq!(n_undone, changes.len(), "{states:?}");
}

#[test]
fn a_rename_is_taken_back_by_the_new_name_too_and_says_what_it_does() {
    let dir = own_store();
    done(dir.path(), &["models", "create", "m"]);
    done(dir.path(), &["models", "rename", "m", "n"]);
    let looked_at = json_in(dir.path(), &["models", "undo", "n", "--dry-run"]);
    assert_eq!(
        looked_at["changes"],
        json!([{ "version": null, "alias": null, "value": "name", "from": "n", "to": "m" }])
    );
    let output = run_in(dir.path(), &["models", "undo", "n", "--yes"]);
    assert!(stderr(&output).contains("name: n → m"), "{}", stderr(&output));
    done(dir.path(), &["models", "get", "m"]);
}

#[test]
fn what_was_made_goes_again_while_it_is_as_it_was_made() {
    let dir = own_store();
    let dir = dir.path();
    done(
        dir,
        &["versions", "create", "fresh", "s3://bucket/1", "--create-model"],
    );
    let undone = undo(dir);
    assert_eq!(undone["changes"].as_array().map(Vec::len), Some(2), "{undone}");
    refused(dir, &["models", "get", "fresh"], 3, "fresh");

    done(
        dir,
        &["models", "create", "m", "--description", "d", "--tag", "a=b"],
    );
    done(dir, &["versions", "create", "m", "s3://bucket/1"]);
    let log = json_in(dir, &["models", "audit", "m"]);
    let made = log[1]["id"].as_str().expect("an id").to_owned();
    let of_model = &["models", "undo", "--change", &made, "--yes"];
    refused(dir, of_model, 6, "cannot be unmade without losing something");
    done(dir, &["versions", "tag", "m", "1", "reviewed=yes"]);
    let registered = log[0]["id"].as_str().expect("an id").to_owned();
    let of_version = &["models", "undo", "--change", &registered, "--yes"];
    refused(dir, of_version, 6, "described or tagged otherwise");
    undo(dir);
    done(dir, of_version);
    done(dir, of_model);
    refused(dir, &["models", "get", "m"], 3, "m");
    refused(dir, of_model, 3, "that could be taken back");
}

#[test]
fn a_deletion_is_said_to_be_for_good_and_an_earlier_change_can_be_taken_back_all_the_same() {
    let dir = own_store();
    let dir = dir.path();
    done(dir, &["models", "create", "m", "--description", "first"]);
    done(dir, &["versions", "create", "m", "s3://bucket/1"]);
    done(dir, &["models", "describe", "m", "second"]);
    done(dir, &["versions", "delete", "m", "1", "--yes"]);
    let undo = &["models", "undo", "m", "--yes"];
    refused(dir, undo, 6, "was deleted, which MLflow does for good");
    let log = json_in(dir, &["models", "audit", "m"]);
    let described = log[1]["id"].as_str().expect("an id");
    done(dir, &["models", "undo", "--change", described, "--yes"]);
    assert_eq!(model(dir, "m")["description"], "first");
}

#[test]
fn what_somebody_else_changed_since_is_left_alone() {
    let dir = own_store();
    let dir = dir.path();
    done(dir, &["models", "create", "m"]);
    done(dir, &["models", "tag", "m", "team=a"]);
    let elsewhere = flowdeck_in(dir)
        .args(["models", "tag", "m", "team=theirs"])
        .env("FLOWDECK_STATE_DIR", dir.join("of somebody else"))
        .output()
        .expect("the binary was built");
    assert!(elsewhere.status.success(), "{}", stderr(&elsewhere));
    refused(
        dir,
        &["models", "undo", "m", "--yes"],
        6,
        "tag team is another one now",
    );
    assert_eq!(model(dir, "m")["tags"], json!({ "team": "theirs" }));
}

#[test]
fn taking_back_that_was_killed_anywhere_is_told_and_finished() {
    for (place, is_told) in [
        ("intent", false),
        ("begun-0", true),
        ("taken-0", true),
        ("begun-1", true),
        ("taken-1", true),
    ] {
        let dir = own_store();
        let dir = dir.path();
        done(dir, &["models", "create", "m", "--tag", "team=a"]);
        // One is set to what it was, the other goes again: two writes.
        done(dir, &["models", "tag", "m", "team=b", "new=1"]);
        kill_at(dir, &["models", "undo", "m", "--yes"], place);
        let looked = run_in(dir, &["models", "get", "m"]);
        let told = stderr(&looked).contains("broke off half-way");
        assert_eq!(told, is_told, "{place}: {}", stderr(&looked));
        done(dir, &["models", "undo", "m", "--yes"]);
        assert_eq!(model(dir, "m")["tags"], json!({ "team": "a" }), "{place}");
        let after = run_in(dir, &["models", "get", "m"]);
        assert!(
            !stderr(&after).contains("half-way"),
            "{place}: {}",
            stderr(&after)
        );
    }
}
