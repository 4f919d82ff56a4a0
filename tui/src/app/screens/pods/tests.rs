use std::collections::BTreeMap;

use flowdeck_surface::client::kubernetes::{
    Change, Container, ContainerKind, ContainerState, Event, Pod, PodCondition, PodPhase, RestartPolicy,
    Terminated, Watched,
};
use flowdeck_surface::client::{Failure, FailureKind, Namespace, Result, Timestamp};

use super::Pods;
use crate::app::cluster::{Asked, Of, Told};
use crate::app::effect::{Effect, Question};
use crate::app::message::Answer;
use crate::app::testing::{Bench, NOW};

fn container(name: &str, state: ContainerState) -> Container {
    let is_running = matches!(state, ContainerState::Running { .. });
    Container {
        name: name.to_owned(),
        kind: ContainerKind::Main,
        image: "registry.example.com/team/train:1.4".to_owned(),
        state: Some(state),
        last: None,
        ready: is_running,
        started: is_running,
        restart_count: 0,
        container_id: None,
    }
}

fn pod(name: &str, phase: PodPhase, state: ContainerState) -> Pod {
    Pod {
        name: name.into(),
        namespace: "team-a".into(),
        uid: format!("uid-{name}"),
        phase,
        reason: String::new(),
        message: String::new(),
        conditions: Vec::new(),
        containers: vec![container("main", state)],
        restart_policy: RestartPolicy::Never,
        node: Some("gpu-node-1".to_owned()),
        created_at: Some(Timestamp(NOW.0 - 600_000)),
        started_at: None,
        deleted_at: None,
        labels: BTreeMap::from([("pipeline/runid".to_owned(), "r-1".to_owned())]),
        annotations: BTreeMap::new(),
    }
}

fn waiting(reason: &str, message: &str) -> ContainerState {
    ContainerState::Waiting {
        reason: reason.to_owned(),
        message: message.to_owned(),
    }
}

fn running() -> ContainerState {
    ContainerState::Running {
        since: Some(Timestamp(NOW.0 - 500_000)),
    }
}

/// A pod in each of the states that people meet.
pub(in crate::app) fn pods() -> Vec<Pod> {
    let killed = Terminated {
        exit_code: 137,
        reason: "OOMKilled".to_owned(),
        finished_at: Some(Timestamp(NOW.0 - 30_000)),
        ..Terminated::default()
    };
    let mut crashing = pod(
        "train-oom-loop",
        PodPhase::Running,
        waiting("CrashLoopBackOff", "back-off 40s"),
    );
    crashing.containers[0].restart_count = 5;
    crashing.containers[0].last = Some(killed.clone());
    let mut unscheduled = pod("train-gpu-0", PodPhase::Pending, waiting("", ""));
    unscheduled.containers[0].state = None;
    unscheduled.node = None;
    unscheduled.conditions.push(PodCondition {
        kind: "PodScheduled".to_owned(),
        status: Some(false),
        reason: "Unschedulable".to_owned(),
        message: "0/2 nodes are available: 2 Insufficient nvidia.com/gpu.".to_owned(),
    });
    let mut evicted = pod(
        "train-evicted",
        PodPhase::Failed,
        ContainerState::Terminated(killed),
    );
    evicted.reason = "Evicted".to_owned();
    evicted.message = "The node was low on resource: memory.".to_owned();
    let back_off = "Back-off pulling image \"registry.example.com/team/train:1.4\"";
    vec![
        pod("notebook-ada-0", PodPhase::Running, running()),
        pod(
            "train-image",
            PodPhase::Pending,
            waiting("ImagePullBackOff", back_off),
        ),
        pod("train-mount", PodPhase::Pending, waiting("ContainerCreating", "")),
        pod(
            "train-done",
            PodPhase::Succeeded,
            ContainerState::Terminated(Terminated {
                reason: "Completed".to_owned(),
                finished_at: Some(Timestamp(NOW.0 - 60_000)),
                ..Terminated::default()
            }),
        ),
        crashing,
        unscheduled,
        evicted,
    ]
}

