//! Laws of the search language that hold for any text.

use flowdeck_domain::registry::{ModelVersion, RegisteredModel};
use flowdeck_domain::search::{
    Dialect, Entity, Field, KnownKeys, Search, Searchable, Test, TraceRecord, complete, write_key, write_text,
};
use flowdeck_domain::tracking::{Experiment, LoggedModel, Run};
use proptest::prelude::*;

/// Texts that tend to look like filters.
fn filters() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("metrics.loss"),
        Just("tags.`a b`"),
        Just("params.\"x\""),
        Just("span.name"),
        Just("feedback.q"),
        Just(" = "),
        Just(" > "),
        Just(" LIKE "),
        Just(" IN "),
        Just(" IS NULL"),
        Just("'x'"),
        Just("0.5"),
        Just("('a', 'b')"),
        Just(" AND "),
        Just("("),
        Just(")"),
        Just("'"),
        Just("\""),
        Just("`"),
        Just("\\"),
        Just("/*"),
        Just("--"),
        Just("$$"),
        Just("٣"),
        Just("é"),
        Just("日"),
        Just("\n"),
        Just("::"),
        Just("["),
        Just("]"),
        Just("timestamp"),
        Just("."),
    ];
    prop_oneof![
        ".{0,40}",
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat()),
    ]
}

fn holds<T: Searchable>(filter: &str) {
    for dialect in [Dialect::File, Dialect::Sql] {
        match Search::<T>::parse(filter, &[filter.to_owned()], dialect) {
            Ok(search) => {
                let again = Search::parse(&search.to_string(), &[filter.to_owned()], dialect);
                assert!(
                    again.as_ref().ok() == Some(&search),
                    "{filter:?} is written as {search}"
                );
            }
            Err(failure) => {
                let span = failure.span().expect("where the fault is");
                assert!(filter.get(span.clone()).is_some(), "{span:?} of {filter:?}");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_at_a_place_in_it(filter in filters()) {
        holds::<Run>(&filter);
        holds::<Experiment>(&filter);
        holds::<RegisteredModel>(&filter);
        holds::<ModelVersion>(&filter);
        holds::<LoggedModel>(&filter);
        holds::<TraceRecord>(&filter);
    }

    #[test]
    fn completion_replaces_a_part_of_the_text(filter in filters(), cursor in 0_usize..60) {
        let known = KnownKeys { metrics: &["loss", "a b"], ..KnownKeys::default() };
        for candidate in complete(Entity::Run, &filter, cursor, &known) {
            prop_assert!(filter.get(candidate.replaces).is_some());
        }
    }

    #[test]
    fn a_written_clause_reads_back(key in "[^`]{1,12}", text in ".{0,12}") {
        let (Some(key_text), Some(value)) = (write_key("tags", &key), write_text(&text)) else { return Ok(()) };
        let search = Search::<Run>::parse(&format!("{key_text} = {value}"), &[], Dialect::Sql).expect("a filter");
        let [clause] = search.clauses() else { panic!("one clause") };
        let Field::Tag(read) = &clause.field else { panic!("a tag") };
        prop_assert_eq!(read.as_str(), &*key);
        let Test::Text(_, read) = &clause.test else { panic!("a text") };
        prop_assert_eq!(read, &text);
    }
}
