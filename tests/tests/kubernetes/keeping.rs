//! What is kept of a followed log, whatever breaks meanwhile: exactly the log, for a screen and for when the pod is gone.

use std::sync::Arc;
use std::time::Duration;

use flowdeck_client::Kubernetes;
use flowdeck_client::logs::{LogRequest, LogSpool, LogStore, LogTarget, Logs};
use flowdeck_demo::kubernetes::{KubernetesCluster, KubernetesServer};
use flowdeck_domain::kubernetes::LogTime;

use super::cutting::{Break, Proxy};
use super::{sign_in, with_one_pod};

/// The longest that anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Prints lines, three at the same time each, every third equal to the one before it.
fn print(cluster: &KubernetesCluster, range: std::ops::Range<u32>) {
    for at in range {
        let time = LogTime {
            seconds: 1_800_000_000 + i64::from(at / 30),
            nanos: at % 30 / 3 * 100_000_007,
        };
        cluster.print("demo", "train", "main", time, text(at).as_bytes());
    }
}

fn text(at: u32) -> String {
    match at % 3 {
        2 => text(at - 1),
        _ => format!("line {at}"),
    }
}

async fn until(spool: &LogSpool, is_it: impl Fn(&LogSpool) -> bool) {
    let mut changes = spool.changes();
    let waiting = async {
        while !is_it(spool) {
            changes.changed().await.expect("it goes on");
        }
    };
    tokio::time::timeout(PATIENCE, waiting)
        .await
        .expect("it comes in time");
}

fn told(spool: &LogSpool) -> Vec<String> {
    let entries = spool.entries(0..u64::MAX).expect("readable");
    let lines = entries.iter().filter(|entry| !entry.is_note);
    lines
        .map(|entry| String::from_utf8_lossy(&entry.bytes).into_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_across_cuts_and_readers_is_the_log_once() {
    let cluster = with_one_pod();
    let server = KubernetesServer::start(cluster.clone()).await.expect("a port");
    let breaks = (0..40).map(|at| {
        (
            200 + at * 37 % 900,
            if at % 2 == 0 { Break::Close } else { Break::Reset },
        )
    });
    let proxy = Proxy::start(server.address(), breaks.collect()).await;
    let reader = Arc::new(sign_in(proxy.address()).await);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let store = LogStore::of(directory.path());
    let cluster_of = Kubernetes::over(reader.clone(), reader, "lab");
    let logs = Logs::over(Some(cluster_of), None, Some(store.clone()), "lab");
    let target = LogTarget::Pod {
        namespace: Some("demo".into()),
        pod: "train".into(),
    };
    // A reader that is closed in the middle, then two at once, of which one goes on to the end.
    print(&cluster, 0..100);
    let first = LogSpool::open(&logs, LogRequest::following(target.clone()));
    until(&first, |spool| spool.status().n_lines >= 60).await;
    drop(first);
    let one = LogSpool::open(&logs, LogRequest::following(target.clone()));
    let other = LogSpool::open(&logs, LogRequest::following(target.clone()));
    for from in (100..300).step_by(20) {
        print(&cluster, from..from + 20);
        until(&one, |spool| told(spool).len() as u32 >= from + 20).await;
    }
    drop(other);
    cluster.end_container("demo", "train", "main", 0);
    until(&one, |spool| spool.status().is_over).await;
    let expected: Vec<String> = (0..300).map(text).collect();
    assert_eq!(told(&one), expected);
    drop(one);
    // The pod is gone: what was kept is the log.
    cluster.delete_pod("demo", "train");
    let kept = LogSpool::open(&logs, LogRequest::following(target));
    until(&kept, |spool| spool.status().is_over).await;
    assert_eq!(told(&kept), expected);
    assert_eq!(store.list(Some("lab")).len(), 1);
}
