//! The page of a run: tabs of lists on the left, what is selected on the right.
//!
//! ```text
//!  flowdeck › Experiments › churn › blue-fox             lab/mlflow.db  as of 16:05:12
//!  ✓ FINISHED  16:01:10 – 16:01:22  12.5 s  ada
//!  Overview  Metrics 4  System  Params 8  Tags 3  Datasets 1  Models  Children  Files  Traces
//! ╭ Metrics ──────────────────────────────╮╭ auc ──────────────────── step · smooth 0.6 ╮
//! │ Metric       Last     step  Min   Max ││ last 0.971 @ 999   min 0.5 @ 0   1,000 …   │
//! │ auc          0.971    @999  0.5   …   ││    1.0┤            ⣀⣀⠤⠤⠒⠒⠒⠉⠉⠉             │
//! │ loss         0.21     @999  0.2   …   ││    0.5┤⡠⠔⠊⠉                                │
//! ╰───────────────────────────────────────╯╰────────────────────────────────────────────╯
//! ```
//!
//! In a narrow terminal one of the two fills the page, and Tab goes to the other.

mod acts;
mod change;
mod curve;
pub(crate) mod details;
mod draw;
mod extremes;
mod load;
mod mouse;
mod places;
pub(crate) mod rows;
mod tab;
#[cfg(test)]
pub(in crate::app) mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::artifact::{ArtifactEntry, ArtifactKind, ArtifactPath};
use flowdeck_surface::client::registry::ModelVersion;
use flowdeck_surface::client::tracking::{Lifecycle, LoggedModel, Run, RunInfo, RunStatus, TraceInfo};
use flowdeck_surface::client::{Listing, RunId};
use flowdeck_surface::web::WebPage;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Freshness, Screen};
use crate::app::arrangement::Arrangement;
use crate::app::chart::{ChartArrangement, ChartPane};
use crate::app::context::{Cx, Look};
use crate::app::files::FileTree;
use crate::app::key::Key;
use crate::app::live::Alarm;
use crate::app::loadable::Loadable;
use crate::app::message::{Mouse, MouseKind, Reply};
use crate::app::mouse::Target;
use crate::app::ticket::Ticket;
use crate::app::viewer::Viewer;
use crate::app::widgets::cursor::Cursor;
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::prompt::{Prompt, Typed};
use change::Acting;
use details::Subject;
use extremes::StoreExtremes;
use places::Places;
use tab::Tab;

/// The page of a run.
pub(crate) struct RunPage {
    run: Loadable<Run>,
    tab: Tab,
    /// Where each list stands, by [`Tab`].
    cursors: [Cursor; Tab::ALL.len()],
    /// Words that rows must have.
    find: String,
    prompt: Option<Prompt>,
    /// The rows of the list in view, as indices of what it lists.
    rows: Vec<usize>,
    focus: Focus,
    chart: ChartPane,
    /// What stands beside the list, where that is no curve and no file.
    detail: Option<(Subject, Viewer)>,
    files: FileTree,
    /// What the selected file shows.
    preview: Loadable<Viewer>,
    previewed: Option<ArtifactPath>,
    versions: Loadable<Vec<ModelVersion>>,
    extremes: StoreExtremes,
    children: Loadable<Listing<Run>>,
    /// Nested runs with their depth, each below its parent.
    nested: Vec<(usize, Run)>,
    models: Loadable<Listing<LoggedModel>>,
    traces: Loadable<Listing<TraceInfo>>,
    /// Tabs whose own questions were asked.
    asked_tabs: Vec<Tab>,
    acting: Acting,
    alarm: Alarm,
}

/// Where keys go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Focus {
    /// To the list.
    List,
    /// To what is selected, beside the list.
    Detail,
    /// To what is selected, which fills the page.
    Full,
}

impl RunPage {
    /// The page of a run, of which a table knows a part.
    pub(crate) fn of(run: Run) -> Self {
        let mut known = Loadable::default();
        known.show_part(load::in_order(run));
        Self {
            run: known,
            tab: Tab::Metrics,
            cursors: [Cursor::default(); Tab::ALL.len()],
            find: String::new(),
            prompt: None,
            rows: Vec::new(),
            focus: Focus::List,
            chart: ChartPane::default(),
            detail: None,
            files: FileTree::default(),
            preview: Loadable::default(),
            previewed: None,
            versions: Loadable::default(),
            extremes: StoreExtremes::default(),
            children: Loadable::default(),
            nested: Vec::new(),
            models: Loadable::default(),
            traces: Loadable::default(),
            asked_tabs: Vec::new(),
            acting: Acting::default(),
            alarm: Alarm::default(),
        }
    }

