//! As much of WebDriver as these tests need, over WebKit's own driver.
//!
//! Source: W3C WebDriver; `webkitgtk:browserOptions` from WebKitGTK's `WebKitWebDriver`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// How long a machine under load may take to start the driver, and the page to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `WebKitWebDriver`, which ends with this value, and the window with it.
pub(crate) struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    /// The driver, not started yet: the window inherits its environment and directory.
    pub(crate) fn command(display: &str) -> Command {
        let mut command = Command::new("WebKitWebDriver");
        // Tauri lets itself be driven only when told to.
        command
            .env("DISPLAY", display)
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        command
    }

    pub(crate) fn start(mut command: Command) -> Self {
        let port = free_port();
        let process = command
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver is installed (Debian package webkit2gtk-driver)");
        let driver = Self { process, port };
        let deadline = Instant::now() + PATIENCE;
        // The driver does not say when it listens.
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(
                Instant::now() < deadline,
                "WebKitWebDriver does not listen on port {port}"
            );
            std::thread::yield_now();
        }
        driver
    }

    /// Starts the program and takes hold of its page.
    pub(crate) fn open(self, program: &str) -> Window {
        let options = json!({"capabilities": {"alwaysMatch": {
            "webkitgtk:browserOptions": {"binary": program, "args": []},
        }}});
        let session = self.call("POST", "/session", &options);
        let id = session["sessionId"]
            .as_str()
            .expect("a session has an id")
            .to_owned();
        let window = Window { driver: self, id };
        let patience = PATIENCE.as_millis() as u64;
        window.call(
            "POST",
            "timeouts",
            &json!({"script": patience, "pageLoad": patience}),
        );
        window
    }

    /// The `value` of the answer to one request.
    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, said) = self
            .exchange(method, path, &text(body))
            .expect("the driver answers");
        let mut answer: Value = serde_json::from_str(&said).unwrap_or_default();
        assert_eq!(status, 200, "{method} {path}: {said}");
        answer["value"].take()
    }

    fn exchange(&self, method: &str, path: &str, body: &str) -> std::io::Result<(u16, String)> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        )?;
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .unwrap_or(0);
        let mut size_bytes = 0;
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            match line.trim_end().split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    size_bytes = value.parse().unwrap_or(0);
                }
                Some(_) => {}
                None => break,
            }
        }
        let mut bytes = vec![0; size_bytes];
        reader.read_exact(&mut bytes)?;
        Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A body as sent: none for a request that has none.
fn text(body: &Value) -> String {
    if body.is_null() {
        String::new()
    } else {
        body.to_string()
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.local_addr().expect("it is bound").port()
}

/// The page of a window.
pub(crate) struct Window {
    driver: Driver,
    id: String,
}

impl Window {
    /// Runs a script in the page until it calls its last argument, and gives what it called it with.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.call("POST", "execute/async", &json!({"script": script, "args": []}))
    }

    /// What the page looks like, as a PNG file.
    pub(crate) fn screenshot_to(&self, path: &Path) {
        let picture = self.call("GET", "screenshot", &Value::Null);
        let bytes = STANDARD
            .decode(picture.as_str().unwrap_or_default())
            .expect("base64");
        std::fs::write(path, bytes).expect("the directory is there");
    }

    fn call(&self, method: &str, what: &str, body: &Value) -> Value {
        self.driver
            .call(method, &format!("/session/{}/{what}", self.id), body)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self
            .driver
            .exchange("DELETE", &format!("/session/{}", self.id), "");
    }
}
