use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flowdeck_domain::Timestamp;
use serde_json::{Map, Value, json};

use super::engine::node::{Millis, Phase};
use super::engine::plan::{self, Cache, Order};
use super::engine::pods::Tenant;
use super::ids::{self, IdKind};
use super::mlflow;
use super::options::PipelinesOptions;
use super::records::{Experiment, Pipeline, Schedule, Version};
use super::refusal::Refusal;
use super::run::{Go, Run, Source};
use super::spec::Spec;
use super::task_api::TaskStore;
use super::users::{Caller, Request};
use crate::random::Random;

/// A server's memory and its runs. Cheap to clone; all clones are the same.
#[derive(Clone, Debug)]
pub struct Pipelines {
    pub(super) options: Arc<PipelinesOptions>,
    state: Arc<Mutex<State>>,
}

/// Everything, behind one lock: a server of a demo is small.
#[derive(Debug)]
pub(super) struct State {
    pub(super) options: Arc<PipelinesOptions>,
    pub(super) pipelines: BTreeMap<String, Pipeline>,
    pub(super) versions: BTreeMap<String, Version>,
    pub(super) experiments: BTreeMap<String, Experiment>,
    pub(super) runs: BTreeMap<String, Run>,
    pub(super) schedules: BTreeMap<String, Schedule>,
    /// Entries of the older cache, as they were sent.
    pub(super) cached_tasks: Vec<Value>,
    pub(super) tasks: TaskStore,
    cache: Cache,
    random: Random,
    pub(super) now: Millis,
    pub(super) n_made: u64,
    /// Whether the database answers.
    pub(super) is_database_down: bool,
}

/// What a run is made of.
pub(super) struct NewRun {
    pub(super) display_name: String,
    pub(super) description: String,
    pub(super) experiment_id: String,
    pub(super) namespace: String,
    pub(super) source: Source,
    pub(super) spec: Arc<Spec>,
    pub(super) runtime_config: Option<Value>,
    pub(super) service_account: String,
    pub(super) scheduled_at: Millis,
    pub(super) recurring_run_id: Option<String>,
    pub(super) plugins_input: Option<Value>,
}

const DEFAULT_EXPERIMENT: &str = "All runs created without specifying an experiment will be grouped here.";

/// How long after something happened the server hears of it, in milliseconds.
const LAG: f64 = 1000.0;

/// How long containers take to die that are told to.
const GRACE: f64 = 3000.0;

impl Pipelines {
    /// A server with nothing but its default experiment.
    pub fn new(options: PipelinesOptions) -> Self {
        let options = Arc::new(options);
        let now = options.clock.now().0;
        let mut state = State {
            pipelines: BTreeMap::new(),
            versions: BTreeMap::new(),
            experiments: BTreeMap::new(),
            runs: BTreeMap::new(),
            schedules: BTreeMap::new(),
            cached_tasks: Vec::new(),
            tasks: TaskStore::default(),
            cache: Cache::new(),
            random: Random::new(options.seed ^ 0x6b66_7000),
            now,
            n_made: 0,
            is_database_down: false,
            options: Arc::clone(&options),
        };
        if options.users.is_none() {
            state.add_experiment("Default", DEFAULT_EXPERIMENT, "");
        }
        Self {
            options,
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// Brings everything up to the present: schedules start runs, pods print, what is over is archived.
    pub fn advance(&self) {
        drop(self.state());
    }

    /// Lets the database answer, or not.
    pub fn set_database(&self, is_up: bool) {
        self.state().is_database_down = !is_up;
    }

    /// The state at the present.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.advance(self.options.clock.now());
        state
    }
}

impl State {
    pub(super) fn id(&mut self, kind: IdKind) -> String {
        self.n_made += 1;
        let given = self.options.ids.ask(kind);
        given.unwrap_or_else(|| match kind {
            IdKind::MlflowRun => self.random.hex(32),
            _ => ids::uuid(&mut self.random),
        })
    }

    pub(super) fn lasting(&self, millis: f64) -> Millis {
        (millis * self.options.pace).round() as Millis
    }

    /// Refuses what the caller may not do, where there are several users.
    pub(super) fn check(&self, caller: &Caller, request: &Request<'_>) -> Result<(), Refusal> {
        match &self.options.users {
            Some(users) => users.check(caller, request),
            None => Ok(()),
        }
    }

    pub(super) fn is_multi_user(&self) -> bool {
        self.options.users.is_some()
    }

