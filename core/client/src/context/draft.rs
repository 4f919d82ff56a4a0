use flowdeck_domain::{Failure, FailureKind, Result};
use toml_edit::{InlineTable, Value};

use super::field::{FIELDS, Field, FieldKind};
use super::sign_in::{SIGN_IN_KINDS, SignIn, SignInKind};
use super::write::{ContextEdit, inline};
use super::{Context, HeaderValue};
use crate::secrets::{CommandLine, SecretSource};

/// A context as a person fills it in: texts by key, on the command line and in the form alike.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    name: String,
    edit: ContextEdit,
    auth: AuthDraft,
    auth_is_changed: bool,
    headers: Vec<(String, HeaderValue)>,
}

/// Who asks, as far as it is filled in.
#[derive(Clone, Debug, Default, PartialEq)]
struct AuthDraft {
    kind: Option<SignInKind>,
    username: Option<String>,
    /// Of a cookie or a header.
    name: Option<String>,
    profile: Option<String>,
    source: Option<SecretSource>,
}

impl Draft {
    /// A new context.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// A context as it is; what is not set stays.
    pub fn of(context: &Context) -> Self {
        let text = |text: &String| Some(text.clone());
        let (username, name, profile) = match &context.sign_in {
            SignIn::Basic { username, .. } => (text(username), None, None),
            SignIn::Cookie { name, .. } => (None, name.clone(), None),
            SignIn::Header { name, .. } => (None, text(name), None),
            SignIn::Databricks { profile } => (None, None, profile.clone()),
            SignIn::None | SignIn::Mlflow | SignIn::Bearer(_) | SignIn::ClientCertificate => {
                (None, None, None)
            }
        };
        Self {
            name: context.name.clone(),
            auth: AuthDraft {
                kind: Some(context.sign_in.kind()),
                username,
                name,
                profile,
                source: context.sign_in.source().cloned(),
            },
            headers: context.connection.headers.clone(),
            ..Self::default()
        }
    }

    /// Sets a key from its text; an empty one removes the key.
    ///
    /// # Errors
    /// A key that is not known or is a table, and a text that is not of its kind.
    pub fn set(&mut self, key: &str, text: &str) -> Result<()> {
        let field = Field::of(key).ok_or_else(|| {
            let known: Vec<_> = FIELDS.iter().map(|field| field.key).collect();
            wrong(format!("a context has no `{key}`")).with_hint(format!("it has {}", known.join(", ")))
        })?;
        let text = text.trim();
        let value = match (field.kind, text) {
            (_, "") => None,
            (FieldKind::Text, text) => Some(Value::from(text)),
            (FieldKind::Flag, "true" | "yes") => Some(true.into()),
            // What is false unless it is set is not written.
            (FieldKind::Flag, "false" | "no") => None,
            (FieldKind::Flag, _) => return Err(wrong(format!("`{key}` is true or false"))),
            (FieldKind::Seconds, text) => Some(seconds(key, text)?),
            (FieldKind::Table, _) => {
                return Err(wrong(format!("`{key}` is a table, to be written into the file")));
            }
        };
        if field.key == "auth" {
            self.auth = AuthDraft::default();
        }
        if field.key == "headers" {
            self.headers.clear();
        }
        self.edit.retain(|(known, _)| *known != field.key);
        self.edit.push((field.key, value));
        Ok(())
    }

    /// Sets who asks; what another kind needs is forgotten.
    ///
    /// # Errors
    /// A word that is none of [`SIGN_IN_KINDS`].
    pub fn set_kind(&mut self, word: &str) -> Result<()> {
        let known = SIGN_IN_KINDS.iter().find(|(known, _)| *known == word);
        let (_, kind) = known.ok_or_else(|| {
            let words: Vec<_> = SIGN_IN_KINDS.iter().map(|(word, _)| *word).collect();
            wrong(format!("`{word}` is no kind of sign-in"))
                .with_hint(format!("it is one of {}", words.join(", ")))
        })?;
        if self.auth.kind != Some(*kind) {
            self.auth = AuthDraft {
                kind: Some(*kind),
                source: self.auth.source.take().filter(|_| kind.secret_name().is_some()),
                ..AuthDraft::default()
            };
            self.auth_is_changed = true;
        }
        Ok(())
    }

    /// Sets the name of whoever asks.
    pub fn set_username(&mut self, name: &str) {
        self.auth_is_changed |= replace(&mut self.auth.username, name);
    }

    /// Sets the name of the cookie or of the header.
    pub fn set_secret_name(&mut self, name: &str) {
        self.auth_is_changed |= replace(&mut self.auth.name, name);
    }

    /// Sets the profile of Databricks.
    pub fn set_profile(&mut self, profile: &str) {
        self.auth_is_changed |= replace(&mut self.auth.profile, profile);
    }

    /// Sets where the secret is found.
    pub fn set_source(&mut self, source: SecretSource) {
        self.auth_is_changed |= self.auth.source.as_ref() != Some(&source);
        self.auth.source = Some(source);
    }

    /// Sets a header of every request; without a value it is removed.
    pub fn set_header(&mut self, name: &str, value: Option<HeaderValue>) {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.extend(value.map(|value| (name.to_owned(), value)));
        self.edit.retain(|(key, _)| *key != "headers");
        let mut table = InlineTable::new();
        for (name, value) in &self.headers {
            let value = match value {
                HeaderValue::Plain(text) => Value::from(text.as_str()),
                HeaderValue::Secret(source) => inline([of_source(source, &format!("{}/{name}", self.name))]),
            };
            table.insert(name, value);
        }
        table.fmt();
        let is_empty = table.is_empty();
        self.edit
            .push(("headers", (!is_empty).then_some(Value::InlineTable(table))));
    }

