//! Promotion, what guards it, what is on record, and what a killed program leaves.

use std::path::Path;

use serde_json::Value;

use crate::support::{flowdeck_in, json_in, kill_at, own_store, run_in, run_where, stderr};

/// A store with model `m`: version 1 in Production and `@champion`, version 2 from another run.
fn store_with_model() -> tempfile::TempDir {
    let dir = own_store();
    let (first, second) = (run_where("status = 'FINISHED'"), run_where("status = 'FAILED'"));
    for arguments in [
        vec!["models", "create", "m", "--description", "for tests"],
        vec!["versions", "create", "m", "s3://bucket/1", "--run", &first],
        vec!["versions", "create", "m", "s3://bucket/2", "--run", &second],
        vec!["models", "promote", "m", "1", "--stage", "Production", "--yes"],
        vec!["models", "alias", "m", "champion", "1"],
    ] {
        let output = run_in(dir.path(), &arguments);
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    }
    dir
}

/// Stages of versions 1 and 2.
fn stages(dir: &Path) -> [String; 2] {
    ["1", "2"].map(|number| {
        let version = json_in(dir, &["versions", "get", "m", number]);
        version["current_stage"].as_str().unwrap_or_default().to_owned()
    })
}

const PROMOTE: [&str; 7] = [
    "models",
    "promote",
    "m",
    "2",
    "--stage",
    "Production",
    "--archive-existing",
];

fn promote(dir: &Path, more: &[&str]) -> std::process::Output {
    run_in(dir, &[&PROMOTE, more].concat())
}

#[test]
fn a_dry_run_shows_everything_and_changes_nothing() {
    let dir = store_with_model();
    let output = promote(dir.path(), &["--dry-run", "--json"]);
    let shown: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(shown["holder"]["version"], "1");
    assert_eq!(shown["candidate"]["version"], "2");
    assert_eq!(shown["applied"], false);
    let changes: Vec<_> = shown["changes"].as_array().into_iter().flatten().collect();
    assert_eq!(changes.len(), 2);
    assert_eq!(
        (&changes[0]["version"], &changes[0]["to"]),
        (&"2".into(), &"Production".into())
    );
    assert_eq!(
        (&changes[1]["version"], &changes[1]["to"]),
        (&"1".into(), &"Archived".into())
    );
    assert_eq!(stages(dir.path()), ["Production", "None"]);
}

