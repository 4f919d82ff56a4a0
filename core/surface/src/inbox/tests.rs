use flowdeck_client::Timestamp;
use flowdeck_client::tracking::{Lifecycle, Metric, Run, RunInfo, RunStatus};

use super::{Matter, Memory, STALLED_AFTER_MS, UNBORN_AFTER_MS};
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

fn kinds(memory: &Memory) -> Vec<&'static str> {
    memory.items().iter().map(|item| item.matter.kind()).collect()
}

#[test]
fn a_run_that_goes_on_well_is_no_news_and_its_end_is() {
    let mut memory = Memory::default();
    assert_eq!(memory.look(&[training(1.0, NOW)], Timestamp(NOW)), 0);
    let ended = run("a", RunStatus::Failed, &[], NOW + MINUTE);
    assert_eq!(
        memory.look(std::slice::from_ref(&ended), Timestamp(NOW + 2 * MINUTE)),
        1
    );
    assert_eq!(memory.look(&[ended], Timestamp(NOW + 3 * MINUTE)), 0);
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
    assert_eq!(memory.look(&runs, Timestamp(NOW)), 1);
}

#[test]
fn a_value_that_is_no_number_is_told_once_and_again_when_it_comes_again() {
    let mut memory = Memory::default();
    let mut look = |value: f64, at: i64| memory.look(&[training(value, at)], Timestamp(at));
    assert_eq!(look(f64::NAN, NOW), 1);
    assert_eq!(look(f64::NAN, NOW + MINUTE), 0);
    assert_eq!(look(1.0, NOW + 2 * MINUTE), 0);
    assert_eq!(look(f64::INFINITY, NOW + 3 * MINUTE), 1);
}

#[test]
fn a_loss_far_above_its_best_diverges_and_an_accuracy_does_not() {
    let mut memory = Memory::default();
    memory.look(&[training(0.2, NOW)], Timestamp(NOW));
    assert_eq!(memory.look(&[training(1.9, NOW)], Timestamp(NOW + MINUTE)), 0);
    assert_eq!(memory.look(&[training(2.0, NOW)], Timestamp(NOW + 2 * MINUTE)), 1);
    let sentence = memory.items()[0].sentence(&Clock::utc());
    assert_eq!(sentence, "val/loss diverges: 2 after 0.2");
    let accuracy = |value| run("b", RunStatus::Running, &[("accuracy", value)], NOW);
    memory.look(&[accuracy(0.01)], Timestamp(NOW));
    assert_eq!(memory.look(&[accuracy(0.99)], Timestamp(NOW)), 0);
}

#[test]
fn a_run_that_logs_nothing_for_long_is_stalled() {
    let mut memory = Memory::default();
    let at = Timestamp(NOW + STALLED_AFTER_MS);
    assert_eq!(memory.look(&[training(1.0, NOW + 1)], at), 0);
    assert_eq!(memory.look(&[training(1.0, NOW)], at), 1);
    assert_eq!(memory.items()[0].matter, Matter::Stalled { since: NOW });
    let unborn = run("c", RunStatus::Running, &[], NOW);
    assert_eq!(Memory::default().look(&[unborn], Timestamp(NOW)), 1);
}

#[test]
fn what_is_remembered_outlives_the_process_and_what_was_read_stays_read() {
    let mut memory = Memory::default();
    memory.look(&[training(f64::NAN, NOW)], Timestamp(NOW));
    let mut again = Memory::of_text(&memory.to_text());
    assert_eq!(again, memory);
    assert_eq!(again.n_unread(), 1);
    again.read();
    assert_eq!(Memory::of_text(&again.to_text()).n_unread(), 0);
    assert_eq!(again.look(&[training(f64::NAN, NOW)], Timestamp(NOW + MINUTE)), 0);
    assert_eq!(Memory::of_text("no JSON at all"), Memory::default());
}
