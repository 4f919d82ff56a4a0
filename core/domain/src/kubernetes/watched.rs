use crate::Failure;

/// What a watched list tells, in order.
#[derive(Debug)]
pub enum Watched<T> {
    /// All there is now: it replaces whatever was known.
    All(Vec<T>),
    /// What changed since, in order; never empty.
    Changed(Vec<Change<T>>),
    /// The list cannot be watched for now, and what is known may be old; it is asked for again until it can.
    Interrupted(Failure),
    /// It is watched again, and nothing was missed.
    Resumed,
}

/// How one object changed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Change<T> {
    /// It is new, or it is another now.
    Put(T),
    /// It is gone, or no longer among those that were asked for; as it was last.
    Removed(T),
}

impl<T> Change<T> {
    /// The object as it is, or was last.
    pub fn object(&self) -> &T {
        match self {
            Self::Put(object) | Self::Removed(object) => object,
        }
    }
}
