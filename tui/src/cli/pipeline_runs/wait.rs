use std::time::Duration;

use clap::Args;
use flowdeck_surface::client::pipelines::PipelineRun;
use flowdeck_surface::client::{Pace, PipelineRunId, Pipelines, ended_well};

use super::write;
use crate::cli::context::{Context, Form};
use crate::cli::exit::{Outcome, Stop};

/// Whether to wait until a run ends.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct WaitArgs {
    /// Wait until it ends: 0 where it succeeds, 1 where not
    #[arg(long)]
    pub(crate) wait: bool,
    /// How long to wait, like 90s, 30m, 2h; 1 where it has not ended by then
    #[arg(long, value_name = "DURATION", requires = "wait", value_parser = duration)]
    timeout: Option<Duration>,
    /// Seconds between two looks
    #[arg(long, value_name = "SECONDS", requires = "wait", default_value_t = 2.0, value_parser = seconds)]
    interval: f64,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if (0.1..=86_400.0).contains(&number) => Ok(number),
        _ => Err("from 0.1 to 86400 seconds".to_owned()),
    }
}

/// `90`, `90s`, `30m`, `2h`, `1d`.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "a number with s, m, h or d behind it".to_owned();
    let (number, factor) = match text.char_indices().last().ok_or_else(wrong)? {
        (at, 's') => (&text[..at], 1.0),
        (at, 'm') => (&text[..at], 60.0),
        (at, 'h') => (&text[..at], 3_600.0),
        (at, 'd') => (&text[..at], 86_400.0),
        _ => (text, 1.0),
    };
    let seconds = number.parse::<f64>().map_err(|_| wrong())? * factor;
    Duration::try_from_secs_f64(seconds).map_err(|_| wrong())
}

/// Waits where that was asked for; else says how the run stands.
pub(crate) async fn after(
    cx: &Context,
    server: &Pipelines,
    id: &PipelineRunId,
    args: WaitArgs,
    sentence: &str,
) -> Outcome {
    if !args.wait {
        if cx.form() == Form::People {
            cx.note(sentence);
            return cx.write_text(id.as_str());
        }
        return write(cx, &server.reader().pipeline_run(id).await?);
    }
    cx.note(&format!("{sentence} {id}"));
    let pace = Pace {
        interval: Duration::from_secs_f64(args.interval),
        timeout: args.timeout,
    };
    let mut before = String::new();
    let run = server
        .wait_for_run(id, pace, |run| {
            tell(cx, run, &mut before);
            Ok(())
        })
        .await?;
    write(cx, &run)?;
    if !run.state.is_terminal() {
        cx.note(&format!("Run {id} has not ended in time; it goes on."));
        return Err(Stop::Code(1));
    }
    if ended_well(&run) {
        Ok(())
    } else {
        Err(Stop::Code(1))
    }
}

/// Says how the run stands, each time that it stands otherwise.
fn tell(cx: &Context, run: &PipelineRun, before: &mut String) {
    let summary = run.outcome().summary;
    if summary != *before && !run.state.is_terminal() {
        cx.note(&format!("{}: {summary}", run.display_name));
    }
    *before = summary;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_with_a_unit() {
        for (text, seconds) in [
            ("90", 90),
            ("90s", 90),
            ("30m", 1800),
            ("2h", 7200),
            ("1d", 86_400),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for wrong in ["", "soon", "-5s", "s"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
