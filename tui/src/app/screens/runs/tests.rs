use std::sync::Arc;

use flowdeck_surface::client::port::{Keys, StoreKind, View};
use flowdeck_surface::client::tracking::{Run, RunStatus, Tag};
use flowdeck_surface::client::{Failure, FailureKind, Result, RunListRequest};

use super::Runs;
use crate::app::effect::{Effect, Question};
use crate::app::message::{Answer, Msg};
use crate::app::testing::{Bench, experiment, run, unreachable};

pub(super) fn screen() -> Runs {
    Runs::of(experiment("7", "churn"))
}

pub(super) fn some_runs() -> Vec<Run> {
    let mut odd = run(
        "c3",
        RunStatus::Running,
        &[("auc", f64::NAN), ("loss", f64::INFINITY)],
        &[("lr", "0.001"), ("model", "gb")],
    );
    odd.info.name = "a name that is\x1b[31m far too long 猫猫猫 for its column".to_owned();
    vec![
        run(
            "a1",
            RunStatus::Finished,
            &[("auc", 0.971_25), ("loss", 12.0)],
            &[("lr", "0.1"), ("model", "gb")],
        ),
        run(
            "b2",
            RunStatus::Failed,
            &[("loss", 0.5)],
            &[("lr", "0.01"), ("model", "gb")],
        ),
        odd,
        run(
            "d4",
            RunStatus::Killed,
            &[("auc", 0.5), ("loss", 1.5e-9)],
            &[("lr", "0.01"), ("model", "gb")],
        ),
    ]
}

pub(super) fn page(runs: Vec<Run>) -> Result<Answer> {
    Ok(Answer::Runs {
        runs,
        warnings: Vec::new(),
        is_last: true,
    })
}

pub(super) fn with(runs: &[Run], width: u16, height: u16) -> Bench {
    let mut bench = Bench::on(screen(), width, height);
    bench.answer_all(|_| vec![page(runs.to_vec())]);
    bench
}

pub(super) fn full(width: u16, height: u16) -> Bench {
    with(&some_runs(), width, height)
}

/// A run with more metrics than any screen has room for.
fn wide_run(id: &str, n_metrics: usize) -> Run {
    let keys: Vec<String> = (0..n_metrics).map(|number| format!("m{number:04}")).collect();
    let metrics: Vec<_> = keys.iter().map(|key| (key.as_str(), 0.25)).collect();
    run(id, RunStatus::Finished, &metrics, &[])
}

pub(super) fn request(question: &Question) -> RunListRequest {
    match question {
        Question::Runs(request) => (**request).clone(),
        other => panic!("runs were to be asked for, not {other:?}"),
    }
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("runs_{state}_{width}x{height}");
        insta::assert_snapshot!(name("loading"), Bench::on(screen(), width, height).frame());
        insta::assert_snapshot!(name("empty"), with(&[], width, height).frame());
        let mut failed = Bench::on_kind(StoreKind::Server, screen(), width, height);
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
        insta::assert_snapshot!(name("full"), full(width, height).frame());
        let many: Vec<_> = (0..10_000)
            .map(|number| wide_run(&format!("{number:05}"), 30))
            .collect();
        insta::assert_snapshot!(
            name("many"),
            with(&many, width, height).press("G l l l l l l l l l").frame()
        );
    }
}

#[test]
fn only_columns_near_those_in_view_are_read() {
    let mut bench = Bench::on(screen(), 80, 24);
    let (sample, question) = bench.asked()[0].clone();
    assert_eq!(request(&question).fields.metrics, Keys::All);
    assert_eq!(request(&question).list.limit, Some(20));
    bench.answer(sample, page(vec![wide_run("a", 1_000)]));
    let (_, question) = bench.asked()[0].clone();
    let Keys::Only(keys) = request(&question).fields.metrics else {
        panic!("some keys were to be named")
    };
    assert!((10..40).contains(&keys.len()), "{} keys", keys.len());
    assert_eq!(
        request(&question).fields.tags,
        Keys::Only(vec!["mlflow.parentRunId".into(), "mlflow.runName".into()])
    );
}

#[test]
fn going_to_columns_that_were_not_read_reads_them() {
    let mut bench = Bench::on(screen(), 80, 24);
    // The sample and the list are answered, the reading of everything goes on.
    for _ in 0..2 {
        let (ticket, _) = bench.asked()[0].clone();
        bench.answer(ticket, page(vec![wide_run("a", 1_000)]));
    }
    let (survey, _) = bench.asked()[0].clone();
    bench.wanted();
    for _ in 0..60 {
        bench.press("l");
    }
    let asked = bench.asked();
    let (_, question) = asked.first().expect("columns further right are read").clone();
    let Keys::Only(keys) = request(&question).fields.metrics else {
        panic!("some keys were to be named")
    };
    let near: Arc<str> = "m0030".into();
    assert!(keys.contains(&near), "{keys:?}");
    bench.answer_all(|_| vec![page(vec![wide_run("a", 1_000)])]);
    assert!(bench.frame().contains("0.25"), "{}", bench.frame());
    bench.answer(survey, page(vec![wide_run("a", 1_000)]));
    bench.wanted();
    for _ in 0..200 {
        bench.press("l");
    }
    assert!(bench.asked().is_empty(), "all is known by then");
}