#[test]
fn a_promotion_is_done_recorded_and_taken_back() {
    let dir = store_with_model();
    assert_eq!(
        promote(dir.path(), &[]).status.code(),
        Some(6),
        "nobody confirmed it"
    );
    let output = promote(dir.path(), &["--yes"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stages(dir.path()), ["Archived", "Production"]);
    let audit = json_in(dir.path(), &["models", "audit", "m"]);
    assert_eq!(
        (&audit[0]["state"], &audit[0]["before"]["versions"]["1"]),
        (&"done".into(), &"Production".into())
    );
    let undone = json_in(dir.path(), &["models", "undo", "m", "--yes"]);
    assert_eq!(undone["applied"], true);
    assert_eq!(stages(dir.path()), ["Production", "None"]);
    let audit = json_in(dir.path(), &["models", "audit", "m"]);
    assert_eq!(
        (&audit[0]["action"], &audit[1]["state"]),
        (&"undo".into(), &"undone".into())
    );
    // Undoing once more goes back one further: to before the alias was set.
    json_in(dir.path(), &["models", "undo", "m", "--yes"]);
    assert_eq!(
        json_in(dir.path(), &["models", "get", "m"])["aliases"],
        serde_json::json!({})
    );
}

#[test]
fn what_somebody_else_changed_since_is_not_taken_back() {
    let dir = store_with_model();
    assert!(promote(dir.path(), &["--yes"]).status.success());
    let elsewhere = flowdeck_in(dir.path())
        .args(["models", "promote", "m", "2", "--stage", "Staging", "--yes"])
        .env("FLOWDECK_STATE_DIR", dir.path().join("of somebody else"))
        .output()
        .expect("the binary was built");
    assert!(elsewhere.status.success(), "{}", stderr(&elsewhere));
    let output = run_in(dir.path(), &["models", "undo", "m", "--yes"]);
    assert_eq!(output.status.code(), Some(6), "{}", stderr(&output));
    assert_eq!(stages(dir.path()), ["Archived", "Staging"]);
}

#[test]
fn a_gate_that_fails_holds_a_version_back_and_says_why() {
    let dir = store_with_model();
    let config = dir.path().join("config");
    std::fs::create_dir_all(&config).expect("a directory");
    let store = dir.path().join("mlflow.db");
    let text = format!(
        "current = \"lab\"\n[contexts.lab]\ntracking = \"sqlite:///{}\"\n[contexts.lab.gates]\n\
         required_tags = [\"reviewed=yes\"]\nno_such_metric = \"must not rise by 2 %\"\n",
        store.display()
    );
    std::fs::write(config.join("config.toml"), &text).expect("a configuration");
    let output = promote(dir.path(), &["--yes"]);
    assert_eq!(output.status.code(), Some(6), "{}", stderr(&output));
    let said = stderr(&output);
    assert!(
        said.contains("reviewed") && said.contains("no_such_metric"),
        "{said}"
    );
    assert_eq!(stages(dir.path()), ["Production", "None"]);

    std::fs::write(
        config.join("config.toml"),
        text.replace("no_such_metric = \"must not rise by 2 %\"\n", ""),
    )
    .expect("a configuration");
    json_in(dir.path(), &["versions", "tag", "m", "2", "reviewed=yes"]);
    let output = promote(dir.path(), &["--yes"]);
    assert!(output.status.success(), "{}", stderr(&output));

    let read_only = text.replace("[contexts.lab]", "[contexts.lab]\nread_only = true");
    std::fs::write(config.join("config.toml"), read_only).expect("a configuration");
    for arguments in [
        vec!["models", "undo", "m", "--yes"],
        vec!["models", "tag", "m", "a=b"],
        vec!["models", "create", "other"],
        vec!["versions", "delete", "m", "1", "--yes"],
    ] {
        let output = run_in(dir.path(), &arguments);
        assert_eq!(
            output.status.code(),
            Some(6),
            "{arguments:?}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn a_promotion_killed_anywhere_leaves_nobody_out_and_nothing_untold() {
    for (place, left, is_told) in [
        ("intent", ["Production", "None"], false),
        ("begun-0", ["Production", "None"], true),
        ("taken-0", ["Production", "Production"], true),
        ("done-0", ["Production", "Production"], true),
        ("begun-1", ["Production", "Production"], true),
        ("taken-1", ["Archived", "Production"], true),
        ("done-1", ["Archived", "Production"], true),
    ] {
        for finish in [false, true] {
            let dir = store_with_model();
            kill_at(dir.path(), &[&PROMOTE[..], &["--yes"]].concat(), place);
            let looked = run_in(dir.path(), &["models", "get", "m"]);
            let told = stderr(&looked).contains("broke off half-way");
            assert_eq!(told, is_told, "{place}: {}", stderr(&looked));
            assert_eq!(stages(dir.path()), left, "{place}");
            if finish {
                let output = promote(dir.path(), &["--yes"]);
                assert!(output.status.success(), "{place}: {}", stderr(&output));
                assert_eq!(stages(dir.path()), ["Archived", "Production"], "{place}");
            } else if is_told {
                let output = run_in(dir.path(), &["models", "undo", "m", "--yes"]);
                assert!(output.status.success(), "{place}: {}", stderr(&output));
                assert_eq!(stages(dir.path()), ["Production", "None"], "{place}");
            }
            let after = run_in(dir.path(), &["models", "get", "m"]);
            assert!(
                !stderr(&after).contains("half-way"),
                "{place}: {}",
                stderr(&after)
            );
        }
    }
}

#[test]
fn versions_lie_side_by_side() {
    let dir = store_with_model();
    let shown = json_in(dir.path(), &["versions", "compare", "m", "@champion", "2"]);
    assert_eq!(shown["versions"][0]["version"], "1");
    assert_eq!(shown["versions"][0]["aliases"][0], "champion");
    assert!(shown["metrics"].as_array().is_some_and(|rows| !rows.is_empty()));
}

#[test]
fn a_model_lives_through_all_verbs() {
    let dir = own_store();
    let run = |arguments: &[&str]| json_in(dir.path(), arguments);
    assert_eq!(run(&["models", "create", "a", "--tag", "k=v"])["tags"]["k"], "v");
    assert_eq!(run(&["models", "rename", "a", "b"])["name"], "b");
    assert_eq!(run(&["models", "tag", "b", "x=1"])["tags"]["x"], "1");
    assert_eq!(run(&["models", "untag", "b", "x"])["tags"].get("x"), None);
    run(&["models", "describe", "b", "**what**"]);
    assert_eq!(run(&["models", "get", "b"])["description"], "**what**");
    let made = run(&[
        "versions",
        "create",
        "b",
        "s3://bucket/1",
        "--tag",
        "t=1",
        "--description",
        "first",
    ]);
    assert_eq!((&made["version"], &made["tags"]["t"]), (&"1".into(), &"1".into()));
    assert_eq!(
        run(&["versions", "describe", "b", "1", "again"])["description"],
        "again"
    );
    assert_eq!(run(&["versions", "untag", "b", "1", "t"])["tags"].get("t"), None);
    for (arguments, code) in [
        (vec!["models", "untag", "b", "nothing"], 3),
        (vec!["models", "create", "b"], 2),
        (vec!["models", "alias", "b", "v1", "1"], 2),
        (vec!["models", "alias", "b", "gone", "--delete", "--yes"], 3),
        (
            vec!["models", "promote", "b", "9", "--stage", "Production", "--yes"],
            3,
        ),
        (vec!["models", "promote", "b", "1", "--stage", "Live", "--yes"], 2),
        (vec!["models", "delete", "b"], 6),
        (vec!["models", "undo"], 6),
    ] {
        let output = run_in(dir.path(), &arguments);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}: {}",
            stderr(&output)
        );
    }
    for arguments in [
        vec!["versions", "delete", "b", "1", "--yes"],
        vec!["models", "delete", "b", "--yes"],
    ] {
        let output = run_in(dir.path(), &arguments);
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    }
    assert_eq!(run_in(dir.path(), &["models", "get", "b"]).status.code(), Some(3));
}

/// JSON with what differs from one run to the next replaced: ids, times, the account and the place of the store.
fn settled(mut value: Value) -> Value {
    match &mut value {
        Value::Array(items) => items.iter_mut().for_each(|item| *item = settled(item.take())),
        Value::Object(fields) => {
            for (key, field) in fields.iter_mut() {
                *field = match key.as_str() {
                    "id" | "undoes" | "settled_by" if field.is_string() => "ID".into(),
                    "time" => "TIME".into(),
                    "user" | "store" => key.to_uppercase().into(),
                    "run_id" | "source" if field.as_str().is_some_and(|text| text.len() == 32) => {
                        "RUN".into()
                    }
                    _ => settled(field.take()),
                };
            }
        }
        _ => {}
    }
    value
}

#[test]
fn the_log_tells_every_change_with_what_stood_there_before() {
    let dir = own_store();
    for arguments in [
        vec![
            "models",
            "create",
            "m",
            "--description",
            "for tests",
            "--tag",
            "team=a",
        ],
        vec!["models", "describe", "m", "for all tests"],
        vec!["models", "tag", "m", "team=b", "owner=ada"],
        vec!["models", "untag", "m", "owner"],
        vec!["versions", "create", "m", "s3://bucket/1"],
        vec!["versions", "describe", "m", "1", "the first"],
        vec!["versions", "tag", "m", "1", "reviewed=yes"],
        vec!["versions", "untag", "m", "1", "reviewed"],
        vec!["models", "alias", "m", "champion", "1"],
        vec!["models", "promote", "m", "1", "--stage", "Production", "--yes"],
        vec!["models", "alias", "m", "champion", "--delete", "--yes"],
        vec!["models", "rename", "m", "n"],
        vec!["versions", "delete", "n", "1", "--yes"],
        vec!["models", "delete", "n", "--yes"],
    ] {
        let output = run_in(dir.path(), &arguments);
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    }
    // What was refused stands there too.
    let refused = run_in(dir.path(), &["versions", "create", "gone", "s3://bucket/1"]);
    assert_eq!(refused.status.code(), Some(3), "{}", stderr(&refused));
    insta::assert_json_snapshot!("audit", settled(json_in(dir.path(), &["models", "audit"])));
}

#[test]
fn a_change_that_was_taken_back_is_told_as_such() {
    let dir = store_with_model();
    assert!(promote(dir.path(), &["--yes"]).status.success());
    let undone = json_in(dir.path(), &["models", "undo", "m", "--yes"]);
    insta::assert_json_snapshot!("undo", settled(undone));
    let audit = json_in(dir.path(), &["models", "audit", "m"]);
    insta::assert_json_snapshot!("audit_of_an_undo", settled(audit[0].clone()));
}
