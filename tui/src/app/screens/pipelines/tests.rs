use super::Pipelines;
use crate::app::pipelines::testing::Replay;
use crate::app::screens::Screen;
use crate::app::screens::pipeline_experiments::PipelineExperiments;
use crate::app::screens::schedules::Schedules;
use crate::app::testing::{Bench, unreachable};

type Make = fn() -> Box<dyn Screen>;

/// A screen in a box is one, too.
fn on(make: Make, width: u16, height: u16) -> Bench {
    let mut bench = Bench::on(Pipelines::default(), width, height);
    bench.wanted();
    bench.state.screens = vec![make()];
    bench.effects = crate::app::update::start(&mut bench.state);
    bench
}

const LISTS: [(&str, Make); 3] = [
    ("pipelines", || Box::new(Pipelines::default())),
    ("schedules", || Box::new(Schedules::default())),
    (
        "pipeline_experiments",
        || Box::new(PipelineExperiments::default()),
    ),
];

#[test]
fn every_list_has_something_to_show_in_every_state() {
    for (width, height) in [(80, 24), (160, 48)] {
        for (list, make) in LISTS {
            let name = |state: &str| format!("{list}_{state}_{width}x{height}");
            insta::assert_snapshot!(name("loading"), on(make, width, height).frame());
            let mut failed = on(make, width, height);
            failed.answer_all(|_| vec![Err(unreachable())]);
            insta::assert_snapshot!(name("failed"), failed.frame());
            let mut full = on(make, width, height);
            Replay::shared().answer(&mut full);
            insta::assert_snapshot!(name("full"), full.frame());
        }
    }
}

#[test]
fn a_pipeline_leads_to_its_versions_and_a_version_to_what_it_does() {
    for (width, height) in [(80, 24), (160, 48)] {
        let mut bench = on(LISTS[0].1, width, height);
        Replay::shared().answer(&mut bench);
        bench.press("/").type_text("churn-linear").press("enter enter");
        Replay::shared().answer(&mut bench);
        insta::assert_snapshot!(format!("pipeline_versions_full_{width}x{height}"), bench.frame());
        bench.press("enter");
        Replay::shared().answer(&mut bench);
        insta::assert_snapshot!(format!("pipeline_version_graph_{width}x{height}"), bench.frame());
    }
}

#[test]
fn a_pipeline_is_deleted_only_once_somebody_said_so() {
    let server = Replay::own();
    let mut bench = on(LISTS[0].1, 100, 30);
    server.answer(&mut bench);
    bench.press("D");
    assert!(
        bench.frame().contains("All versions go with it"),
        "{}",
        bench.frame()
    );
    bench.press("enter");
    assert!(!server.asked().iter().any(|asked| asked.starts_with("DELETE")));
    bench.press("D y");
    server.answer(&mut bench);
    assert!(
        server
            .asked()
            .iter()
            .any(|asked| asked.starts_with("DELETE /apis/v2beta1/pipelines/"))
    );
    assert!(bench.frame().contains("Deleted 1 pipeline."), "{}", bench.frame());
}

#[test]
fn a_file_that_is_not_there_is_told_in_the_form() {
    let server = Replay::own();
    let mut bench = on(LISTS[0].1, 100, 30);
    server.answer(&mut bench);
    bench.press("U").type_text("nowhere.yaml").press("ctrl-s");
    server.answer(&mut bench);
    let frame = bench.frame();
    assert!(
        frame.contains("Cannot read nowhere.yaml") && frame.contains("Upload a pipeline"),
        "{frame}"
    );
}

#[test]
fn a_schedule_is_switched_off_and_on_and_leads_to_its_runs() {
    let server = Replay::own();
    let mut bench = on(LISTS[1].1, 120, 30);
    server.answer(&mut bench);
    bench.press("t");
    assert!(
        bench.frame().contains("Disable schedule") || bench.frame().contains("Enable schedule"),
        "{}",
        bench.frame()
    );
    bench.press("y");
    server.answer(&mut bench);
    let asked = server.asked();
    assert!(
        asked
            .iter()
            .any(|asked| asked.ends_with(":disable") || asked.ends_with(":enable")),
        "{asked:?}"
    );
    bench.press("enter");
    server.answer(&mut bench);
    assert!(bench.frame().contains("of the schedule"), "{}", bench.frame());
}

#[test]
fn a_version_is_run_from_a_form_of_its_inputs_that_refuses_what_the_server_would_take_for_something_else() {
    let server = Replay::own();
    let mut bench = on(LISTS[0].1, 100, 44);
    server.answer(&mut bench);
    bench.press("/").type_text("churn-linear").press("enter enter");
    server.answer(&mut bench);
    bench.press("/").type_text("v2").press("enter c");
    server.answer(&mut bench);
    insta::assert_snapshot!("pipeline_version_form_100x44", bench.frame());
    while !bench.frame().contains("rows · whole number") {
        bench.press("tab");
    }
    let place = bench.place_of("rows · whole number");
    bench.mouse(crate::app::message::Mouse::at(
        crate::app::message::MouseKind::Press,
        place.0,
        place.1,
    ));
    bench.press("ctrl-e ctrl-u").type_text("1.5").press("ctrl-s");
    assert!(
        bench.frame().contains("holds a whole number, not"),
        "{}",
        bench.frame()
    );
    bench.press("ctrl-u").type_text("7000").press("ctrl-s");
    server.answer(&mut bench);
    assert_eq!(server.written()["runtime_config"]["parameters"]["rows"], 7000);
}
