//! The lines to type in: words that narrow the table at once, and a filter that the store judges.

use flowdeck_surface::notice::Notice;

use super::Runs;
use crate::app::context::{Cx, Go};
use crate::app::key::Key;
use crate::app::widgets::prompt::{Prompt, Typed};
use flowdeck_surface::action::Action;

/// The line that is open.
#[derive(Debug)]
pub(super) enum Typing {
    /// Words that rows must have.
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

impl Runs {
    pub(super) fn press_typing(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let Some(typing) = &mut self.typing else { return };
        let typed = typing.prompt_mut().press(key);
        match (typed, key.name.as_str()) {
            // The table moves while words are typed.
            (Typed::Passed, "down") => drop(self.cursor.act(Action::Down, self.rows.len(), Self::height(cx))),
            (Typed::Passed, "up") => drop(self.cursor.act(Action::Up, self.rows.len(), Self::height(cx))),
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
            (Typing::Find(_), Typed::Done) => None,
            (Typing::Find(_), Typed::Cancelled) => {
                self.find_words(String::new(), cx);
                None
            }
            (Typing::Find(prompt), Typed::Changed) => {
                self.find_words(prompt.text().to_owned(), cx);
                Some(Typing::Find(prompt))
            }
            (Typing::Filter(prompt), Typed::Done) => {
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
                Some(Typing::Filter(prompt))
            }
            (typing, _) => Some(typing),
        };
    }

    fn find_words(&mut self, words: String, cx: &Cx<'_>) {
        let selected = self.selected_id();
        self.find = words;
        self.arrange(selected, cx);
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
        if !self.find.is_empty() {
            self.find_words(String::new(), cx);
        } else if !self.filter.is_empty() {
            self.filter.clear();
            self.start_anew(cx);
        } else {
            cx.go = Some(Go::Back);
        }
    }
}
