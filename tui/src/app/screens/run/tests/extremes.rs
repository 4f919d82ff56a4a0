//! Least and greatest values, and what is read for them: only what is on the screen.

use std::collections::HashSet;

use flowdeck_surface::client::port::StoreKind;

use super::*;

/// A run that is over, with so many metrics.
fn run_of(n_metrics: usize) -> Run {
    let mut run = run("a1b2c3", RunStatus::Finished, &[], &[]);
    run.metrics = (0..n_metrics)
        .map(|n| metric(&format!("metric/{n:04}"), 0.5, 99))
        .collect();
    run
}

/// The page of a run, its metrics in view, on a store that tells no extremes; and the histories that were read.
fn read(run: &Run, keys: &str) -> (Bench, Vec<String>) {
    let mut bench = Bench::on_kind(StoreKind::Server, RunPage::of(run.clone()), 220, 48);
    let mut read = Vec::new();
    let mut answer = |bench: &mut Bench, keys: &str| {
        bench.press(keys).answer_all(|question| match question {
            Question::Detail(Asked::Extremes(..)) => vec![Ok(Answer::Detail(Told::Extremes(None)))],
            Question::History(_, key, _) => {
                read.push(key.as_str().to_owned());
                whole_history(points(100))
            }
            other => bare_answers_of(other, run),
        });
    };
    answer(&mut bench, "");
    keys.split_whitespace().for_each(|key| answer(&mut bench, key));
    (bench, read)
}

fn bare_answers_of(question: &Question, run: &Run) -> Vec<Result<Answer>> {
    match question {
        Question::Run(_) => vec![Ok(Answer::Run(Box::new(run.clone())))],
        other => bare_answers(other),
    }
}

#[test]
fn a_server_tells_extremes_by_the_histories_of_the_metrics_in_view() {
    let (bench, read) = read(&run_of(1_000), "");
    let n_rows = 48 - 1 - 2 - 2 - 1 - 1;
    assert!((30..=n_rows).contains(&read.len()), "{} of 1,000", read.len());
    assert_eq!(read.iter().collect::<HashSet<_>>().len(), read.len(), "each once");
    let frame = bench.frame();
    let extremes = MetricExtremes::new("x".into());
    let all = points(100).into_iter().fold(extremes, |mut all, point| {
        all.take(point);
        all
    });
    let least = all.least.expect("there are points");
    let line = frame
        .lines()
        .find(|line| line.contains("metric/0003"))
        .expect("it is in view");
    assert!(
        line.contains(&flowdeck_surface::format::number(least.value, 10)),
        "{line}"
    );
    assert!(line.contains(&format!("@{}", least.step)), "{line}");
}

#[test]
fn the_next_page_reads_its_own_and_the_page_before_is_kept() {
    let (_, first) = read(&run_of(1_000), "");
    let (_, both) = read(&run_of(1_000), "ctrl-d ctrl-d");
    let n_more = both.len() - first.len();
    assert!(n_more > 20 && n_more <= first.len() + 2, "{n_more}");
    let (_, back) = read(&run_of(1_000), "ctrl-d ctrl-d ctrl-u ctrl-u");
    assert_eq!(back.len(), both.len());
}

#[test]
fn a_long_history_is_not_read_for_its_extremes_but_tells_them_once_its_curve_is_drawn() {
    let mut run = run_of(3);
    for metric in &mut run.metrics {
        metric.step = 1_000_000;
    }
    let (_, first) = read(&run, "");
    assert_eq!(first, ["metric/0000"], "the curve in view, and no other");
    let (bench, second) = read(&run, "j");
    assert_eq!(second.len(), 2);
    let frame = bench.frame();
    let has_extremes = |key: &str| {
        let row = format!("│ {key}");
        let line = frame
            .lines()
            .find(|line| line.contains(&row))
            .expect("it is in view");
        // The chart beside the list tells steps, too.
        let list = line.split("││").next().unwrap_or_default();
        list.matches('@').count() > 1
    };
    assert!(
        has_extremes("metric/0001") && !has_extremes("metric/0002"),
        "{frame}"
    );
}

#[test]
fn a_run_of_a_thousand_metrics_asks_a_database_no_more_than_one_of_ten() {
    let asked = |n_metrics| {
        let run = run_of(n_metrics);
        let mut bench = Bench::on(RunPage::of(run.clone()), 160, 48);
        let mut asked = Vec::new();
        for keys in ["", "tab", "j j"] {
            bench.press(keys).answer_all(|question| {
                asked.push(format!("{question:?}"));
                match question {
                    Question::History(..) => whole_history(points(100)),
                    other => bare_answers_of(other, &run),
                }
            });
        }
        asked.len()
    };
    assert_eq!(asked(1_000), asked(10));
}

/// The page of a run on a store that tells extremes; and the metrics that it was asked for, question by question.
fn asked_of_a_database(bench: &mut Bench, run: &Run, keys: &str) -> Vec<Vec<String>> {
    let mut asked = Vec::new();
    bench.press(keys).answer_all(|question| match question {
        Question::Detail(Asked::Extremes(_, keys)) => {
            asked.push(keys.iter().map(|key| key.as_str().to_owned()).collect());
            let told = keys.iter().cloned().map(|key| {
                let mut extremes = MetricExtremes::new(key);
                points(100).into_iter().for_each(|point| extremes.take(point));
                extremes
            });
            vec![Ok(Answer::Detail(Told::Extremes(Some(told.collect()))))]
        }
        Question::History(..) => whole_history(points(100)),
        other => bare_answers_of(other, run),
    });
    asked
}

#[test]
fn a_store_on_this_machine_is_asked_for_the_metrics_in_view_alone() {
    for kind in [StoreKind::Sqlite, StoreKind::FileStore] {
        let run = run_of(1_000);
        let mut bench = Bench::on_kind(kind, RunPage::of(run.clone()), 220, 48);
        let first = asked_of_a_database(&mut bench, &run, "");
        assert_eq!(first.len(), 1, "{kind:?}");
        let n_rows = 48 - 1 - 2 - 2 - 1 - 1;
        assert!(
            (30..=n_rows).contains(&first[0].len()),
            "{kind:?}: {}",
            first[0].len()
        );
        assert!(
            asked_of_a_database(&mut bench, &run, "j j k").is_empty(),
            "all is known"
        );
        let next = asked_of_a_database(&mut bench, &run, "ctrl-d ctrl-d").concat();
        assert!(next.iter().all(|key| !first[0].contains(key)), "{next:?}");
        assert!(next.len() > 20, "{kind:?}: {next:?}");
        assert!(asked_of_a_database(&mut bench, &run, "ctrl-u ctrl-u").is_empty());
        assert_eq!(
            asked_of_a_database(&mut bench, &run, "r").len(),
            1,
            "as a person asks for it"
        );
    }
}

#[test]
fn extremes_are_asked_for_again_when_something_else_was_logged_last() {
    let mut run = run_of(3);
    run.info.status = RunStatus::Running;
    let mut bench = Bench::on(RunPage::of(run.clone()), 160, 48);
    assert_eq!(asked_of_a_database(&mut bench, &run, "").len(), 1);
    run.metrics[1].value = 7.0;
    run.metrics[1].step += 1;
    run.info.status = RunStatus::Finished;
    bench.ring();
    let asked = asked_of_a_database(&mut bench, &run, "");
    assert_eq!(asked, [["metric/0001"]]);
}
