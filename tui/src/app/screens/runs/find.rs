//! The lines to type in: words that narrow the table at once, and a filter that the store judges.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::search::{Candidate, Entity, KnownKeys, complete};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::run_column::RunColumn;

use super::Runs;
use crate::app::context::{Cx, Go};
use crate::app::key::Key;
use crate::app::widgets::prompt::{Prompt, Typed};

/// Ways to go on that are offered below a filter.
const N_OFFERED: usize = 40;

/// The line that is open.
#[derive(Debug)]
pub(super) enum Typing {
    /// Words that rows must have.
    Find(Prompt),
    /// A filter in MLflow's search language.
    Filter(Prompt),
    /// A filter that the store was asked about.
    Trying(Prompt),
    /// Letters of a key in the list of columns.
    Key(Prompt),
}

impl Typing {
    pub(super) fn prompt(&self) -> &Prompt {
        match self {
            Self::Find(prompt) | Self::Filter(prompt) | Self::Trying(prompt) | Self::Key(prompt) => prompt,
        }
    }

    fn prompt_mut(&mut self) -> &mut Prompt {
        match self {
            Self::Find(prompt) | Self::Filter(prompt) | Self::Trying(prompt) | Self::Key(prompt) => prompt,
        }
    }
}

impl Runs {
    pub(super) fn press_typing(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let Some(typing) = &mut self.typing else { return };
        let is_filter = matches!(typing, Typing::Filter(_));
        let typed = typing.prompt_mut().press(key);
        match (typed, key.name.as_str()) {
            (Typed::Passed, "tab" | "down" | "up" | "shift-tab") if is_filter => self.choose_way_on(key, cx),
            // The list moves while words are typed.
            (Typed::Passed, "down") => self.move_below_prompt(Action::Down, cx),
            (Typed::Passed, "up") => self.move_below_prompt(Action::Up, cx),
            _ => self.typed(typed, cx),
        }
        self.load_columns_in_view(cx);
    }

    fn move_below_prompt(&mut self, action: Action, cx: &mut Cx<'_>) {
        if let Some(chooser) = &mut self.chooser {
            chooser.act(action, cx.body);
        } else {
            self.cursor.act(action, self.table.n_lines(), Self::height(cx));
        }
    }

    pub(super) fn paste_typing(&mut self, text: &str, cx: &mut Cx<'_>) {
        let Some(typing) = &mut self.typing else { return };
        let typed = typing.prompt_mut().paste(text);
        self.typed(typed, cx);
    }

    /// Opens the line for a filter, with the ways to begin it.
    pub(super) fn begin_filter(&mut self) {
        let mut prompt = Prompt::new("filter", &self.filter);
        self.offer_ways_on(&mut prompt);
        self.typing = Some(Typing::Filter(prompt));
    }

    fn typed(&mut self, typed: Typed, cx: &mut Cx<'_>) {
        let Some(typing) = self.typing.take() else { return };
        self.typing = match (typing, typed) {
            (Typing::Find(_), Typed::Done) => None,
            (Typing::Find(_), Typed::Cancelled) => {
                self.find_words("", cx);
                None
            }
            (Typing::Find(prompt), Typed::Changed) => {
                self.find_words(prompt.text(), cx);
                Some(Typing::Find(prompt))
            }
            (Typing::Key(_), Typed::Done) => None,
            (Typing::Key(prompt), Typed::Changed) => {
                self.find_key(prompt.text());
                Some(Typing::Key(prompt))
            }
            (Typing::Key(_), Typed::Cancelled) => {
                self.find_key("");
                None
            }
            (Typing::Filter(mut prompt), Typed::Done) => {
                prompt.choices.clear();
                self.ask_sample(prompt.text().trim().to_owned(), cx);
                Some(Typing::Trying(prompt))
            }
            (Typing::Filter(_), Typed::Cancelled) => None,
            (Typing::Trying(_), Typed::Cancelled) => {
                self.refresh(cx);
                None
            }
            (Typing::Filter(mut prompt) | Typing::Trying(mut prompt), Typed::Changed) => {
                prompt.fault = None;
                self.offer_ways_on(&mut prompt);
                Some(Typing::Filter(prompt))
            }
            (Typing::Filter(mut prompt), Typed::Nothing) => {
                self.offer_ways_on(&mut prompt);
                Some(Typing::Filter(prompt))
            }
            (typing, _) => Some(typing),
        };
    }

    fn candidates(&self, prompt: &Prompt) -> Vec<Candidate> {
        let (mut metrics, mut params, mut tags) = (Vec::new(), Vec::new(), Vec::new());
        for column in self.table.catalog().columns() {
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

    fn offer_ways_on(&self, prompt: &mut Prompt) {
        let candidates = self.candidates(prompt);
        let texts = candidates.iter().take(N_OFFERED);
        prompt.choices = texts
            .map(|candidate| candidate.text.trim_end().to_owned())
            .collect();
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

    fn find_words(&mut self, words: &str, cx: &mut Cx<'_>) {
        let anchor = self.anchor();
        self.table.find(words);
        self.settle(anchor, cx);
    }

    pub(super) fn is_trying(&self) -> bool {
        matches!(self.typing, Some(Typing::Trying(_)))
    }

    /// The filter that was tried and found good; its line is closed.
    pub(super) fn keep_tried_filter(&mut self) -> Option<String> {
        match self
            .typing
            .take_if(|typing| matches!(typing, Typing::Trying(_)))?
        {
            Typing::Trying(prompt) => Some(prompt.text().trim().to_owned()),
            _ => None,
        }
    }

    /// What is wrong with the filter that was tried stands below its line.
    pub(super) fn refuse_tried_filter(&mut self, fault: Notice) {
        if let Some(Typing::Trying(mut prompt)) = self.typing.take() {
            prompt.fault = Some(fault);
            self.typing = Some(Typing::Filter(prompt));
        }
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
