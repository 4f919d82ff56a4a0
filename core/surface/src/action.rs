//! What a person can do, on which key, and what it is called: keys, help and hints all come from this list.

mod catalog;
mod chart;
mod cluster;
mod columns;
mod compare;
mod comparison;
mod contexts;
mod everywhere;
mod experiments;
mod files;
mod inbox;
pub mod keymap;
mod list;
mod logged_model;
mod logs;
mod pipelines;
mod points;
mod reference;
mod registry;
mod run;
mod runs;
mod trace;
mod viewer;
mod welcome;

pub use reference::reference;

/// Something a person can do.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum Action {
    /// Leaves the app.
    Quit,
    /// Goes to the screen before, or closes what is open.
    Back,
    /// Shows the keys.
    Help,
    /// Asks again.
    Refresh,
    /// Hands the job back to the shell.
    Suspend,
    /// Draws the whole screen anew.
    Redraw,
    /// Opens the line behind `:`.
    Palette,
    /// Shows the same in the browser.
    Browse,
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// One screen up.
    PageUp,
    /// One screen down.
    PageDown,
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// One column, level or point to the left.
    Left,
    /// One column, level or point to the right.
    Right,
    /// Opens what is selected.
    Open,
    /// Moves the focus to the next pane.
    NextPane,
    /// Moves the focus to the pane before.
    PreviousPane,
    /// Narrows the list to rows with these words.
    Find,
    /// Edits the filter in MLflow's search language.
    Filter,
    /// Goes round active, deleted and all.
    View,
    /// Sorts by the column in hand: down, up, not at all.
    Sort,
    /// Copies the id of what is selected.
    CopyId,
    /// Copies the value of what is selected.
    CopyValue,
    /// Breaks long lines, or leaves them whole.
    Wrap,
    /// Opens or closes what is selected.
    Fold,
    /// Closes all that holds something.
    FoldAll,
    /// Opens all that holds something.
    UnfoldAll,
    /// The next place that has the words.
    NextMatch,
    /// The place before that has the words.
    PreviousMatch,
    /// Copies files to this machine.
    Download,
    /// Opens a file with the program that the desktop has for it.
    OpenOutside,
    /// Gives it another name.
    Rename,
    /// Sets a tag.
    SetTag,
    /// Removes a tag.
    RemoveTag,
    /// Takes an alias from a version.
    RemoveAlias,
    /// Edits the note.
    EditNote,
    /// Deletes it, or restores it.
    Delete,
    /// Goes to what it belongs to: of a nested run the run above, of a model or trace its run.
    ToParent,
    /// Goes to the experiment it belongs to.
    ToExperiment,
    /// Lists the traces of the experiment.
    ListTraces,
    /// Lists the logged models of the experiment.
    ListModels,
    /// Opens the demo store.
    OpenDemo,
    /// Goes to the contexts.
    Contexts,
    /// Adds a context.
    AddContext,
    /// Changes a context.
    EditContext,
    /// Makes a context the one that is used where none is named.
    UseContext,
    /// Removes a context.
    RemoveContext,
    /// Goes round step, wall time and relative time.
    XAxis,
    /// Goes round the strengths of smoothing.
    Smooth,
    /// Switches between a linear and a logarithmic x axis.
    LogX,
    /// Goes round linear, logarithmic and symmetric logarithmic values.
    LogScale,
    /// Leaves outliers out of the axis, or lets them in.
    ClipOutliers,
    /// Draws curves by pixels, or in dots.
    Pixels,
    /// The points of a curve as a table.
    Points,
    /// Types the limits of the axes.
    Limits,
    /// Shows a shorter stretch.
    ZoomIn,
    /// Shows a longer stretch.
    ZoomOut,
    /// Moves the stretch to the left.
    PanLeft,
    /// Moves the stretch to the right.
    PanRight,
    /// Shows the whole curve.
    ResetZoom,
    /// Begins, ends and drops a marked stretch.
    Brush,
    /// Zooms into the marked stretch.
    ZoomToBrush,
    /// Switches between one chart and all of them.
    Grid,
    /// Keeps a metric on the chart, or lets it go.
    Pin,
    /// Lets the next curve stand out.
    NextCurve,
    /// Lets the curve before stand out.
    PreviousCurve,
    /// The next page of charts.
    NextPage,
    /// The page of charts before.
    PreviousPage,
    /// Writes what is shown into a file.
    Export,
    /// The metric after this one.
    NextMetric,
    /// The metric before this one.
    PreviousMetric,
    /// Marks what is selected, or takes its mark.
    Mark,
    /// Marks all that is listed, or takes all marks.
    MarkAll,
    /// Marks what has no mark and takes the others.
    InvertMarks,
    /// Sorts also by the column in hand.
    SortAlso,
    /// Opens the list of columns to choose from.
    Columns,
    /// Hides the column in hand.
    HideColumn,
    /// Moves the column in hand to the left.
    ShiftLeft,
    /// Moves the column in hand to the right.
    ShiftRight,
    /// Makes the column in hand wider.
    Wider,
    /// Makes the column in hand narrower.
    Narrower,
    /// Groups by the column in hand.
    GroupBy,
    /// Goes round what a group says of a metric.
    Statistic,
    /// Goes round where nested runs stand.
    Nesting,
    /// Shows only columns in which runs differ.
    OnlyDiffering,
    /// Declares which values of the metric in hand are good.
    Goal,
    /// Holds all others against what is selected.
    Baseline,
    /// Goes round what is said beside the baseline.
    Delta,
    /// Shows the curve of the metric in hand.
    Sparkline,
    /// Opens the saved views.
    SavedViews,
    /// Saves the view.
    SaveView,
    /// Takes the last change of the view back.
    Undo,
    /// Does once more what was taken back.
    Redo,
    /// Compares what is marked.
    Compare,
    /// Draws the curves of what is marked.
    Plot,
    /// Sets or removes a tag.
    Tag,
    /// Edits the note.
    Note,
    /// Takes a deletion back.
    Restore,
    /// Makes a new one.
    Create,
    /// Compared runs as a table.
    ShowTable,
    /// Their curves.
    ShowCurves,
    /// Them as points between two columns.
    ShowScatter,
    /// Them as lines through parallel axes.
    ShowParallel,
    /// A metric by groups of them.
    ShowBoxes,
    /// A text file of two of them.
    ShowDiff,
    /// A picture of some of them.
    ShowPictures,
    /// Takes the run in hand out of what is compared.
    DropRun,
    /// The run after this one.
    NextRun,
    /// The run before this one.
    PreviousRun,
    /// Chooses what the x axis shows.
    XColumn,
    /// Chooses what the y axis shows.
    YColumn,
    /// Chooses what colours go by.
    ColourBy,
    /// Puts what is on the x axis on the y axis, and the other way round.
    SwapAxes,
    /// Takes the marked stretch of the axis in hand away.
    DropBrush,
    /// Chooses the metric that is shown.
    Metric,
    /// Chooses the file that is shown.
    File,
    /// Chooses the run on the left.
    LeftRun,
    /// Chooses the run on the right.
    RightRun,
    /// To the next place where two files differ.
    NextChange,
    /// To the place before where two files differ.
    PreviousChange,
    /// Switches between two columns and one.
    SideBySide,
    /// Edits the description.
    Describe,
    /// Gives a version a stage or an alias, once it was looked at.
    Promote,
    /// Registers a model in the registry.
    Register,
    /// Lists what flowdeck changed in the registry.
    AuditLog,
    /// Takes the last change of stages or aliases back, in the registry itself.
    TakeBack,
    /// Shows what it printed, at the time in hand where there is one.
    ShowLog,
    /// Goes on with the end of a log, or stays.
    Follow,
    /// Leaves out what matches.
    Exclude,
    /// Goes to the first error.
    FirstError,
    /// Goes round the ways in which times are shown.
    Times,
    /// Goes to a time.
    ToTime,
    /// Picks lines of JSON apart, or leaves them whole.
    PickJson,
    /// Chooses the fields of JSON.
    PickFields,
    /// To the next marked line.
    NextMark,
    /// To the marked line before.
    PreviousMark,
    /// Chooses the container.
    Container,
    /// Shows the container that ran before, or the one that runs.
    PreviousContainer,
    /// Uploads a pipeline, or a version of one.
    Upload,
    /// Starts a run like another one, or makes a schedule like another one.
    Clone,
    /// Makes a schedule.
    Schedule,
    /// Runs what failed again.
    Retry,
    /// Stops what runs.
    Terminate,
    /// Puts it away, or brings it back.
    Archive,
    /// Lets a schedule fire, or not.
    Enable,
    /// The tasks of a run as a graph.
    ShowGraph,
    /// Them as a tree.
    ShowTree,
    /// Them as bars along the time.
    ShowGantt,
    /// What is known of the thing as a whole.
    Details,
    /// Goes to the MLflow run that belongs to it.
    ToMlflow,
    /// Goes to the pipeline run that belongs to it.
    ToPipelineRun,
    /// Goes to the namespaces of the cluster.
    Namespaces,
    /// Shows the pods of all namespaces, or of one again.
    AllNamespaces,
    /// Shows what happened in the whole namespace, or to what is selected.
    Events,
}

