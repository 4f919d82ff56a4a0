use super::file::STRIDE;

/// Words between two counts.
const RANK_STRIDE: usize = 8;

/// Bits of a word.
const BITS: u64 = 64;

/// A set of lines: one bit a line, so that a filter over ten million lines takes a bit more than a megabyte.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct LineSet {
    words: Vec<u64>,
    /// How many lines are in the set before every eighth word.
    ranks: Vec<u64>,
    n_lines: u64,
    n_looked_at: u64,
}

impl std::fmt::Debug for LineSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {} lines", self.n_lines, self.n_looked_at)
    }
}

impl LineSet {
    /// How many lines are in it.
    pub fn len(&self) -> u64 {
        self.n_lines
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.n_lines == 0
    }

    /// How many lines were looked at to make it.
    pub fn n_looked_at(&self) -> u64 {
        self.n_looked_at
    }

    /// Whether a line is in it.
    pub fn contains(&self, line: u64) -> bool {
        let word = usize::try_from(line / BITS).unwrap_or(usize::MAX);
        self.words
            .get(word)
            .is_some_and(|word| word >> (line % BITS) & 1 == 1)
    }

    /// How many lines before this one are in it.
    pub fn rank(&self, line: u64) -> u64 {
        let word = usize::try_from(line / BITS).unwrap_or(usize::MAX);
        if word >= self.words.len() {
            return self.n_lines;
        }
        let first = word / RANK_STRIDE * RANK_STRIDE;
        let whole: u64 = self.words[first..word].iter().map(|word| ones(*word)).sum();
        let part = ones(self.words[word] & ((1 << (line % BITS)) - 1));
        self.ranks[word / RANK_STRIDE] + whole + part
    }

    /// The line that so many in it stand before.
    pub fn nth(&self, place: u64) -> Option<u64> {
        if place >= self.n_lines {
            return None;
        }
        let page = self.ranks.partition_point(|rank| *rank <= place) - 1;
        let mut left = place - self.ranks[page];
        for (offset, &word) in self.words[page * RANK_STRIDE..].iter().enumerate() {
            if left >= ones(word) {
                left -= ones(word);
                continue;
            }
            let mut rest = word;
            for _ in 0..left {
                rest &= rest - 1;
            }
            let word_place = (page * RANK_STRIDE + offset) as u64;
            return Some(word_place * BITS + u64::from(rest.trailing_zeros()));
        }
        None
    }

    /// From which line on a set that is to grow has to look again: lines are looked at by whole strides.
    pub(super) fn again_from(&self) -> u64 {
        self.n_looked_at / STRIDE * STRIDE
    }

    /// Takes in what was found from [`LineSet::again_from`] on, of so many lines altogether.
    pub(super) fn extend(&mut self, words: impl IntoIterator<Item = u64>, n_looked_at: u64) {
        self.words.truncate((self.again_from() / BITS) as usize);
        self.words.extend(words);
        self.n_looked_at = n_looked_at;
        self.ranks.clear();
        let mut rank = 0;
        for page in self.words.chunks(RANK_STRIDE) {
            self.ranks.push(rank);
            rank += page.iter().map(|word| ones(*word)).sum::<u64>();
        }
        self.n_lines = rank;
    }
}

fn ones(word: u64) -> u64 {
    u64::from(word.count_ones())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_lines_are_told_from_each_other() {
        let lines: Vec<u64> = (0..5000)
            .filter(|line| line % 7 == 3 || (1024..1500).contains(line))
            .collect();
        let mut words = vec![0_u64; 5120 / 64];
        for line in &lines {
            words[(line / 64) as usize] |= 1 << (line % 64);
        }
        let mut set = LineSet::default();
        set.extend(words[..8].iter().copied(), 512);
        set.extend(words[8..].iter().copied(), 5000);
        assert_eq!((set.len(), set.n_looked_at()), (lines.len() as u64, 5000));
        for (place, &line) in lines.iter().enumerate() {
            assert_eq!(set.nth(place as u64), Some(line));
            assert_eq!(set.rank(line), place as u64);
            assert!(set.contains(line));
        }
        assert_eq!(
            (set.nth(set.len()), set.rank(99_999), set.contains(4)),
            (None, set.len(), false)
        );
    }
}
