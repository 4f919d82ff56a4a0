//! `flowdeck artifacts`

mod get;
mod list;

use std::io::{IsTerminal, Write};

use clap::{Args, Subcommand};
use flowdeck_surface::client::artifact::{ArtifactPath, ArtifactRoot};
use flowdeck_surface::client::{ArtifactReference, Failure, FailureKind, Result, Session};
use futures::TryStreamExt;

use super::context::Context;
use super::exit::Outcome;

/// What can be done with artifacts.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List files and directories
    #[command(visible_alias = "list")]
    Ls(list::List),
    /// Write a file to stdout
    Cat(Cat),
    /// Download a file, or a directory with all below it
    #[command(visible_alias = "download")]
    Get(get::Get),
}

/// Whose artifacts.
#[derive(Debug, Args)]
pub(crate) struct Owner {
    /// A run's id, runs:/RUN/path, a logged model's id (m-…), models:/NAME/VERSION or NAME@ALIAS
    #[arg(value_name = "RUN_OR_MODEL")]
    owner: String,
}

#[derive(Debug, Args)]
pub(crate) struct Cat {
    #[command(flatten)]
    owner: Owner,
    /// The file, below the artifact root
    path: String,
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(&self, cx: &Context) -> Outcome {
        match self {
            Self::Ls(args) => list::run(cx, args).await,
            Self::Cat(args) => cat(cx, args).await,
            Self::Get(args) => get::run(cx, args).await,
        }
    }
}

impl Owner {
    /// The artifact root and the full path below it.
    async fn place(&self, session: &Session, path: Option<&str>) -> Result<(ArtifactRoot, ArtifactPath)> {
        let reference = ArtifactReference::parse(&self.owner)?;
        // A wrong path is told before anything is asked.
        let below = ArtifactPath::parse(path.unwrap_or_default())?;
        let (root, start) = session.artifact_root(&reference).await?;
        Ok((root, start.join(below.as_str())?))
    }
}

async fn cat(cx: &Context, args: &Cat) -> Outcome {
    let session = cx.session()?;
    let (root, path) = args.owner.place(&session, Some(&args.path)).await?;
    let mut bytes = session.read_artifact(&root, &path).await?;
    let mut out = cx.out();
    let mut first = std::io::stdout().is_terminal();
    while let Some(chunk) = bytes.try_next().await? {
        if first && chunk.contains(&0) {
            return Err(no_text(&path).into());
        }
        first = false;
        out.write_all(&chunk)?;
    }
    Ok(out.flush()?)
}

fn no_text(path: &ArtifactPath) -> Failure {
    Failure::new(
        FailureKind::InvalidInput,
        format!("{path} is no text for a terminal"),
    )
    .with_hint("send it elsewhere with `> FILE`, or take it with `artifacts get`")
}
