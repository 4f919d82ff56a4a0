//! The line of a list to type in: words that narrow it at once, or a filter that the store judges.
//!
//! A filter is tried before it is kept: `Filter` becomes `Trying` with `Enter`, and from there either goes, because the
//! store has answered, or becomes `Filter` again with what is wrong below it.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::search::Candidate;
use flowdeck_surface::notice::Notice;

use super::key::Key;
use super::widgets::prompt::{Prompt, Typed};

/// Ways to go on that are offered below a filter.
const N_OFFERED: usize = 40;

/// The line, where one is open.
#[derive(Debug, Default)]
pub(crate) struct Typing {
    line: Option<Line>,
}

#[derive(Debug)]
enum Line {
    /// Words that rows must have.
    Find(Prompt),
    /// A filter in MLflow's search language.
    Filter(Prompt),
    /// A filter that the store was asked about.
    Trying(Prompt),
}

/// What a key asks of the list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Wanted {
    /// Nothing.
    Nothing,
    /// To go up or down while words are typed.
    Move(Action),
    /// To list what has these words.
    Words(String),
    /// To ask the store what passes this filter.
    Filter(String),
    /// To ask for what was asked for before.
    Refresh,
}

/// How the text of a line can go on.
pub(crate) type Complete<'a> = &'a dyn Fn(&Prompt) -> Vec<Candidate>;

