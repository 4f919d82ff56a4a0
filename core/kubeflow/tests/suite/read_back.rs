use flowdeck_kubeflow::pipelines::{
    read_artifact, read_experiment, read_pipeline, read_recurring_run, read_run, read_task, read_version,
};
use serde_json::{Value, json};

use crate::captures;
use crate::spelling;

/// The things of a body: those of a list, or itself.
fn things(body: &Value) -> Vec<&Value> {
    const LISTS: [&str; 7] = [
        "runs",
        "experiments",
        "pipelines",
        "pipeline_versions",
        "recurringRuns",
        "tasks",
        "artifacts",
    ];
    let is_thing = body.get("run_id").is_some() || body.get("pipeline_id").is_some();
    let list = LISTS
        .iter()
        .filter(|_| !is_thing)
        .find_map(|key| body.get(*key)?.as_array());
    match list {
        Some(list) => list.iter().collect(),
        None => vec![body],
    }
}

/// What it was understood as, spelled again; nothing where it is no such thing.
fn read_back(thing: &Value) -> Option<Value> {
    let (json, has) = (thing.to_string(), |key| thing.get(key).is_some());
    let id = |key: &str| thing.get(key).is_some_and(Value::is_string);
    Some(if id("recurring_run_id") && has("max_concurrency") {
        spelling::schedule(&read_recurring_run(&json).unwrap())
    } else if id("task_id") && !has("artifact_id") {
        spelling::task(&read_task(&json).unwrap())
    } else if id("run_id") && has("storage_state") {
        spelling::run(&read_run(&json).unwrap())
    } else if id("pipeline_version_id") {
        spelling::version(&read_version(&json).unwrap())
    } else if id("pipeline_id") {
        spelling::pipeline(&read_pipeline(&json).unwrap())
    } else if id("artifact_id") && !has("task_id") {
        spelling::artifact(&read_artifact(&json).unwrap())
    } else if id("experiment_id") && has("storage_state") {
        spelling::experiment(&read_experiment(&json).unwrap())
    } else {
        return None;
    })
}

/// Leaves out what means nothing, or is told by something else.
fn meaning(thing: &Value) -> Value {
    let mut meaning = thing.clone();
    let fields = meaning.as_object_mut().unwrap();
    let is_task = fields.contains_key("task_id");
    // Both forms of "not yet".
    fields.retain(|_, value| value != "1970-01-01T00:00:00Z" && value != "0001-01-01T00:00:00Z");
    if is_task {
        // Parents are told by ids, states over time by the state, and a key of the cache means nothing to people.
        for key in ["child_tasks", "cache_fingerprint", "run_id", "state_history"] {
            fields.remove(key);
        }
        if fields.get("display_name") == fields.get("name") {
            fields.remove("display_name");
        }
        let name = fields.get("name").cloned();
        fields.entry("scope_path").or_insert_with(|| name.unwrap());
        fields.entry("type").or_insert_with(|| "RUNTIME".into());
        for pod in fields
            .get_mut("pods")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            pod.as_object_mut().unwrap().remove("uid");
        }
        if let Some(attributes) = fields.get_mut("type_attributes").and_then(Value::as_object_mut) {
            attributes.remove("download_to_workspace");
        }
        fields.retain(|key, value| key != "type_attributes" || *value != json!({}));
        for side in ["inputs", "outputs"] {
            let values = values(&fields[side]);
            fields.insert(side.to_owned(), values);
        }
    } else {
        // Trees have snapshots of their own.
        for key in ["run_details", "tasks", "task_count"] {
            fields.remove(key);
        }
    }
    meaning
}

fn values(side: &Value) -> Value {
    let parameters: serde_json::Map<String, Value> = side["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| {
            (
                it["parameter_key"].as_str().unwrap().to_owned(),
                it["value"].clone(),
            )
        })
        .collect();
    let artifacts = side["artifacts"].as_array().into_iter().flatten().flat_map(|it| {
        let made = it["artifacts"].as_array().into_iter().flatten();
        made.map(move |artifact| json!([it["artifact_key"], artifact]))
    });
    json!({ "parameters": parameters, "artifacts": artifacts.collect::<Vec<_>>() })
}

#[test]
fn every_captured_thing_reads_back_without_loss_of_meaning() {
    let mut read = 0;
    for server in captures::SERVERS {
        for exchange in captures::of(server) {
            let body = &exchange.response_body;
            if exchange.status != 200 || !exchange.path.starts_with("/apis/v2beta1/") || !body.is_object() {
                continue;
            }
            for thing in things(body).into_iter().filter(|thing| thing.is_object()) {
                let Some(back) = read_back(thing) else { continue };
                read += 1;
                assert_eq!(back, meaning(thing), "{server}/{}", exchange.name);
            }
        }
    }
    assert!(read > 250, "{read} things were read");
}

#[test]
fn both_forms_of_an_unset_time_mean_that_it_has_not_come() {
    for unset in ["1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z"] {
        let run =
            read_run(&json!({"run_id": "r", "finished_at": unset, "created_at": unset}).to_string()).unwrap();
        assert_eq!((run.finished_at, run.created_at), (None, None));
        let task =
            read_task(&json!({"task_id": "t", "end_time": unset, "state": "SUCCEEDED"}).to_string()).unwrap();
        assert_eq!(task.end_time, None);
    }
}

#[test]
fn an_empty_object_is_an_empty_thing_and_no_failure() {
    assert_eq!(read_run("{}").unwrap().state.word(), "RUNTIME_STATE_UNSPECIFIED");
    assert!(read_pipeline("{}").unwrap().tags.is_empty());
    assert!(read_run("{\"state\": null, \"run_details\": null, \"runtime_config\": null}").is_ok());
}
