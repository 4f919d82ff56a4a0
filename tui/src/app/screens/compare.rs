//! Some runs side by side, in several ways; brushes on one page choose the runs of all.
//!
//! ```text
//!  flowdeck › Experiments › churn › Compare 3 runs
//!  1 Table   2 Curves   3 Scatter   4 Parallel   5 Box plot   6 Text   7 Images
//!  12 of 40 keys differ                                              metrics.loss
//!   Key                 blue-fox        calm-owl        wild-elk
//!   Params
//!    lr                 0.01            0.1             0.1
//!   Metrics
//!    loss ↓?            ★0.12            0.18            0.31
//! ```
//!
//! The runs are read once; every page is a view of `surface::compare`. A run that is in hand or marked is so on all pages.

mod axes;
mod boxes;
mod choose;
mod curves;
mod diff;
mod files;
mod page;
mod parallel;
mod pictures;
mod read;
mod scatter;
mod table;
#[cfg(test)]
mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::tracking::Run;
use flowdeck_surface::client::{MetricKey, Timestamp};
use flowdeck_surface::compare::{BoxPlot, Parallel, RunComparison, Scatter};
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::run::RunPage;
use super::{Freshness, Screen};
use crate::app::basket::RunSource;
use crate::app::chart::{ChartPane, ChartRun};
use crate::app::context::{Cx, Go, Look};
use crate::app::key::Key;
use crate::app::message::{Answer, Mouse, MouseKind, Reply};
use crate::app::mouse::Target;
use crate::app::ticket::Ticket;
use crate::app::widgets::cursor::{Cursor, Pointed};
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::message::Message;
use crate::app::widgets::prompt::{Prompt, Typed};
use choose::Choosing;
use diff::Diff;
use files::Files;
use page::Page;
use pictures::Pictures;
use read::Reading;

/// Some runs side by side.
pub(crate) struct Compare {
    sources: Vec<RunSource>,
    reading: Reading,
    comparison: RunComparison,
    page: Page,
    /// The run in hand, by its place in the comparison.
    in_hand: usize,
    marked: Vec<bool>,
    /// The runs within all brushes, by their places, in order.
    shown: Vec<usize>,
    cursor: Cursor,
    /// The first run in view of the table, by its place among those that are shown.
    first: usize,
    chart_runs: Vec<ChartRun>,
    pane: ChartPane,
    /// A metric whose curves are to be drawn next.
    curve: Option<MetricKey>,
    scatter: Scatter,
    parallel: Parallel,
    boxes: BoxPlot,
    box_cursor: Cursor,
    /// The outlier in hand, by its place in its group.
    outlier: Option<usize>,
    files: Files,
    diff: Diff,
    pictures: Pictures,
    prompt: Option<Prompt>,
    choosing: Option<(Ticket, Choosing)>,
    writing: Option<Ticket>,
    now: Timestamp,
}

impl Compare {
    /// The comparison of these runs, of which nothing was asked yet.
    #[cfg(test)]
    pub(crate) fn of(ids: Vec<flowdeck_surface::client::RunId>) -> Self {
        Self::of_sources(ids.into_iter().map(RunSource::here).collect())
    }

    /// The comparison of runs of one or more places, of which nothing was asked yet.
    pub(crate) fn of_sources(sources: Vec<RunSource>) -> Self {
        Self {
            sources,
            reading: Reading::default(),
            comparison: RunComparison::default(),
            page: Page::default(),
            in_hand: 0,
            marked: Vec::new(),
            shown: Vec::new(),
            cursor: Cursor::default(),
            first: 0,
            chart_runs: Vec::new(),
            pane: ChartPane::default(),
            curve: None,
            scatter: Scatter::default(),
            parallel: Parallel::default(),
            boxes: BoxPlot::default(),
            box_cursor: Cursor::default(),
            outlier: None,
            files: Files::default(),
            diff: Diff::default(),
            pictures: Pictures::default(),
            prompt: None,
            choosing: None,
            writing: None,
            now: Timestamp(0),
        }
    }

