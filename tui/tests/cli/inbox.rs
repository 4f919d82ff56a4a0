//! `flowdeck inbox` over the demo, whose running run has long stopped logging.

use flowdeck_demo::{StoreOptions, write_store};
use flowdeck_surface::client::Timestamp;

use crate::support::{json_in, run_in, stderr, stdout};

/// A demo store that ended long ago, whatever the clock of this machine says.
fn old_store() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary directory");
    write_store(dir.path(), StoreOptions::at(Timestamp(1_700_000_000_000))).expect("the demo is written");
    dir
}

#[test]
fn what_is_the_matter_is_told_once_and_can_be_seen_again() {
    let dir = old_store();
    let news = json_in(dir.path(), &["inbox"]);
    let stalled = news
        .as_array()
        .into_iter()
        .flatten()
        .find(|item| item["kind"] == "stalled");
    let stalled = stalled.unwrap_or_else(|| panic!("{news:#}"));
    assert_eq!(stalled["unread"], true);
    assert!(stalled["run_id"].is_string() && stalled["experiment_id"].is_string());
    assert!(
        stalled["summary"]
            .as_str()
            .is_some_and(|text| text.contains("logged nothing since"))
    );
    assert_eq!(json_in(dir.path(), &["inbox"]), serde_json::json!([]));
    let again = json_in(dir.path(), &["inbox", "--all"]);
    assert_eq!(again.as_array().map(Vec::len), news.as_array().map(Vec::len));
    let quiet = run_in(dir.path(), &["inbox"]);
    assert!(stderr(&quiet).contains("Nothing happened since the last look."));
    assert!(stdout(&quiet).is_empty());
}

#[test]
fn what_is_kept_stays_unread() {
    let dir = old_store();
    let first = json_in(dir.path(), &["inbox", "--keep"]);
    assert_eq!(json_in(dir.path(), &["inbox", "--keep"]), first);
}
