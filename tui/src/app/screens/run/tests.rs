mod extremes;

use flowdeck_surface::client::artifact::{ArtifactEntry, ArtifactKind, ArtifactPath};
use flowdeck_surface::client::port::StoreKind;
use flowdeck_surface::client::registry::{ModelVersion, Stage};
use flowdeck_surface::client::tracking::{
    Dataset, DatasetInput, Lifecycle, LoggedModel, LoggedModelStatus, MetricExtremes, MetricOrigin,
    MetricPoint, ModelOutput, Param, Run, RunStatus, Tag, TraceInfo, TraceState,
};
use flowdeck_surface::client::{
    Download, DownloadProgress, Failure, FailureKind, Listing, Result, Timestamp,
};
use flowdeck_surface::preview::{Preview, Source};

use super::RunPage;
use crate::app::detail::{Asked, Change, Told};
use crate::app::effect::{Effect, Question};
use crate::app::message::{Answer, Msg};
use crate::app::testing::{Bench, NOW, metric, run, unreachable, whole_history};

fn tag(key: &str, value: &str) -> Tag {
    Tag {
        key: key.into(),
        value: value.to_owned(),
    }
}

const NOTE: &str = "# Baseline\n\nof the *second* week:\n\n- faster\n- see [the plan](https://plan.example)\n\n| lr | auc |\n|---|---|\n| 0.1 | 0.9 |\n";

