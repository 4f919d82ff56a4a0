//! Files of runs, and what is shown of them.

use flowdeck_client::artifact::{ArtifactEntry, ArtifactKind, ArtifactPath, ArtifactRoot};
use flowdeck_client::{Failure, FailureKind, Result, format};
use futures::TryStreamExt;

use super::Desk;
use crate::contract::{
    FileEntry, FileRequest, FilesView, FlavorView, PairView, PreviewBody, PreviewView, SignaturePart,
    TableColumnView, TreeLineView,
};
use crate::preview::{self, Body, Kind, ModelCard, Preview, Table, Tree, ValueKind, hex_line};

/// Bytes of a picture that are sent at most.
const MOST_BYTES: usize = 64 << 20;

/// Rows of a table, lines of a tree that are sent: more than anybody reads on a page.
const MOST_ROWS: usize = 1_000;
const MOST_TREE_LINES: usize = 5_000;

impl Desk {
    pub(super) async fn files(&self, request: &FileRequest) -> Result<FilesView> {
        let (root, path) = self.place(request).await?;
        let mut entries = self.opened()?.session.list_artifacts(&root, &path).await?;
        entries.sort_by_key(|entry| (entry.kind != ArtifactKind::Directory, entry.path.clone()));
        Ok(FilesView {
            entries: entries.iter().map(entry_view).collect(),
        })
    }

    pub(super) async fn preview(&self, request: &FileRequest) -> Result<PreviewView> {
        let (root, path) = self.place(request).await?;
        let open = self.opened()?;
        let read = preview::read(&open.session, &root, &path, request.size_bytes).await?;
        Ok(preview_view(read))
    }

    pub(super) async fn picture(&self, request: &FileRequest) -> Result<Vec<u8>> {
        let (root, path) = self.place(request).await?;
        let mut pieces = self.opened()?.session.read_artifact(&root, &path).await?;
        let mut bytes = Vec::new();
        while let Some(piece) = pieces.try_next().await? {
            bytes.extend_from_slice(&piece);
            if bytes.len() > MOST_BYTES {
                let message = format!("`{path}` is larger than {}", format::size(MOST_BYTES as u64));
                return Err(Failure::new(FailureKind::Unsupported, message).with_hint("download it"));
            }
        }
        // Nothing but a picture is handed to whoever draws it.
        match Kind::of(path.name(), &bytes) {
            Kind::Picture(_) => Ok(bytes),
            _ => Err(Failure::new(
                FailureKind::Unsupported,
                format!("`{path}` is no picture"),
            )),
        }
    }

    async fn place(&self, request: &FileRequest) -> Result<(ArtifactRoot, ArtifactPath)> {
        let path = ArtifactPath::parse(&request.path)?;
        let open = self.opened()?;
        Ok((
            open.session.run_artifacts(&request.run.as_str().into()).await?,
            path,
        ))
    }
}

fn entry_view(entry: &ArtifactEntry) -> FileEntry {
    let size_bytes = entry.size_bytes();
    FileEntry {
        name: entry.path.name().to_owned(),
        path: entry.path.to_string(),
        is_directory: entry.kind == ArtifactKind::Directory,
        size: size_bytes.map(format::size).unwrap_or_default(),
        size_bytes,
    }
}

/// What is shown of a file that was read.
pub(super) fn preview_view(read: Preview) -> PreviewView {
    let mut remarks = read.remarks;
    let body = match read.body {
        Body::Text(text) => PreviewBody::Text {
            text: text.as_str().to_owned(),
        },
        Body::Markdown(text) => PreviewBody::Text { text },
        Body::Tree(tree) => tree_body(&tree, &mut remarks),
        Body::Table(table) => table_body(&table, &mut remarks),
        Body::Picture(picture) => {
            remarks.extend(picture.remark());
            PreviewBody::Picture {
                width: picture.width,
                height: picture.height,
                mime: match read.kind {
                    Kind::Picture(format) => format!("image/{}", format.to_ascii_lowercase()),
                    _ => "application/octet-stream".to_owned(),
                },
            }
        }
        Body::Model(card) => model_body(*card),
        Body::Bytes(bytes) => PreviewBody::Bytes {
            lines: (0..).map_while(|line| hex_line(&bytes, line)).collect(),
        },
    };
    PreviewView {
        size: read.size_bytes.map(format::size).unwrap_or_default(),
        remarks,
        body,
    }
}

fn tree_body(tree: &Tree, remarks: &mut Vec<String>) -> PreviewBody {
    let n_lines = tree.lines().len();
    if n_lines > MOST_TREE_LINES {
        remarks.push(format!("the first {MOST_TREE_LINES} of {n_lines} lines"));
    }
    let lines = tree.lines().iter().take(MOST_TREE_LINES);
    PreviewBody::Tree {
        lines: lines
            .map(|line| TreeLineView {
                depth: line.depth,
                key: line.key.clone(),
                value: line.value.clone(),
                is_holder: line.kind == ValueKind::Holder,
                end: line.end,
            })
            .collect(),
    }
}

fn table_body(table: &Table, remarks: &mut Vec<String>) -> PreviewBody {
    let n_rows = table.n_rows();
    if n_rows > MOST_ROWS {
        remarks.push(format!("the first {MOST_ROWS} of {n_rows} rows"));
    }
    let row = |row: usize| {
        let cells =
            (0..table.columns().len()).map(|column| table.cell(row, column).unwrap_or_default().to_owned());
        cells.collect()
    };
    PreviewBody::Table {
        columns: table
            .columns()
            .iter()
            .map(|column| TableColumnView {
                name: column.name.clone(),
                is_numeric: column.is_numeric,
            })
            .collect(),
        rows: (0..n_rows.min(MOST_ROWS)).map(row).collect(),
        n_rows,
    }
}

fn model_body(card: ModelCard) -> PreviewBody {
    let pairs = |facts: Vec<(String, String)>| -> Vec<PairView> {
        facts
            .into_iter()
            .map(|(key, value)| PairView { key, value })
            .collect()
    };
    PreviewBody::Model {
        facts: pairs(card.facts),
        signature: card
            .signature
            .into_iter()
            .map(|part| SignaturePart {
                title: part.title,
                fields: part
                    .fields
                    .into_iter()
                    .map(|field| PairView {
                        key: field.name,
                        value: field.kind,
                    })
                    .collect(),
            })
            .collect(),
        flavors: card
            .flavors
            .into_iter()
            .map(|flavor| FlavorView {
                name: flavor.name,
                facts: pairs(flavor.facts),
            })
            .collect(),
    }
}
