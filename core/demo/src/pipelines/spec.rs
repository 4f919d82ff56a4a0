//! Compiled pipelines: what is read of them, and what is refused in the server's words.

use serde_json::{Map, Value};

use super::refusal::Refusal;

/// A compiled pipeline.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spec {
    /// The pipeline itself.
    pub(super) pipeline: Value,
    /// What the second document says of platforms.
    pub(super) platform: Option<Value>,
}

/// The only version of the format that the server runs.
const SCHEMA_VERSION: &str = "2.1.0";

impl Spec {
    /// Reads one or two documents of YAML.
    ///
    /// # Errors
    /// A sentence of the server.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let documents: Vec<Value> = serde_saphyr::from_multiple(text).map_err(|error| {
            let line = error.location().map_or(1, |place| place.line());
            format!(
                "failed to parse pipeline spec YAML: yaml: line {line}: did not find expected node content"
            )
        })?;
        let documents: Vec<Value> = documents
            .into_iter()
            .filter(|document| !document.is_null())
            .collect();
        if !documents.iter().any(is_pipeline) {
            return Err("unknown template format".to_owned());
        }
        Self::of_documents(documents)
    }

    /// A spec that came as JSON, in either of the shapes that it has in the API.
    pub(super) fn of_json(json: &Value) -> Result<Self, String> {
        if json["pipeline_spec"].is_object() {
            return Self::of_documents(vec![json["pipeline_spec"].clone(), json["platform_spec"].clone()]);
        }
        if !is_pipeline(json) {
            return Err("unknown template format".to_owned());
        }
        Self::of_documents(vec![json.clone()])
    }

    fn of_documents(documents: Vec<Value>) -> Result<Self, String> {
        let (mut pipeline, mut platform) = (None, None);
        for document in documents {
            if is_pipeline(&document) {
                if pipeline.replace(document).is_some() {
                    return Err("multiple pipeline specs provided".to_owned());
                }
            } else if document["platforms"]["kubernetes"].is_object() && platform.replace(document).is_some()
            {
                return Err("multiple platform specs provided".to_owned());
            }
        }
        let pipeline = pipeline.ok_or("no pipeline spec is provided")?;
        checked(&pipeline)?;
        Ok(Self { pipeline, platform })
    }

    /// As the API gives it back.
    pub(super) fn json(&self) -> Value {
        match &self.platform {
            None => self.pipeline.clone(),
            Some(platform) => {
                serde_json::json!({ "pipeline_spec": self.pipeline, "platform_spec": platform })
            }
        }
    }

    /// The pipeline's own name, which workflows are named after.
    pub(super) fn name(&self) -> &str {
        self.pipeline["pipelineInfo"]["name"]
            .as_str()
            .unwrap_or("pipeline")
    }

    pub(super) fn component(&self, name: &str) -> &Value {
        if name == "root" {
            &self.pipeline["root"]
        } else {
            &self.pipeline["components"][name]
        }
    }

    pub(super) fn executor(&self, component: &Value) -> &Value {
        let label = component["executorLabel"].as_str().unwrap_or_default();
        &self.pipeline["deploymentSpec"]["executors"][label]
    }

    /// Inputs of the whole pipeline: what was given, else what the pipeline says.
    pub(super) fn inputs(&self, given: &Map<String, Value>) -> Map<String, Value> {
        let mut inputs = Map::new();
        for (name, parameter) in self.parameters().into_iter().flatten() {
            match given.get(name).or_else(|| parameter.get("defaultValue")) {
                Some(value) => inputs.insert(name.clone(), value.clone()),
                None => None,
            };
        }
        inputs
    }

    fn parameters(&self) -> Option<&Map<String, Value>> {
        self.pipeline["root"]["inputDefinitions"]["parameters"].as_object()
    }

    /// Refuses values that the pipeline does not take.
    ///
    /// Source: the server's `validatePipelineJobInputs`; a fraction passes for an integer there.
    pub(super) fn check_values(&self, given: &Map<String, Value>) -> Result<(), Refusal> {
        for (name, parameter) in self.parameters().into_iter().flatten() {
            let Some(value) = given.get(name) else {
                let is_optional = parameter["isOptional"] == true || !parameter["defaultValue"].is_null();
                if !is_optional {
                    return Err(Refusal::invalid(format!(
                        "parameter {name} is not optional, yet has neither default value nor user provided value"
                    )));
                }
                continue;
            };
            check_value(
                name,
                parameter["parameterType"].as_str().unwrap_or_default(),
                value,
            )?;
        }
        let known = self.parameters();
        let strange: Vec<&str> = given
            .keys()
            .filter(|name| known.is_none_or(|known| !known.contains_key(*name)))
            .map(String::as_str)
            .collect();
        if strange.is_empty() {
            return Ok(());
        }
        Err(Refusal::invalid(format!(
            "parameter(s) provided are not required by pipeline: {}",
            strange.join(", ")
        )))
    }
}

