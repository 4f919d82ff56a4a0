use std::sync::Arc;

use flowdeck_surface::client::Timestamp;
use flowdeck_surface::client::artifact::{
    ArtifactEntry, ArtifactKind, ArtifactOwner, ArtifactPath, ArtifactRoot,
};
use flowdeck_surface::client::tracking::{MetricPoint, Run, RunStatus};
use flowdeck_surface::compare::TextDiff;
use flowdeck_surface::preview::{Preview, Source, TextFile};

use super::Compare;
use crate::app::basket::{Place, RunSource};
use crate::app::detail::{Asked, Told};
use crate::app::effect::{Effect, Question};
use crate::app::message::Answer;
use crate::app::testing::{Bench, run, unreachable, whole_history};

fn some_runs(n: usize) -> Vec<Run> {
    let one = |place: usize| {
        let loss = 0.5 - 0.01 * place as f64;
        let lr = format!("0.{}", place + 1);
        let (status, auc) = if place == 1 {
            (RunStatus::Failed, f64::NAN)
        } else {
            (RunStatus::Finished, 0.9)
        };
        let metrics = [("val/loss", loss), ("auc", auc), ("epochs", 10.0)];
        run(
            &format!("r{place:03}"),
            status,
            &metrics,
            &[("lr", &lr), ("seed", "42")],
        )
    };
    (0..n).map(one).collect()
}

fn comparing(n: usize, width: u16, height: u16) -> Bench {
    let runs = some_runs(n);
    let ids = runs.iter().map(|run| run.info.id.clone()).collect();
    let mut bench = Bench::on(Compare::of(ids), width, height);
    answer_runs(&mut bench, &runs);
    bench
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("compare_{state}_{width}x{height}");
        let ids = vec!["a".into(), "b".into()];
        let loading = Bench::on(Compare::of(ids), width, height);
        insta::assert_snapshot!(name("loading"), loading.frame());
        let mut failed = Bench::on(Compare::of(vec!["a".into()]), width, height);
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
        insta::assert_snapshot!(name("full"), comparing(3, width, height).frame());
        insta::assert_snapshot!(name("all_keys"), comparing(3, width, height).press("d").frame());
        insta::assert_snapshot!(
            name("baseline"),
            comparing(40, width, height).press("l l l l l B j j").frame()
        );
    }
}

#[test]
fn runs_that_are_the_same_say_so() {
    let runs = vec![some_runs(1)[0].clone(), some_runs(1)[0].clone()];
    let mut bench = Bench::on(Compare::of(vec!["r000".into(), "r000".into()]), 80, 24);
    bench.answer_all(|_| vec![Ok(Answer::RunsById(runs.clone()))]);
    assert!(bench.frame().contains("differ in nothing"), "{}", bench.frame());
}

#[test]
fn a_thousand_runs_are_walked_through_from_side_to_side() {
    let mut bench = comparing(1_000, 80, 24);
    for _ in 0..60 {
        bench.press("l");
    }
    assert!(bench.frame().contains("run 61 of 1,000"), "{}", bench.frame());
    assert!(bench.frame().contains("run-r060"));
    for _ in 0..60 {
        bench.press("h");
    }
    assert!(bench.frame().contains("run-r000"));
}

#[test]
fn keys_are_found_the_run_in_hand_is_opened_and_a_value_is_copied_exactly() {
    let mut bench = comparing(3, 80, 24);
    bench.press("/").type_text("loss").press("enter");
    assert!(!bench.frame().contains(" lr "));
    bench.wanted();
    bench.press("j l y");
    assert_eq!(bench.wanted(), [Effect::Copy("0.49".to_owned())]);
    bench.press("enter");
    let opened = bench.wanted();
    assert!(
        opened
            .iter()
            .any(|effect| matches!(effect, Effect::Ask(_, Question::Run(id)) if id.as_str() == "r001"))
    );
}

#[test]
fn nothing_breaks_at_any_size() {
    let mut bench = comparing(3, 80, 24);
    for (width, height) in [(1, 1), (3, 2), (20, 5), (300, 100), (7, 40)] {
        bench.happen(crate::app::message::Msg::Resize { width, height });
        for page in ["1", "2", "3", "4", "5", "6", "7"] {
            bench.press(page);
            for keys in [
                "G", "l l l", "B", "d", "j", "k", "L", "v", "n", "N", "0", "g", "h", "space",
            ] {
                bench.press(keys).frame();
            }
        }
        bench.press("1 / x").frame();
        bench.press("esc").frame();
    }
}

