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
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let whole = Timestamp::parse_rfc3339(text)?;
        let digits: String = text
            .split_once('.')
            .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).take(9).collect())
            .unwrap_or_default();
        let scale = 10_u32.pow(9 - u32::try_from(digits.len()).ok()?);
        let nanos = if digits.is_empty() {
            0
        } else {
            digits.parse::<u32>().ok()? * scale
        };
        Some(Self {
            seconds: whole.0.div_euclid(1000),
            nanos,
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
