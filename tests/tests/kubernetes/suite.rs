//! What flowdeck is held to on a cluster, our own and a real one alike.

use std::collections::BTreeMap;
use std::time::Duration;

use flowdeck_domain::FailureKind;
use flowdeck_domain::id::{Namespace, PipelineRunId, PodName};
use flowdeck_domain::kubernetes::{
    Change, ContainerKind, ForwardTarget, Installed, LogChunk, LogNote, LogTime, Pod, PodPhase,
    RightQuestion, Watched,
};
use flowdeck_domain::pipelines::{RunState, Workflow};
use flowdeck_domain::port::{
    ClusterReader, LogOptions, LogSource, LogStream, PodQuery, PodReader, PortForwarder, WatchQuery,
    WatchStream, Watcher,
};
use flowdeck_kubeflow::cluster::{Cluster, ClusterOptions};
use futures::StreamExt;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::ground::{ADMIN, Ground, PATIENCE, VIEWER};

/// More than a page of a list.
const N_PODS: usize = 620;

/// A list being watched, and what is known by it.
struct Kept<T> {
    stream: WatchStream<T>,
    known: BTreeMap<String, T>,
    n_lists: usize,
    interruptions: Vec<String>,
    n_resumed: usize,
    name_of: fn(&T) -> String,
}

impl<T> Kept<T> {
    fn new(stream: WatchStream<T>, name_of: fn(&T) -> String) -> Self {
        Self {
            stream,
            known: BTreeMap::new(),
            n_lists: 0,
            interruptions: Vec::new(),
            n_resumed: 0,
            name_of,
        }
    }

    /// Takes what is told until something holds.
    async fn until(&mut self, holds: impl Fn(&Self) -> bool) {
        while !holds(self) {
            let told = tokio::time::timeout(PATIENCE, self.stream.next()).await;
            let told = told.unwrap_or_else(|_| panic!("nothing more; known {:?}", self.known.keys()));
            match told.expect("a watch goes on").expect("a watch goes on") {
                Watched::All(all) => {
                    self.n_lists += 1;
                    self.known = all
                        .into_iter()
                        .map(|object| ((self.name_of)(&object), object))
                        .collect();
                }
                Watched::Changed(changes) => {
                    assert!(!changes.is_empty());
                    for change in changes {
                        let name = (self.name_of)(change.object());
                        match change {
                            Change::Put(object) => self.known.insert(name, object),
                            Change::Removed(_) => self.known.remove(&name),
                        };
                    }
                }
                Watched::Interrupted(failure) => self.interruptions.push(failure.to_string()),
                Watched::Resumed => self.n_resumed += 1,
            }
        }
    }
}

fn watch_pods(cluster: &Cluster, namespace: &str) -> Kept<Pod> {
    let query = WatchQuery {
        namespace: Some(Namespace::from(namespace)),
        ..WatchQuery::default()
    };
    Kept::new(Watcher::<Pod>::watch(cluster, &query), |pod| pod.name.to_string())
}

fn in_namespace(name: &str) -> PodQuery {
    PodQuery {
        namespace: Some(Namespace::from(name)),
        labels: String::new(),
    }
}

pub(crate) async fn a_list_of_many_pages_is_whole(ground: &Ground) {
    let names: Vec<String> = (0..N_PODS).map(|at| format!("p-{at:04}")).collect();
    futures::stream::iter(&names)
        .for_each_concurrent(16, |name| {
            ground.make_pod("pages", name, json!([{ "name": "main", "image": "python:3.11" }]))
        })
        .await;
    let cluster = ground.sign_in(ADMIN, "pages").await;
    let pods = cluster.pods(&in_namespace("pages")).await.expect("pods");
    let listed: Vec<&str> = pods.iter().map(|pod| pod.name.as_str()).collect();
    assert_eq!(listed, names);
    let chosen = PodQuery {
        labels: "app in (train),app!=serve".to_owned(),
        ..in_namespace("pages")
    };
    assert_eq!(cluster.pods(&chosen).await.expect("pods").len(), N_PODS);
    let wrong = PodQuery {
        labels: "===".to_owned(),
        ..in_namespace("pages")
    };
    let failure = cluster.pods(&wrong).await.expect_err("no selector");
    assert_eq!(failure.kind(), FailureKind::InvalidInput);
    assert_eq!(
        cluster
            .pods(&in_namespace("nowhere"))
            .await
            .expect("an empty list"),
        []
    );
}

