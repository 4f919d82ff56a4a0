//! The structure of a run worked out from `run_details.task_details`.
//!
//! They are all nodes of the workflow in any order, each with its own short name, its state and the ids of its children,
//! but without its own id. An id is a hash of the whole name: from the root downwards, the name that hashes to a child's
//! id is found among the short names that are there.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use flowdeck_domain::pipelines::{TaskSource, TaskTree};
use serde::Deserialize;

use super::graph::{Graph, Node, Phase};
use super::hash::{fnv1a, fnv1a_from, node_id};
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
    let shorts: BTreeSet<&str> = entries.iter().map(|entry| entry.display_name.as_str()).collect();
    let mut search = Search {
        entries,
        shorts: shorts.into_iter().collect(),
        workflow: &entries[root].display_name,
        taken: HashSet::from([root]),
        placed: HashSet::new(),
        nodes: Vec::new(),
        came_after: HashMap::new(),
    };
    search.walk(root);
    for node in &mut search.nodes {
        node.after = search.came_after.remove(&node.id).unwrap_or_default();
    }
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
    /// Their short names, each once.
    shorts: Vec<&'a str>,
    workflow: &'a str,
    taken: HashSet<usize>,
    /// Ids of the nodes that were found.
    placed: HashSet<String>,
    nodes: Vec<Node>,
    /// The nodes beside each one that it came after, by its id.
    came_after: HashMap<String, Vec<String>>,
}

/// An entry whose whole name is known.
struct Found {
    entry: usize,
    /// The names of the DAG nodes it stands in, itself the last: a child stands in one of them.
    boundaries: Vec<String>,
}

impl Search<'_> {
    fn walk(&mut self, root: usize) {
        let name = self.workflow.to_owned();
        self.place(root, name.clone(), None);
        self.follow(Found {
            entry: root,
            boundaries: vec![name],
        });
        self.hooks();
    }

    /// Names everything that can be reached from an entry.
    fn follow(&mut self, from: Found) {
        let entries = self.entries;
        let mut pending = vec![from];
        while let Some(found) = pending.pop() {
            for child in &entries[found.entry].child_tasks {
                pending.extend(self.child(&found, &child.pod_name));
            }
        }
    }

    /// The entry that a child's id stands for.
    fn child(&mut self, of: &Found, id: &str) -> Option<Found> {
        let (depth, short) = self.name_of(&of.boundaries, id)?;
        let boundary = of.boundaries[depth].clone();
        let beside = of
            .boundaries
            .get(depth + 1)
            .and_then(|name| name.strip_prefix(&boundary)?.strip_prefix('.'));
        if let Some(beside) = beside {
            self.came_after
                .entry(id.to_owned())
                .or_default()
                .push(beside.to_owned());
        }
        if self.placed.contains(id) {
            return None;
        }
        let name = format!("{boundary}.{short}");
        let mut boundaries = of.boundaries[..=depth].to_vec();
        boundaries.push(name.clone());
        let entry = self.best(&short, &boundaries, of.entry)?;
        self.taken.insert(entry);
        self.place(entry, name, Some(boundary));
        Some(Found { entry, boundaries })
    }

    /// The DAG and the short name that together hash to an id.
    fn name_of(&self, boundaries: &[String], id: &str) -> Option<(usize, String)> {
        let wanted = self.hash_in(id)?;
        boundaries.iter().enumerate().rev().find_map(|(depth, boundary)| {
            let start = fnv1a_from(fnv1a(boundary), ".");
            let short = self
                .shorts
                .iter()
                .find(|short| fnv1a_from(start, short) == wanted)?;
            Some((depth, (*short).to_owned()))
        })
    }

    fn hash_in(&self, id: &str) -> Option<u32> {
        id.strip_prefix(self.workflow)?.strip_prefix('-')?.parse().ok()
    }

    /// Of the entries of one short name the one whose children fit, and whose times are nearest to its parent's.
    fn best(&self, short: &str, boundaries: &[String], parent: usize) -> Option<usize> {
        let free: Vec<usize> = (0..self.entries.len())
            .filter(|at| self.entries[*at].display_name == short && !self.taken.contains(at))
            .collect();
        if let [] | [_] = free.as_slice() {
            return free.first().copied();
        }
        let fitting = self.hashes_below(boundaries);
        let parent = &self.entries[parent];
        free.into_iter().max_by_key(|at| {
            let entry = &self.entries[*at];
            let fits = entry
                .child_tasks
                .iter()
                .filter_map(|child| self.hash_in(&child.pod_name))
                .filter(|hash| fitting.contains(hash))
                .count();
            let misfits = entry.child_tasks.len() - fits;
            (Reverse(misfits), fits, Reverse(distance(entry, parent)))
        })
    }

    /// The hashes of all nodes that may stand in these DAGs.
    fn hashes_below(&self, boundaries: &[String]) -> HashSet<u32> {
        let starts = boundaries.iter().map(|boundary| fnv1a_from(fnv1a(boundary), "."));
        starts
            .flat_map(|start| self.shorts.iter().map(move |short| fnv1a_from(start, short)))
            .collect()
    }

    /// Exit hooks are nobody's children: their names begin with that of the node they hang on.
    fn hooks(&mut self) {
        for at in 0..self.entries.len() {
            let short = self.entries[at].display_name.as_str();
            let Some(hooked) = short
                .strip_suffix(".onExit")
                .filter(|_| !self.taken.contains(&at))
            else {
                continue;
            };
            let node = self.nodes.iter().find(|node| node.own_name == hooked);
            let Some(boundary) = node.and_then(|node| node.name.strip_suffix(&format!(".{hooked}"))) else {
                continue;
            };
            let (boundary, name) = (boundary.to_owned(), format!("{boundary}.{short}"));
            self.taken.insert(at);
            self.place(at, name.clone(), Some(boundary.clone()));
            self.follow(Found {
                entry: at,
                boundaries: vec![boundary, name],
            });
        }
    }

    fn place(&mut self, at: usize, name: String, boundary: Option<String>) {
        let entry = &self.entries[at];
        let id = node_id(self.workflow, &name);
        self.placed.insert(id.clone());
        // Omitted nodes have no state at all.
        let phase = entry.state.as_deref().map_or(Phase::Omitted, Phase::from_word);
        self.nodes.push(Node {
            id,
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

/// How far two entries' times lie apart: an executor begins and ends with the DAG around it.
fn distance(one: &NodeDetail, other: &NodeDetail) -> i64 {
    let apart = |a: &Option<String>, b: &Option<String>| match (time(a.as_deref()), time(b.as_deref())) {
        (Some(a), Some(b)) => a.millis_since(b).saturating_abs(),
        (None, None) => 0,
        _ => i64::MAX / 4,
    };
    apart(&one.start_time, &other.start_time) + apart(&one.end_time, &other.end_time)
}
