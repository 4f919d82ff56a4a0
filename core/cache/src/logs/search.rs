//! Lines by pattern: blocks of a log are read and looked through on every core.
//!
//! A pattern is asked of a whole block first, as most blocks hold nothing; a line that it points at is then asked by itself,
//! since a match may not reach over a line's end. Escape sequences are no part of what is looked through.

use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use flowdeck_domain::kubernetes::escapes::plain;
use flowdeck_domain::{Failure, FailureKind, Result};
use memchr::{memchr, memchr_iter, memrchr};
use rayon::prelude::*;
use regex::bytes::{Regex, RegexBuilder};

use super::LineSet;
use super::file::{LogFile, STRIDE};

/// Bytes of a block that one core looks through at a time.
const BLOCK: u64 = 4 << 20;

/// What is looked for in lines.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    text: String,
    /// Whether it speaks of the start or the end of all text, which is that of each line here.
    is_by_line: bool,
}

/// Which lines are wanted.
#[derive(Clone, Debug, Default)]
pub struct LineFilter {
    /// Those that match; none means all.
    pub include: Option<Pattern>,
    /// But not those that match this.
    pub exclude: Option<Pattern>,
}

/// Which way a search goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// To later lines.
    Forward,
    /// To earlier lines.
    Backward,
}

impl Pattern {
    /// A regular expression, in the syntax of the `regex` crate; capitals count, or not.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(text: &str, ignore_case: bool) -> Result<Self> {
        let built = RegexBuilder::new(text)
            .case_insensitive(ignore_case)
            .multi_line(true)
            .build();
        let regex = built.map_err(|error| {
            let told = error.to_string();
            let why = told.lines().last().unwrap_or_default().trim();
            let why = why.strip_prefix("error: ").unwrap_or(why);
            Failure::new(
                FailureKind::InvalidInput,
                format!("`{text}` is no regular expression: {why}"),
            )
            .with_hint("a letter that means something in one is written with \\ before it")
        })?;
        Ok(Self {
            regex,
            text: text.to_owned(),
            is_by_line: ["\\A", "\\z"].iter().any(|sign| text.contains(sign)),
        })
    }

    /// As a person types it: capitals count only where it has some.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn typed(text: &str) -> Result<Self> {
        Self::new(text, !text.chars().any(char::is_uppercase))
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a line has it.
    pub fn is_in(&self, line: &[u8]) -> bool {
        self.regex.is_match(&plain(line))
    }

    /// Where it stands in a text that is shown.
    pub fn spans<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let found = self.regex.find_iter(text.as_bytes()).map(|found| found.range());
        found.filter(|span| {
            !span.is_empty() && text.is_char_boundary(span.start) && text.is_char_boundary(span.end)
        })
    }

    /// The lines of a block that have it, counted from its first.
    fn lines_of(&self, block: &[u8], mut found: impl FnMut(u64)) {
        let plain = plain(block);
        let block = &*plain;
        if self.is_by_line {
            let lines = block
                .strip_suffix(b"\n")
                .unwrap_or(block)
                .split(|byte| *byte == b'\n');
            let of_it = lines.enumerate().filter(|(_, line)| self.regex.is_match(line));
            return of_it.for_each(|(place, _)| found(place as u64));
        }
        let (mut at, mut line) = (0, 0);
        while at < block.len() {
            let Some(hit) = self.regex.find_at(block, at) else {
                return;
            };
            if hit.start() >= block.len() {
                return;
            }
            line += memchr_iter(b'\n', &block[at..hit.start()]).count() as u64;
            let begin = memrchr(b'\n', &block[..hit.start()]).map_or(0, |before| before + 1);
            let end = memchr(b'\n', &block[hit.start()..]).map_or(block.len(), |after| hit.start() + after);
            if hit.end() <= end || self.regex.is_match(&block[begin..end]) {
                found(line);
            }
            at = end + 1;
            line += 1;
        }
    }
}

impl LineFilter {
    /// Whether every line is wanted.
    pub fn is_empty(&self) -> bool {
        self.include.is_none() && self.exclude.is_none()
    }

    /// Whether a line is wanted.
    pub fn wants(&self, line: &[u8]) -> bool {
        self.include.as_ref().is_none_or(|pattern| pattern.is_in(line))
            && !self.exclude.as_ref().is_some_and(|pattern| pattern.is_in(line))
    }

