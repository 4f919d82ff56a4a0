//! The runs that have a cell in a column: all of the first so many in most columns, which takes no memory.

/// A run by its place in the table's memory. It keeps it as long as the table lives, whatever is listed.
pub type Slot = u32;

/// Which runs have a cell, each with the place of its value.
#[derive(Clone, Debug)]
pub(super) enum Slots {
    /// Each up to this one, at its own place.
    First(Slot),
    /// These, in order.
    Some(Vec<Slot>),
}

/// Where the value of a run stands, or has to be put.
pub(super) enum Place {
    At(usize),
    New(usize),
}

impl Default for Slots {
    fn default() -> Self {
        Self::First(0)
    }
}

impl Slots {
    /// How many have one.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::First(n_slots) => *n_slots as usize,
            Self::Some(slots) => slots.len(),
        }
    }

    /// Where the value of a run stands.
    pub(super) fn place(&self, slot: Slot) -> Option<usize> {
        match self {
            Self::First(n_slots) => (slot < *n_slots).then_some(slot as usize),
            Self::Some(slots) => slots.binary_search(&slot).ok(),
        }
    }

    /// Where the value of a run that has one from now on stands; runs mostly come in order.
    pub(super) fn take(&mut self, slot: Slot) -> Place {
        match self {
            Self::First(n_slots) if slot < *n_slots => Place::At(slot as usize),
            Self::First(n_slots) if slot == *n_slots => {
                *n_slots += 1;
                Place::New(slot as usize)
            }
            Self::First(n_slots) => {
                let place = *n_slots as usize;
                *self = Self::Some((0..*n_slots).chain([slot]).collect());
                Place::New(place)
            }
            Self::Some(slots) if slots.last().is_none_or(|last| *last < slot) => {
                slots.push(slot);
                Place::New(slots.len() - 1)
            }
            Self::Some(slots) => match slots.binary_search(&slot) {
                Ok(place) => Place::At(place),
                Err(place) => {
                    slots.insert(place, slot);
                    Place::New(place)
                }
            },
        }
    }

    /// Gives back the room that was kept for more.
    pub(super) fn settle(&mut self) {
        if let Self::Some(slots) = self {
            slots.shrink_to_fit();
        }
    }

    /// The runs, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Slot> + '_ {
        let (all, some) = match self {
            Self::First(n_slots) => (0..*n_slots, [].as_slice()),
            Self::Some(slots) => (0..0, slots.as_slice()),
        };
        all.chain(some.iter().copied())
    }
}
