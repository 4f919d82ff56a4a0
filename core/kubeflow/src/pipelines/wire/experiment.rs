use flowdeck_domain::pipelines::{PipelineExperiment, Storage};
use flowdeck_domain::{Namespace, PipelineExperimentId};
use serde::Deserialize;

use super::{Listed, set, time};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ExperimentWire {
    experiment_id: Option<String>,
    display_name: Option<String>,
    description: Option<String>,
    created_at: Option<String>,
    last_run_created_at: Option<String>,
    storage_state: Option<String>,
    namespace: Option<String>,
}

impl Listed for ExperimentWire {
    type Item = PipelineExperiment;

    const KEYS: &'static [&'static str] = &["experiments"];
    const PLURAL: &'static str = "experiments";

    fn item(self) -> PipelineExperiment {
        PipelineExperiment {
            id: PipelineExperimentId::from(self.experiment_id.unwrap_or_default()),
            display_name: self.display_name.unwrap_or_default(),
            description: self.description.unwrap_or_default(),
            created_at: time(self.created_at),
            last_run_created_at: time(self.last_run_created_at),
            storage: Storage::from_word(&self.storage_state.unwrap_or_default()),
            namespace: set(self.namespace).map(Namespace::from),
        }
    }
}
