//! The lines to type in: words that narrow the table or the list of columns at once, and a filter that the store judges.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::search::{Candidate, Entity, KnownKeys, complete};
use flowdeck_surface::run_column::RunColumn;
use flowdeck_surface::run_table::RunTable;

use super::Runs;
use crate::app::context::{Cx, Go};
use crate::app::key::Key;
use crate::app::typing::Wanted;
use crate::app::widgets::prompt::Prompt;

impl Runs {
    pub(super) fn begin_filter(&mut self) {
        let table = &self.table;
        self.typing
            .begin_filter(&self.filter, &|prompt| ways_on(table, prompt));
    }

    pub(super) fn press_typing(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let table = &self.table;
        let wanted = self.typing.press(key, &|prompt| ways_on(table, prompt));
        self.do_typed(wanted, cx);
    }

    pub(super) fn paste_typing(&mut self, text: &str, cx: &mut Cx<'_>) {
        let table = &self.table;
        let wanted = self.typing.paste(text, &|prompt| ways_on(table, prompt));
        self.do_typed(wanted, cx);
    }

    fn do_typed(&mut self, wanted: Wanted, cx: &mut Cx<'_>) {
        match wanted {
            Wanted::Nothing => {}
            Wanted::Move(action) => self.move_below_line(action, cx),
            Wanted::Words(words) if self.chooser.is_some() => self.find_key(&words),
            Wanted::Words(words) => self.find_words(&words, cx),
            Wanted::Filter(filter) => self.ask_sample(filter, cx),
            Wanted::Refresh => self.refresh(cx),
        }
        self.load_columns_in_view(cx);
    }

    fn move_below_line(&mut self, action: Action, cx: &Cx<'_>) {
        if let Some(chooser) = &mut self.chooser {
            chooser.act(action, cx.body);
        } else {
            self.cursor.act(action, self.table.n_lines(), Self::height(cx));
        }
    }

    fn find_words(&mut self, words: &str, cx: &Cx<'_>) {
        let anchor = self.anchor();
        self.table.find(words);
        self.settle(anchor, cx);
    }

    /// Takes back the words, then the filter, then leaves.
    pub(super) fn go_back(&mut self, cx: &mut Cx<'_>) {
        if !self.table.found_by().is_empty() {
            self.find_words("", cx);
        } else if !self.filter.is_empty() {
            self.filter.clear();
            self.start_anew(cx);
        } else {
            cx.go = Some(Go::Back);
        }
    }
}

/// How a filter can go on, by the keys that were seen.
fn ways_on(table: &RunTable, prompt: &Prompt) -> Vec<Candidate> {
    let (mut metrics, mut params, mut tags) = (Vec::new(), Vec::new(), Vec::new());
    for column in table.catalog().columns() {
        match column {
            RunColumn::Metric(key) => metrics.push(&**key),
            RunColumn::Param(key) => params.push(&**key),
            RunColumn::Tag(key) => tags.push(&**key),
            RunColumn::Attribute(_) => {}
        }
    }
    let known = KnownKeys {
        metrics: &metrics,
        params: &params,
        tags: &tags,
        ..KnownKeys::default()
    };
    complete(Entity::Run, prompt.text(), prompt.caret(), &known)
}
