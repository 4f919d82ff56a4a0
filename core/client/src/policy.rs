//! What may be done in a context, and what a person has to say first. Both the command line and the screens ask here.

use flowdeck_domain::{Failure, FailureKind, Result};

use crate::context::Context;

/// What may be done in a context.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Policy {
    /// The context's name; none where none is used.
    pub context: Option<String>,
    /// Whether nothing may be changed.
    pub read_only: bool,
    /// Whether what destroys asks for the context's name.
    pub production: bool,
}

/// What a person has to say before something is destroyed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Confirmation {
    /// Yes.
    Yes,
    /// This word, typed in full: the name of a production context, as being in the wrong one is the danger.
    Word(String),
}

impl Policy {
    /// The policy of a context; without one everything may be done.
    pub fn of(context: Option<&Context>) -> Self {
        context.map_or_else(Self::default, |context| Self {
            context: context.is_named().then(|| context.name.clone()),
            read_only: context.read_only,
            production: context.production,
        })
    }

    /// What has to be said before something is destroyed or replaced.
    ///
    /// # Errors
    /// A context in which nothing may be changed: nobody is asked first and refused then.
    pub fn confirmation(&self) -> Result<Confirmation> {
        if self.read_only {
            return Err(self.refusal());
        }
        Ok(match &self.context {
            Some(name) if self.production => Confirmation::Word(name.clone()),
            _ => Confirmation::Yes,
        })
    }

    /// That nothing may be changed.
    pub(crate) fn refusal(&self) -> Failure {
        let name = self.context.as_deref().unwrap_or("in use");
        Failure::new(
            FailureKind::Refused,
            format!("context `{name}` is read-only: nothing was changed"),
        )
        .with_hint(format!(
            "use another context, or `flowdeck context edit {name} --read-only false`"
        ))
    }
}

impl Confirmation {
    /// Whether an answer says what has to be said.
    pub fn is_given(&self, answer: &str) -> bool {
        let answer = answer.trim();
        match self {
            Self::Yes => matches!(answer.to_ascii_lowercase().as_str(), "y" | "yes"),
            Self::Word(word) => answer == word,
        }
    }

    /// What is asked for, behind the question: `[y/N]`.
    pub fn prompt(&self) -> String {
        match self {
            Self::Yes => "[y/N]".to_owned(),
            Self::Word(word) => format!("Type `{word}`, the name of this production context:"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_asks_for_its_name_and_read_only_asks_nothing() {
        let policy = |read_only, production| Policy {
            context: Some("live".into()),
            read_only,
            production,
        };
        assert_eq!(policy(false, false).confirmation().ok(), Some(Confirmation::Yes));
        let word = policy(false, true).confirmation().expect("it may be changed");
        assert!(word.is_given(" live\n") && !word.is_given("yes") && !word.is_given("Live"));
        let refused = policy(true, true)
            .confirmation()
            .expect_err("nothing may be changed");
        assert_eq!(refused.kind(), FailureKind::Refused);
        assert!(Confirmation::Yes.is_given("Y\n") && !Confirmation::Yes.is_given(""));
    }
}
