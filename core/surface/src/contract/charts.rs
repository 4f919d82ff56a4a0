//! Charts: which curves, how they are shown, and the columns that they are reduced to.
//!
//! Numbers come as columns of `f64` behind the head; each [`ColumnPart`] says where one lies.

use serde::{Deserialize, Serialize};

/// One metric of one run.
#[derive(Clone, Debug, Eq, PartialEq, Hash, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CurveRef {
    /// The run.
    pub run: String,
    /// What it is called.
    pub run_name: String,
    /// The metric.
    pub key: String,
}

/// How a chart shows its curves.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LookView {
    /// `step`, `time` or `relative`.
    pub axis: String,
    /// Whether the x axis is logarithmic.
    pub log_x: bool,
    /// `linear`, `log` or `symlog`.
    pub scale: String,
    /// The share of the past in each smoothed value, from 0 to below 1.
    pub smoothing: f64,
    /// Whether outliers are left out of the y axis.
    pub clip: bool,
}

/// The ends of an axis; each is as far as the data goes unless it is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LimitsView {
    /// The lower end.
    pub min: Option<f64>,
    /// The upper end.
    pub max: Option<f64>,
}

/// A chart.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChartRequest {
    /// Its curves, 200 at most.
    pub curves: Vec<CurveRef>,
    /// How they are shown.
    pub look: LookView,
    /// The stretch of the x axis.
    pub x: LimitsView,
    /// The stretch of the y axis.
    pub y: LimitsView,
    /// Columns to reduce to: the width of the chart in pixels, 4,000 at most.
    pub n_columns: usize,
    /// Marks of the x axis at most.
    pub n_x_ticks: usize,
    /// Marks of the y axis at most.
    pub n_y_ticks: usize,
}

/// What a chart shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChartHead {
    /// Whether there is anything finite to draw.
    pub is_empty: bool,
    /// Columns it was reduced to.
    pub n_columns: usize,
    /// The stretch of the x axis that is shown.
    pub x: LimitsView,
    /// What the x axis counts, in a word.
    pub x_word: String,
    /// `linear`, `log` or `symlog`, as far as the values allow.
    pub scale: String,
    /// Marks of the x axis.
    pub x_ticks: Vec<TickView>,
    /// Marks of the y axis.
    pub y_ticks: Vec<TickView>,
    /// The `x` at the border of each column, one more than there are columns.
    pub edges: ColumnPart,
    /// The curves, in the order asked for.
    pub lines: Vec<ChartLine>,
}

/// A mark of an axis.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TickView {
    /// Its place as a share of the axis, 0 to 1.
    pub share: f64,
    /// What stands there.
    pub label: String,
}

/// Where a column of numbers lies.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ColumnPart {
    /// The first number, counted from the first of all columns.
    pub first: usize,
    /// How many.
    pub n: usize,
}

/// A curve of a chart.
///
/// Each column of a chart has five slots: one for a gap, and four for the first, lowest, highest and last point of it in
/// order of `x`. So curves with other steps share the slots of an axis, and none loses a spike.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChartLine {
    /// The run.
    pub run: String,
    /// The metric.
    pub key: String,
    /// What it is called in the legend.
    pub name: String,
    /// The place of its colour in the order of colours.
    pub colour: usize,
    /// Points that were logged.
    pub n_points: usize,
    /// Points that are NaN, and that are infinite.
    pub n_odd: usize,
    /// The latest value, the lowest and the highest, each with its step.
    pub told: String,
    /// The slot of each point.
    pub slots: ColumnPart,
    /// Its `x`; NaN of a gap.
    pub x: ColumnPart,
    /// Its value as it was logged; NaN of a gap.
    pub y: ColumnPart,
    /// Its place as a share of the height; NaN of a gap.
    pub shares: ColumnPart,
    /// The slots of the smoothed curve, empty without smoothing.
    pub smooth_slots: ColumnPart,
    /// Its places as shares of the height.
    pub smooth_shares: ColumnPart,
}
