use std::io::Write;
use std::time::Duration;

use clap::Args;
use flowdeck_surface::client::tracking::{Metric, Run};
use flowdeck_surface::client::{FailureKind, Result, RunId, Session};
use flowdeck_surface::{format, status};

use crate::cli::context::{Context, Form};
use crate::cli::exit::{Outcome, Stop};
use crate::cli::output::column::Noun;
use crate::cli::output::paint::painted;
use crate::cli::output::{csv, json};
use flowdeck_surface::text::{fitted, harmless};

/// How long a watch goes on without an answer before it gives up, as a multiple of its interval.
const FAILURES_IN_A_ROW: usize = 5;

#[derive(Debug, Args)]
pub(crate) struct Watch {
    /// Id of the run
    run: String,
    /// Seconds between two looks
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0, value_parser = seconds)]
    interval: f64,
    /// End with 1 where the run fails or is killed
    #[arg(long)]
    exit_status: bool,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if (0.1..=86_400.0).contains(&number) => Ok(number),
        _ => Err("from 0.1 to 86400 seconds".to_owned()),
    }
}

/// Writes a run now, and again whenever it changed, until it ends.
pub(crate) async fn run(cx: &Context, args: &Watch) -> Outcome {
    let session = cx.session()?;
    let id = RunId::from(args.run.as_str());
    let mut before: Option<Run> = None;
    loop {
        let now = looked_at(cx, &session, &id, args.interval).await?;
        if before.as_ref().is_none_or(|before| differ(before, &now)) {
            write(cx, before.as_ref(), &now)?;
        }
        if now.info.status.is_terminal() {
            return ended(&now, args.exit_status);
        }
        before = Some(now);
        tokio::time::sleep(Duration::from_secs_f64(args.interval)).await;
    }
}

/// The run as it is now. A server that is away for a moment, or a store that is being written, is asked again.
async fn looked_at(cx: &Context, session: &Session, id: &RunId, interval: f64) -> Result<Run> {
    for _ in 1..FAILURES_IN_A_ROW {
        match session.run(id).await {
            Err(failure) if matches!(failure.kind(), FailureKind::Unreachable | FailureKind::Busy) => {
                cx.note(&format!("{failure}; asking again"));
                tokio::time::sleep(Duration::from_secs_f64(interval)).await;
            }
            answer => return answer,
        }
    }
    session.run(id).await
}

fn ended(run: &Run, exit_status: bool) -> Outcome {
    use flowdeck_surface::client::tracking::RunStatus;
    if exit_status && run.info.status != RunStatus::Finished {
        return Err(Stop::Code(1));
    }
    Ok(())
}

fn write(cx: &Context, before: Option<&Run>, now: &Run) -> Outcome {
    match cx.form() {
        Form::Json => json::write_line(cx.out(), &now.view()),
        Form::Csv => write_metrics(cx, before, now),
        Form::People => write_sentence(cx, before, now),
    }
}

/// One row for each metric that changed, so that the header fits all that may come.
fn write_metrics(cx: &Context, before: Option<&Run>, now: &Run) -> Outcome {
    use crate::cli::output::cell::Cell;
    use crate::cli::output::column::{Column, Shape};
    let columns = [
        Column::new("key", "", Shape::Whole, |metric: &&Metric| {
            Cell::text(Some(metric.key.as_str()))
        }),
        Column::new("step", "", Shape::Number, |metric: &&Metric| {
            Cell::Integer(metric.step)
        }),
        Column::new("timestamp", "", Shape::Whole, |metric: &&Metric| {
            Cell::Time(metric.timestamp)
        }),
        Column::new("value", "", Shape::Number, |metric: &&Metric| {
            Cell::Number(metric.value)
        }),
    ];
    let changed: Vec<_> = changed_metrics(before, now).collect();
    if before.is_none() {
        return csv::write(cx.out(), &changed, &columns);
    }
    csv::write_rows(cx.out(), &changed, &columns)
}

/// `14:02:11 RUNNING  loss 0.123 (step 40)  acc 0.9 (step 40)`
fn write_sentence(cx: &Context, before: Option<&Run>, now: &Run) -> Outcome {
    let style = cx.style();
    let mut out = cx.out();
    let moment = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
    let badge = status::of_run(&now.info.status);
    let time = style
        .clock
        .time_of_day(flowdeck_surface::client::Timestamp(moment));
    let mut values = String::new();
    for metric in changed_metrics(before, now) {
        let (key, value) = (harmless(metric.key.as_str()), format::number(metric.value, 10));
        values.push_str(&format!("  {key} {value} (step {})", metric.step));
    }
    let used = time.len() + 1 + badge.word.len();
    let room = style.width.map_or(usize::MAX, |width| width.saturating_sub(used));
    let word = painted(&badge.word, badge.tone, style.colour);
    write!(out, "{time} {word}{}", fitted(&values, room))?;
    writeln!(out)?;
    Ok(out.flush()?)
}

/// Whether there is news; a NaN that stayed is none, although it equals nothing.
fn differ(before: &Run, now: &Run) -> bool {
    before.info != now.info
        || before.params != now.params
        || before.tags != now.tags
        || before.datasets != now.datasets
        || before.model_outputs != now.model_outputs
        || changed_metrics(Some(before), now).next().is_some()
}

fn changed_metrics<'a>(before: Option<&'a Run>, now: &'a Run) -> impl Iterator<Item = &'a Metric> {
    now.metrics.iter().filter(move |metric| {
        let old = before.and_then(|run| run.metric(metric.key.as_str()));
        // A NaN logged again at the same step is no news.
        old.is_none_or(|old| {
            (old.step, old.timestamp, old.value.to_bits())
                != (metric.step, metric.timestamp, metric.value.to_bits())
        })
    })
}
