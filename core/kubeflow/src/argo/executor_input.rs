//! What a driver worked out for its task: it stands in the patch of the pod that it made.

use std::collections::BTreeMap;

use flowdeck_domain::pipelines::{ArtifactKind, Parameters, PipelineArtifact, TaskArtifact, TaskValues};
use serde::Deserialize;
use serde_json::Value;

#[derive(Default, Deserialize)]
#[serde(default)]
struct PodPatch {
    containers: Vec<ContainerPatch>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ContainerPatch {
    command: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ExecutorInput {
    inputs: Side,
    outputs: Side,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Side {
    parameter_values: BTreeMap<String, Value>,
    artifacts: BTreeMap<String, ArtifactList>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ArtifactList {
    artifacts: Vec<ArtifactWire>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ArtifactWire {
    name: String,
    #[serde(rename = "type")]
    kind: KindWire,
    uri: Option<String>,
    metadata: Parameters,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct KindWire {
    schema_title: String,
}

/// Inputs and outputs as the driver worked them out; nothing where the patch holds none.
pub(super) fn read(patch: &str) -> (TaskValues, TaskValues) {
    let input = serde_json::from_str::<PodPatch>(patch).ok().and_then(|patch| {
        let command = patch.containers.into_iter().next()?.command;
        let at = command.iter().position(|word| word == "--executor_input")?;
        serde_json::from_str::<ExecutorInput>(command.get(at + 1)?).ok()
    });
    let input = input.unwrap_or_default();
    (values(input.inputs), values(input.outputs))
}

fn values(side: Side) -> TaskValues {
    let artifacts = side.artifacts.into_iter().flat_map(|(key, list)| {
        list.artifacts.into_iter().map(move |wire| TaskArtifact {
            key: key.clone(),
            artifact: artifact(wire),
        })
    });
    TaskValues {
        parameters: side.parameter_values,
        artifacts: artifacts.collect(),
    }
}

fn artifact(wire: ArtifactWire) -> PipelineArtifact {
    PipelineArtifact {
        id: None,
        name: wire.name,
        description: String::new(),
        kind: ArtifactKind::from_word(&wire.kind.schema_title),
        uri: wire.uri,
        metadata: wire.metadata,
        number: None,
        created_at: None,
        namespace: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_and_outputs_stand_in_the_patch_of_the_pod() {
        let input = r#"{"inputs":{"parameterValues":{"rows":5}},"outputs":{"artifacts":{"model":{"artifacts":[{"name":"model","type":{"schemaTitle":"system.Model"},"uri":"s3://b/k"}]}}}}"#;
        let patch =
            serde_json::json!({"containers": [{"command": ["launcher", "--executor_input", input, "--"]}]});
        let (inputs, outputs) = read(&patch.to_string());
        assert_eq!(inputs.parameters["rows"], serde_json::json!(5));
        assert_eq!(outputs.artifacts[0].artifact.kind, ArtifactKind::Model);
        assert_eq!(read(""), (TaskValues::default(), TaskValues::default()));
    }
}