    pub(super) fn add_experiment(&mut self, name: &str, description: &str, namespace: &str) -> Experiment {
        let experiment = Experiment {
            id: self.id(IdKind::Experiment),
            display_name: name.to_owned(),
            description: description.to_owned(),
            namespace: namespace.to_owned(),
            is_archived: false,
            created_at: self.now,
            last_run_created_at: 0,
        };
        self.experiments.insert(experiment.id.clone(), experiment.clone());
        experiment
    }

    pub(super) fn experiment(&self, id: &str) -> Result<&Experiment, Refusal> {
        self.experiments
            .get(id)
            .ok_or_else(|| Refusal::missing("Experiment", id))
    }

    pub(super) fn run(&self, id: &str) -> Result<&Run, Refusal> {
        self.runs
            .get(id)
            .ok_or_else(|| Refusal::missing("Run", id).within(format!("Failed to fetch run {id}")))
    }

    /// The version that was made last.
    pub(super) fn latest_version(&self, pipeline_id: &str) -> Option<&Version> {
        let of_it = self
            .versions
            .values()
            .filter(|version| version.pipeline_id == pipeline_id);
        of_it.max_by_key(|version| (version.created_at, version.order))
    }

    /// The namespace that something of an experiment runs in.
    pub(super) fn run_namespace(&self, experiment: &Experiment) -> String {
        if experiment.namespace.is_empty() {
            self.options.namespace.clone()
        } else {
            experiment.namespace.clone()
        }
    }

    /// Makes a run and all that will come of it.
    pub(super) fn add_run(&mut self, new: NewRun) -> Result<&Run, Refusal> {
        let given = parameters(new.runtime_config.as_ref());
        new.spec.check_values(&given).map_err(|refusal| {
            refusal
                .within("invalid pipeline job inputs")
                .within("Failed to generate the ExecutionSpec")
        })?;
        let id = match &new.recurring_run_id {
            // A schedule that asks twice gets the same run.
            Some(schedule) => self
                .options
                .ids
                .ask(IdKind::Run)
                .unwrap_or_else(|| ids::uuid_of(&[schedule, &new.display_name])),
            None => self.id(IdKind::Run),
        };
        if self.runs.contains_key(&id) {
            return self.run(&id);
        }
        let plugins_output = mlflow::run_made(self, &id, &new)?;
        let asked = self.options.ids.ask(IdKind::Workflow);
        let workflow =
            asked.unwrap_or_else(|| format!("{}-{}", new.spec.name(), ids::suffix(&mut self.random)));
        let script = self
            .options
            .scripts
            .get(&new.display_name)
            .cloned()
            .unwrap_or_default();
        let planned = plan::make(&Order {
            spec: &new.spec,
            given: &given,
            workflow: &workflow,
            run_id: &id,
            created: self.now,
            pace: self.options.pace,
            script: &script,
            cache: &self.cache,
            earlier: None,
        });
        self.learn(planned.learned);
        let run = Run {
            display_name: new.display_name,
            description: new.description,
            experiment_id: new.experiment_id,
            namespace: new.namespace,
            is_archived: false,
            source: new.source,
            spec: new.spec,
            runtime_config: new.runtime_config,
            service_account: new.service_account,
            created_at: self.now,
            scheduled_at: new.scheduled_at,
            recurring_run_id: new.recurring_run_id,
            plugins_input: new.plugins_input,
            plugins_output,
            script,
            goes: vec![Go {
                plan: planned.plan,
                from: self.now,
            }],
            terminated_at: None,
            lag: self.lasting(LAG),
            shown: BTreeMap::new(),
            is_collected: false,
            now: self.now,
            id: id.clone(),
        };
        if let Some(experiment) = self.experiments.get_mut(&run.experiment_id) {
            experiment.last_run_created_at = self.now;
        }
        self.runs.insert(id.clone(), run);
        self.show(&id);
        self.run(&id)
    }

    fn learn(&mut self, learned: Vec<(u64, Millis)>) {
        for (mark, at) in learned {
            let since = self.cache.entry(mark).or_insert(at);
            *since = at.min(*since);
        }
    }

    /// Stops a run that goes on.
    pub(super) fn terminate(&mut self, id: &str) {
        let (now, grace) = (self.now, self.lasting(GRACE));
        if let Some(run) = self.runs.get_mut(id) {
            run.terminated_at = Some(now);
            if let Some(go) = run.goes.last_mut() {
                go.plan.cut(now, grace);
            }
        }
        self.show(id);
    }

