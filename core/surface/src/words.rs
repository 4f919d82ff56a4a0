//! Which things of a list have the words that a person types: one rule for every list.
//!
//! A word is found in a thing where its letters stand in the thing's name in order, or where it stands as it is in
//! another text of it, such as an id, a state or a value. So a few letters of a name are enough, while a value is only
//! found by what it holds. Every word must be found, in any order.

use crate::fuzzy::Fuzzy;
use crate::text::Word;

/// Words that things are held against.
pub struct Words {
    words: Vec<(String, Fuzzy)>,
}

impl Words {
    /// Words as a person types them, parted by blanks. As in fzf, `'word` stands in the name as it is, `^word` at its
    /// start, `word$` at its end, `!word` nowhere.
    pub fn new(typed: &str) -> Self {
        let words = typed.split_whitespace();
        Self {
            words: words.map(|word| (word.to_owned(), Fuzzy::new(word))).collect(),
        }
    }

    /// Whether a thing of this name and with these other texts has all of the words.
    pub fn are_in<'a>(&mut self, name: &str, others: impl Iterator<Item = &'a str> + Clone) -> bool {
        self.words.iter_mut().all(|(word, fuzzy)| {
            fuzzy.score(name).is_some() || others.clone().any(|text| Word::new(word).is_in(text))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_found_in_names_and_whole_words_in_values() {
        let has =
            |typed: &str| Words::new(typed).are_in("vision-resnet", ["42", "team vision lab"].into_iter());
        for typed in ["", "  ", "vrs", "42", "lab vsn", "'net lab", "^vis"] {
            assert!(has(typed), "{typed}");
        }
        for typed in ["tvl", "vrs 43", "^net", "VISION"] {
            assert!(!has(typed), "{typed}");
        }
    }
}
