use std::collections::BTreeMap;

use serde_json::Value;

/// How a step goes. Unless something is said, it succeeds.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// It ends by itself with this code, every time it is tried.
    Exit(i32),
    /// Its first tries end with code 1, so many of them; the next succeeds.
    Flaky(u32),
    /// It takes more memory than it may.
    OutOfMemory,
    /// Its node throws it out.
    Evicted,
    /// No node can take it: it waits.
    Unschedulable,
    /// Its image cannot be pulled: it waits.
    ImagePull,
    /// What prepares it fails: it has no pod of its own.
    Driver,
    /// Its container is started again and again.
    Error,
}

/// What is said of a run before it begins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    /// By a task's place: its names from the root on, with a dot between, and its turn in a loop: `each.process[1]`.
    pub fates: BTreeMap<String, Fate>,
    /// How long a step takes, in milliseconds, by its place.
    pub durations: BTreeMap<String, i64>,
    /// What a step makes, by its place and the output's name: `flip.Output`.
    pub outputs: BTreeMap<String, Value>,
    /// Steps that are taken from an earlier run, by their place.
    pub cached: Vec<String>,
}

impl Script {
    /// A script in which one step goes so.
    pub fn with(mut self, place: &str, fate: Fate) -> Self {
        self.fates.insert(place.to_owned(), fate);
        self
    }

    /// A script in which one step takes so long.
    pub fn lasting(mut self, place: &str, millis: i64) -> Self {
        self.durations.insert(place.to_owned(), millis);
        self
    }

    /// A script in which one step makes this.
    pub fn making(mut self, output: &str, value: Value) -> Self {
        self.outputs.insert(output.to_owned(), value);
        self
    }

    /// A script in which one step is taken from the cache.
    pub fn caching(mut self, place: &str) -> Self {
        self.cached.push(place.to_owned());
        self
    }
}

/// The variable of a container by which a pipeline says itself how its step goes here: `exit:3`, `flaky:1`, `oom`,
/// `evicted`, `unschedulable`, `image`, `driver`, `error`.
const FATE_VARIABLE: &str = "DEMO_FATE";

/// Seconds that a step takes here.
const SECONDS_VARIABLE: &str = "DEMO_SECONDS";

/// More than any node of the demo has.
const GREATEST_GPU_COUNT: f64 = 8.0;
const GREATEST_MEMORY_GB: f64 = 512.0;

/// What an executor says of its own fate: its variables, an image that nobody has, more than a node has.
pub(super) fn fate_of(executor: &Value) -> Option<Fate> {
    let container = &executor["container"];
    if let Some(word) = variable(container, FATE_VARIABLE) {
        return fate_of_word(word);
    }
    let image = container["image"].as_str().unwrap_or_default();
    let host = image.split('/').next().unwrap_or_default();
    if host.ends_with(".invalid") {
        return Some(Fate::ImagePull);
    }
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
    let resources = &container["resources"];
    let n_gpus = number(&resources["accelerator"]["count"]).unwrap_or_default();
    let memory = number(&resources["memoryLimit"]).unwrap_or_default();
    (n_gpus > GREATEST_GPU_COUNT || memory > GREATEST_MEMORY_GB).then_some(Fate::Unschedulable)
}

pub(super) fn duration_of(executor: &Value) -> Option<i64> {
    let seconds: f64 = variable(&executor["container"], SECONDS_VARIABLE)?.parse().ok()?;
    (0.0..86_400.0)
        .contains(&seconds)
        .then_some((seconds * 1000.0) as i64)
}

fn variable<'a>(container: &'a Value, name: &str) -> Option<&'a str> {
    let all = container["env"].as_array()?;
    all.iter().find(|variable| variable["name"] == name)?["value"].as_str()
}

fn fate_of_word(word: &str) -> Option<Fate> {
    let (word, number) = word.split_once(':').unwrap_or((word, "1"));
    match word {
        "exit" => Some(Fate::Exit(number.parse().ok()?)),
        "flaky" => Some(Fate::Flaky(number.parse().ok()?)),
        "oom" => Some(Fate::OutOfMemory),
        "evicted" => Some(Fate::Evicted),
        "unschedulable" => Some(Fate::Unschedulable),
        "image" => Some(Fate::ImagePull),
        "driver" => Some(Fate::Driver),
        "error" => Some(Fate::Error),
        _ => None,
    }
}
