//! Saved views, and the file that a table is written to.

use flowdeck_surface::client::port::View;
use flowdeck_surface::client::tracking::Run;
use flowdeck_surface::client::{ExperimentId, MetricKey, SavedView};
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::run_column::RunColumn;
use flowdeck_surface::run_table::ExportFormat;

use super::Runs;
use crate::app::changing::{empty_is_wrong, name_of};
use crate::app::context::{Cx, Go};
use crate::app::effect::Question;
use crate::app::message::{Answer, Reply};
use crate::app::screens::charts::ChartScreen;
use crate::app::screens::compare::Compare;
use crate::app::ticket::Ticket;
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::dialog::form::{Field, Form};
use crate::app::widgets::dialog::picker::{Item, Picker};

/// What is going on with saved views and files.
#[derive(Debug, Default)]
pub(super) struct Views {
    known: Vec<SavedView>,
    dialog: Option<(Ticket, Asked)>,
    asked: Option<(Ticket, Wanted)>,
}

/// What the person is asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Asked {
    Which,
    NameOfView,
    NameOfFile,
}

/// What the runtime is asked.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Wanted {
    List,
    Save(String),
    Delete(String),
    Export,
}

impl Views {
    /// Whether the answer to this ticket is waited for.
    pub(super) fn awaits(&self, ticket: Ticket) -> bool {
        self.asked.as_ref().is_some_and(|(asked, _)| *asked == ticket)
    }
}

impl Runs {
    /// The experiment whose views these are: of several, the first.
    fn views_of(&self) -> ExperimentId {
        self.experiments[0].id.clone()
    }

    fn ask_runtime(&mut self, question: Question, wanted: Wanted, cx: &mut Cx<'_>) {
        let ticket = cx.ask(question);
        self.views.asked = Some((ticket, wanted));
    }

    /// Reads the saved views, to be shown as a list.
    pub(super) fn ask_views(&mut self, cx: &mut Cx<'_>) {
        self.ask_runtime(Question::SavedViews(self.views_of()), Wanted::List, cx);
    }

    pub(super) fn ask_name_of_view(&mut self, cx: &mut Cx<'_>) {
        let field = Field::text("Name", "").checked(|text| empty_is_wrong(text, "A view needs a name."));
        let about =
            "Columns, order, groups, marks of what is best, filter and words are kept for this experiment.";
        let form = Form::new("Save this view", "save").about(about).field(field);
        let ticket = cx.open_dialog(form);
        self.views.dialog = Some((ticket, Asked::NameOfView));
    }

    pub(super) fn ask_name_of_file(&mut self, cx: &mut Cx<'_>) {
        let safe = |letter: char| {
            if letter.is_alphanumeric() || "-_.".contains(letter) {
                letter
            } else {
                '-'
            }
        };
        let experiment: String = self.experiments[0].name.chars().map(safe).take(60).collect();
        let field = Field::text("File", &format!("{experiment}-runs.csv"))
            .checked(|text| empty_is_wrong(text, "A file needs a name."));
        let (n_listed, _) = self.table.counts();
        let what = match self.table.n_groups() {
            0 => format!("{} runs", format::count(n_listed)),
            groups => format!("{} groups", format::count(groups)),
        };
        let columns = format::count(self.table.shown().len());
        let about = format!(
            "{what} with {columns} columns as they are shown; a name that ends in .json is written as JSON."
        );
        let ticket = cx.open_dialog(Form::new("Export", "write").about(about).field(field));
        self.views.dialog = Some((ticket, Asked::NameOfFile));
    }

    fn show_views(&mut self, views: Vec<SavedView>, cx: &mut Cx<'_>) {
        self.views.known = views;
        if self.views.known.is_empty() {
            return cx.say("No view was saved for this experiment yet: W saves this one.");
        }
        let mut items: Vec<Item> = self
            .views
            .known
            .iter()
            .map(|view| Item::new(&*view.name, about(view)))
            .collect();
        let deletions = self.views.known.iter();
        items.extend(deletions.map(|view| Item::new(format!("delete {}", view.name), "")));
        let ticket = cx.open_dialog(Picker::new("Saved views", "take up", items));
        self.views.dialog = Some((ticket, Asked::Which));
    }

