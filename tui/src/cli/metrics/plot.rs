use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use flowdeck_surface::chart::{Figure, FigureLine, FileForm, Limits, ScaleKind, Settings, export, names};
use flowdeck_surface::client::series::XAxis;
use flowdeck_surface::client::tracking::Run;
use flowdeck_surface::client::{Failure, FailureKind, MetricKey, Result, RunId, Session};
use flowdeck_surface::clock::Clock;
use flowdeck_surface::format;
use flowdeck_surface::history::History;
use futures::TryStreamExt;
use serde::Serialize;

use super::terminal;
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
    /// The file to write, .svg, .png or .csv; drawn in the terminal without it
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What the x axis counts: steps, wall time, or time since the run's first point
    #[arg(long, value_enum, default_value_t)]
    x: AxisArg,
    /// Share of the past in each smoothed value, from 0 to below 1, as MLflow's and TensorBoard's sliders
    #[arg(long, value_name = "WEIGHT", value_parser = weight)]
    smooth: Option<f64>,
    /// A logarithmic y axis; what is not above 0 stands at the bottom
    #[arg(long, conflicts_with = "symlog")]
    log: bool,
    /// A y axis that is logarithmic above and below zero
    #[arg(long)]
    symlog: bool,
    /// Leave the highest and the lowest hundredths of the values out of the y axis
    #[arg(long)]
    clip: bool,
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

impl Plot {
    fn settings(&self) -> Settings {
        Settings {
            axis: self.x.into(),
            scale: match (self.log, self.symlog) {
                (true, _) => ScaleKind::Log,
                (false, true) => ScaleKind::SymLog,
                (false, false) => ScaleKind::Linear,
            },
            smoothing: self.smooth.unwrap_or(0.0),
            clips_outliers: self.clip,
            ..Settings::default()
        }
    }
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
        FileForm::of(file)?;
    }
    let session = cx.session()?;
    let (figure, missing) = gathered(&session, args).await?;
    for line in &missing {
        cx.note(&format!("Run {} has no metric `{}`.", line.run, line.key));
    }
    let Some(file) = &args.output else {
        return terminal::write(cx.out(), &figure, &cx.style());
    };
    let exported = export(file, &figure, args.size, &Clock::local())?;
    match (cx.form(), exported.n_points) {
        (Form::Json, _) => json::write_thing(cx.out(), &Written::of(file, &figure))?,
        (_, Some(n_points)) => cx.note(&format!(
            "Wrote {} points to {}.",
            format::count(n_points),
            file.display()
        )),
        (_, None) => cx.note(&format!("Wrote {}.", file.display())),
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
    fn of(file: &std::path::Path, figure: &'a Figure) -> Self {
        let curve = |line: &'a FigureLine| WrittenCurve {
            run_id: line.run.as_str(),
            key: line.key.as_str(),
            n_points: line.history.len(),
        };
        Self {
            output: file.display().to_string(),
            curves: figure.lines.iter().map(curve).collect(),
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

/// The figure, and the curves that have no point.
async fn gathered(session: &Session, args: &Plot) -> Result<(Figure, Vec<FigureLine>)> {
    let (ids, keys) = meant(args);
    if ids.is_empty() {
        return Err(Failure::new(FailureKind::InvalidInput, "no run is named to plot")
            .with_hint("write `metrics plot RUN KEY`, or name runs by --run and keys by --key"));
    }
    let runs = session.runs_by_id(&ids).await?;
    let keys: Vec<MetricKey> = if keys.is_empty() {
        only_metric(&runs)?
    } else {
        keys.iter().map(|key| MetricKey::from(key.as_str())).collect()
    };
    let mut lines = Vec::new();
    for run in &runs {
        for key in &keys {
            lines.push(line(session, run, key).await?);
        }
    }
    let (mut lines, missing): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| !line.history.is_empty());
    let named = lines
        .iter()
        .map(|line| (&line.run, line.run_name.as_str(), &line.key));
    for (place, name) in names(named).into_iter().enumerate() {
        lines[place].name = name;
        lines[place].colour = place;
    }
    let figure = Figure {
        title: title(&runs, &keys),
        lines,
        settings: args.settings(),
        x: Limits::FREE,
        y: Limits::FREE,
    };
    check(&figure, &keys)?;
    Ok((figure, missing))
}

/// One curve, read batch by batch into sixteen bytes a point.
async fn line(session: &Session, run: &Run, key: &MetricKey) -> Result<FigureLine> {
    let mut history = History::default();
    let mut batches = session.metric_history(&run.info.id, key);
    while let Some(points) = batches.try_next().await? {
        history.append(&points);
    }
    Ok(FigureLine {
        name: String::new(),
        run: run.info.id.clone(),
        run_name: run.name().to_owned(),
        key: key.clone(),
        colour: 0,
        history: Arc::new(history),
    })
}

fn title(runs: &[Run], keys: &[MetricKey]) -> String {
    let keys = keys.iter().map(MetricKey::as_str).collect::<Vec<_>>().join(", ");
    match runs {
        [run] => format!("{keys} of {}", name_of(run)),
        _ => keys,
    }
}

/// The metric that is meant where none is named: the only one there is.
fn only_metric(runs: &[Run]) -> Result<Vec<MetricKey>> {
    let metrics = runs.iter().flat_map(|run| &run.metrics);
    let mut keys: Vec<_> = metrics.map(|metric| metric.key.clone()).collect();
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
                .with_hint(format!("name one or more of {}", listed(&keys))),
        ),
    }
}

/// What a run is called: its id where it has no name.
fn name_of(run: &Run) -> &str {
    match run.name() {
        "" => run.info.id.as_str(),
        name => name,
    }
}

fn listed(keys: &[MetricKey]) -> String {
    keys.iter().map(MetricKey::as_str).collect::<Vec<_>>().join(", ")
}

/// Refuses a chart with nothing on it.
fn check(figure: &Figure, keys: &[MetricKey]) -> Result<()> {
    let keys = listed(keys);
    if figure.lines.is_empty() {
        return Err(Failure::new(
            FailureKind::NotFound,
            format!("no point of {keys} was logged"),
        ));
    }
    let greatest = figure.lines.iter().filter_map(|line| line.history.summary().max);
    let has_any = |is_wanted: fn(f64) -> bool| greatest.clone().any(|point| is_wanted(point.value));
    let (is_there, why) = match figure.settings.scale {
        ScaleKind::Log => (has_any(|value| value > 0.0), "above 0"),
        _ => (has_any(f64::is_finite), "finite"),
    };
    if is_there {
        return Ok(());
    }
    let message = format!("no value of {keys} is {why}");
    Err(Failure::new(FailureKind::NotFound, message))
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
            symlog: false,
            clip: false,
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
