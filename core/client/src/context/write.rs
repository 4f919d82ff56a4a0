use std::path::Path;

use flowdeck_domain::{Failure, FailureKind, Result};
use toml_edit::{DocumentMut, InlineTable, Item, RawString, Table, Value};

use super::Context;
use crate::config::{self, Config};
use crate::contexts::no_such_context;

/// What is changed in a context: keys with their new values; none removes a key.
pub type ContextEdit = Vec<(&'static str, Option<Value>)>;

/// Whether a context may be called so: its name stands in file names and on command lines.
///
/// # Errors
/// Another name.
pub fn check_name(name: &str) -> Result<()> {
    let is_fine = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    if name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.chars().all(is_fine)
        && name.len() <= 64
    {
        return Ok(());
    }
    Err(Failure::new(
        FailureKind::InvalidInput,
        "a context is called by up to 64 letters, digits, dots, dashes and underscores, the first a letter or a digit",
    ))
}

/// Adds a context; the first one becomes the current one.
///
/// # Errors
/// A name that is taken or cannot be one, entries that cannot be used, a file that cannot be written.
pub fn add(file: &Path, name: &str, edit: &ContextEdit) -> Result<()> {
    check_name(name)?;
    config::change(file, |document| {
        let is_first = document.get("contexts").is_none();
        let contexts = contexts_of(document)?;
        if contexts.contains_key(name) {
            return Err(Failure::new(
                FailureKind::InvalidInput,
                format!("there is a context `{name}` already"),
            )
            .with_hint(format!("`flowdeck context edit {name}` changes it")));
        }
        contexts.insert(name, Item::Table(Table::new()));
        apply(contexts, name, edit);
        if is_first && document.get("current").is_none() {
            set_current(document, name);
        }
        checked(file, document, name)
    })
}

/// Changes a context.
///
/// # Errors
/// One that is not there, entries that cannot be used, a file that cannot be written.
pub fn edit(file: &Path, name: &str, edit: &ContextEdit) -> Result<()> {
    config::change(file, |document| {
        let contexts = contexts_of(document)?;
        if !contexts.contains_key(name) {
            return Err(no_such_context(name, contexts.iter().map(|(known, _)| known)));
        }
        apply(contexts, name, edit);
        checked(file, document, name)
    })
}

/// Makes a context the current one.
///
/// # Errors
/// One that is not there, and a file that cannot be written.
pub fn use_context(file: &Path, name: &str) -> Result<()> {
    config::change(file, |document| {
        let contexts = contexts_of(document)?;
        if !contexts.contains_key(name) {
            return Err(no_such_context(name, contexts.iter().map(|(known, _)| known)));
        }
        set_current(document, name);
        Ok(())
    })
}

/// Removes a context; where it was the current one, none is.
///
/// # Errors
/// One that is not there, and a file that cannot be written.
pub fn remove(file: &Path, name: &str) -> Result<()> {
    config::change(file, |document| {
        let contexts = contexts_of(document)?;
        let Some(removed) = contexts.remove(name) else {
            return Err(no_such_context(name, contexts.iter().map(|(known, _)| known)));
        };
        if let Some(table) = removed.as_table() {
            let above = table.decor().prefix().and_then(RawString::as_str).unwrap_or("");
            // What stands right above its header is about it; what a blank line parts from it is not.
            let kept = above.rfind("\n\n").map_or("", |end| &above[..end]);
            hand_on(document, kept, table.position().unwrap_or(0));
        }
        if document.get("current").and_then(Item::as_str) == Some(name)
            && let Some((key, _)) = document.remove_entry("current")
        {
            let above = key.leaf_decor().prefix().and_then(RawString::as_str);
            hand_on(document, above.unwrap_or("").trim_end(), -1);
        }
        Ok(())
    })
}

/// Puts comments above the first table behind this position, else at the end of the file.
fn hand_on(document: &mut DocumentMut, comments: &str, position: isize) {
    if comments.trim().is_empty() {
        return;
    }
    let own = |text: Option<&RawString>| text.and_then(RawString::as_str).unwrap_or("").to_owned();
    let mut next: Option<&mut Table> = None;
    let tables = document.iter_mut().filter_map(|(_, item)| item.as_table_mut());
    for table in tables {
        let candidates: Vec<&mut Table> = if table.is_implicit() {
            table
                .iter_mut()
                .filter_map(|(_, item)| item.as_table_mut())
                .collect()
        } else {
            vec![table]
        };
        for table in candidates {
            let is_behind = table.position().is_some_and(|own| own > position);
            let is_nearer = next
                .as_ref()
                .is_none_or(|next| table.position() < next.position());
            if is_behind && is_nearer {
                next = Some(table);
            }
        }
    }
    match next {
        Some(table) => {
            let above = own(table.decor().prefix());
            table.decor_mut().set_prefix(format!("{comments}\n{above}"));
        }
        None => {
            let end = own(Some(document.trailing()));
            document.set_trailing(format!("{comments}\n{end}"));
        }
    }
}

/// The table of contexts, made where there is none.
fn contexts_of(document: &mut DocumentMut) -> Result<&mut dyn toml_edit::TableLike> {
    let contexts = document.entry("contexts").or_insert_with(|| {
        let mut table = Table::new();
        // `[contexts.lab]` says it all.
        table.set_implicit(true);
        Item::Table(table)
    });
    contexts.as_table_like_mut().ok_or_else(|| {
        Failure::new(
            FailureKind::InvalidInput,
            "`contexts` of the configuration is no table",
        )
        .with_hint("write each context as [contexts.NAME]")
    })
}

fn set_current(document: &mut DocumentMut, name: &str) {
    let current = document.entry("current").or_insert(Item::None);
    match current.as_value_mut() {
        // The comment behind it stays.
        Some(value) => {
            let decor = value.decor().clone();
            *value = Value::from(name);
            *value.decor_mut() = decor;
        }
        None => *current = toml_edit::value(name),
    }
}

fn apply(contexts: &mut dyn toml_edit::TableLike, name: &str, edit: &ContextEdit) {
    let Some(context) = contexts.get_mut(name).and_then(Item::as_table_like_mut) else {
        return;
    };
    for (key, new) in edit {
        let Some(new) = new else {
            context.remove(key);
            continue;
        };
        let mut new = new.clone();
        if let Some(old) = context.get(key).and_then(Item::as_value) {
            *new.decor_mut() = old.decor().clone();
        } else if context.get(key).is_some() {
            // A table under a header of its own gives way to one in a line.
            context.remove(key);
        }
        match context.get_mut(key) {
            Some(item) => *item = Item::Value(new),
            None => {
                context.insert(key, Item::Value(new));
            }
        }
    }
}

/// The document as it would be read again: what cannot be used is not written.
fn checked(file: &Path, document: &DocumentMut, name: &str) -> Result<()> {
    let config = Config::parse(file, &document.to_string())?;
    let contexts = config.section("contexts")?;
    let Some(entry) = contexts.entry(name) else {
        return Err(no_such_context(name, []));
    };
    let mut unknown = Vec::new();
    Context::read(name, &entry.section()?, &mut unknown)?;
    Ok(())
}

/// A table in one line: `{ kind = "bearer", env = "TOKEN" }`.
pub(crate) fn inline(pairs: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let mut table = InlineTable::new();
    for (key, value) in pairs {
        table.insert(key, value);
    }
    table.fmt();
    Value::InlineTable(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(path: &Path) -> String {
        std::fs::read_to_string(path).expect("it was written")
    }

    #[test]
    fn a_context_is_added_changed_used_and_removed_and_comments_stay() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("config.toml");
        add(&path, "lab", &vec![("tracking", Some("http://lab".into()))]).expect("a new one");
        assert_eq!(
            written(&path),
            "current = \"lab\"\n\n[contexts.lab]\ntracking = \"http://lab\"\n"
        );
        let with_comments =
            "# mine\ncurrent = \"lab\" # now\n\n[contexts.lab] # here\ntracking = \"http://lab\" # there\n";
        std::fs::write(&path, with_comments).expect("writable");
        let auth = inline([("kind", "bearer".into()), ("env", "TOKEN".into())]);
        let change: ContextEdit = vec![
            ("tracking", Some("http://lab2".into())),
            ("auth", Some(auth)),
            ("read_only", Some(true.into())),
        ];
        edit(&path, "lab", &change).expect("it is there");
        add(&path, "prod", &vec![("tracking", Some("http://prod".into()))]).expect("a new one");
        use_context(&path, "prod").expect("it is there");
        assert_eq!(
            written(&path),
            "# mine\ncurrent = \"prod\" # now\n\n[contexts.lab] # here\ntracking = \"http://lab2\" # there\n\
             auth = { kind = \"bearer\", env = \"TOKEN\" }\nread_only = true\n\n\
             [contexts.prod]\ntracking = \"http://prod\"\n"
        );
        edit(&path, "lab", &vec![("auth", None)]).expect("it is there");
        remove(&path, "prod").expect("it is there");
        assert_eq!(
            written(&path),
            "# mine\n\n[contexts.lab] # here\ntracking = \"http://lab2\" # there\nread_only = true\n"
        );
    }

    #[test]
    fn what_goes_takes_its_own_comments_alone() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("config.toml");
        let text = "# the file\n\n# about lab\n[contexts.lab]\n\n# about prod\n[contexts.prod]\n# the end\n";
        std::fs::write(&path, text).expect("writable");
        remove(&path, "lab").expect("it is there");
        assert_eq!(
            written(&path),
            "# the file\n\n# about prod\n[contexts.prod]\n# the end\n"
        );
        remove(&path, "prod").expect("it is there");
        assert_eq!(written(&path), "# the file\n# the end\n");
    }

    #[test]
    fn what_could_not_be_read_again_is_not_written() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("config.toml");
        let secret: ContextEdit = vec![("tracking", Some("http://a:hunter2@lab".into()))];
        let failure = add(&path, "lab", &secret).expect_err("a password");
        assert!(!failure.to_string().contains("hunter2"), "{failure}");
        assert!(!path.exists());
        assert!(add(&path, "../x", &Vec::new()).is_err());
        add(&path, "lab", &Vec::new()).expect("a new one");
        assert!(add(&path, "lab", &Vec::new()).is_err());
        let failure = edit(&path, "lba", &Vec::new()).expect_err("no such one");
        assert_eq!(failure.kind(), FailureKind::InvalidInput);
        assert!(
            failure.hint().is_some_and(|hint| hint.contains("`lab`")),
            "{failure:?}"
        );
    }
}
