//! Where `:pipelines` and its like lead.

use super::command::go_home;
use super::open;
use crate::app::effect::Effect;
use crate::app::screens::Screen;
use crate::app::screens::pipeline_experiments::PipelineExperiments;
use crate::app::screens::pipeline_run::PipelineRunPage;
use crate::app::screens::pipeline_runs::PipelineRuns;
use crate::app::screens::pipelines::Pipelines;
use crate::app::screens::schedules::Schedules;
use crate::app::state::State;

/// To the pipelines.
pub(super) fn pipelines(state: &mut State) -> Vec<Effect> {
    go_to(state, vec![Box::new(Pipelines::default())])
}

/// To the pipeline runs.
pub(super) fn runs(state: &mut State) -> Vec<Effect> {
    go_to(state, vec![Box::new(PipelineRuns::default())])
}

/// To one pipeline run, from which one goes back to all of them.
pub(super) fn run(state: &mut State, word: &str) -> Vec<Effect> {
    let page = PipelineRunPage::by_word(word);
    go_to(state, vec![Box::new(PipelineRuns::default()), Box::new(page)])
}

/// To the experiments of pipelines.
pub(super) fn experiments(state: &mut State) -> Vec<Effect> {
    go_to(state, vec![Box::new(PipelineExperiments::default())])
}

/// To the schedules.
pub(super) fn schedules(state: &mut State) -> Vec<Effect> {
    go_to(state, vec![Box::new(Schedules::default())])
}

/// A server of pipelines may be there where no store of runs is.
fn go_to(state: &mut State, screens: Vec<Box<dyn Screen>>) -> Vec<Effect> {
    let mut effects = if state.origin.is_some() {
        go_home(state)
    } else {
        super::back_to(state, 0)
    };
    for screen in screens {
        effects.extend(open(state, screen));
    }
    effects
}
