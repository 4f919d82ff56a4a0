use std::time::Duration;

use toml_edit::{Item, Key, TableLike, Value};

use super::file::ConfigFile;
use super::nearest::nearest;
use super::remark::Remark;
use super::section::Section;

/// One `key = value` of the file, or one table of a section, with its place.
#[derive(Clone)]
pub struct Entry<'a> {
    file: &'a ConfigFile,
    path: String,
    key: &'a Key,
    item: &'a Item,
}

impl<'a> Entry<'a> {
    pub(super) fn new(file: &'a ConfigFile, section: &str, key: &'a Key, item: &'a Item) -> Self {
        let path = joined(section, key.get());
        Self {
            file,
            path,
            key,
            item,
        }
    }

    /// Its key alone: `tracking`.
    pub fn name(&self) -> &'a str {
        self.key.get()
    }

    /// Its key from the top of the file: `contexts.lab.tracking`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The line it stands in, from 1.
    pub fn line(&self) -> usize {
        // A key of a dotted table has its own place; a table that is only implied has that of what is in it.
        let span = self.key.span().or_else(|| self.item.span());
        self.file.line(span.map_or(0, |span| span.start))
    }

    /// A text.
    ///
    /// # Errors
    /// Anything else.
    pub fn text(&self) -> Result<&'a str, Remark> {
        self.item.as_str().ok_or_else(|| self.wrong("text"))
    }

    /// True or false.
    ///
    /// # Errors
    /// Anything else.
    pub fn flag(&self) -> Result<bool, Remark> {
        self.item.as_bool().ok_or_else(|| self.wrong("true or false"))
    }

    /// A whole number.
    ///
    /// # Errors
    /// Anything else.
    pub fn integer(&self) -> Result<i64, Remark> {
        self.item.as_integer().ok_or_else(|| self.wrong("a whole number"))
    }

    /// A number, whole or not.
    ///
    /// # Errors
    /// Anything else.
    pub fn number(&self) -> Result<f64, Remark> {
        let whole = self.item.as_integer().map(|number| number as f64);
        self.item
            .as_float()
            .or(whole)
            .ok_or_else(|| self.wrong("a number"))
    }

    /// A number of seconds, more than none.
    ///
    /// # Errors
    /// Anything else.
    pub fn seconds(&self) -> Result<Duration, Remark> {
        let seconds = self.number().ok().map(Duration::try_from_secs_f64);
        match seconds {
            Some(Ok(duration)) if !duration.is_zero() => Ok(duration),
            _ => Err(self.wrong("a number of seconds above 0")),
        }
    }

    /// One text, or a list of them.
    ///
    /// # Errors
    /// Anything else, and a list that holds something else.
    pub fn texts(&self) -> Result<Vec<&'a str>, Remark> {
        let expected = "text or a list of texts";
        if let Some(text) = self.item.as_str() {
            return Ok(vec![text]);
        }
        let list = self.item.as_array().ok_or_else(|| self.wrong(expected))?;
        let texts: Option<Vec<_>> = list.iter().map(Value::as_str).collect();
        texts.ok_or_else(|| {
            self.remark(&format!(
                "`{}` must be {expected}, and holds something else",
                self.path
            ))
        })
    }

    /// The meaning of one of these words.
    ///
    /// # Errors
    /// Another word, with the nearest of these, and anything that is no text.
    pub fn one_of<T: Copy>(&self, words: &[(&'static str, T)]) -> Result<T, Remark> {
        let text = self.text()?;
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == text) {
            return Ok(*meaning);
        }
        let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        let instead = nearest(text, known.iter().copied())
            .map(|near| format!("; did you mean \"{near}\"?"))
            .unwrap_or_default();
        let known: Vec<_> = known.iter().map(|word| format!("\"{word}\"")).collect();
        Err(self.remark(&format!(
            "`{}` must be one of {}{instead}",
            self.path,
            known.join(", ")
        )))
    }

    /// A table.
    ///
    /// # Errors
    /// Anything else.
    pub fn section(&self) -> Result<Section<'a>, Remark> {
        let table: &dyn TableLike = self.item.as_table_like().ok_or_else(|| self.wrong("a table"))?;
        Ok(Section::of(self.file, self.path.clone(), self.line(), table))
    }

    /// The value as it is, for what is kept as data.
    pub fn item(&self) -> &'a Item {
        self.item
    }

    /// That it must be something else than it is.
    pub fn wrong(&self, expected: &str) -> Remark {
        self.remark(&format!(
            "`{}` must be {expected}, not {}",
            self.path,
            kind_of(self.item)
        ))
    }

    /// That its value is of the right kind and yet cannot be used: `` `contexts.lab.proxy` names no address``.
    pub fn refused(&self, why: &str) -> Remark {
        self.remark(&format!("`{}` {why}", self.path))
    }

    pub(super) fn remark(&self, message: &str) -> Remark {
        Remark {
            file: self.file.shown(),
            line: self.line(),
            message: message.to_owned(),
        }
    }
}

