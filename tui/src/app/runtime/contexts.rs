//! Reads and writes the contexts of the configuration.

use flowdeck_surface::client::context::{add, edit, remove, use_context};
use flowdeck_surface::client::secrets::{SecretSource, forget_in_keyring};
use flowdeck_surface::client::{Contexts, Environment, Failure, FailureKind, Result};
use flowdeck_surface::context_list::context_draft;

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
        ContextChange::Write(context, values) => {
            let (name, draft) = context_draft(context.as_deref(), &values)?;
            match &context {
                Some(_) => edit(&file, &name, &draft.edit())?,
                None => add(&file, &name, &draft.edit())?,
            }
            let is_new_place =
                context.as_ref().and_then(|context| context.sign_in.source()) != draft.source();
            match draft.source() {
                Some(SecretSource::Keyring(_)) if is_new_place => {
                    format!(
                        "Kept {name}. `flowdeck context edit {name} --secret` puts its secret into the keyring."
                    )
                }
                _ => format!("Kept {name}; Enter opens it."),
            }
        }
    };
    let read = read(environment, open)?;
    Ok(ContextsRead {
        said: Some(said),
        ..read
    })
}
