use std::path::PathBuf;

use clap::{Args, ValueEnum};
use flowdeck_surface::client::series::{Series, Span, XAxis};
use flowdeck_surface::client::tracking::Run;
use flowdeck_surface::client::{Failure, FailureKind, MetricKey, Result, RunId, Session};
use serde::Serialize;

use super::{chart, picture};
use crate::cli::context::{Context, Form};
use crate::cli::exit::Outcome;
use crate::cli::output::json;

#[derive(Debug, Args)]
pub(crate) struct Plot {
    /// RUN and then keys of its metrics; where keys are given by --key, all of them are runs
    #[arg(value_name = "RUN [KEY]…")]
    words: Vec<String>,
    /// Id of a further run; may be repeated
    #[arg(long = "run", value_name = "RUN")]
    runs: Vec<String>,
    /// Key of a metric; may be repeated
    #[arg(long = "key", short = 'k', value_name = "KEY")]
    keys: Vec<String>,
    /// The file to write, .svg or .png; drawn in the terminal without it
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What the x axis counts: steps, wall time, or time since the run's first point
    #[arg(long, value_enum, default_value_t)]
    x: AxisArg,
    /// Share of the past in each smoothed value, from 0 to below 1, as MLflow's and TensorBoard's sliders
    #[arg(long, value_name = "WEIGHT", value_parser = weight)]
    smooth: Option<f64>,
    /// A logarithmic y axis; what is not above 0 is a gap
    #[arg(long)]
    log: bool,
    /// Width and height of the picture in pixels
    #[arg(long, value_name = "WxH", default_value = "1200x700", value_parser = size)]
    size: (u32, u32),
}

/// What the x axis counts.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
enum AxisArg {
    #[default]
    Step,
    Time,
    Relative,
}

impl From<AxisArg> for XAxis {
    fn from(axis: AxisArg) -> Self {
        match axis {
            AxisArg::Step => Self::Step,
            AxisArg::Time => Self::WallTime,
            AxisArg::Relative => Self::RelativeTime,
        }
    }
}

fn weight(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(weight) if (0.0..1.0).contains(&weight) => Ok(weight),
        _ => Err("from 0 to below 1".to_owned()),
    }
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let parsed = text
        .split_once(['x', 'X'])
        .and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    match parsed {
        Some((width, height)) if (200..=10_000).contains(&width) && (150..=10_000).contains(&height) => {
            Ok((width, height))
        }
        _ => Err("write WIDTHxHEIGHT, from 200x150 to 10000x10000".to_owned()),
    }
}

/// One curve of a chart.
pub(super) struct Curve {
    /// What it is: the run, the metric, or both, whichever tells the curves apart.
    pub(super) name: String,
    /// The points as logged, on the axes of the chart.
    pub(super) logged: Series,
    /// The same smoothed, where that was asked for.
    pub(super) smoothed: Option<Series>,
    run: RunId,
    key: String,
}

impl Curve {
    /// What is drawn as its line.
    pub(super) fn line(&self) -> &Series {
        self.smoothed.as_ref().unwrap_or(&self.logged)
    }
}

/// Curves on common axes.
pub(super) struct Chart {
    /// The curves, none of them empty.
    pub(super) curves: Vec<Curve>,
    /// Those that have no point.
    missing: Vec<Curve>,
    /// What the x axis counts.
    pub(super) axis: XAxis,
    /// Whether the y axis is logarithmic: `y` then holds the logarithm to base 10.
    pub(super) log: bool,
    /// What stands over it.
    pub(super) title: String,
    /// The stretch of the x axis.
    pub(super) x: Span,
    /// The stretch of the y axis.
    pub(super) y: Span,
}

/// Draws metrics.
pub(crate) async fn run(cx: &Context, args: &Plot) -> Outcome {
    if args.output.is_none() && cx.form() != Form::People {
        return Err(Failure::new(
            FailureKind::InvalidInput,
            "a plot in the terminal is neither JSON nor CSV",
        )
        .with_hint("name a file with --output, or take the points from `metrics history`")
        .into());
    }
    if let Some(file) = &args.output {
        picture::format_of(file)?;
    }
    let session = cx.session()?;
    let chart = gathered(&session, args).await?;
    for curve in &chart.missing {
        cx.note(&format!("Run {} has no metric `{}`.", curve.run, curve.key));
    }
    let Some(file) = &args.output else {
        return chart::write(cx.out(), &chart, &cx.style());
    };
    picture::write(file, &chart, args.size)?;
    match cx.form() {
        Form::People | Form::Csv => cx.note(&format!("Wrote {}.", file.display())),
        Form::Json => json::write_thing(cx.out(), &Written::of(file, &chart))?,
    }
    Ok(())
}

/// What was drawn, as JSON.
#[derive(Serialize)]
struct Written<'a> {
    output: String,
    curves: Vec<WrittenCurve<'a>>,
}

#[derive(Serialize)]
struct WrittenCurve<'a> {
    run_id: &'a str,
    key: &'a str,
    n_points: usize,
}

impl<'a> Written<'a> {
    fn of(file: &std::path::Path, chart: &'a Chart) -> Self {
        let curve = |curve: &'a Curve| WrittenCurve {
            run_id: curve.run.as_str(),
            key: &curve.key,
            n_points: curve.logged.len(),
        };
        Self {
            output: file.display().to_string(),
            curves: chart.curves.iter().map(curve).collect(),
        }
    }
}

