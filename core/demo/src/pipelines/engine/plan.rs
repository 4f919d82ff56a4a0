//! A pipeline into the nodes of its workflow.

mod container;
mod tasks;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::node::{Millis, Node, Phase, Plan, PodPlan, Role};
use super::print;
use super::script::{Fate, Script};
use super::values::{self, Values};
use crate::pipelines::spec::Spec;
use crate::random::Random;

/// Steps that succeeded, by what they were given, and when.
pub(crate) type Cache = BTreeMap<u64, Millis>;

/// What a plan is made of.
pub(crate) struct Order<'a> {
    pub(crate) spec: &'a Spec,
    pub(crate) given: &'a Map<String, Value>,
    pub(crate) workflow: &'a str,
    pub(crate) run_id: &'a str,
    pub(crate) created: Millis,
    /// How much longer everything takes: 1 for real, less for tests.
    pub(crate) pace: f64,
    pub(crate) script: &'a Script,
    pub(crate) cache: &'a Cache,
    /// The plan of an earlier go, and when this one begins: what succeeded is kept.
    pub(crate) earlier: Option<(&'a Plan, Millis)>,
}

/// A plan, and the steps to find in the cache from now on.
pub(crate) struct Planned {
    pub(crate) plan: Plan,
    pub(crate) learned: Vec<(u64, Millis)>,
}

/// How long a driver takes, in milliseconds.
const DRIVER: f64 = 5000.0;

/// How long a pod takes until its containers run.
const STARTUP: f64 = 900.0;

/// Makes the plan of a run.
pub(crate) fn make(order: &Order<'_>) -> Planned {
    let mut planner = Planner {
        order,
        plan: Plan::of(order.workflow),
        conditions: values::conditions(order.spec),
        learned: Vec::new(),
    };
    planner.workflow();
    Planned {
        plan: planner.plan,
        learned: planner.learned,
    }
}

struct Planner<'a> {
    order: &'a Order<'a>,
    plan: Plan,
    conditions: Vec<String>,
    learned: Vec<(u64, Millis)>,
}

/// How a task or a DAG came out.
#[derive(Clone, Debug)]
struct Done {
    /// None where it never ends.
    at: Option<Millis>,
    phase: Phase,
    made: Values,
}

impl Done {
    fn of(at: Option<Millis>, phase: Phase) -> Self {
        Self {
            at,
            phase,
            made: Values::default(),
        }
    }
}

/// Where tasks stand.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The whole name of the node around them.
    boundary: &'a str,
    /// The template of that node's component, as templates of what is inside begin.
    component: &'a str,
    /// Their place in the pipeline, empty at its root.
    path: &'a str,
}

impl Place<'_> {
    fn name(&self, task: &str) -> String {
        format!("{}.{task}", self.boundary)
    }

    fn path_of(&self, task: &str) -> String {
        if self.path.is_empty() {
            task.to_owned()
        } else {
            format!("{}.{task}", self.path)
        }
    }
}

