//! What people do, in a real browser over the bridge: `frontend/e2e` on a demo store.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use flowdeck_client::Timestamp;
use flowdeck_demo::{DemoStore, StoreOptions, prepare_store};

const NOW: Timestamp = Timestamp(1_773_480_000_000);

/// A bridge over a demo store of its own, which ends with this value.
struct Running {
    process: Child,
    address: String,
    _store: DemoStore,
}

impl Running {
    fn start() -> Self {
        let store = prepare_store(None, StoreOptions::at(NOW)).expect("a store");
        let mut bridge = Command::new(env!("CARGO_BIN_EXE_flowdeck-bridge"));
        for name in ["MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "FLOWDECK_CONTEXT"] {
            bridge.env_remove(name);
        }
        write_contexts(&store);
        for name in ["FLOWDECK_CONFIG_DIR", "FLOWDECK_CACHE_DIR", "FLOWDECK_STATE_DIR"] {
            bridge.env(name, store.directory().join(name));
        }
        let mut process = bridge
            .current_dir(store.directory())
            .env("TZ", "UTC")
            .arg("--pages")
            .arg(front_end().join("dist"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the bridge starts");
        let mut address = String::new();
        let output = process.stdout.take().expect("stdout is piped");
        BufReader::new(output)
            .read_line(&mut address)
            .expect("it says where it listens");
        Self {
            process,
            address: address.trim().to_owned(),
            _store: store,
        }
    }

    /// Where it listens, and its token.
    fn place(&self) -> (SocketAddr, &str) {
        let rest = self.address.strip_prefix("http://").expect("an address");
        let (place, token) = rest.split_once("/?bridge=").expect("a token");
        (place.parse().expect("loopback"), token)
    }

    /// The first line of the answer to a request.
    fn status(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.place().0).expect("it listens");
        stream
            .write_all(request.as_bytes())
            .expect("it takes the request");
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer.lines().next().unwrap_or_default().to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Contexts over the same store: one in production that is guarded, one in which nothing may be changed.
fn write_contexts(store: &DemoStore) {
    let directory = store.directory().join("FLOWDECK_CONFIG_DIR");
    let database = store.database().display();
    let config = format!(
        "[contexts.live]\ntracking = 'sqlite:///{database}'\nproduction = true\n\
         [contexts.live.gates]\nrequired_tags = ['validated=passed']\ntargets = ['Production']\n\
         [contexts.archive]\ntracking = 'sqlite:///{database}'\nread_only = true\n"
    );
    std::fs::create_dir_all(&directory).expect("a directory");
    std::fs::write(directory.join("config.toml"), config).expect("a configuration");
}

fn front_end() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../frontend")
}

#[test]
fn whoever_has_no_token_or_comes_by_another_name_is_refused() {
    let bridge = Running::start();
    let (place, token) = bridge.place();
    let body = r#"{"method":"about"}"#;
    let ask = |host: &str, token: &str| {
        bridge.status(&format!(
            "POST /rpc HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        ))
    };
    let own = place.to_string();
    assert_eq!(ask(&own, token), "HTTP/1.1 200 OK");
    assert_eq!(ask(&own, "guessed"), "HTTP/1.1 401 Unauthorized");
    assert_eq!(ask("evil.example", token), "HTTP/1.1 403 Forbidden");
    assert!(place.ip().is_loopback());
}

#[test]
fn people_do_in_a_browser_what_they_came_for() {
    let page = front_end().join("dist/index.html");
    let built = std::fs::read_to_string(&page).unwrap_or_default();
    assert!(
        built.contains("/assets/"),
        "the front end is not built: run `cargo xtask test --only frontend` first"
    );
    let bridge = Running::start();
    let status = Command::new("node")
        .args(["--test", "--test-reporter=spec", "e2e/journeys.test.mjs"])
        .current_dir(front_end())
        .env("FLOWDECK_BRIDGE", &bridge.address)
        .status()
        .expect("node is installed");
    assert!(status.success(), "the journeys above failed");
}
