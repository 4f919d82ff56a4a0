//! Lines of JSON, as loggers for machines write them.

use serde_json::{Map, Value};

/// Fields that say how grave a line is, and those that say what happened, the likeliest first.
const LEVELS: &[&str] = &["level", "severity", "levelname", "lvl", "log.level"];
const MESSAGES: &[&str] = &["message", "msg", "event", "log", "text"];

/// Fields that say when: the line has its own time.
const TIMES: &[&str] = &["time", "timestamp", "ts", "@timestamp", "asctime", "date"];

/// A line of JSON as it reads.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Picked {
    /// How grave it is.
    pub level: Option<String>,
    /// What happened.
    pub message: Option<String>,
    /// What else it says.
    pub others: Vec<(String, String)>,
}

/// Whether a line is an object of JSON.
pub fn is_object(line: &[u8]) -> bool {
    object(line).is_some()
}

fn object(line: &[u8]) -> Option<Map<String, Value>> {
    let line = line.trim_ascii();
    if !line.starts_with(b"{") || !line.ends_with(b"}") {
        return None;
    }
    serde_json::from_slice(line).ok()
}

/// The fields of a line of JSON that are wanted, `a.b` within others; the usual ones where none are named. Nothing of a
/// line that is no object.
pub fn picked(line: &[u8], wanted: &[String]) -> Option<Picked> {
    let object = object(line)?;
    if !wanted.is_empty() {
        let others = wanted
            .iter()
            .filter_map(|path| Some((path.clone(), text_of(at(&object, path)?))))
            .collect();
        return Some(Picked {
            others,
            ..Picked::default()
        });
    }
    let first =
        |names: &'static [&'static str]| names.iter().copied().find(|name| object.contains_key(*name));
    let (level, message) = (first(LEVELS), first(MESSAGES));
    let is_other = |name: &str| Some(name) != level && Some(name) != message && !TIMES.contains(&name);
    Some(Picked {
        level: level.map(|name| text_of(&object[name])),
        message: message.map(|name| text_of(&object[name])),
        others: object
            .iter()
            .filter(|(name, _)| is_other(name))
            .map(|(name, value)| (name.clone(), text_of(value)))
            .collect(),
    })
}

/// A line of JSON over several lines; any other line as it is.
pub fn unfolded(line: &[u8]) -> String {
    match object(line) {
        Some(object) => serde_json::to_string_pretty(&object).unwrap_or_default(),
        None => super::text_of(line),
    }
}

/// The value at a path of keys; a key that holds dots itself is found, too.
fn at<'a>(object: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(value) = object.get(path) {
        return Some(value);
    }
    let (first, rest) = path.split_once('.')?;
    at(object.get(first)?.as_object()?, rest)
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_fields_come_first_and_named_ones_alone() {
        let line = br#"{"ts": 1, "level": "warn", "msg": "slow", "step": 7, "loss": {"val": 0.5}}"#;
        let usual = picked(line, &[]).expect("an object");
        assert_eq!(
            (usual.level.as_deref(), usual.message.as_deref()),
            (Some("warn"), Some("slow"))
        );
        let names: Vec<&str> = usual.others.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["loss", "step"]);
        let wanted = ["loss.val".to_owned(), "nothing".to_owned()];
        let own = picked(line, &wanted).expect("an object");
        assert_eq!(own.others, [("loss.val".to_owned(), "0.5".to_owned())]);
        assert_eq!(picked(b"{no json}", &[]), None);
        assert!(unfolded(line).lines().count() > 5);
        assert_eq!(unfolded(b"plain"), "plain");
    }
}