/// Why the pod that does not get on does not.
pub(in crate::app) fn events() -> Vec<Event> {
    let event = |kind: &str, name: &str, reason: &str, message: &str, is_warning| Event {
        kind: kind.to_owned(),
        name: name.to_owned(),
        namespace: Some("team-a".into()),
        reason: reason.to_owned(),
        message: message.to_owned(),
        is_warning,
        count: 4,
        first_seen: Some(Timestamp(NOW.0 - 300_000)),
        last_seen: Some(Timestamp(NOW.0 - 20_000)),
        reporter: "kubelet".to_owned(),
    };
    vec![
        event(
            "Pod",
            "train-mount",
            "Scheduled",
            "assigned team-a/train-mount to gpu-node-1",
            false,
        ),
        event(
            "Pod",
            "train-mount",
            "FailedMount",
            "secret \"minio\" not found",
            true,
        ),
        event(
            "Job",
            "sweep",
            "FailedCreate",
            "pods \"sweep-1\" is forbidden: exceeded quota: gpus, requested: 1, used: 4, limited: 4",
            true,
        ),
    ]
}

/// What the cluster answers.
pub(in crate::app) fn answers(question: &Question) -> Vec<Result<Answer>> {
    let Question::Cluster(asked) = question else {
        panic!("{question:?}");
    };
    let tell = |told| Ok(Answer::Cluster(told));
    match &**asked {
        Asked::Namespaces => {
            let names = ["kubeflow-user-ada", "team-a", "team-b"].map(Namespace::from);
            vec![tell(Told::Namespaces(names.to_vec(), "team-a".into()))]
        }
        Asked::Pods(of) => {
            let namespace = match of {
                Of::All => None,
                Of::Namespace(name) | Of::Pod(name, _) => Some(name.clone()),
                Of::Meant => Some("team-a".into()),
            };
            let mut pods = pods();
            if let Of::Pod(_, name) = of {
                pods.retain(|pod| pod.name == *name);
            }
            vec![
                tell(Told::Watching(namespace)),
                tell(Told::Pods(Watched::All(pods))),
            ]
        }
        Asked::Events(_) => vec![tell(Told::Events(Watched::All(events())))],
    }
}

/// Answers every question once: a watch stays open.
pub(in crate::app) fn tell_all(bench: &mut Bench) {
    for (ticket, question) in bench.asked() {
        for answer in answers(&question) {
            bench.answer(ticket, answer);
        }
    }
    // They are asked and still open: what comes next is told by hand.
    bench.effects.retain(|effect| !matches!(effect, Effect::Ask(..)));
}

fn full(width: u16, height: u16) -> Bench {
    let mut bench = Bench::on(Pods::default(), width, height);
    tell_all(&mut bench);
    bench
}

fn refused(kind: FailureKind, sentence: &str, hint: &str) -> Failure {
    Failure::new(kind, sentence).with_hint(hint)
}

#[test]
fn every_state_has_a_frame_at_both_sizes() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("pods_{state}_{width}x{height}");
        let loading = Bench::on(Pods::default(), width, height);
        insta::assert_snapshot!(name("loading"), loading.frame());
        insta::assert_snapshot!(name("full"), full(width, height).frame());
        let mut empty = Bench::on(Pods::default(), width, height);
        let (ticket, _) = empty.asked().remove(0);
        empty.answer(ticket, Ok(Answer::Cluster(Told::Watching(Some("team-a".into())))));
        empty.answer(ticket, Ok(Answer::Cluster(Told::Pods(Watched::All(Vec::new())))));
        insta::assert_snapshot!(name("empty"), empty.frame());
        let mut failed = Bench::on(Pods::default(), width, height);
        for (ticket, _) in failed.asked() {
            let failure = refused(
                FailureKind::NotFound,
                "no Kubernetes cluster is set up here",
                "set KUBECONFIG to the path of a kubeconfig, or put one at ~/.kube/config",
            );
            failed.answer(ticket, Err(failure));
        }
        insta::assert_snapshot!(name("no_cluster"), failed.frame());
    }
}

#[test]
fn a_missing_right_is_said_and_the_way_to_other_namespaces_is_open() {
    let mut bench = Bench::on(Pods::of(Of::Namespace("team-b".into())), 100, 30);
    let (ticket, _) = bench.asked().remove(0);
    let failure = refused(
        FailureKind::Permission,
        "no permission to list pods in namespace team-b",
        "ask the cluster's administrator",
    );
    bench.answer(ticket, Err(failure));
    let frame = bench.frame();
    assert!(
        frame.contains("No permission to list pods in namespace team-b."),
        "{frame}"
    );
    bench.press("n");
    tell_all(&mut bench);
    let frame = bench.frame();
    assert!(frame.contains("kubeflow-user-ada"), "{frame}");
    bench.press("enter");
    tell_all(&mut bench);
    let frame = bench.frame();
    assert!(frame.contains("7 pods in team-a"), "{frame}");
}

