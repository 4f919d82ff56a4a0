use flowdeck_domain::registry::{ModelVersion, Stage};
use flowdeck_domain::tracking::Goal;

use super::rule::MetricRule;
use super::signature::{Agreement, SignatureComparison};
use super::target::Target;
use crate::config::{Entry, Remark, Section};

/// What a context asks of a version before it is promoted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gates {
    /// Metrics with what must hold of them, in the order of the file.
    pub metrics: Vec<(String, MetricRule)>,
    /// Tags that the version must have; with the value, where one is asked for.
    pub required_tags: Vec<(String, Option<String>)>,
    /// How far its signature must agree with that of the version it replaces.
    pub signature: Option<Agreement>,
    /// The targets that are guarded: `Production`, `@champion`. Empty for Production and every alias.
    pub targets: Vec<String>,
}

/// What one gate says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Verdict {
    /// The gate: `rmse must not rise by more than 2 %`.
    pub gate: String,
    /// Whether the version may pass.
    pub passed: bool,
    /// Why: `0.31 → 0.34`.
    pub reason: String,
}

/// Keys of `gates` that name no metric.
const KEYS: [&str; 6] = [
    "metrics",
    "required_tags",
    "signature",
    "targets",
    "higher_is_better",
    "lower_is_better",
];

impl Gates {
    /// Reads `[contexts.NAME.gates]`: every other key names a metric, as every key of `metrics` does.
    ///
    /// # Errors
    /// The first entry that cannot be used: a gate that is passed over would let through what it should hold back.
    pub(crate) fn read(section: &Section<'_>) -> Result<Self, Remark> {
        let lower = list(section, "lower_is_better")?;
        let higher = list(section, "higher_is_better")?;
        let metric = |entry: &Entry<'_>| {
            let name = entry.name();
            let named = |list: &[String]| list.iter().any(|metric| metric == name);
            let better = match (named(&lower), named(&higher)) {
                (true, false) => Some(Goal::Min),
                (false, true) => Some(Goal::Max),
                _ => Goal::guessed(name),
            };
            let rule = MetricRule::parse(entry.text()?, better).map_err(|what| entry.refused(what))?;
            Ok((name.to_owned(), rule))
        };
        let mut metrics = Vec::new();
        for entry in section.entries().filter(|entry| !KEYS.contains(&entry.name())) {
            metrics.push(metric(&entry)?);
        }
        if let Some(table) = section.entry("metrics") {
            for entry in table.section()?.entries() {
                metrics.push(metric(&entry)?);
            }
        }
        let signature = section
            .entry("signature")
            .map(|entry| entry.one_of(&[("equal", Agreement::Equal), ("compatible", Agreement::Compatible)]));
        Ok(Self {
            metrics,
            required_tags: list(section, "required_tags")?
                .iter()
                .map(|text| tag(text))
                .collect(),
            signature: signature.transpose()?,
            targets: list(section, "targets")?,
        })
    }

    /// Whether a target is guarded.
    pub fn guard(&self, target: &Target) -> bool {
        if self.targets.is_empty() {
            return match target {
                Target::Stage { stage, .. } => *stage == Stage::Production,
                Target::Alias(_) => true,
            };
        }
        let name = target.to_string();
        self.targets
            .iter()
            .any(|guarded| guarded.eq_ignore_ascii_case(&name))
    }

    /// What each gate says of a candidate; nothing where the target is not guarded.
    ///
    /// `value_of` gives a metric of the candidate and of the version that holds the target.
    pub fn judge(
        &self,
        target: &Target,
        candidate: &ModelVersion,
        signature: &SignatureComparison,
        value_of: impl Fn(&str) -> (Option<f64>, Option<f64>),
    ) -> Vec<Verdict> {
        if !self.guard(target) {
            return Vec::new();
        }
        let mut verdicts = Vec::new();
        for (metric, rule) in &self.metrics {
            let (ours, theirs) = value_of(metric);
            let (passed, reason) = rule.judge(ours, theirs);
            let gate = format!("{metric} {rule}");
            verdicts.push(Verdict { gate, passed, reason });
        }
        for (key, wanted) in &self.required_tags {
            verdicts.push(judge_tag(candidate, key, wanted.as_deref()));
        }
        if let Some(wanted) = self.signature {
            verdicts.push(Verdict {
                gate: format!("signature {}", wanted.word()),
                passed: signature.satisfies(wanted),
                reason: signature.sentence(),
            });
        }
        verdicts
    }
}

fn judge_tag(candidate: &ModelVersion, key: &str, wanted: Option<&str>) -> Verdict {
    let tag = candidate.tags.iter().find(|tag| tag.key.as_str() == key);
    let (passed, reason) = match (tag, wanted) {
        (None, _) => (false, "the version has no such tag".to_owned()),
        (Some(tag), Some(wanted)) if tag.value != wanted => (false, format!("it is `{}`", tag.value)),
        (Some(tag), _) => (true, format!("it is `{}`", tag.value)),
    };
    let gate = match wanted {
        Some(wanted) => format!("tag {key} is `{wanted}`"),
        None => format!("tag {key} is set"),
    };
    Verdict { gate, passed, reason }
}

/// `KEY` or `KEY=VALUE`.
fn tag(text: &str) -> (String, Option<String>) {
    match text.split_once('=') {
        Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
        None => (text.to_owned(), None),
    }
}

fn list(section: &Section<'_>, key: &str) -> Result<Vec<String>, Remark> {
    let Some(entry) = section.entry(key) else {
        return Ok(Vec::new());
    };
    Ok(entry.texts()?.into_iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::contexts::Contexts;

    fn gates(toml: &str) -> Result<Gates, String> {
        let text = format!("[contexts.lab]\ntracking = 'mlruns'\n[contexts.lab.gates]\n{toml}");
        let contexts = Contexts::of(Config::parse(std::path::Path::new("config.toml"), &text).expect("TOML"))
            .expect("contexts");
        contexts
            .get("lab")
            .map(|context| context.gates.clone())
            .map_err(|failure| failure.to_string())
    }

    #[test]
    fn every_key_that_is_no_setting_names_a_metric() {
        let gates = gates(
            "rmse = 'must not worsen by 2 %'\n'val/acc' = '>= 0.9'\nindex = 'must improve'\n\
             higher_is_better = 'index'\nrequired_tags = ['reviewed', 'owner=ml']\nsignature = 'equal'\n\
             [contexts.lab.gates.metrics]\nsignature = '< 1'\n",
        )
        .expect("they can be used");
        let said: Vec<_> = gates
            .metrics
            .iter()
            .map(|(metric, rule)| format!("{metric} {rule}"))
            .collect();
        assert_eq!(
            said,
            [
                "rmse must not rise by more than 2 %",
                "val/acc >= 0.9",
                "index must rise",
                "signature < 1"
            ]
        );
        assert_eq!(
            gates.required_tags[1],
            ("owner".to_owned(), Some("ml".to_owned()))
        );
        assert!(gates.guard(&Target::alias("x")));
        assert!(!gates.guard(&Target::stage("Staging", false).expect("it is one")));
    }

    #[test]
    fn a_gate_that_cannot_be_understood_keeps_the_context_from_being_used() {
        for (toml, part) in [
            (
                "rmse = 'should be good'",
                "`contexts.lab.gates.rmse` must be like",
            ),
            ("index = 'must not worsen'", "which way is better"),
            ("rmse = 3", "must be text"),
            ("signature = 'same'", "must be one of"),
        ] {
            let said = gates(toml).expect_err(toml);
            assert!(said.contains(part) && said.contains("line 4"), "{said}");
        }
    }
}