fn check_value(name: &str, kind: &str, value: &Value) -> Result<(), Refusal> {
    let (fits, wanted, word) = match kind {
        "NUMBER_DOUBLE" | "NUMBER_INTEGER" => {
            if value.is_number() {
                return Ok(());
            }
            return Err(Refusal::invalid(format!(
                "input parameter {name} requires type double or integer, but the parameter value is not of number value type"
            )));
        }
        "STRING" => (value.is_string(), "string", "string"),
        "BOOLEAN" => (value.is_boolean(), "bool", "bool"),
        "LIST" => (value.is_array(), "list", "list"),
        "STRUCT" => (value.is_object(), "struct", "struct"),
        "TASK_FINAL_STATUS" => {
            return Err(Refusal::invalid(format!(
                "input parameter {name} requires type TASK_FINAL_STATUS, which is invalid for root component"
            )));
        }
        _ => {
            return Err(Refusal::invalid(format!(
                "input parameter {name} requires type unknown"
            )));
        }
    };
    if fits {
        return Ok(());
    }
    Err(Refusal::invalid(format!(
        "input parameter {name} requires type {wanted}, but the input parameter is not of {word} value type"
    )))
}

fn is_pipeline(document: &Value) -> bool {
    document["pipelineInfo"].is_object() || document["schemaVersion"].is_string()
}

fn checked(pipeline: &Value) -> Result<(), String> {
    let version = pipeline["schemaVersion"].as_str().unwrap_or_default();
    let name = pipeline["pipelineInfo"]["name"].as_str().unwrap_or_default();
    if version != SCHEMA_VERSION {
        return Err(format!(
            "KFP only supports schema version {SCHEMA_VERSION}, but the pipeline spec has version {version}"
        ));
    }
    if name.is_empty() {
        return Err("invalid v2 pipeline spec: name is empty".to_owned());
    }
    if !name.contains(|letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit()) {
        return Err("invalid v2 pipeline spec: name should consist of lower case alphanumeric characters, '-' or '.', \
                    and must start and end with an alphanumeric character"
            .to_owned());
    }
    if !pipeline["root"].is_object() {
        return Err("invalid v2 pipeline spec: root component is empty".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_pipeline_is_refused_in_the_words_of_the_server() {
        let flow = "schemaVersion: 2.1.0\npipelineInfo: {name: flow}\nroot: {dag: {tasks: {}}}\n";
        assert_eq!(Spec::read(flow).unwrap().name(), "flow");
        for (text, words) in [
            ("kind: ConfigMap\n", "unknown template format"),
            (
                "this is not a pipeline: [\n",
                "failed to parse pipeline spec YAML: yaml: line 1: did not find expected node content",
            ),
            (
                "schemaVersion: 2.0.0\npipelineInfo: {name: flow}\n",
                "KFP only supports schema version 2.1.0, but the pipeline spec has version 2.0.0",
            ),
            (
                "schemaVersion: 2.1.0\npipelineInfo: {name: flow}\n",
                "invalid v2 pipeline spec: root component is empty",
            ),
            (&format!("{flow}---\n{flow}"), "multiple pipeline specs provided"),
        ] {
            let found = Spec::read(text).unwrap_err();
            assert_eq!(found, words, "{text}");
        }
    }

    #[test]
    fn a_second_document_is_kept_beside_the_pipeline() {
        let text = "schemaVersion: 2.1.0\npipelineInfo: {name: flow}\nroot: {dag: {tasks: {}}}\n---\nplatforms: {kubernetes: {}}\n";
        let spec = Spec::read(text).unwrap();
        assert!(spec.json()["platform_spec"].is_object());
        assert_eq!(Spec::of_json(&spec.json()).unwrap(), spec);
    }
}