    /// Where a page stands: below the names of the pages and a line that sums up.
    fn page_area(body: Rect) -> Rect {
        let n_lines = 2.min(body.height);
        Rect {
            y: body.y + n_lines,
            height: body.height - n_lines,
            ..body
        }
    }

    fn is_marked(&self, place: usize) -> bool {
        self.marked.get(place).copied().unwrap_or(false)
    }

    /// Keeps what is in hand on every page where it is.
    fn settle(&mut self, cx: &Cx<'_>) {
        self.in_hand = self.in_hand.min(self.comparison.n_runs().saturating_sub(1));
        self.settle_table(cx);
        self.settle_boxes(cx.body);
    }

    fn edit_find(&mut self, typed: Typed, cx: &Cx<'_>) {
        match typed {
            Typed::Changed => {
                let words = self.prompt.as_ref().map(|prompt| prompt.text().to_owned());
                self.comparison.find(&words.unwrap_or_default());
            }
            Typed::Done => self.prompt = None,
            Typed::Cancelled => {
                self.prompt = None;
                self.comparison.find("");
            }
            Typed::Nothing | Typed::Passed => {}
        }
        self.settle(cx);
    }

    /// Whether runs are not all of one experiment of one place.
    fn has_several_origins(&self) -> bool {
        let first = self.sources.first();
        let origin = |source: &RunSource| (source.place.clone(), source.experiment.clone());
        self.sources
            .iter()
            .any(|source| first.map(origin) != Some(origin(source)))
    }

    /// Where a run is from: its experiment, behind its context where there are several.
    fn origin(&self, run: usize) -> String {
        let Some(source) = self.sources.get(run) else {
            return String::new();
        };
        let has_several_places = self.sources.iter().any(|other| other.place != source.place);
        match &source.place {
            _ if !has_several_places => source.experiment.clone(),
            Some(place) => format!("{} › {}", place.name(), source.experiment),
            None => format!("here › {}", source.experiment),
        }
    }

    /// The name of a run, with where it is from where that is not the same for all.
    fn full_name(&self, run: usize) -> String {
        let name = self.comparison.name(run);
        if self.has_several_origins() {
            format!("{name} ({})", self.origin(run))
        } else {
            name.to_owned()
        }
    }

    fn forget_files(&mut self, cx: &mut Cx<'_>) {
        self.files.forget(cx);
        self.diff.forget(cx);
        self.pictures.forget(cx);
    }

    /// Reads what the page in view shows and is not here.
    fn show_page(&mut self, cx: &mut Cx<'_>) {
        self.show_curves(false, cx);
        self.show_diff(cx);
        self.show_pictures(cx);
    }

    fn open_run(&self, cx: &mut Cx<'_>) {
        let place = self
            .sources
            .get(self.in_hand)
            .and_then(|source| source.place.as_ref());
        if let Some(place) = place {
            let sentence = format!(
                "This run is read at {}; O opens that context first.",
                place.name()
            );
            return cx.complain(Notice::saying(sentence));
        }
        if let Some(info) = self.comparison.run(self.in_hand) {
            cx.go = Some(Go::To(Box::new(RunPage::of(Run::bare(info.clone())))));
        }
    }

    fn go_to_page(&mut self, page: Page, cx: &mut Cx<'_>) {
        if self.page == Page::Curves && page != Page::Curves {
            cx.show_histories(&[], false);
        }
        self.page = page;
        self.show_page(cx);
    }

    fn act_on_page(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        match self.page {
            Page::Table => self.act_on_table(action, cx),
            Page::Curves => self.act_on_curves(action, cx),
            Page::Scatter => self.act_on_scatter(action, cx),
            Page::Parallel => self.act_on_parallel(action, cx),
            Page::Boxes => self.act_on_boxes(action, cx),
            Page::Diff => self.act_on_diff(action, cx),
            Page::Pictures => self.act_on_pictures(action, cx),
        }
    }

