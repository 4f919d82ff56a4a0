//! The files of compared runs, each run's read once.

use std::collections::HashMap;

use flowdeck_surface::client::artifact::{ArtifactEntry, ArtifactOwner, ArtifactPath, ArtifactRoot};

use super::Compare;
use crate::app::context::Cx;
use crate::app::detail::{Asked, Told};
use crate::app::effect::Question;
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Reply};
use crate::app::ticket::Ticket;

/// The files of runs, by their places in the comparison.
#[derive(Debug, Default)]
pub(super) struct Files {
    of: HashMap<usize, Loadable<Listed>>,
}

/// The files of one run.
#[derive(Debug)]
pub(super) struct Listed {
    entries: Vec<ArtifactEntry>,
    has_more: bool,
}

impl Files {
    /// What is known of a run's files.
    pub(super) fn get(&self, run: usize) -> Option<&Loadable<Listed>> {
        self.of.get(&run)
    }

    /// The files of a run, once they are here.
    pub(super) fn entries(&self, run: usize) -> Option<&[ArtifactEntry]> {
        Some(&self.of.get(&run)?.shown()?.entries)
    }

    /// A file of a run, where it has such a one.
    pub(super) fn entry(&self, run: usize, path: &ArtifactPath) -> Option<&ArtifactEntry> {
        self.entries(run)?.iter().find(|entry| entry.path == *path)
    }

    /// Whether some run has more files than were looked at.
    pub(super) fn has_more(&self, run: usize) -> bool {
        let listed = self.of.get(&run).and_then(Loadable::shown);
        listed.is_some_and(|listed| listed.has_more)
    }

    /// Whether the answer to this ticket is waited for.
    pub(super) fn awaits(&self, ticket: Ticket) -> bool {
        self.of.values().any(|listed| listed.awaits(ticket))
    }

    /// Takes the files of a run, or why they cannot be told.
    pub(super) fn take(&mut self, reply: Reply) {
        let Some(listed) = self.of.values_mut().find(|own| own.awaits(reply.ticket)) else {
            return;
        };
        match reply.answer {
            Ok(Answer::Detail(Told::Files(entries, has_more))) => {
                listed.show(Listed { entries, has_more }, reply.at);
            }
            Ok(_) => {}
            Err(failure) => listed.fail(failure),
        }
    }

    /// Forgets all of them: they are to be read anew, or runs have other places.
    pub(super) fn forget(&mut self, cx: &mut Cx<'_>) {
        for mut listed in std::mem::take(&mut self.of).into_values() {
            listed.give_up(cx);
        }
    }
}

impl Compare {
    /// Where the files of a run lie.
    pub(super) fn root(&self, run: usize) -> Option<ArtifactRoot> {
        let (source, info) = (self.sources.get(run)?, self.comparison.run(run)?);
        Some(ArtifactRoot {
            owner: ArtifactOwner::Run(source.id.clone()),
            uri: info.artifact_uri.clone(),
        })
    }

    /// Reads which files a run has, unless that is known or was tried.
    pub(super) fn ask_files(&mut self, run: usize, cx: &mut Cx<'_>) {
        let Some(root) = self.root(run) else { return };
        if self.files.of.contains_key(&run) {
            return;
        }
        let question = self.asked_of(run, Question::Detail(Asked::Files(root)));
        self.files.of.entry(run).or_default().ask(question, cx);
    }
}
