use std::io::Write;

use clap::Args;
use flowdeck_surface::client::port::HistoryStream;
use flowdeck_surface::client::tracking::MetricPoint;
use flowdeck_surface::client::{MetricKey, Result, RunId, Session};
use flowdeck_surface::clock::Clock;
use flowdeck_surface::format;
use flowdeck_surface::tone::Tone;
use futures::TryStreamExt;
use serde::Serialize;

use crate::cli::context::{Context, Form};
use crate::cli::exit::Outcome;
use crate::cli::output::json::{Array, Number};
use crate::cli::output::paint::painted;

#[derive(Debug, Args)]
pub(crate) struct History {
    /// Id of the run
    run: String,
    /// Key of the metric
    key: String,
}

/// Writes points as they are read: memory does not grow with the history.
pub(crate) async fn run(cx: &Context, args: &History) -> Outcome {
    let session = cx.session()?;
    let (run, key) = (RunId::from(args.run.as_str()), MetricKey::from(args.key.as_str()));
    let mut points = session.metric_history(&run, &key);
    // The first batch is read before anything is written, so that a failure leaves stdout empty.
    let first = points.try_next().await?.unwrap_or_default();
    let empty = first.is_empty();
    match cx.form() {
        Form::Json => write_json(cx, first, points).await?,
        Form::Csv => write_csv(cx, first, points).await?,
        Form::People if empty => {}
        Form::People => write_lines(cx, first, points).await?,
    }
    if empty {
        cx.note(&no_such_metric(&session, &run, &key).await?);
    }
    Ok(())
}

/// One point as JSON and CSV.
#[derive(Serialize)]
struct Point {
    step: i64,
    timestamp: i64,
    value: Number,
}

impl From<MetricPoint> for Point {
    fn from(point: MetricPoint) -> Self {
        Self {
            step: point.step,
            timestamp: point.timestamp.as_millis(),
            value: Number(point.value),
        }
    }
}

async fn write_json(cx: &Context, first: Vec<MetricPoint>, mut rest: HistoryStream) -> Outcome {
    let mut array = Array::new(cx.out())?;
    let mut batch = Some(first);
    while let Some(points) = batch {
        for point in points {
            array.push(&Point::from(point))?;
        }
        batch = rest.try_next().await?;
    }
    array.close()
}

async fn write_csv(cx: &Context, first: Vec<MetricPoint>, mut rest: HistoryStream) -> Outcome {
    let mut out = cx.out();
    out.write_all(b"step,timestamp,value\n")?;
    let mut batch = Some(first);
    while let Some(points) = batch {
        for point in points {
            let (step, timestamp) = (point.step, point.timestamp.as_millis());
            writeln!(out, "{step},{timestamp},{}", format::exact(point.value))?;
        }
        batch = rest.try_next().await?;
    }
    Ok(out.flush()?)
}

/// Columns of fixed width, as what is still to come cannot be measured.
async fn write_lines(cx: &Context, first: Vec<MetricPoint>, mut rest: HistoryStream) -> Outcome {
    let style = cx.style();
    let mut out = cx.out();
    let titles = format!("{:>10}  {:<19}  {}", "Step", "Time", "Value");
    writeln!(out, "{}", painted(&titles, Tone::Accent, style.colour))?;
    let mut batch = Some(first);
    while let Some(points) = batch {
        for point in points {
            write_line(&mut out, &style.clock, point)?;
        }
        batch = rest.try_next().await?;
    }
    Ok(out.flush()?)
}

fn write_line(out: &mut impl Write, clock: &Clock, point: MetricPoint) -> Outcome {
    let time = clock.date_time(point.timestamp);
    // Every digit: a person who lists points wants the logged number.
    let value = format::exact(point.value);
    Ok(writeln!(out, "{:>10}  {time:<19}  {value}", point.step)?)
}

async fn no_such_metric(session: &Session, run: &RunId, key: &MetricKey) -> Result<String> {
    let found = session.run(run).await?;
    let mut keys: Vec<_> = found.metrics.iter().map(|metric| metric.key.as_str()).collect();
    keys.sort_unstable();
    Ok(match keys.as_slice() {
        [] => format!("Run {run} has no metrics."),
        keys => format!("Run {run} has no metric `{key}`; it has {}.", keys.join(", ")),
    })
}
