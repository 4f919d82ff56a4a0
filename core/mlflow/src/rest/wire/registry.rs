use flowdeck_domain::registry::{ModelAlias, ModelVersion, RegisteredModel, Stage};
use flowdeck_domain::{ModelId, ModelName, RunId, VersionNumber};
use serde::Deserialize;

use super::experiment::time;
use super::page::PairWire;
use super::{Decoding, Int, Missing, Text, Wire};

/// `RegisteredModel`.
#[derive(Deserialize)]
pub(in crate::rest) struct RegisteredModelWire<'a> {
    #[serde(borrow)]
    name: Option<Text<'a>>,
    creation_timestamp: Option<Int>,
    last_updated_timestamp: Option<Int>,
    #[serde(borrow)]
    description: Option<Text<'a>>,
    #[serde(borrow)]
    latest_versions: Option<Vec<ModelVersionWire<'a>>>,
    #[serde(borrow)]
    tags: Option<Vec<PairWire<'a>>>,
    #[serde(borrow)]
    aliases: Option<Vec<AliasWire<'a>>>,
}

#[derive(Deserialize)]
struct AliasWire<'a> {
    #[serde(borrow, default)]
    alias: Text<'a>,
    #[serde(borrow, default)]
    version: Text<'a>,
}

/// `ModelVersion`.
#[derive(Deserialize)]
pub(in crate::rest) struct ModelVersionWire<'a> {
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    version: Option<Text<'a>>,
    creation_timestamp: Option<Int>,
    last_updated_timestamp: Option<Int>,
    #[serde(borrow)]
    current_stage: Option<Text<'a>>,
    #[serde(borrow)]
    description: Option<Text<'a>>,
    #[serde(borrow)]
    source: Option<Text<'a>>,
    #[serde(borrow)]
    run_id: Option<Text<'a>>,
    #[serde(borrow)]
    run_link: Option<Text<'a>>,
    #[serde(borrow)]
    model_id: Option<Text<'a>>,
    #[serde(borrow)]
    status: Option<Text<'a>>,
    #[serde(borrow)]
    status_message: Option<Text<'a>>,
    #[serde(borrow)]
    user_id: Option<Text<'a>>,
    #[serde(borrow)]
    tags: Option<Vec<PairWire<'a>>>,
    #[serde(borrow)]
    aliases: Option<Vec<Text<'a>>>,
    #[serde(borrow)]
    storage_location: Option<Text<'a>>,
}

impl<'de> Wire<'de> for RegisteredModelWire<'de> {
    type Item = RegisteredModel;

    fn convert(self, cx: &mut Decoding) -> Result<RegisteredModel, Missing> {
        let name = self.name.ok_or(Missing("name"))?;
        Ok(RegisteredModel {
            name: ModelName::from(cx.shared(&name.0)),
            creation_timestamp: time(self.creation_timestamp),
            last_updated_timestamp: time(self.last_updated_timestamp),
            description: told(self.description),
            latest_versions: self
                .latest_versions
                .unwrap_or_default()
                .into_iter()
                .map(|wire| wire.convert(cx))
                .collect::<Result<_, _>>()?,
            tags: cx.tags(self.tags),
            aliases: self
                .aliases
                .unwrap_or_default()
                .into_iter()
                .map(|wire| ModelAlias {
                    alias: wire.alias.into_string(),
                    version: VersionNumber::from(&*wire.version.0),
                })
                .collect(),
        })
    }
}

impl<'de> Wire<'de> for ModelVersionWire<'de> {
    type Item = ModelVersion;

    fn convert(self, cx: &mut Decoding) -> Result<ModelVersion, Missing> {
        let name = self.name.ok_or(Missing("name"))?;
        let version = self.version.ok_or(Missing("version"))?;
        Ok(ModelVersion {
            name: ModelName::from(cx.shared(&name.0)),
            version: VersionNumber::from(&*version.0),
            creation_timestamp: time(self.creation_timestamp),
            last_updated_timestamp: time(self.last_updated_timestamp),
            current_stage: self
                .current_stage
                .map_or(Stage::None, |stage| Stage::from_word(&stage.0)),
            description: told(self.description),
            source: told(self.source),
            run_id: told(self.run_id).map(RunId::from),
            run_link: told(self.run_link),
            model_id: told(self.model_id).map(ModelId::from),
            status: self.status.unwrap_or_default().into_string(),
            status_message: told(self.status_message),
            user_id: told(self.user_id),
            tags: cx.tags(self.tags),
            aliases: self
                .aliases
                .unwrap_or_default()
                .into_iter()
                .map(Text::into_string)
                .collect(),
            storage_location: told(self.storage_location),
        })
    }
}

/// Text where there is some: a protocol buffer prints what is unset as nothing or as empty text.
pub(super) fn told(text: Option<Text<'_>>) -> Option<String> {
    text.filter(|text| !text.0.is_empty()).map(Text::into_string)
}
