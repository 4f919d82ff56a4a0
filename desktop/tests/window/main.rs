//! The real window on a real store, driven through WebDriver: what the person sees is in the DOM.
//!
//! Needs `WebKitWebDriver` and, where no display is set, `Xvfb`; `cargo xtask test` installs both.

#![cfg(target_os = "linux")]

mod display;
mod driver;

use std::path::Path;

use flowdeck_client::Timestamp;
use flowdeck_demo::{StoreOptions, prepare_store};

use display::Display;
use driver::{Driver, Window};

const NOW: Timestamp = Timestamp(1_773_480_000_000);

/// Ends when the page shows its experiments, the ways to a store or an alert, or is not the front end at all, and gives the
/// whole text of the page.
const WHEN_ANSWERED: &str = "
    const done = arguments[arguments.length - 1];
    const look = () => {
        if (document.querySelector('table, .start, [role=alert], meta[name=flowdeck-placeholder]')) done(document.body.innerText);
        else requestAnimationFrame(look);
    };
    look();";

/// A window started in `directory`, with no variable that names a store, and the text of its page once that has its answer.
fn open(directory: &Path) -> (Display, Window, String) {
    let display = Display::open();
    let mut driver = Driver::command(display.name());
    driver.current_dir(directory);
    for name in ["MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "FLOWDECK_CONTEXT"] {
        driver.env_remove(name);
    }
    // The locale of containers, under which WebKit's own language is "C".
    driver.env("LANG", "C.UTF-8");
    // A page that stands still gives no screenshot without that renderer.
    driver.env("WEBKIT_DISABLE_DMABUF_RENDERER", "0");
    let window = Driver::start(driver).open(env!("CARGO_BIN_EXE_flowdeck-desktop"));
    let placeholder = "arguments[0](document.querySelector('meta[name=flowdeck-placeholder]') !== null)";
    let text = window.run(WHEN_ANSWERED);
    assert_eq!(
        window.run(placeholder),
        false,
        "the front end is not in this binary: run `cargo xtask test --only frontend`, then build again"
    );
    (display, window, text.as_str().unwrap_or_default().to_owned())
}

#[test]
fn the_window_shows_the_experiments_of_the_store_beside_it() {
    let store = prepare_store(None, StoreOptions::at(NOW)).expect("a store");
    let (_display, window, text) = open(store.directory());
    for shown in [
        "flowdeck",
        env!("CARGO_PKG_VERSION"),
        "mlflow.db",
        "surface-defects/cnn-sweep",
        "demand-forecast/weekly",
    ] {
        assert!(text.contains(shown), "`{shown}` is missing in:\n{text}");
    }
    let rows = window.run("arguments[0](document.querySelectorAll('tbody tr').length)");
    assert_eq!(rows, 7, "the deleted one is left out until it is asked for");
    window.screenshot_to(
        Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("window.png")
            .as_path(),
    );
}

/// Opens the runs of an experiment, then a run by the key for it, then its charts; gives how many were drawn.
const TO_THE_CHARTS: &str = "
    const done = arguments[arguments.length - 1];
    const when = (selector, then) => {
        const found = document.querySelector(selector);
        if (found) then(found); else requestAnimationFrame(() => when(selector, then));
    };
    const named = (selector, name) =>
        [...document.querySelectorAll(selector)].find((element) => element.textContent.includes(name));
    when('.experiment-name', () => {
        named('.experiment-name', 'cnn-sweep').click();
        when('[role=gridcell]', () => {
            const press = { key: 'Enter', bubbles: true, cancelable: true };
            document.querySelector('[role=grid]').dispatchEvent(new KeyboardEvent('keydown', press));
            when('.facts', () => {
                named('[role=tab]', 'Charts').click();
                when('.u-over', () => done(document.querySelectorAll('.u-over').length));
            });
        });
    });";

#[test]
fn the_charts_of_a_run_are_drawn_in_the_window_in_the_locale_of_containers() {
    let store = prepare_store(None, StoreOptions::at(NOW)).expect("a store");
    let (_display, window, _) = open(store.directory());
    let n_charts = window.run(TO_THE_CHARTS);
    assert!(
        n_charts.as_u64().is_some_and(|n_charts| n_charts > 0),
        "{n_charts}"
    );
}

#[test]
fn a_window_without_a_store_says_what_to_do() {
    let empty = tempfile::tempdir().expect("a directory");
    let (_display, _window, text) = open(empty.path());
    assert!(text.contains("No MLflow store was found here."), "{text}");
    assert!(text.contains("MLFLOW_TRACKING_URI"), "{text}");
}

#[test]
fn the_page_reaches_no_network() {
    let empty = tempfile::tempdir().expect("a directory");
    let (_display, window, _) = open(empty.path());
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("a port");
    let reached = window.run(&format!(
        "fetch('http://{address}/').then(() => arguments[0]('reached'), () => arguments[0]('refused'))"
    ));
    assert_eq!(reached, "refused");
    listener.set_nonblocking(true).expect("a socket");
    assert!(listener.accept().is_err(), "a connection was made");
}
