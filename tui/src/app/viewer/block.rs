//! What a viewer shows below each other.

use flowdeck_surface::preview::{Field, FieldGroup, Kind, ModelCard, Text};
use flowdeck_surface::run_overview::Fact;
use flowdeck_surface::tone::Tone;

/// One part of a page.
#[derive(Clone, Debug)]
pub(crate) enum Block {
    /// A title; a blank line stands before it.
    Heading(String),
    /// Labels with their texts, the texts below each other.
    Facts(Vec<Told>),
    /// Lines as they are written.
    Text(Text, Tone),
    /// Markdown.
    Markdown(String),
    /// Rows under titles; as wide as they need where there is room.
    Rows(Vec<String>, Vec<Vec<String>>),
    /// The first bytes of a file.
    Bytes(Vec<u8>),
}

/// A label with its text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Told {
    pub(crate) label: String,
    pub(crate) text: String,
    pub(crate) tone: Tone,
}

impl Told {
    /// A label with its text.
    pub(crate) fn new(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            text: text.into(),
            tone: Tone::Plain,
        }
    }

    /// The same with a meaning.
    pub(crate) fn toned(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

impl From<Fact> for Told {
    fn from(fact: Fact) -> Self {
        Self {
            label: fact.label.to_owned(),
            text: fact.text,
            tone: fact.tone,
        }
    }
}

impl Block {
    /// A title.
    pub(crate) fn heading(text: impl Into<String>) -> Self {
        Self::Heading(text.into())
    }

    /// Lines as they are written.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(Text::new(text.into()), Tone::Plain)
    }

    /// Words of the app itself.
    pub(crate) fn remark(text: impl Into<String>) -> Self {
        Self::Text(Text::new(text.into()), Tone::Muted)
    }

    /// Keys with values.
    pub(crate) fn pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        Self::Facts(pairs.map(|(key, value)| Told::new(key, value)).collect())
    }
}

/// A model as its description tells it.
pub(super) fn of_card(card: &ModelCard) -> Vec<Block> {
    let pairs = |facts: &[(String, String)]| {
        Block::pairs(facts.iter().map(|(label, text)| (label.as_str(), text.as_str())))
    };
    let mut blocks = vec![pairs(&card.facts)];
    blocks.push(Block::heading("Signature"));
    if card.signature.is_empty() {
        blocks.push(Block::remark("It was logged without one."));
    }
    blocks.extend(card.signature.iter().map(of_fields));
    for flavor in &card.flavors {
        blocks.push(Block::heading(format!("Flavor {}", flavor.name)));
        blocks.push(pairs(&flavor.facts));
    }
    blocks
}

/// Fields of a schema as rows.
pub(crate) fn of_fields(group: &FieldGroup) -> Block {
    let has = |tells: fn(&Field) -> bool| group.fields.iter().any(tells);
    let (has_names, has_optional) = (
        has(|field| !field.name.is_empty()),
        has(|field| !field.is_required),
    );
    let has_defaults = has(|field| field.default.is_some());
    let mut titles = vec![group.title.clone()];
    if has_names {
        titles.push("Type".to_owned());
    }
    if has_optional {
        titles.push("Required".to_owned());
    }
    if has_defaults {
        titles.push("Default".to_owned());
    }
    let row = |field: &Field| {
        let mut row = Vec::new();
        if has_names {
            row.push(field.name.clone());
        }
        row.push(field.kind.clone());
        if has_optional {
            row.push(if field.is_required { "yes" } else { "no" }.to_owned());
        }
        if has_defaults {
            row.push(field.default.clone().unwrap_or_default());
        }
        row
    };
    Block::Rows(titles, group.fields.iter().map(row).collect())
}

/// A file that is no text: what it is, and its first bytes.
pub(super) fn of_bytes(kind: Kind, bytes: Vec<u8>) -> Vec<Block> {
    let word = match kind {
        Kind::Pdf | Kind::Html | Kind::Svg => "Another program shows it: `o` opens it, `d` downloads it.",
        Kind::Pickle => {
            "Python objects. Reading them would run code that they hold, so only their bytes are shown."
        }
        Kind::Archive => "A packed directory. `d` downloads it.",
        Kind::Weights => "Numbers of a model. `d` downloads them.",
        _ => "No text. `d` downloads it.",
    };
    if bytes.is_empty() {
        return vec![Block::remark("The file is empty.")];
    }
    vec![Block::remark(format!("{word}\n\n")), Block::Bytes(bytes)]
}
