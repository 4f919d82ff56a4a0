use std::ops::Range;

/// What a piece of text is to MLflow's tokenizer, sqlparse, as far as MLflow tells the kinds apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum TokenKind {
    /// A line break.
    Newline,
    /// One blank character.
    Blank,
    /// `-- …`, `# …` or `/* … */`.
    Comment,
    /// `:=`.
    Assignment,
    /// One of `;:()[],.` or `::`.
    Punctuation,
    /// `*`.
    Wildcard,
    /// A bare, back-ticked or bracketed name.
    Name,
    /// `?`, `%s`, `:name`, `$1`.
    Placeholder,
    /// The name of a SQL type: `timestamp`, `text`, `int`.
    Builtin,
    /// `\word`.
    Command,
    /// A word of SQL.
    Keyword,
    /// A word of SQL that begins a statement.
    Statement,
    /// `ASC`, `DESC`, with or without `NULLS FIRST`.
    Order,
    /// `AT TIME ZONE '…'`.
    TimeZone,
    /// `0x1f`.
    Hexadecimal,
    /// `-12`.
    Integer,
    /// `.5`, `1.`, `1e-3`.
    Float,
    /// `'…'`.
    SingleQuoted,
    /// `"…"`.
    DoubleQuoted,
    /// `$$…$$`.
    Dollar,
    /// Arithmetic and JSON operators.
    Operator,
    /// `=`, `!=`, `LIKE`, and any run of `<>=~!`.
    Comparison,
    /// A character that means nothing.
    Error,
}

impl TokenKind {
    /// Whether it separates rather than says something.
    pub(super) fn is_blank(self) -> bool {
        matches!(self, Self::Newline | Self::Blank)
    }

    /// Whether it is any kind of word of SQL.
    pub(super) fn is_keyword(self) -> bool {
        matches!(
            self,
            Self::Keyword | Self::Statement | Self::Order | Self::TimeZone
        )
    }
}

/// A piece of the text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// Bytes.
    pub(super) span: Range<usize>,
}
