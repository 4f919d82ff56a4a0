use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::super::node::{Millis, Node, Phase};
use super::super::values::{Known, Values};
use super::{Done, Place, Planner};
use crate::pipelines::condition;

/// What Argo says of a node whose turn never came.
const OMITTED: &str = "omitted: depends condition not met";

/// A task with its name and what it waits for.
struct Waiting<'a> {
    name: &'a str,
    task: &'a Value,
    needs: BTreeSet<&'a str>,
}

/// Tasks that run when another has ended in any way, by that one.
type Exits<'a> = BTreeMap<&'a str, Vec<(&'a str, &'a Value)>>;

impl Planner<'_> {
    /// The tasks of a DAG, from the moment that it began.
    pub(super) fn dag(
        &mut self,
        component: &Value,
        place: Place<'_>,
        start: Millis,
        inputs: &Values,
    ) -> Done {
        let tasks = &component["dag"]["tasks"];
        let (mut waiting, exits) = sorted_out(tasks);
        let mut done: BTreeMap<&str, Done> = BTreeMap::new();
        let mut made: BTreeMap<String, Values> = BTreeMap::new();
        while let Some(at) = waiting
            .iter()
            .position(|task| task.needs.iter().all(|need| done.contains_key(need)))
        {
            let next = waiting.remove(at);
            let before: Vec<&Done> = next.needs.iter().map(|need| &done[need]).collect();
            let ready = before
                .iter()
                .try_fold(start, |latest, done| Some(latest.max(done.at?)));
            let Some(ready) = ready else {
                done.insert(next.name, Done::of(None, Phase::Pending));
                continue;
            };
            let is_met = before.iter().all(|done| done.phase == Phase::Succeeded);
            let known = Known { inputs, made: &made };
            let outcome = if is_met {
                self.task(&next, place, ready, &known)
            } else {
                self.omit(next.name, next.task, place, ready)
            };
            self.link(&next, place);
            made.insert(next.name.to_owned(), outcome.made.clone());
            let mut outcome = outcome;
            if let (Some(tasks), Some(at)) = (exits.get(next.name), outcome.at) {
                let known = Known { inputs, made: &made };
                outcome.at = self.exit(next.name, tasks, place, at, &known);
            }
            done.insert(next.name, outcome);
        }
        let end = done
            .values()
            .try_fold(start, |latest, done| Some(latest.max(done.at?)));
        let has_failed = done
            .values()
            .any(|done| matches!(done.phase, Phase::Failed | Phase::Error));
        Done {
            at: end,
            phase: if has_failed {
                Phase::Failed
            } else {
                Phase::Succeeded
            },
            made: outputs_of(component, &made),
        }
    }

    /// Hangs a task's first node below those that it waited for, or below the DAG.
    fn link(&mut self, task: &Waiting<'_>, place: Place<'_>) {
        let (driver, wrapper) = (
            place.name(&format!("{}-driver", task.name)),
            place.name(task.name),
        );
        let first = if self.plan.node(&driver).is_some() {
            driver
        } else {
            wrapper
        };
        if self.plan.node(&first).is_none() {
            return;
        }
        let mut parents: Vec<String> = task.needs.iter().map(|need| place.name(need)).collect();
        if parents.is_empty() {
            parents.push(place.boundary.to_owned());
        }
        for parent in parents {
            let node = self.plan.node_mut(&parent);
            if let Some(node) = node.filter(|node| !node.children.contains(&first)) {
                node.children.push(first.clone());
            }
        }
    }

    fn omit(&mut self, name: &str, task: &Value, place: Place<'_>, at: Millis) -> Done {
        let (component, has_driver) = self.kind_of(task);
        let wrapper = place.name(name);
        let template = self.template_of(&component, task);
        if has_driver {
            let driver_template = if component["dag"].is_object() {
                "system-dag-driver"
            } else {
                "system-container-driver"
            };
            let driver = place.name(&format!("{name}-driver"));
            let node = self.skipped(
                &driver,
                place.boundary,
                driver_template,
                at,
                Phase::Omitted,
                OMITTED,
            );
            self.plan.put(Node {
                children: vec![wrapper.clone()],
                ..node
            });
        }
        let node = self.skipped(&wrapper, place.boundary, &template, at, Phase::Omitted, OMITTED);
        self.plan.put(node);
        Done::of(Some(at), Phase::Omitted)
    }

    /// The component of a task, and whether a driver goes before it.
    fn kind_of(&self, task: &Value) -> (Value, bool) {
        let name = task["componentRef"]["name"].as_str().unwrap_or_default();
        let component = self.order.spec.component(name).clone();
        let is_loop = task["parameterIterator"].is_object() || task["artifactIterator"].is_object();
        let is_importer = self.order.spec.executor(&component)["importer"].is_object();
        (component, !is_loop && !is_importer)
    }

    pub(super) fn template_of(&self, component: &Value, task: &Value) -> String {
        let name = task["componentRef"]["name"].as_str().unwrap_or_default();
        if component["dag"].is_object() {
            return name.to_owned();
        }
        if self.order.spec.executor(component)["importer"].is_object() {
            return "system-importer".to_owned();
        }
        let retries = task["retryPolicy"]["maxRetryCount"].as_u64().unwrap_or_default();
        let prefix = if retries > 0 { "retry-" } else { "" };
        format!("{prefix}system-container-executor")
    }

    fn task(&mut self, waiting: &Waiting<'_>, place: Place<'_>, ready: Millis, known: &Known<'_>) -> Done {
        let (name, task) = (waiting.name, waiting.task);
        let (component, _) = self.kind_of(task);
        let inputs = known.inputs_of(task, &component);
        if task["parameterIterator"].is_object() || task["artifactIterator"].is_object() {
            return self.rounds((name, task, &component), place, ready, &inputs);
        }
        let condition = task["triggerPolicy"]["condition"].as_str();
        let is_met = condition.is_none_or(|condition| condition::holds(condition, &inputs.parameters));
        if component["dag"].is_object() {
            self.nested((name, task, &component), place, ready, &inputs, is_met)
        } else {
            self.container((name, task, &component), place, ready, &inputs, is_met)
        }
    }

    fn nested(
        &mut self,
        (name, task, component): (&str, &Value, &Value),
        place: Place<'_>,
        ready: Millis,
        inputs: &Values,
        is_met: bool,
    ) -> Done {
        let (driver, wrapper) = (place.name(&format!("{name}-driver")), place.name(name));
        let template = self.template_of(component, task);
        let begins = self.dag_driver(&driver, place.boundary, &wrapper, ready, None, is_met);
        if !is_met {
            let node = self.skipped(
                &wrapper,
                place.boundary,
                &template,
                begins,
                Phase::Skipped,
                "when 'false != false' evaluated false",
            );
            self.plan.put(node);
            return Done::of(Some(begins), Phase::Skipped);
        }
        let node = self.dag_node(&wrapper, place.boundary, &template, begins);
        self.plan.put(node);
        let inside = Place {
            boundary: &wrapper,
            component: &template,
            path: &place.path_of(name),
        };
        let done = self.dag(component, inside, begins, inputs);
        self.finish(&wrapper, &done);
        done
    }

    /// A loop: its driver, and a DAG for each item, some at a time.
    fn rounds(
        &mut self,
        (name, task, component): (&str, &Value, &Value),
        place: Place<'_>,
        ready: Millis,
        inputs: &Values,
    ) -> Done {
        let template = task["componentRef"]["name"].as_str().unwrap_or_default();
        let whole = place.name(name);
        let node = self.dag_node(
            &whole,
            place.boundary,
            &format!("{template}-{name}-iterator"),
            self.from(ready),
        );
        let begins = node.start.max(ready);
        self.plan.put(node);
        let items = items_of(task, inputs);
        let (driver, group) = (
            format!("{whole}.iteration-driver"),
            format!("{whole}.iteration-iterations"),
        );
        let begins = self.dag_driver(&driver, &whole, &group, begins, Some(items.len()), true);
        if let Some(node) = self.plan.node_mut(&whole) {
            node.children.push(driver);
        }
        let mut group_node = self.dag_node(&group, &whole, &format!("{template}-iteration"), begins);
        group_node.kind = "TaskGroup";
        group_node.children = (0..items.len()).map(|at| format!("{group}({at}:{at})")).collect();
        self.plan.put(group_node);
        let limit = task["iteratorPolicy"]["parallelismLimit"]
            .as_u64()
            .unwrap_or_default();
        let lanes = if limit == 0 { items.len() } else { limit as usize };
        let mut free: Vec<Option<Millis>> = vec![Some(begins); lanes.max(1)];
        let mut all = Done::of(Some(begins), Phase::Succeeded);
        let mut collected: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for (at, item) in items.into_iter().enumerate() {
            // The lane that is free first; one whose round never ends is never free.
            let Some(lane) = (0..free.len())
                .filter(|lane| free[*lane].is_some())
                .min_by_key(|lane| free[*lane])
            else {
                all.at = None;
                break;
            };
            let mut with_item = inputs.clone();
            let input = task["parameterIterator"]["itemInput"]
                .as_str()
                .unwrap_or_default();
            with_item.parameters.insert(input.to_owned(), item);
            let round = (at, format!("{group}({at}:{at})"));
            let from = free[lane].unwrap_or(begins);
            let done = self.round(
                (name, template, component),
                (&whole, place),
                round,
                from,
                &with_item,
            );
            free[lane] = done.at;
            for (key, value) in done.made.parameters {
                collected.entry(key).or_default().push(value);
            }
            all.at = all.at.zip(done.at).map(|(all, one)| all.max(one));
            if done.phase == Phase::Failed {
                all.phase = Phase::Failed;
            }
        }
        all.made.parameters = collected
            .into_iter()
            .map(|(key, values)| (key, json!(values)))
            .collect();
        self.finish(&group, &all);
        self.finish(&whole, &all);
        all
    }

    fn round(
        &mut self,
        (name, template, component): (&str, &str, &Value),
        (whole, place): (&str, Place<'_>),
        (at, round): (usize, String),
        from: Millis,
        inputs: &Values,
    ) -> Done {
        let item = format!("{round}.iteration-item");
        let driver = format!("{item}-driver");
        let mut node = self.dag_node(&round, whole, &format!("{template}-iteration"), from);
        node.children.push(driver.clone());
        self.plan.put(node);
        let begins = self.dag_driver(&driver, &round, &item, from, None, true);
        let node = self.dag_node(&item, &round, template, begins);
        self.plan.put(node);
        let inside = Place {
            boundary: &item,
            component: template,
            path: &format!("{}[{at}]", place.path_of(name)),
        };
        let done = self.dag(component, inside, begins, inputs);
        self.finish(&item, &done);
        self.finish(&round, &done);
        done
    }

    /// The tasks behind an exit handler: a hook on the task, which runs however that came out.
    fn exit(
        &mut self,
        hooked: &str,
        tasks: &[(&str, &Value)],
        place: Place<'_>,
        at: Millis,
        known: &Known<'_>,
    ) -> Option<Millis> {
        let name = place.name(&format!("{hooked}.onExit"));
        let template = format!(
            "exit-hook-{}-{}",
            place.component,
            tasks.first().map_or("", |(name, _)| *name)
        );
        let node = self.dag_node(&name, place.boundary, &template, self.from(at));
        let begins = node.start;
        self.plan.put(node);
        if let Some(node) = self.plan.node_mut(&place.name(hooked)) {
            node.children.push(name.clone());
        }
        let inside = Place {
            boundary: &name,
            ..place
        };
        let mut end = Some(begins);
        for (task_name, task) in tasks {
            let waiting = Waiting {
                name: task_name,
                task,
                needs: BTreeSet::new(),
            };
            let done = self.task(&waiting, inside, begins, known);
            self.link(&waiting, inside);
            end = end.zip(done.at).map(|(end, at)| end.max(at));
            let phase = done.phase;
            self.finish(&name, &Done::of(end, phase));
        }
        end
    }
}

