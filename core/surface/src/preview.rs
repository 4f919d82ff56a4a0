//! What a file is, and what a person is shown of it, whichever screen shows it.
//!
//! Pure over bytes but for [`read`], which asks [`Kind::of`] what the first bytes of a file say, reads on as far as
//! [`Kind::read_limit`] says, and hands over what came. No input makes this fail: a file that is not what its name says
//! is shown as text or as bytes, with a remark that says so.

mod decode;
mod delimited;
mod hex;
mod json;
mod kind;
mod logged_table;
mod mlmodel;
mod parquet;
mod picture;
mod reading;
mod schema;
mod table;
mod text;
mod text_file;
mod tree;
mod yaml;

pub use hex::{BYTES_PER_LINE, hex_line};
pub use kind::{Kind, Reading};
pub use mlmodel::{Flavor, ModelCard};
pub use parquet::parquet_table;
pub use picture::Picture;
pub use reading::read;
pub use schema::{Field, FieldGroup, dataset_groups};
pub use table::{Table, TableColumn};
pub use text::Text;
pub use text_file::TextFile;
pub use tree::{Tree, TreeLine, TreeView, ValueKind};

use flowdeck_client::format;

/// What is shown of a file.
#[derive(Clone, Debug)]
pub struct Preview {
    /// What it is.
    pub kind: Kind,
    /// Its size, where told.
    pub size_bytes: Option<u64>,
    /// What is shown.
    pub body: Body,
    /// What a person should know of what is shown: that it is cut, that the encoding was guessed.
    pub remarks: Vec<String>,
}

/// What is shown, by its form.
#[derive(Clone, Debug)]
pub enum Body {
    /// Lines of text.
    Text(Text),
    /// Markdown as it was written; [`crate::markdown`] lays it out.
    Markdown(String),
    /// Values in values, which fold.
    Tree(Tree),
    /// Rows and columns.
    Table(Table),
    /// Pixels.
    Picture(Picture),
    /// A model's description.
    Model(Box<ModelCard>),
    /// The first bytes.
    Bytes(Vec<u8>),
}

/// The beginning of a file, or all of it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its name, without directories.
    pub name: &'a str,
    /// What was read, from its start.
    pub bytes: &'a [u8],
    /// Its size, where told.
    pub size_bytes: Option<u64>,
    /// Whether nothing follows what was read.
    pub is_whole: bool,
}

impl Preview {
    /// What is shown of a file of which this much was read.
    pub fn of(source: &Source<'_>) -> Self {
        let kind = Kind::of(source.name, source.bytes);
        let mut remarks = Vec::new();
        let body = body(kind, source, &mut remarks);
        if !source.is_whole && !matches!(body, Body::Picture(_)) {
            remarks.push(cut_remark(source));
        }
        Self {
            kind,
            size_bytes: source.size_bytes,
            body,
            remarks,
        }
    }

    /// A table that was read from the file itself, with what is worth saying of it.
    pub fn of_table(kind: Kind, size_bytes: Option<u64>, table: Table, remarks: Vec<String>) -> Self {
        Self {
            kind,
            size_bytes,
            body: Body::Table(table),
            remarks,
        }
    }
}

fn cut_remark(source: &Source<'_>) -> String {
    let shown = format::size(source.bytes.len() as u64);
    match source.size_bytes {
        Some(size) => format!("the first {shown} of {}", format::size(size)),
        None => format!("the first {shown}"),
    }
}

fn body(kind: Kind, source: &Source<'_>, remarks: &mut Vec<String>) -> Body {
    let fallback = |why: String, remarks: &mut Vec<String>| {
        remarks.push(why);
        if kind::looks_binary(source.bytes) {
            Body::Bytes(hex::head(source.bytes))
        } else {
            text_of(source, remarks)
        }
    };
    match kind {
        Kind::Text | Kind::Html | Kind::Svg => text_of(source, remarks),
        Kind::Markdown => Body::Markdown(decode::decoded(source, remarks)),
        Kind::Json | Kind::JsonLines => {
            let text = decode::decoded(source, remarks);
            if let Some(table) = logged_table::read(&text, remarks) {
                return Body::Table(table);
            }
            match json::tree(&text, source.is_whole, remarks) {
                Ok(tree) => Body::Tree(tree),
                Err(why) => fallback(format!("shown as text: {why}"), remarks),
            }
        }
        Kind::Yaml => Body::Tree(yaml::tree(&decode::decoded(source, remarks), remarks)),
        Kind::MlModel => {
            let text = decode::decoded(source, remarks);
            match ModelCard::parse(&text) {
                Ok(card) => Body::Model(Box::new(card)),
                Err(why) => fallback(format!("shown as text: {why}"), remarks),
            }
        }
        Kind::Csv | Kind::Tsv => {
            let text = decode::decoded(source, remarks);
            Body::Table(delimited::table(kind, &text, source.is_whole, remarks))
        }
        Kind::Parquet => match parquet_table(bytes::Bytes::copy_from_slice(source.bytes)) {
            Ok((table, said)) => {
                remarks.extend(said);
                Body::Table(table)
            }
            Err(_) if !source.is_whole => fallback(
                "a Parquet file too large to be read from here: `d` downloads it".to_owned(),
                remarks,
            ),
            Err(why) => fallback(format!("no Parquet file that can be read: {why}"), remarks),
        },
        Kind::Picture(_) => match Picture::decode(source.bytes) {
            Ok(picture) => {
                remarks.extend(picture.remark());
                Body::Picture(picture)
            }
            Err(why) if source.is_whole => fallback(format!("the picture cannot be read: {why}"), remarks),
            Err(_) => fallback("a picture too large to be read from here".to_owned(), remarks),
        },
        Kind::Pdf | Kind::Pickle | Kind::Archive | Kind::Weights | Kind::Binary => {
            Body::Bytes(hex::head(source.bytes))
        }
    }
}

fn text_of(source: &Source<'_>, remarks: &mut Vec<String>) -> Body {
    Body::Text(Text::new(decode::decoded(source, remarks)))
}

#[cfg(test)]
mod tests;
