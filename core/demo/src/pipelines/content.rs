//! What the demo's server of pipelines holds: two pipelines, and a month of their runs.

use serde_json::{Value, json};

use super::answer::Asked;
use super::engine::node::Millis;
use super::engine::script::{Fate, Script};
use super::query::Query;
use super::spec::Spec;
use super::store::Pipelines;
use super::users::Caller;

/// Packages as the compiler of kfp 2.17.0 wrote them; `content/flows.py` is their source.
const CREDIT: &str = include_str!("content/credit_risk_training.yaml");
const FORECAST: &str = include_str!("content/weekly_forecast.yaml");

const SECOND: Millis = 1000;
const MINUTE: Millis = 60 * SECOND;
const HOUR: Millis = 60 * MINUTE;
const DAY: Millis = 24 * HOUR;

/// A run of the past, or one that goes on.
struct Past {
    name: &'static str,
    pipeline: &'static str,
    /// How long ago it was made.
    ago: Millis,
    parameters: Value,
    script: Script,
    /// The experiment of MLflow that it logged to; none where its plugin was off.
    mlflow: Option<&'static str>,
}

const CREDIT_MLFLOW: &str = "credit-risk/gradient-boosting";
const FORECAST_MLFLOW: &str = "demand-forecast/weekly";

fn credit(name: &'static str, ago: Millis, parameters: Value, script: Script) -> Past {
    Past {
        name,
        pipeline: "credit-risk-training",
        ago,
        parameters,
        script,
        mlflow: Some(CREDIT_MLFLOW),
    }
}

fn forecast(name: &'static str, ago: Millis, parameters: Value, script: Script) -> Past {
    Past {
        name,
        pipeline: "weekly-forecast",
        ago,
        parameters,
        script,
        mlflow: Some(FORECAST_MLFLOW),
    }
}

/// All runs, the oldest first.
fn past() -> Vec<Past> {
    let well = Script::default;
    let good = || well().making("evaluate-model.Output", json!(0.87));
    vec![
        credit("credit depth 4", 30 * DAY, json!({ "depth": 4 }), good()),
        forecast("forecast week 7", 27 * DAY, json!({}), well()),
        credit("credit depth 6", 24 * DAY, json!({}), good()),
        forecast("forecast week 8", 20 * DAY, json!({}), well()),
        credit(
            "credit lr 0.2",
            17 * DAY,
            json!({ "lr": 0.2 }),
            well().making("evaluate-model.Output", json!(0.71)),
        ),
        forecast(
            "forecast week 9",
            13 * DAY,
            json!({ "regions": 6 }),
            well().with("exit-handler-1.for-loop-2[4].forecast-region", Fate::Exit(1)),
        ),
        credit(
            "credit depth 12",
            9 * DAY,
            json!({ "depth": 12 }),
            well().with("train-model", Fate::OutOfMemory),
        ),
        credit(
            "credit rows 0",
            8 * DAY,
            json!({ "rows": 0 }),
            well().with("load-applications", Fate::Driver),
        ),
        forecast(
            "forecast week 10",
            6 * DAY,
            json!({}),
            well().with("exit-handler-1.publish-forecast", Fate::Evicted),
        ),
        credit(
            "credit depth 8",
            20 * HOUR,
            json!({ "depth": 8 }),
            good().with("train-model", Fate::Flaky(1)),
        ),
        forecast("forecast week 11", 5 * HOUR, json!({}), well()),
        credit(
            "credit depth 7",
            3 * HOUR,
            json!({ "depth": 7 }),
            good().caching("load-applications").caching("prepare-features"),
        ),
        credit(
            "credit big batch",
            70 * MINUTE,
            json!({ "depth": 9 }),
            well().with("train-model", Fate::Unschedulable),
        ),
        forecast(
            "forecast new image",
            40 * MINUTE,
            json!({ "regions": 2 }),
            well().with("exit-handler-1.list-regions", Fate::ImagePull),
        ),
        credit(
            "credit tonight",
            90 * SECOND,
            json!({ "depth": 10 }),
            good()
                .lasting("load-applications", 15_000)
                .lasting("prepare-features", 20_000)
                .lasting("train-model", 600_000),
        ),
    ]
}

