//! What a pipeline does, in each of the three shapes that servers send.
//!
//! - the spec itself, as the compiler of Kubeflow Pipelines 2 writes it;
//! - that and what it says of platforms, where the file held two documents;
//! - an Argo Workflow, as Kubeflow Pipelines 1 compiled them.

use flowdeck_domain::pipelines::{InputKind, PipelineInput, PipelineSpec, SpecTask, TaskKind};
use serde_json::{Map, Value};

/// How deep DAGs may stand in each other before a spec is taken for one that holds itself.
const DEPTH: usize = 32;

/// Reads a spec; what it does not say is left empty.
pub fn read_spec(document: Value) -> PipelineSpec {
    let ir = document
        .get("pipeline_spec")
        .or_else(|| document.get("pipelineSpec"))
        .unwrap_or(&document);
    let mut spec = if ir["kind"] == "Workflow" {
        of_workflow(ir)
    } else {
        of_ir(ir)
    };
    spec.document = document;
    spec
}

fn of_ir(ir: &Value) -> PipelineSpec {
    let info = &ir["pipelineInfo"];
    let name = string(&info["displayName"]).or_else(|| string(&info["name"]));
    PipelineSpec {
        name: name.unwrap_or_default(),
        description: string(&info["description"]).unwrap_or_default(),
        inputs: entries(&ir["root"]["inputDefinitions"]["parameters"])
            .map(input)
            .collect(),
        tasks: tasks(ir, &ir["root"], DEPTH),
        sdk_version: string(&ir["sdkVersion"]),
        is_workflow: false,
        document: Value::Null,
    }
}

fn input((name, wire): (&String, &Value)) -> PipelineInput {
    let kind = InputKind::from_word(wire["parameterType"].as_str().unwrap_or_default());
    PipelineInput {
        name: name.clone(),
        kind,
        default: wire
            .get("defaultValue")
            .filter(|value| !value.is_null())
            .map(|value| whole(kind, value)),
        is_optional: wire["isOptional"] == true,
        description: string(&wire["description"]).unwrap_or_default(),
        choices: wire["literals"].as_array().cloned().unwrap_or_default(),
    }
}

/// A spec has doubles alone: `9.0` is an integer's 9.
fn whole(kind: InputKind, value: &Value) -> Value {
    match (kind, value.as_f64()) {
        (InputKind::Integer, Some(number)) if number.fract() == 0.0 && number.abs() < 9.1e15 => {
            Value::from(number as i64)
        }
        _ => value.clone(),
    }
}

fn tasks(ir: &Value, component: &Value, depth: usize) -> Vec<SpecTask> {
    if depth == 0 {
        return Vec::new();
    }
    entries(&component["dag"]["tasks"])
        .map(|(name, wire)| task(ir, name, wire, depth))
        .collect()
}

fn task(ir: &Value, name: &str, wire: &Value, depth: usize) -> SpecTask {
    let component = wire["componentRef"]["name"]
        .as_str()
        .map_or(&Value::Null, |component| &ir["components"][component]);
    let executor = component["executorLabel"]
        .as_str()
        .map_or(&Value::Null, |label| &ir["deploymentSpec"]["executors"][label]);
    let policy = &wire["triggerPolicy"];
    SpecTask {
        name: name.to_owned(),
        display_name: string(&wire["taskInfo"]["name"]).filter(|shown| shown != name),
        kind: Some(kind(name, wire, component, executor)),
        depends_on: depends_on(wire),
        condition: string(&policy["condition"]),
        is_exit_task: policy["strategy"] == "ALL_UPSTREAM_TASKS_COMPLETED",
        max_retries: wire["retryPolicy"]["maxRetryCount"]
            .as_f64()
            .map_or(0, |count| count.clamp(0.0, f64::from(u32::MAX)) as u32),
        image: string(&executor["container"]["image"]),
        tasks: tasks(ir, component, depth - 1),
    }
}

fn kind(name: &str, wire: &Value, component: &Value, executor: &Value) -> TaskKind {
    if !component["dag"].is_object() {
        return if executor["importer"].is_object() {
            TaskKind::Importer
        } else {
            TaskKind::Runtime
        };
    }
    if wire["parameterIterator"].is_object() || wire["artifactIterator"].is_object() {
        TaskKind::Loop
    } else if name.starts_with("condition-branches-") {
        TaskKind::ConditionBranch
    } else if wire["triggerPolicy"]["condition"].is_string() {
        TaskKind::Condition
    } else if name.starts_with("exit-handler-") {
        TaskKind::ExitHandler
    } else {
        TaskKind::Dag
    }
}

/// What a task names, and what it takes something from; each once.
fn depends_on(wire: &Value) -> Vec<String> {
    let named = wire["dependentTasks"].as_array().into_iter().flatten();
    let mut names: Vec<String> = named.filter_map(string).collect();
    for (side, output) in [
        ("parameters", "taskOutputParameter"),
        ("artifacts", "taskOutputArtifact"),
    ] {
        for (_, value) in entries(&wire["inputs"][side]) {
            names.extend(string(&value[output]["producerTask"]));
        }
    }
    names.sort();
    names.dedup();
    names
}

