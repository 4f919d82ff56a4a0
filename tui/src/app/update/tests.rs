use flowdeck_surface::action::keymap::Keymap;
use flowdeck_surface::client::config::Config;
use flowdeck_surface::client::port::StoreKind;
use flowdeck_surface::client::{Listing, Warning};

use crate::app::effect::{Effect, Question};
use crate::app::key::Key;
use crate::app::message::{Answer, Msg};
use crate::app::pulse::Watching;
use crate::app::screens::experiments::Experiments;
use crate::app::screens::run::RunPage;
use crate::app::testing::{Bench, experiment, run};
use flowdeck_surface::activity::Activity;
use flowdeck_surface::client::ExperimentId;
use flowdeck_surface::client::tracking::RunStatus;

fn answers(question: &Question) -> Vec<flowdeck_surface::client::Result<Answer>> {
    let finished = run("a1", RunStatus::Finished, &[("loss", 0.5)], &[]);
    if let Question::ActivitiesNear(ids) = question {
        let activity = |(place, id): (usize, &ExperimentId)| {
            Ok(Answer::Activity {
                id: id.clone(),
                activity: Activity::default(),
                is_last: place + 1 == ids.len(),
            })
        };
        return ids.iter().enumerate().map(activity).collect();
    }
    vec![Ok(match question {
        Question::Experiments(_) => Answer::Experiments(Listing {
            items: vec![experiment("1", "vision-classifier"), experiment("2", "churn")],
            more: false,
            warnings: Vec::new(),
        }),
        Question::Activities(_) => Answer::Activities(flowdeck_surface::activity::Activities::default()),
        Question::Runs(_) => Answer::Runs {
            runs: vec![finished],
            warnings: Vec::new(),
            is_last: true,
        },
        Question::Run(_) => Answer::Run(Box::new(finished)),
        other => panic!("{other:?}"),
    })]
}

fn bench(kind: StoreKind) -> Bench {
    let mut bench = Bench::on_kind(kind, Experiments::default(), 80, 24);
    bench.answer_all(answers);
    bench
}

#[test]
fn the_palette_goes_to_the_runs_of_an_experiment_by_its_name() {
    let mut bench = bench(StoreKind::Sqlite);
    bench.press(":").type_text("exp vis");
    insta::assert_snapshot!("palette_80x24", bench.frame());
    bench.press("tab enter").answer_all(answers);
    assert!(bench.frame().contains("› vision-classifier"), "{}", bench.frame());
    bench
        .press(":")
        .type_text("exp churn")
        .press("enter")
        .answer_all(answers);
    let frame = bench.frame();
    assert!(
        frame.contains("Experiments › churn") && !frame.contains("vision"),
        "{frame}"
    );
    bench
        .press(":")
        .type_text("experiments")
        .press("enter")
        .answer_all(answers);
    assert!(bench.frame().contains("2 experiments"));
}

#[test]
fn the_palette_does_every_action_of_the_screen_by_its_name() {
    let mut bench = bench(StoreKind::Sqlite);
    bench.press(":").type_text("experiments.copy").press("enter");
    assert!(bench.wanted().contains(&Effect::Copy("1".to_owned())));
    bench.press(":").type_text("app.quit").press("enter");
    assert!(bench.wanted().contains(&Effect::Quit));
}

#[test]
fn the_palette_remembers_what_was_typed_and_says_what_it_does_not_know() {
    let mut bench = bench(StoreKind::Sqlite);
    bench.press(":").type_text("theme light").press("enter");
    assert_eq!(bench.state.theme.name(), "light");
    bench.press(": up");
    assert!(bench.frame().contains(": theme light"));
    bench.press("esc :").type_text("theme mauve").press("enter");
    assert!(bench.frame().contains("There is no theme `mauve`."));
    bench.press("esc :").type_text("zzzz").press("enter");
    assert!(bench.frame().contains("There is no command `zzzz`."));
    bench.press("esc");
    assert!(bench.frame().contains("? help"));
}

#[test]
fn help_is_searched() {
    let mut bench = bench(StoreKind::Sqlite);
    bench.press("? /").type_text("deleted");
    let frame = bench.frame();
    assert!(
        frame.contains("active, deleted or all") && !frame.contains("list its runs"),
        "{frame}"
    );
    bench.press("esc");
    assert!(bench.frame().contains("list its runs"));
    bench.press("esc");
    assert!(!bench.frame().contains("list its runs"));
}

