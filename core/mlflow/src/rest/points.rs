//! Points of a history, read from an answer while it comes: memory does not grow with the answer.
//!
//! An answer is `{"metrics": [{"key", "value", "timestamp", "step"}, …], "next_page_token"}`. The scanner follows
//! strings and depth byte by byte, reads each object of `metrics` when it closes, and keeps the rest as a skeleton
//! that is read at the end.

use flowdeck_domain::Timestamp;
use flowdeck_domain::tracking::MetricPoint;
use serde::Deserialize;

use super::wire::{Double, Int, Text};

/// Bytes of an answer outside its points, and of a single point: more is no history.
const SMALL: usize = 1 << 20;

/// Reads the points of one answer, in pieces of any size.
#[derive(Debug, Default)]
pub(super) struct PointScanner {
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Whether `metrics` is open at depth 2.
    in_points: bool,
    /// The start of a point that the last piece cut.
    cut: Vec<u8>,
    skeleton: Vec<u8>,
}

#[derive(Deserialize)]
struct PointWire {
    value: Option<Double>,
    timestamp: Option<Int>,
    step: Option<Int>,
}

#[derive(Deserialize)]
struct RestWire<'a> {
    #[serde(borrow)]
    next_page_token: Option<Text<'a>>,
}

impl PointScanner {
    /// Reads a piece; what closes in it is added to `points`.
    ///
    /// # Errors
    /// Why it is no history, in a few words.
    pub(super) fn feed(&mut self, piece: &[u8], points: &mut Vec<MetricPoint>) -> Result<(), String> {
        // Where the open point, or else the rest to keep, starts in this piece.
        let mut start = 0;
        let mut at = 0;
        while at < piece.len() {
            let byte = piece[at];
            at += 1;
            if self.in_string {
                self.follow_string(byte);
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => {
                    self.depth += 1;
                    if self.depth == 2 && byte == b'[' {
                        self.keep(&piece[start..at])?;
                        start = at;
                        self.in_points = self.opens_points();
                    } else if self.depth == 3 && self.in_points {
                        start = at - 1;
                    }
                }
                b'}' | b']' => {
                    self.depth = self.depth.checked_sub(1).ok_or("it closes more than it opens")?;
                    if self.depth == 2 && self.in_points {
                        points.push(self.point(&piece[start..at])?);
                        start = at;
                    } else if self.depth == 1 && self.in_points {
                        self.in_points = false;
                        start = at - 1;
                    }
                }
                _ => {}
            }
        }
        match (self.in_points, self.depth) {
            (true, 3..) => self.hold(&piece[start..])?,
            // Commas and blanks between points.
            (true, _) => {}
            (false, _) => self.keep(&piece[start..])?,
        }
        Ok(())
    }

    /// The token of the next page, once the answer is over.
    ///
    /// # Errors
    /// Why it is no whole answer, in a few words.
    pub(super) fn finish(self) -> Result<Option<String>, String> {
        if self.depth > 0 || self.in_string {
            return Err("it breaks off".to_owned());
        }
        let rest: RestWire<'_> = serde_json::from_slice(&self.skeleton).map_err(|error| error.to_string())?;
        Ok(rest
            .next_page_token
            .map(Text::into_string)
            .filter(|token| !token.is_empty()))
    }

