use flowdeck_client::Timestamp;
use flowdeck_client::tracking::{Lifecycle, Metric, Run, RunInfo, RunStatus};

use super::{Matter, Memory, STALLED_AFTER_MS, Seen, Trend, UNBORN_AFTER_MS};
use crate::clock::Clock;

/// 2023-11-14 22:13:20 UTC.
const NOW: i64 = 1_700_000_000_000;
const MINUTE: i64 = 60_000;

fn run(id: &str, status: RunStatus, metrics: &[(&str, f64)], last: i64) -> Run {
    let is_over = status.is_terminal();
    let mut run = Run::bare(RunInfo {
        id: id.into(),
        experiment_id: "1".into(),
        name: format!("run-{id}"),
        user_id: "ada".into(),
        status,
        start_time: Some(Timestamp(NOW - 2 * UNBORN_AFTER_MS)),
        end_time: is_over.then_some(Timestamp(last)),
        artifact_uri: String::new(),
        lifecycle: Lifecycle::Active,
    });
    let metric = |(key, value): &(&str, f64)| Metric {
        key: (*key).into(),
        value: *value,
        timestamp: Timestamp(last),
        step: 1,
        origin: None,
    };
    run.metrics = metrics.iter().map(metric).collect();
    run
}

fn training(value: f64, at: i64) -> Run {
    run("a", RunStatus::Running, &[("val/loss", value)], at)
}

fn look(memory: &mut Memory, runs: &[Run], at: i64) -> usize {
    memory.look(&Seen::of(runs.to_vec()), Timestamp(at))
}

fn kinds(memory: &Memory) -> Vec<&'static str> {
    memory.items().iter().map(|item| item.matter.kind()).collect()
}

#[test]
fn a_run_that_goes_on_well_is_no_news_and_its_end_is() {
    let mut memory = Memory::default();
    assert_eq!(look(&mut memory, &[training(1.0, NOW)], NOW), 0);
    let ended = run("a", RunStatus::Failed, &[], NOW + MINUTE);
    assert_eq!(
        look(&mut memory, std::slice::from_ref(&ended), NOW + 2 * MINUTE),
        1
    );
    assert_eq!(look(&mut memory, &[ended], NOW + 3 * MINUTE), 0);
    assert_eq!(kinds(&memory), ["failed"]);
    assert_eq!(memory.items()[0].run().as_str(), "a");
}

#[test]
fn the_first_look_tells_what_ended_within_a_day_and_nothing_older() {
    let mut memory = Memory::default();
    let day = 24 * 60 * MINUTE;
    let runs = [
        run("a", RunStatus::Finished, &[], NOW - MINUTE),
        run("b", RunStatus::Finished, &[], NOW - day - MINUTE),
    ];
    assert_eq!(look(&mut memory, &runs, NOW), 1);
}

#[test]
fn a_value_that_is_no_number_is_told_once_and_again_when_it_comes_again() {
    let mut memory = Memory::default();
    let mut look = |value: f64, at: i64| look(&mut memory, &[training(value, at)], at);
    assert_eq!(look(f64::NAN, NOW), 1);
    assert_eq!(look(f64::NAN, NOW + MINUTE), 0);
    assert_eq!(look(1.0, NOW + 2 * MINUTE), 0);
    assert_eq!(look(f64::INFINITY, NOW + 3 * MINUTE), 1);
}

#[test]
fn a_loss_that_runs_away_by_its_history_diverges_and_one_last_value_alone_does_not() {
    let mut memory = Memory::default();
    let suspects = |memory: &Memory, run: &Run| memory.suspects(run).len();
    assert_eq!(
        suspects(&memory, &training(0.2, NOW)),
        1,
        "nothing is known of it"
    );
    look(&mut memory, &[training(0.2, NOW)], NOW);
    assert_eq!(suspects(&memory, &training(0.5, NOW)), 0, "it is near its best");
    assert_eq!(suspects(&memory, &training(9.0, NOW)), 1);
    assert_eq!(look(&mut memory, &[training(9.0, NOW)], NOW + MINUTE), 0);
    let mut seen = Seen::of(vec![training(9.0, NOW)]);
    let history = [1.0, 0.8, 0.5, 0.2, 0.2, 0.2, 0.2, 7.0, 8.0, 8.0, 9.0, 9.0];
    seen.trends
        .insert(("a".into(), "val/loss".into()), Trend::of(history));
    assert_eq!(memory.look(&seen, Timestamp(NOW + 2 * MINUTE)), 1);
    let sentence = memory.items()[0].sentence(&Clock::utc());
    assert_eq!(sentence, "val/loss diverges: 8 after 0.2");
    let accuracy = run("b", RunStatus::Running, &[("accuracy", 0.01)], NOW);
    assert_eq!(suspects(&memory, &accuracy), 0);
}

#[test]
fn a_run_that_logs_nothing_for_long_is_stalled() {
    let mut memory = Memory::default();
    let at = Timestamp(NOW + STALLED_AFTER_MS);
    assert_eq!(look(&mut memory, &[training(1.0, NOW + 1)], at.0), 0);
    assert_eq!(look(&mut memory, &[training(1.0, NOW)], at.0), 1);
    assert_eq!(memory.items()[0].matter, Matter::Stalled { since: NOW });
    let unborn = run("c", RunStatus::Running, &[], NOW);
    assert_eq!(look(&mut Memory::default(), &[unborn], NOW), 1);
}

#[test]
fn what_is_remembered_outlives_the_process_and_what_was_read_stays_read() {
    let mut memory = Memory::default();
    look(&mut memory, &[training(f64::NAN, NOW)], NOW);
    let mut again = Memory::of_text(&memory.to_text());
    assert_eq!(again, memory);
    assert_eq!(again.n_unread(), 1);
    again.read();
    assert_eq!(Memory::of_text(&again.to_text()).n_unread(), 0);
    assert_eq!(look(&mut again, &[training(f64::NAN, NOW)], NOW + MINUTE), 0);
    assert_eq!(Memory::of_text("no JSON at all"), Memory::default());
}
