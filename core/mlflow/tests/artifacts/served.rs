use std::collections::BTreeMap;

use flowdeck_domain::FailureKind;
use flowdeck_domain::artifact::{ArtifactOwner, ArtifactPath, ArtifactRoot};
use flowdeck_domain::port::ArtifactReader;
use flowdeck_mlflow::artifacts::Artifacts;
use wiremock::matchers::{any, method, path as at, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::{path, root, text, through, words};

async fn serves(server: &MockServer, path: &str, body: &str) {
    Mock::given(method("GET"))
        .and(at(path))
        .respond_with(ResponseTemplate::new(200).set_body_raw(body, "text/html; charset=utf-8"))
        .mount(server)
        .await;
}

const PROXIED: &str = "/api/2.0/mlflow-artifacts/artifacts";

#[tokio::test]
async fn the_proxied_store_is_listed_and_read() {
    let server = MockServer::start().await;
    Mock::given(at(PROXIED))
        .and(query_param("path", "1/r1/artifacts/mod el"))
        .respond_with(ResponseTemplate::new(200).set_body_string(
            r#"{"files": [{"path": "w.bin", "is_dir": false, "file_size": "7"}, {"path": "sub", "is_dir": true},
                {"path": "../../etc", "is_dir": true}, {"path": "..", "is_dir": true}, {"path": ""}, {"path": "a\\b"}]}"#,
        ))
        .mount(&server)
        .await;
    serves(
        &server,
        &format!("{PROXIED}/1/r1/artifacts/mod%20el/%C3%BC%231.txt"),
        "flavors: {}",
    )
    .await;
    let artifacts = through(&server.uri());
    let root = root("mlflow-artifacts:/1/r1/artifacts");
    let listed = artifacts.list(&root, &path("mod el")).await.unwrap();
    assert_eq!(words(&listed), "mod el/etc/ mod el/sub/ mod el/w.bin:7");
    assert_eq!(
        text(&artifacts, &root, "mod el/ü#1.txt").await.unwrap(),
        "flavors: {}"
    );
}

#[tokio::test]
async fn a_root_that_names_another_server_is_read_there_without_credentials() {
    let other = MockServer::start().await;
    serves(&other, &format!("{PROXIED}/1/x"), "there").await;
    let server = MockServer::start().await;
    let artifacts = through(&server.uri().replace("http://", "http://ann:pw@"));
    let root = root(&format!("mlflow-artifacts://{}/1", other.address()));
    assert_eq!(text(&artifacts, &root, "x").await.unwrap(), "there");
    let asked = &other.received_requests().await.unwrap()[0];
    assert!(!asked.headers.contains_key("authorization"));
}

#[tokio::test]
async fn behind_a_prefix_the_proxied_store_is_found_with_and_without_it() {
    for prefix in ["/mlflow", ""] {
        let server = MockServer::start().await;
        serves(&server, &format!("{prefix}{PROXIED}/1/x"), "there").await;
        let artifacts = through(&format!("{}/mlflow", server.uri()));
        assert_eq!(
            text(&artifacts, &root("mlflow-artifacts:/1"), "x").await.unwrap(),
            "there"
        );
    }
}

