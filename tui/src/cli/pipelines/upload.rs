use std::collections::BTreeMap;

use clap::Args;
use flowdeck_surface::client::port::{PipelinePackage, UploadDescription};
use flowdeck_surface::client::{Failure, FailureKind, Result};

use crate::cli::args::tag;
use crate::cli::context::{Context, Form};
use crate::cli::exit::Outcome;
use flowdeck_surface::client::tracking::Tag;

#[derive(Debug, Args)]
pub(crate) struct Upload {
    /// A compiled pipeline (.yaml, .json, .zip, .tar.gz), or an address that the server fetches it from
    package: String,
    /// Add a version to this pipeline, by id or name, instead of making one
    #[arg(long, value_name = "PIPELINE")]
    to: Option<String>,
    /// The name; that of the file unless given
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The name to show
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// What to write of it
    #[arg(long, value_name = "TEXT", default_value = "")]
    description: String,
    /// A tag, since 2.17; may be repeated
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    tags: Vec<Tag>,
    /// Make it for all namespaces, on servers with several
    #[arg(long)]
    shared: bool,
}

/// Uploads a package.
pub(crate) async fn run(cx: &Context, args: &Upload) -> Outcome {
    let server = cx.pipelines()?;
    let package = package(cx, &args.package)?;
    let tags = args
        .tags
        .iter()
        .map(|tag| (tag.key.as_str().to_owned(), tag.value.clone()));
    let said = UploadDescription {
        name: args.name.clone(),
        display_name: args.display_name.clone(),
        description: args.description.clone(),
        namespace: server.namespace().filter(|_| !args.shared).cloned(),
        tags: tags.collect::<BTreeMap<_, _>>(),
    };
    let Some(word) = &args.to else {
        let made = server.writer().upload_pipeline(&package, &said).await?;
        if cx.form() == Form::People {
            cx.note(&format!("Made pipeline {} with this id:", made.display_name));
            return cx.write_text(made.id.as_str());
        }
        return cx.write_thing(&made);
    };
    let pipeline = server.pipeline(word).await?;
    let made = server
        .writer()
        .upload_version(&pipeline.id, &package, &said)
        .await?;
    if cx.form() == Form::People {
        cx.note(&format!(
            "Added version {} to pipeline {}, with this id:",
            made.display_name, pipeline.display_name
        ));
        return cx.write_text(made.id.as_str());
    }
    cx.write_thing(&made)
}

/// A file of this machine, or an address.
fn package(cx: &Context, text: &str) -> Result<PipelinePackage> {
    if text.starts_with("http://") || text.starts_with("https://") {
        return Ok(PipelinePackage::Url(text.to_owned()));
    }
    let path = cx.environment.resolve(text);
    let bytes = std::fs::read(&path).map_err(|error| {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => FailureKind::InvalidInput,
            _ => FailureKind::System,
        };
        Failure::new(kind, format!("cannot read {text}: {error}")).with_hint(
            "name a compiled pipeline: `kfp dsl compile --py FILE.py --output FILE.yaml` makes one",
        )
    })?;
    let name = path
        .file_name()
        .map_or_else(|| text.to_owned(), |name| name.to_string_lossy().into_owned());
    Ok(PipelinePackage::File {
        name,
        bytes: bytes.into(),
    })
}
