use flowdeck_surface::client::Result;
use flowdeck_surface::client::tracking::{Span, SpanEvent, Trace};

use super::TracePage;
use crate::app::detail::{Asked, Told};
use crate::app::effect::{Effect, Question};
use crate::app::message::{Answer, Msg};
use crate::app::screens::run::tests::trace_info;
use crate::app::testing::{Bench, unreachable};

fn span(id: &str, parent: Option<&str>, name: &str, from_ms: i64, to_ms: i64) -> Span {
    let at = |millis: i64| 1_700_000_000_000_000_000 + millis * 1_000_000;
    Span {
        id: id.to_owned(),
        parent_id: parent.map(str::to_owned),
        name: name.to_owned(),
        start_time_ns: at(from_ms),
        end_time_ns: Some(at(to_ms)),
        status: "OK".to_owned(),
        status_message: None,
        attributes: vec![
            ("mlflow.spanType".to_owned(), "\"CHAIN\"".to_owned()),
            (
                "mlflow.spanInputs".to_owned(),
                r#"{"question": "What does the warranty cover?"}"#.to_owned(),
            ),
            (
                "mlflow.spanOutputs".to_owned(),
                "\"Everything\\u001b[2J.\"".to_owned(),
            ),
        ],
        events: Vec::new(),
    }
}

fn the_trace() -> Trace {
    let mut generate = span("3", Some("1"), "generate", 350, 1_180);
    generate.attributes.push((
        "mlflow.chat.tokenUsage".to_owned(),
        r#"{"input_tokens": 500, "output_tokens": 12, "total_tokens": 512}"#.to_owned(),
    ));
    let mut rank = span("4", Some("2"), "rank", 120, 300);
    rank.status = "ERROR".to_owned();
    rank.status_message = Some("no index".to_owned());
    rank.events = vec![SpanEvent {
        name: "exception".to_owned(),
        time_ns: rank.start_time_ns + 5_000_000,
        attributes: vec![("exception.message".to_owned(), "\"no index\"".to_owned())],
    }];
    Trace {
        info: trace_info(),
        spans: vec![
            span("1", None, "answer", 0, 1_200),
            span("2", Some("1"), "retrieve", 10, 320),
            rank,
            generate,
        ],
    }
}

fn answers(question: &Question) -> Vec<Result<Answer>> {
    match question {
        Question::Detail(Asked::Trace(_)) => vec![Ok(Answer::Detail(Told::Trace(Box::new(the_trace()))))],
        other => panic!("{other:?}"),
    }
}

fn page(width: u16, height: u16) -> Bench {
    let mut bench = Bench::on(TracePage::of(trace_info()), width, height);
    bench.answer_all(answers);
    bench
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("trace_{state}_{width}x{height}");
        let loading = Bench::on(TracePage::of(trace_info()), width, height);
        insta::assert_snapshot!(name("loading"), loading.frame());
        insta::assert_snapshot!(name("full"), page(width, height).press("j j j").frame());
        insta::assert_snapshot!(name("span"), page(width, height).press("j j j tab").frame());
        let mut empty = Bench::on(TracePage::of(trace_info()), width, height);
        empty.answer_all(|_| {
            let trace = Trace {
                spans: Vec::new(),
                ..the_trace()
            };
            vec![Ok(Answer::Detail(Told::Trace(Box::new(trace))))]
        });
        insta::assert_snapshot!(name("empty"), empty.frame());
        let mut failed = Bench::on(TracePage::of(trace_info()), width, height);
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
    }
}

#[test]
fn spans_fold_and_words_in_their_attributes_find_them() {
    let mut bench = page(80, 24);
    bench.press("j j space");
    assert!(bench.frame().contains("▸ retrieve") && !bench.frame().contains("rank"));
    bench.press("+");
    assert!(bench.frame().contains("✗ rank"), "{}", bench.frame());
    bench.press("-");
    assert!(!bench.frame().contains("generate"));
    bench.press("+ /").type_text("512").press("enter");
    let frame = bench.frame();
    assert!(frame.contains("generate") && !frame.contains("rank"), "{frame}");
    bench.press("esc");
    assert!(bench.frame().contains("rank"));
}

#[test]
fn a_span_shows_what_it_took_in_gave_back_and_why_it_failed() {
    let mut bench = page(80, 24);
    bench.press("j j j enter");
    let frame = bench.frame();
    for part in [
        "no index",
        "What does the warranty cover?",
        "Event exception after 5 ms",
        "Everything␛[2J.",
    ] {
        assert!(frame.contains(part), "{part} in {frame}");
    }
    bench.press("esc");
    assert!(bench.frame().contains("Spans"));
    bench.wanted();
    bench.press("y");
    assert!(
        bench
            .wanted()
            .contains(&Effect::Copy("Everything\x1b[2J.".to_owned()))
    );
}

#[test]
fn the_run_of_a_trace_is_one_key_away() {
    let mut bench = page(80, 24);
    bench.press("p");
    assert!(
        bench
            .asked()
            .iter()
            .any(|(_, question)| *question == Question::Run("a1b2c3".into()))
    );
}

#[test]
fn nothing_breaks_at_any_size() {
    let mut bench = page(80, 24);
    for (width, height) in [(1, 1), (3, 2), (20, 5), (300, 100), (500, 3), (9, 40)] {
        bench.happen(Msg::Resize { width, height });
        for key in [
            "j", "tab", "enter", "j", "esc", "G", "space", "-", "+", "g", "/", "x", "esc",
        ] {
            bench.press(key).frame();
        }
    }
}