fn sweep(n: usize) -> Vec<Run> {
    let one = |place: usize| {
        let lr = ["0.001", "0.01", "0.1", "1"][place % 4];
        let optimizer = ["adam", "sgd", "rmsprop"][place % 3];
        let loss = match place {
            5 => f64::NAN,
            11 => 9.0,
            _ => 0.5 + 0.01 * ((place * 7) % 13) as f64,
        };
        let auc = 0.8 + 0.01 * ((place * 5) % 17) as f64;
        let layers = (2 + place % 3).to_string();
        run(
            &format!("r{place:03}"),
            RunStatus::Finished,
            &[("val/loss", loss), ("auc", auc)],
            &[("lr", lr), ("optimizer", optimizer), ("layers", &layers)],
        )
    };
    (0..n).map(one).collect()
}

fn comparing_sweep(n: usize, width: u16, height: u16) -> Bench {
    let runs = sweep(n);
    let ids = runs.iter().map(|run| run.info.id.clone()).collect();
    let mut bench = Bench::on(Compare::of(ids), width, height);
    answer_runs(&mut bench, &runs);
    bench
}

/// Answers questions for runs from these.
fn answer_runs(bench: &mut Bench, runs: &[Run]) {
    bench.answer_all(|question| match question {
        Question::RunsById(ids) => {
            let found = ids
                .iter()
                .filter_map(|id| runs.iter().find(|run| run.info.id == *id));
            vec![Ok(Answer::RunsById(found.cloned().collect()))]
        }
        Question::History(run, key, _) => {
            let place = runs.iter().position(|own| own.info.id == *run).unwrap_or(0);
            let point = |step: i64| MetricPoint {
                step,
                timestamp: Timestamp(1_000 * step),
                value: 1.0 / (step + place as i64 + key.as_str().len() as i64) as f64,
            };
            whole_history((1..50).map(point).collect())
        }
        other => panic!("{other:?}"),
    });
}

#[test]
fn every_plot_is_drawn_at_both_sizes() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |page: &str| format!("compare_{page}_{width}x{height}");
        let mut bench = comparing_sweep(40, width, height);
        bench.press("2");
        answer_runs(&mut bench, &sweep(40));
        insta::assert_snapshot!(name("curves"), bench.press("space").frame());
        insta::assert_snapshot!(name("scatter"), bench.press("3 n n n").frame());
        insta::assert_snapshot!(name("parallel"), bench.press("4").frame());
        bench.press("K l l l l j j j j j j");
        insta::assert_snapshot!(name("parallel_brushed"), bench.frame());
        insta::assert_snapshot!(name("table_brushed"), bench.press("1").frame());
        insta::assert_snapshot!(name("boxes"), bench.press("4 0 5 l").frame());
    }
}

#[test]
fn pages_are_gone_through_by_tab_and_by_their_numbers() {
    let mut bench = comparing_sweep(6, 80, 24);
    for (key, shown) in [
        ("tab", "auc · step"),
        ("tab", " by "),
        ("5", "quartiles"),
        ("tab", "run-r000 → run-r001"),
        ("tab", "run 1 of 6"),
        ("tab", "keys differ"),
        ("shift-tab", "run 1 of 6"),
        ("5", "quartiles"),
        ("1", "keys differ"),
    ] {
        let frame = bench.press(key).frame();
        assert!(frame.contains(shown), "{key}: {shown} in\n{frame}");
    }
    bench.click("Scatter");
    assert!(bench.frame().contains("6 of 6 runs"), "{}", bench.frame());
}

#[test]
fn axes_are_chosen_by_a_few_letters_and_points_tell_their_run_exactly() {
    let mut bench = comparing_sweep(12, 100, 30);
    bench
        .press("3 y")
        .type_text("auc")
        .press("enter x")
        .type_text("optim")
        .press("enter");
    let frame = bench.frame();
    assert!(frame.contains("auc by optimizer · 12 of 12 runs"), "{frame}");
    bench.press("c").type_text("layers").press("enter L");
    assert!(
        bench.frame().contains("auc (log) by optimizer"),
        "{}",
        bench.frame()
    );
    assert!(bench.frame().contains("colour layers 2 "), "{}", bench.frame());
    assert!(
        bench
            .frame()
            .contains("run-r000  optimizer adam  auc 0.8  layers 2"),
        "{}",
        bench.frame()
    );
    bench.press("k");
    assert!(
        !bench.frame().contains("run-r000  optimizer"),
        "{}",
        bench.frame()
    );
    bench.wanted();
    bench.press("Y");
    assert!(matches!(&bench.wanted()[..], [Effect::Copy(id)] if id != "r000"));
}

