//! What stands in the list of experiments, on every screen.

use flowdeck_client::tracking::{Experiment, Lifecycle, Tag};

use crate::activity::Activity;
use crate::run_table::SYSTEM_TAGS;
use crate::tone::Tone;
use flowdeck_client::format;

/// Whether people set a tag, rather than MLflow.
pub fn is_own_tag(tag: &Tag) -> bool {
    !tag.key.as_str().starts_with(SYSTEM_TAGS)
}

/// The tags that people set: `team=vision, owner=ada`.
pub fn tags(experiment: &Experiment) -> String {
    let own = experiment.tags.iter().filter(|tag| is_own_tag(tag));
    let own: Vec<_> = own.map(|tag| format!("{}={}", tag.key, tag.value)).collect();
    own.join(", ")
}

/// How many runs were counted: `124`, `1,000+` where there are more.
pub fn run_count(activity: Activity) -> String {
    let more = if activity.is_cut { "+" } else { "" };
    format::count(activity.n_runs) + more
}

/// Whether it was deleted, else what goes on and what failed in it.
pub fn state(experiment: &Experiment, activity: Option<Activity>) -> (String, Tone) {
    if experiment.lifecycle == Lifecycle::Deleted {
        return ("deleted".to_owned(), Tone::Muted);
    }
    activity.map_or_else(|| (String::new(), Tone::Plain), activity_words)
}

/// What goes on and what failed: `1 running, 2 failed`.
pub fn activity_words(activity: Activity) -> (String, Tone) {
    let part = |number: usize, word: &str| (number > 0).then(|| format!("{number} {word}"));
    let (running, failed) = (
        part(activity.n_running, "running"),
        part(activity.n_failed, "failed"),
    );
    let tone = match (&running, &failed) {
        (Some(_), _) => Tone::Active,
        (None, Some(_)) => Tone::Bad,
        (None, None) => Tone::Muted,
    };
    let text: Vec<_> = [running, failed].into_iter().flatten().collect();
    (text.join(", "), tone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_stands_before_what_failed_and_gives_the_tone() {
        let activity = |n_running, n_failed| Activity {
            n_running,
            n_failed,
            ..Activity::default()
        };
        assert_eq!(
            activity_words(activity(1, 2)),
            ("1 running, 2 failed".to_owned(), Tone::Active)
        );
        assert_eq!(activity_words(activity(0, 2)), ("2 failed".to_owned(), Tone::Bad));
        assert_eq!(activity_words(activity(0, 0)), (String::new(), Tone::Muted));
    }
}