#[test]
fn the_first_pages_are_shown_as_they_come_and_a_refresh_replaces_all_at_once() {
    let mut bench = Bench::on(screen(), 80, 24);
    let (sample, _) = bench.asked()[0].clone();
    bench.answer(sample, page(some_runs()));
    assert!(bench.frame().contains("4 runs so far"));
    let part = |id: &str, is_last| {
        Ok(Answer::Runs {
            runs: vec![run(id, RunStatus::Running, &[("auc", 0.25)], &[])],
            warnings: Vec::new(),
            is_last,
        })
    };
    let (pages, _) = bench.asked()[0].clone();
    bench.answer(pages, part("p1", false));
    assert!(bench.frame().contains("run-p1") && bench.frame().contains("1 run so far"));
    bench.answer(pages, part("p2", true));
    assert!(bench.frame().contains("2 runs · active · 2 running"));
    let (survey, _) = bench.asked()[0].clone();
    bench.answer(survey, part("p1", false));
    bench.answer(survey, part("p2", true));
    bench.ring();
    let (sample, _) = bench.asked()[0].clone();
    bench.answer(sample, page(vec![run("q1", RunStatus::Finished, &[], &[])]));
    let (pages, _) = bench.asked()[0].clone();
    bench.answer(pages, part("q1", false));
    assert!(bench.frame().contains("run-p2") && !bench.frame().contains("run-q1"));
    bench.answer(pages, part("q2", true));
    assert!(bench.frame().contains("run-q1") && !bench.frame().contains("run-p2"));
}

#[test]
fn the_selected_run_stays_selected_while_the_table_refreshes() {
    let mut bench = full(80, 24);
    bench.press("j").ring();
    let mut newer = some_runs();
    newer.insert(0, run("new", RunStatus::Running, &[], &[]));
    bench.answer_all(|_| vec![page(newer.clone())]);
    bench.wanted();
    bench.press("y");
    assert_eq!(bench.wanted(), [Effect::Copy("b2".into())]);
}

#[test]
fn sorting_goes_round_and_puts_what_is_no_number_last() {
    let mut bench = full(160, 24);
    let order = |bench: &Bench| -> Vec<usize> {
        let frame = bench.frame();
        let line = |name: &str| {
            frame
                .lines()
                .position(|line| line.contains(name))
                .expect("the run is in view")
        };
        ["run-a1", "run-d4", "a name that", "run-b2"].map(line).to_vec()
    };
    bench.press("l l l l l s");
    assert!(bench.frame().contains("auc ▼"));
    assert_eq!(order(&bench), [3, 4, 5, 6]);
    bench.press("s");
    assert!(bench.frame().contains("auc ▲"));
    assert_eq!(order(&bench), [4, 3, 5, 6]);
    bench.press("s");
    assert_eq!(order(&bench), [3, 6, 5, 4]);
}

#[test]
fn a_filter_is_asked_of_the_store_and_its_fault_stands_below_it() {
    let mut bench = full(80, 24);
    bench.press("f").type_text("metrics.auc >").press("enter");
    let (sample, question) = bench.asked()[0].clone();
    assert_eq!(request(&question).list.filter, "metrics.auc >");
    let fault = Failure::new(
        FailureKind::InvalidInput,
        "the filter ends where a value is expected",
    )
    .at(12..13);
    bench.answer(sample, Err(fault));
    insta::assert_snapshot!("runs_filter_fault", bench.frame());
    bench.type_text(" 0.9").press("enter");
    bench.answer_all(|question| {
        assert_eq!(request(question).list.filter, "metrics.auc > 0.9");
        vec![page(some_runs()[..1].to_vec())]
    });
    let frame = bench.frame();
    assert!(
        frame.contains("1 run · active · filter metrics.auc > 0.9"),
        "{frame}"
    );
    bench.press("esc").answer_all(|question| {
        assert_eq!(request(question).list.filter, "");
        vec![page(some_runs())]
    });
    assert!(bench.frame().contains("4 runs"));
}

