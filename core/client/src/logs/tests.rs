use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use flowdeck_domain::kubernetes::{Event, LogChunk, LogLine, LogNote, Pod, PodPhase, RestartPolicy};
use flowdeck_domain::port::{LogOptions, LogSource, LogStream, PodQuery, PodReader};
use flowdeck_domain::{Failure, FailureKind, Namespace, PodName, Result};
use futures::StreamExt;

use super::*;
use crate::logs::LogTarget;

/// Pods of one run and what each prints.
#[derive(Default)]
struct Pods {
    printed: BTreeMap<String, Vec<LogChunk>>,
}

fn pod(name: &str) -> Pod {
    let labels = [("pipeline/runid".to_owned(), "r1".to_owned())];
    let node = (
        "workflows.argoproj.io/node-name".to_owned(),
        format!("flow.root.{name}.executor"),
    );
    Pod {
        name: name.into(),
        namespace: "steps".into(),
        uid: name.to_owned(),
        phase: PodPhase::Succeeded,
        reason: String::new(),
        message: String::new(),
        conditions: Vec::new(),
        containers: Vec::new(),
        restart_policy: RestartPolicy::Never,
        node: None,
        created_at: None,
        started_at: None,
        deleted_at: None,
        labels: labels.into(),
        annotations: [node].into(),
    }
}

#[async_trait]
impl PodReader for Pods {
    fn default_namespace(&self) -> Namespace {
        "steps".into()
    }

    async fn pods(&self, query: &PodQuery) -> Result<Vec<Pod>> {
        let is_here = query
            .namespace
            .as_ref()
            .is_none_or(|namespace| namespace.as_str() == "steps");
        let names = self.printed.keys().filter(|_| is_here);
        Ok(names.map(|name| pod(name)).collect())
    }

    async fn pod(&self, _: &Namespace, name: &PodName) -> Result<Pod> {
        match self.printed.contains_key(name.as_str()) {
            true => Ok(pod(name.as_str())),
            false => Err(Failure::new(
                FailureKind::NotFound,
                format!("there is no pod {name}"),
            )),
        }
    }

    async fn pod_events(&self, _: &Namespace, _: &PodName) -> Result<Vec<Event>> {
        Ok(Vec::new())
    }

    async fn namespaces(&self) -> Result<Vec<Namespace>> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl LogSource for Pods {
    async fn log(&self, _: &Namespace, name: &PodName, _: &LogOptions) -> Result<LogStream> {
        match self.printed.get(name.as_str()) {
            Some(chunks) => Ok(futures::stream::iter(chunks.clone().into_iter().map(Ok)).boxed()),
            None => Err(Failure::new(
                FailureKind::NotFound,
                format!("there is no pod {name}"),
            )),
        }
    }
}

fn line(seconds: i64, text: &str) -> LogLine {
    LogLine {
        time: Some(LogTime { seconds, nanos: 0 }),
        bytes: text.to_owned().into(),
    }
}

fn logs(printed: &[(&str, Vec<LogChunk>)], store: Option<LogStore>) -> Logs {
    let printed = printed.iter().cloned();
    let pods = Arc::new(Pods {
        printed: printed.map(|(name, chunks)| (name.to_owned(), chunks)).collect(),
    });
    let cluster = Kubernetes::over(Arc::<Pods>::clone(&pods), pods, "lab");
    Logs::over(Some(cluster), None, store, "lab")
}

/// All lines with the label of their part, and all else that is told.
async fn read(logs: &Logs, request: LogRequest) -> (Vec<String>, Vec<String>) {
    let mut events = logs.read(request).await.expect("it is there");
    let (mut parts, mut lines, mut told) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(event) = events.next().await {
        match event {
            LogEvent::Part(part) => parts.push(part.label),
            LogEvent::Lines(place, given) => lines.extend(
                given
                    .iter()
                    .map(|line| format!("{} {}", parts[place], String::from_utf8_lossy(&line.bytes))),
            ),
            LogEvent::From(_, LogOrigin::Live, _) | LogEvent::Over(_, None) => {}
            LogEvent::From(_, origin, _) => told.push(origin.word().to_owned()),
            LogEvent::Note(_, note) => told.push(note.to_string()),
            LogEvent::Over(_, Some(failure)) => told.push(failure.to_string()),
        }
    }
    (lines, told)
}

fn run() -> LogRequest {
    LogRequest {
        follow: false,
        ..LogRequest::following(LogTarget::Run("r1".into()))
    }
}

fn of_pod(name: &str) -> LogRequest {
    LogRequest {
        follow: false,
        ..LogRequest::following(LogTarget::Pod {
            namespace: None,
            pod: name.into(),
        })
    }
}

#[tokio::test]
async fn tasks_of_a_run_are_merged_by_time_and_equal_times_keep_their_order() {
    let lines = |times: &[i64], name: &str| {
        let lines = times.iter().map(|at| line(*at, &format!("{name}{at}")));
        LogChunk::Lines(lines.collect())
    };
    let printed = [
        ("a", vec![lines(&[1, 4], "a"), lines(&[5, 9], "a")]),
        ("b", vec![lines(&[2, 4, 4], "b"), lines(&[10], "b")]),
        (
            "c",
            vec![LogChunk::Lines(vec![LogLine {
                time: None,
                bytes: "untimed".into(),
            }])],
        ),
    ];
    let (lines, told) = read(&logs(&printed, None), run()).await;
    assert_eq!(
        lines,
        [
            "c untimed",
            "a a1",
            "b b2",
            "a a4",
            "b b4",
            "b b4",
            "a a5",
            "a a9",
            "b b10"
        ]
    );
    assert!(told.is_empty(), "{told:?}");
}

#[tokio::test]
async fn what_was_read_is_there_when_the_pod_is_gone() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let store = || Some(LogStore::of(dir.path()));
    let chunks = vec![
        LogChunk::Lines(vec![line(1, "one")]),
        LogChunk::Note(LogNote::Restarted { count: 1 }),
        LogChunk::Lines(vec![line(2, "two"), line(2, "two")]),
    ];
    let printed = [("train", chunks)];
    let live = read(&logs(&printed, store()), run()).await;
    let words = "the container was started again";
    assert_eq!(live.1, [words]);
    read(&logs(&printed, store()), run()).await;
    let gone = logs(&[], store());
    let (lines, told) = read(&gone, of_pod("train")).await;
    assert_eq!(lines, ["train one", "train two", "train two"]);
    assert_eq!(told, ["kept", words]);
    // A whole run is found by its id alone, where nobody can be asked.
    let alone = Logs::over(None, None, store(), "lab");
    assert_eq!(read(&alone, run()).await.0, lines);
    let tail = LogRequest {
        tail: Some(1),
        ..of_pod("train")
    };
    assert_eq!(read(&gone, tail).await.0, ["train two"]);
    let failure = gone
        .read(of_pod("other"))
        .await
        .expect("told later")
        .next_failure()
        .await;
    assert_eq!(failure.map(|it| it.kind()), Some(FailureKind::NotFound));
}

