//! Files of runs, and what is shown of them.

use serde::{Deserialize, Serialize};

/// A file or directory of a run.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FileRequest {
    /// The run.
    pub run: String,
    /// The path below its artifacts; empty for their root.
    pub path: String,
    /// The size of the file in bytes, where the list told it.
    pub size_bytes: Option<u64>,
}

/// What lies in a directory.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FilesView {
    /// Directories first, then files, by name.
    pub entries: Vec<FileEntry>,
}

/// A file or a directory.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FileEntry {
    /// Its name.
    pub name: String,
    /// Its path below the artifacts of the run.
    pub path: String,
    /// Whether it is a directory.
    pub is_directory: bool,
    /// Its size for people; empty where the store told none.
    pub size: String,
    /// Its size in bytes, where told.
    pub size_bytes: Option<u64>,
}

/// What is shown of a file.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PreviewView {
    /// Its size for people; empty where nobody told one.
    pub size: String,
    /// What a person should know of what is shown.
    pub remarks: Vec<String>,
    /// What is shown.
    pub body: PreviewBody,
}

/// What is shown of a file, by its form.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "form", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum PreviewBody {
    /// Text.
    Text {
        /// It.
        text: String,
    },
    /// Values in values.
    Tree {
        /// A line each.
        lines: Vec<TreeLineView>,
    },
    /// Rows and columns.
    Table {
        /// The columns.
        columns: Vec<TableColumnView>,
        /// The first rows.
        rows: Vec<Vec<String>>,
        /// Rows in all.
        n_rows: usize,
    },
    /// A picture: its file is asked for by `picture`.
    Picture {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
        /// `image/png`.
        mime: String,
    },
    /// A model's description.
    Model {
        /// What it says of itself.
        facts: Vec<PairView>,
        /// Inputs, outputs and params.
        signature: Vec<SignaturePart>,
        /// Ways to load it.
        flavors: Vec<FlavorView>,
    },
    /// The first bytes, sixteen a line.
    Bytes {
        /// A line each.
        lines: Vec<String>,
    },
}

/// A line of a tree.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TreeLineView {
    /// How deep it stands.
    pub depth: usize,
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Whether it holds others.
    pub is_holder: bool,
    /// The line behind all that it holds.
    pub end: usize,
}

/// A column of a table.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TableColumnView {
    /// Its name.
    pub name: String,
    /// Whether its cells stand at the right edge.
    pub is_numeric: bool,
}

/// A key and a value.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PairView {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
}

/// Inputs, outputs or params of a model.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignaturePart {
    /// `Inputs`.
    pub title: String,
    /// Each with its type.
    pub fields: Vec<PairView>,
}

/// A way to load a model.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FlavorView {
    /// `sklearn`.
    pub name: String,
    /// What it says.
    pub facts: Vec<PairView>,
}