    /// The person decided in a dialog.
    pub(super) fn decided_view(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        let is_it = self
            .views
            .dialog
            .as_ref()
            .is_some_and(|(asked, _)| *asked == ticket);
        let Some((_, asked)) = self.views.dialog.take_if(|_| is_it) else {
            return;
        };
        match (asked, decision) {
            (Asked::Which, Some(Decision::Picked(places))) => {
                let n_known = self.views.known.len();
                match places.first() {
                    Some(place) if *place < n_known => {
                        let view = self.views.known[*place].clone();
                        self.take_up(&view, cx);
                    }
                    Some(place) if *place < 2 * n_known => {
                        let name = self.views.known[*place - n_known].name.clone();
                        let question = Question::DeleteView(self.views_of(), name.clone());
                        self.ask_runtime(question, Wanted::Delete(name), cx);
                    }
                    _ => {}
                }
            }
            (Asked::NameOfView, Some(Decision::Fields(fields))) => {
                let name = name_of(&fields);
                let view = SavedView {
                    filter: self.filter.clone(),
                    view: word(self.view).to_owned(),
                    ..self.table.saved(&name)
                };
                let question = Question::SaveView(self.views_of(), Box::new(view));
                self.ask_runtime(question, Wanted::Save(name), cx);
            }
            (Asked::NameOfFile, Some(Decision::Fields(fields))) => {
                let name = name_of(&fields);
                let text = self.table.export(ExportFormat::of_name(&name));
                self.ask_runtime(Question::WriteFile(name, text), Wanted::Export, cx);
            }
            _ => {}
        }
    }

    /// Takes a saved view up; other runs are asked for where its filter or view is another one.
    fn take_up(&mut self, saved: &SavedView, cx: &mut Cx<'_>) {
        let view = match saved.view.as_str() {
            "deleted" => View::Deleted,
            "all" => View::All,
            _ => View::Active,
        };
        self.table.take_up(saved);
        self.columns.forget_widths();
        let is_other = view != self.view || saved.filter != self.filter;
        self.view = view;
        self.filter.clone_from(&saved.filter);
        self.settle(None, cx);
        if is_other {
            self.start_anew(cx);
        } else {
            self.refresh(cx);
        }
        cx.say(format!("View {}.", saved.name));
    }

    /// The runtime has answered.
    pub(super) fn take_views(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        let Some((_, wanted)) = self.views.asked.take() else {
            return;
        };
        match (wanted, reply.answer) {
            (Wanted::List, Ok(Answer::SavedViews(views, warning))) => {
                self.show_views(views, cx);
                if let Some(warning) = warning {
                    cx.complain(Notice::saying(format!("{}.", warning.0)));
                }
            }
            (Wanted::Save(name), Ok(_)) => cx.say(format!("Saved view {name}.")),
            (Wanted::Delete(name), Ok(_)) => cx.say(format!("Deleted saved view {name}.")),
            (Wanted::Export, Ok(Answer::Written(path))) => cx.say(format!("Wrote {}.", path.display())),
            (_, Err(failure)) => cx.complain(Notice::of(&failure)),
            _ => {}
        }
    }

    /// Compares the marked runs.
    pub(super) fn compare(&mut self, cx: &mut Cx<'_>) {
        let sources = self.marked_sources(cx);
        if sources.len() < 2 {
            return cx.say("Mark two runs or more with Space, then compare them.");
        }
        cx.go = Some(Go::To(Box::new(Compare::of_sources(sources))));
    }

    /// Draws the curves of the marked runs, those of the metric in hand first.
    pub(super) fn plot(&mut self, cx: &mut Cx<'_>) {
        let chosen = self.table.chosen(self.cursor.selected).into_iter();
        let runs: Vec<Run> = chosen
            .map(|slot| Run::bare(self.table.info(slot).clone()))
            .collect();
        if runs.is_empty() {
            return cx.say("There is no run to plot here.");
        }
        let in_hand = self.columns.in_hand().map(|id| self.table.catalog().column(id));
        let metrics = match in_hand {
            Some(RunColumn::Metric(key)) => vec![MetricKey::from(key.clone())],
            _ => Vec::new(),
        };
        cx.go = Some(Go::To(Box::new(ChartScreen::for_runs(&runs, metrics))));
    }
}

fn word(view: View) -> &'static str {
    match view {
        View::Active => "active",
        View::Deleted => "deleted",
        View::All => "all",
    }
}

/// What a saved view is like, in a few words.
fn about(view: &SavedView) -> String {
    let mut words = vec![format!("{} columns", view.columns.len())];
    if let Some(sort) = view.sort.first() {
        words.push(format!("by {}", sort.column));
    }
    if !view.group_by.is_empty() {
        words.push(format!("grouped by {}", view.group_by.join(", ")));
    }
    if !view.filter.is_empty() {
        words.push(view.filter.clone());
    }
    words.join(" · ")
}
