//! The parts of the page: a line that sums up, the tasks, and all of the one in hand.

use flowdeck_surface::client::pipelines::PipelineVersion;
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::pipelines::{FactSection, progress, run_facts, task_facts};
use flowdeck_surface::status::of_pipeline_run;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::style::Modifier;

use super::{Focus, PipelineRunPage, Shape, Subject};
use crate::app::context::{Cx, Look};
use crate::app::mouse::Target;
use crate::app::viewer::block::{Block, Told as Fact};
use crate::app::viewer::{Viewer, draw_foot};
use crate::app::widgets::frame::draw_frame;
use crate::app::widgets::message::Message;
use crate::app::widgets::table::Table;
use crate::app::widgets::text::Pieces;

/// From this width on the tasks and the one in hand stand side by side.
const TWO_PANES: u16 = 110;

/// The shapes, as they are called in the edge of the pane.
const SHAPES: [(Shape, &str); 3] = [
    (Shape::Graph, "1 Graph"),
    (Shape::Tree, "2 Tree"),
    (Shape::Bars, "3 Bars"),
];

impl PipelineRunPage {
    fn below_summary(body: Rect) -> Rect {
        Rect {
            y: body.y + 1.min(body.height),
            height: body.height.saturating_sub(1),
            ..body
        }
    }

    fn tasks_frame(&self, body: Rect) -> Option<Rect> {
        let below = Self::below_summary(body);
        match self.focus {
            Focus::Full => None,
            Focus::Facts if below.width < TWO_PANES => None,
            _ if below.width < TWO_PANES => Some(below),
            _ => Some(Rect {
                width: below.width * 3 / 5,
                ..below
            }),
        }
    }

    pub(super) fn facts_frame(&self, body: Rect) -> Option<Rect> {
        let below = Self::below_summary(body);
        match (self.focus, self.tasks_frame(body)) {
            (Focus::Full, _) => Some(below),
            (Focus::Facts, None) => Some(below),
            (_, Some(tasks)) if tasks.width < below.width => Some(Rect {
                x: below.x + tasks.width,
                width: below.width - tasks.width,
                ..below
            }),
            _ => None,
        }
    }

    /// Where tasks are drawn.
    pub(super) fn pane(&self, cx: &Cx<'_>) -> Rect {
        // While the facts fill the page, the tasks stand where they would without them.
        let frame = self
            .tasks_frame(cx.body)
            .unwrap_or_else(|| Self::below_summary(cx.body));
        frame.inner(Margin::new(1, 1))
    }

    pub(super) fn facts_area(&self, cx: &Cx<'_>) -> Rect {
        self.facts_frame(cx.body)
            .map_or(Rect::ZERO, |frame| frame.inner(Margin::new(1, 1)))
    }

    /// Rows in view.
    pub(super) fn height(&self, cx: &Cx<'_>) -> usize {
        Table::height(self.pane(cx))
    }

    /// Lets the viewer show what is in hand as it is now; it stands where it stood before.
    pub(super) fn show_facts(&mut self, cx: &Cx<'_>) {
        let sections = match (self.task(), self.run.shown(), &self.subject) {
            (Some(task), _, _) => task_facts(&self.tree, task, cx.clock, self.now),
            (None, Some(run), _) => {
                let spec = self.spec.shown().and_then(Option::as_deref);
                run_facts(run, spec, cx.clock, self.now)
            }
            (None, None, _) => Vec::new(),
        };
        let mut blocks = blocks(sections);
        if let (None, Subject::Version(version)) = (self.task(), &self.subject) {
            blocks = of_version(version, cx);
        }
        match &mut self.viewer {
            Some((shown, viewer)) if *shown == self.selected => viewer.replace_blocks(blocks),
            _ => self.viewer = Some((self.selected.clone(), Viewer::of_blocks(blocks))),
        }
        let area = self.facts_area(cx);
        if let Some((_, viewer)) = &mut self.viewer {
            viewer.wheel(0, area);
        }
    }

