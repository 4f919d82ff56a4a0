use flowdeck_client::Timestamp;
use flowdeck_client::format;
use flowdeck_client::pipelines::{Cron, Trigger};

use crate::clock::Clock;

/// How many of the next times are shown.
pub const FIRES_SHOWN: usize = 5;

/// When a schedule that is being written will fire.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SchedulePreview {
    /// The expression as it is sent: six fields, seconds first.
    pub expression: String,
    /// The next times, in the time zone of the clock.
    pub times: Vec<String>,
    /// What to know of them; none where there is nothing.
    pub remark: Option<String>,
}

/// What a cron expression that a person types means: six fields, five of Unix, or a word such as `@daily`.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn preview(typed: &str, now: Timestamp, clock: &Clock) -> Result<SchedulePreview, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err("Type a cron expression: `0 30 4 * * 1` is Mondays at 04:30.".to_owned());
    }
    let expression =
        Cron::sendable(typed).map_err(|fault| format!("`{typed}` is no cron expression: {fault}."))?;
    let trigger = Trigger::Cron {
        expression: expression.clone(),
        start: None,
        end: None,
    };
    let times: Vec<String> = trigger
        .next_times(now, FIRES_SHOWN)
        .into_iter()
        .map(|at| clock.date_time(at))
        .collect();
    let five_fields = expression.split_whitespace().count() != typed.split_whitespace().count();
    let remark = if times.is_empty() {
        Some("It never fires: no such day comes.".to_owned())
    } else if five_fields {
        Some(format!(
            "Five fields are sent as six, seconds first: `{expression}`."
        ))
    } else {
        Some("The server counts in UTC unless it was told otherwise.".to_owned())
    };
    Ok(SchedulePreview {
        expression,
        times,
        remark,
    })
}

/// A trigger in a few words: `0 0 2 * * *`, `every 1h 0m`.
pub fn trigger_words(trigger: &Trigger) -> String {
    match trigger {
        Trigger::Never => "never".to_owned(),
        Trigger::Cron { expression, .. } => expression.clone(),
        Trigger::Interval { seconds, .. } => {
            let millis = i64::try_from(*seconds)
                .unwrap_or(i64::MAX / 1000)
                .saturating_mul(1000);
            format!("every {}", format::duration(millis))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn six_fields_are_shown_with_their_next_five_times_in_the_zone_of_the_clock() {
        let now = at("2026-11-23T13:00:00Z");
        let shown = preview("0 30 4 * * 1", now, &Clock::utc()).unwrap();
        assert_eq!(shown.times.len(), FIRES_SHOWN);
        assert_eq!(shown.times[0], "2026-11-30 04:30:00");
        assert_eq!(shown.expression, "0 30 4 * * 1");
    }

    #[test]
    fn five_fields_become_six_and_are_said_so() {
        let shown = preview("30 4 * * 1", at("2026-11-23T13:00:00Z"), &Clock::utc()).unwrap();
        assert_eq!(shown.expression, "0 30 4 * * 1");
        assert!(shown.remark.unwrap().contains("`0 30 4 * * 1`"));
        assert_eq!(shown.times[0], "2026-11-30 04:30:00");
    }

    #[test]
    fn what_is_no_expression_and_what_never_comes_are_told() {
        let now = at("2026-11-23T13:00:00Z");
        for wrong in ["", "every monday", "61 * * * * *"] {
            assert!(preview(wrong, now, &Clock::utc()).is_err(), "{wrong}");
        }
        let never = preview("0 0 0 31 2 *", now, &Clock::utc()).unwrap();
        assert!(never.times.is_empty() && never.remark.unwrap().starts_with("It never fires"));
    }

    #[test]
    fn a_trigger_is_told_in_a_few_words() {
        let hourly = Trigger::Interval {
            seconds: 3600,
            start: None,
            end: None,
        };
        assert!(
            trigger_words(&hourly).starts_with("every 1"),
            "{}",
            trigger_words(&hourly)
        );
        assert_eq!(trigger_words(&Trigger::Never), "never");
    }
}
