use std::collections::BTreeSet;

use flowdeck_domain::Result;
use flowdeck_domain::compare::{ComparedRow, Comparison};

use super::side::Side;
use super::signature::SignatureComparison;
use crate::session::Session;
use crate::version_reference::VersionReference;

/// Versions beside one another.
#[derive(Clone, Debug)]
pub struct VersionComparison {
    /// The versions with where they come from, in the order they were named.
    pub sides: Vec<Side>,
    /// Params and metrics of their runs, tags of the versions themselves.
    pub comparison: Comparison,
    /// How each signature agrees with that of the first version.
    pub signatures: Vec<SignatureComparison>,
}

impl Session {
    /// Lays versions side by side.
    ///
    /// # Errors
    /// A version that is not there.
    pub async fn compare_versions(&self, references: &[VersionReference]) -> Result<VersionComparison> {
        let mut sides = Vec::with_capacity(references.len());
        for reference in references {
            let version = self.version(reference).await?;
            sides.push(self.side(version).await);
        }
        let tag = |side: &Side, key: &str| {
            let tags = &side.version.tags;
            tags.iter()
                .find(|tag| tag.key.as_str() == key)
                .map(|tag| tag.value.clone())
        };
        let tag_keys = |side: &Side| side.version.tags.iter().map(|tag| tag.key.to_string()).collect();
        let comparison = Comparison {
            params: rows(
                &sides,
                |side| side.params.keys().cloned().collect(),
                |side, key| side.params.get(key).cloned(),
            ),
            metrics: rows(
                &sides,
                |side| side.metrics.keys().cloned().collect(),
                |side, key| side.metrics.get(key).copied(),
            ),
            tags: rows(&sides, tag_keys, tag),
        };
        let first = sides.first().and_then(|side| side.signature.as_ref());
        let signatures = sides
            .iter()
            .map(|side| SignatureComparison::of(side.signature.as_ref(), Some(first)))
            .collect();
        Ok(VersionComparison {
            sides,
            comparison,
            signatures,
        })
    }
}

fn rows<T: PartialEq>(
    sides: &[Side],
    keys: impl Fn(&Side) -> Vec<String>,
    value: impl Fn(&Side, &str) -> Option<T>,
) -> Vec<ComparedRow<T>> {
    let all: BTreeSet<String> = sides.iter().flat_map(keys).collect();
    all.into_iter()
        .map(|key| {
            let values: Vec<Option<T>> = sides.iter().map(|side| value(side, &key)).collect();
            ComparedRow {
                differs: values
                    .windows(2)
                    .any(|pair| !same(pair[0].as_ref(), pair[1].as_ref())),
                key,
                values,
            }
        })
        .collect()
}

/// Whether two values are the same; NaN, which equals nothing, is the same as NaN.
fn same<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    #[expect(clippy::eq_op, reason = "what does not equal itself is NaN")]
    let is_nan = |value: &T| value != value;
    match (one, other) {
        (Some(one), Some(other)) => one == other || (is_nan(one) && is_nan(other)),
        (None, None) => true,
        _ => false,
    }
}
