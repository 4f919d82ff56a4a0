use std::fs;

use flowdeck_domain::FailureKind;
use flowdeck_domain::port::TrackingReader;

use super::super::FileStore;
use super::fixture::{EXPERIMENT, Fixture, everything, history, runs, sentences};

#[test]
fn what_is_no_directory_is_no_store() {
    let fixture = Fixture::new();
    fixture.write("file", "x");
    let failure = FileStore::open(&fixture.path("file"), None).unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Damaged);
    assert!(failure.message().contains("is not a directory"), "{failure}");
    let failure = FileStore::open(&fixture.path("nothing"), None).unwrap_err();
    assert_eq!(failure.kind(), FailureKind::NotFound);
}

#[tokio::test]
async fn ids_and_keys_that_lead_elsewhere_are_not_there() {
    let fixture = Fixture::new();
    fixture.run("0a");
    let store = fixture.open();
    for id in [
        "..",
        ".",
        "",
        "../x",
        ".trash",
        "a/b",
        "a\0b",
        "tags",
        "models",
        &format!("{EXPERIMENT}/0a"),
    ] {
        let failure = store.run(&id.into()).await.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::NotFound, "run {id}");
        let failure = store.experiment(&id.into()).await.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::NotFound, "experiment {id}");
        assert!(
            store.trace(&id.into()).await.is_err() && store.logged_model(&id.into()).await.is_err(),
            "{id}"
        );
    }
    for key in ["../meta.yaml", "..", "/etc/passwd", "a//b", "x\0"] {
        let failure = history(&store, "0a", key).await.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::InvalidInput, "{key}");
    }
    let failure = history(&store, "0b", "loss").await.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::NotFound);
}

#[tokio::test]
async fn malformed_runs_are_skipped_and_named() {
    let fixture = Fixture::new();
    fixture.run("0a");
    let long = "0123456789abcdef0123456789abcdef";
    for (name, meta) in [
        ("0b", "\0\0"),
        ("0c", ""),
        ("0d", "run_id: [\n"),
        ("0e", "just text"),
    ] {
        fixture.write(&format!("{EXPERIMENT}/{name}/meta.yaml"), meta);
    }
    fs::create_dir(fixture.path(&format!("{EXPERIMENT}/{long}"))).unwrap();
    fs::create_dir(fixture.path(&format!("{EXPERIMENT}/some artifacts"))).unwrap();
    fs::create_dir_all(fixture.path(&format!("{EXPERIMENT}/0f/meta.yaml"))).unwrap();
    fixture.write(&format!("{EXPERIMENT}/0bad"), "a file");
    let page = runs(&fixture.open()).await.unwrap();
    assert_eq!(page.items.len(), 1);
    let mut found = sentences(&page);
    found.sort();
    assert_eq!(found.len(), 6, "{found:?}");
    assert!(
        found
            .iter()
            .all(|warning| warning.starts_with("meta.yaml ") && warning.ends_with(", skipped"))
    );
    assert!(
        found.contains(&"meta.yaml is missing, skipped".to_owned()),
        "{found:?}"
    );
}

#[tokio::test]
async fn malformed_files_of_a_run_are_passed_over_and_named() {
    let fixture = Fixture::new();
    let run = fixture.run("0a");
    fixture.write(
        &format!("{run}/metrics/bad"),
        "5 0.5 0\nrubbish\n5 0.75 1\n170000",
    );
    fixture.write(&format!("{run}/metrics/empty"), "");
    fixture.write(&format!("{run}/params/binary"), [0xff, 0xfe]);
    fixture.write(&format!("{run}/tags/name~"), "backup");
    let page = runs(&fixture.open()).await.unwrap();
    let mut found = sentences(&page);
    found.sort();
    assert_eq!(
        found,
        [
            "metric `bad` has a malformed line 2, passed over",
            "param `binary` is not UTF-8 text",
            "tag `name~` has a name that MLflow does not give",
        ]
    );
    let found = &page.items[0];
    assert_eq!(found.metric("bad").map(|metric| metric.value), Some(0.75));
    assert!(found.metric("empty").is_none() && found.param("binary").is_none());
}

#[tokio::test]
async fn malformed_experiments_are_skipped_and_named() {
    let fixture = Fixture::new();
    fixture.write("1/meta.yaml", "experiment_id: '2'\nname: x\n");
    fixture.write("2/meta.yaml", "experiment_id: '2'\n");
    fs::create_dir(fixture.path("3")).unwrap();
    fs::create_dir(fixture.path("a b")).unwrap();
    fs::create_dir(fixture.path(".git")).unwrap();
    fs::create_dir(fixture.path("models")).unwrap();
    let page = fixture.open().search_experiments(&everything()).await.unwrap();
    assert_eq!(page.items.len(), 1);
    let mut found = sentences(&page);
    found.sort();
    assert_eq!(
        found,
        [
            "meta.yaml has no name, skipped",
            "meta.yaml is missing, skipped",
            "meta.yaml names another experiment, `2`, skipped",
            "no experiment has such an id, skipped",
        ]
    );
}

#[cfg(unix)]
#[tokio::test]
async fn symbolic_links_and_pipes_inside_a_store_are_not_followed() {
    use std::os::unix::fs::symlink;

    let (fixture, outside) = (Fixture::new(), Fixture::new());
    let run = fixture.run("0a");
    outside.run("0b");
    outside.write("secret", "secret");
    symlink(
        outside.path("secret"),
        fixture.path(&format!("{run}/params/link")),
    )
    .unwrap();
    symlink(outside.root(), fixture.path(&format!("{run}/tags/deep"))).unwrap();
    symlink(
        outside.path(&format!("{EXPERIMENT}/0b")),
        fixture.path(&format!("{EXPERIMENT}/0b")),
    )
    .unwrap();
    symlink(outside.path(EXPERIMENT), fixture.path("9")).unwrap();
    let store = fixture.open();
    let page = runs(&store).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(page.items[0].params.len(), 1);
    assert_eq!(page.items[0].tags.len(), 1);
    assert_eq!(page.warnings.len(), 3, "{:?}", page.warnings);
    assert!(store.run(&"0b".into()).await.is_err());
    assert!(store.experiment(&"9".into()).await.is_err());
}

#[cfg(unix)]
#[tokio::test]
async fn a_directory_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;

    let fixture = Fixture::new();
    fixture.run("0a");
    let experiment = fixture.path(EXPERIMENT);
    fs::set_permissions(&experiment, fs::Permissions::from_mode(0o000)).unwrap();
    let readable = fs::read_dir(&experiment).is_ok();
    let read = runs(&fixture.open()).await;
    fs::set_permissions(&experiment, fs::Permissions::from_mode(0o755)).unwrap();
    if readable {
        // The superuser reads everything.
        return;
    }
    let failure = read.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::System);
    assert!(failure.message().ends_with("permission denied"), "{failure}");
}
