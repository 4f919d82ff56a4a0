use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use flowdeck_domain::FailureKind;
use flowdeck_domain::artifact::ArtifactPath;
use flowdeck_mlflow::artifacts::{Artifacts, Progress, download};
use wiremock::matchers::{path as at, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::{path, root, through};

fn local(base: &Path) -> Artifacts {
    fs::create_dir_all(base.join("mlruns/a/model/sub")).unwrap();
    fs::write(base.join("mlruns/a/model/MLmodel"), "flavors").unwrap();
    fs::write(base.join("mlruns/a/model/sub/w.bin"), vec![1; 300_000]).unwrap();
    fs::write(base.join("mlruns/a/note"), "n").unwrap();
    Artifacts::new(None, base, HashMap::new())
}

#[tokio::test]
async fn a_directory_is_copied_with_all_below_it() {
    let dir = tempfile::tempdir().unwrap();
    let artifacts = local(dir.path());
    let to = dir.path().join("copy/here");
    let seen = Mutex::new(Vec::<Progress>::new());
    let note = |progress: &Progress| seen.lock().unwrap().push(progress.clone());
    let done = download(&artifacts, &root("./mlruns/a"), &path("model"), &to, &note)
        .await
        .unwrap();
    assert_eq!(
        (done.files, done.bytes, done.path),
        (2, 300_007, to.join("model"))
    );
    assert_eq!(fs::read(to.join("model/MLmodel")).unwrap(), b"flavors");
    assert_eq!(fs::read(to.join("model/sub/w.bin")).unwrap().len(), 300_000);
    let seen = seen.into_inner().unwrap();
    assert_eq!(
        seen.first().map(|it| (it.files, it.bytes)),
        Some((2, Some(300_007)))
    );
    assert_eq!(
        seen.last().map(|it| (it.files_done, it.bytes_done)),
        Some((2, 300_007))
    );
}

#[tokio::test]
async fn a_file_and_the_whole_root_are_copied() {
    let dir = tempfile::tempdir().unwrap();
    let artifacts = local(dir.path());
    let to = dir.path().join("copy");
    let file = path("model/sub/w.bin");
    let done = download(&artifacts, &root("./mlruns/a"), &file, &to, &|_| {})
        .await
        .unwrap();
    assert_eq!(done.path, to.join("w.bin"));
    let all = ArtifactPath::root();
    let done = download(&artifacts, &root("./mlruns/a"), &all, &to, &|_| {})
        .await
        .unwrap();
    assert_eq!(done.files, 3);
    assert_eq!(fs::read(to.join("note")).unwrap(), b"n");
    let failure = download(&artifacts, &root("./mlruns/a"), &path("nope"), &to, &|_| {})
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
        &|_| {},
    )
    .await
    .unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Permission);
    assert_eq!(fs::read_dir(to.path().join("d")).unwrap().count(), 0);
}
