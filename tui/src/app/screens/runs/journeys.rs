//! From keys to frames and to what is asked of the store: everything that can be done with the table of runs.

use flowdeck_surface::client::tracking::{Run, RunStatus, Tag};
use flowdeck_surface::client::{Change, Changed, Edit};
use flowdeck_surface::sparkline::Sparkline;

use super::Runs;
use super::tests::{full, page, some_runs, sweep, to_column, with};
use crate::app::effect::{Effect, Question};
use crate::app::message::Answer;
use crate::app::testing::{Bench, experiment, run, unreachable};

#[test]
fn several_keys_sort_and_undo_takes_them_back_one_by_one() {
    let mut bench = with(&sweep(), 160, 24);
    to_column(&mut bench, "model").press("s");
    to_column(&mut bench, "auc").press("S");
    let frame = bench.frame();
    assert!(frame.contains("model ▲1") && frame.contains("auc ▼2"), "{frame}");
    let place = |frame: &str, name: &str| {
        frame
            .lines()
            .position(|line| line.contains(name))
            .expect("listed")
    };
    assert!(place(&frame, "run-c2") < place(&frame, "run-c0"));
    bench.press("u");
    assert!(!bench.frame().contains("▼2"));
    bench.press("u u u");
    assert!(!bench.frame().contains("model ▲"));
    bench.press("ctrl-r");
    assert!(bench.frame().contains("model ▲"), "{}", bench.frame());
}

#[test]
fn columns_are_hidden_found_pinned_and_moved() {
    let mut bench = with(&sweep(), 160, 24);
    to_column(&mut bench, "auc").press("x");
    assert!(!bench.frame().contains("auc"));
    to_column(&mut bench, "auc");
    assert!(
        bench.frame().contains("auc ↑?"),
        "going to a hidden column shows it"
    );
    bench.press("P");
    let titles = bench.frame().lines().nth(2).map(str::to_owned).expect("titles");
    assert!(titles.find("auc") < titles.find("Status"), "{titles}");
    to_column(&mut bench, "loss").press("<");
    let titles = bench.frame().lines().nth(2).map(str::to_owned).expect("titles");
    assert!(titles.find("loss") < titles.find("Duration"), "{titles}");
}

#[test]
fn a_goal_is_declared_where_it_was_guessed() {
    let mut bench = with(&sweep(), 160, 24);
    assert!(bench.frame().contains("auc ↑?") && bench.frame().contains("loss ↓?"));
    to_column(&mut bench, "auc").press("a");
    assert!(bench.frame().contains("auc ↑ "), "{}", bench.frame());
    bench.press("a");
    assert!(bench.frame().contains("auc ↓ "));
}

#[test]
fn marked_runs_are_deleted_after_a_confirmation_that_says_how_many() {
    let mut bench = with(&sweep(), 80, 24);
    bench.press("j space space D");
    assert!(bench.frame().contains("2 marked runs"), "{}", bench.frame());
    bench.press("y");
    let asked = bench.asked();
    let change = asked.iter().find_map(|(_, question)| match question {
        Question::Change(change) => Some((**change).clone()),
        _ => None,
    });
    let expected = Change::Runs(vec!["c0".into(), "c1".into()], Edit::Delete);
    assert_eq!(change, Some(expected), "{}", bench.frame());
}

#[test]
fn what_became_of_a_change_is_said_and_the_list_is_read_again() {
    let mut bench = with(&sweep(), 80, 24);
    bench.press("j R").type_text("-new").press("enter");
    let (ticket, question) = bench.asked()[0].clone();
    let expected = Change::Runs(vec!["c0".into()], Edit::Rename("run-c0-new".to_owned()));
    assert_eq!(question, Question::Change(Box::new(expected)));
    let changed = Changed {
        n_done: 1,
        failed: Vec::new(),
    };
    bench.answer(ticket, Ok(Answer::Changed(changed)));
    assert!(bench.frame().contains("Renamed 1 run."));
    assert!(matches!(bench.asked()[0].1, Question::Runs(_)));
    let (ticket, _) = {
        bench.answer_all(|_| vec![page(sweep())]);
        bench
            .press("L")
            .type_text("team")
            .press("enter")
            .type_text("x")
            .press("enter enter");
        bench.asked()[0].clone()
    };
    bench.answer(ticket, Err(unreachable()));
    assert!(bench.frame().contains("Cannot reach"), "{}", bench.frame());
}

