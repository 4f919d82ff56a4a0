//! What the screens of the registry ask, carried to the use cases.

use flowdeck_surface::client::artifact::ArtifactPath;
use flowdeck_surface::client::promotion::Progress;
use flowdeck_surface::client::registry::{ModelVersion, PROMPT_TAG};
use flowdeck_surface::client::{
    ArtifactReference, ListRequest, ModelName, Result, Session, VersionReference,
};
use flowdeck_surface::preview::Preview;
use flowdeck_surface::registry::VersionKin;

use super::worker::Teller;
use crate::app::message::Answer;
use crate::app::registry::{Asked, Told};

/// Registered models that are listed at most.
const MOST: usize = 2_000;

/// The file that describes a model.
const CARD: &str = "MLmodel";

/// Asks a store and tells what it answers.
///
/// # Errors
/// What the store met.
pub(crate) async fn tell(asked: Asked, session: &Session, teller: &Teller) -> Result<Told> {
    Ok(match asked {
        Asked::Models { filter, prompts } => {
            let request = ListRequest {
                filter: if prompts { only_prompts(&filter) } else { filter },
                limit: Some(MOST),
                ..ListRequest::default()
            };
            let mut listing = session.models(&request).await?;
            // A store that knows no prompts lists them with the models.
            listing.items.retain(|model| model.is_prompt() == prompts);
            Told::Models(listing)
        }
        Asked::Model(name) => {
            let (model, versions) = session.model_with_versions(&name).await?;
            Told::Model(Box::new(model), versions)
        }
        Asked::Version(name, version) => {
            let reference = VersionReference::Number(name, version);
            Told::Version(Box::new(session.version(&reference).await?))
        }
        Asked::Kin(version) => Told::Kin(Box::new(kin(session, &version).await)),
        Asked::Card(name, version) => Told::Card(Box::new(
            card(session, VersionReference::Number(name, version)).await?,
        )),
        Asked::Compare(references) => Told::Compared(Box::new(session.compare_versions(&references).await?)),
        Asked::Promotion(reference, target) => {
            Told::Promotion(Box::new(session.preview_promotion(&reference, &target).await?))
        }
        Asked::Apply(change) => {
            session.apply_change_telling(&change, &telling(teller)).await?;
            Told::Applied
        }
        Asked::Audit(name) => audit(session, name.as_ref())?,
        Asked::Undo(which) => Told::Undo(Box::new(session.preview_undo(&which).await?)),
        Asked::TakeBack(undo) => {
            session.take_back(&undo, &telling(teller)).await?;
            Told::Applied
        }
        Asked::AliasRemoval(name, alias) => {
            Told::AliasRemoval(Box::new(session.alias_removal(&name, &alias).await?))
        }
        Asked::Edit(edit) => Told::Edited(session.edit_registry(&edit).await?.map(Box::new)),
        Asked::Unfinished => Told::Unfinished(session.unfinished_changes()?),
    })
}

/// Tells how far a change has come.
fn telling(teller: &Teller) -> impl Fn(Progress) + Send + Sync + use<> {
    let teller = teller.clone();
    move |progress| teller.tell_soon(Answer::Registry(Told::Applying(progress)))
}

/// The filter that finds prompts alone.
fn only_prompts(filter: &str) -> String {
    let prompts = format!("tags.`{PROMPT_TAG}` = 'true'");
    if filter.trim().is_empty() {
        prompts
    } else {
        format!("{filter} AND {prompts}")
    }
}

/// The run and the experiment of a version; what is not in this store is left out.
async fn kin(session: &Session, version: &ModelVersion) -> VersionKin {
    let mut kin = VersionKin::default();
    if let Ok(model) = session.model(&version.name).await {
        kin.aliases = model.aliases;
    }
    let Some(id) = &version.run_id else {
        return kin;
    };
    if let Ok(run) = session.run(id).await {
        kin.experiment = session.experiment(run.info.experiment_id.as_str()).await.ok();
        kin.run = Some(run);
    }
    kin
}

async fn card(session: &Session, reference: VersionReference) -> Result<Preview> {
    let (root, below) = session
        .artifact_root(&ArtifactReference::Version(reference))
        .await?;
    let path: ArtifactPath = below.join(CARD)?;
    flowdeck_surface::preview::read(session, &root, &path, None).await
}

fn audit(session: &Session, name: Option<&ModelName>) -> Result<Told> {
    let (mut entries, warnings) = session.audit_log()?.entries()?;
    entries
        .retain(|entry| session.is_of_this_registry(entry) && name.is_none_or(|name| entry.model == *name));
    entries.reverse();
    Ok(Told::Audit(entries, warnings))
}
