//! The description of a model, `MLmodel`. Source: MLflow, `mlflow.models.Model.to_dict`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::schema::{Field, FieldGroup, fields};

/// What `MLmodel` says of a model.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ModelCard {
    /// Ways to load it.
    pub flavors: Vec<Flavor>,
    /// Inputs, outputs and params with their types; empty where it has no signature.
    pub signature: Vec<FieldGroup>,
    /// What else it says: the run, its id, sizes, versions, in reading order.
    pub facts: Vec<(String, String)>,
    /// The run that logged it.
    pub run_id: Option<String>,
    /// Its id, since MLflow 3.
    pub model_id: Option<String>,
}

/// A way to load a model.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Flavor {
    /// `python_function`, `sklearn`, ...
    pub name: String,
    /// What it says, in the order of its keys.
    pub facts: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    flavors: BTreeMap<String, Option<BTreeMap<String, Value>>>,
    run_id: Option<String>,
    model_id: Option<String>,
    model_uuid: Option<String>,
    artifact_path: Option<String>,
    mlflow_version: Option<String>,
    utc_time_created: Option<String>,
    model_size_bytes: Option<u64>,
    signature: Option<BTreeMap<String, Option<String>>>,
    saved_input_example_info: Option<BTreeMap<String, Value>>,
    metadata: Option<Value>,
    prompts: Option<Value>,
    resources: Option<Value>,
}

/// Parts of a signature in reading order, with their titles.
const PARTS: [(&str, &str); 3] = [("inputs", "Inputs"), ("outputs", "Outputs"), ("params", "Params")];

impl ModelCard {
    /// Reads it.
    ///
    /// # Errors
    /// Why it is no such file, in a few words.
    pub fn parse(yaml: &str) -> Result<Self, String> {
        let wire: Wire = serde_saphyr::from_str(yaml).map_err(|error| first_line(&error.to_string()))?;
        if wire.flavors.is_empty() {
            return Err("it names no flavor".to_owned());
        }
        let mut card = Self {
            flavors: wire.flavors.iter().map(flavor).collect(),
            signature: wire.signature.as_ref().map(signature).unwrap_or_default(),
            facts: Vec::new(),
            run_id: wire.run_id.clone().filter(|id| !id.is_empty()),
            model_id: wire.model_id.clone().filter(|id| !id.is_empty()),
        };
        card.facts = facts(wire);
        Ok(card)
    }
}

fn facts(wire: Wire) -> Vec<(String, String)> {
    let size = wire.model_size_bytes.map(flowdeck_client::format::size);
    let example = wire.saved_input_example_info.and_then(|example| {
        let text = |key: &str| example.get(key).and_then(Value::as_str).map(str::to_owned);
        text("artifact_path")
    });
    let facts = [
        ("Run ID", wire.run_id),
        ("Model ID", wire.model_id),
        ("Model UUID", wire.model_uuid),
        ("Artifact path", wire.artifact_path),
        ("Created", wire.utc_time_created.map(|at| format!("{at} UTC"))),
        ("MLflow", wire.mlflow_version),
        ("Size", size),
        ("Input example", example),
        ("Metadata", wire.metadata.and_then(set)),
        ("Prompts", wire.prompts.and_then(set)),
        ("Resources", wire.resources.and_then(set)),
    ];
    let told = facts.into_iter().filter_map(|(label, text)| {
        let text = text.filter(|text| !text.is_empty())?;
        Some((label.to_owned(), text))
    });
    told.collect()
}

fn set(value: Value) -> Option<String> {
    (!value.is_null()).then(|| written(&value))
}

fn flavor((name, keys): (&String, &Option<BTreeMap<String, Value>>)) -> Flavor {
    let facts = keys
        .iter()
        .flatten()
        .map(|(key, value)| (key.clone(), written(value)));
    Flavor {
        name: name.clone(),
        facts: facts.collect(),
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn signature(parts: &BTreeMap<String, Option<String>>) -> Vec<FieldGroup> {
    let told = PARTS.iter().filter_map(|(key, title)| {
        let json = parts.get(*key)?.as_deref()?;
        let as_written = || {
            vec![Field {
                kind: json.to_owned(),
                ..Field::default()
            }]
        };
        Some(FieldGroup {
            title: (*title).to_owned(),
            fields: fields(json).unwrap_or_else(as_written),
        })
    });
    told.collect()
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
