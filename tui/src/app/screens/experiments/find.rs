//! The lines to type in: words that narrow the list at once, and a filter that the store judges.

use flowdeck_surface::client::Listing;
use flowdeck_surface::client::search::{Candidate, Entity, KnownKeys, complete};
use flowdeck_surface::client::tracking::Experiment;

use super::Experiments;
use crate::app::context::Cx;
use crate::app::key::Key;
use crate::app::loadable::Loadable;
use crate::app::screens::Screen;
use crate::app::typing::Wanted;
use crate::app::widgets::prompt::Prompt;

impl Experiments {
    pub(super) fn begin_filter(&mut self) {
        let items = items(&self.list);
        self.typing
            .begin_filter(&self.filter, &|prompt| ways_on(items, prompt));
    }

    pub(super) fn press_typing(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let items = items(&self.list);
        let wanted = self.typing.press(key, &|prompt| ways_on(items, prompt));
        self.do_typed(wanted, cx);
    }

    pub(super) fn paste_typing(&mut self, text: &str, cx: &mut Cx<'_>) {
        let items = items(&self.list);
        let wanted = self.typing.paste(text, &|prompt| ways_on(items, prompt));
        self.do_typed(wanted, cx);
    }

    fn do_typed(&mut self, wanted: Wanted, cx: &mut Cx<'_>) {
        match wanted {
            Wanted::Nothing => {}
            Wanted::Move(action) => self.act(action, cx),
            Wanted::Words(words) => self.find_words(&words, cx),
            Wanted::Filter(filter) => self.ask(filter, cx),
            Wanted::Refresh => self.refresh(cx),
        }
    }

    fn find_words(&mut self, words: &str, cx: &Cx<'_>) {
        let selected = self.selected_id().filter(|_| words.is_empty());
        words.clone_into(&mut self.find);
        self.arrange(selected, cx);
    }

    /// Takes back the words, then the filter, then the marks.
    pub(super) fn go_back(&mut self, cx: &mut Cx<'_>) {
        if !self.find.is_empty() {
            self.find_words("", cx);
        } else if !self.filter.is_empty() {
            self.filter.clear();
            self.refresh(cx);
        } else {
            self.marked.clear();
        }
    }
}

fn items(list: &Loadable<Listing<Experiment>>) -> &[Experiment] {
    list.shown().map_or(&[], |listing| &listing.items)
}

/// How a filter can go on, by the tags that were seen.
fn ways_on(items: &[Experiment], prompt: &Prompt) -> Vec<Candidate> {
    let tags = items
        .iter()
        .flat_map(|item| item.tags.iter().map(|tag| tag.key.as_str()));
    let mut tags: Vec<&str> = tags.collect();
    tags.sort_unstable();
    tags.dedup();
    let known = KnownKeys {
        tags: &tags,
        ..KnownKeys::default()
    };
    complete(Entity::Experiment, prompt.text(), prompt.caret(), &known)
}