fn kind_of(item: &Item) -> &'static str {
    match item {
        Item::None => "nothing",
        Item::Table(_) | Item::Value(Value::InlineTable(_)) => "a table",
        Item::ArrayOfTables(_) | Item::Value(Value::Array(_)) => "a list",
        Item::Value(Value::String(_)) => "text",
        Item::Value(Value::Integer(_)) => "a whole number",
        Item::Value(Value::Float(_)) => "a number",
        Item::Value(Value::Boolean(_)) => "true or false",
        Item::Value(Value::Datetime(_)) => "a date",
    }
}

/// A key below a path, quoted as TOML wants it.
pub(super) fn joined(path: &str, name: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let name = if !name.is_empty() && name.bytes().all(is_bare) {
        name.to_owned()
    } else {
        format!("{name:?}")
    };
    if path.is_empty() {
        name
    } else {
        format!("{path}.{name}")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::Config;
    use super::*;

    const TEXT: &str = r#"
[theme]
name = "dark"
dim = "yes"
rate = 30
wait = -1
colours.good = "green"
list = ["a", 3]

[theme."my own"]
mood = "drak"
"#;

    /// What reading one entry of the section says is wrong.
    fn wrong(name: &str, read: impl Fn(Entry<'_>) -> Option<Remark>) -> String {
        let config = Config::parse(Path::new("c.toml"), TEXT).expect("it is TOML");
        let section = config.section("theme").expect("it is a table");
        let entry = section.entry(name).expect("it is there");
        read(entry).expect("something is wrong").to_string()
    }

    #[test]
    fn what_is_wrong_names_file_line_key_and_what_is_expected() {
        assert_eq!(
            wrong("dim", |entry| entry.flag().err()),
            "c.toml, line 4: `theme.dim` must be true or false, not text"
        );
        assert_eq!(
            wrong("rate", |entry| entry.text().err()),
            "c.toml, line 5: `theme.rate` must be text, not a whole number"
        );
        assert_eq!(
            wrong("wait", |entry| entry.seconds().err()),
            "c.toml, line 6: `theme.wait` must be a number of seconds above 0, not a whole number"
        );
        assert_eq!(
            wrong("list", |entry| entry.texts().err()),
            "c.toml, line 8: `theme.list` must be text or a list of texts, and holds something else"
        );
        let words = [("dark", 1), ("light", 2)];
        let inner = |entry: Entry<'_>| entry.section().ok()?.entry("mood")?.one_of(&words).err();
        assert_eq!(
            wrong("my own", inner),
            "c.toml, line 11: `theme.\"my own\".mood` must be one of \"dark\", \"light\"; did you mean \"dark\"?"
        );
        let dotted = |entry: Entry<'_>| entry.section().ok()?.entry("good")?.integer().err();
        assert_eq!(
            wrong("colours", dotted),
            "c.toml, line 7: `theme.colours.good` must be a whole number, not text"
        );
    }

    #[test]
    fn entries_come_in_the_order_of_the_file() {
        let config = Config::parse(Path::new("c.toml"), TEXT).expect("it is TOML");
        let section = config.section("theme").expect("it is a table");
        let names: Vec<_> = section.entries().map(|entry| entry.name()).collect();
        assert_eq!(
            names,
            ["name", "dim", "rate", "wait", "colours", "list", "my own"]
        );
        assert_eq!(
            section.entry("rate").and_then(|entry| entry.number().ok()),
            Some(30.0)
        );
    }
}
