//! Finds texts by a few of their letters: `vres` finds `vision-resnet`.
//!
//! Several words must all match, in any order. As in fzf: `'word` stands in the text as it is, `^word` at its start,
//! `word$` at its end, `!word` nowhere. Capitals count where the words have some.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Words that texts are held against.
pub struct Fuzzy {
    pattern: Pattern,
    matcher: Matcher,
    letters: Vec<char>,
}

impl Fuzzy {
    /// Words as a person types them.
    pub fn new(words: &str) -> Self {
        Self {
            pattern: Pattern::parse(words, CaseMatching::Smart, Normalization::Smart),
            matcher: Matcher::new(Config::DEFAULT),
            letters: Vec::new(),
        }
    }

    /// As [`Fuzzy::new`], for paths such as `val/top5/accuracy`: what begins after a `/` counts more.
    pub fn of_paths(words: &str) -> Self {
        Self {
            matcher: Matcher::new(Config::DEFAULT.match_paths()),
            ..Self::new(words)
        }
    }

    /// Whether there is no word, so that every text matches.
    pub fn is_empty(&self) -> bool {
        self.pattern.atoms.is_empty()
    }

    /// How well a text matches, the better the greater; none where it does not.
    pub fn score(&mut self, text: &str) -> Option<u32> {
        let text = Utf32Str::new(text, &mut self.letters);
        self.pattern.score(text, &mut self.matcher)
    }

    /// Whether any of the texts matches.
    pub fn matches<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) -> bool {
        texts.into_iter().any(|text| self.score(text).is_some())
    }

    /// The places of texts that match, the best first; equally good ones stay in their order.
    pub fn ranked<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) -> Vec<usize> {
        let texts = texts.into_iter().enumerate();
        let mut found: Vec<_> = texts
            .filter_map(|(place, text)| Some((place, self.score(text)?)))
            .collect();
        if !self.is_empty() {
            found.sort_by_key(|(_, score)| std::cmp::Reverse(*score));
        }
        found.into_iter().map(|(place, _)| place).collect()
    }

    /// The letters of a text that made it match, counted in Unicode letters (graphemes) from its start, in order.
    pub fn places(&mut self, text: &str) -> Vec<usize> {
        let mut places = Vec::new();
        let text = Utf32Str::new(text, &mut self.letters);
        self.pattern.indices(text, &mut self.matcher, &mut places);
        places.sort_unstable();
        places.dedup();
        places.into_iter().map(|place| place as usize).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 4] = ["vision-resnet", "churn", "version-notes", "Vision-ViT"];

    fn found(words: &str) -> Vec<&'static str> {
        let places = Fuzzy::new(words).ranked(NAMES);
        places.into_iter().map(|place| NAMES[place]).collect()
    }

    #[test]
    fn a_few_letters_find_a_name_and_the_best_stands_first() {
        assert_eq!(found("vnrn"), ["vision-resnet"]);
        assert_eq!(found("vet"), ["version-notes", "vision-resnet"]);
        assert_eq!(found("resnet"), ["vision-resnet"]);
        assert_eq!(found("vis net"), ["vision-resnet"]);
        assert_eq!(found("xyz"), Vec::<&str>::new());
    }

    #[test]
    fn no_word_keeps_every_text_in_its_order() {
        assert_eq!(found(""), NAMES);
        assert_eq!(found("   "), NAMES);
        assert!(Fuzzy::new(" ").is_empty());
    }

    #[test]
    fn signs_narrow_what_matches() {
        assert_eq!(found("^v !net"), ["version-notes", "Vision-ViT"]);
        assert_eq!(found("net$"), ["vision-resnet"]);
        assert_eq!(found("'urn"), ["churn"]);
    }

    #[test]
    fn capitals_count_where_the_words_have_some() {
        assert_eq!(found("Vision"), ["Vision-ViT"]);
        assert_eq!(found("vision").len(), 2);
    }

    #[test]
    fn the_letters_that_matched_are_told() {
        assert_eq!(Fuzzy::new("net").places("vision-resnet"), [10, 11, 12]);
        assert_eq!(Fuzzy::new("猫").places("ab猫"), [2]);
    }

    #[test]
    fn the_last_part_of_a_path_counts_more() {
        let keys = ["validation_accounting/x", "val/accuracy"];
        assert_eq!(Fuzzy::of_paths("acc").ranked(keys)[0], 1);
    }
}
