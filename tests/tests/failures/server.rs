//! Servers that fail, hang, ask to sign in, or are no tracking servers at all.

use crate::flowdeck::{Case, Place};
use crate::misbehaving::{Manner, nobody, server};

const PAGE: &str =
    "<!doctype html><html><head><title>Sign in</title></head><body>\n<form>…</form>\n</body></html>";
const JSON: &str = "application/json";
const HTML: &str = "text/html; charset=utf-8";

fn fails(what: &str, manner: Manner, code: i32, kind: &str) {
    // Seconds, as for MLflow's own client.
    let place = Place::new().with("MLFLOW_HTTP_REQUEST_TIMEOUT", "2");
    let url = server(manner);
    let host = url.trim_start_matches("http://");
    for arguments in [
        ["experiments", "list"],
        ["runs", "list"],
        ["runs", "get"],
        ["models", "list"],
    ] {
        let run = "0123456789abcdef0123456789abcdef";
        let mut all = vec!["--store", url.as_str()];
        all.extend(arguments);
        if arguments == ["runs", "get"] {
            all.push(run);
        }
        place.fails(&Case {
            what,
            arguments: &all,
            code,
            kind,
            names: host,
        });
    }
}

#[test]
fn a_server_that_fails_with_500_is_named() {
    let error = r#"{"error_code": "INTERNAL_ERROR", "message": "(sqlite3.OperationalError) disk I/O error"}"#;
    fails(
        "500 with JSON",
        Manner::Answers("500 Internal Server Error", JSON, error),
        1,
        "server",
    );
    fails(
        "500 with a page",
        Manner::Answers("500 Internal Server Error", HTML, PAGE),
        1,
        "server",
    );
    fails(
        "500 with nothing",
        Manner::Answers("500 Internal Server Error", "text/plain", ""),
        1,
        "server",
    );
}

#[test]
fn a_page_to_sign_in_is_taken_for_one() {
    fails(
        "a page where JSON should be",
        Manner::Answers("200 OK", HTML, PAGE),
        4,
        "sign_in",
    );
    fails("sent to a page", Manner::RedirectsToLogin, 4, "sign_in");
}

#[test]
fn a_server_that_wants_a_password_says_so() {
    fails(
        "401",
        Manner::Answers("401 Unauthorized", "text/html", "You are not authenticated."),
        4,
        "sign_in",
    );
    fails(
        "403",
        Manner::Answers("403 Forbidden", "text/plain", "Permission denied"),
        4,
        "permission",
    );
}

#[test]
fn a_server_that_hangs_is_given_up() {
    fails("hung server", Manner::Hangs, 5, "unreachable");
}

#[test]
fn a_server_that_breaks_off_is_unreachable() {
    fails("half an answer", Manner::BreaksOff, 5, "unreachable");
    fails("no answer", Manner::HangsUp, 5, "unreachable");
}

#[test]
fn a_port_where_nobody_listens_is_unreachable() {
    let place = Place::new();
    let url = nobody();
    place.fails(&Case {
        what: "connection refused",
        arguments: &["--store", &url, "runs", "list"],
        code: 5,
        kind: "unreachable",
        names: url.trim_start_matches("http://"),
    });
}

#[test]
fn an_answer_that_is_no_tracking_servers_is_damaged() {
    fails(
        "JSON of another kind",
        Manner::Answers("200 OK", JSON, r#"[1, 2, 3]"#),
        1,
        "damaged",
    );
    fails(
        "JSON cut off",
        Manner::Answers("200 OK", JSON, r#"{"runs": [{"info": {"run_id"#),
        1,
        "damaged",
    );
}
