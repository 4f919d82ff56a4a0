//! Values in values, one line each, and which of them are folded.

/// Lines that a preview holds at most.
pub(super) const MOST_LINES: usize = 200_000;

/// Lines from which on only the outermost values are open at first.
const OPEN_AT_FIRST: usize = 120;

/// Values in values, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    pub(super) lines: Vec<TreeLine>,
}

/// One line of a tree: a value, or the head of what holds values.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TreeLine {
    /// How deep it stands; 0 for the outermost.
    pub depth: usize,
    /// Its key, or its place in a list; empty where it has neither.
    pub key: String,
    /// The value as it is written; of what holds values, how many.
    pub value: String,
    /// What the value is.
    pub kind: ValueKind,
    /// The line behind all that it holds: the next one, where it holds nothing.
    pub end: usize,
}

/// What a value is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum ValueKind {
    /// Holds others.
    Holder,
    /// A text.
    #[default]
    Text,
    /// A number.
    Number,
    /// `true`, `false`, `null`.
    Word,
    /// A comment of the file.
    Comment,
}

impl Tree {
    /// Its lines, in order.
    pub fn lines(&self) -> &[TreeLine] {
        &self.lines
    }

    /// Sets where each line's values end, from the depths alone.
    pub(super) fn close(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        for index in 0..self.lines.len() {
            let depth = self.lines[index].depth;
            while open.last().is_some_and(|&above| self.lines[above].depth >= depth) {
                if let Some(above) = open.pop() {
                    self.lines[above].end = index;
                }
            }
            open.push(index);
        }
        let n_lines = self.lines.len();
        for above in open {
            self.lines[above].end = n_lines;
        }
    }

    /// Whether a line holds others.
    pub fn holds(&self, line: usize) -> bool {
        self.lines.get(line).is_some_and(|own| own.end > line + 1)
    }
}

/// A tree with what is folded of it.
#[derive(Clone, Debug, Default)]
pub struct TreeView {
    tree: Tree,
    is_folded: Vec<bool>,
    shown: Vec<usize>,
}

impl TreeView {
    /// A tree, of which a large one shows its outermost values alone.
    pub fn new(tree: Tree) -> Self {
        let is_large = tree.lines.len() > OPEN_AT_FIRST;
        let is_folded = tree.lines.iter().map(|line| is_large && line.depth > 0).collect();
        let mut view = Self {
            tree,
            is_folded,
            shown: Vec::new(),
        };
        view.arrange();
        view
    }

    /// The tree itself.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Lines that are in view, by their place in the tree.
    pub fn shown(&self) -> &[usize] {
        &self.shown
    }

    /// Whether what a line holds is hidden.
    pub fn is_folded(&self, line: usize) -> bool {
        self.is_folded.get(line).copied().unwrap_or(false) && self.tree.holds(line)
    }

    /// Opens or closes a line; answers whether it holds anything.
    pub fn toggle(&mut self, line: usize) -> bool {
        if !self.tree.holds(line) {
            return false;
        }
        self.is_folded[line] = !self.is_folded[line];
        self.arrange();
        true
    }

    /// Closes all, or opens all.
    pub fn fold_all(&mut self, is_folded: bool) {
        self.is_folded.fill(is_folded);
        self.arrange();
    }

    /// Whether anything is hidden.
    pub fn has_folded(&self) -> bool {
        self.shown.len() < self.tree.lines.len()
    }

    /// Opens all that a line stands in.
    pub fn reveal(&mut self, line: usize) {
        for above in 0..line {
            if self.tree.lines[above].end > line {
                self.is_folded[above] = false;
            }
        }
        self.arrange();
    }

    /// Where a line stands among those in view, or else what hides it.
    pub fn place_of(&self, line: usize) -> usize {
        self.shown
            .partition_point(|&shown| shown <= line)
            .saturating_sub(1)
    }

    fn arrange(&mut self) {
        self.shown.clear();
        let mut line = 0;
        while line < self.tree.lines.len() {
            self.shown.push(line);
            line = if self.is_folded(line) {
                self.tree.lines[line].end
            } else {
                line + 1
            };
        }
    }
}