    fn act_on_any_page(&mut self, action: Action, cx: &mut Cx<'_>) {
        match action {
            Action::Open => self.open_run(cx),
            Action::Mark => {
                if let Some(mark) = self.marked.get_mut(self.in_hand) {
                    *mark = !*mark;
                }
            }
            Action::DropRun => self.drop_run(cx),
            Action::CopyId => {
                if let Some(info) = self.comparison.run(self.in_hand) {
                    cx.copy("run id", info.id.as_str());
                }
            }
            Action::Export if !matches!(self.page, Page::Diff | Page::Pictures) => self.export(cx),
            Action::Refresh => {
                self.forget_files(cx);
                self.refresh(cx);
                self.show_curves(true, cx);
            }
            Action::Back => self.go_back(cx),
            _ => {}
        }
    }

    /// Takes back what narrows the page in view, one thing after the other; then leaves.
    fn go_back(&mut self, cx: &mut Cx<'_>) {
        let was_narrowed = match self.page {
            Page::Table if !self.comparison.words().is_empty() => {
                self.comparison.find("");
                true
            }
            Page::Curves => self.pane.back(),
            Page::Parallel => self.parallel.drop_all(),
            _ => false,
        };
        if !was_narrowed {
            cx.go = Some(Go::Back);
        } else if self.page == Page::Parallel {
            self.choose_passing();
        }
    }

    fn draw_summary(&self, line: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let summary = match self.page {
            Page::Table => self.table_summary(look),
            Page::Curves => self.curves_summary(look),
            Page::Scatter => self.scatter_summary(look),
            Page::Parallel => self.parallel_summary(look),
            Page::Boxes => self.boxes_summary(look),
            Page::Diff => self.diff_summary(look),
            Page::Pictures => self.pictures_summary(look),
        };
        summary.draw(line, buf);
    }

    fn draw_nothing(&self, body: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let below = Self::page_area(body);
        if let Some(failure) = self.reading.asked.failure() {
            return Message::failed(&Notice::of(failure)).draw(below, buf, look);
        }
        let sentence = match self.reading.n_came() {
            0 => "Reading runs …".to_owned(),
            n_came => format!(
                "Reading runs … {} of {}",
                format::count(n_came),
                format::count(self.sources.len())
            ),
        };
        Message::quiet(&sentence, None).draw(below, buf, look);
    }
}

impl Screen for Compare {
    fn crumb(&self) -> String {
        format!("Compare {} runs", format::count(self.sources.len()))
    }

