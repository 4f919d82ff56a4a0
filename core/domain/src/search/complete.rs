//! Says what may come next in a filter that is being written.

use std::ops::Range;

use super::Entity;
use super::lexer::tokens;
use super::print::write_key;
use super::token::{Token, TokenKind};
use super::unicode::is_word;

/// Keys that the things at hand have.
#[derive(Clone, Copy, Debug, Default)]
pub struct KnownKeys<'k> {
    /// Of metrics.
    pub metrics: &'k [&'k str],
    /// Of params.
    pub params: &'k [&'k str],
    /// Of tags.
    pub tags: &'k [&'k str],
    /// Of metadata of traces.
    pub metadata: &'k [&'k str],
    /// Of assessments of traces.
    pub assessments: &'k [&'k str],
}

/// Something that may stand at the cursor.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Candidate {
    /// What to put there, with the blank behind it where something has to follow.
    pub text: String,
    /// The bytes it replaces.
    pub replaces: Range<usize>,
    /// What it is.
    pub kind: CandidateKind,
}

/// What a candidate is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CandidateKind {
    /// The word before a dot: `metrics.`.
    Entity,
    /// A whole key.
    Key,
    /// An operator.
    Operator,
    /// A value.
    Value,
    /// `AND`.
    And,
}

/// What may stand at the cursor, a place in bytes; the likeliest first.
pub fn complete(entity: Entity, text: &str, cursor: usize, known: &KnownKeys<'_>) -> Vec<Candidate> {
    let Some(before) = text.get(..cursor) else {
        return Vec::new();
    };
    let place = Place::of(before);
    let typed = before.get(place.start..).unwrap_or_default();
    // What is left of the word that the cursor stands in is replaced, too.
    let rest = text.get(cursor..).unwrap_or_default();
    let in_word = !typed.is_empty() && place.expects != Expects::Operator;
    let end = cursor
        + rest
            .find(|c: char| !(in_word && is_word(c)))
            .unwrap_or(rest.len());
    let make = |text: String, kind| Candidate {
        text,
        replaces: place.start..end,
        kind,
    };
    let mut found: Vec<Candidate> = match place.expects {
        Expects::Key => keys(entity, typed, known)
            .into_iter()
            .map(|(text, kind)| make(text, kind))
            .collect(),
        Expects::Operator => operators(entity, &place.key)
            .iter()
            .filter(|operator| starts(operator, typed))
            .map(|operator| make(format!("{operator} "), CandidateKind::Operator))
            .collect(),
        Expects::Value => values(entity, &place.key)
            .iter()
            .map(|value| format!("'{value}'"))
            .filter(|value| starts(value, typed))
            .map(|value| make(value, CandidateKind::Value))
            .collect(),
        Expects::And => starts("AND", typed)
            .then(|| make("AND ".to_owned(), CandidateKind::And))
            .into_iter()
            .collect(),
    };
    found.dedup_by(|one, other| one.text == other.text);
    found
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Expects {
    Key,
    Operator,
    Value,
    And,
}

/// Where the cursor stands.
struct Place {
    expects: Expects,
    /// Where what is typed of it begins.
    start: usize,
    /// Where an operator of several words begins that is not whole yet.
    begun: Option<usize>,
    /// The key of the clause.
    key: String,
}

impl Place {
    /// Walks over the clauses before the cursor.
    fn of(before: &str) -> Self {
        let mut place = Self {
            expects: Expects::Key,
            start: before.len(),
            begun: None,
            key: String::new(),
        };
        let words = words(before);
        for (n, word) in words.iter().enumerate() {
            let text = before.get(word.clone()).unwrap_or_default();
            let touches = n + 1 == words.len() && word.end == before.len();
            if touches && !(place.expects == Expects::Operator && is_symbol(text)) {
                place.start = place.begun.unwrap_or(word.start);
                return place;
            }
            place.step(text, word.start);
        }
        place.start = place.begun.unwrap_or(place.start);
        place
    }

    fn step(&mut self, word: &str, start: usize) {
        let upper = word.to_uppercase();
        self.expects = match self.expects {
            Expects::Key if upper == "AND" => Expects::Key,
            Expects::Key => {
                word.clone_into(&mut self.key);
                Expects::Operator
            }
            Expects::Operator if matches!(&*upper, "IS" | "NOT") => {
                self.begun.get_or_insert(start);
                return;
            }
            Expects::Operator => {
                self.begun = None;
                if upper.ends_with("NULL") {
                    Expects::And
                } else {
                    Expects::Value
                }
            }
            Expects::Value => Expects::And,
            Expects::And => Expects::Key,
        };
    }
}

fn is_symbol(text: &str) -> bool {
    matches!(text, "=" | "!=" | "<=" | ">=")
}

/// Pieces of a filter between blanks, operators apart from what touches them and parentheses in one.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut depth = 0_usize;
    let mut joins = false;
    for Token { kind, span } in tokens(text) {
        let token = text.get(span.clone()).unwrap_or_default();
        let outside = depth == 0;
        match token {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if outside && kind.is_blank() {
            joins = false;
            continue;
        }
        let alone = outside && (kind == TokenKind::Comparison || token == "(");
        match words.last_mut() {
            Some(last) if joins && !alone => last.end = span.end,
            _ => words.push(span),
        }
        joins = !(outside && kind == TokenKind::Comparison);
    }
    words
}

fn starts(candidate: &str, typed: &str) -> bool {
    candidate
        .get(..typed.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(typed))
}

/// Keys and the words before them that go on from what is typed: those that begin so first, then those that hold it.
fn keys(entity: Entity, typed: &str, known: &KnownKeys<'_>) -> Vec<(String, CandidateKind)> {
    let words = entities(entity);
    if let Some((word, rest)) = typed.split_once('.') {
        let rest = rest.trim_start_matches(['`', '"', '\'']).to_lowercase();
        let Some(keys) = words
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, keys)| keys(known))
        else {
            return Vec::new();
        };
        let begins = keys.iter().filter(|key| key.to_lowercase().starts_with(&rest));
        let holds = keys
            .iter()
            .filter(|key| key.to_lowercase().contains(&rest) && !key.to_lowercase().starts_with(&rest));
        return begins
            .chain(holds)
            .filter_map(|key| write_key(word, key))
            .map(|key| (format!("{key} "), CandidateKind::Key))
            .collect();
    }
    let words = words
        .iter()
        .map(|(word, _)| (format!("{word}."), CandidateKind::Entity));
    let attributes = attributes(entity)
        .iter()
        .map(|key| (format!("{key} "), CandidateKind::Key));
    words
        .chain(attributes)
        .filter(|(text, _)| starts(text, typed))
        .collect()
}

