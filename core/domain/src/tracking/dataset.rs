use super::Tag;

/// A dataset that was logged: what it was, not its rows.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Dataset {
    /// Its name.
    pub name: String,
    /// A short hash of its contents.
    pub digest: String,
    /// `local`, `s3`, `hugging_face`, ...
    pub source_type: String,
    /// Where it came from, mostly JSON.
    pub source: String,
    /// Columns and types, mostly JSON.
    pub schema: Option<String>,
    /// Row counts and the like, mostly JSON.
    pub profile: Option<String>,
}

/// A dataset as a run used it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DatasetInput {
    /// The dataset.
    pub dataset: Dataset,
    /// Tags of the use, among them the context.
    pub tags: Vec<Tag>,
}

impl DatasetInput {
    /// What the run used it for: `training`, `eval`, ...
    pub fn context(&self) -> Option<&str> {
        self.tags
            .iter()
            .find(|tag| tag.key.as_str() == "mlflow.data.context")
            .map(|tag| tag.value.as_str())
    }
}
