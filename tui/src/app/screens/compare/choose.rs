//! What the pages ask: which column goes where, and the name of a file.

use flowdeck_surface::client::MetricKey;
use flowdeck_surface::client::artifact::ArtifactPath;
use flowdeck_surface::compare::{Dimension, Side};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::run_column::RunColumn;
use flowdeck_surface::run_table::ColumnId;

use super::{Compare, Page};
use crate::app::context::Cx;
use crate::app::effect::Question;
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::dialog::form::{Field, Form};
use crate::app::widgets::dialog::picker::{Item, Picker};

/// What is being chosen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Choosing {
    /// The x axis of points.
    X,
    /// The y axis of points.
    Y,
    /// What points are coloured by.
    PointColour,
    /// The parallel axes.
    Axes,
    /// What lines are coloured by.
    LineColour,
    /// What boxes show.
    BoxMetric,
    /// What boxes are grouped by.
    BoxGroups,
    /// The metric whose curves are drawn.
    CurveMetric,
    /// The name of a file.
    FileName,
    /// The run on the left of two files.
    LeftRun,
    /// The run on the right of two files.
    RightRun,
    /// The file of two runs.
    TextFile,
    /// The picture of several runs.
    Picture,
}

impl Choosing {
    const fn title(self) -> &'static str {
        match self {
            Self::X => "x axis",
            Self::Y => "y axis",
            Self::PointColour | Self::LineColour => "Colour by",
            Self::Axes => "Axes",
            Self::BoxMetric => "Box plot of",
            Self::BoxGroups => "Group by",
            Self::CurveMetric => "Curves of",
            Self::FileName => "Export",
            Self::LeftRun => "Run on the left",
            Self::RightRun => "Run on the right",
            Self::TextFile => "Text file",
            Self::Picture => "Picture",
        }
    }

    const fn has_none(self) -> bool {
        matches!(self, Self::PointColour | Self::LineColour)
    }
}

impl Compare {
    /// The columns that may be chosen, in the order they are offered.
    fn offered(&self, choosing: Choosing) -> Vec<ColumnId> {
        match choosing {
            Choosing::CurveMetric => self.comparison.metrics(),
            Choosing::BoxMetric => {
                let mut ids = self.comparison.metrics();
                let others = self.comparison.plottable();
                ids.extend(others.into_iter().filter(|id| !self.is_metric(*id)));
                ids
            }
            _ => self.comparison.plottable(),
        }
    }

    fn is_metric(&self, id: ColumnId) -> bool {
        matches!(self.comparison.table().catalog().column(id), RunColumn::Metric(_))
    }

    /// The column that is there now.
    fn chosen(&self, choosing: Choosing) -> Option<ColumnId> {
        match choosing {
            Choosing::X => self.scatter.side(Side::X).map(Dimension::id),
            Choosing::Y => self.scatter.side(Side::Y).map(Dimension::id),
            Choosing::PointColour => self.scatter.hues().dimension().map(Dimension::id),
            Choosing::LineColour => self.parallel.hues().dimension().map(Dimension::id),
            Choosing::BoxMetric => self.boxes.of().map(Dimension::id),
            Choosing::BoxGroups => self.boxes.by().map(Dimension::id),
            _ => None,
        }
    }

    /// Asks which file is meant.
    pub(super) fn choose_file(&mut self, cx: &mut Cx<'_>) {
        let (choosing, items): (Choosing, Vec<Item>) = if self.page == Page::Pictures {
            let files = self.picture_files().into_iter();
            let item = |(path, n_runs): (ArtifactPath, usize)| {
                Item::new(path.as_str(), format!("{n_runs} of the runs seen"))
            };
            (Choosing::Picture, files.map(item).collect())
        } else {
            let files = self.text_files().into_iter();
            (
                Choosing::TextFile,
                files.map(|(path, word)| Item::new(path.as_str(), word)).collect(),
            )
        };
        if items.is_empty() {
            return cx.say("There is no such file here.");
        }
        let picker = Picker::new(choosing.title(), "show", items);
        self.choosing = Some((cx.open_dialog(picker), choosing));
    }

    fn choose_run(&mut self, choosing: Choosing, cx: &mut Cx<'_>) {
        let items = (0..self.comparison.n_runs()).map(|run| {
            let origin = if self.has_several_origins() {
                self.origin(run)
            } else {
                String::new()
            };
            Item::new(self.comparison.name(run), origin)
        });
        let side = usize::from(choosing == Choosing::RightRun);
        let picker = Picker::new(choosing.title(), "show", items.collect()).at(self.diff.runs[side]);
        self.choosing = Some((cx.open_dialog(picker), choosing));
    }

    /// Asks which column is meant, or which run.
    pub(super) fn choose(&mut self, choosing: Choosing, cx: &mut Cx<'_>) {
        if matches!(choosing, Choosing::LeftRun | Choosing::RightRun) {
            return self.choose_run(choosing, cx);
        }
        let offered = self.offered(choosing);
        let catalog = self.comparison.table().catalog();
        let mut items = Vec::new();
        if choosing.has_none() {
            items.push(Item::new("(none)", ""));
        }
        items.extend(offered.iter().map(|id| {
            let detail = if self.comparison.differs(*id) {
                ""
            } else {
                "the same in all"
            };
            Item::new(catalog.column(*id).to_string(), detail)
        }));
        let n_before = usize::from(choosing.has_none());
        let mut picker = Picker::new(choosing.title(), "show", items);
        if choosing == Choosing::Axes {
            let axes = self.parallel.axes().iter();
            let ids: Vec<ColumnId> = axes.map(|axis| axis.dimension.id()).collect();
            let places = offered.iter().enumerate().filter(|(_, id)| ids.contains(id));
            picker = picker.several(places.map(|(place, _)| place));
        } else if let Some(now) = self.chosen(choosing) {
            let place = offered.iter().position(|id| *id == now);
            picker = picker.at(place.map_or(0, |place| place + n_before));
        }
        self.choosing = Some((cx.open_dialog(picker), choosing));
    }

