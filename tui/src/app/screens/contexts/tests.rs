use std::path::Path;

use flowdeck_surface::client::port::{StoreKind, StoreOrigin};
use flowdeck_surface::client::{Config, Contexts as Read, Policy};

use super::Contexts;
use crate::app::effect::{ContextChange, Effect, Question};
use crate::app::message::{Answer, ContextsRead};
use crate::app::testing::{Bench, unreachable};

const TEXT: &str = "current = 'lab'\n\
    [contexts.lab]\ntracking = 'https://mlflow.lab.example'\nauth = { kind = 'bearer', keyring = true }\n\
    [contexts.prod]\ntracking = 'https://mlflow.example.org'\nproduction = true\n\
    auth = { kind = 'basic', username = 'ann', command = 'pass prod' }\n\
    [contexts.archive]\ntracking = '/srv/old/mlflow.db'\nread_only = true\n\
    [contexts.wrong]\ntracking = 3\n";

fn read(text: &str) -> Answer {
    let config =
        Config::parse(Path::new("/home/ada/.config/flowdeck/config.toml"), text).expect("it is TOML");
    Answer::Contexts(Box::new(ContextsRead {
        contexts: Read::of(config).expect("it has contexts"),
        open: Some("lab".to_owned()),
        said: None,
    }))
}

fn full(width: u16, height: u16) -> Bench {
    let mut bench = Bench::on(Contexts::default(), width, height);
    bench.answer_all(|_| vec![Ok(read(TEXT))]);
    bench.wanted();
    bench
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("contexts_{state}_{width}x{height}");
        let loading = Bench::on(Contexts::default(), width, height);
        insta::assert_snapshot!(name("loading"), loading.frame());
        let mut empty = Bench::on(Contexts::default(), width, height);
        empty.answer_all(|_| vec![Ok(read(""))]);
        insta::assert_snapshot!(name("empty"), empty.frame());
        let mut failed = Bench::on(Contexts::default(), width, height);
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
        insta::assert_snapshot!(name("full"), full(width, height).frame());
        insta::assert_snapshot!(name("form"), full(width, height).press("e").frame());
    }
}

#[test]
fn enter_opens_the_store_of_a_context_and_shows_its_experiments() {
    let mut bench = full(80, 24);
    bench.press("j enter");
    let (ticket, question) = bench.asked()[0].clone();
    assert_eq!(question, Question::OpenContext("prod".into()));
    assert!(bench.frame().contains("Opening prod"));
    let origin = StoreOrigin {
        kind: StoreKind::Server,
        uri: "https://mlflow.example.org".into(),
        version: None,
    };
    let policy = Policy {
        context: Some("prod".into()),
        production: true,
        ..Policy::default()
    };
    bench.answer(ticket, Ok(Answer::Opened(origin, policy)));
    let frame = bench.frame();
    assert!(
        frame.contains("Experiments") && frame.contains("prod · production"),
        "{frame}"
    );
}

#[test]
fn a_store_that_cannot_be_opened_is_told_and_the_open_one_stays() {
    let mut bench = full(80, 24);
    bench.press("j enter");
    let (ticket, _) = bench.asked()[0].clone();
    bench.answer(ticket, Err(unreachable()));
    let frame = bench.frame();
    assert!(
        frame.contains("Cannot open prod: Cannot reach tracking.example"),
        "{frame}"
    );
    assert!(
        frame.contains("Contexts") && frame.contains("mlflow.lab.example"),
        "{frame}"
    );
}

#[test]
fn escape_stops_waiting_for_a_store() {
    let mut bench = full(80, 24);
    bench.press("j enter");
    let (ticket, _) = bench.asked()[0].clone();
    bench.press("esc");
    assert!(bench.wanted().contains(&Effect::GiveUp(ticket)));
    assert!(bench.frame().contains("4 contexts"));
}

#[test]
fn a_form_that_cannot_be_written_says_why_and_can_be_mended() {
    let mut bench = full(100, 40);
    bench.press("a").type_text("new").press("ctrl-s");
    let (ticket, question) = bench.asked()[0].clone();
    let Question::ChangeContexts(change) = &question else {
        panic!("{question:?}");
    };
    assert!(matches!(&**change, ContextChange::Write(None, values, _) if values[0] == "new"));
    bench.answer(ticket, Err(unreachable()));
    let frame = bench.frame();
    assert!(
        frame.contains("New context") && frame.contains("Cannot reach"),
        "{frame}"
    );
    bench.press("ctrl-s");
    let (ticket, _) = bench.asked()[0].clone();
    bench.answer(ticket, Ok(read(TEXT)));
    assert!(!bench.frame().contains("New context"));
}

#[test]
fn a_secret_is_hidden_while_it_is_typed_and_goes_on_as_one() {
    let mut bench = full(100, 48);
    bench
        .press("a")
        .type_text("new")
        .press("shift-tab")
        .type_text("hunter2");
    let frame = bench.frame();
    assert!(frame.contains("•••••••") && !frame.contains("hunter2"), "{frame}");
    bench.press("enter");
    let (_, question) = bench.asked()[0].clone();
    assert!(!format!("{question:?}").contains("hunter2"), "{question:?}");
    let Question::ChangeContexts(change) = question else {
        panic!("{question:?}");
    };
    let ContextChange::Write(None, values, secret) = *change else {
        panic!("a new context");
    };
    assert_eq!(secret.reveal(), "hunter2");
    assert!(!values.contains(&"hunter2".to_owned()), "{values:?}");
}

#[test]
fn a_context_is_made_current_and_removed_once_that_is_confirmed() {
    let mut bench = full(80, 24);
    bench.press("j u");
    let (ticket, question) = bench.asked()[0].clone();
    assert_eq!(
        question,
        Question::ChangeContexts(Box::new(ContextChange::Use("prod".into())))
    );
    bench.answer(ticket, Ok(read(TEXT)));
    bench.wanted();
    bench.press("D n");
    assert!(bench.asked().is_empty());
    bench.press("D y");
    let (_, question) = bench.asked()[0].clone();
    assert_eq!(
        question,
        Question::ChangeContexts(Box::new(ContextChange::Remove("prod".into())))
    );
}

#[test]
fn a_production_context_asks_for_its_name_before_a_run_is_deleted_and_a_read_only_one_asks_nothing() {
    use crate::app::screens::run::RunPage;
    use crate::app::testing::run;
    use flowdeck_surface::client::tracking::RunStatus;
    let page = |read_only| {
        let mut bench = Bench::on(RunPage::of(run("r", RunStatus::Finished, &[], &[])), 100, 30);
        bench.state.policy = Policy {
            context: Some("prod".into()),
            production: true,
            read_only,
        };
        bench
    };
    let mut production = page(false);
    production.press("D");
    assert!(
        production.frame().contains("Type prod to go on"),
        "{}",
        production.frame()
    );
    let mut read_only = page(true);
    read_only.press("D");
    let frame = read_only.frame();
    assert!(
        frame.contains("read-only: nothing was changed") && !frame.contains("to go on"),
        "{frame}"
    );
}
