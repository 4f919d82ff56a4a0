use flowdeck_surface::client::Timestamp;
use flowdeck_surface::client::pipelines::{Task, TaskKind, TaskSource, TaskState, TaskTree};

use super::PipelineRunPage;
use crate::app::effect::Question;
use crate::app::message::Answer;
use crate::app::pipelines::testing::{DRIVER, FAILED, FANOUT, PENDING, Replay, SUCCEEDED, WAITING};
use crate::app::pipelines::{Asked, Told};
use crate::app::testing::{Bench, NOW, unreachable};

fn page(run: &str, width: u16, height: u16) -> Bench {
    let mut bench = Bench::on(PipelineRunPage::by_id(run.into()), width, height);
    Replay::shared().answer(&mut bench);
    bench
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("pipeline_run_{state}_{width}x{height}");
        let loading = Bench::on(PipelineRunPage::by_id(FAILED.into()), width, height);
        insta::assert_snapshot!(name("loading"), loading.frame());
        let mut failed = Bench::on(PipelineRunPage::by_id(FAILED.into()), width, height);
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
        insta::assert_snapshot!(name("pending"), page(PENDING, width, height).frame());
        insta::assert_snapshot!(name("graph"), page(FAILED, width, height).press("n").frame());
        insta::assert_snapshot!(name("tree"), page(FAILED, width, height).press("2 n").frame());
        insta::assert_snapshot!(name("bars"), page(FAILED, width, height).press("3").frame());
        insta::assert_snapshot!(name("facts"), page(FAILED, width, height).press("n tab").frame());
        insta::assert_snapshot!(name("details"), page(FAILED, width, height).press("d").frame());
        insta::assert_snapshot!(name("fanout"), page(FANOUT, width, height).press("1").frame());
        insta::assert_snapshot!(
            name("fanout_bars"),
            page(FANOUT, width, height).press("3").frame()
        );
        insta::assert_snapshot!(name("help"), page(FAILED, width, height).press("?").frame());
    }
}

#[test]
fn what_waits_and_what_died_are_told_with_the_task_and_the_reason() {
    for (run, sentence) in [
        (FAILED, "failed at `train`: exit code 1, after 3 tries"),
        (SUCCEEDED, "succeeded"),
        (DRIVER, "its driver failed"),
    ] {
        let frame = page(run, 120, 30).frame();
        assert!(frame.contains(sentence), "{sentence} in\n{frame}");
    }
    let frame = page(WAITING, 120, 30).frame();
    assert!(frame.contains("waits at"), "{frame}");
}

#[test]
fn keys_lead_from_task_to_task_and_to_what_failed() {
    let mut bench = page(FAILED, 120, 30);
    bench.press("j");
    assert!(bench.frame().contains("╭─ prepare"), "{}", bench.frame());
    bench.press("j");
    assert!(bench.frame().contains("╭─ train"), "{}", bench.frame());
    bench.press("g n");
    let frame = bench.frame();
    assert!(frame.contains("╭─ train") && frame.contains("Tries"), "{frame}");
    bench.press("y");
    assert!(bench.frame().contains("Copied place train."), "{}", bench.frame());
    bench.press("tab enter");
    assert!(
        !bench.frame().contains("1 Graph"),
        "the task fills the page\n{}",
        bench.frame()
    );
    bench.press("esc enter");
    assert!(
        bench.frame().contains("› train"),
        "the log of the task\n{}",
        bench.frame()
    );
}

#[test]
fn words_find_tasks_in_every_shape() {
    let mut bench = page(FANOUT, 120, 30);
    bench.press("2 /").type_text("announce").press("enter");
    let frame = bench.frame();
    assert!(
        frame.contains("announce") && frame.contains("/announce"),
        "{frame}"
    );
    bench.press("esc");
    assert!(!bench.frame().contains("/announce"), "{}", bench.frame());
}

#[test]
fn a_run_that_goes_on_is_asked_for_again_and_one_that_is_over_is_not() {
    let mut bench = page(FANOUT, 120, 30);
    bench.ring();
    let (_, question) = bench.asked().pop().expect("it asks again");
    assert!(matches!(&question, Question::Pipelines(asked) if matches!(&**asked, Asked::Run(_))));
    let mut over = page(FAILED, 120, 30);
    let effects = over.wanted();
    let alarms = effects
        .iter()
        .filter(|effect| matches!(effect, crate::app::effect::Effect::Wake(..)));
    assert_eq!(alarms.count(), 0);
}

