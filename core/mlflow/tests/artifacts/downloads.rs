use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use flowdeck_domain::FailureKind;
use flowdeck_domain::artifact::ArtifactPath;
use flowdeck_domain::port::ArtifactReader;
use flowdeck_mlflow::artifacts::{Artifacts, DownloadProgress, download};
use wiremock::matchers::{path as at, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::{path, root, through};

fn local(base: &Path) -> Artifacts {
    fs::create_dir_all(base.join("mlruns/a/model/sub")).unwrap();
    fs::write(base.join("mlruns/a/model/MLmodel"), "flavors").unwrap();
    fs::write(base.join("mlruns/a/model/sub/w.bin"), vec![1; 300_000]).unwrap();
    fs::write(base.join("mlruns/a/note"), "n").unwrap();
    Artifacts::new(None, base, BTreeMap::new())
}

#[tokio::test]
async fn a_directory_is_copied_with_all_below_it() {
    let dir = tempfile::tempdir().unwrap();
    let artifacts = local(dir.path());
    let to = dir.path().join("copy/here");
    let mut seen = Vec::<DownloadProgress>::new();
    let note = |progress| seen.push(progress);
    let done = download(&artifacts, &root("./mlruns/a"), &path("model"), &to, note)
        .await
        .unwrap();
    assert_eq!((done.progress.n_files, done.progress.n_bytes), (2, 300_007));
    assert_eq!(done.target, to.join("model"));
    assert_eq!(fs::read(to.join("model/MLmodel")).unwrap(), b"flavors");
    assert_eq!(fs::read(to.join("model/sub/w.bin")).unwrap().len(), 300_000);
    assert!(seen.iter().all(|progress| progress.known_bytes == 300_007));
    assert_eq!(seen.last(), Some(&done.progress));
}

#[tokio::test]
async fn a_file_and_the_whole_root_are_copied() {
    let dir = tempfile::tempdir().unwrap();
    let artifacts = local(dir.path());
    let to = dir.path().join("copy");
    let file = path("model/sub/w.bin");
    let done = download(&artifacts, &root("./mlruns/a"), &file, &to, |_| {})
        .await
        .unwrap();
    assert_eq!(done.target, to.join("w.bin"));
    let all = ArtifactPath::root();
    let done = download(&artifacts, &root("./mlruns/a"), &all, &to, |_| {})
        .await
        .unwrap();
    assert_eq!(done.progress.n_files, 3);
    assert_eq!(fs::read(to.join("note")).unwrap(), b"n");
    let failure = download(&artifacts, &root("./mlruns/a"), &path("nope"), &to, |_| {})
        .await
        .unwrap_err();
    assert_eq!(failure.kind(), FailureKind::NotFound);
}

#[tokio::test]
async fn a_download_that_breaks_off_leaves_no_file_behind() {
    let server = MockServer::start().await;
    let files = "/api/2.0/mlflow-artifacts/artifacts";
    Mock::given(at(files))
        .and(query_param("path", "1/d"))
        .respond_with(
            ResponseTemplate::new(200).set_body_string(r#"{"files": [{"path": "f", "is_dir": false}]}"#),
        )
        .mount(&server)
        .await;
    Mock::given(at(format!("{files}/1/d/f")))
        .respond_with(ResponseTemplate::new(403).set_body_string("Permission denied"))
        .mount(&server)
        .await;
    let to = tempfile::tempdir().unwrap();
    let artifacts = through(&server.uri());
    let failure = download(
        &artifacts,
        &root("mlflow-artifacts:/1"),
        &path("d"),
        to.path(),
        |_| {},
    )
    .await
    .unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Permission);
    assert_eq!(fs::read_dir(to.path().join("d")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_store_that_was_moved_keeps_its_artifacts() {
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("renamed");
    fs::create_dir_all(copy.join("1/r1/artifacts")).unwrap();
    fs::write(copy.join("1/r1/artifacts/note"), "moved").unwrap();
    let artifacts = Artifacts::new(None, dir.path(), BTreeMap::new()).of_directory(&copy);
    for told in [
        "file:///scratch/ann/mlruns/1/r1/artifacts",
        "./mlruns/1/r1/artifacts",
    ] {
        assert_eq!(
            crate::text(&artifacts, &root(told), "note").await.unwrap(),
            "moved"
        );
    }
    let other = root("/scratch/ann/mlruns/1/r2/artifacts");
    assert_eq!(
        crate::text(&artifacts, &other, "note").await.unwrap_err().kind(),
        FailureKind::NotFound
    );
}

#[tokio::test]
async fn what_a_server_served_is_read_beside_its_database() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("mlartifacts/1/r1/artifacts")).unwrap();
    fs::write(dir.path().join("mlartifacts/1/r1/artifacts/note"), "served").unwrap();
    let artifacts = Artifacts::new(None, dir.path(), BTreeMap::new());
    let root = root("mlflow-artifacts:/1/r1/artifacts");
    assert_eq!(crate::text(&artifacts, &root, "note").await.unwrap(), "served");
    assert!(
        artifacts
            .local_path(&root, &path("note"))
            .is_some_and(|it| it.is_file())
    );
}

#[cfg(unix)]
#[tokio::test]
async fn links_that_go_round_in_circles_end_a_download() {
    let dir = tempfile::tempdir().unwrap();
    let artifacts = local(dir.path());
    std::os::unix::fs::symlink("..", dir.path().join("mlruns/a/model/up")).unwrap();
    let to = dir.path().join("copy");
    let failure = download(&artifacts, &root("./mlruns/a"), &path("model"), &to, |_| {})
        .await
        .unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Refused);
}