pub(crate) async fn a_watch_tells_what_is_made_changed_and_deleted(ground: &Ground) {
    let cluster = ground.sign_in(ADMIN, "watched").await;
    ground.run_pod("watched", "first").await;
    let mut kept = watch_pods(&cluster, "watched");
    kept.until(|kept| kept.known.contains_key("first")).await;
    ground
        .make_pod(
            "watched",
            "second",
            json!([{ "name": "main", "image": "python:3.11" }]),
        )
        .await;
    kept.until(|kept| kept.known.contains_key("second")).await;
    assert_eq!(kept.known["second"].phase, PodPhase::Pending);
    ground.set_running("watched", "second", &["main"]).await;
    kept.until(|kept| kept.known["second"].phase == PodPhase::Running)
        .await;
    ground.delete_pod("watched", "first").await;
    kept.until(|kept| !kept.known.contains_key("first")).await;
    assert_eq!((kept.n_lists, kept.interruptions.len()), (1, 0));
    ground.delete_pod("watched", "second").await;
}

pub(crate) async fn a_watch_that_is_too_old_begins_again_without_a_word(ground: &Ground) {
    let cluster = ground.sign_in(ADMIN, "watched").await;
    ground.run_pod("watched", "old").await;
    let mut kept = watch_pods(&cluster, "watched");
    kept.until(|kept| kept.known.contains_key("old")).await;
    ground.lose_history().await;
    ground.delete_pod("watched", "old").await;
    ground.run_pod("watched", "new").await;
    kept.until(|kept| kept.known.contains_key("new") && !kept.known.contains_key("old"))
        .await;
    assert!(
        kept.interruptions.iter().all(|why| !why.contains("too old")),
        "{:?}",
        kept.interruptions
    );
    ground.delete_pod("watched", "new").await;
}

pub(crate) async fn a_watch_outlives_the_server(ground: &Ground) {
    let cluster = ground.sign_in(ADMIN, "watched").await;
    ground.run_pod("watched", "stays").await;
    let mut kept = watch_pods(&cluster, "watched");
    kept.until(|kept| kept.known.contains_key("stays")).await;
    ground.kill_server().await;
    kept.until(|kept| !kept.interruptions.is_empty()).await;
    assert!(kept.known.contains_key("stays"), "what is known stays");
    ground.start_server().await;
    ground.run_pod("watched", "after").await;
    kept.until(|kept| kept.known.contains_key("after")).await;
    assert!(kept.n_resumed + kept.n_lists > 1);
    for name in ["stays", "after"] {
        ground.delete_pod("watched", name).await;
    }
}

