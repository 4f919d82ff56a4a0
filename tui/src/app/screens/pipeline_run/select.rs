//! Which task is in hand, wherever it is shown.

use std::collections::HashSet;

use flowdeck_surface::client::TaskId;
use flowdeck_surface::client::pipelines::{Task, TaskState};
use flowdeck_surface::pipelines::graph::{BoxKind, Heading};
use flowdeck_surface::pipelines::task_summary;
use flowdeck_surface::words::Words;
use ratatui::layout::Rect;

use super::{PipelineRunPage, Shape};
use crate::app::context::Cx;

impl PipelineRunPage {
    pub(super) fn task(&self) -> Option<&Task> {
        self.tree.task(self.selected.as_ref()?)
    }

    /// The place of the task in hand in the tree.
    pub(super) fn place(&self) -> Option<usize> {
        let id = self.selected.as_ref()?;
        self.tree.tasks.iter().position(|task| task.id == *id)
    }

    /// Finds the rows in view, keeps the task in hand there, and shows what is known of it.
    pub(super) fn arrange(&mut self, cx: &Cx<'_>) {
        let no_closed = HashSet::new();
        let closed = self.closed.as_ref().unwrap_or(&no_closed);
        self.shown = if self.find.is_empty() {
            self.rows.shown(&self.tree, closed)
        } else {
            (0..self.rows.rows.len())
                .filter(|row| self.has_words(self.rows.rows[*row].task))
                .collect()
        };
        if self
            .selected
            .as_ref()
            .is_some_and(|id| self.tree.task(id).is_none())
        {
            self.selected = None;
        }
        self.keep_in_view(cx);
        self.show_facts(cx);
    }

    pub(super) fn select(&mut self, task: Option<usize>, cx: &Cx<'_>) {
        self.selected = task
            .and_then(|place| self.tree.tasks.get(place))
            .map(|task| task.id.clone());
        self.keep_in_view(cx);
        self.show_facts(cx);
    }

    fn keep_in_view(&mut self, cx: &Cx<'_>) {
        let place = self.place();
        let row = self
            .shown
            .iter()
            .position(|&row| Some(self.rows.rows[row].task) == place);
        let row = row.unwrap_or_else(|| self.cursor.selected.min(self.shown.len().saturating_sub(1)));
        self.cursor.select(row, self.shown.len(), self.height(cx));
        let pane = self.pane(cx);
        let shown = place.and_then(|place| self.graph.box_of(place));
        match shown.map(|place| self.graph.boxes[place].area) {
            Some(area) => {
                let height = if area.height > u32::from(pane.height) {
                    3
                } else {
                    area.height
                };
                let width = area.width.min(u32::from(pane.width));
                self.offset.0 = kept(
                    self.offset.0,
                    area.x,
                    width,
                    u32::from(pane.width),
                    self.graph.width,
                );
                self.offset.1 = kept(
                    self.offset.1,
                    area.y,
                    height,
                    u32::from(pane.height),
                    self.graph.height,
                );
            }
            None => self.pan(0, 0, pane),
        }
    }

    /// Lets a graph that is wider than its pane begin with its first box in the middle.
    pub(super) fn begin_at_first(&mut self, cx: &Cx<'_>) {
        let pane = self.pane(cx);
        if let Some(first) = self.graph.first() {
            let area = self.graph.boxes[first].area;
            self.offset = (0, 0);
            let middle = i64::from(area.x + area.width / 2);
            self.pan(middle - i64::from(pane.width / 2), 0, pane);
        }
    }

    /// Moves the graph in its pane.
    pub(super) fn pan(&mut self, right: i64, down: i64, pane: Rect) {
        let moved = |at: u32, by: i64, whole: u32, room: u16| {
            let most = i64::from(whole.saturating_sub(u32::from(room)));
            (i64::from(at) + by).clamp(0, most) as u32
        };
        self.offset = (
            moved(self.offset.0, right, self.graph.width, pane.width),
            moved(self.offset.1, down, self.graph.height, pane.height),
        );
    }

    /// Goes to the box that stands there; with none in hand, to the first.
    pub(super) fn go(&mut self, heading: Heading, cx: &Cx<'_>) {
        let here = self.place().and_then(|place| self.graph.box_of(place));
        let next = match here {
            Some(here) => self.graph.neighbour(here, heading),
            None => self.graph.first(),
        };
        match (next, heading) {
            (Some(next), _) => self.select(Some(self.graph.boxes[next].task), cx),
            // Above the first task stands the run itself.
            (None, Heading::Up) => self.select(None, cx),
            (None, _) => {}
        }
    }

    /// Goes to the first or last box.
    pub(super) fn go_to_edge(&mut self, is_last: bool, cx: &Cx<'_>) {
        let place = if is_last {
            self.graph.last()
        } else {
            self.graph.first()
        };
        if let Some(place) = place {
            self.select(Some(self.graph.boxes[place].task), cx);
        }
    }

