use clap::Args;
use flowdeck_surface::client::pipelines::Trigger;
use flowdeck_surface::client::port::NewRecurringRun;
use flowdeck_surface::client::{Failure, FailureKind, Result, Timestamp};
use flowdeck_surface::pipelines::preview;

use crate::cli::context::{Context, Form};
use crate::cli::exit::Outcome;
use crate::cli::pipeline_runs::{RunArgs, new_run, now};

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    run: RunArgs,
    /// When, as cron of six fields, seconds first ("0 30 4 * * 1"), of five as Unix has it, or @daily
    #[arg(
        long,
        value_name = "CRON",
        conflicts_with = "every",
        required_unless_present = "every"
    )]
    cron: Option<String>,
    /// Again and again after this: 30m, 6h, 1d
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    every: Option<u64>,
    /// Not before this time
    #[arg(long, value_name = "TIME", value_parser = moment)]
    start: Option<Timestamp>,
    /// Not after this time
    #[arg(long, value_name = "TIME", value_parser = moment)]
    end: Option<Timestamp>,
    /// How many of its runs may go on at once
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10))]
    max_concurrency: u32,
    /// Let times go that pass while it is disabled or the server is away
    #[arg(long)]
    no_catchup: bool,
    /// Make it, yet let it not fire
    #[arg(long)]
    disabled: bool,
}

fn seconds(text: &str) -> Result<u64, String> {
    let wrong = || "a number with s, m, h or d behind it".to_owned();
    let (at, unit) = text.char_indices().last().ok_or_else(wrong)?;
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let number: u64 = text[..at].parse().map_err(|_| wrong())?;
    number
        .checked_mul(factor)
        .filter(|seconds| *seconds > 0)
        .ok_or_else(wrong)
}

fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse_rfc3339(text)
        .or_else(|| Timestamp::parse_rfc3339(&format!("{text}T00:00:00Z")))
        .ok_or_else(|| "write 2026-11-23 or 2026-11-23T13:00:00Z".to_owned())
}

/// Makes a schedule, and says when it fires.
pub(crate) async fn run(cx: &Context, args: &Create) -> Outcome {
    let trigger = trigger(cx, args)?;
    let server = cx.pipelines()?;
    let schedule = NewRecurringRun {
        run: new_run(cx, &server, &args.run).await?,
        trigger,
        max_concurrency: args.max_concurrency,
        no_catchup: args.no_catchup,
        enabled: !args.disabled,
    };
    let made = server.writer().create_recurring_run(&schedule).await?;
    if cx.form() == Form::People {
        cx.note(&format!("Made schedule {} with this id:", made.display_name));
        return cx.write_text(made.id.as_str());
    }
    cx.write_thing(&made)
}

fn trigger(cx: &Context, args: &Create) -> Result<Trigger> {
    let (start, end) = (args.start, args.end);
    if let (Some(start), Some(end)) = (start, end)
        && end <= start
    {
        return Err(Failure::new(
            FailureKind::InvalidInput,
            "the schedule ends before it starts",
        ));
    }
    if let Some(seconds) = args.every {
        return Ok(Trigger::Interval { seconds, start, end });
    }
    let typed = args.cron.as_deref().unwrap_or_default();
    let clock = cx.style().clock;
    let shown = preview(typed, now(), &clock).map_err(|sentence| {
        Failure::new(
            FailureKind::InvalidInput,
            sentence.trim_end_matches('.').to_owned(),
        )
        .with_hint("six fields, seconds first: `0 30 4 * * 1` is Mondays at 04:30")
    })?;
    if cx.form() == Form::People {
        if let Some(remark) = &shown.remark {
            cx.note(remark);
        }
        if !shown.times.is_empty() {
            cx.note(&format!("It fires at {} (your time).", shown.times.join(", ")));
        }
    }
    Ok(Trigger::Cron {
        expression: shown.expression,
        start,
        end,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_needs_a_unit_and_a_moment_may_be_a_date() {
        assert_eq!((seconds("30m"), seconds("1d")), (Ok(1_800), Ok(86_400)));
        assert!(seconds("30").is_err() && seconds("0s").is_err() && seconds("").is_err());
        assert_eq!(moment("2026-11-23"), moment("2026-11-23T00:00:00Z"));
        assert!(moment("soon").is_err());
    }
}
