//! When a schedule fires, as a person writes it in the form.

use flowdeck_client::pipelines::{Cron, RecurringRun, Trigger};
use flowdeck_client::{Timestamp, format};

use super::schedule::FIRES_SHOWN;
use crate::clock::Clock;
use crate::notice::Notice;

/// What stands behind a field for times where nothing was typed.
pub const WHEN_EXAMPLES: &str = "0 30 4 * * 1 is Mondays at 04:30, @daily, every 90m";

/// A trigger that was typed, with when it fires.
#[derive(Clone, Debug, PartialEq)]
pub struct When {
    /// What is sent.
    pub trigger: Trigger,
    /// The next five times, in the time zone of the clock.
    pub times: Vec<String>,
    /// What to know of them.
    pub remark: Option<String>,
}

/// Reads `0 30 4 * * 1` (six fields, seconds first), `@daily`, `every 90m`.
///
/// # Errors
/// What is none of these; five fields, because the server takes them for the first five of six.
pub fn read_when(typed: &str, now: Timestamp, clock: &Clock) -> Result<When, Notice> {
    let typed = typed.trim();
    let trigger = match typed.strip_prefix("every ") {
        Some(interval) => Trigger::Interval {
            seconds: seconds(interval)?,
            start: None,
            end: None,
        },
        None => cron(typed)?,
    };
    let times: Vec<String> = trigger
        .next_times(now, FIRES_SHOWN)
        .into_iter()
        .map(|at| clock.date_time(at))
        .collect();
    let remark = match &trigger {
        _ if times.is_empty() => Some("It never fires: no such day comes.".to_owned()),
        Trigger::Cron { .. } => {
            Some("The server counts in UTC unless it was told otherwise; these are your times.".to_owned())
        }
        _ => None,
    };
    Ok(When {
        trigger,
        times,
        remark,
    })
}

fn cron(typed: &str) -> Result<Trigger, Notice> {
    let n_fields = typed.split_whitespace().count();
    if n_fields == 5 && !typed.starts_with('@') {
        return Err(Notice {
            hint: Some(format!(
                "Write six, seconds first: `0 {typed}` is what Unix means by it."
            )),
            ..Notice::saying(
                "The server takes five fields for seconds, minutes, hours, day and month: it would fire at other times.",
            )
        });
    }
    match Cron::sendable(typed) {
        Ok(expression) => Ok(Trigger::Cron {
            expression,
            start: None,
            end: None,
        }),
        Err(_) if typed.is_empty() => Err(Notice {
            hint: Some(format!("For example: {WHEN_EXAMPLES}.")),
            ..Notice::saying("A schedule needs a time.")
        }),
        Err(fault) => Err(Notice {
            hint: Some(format!("For example: {WHEN_EXAMPLES}.")),
            ..Notice::saying(format!("`{typed}` is no cron expression: {fault}."))
        }),
    }
}

/// `90m`, `1h`, `2d`, `45s`: whole numbers with a unit.
fn seconds(text: &str) -> Result<u64, Notice> {
    let text = text.trim();
    let wrong = || Notice {
        hint: Some("Write a whole number with s, m, h or d behind it: `every 90m`.".to_owned()),
        ..Notice::saying(format!("`{text}` is no interval."))
    };
    let (at, unit) = text.char_indices().last().ok_or_else(wrong)?;
    let factor: u64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let number: u64 = text[..at].trim().parse().map_err(|_| wrong())?;
    number
        .checked_mul(factor)
        .filter(|seconds| *seconds > 0)
        .ok_or_else(wrong)
}

/// A trigger as it would be typed again; empty where there is none.
pub fn when_typed(trigger: &Trigger) -> String {
    match trigger {
        Trigger::Never => String::new(),
        Trigger::Cron { expression, .. } => expression.clone(),
        Trigger::Interval { seconds, .. } => {
            let (number, unit) = match seconds {
                seconds if *seconds > 0 && seconds % 86_400 == 0 => (seconds / 86_400, 'd'),
                seconds if *seconds > 0 && seconds % 3_600 == 0 => (seconds / 3_600, 'h'),
                seconds if *seconds > 0 && seconds % 60 == 0 => (seconds / 60, 'm'),
                seconds => (*seconds, 's'),
            };
            format!("every {number}{unit}")
        }
    }
}

/// When a schedule fires next, in a column: nothing where it does not.
pub fn next_fire(schedule: &RecurringRun, now: Timestamp) -> Option<Timestamp> {
    use flowdeck_client::pipelines::RecurringRunStatus;
    if schedule.status == RecurringRunStatus::Disabled {
        return None;
    }
    // An interval counts from when the schedule was made, if from no other time.
    let trigger = match &schedule.trigger {
        Trigger::Interval {
            seconds,
            start: None,
            end,
        } => Trigger::Interval {
            seconds: *seconds,
            start: schedule.created_at,
            end: *end,
        },
        other => other.clone(),
    };
    trigger.next_times(now, 1).into_iter().next()
}

/// How far away a time is: `in 2h 05m`.
pub fn from_now(at: Timestamp, now: Timestamp) -> String {
    format!("in {}", format::duration(at.millis_since(now).max(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::parse_rfc3339("2026-11-23T13:00:00Z").unwrap()
    }

    fn read(typed: &str) -> Result<When, Notice> {
        read_when(typed, now(), &Clock::utc())
    }

    #[test]
    fn six_fields_words_and_intervals_tell_their_next_five_times() {
        let weekly = read("0 30 4 * * 1").unwrap();
        assert_eq!(weekly.times.len(), 5);
        assert_eq!(weekly.times[0], "2026-11-30 04:30:00");
        assert!(weekly.remark.unwrap().contains("UTC"));
        assert_eq!(read("@daily").unwrap().times[0], "2026-11-24 00:00:00");
        let every = read("every 90m").unwrap();
        assert_eq!(every.times[..2], ["2026-11-23 14:30:00", "2026-11-23 16:00:00"]);
        assert!(matches!(every.trigger, Trigger::Interval { seconds: 5_400, .. }));
    }

    #[test]
    fn a_cron_line_of_unix_is_refused_with_what_the_server_would_make_of_it() {
        let notice = read("30 4 * * 1").unwrap_err();
        assert!(notice.sentence.contains("five fields"), "{notice:?}");
        assert_eq!(
            notice.hint.as_deref(),
            Some("Write six, seconds first: `0 30 4 * * 1` is what Unix means by it.")
        );
    }

    #[test]
    fn what_is_no_time_and_what_never_comes_are_told() {
        for wrong in [
            "",
            "monday",
            "61 * * * * *",
            "every",
            "every soon",
            "every 0s",
            "every 5",
        ] {
            let notice = read(wrong).unwrap_err();
            assert!(notice.hint.is_some(), "{wrong}");
        }
        let never = read("0 0 0 31 2 *").unwrap();
        assert!(never.times.is_empty() && never.remark.unwrap().starts_with("It never fires"));
    }

    #[test]
    fn a_trigger_is_typed_again_as_it_was() {
        for typed in [
            "0 30 4 * * 1",
            "@daily",
            "every 90m",
            "every 2d",
            "every 1h",
            "every 45s",
        ] {
            assert_eq!(when_typed(&read(typed).unwrap().trigger), typed);
        }
        assert_eq!(when_typed(&Trigger::Never), "");
    }
}
