//! Runs of a real server (Kubeflow Pipelines 2.17), each as its workflow and its details tell of it.

use std::collections::BTreeMap;

use flowdeck_domain::pipelines::{Task, TaskKind, TaskState, TaskTree};
use flowdeck_kubeflow::argo::{NodeDetail, read_manifest, tree_of_details};
use serde_json::Value;

fn answers() -> BTreeMap<String, Value> {
    serde_json::from_str(include_str!("../../../tests/fixtures/kubeflow/runs.json")).unwrap()
}

fn details(name: &str) -> (TaskTree, usize) {
    let answer = &answers()[name];
    let entries: Vec<NodeDetail> =
        serde_json::from_value(answer["run_details"]["task_details"].clone()).unwrap();
    (tree_of_details(&entries), entries.len())
}

fn workflow(name: &str) -> flowdeck_kubeflow::argo::WorkflowTold {
    let answer = &answers()[name];
    read_manifest(answer["workflow_manifest"].as_str().unwrap())
        .unwrap()
        .unwrap()
}

/// One line for each task: place, kind, state.
fn lines(tree: &TaskTree) -> Vec<String> {
    let line = |task: &Task| format!("{} {} {}", tree.place(task), task.kind.word(), task.state.word());
    tree.tasks.iter().map(line).collect()
}

#[test]
fn print_all() {
    for (name, answer) in answers() {
        if answer.get("run_details").is_some() {
            let (tree, n) = details(&name);
            println!("== {name} {n}\n  {}", lines(&tree).join("\n  "));
        } else if answer["workflow_manifest"] != "" {
            let told = workflow(&name);
            println!(
                "== {name} stop={}\n  {}",
                told.told_to_stop,
                lines(&told.tasks).join("\n  ")
            );
            for t in told.tasks.leaves() {
                println!(
                    "     {} {:?} {:?} {:?} {}",
                    t.name,
                    t.pod_name,
                    t.exit_code,
                    t.message,
                    t.attempts.len()
                );
            }
        }
    }
}
