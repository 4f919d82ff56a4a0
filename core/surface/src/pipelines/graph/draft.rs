//! From tasks to boxes, the innermost DAG first.

use std::collections::{BTreeMap, HashMap, HashSet};

use flowdeck_client::TaskId;
use flowdeck_client::pipelines::{Task, TaskKind, TaskTree};

use super::lay_out::lay_out;
use super::{Area, BoxKind, TaskBox, TaskEdge, TaskGraph};
use crate::text::{harmless, width_cells};

/// Rows of a box: its edges and a line.
const BOX_HEIGHT: u32 = 3;
/// The narrowest and the widest box.
const NARROWEST: u32 = 16;
const WIDEST: u32 = 40;
/// What a box needs beside its name: edges, a symbol, and room for how long it takes.
const BESIDE_NAME: u32 = 14;
/// Blank columns and rows between boxes that no line joins.
const GAP: u32 = 1;
/// How wide boxes stand beside each other where no line joins them.
pub(super) const SHELF: u32 = 120;

/// Draws the tasks of a run.
pub(super) fn draw(tree: &TaskTree, closed: &HashSet<TaskId>) -> TaskGraph {
    let mut inside: HashMap<Option<&TaskId>, Vec<usize>> = HashMap::new();
    let known: HashSet<&TaskId> = tree.tasks.iter().map(|task| &task.id).collect();
    for (place, task) in tree.tasks.iter().enumerate() {
        let parent = task
            .parent_id
            .as_ref()
            .filter(|id| known.contains(id) && **id != task.id);
        inside.entry(parent).or_default().push(place);
    }
    let draft = Draft { tree, inside, closed };
    let outermost = draft.tasks_in(None);
    let part = match outermost.as_slice() {
        // The pipeline itself needs no frame.
        [only] if tree.tasks[*only].kind == TaskKind::Root => {
            draft.dag(&draft.tasks_in(Some(&tree.tasks[*only].id)))
        }
        all => draft.dag(all),
    };
    TaskGraph {
        boxes: part.boxes,
        edges: part.edges,
        width: part.width,
        height: part.height,
    }
}

struct Draft<'a> {
    tree: &'a TaskTree,
    inside: HashMap<Option<&'a TaskId>, Vec<usize>>,
    closed: &'a HashSet<TaskId>,
}

/// Something laid out on its own, its upper left corner at 0.
#[derive(Default)]
struct Part {
    boxes: Vec<TaskBox>,
    edges: Vec<TaskEdge>,
    width: u32,
    height: u32,
}

impl Part {
    fn take(&mut self, other: Self, x: u32, y: u32) {
        let first = self.boxes.len();
        self.width = self.width.max(x + other.width);
        self.height = self.height.max(y + other.height);
        self.boxes.extend(other.boxes.into_iter().map(|mut one| {
            one.area.x += x;
            one.area.y += y;
            one
        }));
        self.edges.extend(other.edges.into_iter().map(|edge| TaskEdge {
            from: edge.from + first,
            to: edge.to + first,
            points: edge.points.iter().map(|&(px, py)| (px + x, py + y)).collect(),
        }));
    }
}

impl<'a> Draft<'a> {
    /// The tasks in another one: by name and time round, whatever goes on.
    fn tasks_in(&self, parent: Option<&TaskId>) -> Vec<usize> {
        let mut places = self.inside.get(&parent).cloned().unwrap_or_default();
        let key = |place: &usize| {
            let task: &Task = &self.tree.tasks[*place];
            (task.iteration, task.name.as_str())
        };
        places.sort_by(|a, b| key(a).cmp(&key(b)));
        places
    }

    /// Tasks that stand beside each other, with the lines between them.
    fn dag(&self, places: &[usize]) -> Part {
        let by_name: HashMap<&str, usize> = places
            .iter()
            .enumerate()
            .map(|(at, place)| (self.tree.tasks[*place].name.as_str(), at))
            .collect();
        let mut edges: Vec<(usize, usize)> = Vec::new();
        for (to, place) in places.iter().enumerate() {
            let before = self.tree.tasks[*place].depends_on.iter();
            edges.extend(
                before
                    .filter_map(|name| by_name.get(name.as_str()))
                    .filter(|from| **from != to)
                    .map(|from| (*from, to)),
            );
        }
        let parts: Vec<Part> = places.iter().map(|place| self.task(*place)).collect();
        joined(parts, &edges)
    }

    fn task(&self, place: usize) -> Part {
        let task = &self.tree.tasks[place];
        let below = self.tasks_in(Some(&task.id));
        let title = title(task);
        if below.is_empty() || self.closed.contains(&task.id) {
            let kind = if below.is_empty() {
                BoxKind::Task
            } else {
                BoxKind::Closed
            };
            return single(place, kind, title);
        }
        let content = if task.kind == TaskKind::Loop {
            self.rounds(place, &below)
        } else {
            self.dag(&below)
        };
        framed(place, BoxKind::Open, title, content)
    }

