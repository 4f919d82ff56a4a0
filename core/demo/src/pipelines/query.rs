use std::collections::HashMap;

use url::form_urlencoded;

use super::proto_json::camel;
use super::refusal::{INVALID, Refusal};

/// The parameters of a request, decoded once.
pub(super) struct Query(HashMap<String, Vec<String>>);

impl Query {
    pub(super) fn read(text: &str) -> Self {
        let mut read: HashMap<String, Vec<String>> = HashMap::new();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            read.entry(name.into_owned())
                .or_default()
                .push(value.into_owned());
        }
        Self(read)
    }

    /// A parameter under its name, or the same in camel case; empty where it is not there.
    pub(super) fn text(&self, name: &str) -> &str {
        self.all(name).first().map_or("", String::as_str)
    }

    pub(super) fn all(&self, name: &str) -> &[String] {
        let found = self.0.get(name).or_else(|| self.0.get(&camel(name)));
        found.map_or(&[], Vec::as_slice)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        !self.all(name).is_empty()
    }

    /// A whole number; 0 where it is not there.
    pub(super) fn number(&self, name: &str) -> Result<i64, Refusal> {
        match self.text(name) {
            "" => Ok(0),
            text => text.parse().map_err(|_| {
                Refusal::gateway(
                    INVALID,
                    format!("parsing field \"{name}\": strconv.ParseInt: parsing \"{text}\": invalid syntax"),
                )
            }),
        }
    }
}

/// What Go's `url.QueryUnescape` makes of a text.
///
/// # Errors
/// The three characters that are no escape.
pub(super) fn unescape(text: &str) -> Result<String, String> {
    let bytes = text.as_bytes();
    let mut read = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'+' => read.push(b' '),
            b'%' => {
                let digits = bytes.get(at + 1..at + 3).and_then(|pair| {
                    let pair = std::str::from_utf8(pair).ok()?;
                    u8::from_str_radix(pair, 16).ok()
                });
                let Some(byte) = digits else {
                    let end = (at + 3).min(bytes.len());
                    return Err(String::from_utf8_lossy(&bytes[at..end]).into_owned());
                };
                read.push(byte);
                at += 2;
            }
            byte => read.push(byte),
        }
        at += 1;
    }
    Ok(String::from_utf8_lossy(&read).into_owned())
}

/// A text in quotes as Go's `%q` writes it.
pub(super) fn quoted(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    written.push('"');
    for letter in text.chars() {
        match letter {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            '\r' => written.push_str("\\r"),
            letter if letter.is_control() => written.push_str(&format!("\\x{:02x}", u32::from(letter))),
            letter => written.push(letter),
        }
    }
    written.push('"');
    written
}
