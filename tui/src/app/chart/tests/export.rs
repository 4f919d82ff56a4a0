use std::path::PathBuf;

use flowdeck_surface::action::Action;
use flowdeck_surface::chart::Exported;

use super::bench::{ChartBench, wave};
use crate::app::effect::Question;
use crate::app::message::Answer;
use crate::app::testing::unreachable;

fn exporting(file: &str) -> ChartBench {
    let mut bench = ChartBench::of(wave(30));
    bench.act(&[Action::Export]).type_line(file);
    bench
}

#[test]
fn a_chart_is_written_into_the_file_that_was_named_and_that_is_said() {
    let mut bench = exporting("curves/loss.csv");
    let (ticket, question) = bench.asked.remove(0);
    let Question::Export(wanted) = question else {
        panic!("{question:?}")
    };
    assert_eq!(wanted.file, PathBuf::from("curves/loss.csv"));
    assert!(!wanted.may_replace);
    assert_eq!(wanted.figure.lines.len(), 1);
    assert_eq!(wanted.figure.title, "loss of run-r");
    let exported = Exported {
        file: "/home/ada/curves/loss.csv".into(),
        n_points: Some(1_234),
    };
    bench.tell(ticket, Ok(Answer::Exported(exported)));
    assert_eq!(
        bench.said.as_deref(),
        Some("Wrote 1,234 points to /home/ada/curves/loss.csv.")
    );
    assert!(bench.pane.prompt().is_none());
}

#[test]
fn a_file_that_is_there_is_replaced_only_when_the_same_name_is_given_again() {
    let mut bench = exporting("loss.svg");
    let (ticket, _) = bench.asked.remove(0);
    bench.tell(ticket, Ok(Answer::AlreadyThere("loss.svg".into())));
    let fault = bench.pane.prompt().and_then(|prompt| prompt.fault.clone());
    assert_eq!(
        fault.map(|fault| fault.sentence).as_deref(),
        Some("loss.svg is there already.")
    );
    bench.with(|pane, cx| {
        let area = cx.body;
        pane.press(&crate::app::key::Key::named("enter"), area, cx);
    });
    let may_replace =
        |question: &Question| matches!(question, Question::Export(wanted) if wanted.may_replace);
    let (ticket, question) = bench.asked.remove(0);
    assert!(may_replace(&question));
    bench.tell(ticket, Err(unreachable()));
    bench.type_line("other.svg");
    assert!(!may_replace(&bench.asked[0].1));
}

#[test]
fn without_a_point_there_is_nothing_to_export() {
    let mut bench = ChartBench::of(Vec::new());
    bench.act(&[Action::Export]).type_line("a.svg");
    assert_eq!(bench.said.as_deref(), Some("There is no point to export yet."));
}