/// Tasks that run in their order, and by task those that run when it has ended in any way.
fn sorted_out(tasks: &Value) -> (Vec<Waiting<'_>>, Exits<'_>) {
    let (mut waiting, mut exits) = (Vec::new(), Exits::new());
    for (name, task) in tasks.as_object().into_iter().flatten() {
        let needs = needs_of(task);
        let in_any_case = task["triggerPolicy"]["strategy"] == "ALL_UPSTREAM_TASKS_COMPLETED";
        match needs.first() {
            Some(hooked) if in_any_case => exits.entry(*hooked).or_default().push((name, task)),
            _ => waiting.push(Waiting { name, task, needs }),
        }
    }
    (waiting, exits)
}

fn needs_of(task: &Value) -> BTreeSet<&str> {
    let listed = task["dependentTasks"].as_array().into_iter().flatten();
    let mut needs: BTreeSet<&str> = listed.filter_map(Value::as_str).collect();
    for kind in ["parameters", "artifacts"] {
        for (_, source) in task["inputs"][kind].as_object().into_iter().flatten() {
            for from in ["taskOutputParameter", "taskOutputArtifact"] {
                needs.extend(source[from]["producerTask"].as_str());
            }
        }
    }
    needs
}

fn items_of(task: &Value, inputs: &Values) -> Vec<Value> {
    let items = &task["parameterIterator"]["items"];
    let list = match items["raw"].as_str() {
        Some(raw) => serde_json::from_str(raw).unwrap_or_default(),
        None => {
            let name = items["inputParameter"].as_str().unwrap_or_default();
            inputs.parameters.get(name).cloned().unwrap_or_default()
        }
    };
    match list {
        Value::Array(items) => items,
        Value::String(text) => serde_json::from_str(&text).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// What a DAG gives on of what its tasks made.
fn outputs_of(component: &Value, made: &BTreeMap<String, Values>) -> Values {
    let mut outputs = Values::default();
    let parameter = |from: &Value| {
        let made = made.get(from["producerSubtask"].as_str()?)?;
        made.parameters.get(from["outputParameterKey"].as_str()?).cloned()
    };
    for (name, source) in component["dag"]["outputs"]["parameters"]
        .as_object()
        .into_iter()
        .flatten()
    {
        let several = source["valueFromOneof"]["parameterSelectors"]
            .as_array()
            .into_iter()
            .flatten();
        let found = std::iter::once(&source["valueFromParameter"])
            .chain(several)
            .find_map(parameter);
        if let Some(value) = found {
            outputs.parameters.insert(name.clone(), value);
        }
    }
    for (name, source) in component["dag"]["outputs"]["artifacts"]
        .as_object()
        .into_iter()
        .flatten()
    {
        let selectors = source["artifactSelectors"].as_array().into_iter().flatten();
        let mut found = selectors.filter_map(|from| {
            let made = made.get(from["producerSubtask"].as_str()?)?;
            made.artifacts.get(from["outputArtifactKey"].as_str()?).cloned()
        });
        if let Some(artifact) = found.next_back() {
            outputs.artifacts.insert(name.clone(), artifact);
        }
    }
    outputs
}