#[test]
fn words_narrow_the_table_at_once_without_asking_the_store() {
    let mut bench = full(80, 24);
    bench.wanted();
    bench.press("/").type_text("failed");
    assert!(bench.frame().contains("1 of 4 runs"));
    bench.press("enter esc");
    assert!(bench.frame().contains("4 runs"));
    assert_eq!(bench.wanted(), []);
}

#[test]
fn another_view_shows_nothing_of_the_view_before() {
    let mut bench = full(80, 24);
    bench.wanted();
    bench.press("v");
    assert!(!bench.frame().contains("run-a1"));
    let (_, question) = bench.asked()[0].clone();
    assert_eq!(request(&question).list.view, View::Deleted);
}

#[test]
fn ten_thousand_runs_are_sorted_and_found_without_asking_the_store() {
    let runs: Vec<_> = (0..10_000)
        .map(|number| {
            run(
                &format!("{number:05}"),
                RunStatus::Finished,
                &[("auc", f64::from(number))],
                &[],
            )
        })
        .collect();
    let mut bench = with(&runs, 160, 48);
    bench.wanted();
    bench.press("l l l l s");
    assert!(bench.frame().contains("run-09999"));
    bench.press("/").type_text("'run-0123");
    assert!(bench.frame().contains("10 of 10,000 runs"), "{}", bench.frame());
    assert_eq!(bench.wanted(), []);
}

#[test]
fn a_click_on_a_title_sorts_and_a_double_click_on_a_row_opens_it() {
    let mut bench = full(160, 24);
    bench.wanted();
    bench.click("Status");
    assert!(bench.frame().contains("Status ▲"));
    let opens = |effect: &Effect| matches!(effect, Effect::Ask(_, Question::Run(_)));
    bench.click("run-b2").click("run-b2");
    assert!(!bench.wanted().iter().any(opens));
    bench.double_click("run-b2");
    assert!(bench.wanted().iter().any(opens));
}

#[test]
fn nothing_breaks_at_any_size() {
    let mut bench = full(80, 24);
    for (width, height) in [
        (1, 1),
        (3, 2),
        (10, 4),
        (20, 5),
        (300, 100),
        (80, 24),
        (7, 40),
        (500, 3),
    ] {
        bench.happen(Msg::Resize { width, height });
        for keys in [
            "G",
            "g",
            "l l l l l l l l",
            "h h h",
            "/",
            "a",
            "esc",
            "?",
            "G",
            "esc",
            "f",
            "x",
            "esc",
        ] {
            bench.press(keys).frame();
        }
    }
}

/// Runs of a sweep: three models with two seeds each, nested in a parent.
pub(super) fn sweep() -> Vec<Run> {
    let mut runs = vec![run("p0", RunStatus::Running, &[], &[])];
    runs[0].info.name = "sweep".to_owned();
    for (place, model) in ["gb", "nn", "gb", "nn", "lr", "lr"].into_iter().enumerate() {
        let auc = 0.8 + 0.021 * place as f64;
        let seed = (place / 3).to_string();
        let params = [("model", model), ("seed", &*seed), ("data", "v2")];
        let mut child = run(
            &format!("c{place}"),
            RunStatus::Finished,
            &[("auc", auc), ("loss", 1.0 - auc)],
            &params,
        );
        child.tags.push(Tag {
            key: "mlflow.parentRunId".into(),
            value: "p0".to_owned(),
        });
        runs.push(child);
    }
    runs
}

#[test]
fn every_way_to_look_at_the_table_has_its_frame() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("runs_{state}_{width}x{height}");
        insta::assert_snapshot!(name("tree"), with(&sweep(), width, height).frame());
        insta::assert_snapshot!(name("folded"), with(&sweep(), width, height).press("tab").frame());
        let mut grouped = with(&sweep(), width, height);
        to_column(&mut grouped, "model").press("b");
        insta::assert_snapshot!(name("grouped"), grouped.frame());
        insta::assert_snapshot!(name("grouped_range"), grouped.press("# # # # j tab").frame());
        let mut baseline = with(&sweep(), width, height);
        insta::assert_snapshot!(name("baseline"), baseline.press("j j B j space space").frame());
        insta::assert_snapshot!(
            name("chooser"),
            with(&sweep(), width, height).press("l l l l c").frame()
        );
        insta::assert_snapshot!(
            name("chooser_search"),
            with(&sweep(), width, height).press("c / a u").frame()
        );
        insta::assert_snapshot!(
            name("filter_completion"),
            with(&sweep(), width, height).press("f").frame()
        );
        insta::assert_snapshot!(
            name("delete"),
            with(&sweep(), width, height).press("ctrl-a D").frame()
        );
    }
}

/// Goes to the column of this key.
pub(super) fn to_column<'a>(bench: &'a mut Bench, key: &str) -> &'a mut Bench {
    bench.press("c /").type_text(key).press("enter enter");
    bench
}
