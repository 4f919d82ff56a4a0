//! The keys of every noun, held by snapshots of their shapes and by `docs/json.md`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::support::{demo_dir, flowdeck, json, json_in, run_where, stdout};

/// Objects whose keys are people's own rather than ours.
const BY_KEY: [&str; 7] = [
    "params",
    "metrics",
    "tags",
    "aliases",
    "trace_metadata",
    "attributes",
    "value",
];

/// Keys and types of some JSON: what all elements of an array have in common, and no value.
fn shape(key: &str, value: &Value) -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut found = BTreeMap::new();
    collect(key, value, &mut found);
    found
}

fn collect(place: &str, value: &Value, found: &mut BTreeMap<String, BTreeSet<&'static str>>) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "text",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let last = place.rsplit('.').next().unwrap_or_default();
    // A metric that happens to be whole is a number all the same.
    let kind = if kind == "integer" && (last == "*" || last == "value") {
        "number"
    } else {
        kind
    };
    if !place.is_empty() {
        found.entry(place.to_owned()).or_default().insert(kind);
    }
    let below = |key: &str| {
        if place.is_empty() {
            key.to_owned()
        } else {
            format!("{place}.{key}")
        }
    };
    match value {
        Value::Array(_) if last == "value" || last == "*" => {}
        Value::Array(elements) => elements
            .iter()
            .for_each(|element| collect(&below("[]"), element, found)),
        // What people put below their own keys is theirs too.
        _ if last == "*" => {}
        Value::Object(fields) if BY_KEY.contains(&last) => {
            for value in fields.values() {
                collect(&below("*"), value, found);
            }
        }
        Value::Object(fields) => fields
            .iter()
            .for_each(|(key, value)| collect(&below(key), value, found)),
        _ => {}
    }
}

fn written(shape: &BTreeMap<String, BTreeSet<&'static str>>) -> String {
    let line = |(place, kinds): (&String, &BTreeSet<&str>)| {
        let kinds: Vec<_> = kinds.iter().copied().collect();
        format!("{place}: {}", kinds.join(" | "))
    };
    shape.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A directory with a configuration: a context that can be used, and one that cannot.
fn context_dir() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary directory");
    std::fs::create_dir(dir.path().join("config")).expect("writable");
    let database = demo_dir().join("mlflow.db");
    let text = format!(
        "current = 'demo'\n[contexts.demo]\ntracking = '{}'\n[contexts.wrong]\ntracking = 3\n",
        database.display()
    );
    std::fs::write(dir.path().join("config/config.toml"), text).expect("writable");
    dir
}

/// Every noun's answer over the demo store.
fn answers() -> Vec<(&'static str, Value)> {
    let with_datasets = run_where("datasets.name LIKE '%'");
    let any = run_where("status = 'FINISHED'");
    let traced = json(&["traces", "list", "--all"]);
    let trace = traced[0]["trace_id"]
        .as_str()
        .expect("the demo has traces")
        .to_owned();
    let models = json(&["logged-models", "list", "--all"]);
    let model = models[0]["model_id"]
        .as_str()
        .expect("the demo has logged models")
        .to_owned();
    let registered = json(&["models", "list"]);
    let name = registered[0]["name"]
        .as_str()
        .expect("the demo has models")
        .to_owned();
    let prompts = json(&["prompts", "list"]);
    let prompt = prompts[0]["name"]
        .as_str()
        .expect("the demo has prompts")
        .to_owned();
    let metrics = json(&["runs", "get", &any]);
    let key = metrics["metrics"]
        .as_object()
        .and_then(|metrics| metrics.keys().next().cloned());
    let history = json(&[
        "metrics",
        "history",
        &any,
        &key.expect("a finished run has metrics"),
    ]);
    vec![
        (
            "experiments_list",
            json(&["experiments", "list", "--view", "all"]),
        ),
        ("experiments_get", json(&["experiments", "get", "Default"])),
        ("experiments_note", json(&["experiments", "note", "0"])),
        ("runs_list", json(&["runs", "list", "--all", "--view", "all"])),
        ("runs_get", json(&["runs", "get", &with_datasets])),
        ("runs_compare", json(&["runs", "compare", &with_datasets, &any])),
        ("metrics_history", history),
        ("artifacts_ls", json(&["artifacts", "ls", &any, "-r"])),
        ("logged_models_list", models),
        ("logged_models_get", json(&["logged-models", "get", &model])),
        ("traces_list", traced),
        ("traces_get", json(&["traces", "get", &trace])),
        ("prompts_list", prompts),
        ("prompts_get", json(&["prompts", "get", &prompt])),
        ("models_list", registered),
        ("models_get", json(&["models", "get", &name])),
        ("versions_list", json(&["versions", "list", "--all"])),
        ("versions_get", json(&["versions", "get", &name, "2"])),
        (
            "versions_compare",
            json(&["versions", "compare", &name, "1", "2"]),
        ),
        (
            "models_promote",
            json(&[
                "models",
                "promote",
                &name,
                "2",
                "--alias",
                "champion",
                "--dry-run",
            ]),
        ),
        ("doctor", json(&["doctor"])),
        (
            "context_list",
            json_in(context_dir().path(), &["context", "list"]),
        ),
        (
            "context_add",
            json_in(
                context_dir().path(),
                &["context", "add", "new", "--tracking", "/srv/mlflow.db"],
            ),
        ),
        (
            "context_test",
            json_in(context_dir().path(), &["context", "test"]),
        ),
    ]
}