pub(crate) async fn a_missing_right_is_said_by_verb_kind_and_namespace(ground: &Ground) {
    ground.run_pod("team-b", "seen").await;
    let cluster = ground.sign_in(VIEWER, "team-b").await;
    let team_a = Namespace::from("team-a");
    let failure = cluster.pods(&in_namespace("team-a")).await.expect_err("no right");
    assert_eq!(
        (failure.kind(), failure.to_string().as_str()),
        (
            FailureKind::Permission,
            "no permission to list pods in namespace team-a"
        )
    );
    let everywhere = cluster.pods(&PodQuery::default()).await.expect_err("no right");
    assert_eq!(
        everywhere.to_string(),
        "no permission to list pods in all namespaces"
    );
    let query = WatchQuery {
        namespace: Some(team_a.clone()),
        ..WatchQuery::default()
    };
    let mut watched = Watcher::<Pod>::watch(&cluster, &query);
    let told = tokio::time::timeout(PATIENCE, watched.next())
        .await
        .expect("an answer");
    let failure = told.expect("an answer").expect_err("no right");
    assert_eq!(failure.kind(), FailureKind::Permission);
    assert!(watched.next().await.is_none(), "it ends there");
    let pods = cluster.pods(&in_namespace("team-b")).await.expect("a right");
    assert_eq!(pods.len(), 1);
    let log = LogOptions::default();
    let unread = cluster
        .log(&Namespace::from("team-b"), &PodName::from("seen"), &log)
        .await;
    assert_eq!(
        unread.err().expect("no right to logs").to_string(),
        "no permission to read the log of pod seen in namespace team-b"
    );
    assert_eq!(cluster.who().await.expect("a name"), "viewer");
    for (question, allowed) in [
        (RightQuestion::list_pods(Namespace::from("team-b")), true),
        (RightQuestion::list_pods(team_a), false),
        (RightQuestion::read_logs(Namespace::from("team-b")), false),
    ] {
        assert_eq!(
            cluster.may(&question).await.expect("an answer"),
            allowed,
            "{question:?}"
        );
    }
    ground.delete_pod("team-b", "seen").await;
}

pub(crate) async fn who_is_not_signed_in_is_told_so(ground: &Ground) {
    for user in ["{ token: nobody }", "{}"] {
        let options = ClusterOptions {
            files: vec![ground.kubeconfig_of(user, "demo")],
            ..ClusterOptions::default()
        };
        let cluster = Cluster::connect(&options).await.expect("a kubeconfig");
        let failure = cluster.pods(&in_namespace("demo")).await.expect_err("nobody");
        assert_eq!(failure.kind(), FailureKind::SignIn, "{user}: {failure}");
    }
}

pub(crate) async fn namespaces_are_those_that_one_may_see(ground: &Ground) {
    let all = ground
        .sign_in(ADMIN, "demo")
        .await
        .namespaces()
        .await
        .expect("namespaces");
    for name in super::ground::NAMESPACES {
        assert!(all.contains(&Namespace::from(*name)), "{name}");
    }
    let options = ClusterOptions {
        files: vec![ground.kubeconfig(VIEWER, "demo")],
        known_namespaces: ["team-a", "team-b"].map(Namespace::from).to_vec(),
        ..ClusterOptions::default()
    };
    let viewer = Cluster::connect(&options).await.expect("a kubeconfig");
    // The one that is meant, and of those that are known the one that may be read.
    assert_eq!(
        viewer.namespaces().await.expect("namespaces"),
        ["demo", "team-b"].map(Namespace::from)
    );
}

pub(crate) async fn a_kind_is_there_once_it_is_installed(ground: &Ground) {
    let cluster = ground.sign_in(VIEWER, "demo").await;
    let kinds = cluster.kinds().await.expect("kinds");
    assert!(kinds.find("", "Pod").is_some_and(|pod| pod.is_namespaced));
    assert!(!kinds.has(Installed::Workflows));
    let admin = ground.sign_in(ADMIN, "demo").await;
    let query = WatchQuery {
        namespace: Some(Namespace::from("demo")),
        ..WatchQuery::default()
    };
    let mut missing = Watcher::<Workflow>::watch(&admin, &query);
    let told = tokio::time::timeout(PATIENCE, missing.next())
        .await
        .expect("an answer");
    let failure = told.expect("an answer").expect_err("not installed");
    assert_eq!(failure.kind(), FailureKind::NotFound);
    assert!(
        failure.to_string().starts_with("Argo Workflows is not installed"),
        "{failure}"
    );
    ground.install_workflows().await;
    let served = async {
        while !cluster.kinds().await.expect("kinds").has(Installed::Workflows) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, served)
        .await
        .expect("it is served");
    let mut kept = Kept::new(Watcher::<Workflow>::watch(&admin, &query), |workflow| {
        workflow.name.clone()
    });
    kept.until(|kept| kept.n_lists > 0).await;
    let workflow = json!({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow",
        "metadata": { "name": "train-x", "labels": { "pipeline/runid": "r-1" } },
        "spec": {}, "status": { "phase": "Running" },
    });
    let path = "/apis/argoproj.io/v1alpha1/namespaces/demo/workflows";
    ground.create(path, workflow).await;
    kept.until(|kept| kept.known.contains_key("train-x")).await;
    let patch = json!({ "status": { "phase": "Failed", "message": "step failed" } });
    ground.patch(&format!("{path}/train-x"), patch).await;
    kept.until(|kept| kept.known["train-x"].state == RunState::Failed)
        .await;
    let workflow = &kept.known["train-x"];
    assert_eq!(workflow.message.as_deref(), Some("step failed"));
    assert_eq!(workflow.run, Some(PipelineRunId::from("r-1")));
}

