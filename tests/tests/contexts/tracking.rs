//! One real tracking server behind MLflow's own sign-in, for all tests.

use std::path::PathBuf;
use std::sync::OnceLock;

use flowdeck_tests::server::Server;

pub(crate) const USERNAME: &str = "ann";
pub(crate) const PASSWORD: &str = "pass/word-of-ann-7f3e9c";

/// The server; it ends with the process of the tests.
pub(crate) fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let dir = shared_dir("tracking");
        Server::start_with_sign_in("3.17.2", &dir, USERNAME, PASSWORD)
    })
}

/// `127.0.0.1:PORT`.
pub(crate) fn address() -> &'static str {
    server().url().trim_start_matches("http://")
}

/// A directory for something that all tests share; what an earlier run left is removed.
pub(crate) fn shared_dir(name: &str) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("contexts")
        .join(name);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("the target directory can be written");
    dir
}

/// A port that is free now.
pub(crate) fn free_port() -> u16 {
    let probe = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback has ports");
    probe.local_addr().expect("it is bound").port()
}

/// Waits until something answers at a port of loopback.
pub(crate) fn until_listening(port: u16, has_ended: &mut dyn FnMut() -> bool, log: &std::path::Path) {
    for _ in 0..600 {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return;
        }
        assert!(
            !has_ended(),
            "{}",
            std::fs::read_to_string(log).unwrap_or_default()
        );
        std::thread::park_timeout(std::time::Duration::from_millis(50));
    }
    panic!(
        "nothing listens: {}",
        std::fs::read_to_string(log).unwrap_or_default()
    );
}

/// A run that goes on, made as any client would make it.
pub(crate) fn running_run() -> String {
    use base64::Engine;
    use std::io::{Read, Write};
    let signed = base64::engine::general_purpose::STANDARD.encode(format!("{USERNAME}:{PASSWORD}"));
    let body = r#"{"experiment_id": "0", "run_name": "goes-on", "start_time": 1790000000000}"#;
    let mut stream = std::net::TcpStream::connect(address()).expect("it listens");
    let request = format!(
        "POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: {}\r\nAuthorization: Basic {signed}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        address(),
        body.len()
    );
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let id = answer
        .split("\"run_id\": \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    id.unwrap_or_else(|| panic!("no run was made: {answer}"))
        .to_owned()
}