fn the_run(status: RunStatus) -> Run {
    let mut run = run(
        "a1b2c3",
        status,
        &[
            ("loss", 0.125),
            ("system/cpu_utilization_percentage", 71.5),
            ("val/accuracy", f64::NAN),
        ],
        &[
            ("lr", "0.01"),
            ("optimizer", "adam\x07"),
            ("layers", "[64, 64, 32]"),
        ],
    );
    run.tags = vec![
        tag("mlflow.note.content", NOTE),
        tag("team", "vision"),
        tag("mlflow.source.name", "train.py"),
        tag("mlflow.source.git.commit", "0a1b2c3d4e5f"),
        tag("mlflow.project.entryPoint", "main"),
        tag("mlflow.parentRunId", "parent0"),
    ];
    run.datasets = vec![DatasetInput {
        dataset: Dataset {
            name: "churn".to_owned(),
            digest: "d1g3st".to_owned(),
            source_type: "local".to_owned(),
            source: r#"{"uri": "/data/churn.csv"}"#.to_owned(),
            schema: Some(
                r#"{"mlflow_colspec": [{"name": "age", "type": "long", "required": true}, {"name": "city", "type": "string", "required": false}]}"#
                    .to_owned(),
            ),
            profile: Some(r#"{"num_rows": 1200}"#.to_owned()),
        },
        tags: vec![tag("mlflow.data.context", "training")],
    }];
    run.model_outputs = vec![ModelOutput {
        model_id: "m-0011223344556677".into(),
        step: 7,
    }];
    run
}

fn bare_run() -> Run {
    Run::bare(the_run(RunStatus::Finished).info)
}

fn points(n_points: i64) -> Vec<MetricPoint> {
    let value = |step: i64| 1.0 / (1.0 + step as f64 / 10.0) + (step as f64 / 3.0).sin() * 0.02;
    (0..n_points)
        .map(|step| MetricPoint {
            step,
            timestamp: Timestamp(NOW.0 - 60_000 + step * 100),
            value: value(step),
        })
        .collect()
}

pub(in crate::app) fn logged_model() -> LoggedModel {
    let mut accuracy = metric("accuracy", 0.97, 7);
    accuracy.origin = Some(Box::new(MetricOrigin {
        dataset_name: Some("holdout".to_owned()),
        ..MetricOrigin::default()
    }));
    LoggedModel {
        id: "m-0011223344556677".into(),
        experiment_id: "1".into(),
        name: "classifier".to_owned(),
        model_type: Some("sklearn".to_owned()),
        source_run_id: Some("a1b2c3".into()),
        status: LoggedModelStatus::Ready,
        status_message: None,
        artifact_uri: "/lab/models/m-0011223344556677/artifacts".to_owned(),
        creation_timestamp: NOW,
        last_updated_timestamp: NOW,
        params: vec![Param {
            key: "depth".into(),
            value: "6".to_owned(),
        }],
        metrics: vec![accuracy],
        tags: vec![tag("owner", "ada")],
    }
}

pub(in crate::app) fn trace_info() -> TraceInfo {
    TraceInfo {
        id: "tr-1".into(),
        experiment_id: "1".into(),
        client_request_id: None,
        request_time: NOW,
        execution_duration_ms: Some(1_200),
        state: TraceState::Ok,
        request_preview: Some(r#"{"question": "What does the warranty cover?"}"#.to_owned()),
        response_preview: Some("Everything.\x1b[2J".to_owned()),
        metadata: vec![
            tag("mlflow.sourceRun", "a1b2c3"),
            tag(
                "mlflow.trace.tokenUsage",
                r#"{"input_tokens": 500, "output_tokens": 12, "total_tokens": 512}"#,
            ),
        ],
        tags: vec![tag("mlflow.traceName", "answer")],
        assessments: Vec::new(),
    }
}

fn version() -> ModelVersion {
    ModelVersion {
        name: "churn-classifier".into(),
        version: "3".into(),
        creation_timestamp: Some(NOW),
        last_updated_timestamp: Some(NOW),
        current_stage: Stage::from_word("Production"),
        description: Some("The **best** so far.".to_owned()),
        source: Some("models:/m-0011223344556677".to_owned()),
        run_id: Some("a1b2c3".into()),
        run_link: None,
        model_id: None,
        status: "READY".to_owned(),
        status_message: None,
        user_id: None,
        tags: Vec::new(),
        aliases: vec!["champion".to_owned()],
        storage_location: None,
    }
}

fn listing<T>(items: Vec<T>) -> Listing<T> {
    Listing {
        items,
        more: false,
        warnings: Vec::new(),
    }
}

fn file(path: &str) -> ArtifactEntry {
    ArtifactEntry {
        path: ArtifactPath::parse(path).expect("a plain path"),
        kind: ArtifactKind::File {
            size_bytes: Some(1_234),
        },
    }
}

fn directory(path: &str) -> ArtifactEntry {
    ArtifactEntry {
        kind: ArtifactKind::Directory,
        ..file(path)
    }
}

/// The preview of a file by its name.
pub(in crate::app) fn preview(path: &ArtifactPath) -> Preview {
    let csv = "name,age,city\nada,36,\"London, UK\"\nbob,41\n";
    let bytes: &[u8] = match path.name() {
        "MLmodel" => include_bytes!("../../../../../tests/fixtures/preview/MLmodel"),
        "plot.png" => include_bytes!("../../../../../tests/fixtures/preview/plot.png"),
        "metrics.json" => br#"{"auc": 0.97, "classes": ["a", "b"], "note": "x\u001b[2Jy"}"#,
        "table.csv" => csv.as_bytes(),
        _ => b"epoch 1\nepoch 2\x1b[31m\n",
    };
    Preview::of(&Source {
        name: path.name(),
        bytes,
        size_bytes: Some(bytes.len() as u64),
        is_whole: true,
    })
}

fn nested() -> Vec<Run> {
    let child = |id: &str, parent: &str| {
        let mut child = run(id, RunStatus::Finished, &[("loss", 0.5)], &[("lr", "0.1")]);
        child.tags = vec![tag("mlflow.parentRunId", parent)];
        child
    };
    vec![child("c1", "a1b2c3"), child("c2", "a1b2c3"), child("c11", "c1")]
}

fn told(asked: &Asked) -> Told {
    match asked {
        Asked::Extremes(..) => {
            let mut extremes = MetricExtremes::new("loss".into());
            points(100).into_iter().for_each(|point| extremes.take(point));
            Told::Extremes(Some(vec![extremes]))
        }
        Asked::Children(..) => Told::Runs(listing(nested())),
        Asked::LoggedModels(_) => Told::LoggedModels(listing(vec![logged_model()])),
        Asked::RunTraces(..) => Told::Traces(listing(vec![trace_info()])),
        Asked::Versions(_) => Told::Versions(vec![version()]),
        Asked::Preview(_, path, _) => Told::Preview(Box::new(preview(path))),
        Asked::Change(..) => Told::Changed,
        other => panic!("{other:?}"),
    }
}

fn answers(question: &Question, run: &Run) -> Vec<Result<Answer>> {
    match question {
        Question::Run(_) => vec![Ok(Answer::Run(Box::new(run.clone())))],
        Question::History(..) => whole_history(points(100)),
        Question::Detail(asked) => vec![Ok(Answer::Detail(told(asked)))],
        Question::Artifacts(_, path) => vec![Ok(Answer::Artifacts(match path.as_str() {
            "" => vec![
                file("metrics.json"),
                file("plot.png"),
                file("table.csv"),
                file("train.log"),
                directory("model"),
            ],
            _ => vec![file("model/MLmodel")],
        }))],
        other => panic!("{other:?}"),
    }
}

fn bare_answers(question: &Question) -> Vec<Result<Answer>> {
    let nothing = |told| vec![Ok(Answer::Detail(told))];
    match question {
        Question::Artifacts(..) => vec![Ok(Answer::Artifacts(Vec::new()))],
        Question::Detail(Asked::Extremes(..)) => nothing(Told::Extremes(Some(Vec::new()))),
        Question::Detail(Asked::Children(..)) => nothing(Told::Runs(listing(Vec::new()))),
        Question::Detail(Asked::RunTraces(..)) => nothing(Told::Traces(listing(Vec::new()))),
        Question::Detail(Asked::Versions(_)) => nothing(Told::Versions(Vec::new())),
        other => answers(other, &bare_run()),
    }
}

fn page(run: Run, width: u16, height: u16) -> Bench {
    let mut bench = Bench::on(RunPage::of(bare_run()), width, height);
    bench.answer_all(|question| answers(question, &run));
    bench
}

/// A page of which everything was answered, after these keys.
fn pressed(width: u16, height: u16, keys: &str) -> Bench {
    let mut bench = page(the_run(RunStatus::Finished), width, height);
    press(&mut bench, keys);
    bench
}

fn press(bench: &mut Bench, keys: &str) {
    for key in keys.split_whitespace() {
        bench.press(key);
        bench.answer_all(|question| answers(question, &the_run(RunStatus::Finished)));
    }
}

/// Keys that lead from the metrics to each tab, with its name.
const TABS: [(&str, &str); 9] = [
    ("overview", "h"),
    ("system", "l"),
    ("params", "l l j j"),
    ("tags", "l l l"),
    ("datasets", "l l l l"),
    ("models", "l l l l l"),
    ("children", "l l l l l l"),
    ("files", "l l l l l l l j"),
    ("traces", "h h"),
];

#[test]
fn every_tab_has_something_to_show_full_and_empty() {
    for (width, height) in [(80, 24), (160, 48)] {
        for (tab, keys) in TABS {
            let name = |state: &str| format!("run_{tab}_{state}_{width}x{height}");
            insta::assert_snapshot!(name("full"), pressed(width, height, keys).frame());
            let mut empty = Bench::on(RunPage::of(bare_run()), width, height);
            empty.answer_all(bare_answers);
            for key in keys.split_whitespace() {
                empty.press(key).answer_all(bare_answers);
            }
            insta::assert_snapshot!(name("empty"), empty.frame());
        }
    }
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("run_{state}_{width}x{height}");
        let loading = Bench::on(RunPage::of(bare_run()), width, height);
        insta::assert_snapshot!(name("loading"), loading.frame());
        let mut empty = Bench::on(RunPage::of(bare_run()), width, height);
        empty.answer_all(bare_answers);
        insta::assert_snapshot!(name("empty"), empty.frame());
        let mut failed = Bench::on_kind(StoreKind::Server, RunPage::of(bare_run()), width, height);
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
        insta::assert_snapshot!(name("full"), pressed(width, height, "").frame());
        insta::assert_snapshot!(name("chart"), pressed(width, height, "enter g l l").frame());
    }
}

#[test]
fn a_tab_whose_own_question_fails_says_why_while_the_run_is_shown() {
    for keys in ["h h", "l l l l l l", "l l l l l l l"] {
        let mut bench = page(the_run(RunStatus::Finished), 80, 24);
        for key in keys.split_whitespace() {
            bench.press(key).answer_all(|question| match question {
                Question::Detail(Asked::RunTraces(..) | Asked::Children(..)) | Question::Artifacts(..) => {
                    vec![Err(unreachable())]
                }
                other => answers(other, &the_run(RunStatus::Finished)),
            });
        }
        let frame = bench.frame();
        assert!(
            frame.contains("Cannot reach tracking.example") || frame.contains("cannot reach"),
            "{frame}"
        );
        assert!(frame.contains("✓ FINISHED"), "{frame}");
    }
}

#[test]
fn what_fits_no_line_is_shown_whole_by_enter() {
    let mut run = the_run(RunStatus::Finished);
    run.params[0].value = (0..60).map(|number| format!("word{number} ")).collect();
    let mut bench = page(run, 80, 24);
    bench.press("l l");
    assert!(!bench.frame().contains("word59"));
    bench.press("enter");
    let frame = bench.frame();
    assert!(frame.contains("word0 ") && frame.contains("word59"), "{frame}");
    bench.press("esc");
    assert!(bench.frame().contains("optimizer"));
}

#[test]
fn a_value_of_json_folds_and_a_leaf_opens_on_a_page_of_its_own() {
    let mut run = the_run(RunStatus::Finished);
    run.params[0].value = r#"{"name": "adamw", "betas": [0.9, 0.999]}"#.to_owned();
    let mut bench = page(run, 160, 48);
    bench.press("l l tab");
    assert!(bench.frame().contains("▾ betas 2 values"), "{}", bench.frame());
    bench.press("j j enter");
    assert!(bench.frame().contains("▸ betas 2 values") && !bench.frame().contains("0 0.9"));
    bench.press("k enter");
    assert!(bench.frame().contains("run-a1b2c3 › name"), "{}", bench.frame());
    bench.press("esc esc");
    assert!(bench.frame().contains("Params"));
}

#[test]
fn files_are_a_tree_that_is_read_as_it_is_opened() {
    let mut bench = pressed(80, 24, "l l l l l l l");
    assert!(bench.frame().contains("▸ model/") && !bench.frame().contains("MLmodel"));
    press(&mut bench, "enter");
    assert!(bench.frame().contains("▾ model/") && bench.frame().contains("MLmodel"));
    press(&mut bench, "j enter");
    let frame = bench.frame();
    assert!(
        frame.contains("Flavor sklearn") || frame.contains("Signature"),
        "{frame}"
    );
    press(&mut bench, "esc k enter");
    assert!(!bench.frame().contains("MLmodel"));
}

#[test]
fn every_preview_is_drawn() {
    for (name, place) in [("json", 1), ("picture", 2), ("table", 3), ("log", 4)] {
        for (width, height) in [(80, 24), (160, 48)] {
            let mut keys = "l l l l l l l".to_owned();
            keys.push_str(&" j".repeat(place));
            keys.push_str(" enter");
            let bench = pressed(width, height, &keys);
            insta::assert_snapshot!(format!("run_preview_{name}_{width}x{height}"), bench.frame());
        }
    }
}

#[test]
fn a_file_that_nobody_looks_at_is_not_read() {
    let mut bench = pressed(80, 24, "l l l l l l l");
    bench.wanted();
    bench.press("j");
    assert!(bench.asked().is_empty(), "{:?}", bench.asked());
    bench.press("enter");
    let is_preview = |question: &Question| matches!(question, Question::Detail(Asked::Preview(..)));
    assert!(bench.asked().iter().any(|(_, question)| is_preview(question)));
}

#[test]
fn a_row_of_a_table_opens_with_all_its_cells() {
    let bench = pressed(80, 24, "l l l l l l l j j j enter enter");
    let frame = bench.frame();
    assert!(
        frame.contains("London, UK") && frame.contains("› row 1"),
        "{frame}"
    );
}

#[test]
fn a_download_tells_how_far_it_is_and_can_be_stopped() {
    let mut bench = pressed(80, 24, "l l l l l l l j d");
    assert!(
        bench.frame().contains("`metrics.json` of run-a1b2c3"),
        "{}",
        bench.frame()
    );
    bench.press("enter");
    let (ticket, question) = bench.asked().pop().expect("a download was asked");
    let Question::Detail(Asked::Download(_, path, into)) = &question else {
        panic!("{question:?}")
    };
    assert_eq!((path.as_str(), into.to_str()), ("metrics.json", Some(".")));
    let progress = DownloadProgress {
        n_files: 0,
        n_bytes: 500_000,
        known_bytes: 2_000_000,
    };
    bench.answer(ticket, Ok(Answer::Detail(Told::Downloading(progress))));
    assert!(
        bench.frame().contains("downloading 500 kB of 2.0 MB"),
        "{}",
        bench.frame()
    );
    bench.wanted();
    bench.press("d");
    assert!(bench.wanted().contains(&Effect::GiveUp(ticket)));
    assert!(bench.frame().contains("Stopped the download"));
    bench.press("d enter");
    let (ticket, _) = bench.asked().pop().expect("a download was asked");
    let done = Download {
        target: "./metrics.json".into(),
        progress: DownloadProgress {
            n_files: 1,
            ..progress
        },
    };
    bench.answer(ticket, Ok(Answer::Detail(Told::Downloaded(done))));
    assert!(
        bench
            .frame()
            .contains("Downloaded 1 file, 500 kB, to ./metrics.json."),
        "{}",
        bench.frame()
    );
}

fn change(bench: &Bench) -> Option<Change> {
    bench
        .asked()
        .into_iter()
        .find_map(|(_, question)| match question {
            Question::Detail(Asked::Change(_, change)) => Some(change),
            _ => None,
        })
}

#[test]
fn a_run_is_renamed_tagged_and_deleted_as_the_person_decides() {
    let mut bench = pressed(80, 24, "R");
    bench.press("ctrl-u").type_text("fox").press("enter");
    assert_eq!(change(&bench), Some(Change::Rename("fox".to_owned())));
    press(&mut bench, "");
    bench.answer_all(|question| answers(question, &the_run(RunStatus::Finished)));
    assert!(
        bench.frame().contains("The run is now called fox."),
        "{}",
        bench.frame()
    );
    bench
        .press("T")
        .type_text("stage")
        .press("tab")
        .type_text("two")
        .press("enter");
    assert_eq!(change(&bench), Some(Change::Tag(tag("stage", "two"))));
    bench.answer_all(|question| answers(question, &the_run(RunStatus::Finished)));
    bench.press("l l l U");
    assert!(bench.frame().contains("team of run-a1b2c3"), "{}", bench.frame());
    bench.press("esc");
    bench.press("D");
    assert!(bench.frame().contains("Delete run"), "{}", bench.frame());
    bench.press("esc");
    assert_eq!(change(&bench), None);
}

#[test]
fn a_change_that_is_refused_says_why_in_its_dialog() {
    let mut bench = pressed(80, 24, "R");
    bench.type_text("x").press("enter");
    let (ticket, _) = bench.asked().pop().expect("a change was asked");
    let failure = Failure::new(FailureKind::Refused, "the context is read-only");
    bench.answer(ticket, Err(failure));
    let frame = bench.frame();
    assert!(
        frame.contains("The context is read-only.") && frame.contains("Rename run"),
        "{frame}"
    );
}

#[test]
fn a_deleted_run_says_so_and_can_be_restored() {
    let mut deleted = the_run(RunStatus::Finished);
    deleted.info.lifecycle = Lifecycle::Deleted;
    let mut bench = page(deleted, 80, 24);
    assert!(bench.frame().contains("deleted"));
    bench.press("D");
    assert!(bench.frame().contains("Restore run"), "{}", bench.frame());
}

#[test]
fn rows_of_the_overview_lead_where_they_say() {
    let mut bench = pressed(160, 48, "h");
    let (_, row) = bench.place_of("Registered");
    assert!(
        bench
            .frame()
            .contains("churn-classifier version 3 @champion Production"),
        "{}",
        bench.frame()
    );
    bench.double_click("churn-classifier");
    assert!(
        bench.frame().contains("churn-classifier version 3 ─") && bench.frame().contains("so far."),
        "{} {row}",
        bench.frame()
    );
    bench.press("esc");
    bench.double_click("parent0");
    let asked = bench.asked();
    assert!(
        asked
            .iter()
            .any(|(_, question)| *question == Question::Run("parent0".into())),
        "{asked:?}"
    );
}

#[test]
fn children_models_and_traces_open_their_own_pages() {
    let bench = pressed(160, 48, "l l l l l l");
    assert!(bench.frame().contains("  run-c11"), "{}", bench.frame());
    let mut bench = pressed(80, 24, "l l l l l l");
    bench.press("j enter");
    assert!(bench.frame().contains("run-a1b2c3 › run-c"), "{}", bench.frame());
    let mut bench = pressed(80, 24, "l l l l l");
    bench.press("enter");
    assert!(bench.frame().contains("› classifier"), "{}", bench.frame());
    let mut bench = pressed(80, 24, "h h");
    bench.press("enter");
    assert!(bench.frame().contains("› answer"), "{}", bench.frame());
}

#[test]
fn what_is_copied_is_what_is_selected() {
    let copied = |keys: &str| {
        let mut bench = pressed(80, 24, keys);
        bench.wanted();
        bench.press("y");
        bench.wanted().into_iter().find_map(|effect| match effect {
            Effect::Copy(text) => Some(text),
            _ => None,
        })
    };
    assert_eq!(copied("").as_deref(), Some("0.125"));
    assert_eq!(copied("l l").as_deref(), Some("0.01"));
    assert_eq!(copied("l l l").as_deref(), Some("vision"));
    assert_eq!(copied("l l l l l l l j").as_deref(), Some("metrics.json"));
    let mut bench = pressed(80, 24, "");
    bench.wanted();
    bench.press("Y");
    assert!(bench.wanted().contains(&Effect::Copy("a1b2c3".to_owned())));
}

#[test]
fn the_chart_follows_the_selected_metric_and_gives_the_one_before_up() {
    let mut bench = Bench::on(RunPage::of(bare_run()), 160, 24);
    let (asked, _) = bench.asked()[0].clone();
    bench.answer(asked, Ok(Answer::Run(Box::new(the_run(RunStatus::Finished)))));
    let history = |question: &Question| matches!(question, Question::History(..));
    let (loss, question) = bench
        .asked()
        .into_iter()
        .find(|(_, question)| history(question))
        .expect("a curve");
    assert_eq!(question, Question::History("a1b2c3".into(), "loss".into(), None));
    bench.wanted();
    bench.press("j");
    let wanted = bench.wanted();
    assert!(wanted.contains(&Effect::GiveUp(loss)), "{wanted:?}");
    let next = |effect: &Effect| matches!(effect, Effect::Ask(_, Question::History(_, key, _)) if key.as_str() == "val/accuracy");
    assert!(wanted.iter().any(next), "{wanted:?}");
}

#[test]
fn a_run_that_goes_on_is_read_again_and_its_curve_grows() {
    let mut bench = page(the_run(RunStatus::Running), 160, 24);
    assert!(bench.frame().contains("▶ RUNNING") && bench.frame().contains("100 points"));
    let mut later = the_run(RunStatus::Running);
    later.metrics[0] = metric("loss", 0.1, 100);
    bench.ring();
    let mut histories = 0;
    bench.answer_all(|question| {
        histories += usize::from(matches!(question, Question::History(..)));
        match question {
            Question::Run(_) => vec![Ok(Answer::Run(Box::new(later.clone())))],
            Question::History(..) => whole_history(points(150)),
            other => answers(other, &later),
        }
    });
    assert_eq!(histories, 1);
    assert!(bench.frame().contains("150 points"));
}

#[test]
fn a_run_that_is_over_is_not_asked_for_again() {
    let bench = pressed(80, 24, "");
    assert!(
        !bench
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Wake(..) | Effect::Watch(..)))
    );
}

