//! Promotions on real stores of every kind: over REST against MLflow's own server of three versions, and on file stores.
//! MLflow's own client does the same beside, and reads back.

mod place;

use place::{Place, Stood};

/// Where a promotion of two steps can be killed, with where versions 1 and 2 stand then, and whether there is a wreck.
const KILLED_AT: [(&str, [&str; 2], bool); 7] = [
    ("intent", ["Production", "None"], false),
    ("begun-0", ["Production", "None"], true),
    ("taken-0", ["Production", "Production"], true),
    ("done-0", ["Production", "Production"], true),
    ("begun-1", ["Production", "Production"], true),
    ("taken-1", ["Archived", "Production"], true),
    ("done-1", ["Archived", "Production"], true),
];

fn suite(place: &Place, has_aliases: bool) {
    archives_as_mlflow_does(place);
    if has_aliases {
        aliases_go_both_ways(place);
    }
    a_change_in_between_is_refused(place);
    for (number, (killed_at, left, is_wreck)) in KILLED_AT.into_iter().enumerate() {
        let model = format!("killed{number}");
        a_kill_is_told_and_taken_back(place, &model, killed_at, left, is_wreck);
    }
}

/// The order of our steps is our own; where all stand in the end is the server's own transition.
fn archives_as_mlflow_does(place: &Place) {
    for model in ["ours", "theirs"] {
        place.make(model, 4);
        for (version, stage) in [("1", "Production"), ("2", "Production"), ("3", "Staging")] {
            place.done(&["models", "promote", model, version, "--stage", stage, "--yes"]);
        }
    }
    place.done(&[
        "models",
        "promote",
        "ours",
        "4",
        "--stage",
        "Production",
        "--archive-existing",
        "--yes",
    ]);
    let theirs = place.mlflow(&["transition", "theirs", "4", "Production"]);
    assert_eq!(place.mlflow(&["look", "ours"]), theirs);
    assert_eq!(theirs.stages["1"], "Archived");
    assert_eq!(place.stood("theirs"), theirs, "as flowdeck reads it");
    place.done(&["models", "undo", "ours", "--yes"]);
    let undone = place.mlflow(&["look", "ours"]);
    let stages: Vec<_> = undone.stages.values().map(String::as_str).collect();
    assert_eq!(stages, ["Production", "Production", "Staging", "None"]);
}

fn aliases_go_both_ways(place: &Place) {
    place.make("named", 2);
    place.done(&["models", "promote", "named", "1", "--alias", "champion", "--yes"]);
    assert_eq!(place.mlflow(&["look", "named"]).aliases["champion"], "1");
    let moved = place.mlflow(&["alias", "named", "champion", "2"]);
    assert_eq!(place.stood("named"), moved);
    // It was MLflow that moved it last: what flowdeck did before is not taken back over that.
    let refused = place.run(&["models", "undo", "named", "--yes"]);
    assert_eq!(refused.status.code(), Some(6), "{refused:?}");
    place.done(&["models", "alias", "named", "champion", "--delete", "--yes"]);
    assert!(place.mlflow(&["look", "named"]).aliases.is_empty());
    place.done(&["models", "undo", "named", "--yes"]);
    assert_eq!(place.mlflow(&["look", "named"]).aliases["champion"], "2");
}

/// Another client writes between our first step and our second.
fn a_change_in_between_is_refused(place: &Place) {
    place.make("raced", 2);
    place.done(&[
        "models",
        "promote",
        "raced",
        "1",
        "--stage",
        "Production",
        "--yes",
    ]);
    place.kill_at("raced", "done-0");
    place.mlflow(&["transition", "raced", "1", "Staging"]);
    let undo = place.run(&["models", "undo", "raced", "--yes"]);
    assert_eq!(undo.status.code(), Some(6), "{undo:?}");
    let said = String::from_utf8_lossy(&undo.stderr).into_owned();
    assert!(said.contains("changed by somebody else"), "{said}");
    assert_eq!(place.stood("raced").stages["1"], "Staging");
}

fn a_kill_is_told_and_taken_back(
    place: &Place,
    model: &str,
    killed_at: &str,
    left: [&str; 2],
    is_wreck: bool,
) {
    place.make(model, 2);
    place.done(&["models", "promote", model, "1", "--stage", "Production", "--yes"]);
    place.kill_at(model, killed_at);
    let stood = place.mlflow(&["look", model]);
    assert_eq!([&stood.stages["1"], &stood.stages["2"]], left, "{killed_at}");
    let looked = place.run(&["models", "get", model]);
    // Wrecks of other models are told as well.
    let told = String::from_utf8_lossy(&looked.stderr).contains(&format!(" of {model} by "));
    assert_eq!(told, is_wreck, "{killed_at}: {looked:?}");
    if is_wreck {
        place.done(&["models", "undo", model, "--yes"]);
    }
    let stood: Stood = place.mlflow(&["look", model]);
    assert_eq!(
        [&stood.stages["1"], &stood.stages["2"]],
        ["Production", "None"],
        "{killed_at}"
    );
}

#[test]
fn over_rest_with_a_server_of_mlflow_1() {
    suite(&Place::with_server("1.30.1"), false);
}

#[test]
fn over_rest_with_a_server_of_mlflow_2() {
    suite(&Place::with_server("2.22.5"), true);
}

#[test]
fn over_rest_with_a_server_of_mlflow_3() {
    suite(&Place::with_server("3.17.2"), true);
}

#[test]
fn on_a_file_store_of_mlflow_2() {
    suite(&Place::with_files("2.22.5"), true);
}

#[test]
fn on_a_file_store_of_mlflow_3() {
    suite(&Place::with_files("3.17.2"), true);
}

#[test]
fn a_version_that_is_promoted_in_the_app_is_read_back_by_mlflow() {
    let place = Place::with_files("3.17.2");
    place.make("detector", 2);
    place.done(&[
        "models",
        "promote",
        "detector",
        "1",
        "--stage",
        "Production",
        "--yes",
    ]);
    let mut screen = place.screen();
    screen.wait_for("Experiments");
    screen.press(":").press("model detector\r");
    // Version 2 is the newest, and the first in the list.
    screen.wait_for("Production 1");
    screen.press("P");
    screen.wait_for("Promote detector 2 to");
    screen.press("Production\r");
    screen.wait_for("version 1: Production → Archived");
    screen.wait_for("Enter promotes");
    screen.press("\r");
    screen.wait_for("[ Keep ]");
    screen.press("y");
    screen.wait_for("done, and read back");
    let stood = place.mlflow(&["look", "detector"]);
    assert_eq!(
        [&stood.stages["1"], &stood.stages["2"]],
        ["Archived", "Production"]
    );
    screen.press("u");
    screen.wait_for("version 1: Archived → Production");
    screen.press("y");
    screen.wait_for("taken back");
    let stood = place.mlflow(&["look", "detector"]);
    assert_eq!([&stood.stages["1"], &stood.stages["2"]], ["Production", "None"]);
    screen.press("q");
    assert_eq!(screen.leave(), 0);
}
