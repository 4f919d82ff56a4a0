use serde_json::{Value, json};

use super::super::node::{Millis, Node, Phase, PodPlan, Role};
use super::super::print::{self, Told};
use super::super::script::{self, Fate};
use super::super::values::{self, Values};
use super::{Done, Place, Planner, STARTUP};
use crate::pipelines::ids;

/// How long a step takes where nothing is said, in milliseconds.
const STEP: (f64, f64) = (8_000.0, 32_000.0);

/// How long a step goes before it fails, as a part of what it would take.
const UNTIL_FAILURE: f64 = 0.7;

/// A step to be played.
struct Step<'a> {
    /// The task's name in its DAG.
    name: &'a str,
    task: &'a Value,
    executor: &'a Value,
    /// The whole name of the node around its pods.
    wrapper: String,
    path: String,
    inputs: &'a Values,
    made: Values,
    fate: Option<Fate>,
    lasts: Millis,
}

impl Planner<'_> {
    pub(super) fn container(
        &mut self,
        (name, task, component): (&str, &Value, &Value),
        place: Place<'_>,
        ready: Millis,
        inputs: &Values,
        is_met: bool,
    ) -> Done {
        let spec = self.order.spec;
        let executor = spec.executor(component);
        let path = place.path_of(name);
        let wrapper = place.name(name);
        let made = self.made((name, &path, &wrapper), component, inputs);
        let mut fate = self.fate(&path, executor);
        let driver = place.name(&format!("{name}-driver"));
        if let Some(end) = self.kept_whole(&wrapper) {
            self.copy(&[&driver, &wrapper]);
            return Done {
                at: Some(end),
                phase: Phase::Succeeded,
                made,
            };
        }
        // What failed for a passing reason does not fail again.
        if self.order.earlier.is_some() && matches!(fate, Some(Fate::Flaky(_) | Fate::Evicted | Fate::Driver))
        {
            fate = None;
        }
        let said = self.order.script.durations.get(&path).copied();
        let usual = |planner: &Self| planner.random(&wrapper).between(STEP.0, STEP.1) as Millis;
        let millis = said
            .or_else(|| script::duration_of(executor))
            .unwrap_or_else(|| usual(self));
        let step = Step {
            name,
            task,
            executor,
            path,
            inputs,
            made,
            fate,
            lasts: self.lasting(millis as f64),
            wrapper,
        };
        if executor["importer"].is_object() {
            return self.importer(&step, place, ready);
        }
        self.driven(&step, component, place, (driver, ready), is_met)
    }

    /// What a step makes: what the script says, else what its component declares.
    fn made(&self, (name, path, wrapper): (&str, &str, &str), component: &Value, inputs: &Values) -> Values {
        let mut made = Values::default();
        let mut random = self.random(wrapper).fork(1);
        let outputs = &component["outputDefinitions"];
        for (key, output) in outputs["parameters"].as_object().into_iter().flatten() {
            let said = self.order.script.outputs.get(&format!("{path}.{key}"));
            let kind = output["parameterType"].as_str().unwrap_or_default();
            let value = said
                .cloned()
                .unwrap_or_else(|| values::made_up((name, key), kind, inputs, &self.conditions, &mut random));
            made.parameters.insert(key.clone(), value);
        }
        let (pipeline, run_id) = (self.order.spec.name(), self.order.run_id);
        for (key, output) in outputs["artifacts"].as_object().into_iter().flatten() {
            let place = random.hex(32);
            let artifact = json!({
                "name": key, "type": output["artifactType"],
                "uri": format!("minio://mlpipeline/v2/artifacts/{pipeline}/{run_id}/{name}/{place}/{key}"),
                "metadata": {},
            });
            made.artifacts
                .insert(key.clone(), json!({ "artifacts": [artifact] }));
        }
        made
    }

    fn importer(&mut self, step: &Step<'_>, place: Place<'_>, ready: Millis) -> Done {
        let start = self.from(ready);
        let end = start + self.lasting(6000.0);
        let running_at = start + self.lasting(STARTUP);
        let uri = step.executor["importer"]["artifactUri"]["constant"]
            .as_str()
            .unwrap_or_default();
        let node = Node {
            kind: "Pod",
            start,
            end: Some(end),
            phase: Phase::Succeeded,
            pod: Some(Box::new(PodPlan {
                role: Role::Importer,
                image: "ghcr.io/kubeflow/kfp-launcher:2.17.0".to_owned(),
                resources: Value::Null,
                running_at: Some(running_at),
                fate: None,
                exit_code: 0,
                lines: print::importer(uri, running_at, end),
            })),
            ..self.dag_node(&step.wrapper, place.boundary, "system-importer", start)
        };
        self.plan.put(node);
        Done {
            at: Some(end),
            phase: Phase::Succeeded,
            made: step.made.clone(),
        }
    }

    fn driven(
        &mut self,
        step: &Step<'_>,
        component: &Value,
        place: Place<'_>,
        (driver, ready): (String, Millis),
        is_met: bool,
    ) -> Done {
        let template = self.template_of(component, step.task);
        let mark = self.mark(step, component);
        let begins = match self.kept_whole(&driver) {
            Some(end) => {
                self.copy(&[&driver]);
                end
            }
            None => {
                let mut node = self.driver(
                    &driver,
                    place.boundary,
                    "system-container-driver",
                    ready,
                    Vec::new(),
                );
                if step.fate == Some(Fate::Driver) {
                    return self.driver_failed(step, place, node, &template);
                }
                let start = node.start;
                let is_cached = is_met && self.is_cached(step, mark, start);
                node.outputs = vec![
                    ("pod-spec-patch", self.patch(step, component)),
                    ("cached-decision", is_cached.to_string()),
                    ("condition", is_met.to_string()),
                ];
                let end = node.end.unwrap_or(start);
                self.plan.put(node);
                end
            }
        };
        let is_cached = self.plan.node_mut(&driver).is_some_and(|node| {
            node.children = vec![step.wrapper.clone()];
            node.outputs
                .iter()
                .any(|(name, value)| *name == "cached-decision" && value == "true")
        });
        if !is_met {
            let message = "when 'false != false' evaluated false";
            let node = self.skipped(
                &step.wrapper,
                place.boundary,
                &template,
                begins,
                Phase::Skipped,
                message,
            );
            self.plan.put(node);
            return Done::of(Some(begins), Phase::Skipped);
        }
        let wrapper = self.dag_node(&step.wrapper, place.boundary, &template, begins);
        self.plan.put(wrapper);
        let mut done = if is_cached {
            self.cached(step, begins)
        } else {
            self.tries(step, begins)
        };
        self.finish(&step.wrapper, &done);
        if done.phase == Phase::Succeeded {
            if let Some(at) = done.at.filter(|_| !is_cached) {
                self.learned.push((mark, at));
            }
            done.made = step.made.clone();
        }
        done
    }

    fn driver_failed(&mut self, step: &Step<'_>, place: Place<'_>, mut node: Node, template: &str) -> Done {
        let end = node.end.unwrap_or(node.start);
        node.phase = Phase::Failed;
        "main: Error (exit code 1)".clone_into(&mut node.message);
        node.children = vec![step.wrapper.clone()];
        if let Some(pod) = &mut node.pod {
            pod.exit_code = 1;
            pod.fate = Some(Fate::Exit(1));
            pod.lines = print::failed_driver(step.name, pod.running_at.unwrap_or(end), end);
        }
        self.plan.put(node);
        let message = "omitted: depends condition not met";
        let node = self.skipped(
            &step.wrapper,
            place.boundary,
            template,
            end,
            Phase::Omitted,
            message,
        );
        self.plan.put(node);
        Done::of(Some(end), Phase::Failed)
    }

    /// What a step is known by in the cache: what it does and what it was given.
    fn mark(&self, step: &Step<'_>, component: &Value) -> u64 {
        let what = json!([
            component,
            step.executor,
            step.inputs.parameters,
            step.inputs.artifacts
        ]);
        ids::hash(&[self.order.spec.name(), &what.to_string()])
    }

    fn is_cached(&self, step: &Step<'_>, mark: u64, at: Millis) -> bool {
        if self.order.script.cached.contains(&step.path) {
            return true;
        }
        let is_wanted = step.task["cachingOptions"]["enableCache"] == true && step.fate.is_none();
        is_wanted && self.order.cache.get(&mark).is_some_and(|since| *since <= at)
    }

    fn cached(&mut self, step: &Step<'_>, at: Millis) -> Done {
        let name = format!("{}.executor", step.wrapper);
        let template = impl_template(n_tries(step));
        let message = "when 'true != true' evaluated false";
        let node = self.skipped(&name, &step.wrapper, template, at, Phase::Skipped, message);
        self.plan.put(node);
        self.give_child(&step.wrapper, &name);
        Done::of(Some(at), Phase::Succeeded)
    }

    /// The pods of a step: one, or one for each try.
    fn tries(&mut self, step: &Step<'_>, ready: Millis) -> Done {
        let most = n_tries(step);
        let executor = format!("{}.executor", step.wrapper);
        self.give_child(&step.wrapper, &executor);
        let ready = self.from(ready);
        if most == 1 {
            let (node, done) = self.attempt(step, &executor, ready, (0, 1));
            self.plan.put(node);
            return done;
        }
        let mut retry = self.dag_node(&executor, &step.wrapper, impl_template(most), ready);
        retry.kind = "Retry";
        self.plan.put(retry);
        let mut from = ready;
        let mut last = Done::of(Some(ready), Phase::Failed);
        for number in 0..most {
            let name = format!("{executor}({number})");
            let (node, done) = self.attempt(step, &name, from, (number, most));
            self.plan.put(node);
            self.give_child(&executor, &name);
            last = done;
            let Some(at) = last.at.filter(|_| last.phase != Phase::Succeeded) else {
                break;
            };
            from = at + self.lasting(backoff(step.task, number));
        }
        self.finish(&executor, &last);
        let has_failed = last.phase != Phase::Succeeded && last.at.is_some();
        if let Some(node) = self.plan.node_mut(&executor).filter(|_| has_failed) {
            "No more retries left".clone_into(&mut node.message);
        }
        last
    }

    /// One pod of a step: which try of how many.
    fn attempt(
        &self,
        step: &Step<'_>,
        name: &str,
        start: Millis,
        (number, most): (u32, u32),
    ) -> (Node, Done) {
        let fate = match &step.fate {
            Some(Fate::Flaky(n_failing)) if number >= *n_failing => None,
            Some(Fate::Flaky(_)) => Some(Fate::Exit(1)),
            other => other.clone(),
        };
        let waits = matches!(fate, Some(Fate::Unschedulable | Fate::ImagePull));
        let running_at = (!waits).then(|| start + self.lasting(STARTUP));
        let part = if fate.is_some() { UNTIL_FAILURE } else { 1.0 };
        let end = running_at.map(|running| running + (step.lasts as f64 * part) as Millis);
        let image = step.executor["container"]["image"].as_str().unwrap_or_default();
        let (phase, exit_code, message) = told_by_argo(fate.as_ref(), image);
        let told = Told {
            task: step.name,
            run_id: self.order.run_id,
            inputs: &step.inputs.parameters,
            made: &step.made.parameters,
            fate: fate.as_ref(),
        };
        let lines = running_at.zip(end).map_or_else(Vec::new, |(from, to)| {
            print::executor(&told, from, to, self.random(name))
        });
        let outputs = match end {
            Some(_) => vec![("exitCode", exit_code.to_string())],
            None => Vec::new(),
        };
        let node = Node {
            kind: "Pod",
            start,
            end,
            phase,
            message,
            outputs,
            pod: Some(Box::new(PodPlan {
                role: Role::Executor,
                image: image.to_owned(),
                resources: step.executor["container"]["resources"].clone(),
                running_at,
                fate,
                exit_code,
                lines,
            })),
            ..self.dag_node("", &step.wrapper, impl_template(most), start)
        };
        let node = Node {
            name: name.to_owned(),
            start,
            ..node
        };
        let done = Done::of(
            end,
            if phase == Phase::Succeeded {
                phase
            } else {
                Phase::Failed
            },
        );
        (node, done)
    }

    fn give_child(&mut self, of: &str, child: &str) {
        if let Some(node) = self.plan.node_mut(of) {
            node.children.insert(0, child.to_owned());
            node.children.sort();
        }
    }

    /// What a driver adds to the pod: the command with the inputs and where the outputs go.
    fn patch(&self, step: &Step<'_>, component: &Value) -> String {
        let outputs: serde_json::Map<String, Value> = step.made.artifacts.clone();
        let input = json!({
            "inputs": { "parameterValues": step.inputs.parameters, "artifacts": step.inputs.artifacts },
            "outputs": {
                "parameters": step.made.parameters.keys()
                    .map(|key| (key.clone(), json!({ "outputFile": format!("/tmp/kfp/outputs/{key}") })))
                    .collect::<serde_json::Map<_, _>>(),
                "artifacts": outputs,
                "outputFile": "/tmp/kfp_outputs/output_metadata.json",
            },
        });
        let container = &step.executor["container"];
        let command = json!([
            "/kfp-launcher/launch",
            "--pipeline_name",
            self.order.spec.name(),
            "--run_id",
            self.order.run_id,
            "--executor_input",
            input.to_string(),
            "--component_spec",
            component.to_string(),
            "--pod_name",
            "$(KFP_POD_NAME)",
            "--pod_uid",
            "$(KFP_POD_UID)",
            "--",
        ]);
        json!({ "containers": [{
            "name": "main", "image": container["image"], "command": command, "resources": {},
        }] })
        .to_string()
    }
}

