//! Which runs are in view, and in which order.

use flowdeck_surface::client::RunId;
use flowdeck_surface::client::tracking::Run;
use flowdeck_surface::run_cell::sort_rows;
use flowdeck_surface::text::has_words;

use super::Runs;
use crate::app::context::Cx;

impl Runs {
    /// Finds and sorts the rows. The selection stays on `selected`, where it is still there.
    pub(super) fn arrange(&mut self, selected: Option<RunId>, cx: &Cx<'_>) {
        let runs = self.runs.shown().map_or(&[][..], Vec::as_slice);
        self.rows.clear();
        let find = self.find.as_str();
        self.rows
            .extend((0..runs.len()).filter(|&row| find.is_empty() || has(&runs[row], find)));
        sort_rows(&mut self.rows, runs, &self.sort);
        let place = selected.and_then(|id| self.rows.iter().position(|&row| runs[row].info.id == id));
        let place = place.unwrap_or(self.cursor.selected);
        self.cursor.select(place, self.rows.len(), Self::height(cx));
    }
}

/// Whether a run has these words in its name, id, state, user, or in what was read of it.
fn has(run: &Run, words: &str) -> bool {
    let info = &run.info;
    let own = [run.name(), info.id.as_str(), info.status.word(), &info.user_id];
    let params = run.params.iter().map(|param| param.value.as_str());
    let tags = run.tags.iter().map(|tag| tag.value.as_str());
    has_words(words, own.into_iter().chain(params).chain(tags))
}
