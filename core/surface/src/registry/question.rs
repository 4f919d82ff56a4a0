use flowdeck_client::promotion::{Change, Undo};
use flowdeck_client::registry::{ModelVersion, RegisteredModel};

use crate::clock::Clock;
use crate::format;
use crate::tone::Tone;

/// What a person is asked before the registry is changed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Question {
    /// `Take back Production of detector?`
    pub title: String,
    /// What will happen, and what a person should know, a text each with what it means.
    pub lines: Vec<(String, Tone)>,
    /// The name of the thing, where it has to be typed: it goes for good.
    pub typed: Option<String>,
    /// What is said once it is done.
    pub said: String,
}

impl Question {
    /// Before a change is taken back.
    pub fn of_undo(undo: &Undo, clock: &Clock) -> Self {
        let entry = &undo.entry;
        let at = clock.date_time(entry.time);
        let action = entry.action.replace('_', " ");
        let about = format!("{action} by {} at {at} ({}).", entry.user, entry.word());
        let mut lines = vec![(about, Tone::Muted)];
        let words = undo.words();
        if words.is_empty() {
            let settled = "Nothing of it stands any more: the log is settled.";
            lines.push((settled.to_owned(), Tone::Plain));
        }
        lines.extend(words.into_iter().map(|word| (word, Tone::Plain)));
        Self {
            title: format!("Take back {} of {}?", entry.target, entry.model),
            lines,
            typed: None,
            said: format!("Took the change of {} of {} back.", entry.target, entry.model),
        }
    }

    /// Before an alias is removed.
    pub fn of_alias_removal(change: &Change) -> Self {
        let warning = "Whoever loads the model by it finds nothing then.";
        let mut lines = vec![(warning.to_owned(), Tone::Muted)];
        lines.extend(change.steps.iter().map(|step| (step.to_string(), Tone::Plain)));
        Self {
            title: format!("Remove {} of {}?", change.target, change.model),
            lines,
            typed: None,
            said: format!("Removed {} of {}.", change.target, change.model),
        }
    }

    /// Before a registered model is deleted; `n_versions` where they were counted.
    pub fn of_model_deletion(model: &RegisteredModel, n_versions: Option<usize>) -> Self {
        let versions = match n_versions {
            Some(1) => "Its 1 version goes".to_owned(),
            Some(n) => format!("Its {} versions go", format::count(n)),
            None => "All its versions go".to_owned(),
        };
        let goes = format!("{versions} with it, for good; the files of the models stay.");
        let aliases = model.aliases.iter().map(|alias| {
            let line = format!("@{} points at version {}.", alias.alias, alias.version);
            (line, Tone::Warning)
        });
        Self::of_deletion(model.name.to_string(), goes, aliases.collect())
    }

    /// Before a version is deleted.
    pub fn of_version_deletion(version: &ModelVersion) -> Self {
        let stage = Some(&version.current_stage).filter(|stage| stage.is_active());
        let mut held: Vec<_> = stage
            .map(|stage| (format!("It holds {}.", stage.word()), Tone::Warning))
            .into_iter()
            .collect();
        let aliases = version.aliases.iter();
        held.extend(aliases.map(|alias| (format!("@{alias} points at it."), Tone::Warning)));
        let goes = "It goes for good; the files of the model stay.".to_owned();
        Self::of_deletion(format!("{} {}", version.name, version.version), goes, held)
    }

    fn of_deletion(name: String, goes: String, held: Vec<(String, Tone)>) -> Self {
        let mut lines = vec![(goes, Tone::Plain)];
        lines.extend(held);
        Self {
            title: format!("Delete {name}?"),
            lines,
            said: format!("Deleted {name}; its files stay."),
            typed: Some(name),
        }
    }
}
