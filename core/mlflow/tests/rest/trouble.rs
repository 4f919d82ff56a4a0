use std::time::Duration;

use flowdeck_domain::port::{Query, RegistryReader, RunFields, RunQuery, TrackingReader, TrackingWriter};
use flowdeck_domain::{ExperimentId, Failure, FailureKind};
use flowdeck_mlflow::rest::{Auth, RestOptions, RestStore, Secret};
use futures::{StreamExt, TryStreamExt};
use wiremock::matchers::{any, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::recorded::{Recorded, store};
use crate::wire_bytes::{Play, RawServer};

fn options(uri: &str) -> RestOptions {
    RestOptions::new(uri.parse().unwrap())
}

async fn answers(template: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(template).mount(&server).await;
    server
}

async fn run_failure(server: &MockServer) -> Failure {
    store(server).run(&"r".into()).await.unwrap_err()
}

async fn times_asked(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

#[tokio::test]
async fn a_sign_in_page_is_no_data() {
    let page = "<!DOCTYPE html><html><title>Log in</title></html>";
    let server = answers(ResponseTemplate::new(200).set_body_raw(page, "text/html")).await;
    assert_eq!(run_failure(&server).await.kind(), FailureKind::SignIn);
    let history = store(&server).metric_history(&"r".into(), &"loss".into());
    assert_eq!(
        history.try_concat().await.unwrap_err().kind(),
        FailureKind::SignIn
    );
}

#[tokio::test]
async fn a_redirect_to_another_host_is_a_sign_in_and_gets_no_credential() {
    let elsewhere = answers(ResponseTemplate::new(200)).await;
    let to = format!(
        "{}/oauth2/start?rd=secret",
        elsewhere.uri().replace("127.0.0.1", "localhost")
    );
    let server = answers(ResponseTemplate::new(302).insert_header("location", to.as_str())).await;
    let failure = run_failure(&server).await;
    assert_eq!(failure.kind(), FailureKind::SignIn);
    assert!(!failure.message().contains("secret"), "{}", failure.message());
    assert_eq!(times_asked(&elsewhere).await, 0);
}

#[tokio::test]
async fn a_redirect_within_the_server_is_followed_and_circles_end() {
    let server = MockServer::start().await;
    Mock::given(path("/api/2.0/mlflow/runs/get"))
        .respond_with(ResponseTemplate::new(308).insert_header("location", "/moved"))
        .mount(&server)
        .await;
    Mock::given(path("/moved"))
        .respond_with(Recorded::of(3).entry("runs/get").template())
        .mount(&server)
        .await;
    assert_eq!(store(&server).run(&"r".into()).await.unwrap().name(), "run-a2");
    let server = answers(ResponseTemplate::new(307).insert_header("location", "/again")).await;
    assert_eq!(run_failure(&server).await.kind(), FailureKind::Server);
    assert_eq!(times_asked(&server).await, 6);
}

#[tokio::test]
async fn a_server_that_refuses_or_fails_is_told_by_what_can_be_done() {
    for (status, body, kind) in [
        (401, "You are not authenticated.", FailureKind::SignIn),
        (403, "Permission denied", FailureKind::Permission),
        (500, "<html>Internal Server Error</html>", FailureKind::Server),
        (200, "{\"run\": {\"info\": ", FailureKind::Damaged),
        (200, "{\"run\": {\"info\": {}}}", FailureKind::Damaged),
        (200, "{}", FailureKind::Damaged),
        (200, "", FailureKind::Damaged),
        (200, "[1, 2]", FailureKind::Damaged),
    ] {
        let server = answers(ResponseTemplate::new(status).set_body_raw(body, "application/json")).await;
        let failure = run_failure(&server).await;
        assert_eq!(failure.kind(), kind, "{status} {body}: {}", failure.message());
        assert!(failure.message().contains("127.0.0.1"), "{}", failure.message());
        assert_eq!(times_asked(&server).await, 1, "{status} {body}");
    }
}

#[tokio::test]
async fn a_read_is_asked_again_as_retry_after_says() {
    for status in [429, 502, 503, 504] {
        let server = MockServer::start().await;
        Mock::given(any())
            .respond_with(ResponseTemplate::new(status).insert_header("retry-after", "0"))
            .up_to_n_times(2)
            .mount(&server)
            .await;
        Mock::given(any())
            .respond_with(Recorded::of(3).entry("runs/search").template())
            .mount(&server)
            .await;
        let query = RunQuery {
            query: Query {
                max_results: 1,
                ..Query::default()
            },
            experiments: vec![ExperimentId::from("1")],
            fields: RunFields::default(),
        };
        assert_eq!(store(&server).search_runs(&query).await.unwrap().items.len(), 1);
        assert_eq!(times_asked(&server).await, 3, "{status}");
    }
}

#[tokio::test]
async fn a_server_that_never_recovers_is_given_up() {
    let busy = ResponseTemplate::new(503).insert_header("retry-after", "0");
    let server = answers(busy).await;
    assert_eq!(run_failure(&server).await.kind(), FailureKind::Server);
    assert_eq!(times_asked(&server).await, 4);
    let later = ResponseTemplate::new(503).insert_header("retry-after", "3600");
    let server = answers(later).await;
    assert_eq!(run_failure(&server).await.kind(), FailureKind::Server);
    assert_eq!(times_asked(&server).await, 1);
}

#[tokio::test]
async fn a_write_that_may_have_been_done_is_not_sent_twice() {
    for (status, times) in [(503, 1), (502, 1), (429, 4)] {
        let server = answers(ResponseTemplate::new(status).insert_header("retry-after", "0")).await;
        assert!(store(&server).delete_run(&"r".into()).await.is_err());
        assert_eq!(times_asked(&server).await, times, "{status}");
    }
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec();
    let server = RawServer::start(Play::Pieces(vec![half])).await;
    let store = RestStore::new(options(&server.uri())).unwrap();
    assert!(store.delete_run(&"r".into()).await.is_err());
    assert_eq!(server.times_asked(), 1);
}

#[tokio::test]
async fn a_server_that_never_answers_is_unreachable_by_name() {
    for start in [&b""[..], b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"] {
        let server = RawServer::start(Play::ThenSilence(start.to_vec())).await;
        let mut options = options(&server.uri());
        options.timeout = Duration::from_millis(50);
        let failure = RestStore::new(options)
            .unwrap()
            .run(&"r".into())
            .await
            .unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Unreachable);
        assert!(failure.message().contains(&server.address.to_string()));
    }
}

#[tokio::test]
async fn a_closed_port_and_an_unknown_name_are_unreachable() {
    let server = RawServer::start(Play::Pieces(Vec::new())).await;
    let closed = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    for (uri, named) in [
        (format!("http://ann:hunter2@{closed}"), closed.to_string()),
        (
            "http://no-such-host.invalid".to_owned(),
            "no-such-host.invalid".to_owned(),
        ),
    ] {
        let store = RestStore::new(options(&uri)).unwrap();
        let failure = store.run(&"r".into()).await.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Unreachable);
        assert!(failure.message().contains(&named), "{}", failure.message());
        assert!(!format!("{failure:?}").contains("hunter2"));
    }
    drop(server);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_asked_for_again_and_then_told() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"run\": ".to_vec();
    let server = RawServer::start(Play::Pieces(vec![half])).await;
    let mut options = options(&server.uri());
    options.timeout = Duration::from_millis(400);
    let failure = RestStore::new(options)
        .unwrap()
        .run(&"r".into())
        .await
        .unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Unreachable);
    assert!(failure.message().ends_with("broke off"), "{}", failure.message());
    assert!(server.times_asked() > 1);
}

