//! Which of the listed runs have the words that a person types.
//!
//! The rule is that of every list ([`Words`]): the name of a run is told by its letters, while its id, its state, its
//! user, and any param, tag or dataset that was read must hold a word as it stands.

use rustc_hash::FxHashMap;

use super::cells::{Cells, Slot};
use super::data::RunData;
use crate::text::Word;
use crate::words::Words;

/// Words that were looked for, with the runs that have each: while somebody types, only the last word is another one.
#[derive(Clone, Debug, Default)]
pub(super) struct Finder {
    words: FxHashMap<String, Vec<bool>>,
}

impl Finder {
    /// Forgets what was found, as runs were read since.
    pub(super) fn forget(&mut self) {
        self.words.clear();
    }

    /// The listed runs that have all of these words, in the store's order.
    pub(super) fn find(&mut self, typed: &str, data: &RunData) -> Vec<Slot> {
        let words: Vec<&str> = typed.split_whitespace().collect();
        self.words.retain(|known, _| words.contains(&known.as_str()));
        for word in &words {
            if !self.words.contains_key(*word) {
                self.words.insert((*word).to_owned(), having(word, data));
            }
        }
        let has_all = |slot: &Slot| words.iter().all(|word| self.words[*word][*slot as usize]);
        data.order.iter().copied().filter(has_all).collect()
    }
}

/// Of each run, whether it has this word.
fn having(word: &str, data: &RunData) -> Vec<bool> {
    let mut found = vec![false; data.n_slots()];
    let mut words = Words::new(word);
    for &slot in &data.order {
        let info = data.info(slot);
        let exact = [info.id.as_str(), info.status.word(), &info.user_id];
        found[slot as usize] = words.are_in(&info.name, exact.into_iter());
    }
    let word = Word::new(word);
    for id in data.catalog.ids() {
        let Some(Cells::Texts(texts)) = data.cells(id) else {
            continue;
        };
        let has: Vec<bool> = texts.distinct().iter().map(|text| word.is_in(text)).collect();
        if has.contains(&true) {
            for (slot, text) in texts.ids() {
                found[slot as usize] |= has[text as usize];
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::testing::{listed, run, table};

    #[test]
    fn words_are_found_in_names_by_letters_and_in_values_as_they_stand() {
        let mut runs = vec![
            run("a1", &[], &[("model", "resnet50"), ("lr", "0.1")]),
            run("b2", &[], &[("model", "vit-base")]),
            run("c3", &[], &[("model", "resnet18")]),
        ];
        runs[1].info.name = "brave-otter".to_owned();
        let mut table = table(runs);
        for (typed, expected) in [
            ("resnet", &["a1", "c3"][..]),
            ("resnet 0.1", &["a1"]),
            ("brot", &["b2"]),
            ("vtbase", &[]),
            ("b2", &["b2"]),
            ("finished", &["a1", "b2", "c3"]),
            ("FINISHED", &["a1", "b2", "c3"]),
            ("", &["a1", "b2", "c3"]),
        ] {
            table.find(typed);
            assert_eq!(listed(&table), expected, "{typed}");
        }
    }
}