#[test]
fn tabs_go_round_are_clicked_and_words_narrow_them() {
    let mut bench = pressed(120, 30, "l l");
    bench.press("/").type_text("adam").press("enter");
    let frame = bench.frame();
    assert!(
        frame.contains("optimizer") && !frame.contains("[64, 64, 32]"),
        "{frame}"
    );
    bench.press("esc").click("Tags");
    assert!(bench.frame().contains("vision"));
    press(&mut bench, "h h h h h");
    assert!(
        bench.frame().contains("What does the warranty cover?"),
        "{}",
        bench.frame()
    );
}

#[test]
fn tab_and_enter_move_the_focus_and_escape_brings_it_back() {
    let mut bench = pressed(80, 24, "tab");
    assert!(bench.frame().contains("100 points"), "{}", bench.frame());
    bench.press("esc");
    assert!(bench.frame().contains("Metric "), "{}", bench.frame());
    let mut bench = pressed(80, 24, "w");
    press(&mut bench, "");
    assert!(bench.frame().contains("2 charts"), "{}", bench.frame());
}

#[test]
fn text_of_a_store_cannot_steer_the_terminal() {
    for keys in [
        "h",
        "l l j",
        "l l l l l l l j enter",
        "l l l l l l l j j j j enter",
        "h h tab",
    ] {
        let frame = pressed(80, 24, keys).frame();
        assert!(!frame.contains('\x1b') && !frame.contains('\x07'), "{keys}");
    }
}

#[test]
fn nothing_breaks_at_any_size() {
    let mut bench = pressed(80, 24, "");
    for (width, height) in [
        (1, 1),
        (3, 2),
        (12, 4),
        (30, 6),
        (300, 100),
        (80, 24),
        (9, 40),
        (500, 3),
    ] {
        bench.happen(Msg::Resize { width, height });
        for keys in [
            "tab", "l", "+", "enter", "s", "x", "L", "esc", "l", "G", "/", "a", "esc", "l", "tab", "enter",
            "esc", "esc", "l", "l", "j", "tab", "esc", "l", "l", "enter", "tab", "esc", "?", "esc",
        ] {
            press(&mut bench, keys);
            bench.frame();
            // A page that was left is opened again.
            if bench.state.screens.len() > 1 {
                bench.press("esc esc esc");
            }
        }
    }
}
