//! What a read-only and a production context hold back.

use flowdeck_client::Timestamp;
use flowdeck_demo::{StoreOptions, write_store};

use crate::place::Place;

fn place(flags: &str) -> (Place, String) {
    let place = Place::new();
    write_store(
        &place.file("store"),
        StoreOptions::at(Timestamp(1_790_000_000_000)),
    )
    .expect("writable");
    let place = place.configured(&format!(
        "[contexts.live]\ntracking = '../store/mlflow.db'\n{flags}\n"
    ));
    let said = place.run(&["runs", "list", "--context", "live", "--limit", "1", "--json"]);
    let runs: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let run = runs[0]["run_id"].as_str().expect("the demo has runs").to_owned();
    (place, run)
}

#[test]
fn a_read_only_context_refuses_every_write_and_changes_nothing() {
    let (place, run) = place("read_only = true");
    let before = std::fs::read(place.file("store/mlflow.db")).expect("it is there");
    let writes: [&[&str]; 10] = [
        &["experiments", "create", "new"],
        &["experiments", "rename", "Default", "other"],
        &["experiments", "delete", "Default", "--yes"],
        &["experiments", "tag", "Default", "a=b"],
        &["experiments", "note", "Default", "x"],
        &["runs", "rename", &run, "other"],
        &["runs", "tag", &run, "a=b"],
        &["runs", "note", &run, "x"],
        &["runs", "delete", &run, "--yes"],
        &["runs", "restore", &run],
    ];
    for write in writes {
        let said = place.run(&[write, &["--context", "live"]].concat());
        assert_eq!(said.code, Some(6), "{write:?}: {}", said.err);
        assert!(
            said.err.contains("ontext `live` is read-only"),
            "{write:?}: {}",
            said.err
        );
        assert_eq!(said.out, "");
    }
    assert_eq!(
        std::fs::read(place.file("store/mlflow.db")).expect("it is there"),
        before
    );
}

#[test]
fn a_production_context_destroys_nothing_that_is_not_confirmed() {
    let (place, run) = place("production = true");
    let refused = place.run(&["runs", "delete", &run, "--context", "live"]);
    assert_eq!(refused.code, Some(6), "{}", refused.err);
    let tagged = place.run(&["runs", "tag", &run, "a=b", "--context", "live"]);
    assert_eq!(tagged.code, Some(0), "{}", tagged.err);
    // A script says the name, as a person would type it: `--yes` answers for no name.
    for (answer, hint) in [
        (&["--yes"][..], "--confirm live"),
        (&["--confirm", "lab"], "`live`"),
    ] {
        let arguments = [&["runs", "delete", &run, "--context", "live"], answer].concat();
        let refused = place.run(&arguments);
        assert_eq!(refused.code, Some(6), "{answer:?}: {}", refused.err);
        assert!(refused.err.contains(hint), "{answer:?}: {}", refused.err);
    }
    let deleted = place.run(&["runs", "delete", &run, "--confirm", "live", "--context", "live"]);
    assert_eq!(deleted.code, Some(0), "{}", deleted.err);
}
