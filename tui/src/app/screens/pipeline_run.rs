//! The page of a pipeline run: its tasks as a graph, as a tree or as bars along the time, and all of the one in hand.
//! A version of a pipeline has the same page, of tasks that nobody ran.
//!
//! ```text
//!  ✗ FAILED  failed at `train`: out of memory (exit code 137)                         4/5 tasks  12m 03s
//! ╭ 1 Graph  2 Tree  3 Bars ────────────────────────────╮╭ train ─────────────────────────────────╮
//! │        ╭────────────────────╮                       ││ State      ✗ FAILED                      │
//! │        │ ✓ prepare    3.0 s │                       ││ Why        failed: out of memory …       │
//! │        ╰────────────────────╯                       ││ Place      train                         │
//! │                  │                                  ││ Pod        churn-x7-system-container-…   │
//! │                  ▼                                  ││                                          │
//! │        ╭────────────────────╮                       ││ Inputs                                   │
//! │        │ ✗ train    8m 31s  │                       ││ rows       1000                          │
//! ╰─────────────────────────────────────────────────────╯╰──────────────────────────────────────────╯
//! ```

mod act;
mod draw;
mod graph;
mod load;
mod rows;
mod select;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::sync::Arc;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::pipelines::{PipelineRun, PipelineSpec, PipelineVersion, TaskTree};
use flowdeck_surface::client::{PipelineRunId, TaskId, Timestamp};
use flowdeck_surface::pipelines::graph::{TOO_MANY_FOR_A_DRAWING, TaskGraph, closed_at_first};
use flowdeck_surface::pipelines::{PipelineRunLine, TaskRows, planned_tasks};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Freshness, Screen};
use crate::app::arrangement::Arrangement;
use crate::app::context::{Cx, Look};
use crate::app::key::Key;
use crate::app::live::Alarm;
use crate::app::loadable::Loadable;
use crate::app::message::{Mouse, Reply};
use crate::app::pipelines::acting::Acting;
use crate::app::pipelines::launching::Launching;
use crate::app::ticket::Ticket;
use crate::app::viewer::Viewer;
use crate::app::widgets::cursor::Cursor;
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::prompt::{Prompt, Typed};

/// The page of a pipeline run, or of a version.
pub(crate) struct PipelineRunPage {
    subject: Subject,
    run: Loadable<PipelineRun>,
    /// What it was made from, once that was asked: nothing where nobody knows.
    spec: Loadable<Option<Arc<PipelineSpec>>>,
    /// The tasks, with what the spec adds to them.
    tree: TaskTree,
    graph: TaskGraph,
    rows: TaskRows,
    shape: Shape,
    /// Whether the person chose the shape.
    is_chosen: bool,
    /// Tasks whose own are not shown; none until the tasks are known.
    closed: Option<HashSet<TaskId>>,
    /// The task in hand; none means the run itself.
    selected: Option<TaskId>,
    /// The rows in view, as places in `rows`; the run itself is none of them.
    shown: Vec<usize>,
    /// Over the shown rows.
    cursor: Cursor,
    /// The unit of the graph in the upper left corner of its pane.
    offset: (u32, u32),
    /// Where the graph stood when it was begun to be dragged.
    dragged: Option<(u32, u32)>,
    focus: Focus,
    viewer: Option<(Option<TaskId>, Viewer)>,
    find: String,
    prompt: Option<Prompt>,
    acting: Acting,
    launching: Launching,
    /// Whether what is being done is that the run goes for good.
    is_deleting: bool,
    alarm: Alarm,
    now: Timestamp,
    web: Option<String>,
}

/// Whose tasks are shown.
enum Subject {
    /// Of a run by its id, or by its name where one is typed.
    Run { word: String, name: String },
    /// Of a version that nobody ran.
    Version(Box<PipelineVersion>),
}

/// How the tasks are shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Shape {
    Graph,
    Tree,
    Bars,
}

/// Where keys go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Focus {
    /// To the tasks.
    Tasks,
    /// To the task in hand, beside them.
    Facts,
    /// To the task in hand, which fills the page.
    Full,
}

/// What of the arrangement can be taken back.
#[derive(Clone, Debug, PartialEq)]
struct Arranged {
    shape: Shape,
    closed: Option<HashSet<TaskId>>,
    find: String,
}

impl PipelineRunPage {
    fn new(subject: Subject) -> Self {
        Self {
            subject,
            run: Loadable::default(),
            spec: Loadable::default(),
            tree: TaskTree::default(),
            graph: TaskGraph::default(),
            rows: TaskRows::default(),
            shape: Shape::Graph,
            is_chosen: false,
            closed: None,
            selected: None,
            shown: Vec::new(),
            cursor: Cursor::default(),
            offset: (0, 0),
            dragged: None,
            focus: Focus::Tasks,
            viewer: None,
            find: String::new(),
            prompt: None,
            acting: Acting::default(),
            launching: Launching::default(),
            is_deleting: false,
            alarm: Alarm::default(),
            now: Timestamp(0),
            web: None,
        }
    }