#[test]
fn runs_without_a_number_are_counted_and_said() {
    let mut bench = comparing_sweep(12, 100, 30);
    bench.press("3 y").type_text("val/loss").press("enter");
    let frame = bench.frame();
    assert!(frame.contains("11 of 12 runs · val/loss: 1 NaN"), "{frame}");
}

#[test]
fn brushes_choose_the_runs_of_every_page_and_esc_takes_them_away() {
    let mut bench = comparing_sweep(12, 120, 40);
    bench.press("4 l l");
    assert!(bench.frame().contains("12 of 12 runs"), "{}", bench.frame());
    // The third axis has the categories: down from the top leaves one out.
    bench.press("j");
    assert!(
        bench.frame().contains("8 of 12 runs · optimizer adam..rmsprop"),
        "{}",
        bench.frame()
    );
    bench.press("h v j");
    let frame = bench.frame();
    assert!(
        frame.contains("optimizer adam..rmsprop"),
        "several at once: {frame}"
    );
    bench.press("x 1");
    assert!(
        bench.frame().contains("run 1 of 8 (12 in all)"),
        "{}",
        bench.frame()
    );
    bench.press("5");
    assert!(bench.frame().contains("2 groups") || bench.frame().contains("3 groups"));
    bench.press("4 esc");
    assert!(bench.frame().contains("12 of 12 runs"), "{}", bench.frame());
    bench.press("1");
    assert!(bench.frame().contains("run 1 of 12"), "{}", bench.frame());
}

#[test]
fn brushes_that_no_run_passes_say_so_on_every_page() {
    let mut bench = comparing_sweep(12, 120, 40);
    bench.press("4 K K K K K l K K K K K l K K K K K l K K K K K l K K K K K");
    assert!(
        bench.frame().contains("No run lies within all brushes."),
        "{}",
        bench.frame()
    );
    for page in ["1", "2", "3", "5"] {
        bench.press(page).frame();
    }
    assert!(
        bench
            .press("1")
            .frame()
            .contains("No run lies within all brushes.")
    );
}

#[test]
fn axes_are_moved_and_others_chosen() {
    let mut bench = comparing_sweep(12, 120, 40);
    let first = |bench: &Bench, name: &str| bench.place_of(name).0;
    bench.press("4");
    let before = first(&bench, "layers");
    bench.press("l h").press(">");
    let after = first(&bench, "layers");
    assert_ne!(before, after);
    bench.press("a");
    assert!(bench.frame().contains("[x]"), "{}", bench.frame());
    bench.press("tab enter");
    assert!(bench.frame().contains("12 of 12 runs"));
}

#[test]
fn a_mark_stands_on_every_page() {
    let mut bench = comparing_sweep(6, 120, 40);
    bench.press("l space");
    for page in ["1", "3", "4"] {
        let frame = bench.press(page).frame();
        assert!(frame.contains('◆'), "{page}: {frame}");
    }
}

#[test]
fn the_box_in_hand_tells_its_numbers_and_its_outliers_name_their_runs() {
    let mut bench = comparing_sweep(40, 130, 30);
    bench
        .press("5 m")
        .type_text("val/loss")
        .press("enter b")
        .type_text("optimizer")
        .press("enter");
    let frame = bench.frame();
    assert!(
        frame.contains("val/loss by optimizer · 3 groups by name"),
        "{frame}"
    );
    bench.press("G l");
    let frame = bench.frame();
    assert!(frame.contains("sgd  13 runs"), "{frame}");
    bench.press("k");
    let frame = bench.frame();
    assert!(frame.contains("rmsprop  13 runs  1 NaN"), "{frame}");
    bench.press("l");
    let frame = bench.frame();
    assert!(frame.contains("9 of run-r011  1 of 1"), "{frame}");
    bench.wanted();
    bench.press("enter");
    let opened = bench.wanted();
    let is_it =
        |effect: &Effect| matches!(effect, Effect::Ask(_, Question::Run(id)) if id.as_str() == "r011");
    assert!(opened.iter().any(is_it));
}

#[test]
fn a_run_is_taken_out_of_the_comparison() {
    let mut bench = comparing_sweep(4, 120, 30);
    bench.press("l ctrl-x");
    answer_runs(&mut bench, &sweep(4));
    let frame = bench.frame();
    assert!(
        frame.contains("Compare 3 runs") && frame.contains("run-r001 is no longer compared."),
        "{frame}"
    );
    assert!(bench.press("ctrl-x").frame().contains("Compare 2 runs"));
    answer_runs(&mut bench, &sweep(4));
    assert!(bench.press("ctrl-x").frame().contains("Two runs are the least"));
}

