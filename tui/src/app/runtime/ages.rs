use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What the answers that are shown tell of their age together.
#[derive(Debug, Default)]
pub(crate) struct Ages {
    /// Whether the answer before came from the cache.
    was_kept: AtomicBool,
    /// Questions of which what was kept is shown, and which the store has not answered yet.
    n_ahead: AtomicUsize,
}

impl Ages {
    /// Whether the age of the answer that follows is to be told: it came from the cache, or the one before did and no other
    /// that is shown still does.
    pub(super) fn is_news(&self, is_kept: bool) -> bool {
        if !is_kept && self.n_ahead.load(Ordering::Relaxed) > 0 {
            return false;
        }
        self.was_kept.swap(is_kept, Ordering::Relaxed) || is_kept
    }
}

/// One question of which what was kept is shown, until this is dropped.
#[derive(Debug)]
pub(crate) struct Ahead(Arc<Ages>);

impl Ahead {
    pub(super) fn new(ages: &Arc<Ages>) -> Self {
        ages.n_ahead.fetch_add(1, Ordering::Relaxed);
        ages.was_kept.store(true, Ordering::Relaxed);
        Self(Arc::clone(ages))
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.0.n_ahead.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_fresh_once_nothing_that_was_kept_is_shown_beside_it() {
        let ages = Arc::<Ages>::default();
        assert!(!ages.is_news(false), "all is fresh");
        let (one, other) = (Ahead::new(&ages), Ahead::new(&ages));
        drop(one);
        assert!(!ages.is_news(false), "the other is still from the cache");
        drop(other);
        assert!(ages.is_news(false));
        assert!(!ages.is_news(false));
        assert!(
            ages.is_news(true) && ages.is_news(true),
            "offline, each tells its age"
        );
        assert!(ages.is_news(false));
    }
}