impl Line {
    fn prompt(&self) -> &Prompt {
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

impl Typing {
    /// What is typed in.
    pub(crate) fn prompt(&self) -> Option<&Prompt> {
        self.line.as_ref().map(Line::prompt)
    }

    /// Opens a line for words.
    pub(crate) fn begin_find(&mut self, label: &'static str, words: &str) {
        self.line = Some(Line::Find(Prompt::new(label, words)));
    }

    /// Opens a line for a filter, with the ways to begin it.
    pub(crate) fn begin_filter(&mut self, filter: &str, complete: Complete<'_>) {
        let mut prompt = Prompt::new("filter", filter);
        offer(&mut prompt, complete);
        self.line = Some(Line::Filter(prompt));
    }

    /// Takes a key.
    pub(crate) fn press(&mut self, key: &Key, complete: Complete<'_>) -> Wanted {
        let Some(line) = &mut self.line else {
            return Wanted::Nothing;
        };
        let typed = line.prompt_mut().press(key);
        match (&mut *line, typed, key.name.as_str()) {
            (Line::Filter(prompt), Typed::Passed, name @ ("tab" | "down" | "up" | "shift-tab")) => {
                choose(prompt, name, complete);
                Wanted::Nothing
            }
            (_, Typed::Passed, "down") => Wanted::Move(Action::Down),
            (_, Typed::Passed, "up") => Wanted::Move(Action::Up),
            _ => self.typed(typed, complete),
        }
    }

    /// Takes a text that was pasted.
    pub(crate) fn paste(&mut self, text: &str, complete: Complete<'_>) -> Wanted {
        let Some(line) = &mut self.line else {
            return Wanted::Nothing;
        };
        let typed = line.prompt_mut().paste(text);
        self.typed(typed, complete)
    }

    fn typed(&mut self, typed: Typed, complete: Complete<'_>) -> Wanted {
        let Some(line) = self.line.take() else {
            return Wanted::Nothing;
        };
        let (line, wanted) = match (line, typed) {
            (Line::Find(_), Typed::Done) | (Line::Filter(_), Typed::Cancelled) => (None, Wanted::Nothing),
            (Line::Find(_), Typed::Cancelled) => (None, Wanted::Words(String::new())),
            (Line::Find(prompt), Typed::Changed) => {
                let words = prompt.text().to_owned();
                (Some(Line::Find(prompt)), Wanted::Words(words))
            }
            (Line::Filter(mut prompt), Typed::Done) => {
                prompt.choices.clear();
                let filter = prompt.text().trim().to_owned();
                (Some(Line::Trying(prompt)), Wanted::Filter(filter))
            }
            (Line::Trying(_), Typed::Cancelled) => (None, Wanted::Refresh),
            (Line::Filter(mut prompt) | Line::Trying(mut prompt), Typed::Changed) => {
                prompt.fault = None;
                offer(&mut prompt, complete);
                (Some(Line::Filter(prompt)), Wanted::Nothing)
            }
            (Line::Filter(mut prompt), Typed::Nothing) => {
                offer(&mut prompt, complete);
                (Some(Line::Filter(prompt)), Wanted::Nothing)
            }
            (line, _) => (Some(line), Wanted::Nothing),
        };
        self.line = line;
        wanted
    }

    /// Whether the store is asked about a filter.
    pub(crate) fn is_trying(&self) -> bool {
        matches!(self.line, Some(Line::Trying(_)))
    }

    /// The filter that was tried and found good; its line is closed.
    pub(crate) fn keep_tried(&mut self) -> Option<String> {
        let tried = self.line.take_if(|line| matches!(line, Line::Trying(_)))?;
        Some(tried.prompt().text().trim().to_owned())
    }

    /// What is wrong with the filter that was tried stands below its line.
    pub(crate) fn refuse_tried(&mut self, fault: Notice) {
        if let Some(Line::Trying(mut prompt)) = self.line.take() {
            prompt.fault = Some(fault);
            self.line = Some(Line::Filter(prompt));
        }
    }
}

fn offer(prompt: &mut Prompt, complete: Complete<'_>) {
    let candidates = complete(prompt);
    let texts = candidates.iter().take(N_OFFERED);
    prompt.choices = texts
        .map(|candidate| candidate.text.trim_end().to_owned())
        .collect();
    prompt.chosen = 0;
}

/// `Tab` takes the way that is chosen, the arrows choose another.
fn choose(prompt: &mut Prompt, key: &str, complete: Complete<'_>) {
    let n_choices = prompt.choices.len().max(1);
    match key {
        "down" => prompt.chosen = (prompt.chosen + 1) % n_choices,
        "up" | "shift-tab" => prompt.chosen = (prompt.chosen + n_choices - 1) % n_choices,
        _ => {
            if let Some(candidate) = complete(prompt).into_iter().nth(prompt.chosen) {
                prompt.replace(candidate.replaces, &candidate.text);
                prompt.fault = None;
                offer(prompt, complete);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use flowdeck_surface::client::search::CandidateKind;

    use super::*;

    fn complete(prompt: &Prompt) -> Vec<Candidate> {
        let end = prompt.text().len();
        let words = ["metrics.loss", "metrics.auc"].into_iter();
        let matching = words.filter(|word| word.starts_with(prompt.text()));
        matching
            .map(|word| Candidate {
                text: format!("{word} "),
                replaces: 0..end,
                kind: CandidateKind::Key,
            })
            .collect()
    }

    fn press(typing: &mut Typing, keys: &str) -> Vec<Wanted> {
        let keys = keys.split_whitespace();
        let wanted = keys.map(|key| typing.press(&Key::named(key), &complete));
        wanted.filter(|wanted| *wanted != Wanted::Nothing).collect()
    }

    #[test]
    fn words_narrow_as_they_are_typed_and_escape_takes_them_back() {
        let mut typing = Typing::default();
        typing.begin_find("find", "");
        let words = |text: &str| Wanted::Words(text.to_owned());
        assert_eq!(
            press(&mut typing, "a b down esc"),
            [words("a"), words("ab"), Wanted::Move(Action::Down), words("")]
        );
        assert!(typing.prompt().is_none());
        typing.begin_find("find", "ab");
        assert_eq!(press(&mut typing, "enter"), []);
        assert!(typing.prompt().is_none());
    }

    #[test]
    fn a_filter_is_tried_and_either_kept_or_told_what_is_wrong_with_it() {
        let mut typing = Typing::default();
        typing.begin_filter("", &complete);
        assert_eq!(
            press(&mut typing, "down tab enter"),
            [Wanted::Filter("metrics.auc".to_owned())]
        );
        assert!(typing.is_trying());
        typing.refuse_tried(Notice::saying("It ends too soon."));
        assert!(typing.prompt().is_some_and(|prompt| prompt.fault.is_some()));
        assert_eq!(
            press(&mut typing, "x enter"),
            [Wanted::Filter("metrics.auc x".to_owned())]
        );
        assert_eq!(typing.keep_tried().as_deref(), Some("metrics.auc x"));
        assert!(typing.prompt().is_none() && typing.keep_tried().is_none());
    }

    #[test]
    fn who_gives_a_filter_up_while_it_is_tried_sees_again_what_was_there() {
        let mut typing = Typing::default();
        typing.begin_filter("metrics.loss", &complete);
        assert_eq!(press(&mut typing, "enter esc")[1..], [Wanted::Refresh]);
    }
}
