//! Holds the search language against answers that MLflow 3.18.0 gave. `tests/python/search_oracle.py` asked for them.
//!
//! `FLOWDECK_SEARCH_ANSWERS` names a directory with other answers than the recorded ones.

#[path = "search_answers/things.rs"]
mod things;

use std::path::PathBuf;

use flowdeck_domain::search::{Dialect, Search, Searchable};
use serde_json::Value;

/// How many differences are told in full.
const TOLD: usize = 60;

fn directory() -> PathBuf {
    std::env::var_os("FLOWDECK_SEARCH_ANSWERS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/search"),
        PathBuf::from,
    )
}

/// What one kind of thing has to answer.
struct Suite {
    things: Value,
    answers: Vec<Value>,
}

fn suite() -> Suite {
    let read = |name: &str| std::fs::read_to_string(directory().join(name)).expect("recorded answers");
    Suite {
        things: serde_json::from_str(&read("things.json")).expect("JSON"),
        answers: read("answers.jsonl")
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect(),
    }
}

/// Compares all answers for one kind of thing in both dialects.
fn check<T: Searchable + Clone>(kind: &str, make: impl Fn(&Value) -> T, place: impl Fn(&T) -> String) {
    let suite = suite();
    let mut differences = Vec::new();
    let mut asked = 0;
    for (dialect, name) in [(Dialect::File, "file"), (Dialect::Sql, "sql")] {
        let things: Vec<T> = suite.things[name][kind]
            .as_array()
            .expect("things")
            .iter()
            .map(&make)
            .collect();
        let places: Vec<String> = things.iter().map(&place).collect();
        for answer in suite.answers.iter().filter(|answer| answer["e"] == kind) {
            let filter = answer["f"].as_str().expect("a filter");
            let order: Vec<String> = strings(&answer["o"]);
            let search = Search::<T>::parse(filter, &order, dialect);
            if let Ok(search) = &search {
                let again = Search::parse(&search.to_string(), &order, dialect);
                assert!(
                    again.as_ref().ok() == Some(search),
                    "{filter:?} is written as {search}"
                );
            }
            let found = search.and_then(|search| search.select(things.clone()));
            let told = found.as_ref().map(|found| {
                found
                    .iter()
                    .map(|thing| {
                        places
                            .iter()
                            .position(|other| *other == place(thing))
                            .expect("known")
                    })
                    .collect::<Vec<_>>()
            });
            let expected = answer[name].as_array().map(|found| {
                found
                    .iter()
                    .map(|n| usize::try_from(n.as_u64().expect("a place")).expect("small"))
                    .collect::<Vec<_>>()
            });
            asked += 1;
            if told.as_ref().ok() != expected.as_ref() {
                differences.push(format!(
                    "{name} {filter:?} by {order:?}\n    MLflow {expected:?}\n    here   {told:?}"
                ));
            }
        }
    }
    assert!(asked > 0 || suite.answers.is_empty(), "no answers for {kind}");
    let shown: Vec<_> = differences.iter().take(TOLD).map(String::as_str).collect();
    assert!(
        differences.is_empty(),
        "{} of {asked} differ:\n{}",
        differences.len(),
        shown.join("\n")
    );
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array()
        .into_iter()
        .flatten()
        .map(|text| text.as_str().expect("text").to_owned())
        .collect()
}

#[test]
fn runs_are_found_as_mlflow_finds_them() {
    check("run", things::run, |run| run.info.id.to_string());
}

#[test]
fn experiments_are_found_as_mlflow_finds_them() {
    check("experiment", things::experiment, |experiment| {
        experiment.id.to_string()
    });
}

#[test]
fn registered_models_are_found_as_mlflow_finds_them() {
    check("model", things::model, |model| model.name.to_string());
}

#[test]
fn model_versions_are_found_as_mlflow_finds_them() {
    check("version", things::version, |version| {
        format!("{} {}", version.name, version.version)
    });
}

#[test]
fn logged_models_are_found_as_mlflow_finds_them() {
    check("logged_model", things::logged_model, |model| model.id.to_string());
}

#[test]
fn traces_are_found_as_mlflow_finds_them() {
    check("trace", things::trace, |trace| trace.info.id.to_string());
}
