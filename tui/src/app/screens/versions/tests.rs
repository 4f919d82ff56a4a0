use super::VersionsPage;
use crate::app::screens::models::tests::Registry;
use crate::app::screens::registered_model::RegisteredModelPage;
use crate::app::testing::{Bench, unreachable};

const MODEL: &str = "surface-classifier";

fn marked(keys: &str, width: u16, height: u16) -> Bench {
    let mut bench = Bench::on(RegisteredModelPage::of(MODEL.into()), width, height);
    bench.answer_all(|question| Registry::shared().answers(question));
    bench.press(keys);
    bench.answer_all(|question| Registry::shared().answers(question));
    bench
}

#[test]
fn marked_versions_lie_side_by_side() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("versions_{state}_{width}x{height}");
        insta::assert_snapshot!(name("two"), marked("j space space C", width, height).frame());
        insta::assert_snapshot!(
            name("three"),
            marked("space space space C", width, height).frame()
        );
        let mut failed = Bench::on(VersionsPage::of(Vec::new()), width, height);
        insta::assert_snapshot!(name("loading"), failed.frame());
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
    }
}

#[test]
fn one_version_alone_is_compared_with_nothing() {
    let mut bench = marked("space C", 80, 24);
    let frame = bench.frame();
    assert!(frame.contains("Mark two versions or more"), "{frame}");
    assert!(bench.press("esc").frame().contains("Versions"));
}
