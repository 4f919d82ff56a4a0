use std::time::Duration;

use flowdeck_client::port::StoreKind;

/// Time between two looks at a local store, and at a server.
const PAUSE_LOCAL: Duration = Duration::from_secs(15);
const PAUSE_SERVER: Duration = Duration::from_secs(60);

/// Time spent on looking is at most this part of all time.
const SHARE: u32 = 50;

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(600);

/// How long to wait for the next look.
pub fn pause(store: StoreKind, took: Duration, has_failed: bool) -> Duration {
    let least = match store {
        StoreKind::Server => PAUSE_SERVER,
        StoreKind::FileStore | StoreKind::Sqlite => PAUSE_LOCAL,
    };
    let factor = if has_failed { 4 } else { 1 };
    (least * factor).max(took * SHARE).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_takes_a_small_part_of_the_time() {
        let pause = |store, took, has_failed| pause(store, Duration::from_millis(took), has_failed).as_secs();
        assert_eq!(pause(StoreKind::Sqlite, 10, false), 15);
        assert_eq!(pause(StoreKind::Sqlite, 2_000, false), 100);
        assert_eq!(pause(StoreKind::Server, 100, false), 60);
        assert_eq!(pause(StoreKind::Server, 100, true), 240);
        assert_eq!(pause(StoreKind::Server, 60_000, true), 600);
    }
}
