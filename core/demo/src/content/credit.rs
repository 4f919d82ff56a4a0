//! Credit risk by gradient boosting: five-fold cross-validation as nested runs.

use serde_json::json;
use std::sync::Arc;

use flowdeck_domain::Timestamp;
use flowdeck_domain::tracking::{Lifecycle, RunStatus};

use super::team::{self, Script};
use super::{MINUTE, SECOND, Scene};
use crate::curve::{Loss, Shape, rounded, series, ticks};
use crate::file::model::{self, Flavor};
use crate::file::{picture, text};
use crate::random::Random;
use crate::record::{DatasetRecord, ExperimentRecord, FileRecord, RunRecord};

pub(crate) const ID: i64 = 3;
pub(crate) const MODEL_NAME: &str = "credit-risk";

const FOLDS: usize = 5;
/// The first parents, which kept their models among their artifacts.
const N_BEFORE_LOGGED_MODELS: usize = 2;
const FEATURES: [&str; 12] = [
    "utilisation_12m",
    "days_past_due_max",
    "income_net",
    "n_inquiries_6m",
    "tenure_months",
    "n_open_accounts",
    "age",
    "loan_to_income",
    "region_code",
    "employment_type",
    "has_mortgage",
    "channel",
];
const SCRIPT: Script = Script {
    path: "pipelines/train_cv.py",
    repository: "https://git.example.com/risk/scorecards.git",
    branch: "release/2026-q1",
};

/// The settings of one parent run.
#[derive(Clone, Copy)]
struct Settings {
    depth: i64,
    eta: f64,
    monotone: bool,
}

pub(crate) fn experiment(scene: &Scene) -> ExperimentRecord {
    let mut random = scene.random.fork(0x53);
    let mut experiment = scene.experiment(
        ID,
        "credit-risk/gradient-boosting",
        140.0,
        "Probability of default, retail book. **Monotone constraints are required** for what goes to the regulator.",
    );
    experiment.tags.set("team", "risk");
    experiment
        .tags
        .set("mlflow.experiment.sourceName", "pipelines/train_cv.py");
    let data = applications(&mut random);
    for index in 0..12 {
        let settings = Settings {
            depth: [3, 4, 6, 8][index % 4],
            eta: [0.3, 0.1, 0.03][index / 4],
            monotone: index % 2 == 0,
        };
        let start = scene.days_ago(120.0 - 9.0 * index as f64);
        let mut runs = cross_validation(&mut random, settings, start, &data);
        if index < N_BEFORE_LOGGED_MODELS {
            keep_model(&mut runs[0], &mut random);
        }
        if index % 4 == 2 {
            let parent = &mut runs[0];
            let values: Vec<(&str, f64)> = ["cv/auc_mean", "cv/ks_mean"]
                .into_iter()
                .filter_map(|key| Some((key, parent.last_value(key)?)))
                .collect();
            let measured = (&data, values.as_slice());
            let model =
                team::logged_model(&mut random, parent, MODEL_NAME, "classifier", &flavor(), measured);
            experiment.logged_models.push(model);
        }
        experiment.runs.extend(runs);
    }
    experiment
}

/// A parent run and its folds, the parent first.
fn cross_validation(
    random: &mut Random,
    settings: Settings,
    start: Timestamp,
    data: &Arc<DatasetRecord>,
) -> Vec<RunRecord> {
    let Settings { depth, eta, monotone } = settings;
    let suffix = if monotone { " monotone" } else { "" };
    let mut parent = team::run(
        random,
        format!("xgb depth={depth} eta={eta}{suffix}"),
        &SCRIPT,
        start,
    );
    settings.log(&mut parent);
    parent
        .param("cv/folds", FOLDS)
        .param("cv/stratified", "True")
        .input(data, "training");
    parent.note(&format!(
        "Five folds at depth {depth}. See `plots/roc.png` and **feature_importance.csv**."
    ));
    let broken = eta > 0.2 && depth == 8;
    let folds: Vec<RunRecord> = (0..FOLDS)
        .map(|fold| settings.fold(random, &parent, fold, broken && fold == 3))
        .collect();
    let until = folds.iter().filter_map(|run| run.end_time).max().unwrap_or(start);
    let scores: Vec<f64> = folds
        .iter()
        .filter_map(|run| run.last_value("validation-auc"))
        .collect();
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    let spread =
        (scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>() / scores.len() as f64).sqrt();
    parent
        .metric("cv/auc_mean", rounded(mean, 5), until)
        .metric("cv/auc_std", rounded(spread, 5), until)
        .metric("cv/ks_mean", rounded((mean - 0.5) * 1.42, 5), until)
        .metric("cv/brier_mean", rounded(0.11 - mean * 0.06, 5), until)
        .metric("cv/gini_mean", rounded(2.0 * mean - 1.0, 5), until);
    let status = if broken {
        RunStatus::Failed
    } else {
        RunStatus::Finished
    };
    parent.end(status, Timestamp(until.0 + 30 * SECOND));
    files(&mut parent, random, mean);
    std::iter::once(parent).chain(folds).collect()
}

impl Settings {
    fn log(self, run: &mut RunRecord) {
        run.param("booster", "gbtree")
            .param("max_depth", self.depth)
            .param("eta", self.eta)
            .param("subsample", 0.8)
            .param("colsample_bytree", 0.7)
            .param("min_child_weight", 20)
            .param(
                "monotone_constraints",
                if self.monotone {
                    "(1,1,-1,1,-1,0,0,1,0,0,0,0)"
                } else {
                    "None"
                },
            )
            .param("objective", "binary:logistic");
    }

