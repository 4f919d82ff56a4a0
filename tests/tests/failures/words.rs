//! Wrong words on the command line.

use flowdeck_demo::{StoreOptions, write_store};
use flowdeck_domain::Timestamp;

use crate::flowdeck::{Case, Place, output};

#[test]
fn a_filter_or_a_clause_that_mlflow_rejects_is_wrong_input() {
    let place = Place::new();
    let options = StoreOptions::at(Timestamp(1_700_000_000_000));
    let demo = write_store(&place.path().join("demo"), options).expect("the demo can be written");
    let store = demo.database().display().to_string();
    for (option, wrong) in [
        ("--filter", "metrics.loss <"),
        ("--filter", "metrics.loss < 0.1 OR metrics.acc > 1"),
        ("--filter", "nonsense = 1"),
        ("--order-by", "nonsense.x"),
    ] {
        let said = output(
            place
                .flowdeck()
                .args(["--store", &store, "runs", "list", option, wrong, "--json"]),
        );
        assert_eq!(
            said.status.code(),
            Some(2),
            "{wrong}: {}",
            String::from_utf8_lossy(&said.stderr)
        );
        let error: serde_json::Value = serde_json::from_slice(&said.stderr).expect("it is one JSON line");
        assert_eq!(error["error"]["kind"], "invalid_input", "{wrong}");
        assert!(said.stdout.is_empty(), "{wrong}");
    }
}

#[test]
fn a_wrong_word_ends_with_two_and_says_how_to_get_help() {
    let place = Place::new();
    for arguments in [
        &["nonsense"][..],
        &["runs", "nonsense"],
        &["runs", "list", "--nonsense"],
        &["runs", "list", "--limit", "0"],
    ] {
        let said = output(place.flowdeck().args(arguments));
        assert_eq!(said.status.code(), Some(2), "{arguments:?}");
        assert!(said.stdout.is_empty(), "{arguments:?}");
        assert!(
            String::from_utf8_lossy(&said.stderr).contains("--help"),
            "{arguments:?}"
        );
    }
}

#[test]
fn without_a_store_the_places_looked_at_are_told() {
    let place = Place::new();
    place.fails(&Case {
        what: "nothing found",
        arguments: &["runs", "list"],
        code: 3,
        kind: "not_found",
        names: "store",
    });
}

#[test]
fn a_store_uri_that_cannot_be_one_is_wrong_input() {
    let place = Place::new();
    // What is no URL may hold a password, so it is not repeated.
    for (uri, names) in [
        ("ftp://example.org/mlruns", "ftp://example.org/mlruns"),
        ("http://", "tracking URI"),
    ] {
        place.fails(&Case {
            what: "unknown kind of store",
            arguments: &["--store", uri, "runs", "list"],
            code: 2,
            kind: "invalid_input",
            names,
        });
    }
}

#[test]
fn a_database_server_is_read_through_the_server_in_front_of_it() {
    let place = Place::new();
    for (uri, names) in [
        ("postgresql://host/mlflow", "postgresql"),
        ("mysql+pymysql://host/mlflow", "mysql"),
    ] {
        place.fails(&Case {
            what: "a database server",
            arguments: &["--store", uri, "runs", "list"],
            code: 1,
            kind: "unsupported",
            names,
        });
    }
}
