/// Waits for the end at a place that a test names, so that it can kill the program there. No such place in a release.
#[cfg(debug_assertions)]
pub(crate) fn pause_at(place: &str) {
    if std::env::var("FLOWDECK_TEST_PAUSE_AT").as_deref() == Ok(place) {
        eprintln!("paused at {place}");
        loop {
            std::thread::park();
        }
    }
}

#[cfg(not(debug_assertions))]
pub(crate) fn pause_at(_: &str) {}
