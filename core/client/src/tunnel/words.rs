//! What ssh says, in one sentence.

use flowdeck_domain::{Failure, FailureKind};

/// Why ssh ended.
pub(super) fn ended(host: &str, target: &str, lines: &[String]) -> Failure {
    let says = |words: &str| lines.iter().any(|line| line.contains(words));
    let by_hand = format!("`ssh {host}` must work without a question; try it once by itself");
    if says("Host key verification failed") {
        let what = if says("has changed and you have requested strict checking") {
            "has changed since ssh saw it last"
        } else {
            "is not known to ssh"
        };
        return Failure::new(FailureKind::Refused, format!("the host key of {host} {what}"))
            .with_hint(format!("run `ssh {host}` by itself and compare the key it shows"));
    }
    if says("Permission denied") || says("Too many authentication failures") {
        return Failure::new(
            FailureKind::SignIn,
            format!("{host} does not let ssh in without a question"),
        )
        .with_hint("load the key with ssh-add, or name it in ~/.ssh/config");
    }
    let last = last(lines).unwrap_or("it ended without a word");
    let why = last.strip_prefix("ssh: ").unwrap_or(last);
    Failure::new(
        FailureKind::Unreachable,
        format!("cannot reach {target}, as ssh to {host} failed: {why}"),
    )
    .with_hint(by_hand)
}

/// Why a connection through a standing tunnel broke: what ssh says of its channel, which is forgotten then.
pub(super) fn fault(host: &str, target: &str, lines: &mut Vec<String>) -> Option<Failure> {
    let line = lines.iter().rev().find(|line| line.contains("open failed"))?;
    // channel 2: open failed: connect failed: Connection refused
    let why = line.split("open failed:").last().unwrap_or(line).trim();
    let why = why
        .strip_prefix("connect failed:")
        .unwrap_or(why)
        .trim()
        .to_owned();
    lines.clear();
    Some(
        Failure::new(
            FailureKind::Unreachable,
            format!("cannot reach {target} from {host}: {}", why.to_lowercase()),
        )
        .with_hint("see that the server is up, and that ssh may forward to it"),
    )
}

fn last(lines: &[String]) -> Option<&str> {
    lines
        .iter()
        .rev()
        .map(|line| line.trim())
        .find(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn what_ssh_says_becomes_one_sentence_with_a_way_out() {
        let cases = [
            (
                "No ED25519 host key is known for b.\nHost key verification failed.",
                FailureKind::Refused,
                "is not known",
            ),
            (
                "Host key for b has changed and you have requested strict checking.\nHost key verification failed.",
                FailureKind::Refused,
                "has changed",
            ),
            (
                "ann@b: Permission denied (publickey).",
                FailureKind::SignIn,
                "does not let ssh in",
            ),
            (
                "ssh: Could not resolve hostname b: Name or service not known",
                FailureKind::Unreachable,
                "failed: Could not resolve hostname b",
            ),
            ("", FailureKind::Unreachable, "without a word"),
        ];
        for (text, kind, words) in cases {
            let failure = ended("b", "mlflow:5000", &lines(text));
            assert_eq!(failure.kind(), kind, "{text}");
            assert!(failure.message().contains(words), "{failure}");
            assert!(failure.hint().is_some());
        }
    }

    #[test]
    fn a_channel_that_does_not_open_is_told_once() {
        let mut said = lines("channel 2: open failed: connect failed: Connection refused");
        let failure = fault("b", "mlflow:5000", &mut said).expect("it says so");
        assert_eq!(
            failure.message(),
            "cannot reach mlflow:5000 from b: connection refused"
        );
        assert!(fault("b", "mlflow:5000", &mut said).is_none());
    }
}