impl LogEvents {
    async fn next_failure(mut self) -> Option<Failure> {
        while let Some(event) = self.next().await {
            if let LogEvent::Over(_, failure) = event {
                return failure;
            }
        }
        None
    }
}

#[tokio::test]
async fn a_screen_looks_into_a_log_of_one_pod_and_of_many() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let lines = |name: &str| {
        let lines = (0..600).map(|at| line(at, &format!("{name} step {at}")));
        vec![LogChunk::Lines(lines.collect())]
    };
    let printed = [("a", lines("a")), ("b", lines("b"))];
    let logs = logs(&printed, Some(LogStore::of(dir.path())));
    let never = std::sync::atomic::AtomicBool::new(false);
    for (request, n_lines) in [(of_pod("a"), 600), (run(), 1200)] {
        let spool = LogSpool::open(&logs, request);
        let mut changes = spool.changes();
        while !spool.status().is_over {
            changes.changed().await.expect("it goes on");
        }
        let status = spool.status();
        assert_eq!((status.n_lines, status.failure.is_none()), (n_lines, true));
        assert!(
            status
                .parts
                .iter()
                .all(|part| part.origin == Some(LogOrigin::Live))
        );
        let pattern = Pattern::typed("step 57$").expect("a pattern");
        let found = spool
            .find(&pattern, 0, Direction::Forward, None, &never)
            .expect("readable");
        let entry = &spool
            .entries(found.expect("it is there")..u64::MAX)
            .expect("readable")[0];
        assert_eq!(
            entry.time,
            Some(LogTime {
                seconds: 57,
                nanos: 0
            })
        );
        let at = spool
            .line_at(LogTime {
                seconds: 57,
                nanos: 0,
            })
            .expect("readable");
        assert_eq!(Some(at), found);
        let filter = LineFilter {
            include: Some(pattern),
            exclude: None,
        };
        let mut set = LineSet::default();
        spool
            .select(&filter, &mut set, u64::MAX, &never)
            .expect("readable");
        assert_eq!(set.len(), n_lines / 600);
        let file = dir.path().join(format!("saved-{n_lines}"));
        assert_eq!(
            spool.save(&file, Some(&set), true).expect("writable"),
            n_lines / 600
        );
        let text = std::fs::read_to_string(&file).expect("written");
        assert!(
            text.starts_with("1970-01-01T00:00:57.000000000Z a step 57\n"),
            "{text}"
        );
        assert!(spool.save(&file, None, false).is_err(), "no file is written over");
    }
}