/// A log being followed.
struct Followed {
    stream: LogStream,
    lines: Vec<String>,
    notes: Vec<LogNote>,
}

impl Followed {
    async fn of(ground: &Ground, pod: &str, options: LogOptions) -> Self {
        let cluster = ground.sign_in(ADMIN, "logs").await;
        let stream = cluster
            .log(&Namespace::from("logs"), &PodName::from(pod), &options)
            .await;
        Self {
            stream: stream.expect("a log"),
            lines: Vec::new(),
            notes: Vec::new(),
        }
    }

    async fn follow(ground: &Ground, pod: &str, container: Option<&str>) -> Self {
        let options = LogOptions {
            follow: true,
            container: container.map(str::to_owned),
            ..LogOptions::default()
        };
        Self::of(ground, pod, options).await
    }

    async fn until(&mut self, n_lines: usize) {
        while self.lines.len() < n_lines {
            assert!(self.step().await, "it ended after {:?}", self.lines);
        }
    }

    async fn until_noted(&mut self, is_it: impl Fn(&LogNote) -> bool) {
        while !self.notes.iter().any(&is_it) {
            assert!(self.step().await, "it ended after {:?}", self.notes);
        }
    }

    async fn end(mut self) -> Vec<String> {
        while self.step().await {}
        self.lines
    }

    async fn step(&mut self) -> bool {
        let next = tokio::time::timeout(PATIENCE, self.stream.next()).await;
        match next.unwrap_or_else(|_| panic!("nothing after {:?} {:?}", self.lines, self.notes)) {
            None => return false,
            Some(Err(failure)) => panic!("{failure}"),
            Some(Ok(LogChunk::Note(note))) => self.notes.push(note),
            Some(Ok(LogChunk::Lines(lines))) => {
                let texts = lines
                    .iter()
                    .map(|line| String::from_utf8_lossy(&line.bytes).into_owned());
                self.lines.extend(texts);
            }
        }
        true
    }
}

/// Prints lines `from..to`, four to a second, two at the same time each.
async fn print(ground: &Ground, pod: &str, container: &str, range: std::ops::Range<u32>) {
    for at in range {
        let time = LogTime {
            seconds: 1_800_000_000 + i64::from(at / 4),
            nanos: at % 4 / 2 * 500_000_007,
        };
        ground
            .print("logs", pod, container, time, &format!("line {at}"))
            .await;
    }
}

fn lines(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(|at| format!("line {at}")).collect()
}