#[tokio::test]
async fn a_root_that_this_machine_cannot_read_is_asked_of_the_server() {
    let server = MockServer::start().await;
    Mock::given(at("/api/2.0/mlflow/artifacts/list"))
        .and(query_param("run_id", "r1"))
        .and(query_param("path", "model"))
        .and(query_param_is_missing("page_token"))
        .respond_with(ResponseTemplate::new(200).set_body_string(
            r#"{"root_uri": "x", "files": [{"path": "model/b", "is_dir": true}], "next_page_token": "2"}"#,
        ))
        .mount(&server)
        .await;
    Mock::given(at("/api/2.0/mlflow/artifacts/list"))
        .and(query_param("page_token", "2"))
        .respond_with(
            ResponseTemplate::new(200)
                .set_body_string(r#"{"files": [{"path": "model/a", "is_dir": false, "file_size": 1}]}"#),
        )
        .mount(&server)
        .await;
    Mock::given(at("/get-artifact"))
        .and(query_param("run_uuid", "r1"))
        .and(query_param("path", "model/a"))
        .respond_with(ResponseTemplate::new(200).set_body_string("a"))
        .mount(&server)
        .await;
    let artifacts = through(&server.uri());
    for uri in [
        "/srv/not/here",
        "./not/here",
        "s3://bucket/x",
        "dbfs:/x",
        "hdfs://h/x",
        "",
    ] {
        let root = root(uri);
        let listed = artifacts.list(&root, &path("model")).await.unwrap();
        assert_eq!(words(&listed), "model/a:1 model/b/", "{uri}");
        assert_eq!(text(&artifacts, &root, "model/a").await.unwrap(), "a", "{uri}");
    }
}

#[tokio::test]
async fn logged_models_model_versions_and_traces_have_endpoints_of_their_own() {
    let server = MockServer::start().await;
    let of = |owner: ArtifactOwner| ArtifactRoot {
        owner,
        uri: "hdfs://x".into(),
    };
    serves(
        &server,
        "/api/2.0/mlflow/logged-models/m-1/artifacts/directories",
        r#"{"files": [{"path": "MLmodel", "is_dir": false, "file_size": 12}]}"#,
    )
    .await;
    serves(
        &server,
        "/ajax-api/2.0/mlflow/logged-models/m-1/artifacts/files",
        "model",
    )
    .await;
    serves(&server, "/model-versions/get-artifact", "version").await;
    serves(&server, "/ajax-api/2.0/mlflow/get-trace-artifact", "trace").await;
    let artifacts = through(&server.uri());
    let model = of(ArtifactOwner::LoggedModel("m-1".into()));
    let listed = artifacts.list(&model, &ArtifactPath::root()).await.unwrap();
    assert_eq!(words(&listed), "MLmodel:12");
    assert_eq!(text(&artifacts, &model, "MLmodel").await.unwrap(), "model");
    let version = of(ArtifactOwner::ModelVersion("clf".into(), "1".into()));
    assert_eq!(text(&artifacts, &version, "MLmodel").await.unwrap(), "version");
    assert_eq!(
        artifacts
            .list(&version, &ArtifactPath::root())
            .await
            .unwrap_err()
            .kind(),
        FailureKind::Unsupported
    );
    let trace = of(ArtifactOwner::Trace("tr-1".into()));
    assert_eq!(text(&artifacts, &trace, "traces.json").await.unwrap(), "trace");
}

#[tokio::test]
async fn a_file_that_an_old_server_fails_on_is_told_to_be_missing() {
    let server = MockServer::start().await;
    serves(
        &server,
        PROXIED,
        r#"{"files": [{"path": "dir", "is_dir": true}]}"#,
    )
    .await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(500).set_body_raw("<!doctype html>", "text/html"))
        .with_priority(200)
        .mount(&server)
        .await;
    let artifacts = through(&server.uri());
    let root = root("mlflow-artifacts:/1/r1");
    let missing = text(&artifacts, &root, "zz").await.unwrap_err();
    assert_eq!(missing.kind(), FailureKind::NotFound, "{}", missing.message());
    let directory = text(&artifacts, &root, "dir").await.unwrap_err();
    assert_eq!(directory.kind(), FailureKind::InvalidInput);
}

#[tokio::test]
async fn a_sign_in_page_is_no_artifact_and_an_html_artifact_is_one() {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(200).set_body_raw("<html>x</html>", "text/html"))
        .mount(&server)
        .await;
    let artifacts = through(&server.uri());
    let root = root("mlflow-artifacts:/1/r1");
    assert_eq!(
        text(&artifacts, &root, "plot.html").await.unwrap(),
        "<html>x</html>"
    );
    assert_eq!(
        text(&artifacts, &root, "w.json").await.unwrap_err().kind(),
        FailureKind::SignIn
    );
}

#[tokio::test]
async fn a_web_root_is_read_by_path_and_cannot_be_listed() {
    let server = MockServer::start().await;
    serves(&server, "/data/run%201/a.txt", "plain").await;
    let artifacts = Artifacts::new(None, ".", BTreeMap::new());
    let root = root(&format!("{}/data/run%201/", server.uri()));
    assert_eq!(text(&artifacts, &root, "a.txt").await.unwrap(), "plain");
    assert_eq!(
        text(&artifacts, &root, "b.txt").await.unwrap_err().kind(),
        FailureKind::NotFound
    );
    let failure = artifacts.list(&root, &ArtifactPath::root()).await.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Unsupported);
    assert!(failure.hint().is_some());
}

#[tokio::test]
async fn a_root_that_needs_a_server_says_so_where_there_is_none() {
    let artifacts = Artifacts::new(None, ".", BTreeMap::new());
    for uri in ["mlflow-artifacts:/1/r", "dbfs:/x"] {
        let failure = artifacts
            .list(&root(uri), &ArtifactPath::root())
            .await
            .unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Unsupported, "{uri}");
        assert!(failure.hint().is_some());
    }
}