#[test]
fn what_is_shown_is_written_as_csv() {
    let mut bench = comparing_sweep(4, 120, 30);
    bench
        .press("3 x")
        .type_text("params.lr")
        .press("enter y")
        .type_text("auc")
        .press("enter");
    bench.wanted();
    bench.press("e enter");
    let written = bench.wanted().into_iter().find_map(|effect| match effect {
        Effect::Ask(_, Question::WriteFile(name, text)) => Some((name, text)),
        _ => None,
    });
    let (name, text) = written.expect("a file is written");
    assert_eq!(name, "scatter.csv");
    assert!(
        text.starts_with("run_id,run_name,params.lr,metrics.auc\nr000,run-r000,0.001,0.8\n"),
        "{text}"
    );
}

#[test]
fn many_runs_are_read_in_parts_that_are_counted() {
    let runs = sweep(250);
    let ids = runs.iter().map(|run| run.info.id.clone()).collect();
    let mut bench = Bench::on(Compare::of(ids), 80, 24);
    let (ticket, question) = bench.asked()[0].clone();
    assert!(matches!(&question, Question::RunsById(ids) if ids.len() == 100));
    bench.answer(ticket, Ok(Answer::RunsById(runs[..100].to_vec())));
    assert!(
        bench.frame().contains("Reading runs … 100 of 250"),
        "{}",
        bench.frame()
    );
    answer_runs(&mut bench, &runs);
    assert!(bench.frame().contains("run 1 of 250"), "{}", bench.frame());
}

fn listed(paths: &[&str]) -> Answer {
    let entry = |path: &&str| ArtifactEntry {
        path: ArtifactPath::parse(path).expect("a path"),
        kind: ArtifactKind::File {
            size_bytes: Some(100),
        },
    };
    Answer::Detail(Told::Files(paths.iter().map(entry).collect(), false))
}

fn config(place: usize) -> TextFile {
    let lines = (0..40).map(|line| match line {
        20 => format!("rate: 0.{place}"),
        _ => format!("setting_{line}: {line}"),
    });
    TextFile {
        text: lines.collect::<Vec<_>>().join("\n"),
        remarks: Vec::new(),
    }
}

fn picture(shade: u8) -> Preview {
    let mut image = image::RgbaImage::new(16, 16);
    image
        .pixels_mut()
        .for_each(|pixel| *pixel = image::Rgba([shade, 0, 200, 255]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("pixels become PNG");
    Preview::of(&Source {
        name: "roc.png",
        bytes: bytes.get_ref(),
        size_bytes: None,
        is_whole: true,
    })
}

/// Answers what pages of files ask: `r001` has a file of its own, and the last run no picture.
fn answer_files(bench: &mut Bench) {
    bench.answer_all(|question| {
        let place = |id: &str| id[1..].parse::<usize>().unwrap_or(0);
        let run = |root: &ArtifactRoot| match &root.owner {
            ArtifactOwner::Run(id) => place(id.as_str()),
            other => panic!("{other:?}"),
        };
        vec![Ok(match question {
            Question::Detail(Asked::Files(root)) => match run(root) {
                1 => listed(&["config.yaml", "notes.txt", "plots/roc.png"]),
                3 => listed(&["config.yaml"]),
                _ => listed(&["config.yaml", "model.pkl", "plots/roc.png"]),
            },
            Question::Detail(Asked::Text(root, ..)) => {
                Answer::Detail(Told::Text(Arc::new(config(run(root)))))
            }
            Question::Detail(Asked::Preview(root, ..)) => {
                Answer::Detail(Told::Preview(Box::new(picture(60 * run(root) as u8))))
            }
            Question::Diff(left, right) => Answer::Diff(Box::new(TextDiff::of(left, right))),
            other => panic!("{other:?}"),
        })]
    });
}

#[test]
fn files_and_pictures_of_runs_stand_beside_each_other() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |page: &str| format!("compare_{page}_{width}x{height}");
        let mut bench = comparing_sweep(4, width, height);
        insta::assert_snapshot!(name("text_loading"), bench.press("6").frame());
        answer_files(&mut bench);
        insta::assert_snapshot!(name("text"), bench.frame());
        bench.press("7");
        answer_files(&mut bench);
        insta::assert_snapshot!(name("images"), bench.frame());
    }
}