fn impl_template(most: u32) -> &'static str {
    if most > 1 {
        "retry-system-container-impl"
    } else {
        "system-container-impl"
    }
}

fn n_tries(step: &Step<'_>) -> u32 {
    let retries = step.task["retryPolicy"]["maxRetryCount"]
        .as_u64()
        .unwrap_or_default();
    u32::try_from(retries)
        .unwrap_or_default()
        .saturating_add(1)
        .min(20)
}

/// Milliseconds between two tries, as the retry policy says.
fn backoff(task: &Value, number: u32) -> f64 {
    let seconds = |key: &str| {
        let text = task["retryPolicy"][key].as_str()?;
        text.trim_end_matches('s').parse::<f64>().ok()
    };
    let factor = task["retryPolicy"]["backoffFactor"].as_f64().unwrap_or(2.0);
    let longest = seconds("backoffMaxDuration").unwrap_or(3600.0);
    let wait = seconds("backoffDuration").unwrap_or_default() * factor.powi(number.cast_signed());
    wait.min(longest) * 1000.0
}

/// How Argo tells an end: the phase, the exit code, the message.
fn told_by_argo(fate: Option<&Fate>, image: &str) -> (Phase, i32, String) {
    let said = |phase, code, words: &str| (phase, code, words.to_owned());
    match fate {
        None | Some(Fate::Flaky(_) | Fate::Driver) => said(Phase::Succeeded, 0, ""),
        Some(Fate::Exit(code)) => (Phase::Failed, *code, format!("main: Error (exit code {code})")),
        Some(Fate::OutOfMemory) => said(Phase::Failed, 137, "main: OOMKilled (exit code 137)"),
        Some(Fate::Evicted) => said(
            Phase::Failed,
            137,
            "The node was low on resource: memory. Threshold quantity: 100Mi, available: 61Mi. Container main was using 9Gi, request is 4Gi, has larger consumption of memory. ",
        ),
        Some(Fate::Error) => said(Phase::Error, 1, "pod deleted during operation"),
        Some(Fate::Unschedulable) => said(
            Phase::Pending,
            0,
            "Unschedulable: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
        ),
        Some(Fate::ImagePull) => (
            Phase::Pending,
            0,
            format!("ImagePullBackOff: Back-off pulling image \"{image}\""),
        ),
    }
}
