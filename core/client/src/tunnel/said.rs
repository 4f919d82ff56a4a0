//! The last lines that ssh said, kept for a sentence.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::ChildStderr;
use tokio::sync::Notify;

/// Lines that are kept.
const LINES: usize = 8;

/// What one ssh said, and a word to those who wait for more of it.
#[derive(Debug, Default)]
pub(super) struct Said {
    lines: Mutex<Vec<String>>,
    heard: Notify,
}

impl Said {
    pub(super) fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn forget(&self) {
        self.lines().clear();
    }

    /// What these lines tell, as soon as they tell it.
    pub(super) async fn told<T>(&self, tell: impl Fn(&mut Vec<String>) -> Option<T>) -> T {
        loop {
            // Made before the look, so that no line between the two goes unheard.
            let heard = self.heard.notified();
            let told = tell(&mut self.lines());
            match told {
                Some(told) => return told,
                None => heard.await,
            }
        }
    }

    fn push(&self, line: String) {
        let mut lines = self.lines();
        if lines.len() == LINES {
            lines.remove(0);
        }
        lines.push(line);
        drop(lines);
        self.heard.notify_waiters();
    }
}

/// Keeps what ssh says until it ends.
pub(super) async fn listen(stderr: ChildStderr, said: Arc<Said>) {
    let mut lines = BufReader::new(stderr).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        tracing::debug!(%line, "ssh");
        said.push(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_word_that_comes_after_the_break_is_waited_for() {
        let said = Said::default();
        let told = said.told(|lines| lines.iter().find(|line| line.contains("refused")).cloned());
        let later = async {
            said.push("channel 1 opened".to_owned());
            tokio::task::yield_now().await;
            said.push("connection refused".to_owned());
        };
        let (told, ()) = tokio::join!(told, later);
        assert_eq!(told, "connection refused");
    }
}
