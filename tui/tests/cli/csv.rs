//! CSV for spreadsheets and shell tools.

use crate::support::{flowdeck, json, run_where, stdout};

#[test]
fn a_list_of_runs_holds_every_key_that_is_found() {
    let text = stdout(&flowdeck(&["runs", "list", "--all", "--csv", "-q"]));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let rows: Vec<_> = reader
        .records()
        .map(|row| row.expect("as wide as the header"))
        .collect();
    let runs = json(&["runs", "list", "--all"]);
    let runs = runs.as_array().expect("a list");
    assert_eq!(rows.len(), runs.len());
    for (row, run) in rows.iter().zip(runs) {
        let cell = |name: &str| {
            row.get(header.iter().position(|found| found == name).expect("the column"))
                .expect("a cell")
        };
        assert_eq!(cell("run_id"), run["run_id"].as_str().expect("an id"));
        for (key, value) in run["params"].as_object().expect("params") {
            assert_eq!(cell(&format!("params.{key}")), value.as_str().expect("text"));
        }
        for (key, value) in run["metrics"].as_object().expect("metrics") {
            let text = cell(&format!("metrics.{key}"));
            match value.as_f64() {
                Some(number) => assert_eq!(text.parse(), Ok(number), "{key}"),
                None => assert_eq!(Some(text), value.as_str(), "{key}"),
            }
        }
    }
}

#[test]
fn columns_are_those_asked_for_in_that_order() {
    let text = stdout(&flowdeck(&[
        "runs",
        "list",
        "--limit",
        "2",
        "--csv",
        "-q",
        "--columns",
        "start_time,run_name,run_id",
    ]));
    let lines: Vec<_> = text.lines().collect();
    assert_eq!((lines[0], lines.len()), ("start_time,run_name,run_id", 3));
    assert!(!text.contains('\r'));
}

#[test]
fn a_history_is_a_row_for_each_point() {
    let run = run_where("status = 'FINISHED'");
    let metrics = json(&["runs", "get", &run]);
    let key = metrics["metrics"]
        .as_object()
        .and_then(|metrics| metrics.keys().next().cloned())
        .expect("a metric");
    let text = stdout(&flowdeck(&["metrics", "history", &run, &key, "--csv"]));
    let points = json(&["metrics", "history", &run, &key]);
    let points = points.as_array().expect("a list");
    assert_eq!(text.lines().next(), Some("step,timestamp,value"));
    assert_eq!(text.lines().count(), points.len() + 1);
}