fn of_workflow(workflow: &Value) -> PipelineSpec {
    let metadata = &workflow["metadata"];
    // The first compiler wrote names, types and defaults of the inputs here; the manifest alone knows text.
    let told = metadata["annotations"]["pipelines.kubeflow.org/pipeline_spec"].as_str();
    let told: Value = told
        .and_then(|json| serde_json::from_str(json).ok())
        .unwrap_or_default();
    let name = string(&told["name"]).or_else(|| string(&metadata["name"]));
    let name =
        name.or_else(|| string(&metadata["generateName"]).map(|name| name.trim_end_matches('-').to_owned()));
    let arguments = workflow["spec"]["arguments"]["parameters"].as_array();
    let inputs = arguments.into_iter().flatten().map(|argument| {
        let name = string(&argument["name"]).unwrap_or_default();
        let said = told["inputs"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|input| input["name"] == name.as_str());
        let said = said.unwrap_or(&Value::Null);
        PipelineInput {
            kind: InputKind::String,
            default: argument.get("value").or_else(|| said.get("default")).cloned(),
            is_optional: said["optional"] == true,
            description: string(&said["description"]).unwrap_or_default(),
            choices: Vec::new(),
            name,
        }
    });
    PipelineSpec {
        name: name.unwrap_or_default(),
        description: string(&told["description"]).unwrap_or_default(),
        inputs: inputs.collect(),
        tasks: Vec::new(),
        sdk_version: string(&metadata["annotations"]["pipelines.kubeflow.org/kfp_sdk_version"])
            .map(|version| format!("kfp-{version}")),
        is_workflow: true,
        document: Value::Null,
    }
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn string(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ir() -> Value {
        json!({
            "pipelineInfo": {"name": "churn"},
            "sdkVersion": "kfp-2.17.0",
            "root": {
                "inputDefinitions": {"parameters": {
                    "rows": {"parameterType": "NUMBER_INTEGER", "defaultValue": 9.0},
                    "mode": {"parameterType": "STRING", "literals": ["fast", "exact"]},
                    "status": {"parameterType": "TASK_FINAL_STATUS"},
                }},
                "dag": {"tasks": {
                    "for-loop-1": {"componentRef": {"name": "comp-loop"}, "parameterIterator": {}, "dependentTasks": ["a"]},
                    "a": {"componentRef": {"name": "comp-a"}, "retryPolicy": {"maxRetryCount": 2}},
                    "exit": {"componentRef": {"name": "comp-a"}, "dependentTasks": ["for-loop-1"],
                        "triggerPolicy": {"strategy": "ALL_UPSTREAM_TASKS_COMPLETED"}},
                }},
            },
            "components": {
                "comp-a": {"executorLabel": "exec-a"},
                "comp-loop": {"dag": {"tasks": {"again": {"componentRef": {"name": "comp-loop"}}}}},
            },
            "deploymentSpec": {"executors": {"exec-a": {"container": {"image": "python:3.11"}}}},
        })
    }

    #[test]
    fn a_spec_has_three_shapes() {
        let plain = read_spec(ir());
        let two = read_spec(json!({"pipeline_spec": ir(), "platform_spec": {"platforms": {}}}));
        assert_eq!(
            (&plain.name, &plain.inputs, &plain.tasks),
            (&two.name, &two.inputs, &two.tasks)
        );
        assert!(
            two.document["platform_spec"].is_object(),
            "the second document is kept"
        );
        let workflow = read_spec(json!({
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow",
            "metadata": {"generateName": "old-", "annotations": {
                "pipelines.kubeflow.org/pipeline_spec": "{\"name\": \"Old one\", \"inputs\": [{\"name\": \"n\", \"optional\": true}]}"}},
            "spec": {"arguments": {"parameters": [{"name": "n", "value": "3"}]}},
        }));
        assert!(workflow.is_workflow);
        assert_eq!(
            (workflow.name.as_str(), workflow.inputs[0].is_optional),
            ("Old one", true)
        );
    }

    #[test]
    fn an_integer_that_is_written_as_a_double_is_one() {
        let spec = read_spec(ir());
        assert_eq!(spec.input("rows").unwrap().default, Some(json!(9)));
        assert_eq!(
            spec.input("mode").unwrap().choices,
            [json!("fast"), json!("exact")]
        );
        assert_eq!(spec.form().count(), 2, "nobody gives a status");
    }

    #[test]
    fn a_component_that_holds_itself_ends_somewhere() {
        let spec = read_spec(ir());
        let task = |name: &str| spec.tasks.iter().find(|task| task.name == name).unwrap();
        assert_eq!(task("for-loop-1").kind, Some(TaskKind::Loop));
        assert_eq!(task("a").max_retries, 2);
        assert_eq!(task("a").image.as_deref(), Some("python:3.11"));
        assert!(task("exit").is_exit_task);
        assert_eq!(read_spec(json!("no spec")).name, "");
    }
}