pub(crate) async fn a_log_is_followed_until_its_pod_is_deleted(ground: &Ground) {
    ground.run_pod("logs", "train").await;
    print(ground, "train", "main", 0..10).await;
    let mut followed = Followed::follow(ground, "train", None).await;
    followed.until(10).await;
    print(ground, "train", "main", 10..25).await;
    followed.until(25).await;
    ground.delete_pod("logs", "train").await;
    assert_eq!(followed.end().await, lines(0..25));
    let gone = ground.sign_in(ADMIN, "logs").await;
    let log = gone
        .log(
            &Namespace::from("logs"),
            &PodName::from("train"),
            &LogOptions::default(),
        )
        .await;
    assert_eq!(log.err().expect("it is gone").kind(), FailureKind::NotFound);
}

pub(crate) async fn a_kubelet_that_dies_and_comes_back_loses_no_line(ground: &Ground) {
    ground.run_pod("logs", "far").await;
    print(ground, "far", "main", 0..10).await;
    let mut followed = Followed::follow(ground, "far", None).await;
    followed.until(10).await;
    ground.set_kubelet(false).await;
    print(ground, "far", "main", 10..15).await;
    followed
        .until_noted(|note| note.to_string().contains("connection refused"))
        .await;
    ground.set_kubelet(true).await;
    followed.until(15).await;
    print(ground, "far", "main", 15..20).await;
    followed.until(20).await;
    ground.delete_pod("logs", "far").await;
    assert_eq!(followed.end().await, lines(0..20));
}

pub(crate) async fn a_server_that_is_killed_and_comes_back_loses_no_line(ground: &Ground) {
    ground.run_pod("logs", "kept").await;
    print(ground, "kept", "main", 0..10).await;
    let mut followed = Followed::follow(ground, "kept", None).await;
    followed.until(10).await;
    ground.kill_server().await;
    print(ground, "kept", "main", 10..15).await;
    followed
        .until_noted(|note| note.to_string().contains("cannot reach the cluster"))
        .await;
    ground.start_server().await;
    followed.until(15).await;
    ground.delete_pod("logs", "kept").await;
    assert_eq!(followed.end().await, lines(0..15));
}

pub(crate) async fn the_container_before_has_a_log_of_its_own(ground: &Ground) {
    ground.run_pod("logs", "again").await;
    print(ground, "again", "main", 0..5).await;
    ground.restart_container("logs", "again", "main").await;
    print(ground, "again", "main", 5..8).await;
    let before = LogOptions {
        previous: true,
        ..LogOptions::default()
    };
    assert_eq!(
        Followed::of(ground, "again", before).await.end().await,
        lines(0..5)
    );
    let now = LogOptions::default();
    assert_eq!(Followed::of(ground, "again", now).await.end().await, lines(5..8));
    let last = LogOptions {
        tail: Some(2),
        ..LogOptions::default()
    };
    assert_eq!(Followed::of(ground, "again", last).await.end().await, lines(6..8));
    ground.delete_pod("logs", "again").await;
}

pub(crate) async fn init_and_sidecar_containers_are_told_apart_and_have_their_logs(ground: &Ground) {
    let image = "python:3.11";
    let spec = json!({
        "nodeName": "n0", "restartPolicy": "Never",
        "initContainers": [
            { "name": "prepare", "image": image },
            { "name": "proxy", "image": image, "restartPolicy": "Always" },
        ],
        "containers": [{ "name": "main", "image": image }],
    });
    ground.make_pod_of("logs", "parts", spec).await;
    ground.set_running("logs", "parts", &["main"]).await;
    let cluster = ground.sign_in(ADMIN, "logs").await;
    let pod = cluster
        .pod(&Namespace::from("logs"), &PodName::from("parts"))
        .await
        .expect("a pod");
    let kinds: Vec<(&str, ContainerKind)> = pod
        .containers
        .iter()
        .map(|container| (container.name.as_str(), container.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("prepare", ContainerKind::Init),
            ("proxy", ContainerKind::Sidecar),
            ("main", ContainerKind::Main),
        ]
    );
    for (container, range) in [("prepare", 0..3), ("proxy", 3..5), ("main", 5..9)] {
        print(ground, "parts", container, range.clone()).await;
        let options = LogOptions {
            container: Some(container.to_owned()),
            ..LogOptions::default()
        };
        assert_eq!(
            Followed::of(ground, "parts", options).await.end().await,
            lines(range),
            "{container}"
        );
    }
    let unknown = LogOptions {
        container: Some("nope".to_owned()),
        ..LogOptions::default()
    };
    let failure = cluster
        .log(&Namespace::from("logs"), &PodName::from("parts"), &unknown)
        .await;
    assert!(
        failure
            .err()
            .expect("no such container")
            .to_string()
            .contains("container nope is not valid"),
    );
    ground.delete_pod("logs", "parts").await;
}