    fn has_words(&self, place: usize) -> bool {
        let task = &self.tree.tasks[place];
        let (name, summary, where_) = (task.title(), task_summary(task), self.tree.place(task));
        let others = [task.state.word(), summary.as_str(), where_.as_str()];
        Words::new(&self.find).are_in(&name, others.into_iter())
    }

    /// Opens what holds a task, so that it can be seen.
    fn reveal(&mut self, id: &TaskId) {
        let mut above = self.tree.task(id).and_then(|task| task.parent_id.clone());
        let mut any = false;
        for _ in 0..self.tree.tasks.len() {
            let Some(parent) = above else { break };
            any |= self.closed.as_mut().is_some_and(|closed| closed.remove(&parent));
            above = self.tree.task(&parent).and_then(|task| task.parent_id.clone());
        }
        if any && let Some(closed) = &self.closed {
            self.graph = flowdeck_surface::pipelines::graph::TaskGraph::of(&self.tree, closed);
        }
    }

    pub(super) fn find_words(&mut self, words: String, cx: &Cx<'_>) {
        if self.focus != super::Focus::Tasks {
            let area = self.facts_area(cx);
            if let Some((_, viewer)) = &mut self.viewer {
                viewer.find(&words, area);
            }
            return;
        }
        self.find = words;
        self.arrange(cx);
        let is_found = self.place().is_some_and(|place| self.has_words(place));
        if !self.find.is_empty() && !is_found {
            self.next_match(true, cx);
        }
    }

    /// Goes to the next task that has the words; without words, to the next that failed, waits with a reason or runs.
    pub(super) fn next_match(&mut self, forward: bool, cx: &Cx<'_>) {
        let n_tasks = self.tree.tasks.len();
        if n_tasks == 0 {
            return;
        }
        let from = self.place();
        let steps = (0..n_tasks).map(|step| match (from, forward) {
            (Some(from), true) => (from + 1 + step) % n_tasks,
            (Some(from), false) => (from + n_tasks - 1 - step % n_tasks) % n_tasks,
            (None, true) => step,
            (None, false) => n_tasks - 1 - step,
        });
        let places: Vec<usize> = steps.collect();
        let found = if self.find.is_empty() {
            let is_wanted = |wanted: fn(&Task) -> bool| {
                places.iter().copied().find(|place| {
                    let task = &self.tree.tasks[*place];
                    task.kind.is_leaf() && wanted(task)
                })
            };
            is_wanted(|task| task.state == TaskState::Failed)
                .or_else(|| is_wanted(|task| task.state == TaskState::Pending && task.cause.is_some()))
                .or_else(|| is_wanted(|task| task.state == TaskState::Running))
        } else {
            places.iter().copied().find(|place| self.has_words(*place))
        };
        if let Some(place) = found {
            let id = self.tree.tasks[place].id.clone();
            self.reveal(&id);
            self.selected = Some(id);
            self.arrange(cx);
        }
    }

    /// Opens or closes the task in hand; answers whether it holds others.
    pub(super) fn fold(&mut self, cx: &Cx<'_>) -> bool {
        let Some(id) = self.selected.clone() else {
            return false;
        };
        if self.tree.children(&id).next().is_none() {
            return false;
        }
        if let Some(closed) = &mut self.closed
            && !closed.remove(&id)
        {
            closed.insert(id);
        }
        self.rebuild(cx);
        true
    }

    pub(super) fn fold_all(&mut self, is_closed: bool, cx: &Cx<'_>) {
        let holders = self.tree.tasks.iter().filter(|task| {
            let is_root = task.parent_id.is_none() && self.shape == Shape::Graph;
            is_closed && !is_root && self.tree.children(&task.id).next().is_some()
        });
        let closed: HashSet<TaskId> = holders.map(|task| task.id.clone()).collect();
        // What was in hand is closed away: what holds it is in hand now.
        while let Some(parent) = self.task().and_then(|task| task.parent_id.clone()) {
            if !closed.contains(&parent) {
                break;
            }
            self.selected = Some(parent);
        }
        self.closed = Some(closed);
        self.rebuild(cx);
    }

    /// The box at a cell of the screen: the innermost one.
    pub(super) fn box_at(&self, column: u16, row: u16, pane: Rect) -> Option<usize> {
        let x = u32::from(column.checked_sub(pane.x)?) + self.offset.0;
        let y = u32::from(row.checked_sub(pane.y)?) + self.offset.1;
        let boxes = self.graph.boxes.iter().enumerate().rev();
        let mut at = boxes.filter(|(_, one)| {
            let area = one.area;
            area.x <= x && x < area.right() && area.y <= y && y < area.bottom()
        });
        at.find(|(_, one)| one.kind != BoxKind::Round)
            .map(|(place, _)| place)
    }
}

/// The first unit in view so that a stretch is.
fn kept(first: u32, at: u32, length: u32, room: u32, whole: u32) -> u32 {
    let last = (at + length).saturating_sub(room);
    let margin = 2.min(room.saturating_sub(length) / 2);
    let least = if last == 0 { 0 } else { (last + margin).min(at) };
    let most = at.saturating_sub(margin).max(last).max(least);
    first.clamp(least, most).min(whole.saturating_sub(room))
}
