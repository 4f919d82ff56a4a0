//! Regular expressions of RLIKE. MLflow hands them to Python's `re.search`, and one that Python refuses finds nothing.

mod parse;
mod walk;

/// A regular expression, ready to be looked for.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    /// Nothing where Python would refuse it.
    expression: Option<Expression>,
}

impl Pattern {
    /// Reads an expression in Python's syntax.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let expression = parse::expression(&text);
        Self { text, expression }
    }

    /// The expression as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it finds something. An expression that takes too long over it finds nothing.
    pub fn finds(&self, text: &str) -> bool {
        self.expression
            .as_ref()
            .is_some_and(|expression| walk::finds(expression, text))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// A whole expression and how many groups it counts.
#[derive(Clone, Debug)]
struct Expression {
    root: Node,
    groups: usize,
}

#[derive(Clone, Debug)]
enum Node {
    /// Nothing, which always fits.
    Empty,
    One(One),
    Edge(Edge),
    /// What a group took, again.
    Again {
        group: usize,
        any_case: bool,
    },
    All(Vec<Node>),
    Either(Vec<Node>),
    Group {
        number: usize,
        node: Box<Node>,
    },
    /// Without going back into it.
    Atomic(Box<Node>),
    Look {
        node: Box<Node>,
        behind: Option<usize>,
        wanted: bool,
    },
    Repeat {
        node: Box<Node>,
        least: usize,
        most: usize,
        lazy: bool,
    },
    /// One of two, as a group took part or not.
    If {
        group: usize,
        yes: Box<Node>,
        no: Box<Node>,
    },
}

/// Something that takes one character.
#[derive(Clone, Debug)]
enum One {
    Any {
        line_breaks: bool,
    },
    Char {
        char: char,
        any_case: bool,
    },
    Set {
        items: Vec<Item>,
        negated: bool,
        any_case: bool,
    },
}

/// Part of a set.
#[derive(Clone, Copy, Debug)]
enum Item {
    Range(char, char),
    Class {
        class: Class,
        negated: bool,
        ascii: bool,
    },
}

#[derive(Clone, Copy, Debug)]
enum Class {
    Digit,
    Blank,
    Word,
}

/// A place between characters.
#[derive(Clone, Copy, Debug)]
enum Edge {
    Start,
    LineStart,
    End,
    LineEnd,
    VeryEnd,
    Word { wanted: bool, ascii: bool },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_find_what_python_finds() {
        let cases = [
            ("^a.c$", "abc", true),
            ("^a.c$", "abc\n", true),
            (r"a\Z", "a\n", false),
            ("b+", "aabbb", true),
            ("^(foo|bar)-[0-9]{2,3}$", "bar-123", true),
            ("^(foo|bar)-[0-9]{2,3}$", "bar-1234", false),
            ("(?i)CHAT", "a chat", true),
            ("a(?i)b", "ab", false),
            ("(?i:C)hat", "chat", true),
            (r"\bword\b", "a word.", true),
            (r"(\w)\1", "hello", true),
            ("(?=.*x)(?!.*y)^a", "abx", true),
            ("(?<=a)b", "ab", true),
            ("(?<=a+)b", "ab", false),
            ("[[]", "[", true),
            ("[]a]", "]", true),
            ("[^a-c]", "abc", false),
            ("a{,2}b", "aab", true),
            ("a{x", "a{x", true),
            ("*a", "a", false),
            ("a**", "a", false),
            ("(", "(", false),
            (r"\q", "q", false),
            ("(?P<n>a)(?P=n)", "aa", true),
            ("(a)?(?(1)b|c)", "c", true),
            ("", "", true),
            ("a|", "b", true),
            ("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaac", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(
                Pattern::new(pattern).finds(text),
                expected,
                "{pattern:?} in {text:?}"
            );
        }
    }
}
