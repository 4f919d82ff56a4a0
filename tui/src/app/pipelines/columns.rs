//! Columns that share the room there is: the least important give way first.

use crate::app::widgets::table::{GAP, TableColumn};

/// A column as it would like to stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wish {
    /// What stands over it.
    pub(crate) title: &'static str,
    /// The fewest cells, below which it is left out.
    pub(crate) least: u16,
    /// The most cells.
    pub(crate) most: u16,
    /// Whether its cells stand at the right edge.
    pub(crate) is_right: bool,
    /// What gives way first has the highest; 0 always stays.
    pub(crate) rank: u8,
}

/// The columns that fit into so many cells, each with its place among the wishes. `widest` is the widest cell of each;
/// a column of which all cells are empty is left out.
pub(crate) fn fit(wishes: &[Wish], widest: &[usize], room: u16) -> Vec<(usize, TableColumn<'static>)> {
    let content = |place: usize| widest.get(place).copied().unwrap_or(0).min(500) as u16;
    let mut by_rank: Vec<usize> = (0..wishes.len())
        .filter(|place| wishes[*place].rank == 0 || content(*place) > 0)
        .collect();
    by_rank.sort_by_key(|place| wishes[*place].rank);
    let needs = |place: usize| wishes[place].least + GAP;
    let mut left = room.saturating_add(GAP).saturating_sub(2);
    let mut shown = Vec::new();
    for place in by_rank {
        if wishes[place].rank == 0 || needs(place) <= left {
            left = left.saturating_sub(needs(place));
            shown.push(place);
        }
    }
    let mut widths: Vec<u16> = wishes.iter().map(|wish| wish.least).collect();
    for &place in &shown {
        let wanted = content(place).clamp(wishes[place].least, wishes[place].most);
        let more = (wanted - wishes[place].least).min(left);
        widths[place] += more;
        left -= more;
    }
    shown.sort_unstable();
    let columns = shown.into_iter().map(|place| {
        let column = TableColumn {
            title: wishes[place].title.into(),
            width: widths[place],
            is_right: wishes[place].is_right,
            ..TableColumn::default()
        };
        (place, column)
    });
    columns.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WISHES: [Wish; 3] = [
        Wish {
            title: "Name",
            least: 10,
            most: 30,
            is_right: false,
            rank: 0,
        },
        Wish {
            title: "State",
            least: 8,
            most: 10,
            is_right: false,
            rank: 1,
        },
        Wish {
            title: "Why",
            least: 20,
            most: 80,
            is_right: false,
            rank: 2,
        },
    ];

    #[test]
    fn what_matters_least_gives_way_and_what_is_left_goes_to_what_matters_most() {
        let widths = |room, widest: [usize; 3]| -> Vec<(usize, u16)> {
            fit(&WISHES, &widest, room)
                .into_iter()
                .map(|(place, column)| (place, column.width))
                .collect()
        };
        assert_eq!(widths(80, [25, 9, 40]), [(0, 25), (1, 9), (2, 40)]);
        assert_eq!(widths(44, [25, 9, 40]), [(0, 10), (1, 8), (2, 20)]);
        assert_eq!(widths(30, [25, 9, 40]), [(0, 18), (1, 8)]);
        assert_eq!(widths(80, [25, 0, 40]), [(0, 25), (2, 40)]);
        assert_eq!(widths(5, [25, 9, 40]), [(0, 10)]);
    }
}
