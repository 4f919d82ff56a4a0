//! Runs of a real server (Kubeflow Pipelines 2.17), each as its workflow and its details tell of it.

use std::fmt::Write;

use flowdeck_domain::pipelines::{Task, TaskTree};
use flowdeck_kubeflow::argo::{NodeDetail, read_manifest, tree_of_details};

use crate::captures;

/// The whole trees that were captured, by capture.
fn trees() -> Vec<(String, TaskTree)> {
    let mut trees = Vec::new();
    for server in captures::SERVERS {
        for exchange in captures::of(server) {
            let name = format!("{server}_{}", exchange.name);
            let body = &exchange.response_body;
            if let Some(details) = body.pointer("/run_details/task_details") {
                let entries: Vec<NodeDetail> = serde_json::from_value(details.clone()).unwrap();
                trees.push((name, tree_of_details(&entries)));
            } else if let Some(manifest) = body.pointer("/pipeline_runtime/workflow_manifest")
                && let Some(told) = read_manifest(manifest.as_str().unwrap()).unwrap()
            {
                trees.push((name, told.tasks));
            }
        }
    }
    trees
}

/// One line for each task: place, kind, state, tries, what it ended with and why.
fn lines(tree: &TaskTree) -> String {
    let mut text = String::new();
    for task in &tree.tasks {
        writeln!(text, "{}", line(tree, task)).unwrap();
    }
    text
}

fn line(tree: &TaskTree, task: &Task) -> String {
    let mut line = format!(
        "{} · {} · {}",
        tree.place(task),
        task.kind.word(),
        task.state.word()
    );
    if task.attempts.len() > 1 {
        let tries: Vec<&str> = task.attempts.iter().map(|attempt| attempt.state.word()).collect();
        write!(line, " · tries {}", tries.join(", ")).unwrap();
    }
    if let Some(code) = task.exit_code {
        write!(line, " · exit {code}").unwrap();
    }
    if let Some(count) = task.iteration_count {
        write!(line, " · {count} rounds").unwrap();
    }
    if task.is_exit_task {
        line.push_str(" · in any case");
    }
    if !task.depends_on.is_empty() {
        write!(line, " · after {}", task.depends_on.join(", ")).unwrap();
    }
    if let Some(cause) = &task.cause {
        write!(line, " · {cause}").unwrap();
    }
    if let Some(pod) = &task.pod_name {
        write!(line, " · {pod}").unwrap();
    }
    line
}

#[test]
fn every_captured_tree_reads_as_it_was() {
    let trees = trees();
    assert!(trees.len() >= 26, "{} trees", trees.len());
    for (name, tree) in trees {
        insta::assert_snapshot!(name, lines(&tree));
    }
}

#[test]
fn every_entry_of_the_details_finds_its_place() {
    for server in captures::SERVERS {
        for exchange in captures::of(server) {
            let Some(details) = exchange.response_body.pointer("/run_details/task_details") else {
                continue;
            };
            let entries: Vec<NodeDetail> = serde_json::from_value(details.clone()).unwrap();
            let names: Vec<&str> = details
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|entry| entry["display_name"].as_str()?.strip_suffix("-driver"))
                .filter(|task| *task != "iteration" && *task != "iteration-item")
                .collect();
            let tree = tree_of_details(&entries);
            for name in names {
                let found = tree.tasks.iter().filter(|task| task.name == name).count();
                assert!(found > 0, "{}: {name} is not in the tree", exchange.name);
            }
        }
    }
}

#[test]
fn nodes_that_are_packed_read_like_those_that_are_not() {
    use base64::Engine;
    use std::io::Write as _;
    for exchange in captures::of("single_user") {
        let Some(manifest) = exchange
            .response_body
            .pointer("/pipeline_runtime/workflow_manifest")
        else {
            continue;
        };
        let manifest = manifest.as_str().unwrap();
        let Some(told) = read_manifest(manifest).unwrap() else {
            continue;
        };
        let mut workflow: serde_json::Value = serde_json::from_str(manifest).unwrap();
        let nodes = workflow["status"]["nodes"].take();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(nodes.to_string().as_bytes()).unwrap();
        let packed = base64::engine::general_purpose::STANDARD.encode(gzip.finish().unwrap());
        let status = workflow["status"].as_object_mut().unwrap();
        status.remove("nodes");
        status.insert("compressedNodes".to_owned(), packed.into());
        let unpacked = read_manifest(&workflow.to_string()).unwrap().unwrap();
        assert_eq!(unpacked.tasks, told.tasks, "{}", exchange.name);
    }
}
