use std::collections::HashMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// Things of a kind that come in lists.
pub(crate) trait Listed: DeserializeOwned {
    /// What they mean.
    type Item;

    /// The keys that their list may have.
    const KEYS: &'static [&'static str];

    /// Several of them, in a sentence.
    const PLURAL: &'static str;

    /// What this one means.
    fn item(self) -> Self::Item;
}

/// One page, its parts unread. An empty one is `{}`.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct PageWire(HashMap<String, Box<RawValue>>);

impl PageWire {
    /// What stands in it, unread, so that one damaged thing does not hide the others.
    ///
    /// # Errors
    /// What is no list.
    pub(crate) fn items(&self, keys: &[&str]) -> serde_json::Result<Vec<&RawValue>> {
        let list = keys.iter().find_map(|key| self.0.get(*key));
        match list {
            Some(list) if list.get() != "null" => serde_json::from_str(list.get()),
            _ => Ok(Vec::new()),
        }
    }

    /// Where to go on; nothing after the last page.
    pub(crate) fn next(&self) -> Option<String> {
        let token: Option<String> = serde_json::from_str(self.0.get("next_page_token")?.get()).ok()?;
        token.filter(|token| !token.is_empty())
    }
}
