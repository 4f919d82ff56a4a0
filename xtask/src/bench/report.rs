//! The figures as a table that `docs/performance.md` can hold.

use super::case::Case;
use super::measure::{Measured, Taken};

/// One row for each case, in Markdown.
pub(super) fn table(measured: &[(&Case, Measured)]) -> String {
    let mut text = String::from(
        "\n| case | what | flowdeck | MLflow | faster | bar | memory | MLflow's | bar |\n\
         |---|---|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for (case, Measured { ours, theirs }) in measured {
        let their_s = counted(case, theirs);
        let ratio = their_s / ours.wall_s;
        let memory_bar = case.memory_mb.unwrap_or(theirs.rss_mb / 10.0);
        text += &format!(
            "| {} | {} | {} | {} | {ratio:.0}x{} | {:.0}x | {:.0} MB{} | {:.0} MB | {memory_bar:.0} MB |\n",
            case.name,
            case.about,
            seconds(ours.wall_s),
            seconds(their_s),
            missed(ratio < case.bar),
            case.bar,
            ours.rss_mb,
            missed(ours.rss_mb > memory_bar),
            theirs.rss_mb,
        );
    }
    text
}

/// The peer's time that counts: a library's without start-up, which is the harder comparison for us.
fn counted(case: &Case, theirs: &Taken) -> f64 {
    if case.without_start_up {
        theirs.inner_s.unwrap_or(theirs.wall_s)
    } else {
        theirs.wall_s
    }
}

fn missed(missed: bool) -> &'static str {
    if missed { " (missed)" } else { "" }
}

fn seconds(seconds: f64) -> String {
    if seconds < 1.0 {
        format!("{:.1} ms", seconds * 1000.0)
    } else {
        format!("{seconds:.2} s")
    }
}