    /// Lets a run that failed go on from where it did.
    pub(super) fn retry(&mut self, id: &str) {
        let (now, pace) = (self.now, self.options.pace);
        let cluster = self.options.cluster.clone();
        let Some(run) = self.runs.get_mut(id) else {
            return;
        };
        let before = run.plan();
        let given = parameters(run.runtime_config.as_ref());
        let mut script = run.script.clone();
        if run.terminated_at.is_some() {
            // Who stops a run and tries again wants to see it through.
            script.fates.clear();
        }
        let planned = plan::make(&Order {
            spec: &run.spec,
            given: &given,
            workflow: &before.workflow,
            run_id: &run.id,
            created: run.created_at,
            pace,
            script: &script,
            cache: &Cache::new(),
            earlier: Some((before, now)),
        });
        let before = before.clone();
        let mut shown = std::mem::take(&mut run.shown);
        tenant(&cluster, run).collect(&before, &mut shown, |node| node.phase != Phase::Succeeded);
        run.shown = shown;
        run.terminated_at = None;
        run.is_collected = false;
        run.goes.push(Go {
            plan: planned.plan,
            from: now,
        });
        self.learn(planned.learned);
        mlflow::run_changed(self, id);
        self.show(id);
    }

    /// Takes a run and its pods away.
    pub(super) fn delete_run(&mut self, id: &str) {
        if let Some(mut run) = self.runs.remove(id) {
            let cluster = self.options.cluster.clone();
            let mut shown = std::mem::take(&mut run.shown);
            tenant(&cluster, &run).collect(run.plan(), &mut shown, |_| true);
        }
    }

    fn advance(&mut self, now: Timestamp) {
        let before = self.now;
        self.now = self.now.max(now.0);
        let now = self.now;
        let mut over = Vec::new();
        for run in self.runs.values_mut() {
            let had_ended = run.ended_at().is_some();
            run.now = now;
            if !had_ended && run.ended_at().is_some() {
                over.push(run.id.clone());
            }
        }
        for id in &over {
            mlflow::run_changed(self, id);
        }
        if now > before {
            super::schedules::start_due(self);
            let active: Vec<String> = self
                .runs
                .values()
                .filter(|run| !run.is_collected)
                .map(|run| run.id.clone())
                .collect();
            for id in active {
                self.show(&id);
            }
        }
    }

    /// Tells the cluster of a run's pods; takes them away when they have stood long enough.
    pub(super) fn show(&mut self, id: &str) {
        let (cluster, stay, now) = (self.options.cluster.clone(), self.options.pods_stay, self.now);
        let Some(run) = self.runs.get_mut(id) else {
            return;
        };
        let mut shown = std::mem::take(&mut run.shown);
        let is_old = run.ended_at().is_some_and(|end| end + stay < now);
        let tenant = tenant(&cluster, run);
        if is_old {
            tenant.collect(run.plan(), &mut shown, |_| true);
        } else {
            tenant.show(run.plan(), &mut shown, now);
        }
        let is_over = run.ended_at().is_some() && stay == Millis::MAX;
        run.is_collected = is_old || is_over;
        run.shown = shown;
    }
}

fn tenant<'a>(cluster: &'a crate::kubernetes::KubernetesCluster, run: &'a Run) -> Tenant<'a> {
    Tenant {
        cluster,
        namespace: &run.namespace,
        run_id: &run.id,
        service_account: &run.service_account,
    }
}

/// The parameters of a runtime configuration.
pub(super) fn parameters(config: Option<&Value>) -> Map<String, Value> {
    config
        .and_then(|config| config["parameters"].as_object().cloned())
        .unwrap_or_default()
}

/// A runtime configuration as the server keeps it: nothing where nothing was given.
pub(super) fn runtime_config(body: &Value) -> Option<Value> {
    let config = &body["runtime_config"];
    let mut kept = json!({});
    if let Some(parameters) = config["parameters"].as_object().filter(|all| !all.is_empty()) {
        kept["parameters"] = json!(parameters);
    }
    if let Some(root) = config["pipeline_root"].as_str().filter(|root| !root.is_empty()) {
        kept["pipeline_root"] = json!(root);
    }
    kept.as_object()
        .is_some_and(|kept| !kept.is_empty())
        .then_some(kept)
}
