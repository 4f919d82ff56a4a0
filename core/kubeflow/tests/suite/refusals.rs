use std::fmt::Write;

use flowdeck_domain::port::{PipelinesQuery, PipelinesReader, RunsQuery};
use flowdeck_domain::{Failure, FailureKind};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer};

use crate::captures::{self, Exchange};
use crate::replay;

/// What the adapter says of an answer.
async fn said(health: &Exchange, exchange: &Exchange) -> Failure {
    let mock = MockServer::start().await;
    Mock::given(wiremock::matchers::path(health.path.as_str()))
        .respond_with(replay::answer(health))
        .mount(&mock)
        .await;
    Mock::given(any())
        .respond_with(replay::answer(exchange))
        .mount(&mock)
        .await;
    let query = RunsQuery {
        query: PipelinesQuery {
            namespace: Some("team-a".into()),
            ..PipelinesQuery::default()
        },
        experiment: None,
    };
    replay::client(&mock).pipeline_runs(&query).await.unwrap_err()
}

#[tokio::test]
async fn every_captured_refusal_is_one_sentence_without_a_stack_trace() {
    let mut text = String::new();
    for server in captures::SERVERS {
        let health = captures::named("single_user", "healthz");
        for exchange in captures::of(server).iter().filter(|it| it.status >= 400) {
            let failure = said(&health, exchange).await;
            let message = failure.message();
            for trace in [
                "\n",
                "github.com/kubeflow",
                "/go/",
                ".go:",
                "error_details",
                "&ResourceAttributes",
            ] {
                assert!(!message.contains(trace), "{}: {message}", exchange.name);
            }
            assert!(message.len() < 400, "{}: {message}", exchange.name);
            // A port of this test is no part of what is said.
            let message = message.split(' ').map(|word| {
                if word.starts_with("127.0.0.1:") {
                    "SERVER"
                } else {
                    word
                }
            });
            let message = message.collect::<Vec<_>>().join(" ");
            let kind = failure.kind().word();
            writeln!(
                text,
                "{server}/{} {} · {kind} · {message}",
                exchange.name, exchange.status
            )
            .unwrap();
        }
    }
    insta::assert_snapshot!("refusals", text);
}

#[tokio::test]
async fn a_mistake_that_is_answered_with_500_is_a_mistake() {
    let health = captures::named("single_user", "healthz");
    for (name, kind) in [
        ("run_create_no_name", FailureKind::InvalidInput),
        ("run_create_no_pipeline", FailureKind::InvalidInput),
        ("experiment_create_no_name", FailureKind::InvalidInput),
        ("run_create_unknown_version", FailureKind::NotFound),
        ("database_down_runs_list", FailureKind::Server),
    ] {
        let failure = said(&health, &captures::named("single_user", name)).await;
        assert_eq!(failure.kind(), kind, "{name}: {failure}");
    }
}
