use super::PipelineCompare;
use crate::app::pipelines::testing::{FAILED, Replay, SUCCEEDED};
use crate::app::testing::{Bench, unreachable};

fn compared(width: u16, height: u16) -> Bench {
    let page = PipelineCompare::of([FAILED.into(), SUCCEEDED.into()]);
    let mut bench = Bench::on(page, width, height);
    Replay::shared().answer(&mut bench);
    bench
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("pipeline_compare_{state}_{width}x{height}");
        let page = PipelineCompare::of([FAILED.into(), SUCCEEDED.into()]);
        insta::assert_snapshot!(name("loading"), Bench::on(page, width, height).frame());
        let page = PipelineCompare::of([FAILED.into(), SUCCEEDED.into()]);
        let mut failed = Bench::on(page, width, height);
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
        insta::assert_snapshot!(name("full"), compared(width, height).frame());
        insta::assert_snapshot!(name("differing"), compared(width, height).press("d").frame());
    }
}

#[test]
fn only_what_differs_is_shown_and_undo_shows_all_again() {
    let mut bench = compared(120, 40);
    let all = bench.frame();
    bench.press("d");
    let frame = bench.frame();
    assert!(
        frame.contains("only what differs") && frame.contains("≠ train"),
        "{frame}"
    );
    bench.press("u");
    assert_eq!(bench.frame().lines().count(), all.lines().count());
    assert!(!bench.frame().contains("only what differs"));
}
