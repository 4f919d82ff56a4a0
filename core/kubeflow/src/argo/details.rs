//! The structure of a run worked out from `run_details.task_details`.
//!
//! They are all nodes of the workflow in any order, each with its own short name, its state and the ids of its children,
//! but without its own id. An id is a hash of the whole name: from the root downwards, the name that hashes to a child's
//! id is found among the short names that are there.

use std::collections::HashSet;

use flowdeck_domain::pipelines::{TaskSource, TaskTree};
use serde::Deserialize;

use super::graph::{Graph, Node, Phase};
use super::hash::node_id;
use super::tree;
use super::workflow::time;

/// One entry, as the server sends it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NodeDetail {
    display_name: String,
    create_time: Option<String>,
    start_time: Option<String>,
    end_time: Option<String>,
    state: Option<String>,
    child_tasks: Vec<ChildWire>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct ChildWire {
    /// An id of a node, whatever it is called.
    pod_name: String,
}

/// The tasks that these entries stand for; none where no root is among them.
pub fn tree_of_details(entries: &[NodeDetail]) -> TaskTree {
    let Some(root) = root_of(entries) else {
        return TaskTree::default();
    };
    let mut search = Search {
        entries,
        workflow: &entries[root].display_name,
        taken: HashSet::from([root]),
        nodes: Vec::new(),
    };
    search.walk(root);
    let graph = Graph {
        name: search.workflow.to_owned(),
        created_at: time(entries[root].create_time.as_deref()),
        nodes: search.nodes,
        ..Graph::default()
    };
    tree::build(&graph, TaskSource::Details)
}

/// The entry whose name all of its children's ids begin with; a root alone has no children yet.
fn root_of(entries: &[NodeDetail]) -> Option<usize> {
    let is_root = |entry: &NodeDetail| {
        let prefix = format!("{}-", entry.display_name);
        !entry.child_tasks.is_empty()
            && entry.child_tasks.iter().all(|child| {
                child
                    .pod_name
                    .strip_prefix(&prefix)
                    .is_some_and(|hash| hash.bytes().all(|byte| byte.is_ascii_digit()))
            })
    };
    entries.iter().position(is_root)
}

struct Search<'a> {
    entries: &'a [NodeDetail],
    workflow: &'a str,
    taken: HashSet<usize>,
    nodes: Vec<Node>,
}

/// An entry whose whole name is known.
#[derive(Clone)]
struct Found {
    entry: usize,
    name: String,
    /// The names of the DAG nodes it stands in, itself the last: a child stands in one of them.
    boundaries: Vec<String>,
}

impl Search<'_> {
    fn walk(&mut self, root: usize) {
        let name = self.workflow.to_owned();
        let mut pending = vec![Found {
            entry: root,
            boundaries: vec![name.clone()],
            name,
        }];
        self.place(root, self.workflow.to_owned(), None);
        while let Some(found) = pending.pop() {
            let ids: Vec<String> = self.entries[found.entry]
                .child_tasks
                .iter()
                .map(|child| child.pod_name.clone())
                .collect();
            for id in ids {
                pending.extend(self.child(&found, &id));
            }
        }
        self.hooks();
    }

    /// The entry that a child's id stands for.
    fn child(&mut self, of: &Found, id: &str) -> Option<Found> {
        if self.nodes.iter().any(|node| node.id == id) {
            return None;
        }
        let (depth, short) = self.name_of(&of.boundaries, id)?;
        let boundary = of.boundaries[depth].clone();
        let name = format!("{boundary}.{short}");
        let mut boundaries = of.boundaries[..=depth].to_vec();
        boundaries.push(name.clone());
        let entry = self.best(&short, &boundaries, of.entry)?;
        self.taken.insert(entry);
        self.place(entry, name.clone(), Some(boundary));
        Some(Found {
            entry,
            name,
            boundaries,
        })
    }

    /// The DAG and the short name that together hash to an id.
    fn name_of(&self, boundaries: &[String], id: &str) -> Option<(usize, String)> {
        let shorts: HashSet<&str> = self
            .entries
            .iter()
            .map(|entry| entry.display_name.as_str())
            .collect();
        boundaries.iter().enumerate().rev().find_map(|(depth, boundary)| {
            shorts
                .iter()
                .find(|short| node_id(self.workflow, &format!("{boundary}.{short}")) == id)
                .map(|short| (depth, (*short).to_owned()))
        })
    }

    /// Of the entries of one short name the one whose children fit, and whose times are nearest to its parent's.
    fn best(&self, short: &str, boundaries: &[String], parent: usize) -> Option<usize> {
        let free = self
            .entries
            .iter()
            .enumerate()
            .filter(|(at, entry)| entry.display_name == short && !self.taken.contains(at));
        free.max_by_key(|(_, entry)| {
            let fits = entry
                .child_tasks
                .iter()
                .filter(|child| self.name_of(boundaries, &child.pod_name).is_some())
                .count();
            let misfits = entry.child_tasks.len() - fits;
            (
                std::cmp::Reverse(misfits),
                fits,
                std::cmp::Reverse(self.distance(entry, &self.entries[parent])),
            )
        })
        .map(|(at, _)| at)
    }

    /// How far two entries' times lie apart: an executor begins and ends with the DAG around it.
    fn distance(&self, one: &NodeDetail, other: &NodeDetail) -> i64 {
        let apart = |a: &Option<String>, b: &Option<String>| match (time(a.as_deref()), time(b.as_deref())) {
            (Some(a), Some(b)) => a.millis_since(b).saturating_abs(),
            (None, None) => 0,
            _ => i64::MAX / 4,
        };
        apart(&one.start_time, &other.start_time) + apart(&one.end_time, &other.end_time)
    }

    /// Exit hooks are nobody's children: their names begin with that of the node they hang on.
    fn hooks(&mut self) {
        let hooks: Vec<usize> = (0..self.entries.len())
            .filter(|at| !self.taken.contains(at))
            .filter(|at| self.entries[*at].display_name.ends_with(".onExit"))
            .collect();
        for at in hooks {
            let short = self.entries[at].display_name.clone();
            let hooked = short.trim_end_matches(".onExit");
            let Some(node) = self.nodes.iter().find(|node| node.own_name == hooked) else {
                continue;
            };
            let Some(boundary) = node.name.strip_suffix(&format!(".{hooked}")).map(str::to_owned) else {
                continue;
            };
            let name = format!("{boundary}.{short}");
            self.taken.insert(at);
            self.place(at, name.clone(), Some(boundary.clone()));
            let mut pending = vec![Found {
                entry: at,
                boundaries: vec![boundary, name.clone()],
                name,
            }];
            while let Some(found) = pending.pop() {
                let ids: Vec<String> = self.entries[found.entry]
                    .child_tasks
                    .iter()
                    .map(|child| child.pod_name.clone())
                    .collect();
                for id in ids {
                    pending.extend(self.child(&found, &id));
                }
            }
        }
    }

    fn place(&mut self, at: usize, name: String, boundary: Option<String>) {
        let entry = &self.entries[at];
        // Omitted nodes have no state at all.
        let phase = entry.state.as_deref().map_or(Phase::Omitted, Phase::from_word);
        self.nodes.push(Node {
            id: node_id(self.workflow, &name),
            own_name: entry.display_name.clone(),
            boundary: boundary.map(|boundary| node_id(self.workflow, &boundary)),
            name,
            phase,
            started_at: time(entry.start_time.as_deref()),
            finished_at: time(entry.end_time.as_deref()),
            ..Node::default()
        });
    }
}
