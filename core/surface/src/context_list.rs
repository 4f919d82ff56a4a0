//! The contexts of the configuration, as a person reads and fills them in.

use flowdeck_client::context::{Draft, SIGN_IN_KINDS, SignIn};
use flowdeck_client::secrets::SecretSource;
use flowdeck_client::{Context, Contexts, Failure, FailureKind, Result, Secret};

use crate::notice::Notice;
use crate::tone::Tone;

/// One context, as a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ContextLine {
    /// What it is called.
    pub name: String,
    /// Whether its store is the one that is open.
    pub is_open: bool,
    /// Whether it is the one that is used where none is named.
    pub is_current: bool,
    /// Where its runs are; why it cannot be used where it cannot.
    pub place: String,
    /// How one signs in, with where the secret is found.
    pub sign_in: String,
    /// What may be done in it, where that is not everything.
    pub limits: String,
    /// How its state is shown.
    pub tone: Tone,
}

/// The contexts in the order of the file; `open` is the name of the one whose store is open.
pub fn context_lines(contexts: &Contexts, open: Option<&str>) -> Vec<ContextLine> {
    let line = |(name, read): &(String, Result<Context>)| {
        let common = ContextLine {
            name: name.clone(),
            is_open: open == Some(name),
            is_current: contexts.current.as_deref() == Some(name),
            place: String::new(),
            sign_in: String::new(),
            limits: String::new(),
            tone: Tone::Plain,
        };
        match read {
            Ok(context) => ContextLine {
                place: context.tracking.clone().unwrap_or_default(),
                sign_in: context.sign_in.describe(),
                limits: limits(context.read_only, context.production).to_owned(),
                tone: if common.is_open { Tone::Accent } else { Tone::Plain },
                ..common
            },
            Err(failure) => ContextLine {
                place: Notice::of(failure).sentence,
                tone: Tone::Bad,
                ..common
            },
        }
    };
    contexts.all.iter().map(line).collect()
}

/// What may be done in a context, in a word; nothing where that is everything.
pub fn limits(read_only: bool, production: bool) -> &'static str {
    match (read_only, production) {
        (true, true) => "read-only, production",
        (true, false) => "read-only",
        (false, true) => "production",
        (false, false) => "",
    }
}

/// A field of the form for a context.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ContextField {
    /// What stands over it.
    pub label: &'static str,
    /// What stands in it.
    pub value: String,
    /// What it can be, where that is not any text.
    pub options: Vec<&'static str>,
    /// Whether nobody may read along while it is typed.
    pub is_secret: bool,
}

/// What was filled in.
#[derive(Debug)]
pub struct Filled {
    /// The name of the context.
    pub name: String,
    /// What is to be written.
    pub draft: Draft,
    /// The secret to be kept at the place that the draft names; none leaves what is there.
    pub secret: Option<Secret>,
}

/// What may be done in a context, as the form asks it.
const RIGHTS: [&str; 3] = [
    "everything",
    "production: destroying asks for its name",
    "read-only: nothing is changed",
];

/// What stands over the field for a secret.
const SECRET: &str = "Secret, kept there: hidden here; empty leaves what is there";

/// The fields of the form: of a new context where there is none, whose first field is its name. The last one is the secret.
pub fn context_fields(context: Option<&Context>) -> Vec<ContextField> {
    let text = |label, value: Option<&String>| ContextField {
        label,
        value: value.cloned().unwrap_or_default(),
        options: Vec::new(),
        is_secret: false,
    };
    let of = |get: fn(&Context) -> &Option<String>| context.and_then(|context| get(context).as_ref());
    let sign_in = context.map(|context| &context.sign_in);
    let kind = sign_in.map_or("none", |sign_in| sign_in.kind().word());
    let who = sign_in.and_then(who);
    let source = sign_in.and_then(SignIn::source).map(SecretSource::spelled);
    let rights = match context {
        Some(context) if context.read_only => RIGHTS[2],
        Some(context) if context.production => RIGHTS[1],
        _ => RIGHTS[0],
    };
    let mut fields = Vec::new();
    if context.is_none() {
        fields.push(text("Name", None));
    }
    fields.extend([
        text(
            "Runs are at: https://host, a path, databricks://profile",
            of(|it| &it.tracking),
        ),
        ContextField {
            label: "Sign-in",
            value: kind.to_owned(),
            options: SIGN_IN_KINDS.iter().map(|(word, _)| *word).collect(),
            is_secret: false,
        },
        text("User, or name of the cookie, header or profile", who.as_ref()),
        text(
            "Secret found in: keyring, env:NAME, file:PATH, command:LINE",
            source.as_ref(),
        ),
        text("Through this host of ssh", of(|it| &it.connection.ssh_host)),
        text(
            "Certificates to believe: a file in PEM",
            of(|it| &it.connection.ca_file),
        ),
        ContextField {
            label: "May be done",
            value: rights.to_owned(),
            options: RIGHTS.to_vec(),
            is_secret: false,
        },
        ContextField {
            is_secret: true,
            ..text(SECRET, None)
        },
    ]);
    fields
}

/// The name of whoever asks, of a cookie, a header or a profile.
fn who(sign_in: &SignIn) -> Option<String> {
    match sign_in {
        SignIn::Basic { username: name, .. } | SignIn::Header { name, .. } => Some(name.clone()),
        SignIn::Cookie { name, .. } | SignIn::Databricks { profile: name } => name.clone(),
        SignIn::None | SignIn::Mlflow | SignIn::Bearer(_) | SignIn::ClientCertificate => None,
    }
}

