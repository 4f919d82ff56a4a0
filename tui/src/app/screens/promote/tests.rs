use flowdeck_surface::client::promotion::{AuditEntry, Target};
use flowdeck_surface::client::{Policy, VersionReference};

use super::PromotePage;
use crate::app::effect::Question;
use crate::app::message::Answer;
use crate::app::registry::{Asked, Told};
use crate::app::screens::models::tests::Registry;
use crate::app::screens::registered_model::RegisteredModelPage;
use crate::app::screens::version::VersionPage;
use crate::app::testing::{Bench, unreachable};

const MODEL: &str = "surface-classifier";

fn new(number: &str, target: &Target, width: u16, height: u16) -> Bench {
    let reference = VersionReference::Number(MODEL.into(), number.into());
    Bench::on(PromotePage::of(reference, target.clone()), width, height)
}

fn to_production() -> Target {
    Target::stage("Production", true).expect("it is a stage")
}

fn looked(target: &Target, width: u16, height: u16) -> Bench {
    let mut bench = new("4", target, width, height);
    bench.answer_all(|question| Registry::shared().answers(question));
    bench
}

fn entries(registry: &Registry) -> Vec<AuditEntry> {
    let asked = Question::Registry(Box::new(Asked::Audit(None)));
    match registry.answers(&asked).pop() {
        Some(Ok(Answer::Registry(Told::Audit(entries, _)))) => entries,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("promote_{state}_{width}x{height}");
        insta::assert_snapshot!(name("loading"), new("4", &to_production(), width, height).frame());
        let mut failed = new("4", &to_production(), width, height);
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
        insta::assert_snapshot!(name("stage"), looked(&to_production(), width, height).frame());
        insta::assert_snapshot!(
            name("end"),
            looked(&to_production(), width, height).press("G").frame()
        );
        let alias = Target::alias("champion");
        insta::assert_snapshot!(name("alias"), looked(&alias, width, height).frame());
        insta::assert_snapshot!(
            name("confirm"),
            looked(&alias, width, height).press("enter").frame()
        );
        let mut nothing = new("3", &to_production(), width, height);
        nothing.answer_all(|question| Registry::shared().answers(question));
        insta::assert_snapshot!(name("nothing"), nothing.press("enter").frame());
    }
}

#[test]
fn a_version_is_promoted_from_its_page_read_back_and_taken_back() {
    let registry = Registry::own();
    let answer = |bench: &mut Bench| {
        bench.answer_all(|question| registry.answers(question));
    };
    let mut bench = Bench::on(VersionPage::by_number(MODEL.into(), "4".into()), 100, 40);
    answer(&mut bench);
    bench.press("P").type_text("production").press("enter");
    answer(&mut bench);
    let looked = bench.frame();
    assert!(
        looked.contains("version 4: Staging → Production")
            && looked.contains("version 3: Production → Archived"),
        "{looked}"
    );
    // `no` is in hand.
    bench.press("enter enter");
    assert!(entries(&registry).is_empty());
    bench.press("enter y");
    answer(&mut bench);
    let done = bench.frame();
    assert!(done.contains("✓ done, and read back"), "{done}");
    assert_eq!(entries(&registry)[0].word(), "done");
    let hints = done.lines().last().unwrap_or_default();
    assert!(
        hints.contains("u take back") && !hints.contains("promote"),
        "{hints}"
    );
    bench.press("u");
    answer(&mut bench);
    assert!(
        bench.frame().contains("version 3: Archived → Production"),
        "{}",
        bench.frame()
    );
    bench.press("y");
    answer(&mut bench);
    assert!(bench.frame().contains("taken back"), "{}", bench.frame());
    let words: Vec<_> = entries(&registry).iter().map(AuditEntry::word).collect();
    assert_eq!(words, ["done", "undone"]);
    bench.press("esc");
    answer(&mut bench);
    assert!(bench.frame().contains("Staging"), "{}", bench.frame());
}

