use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use flowdeck_domain::kubernetes::{LogLine, LogTime};

/// The lines given of the newest two seconds, to know them again.
///
/// A log is read again from a whole second on, so that lines come again: exactly those that were given are left out,
/// by their time, their text and how often, as equal lines at equal times are legal. Two seconds, as what a
/// container prints to its two outputs is stamped apart and may come a little out of order.
#[derive(Default)]
pub(super) struct Seen {
    latest: Option<Mark>,
    newest: Vec<Mark>,
    before: Vec<Mark>,
}

/// What a line is known by.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
struct Mark {
    time: LogTime,
    text: u32,
}

/// The lines that may come again.
pub(super) struct Replay {
    left: HashMap<Mark, u32>,
    latest: Option<Mark>,
    /// Whether anything that is new has been met.
    is_past: bool,
    /// Whether what comes before the first known line was left out on purpose.
    is_before: bool,
}

/// What a line is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Met {
    /// It was given before.
    Known,
    /// It was not.
    New,
    /// It was not, nor was the line before it: some between the two were lost.
    NewAfterLoss,
}

impl Seen {
    /// Notes a line that is given.
    pub(super) fn note(&mut self, line: &LogLine) {
        let Some(mark) = Mark::of(line) else { return };
        match self.latest {
            Some(latest) if mark.time.seconds < latest.time.seconds - 1 => return,
            Some(latest) if mark.time.seconds > latest.time.seconds => {
                let follows = mark.time.seconds == latest.time.seconds + 1;
                self.before.clear();
                if follows {
                    std::mem::swap(&mut self.before, &mut self.newest);
                } else {
                    self.newest.clear();
                }
            }
            _ => {}
        }
        let is_newest = self
            .latest
            .is_none_or(|latest| mark.time.seconds >= latest.time.seconds);
        if is_newest {
            self.newest.push(mark);
        } else {
            self.before.push(mark);
        }
        if self.latest.is_none_or(|latest| mark.time >= latest.time) {
            self.latest = Some(mark);
        }
    }

    /// Whether anything was given.
    pub(super) fn is_empty(&self) -> bool {
        self.latest.is_none()
    }

    /// From when on to read again.
    pub(super) fn since(&self) -> Option<LogTime> {
        self.latest.map(|latest| LogTime {
            seconds: latest.time.seconds - 1,
            nanos: 0,
        })
    }

    /// The lines that come again when the log is read again. Where only its last lines were asked for at first, what stands
    /// before them is not wanted either.
    pub(super) fn replay(&self, is_tail: bool) -> Replay {
        let mut left = HashMap::new();
        for mark in self.before.iter().chain(&self.newest) {
            *left.entry(*mark).or_insert(0) += 1;
        }
        Replay {
            left,
            latest: self.latest,
            is_past: false,
            is_before: is_tail && self.latest.is_some(),
        }
    }
}

impl Replay {
    /// What the next line is.
    pub(super) fn meet(&mut self, line: &LogLine) -> Met {
        let Some(mark) = Mark::of(line) else {
            return Met::New;
        };
        if let Some(count) = self.left.get_mut(&mark) {
            *count -= 1;
            if *count == 0 {
                self.left.remove(&mark);
            }
            self.is_before = false;
            return Met::Known;
        }
        if self.is_before && self.latest.is_some_and(|latest| mark.time <= latest.time) {
            return Met::Known;
        }
        let is_first = !std::mem::replace(&mut self.is_past, true);
        let is_gap = self
            .latest
            .is_some_and(|latest| mark.time > latest.time && self.left.contains_key(&latest));
        if is_first && is_gap {
            Met::NewAfterLoss
        } else {
            Met::New
        }
    }
}

impl Mark {
    fn of(line: &LogLine) -> Option<Self> {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(&line.bytes[..]);
        line.time.map(|time| Self {
            time,
            // Beside a time in nanoseconds, half of it tells lines apart well enough.
            text: hash as u32,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(seconds: i64, nanos: u32, text: &str) -> LogLine {
        LogLine {
            time: Some(LogTime { seconds, nanos }),
            bytes: text.to_owned().into(),
        }
    }

    #[test]
    fn lines_that_come_again_are_known_as_often_as_they_were_given() {
        let mut seen = Seen::default();
        let given = [
            line(8, 1, "older"),
            line(10, 5, "a"),
            line(10, 5, "a"),
            line(11, 0, "b"),
            line(10, 9, "late"),
        ];
        for line in &given {
            seen.note(line);
        }
        assert_eq!(seen.since().unwrap().seconds, 10);
        let mut replay = seen.replay(false);
        let again = [
            (line(10, 5, "a"), Met::Known),
            (line(10, 5, "a"), Met::Known),
            (line(10, 5, "a"), Met::New),
            (line(11, 0, "b"), Met::Known),
            (line(10, 9, "late"), Met::Known),
            (line(11, 0, "B"), Met::New),
        ];
        for (line, met) in again {
            assert_eq!(replay.meet(&line), met, "{line:?}");
        }
    }

    #[test]
    fn what_stands_before_the_last_lines_that_were_asked_for_is_not_given_later() {
        let mut seen = Seen::default();
        seen.note(&line(10, 5, "c"));
        let mut replay = seen.replay(true);
        let again = [
            (line(10, 1, "a"), Met::Known),
            (line(10, 5, "b"), Met::Known),
            (line(10, 5, "c"), Met::Known),
            (line(10, 4, "late"), Met::New),
            (line(10, 6, "d"), Met::New),
        ];
        for (line, met) in again {
            assert_eq!(replay.meet(&line), met, "{line:?}");
        }
    }

    #[test]
    fn a_log_that_no_longer_holds_the_last_line_lost_some() {
        let mut seen = Seen::default();
        seen.note(&line(10, 5, "a"));
        assert_eq!(seen.replay(false).meet(&line(15, 0, "z")), Met::NewAfterLoss);
        let mut replay = seen.replay(false);
        assert_eq!(replay.meet(&line(10, 5, "a")), Met::Known);
        assert_eq!(replay.meet(&line(15, 0, "z")), Met::New);
        assert_eq!(Seen::default().replay(false).meet(&line(15, 0, "z")), Met::New);
    }
}
