//! Faults on a followed log: exactly the lines, once each, in order; what was lost at the source is said.

use flowdeck_demo::kubernetes::{KubernetesCluster, KubernetesServer};
use flowdeck_domain::id::{Namespace, PodName};
use flowdeck_domain::kubernetes::{LogChunk, LogNote, LogTime};
use flowdeck_domain::port::{LogOptions, LogSource, LogStream};
use futures::StreamExt;

use super::cutting::{Break, Proxy};
use super::{pod, sign_in, with_one_pod};
use std::net::SocketAddr;
use std::time::Duration;

/// The longest that anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A log being followed, and what it gave.
struct Followed {
    stream: LogStream,
    lines: Vec<String>,
    notes: Vec<LogNote>,
}

impl Followed {
    async fn at(address: SocketAddr) -> Self {
        Self::with(address, LogOptions::default()).await
    }

    async fn with(address: SocketAddr, options: LogOptions) -> Self {
        let options = LogOptions {
            follow: true,
            ..options
        };
        let stream = sign_in(address)
            .await
            .log(&Namespace::from("demo"), &PodName::from("train"), &options)
            .await
            .expect("a log");
        Self {
            stream,
            lines: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Reads until there are so many lines.
    async fn until(&mut self, n_lines: usize) {
        while self.lines.len() < n_lines {
            assert!(self.step().await, "it ended after {:?}", self.lines);
        }
    }

    /// Reads until this is noted.
    async fn until_noted(&mut self, is_it: impl Fn(&LogNote) -> bool) {
        while !self.notes.iter().any(&is_it) {
            assert!(self.step().await, "it ended after {:?}", self.notes);
        }
    }

    /// Reads to the end.
    async fn end(mut self) -> (Vec<String>, Vec<LogNote>) {
        while self.step().await {}
        (self.lines, self.notes)
    }

    async fn step(&mut self) -> bool {
        let next = tokio::time::timeout(PATIENCE, self.stream.next());
        match next
            .await
            .unwrap_or_else(|_| panic!("nothing after {:?}", self.lines))
        {
            None => return false,
            Some(Err(failure)) => panic!("{failure} after {:?}", self.lines),
            Some(Ok(LogChunk::Note(note))) => self.notes.push(note),
            Some(Ok(LogChunk::Lines(lines))) => {
                assert!(!lines.is_empty());
                self.lines.extend(
                    lines
                        .iter()
                        .map(|line| String::from_utf8_lossy(&line.bytes).into_owned()),
                );
            }
        }
        true
    }
}

/// Prints lines `from..to`, ten to a second, three at the same time each.
fn print(cluster: &KubernetesCluster, range: std::ops::Range<u32>) {
    for at in range {
        let time = LogTime {
            seconds: 1_800_000_000 + i64::from(at / 10),
            nanos: at % 10 / 3 * 100_000_007,
        };
        cluster.print("demo", "train", "main", time, text(at).as_bytes());
    }
}

/// Every third line equals the one before it, at the same time.
fn text(at: u32) -> String {
    if at % 3 == 2 {
        text(at - 1)
    } else {
        format!("line {at}")
    }
}

fn lines(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_followed_until_its_pod_is_gone() {
    let cluster = with_one_pod();
    let server = KubernetesServer::start(cluster.clone()).await.expect("a port");
    print(&cluster, 0..10);
    let mut followed = Followed::at(server.address()).await;
    followed.until(10).await;
    print(&cluster, 10..25);
    followed.until(25).await;
    cluster.delete_pod("demo", "train");
    assert_eq!(followed.end().await, (lines(0..25), vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_for_good_ends_the_following_with_the_last_line() {
    let cluster = with_one_pod();
    let server = KubernetesServer::start(cluster.clone()).await.expect("a port");
    print(&cluster, 0..10);
    let mut followed = Followed::at(server.address()).await;
    followed.until(10).await;
    print(&cluster, 10..12);
    cluster.end_container("demo", "train", "main", 1);
    assert_eq!(followed.end().await, (lines(0..12), vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_cuts_at_random_bytes_lose_and_repeat_nothing() {
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let breaks = (0..100).map(|at| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        // Behind the head of an answer, which has some 100 bytes, or within it.
        let n_bytes = 1 + usize::try_from(random % 1500).expect("small");
        (n_bytes, if at % 2 == 0 { Break::Close } else { Break::Reset })
    });
    let cluster = with_one_pod();
    let server = KubernetesServer::start(cluster.clone()).await.expect("a port");
    let proxy = Proxy::start(server.address(), breaks.collect()).await;
    let mut followed = Followed::at(proxy.address()).await;
    for first in (0..1000).step_by(10) {
        print(&cluster, first..first + 10);
        followed.until(first as usize + 10).await;
    }
    cluster.end_container("demo", "train", "main", 0);
    let (given, notes) = followed.end().await;
    assert_eq!(given, lines(0..1000));
    assert!(
        notes.iter().all(|note| matches!(note, LogNote::Waiting { .. })),
        "{notes:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kubelet_that_dies_and_comes_back_loses_nothing() {
    let cluster = with_one_pod();
    let server = KubernetesServer::start(cluster.clone()).await.expect("a port");
    print(&cluster, 0..15);
    let mut followed = Followed::at(server.address()).await;
    followed.until(15).await;
    cluster.set_kubelet(false);
    print(&cluster, 15..20);
    followed
        .until_noted(|note| note.to_string().contains("connection refused"))
        .await;
    cluster.set_kubelet(true);
    followed.until(20).await;
    print(&cluster, 20..31);
    followed.until(31).await;
    cluster.end_container("demo", "train", "main", 0);
    assert_eq!(followed.end().await.0, lines(0..31));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_server_that_is_killed_and_comes_back_loses_nothing() {
    let cluster = with_one_pod();
    let server = KubernetesServer::start(cluster.clone()).await.expect("a port");
    let address = server.address();
    print(&cluster, 0..15);
    let mut followed = Followed::at(address).await;
    followed.until(15).await;
    drop(server);
    print(&cluster, 15..20);
    followed
        .until_noted(|note| note.to_string().contains("cannot reach the cluster"))
        .await;
    let _server = loop {
        // The port is free once the connections of the server before are gone.
        match KubernetesServer::start_at(cluster.clone(), address).await {
            Ok(server) => break server,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    followed.until(20).await;
    cluster.end_container("demo", "train", "main", 0);
    assert_eq!(followed.end().await.0, lines(0..20));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_that_is_started_again_is_followed_on_and_its_rest_comes_first() {
    let cluster = with_one_pod();
    let server = KubernetesServer::start(cluster.clone()).await.expect("a port");
    print(&cluster, 0..15);
    let mut followed = Followed::at(server.address()).await;
    followed.until(15).await;
    cluster.set_kubelet(false);
    print(&cluster, 15..18);
    cluster.restart_container("demo", "train", "main");
    print(&cluster, 18..30);
    cluster.set_kubelet(true);
    followed.until(30).await;
    cluster.end_container("demo", "train", "main", 0);
    let (given, notes) = followed.end().await;
    assert_eq!(given, lines(0..30));
    let told: Vec<&LogNote> = notes
        .iter()
        .filter(|note| !matches!(note, LogNote::Waiting { .. }))
        .collect();
    assert_eq!(told, [&LogNote::Restarted { count: 1 }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn containers_that_came_and_went_unseen_are_said_to_be_lost() {
    let cluster = with_one_pod();
    let server = KubernetesServer::start(cluster.clone()).await.expect("a port");
    print(&cluster, 0..15);
    let mut followed = Followed::at(server.address()).await;
    followed.until(15).await;
    cluster.set_kubelet(false);
    print(&cluster, 15..18);
    cluster.restart_container("demo", "train", "main");
    print(&cluster, 18..30);
    cluster.restart_container("demo", "train", "main");
    print(&cluster, 30..40);
    cluster.set_kubelet(true);
    // Those of the container in the middle are kept as the previous one's; the rest of the first is not.
    followed.until(15 + 12 + 10).await;
    cluster.end_container("demo", "train", "main", 0);
    let (given, notes) = followed.end().await;
    assert_eq!(given, [lines(0..15), lines(18..40)].concat());
    assert!(
        notes.iter().any(|note| matches!(note, LogNote::Lost { .. })),
        "{notes:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_that_is_made_again_under_its_name_is_followed_on() {
    let cluster = with_one_pod();
    let server = KubernetesServer::start(cluster.clone()).await.expect("a port");
    print(&cluster, 0..15);
    let mut followed = Followed::at(server.address()).await;
    followed.until(15).await;
    cluster.delete_pod("demo", "train");
    cluster.add_pod(pod("train"));
    // Another node may have another clock: what the new pod prints counts, though it is older.
    print(&cluster, 0..5);
    followed.until(20).await;
    cluster.end_container("demo", "train", "main", 0);
    let (given, notes) = followed.end().await;
    assert_eq!(given, [lines(0..15), lines(0..5)].concat());
    assert_eq!(notes, [LogNote::Remade]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_rotated_log_no_longer_holds_is_said_to_be_lost() {
    let cluster = with_one_pod();
    let server = KubernetesServer::start(cluster.clone()).await.expect("a port");
    print(&cluster, 0..15);
    let mut followed = Followed::at(server.address()).await;
    followed.until(15).await;
    cluster.set_kubelet(false);
    print(&cluster, 15..40);
    cluster.rotate_log("demo", "train", "main");
    print(&cluster, 40..50);
    cluster.set_kubelet(true);
    followed.until(25).await;
    cluster.end_container("demo", "train", "main", 0);
    let (given, notes) = followed.end().await;
    assert_eq!(given, [lines(0..15), lines(40..50)].concat());
    assert!(
        notes.iter().any(|note| note.to_string().contains("rotated")),
        "{notes:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_lines_alone_and_all_that_come_after_are_given() {
    let cluster = with_one_pod();
    let server = KubernetesServer::start(cluster.clone()).await.expect("a port");
    print(&cluster, 0..15);
    let tail = LogOptions {
        tail: Some(2),
        ..LogOptions::default()
    };
    let mut followed = Followed::with(server.address(), tail).await;
    followed.until(2).await;
    cluster.set_kubelet(false);
    print(&cluster, 15..20);
    followed
        .until_noted(|note| matches!(note, LogNote::Waiting { .. }))
        .await;
    cluster.set_kubelet(true);
    followed.until(7).await;
    cluster.end_container("demo", "train", "main", 0);
    assert_eq!(followed.end().await.0, lines(13..20));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_that_has_not_started_is_waited_for() {
    let cluster = KubernetesCluster::with_namespaces(&["demo"]);
    let mut waiting = pod("train");
    waiting["spec"]["nodeName"] = serde_json::Value::Null;
    waiting["status"] = serde_json::json!({ "phase": "Pending" });
    cluster.add_pod(waiting);
    let server = KubernetesServer::start(cluster.clone()).await.expect("a port");
    let mut followed = Followed::at(server.address()).await;
    followed
        .until_noted(|note| note.to_string().contains("no node"))
        .await;
    print(&cluster, 0..5);
    cluster.set_status("demo", "train", |status| {
        *status = serde_json::json!({ "phase": "Running", "containerStatuses": [
            { "name": "main", "state": { "running": {} } },
        ]});
    });
    followed.until(5).await;
    cluster.end_container("demo", "train", "main", 0);
    assert_eq!(followed.end().await.0, lines(0..5));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_or_a_container_that_is_not_there_is_said_by_name() {
    let cluster = with_one_pod();
    let server = KubernetesServer::start(cluster).await.expect("a port");
    let signed_in = sign_in(server.address()).await;
    for (pod, container, told) in [
        (
            "nope",
            None,
            "cannot get pod nope in namespace demo: pods \"nope\" not found",
        ),
        ("train", Some("nope"), "pod train has no container `nope`"),
    ] {
        let options = LogOptions {
            follow: true,
            container: container.map(str::to_owned),
            ..LogOptions::default()
        };
        let answer = signed_in
            .log(&Namespace::from("demo"), &PodName::from(pod), &options)
            .await;
        assert_eq!(answer.err().expect("a failure").to_string(), told);
    }
}
