//! Colours as meanings. A tone is never the only sign: what is bad also says so in words.

/// What a piece of text means; a theme gives it a colour.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Tone {
    /// Nothing in particular.
    #[default]
    Plain,
    /// Less important than its neighbours.
    Muted,
    /// A title, a key, the thing in hand.
    Accent,
    /// It went well.
    Good,
    /// It is going on.
    Active,
    /// Look here.
    Warning,
    /// It failed.
    Bad,
}
