use std::collections::BTreeSet;

use flowdeck_domain::registry::{ModelVersion, RegisteredModel, Stage};
use flowdeck_domain::tracking::Goal;
use flowdeck_domain::{Failure, FailureKind, ModelName, Result, VersionNumber};

use super::change::{Change, ChangeKind, Seen};
use super::gates::Verdict;
use super::plan::{Step, plan};
use super::side::Side;
use super::signature::SignatureComparison;
use super::target::Target;
use crate::session::Session;
use crate::version_reference::VersionReference;

/// Who holds a target now, who shall, and what that changes.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The model.
    pub model: ModelName,
    /// What the candidate is promoted to.
    pub target: Target,
    /// The version that shall have it.
    pub candidate: Side,
    /// The version that has it; the newest of several.
    pub holder: Option<Side>,
    /// Metrics of both, by key.
    pub metrics: Vec<MetricPair>,
    /// Params of both, by key.
    pub params: Vec<ParamPair>,
    /// How the signatures agree.
    pub signature: SignatureComparison,
    /// What the gates of the context say.
    pub gates: Vec<Verdict>,
    /// What will be done; empty where the candidate has the target already.
    pub steps: Vec<Step>,
    /// An active stage that nobody will hold afterwards.
    pub empties: Option<Stage>,
    seen: Seen,
}

/// A metric of both versions.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricPair {
    /// Its key.
    pub key: String,
    /// The value of the version that holds the target.
    pub holder: Option<f64>,
    /// The value of the candidate.
    pub candidate: Option<f64>,
    /// Which way is better, where its name tells.
    pub better: Option<Goal>,
}

/// A param of both versions.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ParamPair {
    /// Its key.
    pub key: String,
    /// The value of the version that holds the target.
    pub holder: Option<String>,
    /// The value of the candidate.
    pub candidate: Option<String>,
}

impl MetricPair {
    /// The candidate's value less the holder's.
    pub fn delta(&self) -> Option<f64> {
        Some(self.candidate? - self.holder?)
    }

    /// Whether the candidate is better; none where that cannot be told.
    pub fn is_better(&self) -> Option<bool> {
        let gain = self.better?.gain(self.holder?, self.candidate?);
        (gain != 0.0 && !gain.is_nan()).then_some(gain > 0.0)
    }
}

impl Preview {
    /// Whether every gate lets the candidate pass.
    pub fn passes(&self) -> bool {
        self.gates.iter().all(|verdict| verdict.passed)
    }

    /// The change, to be applied.
    ///
    /// # Errors
    /// A gate that does not let the candidate pass.
    pub fn change(&self) -> Result<Change> {
        let failed: Vec<_> = self
            .gates
            .iter()
            .filter(|verdict| !verdict.passed)
            .map(|verdict| format!("{} ({})", verdict.gate, verdict.reason))
            .collect();
        if !failed.is_empty() {
            let message = format!(
                "version {} of {} does not pass: {}",
                self.candidate.version.version,
                self.model,
                failed.join("; ")
            );
            return Err(Failure::new(FailureKind::Refused, message)
                .with_hint("the gates stand in the context's `gates` in config.toml"));
        }
        Ok(Change {
            kind: ChangeKind::Promote,
            model: self.model.clone(),
            target: self.target.to_string(),
            candidate: Some(self.candidate.version.version.clone()),
            steps: self.steps.clone(),
            gates: self.gates.clone(),
            undoes: None,
            seen: self.seen.clone(),
        })
    }
}

impl Session {
    /// Looks at a promotion without changing anything.
    ///
    /// # Errors
    /// A model or version that is not there, and a prompt, which has no stages.
    pub async fn preview_promotion(&self, candidate: &VersionReference, target: &Target) -> Result<Preview> {
        let candidate = self.version(candidate).await?;
        let name = candidate.name.clone();
        let model = self.registered_model(&name).await?;
        let (stage, aliases) = match target {
            Target::Stage { stage, .. } => (Some(stage.clone()), Vec::new()),
            Target::Alias(alias) => (None, vec![alias.clone()]),
        };
        let mut all = Vec::new();
        if stage.is_some() {
            all = self.versions_of(&name).await?;
        }
        let holds_alias = aliases.first().and_then(|alias| alias_of(&model, alias));
        let steps = plan(target, &candidate, &all, holds_alias);
        let holder = match (&stage, holds_alias) {
            (Some(stage), _) => newest_of(&all, stage).filter(|_| stage.is_active()).cloned(),
            (None, Some(version)) => Some(self.registry.version(&name, version).await?),
            (None, None) => None,
        };
        let holder = holder.filter(|holder| holder.version != candidate.version);
        let empties = emptied(&all, &steps);
        let numbers: Vec<_> = [Some(&candidate), holder.as_ref()]
            .into_iter()
            .flatten()
            .map(|version| version.version.clone())
            .collect();
        let seen = self.look(&name, stage.as_ref(), &numbers, &aliases).await?;
        let (candidate, holder) = futures::join!(self.side(candidate), async {
            match holder {
                Some(holder) => Some(self.side(holder).await),
                None => None,
            }
        });
        let signature = SignatureComparison::of(
            candidate.signature.as_ref(),
            holder.as_ref().map(|holder| holder.signature.as_ref()),
        );
        let value_of = |metric: &str| {
            let holds = holder.as_ref().and_then(|side| side.metrics.get(metric));
            (candidate.metrics.get(metric).copied(), holds.copied())
        };
        let gates = self.gates.judge(target, &candidate.version, &signature, value_of);
        Ok(Preview {
            model: name,
            target: target.clone(),
            metrics: metric_pairs(&candidate, holder.as_ref()),
            params: param_pairs(&candidate, holder.as_ref()),
            candidate,
            holder,
            signature,
            gates,
            steps,
            empties,
            seen,
        })
    }

