//! What the log screen asks, carried out: reading stays with the disk, and a screen is told thirty times a second at most.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use flowdeck_surface::client::kubernetes::LogTime;
use flowdeck_surface::client::logs::{
    Direction, LineFilter, LineSet, LogRequest, LogSpool, LogTarget, Logs, Pattern, log_time,
};
use flowdeck_surface::client::{Environment, Failure, FailureKind, Flags, Result};
use flowdeck_surface::log::{At, Looked};
use tokio::sync::Mutex;

use super::worker::Teller;
use crate::app::log::{Asked, Told};
use crate::app::message::Answer;

/// The least time between two words on a log that grows.
const WORD: Duration = Duration::from_millis(16);

/// Lines that a filter is asked of before the screen is told how far it is.
const FILTERED_AT_A_TIME: u64 = 500_000;

/// Where logs are found, opened when the first is asked for; anew for another context.
#[derive(Default)]
pub(super) struct OpenLogs(Mutex<Option<(Option<String>, Logs)>>);

impl OpenLogs {
    /// Where the logs of a context are.
    pub(super) async fn of(&self, flags: &Flags, environment: &Environment) -> Logs {
        let mut open = self.0.lock().await;
        match &*open {
            Some((context, logs)) if *context == flags.context => logs.clone(),
            _ => {
                let logs = Logs::open(flags, environment).await;
                *open = Some((flags.context.clone(), logs.clone()));
                logs
            }
        }
    }
}

/// Tells that the work is not wanted any more when its task is dropped.
struct GiveUp(Arc<AtomicBool>);

impl Drop for GiveUp {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Answers one question.
///
/// # Errors
/// What the cluster, the server or the disk met.
pub(super) async fn answer(
    asked: Asked,
    logs: &Logs,
    environment: &Environment,
    teller: &Teller,
) -> Result<()> {
    let told = match asked {
        Asked::Open(request) => return follow(logs, request, teller).await,
        Asked::Containers(request) => Told::Containers(containers(logs, &request).await),
        Asked::Look {
            spool,
            at,
            before,
            after,
            filter,
            set,
        } => {
            let looked =
                aside(move |is_given_up| look(&spool, at, (before, after), &filter, set, is_given_up));
            Told::Looked(at, Box::new(looked.await?))
        }
        Asked::Find {
            spool,
            pattern,
            from,
            direction,
            set,
        } => {
            let found = aside(move |is_given_up| {
                find(&spool, &pattern, from, direction, set.as_deref(), is_given_up)
            });
            let (line, is_round) = found.await?;
            Told::Found(line, is_round)
        }
        Asked::Save {
            spool,
            path,
            set,
            has_times,
        } => {
            let path: PathBuf = environment.resolve(&path.to_string_lossy());
            let into = path.clone();
            let saved = aside(move |_| spool.save(&into, set.as_deref(), has_times));
            Told::Saved(path, saved.await?)
        }
    };
    teller.tell(Ok(Answer::Log(told))).await;
    Ok(())
}

/// Does what reads the disk on a thread of its own.
async fn aside<T: Send + 'static>(work: impl FnOnce(&AtomicBool) -> Result<T> + Send + 'static) -> Result<T> {
    let is_given_up = Arc::new(AtomicBool::new(false));
    let _give_up = GiveUp(Arc::clone(&is_given_up));
    let stopped = |_| Failure::new(FailureKind::System, "reading the log was broken off");
    tokio::task::spawn_blocking(move || work(&is_given_up))
        .await
        .map_err(stopped)?
}

/// Reads a log and tells how far it is, until it is over.
async fn follow(logs: &Logs, request: LogRequest, teller: &Teller) -> Result<()> {
    let spool = LogSpool::open(logs, request);
    let mut changes = spool.changes();
    loop {
        changes.mark_unchanged();
        let status = spool.status();
        let is_over = status.is_over;
        let told = Told::Grown(spool.clone(), Box::new(status));
        teller.tell(Ok(Answer::Log(told))).await;
        if is_over {
            return Ok(());
        }
        tokio::time::sleep(WORD).await;
        // The sender lives as long as the log does, which is held here.
        let _ = changes.changed().await;
    }
}

async fn containers(logs: &Logs, request: &LogRequest) -> Result<Vec<String>> {
    let pods = match &request.target {
        LogTarget::Pod { namespace, pod } => {
            let cluster = logs.cluster()?;
            let namespace = namespace.clone().unwrap_or_else(|| cluster.namespace().clone());
            vec![cluster.pod(&namespace, pod).await?.0]
        }
        LogTarget::Task { run, .. } | LogTarget::Run(run) => {
            logs.cluster()?.pods_of_run(run.as_str(), &[]).await?
        }
    };
    let mut names: Vec<String> = Vec::new();
    for container in pods.iter().flat_map(|pod| &pod.containers) {
        if !names.contains(&container.name) {
            names.push(container.name.clone());
        }
    }
    Ok(names)
}

