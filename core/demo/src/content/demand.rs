//! Weekly demand by region: many short runs, names in several scripts, steps that are weeks ahead.

use serde_json::json;
use std::sync::Arc;

use flowdeck_domain::Timestamp;
use flowdeck_domain::tracking::RunStatus;

use super::team::{self, Script};
use super::{SECOND, Scene};
use crate::curve::{Loss, Shape, rounded, series, ticks};
use crate::file::model::Flavor;
use crate::file::text;
use crate::random::Random;
use crate::record::{DatasetRecord, ExperimentRecord, RunRecord};

pub(crate) const ID: i64 = 4;
pub(crate) const MODEL_NAME: &str = "demand-forecast";

const MODELS: [&str; 4] = ["seasonal_naive", "ets", "lightgbm", "tft"];
const REGIONS: [&str; 3] = ["Nord", "Île-de-France", "東京"];
const HORIZONS: [usize; 3] = [4, 8, 13];
const SCRIPT: Script = Script {
    path: "notebooks/backtest.ipynb",
    repository: "https://git.example.com/supply/demand.git",
    branch: "main",
};

pub(crate) fn experiment(scene: &Scene) -> ExperimentRecord {
    let mut random = scene.random.fork(0x54);
    let mut experiment = scene.experiment(
        ID,
        "demand-forecast/weekly",
        200.0,
        "Backtests of weekly demand. The step of `backtest/*` is **weeks ahead**.",
    );
    experiment.tags.set("team", "supply");
    for (place, region) in REGIONS.iter().enumerate() {
        let data = sales(&mut random, region);
        for (kind, model) in MODELS.iter().enumerate() {
            for (length, horizon) in HORIZONS.iter().enumerate() {
                let days = 170.0 - (place * 40 + kind * 9 + length * 2) as f64;
                let mut run = backtest(&mut random, scene.days_ago(days), model, region, *horizon, &data);
                if *model == "lightgbm" && *horizon == 8 && run.status == RunStatus::Finished {
                    let value = run.last_value("wape").unwrap_or(f64::NAN);
                    let measured = (&data, [("wape", value)]);
                    let model = team::logged_model(
                        &mut random,
                        &mut run,
                        MODEL_NAME,
                        "regressor",
                        &flavor(),
                        (measured.0, &measured.1),
                    );
                    experiment.logged_models.push(model);
                }
                experiment.runs.push(run);
            }
        }
    }
    experiment
}

fn backtest(
    random: &mut Random,
    start: Timestamp,
    model: &str,
    region: &str,
    horizon: usize,
    data: &Arc<DatasetRecord>,
) -> RunRecord {
    let mut run = team::run(random, format!("{model} {region} h={horizon}"), &SCRIPT, start);
    run.tag("mlflow.source.type", "NOTEBOOK");
    run.param("model", model)
        .param("region", region)
        .param("horizon_weeks", horizon)
        .param("history_weeks", 156)
        .param("holidays", "school+public")
        .param("target_transform", "log1p")
        .input(data, "training");
    if model == "tft" {
        network_training(&mut run, random);
    }
    if model == "tft" && region == "Nord" && horizon == 13 {
        let at = Timestamp(run.last_logged().0 + SECOND);
        run.file(
            "logs/backtest.log",
            b"ValueError: target holds 3 missing weeks after 2025-08-04\n".as_slice(),
        )
        .end(RunStatus::Failed, at);
        return run;
    }
    let clock = ticks(run.last_logged(), horizon, 1, 2 * SECOND)
        .into_iter()
        .map(|(step, at)| (step + 1, at))
        .collect();
    let skill = match model {
        "seasonal_naive" => 0.24,
        "ets" => 0.19,
        "lightgbm" => 0.13,
        _ => 0.125,
    };
    let errors = series(&clock, |_, week| {
        rounded(skill * (1.0 + 0.05 * week as f64) * random.between(0.92, 1.1), 5)
    });
    let mean = errors.iter().map(|point| point.value).sum::<f64>() / horizon as f64;
    let coverage = series(&clock, |_, week| {
        rounded(0.9 - 0.006 * week as f64 + 0.01 * random.normal(), 4)
    });
    table(&mut run, random, horizon);
    run.series("backtest/wape", errors)
        .series("backtest/coverage_90", coverage);
    let until = run.last_logged();
    run.metric("wape", rounded(mean, 5), until)
        .metric("mape", rounded(mean * 1.31, 5), until)
        .metric("bias", rounded(0.03 * random.normal(), 5), until)
        .end(RunStatus::Finished, Timestamp(until.0 + 5 * SECOND));
    run
}

fn network_training(run: &mut RunRecord, random: &mut Random) {
    let loss = Loss {
        shape: Shape::Converging,
        from: 1.1,
        to: 0.31,
        noise: 0.02,
    };
    let clock = ticks(run.start_time, 30, 1, 11 * SECOND);
    run.series(
        "train/quantile_loss",
        series(&clock, |epoch, _| {
            rounded(loss.at(epoch as f64 / 29.0, random), 5)
        }),
    );
}

/// Forecast and what came, week by week.
fn table(run: &mut RunRecord, random: &mut Random, horizon: usize) {
    let rows = (1..=horizon).map(|week| {
        let actual = 900.0 + 140.0 * (week as f64 * 0.5).sin() + 30.0 * random.normal();
        let forecast = actual * random.between(0.85, 1.15);
        vec![week.to_string(), format!("{actual:.0}"), format!("{forecast:.1}")]
    });
    let csv = text::csv(&["week", "actual", "forecast"], rows);
    run.file("forecast.csv", csv.into_bytes());
}

fn sales(random: &mut Random, region: &str) -> Arc<DatasetRecord> {
    let column = |kind: &str, name: &str| json!({"type": kind, "name": name, "required": true});
    let columns = json!([
        column("datetime", "week"),
        column("string", "sku"),
        column("long", "units"),
        column("double", "price")
    ]);
    let source = json!({"uri": format!("/data/sales/{region}.parquet")});
    let profile = json!({"num_rows": 96_408, "num_elements": 385_632});
    team::dataset(
        random,
        &format!("weekly-sales-{region}"),
        ("local", &source),
        &json!({"mlflow_colspec": columns}),
        &profile,
    )
}

fn flavor() -> Flavor {
    Flavor {
        name: "lightgbm",
        loader: "mlflow.lightgbm",
        weights: "model.lgb",
        requirements: &["lightgbm==4.6.0", "pandas==3.1.1"],
        inputs: json!([
            {"type": "long", "name": "week_of_year", "required": true},
            {"type": "double", "name": "units_lag_1", "required": true},
            {"type": "double", "name": "units_lag_52", "required": true},
            {"type": "double", "name": "price", "required": true},
        ]),
        outputs: json!([{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}]),
    }
}
