//! The way from one box to the next, by keys.

use super::{BoxKind, TaskBox, TaskGraph};

/// Where somebody wants to go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Heading {
    /// To what comes before.
    Up,
    /// To what comes then.
    Down,
    /// To what stands beside it.
    Left,
    /// To what stands beside it.
    Right,
}

impl TaskGraph {
    /// The box that stands nearest in a direction.
    pub fn neighbour(&self, from: usize, heading: Heading) -> Option<usize> {
        let here = anchor(self.boxes.get(from)?);
        let others = self
            .boxes
            .iter()
            .enumerate()
            .filter(|(place, one)| *place != from && one.kind != BoxKind::Round);
        others
            .filter_map(|(place, one)| Some((cost(here, anchor(one), heading)?, place)))
            .min()
            .map(|(_, place)| place)
    }

    /// The box that stands first, in reading order.
    pub fn first(&self) -> Option<usize> {
        self.by_place(false)
    }

    /// The box that stands last, in reading order.
    pub fn last(&self) -> Option<usize> {
        self.by_place(true)
    }

    fn by_place(&self, is_last: bool) -> Option<usize> {
        let shown = self
            .boxes
            .iter()
            .enumerate()
            .filter(|(_, one)| one.kind != BoxKind::Round)
            .map(|(place, one)| ((one.area.y, one.area.x), place));
        if is_last { shown.max() } else { shown.min() }.map(|(_, place)| place)
    }
}

/// Where a box is met: a frame at its title, which stands in its upper edge.
fn anchor(one: &TaskBox) -> (i64, i64) {
    let y = if one.kind == BoxKind::Open {
        one.area.y
    } else {
        one.area.y + one.area.height / 2
    };
    (i64::from(one.area.x + one.area.width / 2), i64::from(y))
}

/// How far it is: what lies straight ahead is nearest. None where it lies elsewhere.
fn cost(here: (i64, i64), there: (i64, i64), heading: Heading) -> Option<i64> {
    let (across, down) = (there.0 - here.0, there.1 - here.1);
    let (ahead, aside) = match heading {
        Heading::Up => (-down * 4, across.abs()),
        Heading::Down => (down * 4, across.abs()),
        // A row is about as high as two columns are wide.
        Heading::Left => (-across, down.abs() * 8),
        Heading::Right => (across, down.abs() * 8),
    };
    (ahead > 0).then_some(ahead + aside)
}