#[test]
fn a_part_of_the_path_and_a_hint_can_be_clicked() {
    let mut bench = bench(StoreKind::Sqlite);
    bench.press("enter").answer_all(answers);
    bench.press("enter");
    assert!(bench.frame().contains("› run-a1"));
    bench.click("Experiments");
    assert!(bench.frame().contains("2 experiments"));
    bench.click("? help");
    assert!(bench.frame().contains("list its runs"));
}

#[test]
fn the_browser_shows_the_same_page_and_a_local_store_has_none() {
    let mut server = bench(StoreKind::Server);
    server.press("o");
    let address = "http://tracking.example:5000/#/experiments".to_owned();
    assert!(server.wanted().contains(&Effect::Browse(address)));
    let known = run("a1", RunStatus::Finished, &[], &[]);
    let mut page = Bench::on_kind(StoreKind::Server, RunPage::of(known), 80, 24);
    page.press("o");
    let address = "http://tracking.example:5000/#/experiments/1/runs/a1".to_owned();
    assert!(page.wanted().contains(&Effect::Browse(address)));
    let mut local = bench(StoreKind::Sqlite);
    local.press("o");
    assert!(local.frame().contains("/home/ada/lab/mlflow.db"));
}

#[test]
fn a_configured_key_does_what_it_is_given_to_and_the_hints_say_so() {
    let mut bench = bench(StoreKind::Sqlite);
    let config = Config::parse(
        std::path::Path::new("/c"),
        "[keys]\nexperiments.view = 'V'\napp.help = 'f1'\n",
    );
    bench.state.keymap = Keymap::of(&config.expect("it is TOML")).0;
    assert!(bench.frame().contains("V view") && bench.frame().contains("F1 help"));
    bench.press("?");
    assert!(!bench.frame().contains("list its runs"));
    bench.happen(Msg::Key(Key::named("f1")));
    assert!(bench.frame().contains("list its runs"));
}

#[test]
fn changes_of_the_view_are_taken_back_by_one_key_on_every_screen() {
    let mut bench = bench(StoreKind::Sqlite);
    let whole = bench.frame();
    bench.press("/").type_text("churn").press("enter space");
    assert!(bench.frame().contains("1 marked"), "{}", bench.frame());
    bench.press("u");
    assert!(!bench.frame().contains("marked") && !bench.frame().contains("vision"));
    bench.press("z");
    assert_eq!(bench.frame(), whole, "what was typed is one change");
    bench.press("u");
    assert!(bench.frame().contains("No change of the view is left"));
    bench.press("ctrl-r");
    assert!(!bench.frame().contains("vision"));
    // The screen that is opened has changes of its own, and the one below keeps its.
    bench.press("enter").answer_all(answers);
    let runs = bench.frame();
    bench.press("l l s");
    assert!(bench.frame().contains('▼'), "{}", bench.frame());
    bench.press("u h h");
    assert_eq!(bench.frame(), runs);
    bench.press("esc").answer_all(answers);
    bench.press("u");
    assert!(bench.frame().contains("vision"), "{}", bench.frame());
}

#[test]
fn a_filter_is_one_change_though_the_store_answers_later() {
    let mut bench = bench(StoreKind::Sqlite);
    bench.press("enter").answer_all(answers);
    bench
        .press("f")
        .type_text("metrics.loss < 1")
        .press("enter")
        .answer_all(answers);
    assert!(
        bench.frame().contains("filter metrics.loss < 1"),
        "{}",
        bench.frame()
    );
    bench.press("u").answer_all(answers);
    assert!(!bench.frame().contains("filter metrics"), "{}", bench.frame());
    bench.press("ctrl-r").answer_all(answers);
    assert!(bench.frame().contains("filter metrics.loss < 1"));
}

#[test]
fn the_top_line_says_how_the_screen_keeps_up_and_trouble_is_told_once() {
    let mut bench = bench(StoreKind::Server);
    bench.happen(Msg::Watched(Watching::default()));
    assert!(
        bench.frame().contains("every 15 s  as of 22:13:20"),
        "{}",
        bench.frame()
    );
    let troubled = Watching {
        is_live: true,
        trouble: Some(Warning::new("The system watches no more files.")),
    };
    bench.happen(Msg::Watched(troubled.clone()));
    let frame = bench.frame();
    assert!(
        frame.contains("live  as of") && frame.contains("watches no more files"),
        "{frame}"
    );
    bench.press("j");
    bench.happen(Msg::Watched(troubled));
    assert!(!bench.frame().contains("watches no more files"));
}
