use flowdeck_surface::client::tracking::{LoggedModel, TraceInfo};
use flowdeck_surface::client::{Listing, Result};

use super::Catalog;
use crate::app::detail::{Asked, Told};
use crate::app::effect::Question;
use crate::app::message::Answer;
use crate::app::screens::run::tests::{logged_model, trace_info};
use crate::app::testing::{Bench, experiment, unreachable};

fn answers(question: &Question) -> Vec<Result<Answer>> {
    fn listing<T>(items: Vec<T>) -> Listing<T> {
        Listing {
            items,
            more: true,
            warnings: Vec::new(),
        }
    }
    vec![Ok(Answer::Detail(match question {
        Question::Detail(Asked::ExperimentTraces(_)) => Told::Traces(listing(vec![trace_info()])),
        Question::Detail(Asked::ExperimentModels(_)) => Told::LoggedModels(listing(vec![logged_model()])),
        other => panic!("{other:?}"),
    }))]
}

#[test]
fn traces_and_models_are_listed_in_every_state() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("catalog_{state}_{width}x{height}");
        let mut traces = Bench::on(Catalog::<TraceInfo>::of(experiment("1", "churn")), width, height);
        insta::assert_snapshot!(name("loading"), traces.frame());
        traces.answer_all(answers);
        insta::assert_snapshot!(name("traces"), traces.frame());
        let mut models = Bench::on(
            Catalog::<LoggedModel>::of(experiment("1", "churn")),
            width,
            height,
        );
        models.answer_all(answers);
        insta::assert_snapshot!(name("models"), models.frame());
        let mut failed = Bench::on(Catalog::<TraceInfo>::of(experiment("1", "churn")), width, height);
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
        let mut empty = Bench::on(Catalog::<TraceInfo>::of(experiment("1", "churn")), width, height);
        empty.answer_all(|_| {
            vec![Ok(Answer::Detail(Told::Traces(Listing {
                items: Vec::new(),
                more: false,
                warnings: Vec::new(),
            })))]
        });
        insta::assert_snapshot!(name("empty"), empty.frame());
    }
}

#[test]
fn a_listed_model_opens_its_page_and_words_narrow_the_list() {
    let mut bench = Bench::on(Catalog::<LoggedModel>::of(experiment("1", "churn")), 80, 24);
    bench.answer_all(answers);
    bench.press("/").type_text("nothing").press("enter");
    assert!(bench.frame().contains("Nothing here has these words."));
    bench.press("esc enter");
    assert!(
        bench.frame().contains("Logged models › classifier"),
        "{}",
        bench.frame()
    );
}
