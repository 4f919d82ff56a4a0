//! What keys do on the page.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::artifact::ArtifactKind;
use flowdeck_surface::client::logs::LogTarget;
use flowdeck_surface::notice::Notice;

use super::rows::Link;
use super::{Focus, RunPage, Tab};
use crate::app::context::{Cx, Go};
use crate::app::screens::logs::LogScreen;
use crate::app::screens::model::ModelPage;
use crate::app::screens::pipeline_run::PipelineRunPage;
use crate::app::screens::trace::TracePage;
use crate::app::screens::value::ValuePage;
use crate::app::screens::version::VersionPage;
use crate::app::viewer::block::Told;
use crate::app::viewer::{Acted, Viewer};
use crate::app::widgets::prompt::Prompt;

/// The tag that names the pipeline run. Source: Kubeflow Pipelines 2.17, its MLflow plugin.
const PIPELINE_RUN: &str = "kfp.pipeline_run_id";

impl RunPage {
    pub(super) fn act_in_list(&mut self, action: Action, cx: &mut Cx<'_>) {
        let (n_rows, height) = (self.rows.len(), self.height(cx));
        if self.cursor_mut().act(action, n_rows, height) {
            self.show_detail(cx);
            return self.show_curve(cx);
        }
        match action {
            Action::Right => self.show_tab(self.tab.beside(1), cx),
            Action::Left => self.show_tab(self.tab.beside(-1), cx),
            Action::Open => self.open_selected(cx),
            Action::NextPane | Action::PreviousPane => self.go_to_detail(Focus::Detail, cx),
            Action::Back if !self.find.is_empty() => self.find_words(String::new(), cx),
            Action::Back => cx.go = Some(Go::Back),
            _ => self.act_on_both(action, cx),
        }
    }

    pub(super) fn act_in_chart(&mut self, action: Action, cx: &mut Cx<'_>) {
        match action {
            Action::Back if self.chart.back() => {}
            Action::NextPane | Action::PreviousPane | Action::Back => {
                self.focus = Focus::List;
                self.load_curve(false, cx);
            }
            Action::Open => {
                self.toggle_full();
                self.load_curve(false, cx);
            }
            // The keys of the chart come first where it has the focus.
            _ => {
                let area = self.places(cx).detail_inner();
                if self.chart.act(action, area, cx) {
                    return self.follow_chart(cx);
                }
                self.act_on_both(action, cx);
            }
        }
    }

    pub(super) fn act_in_viewer(&mut self, action: Action, cx: &mut Cx<'_>) {
        let area = self.places(cx).detail_inner();
        match action {
            Action::Back if !self.wanted().is_empty() => return self.find_words(String::new(), cx),
            Action::NextPane | Action::PreviousPane | Action::Back => {
                self.focus = Focus::List;
                return;
            }
            _ => {}
        }
        let name = self.selected_name();
        let acted = match self.viewer_mut() {
            Some(viewer) => viewer.act(action, area),
            None => Acted::Nothing,
        };
        match acted {
            Acted::Done => {}
            Acted::Open(title, viewer) => {
                let title = if title.is_empty() { name } else { title };
                cx.go = Some(Go::To(Box::new(ValuePage::of(title, *viewer))));
            }
            Acted::Nothing if action == Action::Open => self.toggle_full(),
            Acted::Nothing => self.act_on_both(action, cx),
        }
    }

    fn toggle_full(&mut self) {
        self.focus = if self.focus == Focus::Full {
            Focus::Detail
        } else {
            Focus::Full
        };
    }

    /// Puts the focus on what is selected; a file is read then, if it was not yet.
    fn go_to_detail(&mut self, focus: Focus, cx: &mut Cx<'_>) {
        self.focus = focus;
        self.show_detail(cx);
        self.load_curve(false, cx);
    }

    fn act_on_both(&mut self, action: Action, cx: &mut Cx<'_>) {
        match action {
            Action::Find => self.prompt = Some(Prompt::new("find", self.wanted())),
            Action::Refresh => {
                self.refresh(cx);
                self.load_curve(true, cx);
            }
            Action::CopyId => cx.copy("run id", self.known().info.id.as_str()),
            Action::CopyValue => self.copy_value(cx),
            Action::ShowLog => self.show_log(cx),
            Action::ToPipelineRun => self.go_to_pipeline_run(cx),
            _ if self.change(action, cx) => {}
            _ if self.tab.has_chart() => {
                if action == Action::Grid && self.focus == Focus::List {
                    self.focus = Focus::Full;
                }
                let area = self.places(cx).detail_inner();
                self.chart.act(action, area, cx);
                self.follow_chart(cx);
            }
            _ => {}
        }
    }

    /// What the pipeline run printed that made this run, at the time of the point in hand.
    fn show_log(&self, cx: &mut Cx<'_>) {
        let Some(run) = self.known().tag(PIPELINE_RUN) else {
            return cx.complain(Notice {
                hint: Some("Runs that Kubeflow Pipelines made carry its id as a tag, since 2.17.".to_owned()),
                ..Notice::saying("No pipeline run made this run, so it has no log.")
            });
        };
        let mut screen = LogScreen::of(LogTarget::Run(run.into()), "log");
        if let Some(time) = self
            .chart
            .time_in_hand(cx.histories)
            .filter(|_| self.tab.has_chart())
        {
            screen = screen.at(time);
        }
        cx.go = Some(Go::To(Box::new(screen)));
    }

