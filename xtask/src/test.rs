//! `cargo xtask test`: installs what is missing, then runs every suite and check.

mod dependencies;
mod documentation;
mod format;
mod frontend;
mod kubernetes;
mod lints;
pub(crate) mod python;
mod suites;
mod system;
mod tools;

use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::shell::Outcome;

/// One thing that must hold, by a name to call it by.
struct Step {
    name: &'static str,
    about: &'static str,
    work: Work,
}

/// How a step runs.
enum Work {
    /// In its turn, with its output on the terminal.
    Here(fn() -> Outcome),
    /// Beside the steps after it, until the suites begin; its output is shown when it is done.
    Beside(fn() -> (String, Outcome)),
}

/// All steps, in the order they run; the suites come last, so that the output ends with their result.
const STEPS: &[Step] = &[
    Step {
        name: "tools",
        about: "cargo, rustfmt, clippy, node, npm and python are new enough",
        work: Work::Here(tools::check),
    },
    Step {
        name: "system",
        about: "system packages are installed",
        work: Work::Here(system::install),
    },
    Step {
        name: "python",
        about: "environments with MLflow 1.30.1, 2.22.5 and 3.17.2",
        work: Work::Beside(python::install),
    },
    Step {
        name: "kubernetes",
        about: "a real Kubernetes API, built from Go modules where there is Go 1.26",
        work: Work::Beside(kubernetes::build),
    },
    Step {
        name: "format",
        about: "cargo fmt --check",
        work: Work::Here(format::check),
    },
    Step {
        name: "frontend",
        about: "npm ci, then the front end's check, build and test",
        work: Work::Here(frontend::check),
    },
    Step {
        name: "dependencies",
        about: "deny.toml: licences, bans and sources",
        work: Work::Here(dependencies::check),
    },
    Step {
        name: "lints",
        about: "clippy over the workspace, warnings are errors",
        work: Work::Here(lints::check),
    },
    Step {
        name: "documentation",
        about: "cargo doc without a warning",
        work: Work::Here(documentation::check),
    },
    Step {
        name: "suites",
        about: "cargo test over the workspace",
        work: Work::Here(suites::run),
    },
];

/// Runs the steps chosen, all by default, and stops at the first that fails.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let Some(chosen) = choose(arguments)? else {
        return Ok(());
    };
    let began = Instant::now();
    let mut progress = Progress::default();
    let outcome = chosen
        .iter()
        .try_for_each(|step| progress.begin(step))
        .and_then(|()| progress.join());
    if outcome.is_err() {
        // What runs beside would otherwise go on behind the prompt.
        for (name, thread) in progress.beside.drain(..) {
            println!("== {name}: waiting for it to end");
            let _ = thread.join();
        }
    }
    outcome?;
    println!(
        "\nAll {} steps passed in {}: {}.",
        chosen.len(),
        seconds(began.elapsed()),
        progress.told()
    );
    Ok(())
}

/// The steps that `--only` names; nothing where `--list` asked for their names alone.
fn choose(arguments: &[String]) -> Outcome<Option<Vec<&'static Step>>> {
    let mut names = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--list" => {
                for step in STEPS {
                    println!("{:14} {}", step.name, step.about);
                }
                return Ok(None);
            }
            "--only" => names.push(
                arguments
                    .next()
                    .ok_or("--only needs the name of a step; --list shows them")?,
            ),
            other => {
                return Err(format!(
                    "`cargo xtask test` does not know `{other}`; it takes --only STEP and --list"
                ));
            }
        }
    }
    if let Some(unknown) = names
        .iter()
        .find(|name| STEPS.iter().all(|step| step.name != name.as_str()))
    {
        return Err(format!(
            "no step is called `{unknown}`; `cargo xtask test --list` shows them"
        ));
    }
    Ok(Some(
        STEPS
            .iter()
            .filter(|step| names.is_empty() || names.iter().any(|name| name.as_str() == step.name))
            .collect(),
    ))
}

/// A step that runs beside others.
type Running = (&'static str, JoinHandle<(String, Outcome, Duration)>);

/// What passed and what is under way.
#[derive(Default)]
struct Progress {
    passed: Vec<(&'static str, Duration)>,
    beside: Vec<Running>,
}

impl Progress {
    /// Runs a step to its end, or starts it beside the others.
    fn begin(&mut self, step: &'static Step) -> Outcome {
        match step.work {
            Work::Beside(work) => {
                println!("\n== {}: {} (beside the next steps)", step.name, step.about);
                self.beside.push((step.name, thread::spawn(move || timed(work))));
                Ok(())
            }
            Work::Here(work) => {
                if step.name == "suites" {
                    self.join()?;
                }
                println!("\n== {}: {}", step.name, step.about);
                let began = Instant::now();
                work().map_err(|sentence| format!("step `{}`: {sentence}", step.name))?;
                self.pass(step.name, began.elapsed());
                Ok(())
            }
        }
    }

    /// Waits for what runs beside, and shows what it said.
    fn join(&mut self) -> Outcome {
        while let Some((name, thread)) = self.beside.pop() {
            let (said, outcome, took) = thread.join().map_err(|_| format!("step `{name}` panicked"))?;
            println!("\n== {name}, as it went beside the others:\n{}", said.trim_end());
            outcome.map_err(|sentence| format!("step `{name}`: {sentence}"))?;
            self.pass(name, took);
        }
        Ok(())
    }

    fn pass(&mut self, name: &'static str, took: Duration) {
        println!("== {name}: passed in {}", seconds(took));
        self.passed.push((name, took));
    }

    fn told(&self) -> String {
        let each: Vec<String> = self
            .passed
            .iter()
            .map(|(name, took)| format!("{name} {}", seconds(*took)))
            .collect();
        each.join(", ")
    }
}

fn timed(work: fn() -> (String, Outcome)) -> (String, Outcome, Duration) {
    let began = Instant::now();
    let (said, outcome) = work();
    (said, outcome, began.elapsed())
}

/// `8.3 s`, `12 min 05 s`.
fn seconds(took: Duration) -> String {
    let whole = took.as_secs();
    if whole < 60 {
        format!("{:.1} s", took.as_secs_f64())
    } else {
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}
