//! What a list asks for, as query parameters.

use flowdeck_domain::port::{PipelinesQuery, Predicate, PredicateValue, SortKey};
use flowdeck_domain::{Failure, FailureKind, Result};
use flowdeck_http::Call;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

/// The most that one page holds; the server takes more for this without a word.
const GREATEST_PAGE: usize = 200;

/// What one page holds where nobody says.
const USUAL_PAGE: usize = 20;

/// Fields that the server takes for sorting runs, and then cannot make a token for the next page of.
const NEVER_SORTED: &[&str] = &["experiment_id", "recurring_run_id", "state_history"];

/// Adds filter, order and page to a call.
///
/// # Errors
/// An order that breaks on the second page.
pub(super) fn with_query(mut call: Call, query: &PipelinesQuery) -> Result<Call> {
    let sort = query.sort.clone().unwrap_or_else(latest_first);
    if NEVER_SORTED.contains(&sort.key.as_str()) || sort.key.starts_with("metric:") {
        return Err(Failure::new(
            FailureKind::InvalidInput,
            format!("the server cannot sort by `{}` over more than one page", sort.key),
        )
        .with_hint("sort by created_at, display_name, state or finished_at"));
    }
    let direction = if sort.descending { "desc" } else { "asc" };
    // A token holds sort and filter, but not the size of a page: all of them go with every page.
    let page_size = match query.page_size {
        0 => USUAL_PAGE,
        size => size.min(GREATEST_PAGE),
    };
    call = call
        .with("page_size", page_size.to_string())
        .with("sort_by", format!("{} {direction}", sort.key));
    if !query.predicates.is_empty() {
        call = call.with("filter", encoded(&query.predicates));
    }
    if let Some(token) = &query.page {
        call = call.with("page_token", token.0.as_ref());
    }
    if let Some(namespace) = &query.namespace {
        call = call.with("namespace", namespace.as_str());
    }
    Ok(call)
}

/// The server's own order is the oldest first.
fn latest_first() -> SortKey {
    SortKey {
        key: "created_at".to_owned(),
        descending: true,
    }
}

/// The filter, encoded once more than a parameter is: the server decodes it twice.
fn encoded(predicates: &[Predicate]) -> String {
    let predicates: Vec<Value> = predicates.iter().map(predicate).collect();
    let json = json!({ "predicates": predicates }).to_string();
    utf8_percent_encode(&json, NON_ALPHANUMERIC).to_string()
}

fn predicate(predicate: &Predicate) -> Value {
    let mut json = json!({ "key": predicate.key, "operation": predicate.operation.word() });
    let (key, value) = match &predicate.value {
        PredicateValue::Text(text) => ("string_value", json!(text)),
        PredicateValue::Texts(texts) => ("string_values", json!({ "values": texts })),
        // 64 bits travel as text.
        PredicateValue::Number(number) => ("long_value", json!(number.to_string())),
        PredicateValue::Time(time) => ("timestamp_value", json!(time.to_string())),
    };
    json[key] = value;
    json
}

#[cfg(test)]
mod tests {
    use super::*;
    use flowdeck_domain::Timestamp;
    use flowdeck_domain::port::Operation;

    #[test]
    fn a_filter_is_encoded_twice_over_its_way() {
        let filter = encoded(&[Predicate::equals("display_name", "100% a+b")]);
        assert!(
            !filter.contains(['%', '+', ' ', '{', '"']) || filter.contains("%25"),
            "{filter}"
        );
        let once = percent_encoding::percent_decode_str(&filter)
            .decode_utf8()
            .unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(&once).unwrap(),
            json!({"predicates": [{"key": "display_name", "operation": "EQUALS", "string_value": "100% a+b"}]})
        );
    }

    #[test]
    fn every_kind_of_value_has_the_key_that_the_server_reads() {
        let at = Predicate {
            key: "created_at".to_owned(),
            operation: Operation::GreaterOrEqual,
            value: PredicateValue::Time(Timestamp(1_795_441_240_000)),
        };
        assert_eq!(
            predicate(&at)["timestamp_value"],
            json!(Timestamp(1_795_441_240_000).to_string())
        );
        let any = Predicate::one_of("state", ["FAILED".to_owned()]);
        assert_eq!(predicate(&any)["string_values"], json!({"values": ["FAILED"]}));
    }

    #[test]
    fn sorting_by_what_breaks_the_second_page_is_refused() {
        for key in [
            "experiment_id",
            "recurring_run_id",
            "state_history",
            "metric:accuracy",
        ] {
            let query = PipelinesQuery {
                sort: Some(SortKey {
                    key: key.to_owned(),
                    descending: false,
                }),
                ..PipelinesQuery::default()
            };
            assert!(with_query(Call::get("x"), &query).is_err(), "{key}");
        }
    }
}
