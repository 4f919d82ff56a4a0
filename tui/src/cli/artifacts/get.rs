use std::path::PathBuf;

use clap::Args;
use flowdeck_surface::client::artifact::{ArtifactOwner, ArtifactRoot};
use flowdeck_surface::client::{Download, DownloadProgress};
use flowdeck_surface::format;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::Owner;
use crate::cli::context::{Context, Form};
use crate::cli::exit::Outcome;
use crate::cli::output::json;

#[derive(Debug, Args)]
pub(crate) struct Get {
    #[command(flatten)]
    owner: Owner,
    /// A file or directory below the artifact root; everything unless given
    path: Option<String>,
    /// The directory to write into: unless given the current one, and for everything one named after the owner
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// Downloads artifacts.
pub(crate) async fn run(cx: &Context, args: &Get) -> Outcome {
    let session = cx.session()?;
    let (root, path) = args.owner.place(&session, args.path.as_deref()).await?;
    let into = match &args.output {
        Some(directory) => directory.clone(),
        None if path.is_root() => PathBuf::from(name_of(&root)),
        None => PathBuf::from("."),
    };
    let bar = progress_bar(cx);
    let show = |progress: DownloadProgress| {
        bar.set_length(progress.known_bytes.max(progress.n_bytes));
        bar.set_position(progress.n_bytes);
        bar.set_message(format!("{} files", progress.n_files));
    };
    let download = session.download_artifacts(&root, &path, &into, show).await;
    bar.finish_and_clear();
    write(cx, &download?)
}

/// A directory name for the artifacts of one owner.
fn name_of(root: &ArtifactRoot) -> String {
    match &root.owner {
        ArtifactOwner::Run(id) => id.to_string(),
        ArtifactOwner::LoggedModel(id) => id.to_string(),
        ArtifactOwner::Trace(id) => id.to_string(),
        ArtifactOwner::ModelVersion(name, version) => {
            // A model's name is anybody's text; it must not name another directory.
            let safe = |letter: char| {
                if matches!(letter, '/' | '\\' | ':') {
                    '_'
                } else {
                    letter
                }
            };
            format!(
                "{}-{version}",
                name.as_str().chars().map(safe).collect::<String>()
            )
        }
    }
}

/// A bar on stderr where that is a terminal; elsewhere nothing is drawn.
fn progress_bar(cx: &Context) -> ProgressBar {
    if !cx.shows_progress() {
        return ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    }
    let style = ProgressStyle::with_template(
        "{bar:24} {decimal_bytes} of {decimal_total_bytes}  {decimal_bytes_per_sec}  {msg}",
    )
    .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style)
}

/// A download as JSON.
#[derive(Serialize)]
struct View {
    path: String,
    n_files: usize,
    n_bytes: u64,
}

fn write(cx: &Context, download: &Download) -> Outcome {
    let path = download.target.display().to_string();
    let progress = download.progress;
    if cx.form() == Form::Json {
        return json::write_thing(
            cx.out(),
            &View {
                path,
                n_files: progress.n_files,
                n_bytes: progress.n_bytes,
            },
        );
    }
    let files = if progress.n_files == 1 { "file" } else { "files" };
    cx.note(&format!(
        "Downloaded {} {files}, {}, to:",
        format::count(progress.n_files),
        format::size(progress.n_bytes)
    ));
    cx.write_text(&path)
}