    fn fold(self, random: &mut Random, parent: &RunRecord, fold: usize, broken: bool) -> RunRecord {
        let start = Timestamp(parent.start_time.0 + fold as i64 * 6 * MINUTE);
        let mut run = team::run(random, format!("fold {fold}"), &SCRIPT, start);
        team::nest(&mut run, &parent.id);
        self.log(&mut run);
        run.param("fold", fold);
        if broken {
            let log = "xgboost.core.XGBoostError: [15:02:11] Check failed: labels_.Size() > 0 (0 vs. 0)\n";
            run.file("logs/train.log", log.as_bytes())
                .end(RunStatus::Failed, Timestamp(start.0 + 4 * SECOND));
            return run;
        }
        let miss = Loss {
            shape: if self.depth == 8 {
                Shape::Overfitting
            } else {
                Shape::Converging
            },
            from: 0.36,
            to: 0.17 + 0.01 * random.normal().abs() + if self.monotone { 0.004 } else { 0.0 },
            noise: 0.004,
        };
        let clock = ticks(start, 36, 10, 4 * SECOND);
        let speed = 0.4 + self.eta * 3.0;
        let progress = |step: i64| (step as f64 / 350.0 * speed).min(1.0);
        let train = series(&clock, |_, step| {
            rounded(1.0 - miss.at(progress(step), random) * 0.93, 6)
        });
        let held_out = series(&clock, |_, step| {
            rounded(1.0 - miss.held_out(progress(step), random), 6)
        });
        let best = held_out
            .iter()
            .max_by(|a, b| a.value.total_cmp(&b.value))
            .map_or(0, |point| point.step);
        run.series("train-auc", train).series("validation-auc", held_out);
        let until = run.last_logged();
        run.metric("best_iteration", best as f64, until)
            .end(RunStatus::Finished, Timestamp(until.0 + SECOND));
        if self.depth == 3 && self.eta > 0.2 && fold == 4 {
            run.lifecycle = Lifecycle::Deleted;
        }
        run
    }
}

fn files(run: &mut RunRecord, random: &mut Random, auc: f64) {
    let mut shares: Vec<f64> = FEATURES.iter().map(|_| random.unit().powi(2) + 0.02).collect();
    shares.sort_by(|a, b| b.total_cmp(a));
    let rows = FEATURES
        .iter()
        .zip(&shares)
        .map(|(name, share)| vec![(*name).to_owned(), format!("{share:.6}")]);
    run.file(
        "feature_importance.csv",
        text::csv(&["feature", "gain"], rows).into_bytes(),
    );
    run.file("plots/feature_importance.png", picture::bars(&shares));
    let roc: Vec<Vec<(f64, f64)>> = (0..FOLDS)
        .map(|_| {
            let power = (1.0 - auc) / auc * random.between(0.9, 1.1);
            (0..=60)
                .map(|at| f64::from(at) / 60.0)
                .map(|x| (x, x.powf(power)))
                .collect()
        })
        .collect();
    run.file("plots/roc.png", picture::unit_curves(&roc));
    let config = json!({
        "model": "xgboost",
        "params": run.params.0.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        "features": FEATURES,
    });
    run.file("config.json", format!("{config:#}").into_bytes());
    run.file("data/holdout.parquet", HOLDOUT);
    run.file("model_card.md", model_card(auc).into_bytes());
}

/// Four hundred applications that nobody ever made, as pandas 3 writes them.
const HOLDOUT: &[u8] = include_bytes!("../../assets/holdout.parquet");

/// What the team hands over with a model.
fn model_card(auc: f64) -> String {
    format!(
        "# Credit risk\n\nScores applications for consumer credit. **AUC {auc:.4}** on five folds.\n\n## Use\n\n\
         - scores between 0 and 1, the higher the riskier\n- from `0.35` on a person decides\n\n## Limits\n\n\
         | group | applications | note |\n|---|---:|---|\n| self-employed | 4,120 | under-represented |\n\
         | students | 2,310 | little history |\n\nQuestions: [risk team](mailto:risk@example.org)\n"
    )
}

/// The model below the run's own artifacts, as before MLflow 3.
fn keep_model(run: &mut RunRecord, random: &mut Random) {
    let id = run.id.clone();
    for FileRecord { path, bytes } in model::files(&flavor(), "", &id, run.last_logged(), random) {
        run.file(&format!("model/{path}"), bytes);
    }
}

fn flavor() -> Flavor {
    let inputs = FEATURES
        .iter()
        .map(|name| json!({"type": "double", "name": name, "required": true}))
        .collect();
    Flavor {
        name: "xgboost",
        loader: "mlflow.xgboost",
        weights: "model.ubj",
        requirements: &["xgboost==3.1.2", "pandas==3.1.1", "scikit-learn==1.9.1"],
        inputs,
        outputs: json!([{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1]}}]),
    }
}

fn applications(random: &mut Random) -> Arc<DatasetRecord> {
    let columns: Vec<_> = FEATURES
        .iter()
        .map(|name| json!({"type": "double", "name": name, "required": true}))
        .collect();
    let source = json!({"uri": "s3://risk-lake/applications/2025-12.parquet"});
    let profile = json!({"num_rows": 418_220, "num_elements": 418_220 * 12});
    team::dataset(
        random,
        "applications-2025-12",
        ("s3", &source),
        &json!({"mlflow_colspec": columns}),
        &profile,
    )
}
