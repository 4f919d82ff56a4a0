//! What keys and the mouse do on the page.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::logs::LogTarget;
use flowdeck_surface::client::pipelines::{RunSource, RunState, Storage, TaskState};
use flowdeck_surface::pipelines::graph::Heading;

use super::{Focus, PipelineRunPage, Shape};
use crate::app::context::{Cx, Go};
use crate::app::message::{Mouse, MouseKind};
use crate::app::mouse::Target;
use crate::app::pipelines::acting::confirm_runs;
use crate::app::pipelines::launching::Purpose;
use crate::app::pipelines::{Deed, RunDeed, TemplateOf};
use crate::app::screens::logs::LogScreen;
use crate::app::screens::pipeline_versions::PipelineVersions;
use crate::app::screens::run::RunPage;
use crate::app::screens::value::ValuePage;
use crate::app::viewer::Acted;
use crate::app::widgets::cursor::{Pointed, WHEEL};
use crate::app::widgets::prompt::Prompt;

impl PipelineRunPage {
    pub(super) fn act_on_tasks(&mut self, action: Action, cx: &mut Cx<'_>) {
        let is_graph = self.shape == Shape::Graph;
        match action {
            Action::Up if is_graph => self.go(Heading::Up, cx),
            Action::Down if is_graph => self.go(Heading::Down, cx),
            Action::Left => self.go(Heading::Left, cx),
            Action::Right => self.go(Heading::Right, cx),
            Action::First if is_graph => self.go_to_edge(false, cx),
            Action::Last if is_graph => self.go_to_edge(true, cx),
            Action::PageUp | Action::PageDown if is_graph => {
                let pane = self.pane(cx);
                let by = i64::from(pane.height.max(2) - 1);
                self.pan(0, if action == Action::PageDown { by } else { -by }, pane);
            }
            _ if self.move_in_rows(action, cx) => {}
            Action::Open => {
                if self.selected.is_none() || self.is_plan() {
                    self.focus = Focus::Full;
                } else if !self.fold(cx) {
                    self.show_log(cx);
                }
            }
            Action::Fold => {
                if !self.fold(cx) && self.selected.is_some() {
                    cx.say("Only what holds tasks opens and closes.");
                }
            }
            Action::FoldAll | Action::UnfoldAll => self.fold_all(action == Action::FoldAll, cx),
            Action::NextPane | Action::PreviousPane => self.focus = Focus::Facts,
            Action::Back if !self.find.is_empty() => self.find_words(String::new(), cx),
            Action::Back => cx.go = Some(Go::Back),
            _ => self.act_on_both(action, cx),
        }
    }

    fn move_in_rows(&mut self, action: Action, cx: &Cx<'_>) -> bool {
        let is_move = self.cursor.act(action, self.shown.len(), self.height(cx));
        if is_move {
            self.take_cursor(cx);
        }
        is_move
    }

    fn take_cursor(&mut self, cx: &Cx<'_>) {
        let task = self
            .shown
            .get(self.cursor.selected)
            .map(|&row| self.rows.rows[row].task);
        self.select(task, cx);
    }

    pub(super) fn act_on_facts(&mut self, action: Action, cx: &mut Cx<'_>) {
        let area = self.facts_area(cx);
        let wanted = self.viewer.as_ref().map_or("", |(_, viewer)| viewer.wanted());
        match action {
            Action::Back if !wanted.is_empty() => return self.find_words(String::new(), cx),
            Action::NextPane | Action::PreviousPane | Action::Back => {
                self.focus = Focus::Tasks;
                return self.arrange(cx);
            }
            _ => {}
        }
        let acted = match &mut self.viewer {
            Some((_, viewer)) => viewer.act(action, area),
            None => Acted::Nothing,
        };
        match acted {
            Acted::Done => {}
            Acted::Open(title, viewer) => cx.go = Some(Go::To(Box::new(ValuePage::of(title, *viewer)))),
            Acted::Nothing if action == Action::Open => {
                self.focus = if self.focus == Focus::Full {
                    Focus::Facts
                } else {
                    Focus::Full
                };
            }
            Acted::Nothing => self.act_on_both(action, cx),
        }
    }