    /// The page of a run of which no more than its id is known.
    pub(crate) fn by_id(id: RunId) -> Self {
        Self::of(Run::bare(RunInfo {
            id,
            experiment_id: "".into(),
            name: String::new(),
            user_id: "".into(),
            status: RunStatus::Other("…".into()),
            start_time: None,
            end_time: None,
            artifact_uri: String::new(),
            lifecycle: Lifecycle::Active,
        }))
    }

    fn known(&self) -> &Run {
        self.run.shown().expect("a page begins with a run and keeps one")
    }

    fn cursor(&self) -> Cursor {
        self.cursors[self.tab as usize]
    }

    fn cursor_mut(&mut self) -> &mut Cursor {
        &mut self.cursors[self.tab as usize]
    }

    fn places(&self, cx: &Cx<'_>) -> Places {
        Places::of(cx.body, self.tab, self.focus)
    }

    /// Rows of the list that are in view at once, below their titles.
    fn height(&self, cx: &Cx<'_>) -> usize {
        let inner = self.places(cx).list_inner();
        inner.map_or(1, |inner| {
            usize::from(inner.height.saturating_sub(self.title_height()))
        })
    }

    /// Lines that the titles of columns take.
    fn title_height(&self) -> u16 {
        u16::from(self.tab != Tab::Overview)
    }

    /// Shows another tab.
    fn show_tab(&mut self, tab: Tab, cx: &mut Cx<'_>) {
        self.tab = tab;
        if !tab.has_chart() {
            self.extremes.give_up(cx);
        }
        self.ask_tab(cx);
        self.arrange(cx);
        self.show_curve(cx);
    }

    /// Finds the rows of the tab in view, and what stands beside them.
    fn arrange(&mut self, cx: &mut Cx<'_>) {
        self.find_rows();
        let (n_rows, height) = (self.rows.len(), self.height(cx));
        self.cursor_mut().keep_in_view(n_rows, height);
        self.show_detail(cx);
    }

    /// Shows what is selected beside the list.
    fn show_detail(&mut self, cx: &mut Cx<'_>) {
        if self.tab == Tab::Files {
            // A file is read only where it is looked at: over a slow link each costs.
            if self.places(cx).detail.is_some() {
                self.ask_preview(cx);
            }
            return;
        }
        let subject = self.subject();
        let is_same = match (&subject, &self.detail) {
            (Some(subject), Some((shown, _))) => subject == shown,
            (None, None) => true,
            _ => false,
        };
        if !is_same {
            self.detail = subject.and_then(|subject| {
                let viewer = self.viewer_of(&subject)?;
                Some((subject, viewer))
            });
        }
    }

    /// Arranges anew after the run changed; the selected metric stays selected wherever it stands now.
    fn keep_selection(&mut self, cx: &mut Cx<'_>) {
        let shown = self.chart.key().cloned();
        self.arrange(cx);
        if !self.tab.has_chart() {
            return;
        }
        let metrics = &self.known().metrics;
        let place = self
            .rows
            .iter()
            .position(|&entry| Some(&metrics[entry].key) == shown.as_ref());
        let (n_rows, height) = (self.rows.len(), self.height(cx));
        if let Some(place) = place {
            self.cursor_mut().select(place, n_rows, height);
        }
    }

    /// The file or directory that is selected.
    fn selected_entry(&self) -> Option<&ArtifactEntry> {
        if self.tab != Tab::Files {
            return None;
        }
        let &place = self.rows.get(self.cursor().selected)?;
        self.files.rows().get(place)?.entry.as_ref()
    }

    fn selected_file(&self) -> Option<&ArtifactEntry> {
        self.selected_entry()
            .filter(|entry| entry.kind != ArtifactKind::Directory)
    }

    /// What stands beside the list, where that is no curve.
    fn viewer(&self) -> Option<&Viewer> {
        match self.tab {
            Tab::Files => self.preview.shown(),
            _ => self.detail.as_ref().map(|(_, viewer)| viewer),
        }
    }

    fn viewer_mut(&mut self) -> Option<&mut Viewer> {
        match self.tab {
            Tab::Files => self.preview.shown_mut(),
            _ => self.detail.as_mut().map(|(_, viewer)| viewer),
        }
    }

    /// Looks for words: in the list, or in what stands beside it where that has the focus.
    fn find_words(&mut self, words: String, cx: &mut Cx<'_>) {
        let area = self.places(cx).detail_inner();
        if self.focus != Focus::List
            && let Some(viewer) = self.viewer_mut()
        {
            return viewer.find(&words, area);
        }
        self.find = words;
        self.arrange(cx);
        self.show_curve(cx);
    }

