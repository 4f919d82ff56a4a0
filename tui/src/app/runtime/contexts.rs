//! Reads and writes the contexts of the configuration.

use std::path::Path;

use flowdeck_surface::client::context::{Draft, add, edit, remove, use_context};
use flowdeck_surface::client::secrets::{SecretSource, forget_in_keyring, keep_in_keyring, write_file};
use flowdeck_surface::client::{Context, Contexts, Environment, Failure, FailureKind, Result, Secret};
use flowdeck_surface::context_list::{Filled, context_filled};

use crate::app::effect::ContextChange;
use crate::app::message::ContextsRead;

/// The contexts as the file has them now; `open` is the one whose store is open.
///
/// # Errors
/// A file that cannot be read.
pub(super) fn read(environment: &Environment, open: Option<String>) -> Result<ContextsRead> {
    Ok(ContextsRead {
        contexts: Contexts::load(environment)?,
        open,
        said: None,
    })
}

/// Writes a change; answers with the contexts as they are then.
///
/// # Errors
/// A change that cannot be written, and a file that cannot be.
pub(super) async fn change(
    change: ContextChange,
    environment: &Environment,
    open: Option<String>,
) -> Result<ContextsRead> {
    let file = environment.config_file().ok_or_else(|| {
        Failure::new(
            FailureKind::System,
            "this system has no place for a configuration",
        )
        .with_hint("set FLOWDECK_CONFIG_DIR to a directory")
    })?;
    let said = match change {
        ContextChange::Use(name) => {
            use_context(&file, &name)?;
            format!("{name} is used where no context is named.")
        }
        ContextChange::Remove(name) => {
            let known = Contexts::load(environment)?;
            remove(&file, &name)?;
            let source = known.get(&name).ok().and_then(|context| context.sign_in.source());
            if let Some(SecretSource::Keyring(account)) = source {
                // The context is gone; a keyring that does not answer keeps nobody.
                let _ = forget_in_keyring(account).await;
            }
            format!("Removed context {name}.")
        }
        ContextChange::Write(context, values, secret) => {
            let filled = context_filled(context.as_deref(), &values, secret)?;
            write(context.as_deref(), filled, &file, environment).await?
        }
    };
    let read = read(environment, open)?;
    Ok(ContextsRead {
        said: Some(said),
        ..read
    })
}

/// Keeps the secret where it was typed, then writes the context; answers with what to say.
async fn write(
    context: Option<&Context>,
    filled: Filled,
    file: &Path,
    environment: &Environment,
) -> Result<String> {
    let Filled {
        name,
        mut draft,
        secret,
    } = filled;
    // A name that is taken must not cost its context the secret.
    if context.is_none() && Contexts::load(environment)?.names().any(|known| known == name) {
        let message = format!("there is a context `{name}` already");
        return Err(Failure::new(FailureKind::InvalidInput, message).with_hint("give it another name"));
    }
    let is_new_place = context.and_then(|context| context.sign_in.source()) != draft.source();
    let kept = match &secret {
        Some(secret) => Some(keep(secret, &name, &mut draft, environment).await?),
        None => None,
    };
    match context {
        Some(_) => edit(file, &name, &draft.edit())?,
        None => add(file, &name, &draft.edit())?,
    }
    Ok(match (kept, draft.source()) {
        (Some(place), _) => format!("Kept {name}, its secret in {place}; Enter opens it."),
        (None, Some(SecretSource::Keyring(_))) if is_new_place => {
            format!("Kept {name}. Its secret is missing yet: e asks for it.")
        }
        (None, _) => format!("Kept {name}; Enter opens it."),
    })
}

/// Keeps a secret in the keyring or in a file for its owner alone; a file takes the place of a keyring that is not there.
async fn keep(secret: &Secret, name: &str, draft: &mut Draft, environment: &Environment) -> Result<String> {
    let path = match draft.source() {
        Some(SecretSource::Keyring(account)) => match keep_in_keyring(account, secret).await {
            Ok(()) => return Ok("the keyring".to_owned()),
            Err(failure) => {
                tracing::info!(%failure, "a file takes the place of the keyring");
                let path = format!("secrets/{name}");
                draft.set_source(SecretSource::File(path.clone()));
                path
            }
        },
        Some(SecretSource::File(path)) => path.clone(),
        _ => {
            return Err(Failure::new(
                FailureKind::InvalidInput,
                "there is no place for the secret",
            ));
        }
    };
    let place = environment.resolve_configured(&path);
    write_file(&place, secret)?;
    Ok(format!("{}, which you alone can read", place.display()))
}
