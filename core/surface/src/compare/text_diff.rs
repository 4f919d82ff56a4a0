//! Two texts line by line: what is the same, what was taken away, what came.

use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffTag};

use crate::preview::TextFile;

/// Lines of each text that are compared; of longer ones, the first.
const MOST_LINES: usize = 50_000;

/// How long the comparison may take; what is left then is compared in great pieces.
const LONGEST: Duration = Duration::from_secs(2);

/// Lines that stay around a change where what is the same is folded.
const AROUND: usize = 3;

/// Two texts with what differs between them.
#[derive(Clone, Debug, Default)]
pub struct TextDiff {
    left: Vec<String>,
    right: Vec<String>,
    blocks: Vec<Block>,
    remarks: Vec<String>,
}

/// Lines that are the same in both, or that took each other's place.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Block {
    left: Range<usize>,
    right: Range<usize>,
    is_same: bool,
}

/// One line as it is shown. Lines are counted from 0.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DiffLine {
    /// So many lines are the same and left out.
    Folded(usize),
    /// The same in both.
    Same {
        /// The line on the left.
        left: usize,
        /// The line on the right.
        right: usize,
    },
    /// What differs, side by side: none where the other text has more lines.
    Beside {
        /// The line on the left.
        left: Option<usize>,
        /// The line on the right.
        right: Option<usize>,
    },
    /// Only on the left.
    Removed(usize),
    /// Only on the right.
    Added(usize),
}

/// How a diff is laid out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DiffForm {
    /// In two columns rather than one.
    pub is_side_by_side: bool,
    /// What is the same is left out, but for some lines around changes.
    pub is_folded: bool,
}

/// A diff laid out.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct DiffLayout {
    /// Its lines.
    pub lines: Vec<DiffLine>,
    /// The first line of each change.
    pub changes: Vec<usize>,
}

impl TextDiff {
    /// Compares two texts. Takes up to some seconds.
    pub fn of(left: &TextFile, right: &TextFile) -> Self {
        let mut remarks = Vec::new();
        let (one, other) = (lines(left), lines(right));
        for (file, lines, side) in [(left, &one, "left"), (right, &other, "right")] {
            remarks.extend(file.remarks.iter().map(|remark| format!("{side}: {remark}")));
            if lines.len() == MOST_LINES {
                remarks.push(format!("{side}: the first 50,000 lines"));
            }
        }
        if left.text.contains("\r\n") != right.text.contains("\r\n") {
            remarks.push("lines end in CR LF in one of them".to_owned());
        }
        let began = Instant::now();
        let deadline = Some(began + LONGEST);
        let ops = similar::capture_diff_slices_deadline(Algorithm::Myers, &one, &other, deadline);
        if began.elapsed() >= LONGEST {
            remarks.push("too different to be compared line by line to the end".to_owned());
        }
        let block = |op: &similar::DiffOp| {
            let (tag, left, right) = op.as_tag_tuple();
            Block {
                left,
                right,
                is_same: tag == DiffTag::Equal,
            }
        };
        let mut blocks: Vec<Block> = Vec::new();
        for block in ops.iter().map(block) {
            match blocks.last_mut() {
                Some(last) if !last.is_same && !block.is_same => {
                    last.left.end = block.left.end;
                    last.right.end = block.right.end;
                }
                _ => blocks.push(block),
            }
        }
        let owned = |lines: Vec<&str>| lines.into_iter().map(str::to_owned).collect();
        Self {
            left: owned(one),
            right: owned(other),
            blocks,
            remarks,
        }
    }

    /// A line on the left.
    pub fn left(&self, line: usize) -> &str {
        self.left.get(line).map_or("", String::as_str)
    }

    /// A line on the right.
    pub fn right(&self, line: usize) -> &str {
        self.right.get(line).map_or("", String::as_str)
    }

    /// What a person should know of it.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// How many lines are only on the left, and only on the right.
    pub fn counts(&self) -> (usize, usize) {
        let changed = self.blocks.iter().filter(|block| !block.is_same);
        changed.fold((0, 0), |(removed, added), block| {
            (removed + block.left.len(), added + block.right.len())
        })
    }

    /// Whether no line differs.
    pub fn is_same(&self) -> bool {
        self.blocks.iter().all(|block| block.is_same)
    }