    fn scopes(&self) -> &'static [Scope] {
        self.page.scopes()
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.refresh(cx);
        self.show_page(cx);
    }

    fn cover(&mut self, _: &mut Cx<'_>) {}

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.reading.asked.give_up(cx);
        self.forget_files(cx);
        if self.page == Page::Curves {
            cx.show_histories(&[], false);
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        if let Some(page) = self.page.after(action) {
            self.go_to_page(page, cx);
        } else if self.comparison.n_runs() == 0 || !self.act_on_page(action, cx) {
            self.act_on_any_page(action, cx);
        }
        self.settle(cx);
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.prompt.as_ref().or(self.pane.prompt())
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else {
            return self.pane.press(key, Self::page_area(cx.body), cx);
        };
        match (prompt.press(key), key.name.as_str()) {
            (Typed::Passed, "down") => self.act(Action::Down, cx),
            (Typed::Passed, "up") => self.act(Action::Up, cx),
            (typed, _) => self.edit_find(typed, cx),
        }
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else {
            return self.pane.paste(text);
        };
        let typed = prompt.paste(text);
        self.edit_find(typed, cx);
    }

    fn decided(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        let asked = self.choosing.take_if(|(own, _)| *own == ticket);
        if let (Some((_, choosing)), Some(decision)) = (asked, decision) {
            self.decide(choosing, decision, cx);
            self.settle(cx);
        }
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let is_press = mouse.kind == MouseKind::Press;
        match (self.page, mouse.target) {
            (_, Some(Target::Tab(place))) if is_press => {
                self.go_to_page(Page::ALL[place.min(Page::ALL.len() - 1)], cx);
            }
            (Page::Table, _) => self.mouse_on_table(&mouse, cx),
            (Page::Curves, _) => self.pane.on_mouse(&mouse, Self::page_area(cx.body), cx),
            (Page::Scatter, _) if is_press && mouse.is_double => self.open_run(cx),
            (Page::Scatter, _) if is_press => self.point_at(mouse.column, mouse.row, cx.body),
            (Page::Parallel, None) if is_press => self.press_axis(mouse.column, cx.body),
            (Page::Parallel, None) if mouse.kind == MouseKind::Drag => {
                self.drag_axis(mouse.from.1, mouse.row, cx.body);
            }
            (Page::Parallel, Some(Target::Row(row))) if is_press => {
                self.in_hand = self.parallel.in_order().get(row).copied().unwrap_or(self.in_hand);
            }
            (Page::Diff, _) => match mouse.kind {
                MouseKind::ScrollDown => self.act(Action::Down, cx),
                MouseKind::ScrollUp => self.act(Action::Up, cx),
                _ => {}
            },
            (Page::Boxes, _) => {
                let (n_groups, height) = (self.boxes.groups().len(), usize::from(cx.body.height));
                if self.box_cursor.point(&mouse, n_groups, height) != Pointed::Elsewhere {
                    self.outlier = None;
                }
            }
            _ => {}
        }
        self.settle(cx);
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.reading.asked.awaits(ticket)
            || self.writing == Some(ticket)
            || self.pane.awaits(ticket)
            || self.files.awaits(ticket)
            || self.diff.awaits(ticket)
            || self.pictures.awaits(ticket)
    }

    fn reply(&mut self, mut reply: Reply, cx: &mut Cx<'_>) {
        self.now = self.now.max(reply.at.at);
        if self.pane.awaits(reply.ticket) {
            return self.pane.reply(reply, cx);
        }
        if self.files.awaits(reply.ticket) {
            self.files.take(reply);
            self.show_diff(cx);
            return self.show_pictures(cx);
        }
        if self.diff.awaits(reply.ticket) {
            return self.take_diff(reply, cx);
        }
        if self.pictures.awaits(reply.ticket) {
            return self.pictures.take(reply);
        }
        if let Ok(Answer::RunsById(runs)) = &mut reply.answer {
            let runs = std::mem::take(runs);
            self.take_runs(runs, &reply, cx);
            return self.settle(cx);
        }
        match reply.answer {
            Ok(Answer::Written(path)) => cx.say(format!("Wrote {}.", path.display())),
            Ok(_) => {}
            Err(failure) if self.reading.asked.awaits(reply.ticket) => self.reading.asked.fail(failure),
            Err(failure) => cx.complain(Notice::of(&failure)),
        }
    }

    fn woken(&mut self, _: Ticket, _: &mut Cx<'_>) {}

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.settle(cx);
        self.lay_diff_out(cx.body);
        self.show_page(cx);
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.reading.asked.as_of(),
            is_reading: self.reading.asked.is_asking() && self.reading.asked.as_of().is_none(),
            is_over: false,
            failure: self.reading.asked.failure(),
        }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        if area.height < 3 {
            return;
        }
        self.page.draw_names(area, buf, look);
        if self.comparison.n_runs() == 0 {
            return self.draw_nothing(area, buf, look);
        }
        let line = Rect {
            x: area.x + 1,
            y: area.y + 1,
            width: area.width.saturating_sub(2),
            height: 1,
        };
        self.draw_summary(line, buf, look);
        match self.page {
            Page::Table => self.draw_table_page(area, buf, look),
            Page::Curves => self.draw_curves(area, buf, look),
            Page::Scatter => self.draw_scatter(area, buf, look),
            Page::Parallel => self.draw_parallel(area, buf, look),
            Page::Boxes => self.draw_boxes(area, buf, look),
            Page::Diff => self.draw_diff(area, buf, look),
            Page::Pictures => self.draw_pictures(area, buf, look),
        }
    }
}