#[test]
fn every_noun_keeps_its_keys_and_types_and_the_page_lists_them() {
    let page = include_str!("../../../docs/json.md");
    for (name, answer) in answers() {
        let shape = shape("", &answer);
        for place in shape.keys() {
            let key = place.rsplit('.').next().unwrap_or_default();
            if key != "[]" && key != "*" {
                assert!(
                    page.contains(&format!("`{key}`")),
                    "docs/json.md does not list `{key}` of {name}"
                );
            }
        }
        insta::assert_snapshot!(name, written(&shape));
    }
}

#[test]
fn all_elements_of_a_list_have_the_same_keys() {
    for (name, answer) in answers() {
        let Some(elements) = answer.as_array() else {
            continue;
        };
        let keys = |element: &Value| -> Vec<String> {
            let fields: &Map<String, Value> = element.as_object().expect("elements are objects");
            fields.keys().cloned().collect()
        };
        let first = elements.first().map(keys).unwrap_or_default();
        assert!(!first.is_empty(), "the demo has no {name}");
        assert!(elements.iter().all(|element| keys(element) == first), "{name}");
    }
}

#[test]
fn what_json_cannot_hold_is_text_and_nothing_else_is() {
    let diverged = json(&["runs", "list", "--all", "--view", "all"]);
    let values = diverged
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|run| run["metrics"].as_object())
        .flat_map(|metrics| metrics.values());
    let texts: BTreeSet<&str> = values.filter_map(Value::as_str).collect();
    assert!(texts.contains("NaN"), "the demo has a run that diverges");
    assert!(
        texts
            .iter()
            .all(|text| ["NaN", "Infinity", "-Infinity"].contains(text))
    );
}

#[test]
fn columns_leave_what_they_name_with_keys_in_their_family() {
    let runs = json(&[
        "runs",
        "list",
        "--limit",
        "2",
        "--columns",
        "run_id,metrics.nosuch",
        "-q",
    ]);
    let run = runs[0].as_object().expect("a run");
    assert_eq!(run.keys().collect::<Vec<_>>(), ["metrics", "run_id"]);
    assert_eq!(run["metrics"], serde_json::json!({ "nosuch": null }));
    let whole = json(&[
        "runs",
        "list",
        "--limit",
        "2",
        "--columns",
        "run_name,datasets,start_time",
        "-q",
    ]);
    assert!(whole[0]["datasets"].is_array() && whole[0]["start_time"].is_i64());
}

#[test]
fn an_empty_list_is_an_empty_array() {
    let none = json(&["runs", "list", "--filter", "params.nosuch = 'x'"]);
    assert_eq!(none, Value::Array(Vec::new()));
}

#[test]
fn an_element_of_a_list_stands_on_one_line() {
    let text = stdout(&flowdeck(&["runs", "list", "--limit", "3", "--json", "-q"]));
    assert_eq!(text.lines().count(), 5);
}
