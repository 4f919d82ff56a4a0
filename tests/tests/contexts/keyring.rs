//! A real keyring on a bus of our own.

use std::process::Command;
use std::sync::OnceLock;

use flowdeck_tests::kept::Kept;

use crate::gateway::program;
use crate::place::Place;
use crate::tracking::{PASSWORD, USERNAME, server, shared_dir};

struct Bus {
    address: String,
    _daemons: [Kept; 2],
}

/// A bus with an open keyring; it ends with the process of the tests.
fn bus() -> &'static Bus {
    static BUS: OnceLock<Bus> = OnceLock::new();
    BUS.get_or_init(|| {
        let dir = shared_dir("bus");
        // A socket's path may have 107 letters, which a directory of a build easily exceeds.
        let sockets = std::env::temp_dir().join(format!("flowdeck-bus-{}", std::process::id()));
        std::fs::create_dir_all(&sockets).expect("writable");
        let socket = sockets.join("bus");
        let address = format!("unix:path={}", socket.display());
        let mut daemon = Command::new(program("dbus-daemon"));
        daemon.args([
            "--session",
            "--nofork",
            "--nopidfile",
            &format!("--address={address}"),
        ]);
        let daemon = Kept::start(&mut daemon, &dir.join("dbus.log"));
        until(|| socket.exists(), "the bus");
        std::fs::write(dir.join("password"), "of the keyring").expect("writable");
        let mut keyring = Command::new("sh");
        keyring
            .args([
                "-c",
                "exec \"$0\" --foreground --unlock --components=secrets < password",
            ])
            .arg(program("gnome-keyring-daemon"))
            .env("DBUS_SESSION_BUS_ADDRESS", &address)
            .env("HOME", &dir)
            .env("XDG_RUNTIME_DIR", &sockets)
            .env("XDG_DATA_HOME", dir.join("data"))
            .current_dir(&dir);
        let keyring = Kept::start(&mut keyring, &dir.join("keyring.log"));
        Bus {
            address,
            _daemons: [keyring, daemon],
        }
    })
}

fn until(is_so: impl Fn() -> bool, what: &str) {
    for _ in 0..400 {
        if is_so() {
            return;
        }
        std::thread::park_timeout(std::time::Duration::from_millis(25));
    }
    panic!("{what} does not start");
}

fn add(place: &Place) -> (Option<i32>, String) {
    let said = place.run_with_input(
        &[
            "context",
            "add",
            "lab",
            "--tracking",
            server().url(),
            "--auth",
            "basic",
            "--username",
            USERNAME,
            "--secret-stdin",
        ],
        &format!("{PASSWORD}\n"),
    );
    (said.code, said.err)
}

#[test]
fn a_secret_that_is_typed_is_kept_in_the_keyring_and_goes_with_its_context() {
    let place = Place::new()
        .keeping(PASSWORD)
        .with("DBUS_SESSION_BUS_ADDRESS", &bus().address);
    // The keyring takes its name on the bus a moment after it starts.
    until(
        || add(&place).0 == Some(0) || place.file("config/config.toml").exists(),
        "the keyring",
    );
    let written = std::fs::read_to_string(place.file("config/config.toml")).expect("it was written");
    assert!(written.contains("keyring = true"), "{written}");
    assert_eq!(place.experiments("lab"), ["Default"]);
    let removed = place.run(&["context", "remove", "lab", "--yes"]);
    assert_eq!(removed.code, Some(0), "{}", removed.err);
    let again = Place::new()
        .with("DBUS_SESSION_BUS_ADDRESS", &bus().address)
        .configured(&written);
    again.fails("lab", 4, "the keyring has no entry `lab`");
}

#[test]
fn without_a_keyring_the_other_places_are_named() {
    let place = Place::new()
        .keeping(PASSWORD)
        .with("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus");
    let (code, said) = add(&place);
    assert_eq!(code, Some(4), "{said}");
    assert!(
        said.contains("the keyring cannot be used") || said.contains("The keyring cannot be used"),
        "{said}"
    );
    assert!(said.contains("--secret-from file:"), "{said}");
    assert!(!place.file("config/config.toml").exists());
}
