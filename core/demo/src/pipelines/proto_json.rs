//! Requests as the server reads them: JSON of protocol buffers, where a field that is not known is refused, by its place.

use serde_json::Value;

/// Fields of a message by their names.
pub(super) type Shape = &'static [(&'static str, Field)];

/// What a field holds.
#[derive(Clone, Copy)]
pub(super) enum Field {
    /// Whatever it is: a `Struct`.
    Any,
    Text,
    Time,
    Bool,
    Number,
    /// One of these words, or their place in the list.
    Word(&'static [&'static str]),
    Message(Shape),
    Messages(Shape),
    /// Texts by key.
    Texts,
    /// Messages by key.
    MessagesByKey(Shape),
}

/// Reads a body: an empty one is an empty message.
pub(super) fn read(body: &[u8], shape: Shape) -> Result<Value, String> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    if let Err(error) = serde_json::from_slice::<Value>(body) {
        return Err(go_words(body, &error));
    }
    let text = String::from_utf8_lossy(body);
    check(&text, shape)
}

/// Reads JSON of protocol buffers alone, as the server reads a filter.
pub(super) fn read_text(text: &str, shape: Shape) -> Result<Value, String> {
    match serde_json::from_str::<Value>(text) {
        Ok(_) => check(text, shape),
        Err(error) if error.is_eof() => Err("proto:\u{a0}unexpected EOF".to_owned()),
        Err(error) => {
            let at = offset(text, &error);
            let word: String = text[at..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
                .collect();
            let (line, column) = place(text, at);
            Err(format!(
                "proto:\u{a0}syntax error (line {line}:{column}): invalid value {word}"
            ))
        }
    }
}

/// What Go's `encoding/json` says of a text that is no JSON.
fn go_words(body: &[u8], error: &serde_json::Error) -> String {
    if error.is_eof() {
        return "unexpected EOF".to_owned();
    }
    let text = String::from_utf8_lossy(body);
    let wrong = text[offset(&text, error)..].chars().next().unwrap_or(' ');
    format!("invalid character '{wrong}' looking for beginning of value")
}

fn offset(text: &str, error: &serde_json::Error) -> usize {
    let before: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let mut at = (before + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    // Where a word is no value, the word is meant rather than the letter in it.
    while at > 0 && text.as_bytes()[at - 1].is_ascii_alphabetic() {
        at -= 1;
    }
    at
}

fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    (line, before[start..].chars().count() + 1)
}

/// Walks a text that is known to be JSON.
struct Walk<'a> {
    text: &'a str,
    at: usize,
}

fn check(text: &str, shape: Shape) -> Result<Value, String> {
    let mut walk = Walk { text, at: 0 };
    walk.message(shape)
}

impl Walk<'_> {
    fn blank(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn next_is(&mut self, wanted: u8) -> bool {
        self.blank();
        let found = self.text.as_bytes().get(self.at) == Some(&wanted);
        self.at += usize::from(found);
        found
    }

    /// The next value whole.
    fn value(&mut self) -> Value {
        self.blank();
        let mut stream = serde_json::Deserializer::from_str(&self.text[self.at..]).into_iter::<Value>();
        let value = stream.next().and_then(Result::ok).unwrap_or_default();
        self.at += stream.byte_offset();
        value
    }

    fn wrong(&self, at: usize, what: &str) -> String {
        let (line, column) = place(self.text, at);
        format!("proto:\u{a0}(line {line}:{column}): {what}")
    }

    fn message(&mut self, shape: Shape) -> Result<Value, String> {
        self.blank();
        let from = self.at;
        if !self.next_is(b'{') {
            let found = self.value();
            return Err(self.wrong(from, &format!("unexpected token {found}")));
        }
        let mut read = serde_json::Map::new();
        while !self.next_is(b'}') {
            self.next_is(b',');
            self.blank();
            let key_at = self.at;
            let key = self.value();
            let key = key.as_str().unwrap_or_default().to_owned();
            self.next_is(b':');
            let known = shape.iter().find(|(name, _)| *name == key || camel(name) == key);
            let Some((name, field)) = known else {
                return Err(self.wrong(key_at, &format!("unknown field \"{key}\"")));
            };
            let value = self.field(name, *field)?;
            if !value.is_null() {
                read.insert((*name).to_owned(), value);
            }
        }
        Ok(Value::Object(read))
    }

    fn field(&mut self, name: &str, field: Field) -> Result<Value, String> {
        self.blank();
        let at = self.at;
        if self.text[at..].starts_with("null") {
            return Ok(self.value());
        }
        match field {
            Field::Message(shape) => self.message(shape),
            Field::Messages(shape) => {
                let mut all = Vec::new();
                if !self.next_is(b'[') {
                    let found = self.value();
                    return Err(self.wrong(at, &format!("unexpected token {found}")));
                }
                while !self.next_is(b']') {
                    self.next_is(b',');
                    all.push(self.message(shape)?);
                }
                Ok(Value::Array(all))
            }
            Field::MessagesByKey(shape) => {
                let mut all = serde_json::Map::new();
                self.next_is(b'{');
                while !self.next_is(b'}') {
                    self.next_is(b',');
                    let key = self.value();
                    self.next_is(b':');
                    all.insert(key.as_str().unwrap_or_default().to_owned(), self.message(shape)?);
                }
                Ok(Value::Object(all))
            }
            plain => {
                let value = self.value();
                plain.take(name, value).map_err(|what| self.wrong(at, &what))
            }
        }
    }
}

