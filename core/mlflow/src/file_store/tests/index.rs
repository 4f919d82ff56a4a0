use std::fs;

use flowdeck_domain::port::TrackingReader;

use super::fixture::{EXPERIMENT, Fixture, runs, sentences};

/// Lists the runs in one session after the other, with one index.
async fn listed(fixture: &Fixture) -> Vec<flowdeck_domain::tracking::Run> {
    let store = fixture.open_in_a_minute(&fixture.path("index"));
    runs(&store).await.unwrap().items
}

#[tokio::test]
async fn what_was_seen_before_reads_the_same() {
    let fixture = Fixture::new();
    let run = fixture.run("0a");
    fixture.run("0b");
    fixture.write(
        &format!("{run}/metrics/val/acc"),
        "5 inf 0\n5 -1e-05 3 eval d\nrubbish\n",
    );
    let first = listed(&fixture).await;
    assert!(fixture.path("index").is_file());
    assert_eq!(listed(&fixture).await, first);
    assert_eq!(first.len(), 2);
}

#[tokio::test]
async fn every_change_in_a_run_is_seen_in_the_next_session() {
    let fixture = Fixture::new();
    let run = fixture.run("0a");
    listed(&fixture).await;
    let change = |below: &str, contents: &str| fixture.write(&format!("{run}/{below}"), contents);
    change("metrics/loss", "10 0.5 0\n11 0.25 1\n12 0.1 2\n");
    assert_eq!(listed(&fixture).await[0].metric("loss").unwrap().step, 2);
    change("metrics/deep/er", "5 0.5 0\n");
    assert!(listed(&fixture).await[0].metric("deep/er").is_some());
    change("metrics/deep/est", "5 0.5 0\n");
    assert!(listed(&fixture).await[0].metric("deep/est").is_some());
    change("params/lr", "0.2");
    assert_eq!(listed(&fixture).await[0].param("lr"), Some("0.2"));
    change("tags/new", "x");
    assert_eq!(listed(&fixture).await[0].tag("new"), Some("x"));
    fs::remove_file(fixture.path(&format!("{run}/tags/new"))).unwrap();
    assert_eq!(listed(&fixture).await[0].tag("new"), None);
    change(
        "meta.yaml",
        &fixture
            .read(&format!("{run}/meta.yaml"))
            .replace("status: 1", "status: 3"),
    );
    assert_eq!(listed(&fixture).await[0].info.status.word(), "FINISHED");
    change(
        "inputs/i/meta.yaml",
        "destination_id: m\ndestination_type: RUN\nsource_id: m\nsource_type: MODEL\ntags: {}\n",
    );
    assert_eq!(listed(&fixture).await[0].model_inputs.len(), 1);
    fs::remove_dir_all(fixture.path(&run)).unwrap();
    assert!(listed(&fixture).await.is_empty());
    fixture.run("0a");
    assert_eq!(listed(&fixture).await[0].param("lr"), Some("0.1"));
}

#[tokio::test]
async fn warnings_are_told_again_in_the_next_session() {
    let fixture = Fixture::new();
    let run = fixture.run("0a");
    fixture.write(&format!("{run}/metrics/bad"), "rubbish\n5 1.0 0\n");
    let index = fixture.path("index");
    for _ in 0..2 {
        let page = runs(&fixture.open_in_a_minute(&index)).await.unwrap();
        assert_eq!(
            sentences(&page),
            ["metric `bad` has a malformed line 1, passed over"]
        );
    }
}

#[tokio::test]
async fn an_index_that_is_rubbish_or_cannot_be_written_does_no_harm() {
    let fixture = Fixture::new();
    fixture.run("0a");
    fixture.write("index", "rubbish");
    assert_eq!(listed(&fixture).await.len(), 1);
    let nowhere = fixture.path("index/below a file");
    let store = fixture.open_in_a_minute(&nowhere);
    assert_eq!(runs(&store).await.unwrap().items.len(), 1);
    assert_eq!(store.experiment(&EXPERIMENT.into()).await.unwrap().name, "vision");
}