/// How the runs of the demo are to go, by their names.
pub(crate) fn scripts() -> std::collections::BTreeMap<String, Script> {
    past()
        .into_iter()
        .map(|run| (run.name.to_owned(), run.script))
        .collect()
}

/// Fills a server as if it had been used for a month. `set` moves its clock to a time; `link` says which run of an
/// experiment of MLflow the next run belongs to.
pub(crate) fn furnish(pipelines: &Pipelines, now: Millis, set: &dyn Fn(Millis), link: &dyn Fn(&str)) {
    set(now - 40 * DAY);
    let credit_experiment = post(
        pipelines,
        "experiments",
        &json!({ "display_name": "credit-risk", "description": "Probability of default" }),
    );
    let forecast_experiment = post(
        pipelines,
        "experiments",
        &json!({ "display_name": "demand-forecast", "description": "Weekly demand" }),
    );
    set(now - 35 * DAY);
    for (package, name) in [(CREDIT, "credit-risk-training"), (FORECAST, "weekly-forecast")] {
        add_pipeline(pipelines, package, name);
    }
    let mut waiting = past();
    waiting.sort_by_key(|run| -run.ago);
    for run in waiting {
        set(now - run.ago);
        let experiment = if run.pipeline == "weekly-forecast" {
            &forecast_experiment
        } else {
            &credit_experiment
        };
        let id = pipeline_id(pipelines, run.pipeline);
        let mut body = json!({
            "display_name": run.name, "experiment_id": experiment["experiment_id"],
            "pipeline_version_reference": { "pipeline_id": id }, "runtime_config": { "parameters": run.parameters },
        });
        if let Some(experiment) = run.mlflow {
            link(experiment);
            body["plugins_input"] = json!({ "mlflow": { "experiment_name": experiment } });
        }
        post(pipelines, "runs", &body);
    }
    set(now - 2 * DAY);
    let schedule = json!({
        "display_name": "weekly forecast", "experiment_id": forecast_experiment["experiment_id"],
        "pipeline_version_reference": { "pipeline_id": pipeline_id(pipelines, "weekly-forecast") },
        "max_concurrency": "1", "no_catchup": true, "mode": "ENABLE",
        "trigger": { "cron_schedule": { "cron": "0 30 4 * * 1" } },
    });
    post(pipelines, "recurringruns", &schedule);
    let paused = json!({
        "display_name": "hourly retraining", "experiment_id": credit_experiment["experiment_id"],
        "pipeline_version_reference": { "pipeline_id": pipeline_id(pipelines, "credit-risk-training") },
        "max_concurrency": "1", "mode": "DISABLE", "trigger": { "periodic_schedule": { "interval_second": "3600" } },
    });
    post(pipelines, "recurringruns", &paused);
    set(now);
}

/// A pipeline with two versions: the second says what has changed.
fn add_pipeline(pipelines: &Pipelines, package: &str, name: &str) {
    let Ok(spec) = Spec::read(package) else {
        return;
    };
    let spec = std::sync::Arc::new(spec);
    let mut state = pipelines.state();
    let described = |name: &str, description: &str| super::catalog::Described {
        name: name.to_owned(),
        display_name: name.to_owned(),
        description: description.to_owned(),
        ..super::catalog::Described::default()
    };
    let description = spec.pipeline["pipelineInfo"]["description"]
        .as_str()
        .unwrap_or_default();
    if let Ok(pipeline) = super::catalog::add(&mut state, described(name, description)) {
        for (version, description) in [(name, ""), ("v2", "one more segment")] {
            // A name that is new on an empty server is not taken.
            let _ = super::catalog::add_version(
                &mut state,
                &pipeline.id,
                described(version, description),
                spec.clone(),
            );
        }
    }
}

fn pipeline_id(pipelines: &Pipelines, name: &str) -> Value {
    let state = pipelines.state();
    let found = state.pipelines.values().find(|pipeline| pipeline.name == name);
    json!(found.map(|pipeline| pipeline.id.clone()))
}

fn post(pipelines: &Pipelines, what: &str, body: &Value) -> Value {
    let body = body.to_string();
    let reply = pipelines.answer(
        &format!("/apis/v2beta1/{what}"),
        &Asked {
            method: "POST",
            query: Query::read(""),
            body: body.as_bytes(),
            content_type: "application/json",
            caller: Caller::default(),
        },
    );
    serde_json::from_slice(&reply.body).unwrap_or_default()
}