    /// The lines to show.
    pub fn laid_out(&self, form: DiffForm) -> DiffLayout {
        let mut out = DiffLayout::default();
        let n_blocks = self.blocks.len();
        for (place, block) in self.blocks.iter().enumerate() {
            if block.is_same {
                let (is_first, is_last) = (place == 0, place + 1 == n_blocks);
                add_same(block, form.is_folded, (is_first, is_last), &mut out.lines);
                continue;
            }
            out.changes.push(out.lines.len());
            if form.is_side_by_side {
                let n_rows = block.left.len().max(block.right.len());
                out.lines.extend((0..n_rows).map(|row| DiffLine::Beside {
                    left: (row < block.left.len()).then_some(block.left.start + row),
                    right: (row < block.right.len()).then_some(block.right.start + row),
                }));
            } else {
                out.lines.extend(block.left.clone().map(DiffLine::Removed));
                out.lines.extend(block.right.clone().map(DiffLine::Added));
            }
        }
        out
    }
}

/// Lines that are the same: all of them, or those close to a change.
fn add_same(block: &Block, is_folded: bool, (is_first, is_last): (bool, bool), lines: &mut Vec<DiffLine>) {
    let n_same = block.left.len();
    let same = |line: usize| DiffLine::Same {
        left: block.left.start + line,
        right: block.right.start + line,
    };
    let head = if is_first { 0 } else { AROUND.min(n_same) };
    let tail = if is_last { 0 } else { AROUND.min(n_same) };
    // To leave out a single line takes a line as well.
    if !is_folded || head + tail + 1 >= n_same {
        lines.extend((0..n_same).map(same));
        return;
    }
    lines.extend((0..head).map(same));
    lines.push(DiffLine::Folded(n_same - head - tail));
    lines.extend((n_same - tail..n_same).map(same));
}

fn lines(file: &TextFile) -> Vec<&str> {
    file.text.lines().take(MOST_LINES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> TextFile {
        TextFile {
            text: text.to_owned(),
            remarks: Vec::new(),
        }
    }

    fn diff(left: &str, right: &str) -> TextDiff {
        TextDiff::of(&file(left), &file(right))
    }

    const WHOLE: DiffForm = DiffForm {
        is_side_by_side: false,
        is_folded: false,
    };

    #[test]
    fn what_differs_stands_below_each_other_or_side_by_side() {
        let own = diff("a\nb\nc\n", "a\nB\nB2\nc\n");
        assert_eq!(own.counts(), (1, 2));
        let unified = own.laid_out(WHOLE);
        let expected = [
            DiffLine::Same { left: 0, right: 0 },
            DiffLine::Removed(1),
            DiffLine::Added(1),
            DiffLine::Added(2),
            DiffLine::Same { left: 2, right: 3 },
        ];
        assert_eq!(
            (unified.lines.as_slice(), unified.changes.as_slice()),
            (&expected[..], &[1][..])
        );
        let beside = own.laid_out(DiffForm {
            is_side_by_side: true,
            ..WHOLE
        });
        assert_eq!(
            beside.lines[1..3],
            [
                DiffLine::Beside {
                    left: Some(1),
                    right: Some(1)
                },
                DiffLine::Beside {
                    left: None,
                    right: Some(2)
                }
            ]
        );
        assert_eq!((own.left(1), own.right(2), own.right(9)), ("b", "B2", ""));
    }

    #[test]
    fn far_from_changes_what_is_the_same_is_folded() {
        let text: String = (0..40).map(|line| format!("{line}\n")).collect();
        let own = diff(&text, &text.replace("20\n", "twenty\n"));
        let folded = own.laid_out(DiffForm {
            is_folded: true,
            ..WHOLE
        });
        assert_eq!(folded.lines.len(), 1 + 3 + 2 + 3 + 1);
        assert_eq!(folded.lines[0], DiffLine::Folded(17));
        assert_eq!(folded.changes, [4]);
        assert_eq!(own.laid_out(WHOLE).lines.len(), 41);
        let near = diff("1\n2\n3\n4\nx\n", "1\n2\n3\n4\ny\n");
        let folded = near.laid_out(DiffForm {
            is_folded: true,
            ..WHOLE
        });
        assert!(
            !folded.lines.contains(&DiffLine::Folded(1)),
            "a single line is shown"
        );
    }

    #[test]
    fn the_same_lines_with_other_line_ends_are_said_to_differ_in_them_alone() {
        let own = diff("a\r\nb\r\n", "a\nb\n");
        assert!(own.is_same());
        assert_eq!(own.remarks(), ["lines end in CR LF in one of them"]);
        assert!(diff("", "").is_same() && diff("", "").laid_out(WHOLE).lines.is_empty());
    }

    #[test]
    fn long_texts_are_cut_and_say_so() {
        let text = "x\n".repeat(MOST_LINES + 5);
        let own = diff(&text, "x\n");
        assert_eq!(own.remarks(), ["left: the first 50,000 lines"]);
        assert_eq!(own.counts(), (MOST_LINES - 1, 0));
    }
}
