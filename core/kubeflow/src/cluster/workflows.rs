use flowdeck_domain::Result;
use flowdeck_domain::pipelines::Workflow;

use super::kind::Kind;
use crate::argo::WorkflowWire;

impl Kind for Workflow {
    type Wire = WorkflowWire;
    const GROUP: &'static str = "argoproj.io";
    const VERSIONS: &'static [&'static str] = &["v1alpha1"];
    const PLURAL: &'static str = "workflows";
    const WORDS: &'static str = "workflows";
    const PROJECT: &'static str = "Argo Workflows";

    fn read(wire: Self::Wire) -> Result<Self> {
        wire.into_workflow()
    }
}