impl Field {
    /// A value that is no message, as it is kept.
    fn take(self, name: &str, value: Value) -> Result<Value, String> {
        let wrong = |kind: &str| Err(format!("invalid value for {kind} field {name}: {value}"));
        match self {
            Self::Text if !value.is_string() => wrong("string"),
            Self::Bool if !value.is_boolean() => wrong("bool"),
            Self::Texts if !value.is_object() => wrong("map"),
            Self::Time => {
                let text = value.as_str().unwrap_or_default();
                match flowdeck_domain::Timestamp::parse_rfc3339(text) {
                    Some(_) => Ok(value),
                    None => Err(format!("invalid google.protobuf.Timestamp value {value}")),
                }
            }
            Self::Number => {
                let number = value
                    .as_i64()
                    .or_else(|| value.as_str().and_then(|text| text.parse().ok()));
                number.map_or_else(|| wrong("int64"), |number| Ok(number.into()))
            }
            Self::Word(words) => {
                let named = value.as_str().filter(|word| words.contains(word));
                let counted = value
                    .as_u64()
                    .and_then(|at| words.get(usize::try_from(at).ok()?).copied());
                named.or(counted).map_or_else(
                    || Err(format!("invalid value for enum field {name}: {value}")),
                    |word| Ok(word.into()),
                )
            }
            _ => Ok(value),
        }
    }
}

/// `display_name` as protocol buffers write it in JSON: `displayName`.
pub(super) fn camel(name: &str) -> String {
    let mut written = String::with_capacity(name.len());
    let mut raise = false;
    for letter in name.chars() {
        match letter {
            '_' => raise = true,
            letter if raise => {
                written.extend(letter.to_uppercase());
                raise = false;
            }
            letter => written.push(letter),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = &[
        ("display_name", Field::Text),
        ("mode", Field::Word(&["UNSPECIFIED", "ENABLE"])),
        ("max_concurrency", Field::Number),
        ("inner", Field::Message(&[("cron", Field::Text)])),
    ];

    #[test]
    fn names_in_both_spellings_and_numbers_in_texts_are_read() {
        let body =
            br#"{"displayName": "a", "mode": 1, "max_concurrency": "10", "inner": {"cron": "@daily"}}"#;
        let read = read(body, SHAPE).unwrap();
        assert_eq!(
            read,
            serde_json::json!({"display_name": "a", "mode": "ENABLE", "max_concurrency": 10, "inner": {"cron": "@daily"}})
        );
        assert_eq!(super::read(b" ", SHAPE).unwrap(), serde_json::json!({}));
    }

    #[test]
    fn what_is_not_known_is_refused_by_its_place() {
        for (body, words) in [
            (
                r#"{"display_name": "x1", "colour": "red"}"#,
                "proto:\u{a0}(line 1:24): unknown field \"colour\"",
            ),
            (r#"{"display_name":"#, "unexpected EOF"),
            (
                r#"{"mode": "ON"}"#,
                "proto:\u{a0}(line 1:10): invalid value for enum field mode: \"ON\"",
            ),
            (
                r#"{"display_name": 5}"#,
                "proto:\u{a0}(line 1:18): invalid value for string field display_name: 5",
            ),
        ] {
            assert_eq!(read(body.as_bytes(), SHAPE).unwrap_err(), words);
        }
        assert_eq!(
            read_text("state=FAILED", SHAPE).unwrap_err(),
            "proto:\u{a0}syntax error (line 1:1): invalid value state"
        );
    }
}