#[test]
fn a_view_is_saved_and_taken_up_again() {
    let mut bench = with(&sweep(), 80, 24);
    to_column(&mut bench, "model")
        .press("b W")
        .type_text("by model")
        .press("enter");
    let (ticket, question) = bench.asked()[0].clone();
    let Question::SaveView(experiment, view) = question else {
        panic!("{question:?}")
    };
    assert_eq!((experiment.as_str(), view.name.as_str()), ("7", "by model"));
    bench.answer(ticket, Ok(Answer::Done));
    assert!(bench.frame().contains("Saved view by model."));
    let mut other = with(&sweep(), 80, 24);
    other.press("w");
    let (ticket, _) = other.asked()[0].clone();
    other.answer(ticket, Ok(Answer::SavedViews(vec![*view], None)));
    assert!(other.frame().contains("by model"));
    other.press("enter");
    assert!(other.frame().contains("model gb (2)"), "{}", other.frame());
}

#[test]
fn what_is_shown_is_written_to_a_file_whose_name_is_said() {
    let mut bench = with(&sweep(), 80, 24);
    bench.press("e enter");
    let (ticket, question) = bench.asked()[0].clone();
    let Question::WriteFile(name, text) = question else {
        panic!("{question:?}")
    };
    assert_eq!(name, "churn-runs.csv");
    assert!(
        text.starts_with("run_name,status,") && text.lines().count() == 8,
        "{text}"
    );
    bench.answer(ticket, Ok(Answer::Written("/lab/churn-runs.csv".into())));
    assert!(bench.frame().contains("Wrote /lab/churn-runs.csv."));
}

#[test]
fn curves_are_read_for_the_runs_on_the_screen_alone() {
    let runs: Vec<_> = (0..500)
        .map(|number| run(&format!("{number:03}"), RunStatus::Finished, &[("auc", 0.5)], &[]))
        .collect();
    let mut bench = with(&runs, 80, 24);
    to_column(&mut bench, "auc").press("m");
    let (ticket, question) = bench.asked()[0].clone();
    let Question::Sparklines(asked, key, cells) = question else {
        panic!("{question:?}")
    };
    assert_eq!(
        (asked.len(), key.as_str()),
        (bench.frame().matches("run-").count(), "auc")
    );
    let curve = Sparkline::of(&[(0.0, 0.0), (1.0, 1.0), (2.0, 0.0)], cells);
    for (place, id) in asked.iter().enumerate() {
        let answer = Answer::Sparkline {
            run: id.clone(),
            curve: curve.clone(),
            is_last: place + 1 == asked.len(),
        };
        bench.answer(ticket, Ok(answer));
    }
    assert!(bench.frame().contains(&curve.text()), "{}", bench.frame());
    assert!(bench.asked().is_empty());
    bench.press("pgdn pgdn");
    assert!(matches!(&bench.asked()[0].1, Question::Sparklines(more, ..) if more[0] != asked[0]));
}

#[test]
fn marks_open_the_comparison() {
    let mut bench = with(&sweep(), 80, 24);
    bench.press("C");
    assert!(bench.frame().contains("Mark two runs"));
    bench.press("j space space C");
    assert!(bench.frame().contains("Compare 2 runs"), "{}", bench.frame());
}

/// The titles of the table, in one line.
fn titles(bench: &Bench) -> String {
    bench.frame().lines().nth(2).map(str::to_owned).expect("titles")
}

