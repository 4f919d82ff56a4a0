//! The tasks of a run as a drawing: boxes, frames around what holds others, and lines from what comes first.
//!
//! ```text
//! ╭──────────────────╮
//! │ ✓ prepare   3.0 s│
//! ╰──────────────────╯
//!           │
//! ╭─ ▶ for-loop-1 ──────────────────────────╮
//! │ ╭─────────────────╮ ╭─────────────────╮ │
//! │ │ ✓ train [0]     │ │ ▶ train [1]     │ │
//! │ ╰─────────────────╯ ╰─────────────────╯ │
//! ╰─────────────────────────────────────────╯
//! ```
//!
//! A DAG is laid out on its own, and stands in the DAG around it as one box of its size. Places depend on names and
//! dependencies alone: a drawing stays as it is while its tasks go on. One unit is a cell of a terminal, as wide as a
//! letter and as high as a line; any other screen takes its own measure for it.

mod draft;
mod lay_out;
mod neighbour;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use flowdeck_client::TaskId;
use flowdeck_client::pipelines::TaskTree;

pub use neighbour::Heading;

/// Tasks that do something from which on a list of rows tells more than a drawing.
pub const TOO_MANY_FOR_A_DRAWING: usize = 60;

/// Times round from which on a loop stands closed at first.
const MANY_ROUNDS: u32 = 12;

/// The tasks of a run as a drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskGraph {
    /// Frames stand before what stands in them.
    pub boxes: Vec<TaskBox>,
    /// From what comes first to what comes then.
    pub edges: Vec<TaskEdge>,
    /// In units.
    pub width: u32,
    /// In units.
    pub height: u32,
}

/// A task, a frame around tasks, or one time round of a loop.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskBox {
    /// The task's place in the tree.
    pub task: usize,
    /// What it is.
    pub kind: BoxKind,
    /// Where it stands.
    pub area: Area,
    /// Its name.
    pub title: String,
}

/// What a box is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BoxKind {
    /// A task without others in it.
    Task,
    /// A frame around the tasks in it.
    Open,
    /// A task whose own are not shown.
    Closed,
    /// A frame around one time round of a loop; it stands for no task of its own.
    Round,
}

/// Where something stands: its upper left corner and its size, in units.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Area {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// Edges included.
    pub width: u32,
    /// Edges included.
    pub height: u32,
}

/// A line from one box to another one.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskEdge {
    /// The box it comes from, by its place.
    pub from: usize,
    /// The box it leads to.
    pub to: usize,
    /// Its corners, each straight above or beside the one before; the first stands in the lower edge of the one box,
    /// the last in the upper edge of the other.
    pub points: Vec<(u32, u32)>,
}

impl TaskGraph {
    /// Lays the tasks out, those in `closed` without what stands in them.
    pub fn of(tree: &TaskTree, closed: &HashSet<TaskId>) -> Self {
        draft::draw(tree, closed)
    }

    /// The box of a task.
    pub fn box_of(&self, task: usize) -> Option<usize> {
        self.boxes
            .iter()
            .position(|one| one.task == task && one.kind != BoxKind::Round)
    }
}

/// What stands closed at first: loops of many times round.
pub fn closed_at_first(tree: &TaskTree) -> HashSet<TaskId> {
    let is_long = |count: Option<u32>| count.is_some_and(|count| count > MANY_ROUNDS);
    let loops = tree.tasks.iter().filter(|task| is_long(task.iteration_count));
    loops.map(|task| task.id.clone()).collect()
}

impl Area {
    /// The column behind it.
    pub const fn right(self) -> u32 {
        self.x + self.width
    }

    /// The row below it.
    pub const fn bottom(self) -> u32 {
        self.y + self.height
    }

    /// Whether another one lies within it, its edges left out.
    pub const fn holds(self, other: Self) -> bool {
        self.x < other.x && self.y < other.y && other.right() < self.right() && other.bottom() < self.bottom()
    }

    /// Whether they share any unit.
    pub const fn meets(self, other: Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }
}
