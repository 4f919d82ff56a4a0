//! Every screen of the terminal app on what was seen before, without the server.

use flowdeck_tests::screen::Screen;

use crate::gate::Gate;
use crate::place::{Place, lasting_server, serve_demo};
use crate::terminal::on;

/// What is typed, and what then stands on the screen.
type Step = (&'static str, &'static str);

/// The lists and pages of runs, with their charts.
const RUNS: &[Step] = &[
    (":runs demand-forecast/weekly\r", "36 runs · active"),
    (" ", "1 marked"),
    (" ", "2 marked"),
    ("C", "keys differ"),
    ("2", "2 curves"),
    ("3", "by horizon_weeks · 2 of 2 runs"),
    ("4", "2 of 2 runs"),
    ("5", "quartiles"),
    ("6", "change 1 of"),
    ("7", "These runs have no picture."),
    ("\x1b", "2 marked"),
    ("\r", "4 points"),
    ("l", "─ System "),
    ("l", "─ Params "),
    ("l", "─ Tags "),
    ("l", "weekly-sales-"),
    ("l", "─ Models "),
    ("l", "─ Children "),
    ("l", "forecast.csv"),
    ("l", "─ Traces "),
    ("l", "─ Overview "),
];

/// Traces and logged models of an experiment.
const TRACES: &[Step] = &[
    (":runs support-assistant/evaluation\r", "runs · active"),
    ("T", "64 traces"),
    ("\r", "answer_ticket"),
    ("\x1b", "64 traces"),
    (":runs support-assistant/fine-tuning\r", "runs · active"),
    ("M", "6 logged models"),
    ("\r", "MLmodel"),
];

/// The registry.
const REGISTRY: &[Step] = &[
    (":models\r", "4 registered models"),
    (":model demand-forecast\r", "Versions 3"),
    (" ", "1 marked"),
    (" ", "2 marked"),
    ("C", "demand-forecast 2"),
    ("\x1b", "Versions 3"),
    ("\r", "MLmodel"),
    ("P", "Promote demand-forecast"),
    ("Production\r", "What will change"),
    (":prompts\r", "support-answer"),
    ("\r", "Versions"),
];

/// What is not of the server.
const OURS: &[Step] = &[
    (":audit\r", "flowdeck has changed nothing"),
    (":inbox\r", "Inbox"),
    (":ctx\r", "Contexts"),
];

fn walk(screen: &mut Screen, steps: &[Step], word: &str) {
    for (keys, what) in steps {
        screen.press(keys);
        screen.wait_until(&format!("{what} after {keys:?}"), |text| {
            text.contains(what) && text.contains(word)
        });
    }
}

#[test]
fn every_screen_is_there_without_the_server_and_says_how_old_it_is() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let server = serve_demo(dir.path());
    let place = Place::at(&server);
    let journey = |word: &str| {
        for steps in [RUNS, TRACES, REGISTRY] {
            let mut screen = on(&place);
            screen.wait_until("the experiments", |text| {
                text.contains("demand-forecast/weekly") && text.contains(word)
            });
            walk(&mut screen, steps, word);
            screen.press("\x03");
            assert_eq!(screen.leave(), 0);
        }
    };
    journey("as of ");
    drop(server);
    journey("offline · data of ");
    // What flowdeck itself keeps needs no server.
    let mut screen = on(&place);
    screen.wait_until("the experiments", |text| text.contains("demand-forecast/weekly"));
    walk(&mut screen, OURS, "");
    screen.press("\x03");
    assert_eq!(screen.leave(), 0);
}

#[test]
fn what_was_kept_is_on_the_screen_while_a_server_takes_its_time() {
    const SEEN: &[Step] = &[
        (":model demand-forecast\r", "Versions 3"),
        (":runs demand-forecast/weekly\r", "36 runs · active"),
        ("\r", "13 points"),
    ];
    let gate = Gate::before(lasting_server().url());
    let place = Place::at_url(gate.url());
    let mut screen = on(&place);
    screen.wait_for("demand-forecast/weekly");
    walk(&mut screen, SEEN, "as of ");
    screen.press("\x03");
    assert_eq!(screen.leave(), 0);
    // From now on it takes connections and answers nobody.
    gate.close();
    let mut screen = on(&place);
    screen.wait_until("the experiments that were kept", |text| {
        text.contains("demand-forecast/weekly") && text.contains("data of ") && text.contains("reading …")
    });
    walk(&mut screen, SEEN, "data of ");
    gate.open();
    screen.wait_until("the server's own answer", |text| {
        text.contains("13 points") && text.contains("as of ")
    });
    screen.press("\x03");
    assert_eq!(screen.leave(), 0);
}