    /// A bit for each of so many lines of a block, set where it is wanted.
    fn words(&self, block: &[u8], n_lines: u64) -> Vec<u64> {
        let n_words = n_lines.div_ceil(64) as usize;
        let mut words = vec![if self.include.is_none() { u64::MAX } else { 0 }; n_words];
        if let Some(pattern) = &self.include {
            pattern.lines_of(block, |line| {
                if let Some(word) = words.get_mut((line / 64) as usize) {
                    *word |= 1 << (line % 64);
                }
            });
        }
        if let Some(pattern) = &self.exclude {
            pattern.lines_of(block, |line| {
                if let Some(word) = words.get_mut((line / 64) as usize) {
                    *word &= !(1 << (line % 64));
                }
            });
        }
        if let (Some(last), rest) = (words.last_mut(), n_lines % 64)
            && rest > 0
        {
            *last &= (1 << rest) - 1;
        }
        words
    }
}

/// Lines that one core looks through at a time.
#[derive(Clone, Debug)]
struct Block {
    lines: Range<u64>,
    bytes: Range<u64>,
}

impl LogFile {
    /// The next line that has a pattern, from `from` on and with it; lines outside `within` do not count.
    ///
    /// # Errors
    /// What the system met.
    pub fn find(
        &self,
        pattern: &Pattern,
        from: u64,
        direction: Direction,
        within: Option<&LineSet>,
        is_given_up: &AtomicBool,
    ) -> io::Result<Option<u64>> {
        let (lines, is_forward) = match direction {
            Direction::Forward => (from..u64::MAX, true),
            Direction::Backward => (0..from.saturating_add(1), false),
        };
        let mut blocks = self.blocks(lines.clone());
        if !is_forward {
            blocks.reverse();
        }
        let batch = rayon::current_num_threads().max(1) * 2;
        for blocks in blocks.chunks(batch) {
            if is_given_up.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let is_wanted = |line: u64| lines.contains(&line) && within.is_none_or(|set| set.contains(line));
            let found: Vec<io::Result<Option<u64>>> = blocks
                .par_iter()
                .map(|block| {
                    let bytes = self.block_bytes(block)?;
                    let (mut first, mut last) = (None, None);
                    pattern.lines_of(&bytes, |line| {
                        let line = block.lines.start + line;
                        if is_wanted(line) {
                            first = first.or(Some(line));
                            last = Some(line);
                        }
                    });
                    Ok(if is_forward { first } else { last })
                })
                .collect();
            for found in found {
                if let Some(line) = found? {
                    return Ok(Some(line));
                }
            }
        }
        Ok(None)
    }

    /// Takes what a filter wants into a set, up to a line; where the set knows a part of the log already, only what came since
    /// is looked through.
    ///
    /// # Errors
    /// What the system met; the set is as it was.
    pub fn select(
        &self,
        filter: &LineFilter,
        set: &mut LineSet,
        up_to: u64,
        is_given_up: &AtomicBool,
    ) -> io::Result<()> {
        let n_lines = self
            .n_lines()
            .min(up_to.checked_next_multiple_of(STRIDE).unwrap_or(u64::MAX));
        let blocks = self.blocks(set.again_from()..n_lines);
        let words: io::Result<Vec<Vec<u64>>> = blocks
            .par_iter()
            .map(|block| {
                if is_given_up.load(Ordering::Relaxed) {
                    return Err(io::ErrorKind::Interrupted.into());
                }
                let n_lines = block.lines.end - block.lines.start;
                Ok(filter.words(&self.block_bytes(block)?, n_lines))
            })
            .collect();
        let words = words?;
        let n_looked_at = blocks.last().map_or(set.n_looked_at(), |block| block.lines.end);
        set.extend(words.into_iter().flatten(), n_looked_at);
        Ok(())
    }

    /// The blocks that hold these lines; each begins with a stride.
    fn blocks(&self, lines: Range<u64>) -> Vec<Block> {
        let extent = self.extent();
        let end = lines.end.min(extent.n_lines);
        let mut blocks: Vec<Block> = Vec::new();
        for entry in lines.start / STRIDE..end.div_ceil(STRIDE) {
            let bytes = extent.offset(entry)..extent.offset(entry + 1);
            let lines = entry * STRIDE..((entry + 1) * STRIDE).min(extent.n_lines);
            match blocks.last_mut() {
                Some(last) if bytes.end - last.bytes.start <= BLOCK => {
                    (last.lines.end, last.bytes.end) = (lines.end, bytes.end);
                }
                _ => blocks.push(Block { lines, bytes }),
            }
        }
        blocks
    }

    fn block_bytes(&self, block: &Block) -> io::Result<Vec<u8>> {
        let length = usize::try_from(block.bytes.end - block.bytes.start).unwrap_or(usize::MAX);
        let mut bytes = vec![0; length];
        self.read_text(&mut bytes, block.bytes.start)?;
        Ok(bytes)
    }
}