    /// To the run of Kubeflow Pipelines whose plugin keeps this one beside it.
    fn go_to_pipeline_run(&self, cx: &mut Cx<'_>) {
        match self.known().tag(PIPELINE_RUN) {
            Some(id) => cx.go = Some(Go::To(Box::new(PipelineRunPage::by_id(id.into())))),
            None => cx.say(format!(
                "It mirrors no pipeline run: it has no tag {PIPELINE_RUN}."
            )),
        }
    }

    /// What the selected row is called.
    fn selected_name(&self) -> String {
        match (self.selected_entry(), &self.detail) {
            (Some(entry), _) => entry.path.name().to_owned(),
            (None, Some((subject, _))) => subject.name.clone(),
            _ => self.tab.title().to_owned(),
        }
    }

    /// Copies what is selected: a value, a path, a number.
    fn copy_value(&self, cx: &mut Cx<'_>) {
        if let Some(entry) = self.selected_entry().filter(|_| self.focus == Focus::List) {
            return cx.copy("path", entry.path.as_str());
        }
        let in_viewer = self
            .viewer()
            .filter(|_| self.focus != Focus::List)
            .and_then(Viewer::copied);
        if let Some((what, text)) = in_viewer {
            return cx.copy(what, &text);
        }
        if self.tab.has_chart() {
            if let Some(metric) = self.selected_metric() {
                cx.copy(
                    metric.key.as_str(),
                    &flowdeck_surface::format::exact(metric.value),
                );
            }
            return;
        }
        if self.tab == Tab::Overview {
            let told = self.overview_row().map(|(told, _)| (told.label, told.text));
            if let Some((label, text)) = told {
                cx.copy(&label.to_lowercase(), &text);
            }
            return;
        }
        let Some((subject, _)) = &self.detail else { return };
        match self.tab {
            Tab::Params | Tab::Tags => cx.copy(&subject.name, &subject.text),
            _ => cx.copy("id", &subject.name),
        }
    }

    fn overview_row(&self) -> Option<(Told, Option<Link>)> {
        let &place = self.rows.get(self.cursor().selected)?;
        // Times are copied as they are written down, in universal time.
        let clock = flowdeck_surface::clock::Clock::utc();
        self.overview(&clock).into_iter().nth(place)
    }

    /// Opens what is selected: its curve, its page, or the whole of it.
    fn open_selected(&mut self, cx: &mut Cx<'_>) {
        let Some(&place) = self.rows.get(self.cursor().selected) else {
            return;
        };
        match self.tab {
            Tab::Metrics | Tab::System => self.go_to_detail(Focus::Full, cx),
            Tab::Overview => self.follow(cx),
            Tab::Params | Tab::Tags | Tab::Datasets => self.go_to_detail(Focus::Full, cx),
            Tab::Files => match self.selected_entry().cloned() {
                Some(entry) if entry.kind == ArtifactKind::Directory => {
                    self.files.toggle(&entry.path, cx);
                    self.arrange(cx);
                }
                Some(_) => self.go_to_detail(Focus::Full, cx),
                None => {}
            },
            Tab::Models => {
                if let Some((id, _)) = self.model_at(place) {
                    let page = ModelPage::of(id.clone(), self.model(id).cloned());
                    cx.go = Some(Go::To(Box::new(page)));
                }
            }
            Tab::Children => {
                if let Some((_, run)) = self.nested.get(place) {
                    cx.go = Some(Go::To(Box::new(Self::of(run.clone()))));
                }
            }
            Tab::Traces => {
                let traces = self.traces.shown().map(|traces| &traces.items);
                if let Some(trace) = traces.and_then(|traces| traces.get(place)) {
                    cx.go = Some(Go::To(Box::new(TracePage::of(trace.clone()))));
                }
            }
        }
    }

    /// Goes where a row of the overview leads, or shows it whole.
    fn follow(&mut self, cx: &mut Cx<'_>) {
        let Some((told, link)) = self.overview_row() else {
            return;
        };
        match link {
            Some(Link::Run(id)) => cx.go = Some(Go::To(Box::new(Self::by_id(id)))),
            Some(Link::Model(id)) => cx.go = Some(Go::To(Box::new(ModelPage::of(id, None)))),
            Some(Link::Tab(tab)) => self.show_tab(tab, cx),
            Some(Link::Experiment) => self.go_to_experiment(cx),
            Some(Link::Version(place)) => self.show_version(place, cx),
            None if told.label == "Note" => self.go_to_detail(Focus::Full, cx),
            None => {
                let viewer = Viewer::of_value(&told.text);
                cx.go = Some(Go::To(Box::new(ValuePage::of(told.label, viewer))));
            }
        }
    }

    fn show_version(&self, place: usize, cx: &mut Cx<'_>) {
        let versions = self.versions.shown().map(Vec::as_slice).unwrap_or_default();
        let Some(version) = versions.get(place) else {
            return;
        };
        cx.go = Some(Go::To(Box::new(VersionPage::of(version.clone()))));
    }
}
