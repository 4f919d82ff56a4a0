use std::fmt;

use bytes::Bytes;

use crate::time::Timestamp;

/// One line that a container printed, without its line end.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LogLine {
    /// When it was printed; none where the source keeps no times.
    pub time: Option<LogTime>,
    /// Its bytes, not necessarily UTF-8.
    pub bytes: Bytes,
}

/// A moment to the nanosecond, as log lines carry it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct LogTime {
    /// Whole seconds since the Unix epoch.
    pub seconds: i64,
    /// Nanoseconds within the second.
    pub nanos: u32,
}

impl LogTime {
    /// Reads `2026-11-23T10:00:18.018000054Z`; any number of digits, or none.
    ///
    /// Written by hand, as a fast log has a million of them a second.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let (date, clock) = (text.get(..10)?, text.get(10..19)?);
        let (year, month, day) = (digits(&date[..4])?, digits(&date[5..7])?, digits(&date[8..10])?);
        let (hour, minute, second) = (
            digits(&clock[1..3])?,
            digits(&clock[4..6])?,
            digits(&clock[7..9])?,
        );
        let is_formed =
            date[4] == b'-' && date[7] == b'-' && clock[0] == b'T' && clock[3] == b':' && clock[6] == b':';
        if !is_formed || !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 {
            return None;
        }
        let (fraction, zone) = match text.get(19..)? {
            [b'.', rest @ ..] => rest.split_at(rest.iter().take_while(|byte| byte.is_ascii_digit()).count()),
            zone => (&b""[..], zone),
        };
        let days = crate::time::days_from_civil(i64::from(year), i64::from(month), i64::from(day));
        let clock = i64::from(hour * 3600 + minute * 60 + second);
        Some(Self {
            seconds: days * 86_400 + clock - offset_seconds(zone)?,
            nanos: nanos(fraction)?,
        })
    }

    /// The same moment in milliseconds.
    pub fn timestamp(self) -> Timestamp {
        Timestamp(
            self.seconds
                .saturating_mul(1000)
                .saturating_add(i64::from(self.nanos / 1_000_000)),
        )
    }
}

/// The number that these digits write.
fn digits(text: &[u8]) -> Option<u32> {
    text.iter().try_fold(0_u32, |sum, byte| {
        byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0'))
    })
}

/// Nanoseconds of a fraction of a second; what is finer is cut.
fn nanos(fraction: &[u8]) -> Option<u32> {
    let fraction = &fraction[..fraction.len().min(9)];
    let scale = 10_u32.pow(9 - u32::try_from(fraction.len()).ok()?);
    Some(digits(fraction)? * scale)
}

/// Seconds that a zone is ahead of UTC.
fn offset_seconds(zone: &[u8]) -> Option<i64> {
    match zone {
        b"Z" => Some(0),
        [sign @ (b'+' | b'-'), hours @ .., b':', tens, ones] if hours.len() == 2 => {
            let size = i64::from(digits(hours)? * 3600 + digits(&[*tens, *ones])? * 60);
            Some(if *sign == b'-' { -size } else { size })
        }
        _ => None,
    }
}

/// RFC 3339 with nine digits, as Kubernetes writes it.
impl fmt::Display for LogTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Timestamp(self.seconds.saturating_mul(1000)).to_string();
        let whole = text.split('.').next().unwrap_or_default();
        write!(f, "{whole}.{:09}Z", self.nanos)
    }
}

impl LogLine {
    /// Reads a line that was asked for with its time: `2026-11-23T10:00:18.018000054Z text`.
    ///
    /// A line without a time is kept whole: an error of the kubelet's, for one.
    pub fn stamped(line: Bytes) -> Self {
        let end = line.iter().take(40).position(|byte| *byte == b' ');
        let (stamp, rest) = match end {
            Some(end) => (&line[..end], end + 1),
            None => (&line[..], line.len()),
        };
        match LogTime::parse(stamp) {
            Some(time) => Self {
                time: Some(time),
                bytes: line.slice(rest..),
            },
            None => Self {
                time: None,
                bytes: line,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_nanoseconds_reads_back_as_it_was_written() {
        let text = "2026-11-23T10:00:18.018000054Z";
        assert_eq!(LogTime::parse(text.as_bytes()).unwrap().to_string(), text);
        let short = LogTime::parse(b"2026-11-23T10:00:18Z").unwrap();
        assert_eq!(short.to_string(), "2026-11-23T10:00:18.000000000Z");
        let ahead = LogTime::parse(b"2026-11-23T12:00:18.5+02:00").unwrap();
        assert_eq!(ahead.to_string(), "2026-11-23T10:00:18.500000000Z");
        let earlier = LogTime::parse(b"1969-12-31T23:59:59.000000001Z").unwrap();
        assert_eq!((earlier.seconds, earlier.timestamp()), (-1, Timestamp(-1000)));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "2026-11-23",
            "2026-11-23 10:00:18Z",
            "2026-13-23T10:00:18Z",
            "2026-11-23T24:00:18Z",
            "2026-11-23T10:00:18",
            "2026-11-23T10:00:18.x",
            "2026-11-23T10:00:18+2:00",
            "20x6-11-23T10:00:18Z",
        ] {
            assert_eq!(LogTime::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_line_is_split_from_its_time_and_kept_whole_without_one() {
        let line = LogLine::stamped(Bytes::from_static(b"2026-11-23T10:00:18.018000054Z  two blanks"));
        assert_eq!(
            (line.time.is_some(), &line.bytes[..]),
            (true, &b" two blanks"[..])
        );
        let empty = LogLine::stamped(Bytes::from_static(b"2026-11-23T10:00:18.018000054Z"));
        assert_eq!((empty.time.is_some(), empty.bytes.len()), (true, 0));
        let bare = LogLine::stamped(Bytes::from_static(b"failed to read\xff log"));
        assert_eq!((bare.time, bare.bytes.len()), (None, 19));
    }
}
