/// The known name that was most likely meant: the one with the fewest slips of the hand, a third of its letters at most.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (slips(&name, candidate), candidate))
        .filter(|(slips, candidate)| *slips <= (candidate.chars().count() / 3).max(1))
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

/// Letters left out, added, mistaken, or exchanged with their neighbour.
fn slips(left: &str, right: &str) -> usize {
    let (left, right): (Vec<_>, Vec<_>) = (left.chars().collect(), right.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (i, letter) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in right.iter().enumerate() {
            let mistaken = above[j] + usize::from(letter != other);
            let mut least = mistaken.min(above[j + 1] + 1).min(row[j] + 1);
            let is_exchanged = i > 0 && j > 0 && *letter == right[j - 1] && left[i - 1] == *other;
            if is_exchanged {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_the_name_and_another_word_does_not() {
        let known = ["tracking", "registry", "read_only", "ca_file"];
        for (typed, meant) in [
            ("trackng", Some("tracking")),
            ("Tracking", Some("tracking")),
            ("readonly", Some("read_only")),
            ("regsitry", Some("registry")),
            ("cafile", Some("ca_file")),
            ("timeout", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, known), meant, "{typed}");
        }
    }
}