    /// The words that are looked for where the focus is.
    fn wanted(&self) -> &str {
        match self.viewer() {
            Some(viewer) if self.focus != Focus::List && !self.tab.has_chart() => viewer.wanted(),
            _ => &self.find,
        }
    }
}

impl Screen for RunPage {
    fn crumb(&self) -> String {
        match self.known().name() {
            "" => self.known().info.id.to_string(),
            name => name.to_owned(),
        }
    }

    fn scopes(&self) -> &'static [Scope] {
        match (self.focus, self.tab.has_chart()) {
            (Focus::List, true) => &[Scope::Run, Scope::List, Scope::Chart, Scope::Everywhere],
            (Focus::List, false) if self.tab == Tab::Files => {
                &[Scope::Files, Scope::Run, Scope::List, Scope::Everywhere]
            }
            (Focus::List, false) => &[Scope::Run, Scope::List, Scope::Everywhere],
            (_, true) => &[Scope::Chart, Scope::Run, Scope::Everywhere],
            (_, false) if self.tab == Tab::Files => &[
                Scope::Viewer,
                Scope::Files,
                Scope::Run,
                Scope::List,
                Scope::Everywhere,
            ],
            (_, false) => &[Scope::Viewer, Scope::Run, Scope::List, Scope::Everywhere],
        }
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.arrange(cx);
        self.refresh_run(cx);
        self.ask_tab(cx);
        self.show_curve(cx);
    }

    fn cover(&mut self, cx: &mut Cx<'_>) {
        self.alarm.clear(cx);
    }

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.give_all_up(cx);
        self.stop_download(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        match (self.focus, self.tab.has_chart()) {
            (Focus::List, _) => self.act_in_list(action, cx),
            (_, true) => self.act_in_chart(action, cx),
            (_, false) => self.act_in_viewer(action, cx),
        }
    }

    fn arrangement(&self) -> Option<Arrangement> {
        Some(Arrangement::of((self.find.clone(), self.chart.arrangement())))
    }

    fn put_back(&mut self, arrangement: &Arrangement, cx: &mut Cx<'_>) {
        let Some((words, chart)) = arrangement.get::<(String, ChartArrangement)>() else {
            return;
        };
        self.find.clone_from(words);
        self.chart.put_back(chart);
        self.arrange(cx);
        self.show_curve(cx);
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.prompt.as_ref().or(self.chart.prompt())
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let area = self.places(cx).detail_inner();
        let Some(prompt) = &mut self.prompt else {
            return self.chart.press(key, area, cx);
        };
        let typed = prompt.press(key);
        let text = prompt.text().to_owned();
        match (typed, key.name.as_str()) {
            (Typed::Passed, "down") => self.act(Action::Down, cx),
            (Typed::Passed, "up") => self.act(Action::Up, cx),
            (Typed::Changed, _) => self.find_words(text, cx),
            (Typed::Done, _) => self.prompt = None,
            (Typed::Cancelled, _) => {
                self.prompt = None;
                self.find_words(String::new(), cx);
            }
            (Typed::Nothing | Typed::Passed, _) => {}
        }
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else {
            return self.chart.paste(text);
        };
        prompt.paste(text);
        let words = prompt.text().to_owned();
        self.find_words(words, cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let places = self.places(cx);
        if let (MouseKind::Press, Some(Target::Tab(place))) = (mouse.kind, mouse.target) {
            self.focus = Focus::List;
            self.show_tab(Tab::ALL[place.min(Tab::ALL.len() - 1)], cx);
        } else if places.is_on_detail(mouse.from.0, mouse.from.1) {
            self.mouse_on_detail(mouse, &places, cx);
        } else {
            self.mouse_on_list(mouse, cx);
        }
    }

    fn decided(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        self.decide(ticket, decision, cx);
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.is_waiting_for(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        self.take(reply, cx);
    }

    fn woken(&mut self, ticket: Ticket, cx: &mut Cx<'_>) {
        if self.alarm.rang(ticket) {
            self.refresh_run(cx);
        }
    }

    fn resize(&mut self, cx: &mut Cx<'_>) {
        let (n_rows, height) = (self.rows.len(), self.height(cx));
        self.cursor_mut().keep_in_view(n_rows, height);
        let area = self.places(cx).detail_inner();
        if let Some(viewer) = self.viewer_mut() {
            viewer.wheel(0, area);
        }
        self.show_detail(cx);
        self.load_curve(false, cx);
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.run.as_of(),
            is_reading: self.run.as_of().is_none() && self.run.is_asking(),
            is_over: self.known().info.status.is_terminal(),
            failure: self.run.failure(),
        }
    }

    fn web_page(&self) -> Option<WebPage> {
        let info = &self.known().info;
        Some(WebPage::Run(info.experiment_id.clone(), info.id.clone()))
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_page(area, buf, look);
    }
}
