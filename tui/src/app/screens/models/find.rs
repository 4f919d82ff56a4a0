//! The lines to type in: letters that narrow the list at once, and a filter that the store judges.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::search::{Candidate, Entity, KnownKeys, complete};
use flowdeck_surface::fuzzy::Fuzzy;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::text::has_words;

use super::Models;
use crate::app::context::{Cx, Go};
use crate::app::key::Key;
use crate::app::screens::Screen;
use crate::app::widgets::prompt::{Prompt, Typed};

/// The line that is open.
#[derive(Debug)]
pub(super) enum Typing {
    /// Letters that models must have.
    Find(Prompt),
    /// A filter in MLflow's search language.
    Filter(Prompt),
    /// A filter that the store was asked about.
    Trying(Prompt),
}

impl Typing {
    pub(super) fn prompt(&self) -> &Prompt {
        match self {
            Self::Find(prompt) | Self::Filter(prompt) | Self::Trying(prompt) => prompt,
        }
    }

    fn prompt_mut(&mut self) -> &mut Prompt {
        match self {
            Self::Find(prompt) | Self::Filter(prompt) | Self::Trying(prompt) => prompt,
        }
    }
}

impl Models {
    /// Finds the rows; the selection stays on the model of this name, where it is still there.
    pub(super) fn arrange(&mut self, selected: Option<&str>, cx: &Cx<'_>) {
        let mut fuzzy = Fuzzy::new(&self.find);
        let lines = &self.lines;
        self.rows = (0..lines.len())
            .filter(|&place| {
                let line = &lines[place];
                let texts = [line.aliases.as_str(), &line.tags, &line.description];
                fuzzy.score(&line.name).is_some() || has_words(&self.find, texts.into_iter())
            })
            .collect();
        let place = selected.and_then(|name| self.rows.iter().position(|&row| lines[row].name == name));
        let place = place.unwrap_or(self.cursor.selected);
        self.cursor.select(place, self.rows.len(), Self::height(cx));
    }

    pub(super) fn begin_find(&mut self) {
        self.typing = Some(Typing::Find(Prompt::new("find", &self.find)));
    }

    pub(super) fn begin_filter(&mut self) {
        let mut prompt = Prompt::new("filter", &self.filter);
        self.offer_ways_on(&mut prompt);
        self.typing = Some(Typing::Filter(prompt));
    }

    pub(super) fn press_typing(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let Some(typing) = &mut self.typing else { return };
        let is_filter = matches!(typing, Typing::Filter(_));
        let typed = typing.prompt_mut().press(key);
        match (typed, key.name.as_str()) {
            (Typed::Passed, "tab" | "down" | "up" | "shift-tab") if is_filter => self.choose_way_on(key, cx),
            // The list moves while letters are typed.
            (Typed::Passed, "down") => self.act(Action::Down, cx),
            (Typed::Passed, "up") => self.act(Action::Up, cx),
            _ => self.typed(typed, cx),
        }
    }

    pub(super) fn paste_typing(&mut self, text: &str, cx: &mut Cx<'_>) {
        let Some(typing) = &mut self.typing else { return };
        let typed = typing.prompt_mut().paste(text);
        self.typed(typed, cx);
    }

    fn typed(&mut self, typed: Typed, cx: &mut Cx<'_>) {
        let Some(typing) = self.typing.take() else { return };
        self.typing = match (typing, typed) {
            (Typing::Find(_), Typed::Done) | (Typing::Filter(_), Typed::Cancelled) => None,
            (Typing::Find(_), Typed::Cancelled) => {
                self.find_letters("", cx);
                None
            }
            (Typing::Find(prompt), Typed::Changed) => {
                self.find_letters(prompt.text(), cx);
                Some(Typing::Find(prompt))
            }
            (Typing::Filter(mut prompt), Typed::Done) => {
                prompt.choices.clear();
                self.ask(prompt.text().trim().to_owned(), cx);
                Some(Typing::Trying(prompt))
            }
            (Typing::Trying(_), Typed::Cancelled) => {
                self.refresh(cx);
                None
            }
            (Typing::Filter(mut prompt) | Typing::Trying(mut prompt), Typed::Changed) => {
                prompt.fault = None;
                self.offer_ways_on(&mut prompt);
                Some(Typing::Filter(prompt))
            }
            (typing, _) => Some(typing),
        };
    }

    fn candidates(&self, prompt: &Prompt) -> Vec<Candidate> {
        let items = self.list.shown().map_or(&[][..], |listing| &listing.items);
        let mut tags: Vec<&str> = items
            .iter()
            .flat_map(|item| item.tags.iter().map(|tag| tag.key.as_str()))
            .collect();
        tags.sort_unstable();
        tags.dedup();
        let known = KnownKeys {
            tags: &tags,
            ..KnownKeys::default()
        };
        complete(Entity::RegisteredModel, prompt.text(), prompt.caret(), &known)
    }

    fn offer_ways_on(&self, prompt: &mut Prompt) {
        let candidates = self.candidates(prompt);
        let texts = candidates
            .iter()
            .map(|candidate| candidate.text.trim_end().to_owned());
        prompt.choices = texts.collect();
        prompt.chosen = 0;
    }

    /// `Tab` takes the way that is chosen, the arrows choose another.
    fn choose_way_on(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let Some(Typing::Filter(mut prompt)) = self.typing.take() else {
            return;
        };
        let n_choices = prompt.choices.len().max(1);
        match key.name.as_str() {
            "down" => prompt.chosen = (prompt.chosen + 1) % n_choices,
            "up" | "shift-tab" => prompt.chosen = (prompt.chosen + n_choices - 1) % n_choices,
            _ => {
                if let Some(candidate) = self.candidates(&prompt).into_iter().nth(prompt.chosen) {
                    prompt.replace(candidate.replaces, &candidate.text);
                    self.typing = Some(Typing::Filter(prompt));
                    return self.typed(Typed::Changed, cx);
                }
            }
        }
        self.typing = Some(Typing::Filter(prompt));
    }

    fn find_letters(&mut self, letters: &str, cx: &Cx<'_>) {
        let selected = self.selected().map(|model| model.name.to_string());
        letters.clone_into(&mut self.find);
        self.arrange(selected.filter(|_| letters.is_empty()).as_deref(), cx);
    }

    pub(super) fn is_trying(&self) -> bool {
        matches!(self.typing, Some(Typing::Trying(_)))
    }

    /// A filter that was tried was found good: its line is closed.
    pub(super) fn keep_tried_filter(&mut self) {
        let tried = self.typing.take_if(|typing| matches!(typing, Typing::Trying(_)));
        if let Some(Typing::Trying(prompt)) = tried {
            prompt.text().trim().clone_into(&mut self.filter);
        }
    }

    /// What is wrong with the filter that was tried stands below its line.
    pub(super) fn refuse_tried_filter(&mut self, fault: Notice) {
        if let Some(Typing::Trying(mut prompt)) = self.typing.take() {
            prompt.fault = Some(fault);
            self.typing = Some(Typing::Filter(prompt));
        }
    }

    /// Takes back the letters, then the filter, then leaves.
    pub(super) fn go_back(&mut self, cx: &mut Cx<'_>) {
        if !self.find.is_empty() {
            self.find_letters("", cx);
        } else if !self.filter.is_empty() {
            self.filter.clear();
            self.refresh(cx);
        } else {
            cx.go = Some(Go::Back);
        }
    }
}
