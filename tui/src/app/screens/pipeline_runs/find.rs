//! The lines to type in: words that narrow the list at once, and a filter that the server judges.

use flowdeck_surface::client::{PipelineRunId, Timestamp};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::pipelines::{complete_run_words, read_run_words};
use flowdeck_surface::words::Words;

use super::PipelineRuns;
use crate::app::context::{Cx, Go};
use crate::app::key::Key;
use crate::app::screens::Screen;
use crate::app::typing::Wanted;
use crate::app::widgets::prompt::Prompt;

fn complete(prompt: &Prompt) -> Vec<flowdeck_surface::client::search::Candidate> {
    complete_run_words(prompt.text(), prompt.caret())
}

impl PipelineRuns {
    /// Finds the rows; the selection stays on the run of this id, where it is still there.
    pub(super) fn arrange(&mut self, selected: Option<&PipelineRunId>, cx: &Cx<'_>) {
        let mut words = Words::new(&self.find);
        let lines = self.list.shown().map_or(&[][..], Vec::as_slice);
        self.rows = (0..lines.len())
            .filter(|&place| {
                let line = &lines[place];
                let others = [line.id.as_str(), line.badge.word.as_str(), line.summary.as_str()];
                words.are_in(&line.name, others.into_iter())
            })
            .collect();
        let place = selected.and_then(|id| self.rows.iter().position(|&row| lines[row].id == *id));
        let place = place.unwrap_or(self.cursor.selected);
        self.cursor.select(place, self.rows.len(), Self::height(cx));
    }

    pub(super) fn begin_find(&mut self) {
        self.typing.begin_find("find", &self.find);
    }

    pub(super) fn begin_filter(&mut self) {
        self.typing.begin_filter(&self.filter, &complete);
    }

    pub(super) fn press_typing(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let wanted = self.typing.press(key, &complete);
        self.follow(wanted, cx);
    }

    pub(super) fn paste_typing(&mut self, text: &str, cx: &mut Cx<'_>) {
        let wanted = self.typing.paste(text, &complete);
        self.follow(wanted, cx);
    }

    fn follow(&mut self, wanted: Wanted, cx: &mut Cx<'_>) {
        match wanted {
            Wanted::Words(words) => self.find_words(words, cx),
            Wanted::Move(action) => self.act(action, cx),
            Wanted::Filter(filter) => self.try_filter(&filter, cx),
            Wanted::Refresh => {
                self.tried = None;
                self.read(cx);
            }
            Wanted::Nothing => {}
        }
    }

    fn try_filter(&mut self, filter: &str, cx: &mut Cx<'_>) {
        match read_run_words(filter, self.now.unwrap_or(Timestamp(0))) {
            Ok(predicates) => {
                self.tried = Some(predicates);
                self.read(cx);
            }
            Err(failure) => self.typing.refuse_tried(Notice::of(&failure)),
        }
    }

    /// A filter that was tried was found good: its line is closed.
    pub(super) fn keep_tried(&mut self) {
        if let Some(predicates) = self.tried.take() {
            self.predicates = predicates;
            self.filter = self.typing.keep_tried().unwrap_or_default();
        }
    }

    fn find_words(&mut self, words: String, cx: &Cx<'_>) {
        let selected = self.selected().map(|line| line.id.clone());
        self.find = words;
        self.arrange(selected.as_ref(), cx);
    }

    /// Takes back the words, the marks, then the filter, then leaves.
    pub(super) fn go_back(&mut self, cx: &mut Cx<'_>) {
        if !self.find.is_empty() {
            self.find_words(String::new(), cx);
        } else if !self.marked.is_empty() {
            self.marked.clear();
        } else if !self.filter.is_empty() {
            self.filter.clear();
            self.predicates.clear();
            self.read(cx);
        } else {
            cx.go = Some(Go::Back);
        }
    }
}
