//! The files of a logged model: `MLmodel` with its signature, what it needs, and its weights.

use serde_json::{Value, json};

use flowdeck_domain::Timestamp;

use crate::random::Random;
use crate::record::FileRecord;

/// What tells one kind of model from another.
pub(crate) struct Flavor {
    /// `sklearn`, `pytorch`, `xgboost`, ...
    pub(crate) name: &'static str,
    /// The module that loads it.
    pub(crate) loader: &'static str,
    /// The file its weights are in.
    pub(crate) weights: &'static str,
    /// What it needs besides MLflow, as lines of `requirements.txt`.
    pub(crate) requirements: &'static [&'static str],
    /// Columns or tensors that go in, as the signature's JSON.
    pub(crate) inputs: Value,
    /// And that come out.
    pub(crate) outputs: Value,
}

pub(crate) const MLFLOW: &str = "mlflow==3.17.2";

/// The files of one logged model, or of a run's `model` directory.
pub(crate) fn files(
    flavor: &Flavor,
    model_id: &str,
    run_id: &str,
    at: Timestamp,
    random: &mut Random,
) -> Vec<FileRecord> {
    let weights: Vec<u8> = (0..512).flat_map(|_| random.bits().to_le_bytes()).collect();
    let file = |path: &str, bytes: Vec<u8>| FileRecord {
        path: path.to_owned(),
        bytes: bytes.into(),
    };
    vec![
        file(
            "MLmodel",
            mlmodel(flavor, model_id, run_id, at, weights.len()).into_bytes(),
        ),
        file("conda.yaml", conda(flavor).into_bytes()),
        file("python_env.yaml", PYTHON_ENVIRONMENT.into()),
        file("requirements.txt", requirements(flavor).into_bytes()),
        file("input_example.json", input_example(flavor).into_bytes()),
        file(flavor.weights, weights),
    ]
}

const PYTHON_ENVIRONMENT: &str = "python: 3.11.7\nbuild_dependencies:\n- pip==23.2.1\n- setuptools\n- wheel\ndependencies:\n- -r requirements.txt\n";

fn mlmodel(flavor: &Flavor, model_id: &str, run_id: &str, at: Timestamp, size_bytes: usize) -> String {
    let Flavor {
        name,
        loader,
        weights,
        ..
    } = flavor;
    let model_line = if model_id.is_empty() {
        String::new()
    } else {
        format!("model_id: {model_id}\n")
    };
    let uuid = if model_id.is_empty() { run_id } else { model_id };
    format!(
        "artifact_path: model\nflavors:\n  python_function:\n    env:\n      conda: conda.yaml\n      virtualenv: python_env.yaml\n    \
         loader_module: {loader}\n    model_path: {weights}\n    python_version: 3.11.7\n  {name}:\n    code: null\n    \
         model_data: {weights}\nmlflow_version: 3.17.2\n{model_line}model_size_bytes: {size_bytes}\nmodel_uuid: {uuid}\n\
         prompts: null\nrun_id: {run_id}\nsaved_input_example_info:\n  artifact_path: input_example.json\n  \
         pandas_orient: split\n  type: dataframe\nsignature:\n  inputs: '{inputs}'\n  outputs: '{outputs}'\n  \
         params: null\nutc_time_created: '{created}'\n",
        inputs = flavor.inputs,
        outputs = flavor.outputs,
        created = at.to_string().replace('T', " ").trim_end_matches('Z'),
    )
}

fn requirements(flavor: &Flavor) -> String {
    let mut text = format!("{MLFLOW}\n");
    for line in flavor.requirements {
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn conda(flavor: &Flavor) -> String {
    let mut text = format!(
        "channels:\n- conda-forge\ndependencies:\n- python=3.11.7\n- pip<=23.2.1\n- pip:\n  - {MLFLOW}\n"
    );
    for line in flavor.requirements {
        text.push_str(&format!("  - {line}\n"));
    }
    text.push_str("name: mlflow-env\n");
    text
}

/// One row with a zero of its type in every named column.
fn input_example(flavor: &Flavor) -> String {
    let columns: Vec<&Value> = flavor
        .inputs
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|column| column.get("name"))
        .collect();
    let row: Vec<Value> = flavor
        .inputs
        .as_array()
        .into_iter()
        .flatten()
        .filter(|column| column.get("name").is_some())
        .map(|column| {
            if column["type"] == "string" {
                json!("")
            } else {
                json!(0)
            }
        })
        .collect();
    json!({"columns": columns, "data": [row]}).to_string()
}
