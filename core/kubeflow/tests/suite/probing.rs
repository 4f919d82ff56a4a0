use flowdeck_domain::FailureKind;
use flowdeck_domain::port::PipelinesReader;
use flowdeck_http::{Auth, RestOptions, Secret};
use flowdeck_kubeflow::pipelines::PipelinesRest;
use serde_json::json;
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::replay;

const HEALTH: &str = "/apis/v2beta1/healthz";

async fn answering(answers: &[(&str, ResponseTemplate)]) -> MockServer {
    let mock = MockServer::start().await;
    for (at, answer) in answers {
        Mock::given(path(*at))
            .respond_with(answer.clone())
            .mount(&mock)
            .await;
    }
    mock
}

fn ui_health(ready: bool) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "apiServerCommitHash": "7b70c7b", "apiServerTagName": "2.17.0", "apiServerReady": ready,
        "apiServerMultiUser": true, "pipelineStore": "kubernetes", "frontendCommitHash": "x",
    }))
}

fn page() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw("<!doctype html><title>Sign in</title>", "text/html")
}

#[tokio::test]
async fn the_api_server_tells_its_version_and_whether_it_is_for_several_users() {
    for (captures, several) in [("single_user", false), ("multi_user", true)] {
        let mock = replay::of(captures, &[]).await;
        let server = replay::client(&mock).server().await.unwrap();
        assert_eq!(server.version.as_deref(), Some("2.17.0"));
        assert_eq!((server.multi_user, server.is_ui_server), (several, false));
        assert_eq!(server.uri, mock.uri());
    }
}

#[tokio::test]
async fn the_ui_server_is_told_by_its_other_shape_of_healthz() {
    let mock = answering(&[(HEALTH, ui_health(true))]).await;
    let server = replay::client(&mock).server().await.unwrap();
    assert!(server.is_ui_server && server.multi_user && server.keeps_pipelines_in_kubernetes);
    assert_eq!(server.version.as_deref(), Some("2.17.0"));
}

#[tokio::test]
async fn a_ui_server_whose_api_server_is_down_is_told_apart() {
    let mock = answering(&[(HEALTH, ui_health(false))]).await;
    let failure = replay::client(&mock).server().await.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Unreachable);
    assert!(
        failure.message().contains("the API server behind it does not"),
        "{failure}"
    );
}

#[tokio::test]
async fn behind_a_gateway_the_server_is_found_below_its_path() {
    let below = format!("/pipeline{HEALTH}");
    for other in [page(), ResponseTemplate::new(404)] {
        let mock = answering(&[(below.as_str(), ui_health(true)), (HEALTH, other)]).await;
        let server = replay::client(&mock).server().await.unwrap();
        assert_eq!(server.uri, format!("{}/pipeline", mock.uri()));
    }
}

#[tokio::test]
async fn a_sign_in_page_is_a_sign_in_that_is_missing() {
    let redirect = ResponseTemplate::new(302).insert_header("location", "https://dex.example/dex/auth?x=1");
    for answer in [page(), redirect] {
        let mock = MockServer::start().await;
        Mock::given(any()).respond_with(answer).mount(&mock).await;
        let failure = replay::client(&mock).server().await.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::SignIn, "{failure}");
        assert!(failure.hint().is_some());
    }
}

#[tokio::test]
async fn the_first_generation_and_other_servers_are_named() {
    let old = answering(&[(
        "/apis/v1beta1/healthz",
        ResponseTemplate::new(200).set_body_json(json!({})),
    )])
    .await;
    let failure = replay::client(&old).server().await.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Unsupported);
    assert!(failure.message().contains("Kubeflow Pipelines 1"), "{failure}");
    let other = answering(&[(
        HEALTH,
        ResponseTemplate::new(200).set_body_json(json!({"status": "ok"})),
    )])
    .await;
    let failure = replay::client(&other).server().await.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::NotFound, "{failure}");
}

#[tokio::test]
async fn an_empty_kubeflow_userid_is_never_sent() {
    let mock = MockServer::start().await;
    for value in ["", "  "] {
        let mut options = RestOptions::new(mock.uri().parse().unwrap());
        options.headers = vec![("Kubeflow-UserId".to_owned(), Secret::new(value))];
        let failure = PipelinesRest::new(options).err().unwrap();
        assert_eq!(failure.kind(), FailureKind::SignIn);
        let mut options = RestOptions::new(mock.uri().parse().unwrap());
        options.auth = Auth::Header {
            name: "kubeflow-userid".to_owned(),
            value: Secret::new(value),
        };
        assert!(PipelinesRest::new(options).is_err());
    }
    assert!(mock.received_requests().await.unwrap().is_empty());
}