/// Where the line of a run stands on the screen.
fn place(bench: &Bench, name: &str) -> usize {
    let frame = bench.frame();
    let place = frame.lines().position(|line| line.contains(name));
    place.unwrap_or_else(|| panic!("{name} in\n{frame}"))
}

/// The change that the store is asked for.
fn asked_change(bench: &Bench) -> Change {
    let asked = bench.asked();
    let change = asked.iter().find_map(|(_, question)| match question {
        Question::Change(change) => Some((**change).clone()),
        _ => None,
    });
    change.unwrap_or_else(|| panic!("no change is asked for in\n{}", bench.frame()))
}

#[test]
fn a_column_is_made_wider_and_narrower_and_moved_and_undo_takes_that_back() {
    let mut bench = with(&sweep(), 160, 24);
    to_column(&mut bench, "auc");
    let before = titles(&bench);
    bench.press("+ + +");
    let wider = titles(&bench);
    assert!(wider.find("loss") > before.find("loss"), "{wider}");
    bench.press("- - -");
    assert_eq!(titles(&bench), before);
    bench.press(">");
    assert!(titles(&bench).find("loss") < titles(&bench).find("auc"));
    bench.press("u");
    assert_eq!(titles(&bench), before);
}

#[test]
fn what_runs_do_not_share_groups_nothing_and_that_is_said() {
    let mut bench = with(&sweep(), 160, 24);
    let before = bench.frame().matches("run-c").count();
    to_column(&mut bench, "Duration").press("b");
    let frame = bench.frame();
    assert!(frame.contains("not by Duration."), "{frame}");
    assert_eq!(frame.matches("run-c").count(), before);
}

#[test]
fn groups_say_mean_min_max_and_count_and_fold() {
    let mut bench = with(&sweep(), 160, 24);
    to_column(&mut bench, "model").press("b");
    let group = |bench: &Bench| {
        let frame = bench.frame();
        let line = frame.lines().find(|line| line.contains("model gb (2)"));
        line.map_or_else(|| panic!("{frame}"), str::to_owned)
    };
    // Two runs have 0.8 and 0.842.
    assert!(group(&bench).contains("0.821"));
    assert!(group(bench.press("#")).contains("0.8 "));
    assert!(group(bench.press("#")).contains("0.842"));
    assert!(group(bench.press("#")).contains(" 2 "));
    assert!(group(bench.press("#")).contains("0.8 0.821 0.842"));
    let n_lines = |bench: &Bench| bench.frame().matches("run-c").count();
    assert_eq!(n_lines(&bench), 6);
    bench.press("shift-tab");
    assert_eq!(n_lines(&bench), 0);
    bench.press("shift-tab");
    assert_eq!(n_lines(&bench), 6);
    to_column(&mut bench, "seed").press("b");
    assert!(
        bench.frame().contains("model gb · seed 0 (2)"),
        "{}",
        bench.frame()
    );
}

#[test]
fn nested_runs_stand_below_their_parents_until_somebody_sorts_unless_they_always_shall() {
    let mut bench = with(&sweep(), 160, 24);
    assert!(bench.frame().contains("▾ sweep"));
    to_column(&mut bench, "auc").press("s");
    assert!(!bench.frame().contains("▾ sweep"));
    bench.press("t");
    assert!(bench.frame().contains("▾ sweep"), "{}", bench.frame());
    assert!(
        place(&bench, "run-c5") < place(&bench, "run-c0"),
        "children are sorted too"
    );
    bench.press("t");
    assert!(!bench.frame().contains("▾ sweep"));
}

#[test]
fn columns_in_which_all_runs_are_the_same_go_and_come_back() {
    let mut bench = with(&sweep()[1..], 160, 24);
    assert!(titles(&bench).contains("data"), "{}", bench.frame());
    bench.press("d");
    assert!(!titles(&bench).contains("data"), "{}", bench.frame());
    assert!(titles(&bench).contains("model") && bench.frame().contains("differing columns"));
    bench.press("d");
    assert!(titles(&bench).contains("data"));
}

