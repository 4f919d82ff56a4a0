//! A display to open windows on.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A display: the person's own, or an invisible one of ours that ends with this value.
pub(crate) struct Display {
    name: String,
    server: Option<Child>,
}

impl Display {
    /// Starts `Xvfb` on a free number; it says which once it is ready.
    pub(crate) fn open() -> Self {
        if let Ok(name) = std::env::var("DISPLAY") {
            return Self { name, server: None };
        }
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x900x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed (Debian package xvfb)");
        let mut number = String::new();
        let output = server.stdout.take().expect("stdout is piped");
        BufReader::new(output)
            .read_line(&mut number)
            .expect("Xvfb names its display");
        Self {
            name: format!(":{}", number.trim()),
            server: Some(server),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}
