//! Packages: what lies behind an address, and what is in a file that was sent.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use flate2::read::GzDecoder;

/// The most bytes of a package.
pub(super) const GREATEST_BYTES: usize = 32 << 20;

/// How long an address may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Fetches a package over plain HTTP from this machine. A demo asks nobody else.
pub(super) fn fetch(url: &str) -> Result<String, String> {
    let url = url::Url::parse(url).map_err(|error| format!("parse {url:?}: {error}"))?;
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(80);
    if url.scheme() != "http" || !matches!(host, "127.0.0.1" | "localhost") {
        return Err(format!("dial tcp: lookup {host}: no such host"));
    }
    let said = |error: std::io::Error| format!("dial tcp {host}:{port}: {error}");
    let mut addresses = (host, port).to_socket_addrs().map_err(said)?;
    let address = addresses
        .next()
        .ok_or_else(|| format!("dial tcp: lookup {host}: no such host"))?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(said)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(said)?;
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n").map_err(said)?;
    let mut answer = Vec::new();
    stream
        .take(GREATEST_BYTES as u64)
        .read_to_end(&mut answer)
        .map_err(said)?;
    let text = String::from_utf8_lossy(&answer);
    let (head, body) = text.split_once("\r\n\r\n").ok_or("unexpected EOF")?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    if status != "200" {
        return Err(format!("HTTP status {status}"));
    }
    Ok(body.to_owned())
}

/// The text of a package by its name and bytes; nothing where it is none that the server reads.
pub(super) fn unpacked(name: &str, bytes: &[u8]) -> Option<String> {
    let small = name.to_ascii_lowercase();
    let plain = if small.ends_with(".tar.gz") || small.ends_with(".tgz") {
        first_of_tar(&inflated(bytes)?)?
    } else if small.ends_with(".zip") {
        first_of_zip(bytes)?
    } else if [".yaml", ".yml", ".json"]
        .iter()
        .any(|ending| small.ends_with(ending))
    {
        bytes.to_vec()
    } else {
        return None;
    };
    String::from_utf8(plain).ok()
}

fn inflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    GzDecoder::new(bytes)
        .take(GREATEST_BYTES as u64)
        .read_to_end(&mut plain)
        .ok()?;
    Some(plain)
}

/// The first file of a tape archive: a head of 512 bytes with the size in octal at 124, then the file.
fn first_of_tar(archive: &[u8]) -> Option<Vec<u8>> {
    let mut at = 0;
    loop {
        let head = archive.get(at..at + 512)?;
        let size = std::str::from_utf8(&head[124..136]).ok()?;
        let size = usize::from_str_radix(size.trim_matches(['\0', ' ']), 8).ok()?;
        let body = archive.get(at + 512..at.checked_add(512 + size)?)?;
        if matches!(head[156], b'0' | 0) {
            return Some(body.to_vec());
        }
        at = at.checked_add(512 + size.div_ceil(512) * 512)?;
    }
}

/// The first file of a ZIP archive: stored, or deflated with its size in its head.
fn first_of_zip(archive: &[u8]) -> Option<Vec<u8>> {
    let number = |at: usize, n_bytes: usize| {
        let bytes = archive.get(at..at + n_bytes)?;
        Some(
            bytes
                .iter()
                .rev()
                .fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte)),
        )
    };
    if archive.get(..4)? != b"PK\x03\x04" {
        return None;
    }
    let (method, size) = (number(8, 2)?, number(18, 4)?);
    let from = 30 + number(26, 2)? + number(28, 2)?;
    let body = match size {
        0 => archive.get(from..)?,
        size => archive.get(from..from + size)?,
    };
    if method == 0 {
        return Some(body.to_vec());
    }
    let mut plain = Vec::new();
    let inflating = flate2::read::DeflateDecoder::new(body);
    inflating
        .take(GREATEST_BYTES as u64)
        .read_to_end(&mut plain)
        .ok()?;
    Some(plain)
}