#[test]
fn others_are_held_against_a_baseline_in_numbers_in_percent_and_not() {
    let mut bench = with(&sweep()[1..], 160, 24);
    bench.press("B");
    assert!(bench.frame().contains("against run-c0"));
    assert!(bench.frame().contains("+0.021   +2.6%"), "{}", bench.frame());
    bench.press("%");
    assert!(bench.frame().contains("0.821   +2.6%"), "{}", bench.frame());
    bench.press("%");
    assert!(!bench.frame().contains("+2.6%") && bench.frame().contains("against run-c0"));
    bench.press("B");
    assert!(!bench.frame().contains("against"));
}

#[test]
fn marks_are_set_turned_round_and_kept_through_words() {
    let mut bench = with(&sweep(), 80, 24);
    bench.press("ctrl-a");
    assert!(bench.frame().contains("7 marked"));
    bench.press("ctrl-a g space i");
    assert!(bench.frame().contains("6 marked"), "{}", bench.frame());
    bench.press("/").type_text("'c3").press("enter");
    assert!(
        bench.frame().contains("6 marked (5 not listed)"),
        "{}",
        bench.frame()
    );
}

#[test]
fn the_chooser_finds_keys_by_their_letters_hides_whole_groups_and_takes_that_back() {
    let keys: Vec<String> = (0..30).map(|n| format!("val/metric_{n}")).collect();
    let metrics: Vec<_> = keys.iter().map(|key| (key.as_str(), 0.5)).collect();
    let mut bench = with(
        &[run("a1", RunStatus::Finished, &metrics, &[("lr", "1")])],
        160,
        48,
    );
    bench.press("c");
    let frame = bench.frame();
    assert!(
        frame.contains("▸ val/") && frame.contains("30 of 30"),
        "many are folded:\n{frame}"
    );
    bench.press("/").type_text("vm7");
    assert!(bench.frame().contains("val/metric_7"), "{}", bench.frame());
    bench.press("esc /").type_text("val").press("enter ctrl-a");
    assert!(bench.frame().contains("○ val/metric_0"), "{}", bench.frame());
    bench.press("esc");
    assert!(bench.frame().contains("0 of 30"), "{}", bench.frame());
    bench.press("u");
    assert!(bench.frame().contains("30 of 30"), "{}", bench.frame());
    bench.press("esc");
    assert!(titles(&bench).contains("metric_0"));
}

#[test]
fn a_saved_view_is_deleted_and_what_is_wrong_with_the_file_is_said() {
    let mut bench = with(&sweep(), 80, 24);
    bench.press("w");
    let (ticket, _) = bench.asked()[0].clone();
    bench.answer(ticket, Ok(Answer::SavedViews(Vec::new(), None)));
    assert!(bench.frame().contains("No view was saved"), "{}", bench.frame());
    let saved = flowdeck_surface::client::SavedView {
        name: "by model".to_owned(),
        ..Default::default()
    };
    bench.press("w");
    let (ticket, _) = bench.asked()[0].clone();
    bench.answer(ticket, Ok(Answer::SavedViews(vec![saved], None)));
    bench.type_text("delete").press("enter");
    let (ticket, question) = bench.asked()[0].clone();
    assert!(matches!(&question, Question::DeleteView(id, name) if id.as_str() == "7" && name == "by model"));
    bench.answer(ticket, Ok(Answer::Done));
    assert!(bench.frame().contains("Deleted saved view by model."));
}

