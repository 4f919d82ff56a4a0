//! A metric file, line by line: never more of it in memory than one block.

use std::fs::File;
use std::io::{self, Read};

use flowdeck_domain::Timestamp;

use super::metric_line::{Line, Owner, may_be_cut_off, parse};

/// Bytes read at once.
const BLOCK_BYTES: usize = 1 << 20;

/// Longest line that is looked at; what is longer is no metric file.
const LINE_LIMIT_BYTES: usize = 1 << 24;

/// What was passed over in a metric file.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Malformed {
    /// How many lines.
    pub(super) lines: usize,
    /// The first of them, counted from 1.
    pub(super) first: usize,
}

/// Gives each well-formed line of a file to `each`, in order, until it says to stop.
///
/// A last line that is still being written is left out: it is complete at the next read.
///
/// # Errors
/// What reading the file failed with.
pub(super) fn for_each_line(
    file: &mut File,
    owner: Owner,
    each: impl FnMut(Line<'_>) -> bool,
) -> io::Result<Malformed> {
    Ok(walk_on(file, owner, Walk::default(), each)?.malformed)
}

/// Goes on with a walk where the file stands; gives where it stands at the end.
///
/// # Errors
/// What reading the file failed with.
pub(super) fn walk_on(
    file: &mut File,
    owner: Owner,
    mut walk: Walk,
    mut each: impl FnMut(Line<'_>) -> bool,
) -> io::Result<Walk> {
    let mut block = Vec::new();
    loop {
        let kept = block.len();
        let read = read_block(file, &mut block)?;
        let end = if read == 0 {
            block.len()
        } else {
            match memchr::memrchr(b'\n', &block[kept..]) {
                Some(at) => kept + at + 1,
                None if block.len() > LINE_LIMIT_BYTES => {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "a line does not end"));
                }
                None => continue,
            }
        };
        let more = walk.lines(&block[..end], read == 0, owner, &mut each);
        if read == 0 || !more {
            return Ok(walk);
        }
        block.drain(..end);
    }
}

/// Appends up to a block; gives how many bytes came.
fn read_block(file: &mut File, block: &mut Vec<u8>) -> io::Result<usize> {
    let kept = block.len();
    block.resize(kept + BLOCK_BYTES, 0);
    let read = loop {
        match file.read(&mut block[kept..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => break read,
        }
    };
    block.truncate(kept + *read.as_ref().unwrap_or(&0));
    read
}

/// Where a walk over a file stands.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Lines walked over.
    line: usize,
    seen_one_without_step: bool,
    /// Bytes of the lines that end with a line end.
    bytes: u64,
    /// Whether a last line without its line end was taken for a whole one.
    took_an_open_line: bool,
    pub(super) malformed: Malformed,
}

impl Walk {
    /// A walk that was broken off behind a line end: after so many lines and bytes.
    pub(super) fn after(line: usize, bytes: u64, seen_one_without_step: bool) -> Self {
        Self {
            line,
            bytes,
            seen_one_without_step,
            ..Self::default()
        }
    }

    /// Lines, bytes, and whether the first line had no step: what [`Walk::after`] wants. None where the last line may
    /// still grow, so that it would be read twice.
    pub(super) fn place(&self) -> Option<(usize, u64, bool)> {
        (!self.took_an_open_line).then_some((self.line, self.bytes, self.seen_one_without_step))
    }