    fn act_on_both(&mut self, action: Action, cx: &mut Cx<'_>) {
        match action {
            Action::ShowGraph => self.show(Shape::Graph, cx),
            Action::ShowTree => self.show(Shape::Tree, cx),
            Action::ShowGantt => self.show(Shape::Bars, cx),
            Action::View => self.show(
                match self.shape {
                    Shape::Graph => Shape::Tree,
                    Shape::Tree => Shape::Bars,
                    Shape::Bars => Shape::Graph,
                },
                cx,
            ),
            Action::Details => {
                self.select(None, cx);
                if self.facts_frame(cx.body).is_none() {
                    self.focus = Focus::Facts;
                    self.show_facts(cx);
                }
            }
            Action::Find => {
                let wanted = match (&self.viewer, self.focus) {
                    (Some((_, viewer)), Focus::Facts | Focus::Full) => viewer.wanted(),
                    _ => &self.find,
                };
                self.prompt = Some(Prompt::new("find", wanted));
            }
            Action::NextMatch | Action::PreviousMatch => self.next_match(action == Action::NextMatch, cx),
            Action::Refresh => self.read(cx),
            Action::ShowLog => self.show_log(cx),
            Action::CopyValue => match self.task() {
                Some(task) => cx.copy("place", &self.tree.place(task)),
                None => self.copy_id(cx),
            },
            Action::CopyId => self.copy_id(cx),
            Action::ToMlflow => self.go_to_mlflow(cx),
            Action::ToParent => self.go_to_pipeline(cx),
            _ => self.change(action, cx),
        }
    }

    fn show(&mut self, shape: Shape, cx: &Cx<'_>) {
        self.shape = shape;
        self.is_chosen = true;
        self.arrange(cx);
    }

    fn copy_id(&self, cx: &mut Cx<'_>) {
        if let Some(run) = self.run.shown() {
            cx.copy("run id", run.id.as_str());
        }
    }

    /// What the task in hand printed; with none in hand, what all tasks of the run did.
    fn show_log(&self, cx: &mut Cx<'_>) {
        let Some(run) = self.run.shown() else { return };
        let Some(task) = self.task() else {
            let screen = LogScreen::of(LogTarget::Run(run.id.clone()), "log");
            cx.go = Some(Go::To(Box::new(screen)));
            return;
        };
        let never_ran = matches!(
            task.state,
            TaskState::Cached | TaskState::Skipped | TaskState::Omitted
        );
        if never_ran || !task.kind.is_leaf() {
            return cx.say(format!("{} has no log: {}.", task.title(), task.why_no_log()));
        }
        let target = LogTarget::Task {
            run: run.id.clone(),
            task: task.id.clone(),
            attempt: None,
        };
        cx.go = Some(Go::To(Box::new(LogScreen::of(target, task.title()))));
    }

    fn go_to_mlflow(&self, cx: &mut Cx<'_>) {
        let Some(run) = self.run.shown() else { return };
        match run.mlflow.as_ref().and_then(|link| link.run_id.clone()) {
            Some(id) => cx.go = Some(Go::To(Box::new(RunPage::by_id(id)))),
            None => cx.say("The server names no MLflow run of it; its MLflow plugin, since 2.17, would."),
        }
    }

    fn go_to_pipeline(&self, cx: &mut Cx<'_>) {
        match self.run.shown().map(|run| &run.source) {
            Some(RunSource::Version { pipeline_id, .. }) => {
                cx.go = Some(Go::To(Box::new(PipelineVersions::by_id(pipeline_id.clone()))));
            }
            Some(_) => cx.say("It was made from a package that came with it, not from a pipeline."),
            None => {}
        }
    }

