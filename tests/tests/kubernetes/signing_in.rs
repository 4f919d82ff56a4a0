//! Kubeconfigs as people have them: in several files, with tokens that run out.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flowdeck_demo::kubernetes::{KubernetesCluster, KubernetesServer, Right};
use flowdeck_domain::FailureKind;
use flowdeck_domain::id::Namespace;
use flowdeck_domain::port::{PodQuery, PodReader};
use flowdeck_kubeflow::cluster::{Cluster, ClusterOptions};

use super::pod;

async fn connect(files: Vec<PathBuf>, context: Option<&str>) -> flowdeck_domain::Result<Cluster> {
    let options = ClusterOptions {
        files,
        context: context.map(str::to_owned),
        ..ClusterOptions::default()
    };
    Cluster::connect(&options).await
}

fn write(directory: &Path, name: &str, text: &str) -> PathBuf {
    let path = directory.join(name);
    std::fs::write(&path, text).expect("writable");
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_merged_the_first_wins_and_one_that_is_missing_is_left_out() {
    let cluster = KubernetesCluster::with_namespaces(&["team-a", "team-b"]);
    cluster.add_pod(pod("train"));
    let server = KubernetesServer::start(cluster).await.expect("a port");
    let directory = tempfile::tempdir().expect("a temporary directory");
    let at = directory.path();
    let contexts = write(
        at,
        "contexts",
        "apiVersion: v1\nkind: Config\ncurrent-context: ''\ncontexts:\n\
         - { name: lab, context: { cluster: lab, user: ada, namespace: team-a } }\n",
    );
    let clusters = write(
        at,
        "clusters",
        &format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: lab\n\
             contexts:\n- {{ name: lab, context: {{ cluster: nowhere, user: nobody, namespace: team-b }} }}\n\
             clusters:\n- {{ name: lab, cluster: {{ server: 'http://{}' }} }}\nusers:\n- {{ name: ada, user: {{}} }}\n",
            server.address()
        ),
    );
    let files = vec![at.join("missing"), contexts, clusters];
    let signed_in = connect(files.clone(), None).await.expect("merged");
    assert_eq!(signed_in.default_namespace(), Namespace::from("team-a"));
    assert_eq!(signed_in.pods(&PodQuery::default()).await.expect("pods").len(), 1);
    let failure = connect(files, Some("prod")).await.expect_err("no such context");
    assert_eq!(
        (failure.to_string().as_str(), failure.hint()),
        ("the kubeconfig has no context `prod`", Some("it has `lab`"))
    );
    let broken = write(at, "broken", "contexts: [");
    let failure = connect(vec![broken], None).await.expect_err("no YAML");
    assert_eq!(failure.kind(), FailureKind::InvalidInput);
}

/// A token that says until when it is good, in seconds since the epoch.
fn id_token(expires: u64) -> String {
    let part = |text: String| URL_SAFE_NO_PAD.encode(text);
    let head = part("{\"alg\":\"none\"}".to_owned());
    format!("{head}.{}.c2ln", part(format!("{{\"exp\":{expires}}}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_of_oidc_signs_in_until_it_runs_out() {
    let good = id_token(4_000_000_000);
    let cluster = KubernetesCluster::with_namespaces(&["demo"]);
    cluster.add_user(&good, "ada", vec![Right::new(&["list"], "pods", None)]);
    let server = KubernetesServer::start(cluster).await.expect("a port");
    let directory = tempfile::tempdir().expect("a temporary directory");
    for (name, token, is_good) in [
        ("good", good.as_str(), true),
        ("old", id_token(1).as_str(), false),
    ] {
        let file = write(
            directory.path(),
            name,
            &format!(
                "apiVersion: v1\nkind: Config\ncurrent-context: it\n\
                 contexts:\n- {{ name: it, context: {{ cluster: it, user: it }} }}\n\
                 clusters:\n- {{ name: it, cluster: {{ server: 'http://{}' }} }}\n\
                 users:\n- name: it\n  user:\n    auth-provider:\n      name: oidc\n      config:\n\
                 \x20       idp-issuer-url: https://issuer.invalid\n        client-id: flowdeck\n        id-token: {token}\n",
                server.address()
            ),
        );
        let pods = match connect(vec![file], None).await {
            Ok(cluster) => cluster.pods(&PodQuery::default()).await,
            Err(failure) => Err(failure),
        };
        match pods {
            Ok(_) => assert!(is_good, "{name}"),
            Err(failure) => assert_eq!(
                (is_good, failure.kind()),
                (false, FailureKind::SignIn),
                "{failure}"
            ),
        }
    }
}