/// Where an action applies.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum Scope {
    /// On every screen.
    Everywhere,
    /// On every list.
    List,
    /// Where no store is open.
    Welcome,
    /// On the list of contexts.
    Contexts,
    /// On the list of experiments.
    Experiments,
    /// On the table of runs.
    Runs,
    /// On the page of a run.
    Run,
    /// On a chart that has the focus.
    Chart,
    /// On the points of a metric as a table.
    Points,
    /// On the files of a run.
    Files,
    /// On one thing that is shown whole.
    Viewer,
    /// On the page of a trace.
    Trace,
    /// On the page of a logged model.
    LoggedModel,
    /// On a list of traces or logged models.
    Catalog,
    /// On the list of columns to choose from.
    Columns,
    /// On the table of compared runs.
    Compare,
    /// On every page of the comparison of runs.
    Comparison,
    /// On compared runs as points.
    Scatter,
    /// On compared runs as lines through parallel axes.
    Parallel,
    /// On a metric by groups of runs.
    Boxes,
    /// On the differences of two text files.
    Diff,
    /// On pictures side by side.
    Pictures,
    /// On what happened since the last look.
    Inbox,
    /// On the list of registered models.
    Models,
    /// On the page of a registered model.
    RegisteredModel,
    /// On the page of a model version.
    ModelVersion,
    /// Before a promotion.
    Promotion,
    /// After a promotion.
    Promoted,
    /// On what flowdeck changed in the registry.
    Audit,
    /// On a log.
    Logs,
    /// On the list of pipelines.
    Pipelines,
    /// On the versions of a pipeline.
    PipelineVersions,
    /// On the list of pipeline runs.
    PipelineRuns,
    /// On the page of a pipeline run.
    PipelineRun,
    /// On its tasks as a graph.
    TaskGraph,
    /// On two pipeline runs beside each other.
    PipelineCompare,
    /// On the experiments of pipelines.
    PipelineExperiments,
    /// On schedules.
    Schedules,
    /// On the pods of a namespace.
    Pods,
    /// On the list of namespaces.
    Namespaces,
}

