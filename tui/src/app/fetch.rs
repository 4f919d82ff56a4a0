//! Takes files away from a page: downloads them with progress, or opens them with their own program.

use std::path::PathBuf;

use flowdeck_surface::client::DownloadProgress;
use flowdeck_surface::client::artifact::{ArtifactPath, ArtifactRoot};
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;

use super::context::Cx;
use super::detail::{Asked, Told};
use super::effect::Question;
use super::message::{Answer, Reply};
use super::ticket::Ticket;
use super::widgets::dialog::Decision;
use super::widgets::dialog::form::{Field, Form};

/// What is being taken away, and what the person is asked about it.
#[derive(Debug, Default)]
pub(crate) struct Fetch {
    asking: Option<(Ticket, ArtifactRoot, ArtifactPath)>,
    downloading: Option<(Ticket, DownloadProgress)>,
    opening: Option<Ticket>,
}

impl Fetch {
    /// Asks where to download a file or a directory to; where a download runs, stops it.
    pub(crate) fn start(&mut self, root: ArtifactRoot, path: ArtifactPath, owner: &str, cx: &mut Cx<'_>) {
        if self.downloading.is_some() {
            self.stop(cx);
            return cx.say("Stopped the download. Files that were whole stay.");
        }
        let what = if path.is_root() {
            "all files".to_owned()
        } else {
            format!("`{path}`")
        };
        let form = Form::new("Download", "download")
            .about(format!("{what} of {owner}"))
            .field(Field::text("To directory", ".").checked(not_empty));
        self.asking = Some((cx.open_dialog(form), root, path));
    }

    /// Starts the download that was decided on; answers whether the dialog was this one's.
    pub(crate) fn decide(&mut self, ticket: Ticket, decision: Option<&Decision>, cx: &mut Cx<'_>) -> bool {
        let Some((_, root, path)) = self.asking.take_if(|(asked, ..)| *asked == ticket) else {
            return false;
        };
        if let Some(Decision::Fields(fields)) = decision {
            let into = fields.first().map(String::as_str).unwrap_or_default();
            let asked = Asked::Download(root, path, PathBuf::from(into));
            let ticket = cx.ask(Question::Detail(asked));
            self.downloading = Some((ticket, DownloadProgress::default()));
        }
        true
    }

    /// Opens a file with the program that the desktop has for it.
    pub(crate) fn open(&mut self, root: ArtifactRoot, path: ArtifactPath, cx: &mut Cx<'_>) {
        let asked = Asked::OpenOutside(root, path);
        self.opening = Some(cx.ask(Question::Detail(asked)));
    }

    /// Breaks a download off.
    pub(crate) fn stop(&mut self, cx: &mut Cx<'_>) {
        if let Some((ticket, _)) = self.downloading.take() {
            cx.give_up(ticket);
        }
    }

    /// How far the download has come; nothing where none runs.
    pub(crate) fn word(&self) -> String {
        let Some((_, progress)) = &self.downloading else {
            return String::new();
        };
        let known = if progress.known_bytes > 0 {
            format!(" of {}", format::size(progress.known_bytes.max(progress.n_bytes)))
        } else {
            String::new()
        };
        format!("downloading {}{known} · d stops", format::size(progress.n_bytes))
    }

    /// Whether the answer to this ticket is waited for.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.opening == Some(ticket) || self.downloading.as_ref().is_some_and(|(own, _)| *own == ticket)
    }

    /// Takes how far it has come, or how it came out.
    pub(crate) fn take(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        match reply.answer {
            Ok(Answer::Detail(Told::Downloading(progress))) => {
                if let Some((_, known)) = &mut self.downloading {
                    *known = progress;
                }
                return;
            }
            Ok(Answer::Detail(Told::Downloaded(download))) => {
                let files = if download.progress.n_files == 1 {
                    "file"
                } else {
                    "files"
                };
                cx.say(format!(
                    "Downloaded {} {files}, {}, to {}.",
                    format::count(download.progress.n_files),
                    format::size(download.progress.n_bytes),
                    download.target.display()
                ));
            }
            Ok(Answer::Detail(Told::Opened(what))) => cx.say(format!("Opened {what}.")),
            Ok(_) => {}
            Err(failure) => cx.complain(Notice::of(&failure)),
        }
        self.downloading.take_if(|(own, _)| *own == reply.ticket);
        self.opening.take_if(|own| *own == reply.ticket);
    }
}

/// Says so where a field was left empty.
pub(crate) fn not_empty(text: &str) -> Option<Notice> {
    text.trim().is_empty().then(|| Notice {
        sentence: "It may not be empty.".to_owned(),
        hint: None,
        span: None,
    })
}
