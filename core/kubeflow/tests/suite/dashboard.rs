//! The namespaces that Kubeflow's dashboard tells.

use flowdeck_domain::FailureKind;
use flowdeck_domain::id::Namespace;
use flowdeck_http::RestOptions;
use flowdeck_kubeflow::dashboard::dashboard_namespaces;
use serde_json::json;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn options(server: &MockServer, below: &str) -> RestOptions {
    let address = format!("{}{below}", server.uri());
    RestOptions::new(address.parse().expect("an address"))
}

#[tokio::test]
async fn the_dashboard_lies_at_the_root_of_the_gateway() {
    let server = MockServer::start().await;
    let told = json!({ "user": "ada@example.com", "isClusterAdmin": false, "namespaces": [
        { "namespace": "team-b", "role": "contributor", "user": "ada@example.com" },
        { "namespace": "kubeflow-user-ada", "role": "owner", "user": "ada@example.com" },
    ]});
    Mock::given(method("GET"))
        .and(path("/api/workgroup/env-info"))
        .respond_with(ResponseTemplate::new(200).set_body_json(told))
        .mount(&server)
        .await;
    for below in ["", "/pipeline", "/pipeline/"] {
        assert_eq!(
            dashboard_namespaces(options(&server, below))
                .await
                .expect("namespaces"),
            ["kubeflow-user-ada", "team-b"].map(Namespace::from),
            "{below}"
        );
    }
}

#[tokio::test]
async fn where_there_is_no_dashboard_that_is_said() {
    let server = MockServer::start().await;
    let failure = dashboard_namespaces(options(&server, "/pipeline"))
        .await
        .expect_err("there is none");
    assert_eq!(failure.kind(), FailureKind::NotFound);
}