    /// Removes an alias, as a change that can be taken back.
    ///
    /// # Errors
    /// A model that is not there, and an alias that points at nothing.
    pub async fn alias_removal(&self, name: &ModelName, alias: &str) -> Result<Change> {
        let model = self.registered_model(name).await?;
        let alias = alias.trim_start_matches('@').to_owned();
        let Some(version) = alias_of(&model, &alias) else {
            let message = format!("registered model `{name}` has no alias `{alias}`");
            return Err(Failure::new(FailureKind::NotFound, message)
                .with_hint(format!("see its aliases with `flowdeck models get {name}`")));
        };
        let step = Step::Alias {
            alias: alias.clone(),
            from: Some(version.clone()),
            to: None,
        };
        Ok(Change {
            kind: ChangeKind::RemoveAlias,
            model: name.clone(),
            target: format!("@{alias}"),
            candidate: None,
            steps: vec![step],
            gates: Vec::new(),
            undoes: None,
            seen: self.look(name, None, &[], &[alias]).await?,
        })
    }

    /// A registered model that is no prompt.
    ///
    /// # Errors
    /// One that is not there, and a prompt of MLflow 3.
    pub async fn registered_model(&self, name: &ModelName) -> Result<RegisteredModel> {
        let model = self.model(name).await?;
        if model.is_prompt() {
            let message = format!("`{name}` is a prompt and no registered model");
            return Err(Failure::new(FailureKind::NotFound, message).with_hint("see `flowdeck prompts get`"));
        }
        Ok(model)
    }

    /// What of the registry a change of these things stands on.
    pub(super) async fn look(
        &self,
        name: &ModelName,
        stage: Option<&Stage>,
        versions: &[VersionNumber],
        aliases: &[String],
    ) -> Result<Seen> {
        let mut found = match stage {
            Some(stage) => {
                let mut all = self.versions_of(name).await?;
                all.retain(|version| version.current_stage == *stage || versions.contains(&version.version));
                all
            }
            None => {
                let mut found = Vec::new();
                for version in versions.iter().collect::<BTreeSet<_>>() {
                    found.push(self.registry.version(name, version).await?);
                }
                found
            }
        };
        found.sort_by_key(|version| number_of(&version.version));
        let mut pointing = Vec::new();
        if !aliases.is_empty() {
            let model = self.model(name).await?;
            for alias in aliases {
                pointing.push((alias.clone(), alias_of(&model, alias).cloned()));
            }
        }
        Ok(Seen {
            stage: stage.cloned(),
            versions: found,
            aliases: pointing,
        })
    }
}

fn alias_of<'a>(model: &'a RegisteredModel, alias: &str) -> Option<&'a VersionNumber> {
    let found = model.aliases.iter().find(|known| known.alias == alias)?;
    Some(&found.version)
}

fn newest_of<'a>(all: &'a [ModelVersion], stage: &Stage) -> Option<&'a ModelVersion> {
    all.iter()
        .filter(|version| version.current_stage == *stage)
        .max_by_key(|version| number_of(&version.version))
}

fn number_of(version: &VersionNumber) -> u64 {
    version.as_str().parse().unwrap_or(0)
}

/// The active stage that the steps leave and nobody holds afterwards.
fn emptied(all: &[ModelVersion], steps: &[Step]) -> Option<Stage> {
    let after = |version: &ModelVersion| {
        steps
            .iter()
            .find_map(|step| match step {
                Step::Stage {
                    version: moved, to, ..
                } if *moved == version.version => Some(to.clone()),
                _ => None,
            })
            .unwrap_or_else(|| version.current_stage.clone())
    };
    [Stage::Production, Stage::Staging].into_iter().find(|stage| {
        all.iter().any(|version| version.current_stage == *stage)
            && !all.iter().any(|version| after(version) == *stage)
    })
}

fn metric_pairs(candidate: &Side, holder: Option<&Side>) -> Vec<MetricPair> {
    let theirs = holder.map(|side| &side.metrics);
    let keys: BTreeSet<&String> = candidate
        .metrics
        .keys()
        .chain(theirs.into_iter().flatten().map(|it| it.0))
        .collect();
    keys.into_iter()
        .map(|key| MetricPair {
            key: key.clone(),
            holder: theirs.and_then(|metrics| metrics.get(key)).copied(),
            candidate: candidate.metrics.get(key).copied(),
            better: Goal::guessed(key),
        })
        .collect()
}

fn param_pairs(candidate: &Side, holder: Option<&Side>) -> Vec<ParamPair> {
    let theirs = holder.map(|side| &side.params);
    let keys: BTreeSet<&String> = candidate
        .params
        .keys()
        .chain(theirs.into_iter().flatten().map(|it| it.0))
        .collect();
    keys.into_iter()
        .map(|key| ParamPair {
            key: key.clone(),
            holder: theirs.and_then(|params| params.get(key)).cloned(),
            candidate: candidate.params.get(key).cloned(),
        })
        .collect()
}
