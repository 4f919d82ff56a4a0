/// A list of the page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Tab {
    /// What is worth knowing first; the note stands beside it.
    Overview,
    /// Latest, least and greatest values.
    Metrics,
    /// The same of the machine it ran on.
    System,
    /// Params.
    Params,
    /// Tags.
    Tags,
    /// Datasets it used.
    Datasets,
    /// Logged models it used and made.
    Models,
    /// Runs nested in it.
    Children,
    /// Artifacts.
    Files,
    /// Traces made in it.
    Traces,
}

impl Tab {
    /// All of them, from left to right.
    pub(super) const ALL: [Self; 10] = [
        Self::Overview,
        Self::Metrics,
        Self::System,
        Self::Params,
        Self::Tags,
        Self::Datasets,
        Self::Models,
        Self::Children,
        Self::Files,
        Self::Traces,
    ];

    /// What it is called.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Metrics => "Metrics",
            Self::System => "System",
            Self::Params => "Params",
            Self::Tags => "Tags",
            Self::Datasets => "Datasets",
            Self::Models => "Models",
            Self::Children => "Children",
            Self::Files => "Files",
            Self::Traces => "Traces",
        }
    }

    /// What is said where it holds nothing.
    pub(super) const fn empty(self) -> &'static str {
        match self {
            Self::Overview => "Nothing is known.",
            Self::Metrics => "No metric was logged.",
            Self::System => "Nothing of the machine was logged.",
            Self::Params => "No param was logged.",
            Self::Tags => "There is no tag.",
            Self::Datasets => "No dataset was logged.",
            Self::Models => "No model was logged.",
            Self::Children => "No run is nested in this one.",
            Self::Files => "No artifact was logged.",
            Self::Traces => "No trace was made in this run.",
        }
    }

    /// Whether a curve stands beside it.
    pub(super) const fn has_chart(self) -> bool {
        matches!(self, Self::Metrics | Self::System)
    }

    /// The tab so many places to the side, going round.
    pub(super) fn beside(self, by: isize) -> Self {
        let n_tabs = Self::ALL.len() as isize;
        Self::ALL[(self as isize + by).rem_euclid(n_tabs) as usize]
    }
}
