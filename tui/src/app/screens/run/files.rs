//! The artifacts of the run, one directory at a time.

use flowdeck_surface::client::Failure;
use flowdeck_surface::client::Session;
use flowdeck_surface::client::artifact::{ArtifactEntry, ArtifactKind, ArtifactPath};

use super::{List, RunPage};
use crate::app::context::Cx;
use crate::app::effect::Question;
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Reply};
use crate::app::ticket::Ticket;

/// The directory in view.
#[derive(Debug, Default)]
pub(super) struct Files {
    path: ArtifactPath,
    entries: Loadable<Vec<ArtifactEntry>>,
}

impl Files {
    pub(super) fn awaits(&self, ticket: Ticket) -> bool {
        self.entries.awaits(ticket)
    }

    pub(super) fn give_up(&mut self, cx: &mut Cx<'_>) {
        self.entries.give_up(cx);
    }

    pub(super) fn reply(&mut self, reply: Reply) {
        match reply.answer {
            Ok(Answer::Artifacts(entries)) => self.entries.show(entries, reply.at),
            Ok(_) => {}
            Err(failure) => self.entries.fail(failure),
        }
    }

    /// Whether there is a directory above.
    pub(super) fn can_go_up(&self) -> bool {
        !self.path.is_root()
    }

    /// The directory in view, from the root.
    pub(super) fn path(&self) -> &str {
        self.path.as_str()
    }

    pub(super) fn is_reading(&self) -> bool {
        self.entries.is_asking() && self.entries.shown().is_none()
    }

    pub(super) fn failure(&self) -> Option<&Failure> {
        self.entries.failure()
    }

    /// Rows of the directory: the way up, where there is one, then what lies in it.
    pub(super) fn n_entries(&self) -> usize {
        usize::from(self.can_go_up()) + self.entries.shown().map_or(0, Vec::len)
    }

    /// A row; nothing within it is the way up.
    pub(super) fn entry(&self, row: usize) -> Option<Option<&ArtifactEntry>> {
        if self.can_go_up() && row == 0 {
            return Some(None);
        }
        let row = row - usize::from(self.can_go_up());
        self.entries.shown()?.get(row).map(Some)
    }
}

impl RunPage {
    /// Asks what lies in the directory in view, once.
    pub(super) fn ask_files(&mut self, cx: &mut Cx<'_>) {
        let is_known = self.files.entries.shown().is_some() && self.known().info.status.is_terminal();
        if is_known || self.files.entries.is_asking() {
            return;
        }
        let root = Session::artifacts_of_run(self.known());
        let path = self.files.path.clone();
        self.files.entries.ask(Question::Artifacts(root, path), cx);
    }

    /// Goes into the selected directory.
    pub(super) fn open_file(&mut self, cx: &mut Cx<'_>) {
        let Some(&row) = self.rows.get(self.cursor().selected) else {
            return;
        };
        let directory = match self.files.entry(row) {
            Some(None) => return self.leave_directory(cx),
            Some(Some(entry)) if entry.kind == ArtifactKind::Directory => entry.path.clone(),
            _ => return,
        };
        self.go_into(directory, cx);
    }

    /// Goes to the directory above.
    pub(super) fn leave_directory(&mut self, cx: &mut Cx<'_>) {
        let path = self.files.path.as_str();
        let above = path.rsplit_once('/').map_or("", |(above, _)| above);
        // What lies above a path that was read is a path, too.
        if let Ok(above) = ArtifactPath::parse(above) {
            self.go_into(above, cx);
        }
    }

    fn go_into(&mut self, directory: ArtifactPath, cx: &mut Cx<'_>) {
        self.files.entries.give_up(cx);
        self.files.entries.forget();
        self.files.path = directory;
        self.cursors[List::Files as usize] = Default::default();
        self.find.clear();
        self.ask_files(cx);
        self.arrange(cx);
    }
}