type KeysOf = for<'k> fn(&KnownKeys<'k>) -> &'k [&'k str];

/// Words before a dot and what may follow them.
fn entities(entity: Entity) -> &'static [(&'static str, KeysOf)] {
    const METRICS: (&str, KeysOf) = ("metrics", |known| known.metrics);
    const PARAMS: (&str, KeysOf) = ("params", |known| known.params);
    const TAGS: (&str, KeysOf) = ("tags", |known| known.tags);
    const DATASET: (&str, KeysOf) = ("dataset", |_| &["name", "digest", "context"]);
    const METADATA: (&str, KeysOf) = ("metadata", |known| known.metadata);
    const SPAN: (&str, KeysOf) = ("span", |_| &["name", "type", "status", "attributes.", "content"]);
    const FEEDBACK: (&str, KeysOf) = ("feedback", |known| known.assessments);
    const EXPECTATION: (&str, KeysOf) = ("expectation", |known| known.assessments);
    match entity {
        Entity::Run => const { &[METRICS, PARAMS, TAGS, DATASET] },
        Entity::LoggedModel => const { &[METRICS, PARAMS, TAGS] },
        Entity::Trace => const { &[TAGS, METADATA, SPAN, FEEDBACK, EXPECTATION] },
        Entity::Experiment | Entity::RegisteredModel | Entity::ModelVersion => const { &[TAGS] },
    }
}

/// Keys that stand without a word before them.
fn attributes(entity: Entity) -> &'static [&'static str] {
    match entity {
        Entity::Run => &[
            "run_name",
            "status",
            "start_time",
            "end_time",
            "user_id",
            "run_id",
            "artifact_uri",
        ],
        Entity::Experiment => &["name", "experiment_id", "creation_time", "last_update_time"],
        Entity::RegisteredModel => &["name"],
        Entity::ModelVersion => &["name", "version_number", "run_id", "source_path"],
        Entity::LoggedModel => &[
            "name",
            "status",
            "model_type",
            "model_id",
            "source_run_id",
            "creation_timestamp",
            "last_updated_timestamp",
        ],
        Entity::Trace => &[
            "status",
            "name",
            "timestamp_ms",
            "execution_time_ms",
            "end_time_ms",
            "run_id",
            "request_id",
            "client_request_id",
            "trace.text",
            "prompt",
            "issue.id",
        ],
    }
}