    fn follow_string(&mut self, byte: u8) {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = true,
            b'"' => self.in_string = false,
            _ => {}
        }
    }

    /// Whether the list that just opened is that of the points.
    fn opens_points(&self) -> bool {
        let before = self.skeleton.strip_suffix(b"[").map(<[u8]>::trim_ascii_end);
        let key = before
            .and_then(|b| b.strip_suffix(b":"))
            .map(<[u8]>::trim_ascii_end);
        key.is_some_and(|key| key.ends_with(b"\"metrics\""))
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.skeleton.extend_from_slice(bytes);
        if self.skeleton.len() > SMALL {
            return Err("it holds much beside metrics".to_owned());
        }
        Ok(())
    }

    fn hold(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.cut.extend_from_slice(bytes);
        if self.cut.len() > SMALL {
            return Err("one point is over a megabyte".to_owned());
        }
        Ok(())
    }

    fn point(&mut self, end: &[u8]) -> Result<MetricPoint, String> {
        let wire: PointWire = if self.cut.is_empty() {
            serde_json::from_slice(end)
        } else {
            self.cut.extend_from_slice(end);
            let wire = serde_json::from_slice(&self.cut);
            self.cut.clear();
            wire
        }
        .map_err(|error| error.to_string())?;
        Ok(MetricPoint {
            step: wire.step.map_or(0, |step| step.0),
            timestamp: Timestamp(wire.timestamp.map_or(0, |millis| millis.0)),
            value: wire.value.map_or(0.0, |value| value.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = r#"{ "other": [ {"a": [1, "]"]} ], "note": "\"metrics\": [{",
      "metrics" : [
        {"key": "a]}\"[{", "value": 0.30000000000000004, "timestamp": 1795433381215, "step": 0},
        {"key": "k", "value": "NaN", "timestamp": "1795433381216", "step": "-7", "new": {"x": [1]}},
        {"key": "k", "timestamp": 5, "value": "-Infinity"}
      ],
      "next_page_token": "eyJvZmZzZXQiOiAyfQ=="
    }"#;

    fn read(pieces: &[&[u8]]) -> Result<(Vec<MetricPoint>, Option<String>), String> {
        let mut scanner = PointScanner::default();
        let mut points = Vec::new();
        for piece in pieces {
            scanner.feed(piece, &mut points)?;
        }
        Ok((points, scanner.finish()?))
    }

    fn check((points, token): (Vec<MetricPoint>, Option<String>)) {
        assert_eq!(token.as_deref(), Some("eyJvZmZzZXQiOiAyfQ=="));
        assert_eq!(points.len(), 3);
        assert_eq!(points[0].value.to_bits(), (0.1_f64 + 0.2).to_bits());
        assert_eq!(points[0].timestamp, Timestamp(1_795_433_381_215));
        assert!(points[1].value.is_nan() && points[1].step == -7);
        assert_eq!((points[2].value, points[2].step), (f64::NEG_INFINITY, 0));
    }

    #[test]
    fn an_answer_cut_at_any_byte_reads_the_same() {
        let bytes = ANSWER.as_bytes();
        for cut in 0..=bytes.len() {
            check(read(&[&bytes[..cut], &bytes[cut..]]).unwrap());
        }
        check(read(&bytes.chunks(1).collect::<Vec<_>>()).unwrap());
    }

    #[test]
    fn an_answer_that_breaks_off_anywhere_is_an_error() {
        let bytes = ANSWER.as_bytes();
        for end in 0..bytes.len() {
            assert!(read(&[&bytes[..end]]).is_err(), "{end}");
        }
    }

    #[test]
    fn no_metrics_and_no_history_are_told_apart() {
        assert_eq!(read(&[b"{}"]), Ok((Vec::new(), None)));
        assert_eq!(read(&[b"{\"metrics\": []}"]), Ok((Vec::new(), None)));
        for wrong in [
            "",
            "null",
            "[]",
            "]",
            "{\"metrics\": [1, {\"value\": {}}]}",
            "<html>",
        ] {
            assert!(read(&[wrong.as_bytes()]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn memory_does_not_grow_with_the_answer() {
        let mut scanner = PointScanner::default();
        let mut points = Vec::new();
        scanner.feed(b"{\"metrics\": [", &mut points).unwrap();
        for step in 0..10_000 {
            let piece = format!("{{\"value\": 1, \"timestamp\": 1, \"step\": {step}}},\n");
            scanner.feed(piece.as_bytes(), &mut points).unwrap();
            points.clear();
        }
        assert!(scanner.skeleton.capacity() < 64 && scanner.cut.capacity() == 0);
    }
}