    fn change(&mut self, action: Action, cx: &mut Cx<'_>) {
        self.is_deleting = false;
        let Some(run) = self.run.shown() else { return };
        let of = TemplateOf::Run(run.id.clone());
        let deed = match action {
            Action::Clone => return self.launching.begin(of, Purpose::Run, cx),
            Action::Schedule => return self.launching.begin(of, Purpose::Schedule, cx),
            Action::Retry if run.state != RunState::Failed => {
                return cx.say("Only a run that failed can be retried; c starts one like it.");
            }
            Action::Retry => RunDeed::Retry,
            Action::Terminate if run.state.is_terminal() => return cx.say("It is over already."),
            Action::Terminate => RunDeed::Terminate,
            Action::Archive if run.storage == Storage::Archived => RunDeed::Unarchive,
            Action::Archive => RunDeed::Archive,
            Action::Delete => RunDeed::Delete,
            _ => return,
        };
        let (confirm, said) = confirm_runs(deed, std::slice::from_ref(&run.display_name));
        let ids = vec![run.id.clone()];
        self.is_deleting = deed == RunDeed::Delete;
        self.acting.confirm(confirm, Deed::Runs(deed, ids), said, cx);
    }

    pub(super) fn point(&mut self, mouse: &Mouse, cx: &mut Cx<'_>) {
        if let (MouseKind::Press, Some(Target::Tab(place))) = (mouse.kind, mouse.target) {
            self.focus = Focus::Tasks;
            return self.show([Shape::Graph, Shape::Tree, Shape::Bars][place.min(2)], cx);
        }
        let is_on_facts = self
            .facts_frame(cx.body)
            .is_some_and(|frame| frame.contains((mouse.column, mouse.row).into()));
        if is_on_facts {
            return self.point_at_facts(mouse, cx);
        }
        if mouse.kind == MouseKind::Press {
            self.focus = Focus::Tasks;
        }
        if self.shape == Shape::Graph {
            return self.point_at_graph(mouse, cx);
        }
        let pointed = self.cursor.point(mouse, self.shown.len(), self.height(cx));
        match pointed {
            Pointed::Moved => self.take_cursor(cx),
            Pointed::Opened => self.act_on_tasks(Action::Open, cx),
            _ => {}
        }
    }

    fn point_at_graph(&mut self, mouse: &Mouse, cx: &mut Cx<'_>) {
        let pane = self.pane(cx);
        let wheel = WHEEL as i64;
        match mouse.kind {
            MouseKind::ScrollDown => self.pan(0, wheel, pane),
            MouseKind::ScrollUp => self.pan(0, -wheel, pane),
            MouseKind::ScrollRight => self.pan(wheel * 4, 0, pane),
            MouseKind::ScrollLeft => self.pan(-wheel * 4, 0, pane),
            MouseKind::Press => {
                self.dragged = Some(self.offset);
                if let Some(place) = self.box_at(mouse.column, mouse.row, pane) {
                    let task = self.graph.boxes[place].task;
                    let is_again = mouse.is_double && self.place() == Some(task);
                    let offset = self.offset;
                    self.select(Some(task), cx);
                    // What is clicked is in view already and stays where it is.
                    self.offset = offset;
                    if is_again {
                        self.act_on_tasks(Action::Open, cx);
                    }
                }
            }
            MouseKind::Drag => {
                if let Some(from) = self.dragged {
                    self.offset = from;
                    let by = |now: u16, then: u16| i64::from(then) - i64::from(now);
                    self.pan(by(mouse.column, mouse.from.0), by(mouse.row, mouse.from.1), pane);
                }
            }
            MouseKind::Release => self.dragged = None,
        }
    }

    fn point_at_facts(&mut self, mouse: &Mouse, cx: &Cx<'_>) {
        if mouse.kind == MouseKind::Press && self.focus == Focus::Tasks {
            self.focus = Focus::Facts;
        }
        let area = self.facts_area(cx);
        let Some((_, viewer)) = &mut self.viewer else {
            return;
        };
        match mouse.kind {
            MouseKind::ScrollDown => viewer.wheel(WHEEL, area),
            MouseKind::ScrollUp => viewer.wheel(-WHEEL, area),
            _ => {}
        }
    }
}