#[test]
fn an_alias_of_another_name_is_typed() {
    let registry = Registry::own();
    let answer = |bench: &mut Bench| {
        bench.answer_all(|question| registry.answers(question));
    };
    let mut bench = Bench::on(VersionPage::by_number(MODEL.into(), "4".into()), 100, 40);
    answer(&mut bench);
    bench
        .press("P")
        .type_text("@ …")
        .press("enter")
        .type_text("canary")
        .press("enter");
    answer(&mut bench);
    assert!(
        bench.frame().contains("@canary: nothing → version 4"),
        "{}",
        bench.frame()
    );
    bench.press("enter y");
    answer(&mut bench);
    assert_eq!(entries(&registry)[0].target, "@canary");
}

#[test]
fn a_production_context_wants_its_name_and_takes_no_other() {
    let mut bench = looked(&to_production(), 100, 40);
    bench.state.policy = Policy {
        context: Some("live".into()),
        read_only: false,
        production: true,
    };
    bench.wanted();
    bench.press("enter").type_text("y").press("enter");
    let frame = bench.frame();
    assert!(
        frame.contains("live is a production context.") && frame.contains("That is not the name."),
        "{frame}"
    );
    assert_eq!(bench.wanted(), []);
    bench.press("ctrl-u").type_text("live").press("enter");
    let asked = bench.asked();
    assert!(
        asked
            .iter()
            .any(|(_, question)| matches!(question, Question::Registry(asked) if matches!(**asked, Asked::Apply(_)))),
        "{asked:?}"
    );
}

#[test]
fn what_somebody_else_changed_meanwhile_is_refused_and_looked_at_anew() {
    let registry = Registry::own();
    let mut bench = new("4", &to_production(), 100, 40);
    bench.answer_all(|question| registry.answers(question));
    let mut other = new("5", &to_production(), 100, 40);
    other.answer_all(|question| registry.answers(question));
    other.press("enter y");
    other.answer_all(|question| registry.answers(question));
    bench.press("enter y");
    bench.answer_all(|question| registry.answers(question));
    let refused = bench.frame();
    assert!(
        refused.contains("✗ nothing was changed") && refused.contains("changed by somebody else"),
        "{refused}"
    );
    bench.press("r");
    bench.answer_all(|question| registry.answers(question));
    assert!(
        bench.frame().contains("version 5: Production → Archived"),
        "{}",
        bench.frame()
    );
}

#[test]
fn an_alias_is_removed_from_the_page_of_its_model_and_that_is_taken_back() {
    let registry = Registry::own();
    let answer = |bench: &mut Bench| {
        bench.answer_all(|question| registry.answers(question));
    };
    let mut bench = Bench::on(RegisteredModelPage::of(MODEL.into()), 100, 40);
    answer(&mut bench);
    bench.press("A");
    assert!(
        bench.frame().contains("No alias points at this version."),
        "{}",
        bench.frame()
    );
    bench.press("j A");
    answer(&mut bench);
    let asked = bench.frame();
    assert!(
        asked.contains("Remove @challenger of surface-classifier?")
            && asked.contains("@challenger: version 4 → nothing"),
        "{asked}"
    );
    bench.press("y");
    answer(&mut bench);
    assert!(bench.frame().contains("Removed @challenger"), "{}", bench.frame());
    assert_eq!(
        bench.frame().matches("@challenger").count(),
        1,
        "{}",
        bench.frame()
    );
    bench.press("u");
    answer(&mut bench);
    bench.press("y");
    answer(&mut bench);
    assert!(
        bench.frame().matches("@challenger").count() > 1,
        "{}",
        bench.frame()
    );
}

#[test]
fn a_rename_is_taken_back_on_the_page_of_the_model_that_was_renamed() {
    let registry = Registry::own();
    let answer = |bench: &mut Bench| {
        bench.answer_all(|question| registry.answers(question));
    };
    let mut bench = Bench::on(RegisteredModelPage::of(MODEL.into()), 100, 40);
    answer(&mut bench);
    bench.press("R ctrl-u").type_text("other-name").press("enter");
    answer(&mut bench);
    assert!(
        bench.frame().contains("is now called other-name"),
        "{}",
        bench.frame()
    );
    bench.press("u");
    answer(&mut bench);
    assert!(
        bench.frame().contains("name: other-name → surface-classifier"),
        "{}",
        bench.frame()
    );
    bench.press("y");
    answer(&mut bench);
    let frame = bench.frame();
    assert!(
        frame.contains("Took the change of name") && frame.contains("@champion"),
        "{frame}"
    );
}
