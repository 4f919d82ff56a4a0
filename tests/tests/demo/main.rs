//! The demo store is a store of MLflow's own: its real client reads all of it and writes into it.

use std::path::Path;

use flowdeck_demo::{Growth, StoreOptions, prepare_store};
use flowdeck_domain::Timestamp;
use flowdeck_tests::python;
use rusqlite::Connection;
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp(1_773_480_000_000);

fn count(database: &Path, query: &str) -> i64 {
    let connection = Connection::open(database).expect("a database");
    connection.query_row(query, [], |row| row.get(0)).expect(query)
}

fn list<'a>(of: &'a Value, key: &str) -> &'a [Value] {
    of[key].as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn mlflows_own_client_reads_all_of_the_demo_store_and_writes_into_it() {
    let store = prepare_store(None, StoreOptions::at(NOW)).expect("a store");
    let mut growth = Growth::resume(&store)
        .expect("a live run")
        .expect("which still runs");
    growth.tick(Timestamp(NOW.0 + 20_000)).expect("room on the disk");
    drop(growth);
    let head = head(store.database());
    let n_points = count(store.database(), "SELECT count(*) FROM metrics");
    let n_runs = count(store.database(), "SELECT count(*) FROM runs");

    let file = store.directory().join("found.json");
    python::run(
        python::script("3.17.2", "read_demo.py")
            .arg(store.tracking_uri())
            .arg(&file),
    );
    let found: Value = serde_json::from_slice(&std::fs::read(&file).expect("it was written")).expect("JSON");

    let experiments = list(&found, "experiments");
    let runs: Vec<&Value> = experiments
        .iter()
        .flat_map(|experiment| list(experiment, "runs"))
        .collect();
    assert_eq!(runs.len() as i64, n_runs);
    assert_eq!(
        runs.iter().filter_map(|run| run["points"].as_i64()).sum::<i64>(),
        n_points
    );
    for run in &runs {
        assert_eq!(
            run["stale"],
            json!([]),
            "{}: the latest value is not the last of the history",
            run["name"]
        );
    }
    for special in ["nan", "1.7976931348623157e+308"] {
        assert!(
            runs.iter()
                .any(|run| list(run, "special").contains(&json!(special))),
            "no run ends in {special}"
        );
    }
    what_the_client_makes_of_it(&found, experiments);
    assert_eq!(
        found["written"],
        json!({"status": "FINISHED", "metrics": {"val/acc": 0.5}})
    );
    assert_eq!(
        self::head(store.database()),
        head,
        "the client migrated the store"
    );
}

fn what_the_client_makes_of_it(found: &Value, experiments: &[Value]) {
    let deleted = experiments
        .iter()
        .filter(|experiment| experiment["lifecycle"] == "deleted")
        .count();
    assert_eq!((experiments.len(), deleted), (8, 1));
    let of = |key: &'static str| {
        experiments
            .iter()
            .flat_map(move |experiment| list(experiment, key))
    };
    assert!(of("runs").any(|run| run["parent"].is_string() && !list(run, "datasets").is_empty()));
    assert!(of("runs").any(|run| list(run, "artifacts").contains(&json!("config.yaml"))));
    for model in of("logged_models") {
        assert_eq!(model["status"], "READY", "{model}");
        assert_eq!(
            (&model["has_signature"], &model["has_requirements"]),
            (&json!(true), &json!(true)),
            "{model}"
        );
    }
    let traces: Vec<&Value> = of("traces").collect();
    for state in ["OK", "ERROR", "IN_PROGRESS"] {
        assert!(
            traces.iter().any(|trace| trace["state"] == state),
            "no trace is {state}"
        );
    }
    for trace in &traces {
        assert_eq!(
            trace["spans"],
            json!(["answer_ticket", "retrieve", "rerank", "chat"])
        );
        assert!(trace["inputs"]["question"].is_string(), "{trace}");
    }
    let assessed = traces
        .iter()
        .filter(|trace| !list(trace, "assessments").is_empty())
        .count();
    assert!(
        assessed > traces.len() / 2,
        "{assessed} of {} traces are assessed",
        traces.len()
    );
    let models = list(found, "models");
    assert_eq!(models.len(), 4);
    for model in models {
        assert_eq!(model["missing_files"], json!([]), "{model}");
        assert!(
            model["stages"]
                .as_object()
                .is_some_and(|stages| stages.values().any(|stage| stage == "Production"))
        );
        assert!(
            model["aliases"]["champion"].is_u64() || model["aliases"]["champion"].is_string(),
            "{model}"
        );
    }
    assert!(
        found["prompt"]
            .as_str()
            .is_some_and(|text| text.contains("{{ ticket }}"))
    );
}

fn head(database: &Path) -> String {
    let connection = Connection::open(database).expect("a database");
    connection
        .query_row("SELECT version_num FROM alembic_version", [], |row| row.get(0))
        .expect("one row")
}
