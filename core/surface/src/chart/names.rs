use std::collections::HashMap;

use flowdeck_client::{MetricKey, RunId};

/// Letters of an id that tell runs of one name apart.
const ID_LETTERS: usize = 8;

/// What curves are called: by run, by metric, or by both, whichever tells them apart. A run without a name is called by
/// its id; where several have one name, the start of the id stands behind it.
pub fn names<'a>(curves: impl Iterator<Item = (&'a RunId, &'a str, &'a MetricKey)>) -> Vec<String> {
    let curves: Vec<_> = curves.collect();
    let has_one_run = curves.iter().all(|curve| curve.0 == curves[0].0);
    let has_one_key = curves.iter().all(|curve| curve.2 == curves[0].2);
    let mut ids_by_name: HashMap<&str, Vec<&RunId>> = HashMap::new();
    for (id, name, _) in &curves {
        let ids = ids_by_name.entry(name).or_default();
        if !ids.contains(id) {
            ids.push(id);
        }
    }
    let run_name = |id: &RunId, name: &str| {
        let start: String = id.as_str().chars().take(ID_LETTERS).collect();
        match (name, ids_by_name.get(name).map_or(0, Vec::len)) {
            ("", 1) => id.to_string(),
            ("", _) => start,
            (name, 1) => name.to_owned(),
            (name, _) => format!("{name} {start}"),
        }
    };
    let name = |(id, name, key): &(&RunId, &str, &MetricKey)| match (has_one_run, has_one_key) {
        (true, false) => key.to_string(),
        (_, true) => run_name(id, name),
        (false, false) => format!("{} · {key}", run_name(id, name)),
    };
    curves.iter().map(name).collect()
}

/// The sign of a curve in the legend and at its end, so that colour is not the only one; none where letters run out.
pub fn symbol(place: usize) -> Option<char> {
    let letters = ('a'..='z').chain('A'..='Z');
    letters.into_iter().nth(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(curves: &[(&str, &str, &str)]) -> Vec<String> {
        let ids: Vec<_> = curves
            .iter()
            .map(|(id, _, key)| (RunId::from(*id), MetricKey::from(*key)))
            .collect();
        let given = curves.iter().zip(&ids);
        names(given.map(|((_, name, _), (id, key))| (id, *name, key)))
    }

    #[test]
    fn a_curve_is_called_by_what_tells_it_from_the_others() {
        assert_eq!(
            named(&[("1", "fox", "loss"), ("2", "owl", "loss")]),
            ["fox", "owl"]
        );
        assert_eq!(
            named(&[("1", "fox", "loss"), ("1", "fox", "auc")]),
            ["loss", "auc"]
        );
        assert_eq!(
            named(&[("1", "fox", "loss"), ("2", "owl", "auc")]),
            ["fox · loss", "owl · auc"]
        );
        assert_eq!(
            named(&[("0123456789", "fox", "loss"), ("9876543210", "fox", "loss")]),
            ["fox 01234567", "fox 98765432"]
        );
        assert_eq!(named(&[("0123456789", "", "loss")]), ["0123456789"]);
        assert!(named(&[]).is_empty());
    }

    #[test]
    fn the_first_curves_have_a_letter_each() {
        assert_eq!(
            (symbol(0), symbol(25), symbol(26)),
            (Some('a'), Some('z'), Some('A'))
        );
        assert_eq!(symbol(99), None);
    }
}