    pub(super) fn draw_page(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let line = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            height: area.height.min(1),
            ..area
        };
        self.draw_summary(line, buf, look);
        if let Some(frame) = self.tasks_frame(area) {
            self.draw_tasks(frame, buf, look);
        }
        if let Some(frame) = self.facts_frame(area) {
            self.draw_facts(frame, buf, look);
        }
    }

    fn draw_summary(&self, line: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let muted = look.theme.tone(Tone::Muted);
        let (mut left, mut right) = (Pieces::new(), Pieces::new());
        if let Subject::Version(version) = &self.subject {
            left.add("What this version does", look.theme.heading());
            let n_tasks = format::count(self.tree.leaves().count());
            right.add(format!("{n_tasks} tasks"), muted);
            if let Some(compiler) = version.spec.as_ref().and_then(|spec| spec.sdk_version.clone()) {
                right.add(format!("  {compiler}"), muted);
            }
        } else if let Some(run) = self.run.shown() {
            let outcome = run.outcome();
            let badge = of_pipeline_run(&run.state, outcome.stopped);
            left.add(
                format!("{} {}", badge.symbol, badge.word),
                look.theme.tone(badge.tone),
            )
            .add(format!("  {}", outcome.summary), look.theme.tone(Tone::Plain));
            if let Some((over, all)) = progress(run) {
                right.add(format!("{over}/{all} tasks"), muted);
            }
            let took = if run.state.is_terminal() {
                run.duration_ms()
            } else {
                run.started_at().map(|start| look.now.millis_since(start).max(0))
            };
            if let Some(took) = took {
                right.add(format!("  {}", format::duration(took)), muted);
            }
        }
        let width = line.width.saturating_sub(right.width() as u16 + 2);
        left.draw(Rect { width, ..line }, buf);
        right.draw_right(line, buf);
    }

    fn draw_tasks(&self, frame: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let has_focus = self.focus == Focus::Tasks;
        let inner = draw_frame(frame, &Pieces::new(), has_focus, buf, look);
        let mut x = frame.x + 2;
        for (place, (shape, name)) in SHAPES.into_iter().enumerate() {
            let style = match shape == self.shape {
                true => look.theme.heading().add_modifier(Modifier::UNDERLINED),
                false => look.theme.tone(Tone::Muted),
            };
            let mut tab = Pieces::new();
            tab.add(" ", look.theme.tone(Tone::Muted))
                .add(name, style)
                .add(" ", look.theme.tone(Tone::Muted));
            let room = Rect::new(
                x,
                frame.y,
                (tab.width() as u16).min(frame.right().saturating_sub(x + 1)),
                1,
            );
            tab.draw(room, buf);
            look.targets.mark(room, Target::Tab(place));
            x += tab.width() as u16;
        }
        if !self.find.is_empty() {
            let mut find = Pieces::new();
            find.add(format!(" /{} ", self.find), look.theme.tone(Tone::Warning));
            let room = Rect::new(x, frame.y, frame.right().saturating_sub(x + 1), 1);
            find.draw(room, buf);
        }
        if let Some((notice, tone)) = self.nothing_to_show() {
            let message = Message {
                sentence: &notice.sentence,
                tone,
                hint: notice.hint.as_deref(),
            };
            return message.draw(inner, buf, look);
        }
        match self.shape {
            Shape::Graph => self.draw_graph(inner, buf, look),
            Shape::Tree | Shape::Bars => self.draw_rows(inner, buf, look),
        }
    }

    /// What is said in the place of tasks.
    fn nothing_to_show(&self) -> Option<(Notice, Tone)> {
        if !self.tree.is_empty() {
            return None;
        }
        let quiet = |sentence: &str, hint: Option<&str>| {
            let hint = hint.map(str::to_owned);
            let notice = Notice {
                hint,
                ..Notice::saying(sentence)
            };
            (notice, Tone::Muted)
        };
        Some(match (self.run.shown(), self.run.failure()) {
            (None, Some(failure)) => (Notice::of(failure), Tone::Bad),
            (None, None) if self.is_plan() => quiet("This version has no tasks.", None),
            (None, None) => quiet("Asking the server of pipelines …", None),
            (Some(run), _) if run.state.is_terminal() => quiet(
                "The server tells of no task of this run.",
                Some("d tells what is known of the run."),
            ),
            (Some(_), _) => quiet(
                "No task was reported yet.",
                Some("They show as soon as there are any."),
            ),
        })
    }

    fn draw_facts(&self, frame: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let name = match (self.task(), &self.subject) {
            (Some(task), _) => task.title(),
            (None, Subject::Run { .. }) => "The run".to_owned(),
            (None, Subject::Version(_)) => "The version".to_owned(),
        };
        let mut title = Pieces::new();
        title.add(format!(" {name} "), look.theme.heading());
        let has_focus = self.focus != Focus::Tasks;
        let inner = draw_frame(frame, &title, has_focus, buf, look);
        if let Some((_, viewer)) = &self.viewer {
            viewer.draw(inner, has_focus, buf, look);
            draw_foot(viewer, frame, inner, "", buf, look);
        }
    }
}

fn blocks(sections: Vec<FactSection>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for section in sections {
        if !section.title.is_empty() {
            blocks.push(Block::heading(section.title));
        }
        let facts = section.facts.into_iter();
        blocks.push(Block::Facts(
            facts
                .map(|fact| Fact::new(fact.label, fact.text).toned(fact.tone))
                .collect(),
        ));
    }
    blocks
}

/// What a version takes, and what is known of it.
fn of_version(version: &PipelineVersion, cx: &Cx<'_>) -> Vec<Block> {
    let mut facts = Vec::new();
    let mut add = |label: &str, text: Option<String>| {
        facts.extend(
            text.filter(|text| !text.is_empty())
                .map(|text| Fact::new(label, text)),
        );
    };
    add("Version", Some(version.display_name.clone()));
    add("Description", Some(version.description.clone()));
    add("Made", version.created_at.map(|at| cx.clock.date_time(at)));
    add("Version ID", Some(version.id.to_string()));
    add("Code", version.code_source_url.clone());
    add("Fetched from", version.package_url.clone());
    let mut blocks = vec![Block::Facts(facts)];
    let inputs: Vec<Vec<String>> = version
        .spec
        .iter()
        .flat_map(|spec| spec.form().map(input_row))
        .collect();
    blocks.push(Block::heading("Inputs"));
    if inputs.is_empty() {
        blocks.push(Block::remark("It takes none."));
    } else {
        let titles = ["Input", "Holds", "Default"].map(str::to_owned);
        blocks.push(Block::Rows(titles.to_vec(), inputs));
    }
    blocks
}

fn input_row(input: &flowdeck_surface::client::pipelines::PipelineInput) -> Vec<String> {
    let default = match &input.default {
        Some(default) => default
            .as_str()
            .map_or_else(|| default.to_string(), str::to_owned),
        None if input.is_required() => "required".to_owned(),
        None => "may be left out".to_owned(),
    };
    vec![input.name.clone(), input.kind.word().to_lowercase(), default]
}
