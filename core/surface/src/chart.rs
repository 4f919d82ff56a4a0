//! A chart of curves, as every screen needs it: axes, scales, limits, colours, names, exact values, statistics, and the
//! chart as a file.
//!
//! ```text
//! History ── Line ──> Drawn          what of a curve falls into each column; kept until something changes
//! ChartView                          axis, scale, smoothing, limits with undo, cursor, brush
//! XFrame, Scale                      from steps, times and values to shares of the width and height, and back
//! Figure ── export ──> SVG PNG CSV   a chart as a value of its own
//! ```

mod export;
mod figure;
mod limits;
mod line;
mod names;
mod palette;
mod picture;
mod points_file;
mod readout;
mod scale;
mod settings;
mod typed_limits;
mod view;
mod x_frame;

pub use export::{Exported, FileForm, export, file_name};
pub use figure::{Figure, FigureLine, LaidOut};
pub use limits::Limits;
pub use line::{AnyCurve, Drawn, Line, Wish};
pub use names::{names, symbol};
pub use palette::{N_COLOURS, Rgb, RunColours, rgb};
pub use readout::{Readout, StretchSummary};
pub(crate) use scale::with_room;
pub use scale::{Scale, ScaleKind, fitting};
pub use settings::{SMOOTHINGS, Settings};
pub use typed_limits::{Typed, typed_limits};
pub use view::{Brush, ChartView, ViewArrangement};
pub use x_frame::XFrame;
