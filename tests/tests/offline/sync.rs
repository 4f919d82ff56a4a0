use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::place::{EXPERIMENT, Place, first, in_order, lasting_server, text};

/// A run with files and some metrics, and what its sync must bring.
fn run_to_sync(place: &Place) -> String {
    let runs = place.json(&["runs", "list", "-e", EXPERIMENT, "--all", "--fresh"]);
    let found = runs.as_array().into_iter().flatten().find(|run| {
        let n_metrics = run["metrics"].as_object().map_or(0, serde_json::Map::len);
        let id = run["run_id"].as_str().unwrap_or_default();
        let files = || place.json(&["artifacts", "ls", id, "--fresh"]);
        n_metrics >= 3 && files().as_array().is_some_and(|files| !files.is_empty())
    });
    found
        .and_then(|run| run["run_id"].as_str())
        .expect("the demo has one")
        .to_owned()
}

/// Starts a sync, waits until it stands still at a place, and kills it there.
fn kill_at(place: &Place, arguments: &[&str], where_to: &str) {
    let mut child = place
        .command(arguments)
        .env("FLOWDECK_TEST_PAUSE_AT", where_to)
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary was built");
    let said = BufReader::new(child.stderr.take().expect("it is piped")).lines();
    let paused = said
        .map_while(Result::ok)
        .any(|line| line == format!("paused at {where_to}"));
    assert!(paused, "it ended without coming to {where_to}");
    child.kill().expect("it can be killed");
    child.wait().expect("it is dead");
}

/// All histories and files of a run, as they are without the server, or as it has them.
fn contents(place: &Place, run: &str, mode: &str) -> Vec<String> {
    let found = place.json(&["runs", "get", run, mode]);
    let metrics = found["metrics"].as_object().expect("an object");
    let mut contents = vec![found.to_string()];
    for key in metrics.keys() {
        contents.push(place.said(&["metrics", "history", run, key, "--json", mode]).0);
    }
    let files = place.json(&["artifacts", "ls", run, mode]);
    for file in files.as_array().into_iter().flatten() {
        let path = file["path"].as_str().expect("a path");
        contents.push(match file["is_dir"].as_bool() {
            Some(true) => place.said(&["artifacts", "ls", run, path, "--json", mode]).0,
            _ => {
                let output = place.run(&["artifacts", "cat", run, path, mode]);
                assert!(output.status.success(), "{path}: {}", text(&output.stderr));
                format!("{:?}", output.stdout)
            }
        });
    }
    contents
}

#[test]
fn a_sync_killed_anywhere_tells_so_and_goes_on_where_it_was() {
    let server = lasting_server();
    let run = run_to_sync(&Place::at(server));
    let wanted = contents(&Place::at(server), &run, "--fresh");
    for (where_to, n_before, is_told) in [
        ("begun", 0, true),
        ("listed", 0, true),
        ("part-1", 1, true),
        ("part-3", 3, true),
        ("fetched", usize::MAX, true),
        ("finished", 0, false),
    ] {
        let place = Place::at(server);
        kill_at(&place, &["sync", &run, "--artifacts", "*"], where_to);
        let syncs = place.json(&["cache", "info"])[0]["syncs"].clone();
        assert_eq!(syncs[0]["subject"], format!("run {run}"), "{where_to}");
        assert_eq!(
            syncs[0]["finished_at"] == Value::Null,
            is_told,
            "{where_to}: {syncs}"
        );
        let (for_people, _) = place.said(&["cache", "info"]);
        assert_eq!(
            for_people.contains("not finished"),
            is_told,
            "{where_to}: {for_people}"
        );

        let report = place.json(&["sync", &run, "--artifacts", "*"]);
        assert_eq!(report["resumed"], is_told, "{where_to}");
        let n_parts = report["n_histories"].as_u64().unwrap_or(0) + report["n_files"].as_u64().unwrap_or(0);
        let were_here = report["n_before"].as_u64().unwrap_or(0);
        assert!(were_here >= n_parts.min(n_before as u64), "{where_to}: {report}");
        let syncs = place.json(&["cache", "info"])[0]["syncs"].clone();
        assert!(syncs[0]["finished_at"].is_i64(), "{where_to}: {syncs}");
        assert_eq!(contents(&place, &run, "--offline"), wanted, "{where_to}");
    }
}

