//! The plugin that makes a run of MLflow for each run.

use flowdeck_domain::Timestamp;
use serde_json::{Value, json};

use super::ids::IdKind;
use super::options::{MlflowPlugin, MlflowRun};
use super::refusal::Refusal;
use super::run::{Run, Source};
use super::store::{NewRun, State};

/// The experiment of runs that name none.
const USUAL_EXPERIMENT: &str = "KFP-Default";

const KNOWN: &[&str] = &["experiment_name", "experiment_id", "disabled"];

/// What a run is given of the plugin when it is made.
pub(super) fn run_made(state: &mut State, run_id: &str, new: &NewRun) -> Result<Option<Value>, Refusal> {
    let Some(plugin) = state.options.mlflow.clone() else {
        return Ok(None);
    };
    let input = new
        .plugins_input
        .as_ref()
        .map_or(&Value::Null, |input| &input["mlflow"]);
    if let Some(strange) = input
        .as_object()
        .and_then(|fields| fields.keys().find(|key| !KNOWN.contains(&key.as_str())))
    {
        return Err(Refusal::bad_request(
            "Failed to create a run due to invalid mlflow plugin input",
            &format!(
                "Invalid input error: failed to resolve MLflow plugin input: Invalid input error: plugins_input.mlflow must \
                 follow schema {{experiment_name?: string, experiment_id?: string, disabled?: bool}}: json: unknown field \
                 \"{strange}\""
            ),
        ));
    }
    if input["disabled"] == true {
        return Ok(None);
    }
    let experiment = match experiment(&plugin, input) {
        Ok(experiment) => experiment,
        Err(output) => return Ok(Some(json!({ "mlflow": output }))),
    };
    let id = state.id(IdKind::MlflowRun);
    let pipeline = match &new.source {
        Source::Version {
            pipeline_id,
            version_id,
        } => Some((pipeline_id.clone(), version_id.clone())),
        Source::Package => None,
    };
    (plugin.told)(&MlflowRun {
        id: id.clone(),
        experiment_id: experiment.1.clone(),
        name: new.display_name.clone(),
        pipeline_run_id: run_id.to_owned(),
        pipeline,
        status: "RUNNING",
        started_at: Timestamp(state.now),
        ended_at: None,
    });
    let url = format!("{}/#/experiments/{}/runs/{id}", plugin.address, experiment.1);
    Ok(Some(json!({ "mlflow": {
        "entries": {
            "experiment_id": { "value": experiment.1 }, "experiment_name": { "value": experiment.0 },
            "root_run_id": { "value": id }, "run_url": { "value": url, "render_type": "URL" },
        },
        "state": "PLUGIN_SUCCEEDED",
    } })))
}

/// Name and id of the experiment that is meant; what is told where there is none. An id wins over a name.
fn experiment(plugin: &MlflowPlugin, input: &Value) -> Result<(String, String), Value> {
    if let Some(id) = input["experiment_id"].as_str() {
        let found = plugin.experiments.iter().find(|(_, known)| *known == id);
        return found.map(|(name, id)| (name.clone(), id.clone())).ok_or_else(|| {
            json!({
                "entries": { "experiment_id": { "value": id } }, "state": "PLUGIN_FAILED",
                "state_message": format!(
                    "experiment ID \"{id}\" not found in MLflow: MLflow API error (HTTP 404, RESOURCE_DOES_NOT_EXIST): No Experiment with id={id} exists"
                ),
            })
        });
    }
    let name = input["experiment_name"].as_str().unwrap_or(USUAL_EXPERIMENT);
    let id = plugin.experiments.get(name).cloned();
    Ok((
        name.to_owned(),
        id.unwrap_or_else(|| (plugin.experiments.len() + 1).to_string()),
    ))
}

/// Tells MLflow that a run has ended or goes on again.
pub(super) fn run_changed(state: &State, id: &str) {
    let (Some(plugin), Some(run)) = (&state.options.mlflow, state.runs.get(id)) else {
        return;
    };
    if let Some(changed) = of_run(run) {
        (plugin.told)(&changed);
    }
}

fn of_run(run: &Run) -> Option<MlflowRun> {
    let entries = &run.plugins_output.as_ref()?["mlflow"]["entries"];
    let word = |key: &str| entries[key]["value"].as_str().map(str::to_owned);
    let ended = run.ended_at();
    Some(MlflowRun {
        id: word("root_run_id")?,
        experiment_id: word("experiment_id")?,
        name: run.display_name.clone(),
        pipeline_run_id: run.id.clone(),
        pipeline: match &run.source {
            Source::Version {
                pipeline_id,
                version_id,
            } => Some((pipeline_id.clone(), version_id.clone())),
            Source::Package => None,
        },
        status: match run.state() {
            "SUCCEEDED" => "FINISHED",
            "FAILED" => "FAILED",
            _ => "RUNNING",
        },
        started_at: Timestamp(run.created_at),
        ended_at: ended.map(Timestamp),
    })
}