impl Scope {
    /// The title over its keys in the help.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Everywhere => "Everywhere",
            Self::List => "Moving",
            Self::Welcome => "No store",
            Self::Contexts => "Contexts",
            Self::Experiments => "Experiments",
            Self::Runs => "Runs",
            Self::Run => "Run",
            Self::Chart => "Chart",
            Self::Points => "Points",
            Self::Files => "Files",
            Self::Viewer => "File or value",
            Self::Trace => "Trace",
            Self::LoggedModel => "Logged model",
            Self::Catalog => "List",
            Self::Columns => "Columns",
            Self::Compare => "Compare",
            Self::Comparison => "Every page of the comparison",
            Self::Scatter => "Scatter plot",
            Self::Parallel => "Parallel coordinates",
            Self::Boxes => "Box plot",
            Self::Diff => "Differences",
            Self::Pictures => "Pictures",
            Self::Inbox => "Inbox",
            Self::Models => "Registered models",
            Self::RegisteredModel => "Registered model",
            Self::ModelVersion => "Model version",
            Self::Promotion => "Promotion",
            Self::Promoted => "Promotion, once it is made",
            Self::Audit => "Changes to the registry",
            Self::Logs => "Log",
            Self::Pipelines => "Pipelines",
            Self::PipelineVersions => "Pipeline versions",
            Self::PipelineRuns => "Pipeline runs",
            Self::PipelineRun => "Pipeline run",
            Self::TaskGraph => "Task graph",
            Self::PipelineCompare => "Two pipeline runs",
            Self::PipelineExperiments => "Experiments of pipelines",
            Self::Schedules => "Schedules",
            Self::Pods => "Pods",
            Self::Namespaces => "Namespaces",
        }
    }
}

