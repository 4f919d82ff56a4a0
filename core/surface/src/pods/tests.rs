use flowdeck_client::kubernetes::{
    Change, Container, ContainerKind, ContainerState, Event, Pod, PodPhase, RestartPolicy, Terminated,
    Watched,
};
use flowdeck_client::{Failure, FailureKind, Timestamp};

use super::*;
use crate::tone::Tone;

fn pod(name: &str, phase: PodPhase, state: Option<ContainerState>) -> Pod {
    let is_running = matches!(state, Some(ContainerState::Running { .. }));
    Pod {
        name: name.into(),
        namespace: "team".into(),
        uid: format!("uid-{name}"),
        phase,
        reason: String::new(),
        message: String::new(),
        conditions: Vec::new(),
        containers: vec![Container {
            name: "main".to_owned(),
            kind: ContainerKind::Main,
            image: "python:3.11".to_owned(),
            state,
            last: None,
            ready: is_running,
            started: is_running,
            restart_count: 0,
            container_id: None,
        }],
        restart_policy: RestartPolicy::Never,
        node: Some("n0".to_owned()),
        created_at: Some(Timestamp(1_000)),
        started_at: None,
        deleted_at: None,
        labels: Default::default(),
        annotations: Default::default(),
    }
}

fn running(name: &str) -> Pod {
    pod(
        name,
        PodPhase::Running,
        Some(ContainerState::Running { since: None }),
    )
}

fn creating(name: &str) -> Pod {
    let state = ContainerState::Waiting {
        reason: "ContainerCreating".to_owned(),
        message: String::new(),
    };
    pod(name, PodPhase::Pending, Some(state))
}

fn killed(name: &str) -> Pod {
    let ended = Terminated {
        exit_code: 137,
        reason: "OOMKilled".to_owned(),
        ..Terminated::default()
    };
    pod(name, PodPhase::Failed, Some(ContainerState::Terminated(ended)))
}

fn warning(of: &str, message: &str, at: i64) -> Event {
    Event {
        kind: "Pod".to_owned(),
        name: of.to_owned(),
        namespace: Some("team".into()),
        reason: "FailedMount".to_owned(),
        message: message.to_owned(),
        is_warning: true,
        count: 3,
        first_seen: Some(Timestamp(at)),
        last_seen: Some(Timestamp(at)),
        reporter: "kubelet".to_owned(),
    }
}

fn names(table: &PodTable) -> Vec<&str> {
    (0..table.n_rows())
        .filter_map(|row| table.line(row))
        .map(|line| line.name.as_str())
        .collect()
}

#[test]
fn what_a_watch_tells_is_what_is_listed() {
    let mut table = PodTable::default();
    assert!(!table.is_known());
    table.take_pods(Watched::All(vec![running("b"), killed("a")]));
    assert_eq!((names(&table), table.is_known()), (vec!["a", "b"], true));
    assert_eq!(table.summary(), "1 running · 1 failed");
    table.take_pods(Watched::Changed(vec![
        Change::Put(creating("c")),
        Change::Removed(killed("a")),
    ]));
    assert_eq!(names(&table), ["b", "c"]);
    table.take_pods(Watched::All(vec![running("d")]));
    assert_eq!(names(&table), ["d"]);
}

#[test]
fn a_pod_that_is_made_again_is_not_taken_for_the_one_that_went() {
    let mut table = PodTable::default();
    table.take_pods(Watched::All(vec![killed("a")]));
    let mut again = running("a");
    again.uid = "another".to_owned();
    table.take_pods(Watched::Changed(vec![
        Change::Put(again),
        Change::Removed(killed("a")),
    ]));
    assert_eq!(names(&table), ["a"]);
    assert_eq!(table.line(0).map(|line| line.tone), Some(Tone::Good));
}

#[test]
fn why_a_pod_waits_is_told_by_its_own_events_alone() {
    let mut table = PodTable::default();
    table.take_pods(Watched::All(vec![creating("a"), creating("b")]));
    assert!(table.line(0).is_some_and(|line| !line.is_troubled()));
    table.take_events(Watched::All(vec![
        warning("a", "secret \"minio\" not found", 2_000),
        // Of a pod of the same name, before this one was made.
        warning("b", "old", 500),
    ]));
    let line = table.line(0).expect("a row");
    assert_eq!(
        line.reason,
        "its container cannot start: FailedMount: secret \"minio\" not found"
    );
    assert_eq!(line.tone, Tone::Warning);
    assert_eq!(table.line(1).expect("a row").reason, "");
    let events = table.events_of(0);
    assert_eq!(events[0].message, "secret \"minio\" not found (3 times)");
    assert_eq!(table.events()[0].object, "Pod a");
}

#[test]
fn an_event_that_happens_again_stays_one_line() {
    let mut table = PodTable::default();
    table.take_pods(Watched::All(vec![creating("a")]));
    table.take_events(Watched::All(vec![warning("a", "not found", 2_000)]));
    let again = Event {
        count: 7,
        last_seen: Some(Timestamp(9_000)),
        ..warning("a", "not found", 2_000)
    };
    table.take_events(Watched::Changed(vec![Change::Put(again)]));
    assert_eq!(table.events_of(0).len(), 1);
    assert_eq!(table.events_of(0)[0].message, "not found (7 times)");
}

#[test]
fn rows_are_found_by_what_they_show_and_sorted_by_what_is_wanted() {
    let mut table = PodTable::default();
    let mut young = running("young");
    young.created_at = Some(Timestamp(9_000));
    table.take_pods(Watched::All(vec![running("alpha"), killed("omega"), young]));
    table.sort(PodOrder::Trouble);
    assert_eq!(names(&table), ["omega", "alpha", "young"]);
    table.sort(PodOrder::Age);
    assert_eq!(names(&table)[0], "young");
    table.find("memory");
    assert_eq!(names(&table), ["omega"]);
    assert_eq!(
        (table.n_pods(), table.row_of(&"team".into(), &"omega".into())),
        (3, Some(0))
    );
}

#[test]
fn an_interruption_is_known_until_it_is_over_and_what_was_known_stays() {
    let mut table = PodTable::default();
    table.take_pods(Watched::All(vec![running("a")]));
    let broken = Failure::new(FailureKind::Unreachable, "cannot reach the cluster");
    table.take_pods(Watched::Interrupted(broken));
    assert!(table.interruption().is_some());
    assert_eq!(names(&table), ["a"]);
    table.take_pods(Watched::Resumed);
    assert!(table.interruption().is_none());
}

#[test]
fn containers_say_their_part_and_how_they_ended_before() {
    let mut pod = running("a");
    let mut init = pod.containers[0].clone();
    init.name = "prepare".to_owned();
    init.kind = ContainerKind::Init;
    init.state = Some(ContainerState::Terminated(Terminated::default()));
    pod.containers.insert(0, init);
    pod.containers[1].restart_count = 2;
    pod.containers[1].last = Some(Terminated {
        exit_code: 137,
        reason: "OOMKilled".to_owned(),
        ..Terminated::default()
    });
    let lines = container_lines(&pod);
    assert_eq!((lines[0].part, lines[0].tone), ("init", Tone::Muted));
    assert_eq!(lines[1].told, "before: out of memory (exit code 137)");
    assert!(lines[1].has_previous && !lines[0].has_previous);
}