#[test]
fn rights_to_pods_and_to_events_are_told_apart() {
    let mut bench = Bench::on(Pods::default(), 100, 30);
    for (ticket, question) in bench.asked() {
        if format!("{question:?}").contains("Events") {
            let failure = Failure::new(
                FailureKind::Permission,
                "no permission to list events in namespace team-a",
            );
            bench.answer(ticket, Err(failure));
        } else {
            for answer in answers(&question) {
                bench.answer(ticket, answer);
            }
        }
    }
    let frame = bench.frame();
    assert!(frame.contains("train-evicted"), "{frame}");
    assert!(
        frame.contains("No permission to list events in namespace team-a."),
        "{frame}"
    );
}

#[test]
fn what_changes_in_the_cluster_changes_on_the_screen_and_the_selection_stays() {
    let mut bench = Bench::on(Pods::default(), 120, 30);
    let (ticket, _) = bench.asked().remove(0);
    tell_all(&mut bench);
    bench.press("G");
    assert!(bench.frame().contains("╭─ train-oom-loop"), "{}", bench.frame());
    let gone = pods().remove(0);
    let new = pod("a-new-one", PodPhase::Running, running());
    let told = Watched::Changed(vec![Change::Removed(gone), Change::Put(new)]);
    bench.answer(ticket, Ok(Answer::Cluster(Told::Pods(told))));
    let frame = bench.frame();
    assert!(
        frame.contains("a-new-one") && !frame.contains("notebook-ada-0"),
        "{frame}"
    );
    assert!(frame.contains("╭─ train-oom-loop"), "{frame}");
}

#[test]
fn a_broken_watch_is_said_and_what_was_known_stays() {
    let mut bench = Bench::on(Pods::default(), 120, 30);
    let (ticket, _) = bench.asked().remove(0);
    tell_all(&mut bench);
    assert!(bench.frame().contains("live"));
    let broken = Failure::new(FailureKind::Unreachable, "cannot reach the cluster at k8s:6443");
    bench.answer(
        ticket,
        Ok(Answer::Cluster(Told::Pods(Watched::Interrupted(broken)))),
    );
    let frame = bench.frame();
    assert!(
        frame.contains("broken off, trying again") && frame.contains("train-evicted"),
        "{frame}"
    );
    bench.answer(ticket, Ok(Answer::Cluster(Told::Pods(Watched::Resumed))));
    assert!(bench.frame().contains("live"));
}

#[test]
fn pods_are_found_sorted_and_seen_in_all_namespaces_by_keys() {
    let mut bench = full(120, 30);
    bench.press("/").type_text("memory");
    assert!(
        bench.frame().contains("2 of 7 pods in team-a"),
        "{}",
        bench.frame()
    );
    bench.press("enter esc s");
    let frame = bench.frame();
    assert!(frame.contains("by trouble"), "{frame}");
    bench.press("e");
    let frame = bench.frame();
    assert!(
        frame.contains("Events in team-a") && frame.contains("exceeded quota"),
        "{frame}"
    );
    bench.press("a");
    tell_all(&mut bench);
    assert!(
        bench.frame().contains("7 pods in all namespaces"),
        "{}",
        bench.frame()
    );
    bench.press("a");
    tell_all(&mut bench);
    assert!(bench.frame().contains("7 pods in team-a"), "{}", bench.frame());
}

#[test]
fn the_log_of_the_selected_pod_is_one_key_away() {
    let mut bench = full(100, 30);
    bench.press("G L");
    assert!(bench.frame().contains("train-oom-loop"), "{}", bench.frame());
    let asked = format!("{:?}", bench.asked());
    assert!(
        asked.contains("Log(") && asked.contains("train-oom-loop"),
        "{asked}"
    );
}

#[test]
fn a_page_that_is_left_is_watched_no_more() {
    let mut bench = full(100, 30);
    bench.wanted();
    bench.press("enter");
    let given_up = bench
        .wanted()
        .iter()
        .filter(|effect| matches!(effect, Effect::GiveUp(_)))
        .count();
    assert_eq!(given_up, 2);
}