pub(crate) async fn a_plugin_signs_in_and_says_why_it_cannot(ground: &Ground) {
    let script = |name: &str, text: &str| {
        let path = ground.directory().join(name);
        std::fs::write(&path, text).expect("writable");
        format!(
            "{{ exec: {{ apiVersion: client.authentication.k8s.io/v1, command: sh, args: ['{}'], interactiveMode: IfAvailable }} }}",
            path.display()
        )
    };
    let credential = format!(
        "echo '{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{{\"token\":\"{ADMIN}\"}}}}'\n"
    );
    let good = script("good.sh", &credential);
    let bad = script(
        "bad.sh",
        "echo 'SECRET=hunter2 is kept'>/dev/null\necho 'your session has ended.' >&2\nexit 3\n",
    );
    let sign_in = |user: String| async move {
        let options = ClusterOptions {
            files: vec![ground.kubeconfig_of(&user, "demo")],
            ..ClusterOptions::default()
        };
        Cluster::connect(&options).await
    };
    let cluster = sign_in(good).await.expect("a plugin that works");
    cluster.pods(&in_namespace("demo")).await.expect("signed in");
    let failure = match sign_in(bad).await {
        Err(failure) => failure,
        Ok(cluster) => cluster
            .pods(&in_namespace("demo"))
            .await
            .expect_err("not signed in"),
    };
    assert_eq!(failure.kind(), FailureKind::SignIn, "{failure}");
    assert!(
        failure
            .to_string()
            .ends_with("its plugin says: your session has ended"),
        "{failure}"
    );
}

pub(crate) async fn a_port_leads_to_a_pod_and_to_a_service(ground: &Ground) {
    ground.run_pod("demo", "served").await;
    let service = json!({ "metadata": { "name": "iris" }, "spec": {
        "selector": { "app": "train" }, "ports": [{ "port": 80, "targetPort": 8080 }] } });
    ground.create("/api/v1/namespaces/demo/services", service).await;
    let cluster = ground.sign_in(ADMIN, "demo").await;
    let demo = Namespace::from("demo");
    for (target, port) in [
        (ForwardTarget::Pod(PodName::from("served")), 8080),
        (ForwardTarget::Service("iris".to_owned()), 80),
    ] {
        let forwarded = cluster.forward(&demo, &target, port).await.expect("a port");
        let exchange = async {
            let mut stream = tokio::net::TcpStream::connect(forwarded.address)
                .await
                .expect("it is open");
            stream.write_all(b"POST /v2/models").await.expect("it carries");
            let mut echoed = [0; 15];
            stream.read_exact(&mut echoed).await.expect("it carries back");
            assert_eq!(&echoed, b"POST /v2/models");
        };
        tokio::time::timeout(PATIENCE, exchange).await.expect("an echo");
    }
    for (target, port, why) in [
        (
            ForwardTarget::Pod(PodName::from("nope")),
            80,
            "pods \"nope\" not found",
        ),
        (
            ForwardTarget::Service("iris".to_owned()),
            81,
            "it has no such port",
        ),
    ] {
        let failure = cluster
            .forward(&demo, &target, port)
            .await
            .expect_err("nothing there");
        assert!(failure.to_string().ends_with(why), "{failure}");
    }
    ground.delete_pod("demo", "served").await;
}
