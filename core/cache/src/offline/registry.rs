use async_trait::async_trait;
use flowdeck_domain::port::{Query, RegistryReader, View};
use flowdeck_domain::registry::{ModelVersion, RegisteredModel};
use flowdeck_domain::{ModelName, Page, Result, VersionNumber};

use super::Offline;
use super::search::under;
use crate::record::Kind;
use crate::store::{Kept, Reading};

/// The model whose versions a filter asks for and nothing else: `name = 'detector'`.
pub fn model_named(filter: &str) -> Option<&str> {
    let quoted = filter.strip_prefix("name = ")?;
    let quote = quoted
        .chars()
        .next()
        .filter(|letter| matches!(letter, '\'' | '"'))?;
    let name = quoted.strip_prefix(quote)?.strip_suffix(quote)?;
    (!name.contains(['\'', '"', '\\'])).then_some(name)
}

/// A version with its aliases: servers leave them out of lists, so that its model is asked where it has none.
fn with_aliases(mut kept: Kept<ModelVersion>, reading: &Reading<'_>) -> rusqlite::Result<Kept<ModelVersion>> {
    let version = &mut kept.thing;
    if version.aliases.is_empty()
        && let Some(model) = reading.thing::<RegisteredModel>(version.name.as_str())?
    {
        let aliases = model.thing.aliases.into_iter();
        let own = aliases.filter(|alias| alias.version == version.version);
        version.aliases = own.map(|alias| alias.alias).collect();
        if !version.aliases.is_empty() {
            kept.read_at = kept.read_at.min(model.read_at);
        }
    }
    Ok(kept)
}

#[async_trait]
impl RegistryReader for Offline {
    async fn search_models(&self, query: &Query) -> Result<Page<RegisteredModel>> {
        self.search(query, under(&[""], View::Active, Kind::Model)).await
    }

    async fn model(&self, name: &ModelName) -> Result<RegisteredModel> {
        self.by_id(|| format!("registered model {name}"), name.as_str())
            .await
    }

    async fn search_versions(&self, query: &Query) -> Result<Page<ModelVersion>> {
        if let Some(name) = model_named(&query.filter) {
            return self
                .search(query, under(&[name], View::Active, Kind::Version))
                .await;
        }
        // Versions are searched over all models: those are looked into of which any was kept.
        let parents = self
            .cache
            .read(|reading| {
                let versions: Vec<Kept<ModelVersion>> = reading.all_things()?;
                let names = versions.into_iter().map(|kept| kept.thing.name.to_string());
                let mut names: Vec<_> = names.collect();
                names.sort();
                names.dedup();
                Ok(names)
            })
            .await?;
        let parents = if parents.is_empty() {
            vec![String::new()]
        } else {
            parents
        };
        self.search(query, under(&parents, View::Active, Kind::Version))
            .await
    }

    async fn version(&self, name: &ModelName, version: &VersionNumber) -> Result<ModelVersion> {
        let what = || format!("version {version} of {name}");
        let id = format!("{name}\n{version}");
        self.one(what, move |reading| {
            let found = reading.thing(&id)?;
            reading.note(move |writing| writing.touch(Kind::Version, &id, false));
            found.map(|kept| with_aliases(kept, reading)).transpose()
        })
        .await
    }

    async fn version_by_alias(&self, name: &ModelName, alias: &str) -> Result<ModelVersion> {
        let (model, wanted) = (name.clone(), alias.to_owned());
        let what = || format!("version @{alias} of {name}");
        self.one(what, move |reading| {
            let kept: Option<Kept<RegisteredModel>> = reading.thing(model.as_str())?;
            let versions: Vec<Kept<ModelVersion>> = reading.things(&[model.as_str()], View::All)?;
            // What was read last knows best where the alias points.
            let of_model = kept.and_then(|kept| {
                let alias = kept.thing.aliases.iter().find(|alias| alias.alias == wanted)?;
                Some((kept.read_at, alias.version.clone()))
            });
            let of_version = versions
                .iter()
                .filter(|kept| kept.thing.aliases.contains(&wanted))
                .map(|kept| (kept.read_at, kept.thing.version.clone()));
            let number = of_version.chain(of_model).max_by_key(|(read_at, _)| *read_at);
            let found = number.and_then(|(_, number)| {
                let mut versions = versions.into_iter();
                versions.find(|kept| kept.thing.version == number)
            });
            found.map(|kept| with_aliases(kept, reading)).transpose()
        })
        .await
    }
}