fn look(
    spool: &LogSpool,
    at: At,
    (before, after): (u64, u64),
    filter: &LineFilter,
    set: Option<Arc<LineSet>>,
    is_given_up: &AtomicBool,
) -> Result<Looked> {
    let n_lines = spool.status().n_lines;
    let set = match filter.is_empty() {
        true => None,
        false => {
            let mut known = set.map_or_else(LineSet::default, |set| (*set).clone());
            let up_to = known.n_looked_at().saturating_add(FILTERED_AT_A_TIME);
            spool.select(filter, &mut known, up_to, is_given_up)?;
            Some(Arc::new(known))
        }
    };
    let n_places = set.as_ref().map_or(n_lines, |set| set.len());
    let of_line = |line: u64| set.as_ref().map_or(line, |set| set.rank(line));
    let place = match at {
        At::Tail => n_places,
        At::Place(place) => place.min(n_places),
        At::Line(line) => of_line(line).min(n_places),
        At::Time(time) => of_line(spool.line_at(log_time(time))?).min(n_places),
    };
    let places = place.saturating_sub(before)..place.saturating_add(after).min(n_places);
    let first = places.start;
    let entries = match &set {
        Some(set) => spool.chosen(set, places)?,
        None => spool.entries(places)?,
    };
    let begun = spool.entries(0..1)?.first().and_then(|entry| entry.time);
    Ok(Looked {
        n_lines,
        n_looked_at: set.as_ref().map_or(n_lines, |set| set.n_looked_at()),
        set,
        place,
        first,
        entries,
        begun: begun.map(LogTime::timestamp),
    })
}

/// The next line, else the first from the other end.
fn find(
    spool: &LogSpool,
    pattern: &Pattern,
    from: u64,
    direction: Direction,
    set: Option<&LineSet>,
    is_given_up: &AtomicBool,
) -> Result<(Option<u64>, bool)> {
    let found = spool.find(pattern, from, direction, set, is_given_up)?;
    if found.is_some() {
        return Ok((found, false));
    }
    let end = match direction {
        Direction::Forward => 0,
        Direction::Backward => spool.status().n_lines.saturating_sub(1),
    };
    Ok((spool.find(pattern, end, direction, set, is_given_up)?, true))
}

#[cfg(test)]
mod tests {
    use flowdeck_surface::client::kubernetes::LogLine;
    use flowdeck_surface::client::logs::{LogAbout, LogKey, LogStore};

    use super::*;

    /// A log of so many lines that was kept, one a second.
    fn kept(dir: &std::path::Path, n_lines: i64) -> Logs {
        let store = LogStore::of(dir);
        let key = LogKey {
            place: "lab".to_owned(),
            namespace: "steps".to_owned(),
            pod: "train".to_owned(),
            container: "main".to_owned(),
        };
        let lines: Vec<LogLine> = (0..n_lines)
            .map(|at| LogLine {
                time: Some(LogTime {
                    seconds: at,
                    nanos: 0,
                }),
                bytes: format!("step {at}").into(),
            })
            .collect();
        let mut keeping = store.keep(&key, &LogAbout::default(), true).expect("writable");
        keeping.append(&lines).expect("writable");
        keeping.close().expect("writable");
        Logs::over(None, None, Some(store), "lab")
    }

    async fn spool(logs: &Logs) -> LogSpool {
        let target = LogTarget::Pod {
            namespace: None,
            pod: "train".into(),
        };
        let spool = LogSpool::open(logs, LogRequest::following(target));
        let mut changes = spool.changes();
        while !spool.status().is_over {
            changes.changed().await.expect("it goes on");
        }
        spool
    }

    #[tokio::test]
    async fn a_look_gives_the_lines_around_a_place_a_line_a_time_and_the_end() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let spool = spool(&kept(dir.path(), 1000)).await;
        let never = AtomicBool::new(false);
        let looked =
            |at, filter: &LineFilter, set| look(&spool, at, (10, 20), filter, set, &never).expect("readable");
        let all = LineFilter::default();
        let end = looked(At::Tail, &all, None);
        assert_eq!((end.n_lines, end.first, end.entries.len()), (1000, 990, 10));
        let time = At::Time(flowdeck_surface::client::Timestamp(500_000));
        for at in [At::Place(500), At::Line(500), time] {
            let looked = looked(at, &all, None);
            assert_eq!((looked.place, looked.first, looked.entries.len()), (500, 490, 30));
        }
        let sevens = LineFilter {
            include: Pattern::typed("7$").ok(),
            exclude: Pattern::typed("77").ok(),
        };
        let looked_once = looked(At::Line(507), &sevens, None);
        let numbers: Vec<u64> = looked_once.entries.iter().map(|entry| entry.number).collect();
        assert!(numbers.contains(&507) && !numbers.contains(&577), "{numbers:?}");
        let again = looked(At::Tail, &sevens, looked_once.set.clone());
        assert_eq!(again.entries.last().map(|entry| entry.number), Some(997));
        let set = looked_once.set.expect("there is a filter");
        let pattern = Pattern::typed("step 5").expect("a pattern");
        let found = find(&spool, &pattern, 598, Direction::Forward, Some(&set), &never);
        assert_eq!(found.expect("readable"), (Some(57), true), "round the end");
    }

    #[tokio::test]
    async fn reading_what_is_not_there_is_told_as_a_failure() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let logs = Logs::over(None, None, Some(LogStore::of(dir.path())), "lab");
        let spool = spool(&logs).await;
        assert!(spool.status().failure.is_some());
    }
}
