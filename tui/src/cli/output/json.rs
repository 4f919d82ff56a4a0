//! JSON as `docs/json.md` promises it: an unset value is null, and what JSON cannot hold is text.

use std::io::Write;

use flowdeck_surface::client::Timestamp;
use flowdeck_surface::client::tracking::{Param, Tag};
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::column::{Column, Noun};
use crate::cli::exit::Outcome;

/// A number that may be none: `"NaN"`, `"Infinity"`, `"-Infinity"`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number(pub(crate) f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_nan() {
            serializer.serialize_str("NaN")
        } else if self.0.is_infinite() {
            serializer.serialize_str(if self.0 > 0.0 { "Infinity" } else { "-Infinity" })
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

/// Things with keys as one object, in the order they have.
pub(crate) struct Pairs<'a, T, V> {
    things: &'a [T],
    pair: fn(&'a T) -> (&'a str, V),
}

impl<'a, T, V> Pairs<'a, T, V> {
    /// Takes each thing apart with `pair`.
    pub(crate) fn new(things: &'a [T], pair: fn(&'a T) -> (&'a str, V)) -> Self {
        Self { things, pair }
    }
}

impl<T, V: Serialize> Serialize for Pairs<'_, T, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.things.iter().map(self.pair))
    }
}

/// Tags as one object.
pub(crate) type Tags<'a> = Pairs<'a, Tag, &'a str>;

/// Tags as one object.
pub(crate) fn tags(tags: &[Tag]) -> Tags<'_> {
    Pairs::new(tags, |tag| (tag.key.as_str(), &tag.value))
}

/// Params as one object.
pub(crate) fn params(params: &[Param]) -> Pairs<'_, Param, &str> {
    Pairs::new(params, |param| (param.key.as_str(), &param.value))
}

/// Milliseconds, or null.
pub(crate) fn millis(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_millis)
}

/// JSON text as JSON; text that is none as a string.
pub(crate) fn embedded(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

/// Writes one array, an element a line, as the elements come.
pub(crate) struct Array<W: Write> {
    out: W,
    empty: bool,
}

impl<W: Write> Array<W> {
    /// Opens the array.
    pub(crate) fn new(mut out: W) -> Result<Self, std::io::Error> {
        out.write_all(b"[")?;
        Ok(Self { out, empty: true })
    }

    /// Writes one element.
    pub(crate) fn push(&mut self, element: &impl Serialize) -> Outcome {
        self.out.write_all(if self.empty { b"\n" } else { b",\n" })?;
        self.empty = false;
        Ok(serde_json::to_writer(&mut self.out, element)?)
    }

    /// Closes the array.
    pub(crate) fn close(mut self) -> Outcome {
        self.out.write_all(if self.empty { b"]\n" } else { b"\n]\n" })?;
        Ok(self.out.flush()?)
    }
}

/// Writes one thing, over several lines.
pub(crate) fn write_thing(mut out: impl Write, thing: &impl Serialize) -> Outcome {
    serde_json::to_writer_pretty(&mut out, thing)?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

/// Writes one object of a stream, on one line, and lets it out at once.
pub(crate) fn write_line(mut out: impl Write, thing: &impl Serialize) -> Outcome {
    serde_json::to_writer(&mut out, thing)?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

/// One line for stderr: `{"note":{"as_of":1700000000000,"message":"…"}}`.
pub(crate) fn note_of_age(message: &str, as_of: Timestamp) -> String {
    serde_json::json!({ "note": { "as_of": as_of.as_millis(), "message": message } }).to_string()
}

/// The part of a thing's JSON that these columns name; a key of a family stands within that family.
pub(crate) fn selected<T: Noun>(thing: &T, columns: &[Column<T>]) -> Result<Value, serde_json::Error> {
    let whole = serde_json::to_value(thing.view())?;
    let families: Vec<_> = T::families().iter().map(|family| family.name).collect();
    let mut part = Map::new();
    for column in columns {
        let (family, key) = column.name.split_once('.').unwrap_or(("", &column.name));
        if families.contains(&family) {
            let value = whole[family].get(key).cloned().unwrap_or_default();
            let within = part.entry(family).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(within) = within {
                within.insert(key.to_owned(), value);
            }
        } else {
            let value = whole.get(&column.name).cloned().unwrap_or_default();
            part.insert(column.name.clone(), value);
        }
    }
    Ok(Value::Object(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_json_cannot_hold_is_text() {
        let numbers = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.1, -2.0].map(Number);
        let text = serde_json::to_string(&numbers).expect("they serialize");
        assert_eq!(text, r#"["NaN","Infinity","-Infinity",0.1,-2.0]"#);
    }

    #[test]
    fn an_array_is_valid_with_and_without_elements() {
        let mut out = Vec::new();
        Array::new(&mut out)
            .expect("a vector takes it")
            .close()
            .expect("a vector takes it");
        assert_eq!(out, b"[]\n");
        let mut out = Vec::new();
        let mut array = Array::new(&mut out).expect("a vector takes it");
        for number in [1, 2] {
            array.push(&number).expect("a vector takes it");
        }
        array.close().expect("a vector takes it");
        assert_eq!(out, b"[\n1,\n2\n]\n");
    }
}