    /// The times round of a loop, beside each other; a frame around each that has several tasks.
    fn rounds(&self, place: usize, below: &[usize]) -> Part {
        let mut rounds: BTreeMap<Option<u32>, Vec<usize>> = BTreeMap::new();
        for task in below {
            rounds
                .entry(self.tree.tasks[*task].iteration)
                .or_default()
                .push(*task);
        }
        let parts = rounds
            .into_iter()
            .map(|(number, tasks)| match (number, tasks.as_slice()) {
                (_, [only]) => self.task(*only),
                (Some(number), tasks) => {
                    framed(place, BoxKind::Round, format!("[{number}]"), self.dag(tasks))
                }
                (None, tasks) => self.dag(tasks),
            });
        shelved(parts.collect())
    }
}

fn title(task: &Task) -> String {
    harmless(&task.title()).into_owned()
}

fn single(task: usize, kind: BoxKind, title: String) -> Part {
    let name = u32::try_from(width_cells(&title)).unwrap_or(WIDEST);
    let area = Area {
        width: odd((name.min(WIDEST) + BESIDE_NAME).clamp(NARROWEST, WIDEST)),
        height: BOX_HEIGHT,
        ..Area::default()
    };
    Part {
        width: area.width,
        height: area.height,
        boxes: vec![TaskBox {
            task,
            kind,
            area,
            title,
        }],
        edges: Vec::new(),
    }
}

/// Boxes of odd widths have a middle, so that a line between them needs no bend.
const fn odd(width: u32) -> u32 {
    width | 1
}

/// A frame with something in it, a blank column on either side.
fn framed(task: usize, kind: BoxKind, title: String, content: Part) -> Part {
    let name = u32::try_from(width_cells(&title)).unwrap_or(WIDEST).min(WIDEST);
    let width = odd((content.width + 4).max(name + BESIDE_NAME));
    let height = content.height + 2;
    let area = Area {
        x: 0,
        y: 0,
        width,
        height,
    };
    let mut part = Part {
        width,
        height,
        boxes: vec![TaskBox {
            task,
            kind,
            area,
            title,
        }],
        edges: Vec::new(),
    };
    let x = (width - content.width) / 2;
    part.take(content, x, 1);
    part
}

/// Parts with lines between them; those that no line touches stand below, on shelves.
fn joined(parts: Vec<Part>, edges: &[(usize, usize)]) -> Part {
    let mut touched = vec![false; parts.len()];
    for (from, to) in edges {
        touched[*from] = true;
        touched[*to] = true;
    }
    let linked: Vec<usize> = (0..parts.len()).filter(|at| touched[*at]).collect();
    let mut new_place = vec![0; parts.len()];
    for (at, old) in linked.iter().enumerate() {
        new_place[*old] = at;
    }
    let (mut drawn, mut alone) = (Vec::new(), Vec::new());
    for (at, part) in parts.into_iter().enumerate() {
        if touched[at] {
            drawn.push(part);
        } else {
            alone.push(part);
        }
    }
    let renamed: Vec<(usize, usize)> = edges
        .iter()
        .map(|(from, to)| (new_place[*from], new_place[*to]))
        .collect();
    let mut whole = linked_part(drawn, &renamed);
    if !alone.is_empty() {
        let y = if whole.height == 0 { 0 } else { whole.height + GAP };
        whole.take(shelved(alone), 0, y);
    }
    whole
}

fn linked_part(parts: Vec<Part>, edges: &[(usize, usize)]) -> Part {
    if parts.is_empty() {
        return Part::default();
    }
    let sizes: Vec<(u32, u32)> = parts.iter().map(|part| (part.width, part.height)).collect();
    let laid_out = lay_out(&sizes, edges);
    let mut whole = Part::default();
    // The first box of a part is the part itself.
    let mut firsts = Vec::with_capacity(parts.len());
    for (part, (x, y)) in parts.into_iter().zip(&laid_out.places) {
        firsts.push(whole.boxes.len());
        whole.take(part, *x, *y);
    }
    for line in laid_out.lines {
        whole.width = line.points.iter().map(|(x, _)| x + 1).fold(whole.width, u32::max);
        whole.edges.push(TaskEdge {
            from: firsts[line.from],
            to: firsts[line.to],
            points: line.points,
        });
    }
    whole
}

/// Parts beside each other as far as a shelf goes, then on the next one.
fn shelved(parts: Vec<Part>) -> Part {
    let mut whole = Part::default();
    let (mut x, mut y, mut height) = (0, 0, 0);
    for part in parts {
        if x > 0 && x + part.width > SHELF {
            y += height + GAP;
            (x, height) = (0, 0);
        }
        let (width, tall) = (part.width, part.height);
        whole.take(part, x, y);
        x += width + GAP + 1;
        height = height.max(tall);
    }
    whole
}