/// What was filled in, but for the secret the texts of the fields in their order.
///
/// # Errors
/// A text that cannot stand in its field, and a secret where none is kept by flowdeck.
pub fn context_filled(context: Option<&Context>, values: &[String], secret: Secret) -> Result<Filled> {
    let (name, draft) = draft_of(context, values)?;
    let secret = Some(secret).filter(|secret| !secret.reveal().is_empty());
    if secret.is_some() {
        match draft.source() {
            Some(SecretSource::Keyring(_) | SecretSource::File(_)) => {}
            Some(source) => {
                let message = format!("a secret from {source} cannot be written there");
                return Err(Failure::new(FailureKind::InvalidInput, message)
                    .with_hint("leave the secret empty, or name keyring or file:PATH"));
            }
            None => {
                let message = "this way to sign in takes no secret";
                return Err(Failure::new(FailureKind::InvalidInput, message)
                    .with_hint("leave the secret empty, or choose basic, bearer, cookie or header"));
            }
        }
    }
    Ok(Filled { name, draft, secret })
}

fn draft_of(context: Option<&Context>, values: &[String]) -> Result<(String, Draft)> {
    let (name, values) = match (context, values) {
        (Some(context), values) => (context.name.clone(), values),
        (None, [name, values @ ..]) => (name.trim().to_owned(), values),
        (None, []) => (String::new(), values),
    };
    flowdeck_client::context::check_name(&name)?;
    let [tracking, kind, who, source, ssh_host, ca_file, rights] = values else {
        return Err(Failure::new(
            FailureKind::InvalidInput,
            "the form is not complete",
        ));
    };
    let mut draft = context.map_or_else(|| Draft::new(&name), Draft::of);
    let old = context_fields(context);
    let was = |place: usize| {
        old.get(place + usize::from(context.is_none()))
            .map(|field| field.value.as_str())
    };
    for (place, key, text) in [
        (0, "tracking", tracking),
        (4, "ssh_host", ssh_host),
        (5, "ca_file", ca_file),
    ] {
        if was(place) != Some(text.trim()) {
            draft.set(key, text)?;
        }
    }
    if was(6) != Some(rights.as_str()) {
        draft.set("read_only", if rights == RIGHTS[2] { "true" } else { "" })?;
        draft.set("production", if rights == RIGHTS[1] { "true" } else { "" })?;
    }
    draft.set_kind(kind)?;
    match kind.as_str() {
        "basic" => draft.set_username(who),
        "cookie" | "header" => draft.set_secret_name(who),
        "databricks" => draft.set_profile(who),
        _ => {}
    }
    if draft.secret_name().is_some() {
        let place = if source.trim().is_empty() {
            "keyring"
        } else {
            source.trim()
        };
        draft.set_source(match place.parse()? {
            SecretSource::Keyring(account) if account.is_empty() => SecretSource::Keyring(name.clone()),
            place => place,
        });
    }
    Ok((name, draft))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use flowdeck_client::Config;

    use super::*;

    const TEXT: &str = "current = 'lab'\n[contexts.lab]\ntracking = 'https://lab'\nproduction = true\n\
                        auth = { kind = 'basic', username = 'ann', command = 'pass lab' }\n[contexts.wrong]\ntracking = 3\n";

    fn contexts() -> Contexts {
        let config = Config::parse(Path::new("/c/config.toml"), TEXT).expect("it is TOML");
        Contexts::of(config).expect("it has contexts")
    }

    /// The texts of the form before anything is typed.
    fn texts(context: Option<&Context>) -> Vec<String> {
        let fields = context_fields(context).into_iter();
        fields
            .filter(|field| !field.is_secret)
            .map(|field| field.value)
            .collect()
    }

    #[test]
    fn lines_say_what_is_open_and_current_and_what_is_wrong() {
        let lines = context_lines(&contexts(), Some("lab"));
        assert!(lines[0].is_open && lines[0].is_current && !lines[1].is_open);
        assert_eq!(lines[0].limits, "production");
        assert_eq!(
            (lines[1].tone, lines[1].place.contains("line 7")),
            (Tone::Bad, true),
            "{lines:?}"
        );
    }

    #[test]
    fn a_form_that_is_left_as_it_is_changes_nothing() {
        let contexts = contexts();
        let context = contexts.get("lab").expect("it can be used");
        let values = texts(Some(context));
        let filled = context_filled(Some(context), &values, Secret::default()).expect("it is as it was");
        assert_eq!(filled.name, "lab");
        assert!(filled.draft.is_unchanged(), "{filled:?}");
        assert!(filled.secret.is_none());
        let failure = context_filled(Some(context), &values, Secret::new("hunter2"));
        let failure = failure.expect_err("a command tells its secret").to_string();
        assert!(
            failure.contains("the command `pass`") && !failure.contains("hunter2"),
            "{failure}"
        );
    }

    #[test]
    fn a_new_context_is_what_was_filled_in_and_its_secret_is_in_the_keyring_unless_said() {
        let mut values = texts(None);
        let filled = |values: &[String]| context_filled(None, values, Secret::new("hunter2"));
        values[0] = "new".to_owned();
        values[1] = "https://new".to_owned();
        values[2] = "bearer".to_owned();
        let new = filled(&values).expect("it is complete");
        assert_eq!(new.name, "new");
        assert_eq!(new.draft.source(), Some(&SecretSource::Keyring("new".into())));
        assert!(new.secret.is_some_and(|secret| secret.reveal() == "hunter2"));
        values[4] = "hunter2".to_owned();
        let failure = filled(&values).expect_err("that is no place");
        assert!(!failure.to_string().contains("hunter2"));
        values[0] = "../x".to_owned();
        assert!(filled(&values).is_err());
        let mut values = texts(None);
        values[0] = "open".to_owned();
        assert!(filled(&values).is_err(), "nobody signs in there");
    }
}