#[tokio::test]
async fn a_history_in_small_pieces_reads_the_same_and_one_that_breaks_off_does_not_pass() {
    let json = r#"{"metrics": [{"key": "é", "value": 0.5, "timestamp": 7, "step": 1},
        {"key": "é", "value": "NaN", "timestamp": 8, "step": 2}]}"#;
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        json.len()
    );
    let mut pieces = vec![head.clone().into_bytes()];
    pieces.extend(json.as_bytes().chunks(1).map(<[u8]>::to_vec));
    let server = RawServer::start(Play::Pieces(pieces.clone())).await;
    let store = RestStore::new(options(&server.uri())).unwrap();
    let history = store.metric_history(&"r".into(), &"é".into());
    assert_eq!(history.try_concat().await.unwrap().len(), 2);

    pieces.truncate(pieces.len() - 5);
    let server = RawServer::start(Play::Pieces(pieces)).await;
    let store = RestStore::new(options(&server.uri())).unwrap();
    let batches: Vec<_> = store.metric_history(&"r".into(), &"é".into()).collect().await;
    assert_eq!(
        batches.last().unwrap().as_ref().unwrap_err().kind(),
        FailureKind::Unreachable
    );
}

#[tokio::test]
async fn a_gzipped_answer_is_read() {
    let json = Recorded::of(3).entry("runs/get").response.to_string();
    let body = stored_gzip(json.as_bytes());
    let template = ResponseTemplate::new(200)
        .insert_header("content-encoding", "gzip")
        .set_body_raw(body, "application/json");
    let server = answers(template).await;
    assert_eq!(store(&server).run(&"r".into()).await.unwrap().name(), "run-a2");
    let asked = &server.received_requests().await.unwrap()[0];
    assert!(
        asked.headers["accept-encoding"]
            .to_str()
            .unwrap()
            .contains("gzip")
    );
}

