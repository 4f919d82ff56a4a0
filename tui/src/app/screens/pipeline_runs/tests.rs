use super::PipelineRuns;
use crate::app::effect::{Effect, Question};
use crate::app::message::Answer;
use crate::app::pipelines::testing::{FAILED, Replay};
use crate::app::pipelines::{Asked, FromPipelines, Told};
use crate::app::testing::{Bench, unreachable};

fn none() -> Answer {
    Answer::Pipelines(Box::new(FromPipelines {
        told: Told::Runs {
            lines: Vec::new(),
            next: None,
            is_last: true,
        },
        policy: flowdeck_surface::client::Policy::default(),
        web: None,
        place: None,
    }))
}

fn full(width: u16, height: u16) -> Bench {
    let mut bench = Bench::on(PipelineRuns::default(), width, height);
    Replay::shared().answer(&mut bench);
    bench
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("pipeline_runs_{state}_{width}x{height}");
        let loading = Bench::on(PipelineRuns::default(), width, height);
        insta::assert_snapshot!(name("loading"), loading.frame());
        let mut empty = Bench::on(PipelineRuns::default(), width, height);
        empty.answer_all(|_| vec![Ok(none())]);
        insta::assert_snapshot!(name("empty"), empty.frame());
        let mut failed = Bench::on(PipelineRuns::default(), width, height);
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
        insta::assert_snapshot!(name("full"), full(width, height).frame());
        insta::assert_snapshot!(name("filter"), full(width, height).press("f s").frame());
        insta::assert_snapshot!(name("delete"), full(width, height).press("space space D").frame());
        insta::assert_snapshot!(name("help"), full(width, height).press("?").frame());
    }
}

#[test]
fn the_first_runs_show_before_the_others_are_there() {
    let mut bench = Bench::on(PipelineRuns::default(), 100, 30);
    let (ticket, question) = bench.asked().remove(0);
    let mut answers = Replay::shared().answers(&question).into_iter();
    bench.answer(ticket, answers.next().expect("a first page"));
    assert!(bench.frame().contains("5+ runs"), "{}", bench.frame());
    for answer in answers {
        bench.answer(ticket, answer);
    }
    let frame = bench.frame();
    assert!(frame.contains("20 runs"), "{frame}");
}

#[test]
fn a_filter_that_is_wrong_says_why_and_a_good_one_is_asked_of_the_server() {
    let mut bench = full(100, 30);
    bench.press("f").type_text("state:odd").press("enter");
    assert!(
        bench.frame().contains("no state of a pipeline run"),
        "{}",
        bench.frame()
    );
    bench
        .press("ctrl-u")
        .type_text("churn state:failed")
        .press("enter");
    let (_, question) = bench.asked().pop().expect("the server is asked");
    let Question::Pipelines(asked) = &question else {
        panic!("{question:?}")
    };
    let Asked::Runs(asked) = &**asked else {
        panic!("{asked:?}")
    };
    let keys: Vec<&str> = asked.predicates.iter().map(|one| one.key.as_str()).collect();
    assert_eq!(keys, ["display_name", "state", "storage_state"]);
    Replay::shared().answer(&mut bench);
    assert!(
        bench.frame().contains("filter churn state:failed"),
        "{}",
        bench.frame()
    );
    bench.press("u");
    Replay::shared().answer(&mut bench);
    assert!(!bench.frame().contains("filter churn"), "{}", bench.frame());
}

#[test]
fn runs_that_go_on_are_asked_for_again_and_new_ones_stand_first() {
    let mut bench = full(100, 30);
    let before = bench.frame();
    bench.ring();
    let (_, question) = bench.asked().pop().expect("it asks again");
    assert!(matches!(&question, Question::Pipelines(asked) if matches!(&**asked, Asked::RunsAgain(..))));
    Replay::shared().answer(&mut bench);
    assert_eq!(
        before.lines().nth(3),
        bench.frame().lines().nth(3),
        "nothing jumped"
    );
}

#[test]
fn a_failed_run_is_retried_once_it_was_confirmed() {
    let server = Replay::own();
    let mut bench = Bench::on(PipelineRuns::default(), 100, 30);
    server.answer(&mut bench);
    bench.press("/").type_text("retries").press("enter");
    bench.press("esc /").type_text(FAILED).press("enter R");
    assert!(bench.frame().contains("Retry run"), "{}", bench.frame());
    bench.press("y");
    server.answer(&mut bench);
    let asked = server.asked();
    assert!(
        asked.contains(&format!("POST /apis/v2beta1/runs/{FAILED}:retry")),
        "{asked:?}"
    );
    assert!(
        bench.frame().contains("Started again 1 run."),
        "{}",
        bench.frame()
    );
}

#[test]
fn a_read_only_context_changes_nothing_and_a_production_one_asks_for_its_name() {
    let server = Replay::under("read_only = true");
    let mut bench = Bench::on(PipelineRuns::default(), 100, 30);
    server.answer(&mut bench);
    bench.press("D");
    assert!(bench.frame().contains("read-only"), "{}", bench.frame());
    let server = Replay::under("production = true");
    let mut bench = Bench::on(PipelineRuns::default(), 100, 30);
    server.answer(&mut bench);
    bench.press("D");
    assert!(
        bench.frame().contains("lab is a production context."),
        "{}",
        bench.frame()
    );
    bench.type_text("lab").press("enter");
    server.answer(&mut bench);
    assert!(
        server.asked().iter().any(|asked| asked.starts_with("DELETE")),
        "{:?}",
        server.asked()
    );
}

#[test]
fn two_marked_runs_are_compared_and_the_list_is_written_into_a_file() {
    let mut bench = full(120, 30);
    bench.press("C");
    assert!(bench.frame().contains("Mark two runs"), "{}", bench.frame());
    bench.press("e ctrl-u").type_text("runs.csv").press("enter");
    let written = bench.wanted().into_iter().find_map(|effect| match effect {
        Effect::Ask(_, Question::WriteFile(name, text)) => Some((name, text)),
        _ => None,
    });
    let (name, text) = written.expect("a file is written");
    assert_eq!(name, "runs.csv");
    assert!(text.starts_with("run_id,display_name,state,summary"), "{text}");
    bench.press("space space C");
    assert!(bench.frame().contains("2 runs"), "{}", bench.frame());
}