    /// Takes what was chosen.
    pub(super) fn decide(&mut self, choosing: Choosing, decision: Decision, cx: &mut Cx<'_>) {
        match (choosing, decision) {
            (Choosing::FileName, Decision::Fields(fields)) => {
                if let Some(name) = fields.into_iter().next() {
                    self.write(name.trim(), cx);
                }
            }
            (Choosing::LeftRun | Choosing::RightRun, Decision::Picked(places)) => {
                let side = usize::from(choosing == Choosing::RightRun);
                if let Some(run) = places.first() {
                    self.put_run(side, *run, cx);
                }
            }
            (Choosing::TextFile, Decision::Picked(places)) => {
                let file = places
                    .first()
                    .and_then(|place| self.text_files().into_iter().nth(*place));
                if let Some((path, _)) = file {
                    self.show_file(path, cx);
                }
            }
            (Choosing::Picture, Decision::Picked(places)) => {
                let file = places
                    .first()
                    .and_then(|place| self.picture_files().into_iter().nth(*place));
                self.pictures.path = file.map(|(path, _)| path);
                self.show_pictures(cx);
            }
            (_, Decision::Picked(places)) => {
                let n_before = usize::from(choosing.has_none());
                let offered = self.offered(choosing);
                let id = |place: &usize| offered.get(place.checked_sub(n_before)?).copied();
                let ids: Vec<ColumnId> = places.iter().filter_map(id).collect();
                self.show_chosen(choosing, &ids, cx);
            }
            _ => {}
        }
    }

    fn show_chosen(&mut self, choosing: Choosing, ids: &[ColumnId], cx: &mut Cx<'_>) {
        let (comparison, shown) = (&self.comparison, &self.shown);
        let is_in = |run: usize| shown.binary_search(&run).is_ok();
        match (choosing, ids.first()) {
            (Choosing::PointColour, id) => self.scatter.colour_by(id.copied(), comparison),
            (Choosing::LineColour, id) => self.parallel.colour_by(id.copied(), comparison),
            (Choosing::Axes, _) => {
                self.parallel.choose(ids, comparison);
                self.choose_passing();
            }
            (Choosing::X, Some(id)) => self.scatter.put(Side::X, *id, comparison),
            (Choosing::Y, Some(id)) => self.scatter.put(Side::Y, *id, comparison),
            (Choosing::BoxMetric, Some(id)) => self.boxes.show(*id, comparison, is_in),
            (Choosing::BoxGroups, Some(id)) => self.boxes.group_by(*id, comparison, is_in),
            (Choosing::CurveMetric, Some(id)) => {
                if let RunColumn::Metric(key) = comparison.table().catalog().column(*id) {
                    self.curve = Some(MetricKey::from(key.clone()));
                    self.show_curves(false, cx);
                }
            }
            _ => {}
        }
    }

    /// Asks for the name of the file that the page is written into.
    pub(super) fn export(&mut self, cx: &mut Cx<'_>) {
        let (title, name) = match self.page {
            Page::Table | Page::Curves | Page::Diff | Page::Pictures => {
                ("Export the comparison", "comparison.csv")
            }
            Page::Scatter => ("Export the points", "scatter.csv"),
            Page::Parallel => ("Export the runs within the brushes", "parallel.csv"),
            Page::Boxes => ("Export the values", "boxes.csv"),
        };
        let field = Field::text("File", name).checked(not_csv);
        self.choosing = Some((
            cx.open_dialog(Form::new(title, "write").field(field)),
            Choosing::FileName,
        ));
    }

    fn write(&mut self, name: &str, cx: &mut Cx<'_>) {
        if name.is_empty() {
            return;
        }
        self.writing = Some(cx.ask(Question::WriteFile(name.to_owned(), self.csv())));
    }

    /// The page as CSV: the runs within all brushes.
    fn csv(&self) -> String {
        let of = |choosings: &[Choosing]| {
            let chosen = choosings.iter().filter_map(|choosing| self.chosen(*choosing));
            chosen.collect::<Vec<ColumnId>>()
        };
        let columns = match self.page {
            Page::Table | Page::Curves | Page::Diff | Page::Pictures => {
                return self.comparison.csv(&self.shown);
            }
            Page::Scatter => of(&[Choosing::X, Choosing::Y, Choosing::PointColour]),
            Page::Boxes => of(&[Choosing::BoxMetric, Choosing::BoxGroups]),
            Page::Parallel => {
                let axes = self.parallel.axes().iter();
                axes.map(|axis| axis.dimension.id()).collect()
            }
        };
        self.comparison.csv_of(&self.shown, &columns)
    }
}

/// Says so where the name of a file asks for what is not written here.
fn not_csv(name: &str) -> Option<Notice> {
    let name = name.trim().to_ascii_lowercase();
    let is_picture = name.ends_with(".svg") || name.ends_with(".png");
    is_picture.then(|| Notice::saying("This page is written as CSV; the curves also as .svg and .png."))
}