/// Gzip without compression: one stored block.
fn stored_gzip(bytes: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    let len = u16::try_from(bytes.len()).unwrap();
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    out.extend(len.to_le_bytes());
    out.extend((!len).to_le_bytes());
    out.extend_from_slice(bytes);
    out.extend((!crc).to_le_bytes());
    out.extend(u32::from(len).to_le_bytes());
    out
}

#[tokio::test]
async fn a_request_says_who_asks_and_from_no_page() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/mlflow/api/2.0/mlflow/runs/get"))
        .and(header("authorization", "Bearer t0ken"))
        .and(header("x-mlflow-workspace", "vision"))
        .and(header("x-gateway", "g"))
        .respond_with(Recorded::of(3).entry("runs/get").template())
        .mount(&server)
        .await;
    let mut options = options(&format!("{}/mlflow/", server.uri()));
    options.auth = Auth::Bearer(Secret::new("t0ken"));
    options.workspace = Some("vision".into());
    options.headers = vec![("X-Gateway".into(), Secret::new("g"))];
    let store = RestStore::new(options).unwrap();
    store.run(&"r".into()).await.unwrap();
    assert_eq!(store.origin().uri, format!("{}/mlflow", server.uri()));
    let asked = &server.received_requests().await.unwrap()[0];
    assert!(!asked.headers.contains_key("origin"));
    assert!(
        asked.headers["user-agent"]
            .to_str()
            .unwrap()
            .starts_with("flowdeck/")
    );
}

#[tokio::test]
async fn a_name_and_a_password_in_the_address_sign_in_and_are_never_shown() {
    let server = MockServer::start().await;
    Mock::given(header("authorization", "Basic YW5uOnMvM2NyZXQ="))
        .respond_with(Recorded::of(3).entry("runs/get").template())
        .mount(&server)
        .await;
    let uri = server.uri().replace("http://", "http://ann:s%2F3cret@");
    let store = RestStore::new(options(&uri)).unwrap();
    store.run(&"r".into()).await.unwrap();
    assert!(!format!("{store:?} {:?}", store.origin()).contains("3cret"));
}

#[tokio::test]
async fn the_version_is_asked_once_by_many_at_once() {
    let server = Recorded::of(3)
        .serve(&["version", "server-info", "model-versions/search"])
        .await;
    let store = store(&server);
    let query = Query {
        max_results: 1,
        ..Query::default()
    };
    let asked: Vec<_> = (0..8).map(|_| store.search_versions(&query)).collect();
    for answer in futures::future::join_all(asked).await {
        answer.unwrap();
    }
    assert_eq!(times_asked(&server).await, 2 + 8);
}

#[test]
fn an_address_that_is_none_is_refused_at_once() {
    for uri in ["ftp://host/x", "file:///tmp", "mailto:a@b"] {
        let failure = RestStore::new(options(uri)).unwrap_err();
        assert_eq!(failure.kind(), FailureKind::InvalidInput, "{uri}");
    }
    let mut options = options("http://host");
    options.auth = Auth::Bearer(Secret::new("a\nb"));
    let failure = RestStore::new(options).unwrap_err();
    assert!(!failure.message().contains("a\nb"));
}