    /// What is called a secret here; none where the sign-in has none.
    pub fn secret_name(&self) -> Option<&'static str> {
        self.auth.kind?.secret_name()
    }

    /// Where its secret is found, as far as that was said.
    pub fn source(&self) -> Option<&SecretSource> {
        self.auth.source.as_ref()
    }

    /// Whether nothing was set.
    pub fn is_unchanged(&self) -> bool {
        self.edit.is_empty() && !self.auth_is_changed
    }

    /// What is to be written.
    pub fn edit(&self) -> ContextEdit {
        let mut edit = self.edit.clone();
        if self.auth_is_changed {
            edit.retain(|(key, _)| *key != "auth");
            edit.push(("auth", self.auth.value(&self.name)));
        }
        edit
    }
}

impl AuthDraft {
    /// `auth = { … }`; nobody in particular is not written.
    fn value(&self, context: &str) -> Option<Value> {
        let kind = self.kind.filter(|kind| *kind != SignInKind::None)?;
        let mut pairs = vec![("kind", Value::from(kind.word()))];
        let mut add =
            |key, text: &Option<String>| pairs.extend(text.as_deref().map(|text| (key, Value::from(text))));
        match kind {
            SignInKind::Basic => add("username", &self.username),
            SignInKind::Cookie | SignInKind::Header => add("name", &self.name),
            SignInKind::Databricks => add("profile", &self.profile),
            SignInKind::None | SignInKind::Mlflow | SignInKind::Bearer | SignInKind::ClientCertificate => {}
        }
        if kind.secret_name().is_some() {
            pairs.extend(self.source.as_ref().map(|source| of_source(source, context)));
        }
        Some(inline(pairs))
    }
}

fn of_source(source: &SecretSource, account: &str) -> (&'static str, Value) {
    match source {
        SecretSource::Keyring(name) if name == account => ("keyring", true.into()),
        SecretSource::Keyring(name) => ("keyring", name.as_str().into()),
        SecretSource::Variable(name) => ("env", name.as_str().into()),
        SecretSource::File(path) => ("file", path.as_str().into()),
        SecretSource::Command(CommandLine::Shell(line)) => ("command", line.as_str().into()),
        SecretSource::Command(CommandLine::Program(words)) => {
            ("command", words.iter().map(String::as_str).collect())
        }
    }
}

/// Sets a text that an empty one removes; answers whether it is another now.
fn replace(place: &mut Option<String>, text: &str) -> bool {
    let new = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let is_other = *place != new;
    *place = new;
    is_other
}

fn seconds(key: &str, text: &str) -> Result<Value> {
    if let Ok(whole) = text.parse::<i64>() {
        return Ok(whole.into());
    }
    match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() => Ok(seconds.into()),
        _ => Err(wrong(format!("`{key}` is a number of seconds"))),
    }
}

fn wrong(message: String) -> Failure {
    Failure::new(FailureKind::InvalidInput, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::{add, edit};
    use crate::contexts::Contexts;

    #[test]
    fn what_is_filled_in_reads_back_as_it_was_meant() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("config.toml");
        let contexts = || {
            let text = std::fs::read_to_string(&path).expect("it was written");
            let config = crate::config::Config::parse(&path, &text).expect("it is TOML");
            Contexts::of(config).expect("it has contexts")
        };
        let mut draft = Draft::new("lab");
        draft.set("tracking", "https://lab").expect("a text");
        draft.set("timeout", "2.5").expect("a number");
        draft.set("read_only", "true").expect("a flag");
        draft.set_kind("basic").expect("a kind");
        draft.set_username("ann");
        draft.set_source(SecretSource::Keyring("lab".into()));
        draft.set_header(
            "X-Key",
            Some(HeaderValue::Secret(SecretSource::Variable("KEY".into()))),
        );
        add(&path, "lab", &draft.edit()).expect("a new one");
        let text = std::fs::read_to_string(&path).expect("it was written");
        assert!(
            text.contains("auth = { kind = \"basic\", username = \"ann\", keyring = true }"),
            "{text}"
        );
        assert!(text.contains("headers = { X-Key = { env = \"KEY\" } }"), "{text}");

        let mut draft = Draft::of(contexts().get("lab").expect("it can be used"));
        assert!(draft.is_unchanged());
        draft.set_source("command:pass lab".parse().expect("a place"));
        draft.set("read_only", "false").expect("a flag");
        edit(&path, "lab", &draft.edit()).expect("it is there");
        let contexts = contexts();
        let context = contexts.get("lab").expect("it can be used");
        assert_eq!(
            context.sign_in.describe(),
            "ann, password from the command `pass`"
        );
        assert!(!context.read_only);
    }

    #[test]
    fn a_key_or_a_text_that_cannot_be_is_refused() {
        let mut draft = Draft::new("lab");
        for (key, text) in [
            ("nosuch", "x"),
            ("read_only", "maybe"),
            ("timeout", "soon"),
            ("gates", "x"),
        ] {
            assert!(draft.set(key, text).is_err(), "{key}");
        }
        assert!(draft.set_kind("magic").is_err());
        assert!(draft.is_unchanged());
    }
}
