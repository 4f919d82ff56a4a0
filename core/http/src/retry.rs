//! When to ask again, and when to give up.

use std::time::Duration;

use flowdeck_domain::Timestamp;

/// How often one call is tried.
const ATTEMPTS: u32 = 4;

/// The first pause where the server names none; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// Whether a request may be sent again after an answer or a broken connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Repeat {
    /// It changes nothing: again at will.
    Freely,
    /// It changes something: again only where the server says that it did not look at it.
    Refused,
}

impl Repeat {
    /// Whether an answer of this status is worth another try.
    pub(super) fn after_status(self, status: u16) -> bool {
        match self {
            Self::Freely => matches!(status, 429 | 502 | 503 | 504),
            Self::Refused => status == 429,
        }
    }
}

/// How long to wait before the next try; nothing when it is time to give up.
///
/// `tries` counts those that failed, `left` is what remains of the deadline. A server that asks for more time than
/// remains is not waited for.
pub(super) fn pause(tries: u32, asked: Option<Duration>, left: Duration) -> Option<Duration> {
    if tries >= ATTEMPTS {
        return None;
    }
    let pause = asked.unwrap_or(FIRST_PAUSE * (1 << (tries.saturating_sub(1)).min(8)));
    (pause < left).then_some(pause)
}

/// What a `Retry-After` asks for: seconds, or a moment as HTTP writes it.
pub(super) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let millis = http_date(value)?.millis_since(now);
    Some(Duration::from_millis(u64::try_from(millis).unwrap_or(0)))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`. Source: RFC 9110, section 5.6.7, the form that servers must send.
fn http_date(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let mut words = text.split_once(", ")?.1.split(' ');
    let day: u8 = words.next()?.parse().ok()?;
    let month = words.next()?;
    let month = 1 + MONTHS.iter().position(|known| *known == month)?;
    let year: u16 = words.next()?.parse().ok()?;
    let clock = words.next()?;
    Timestamp::parse_rfc3339(&format!("{year:04}-{month:02}-{day:02}T{clock}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end_after_four_tries() {
        let left = Duration::from_secs(60);
        let pauses: Vec<_> = (1..=4)
            .map(|tries| pause(tries, None, left).map(|p| p.as_millis()))
            .collect();
        assert_eq!(pauses, [Some(250), Some(500), Some(1000), None]);
    }

    #[test]
    fn a_server_that_asks_for_more_than_the_deadline_is_not_waited_for() {
        let asked = Some(Duration::from_secs(30));
        assert_eq!(pause(1, asked, Duration::from_secs(60)), asked);
        assert_eq!(pause(1, asked, Duration::from_secs(20)), None);
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_moment() {
        let now = Timestamp(784_111_770_000);
        assert_eq!(retry_after(" 7 ", now), Some(Duration::from_secs(7)));
        assert_eq!(
            retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now),
            Some(Duration::from_secs(7))
        );
        assert_eq!(
            retry_after("Sun, 06 Nov 1994 08:49:00 GMT", now),
            Some(Duration::ZERO)
        );
        assert_eq!(retry_after("soon", now), None);
    }

    #[test]
    fn what_writes_is_repeated_only_when_it_was_not_looked_at() {
        for status in [502, 503, 504] {
            assert!(Repeat::Freely.after_status(status));
            assert!(!Repeat::Refused.after_status(status));
        }
        assert!(Repeat::Refused.after_status(429));
        assert!(!Repeat::Freely.after_status(500));
    }
}
