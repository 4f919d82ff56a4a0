//! What a person can do, on which key, and what it is called: keys, help and hints all come from this list.

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
    /// Opens the demo store.
    OpenDemo,
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
    /// Takes the last change of limits back.
    UndoZoom,
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
    /// On the list of experiments.
    Experiments,
    /// On the table of runs.
    Runs,
    /// On the page of a run.
    Run,
    /// On a chart that has the focus.
    Chart,
}

impl Scope {
    /// The title over its keys in the help.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Everywhere => "Everywhere",
            Self::List => "Moving",
            Self::Welcome => "No store",
            Self::Experiments => "Experiments",
            Self::Runs => "Runs",
            Self::Run => "Run",
            Self::Chart => "Chart",
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

/// Every action with its keys. Within a scope a key stands once; a narrower scope may take it over.
pub const BINDINGS: &[Binding] = &[
    bound(
        Scope::Everywhere,
        Action::Back,
        &["esc", "backspace"],
        "back, or close what is open",
        Some("back"),
    ),
    bound(
        Scope::Everywhere,
        Action::Help,
        &["?", "f1"],
        "this help",
        Some("help"),
    ),
    bound(
        Scope::Everywhere,
        Action::Quit,
        &["q", "ctrl-c"],
        "quit",
        Some("quit"),
    ),
    bound(
        Scope::Everywhere,
        Action::Refresh,
        &["r", "f5"],
        "ask the store again",
        None,
    ),
    bound(
        Scope::Everywhere,
        Action::Suspend,
        &["ctrl-z"],
        "suspend; `fg` comes back",
        None,
    ),
    bound(
        Scope::Everywhere,
        Action::Redraw,
        &["ctrl-l"],
        "draw the screen anew",
        None,
    ),
    bound(Scope::List, Action::Down, &["j", "down"], "down", None),
    bound(Scope::List, Action::Up, &["k", "up"], "up", None),
    bound(
        Scope::List,
        Action::PageDown,
        &["pgdn", "ctrl-d", "ctrl-f"],
        "a screen down",
        None,
    ),
    bound(
        Scope::List,
        Action::PageUp,
        &["pgup", "ctrl-u", "ctrl-b"],
        "a screen up",
        None,
    ),
    bound(Scope::List, Action::First, &["g", "home"], "to the first", None),
    bound(Scope::List, Action::Last, &["G", "end"], "to the last", None),
    bound(
        Scope::Welcome,
        Action::OpenDemo,
        &["d", "enter"],
        "open the demo store",
        Some("open the demo"),
    ),
    bound(
        Scope::Experiments,
        Action::Open,
        &["enter", "l", "right"],
        "list its runs",
        Some("runs"),
    ),
    bound(
        Scope::Experiments,
        Action::Find,
        &["/"],
        "find by name",
        Some("find"),
    ),
    bound(
        Scope::Experiments,
        Action::View,
        &["v"],
        "active, deleted or all",
        Some("view"),
    ),
    bound(
        Scope::Experiments,
        Action::CopyId,
        &["y"],
        "copy the experiment's id",
        None,
    ),
    bound(
        Scope::Runs,
        Action::Open,
        &["enter"],
        "open the run",
        Some("open"),
    ),
    bound(
        Scope::Runs,
        Action::Find,
        &["/"],
        "find in names, ids, states and columns in view",
        Some("find"),
    ),
    bound(
        Scope::Runs,
        Action::Filter,
        &["f"],
        "filter: metrics.loss < 0.1 and params.lr = '0.01'",
        Some("filter"),
    ),
    bound(
        Scope::Runs,
        Action::Left,
        &["h", "left"],
        "column to the left",
        None,
    ),
    bound(
        Scope::Runs,
        Action::Right,
        &["l", "right"],
        "column to the right",
        None,
    ),
    bound(
        Scope::Runs,
        Action::Sort,
        &["s"],
        "sort by the column: down, up, not at all",
        Some("sort"),
    ),
    bound(
        Scope::Runs,
        Action::View,
        &["v"],
        "active, deleted or all",
        Some("view"),
    ),
    bound(Scope::Runs, Action::CopyId, &["y"], "copy the run's id", None),
    bound(
        Scope::Run,
        Action::Open,
        &["enter"],
        "metric: chart in full; directory: open",
        Some("chart"),
    ),
    bound(Scope::Run, Action::NextPane, &["tab"], "next pane", Some("pane")),
    bound(
        Scope::Run,
        Action::PreviousPane,
        &["shift-tab"],
        "pane before",
        None,
    ),
    bound(
        Scope::Run,
        Action::Right,
        &["l", "right"],
        "next list: metrics, params, tags, ...",
        None,
    ),
    bound(Scope::Run, Action::Left, &["h", "left"], "list before", None),
    bound(
        Scope::Run,
        Action::Find,
        &["/"],
        "find in keys and values",
        Some("find"),
    ),
    bound(Scope::Run, Action::CopyId, &["y"], "copy the run's id", None),
    bound(
        Scope::Chart,
        Action::Left,
        &["h", "left"],
        "cursor one column to the left",
        None,
    ),
    bound(
        Scope::Chart,
        Action::Right,
        &["l", "right"],
        "cursor one column to the right",
        None,
    ),
    bound(
        Scope::Chart,
        Action::PageUp,
        &["pgup", "ctrl-u", "H", "shift-left"],
        "cursor a tenth to the left; grid: page before",
        None,
    ),
    bound(
        Scope::Chart,
        Action::PageDown,
        &["pgdn", "ctrl-d", "shift-right"],
        "cursor a tenth to the right; grid: next page",
        None,
    ),
    bound(
        Scope::Chart,
        Action::First,
        &["g", "home"],
        "cursor to the first point",
        None,
    ),
    bound(
        Scope::Chart,
        Action::Last,
        &["G", "end"],
        "cursor to the last point",
        None,
    ),
    bound(Scope::Chart, Action::Up, &["k", "up"], "zoom in", None),
    bound(Scope::Chart, Action::Down, &["j", "down"], "zoom out", None),
    bound(
        Scope::Chart,
        Action::Open,
        &["enter"],
        "this chart in full, or back beside the rest",
        Some("full"),
    ),
    bound(
        Scope::Chart,
        Action::Grid,
        &["w"],
        "all metrics as a grid, or one",
        Some("grid"),
    ),
    bound(
        Scope::Chart,
        Action::Find,
        &["/"],
        "find metrics by name",
        Some("find"),
    ),
    bound(
        Scope::Chart,
        Action::NextMetric,
        &["]", "n"],
        "next metric",
        Some("next"),
    ),
    bound(
        Scope::Chart,
        Action::PreviousMetric,
        &["[", "N"],
        "metric before",
        None,
    ),
    bound(
        Scope::Chart,
        Action::NextPage,
        &["}"],
        "next page of the grid",
        None,
    ),
    bound(
        Scope::Chart,
        Action::PreviousPage,
        &["{"],
        "page of the grid before",
        None,
    ),
    bound(
        Scope::Chart,
        Action::Pin,
        &["a"],
        "keep this metric on the chart and add the next",
        None,
    ),
    bound(
        Scope::Chart,
        Action::NextCurve,
        &["J"],
        "let the next curve stand out",
        None,
    ),
    bound(
        Scope::Chart,
        Action::PreviousCurve,
        &["K"],
        "let the curve before stand out",
        None,
    ),
    bound(
        Scope::Chart,
        Action::XAxis,
        &["x"],
        "x by step, wall time or relative time",
        Some("axis"),
    ),
    bound(
        Scope::Chart,
        Action::LogX,
        &["X"],
        "linear or logarithmic x",
        None,
    ),
    bound(
        Scope::Chart,
        Action::LogScale,
        &["L"],
        "y linear, logarithmic, or so on both sides of zero",
        Some("log"),
    ),
    bound(
        Scope::Chart,
        Action::Smooth,
        &["s"],
        "smoothing: off, 0.6, 0.9, 0.99",
        Some("smooth"),
    ),
    bound(
        Scope::Chart,
        Action::ClipOutliers,
        &["c"],
        "leave outliers out of the y axis",
        Some("clip"),
    ),
    bound(
        Scope::Chart,
        Action::Limits,
        &["t"],
        "type limits: x 100..500 y 0..1",
        Some("limits"),
    ),
    bound(Scope::Chart, Action::ZoomIn, &["+", "="], "zoom in", None),
    bound(Scope::Chart, Action::ZoomOut, &["-"], "zoom out", None),
    bound(
        Scope::Chart,
        Action::PanLeft,
        &[",", "<"],
        "move the stretch to the left",
        None,
    ),
    bound(
        Scope::Chart,
        Action::PanRight,
        &[".", ">"],
        "move the stretch to the right",
        None,
    ),
    bound(Scope::Chart, Action::ResetZoom, &["0"], "show everything", None),
    bound(
        Scope::Chart,
        Action::UndoZoom,
        &["u", "z"],
        "take the last zoom back",
        None,
    ),
    bound(
        Scope::Chart,
        Action::Brush,
        &["v"],
        "mark a stretch from the cursor on: mean, min, max, slope",
        Some("mark"),
    ),
    bound(
        Scope::Chart,
        Action::ZoomToBrush,
        &["Z"],
        "zoom into the marked stretch",
        None,
    ),
    bound(
        Scope::Chart,
        Action::Export,
        &["e"],
        "write the chart into a file: .svg, .png or .csv",
        Some("export"),
    ),
];

/// What a key does where these scopes hold, the narrowest first.
pub fn action_for(key: &str, scopes: &[Scope]) -> Option<Action> {
    scopes.iter().find_map(|&scope| {
        BINDINGS
            .iter()
            .find(|binding| binding.scope == scope && binding.keys.contains(&key))
            .map(|binding| binding.action)
    })
}

/// The bindings of one scope, in the order of the list.
pub fn bindings_in(scope: Scope) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |binding| binding.scope == scope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stands_once_in_a_scope() {
        let mut seen = std::collections::HashSet::new();
        for binding in BINDINGS {
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
        let key = |scopes: &[Scope]| action_for("l", scopes);
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
