//! A secret that a person types: kept in the keyring, or in a file for its owner alone.

use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::process::Command;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use flowdeck_surface::client::context::Draft;
use flowdeck_surface::client::secrets::{SecretSource, keep_in_keyring, write_file};
use flowdeck_surface::client::{Contexts, Failure, FailureKind, Result, Secret};

use crate::cli::args::YesArg;
use crate::cli::context::Context;
use crate::cli::exit::Outcome;

/// Bytes of a secret that are read from stdin.
const LONGEST: u64 = 64 * 1024;

/// How the secret of a context comes in.
pub(super) struct Asking<'a> {
    pub(super) name: &'a str,
    pub(super) from_stdin: bool,
    /// Whether one that is there already is replaced.
    pub(super) anew: bool,
}

/// Takes the secret that the sign-in needs, where flowdeck keeps it: in the keyring unless another place was named.
///
/// # Errors
/// Nobody to ask, and a place that cannot be written.
pub(super) async fn keep(cx: &Context, draft: &mut Draft, asking: &Asking<'_>) -> Result<()> {
    let Some(what) = draft.secret_name() else {
        return Ok(());
    };
    let source = match draft.source().cloned() {
        None => SecretSource::Keyring(asking.name.to_owned()),
        Some(SecretSource::Keyring(account)) if account.is_empty() => {
            SecretSource::Keyring(asking.name.to_owned())
        }
        Some(source) => source,
    };
    draft.set_source(source.clone());
    match &source {
        SecretSource::Keyring(account) => {
            let secret = taken(asking, what)?;
            if let Err(failure) = keep_in_keyring(account, &secret).await {
                let path = beside_config(cx, asking.name, &failure)?;
                write_file(&cx.environment.resolve_configured(&path), &secret)?;
                draft.set_source(SecretSource::File(path));
            }
        }
        SecretSource::File(path) => {
            let path = cx.environment.resolve_configured(path);
            if (asking.anew && asking.from_stdin) || !path.exists() {
                write_file(&path, &taken(asking, what)?)?;
            }
        }
        // These are looked after elsewhere.
        SecretSource::Variable(_) | SecretSource::Command(_) if asking.from_stdin => {
            return Err(Failure::new(
                FailureKind::InvalidInput,
                format!("a secret from {source} cannot be written there"),
            )
            .with_hint("leave out --secret-stdin, or name keyring or file:PATH"));
        }
        SecretSource::Variable(_) | SecretSource::Command(_) => {}
    }
    Ok(())
}

/// Offers a file for its owner alone where there is no keyring; its path from the directory of the configuration.
fn beside_config(cx: &Context, name: &str, failure: &Failure) -> Result<String> {
    let path = format!("secrets/{name}");
    let shown = cx.environment.resolve_configured(&path);
    if !is_terminal() {
        return Err(Failure::new(failure.kind(), failure.message()).with_hint(format!(
            "pass --secret-from file:{} to keep it in a file of mode 0600",
            shown.display()
        )));
    }
    cx.note(&format!("{failure}."));
    let question = format!("keep it in {} instead, readable by you alone?", shown.display());
    cx.confirm(
        &flowdeck_surface::client::Policy::default(),
        &YesArg::default(),
        &question,
    )?;
    Ok(path)
}

fn is_terminal() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn taken(asking: &Asking<'_>, what: &str) -> Result<Secret> {
    let secret = if asking.from_stdin {
        from_stdin()?
    } else if is_terminal() {
        typed(&format!("The {what} of {}: ", asking.name))?
    } else {
        return Err(Failure::new(
            FailureKind::Refused,
            format!(
                "the {what} of context `{}` is missing, and there is no terminal to ask on",
                asking.name
            ),
        )
        .with_hint("pass --secret-stdin, or --secret-from env:NAME, file:PATH or command:LINE"));
    };
    if secret.reveal().is_empty() {
        return Err(Failure::new(
            FailureKind::InvalidInput,
            format!("the {what} is empty"),
        ));
    }
    Ok(secret)
}

/// All of stdin but the end of its last line.
fn from_stdin() -> Result<Secret> {
    let mut text = String::new();
    let read = io::stdin().lock().take(LONGEST).read_to_string(&mut text);
    let secret = Secret::new(text.trim_end_matches(['\r', '\n']));
    // Its only copy is the secret now.
    drop(Secret::new(text));
    read.map_err(|error| {
        Failure::new(
            FailureKind::System,
            format!("cannot read the secret from stdin: {}", error.kind()),
        )
    })?;
    Ok(secret)
}

/// Reads a line from the terminal without showing it.
fn typed(question: &str) -> Result<Secret> {
    let mut terminal = io::stderr().lock();
    let failed = |error: io::Error| {
        Failure::new(
            FailureKind::System,
            format!("the terminal does not answer: {error}"),
        )
    };
    let _ = write!(terminal, "{question}");
    let _ = terminal.flush();
    enable_raw_mode().map_err(failed)?;
    let secret = letters();
    // A terminal that cannot be given back is gone.
    let _ = disable_raw_mode();
    let _ = writeln!(terminal);
    secret
        .map_err(failed)?
        .ok_or_else(|| Failure::new(FailureKind::Interrupted, "nothing was changed"))
}

/// What is typed until Enter; none where it was given up.
fn letters() -> io::Result<Option<Secret>> {
    let mut text = String::with_capacity(256);
    loop {
        match crossterm::event::read()? {
            Event::Key(key) if key.kind != KeyEventKind::Release => match after(&key, &mut text) {
                Typed::On => {}
                Typed::Done => return Ok(Some(Secret::new(text))),
                Typed::Left => {
                    drop(Secret::new(text));
                    return Ok(None);
                }
            },
            Event::Paste(pasted) => text.push_str(pasted.trim_end_matches(['\r', '\n'])),
            _ => {}
        }
    }
}

enum Typed {
    On,
    Done,
    Left,
}

fn after(key: &KeyEvent, text: &mut String) -> Typed {
    let is_held = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Enter => return Typed::Done,
        KeyCode::Esc => return Typed::Left,
        KeyCode::Char('c' | 'd') if is_held => return Typed::Left,
        KeyCode::Char('u') if is_held => text.clear(),
        KeyCode::Char(letter) if !is_held => text.push(letter),
        KeyCode::Backspace => {
            text.pop();
        }
        _ => {}
    }
    Typed::On
}

/// Opens the configuration in the person's editor, and says what is wrong with it afterwards.
pub(super) fn open_editor(cx: &Context, file: &Path) -> Outcome {
    let editor = ["VISUAL", "EDITOR"]
        .iter()
        .find_map(|name| cx.environment.variable(name));
    let (Some(editor), true) = (editor, io::stdin().is_terminal()) else {
        return Err(
            Failure::new(FailureKind::InvalidInput, "nothing is to be changed")
                .with_hint("name what is: --tracking, --auth, …; with $EDITOR set the file is opened in it")
                .into(),
        );
    };
    // As git does: the variable is a line for the shell.
    let status = Command::new("sh")
        .args(["-c", &format!("{editor} \"$1\""), "editor"])
        .arg(file)
        .status()
        .map_err(|error| Failure::new(FailureKind::System, format!("cannot start `{editor}`: {error}")))?;
    if !status.success() {
        return Err(Failure::new(FailureKind::System, format!("`{editor}` ended with {status}")).into());
    }
    let contexts = Contexts::load(&cx.environment)?;
    cx.warn(&contexts.warnings);
    for (_, read) in contexts.all {
        read?;
    }
    Ok(())
}