/// An action as it is bound and named in one scope.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// What is done.
    pub action: Action,
    /// Where.
    pub scope: Scope,
    /// The keys, by name: `j`, `ctrl-d`, `enter`, `?`.
    pub keys: &'static [&'static str],
    /// What it is called in the help.
    pub title: &'static str,
    /// What it is called in the line of hints; none where it is not worth the room.
    pub hint: Option<&'static str>,
}

const fn bound(
    scope: Scope,
    action: Action,
    keys: &'static [&'static str],
    title: &'static str,
    hint: Option<&'static str>,
) -> Binding {
    Binding {
        action,
        scope,
        keys,
        title,
        hint,
    }
}

/// Every action with its keys, a file for each scope. Within a scope a key stands once; a narrower scope may take it over.
const BINDINGS: &[&[Binding]] = &[
    everywhere::BINDINGS,
    list::BINDINGS,
    welcome::BINDINGS,
    contexts::BINDINGS,
    experiments::BINDINGS,
    runs::BINDINGS,
    run::BINDINGS,
    chart::BINDINGS,
    points::BINDINGS,
    files::BINDINGS,
    viewer::BINDINGS,
    trace::BINDINGS,
    logged_model::BINDINGS,
    catalog::BINDINGS,
    columns::BINDINGS,
    compare::BINDINGS,
    comparison::PAGES,
    comparison::SCATTER,
    comparison::PARALLEL,
    comparison::BOXES,
    comparison::DIFF,
    comparison::PICTURES,
    inbox::BINDINGS,
    registry::BINDINGS,
    logs::BINDINGS,
    pipelines::BINDINGS,
    cluster::BINDINGS,
];

/// Every action with its usual keys.
pub fn bindings() -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::keymap::Keymap;
    use super::*;

    #[test]
    fn a_key_stands_once_in_a_scope() {
        let mut seen = std::collections::HashSet::new();
        for binding in bindings() {
            for key in binding.keys {
                assert!(
                    seen.insert((binding.scope, key)),
                    "{key} twice in {:?}",
                    binding.scope
                );
            }
        }
    }

    #[test]
    fn a_narrower_scope_takes_a_key_over() {
        let keymap = Keymap::default();
        let key = |scopes: &[Scope]| keymap.action_for("l", scopes);
        assert_eq!(
            key(&[Scope::Runs, Scope::List, Scope::Everywhere]),
            Some(Action::Right)
        );
        assert_eq!(
            key(&[Scope::Experiments, Scope::List, Scope::Everywhere]),
            Some(Action::Open)
        );
        assert_eq!(key(&[Scope::Everywhere]), None);
    }
}
