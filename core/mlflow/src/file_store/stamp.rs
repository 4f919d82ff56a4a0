//! Whether a file is still what it was when it was read.

use super::fs::Stat;

/// A fingerprint of size, times and inode: equal stamps mean that nothing was written in between.
///
/// Some file systems count time in steps of up to 2 s (FAT), and the kernel's own clock in steps of 4 ms. A file
/// that changed so shortly before it was read may change again without its time moving; its stamp is
/// [`Stamp::UNTRUSTED`], which equals nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp(u64);

/// How old a change must be, in nanoseconds, before times can be trusted to tell of the next one.
const SETTLED_AFTER_NS: i64 = 2_000_000_000;

impl Stamp {
    /// Always to be read again.
    pub(super) const UNTRUSTED: Self = Self(0);
    /// There was no such file.
    pub(super) const ABSENT: Self = Self(1);

    /// The stamp of a file as it stands; compare it with a trusted one.
    pub(super) fn of(stat: &Stat) -> Self {
        let mut mixed = 0x9e37_79b9_7f4a_7c15;
        for part in [
            stat.size_bytes,
            stat.modified_ns.cast_unsigned(),
            stat.changed_ns.cast_unsigned(),
            stat.inode,
        ] {
            mixed = fold(mixed ^ part, 0xa076_1d64_78bd_642f);
        }
        // The two lowest values mean something else.
        Self(mixed | 2)
    }

    /// The stamp to keep for a file that was looked at before it was read, at `now_ns` since the Unix epoch.
    pub(super) fn trusted(stat: &Stat, now_ns: i64) -> Self {
        let changed = stat.modified_ns.max(stat.changed_ns);
        if changed.saturating_add(SETTLED_AFTER_NS) > now_ns {
            Self::UNTRUSTED
        } else {
            Self::of(stat)
        }
    }

    /// Whether a file with this stamp is still what it was under the `kept` one.
    pub(super) fn still(self, kept: Self) -> bool {
        self.0 == kept.0 && kept.0 != Self::UNTRUSTED.0
    }

    pub(super) fn to_bits(self) -> u64 {
        self.0
    }

    pub(super) fn from_bits(bits: u64) -> Self {
        Self(bits)
    }
}

/// Multiplies to 128 bits and folds the halves together: every bit of the input reaches every bit of the answer.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn fold(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::super::fs::Kind;
    use super::*;

    const OLD: Stat = Stat {
        kind: Kind::File,
        size_bytes: 10,
        modified_ns: 1_000_000_000_000,
        changed_ns: 1_000_000_000_000,
        inode: 7,
    };

    #[test]
    fn a_change_of_size_time_or_inode_changes_the_stamp() {
        let kept = Stamp::trusted(&OLD, OLD.changed_ns + SETTLED_AFTER_NS);
        assert!(Stamp::of(&OLD).still(kept));
        for changed in [
            Stat {
                size_bytes: 11,
                ..OLD
            },
            Stat {
                modified_ns: OLD.modified_ns + 1,
                ..OLD
            },
            Stat {
                changed_ns: OLD.changed_ns + 1,
                ..OLD
            },
            Stat { inode: 8, ..OLD },
        ] {
            assert!(!Stamp::of(&changed).still(kept), "{changed:?}");
        }
    }

    #[test]
    fn a_file_that_changed_a_moment_ago_is_not_trusted() {
        let kept = Stamp::trusted(&OLD, OLD.changed_ns + SETTLED_AFTER_NS - 1);
        assert!(!Stamp::of(&OLD).still(kept));
        let from_the_future = Stamp::trusted(&OLD, OLD.changed_ns - 1);
        assert!(!Stamp::of(&OLD).still(from_the_future));
        assert!(!Stamp::UNTRUSTED.still(Stamp::UNTRUSTED));
        assert!(Stamp::ABSENT.still(Stamp::ABSENT));
    }
}
