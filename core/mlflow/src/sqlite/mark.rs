//! Whether a database may have changed, without opening it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::time::SystemTime;

/// A number made of the sizes and times of the database, its write-ahead log and its rollback journal: every
/// committed change is a write to one of them. A file that is not there counts, too.
pub(super) fn of(database: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    for suffix in ["", "-wal", "-journal"] {
        let mut path = database.as_os_str().to_owned();
        path.push(suffix);
        let seen: Option<(u64, Option<SystemTime>)> = std::fs::metadata(path)
            .ok()
            .map(|metadata| (metadata.len(), metadata.modified().ok()));
        seen.hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_changes_with_the_database_and_with_its_log() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let database = dir.path().join("mlflow.db");
        std::fs::write(&database, "one").expect("writable");
        let first = of(&database);
        assert_eq!(of(&database), first);
        std::fs::write(dir.path().join("mlflow.db-wal"), "a frame").expect("writable");
        let second = of(&database);
        assert_ne!(first, second);
        std::fs::write(&database, "longer").expect("writable");
        assert_ne!(of(&database), second);
    }
}
