//! A bare client: one request to a connection, and the answer as it came.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    /// JSON where it is that, else a text.
    pub(crate) body: Value,
}

/// Asks and waits, but not for ever; nothing where the server hangs up.
pub(crate) fn ask(
    address: SocketAddr,
    (method, target): (&str, &str),
    headers: &[(String, String)],
    body: &[u8],
) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let mut head = format!(
        "{method} {target} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).ok()?;
    stream.write_all(body).ok()?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok()?;
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let text = String::from_utf8_lossy(&bytes[end + 4..]).into_owned();
    let content_type = head
        .lines()
        .find_map(|line| line.strip_prefix("content-type: "))?;
    Some(Answer {
        status: head.split(' ').nth(1)?.parse().ok()?,
        content_type: content_type.to_owned(),
        body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
    })
}
