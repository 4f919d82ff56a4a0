use flowdeck_domain::Result;
use flowdeck_domain::kubernetes::{Event, Pod};
use serde::de::DeserializeOwned;

use super::wire;

/// A kind of objects: where they are asked for, and what we mean by them.
pub(super) trait Kind: Sized + Send + 'static {
    /// An object as the server spells it.
    type Wire: DeserializeOwned + Send;

    /// Its group; empty for Kubernetes' oldest kinds.
    const GROUP: &'static str;
    /// Its versions that can be read, the best first.
    const VERSIONS: &'static [&'static str];
    /// `pods`, as paths have it.
    const PLURAL: &'static str;
    /// What its objects are called in sentences.
    const WORDS: &'static str;
    /// What is missing where the cluster does not have it.
    const PROJECT: &'static str;

    /// What an object means.
    fn read(wire: Self::Wire) -> Result<Self>;
}

impl Kind for Pod {
    type Wire = wire::Pod;
    const GROUP: &'static str = "";
    const VERSIONS: &'static [&'static str] = &["v1"];
    const PLURAL: &'static str = "pods";
    const WORDS: &'static str = "pods";
    const PROJECT: &'static str = "Kubernetes";

    fn read(wire: Self::Wire) -> Result<Self> {
        Ok(Self::from(wire))
    }
}

impl Kind for Event {
    type Wire = wire::Event;
    const GROUP: &'static str = "";
    const VERSIONS: &'static [&'static str] = &["v1"];
    const PLURAL: &'static str = "events";
    const WORDS: &'static str = "events";
    const PROJECT: &'static str = "Kubernetes";

    fn read(wire: Self::Wire) -> Result<Self> {
        Ok(Self::from(wire))
    }
}
