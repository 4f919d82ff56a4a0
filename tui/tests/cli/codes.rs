//! Exit codes and what is said of failures.

use crate::support::{demo_dir, flowdeck, flowdeck_in, run_in, run_where, stderr, stdout};

#[test]
fn every_failure_ends_with_its_own_code_and_writes_nothing_to_stdout() {
    let run = run_where("status = 'FINISHED'");
    let cases: [(&[&str], i32); 16] = [
        (&["runs", "list", "--filter", "metrics.loss <<"], 2),
        (&["runs", "list", "--order-by", "nosuch"], 2),
        (&["runs", "list", "--columns", "nosuch"], 2),
        (&["runs", "list", "--limit", "0"], 2),
        (&["runs", "list", "--json", "--csv"], 2),
        (&["nosuch"], 2),
        (&["runs"], 2),
        (&["versions", "get", "no-number"], 2),
        (&["artifacts", "cat", &run, "../../etc/passwd"], 2),
        (&["metrics", "plot", &run, "--output", "x.pdf"], 2),
        (&["experiments", "get", "nosuch"], 3),
        (&["runs", "list", "--experiment", "nosuch"], 3),
        (&["runs", "get", "00000000000000000000000000000000"], 3),
        (&["models", "get", "nosuch"], 3),
        (&["metrics", "history", "nosuch", "loss"], 3),
        (&["--store", "nowhere.db", "runs", "list"], 3),
    ];
    for (arguments, code) in cases {
        let output = flowdeck(arguments);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}: {}",
            stderr(&output)
        );
        assert_eq!(stdout(&output), "", "{arguments:?}");
        assert!(!stderr(&output).is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_failure_with_json_is_one_line_of_json() {
    let run = run_where("status = 'FINISHED'");
    let cases: [(&[&str], &str); 4] = [
        (&["experiments", "get", "nosuch", "--json"], "not_found"),
        (
            &["runs", "list", "--filter", "metrics.loss <<", "--json"],
            "invalid_input",
        ),
        (&["runs", "list", "--nosuch", "--json"], "invalid_input"),
        (&["runs", "delete", &run, "--json"], "refused"),
    ];
    for (arguments, kind) in cases {
        let output = flowdeck(arguments);
        let text = stderr(&output);
        let told: serde_json::Value = serde_json::from_str(&text).expect("one line of JSON");
        assert_eq!(text.lines().count(), 1, "{text}");
        assert_eq!(told["error"]["kind"], kind);
        let keys: Vec<_> = told["error"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| key.as_str())
            .collect();
        assert_eq!(keys, ["hint", "kind", "message"]);
    }
}

#[test]
fn a_wrong_filter_is_shown_with_a_caret_under_the_fault() {
    let text = stderr(&flowdeck(&["runs", "list", "--filter", "metrics.loss << 3"]));
    let lines: Vec<_> = text.lines().collect();
    let at = lines
        .iter()
        .position(|line| *line == "  metrics.loss << 3")
        .expect("the filter itself");
    let carets = lines[at + 1];
    assert_eq!(carets.find('^'), Some("  metrics.loss ".len()), "{text}");
}

#[test]
fn nothing_to_read_offers_the_demo() {
    let empty = tempfile::tempdir().expect("a temporary directory");
    let output = run_in(empty.path(), &["runs", "list"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("flowdeck demo"));
    let output = run_in(empty.path(), &["doctor", "--json"]);
    assert_eq!(output.status.code(), Some(3));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report all the same");
    assert_eq!(report["problem"]["kind"], "not_found");
    assert_eq!(report["store"], serde_json::Value::Null);
}

#[test]
fn a_store_that_is_none_is_told_in_one_sentence() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(dir.path().join("mlflow.db"), vec![7; 100_000]).expect("writable");
    let output = run_in(dir.path(), &["runs", "list"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(
        stderr(&output)
            .lines()
            .next()
            .is_some_and(|line| line.contains("mlflow.db"))
    );
}

#[test]
fn a_server_that_is_away_is_told_by_its_code_and_no_password_is_shown() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    drop(listener);
    let uri = format!("http://someone:hunter2@127.0.0.1:{port}");
    let output = flowdeck_in(demo_dir())
        .args(["--store", &uri, "experiments", "list", "-vvv"])
        .output()
        .expect("the binary was built");
    assert_eq!(output.status.code(), Some(5), "{}", stderr(&output));
    assert!(!stderr(&output).contains("hunter2"));
}

#[test]
fn help_and_version_are_results() {
    for arguments in [["--help"], ["--version"]] {
        let output = flowdeck(&arguments);
        assert!(output.status.success());
        assert!(stdout(&output).contains("flowdeck"));
    }
}
