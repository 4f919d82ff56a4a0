//! Which of the listed runs have the words that a person types.
//!
//! The rule is that of every list ([`Words`]): the name of a run is told by its letters, while its id, its state, its
//! user, and any param, tag or dataset that was read must hold a word as it stands.

use rustc_hash::FxHashMap;

use super::catalog::ColumnId;
use super::cells::{Cells, Slot};
use super::data::RunData;
use crate::text::Word;
use crate::words::Words;

/// Words that were looked for, with the runs that have each: while somebody types, only the last word is another one, and
/// what has it is among what had its beginning.
#[derive(Clone, Debug, Default)]
pub(super) struct Finder {
    words: FxHashMap<String, Known>,
}

/// What is known of one word.
#[derive(Clone, Debug)]
struct Known {
    /// Of each run, whether it has the word.
    runs: Vec<bool>,
    /// Columns of texts that may hold it.
    columns: Vec<ColumnId>,
}

impl Finder {
    /// Forgets what was found, as runs were read since.
    pub(super) fn forget(&mut self) {
        self.words.clear();
    }

    /// The listed runs that have all of these words, in the store's order.
    pub(super) fn find(&mut self, typed: &str, data: &RunData) -> Vec<Slot> {
        let words: Vec<&str> = typed.split_whitespace().collect();
        // Beginnings stay: letters that are taken back are found again at once.
        self.words
            .retain(|known, _| words.iter().any(|word| word.starts_with(known.as_str())));
        for word in &words {
            if !self.words.contains_key(*word) {
                let known = having(word, data, self.beginning_of(word));
                self.words.insert((*word).to_owned(), known);
            }
        }
        let has_all = |slot: &Slot| words.iter().all(|word| self.words[*word].runs[*slot as usize]);
        data.order.iter().copied().filter(has_all).collect()
    }

    /// The longest word that is known and that this one goes on from.
    fn beginning_of(&self, word: &str) -> Option<&Known> {
        // A sign may mean something else with a letter behind it: `!` finds what lacks a word.
        let is_plain = |known: &str| {
            let mut letters = known.chars();
            letters.all(|letter| letter.is_alphanumeric() || "._-".contains(letter))
        };
        let known = self
            .words
            .iter()
            .filter(|(known, _)| is_plain(known) && word.starts_with(known.as_str()));
        known.max_by_key(|(known, _)| known.len()).map(|(_, known)| known)
    }
}

/// What has a word, where it may be looked for in what has its beginning.
fn having(word: &str, data: &RunData, beginning: Option<&Known>) -> Known {
    let may_have = |slot: Slot| beginning.is_none_or(|known| known.runs[slot as usize]);
    let mut runs = vec![false; data.n_slots()];
    let mut words = Words::new(word);
    for &slot in data.order.iter().filter(|slot| may_have(**slot)) {
        let info = data.info(slot);
        let exact = [info.id.as_str(), info.status.word(), &info.user_id];
        runs[slot as usize] = words.are_in(&info.name, exact.into_iter());
    }
    let word = Word::new(word);
    let mut columns = Vec::new();
    let mut look_into = |id: ColumnId| {
        let Some(Cells::Texts(texts)) = data.cells(id) else {
            return;
        };
        let has: Vec<bool> = texts.distinct().iter().map(|text| word.is_in(text)).collect();
        if has.contains(&true) {
            columns.push(id);
            for (slot, text) in texts.ids() {
                runs[slot as usize] |= has[text as usize];
            }
        }
    };
    match beginning {
        Some(known) => known.columns.iter().copied().for_each(&mut look_into),
        None => data.catalog.ids().for_each(&mut look_into),
    }
    Known { runs, columns }
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

    #[test]
    fn what_is_found_letter_by_letter_is_what_is_found_at_once() {
        let runs: Vec<_> = (0..40)
            .map(|n| {
                let (lr, host) = (format!("0.{n}"), format!("Node-{}", n % 7));
                let mut run = run(&format!("id{n:02}"), &[], &[("lr", &lr), ("host", &host)]);
                run.info.name = format!("{}-otter-{n}", if n % 3 == 0 { "brave" } else { "Calm" });
                run
            })
            .collect();
        let mut grown = table(runs.clone());
        for typed in [
            "brave",
            "botr1",
            "node-3",
            "Node-3 0.1",
            "!brave",
            "^brv",
            "otter-3$",
            "0.1 id0",
            "calm !3",
        ] {
            let letters: Vec<usize> = typed
                .char_indices()
                .map(|(at, letter)| at + letter.len_utf8())
                .collect();
            let (forth, back) = (letters.iter(), letters.iter().rev());
            for end in forth.chain(back) {
                let mut at_once = table(runs.clone());
                at_once.find(&typed[..*end]);
                grown.find(&typed[..*end]);
                assert_eq!(listed(&grown), listed(&at_once), "{}", &typed[..*end]);
            }
        }
    }
}