/// The runs and keys that the words mean.
fn meant(args: &Plot) -> (Vec<RunId>, Vec<String>) {
    let mut words = args.words.iter().map(String::as_str);
    let mut runs: Vec<RunId> = Vec::new();
    let mut keys = args.keys.clone();
    if args.keys.is_empty() {
        if args.runs.is_empty() {
            runs.extend(words.next().map(RunId::from));
        }
        keys.extend(words.map(str::to_owned));
    } else {
        runs.extend(words.map(RunId::from));
    }
    runs.extend(args.runs.iter().map(|id| RunId::from(id.as_str())));
    (runs, keys)
}

async fn gathered(session: &Session, args: &Plot) -> Result<Chart> {
    let (ids, keys) = meant(args);
    if ids.is_empty() {
        return Err(Failure::new(FailureKind::InvalidInput, "no run is named to plot")
            .with_hint("write `metrics plot RUN KEY`, or name runs by --run and keys by --key"));
    }
    let runs = session.runs_by_id(&ids).await?;
    let keys = if keys.is_empty() {
        only_metric(&runs)?
    } else {
        keys
    };
    let mut curves = Vec::new();
    for run in &runs {
        for key in &keys {
            let metric = MetricKey::from(key.as_str());
            let points = session.metric_points(&run.info.id, &metric).await?;
            let series = Series::from_history(&points, args.x.into());
            curves.push(curve(run, key, series, args, (runs.len(), keys.len())));
        }
    }
    charted(curves, args, &runs, &keys)
}

/// The metric that is meant where none is named: the only one there is.
fn only_metric(runs: &[Run]) -> Result<Vec<String>> {
    let metrics = runs.iter().flat_map(|run| &run.metrics);
    let mut keys: Vec<_> = metrics.map(|metric| metric.key.to_string()).collect();
    keys.sort_unstable();
    keys.dedup();
    match keys.len() {
        0 => Err(Failure::new(
            FailureKind::NotFound,
            "the run has no metrics to plot",
        )),
        1 => Ok(keys),
        _ => Err(
            Failure::new(FailureKind::InvalidInput, "no metric is named to plot")
                .with_hint(format!("name one or more of {}", keys.join(", "))),
        ),
    }
}

fn curve(run: &Run, key: &str, series: Series, args: &Plot, (n_runs, n_keys): (usize, usize)) -> Curve {
    let run_name = name_of(run);
    let name = match (n_runs, n_keys) {
        (1, _) => key.to_owned(),
        (_, 1) => run_name.to_owned(),
        _ => format!("{run_name} {key}"),
    };
    // Smoothed first, as the web UIs do: a mean of logarithms would be another mean.
    let smoothed = args.smooth.map(|weight| series.smoothed(weight));
    let scaled = |series: Series| if args.log { logarithmic(&series) } else { series };
    Curve {
        name,
        logged: scaled(series),
        smoothed: smoothed.map(scaled),
        run: run.info.id.clone(),
        key: key.to_owned(),
    }
}

/// What a run is called: its id where it has no name.
fn name_of(run: &Run) -> &str {
    match run.name() {
        "" => run.info.id.as_str(),
        name => name,
    }
}

/// The curve on a logarithmic axis; what has no logarithm is a gap.
fn logarithmic(series: &Series) -> Series {
    let y = series
        .y()
        .iter()
        .map(|&y| if y > 0.0 { y.log10() } else { f64::NAN });
    Series::from_unsorted(series.x().to_vec(), y.collect())
}

fn charted(curves: Vec<Curve>, args: &Plot, runs: &[Run], keys: &[String]) -> Result<Chart> {
    let mut bounds: Option<flowdeck_surface::client::series::Bounds> = None;
    for found in curves.iter().filter_map(|curve| curve.logged.bounds()) {
        bounds = Some(bounds.map_or(found, |bounds| bounds.union(found)));
    }
    let bounds = bounds.ok_or_else(|| nothing_to_draw(&curves, args.log, keys))?;
    let title = match (runs, keys) {
        ([run], keys) => format!("{} of {}", keys.join(", "), name_of(run)),
        (_, keys) => keys.join(", "),
    };
    let (missing, curves) = curves.into_iter().partition(|curve| curve.logged.is_empty());
    Ok(Chart {
        curves,
        missing,
        axis: args.x.into(),
        log: args.log,
        title,
        x: bounds.x,
        y: bounds.y,
    })
}

fn nothing_to_draw(curves: &[Curve], log: bool, keys: &[String]) -> Failure {
    let keys = keys.join(", ");
    if curves.iter().all(|curve| curve.logged.is_empty()) {
        return Failure::new(FailureKind::NotFound, format!("no point of {keys} was logged"));
    }
    let why = if log { "above 0" } else { "finite" };
    Failure::new(FailureKind::NotFound, format!("no value of {keys} is {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(words: &[&str], runs: &[&str], keys: &[&str]) -> Plot {
        let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        Plot {
            words: owned(words),
            runs: owned(runs),
            keys: owned(keys),
            output: None,
            x: AxisArg::Step,
            smooth: None,
            log: false,
            size: (1200, 700),
        }
    }

    #[test]
    fn words_are_a_run_and_keys_unless_keys_are_named() {
        let cases = [
            (args(&["r", "a", "b"], &[], &[]), vec!["r"], vec!["a", "b"]),
            (args(&["r", "s"], &[], &["a"]), vec!["r", "s"], vec!["a"]),
            (args(&["a"], &["r", "s"], &[]), vec!["r", "s"], vec!["a"]),
            (args(&[], &["r"], &["a"]), vec!["r"], vec!["a"]),
        ];
        for (given, runs, keys) in cases {
            let (found_runs, found_keys) = meant(&given);
            let found_runs: Vec<_> = found_runs.iter().map(RunId::as_str).collect();
            assert_eq!(
                (found_runs, found_keys),
                (runs, keys.iter().map(|&key| key.to_owned()).collect())
            );
        }
    }
}
