//! What the two local stores share.

use flowdeck_domain::port::Query;
use flowdeck_domain::{
    Failure, FailureKind, ModelId, ModelName, Page, PageToken, Result, VersionNumber, Warning,
};
use serde_json::{Value, json};

/// The page of `found` that a query asks for; `found` is the whole answer in its order.
///
/// # Errors
/// A page token that no local store gave.
pub(crate) fn page_of<T>(found: Vec<T>, query: &Query, warnings: Vec<Warning>) -> Result<Page<T>> {
    let (skip, next) = window(found.len(), query)?;
    let items = found.into_iter().skip(skip).take(query.max_results).collect();
    Ok(Page {
        items,
        next,
        warnings,
    })
}

/// How many of `len` things to skip for the page that a query asks for, and where the next page starts.
pub(crate) fn window(len: usize, query: &Query) -> Result<(usize, Option<PageToken>)> {
    let skip = match &query.page {
        None => 0,
        Some(PageToken(token)) => token.parse::<usize>().map_err(|_| {
            Failure::new(
                FailureKind::InvalidInput,
                format!("page token `{token}` was not given by this store"),
            )
            .with_hint("start again from the first page")
        })?,
    };
    let end = skip.saturating_add(query.max_results);
    Ok((skip, (end < len).then(|| PageToken(end.to_string().into()))))
}

/// Where a version that is about to be registered says that its files come from.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Source {
    /// A URI or path that is the place itself.
    Place,
    /// `models:/m-…`.
    LoggedModel(ModelId),
    /// `models:/NAME/VERSION`.
    Version(ModelName, VersionNumber),
}

impl Source {
    /// Reads it. Source: MLflow, `mlflow.store.artifact.utils.models`, `_parse_model_uri`.
    pub(crate) fn read(source: &str) -> Self {
        let Some(path) = source.strip_prefix("models:/") else {
            return Self::Place;
        };
        match path.trim_matches('/').split_once('/') {
            None if !path.contains('@') => Self::LoggedModel(path.into()),
            Some((name, version)) if version.parse::<u64>().is_ok() => {
                Self::Version(name.into(), version.into())
            }
            _ => Self::Place,
        }
    }
}

/// The tag of a logged model that lists its versions, with one more. As MLflow's own registration writes it.
pub(crate) fn with_version(before: Option<&str>, name: &ModelName, number: i64) -> String {
    let known: Vec<Value> = before
        .and_then(|json| serde_json::from_str(json).ok())
        .unwrap_or_default();
    let mut all: Vec<String> = known.iter().map(spaced).collect();
    all.push(spaced(&json!({ "name": name.as_str(), "version": number })));
    format!("[{}]", all.join(", "))
}

/// An object as Python's `json.dumps` spaces it.
fn spaced(value: &Value) -> String {
    let Value::Object(fields) = value else {
        return value.to_string();
    };
    let fields: Vec<String> = fields
        .iter()
        .map(|(key, value)| format!("{}: {value}", Value::from(key.as_str())))
        .collect();
    format!("{{{}}}", fields.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_within_the_registry_is_told_from_a_place() {
        assert_eq!(Source::read("s3://a/b"), Source::Place);
        assert_eq!(Source::read("runs:/a/b"), Source::Place);
        assert_eq!(Source::read("models:/m-1"), Source::LoggedModel("m-1".into()));
        assert_eq!(
            Source::read("models:/a b/3"),
            Source::Version("a b".into(), "3".into())
        );
    }

    #[test]
    fn a_version_is_added_to_those_that_a_logged_model_lists() {
        let first = with_version(None, &"a".into(), 1);
        assert_eq!(first, r#"[{"name": "a", "version": 1}]"#);
        let second = with_version(Some(&first), &"b".into(), 2);
        assert_eq!(
            second,
            r#"[{"name": "a", "version": 1}, {"name": "b", "version": 2}]"#
        );
    }
}
