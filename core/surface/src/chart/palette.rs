use std::collections::HashMap;

use flowdeck_client::RunId;

/// A colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// How many colours curves have before the first comes again.
pub const N_COLOURS: usize = 10;

/// Colours of curves on white that people with any colour vision can tell apart, the most different first.
///
/// Sources: Okabe and Ito, 2008, without black and yellow; then Paul Tol's "muted", 2021.
const COLOURS: [Rgb; N_COLOURS] = [
    Rgb(0, 114, 178),
    Rgb(213, 94, 0),
    Rgb(0, 158, 115),
    Rgb(204, 121, 167),
    Rgb(230, 159, 0),
    Rgb(86, 180, 233),
    Rgb(136, 34, 85),
    Rgb(51, 34, 136),
    Rgb(153, 153, 51),
    Rgb(90, 90, 90),
];

/// The colour of a place in the order of colours, on white.
pub fn rgb(place: usize) -> Rgb {
    COLOURS[place % N_COLOURS]
}

/// Which run has which colour: once given, a run keeps it as long as the app runs, on whichever chart it is.
#[derive(Clone, Debug, Default)]
pub struct RunColours {
    places: HashMap<RunId, usize>,
}

impl RunColours {
    /// Gives colours to runs that are to be seen together. One that has none yet gets the first colour that the others
    /// use least.
    pub fn assign<'a>(&mut self, runs: impl Iterator<Item = &'a RunId> + Clone) {
        let mut used = [0_usize; N_COLOURS];
        for place in runs.clone().filter_map(|run| self.places.get(run)) {
            used[*place] += 1;
        }
        for run in runs {
            if self.places.contains_key(run) {
                continue;
            }
            let free = (0..N_COLOURS).min_by_key(|&place| used[place]).unwrap_or(0);
            used[free] += 1;
            self.places.insert(run.clone(), free);
        }
    }

    /// The place of a run's colour in the order of colours.
    pub fn of(&self, run: &RunId) -> usize {
        self.places.get(run).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_keeps_its_colour_when_others_come_and_go() {
        let runs: Vec<RunId> = (0..25).map(|n| format!("run{n}").into()).collect();
        let mut colours = RunColours::default();
        colours.assign(runs[3..5].iter());
        let third = colours.of(&runs[3]);
        colours.assign(runs[..4].iter());
        assert_eq!(colours.of(&runs[3]), third);
        let mut together: Vec<_> = runs[..4].iter().map(|run| colours.of(run)).collect();
        together.sort_unstable();
        together.dedup();
        assert_eq!(together.len(), 4, "four runs, four colours");
        colours.assign(runs.iter());
        let mut used = [0; N_COLOURS];
        for run in &runs {
            used[colours.of(run)] += 1;
        }
        assert!(used.iter().all(|n| (2..=3).contains(n)), "{used:?}");
    }
}