#[test]
fn the_mouse_selects_opens_and_turns_to_another_shape() {
    let mut bench = page(FAILED, 120, 30);
    bench.click("prepare");
    assert!(bench.frame().contains("╭─ prepare"), "{}", bench.frame());
    bench.click("2 Tree");
    assert!(bench.frame().contains("▾"), "{}", bench.frame());
    bench.click("✗ train");
    assert!(bench.frame().contains("╭─ train"), "{}", bench.frame());
}

#[test]
fn a_run_like_another_one_is_started_from_its_form() {
    let server = Replay::own();
    let mut bench = Bench::on(PipelineRunPage::by_id(SUCCEEDED.into()), 100, 40);
    server.answer(&mut bench);
    bench.press("c");
    server.answer(&mut bench);
    let frame = bench.frame();
    assert!(
        frame.contains("Start a run") && frame.contains("Clone of"),
        "{frame}"
    );
    insta::assert_snapshot!("pipeline_run_form_100x40", frame);
    bench.press("ctrl-u").type_text("again").press("ctrl-s");
    server.answer(&mut bench);
    assert_eq!(server.written()["display_name"], "again");
    assert!(bench.frame().contains("Started run"), "{}", bench.frame());
}

#[test]
fn five_cron_fields_are_refused_with_the_reason_and_six_tell_their_next_times() {
    let server = Replay::own();
    let mut bench = Bench::on(PipelineRunPage::by_id(SUCCEEDED.into()), 100, 44);
    server.answer(&mut bench);
    bench.press("S");
    server.answer(&mut bench);
    bench.press("tab").type_text("30 4 * * 1").press("ctrl-s");
    let frame = bench.frame();
    assert!(
        frame.contains("takes five fields") && frame.contains("0 30 4 * * 1"),
        "{frame}"
    );
    bench.press("home").type_text("0 ");
    let frame = bench.frame();
    assert!(frame.contains("Next: 2023-11-20 04:30:00"), "{frame}");
    bench.press("ctrl-s");
    server.answer(&mut bench);
    let written = server.written();
    assert_eq!(written["trigger"]["cron_schedule"]["cron"], "0 30 4 * * 1");
    assert_eq!(written["max_concurrency"], "1");
}

/// 40 strands of seven tasks between two others.
fn three_hundred_tasks() -> TaskTree {
    let task = |name: &str, before: Vec<String>| {
        let mut task = Task::new(name.into(), name, TaskKind::Runtime, TaskState::Succeeded);
        task.path = format!("root.{name}");
        task.parent_id = Some("root".into());
        task.depends_on = before;
        task.start_time = Some(Timestamp(NOW.0 - 60_000));
        task.end_time = Some(NOW);
        task
    };
    let mut root = Task::new("root".into(), "root", TaskKind::Root, TaskState::Running);
    root.path = "root".to_owned();
    let mut tasks = vec![root, task("split", Vec::new())];
    let mut joined = Vec::new();
    for strand in 0..40 {
        let mut before = "split".to_owned();
        for step in 0..7 {
            let name = format!("work-{strand}-{step}");
            tasks.push(task(&name, vec![before]));
            before = name;
        }
        joined.push(before);
    }
    tasks.push(task("join", joined));
    tasks.extend((0..17).map(|n| task(&format!("alone-{n}"), Vec::new())));
    TaskTree::ordered(tasks, TaskSource::Workflow)
}

#[test]
fn three_hundred_tasks_begin_as_a_tree_and_are_drawn_as_a_graph_too() {
    let mut bench = Bench::on(PipelineRunPage::by_id(FANOUT.into()), 160, 48);
    bench.answer_all(|question| {
        let mut answers = Replay::shared().answers(question);
        for answer in &mut answers {
            if let Ok(Answer::Pipelines(from)) = answer {
                match &mut from.told {
                    Told::Run(run) => run.tasks = three_hundred_tasks(),
                    Told::Spec(spec) => *spec = None,
                    _ => {}
                }
            }
        }
        answers
    });
    let frame = bench.frame();
    assert!(frame.contains("▾") && frame.contains("split"), "a tree\n{frame}");
    bench.press("1 g");
    assert!(bench.frame().contains("╭─ split"), "{}", bench.frame());
    bench.press("j /").type_text("work-39-6").press("enter");
    let frame = bench.frame();
    assert!(frame.contains("╭─ work-39-6"), "{frame}");
    bench.press("esc down");
    assert!(bench.frame().contains("╭─ join"), "{}", bench.frame());
}
