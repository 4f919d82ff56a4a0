//! What a person types to filter pipeline runs, and what the server is asked for it.

use flowdeck_client::pipelines::RunState;
use flowdeck_client::port::{Operation, Predicate, PredicateValue};
use flowdeck_client::search::{Candidate, CandidateKind};
use flowdeck_client::{Failure, FailureKind, Result, Timestamp};

use super::filter::{read_filter, since};

/// States that a run may have on a server.
const STATES: [&str; 8] = [
    "PENDING",
    "RUNNING",
    "SUCCEEDED",
    "FAILED",
    "CANCELING",
    "CANCELED",
    "SKIPPED",
    "PAUSED",
];

/// What stands before the colon, with what it means.
const KEYS: [(&str, &str); 6] = [
    ("state", "FAILED,RUNNING"),
    ("name", "a part of the name"),
    ("since", "7d, 36h, 2026-11-23"),
    ("until", "7d, 36h, 2026-11-23"),
    ("schedule", "id of the schedule that started it"),
    ("id", "id of the run"),
];

const FORM: &str =
    "write words of the name, or state:FAILED,RUNNING since:7d until:2026-11-23 schedule:ID id:ID";

/// Words that all must hold of a run: `churn state:failed since:7d`. A filter as the server's API writes it is taken, too.
///
/// # Errors
/// A word before a colon that is none of these, a state or a time that is none.
pub fn read_run_words(text: &str, now: Timestamp) -> Result<Vec<Predicate>> {
    let text = text.trim();
    if text.starts_with(['{', '[']) {
        return read_filter(text);
    }
    words(text).iter().map(|word| predicate(word, now)).collect()
}

fn predicate(word: &str, now: Timestamp) -> Result<Predicate> {
    let Some((key, value)) = word.split_once(':') else {
        return Ok(name(word));
    };
    if value.is_empty() {
        return Err(wrong(format!("nothing stands behind `{key}:`")));
    }
    Ok(match key {
        "state" | "status" => {
            let states: Result<Vec<String>> = value.split(',').map(state).collect();
            Predicate::one_of("state", states?)
        }
        "name" => name(value),
        "since" => time(Operation::GreaterOrEqual, since(value, now)?),
        "until" => time(Operation::LessOrEqual, since(value, now)?),
        "schedule" => Predicate::equals("recurring_run_id", value),
        "id" => Predicate::equals("run_id", value),
        _ => return Err(wrong(format!("runs cannot be filtered by `{key}`"))),
    })
}

fn name(part: &str) -> Predicate {
    Predicate::text("display_name", Operation::Contains, part)
}

fn time(operation: Operation, at: Timestamp) -> Predicate {
    Predicate {
        key: "created_at".to_owned(),
        operation,
        value: PredicateValue::Time(at),
    }
}

fn state(word: &str) -> Result<String> {
    let word = word.trim().to_ascii_uppercase();
    match RunState::from_word(&word) {
        RunState::Other(_) | RunState::Unspecified => Err(Failure::new(
            FailureKind::InvalidInput,
            format!("`{word}` is no state of a pipeline run"),
        )
        .with_hint(format!("states are {}", STATES.join(", ")))),
        state => Ok(state.word().to_owned()),
    }
}

/// Words parted by blanks; quotes keep blanks together.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for letter in text.chars() {
        match (letter, quote) {
            ('"' | '\'', None) => quote = Some(letter),
            (letter, Some(open)) if letter == open => quote = None,
            (letter, None) if letter.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            (letter, _) => word.push(letter),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn wrong(message: String) -> Failure {
    Failure::new(FailureKind::InvalidInput, message).with_hint(FORM)
}

/// How what is typed can go on at the caret.
pub fn complete_run_words(text: &str, caret: usize) -> Vec<Candidate> {
    let Some(typed) = text.get(..caret) else {
        return Vec::new();
    };
    let start = typed.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let word = &typed[start..];
    let candidate = |text: String, from: usize, kind| Candidate {
        text,
        replaces: from..caret,
        kind,
    };
    match word.split_once(':') {
        None => KEYS
            .iter()
            .filter(|(key, _)| key.starts_with(word))
            .map(|(key, _)| candidate(format!("{key}:"), start, CandidateKind::Key))
            .collect(),
        Some(("state" | "status", value)) => {
            let last = value.rfind(',').map_or(0, |at| at + 1);
            let from = caret - (value.len() - last);
            let begun = value[last..].to_ascii_uppercase();
            STATES
                .iter()
                .filter(|state| state.starts_with(&begun))
                .map(|state| candidate((*state).to_owned(), from, CandidateKind::Value))
                .collect()
        }
        Some(("since" | "until", value)) => ["1h", "24h", "7d", "30d"]
            .iter()
            .filter(|time| time.starts_with(value))
            .map(|time| candidate((*time).to_owned(), caret - value.len(), CandidateKind::Value))
            .collect(),
        Some(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    #[test]
    fn words_become_what_the_server_is_asked() {
        let read = read_run_words("churn state:failed,Running since:1h name:\"two words\"", NOW).unwrap();
        assert_eq!(
            read,
            [
                Predicate::text("display_name", Operation::Contains, "churn"),
                Predicate::one_of("state", ["FAILED".to_owned(), "RUNNING".to_owned()]),
                time(Operation::GreaterOrEqual, Timestamp(NOW.0 - 3_600_000)),
                Predicate::text("display_name", Operation::Contains, "two words"),
            ]
        );
        assert!(read_run_words("  ", NOW).unwrap().is_empty());
        let whole = r#"[{"key": "state", "operation": "EQUALS", "string_value": "FAILED"}]"#;
        assert_eq!(
            read_run_words(whole, NOW).unwrap(),
            [Predicate::equals("state", "FAILED")]
        );
    }

    #[test]
    fn what_cannot_be_asked_is_told() {
        for (text, said) in [
            ("state:odd", "`ODD` is no state of a pipeline run"),
            ("colour:red", "runs cannot be filtered by `colour`"),
            ("since:soon", "`soon` is no time"),
            ("name:", "nothing stands behind `name:`"),
        ] {
            let failure = read_run_words(text, NOW).unwrap_err();
            assert_eq!(failure.message(), said);
            assert!(failure.hint().is_some(), "{text}");
        }
    }

    #[test]
    fn a_word_is_completed_at_the_caret() {
        let texts = |text: &str| -> Vec<String> {
            complete_run_words(text, text.len())
                .into_iter()
                .map(|one| one.text)
                .collect()
        };
        assert_eq!(texts("s"), ["state:", "since:", "schedule:"]);
        assert_eq!(texts("churn state:FAILED,r"), ["RUNNING"]);
        assert_eq!(texts("since:").len(), 4);
        assert_eq!(complete_run_words("state:FA", 8)[0].replaces, 6..8);
        assert!(complete_run_words("ä", 1).is_empty());
    }
}