#[test]
fn changes_are_gone_to_and_other_files_and_runs_are_chosen() {
    let mut bench = comparing_sweep(4, 100, 24);
    bench.press("6");
    answer_files(&mut bench);
    let frame = bench.frame();
    assert!(
        frame.contains("config.yaml · run-r000 → run-r001 · -1 +1 · change 1 of 1"),
        "{frame}"
    );
    assert!(
        frame.contains("- rate: 0.0") && frame.contains("+ rate: 0.1"),
        "{frame}"
    );
    assert!(frame.contains("17 lines are the same"), "{frame}");
    bench.press("d g");
    assert!(bench.frame().contains("setting_0: 0"), "{}", bench.frame());
    bench.press("n");
    assert!(bench.frame().contains("- rate: 0.0"), "{}", bench.frame());
    bench.press("b").type_text("r003").press("enter");
    answer_files(&mut bench);
    assert!(bench.frame().contains("run-r000 → run-r003"), "{}", bench.frame());
    bench.press("w");
    answer_files(&mut bench);
    assert!(bench.frame().contains("run-r003 → run-r000"), "{}", bench.frame());
    bench.press("b").type_text("r001").press("enter");
    answer_files(&mut bench);
    bench.press("f").type_text("notes");
    assert!(bench.frame().contains("only on the right"), "{}", bench.frame());
    bench.press("enter");
    answer_files(&mut bench);
    assert!(bench.frame().contains("-0 +40"), "{}", bench.frame());
}

#[test]
fn a_file_that_cannot_be_read_says_why_and_can_be_asked_again() {
    let mut bench = comparing_sweep(2, 100, 24);
    bench.press("6");
    bench.answer_all(|_| vec![Err(unreachable())]);
    assert!(
        bench.frame().contains("reach tracking.example"),
        "{}",
        bench.frame()
    );
    bench.press("r");
    answer_runs(&mut bench, &[]);
}

#[test]
fn a_run_without_the_picture_says_so_and_others_are_walked_to() {
    let mut bench = comparing_sweep(4, 80, 24);
    bench.press("7");
    answer_files(&mut bench);
    let frame = bench.frame();
    assert!(
        frame.contains("plots/roc.png · picture 1 of 1 · run 1 of 4"),
        "{frame}"
    );
    assert!(
        frame.contains("run-r000") && frame.contains("run-r001"),
        "{frame}"
    );
    bench.press("l l l");
    answer_files(&mut bench);
    assert!(
        bench.frame().contains("This run has no such picture."),
        "{}",
        bench.frame()
    );
    bench.press("+");
    assert!(
        !bench.frame().contains("run-r002"),
        "one alone: {}",
        bench.frame()
    );
}

#[test]
fn runs_of_other_contexts_are_read_there_and_say_where_they_are_from() {
    let place = Place {
        context: Some("prod".to_owned()),
        uri: "http://mlflow.prod".to_owned(),
    };
    let source = |place: Option<&Place>, id: &str, experiment: &str| RunSource {
        place: place.cloned(),
        id: id.into(),
        experiment: experiment.to_owned(),
    };
    let sources = vec![
        source(None, "r000", "churn"),
        source(None, "r001", "fraud"),
        source(Some(&place), "r000", "churn"),
    ];
    let mut bench = Bench::on(Compare::of_sources(sources), 100, 24);
    let runs = sweep(2);
    let mut asked_there = 0;
    bench.answer_all(|question| match question {
        Question::RunsById(ids) => {
            let found = ids
                .iter()
                .filter_map(|id| runs.iter().find(|run| run.info.id == *id));
            vec![Ok(Answer::RunsById(found.cloned().collect()))]
        }
        Question::Elsewhere(own, inner) => {
            assert_eq!(own.context.as_deref(), Some("prod"));
            assert!(
                matches!(&**inner, Question::RunsById(ids) if ids.len() == 1),
                "{inner:?}"
            );
            asked_there += 1;
            let mut run = runs[0].clone();
            run.metrics[1].value = 0.99;
            vec![Ok(Answer::RunsById(vec![run]))]
        }
        other => panic!("{other:?}"),
    });
    assert_eq!(asked_there, 1);
    let frame = bench.frame();
    for origin in ["here › churn", "here › fraud", "prod › churn"] {
        assert!(frame.contains(origin), "{origin}: {frame}");
    }
    assert!(
        frame.contains("0.99"),
        "the same id in two places is two runs: {frame}"
    );
    bench.wanted();
    bench.press("2");
    let wanted = bench.wanted();
    let is_there = |effect: &Effect| match effect {
        Effect::Ask(_, Question::Elsewhere(_, inner)) => {
            matches!(&**inner, Question::History(id, ..) if id.as_str() == "r000")
        }
        _ => false,
    };
    assert!(wanted.iter().any(is_there), "{wanted:?}");
    bench.press("1 l l enter");
    assert!(
        bench.frame().contains("This run is read at prod"),
        "{}",
        bench.frame()
    );
}
