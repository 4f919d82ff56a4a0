use flowdeck_client::Timestamp;
use flowdeck_client::promotion::{AuditEntry, EntryState};

use crate::clock::Clock;
use crate::tone::Tone;

/// One change of the audit log, as a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AuditLine {
    /// When it began.
    pub time: Timestamp,
    /// Who did it.
    pub user: String,
    /// `promote`, `undo`, `tag version`.
    pub action: String,
    /// Of which model, and which version where one is meant: `detector 3`.
    pub subject: String,
    /// What it changed, in few words.
    pub what: String,
    /// How it stands: `done`, `undone`, `interrupted`.
    pub state: &'static str,
    /// What that means.
    pub tone: Tone,
}

impl AuditLine {
    /// The line of a change.
    pub fn of(entry: &AuditEntry) -> Self {
        let version = entry.version.as_ref().map(|version| format!(" {version}"));
        let words = change_words(entry);
        let what = match &words[..] {
            [] => entry.target.clone(),
            _ if entry.is_edit() => entry.target.clone(),
            words => words.join(", "),
        };
        Self {
            time: entry.time,
            user: entry.user.clone(),
            action: entry.action.replace('_', " "),
            subject: format!("{}{}", entry.model, version.unwrap_or_default()),
            what,
            state: entry.word(),
            tone: tone(entry),
        }
    }
}

fn tone(entry: &AuditEntry) -> Tone {
    match &entry.state {
        EntryState::Done if entry.settled_by.is_some() => Tone::Muted,
        EntryState::Done => Tone::Good,
        EntryState::Refused(_) => Tone::Muted,
        EntryState::Failed(_) | EntryState::Interrupted if entry.is_unfinished() => Tone::Bad,
        EntryState::Failed(_) | EntryState::Interrupted => Tone::Warning,
    }
}

/// What a change did, a text for each thing: `version 2: Staging → Production`, `description: a → b`.
pub fn change_words(entry: &AuditEntry) -> Vec<String> {
    if !entry.steps.is_empty() {
        return entry.steps.iter().map(ToString::to_string).collect();
    }
    let (before, after) = (&entry.before.values, &entry.after.values);
    let mut keys: Vec<&String> = before.keys().chain(after.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let word = |value: Option<&Option<String>>| match value.and_then(Option::as_ref) {
        Some(text) if text.is_empty() => "empty".to_owned(),
        Some(text) => text.clone(),
        None => "nothing".to_owned(),
    };
    let of = |key: &String| format!("{key}: {} → {}", word(before.get(key)), word(after.get(key)));
    keys.into_iter().map(of).collect()
}

/// What is known of a change, in groups of labels and texts.
pub fn audit_groups(entry: &AuditEntry, clock: &Clock) -> Vec<(&'static str, Vec<(String, String)>)> {
    let mut told = vec![
        ("Time".to_owned(), clock.date_time(entry.time)),
        ("By".to_owned(), entry.user.clone()),
        ("Action".to_owned(), entry.action.replace('_', " ")),
        ("Model".to_owned(), entry.model.to_string()),
        ("Target".to_owned(), entry.target.clone()),
    ];
    let mut add = |label: &str, text: Option<String>| {
        told.extend(text.map(|text| (label.to_owned(), text)));
    };
    add("Version", entry.version.as_ref().map(ToString::to_string));
    add("State", Some(entry.word().to_owned()));
    if let EntryState::Failed(message) | EntryState::Refused(message) = &entry.state {
        add("Because", Some(message.clone()));
    }
    add("Takes back", entry.undoes.clone());
    add("Settled by", entry.settled_by.clone());
    add("Context", entry.context.clone());
    add("Registry", Some(entry.store.clone()));
    add("Id", Some(entry.id.clone()));
    let mut groups = vec![("", told)];
    let is_edit = entry.is_edit();
    if !entry.steps.is_empty() {
        let steps = entry.steps.iter().enumerate().map(|(place, step)| {
            let state = match place {
                place if place < entry.steps_done => "done",
                place if place < entry.steps_begun => "begun",
                _ => "not begun",
            };
            (state.to_owned(), step.to_string())
        });
        groups.push(("Steps", steps.collect()));
    }
    for (title, state) in [("Before", &entry.before), ("After", &entry.after)] {
        let nothing = || "nothing".to_owned();
        let versions = state
            .versions
            .iter()
            .map(|(version, stage)| (format!("version {version}"), stage.clone()));
        let aliases = state.aliases.iter().map(|(alias, version)| {
            let version = version.as_ref().map(|version| format!("version {version}"));
            (format!("@{alias}"), version.unwrap_or_else(nothing))
        });
        let values = state
            .values
            .iter()
            .map(|(key, value)| (key.clone(), value.clone().unwrap_or_else(nothing)));
        let mut all: Vec<_> = versions.chain(aliases).chain(values).collect();
        if all.is_empty() && is_edit {
            all.push(("nothing".to_owned(), String::new()));
        }
        groups.push((title, all));
    }
    groups.retain(|(_, told)| !told.is_empty());
    groups
}

/// What is said of changes that broke off half-way; none where there are none.
pub fn unfinished_sentence(entries: &[AuditEntry]) -> Option<String> {
    let first = entries.first()?;
    let more = match entries.len() - 1 {
        0 => String::new(),
        n => format!(" (and {n} more)"),
    };
    Some(format!(
        "An earlier change of {} of {} broke off half-way{more}.",
        first.target, first.model
    ))
}
