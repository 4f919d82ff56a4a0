//! One line of a metric file.
//!
//! A run's line is `timestamp value step`; very old clients wrote no step, and 3.x adds ` dataset digest` where the
//! value was measured on a dataset. A logged model's line has the run's id after the step. A dataset's name may hold
//! blanks, so it is all that stands between. Source: MLflow `store/tracking/file_store.py`, `_log_run_metric` and
//! `_log_model_metric`, 0.9 to 3.18.

use flowdeck_domain::Timestamp;
use flowdeck_domain::tracking::MetricPoint;

use super::number::{float, integer};

/// Whose metric file it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Owner {
    Run,
    LoggedModel,
}

/// A value as it was logged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) point: MetricPoint,
    /// The run that measured, of a logged model's metric.
    pub(super) run_id: Option<&'a [u8]>,
    /// Name and digest of what it was measured on.
    pub(super) dataset: Option<(&'a [u8], &'a [u8])>,
}

impl Line<'_> {
    /// The step that MLflow's file store goes by when it picks a metric's latest value: 0 for a run's value that was
    /// measured on a dataset, whatever was logged. Source: `FileStore._get_metric_from_line`, 3.0 to 3.18.
    pub(super) fn step_of_rank(&self) -> i64 {
        match (self.run_id, self.dataset) {
            (None, Some(_)) => 0,
            _ => self.point.step,
        }
    }
}

/// Reads a line without its line end; nothing where it is malformed.
pub(super) fn parse(line: &[u8], owner: Owner) -> Option<Line<'_>> {
    let line = line.trim_ascii();
    let (timestamp, rest) = cut(line)?;
    let (value, rest) = cut(rest).unwrap_or((rest, b""));
    let (step, rest) = match (rest, owner) {
        (b"", Owner::Run) => (&b"0"[..], &b""[..]),
        _ => cut(rest).unwrap_or((rest, b"")),
    };
    let (run_id, rest) = match owner {
        Owner::Run => (None, rest),
        Owner::LoggedModel => {
            let (run_id, rest) = cut(rest).unwrap_or((rest, b""));
            (Some(run_id).filter(|id| !id.is_empty()), rest)
        }
    };
    if owner == Owner::LoggedModel && run_id.is_none() {
        return None;
    }
    let dataset = match rest {
        b"" => None,
        _ => {
            let at = memchr::memrchr(b' ', rest)?;
            Some((&rest[..at], &rest[at + 1..]))
        }
    };
    Some(Line {
        point: MetricPoint {
            timestamp: Timestamp(integer(timestamp)?),
            value: float(value)?,
            step: integer(step)?,
        },
        run_id,
        dataset,
    })
}

/// Whether a last line without its line end may be half of what is being written.
///
/// Whole lines end with a line end and, since MLflow 1.0, hold a step: `timestamp value` is taken for a whole line
/// only where the lines before it look the same.
pub(super) fn may_be_cut_off(line: &[u8], owner: Owner, lines_have_steps: bool) -> bool {
    match parse(line, owner) {
        None => true,
        Some(_) => lines_have_steps && memchr::memchr_iter(b' ', line.trim_ascii()).count() < 2,
    }
}

/// The text before the first blank and the text after it.
fn cut(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(b' ', text)?;
    Some((&text[..at], &text[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(line: &str) -> Option<(i64, f64, i64)> {
        parse(line.as_bytes(), Owner::Run).map(|line| {
            let point = line.point;
            (point.timestamp.as_millis(), point.value, point.step)
        })
    }

    #[test]
    fn every_number_of_fields_that_mlflow_ever_wrote_is_read() {
        assert_eq!(point("5 0.5"), Some((5, 0.5, 0)));
        assert_eq!(point("5 0.5 7"), Some((5, 0.5, 7)));
        assert_eq!(point("5 0.5 7\r"), Some((5, 0.5, 7)));
        assert_eq!(point("-5 -inf -7"), Some((-5, f64::NEG_INFINITY, -7)));
        let line = parse(b"5 0.5 7 train set abc", Owner::Run).unwrap();
        assert_eq!(line.point.step, 7);
        assert_eq!(line.dataset, Some((&b"train set"[..], &b"abc"[..])));
        let line = parse(b"5 0.5 7 run", Owner::LoggedModel).unwrap();
        assert_eq!((line.run_id, line.dataset), (Some(&b"run"[..]), None));
        let line = parse(b"5 0.5 7 run eval d", Owner::LoggedModel).unwrap();
        assert_eq!(line.dataset, Some((&b"eval"[..], &b"d"[..])));
    }

    #[test]
    fn malformed_lines_are_no_points() {
        for line in [
            "",
            "5",
            "x 0.5 7",
            "5 y 7",
            "5 0.5 z",
            "5 0.5 7 x",
            "5  0.5 7",
            "5 0.5 1.5",
        ] {
            assert_eq!(point(line), None, "{line}");
        }
        assert!(parse(b"5 0.5 7", Owner::LoggedModel).is_none());
        assert!(parse(b"5 0.5 7 run x", Owner::LoggedModel).is_none());
    }

    #[test]
    fn half_a_line_at_the_end_is_told_from_a_whole_one() {
        for (line, have_steps, cut_off) in [
            ("170", true, true),
            ("1700000000000 0.1", true, true),
            ("1700000000000 0.1", false, false),
            ("1700000000000 0.1 3", true, false),
            ("1700000000000 0.1 3 train", true, true),
        ] {
            assert_eq!(
                may_be_cut_off(line.as_bytes(), Owner::Run, have_steps),
                cut_off,
                "{line}"
            );
        }
    }
}
