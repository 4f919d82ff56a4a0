//! Distinct texts, each kept once and known by its number: all of them stand behind each other in one piece of memory.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

/// Texts from which on they are looked up by their hash rather than one after the other.
const FEW: usize = 8;

/// A place in the lookup that no text has.
const FREE: u32 = u32::MAX;

/// Distinct texts of a column.
#[derive(Clone, Debug, Default)]
pub(super) struct Distinct {
    letters: String,
    /// Where each text ends, in bytes.
    ends: Vec<usize>,
    /// The numbers of the texts, each at the place its hash names or the next free one behind it. At least a third is
    /// free; empty as long as there are few texts.
    lookup: Vec<u32>,
}

impl Distinct {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A text by its number.
    pub(super) fn get(&self, id: u32) -> &str {
        let place = id as usize;
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.letters[start..self.ends[place]]
    }

    /// All texts, by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).map(|id| self.get(id))
    }

    /// The number of a text, which it has from now on.
    pub(super) fn learn(&mut self, text: &str) -> u32 {
        if let Some(id) = self.find(text) {
            return id;
        }
        let id = self.len() as u32;
        self.letters.push_str(text);
        self.ends.push(self.letters.len());
        if self.len() * 3 > self.lookup.len() * 2 && self.len() > FEW {
            self.build_lookup();
        } else if !self.lookup.is_empty() {
            let place = self.place_for(text);
            self.lookup[place] = id;
        }
        id
    }

    /// Gives back the room that was kept for more: what is learnt from here on is looked up slowly.
    pub(super) fn settle(&mut self) {
        self.lookup = Vec::new();
        self.letters.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    fn find(&self, text: &str) -> Option<u32> {
        if self.lookup.is_empty() {
            return self
                .iter()
                .position(|known| known == text)
                .map(|place| place as u32);
        }
        let id = self.lookup[self.place_for(text)];
        (id != FREE).then_some(id)
    }

    /// Where the number of a text stands, or is to stand.
    fn place_for(&self, text: &str) -> usize {
        let n_places = self.lookup.len();
        let mut place = FxBuildHasher.hash_one(text) as usize % n_places;
        while self.lookup[place] != FREE && self.get(self.lookup[place]) != text {
            place = (place + 1) % n_places;
        }
        place
    }

    fn build_lookup(&mut self) {
        self.lookup = vec![FREE; (self.len() * 3).next_power_of_two()];
        for id in 0..self.len() as u32 {
            let place = self.place_for(self.get(id));
            self.lookup[place] = id;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_number_however_many_there_are_and_after_it_settled() {
        let mut distinct = Distinct::default();
        let text = |n: u32| {
            if n == 3 {
                String::new()
            } else {
                format!("text {n}")
            }
        };
        for round in 0..2 {
            for n in 0..1_000 {
                assert_eq!(distinct.learn(&text(n)), n, "round {round}");
            }
        }
        assert_eq!((distinct.get(3), distinct.get(999)), ("", "text 999"));
        distinct.settle();
        assert_eq!((distinct.learn("text 500"), distinct.learn("new")), (500, 1_000));
        assert_eq!(distinct.iter().last(), Some("new"));
        assert_eq!(distinct.len(), 1_001);
    }
}