#[test]
fn a_whole_experiment_is_fetched_and_its_runs_are_searched_without_a_word_of_what_is_missing() {
    let place = Place::at(lasting_server());
    let report = place.json(&["sync", EXPERIMENT]);
    assert_eq!(
        (&report["n_runs"], &report["resumed"]),
        (&Value::from(36), &Value::Bool(false))
    );
    let (runs, err) = place.said(&["--offline", "runs", "list", "--all", "--json", "-e", EXPERIMENT]);
    assert!(!err.contains("only those"), "{err}");
    let fresh = place
        .said(&["--fresh", "runs", "list", "--all", "--json", "-e", EXPERIMENT])
        .0;
    assert_eq!(runs, fresh);
    let run = first(&serde_json::from_str(&runs).expect("JSON"), "run_id");
    place.json(&["--offline", "runs", "get", &run]);
    let unknown = place.run(&["sync", "no-such-thing"]);
    assert_eq!(unknown.status.code(), Some(3), "{}", text(&unknown.stderr));
    let offline = place.run(&["--offline", "sync", EXPERIMENT]);
    assert_eq!(offline.status.code(), Some(6), "{}", text(&offline.stderr));
}

/// Runs whose answers were judged, each with traces.
const EVALUATION: &str = "support-assistant/evaluation";
/// Runs that made versions of [`MODEL`].
const TUNING: &str = "support-assistant/fine-tuning";
const MODEL: &str = "support-assistant";

/// What is read of traces, logged models and a registered model.
fn kin(place: &Place, mode: &str) -> Vec<String> {
    let read = |arguments: &[&str]| place.json(&[arguments, &[mode]].concat());
    let traces = read(&["traces", "list", "-e", EVALUATION, "--all"]);
    let models = read(&["logged-models", "list", "-e", TUNING, "--all"]);
    let mut kin = vec![
        traces.clone(),
        models.clone(),
        read(&["models", "get", MODEL]),
        read(&["versions", "compare", MODEL, "1", "2"]),
    ];
    for trace in traces.as_array().into_iter().flatten().take(5) {
        kin.push(read(&[
            "traces",
            "get",
            trace["trace_id"].as_str().expect("an id"),
        ]));
    }
    for logged in models.as_array().into_iter().flatten().take(3) {
        let id = logged["model_id"].as_str().expect("an id");
        kin.push(read(&["logged-models", "get", id]));
    }
    for number in ["1", "2", "3", "4"] {
        kin.push(read(&["versions", "get", MODEL, number]));
    }
    kin.iter().map(|read| in_order(&read.to_string())).collect()
}

#[test]
fn traces_logged_models_and_the_registry_are_fetched_with_an_experiment_wherever_it_was_killed() {
    let server = lasting_server();
    let wanted = kin(&Place::at(server), "--fresh");
    let sync = &["sync", EVALUATION, "--no-histories"][..];
    for where_to in ["listed", "part-2", "fetched"] {
        let place = Place::at(server);
        kill_at(&place, sync, where_to);
        let report = place.json(sync);
        assert_eq!(report["resumed"], true, "{where_to}");
        let n_traces = report["n_traces"].as_u64().expect("a number");
        assert!(n_traces > 2, "{report}");
        let n_before = report["n_before"].as_u64().expect("a number");
        assert!(
            match where_to {
                "listed" => n_before == 0,
                "part-2" => (2..=n_traces).contains(&n_before),
                _ => n_before == n_traces,
            },
            "{where_to}: {report}"
        );
        let report = place.json(&["sync", TUNING, "--no-histories"]);
        assert!(report["n_logged_models"].as_u64() > Some(0), "{report}");
        assert_eq!(report["n_versions"], 4, "{report}");
        assert_eq!(kin(&place, "--offline"), wanted, "{where_to}");
    }
}

#[test]
fn a_promotion_is_looked_at_without_the_server_once_its_experiment_was_fetched() {
    let place = Place::at(lasting_server());
    place.json(&["sync", EXPERIMENT, "--no-histories"]);
    let looked_at = |mode: &str| {
        let promote = [
            "models",
            "promote",
            "demand-forecast",
            "3",
            "--stage",
            "Production",
            "--dry-run",
            mode,
        ];
        place.json(&promote)
    };
    let offline = looked_at("--offline");
    assert_eq!(offline["signature"]["agreement"], "equal", "{offline}");
    assert_eq!(offline["metrics"], looked_at("--fresh")["metrics"]);
}
