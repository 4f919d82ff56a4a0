use flowdeck_surface::client::registry::Stage;

use super::VersionPage;
use crate::app::effect::{Effect, Question};
use crate::app::message::Answer;
use crate::app::registry::Told;
use crate::app::screens::models::tests::Registry;
use crate::app::testing::{Bench, unreachable};

const MODEL: &str = "surface-classifier";

fn page(number: &str, width: u16, height: u16) -> Bench {
    let mut bench = Bench::on(VersionPage::by_number(MODEL.into(), number.into()), width, height);
    bench.answer_all(|question| Registry::shared().answers(question));
    bench
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("version_{state}_{width}x{height}");
        let new = || Bench::on(VersionPage::by_number(MODEL.into(), "4".into()), width, height);
        insta::assert_snapshot!(name("loading"), new().frame());
        let mut failed = new();
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
        insta::assert_snapshot!(name("full"), page("4", width, height).frame());
        insta::assert_snapshot!(name("card"), page("4", width, height).press("tab").frame());
        insta::assert_snapshot!(name("targets"), page("4", width, height).press("P").frame());
        insta::assert_snapshot!(name("help"), page("4", width, height).press("?").frame());
    }
}

#[test]
fn a_version_leads_to_its_run_and_its_experiment() {
    let mut bench = page("4", 100, 30);
    bench.wanted();
    bench.press("p");
    assert!(
        bench
            .wanted()
            .iter()
            .any(|effect| matches!(effect, Effect::Ask(_, Question::Run(_)))),
        "{}",
        bench.frame()
    );
    bench.press("esc x");
    assert!(
        bench
            .wanted()
            .iter()
            .any(|effect| matches!(effect, Effect::Ask(_, Question::Runs(_)))),
        "{}",
        bench.frame()
    );
}

#[test]
fn the_selected_tag_is_the_one_that_is_set_or_removed() {
    let registry = Registry::own();
    let mut bench = Bench::on(VersionPage::by_number(MODEL.into(), "4".into()), 100, 40);
    let answer = |bench: &mut Bench| {
        bench.answer_all(|question| registry.answers(question));
    };
    answer(&mut bench);
    bench
        .press("T")
        .type_text("reviewed")
        .press("tab")
        .type_text("yes")
        .press("enter");
    answer(&mut bench);
    assert!(bench.frame().contains("Tag reviewed"), "{}", bench.frame());
    bench.press("/").type_text("tag reviewed").press("enter U");
    let asked = bench.frame();
    assert!(asked.contains("‹ reviewed ›"), "{asked}");
    bench.press("enter");
    answer(&mut bench);
    bench.press("esc");
    assert!(!bench.frame().contains("Tag reviewed"), "{}", bench.frame());
}

#[test]
fn a_version_that_holds_production_says_so_before_it_is_deleted() {
    let mut bench = page("3", 100, 30);
    bench.press("D");
    let frame = bench.frame();
    assert!(
        frame.contains("It holds Production.") && frame.contains("@champion points at it."),
        "{frame}"
    );
    assert!(frame.contains("Type surface-classifier 3 to go on"), "{frame}");
}

#[test]
fn a_run_that_is_not_in_this_store_is_said_and_leads_nowhere() {
    let mut bench = Bench::on(VersionPage::by_number(MODEL.into(), "4".into()), 100, 30);
    bench.answer_all(|question| {
        let mut answers = Registry::shared().answers(question);
        if let Some(Ok(Answer::Registry(Told::Kin(kin)))) = answers.first_mut() {
            kin.run = None;
            kin.experiment = None;
        }
        if let Some(Ok(Answer::Registry(Told::Version(version)))) = answers.first_mut() {
            version.run_id = Some("elsewhere".into());
            version.current_stage = Stage::Other("Shadow".into());
        }
        answers
    });
    bench.wanted();
    bench.press("p");
    let frame = bench.frame();
    assert!(
        frame.contains("No run of this store made it.") && frame.contains("elsewhere, not in this store"),
        "{frame}"
    );
    let asked = bench.asked();
    assert!(
        asked
            .iter()
            .all(|(_, question)| !matches!(question, Question::Run(_)))
    );
}
