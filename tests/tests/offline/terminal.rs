use flowdeck_tests::screen::Screen;

use crate::place::{Place, serve_demo};

pub(crate) fn on(place: &Place) -> Screen {
    let variables = place.variables();
    let variables: Vec<_> = variables
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let mut screen = Screen::in_directory(place.path(), &[], &variables);
    screen.resize(160, 45);
    screen
}

fn is_braille(text: &str) -> bool {
    text.chars()
        .any(|letter| ('\u{2801}'..='\u{28ff}').contains(&letter))
}

/// From the experiments to the curve of a run; `word` stands on every screen.
fn journey(place: &Place, word: &str) {
    let mut screen = on(place);
    let see = |screen: &mut Screen, what: &str| {
        screen.wait_until(what, |text| text.contains(what) && text.contains(word));
    };
    see(&mut screen, "demand-forecast/weekly");
    screen.press("/").press("forecast").press("\r\r");
    see(&mut screen, "36 runs · active");
    screen.press("\r");
    see(&mut screen, "Overview ");
    see(&mut screen, " points");
    screen.press("\r");
    screen.wait_until("the curve", |text| is_braille(text) && text.contains(word));
    screen.press("\x03");
    assert_eq!(screen.leave(), 0);
}

#[test]
fn screens_that_were_seen_are_seen_again_without_the_server_and_say_from_when_they_are() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let server = serve_demo(dir.path());
    let place = Place::at(&server);
    journey(&place, "as of ");
    drop(server);
    journey(&place, "offline · data of ");
}