    /// The page of a run that stands in a list.
    pub(crate) fn of_line(line: &PipelineRunLine) -> Self {
        Self::new(Subject::Run {
            word: line.id.to_string(),
            name: line.name.clone(),
        })
    }

    /// The page of a run of which nothing but its id is known.
    pub(crate) fn by_id(id: PipelineRunId) -> Self {
        Self::by_word(id.as_str())
    }

    /// The page of a run that a person means by an id or a name.
    pub(crate) fn by_word(word: &str) -> Self {
        Self::new(Subject::Run {
            word: word.to_owned(),
            name: word.to_owned(),
        })
    }

    /// The page of a version, of tasks that nobody ran.
    pub(crate) fn of_version(version: &PipelineVersion) -> Self {
        let mut page = Self::new(Subject::Version(Box::new(version.clone())));
        page.tree = version.spec.as_deref().map(planned_tasks).unwrap_or_default();
        page
    }

    fn is_plan(&self) -> bool {
        matches!(self.subject, Subject::Version(_))
    }

    /// Draws and orders the tasks anew.
    fn rebuild(&mut self, cx: &Cx<'_>) {
        let tree = &self.tree;
        let is_first = self.closed.is_none() && !tree.is_empty();
        let closed = self.closed.get_or_insert_with(|| closed_at_first(tree));
        self.graph = TaskGraph::of(tree, closed);
        self.rows = TaskRows::of(tree, self.now);
        if tree.is_empty() {
            self.closed = None;
        }
        if is_first && !self.is_chosen {
            let is_big = self.tree.leaves().count() > TOO_MANY_FOR_A_DRAWING;
            self.shape = if is_big { Shape::Tree } else { Shape::Graph };
        }
        if is_first {
            self.begin_at_first(cx);
        }
        self.arrange(cx);
    }
}

impl Screen for PipelineRunPage {
    fn crumb(&self) -> String {
        match &self.subject {
            Subject::Run { name, .. } => name.clone(),
            Subject::Version(version) => version.display_name.clone(),
        }
    }

    fn scopes(&self) -> &'static [Scope] {
        match (self.focus, self.shape) {
            (Focus::Tasks, Shape::Graph) => &[
                Scope::TaskGraph,
                Scope::PipelineRun,
                Scope::List,
                Scope::Everywhere,
            ],
            (Focus::Tasks, _) => &[Scope::PipelineRun, Scope::List, Scope::Everywhere],
            _ => &[Scope::Viewer, Scope::PipelineRun, Scope::List, Scope::Everywhere],
        }
    }

    fn is_of_pipelines(&self) -> bool {
        true
    }

    fn web_address(&self) -> Option<String> {
        let base = self.web.as_ref()?.trim_end_matches('/');
        let run = self.run.shown()?;
        Some(format!("{base}/#/runs/details/{}", run.id))
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.rebuild(cx);
        if !self.is_plan() {
            self.read(cx);
        }
    }

    fn cover(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
    }

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
        self.run.give_up(cx);
        self.spec.give_up(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        match self.focus {
            Focus::Tasks => self.act_on_tasks(action, cx),
            Focus::Facts | Focus::Full => self.act_on_facts(action, cx),
        }
    }

    fn arrangement(&self) -> Option<Arrangement> {
        Some(Arrangement::of(Arranged {
            shape: self.shape,
            closed: self.closed.clone(),
            find: self.find.clone(),
        }))
    }

    fn put_back(&mut self, arrangement: &Arrangement, cx: &mut Cx<'_>) {
        if let Some(wanted) = arrangement.get::<Arranged>().cloned() {
            self.shape = wanted.shape;
            self.closed = wanted.closed;
            self.find = wanted.find;
            self.rebuild(cx);
        }
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.prompt.as_ref()
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        let typed = prompt.press(key);
        let text = prompt.text().to_owned();
        match (typed, key.name.as_str()) {
            (Typed::Changed, _) => self.find_words(text, cx),
            (Typed::Done, _) => self.prompt = None,
            (Typed::Cancelled, _) => {
                self.prompt = None;
                self.find_words(String::new(), cx);
            }
            (Typed::Passed, "down") => self.next_match(true, cx),
            (Typed::Passed, "up") => self.next_match(false, cx),
            _ => {}
        }
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        prompt.paste(text);
        let words = prompt.text().to_owned();
        self.find_words(words, cx);
    }

    fn decided(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        if !self.acting.decide(ticket, decision.as_ref(), cx) {
            self.launching.decide(ticket, decision.as_ref(), cx);
        }
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        self.point(&mouse, cx);
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.run.awaits(ticket)
            || self.spec.awaits(ticket)
            || self.acting.awaits(ticket)
            || self.launching.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        self.take(reply, cx);
    }

    fn woken(&mut self, ticket: Ticket, cx: &mut Cx<'_>) {
        if self.alarm.rang(ticket) {
            self.read(cx);
        }
    }

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.arrange(cx);
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.run.as_of(),
            is_reading: self.run.is_asking() && self.run.shown().is_none(),
            is_over: self.run.shown().is_some_and(|run| run.state.is_terminal()),
            failure: self.run.failure(),
        }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_page(area, buf, look);
    }
}
