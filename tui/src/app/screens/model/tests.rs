use flowdeck_surface::client::Result;
use flowdeck_surface::client::artifact::{ArtifactEntry, ArtifactKind, ArtifactPath};

use super::ModelPage;
use crate::app::detail::{Asked, Told};
use crate::app::effect::Question;
use crate::app::message::{Answer, Msg};
use crate::app::screens::run::tests::{logged_model, preview};
use crate::app::testing::{Bench, unreachable};

fn answers(question: &Question) -> Vec<Result<Answer>> {
    vec![Ok(match question {
        Question::Detail(Asked::LoggedModel(_)) => {
            Answer::Detail(Told::LoggedModel(Box::new(logged_model())))
        }
        Question::Detail(Asked::Preview(_, path, _)) => {
            Answer::Detail(Told::Preview(Box::new(preview(path))))
        }
        Question::Artifacts(..) => Answer::Artifacts(vec![ArtifactEntry {
            path: ArtifactPath::parse("MLmodel").expect("a plain name"),
            kind: ArtifactKind::File {
                size_bytes: Some(1_203),
            },
        }]),
        other => panic!("{other:?}"),
    })]
}

fn page(width: u16, height: u16) -> Bench {
    let mut bench = Bench::on(ModelPage::of(logged_model().id, None), width, height);
    bench.answer_all(answers);
    bench
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("model_{state}_{width}x{height}");
        let loading = Bench::on(ModelPage::of(logged_model().id, None), width, height);
        insta::assert_snapshot!(name("loading"), loading.frame());
        insta::assert_snapshot!(name("full"), page(width, height).frame());
        let mut file = page(width, height);
        file.press("tab").answer_all(answers);
        insta::assert_snapshot!(name("files"), file.frame());
        file.press("enter").answer_all(answers);
        insta::assert_snapshot!(name("file"), file.frame());
        let mut failed = Bench::on(ModelPage::of(logged_model().id, None), width, height);
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
    }
}

#[test]
fn files_are_downloaded_from_here_and_the_run_is_one_key_away() {
    let mut bench = page(80, 24);
    bench.press("d");
    assert!(
        bench.frame().contains("all files of classifier"),
        "{}",
        bench.frame()
    );
    bench.press("esc p");
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
    for (width, height) in [(1, 1), (3, 2), (20, 5), (300, 100), (500, 3), (9, 40), (120, 4)] {
        bench.happen(Msg::Resize { width, height });
        for key in ["tab", "j", "enter", "tab", "G", "/", "x", "esc", "shift-tab"] {
            bench.press(key).answer_all(answers).frame();
        }
    }
}