impl Planner<'_> {
    fn workflow(&mut self) {
        let workflow = self.order.workflow;
        let start = self.order.created;
        let root = format!("{workflow}.root");
        let driver = format!("{workflow}.root-driver");
        let mut whole = self.dag_node(workflow, "", "entrypoint", start);
        whole.children.push(driver.clone());
        self.plan.put(whole);
        let ready = self.dag_driver(&driver, workflow, &root, start, None, true);
        let node = self.dag_node(&root, workflow, "root", ready);
        self.plan.put(node);
        let inputs = Values {
            parameters: self.order.spec.inputs(self.order.given),
            ..Values::default()
        };
        let place = Place {
            boundary: &root,
            component: "root",
            path: "",
        };
        let done = self.dag(self.order.spec.component("root"), place, ready, &inputs);
        self.finish(&root, &done);
        self.finish(workflow, &done);
    }

    /// A DAG whose end is not known yet.
    fn dag_node(&self, name: &str, boundary: &str, template: &str, start: Millis) -> Node {
        Node {
            name: name.to_owned(),
            kind: "DAG",
            template: template.to_owned(),
            boundary: boundary.to_owned(),
            children: Vec::new(),
            start: self.kept_start(name, start),
            end: None,
            phase: Phase::Running,
            message: String::new(),
            outputs: Vec::new(),
            pod: None,
        }
    }

    fn finish(&mut self, name: &str, done: &Done) {
        if let Some(node) = self.plan.node_mut(name) {
            node.end = done.at;
            node.phase = match (done.at, done.phase) {
                (None, _) => Phase::Running,
                (_, Phase::Failed | Phase::Error) => Phase::Failed,
                _ => Phase::Succeeded,
            };
        }
    }

    fn skipped(
        &self,
        name: &str,
        boundary: &str,
        template: &str,
        at: Millis,
        phase: Phase,
        message: &str,
    ) -> Node {
        Node {
            kind: "Skipped",
            end: Some(at),
            phase,
            message: message.to_owned(),
            start: at,
            ..self.dag_node(name, boundary, template, at)
        }
    }

    /// When a node that was there in an earlier go began.
    fn kept_start(&self, name: &str, start: Millis) -> Millis {
        self.kept(name).map_or(start, |node| node.start)
    }

    /// The node of an earlier go that stays: one that was there and was not omitted.
    fn kept(&self, name: &str) -> Option<&Node> {
        let (plan, _) = self.order.earlier?;
        plan.node(name).filter(|node| node.phase != Phase::Omitted)
    }

    fn kept_whole(&self, name: &str) -> Option<Millis> {
        let kept = self.kept(name).filter(|node| node.phase == Phase::Succeeded)?;
        kept.end
    }

    /// Copies a node of an earlier go and all that is in it.
    fn copy(&mut self, names: &[&str]) {
        let Some((plan, _)) = self.order.earlier else {
            return;
        };
        let inside = |node: &Node| {
            names
                .iter()
                .any(|name| node.name == *name || node.name.starts_with(&format!("{name}.")))
        };
        for node in plan.nodes.iter().filter(|node| inside(node)) {
            let mut node = node.clone();
            node.children.retain(|child| {
                names
                    .iter()
                    .any(|name| child == name || child.starts_with(&format!("{name}.")))
            });
            self.plan.put(node);
        }
    }

    /// When something can begin that is ready: not before this go does.
    fn from(&self, ready: Millis) -> Millis {
        self.order
            .earlier
            .map_or(ready, |(_, resumed)| ready.max(resumed))
    }

    fn lasting(&self, millis: f64) -> Millis {
        (millis * self.order.pace).round().max(1.0) as Millis
    }

    fn random(&self, name: &str) -> Random {
        let own = name.strip_prefix(self.order.workflow).unwrap_or(name);
        Random::new(super::super::ids::hash(&[self.order.run_id, own]))
    }

    /// A driver that prepares a DAG; when what it prepares can begin.
    fn dag_driver(
        &mut self,
        name: &str,
        boundary: &str,
        next: &str,
        ready: Millis,
        n_iterations: Option<usize>,
        condition: bool,
    ) -> Millis {
        if let Some(end) = self.kept_whole(name) {
            self.copy(&[name]);
            if let Some(node) = self.plan.node_mut(name) {
                node.children = vec![next.to_owned()];
            }
            return end;
        }
        let execution = self.random(name).below(900) + 100;
        let outputs = vec![
            ("execution-id", execution.to_string()),
            ("iteration-count", n_iterations.unwrap_or_default().to_string()),
            ("condition", condition.to_string()),
        ];
        let node = self.driver(name, boundary, "system-dag-driver", ready, outputs);
        let end = node.end.unwrap_or(ready);
        self.plan.put(Node {
            children: vec![next.to_owned()],
            ..node
        });
        end
    }

    fn driver(
        &self,
        name: &str,
        boundary: &str,
        template: &str,
        ready: Millis,
        outputs: Vec<(&'static str, String)>,
    ) -> Node {
        let start = self.from(ready);
        let end = start + self.lasting(DRIVER);
        let task = name
            .rsplit('.')
            .next()
            .unwrap_or(name)
            .trim_end_matches("-driver");
        let running_at = start + self.lasting(STARTUP);
        Node {
            kind: "Pod",
            end: Some(end),
            phase: Phase::Succeeded,
            start,
            outputs,
            pod: Some(Box::new(PodPlan {
                role: Role::Driver,
                image: "ghcr.io/kubeflow/kfp-driver:2.17.0".to_owned(),
                resources: Value::Null,
                running_at: Some(running_at),
                fate: None,
                exit_code: 0,
                lines: print::driver(task, self.order.run_id, running_at, end),
            })),
            ..self.dag_node(name, boundary, template, start)
        }
    }

    fn fate(&self, path: &str, executor: &Value) -> Option<Fate> {
        let said = self.order.script.fates.get(path).cloned();
        said.or_else(|| super::script::fate_of(executor))
    }
}