#[test]
fn the_table_is_written_as_json_with_its_groups_and_a_refusal_is_said() {
    let mut bench = with(&sweep(), 80, 24);
    to_column(&mut bench, "model")
        .press("b e ctrl-u")
        .type_text("groups.json")
        .press("enter");
    let (ticket, question) = bench.asked()[0].clone();
    let Question::WriteFile(name, text) = question else {
        panic!("{question:?}")
    };
    assert_eq!(name, "groups.json");
    assert!(
        text.trim_start().starts_with('[') && text.contains("\"gb\""),
        "{text}"
    );
    bench.answer(ticket, Err(unreachable()));
    assert!(bench.frame().contains("Cannot reach"));
}

#[test]
fn runs_are_tagged_noted_restored_and_a_tag_is_removed() {
    let mut bench = with(&sweep(), 80, 24);
    bench
        .press("j space space L")
        .type_text("kind")
        .press("enter")
        .type_text("best")
        .press("enter enter");
    let tag = Tag {
        key: "kind".into(),
        value: "best".to_owned(),
    };
    let two = || vec!["c0".into(), "c1".into()];
    assert_eq!(asked_change(&bench), Change::Runs(two(), Edit::Tag(tag)));
    let mut bench = with(&sweep(), 80, 24);
    bench.press("j L").type_text("kind").press("enter enter l enter");
    let untag = Edit::Untag("kind".to_owned());
    assert_eq!(asked_change(&bench), Change::Runs(vec!["c0".into()], untag));
    let mut bench = with(&sweep(), 80, 24);
    bench.press("j N").type_text("odd").press("ctrl-s");
    let note = Edit::Note("odd".to_owned());
    assert_eq!(asked_change(&bench), Change::Runs(vec!["c0".into()], note));
    let mut bench = with(&sweep(), 80, 24);
    bench.press("v").answer_all(|_| vec![page(sweep())]);
    bench.press("j U y");
    assert_eq!(
        asked_change(&bench),
        Change::Runs(vec!["c0".into()], Edit::Restore)
    );
}

#[test]
fn a_number_that_does_not_fit_is_left_out_rather_than_cut() {
    let mut bench = full(60, 24);
    let frame = bench.frame();
    assert!(
        titles(&bench).trim_end_matches(['"', ' ']).ends_with('…'),
        "{frame}"
    );
    for line in frame.lines().skip(3).take(4) {
        assert!(!line.contains("…\"") && !line.contains("… \""), "{frame}");
    }
    to_column(&mut bench, "auc");
    assert!(bench.frame().contains("0.971"), "{}", bench.frame());
}

#[test]
fn marks_stay_in_another_experiment_and_in_another_context() {
    let mut bench = with(&sweep(), 120, 24);
    let go_to = |bench: &mut Bench, name: &str, runs: Vec<Run>| {
        bench.state.screens = vec![Box::new(Runs::of(experiment("8", name)))];
        bench.press("r");
        bench.answer_all(|_| vec![page(runs.clone())]);
    };
    bench.press("space");
    assert!(bench.frame().contains("1 marked"));
    go_to(&mut bench, "fraud", some_runs());
    assert!(bench.frame().contains("1 marked elsewhere"), "{}", bench.frame());
    go_to(&mut bench, "churn", sweep());
    assert!(
        !bench.frame().contains("elsewhere"),
        "it is in this table: {}",
        bench.frame()
    );
    assert!(bench.frame().contains("1 marked"), "{}", bench.frame());
    bench.state.basket.here.context = Some("prod".to_owned());
    go_to(&mut bench, "churn", sweep());
    assert!(
        bench.frame().contains("1 marked elsewhere"),
        "the same id in another context is another run: {}",
        bench.frame()
    );
    bench.wanted();
    bench.press("space C");
    assert!(bench.frame().contains("Compare 2 runs"), "{}", bench.frame());
    let wanted = bench.wanted();
    assert!(
        wanted
            .iter()
            .any(|effect| matches!(effect, Effect::Ask(_, Question::RunsById(ids)) if ids.len() == 1)),
        "those of this store come first: {wanted:?}"
    );
}