    /// Walks over some lines, the file's last ones if `at_end`; gives whether to go on.
    pub(super) fn lines(
        &mut self,
        mut text: &[u8],
        at_end: bool,
        owner: Owner,
        each: &mut impl FnMut(Line<'_>) -> bool,
    ) -> bool {
        while !text.is_empty() {
            let (line, rest, whole) = match memchr::memchr(b'\n', text) {
                Some(at) => (&text[..at], &text[at + 1..], true),
                None => (text, &b""[..], false),
            };
            text = rest;
            if at_end && !whole && self.is_cut_off(line, owner) {
                return true;
            }
            self.line += 1;
            self.took_an_open_line = !whole;
            self.bytes += line.len() as u64 + u64::from(whole);
            match parse(line, owner) {
                Some(parsed) => {
                    if self.line == 1 {
                        self.seen_one_without_step = memchr::memchr_iter(b' ', line.trim_ascii()).count() < 2;
                    }
                    if !each(parsed) {
                        return false;
                    }
                }
                None => self.pass_over(),
            }
        }
        true
    }

    fn is_cut_off(&self, line: &[u8], owner: Owner) -> bool {
        may_be_cut_off(line, owner, self.line > 0 && !self.seen_one_without_step)
    }

    fn pass_over(&mut self) {
        if self.malformed.lines == 0 {
            self.malformed.first = self.line;
        }
        self.malformed.lines += 1;
    }
}

/// What MLflow's `max` orders the values of a metric by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rank {
    step: i64,
    timestamp: Timestamp,
    value: f64,
}

impl Rank {
    pub(super) fn of(line: &Line<'_>) -> Rank {
        Rank {
            step: line.step_of_rank(),
            timestamp: line.point.timestamp,
            value: line.point.value,
        }
    }

    /// Whether `max` would put it in the place of `best`: by step, then timestamp, then value, where a value that is
    /// no number is greater than nothing and nothing is greater than it.
    pub(super) fn is_later_than(&self, best: &Rank) -> bool {
        match (self.step, self.timestamp).cmp(&(best.step, best.timestamp)) {
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => self.value > best.value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Seek, Write};

    fn read(text: &str) -> (Vec<(i64, f64)>, Malformed) {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file.rewind().unwrap();
        let mut points = Vec::new();
        let malformed = for_each_line(&mut file, Owner::Run, |line| {
            points.push((line.point.step, line.point.value));
            true
        })
        .unwrap();
        (points, malformed)
    }

    #[test]
    fn a_half_written_last_line_is_left_out_without_a_word() {
        let whole = vec![(0, 0.5), (1, 0.25)];
        for half in ["", "1", "1700", "1700 ", "1700 0.1", "1700 0."] {
            let (points, malformed) = read(&format!("5 0.5 0\n6 0.25 1\n{half}"));
            assert_eq!(
                (points, malformed),
                (whole.clone(), Malformed::default()),
                "{half}"
            );
        }
        assert_eq!(read("5 0.5 0\n6 0.25 1").0, whole);
        assert_eq!(read("5 0.5\n6 0.25").0, [(0, 0.5), (0, 0.25)]);
        assert_eq!(read("6 0.25").0, [(0, 0.25)]);
    }

    #[test]
    fn malformed_lines_are_counted_and_passed_over() {
        let (points, malformed) = read("5 0.5 0\nrubbish\n\n6 0.25 1\n");
        assert_eq!(points, [(0, 0.5), (1, 0.25)]);
        assert_eq!(malformed, Malformed { lines: 2, first: 2 });
    }

    #[test]
    fn a_file_of_many_blocks_is_read_whole() {
        let mut text = String::new();
        for step in 0..150_000 {
            text.push_str(&format!("1700000000000 0.{step} {step}\n"));
        }
        assert!(text.len() > 3 * BLOCK_BYTES);
        let (points, malformed) = read(&text);
        assert_eq!(malformed, Malformed::default());
        assert!(points.iter().map(|point| point.0).eq(0..150_000));
    }

    #[test]
    fn later_is_decided_as_python_s_max_does() {
        let rank = |step, timestamp, value| Rank {
            step,
            timestamp: Timestamp(timestamp),
            value,
        };
        let best = rank(1, 5, 0.5);
        for (next, later) in [
            (rank(2, 0, 0.0), true),
            (rank(0, 9, 9.0), false),
            (rank(1, 6, 0.0), true),
            (rank(1, 5, 0.6), true),
            (rank(1, 5, 0.5), false),
            (rank(1, 5, f64::NAN), false),
        ] {
            assert_eq!(next.is_later_than(&best), later, "{next:?}");
        }
        assert!(!best.is_later_than(&rank(1, 5, f64::NAN)));
    }
}
