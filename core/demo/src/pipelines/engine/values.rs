//! What a step is given and what it makes.

use serde_json::{Map, Value, json};

use crate::pipelines::condition;
use crate::pipelines::spec::Spec;
use crate::random::Random;

/// Parameters and artifacts by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    pub(super) parameters: Map<String, Value>,
    /// Each a list, as an executor's input spells it: `{artifacts: [{name, type, uri}]}`.
    pub(super) artifacts: Map<String, Value>,
}

/// What is known where a task is: the inputs of the DAG around it and what the tasks beside it made.
pub(super) struct Known<'a> {
    pub(super) inputs: &'a Values,
    pub(super) made: &'a std::collections::BTreeMap<String, Values>,
}

impl Known<'_> {
    /// The inputs of a task.
    pub(super) fn inputs_of(&self, task: &Value, component: &Value) -> Values {
        let mut values = Values::default();
        for (name, source) in task["inputs"]["parameters"].as_object().into_iter().flatten() {
            if let Some(value) = self.parameter(source) {
                values.parameters.insert(name.clone(), value);
            }
        }
        for (name, parameter) in component["inputDefinitions"]["parameters"]
            .as_object()
            .into_iter()
            .flatten()
        {
            if let (Some(value), false) = (
                parameter.get("defaultValue"),
                values.parameters.contains_key(name),
            ) {
                values.parameters.insert(name.clone(), value.clone());
            }
        }
        for (name, source) in task["inputs"]["artifacts"].as_object().into_iter().flatten() {
            if let Some(artifact) = self.artifact(source) {
                values.artifacts.insert(name.clone(), artifact);
            }
        }
        values
    }

    fn parameter(&self, source: &Value) -> Option<Value> {
        if let Some(name) = source["componentInputParameter"].as_str() {
            let value = self.inputs.parameters.get(name)?;
            return Some(selected(value, source));
        }
        if let Some(from) = source["taskOutputParameter"].as_object() {
            let made = self.made.get(from["producerTask"].as_str()?)?;
            let value = made.parameters.get(from["outputParameterKey"].as_str()?)?;
            return Some(selected(value, source));
        }
        if source["taskFinalStatus"].is_object() {
            return Some(
                json!({ "state": "SUCCEEDED", "pipelineTaskName": source["taskFinalStatus"]["producerTask"] }),
            );
        }
        let constant = source["runtimeValue"].get("constant")?;
        Some(match constant.as_str() {
            Some(text) => self.filled_in(text).into(),
            None => constant.clone(),
        })
    }

    /// A text with the inputs that it names: `{{$.inputs.parameters['rows']}}`.
    fn filled_in(&self, text: &str) -> String {
        let mut filled = text.to_owned();
        for (name, value) in &self.inputs.parameters {
            let named = format!("{{{{$.inputs.parameters['{name}']}}}}");
            if filled.contains(&named) {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                filled = filled.replace(&named, &value);
            }
        }
        filled
    }

    fn artifact(&self, source: &Value) -> Option<Value> {
        if let Some(name) = source["componentInputArtifact"].as_str() {
            return self.inputs.artifacts.get(name).cloned();
        }
        let from = source["taskOutputArtifact"].as_object()?;
        let made = self.made.get(from["producerTask"].as_str()?)?;
        made.artifacts.get(from["outputArtifactKey"].as_str()?).cloned()
    }
}

/// A part of a loop's item: `parseJson(string_value)["lr"]`.
fn selected(value: &Value, source: &Value) -> Value {
    let Some(selector) = source["parameterExpressionSelector"].as_str() else {
        return value.clone();
    };
    let key = selector.split(['"', '\'']).nth(1).unwrap_or_default();
    let parsed = match value {
        Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
        other => other.clone(),
    };
    parsed.get(key).cloned().unwrap_or_else(|| value.clone())
}

/// Every condition of a pipeline.
pub(super) fn conditions(spec: &Spec) -> Vec<String> {
    let mut found = Vec::new();
    let components = spec.pipeline["components"].as_object().into_iter().flatten();
    let all = components
        .map(|(_, component)| component)
        .chain([&spec.pipeline["root"]]);
    for component in all {
        for (_, task) in component["dag"]["tasks"].as_object().into_iter().flatten() {
            if let Some(condition) = task["triggerPolicy"]["condition"].as_str() {
                found.push(condition.to_owned());
            }
        }
    }
    found
}

/// What a step makes where nothing is said: numbers as a model has them, and texts that a condition asks for.
pub(super) fn made_up(
    (task, key): (&str, &str),
    kind: &str,
    inputs: &Values,
    conditions: &[String],
    random: &mut Random,
) -> Value {
    let count = inputs
        .parameters
        .values()
        .find_map(|value| value.as_f64().filter(|n| n.fract() == 0.0));
    match kind {
        "NUMBER_INTEGER" => json!(count.map_or_else(|| 100 + random.below(900) as i64, |count| count as i64)),
        "NUMBER_DOUBLE" => json!((random.between(0.81, 0.96) * 1e4).round() / 1e4),
        "BOOLEAN" => json!(true),
        "LIST" => {
            let n_items = count.map_or(3, |count| count.clamp(0.0, 64.0) as usize);
            (0..n_items).map(|at| json!(format!("shard-{at}"))).collect()
        }
        "STRUCT" => json!({ "rows": count.map_or(1000, |count| count as i64) }),
        _ => {
            let input = format!("pipelinechannel--{task}-{key}");
            let asked = conditions
                .iter()
                .find_map(|text| condition::compared_with(text, &input));
            json!(asked.unwrap_or_else(|| format!("{task}-{}", random.hex(6))))
        }
    }
}