/// Operators that a key knows.
fn operators(entity: Entity, key: &str) -> &'static [&'static str] {
    const NUMBER: &[&str] = &["=", "!=", "<", "<=", ">", ">="];
    const TEXT: &[&str] = &["=", "!=", "LIKE", "ILIKE"];
    const LIST: &[&str] = &["=", "!=", "LIKE", "ILIKE", "IN", "NOT IN"];
    const TAG: &[&str] = &["=", "!=", "LIKE", "ILIKE", "IS NULL", "IS NOT NULL"];
    let word = key.split_once('.').map_or("", |(word, _)| word);
    let is_number = key.contains("_time") || key.contains("timestamp") || key == "version_number";
    match (entity, word) {
        (_, "metrics") => NUMBER,
        (Entity::Run | Entity::Experiment | Entity::Trace, "tags" | "params" | "metadata") => TAG,
        (_, "tags") => TEXT,
        (_, "dataset" | "params" | "span") => LIST,
        (_, "feedback" | "expectation") => &[
            "=",
            "!=",
            ">",
            ">=",
            "<",
            "<=",
            "LIKE",
            "ILIKE",
            "IS NULL",
            "IS NOT NULL",
        ],
        (_, "trace") => &["LIKE", "ILIKE"],
        (_, "") if is_number => NUMBER,
        (Entity::Trace, _) if matches!(key, "prompt" | "issue.id") => &["="],
        (Entity::Run | Entity::ModelVersion, _) if key == "run_id" => LIST,
        (Entity::Experiment, _) if key == "experiment_id" => &["=", "!=", "IN", "NOT IN"],
        (Entity::ModelVersion | Entity::RegisteredModel, _) if key == "name" => LIST,
        (Entity::LoggedModel, _) if key == "status" => &["=", "!=", "IN", "NOT IN"],
        (Entity::LoggedModel, _) => LIST,
        (Entity::Trace, _) if matches!(key, "status" | "request_id" | "client_request_id") => LIST,
        _ => TEXT,
    }
}

/// Values where there are few.
fn values(entity: Entity, key: &str) -> &'static [&'static str] {
    match (entity, key.rsplit('.').next()) {
        (Entity::Run, Some("status")) => &["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"],
        (Entity::LoggedModel, Some("status")) => &["PENDING", "READY", "FAILED"],
        (Entity::Trace, Some("status")) => &["OK", "ERROR", "IN_PROGRESS"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: KnownKeys<'_> = KnownKeys {
        metrics: &["loss", "val/acc", "accuracy"],
        params: &["lr", "batch size"],
        tags: &["team"],
        metadata: &[],
        assessments: &[],
    };

    fn texts(filter: &str) -> Vec<String> {
        complete(Entity::Run, filter, filter.len(), &KNOWN)
            .into_iter()
            .map(|candidate| format!("{}{}", &filter[..candidate.replaces.start], candidate.text))
            .collect()
    }

    #[test]
    fn what_may_come_next_follows_from_what_stands_before() {
        let cases: [(&str, &[&str]); 14] = [
            ("met", &["metrics."]),
            (
                "metrics.",
                &["metrics.loss ", "metrics.`val/acc` ", "metrics.accuracy "],
            ),
            ("metrics.acc", &["metrics.accuracy ", "metrics.`val/acc` "]),
            ("params.`ba", &["params.`batch size` "]),
            ("metrics.loss <", &["metrics.loss < ", "metrics.loss <= "]),
            ("metrics.loss >= ", &[]),
            (
                "tags.team I",
                &["tags.team ILIKE ", "tags.team IS NULL ", "tags.team IS NOT NULL "],
            ),
            (
                "status = ",
                &[
                    "status = 'RUNNING'",
                    "status = 'SCHEDULED'",
                    "status = 'FINISHED'",
                    "status = 'FAILED'",
                    "status = 'KILLED'",
                ],
            ),
            ("status = 'FI", &["status = 'FINISHED'"]),
            ("metrics.loss < 1 ", &["metrics.loss < 1 AND "]),
            ("metrics.loss < 1 a", &["metrics.loss < 1 AND "]),
            (
                "metrics.loss < 1 AND sta",
                &["metrics.loss < 1 AND status ", "metrics.loss < 1 AND start_time "],
            ),
            ("tags.team IS NOT NULL ", &["tags.team IS NOT NULL AND "]),
            ("run_id IN ('a', 'b') ", &["run_id IN ('a', 'b') AND "]),
        ];
        for (filter, expected) in cases {
            assert_eq!(texts(filter), expected, "{filter:?}");
        }
    }

    #[test]
    fn a_cursor_that_is_in_no_place_gets_nothing() {
        assert!(complete(Entity::Run, "é", 1, &KNOWN).is_empty());
        assert!(complete(Entity::Run, "", 9, &KNOWN).is_empty());
    }
}
