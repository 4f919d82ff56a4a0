use std::sync::Arc;

use flowdeck_client::series::Span;
use flowdeck_client::{MetricKey, RunId};

use super::{AnyCurve, Drawn, Limits, Line, Scale, Settings, Wish, XFrame, fitting};
use crate::history::History;

/// A chart as a value of its own: what is drawn into a file, or once in a terminal.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What stands over it.
    pub title: String,
    /// Its curves, in the order of the legend.
    pub lines: Vec<FigureLine>,
    /// How they are shown.
    pub settings: Settings,
    /// Limits of the x axis.
    pub x: Limits,
    /// Limits of the y axis.
    pub y: Limits,
}

/// One curve of a figure.
#[derive(Clone, Debug)]
pub struct FigureLine {
    /// What it is called in the legend.
    pub name: String,
    /// The run that logged it.
    pub run: RunId,
    /// What that run is called.
    pub run_name: String,
    /// The metric.
    pub key: MetricKey,
    /// The place of its colour in the order of colours.
    pub colour: usize,
    /// Its points.
    pub history: Arc<History>,
}

/// A figure reduced to columns: what is drawn where.
#[derive(Clone, Debug)]
pub struct LaidOut {
    /// The x axis.
    pub x: XFrame,
    /// The y axis.
    pub y: Scale,
    /// The curves, as many as the figure has.
    pub drawn: Vec<Drawn>,
}

impl Figure {
    /// The stretch of the x axis that all curves together take, NaN too; none where no point was logged.
    pub fn whole(&self) -> Option<Span> {
        let stretches = self.lines.iter();
        stretches
            .filter_map(|line| line.history.stretch(self.settings.axis))
            .reduce(Span::union)
    }

    /// Reduces it to so many columns; none where there is nothing finite to draw.
    pub fn laid_out(&self, n_columns: usize) -> Option<LaidOut> {
        let x = XFrame::new(&self.settings, self.x.over(self.whole()?));
        let wish = |line: &FigureLine| Wish {
            version: line.history.len() as u64,
            is_whole: true,
            axis: self.settings.axis,
            raster: x.raster(n_columns),
            smoothing: self.settings.smoothing,
            wants_sample: self.settings.clips_outliers,
        };
        let drawn = |line: &FigureLine| Line::default().drawn(&line.history, wish(line)).clone();
        let drawn: Vec<Drawn> = self.lines.iter().map(drawn).collect();
        let mut sample: Vec<f64> = drawn.iter().flat_map(|one| &one.sample).copied().collect();
        let curves = drawn
            .iter()
            .flat_map(|one| std::iter::once(&one.raw).chain(&one.smooth));
        let clipped = self.settings.clips_outliers.then_some(&mut sample);
        let y = fitting(self.settings.scale, self.y, curves, clipped)?;
        Some(LaidOut { x, y, drawn })
    }
}

impl FigureLine {
    /// Its curve over the axis; `kept` holds what has to be sorted.
    pub fn curve<'a>(&'a self, kept: &'a mut Line, settings: &Settings) -> AnyCurve<'a> {
        let nothing = Span { min: 0.0, max: 0.0 };
        let wish = Wish {
            version: self.history.len() as u64,
            is_whole: true,
            axis: settings.axis,
            raster: XFrame::new(settings, nothing).raster(0),
            smoothing: 0.0,
            wants_sample: false,
        };
        kept.curve(&self.history, &wish)
    }
}
