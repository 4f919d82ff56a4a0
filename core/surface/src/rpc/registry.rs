//! The model registry, as its pages show it.

use flowdeck_client::artifact::ArtifactPath;
use flowdeck_client::promotion::Target;
use flowdeck_client::registry::{ModelVersion, PROMPT_TAG, RegisteredModel, Stage};
use flowdeck_client::tracking::Tag;
use flowdeck_client::{
    ArtifactReference, Failure, FailureKind, ListRequest, ModelName, Result, Session, Timestamp,
    VersionReference,
};

use super::files::preview_view;
use super::{Desk, now};
use crate::clock::Clock;
use crate::contract::{
    AuditGroup, AuditRow, AuditView, CardView, Cell, FactLink, ModelRow, ModelView, ModelsRequest,
    ModelsView, OfferView, Pair, TargetRef, VersionFactView, VersionRef, VersionRow, VersionView,
    VersionsSection,
};
use crate::preview;
use crate::registry::{
    AuditLine, Lineage, ModelLine, VersionKin, VersionLine, audit_groups, compared_sections, target_offers,
    unfinished_sentence, version_facts, version_lines,
};
use crate::tone::Tone;
use crate::words::Words;

/// Registered models that are listed at most.
const MOST_MODELS: usize = 2_000;
/// Versions that are laid side by side at most.
const MOST_COMPARED: usize = 20;
/// Changes of the log that are listed at most.
const MOST_CHANGES: usize = 1_000;
/// The file that describes a model.
const CARD: &str = "MLmodel";

impl Desk {
    pub(super) async fn models(&self, request: ModelsRequest) -> Result<ModelsView> {
        let open = self.opened()?;
        let list = ListRequest {
            filter: if request.prompts {
                only_prompts(&request.filter)
            } else {
                request.filter
            },
            limit: Some(MOST_MODELS),
            ..ListRequest::default()
        };
        let mut listing = open.session.models(&list).await?;
        // A store that knows no prompts lists them with the models.
        listing.items.retain(|model| model.is_prompt() == request.prompts);
        let (clock, now, mut words) = (Clock::local(), now(), Words::new(&request.find));
        let lines = listing.items.iter().map(ModelLine::of);
        let found = lines.filter(|line| {
            let texts = [line.aliases.as_str(), &line.tags, &line.description];
            words.are_in(&line.name, texts.into_iter())
        });
        Ok(ModelsView {
            models: found.map(|line| model_row(line, &clock, now)).collect(),
            n_all: listing.items.len(),
            is_cut: listing.more,
            warnings: listing
                .warnings
                .iter()
                .map(|warning| warning.0.to_string())
                .collect(),
            unfinished: unfinished(&open.session, None),
        })
    }

    pub(super) async fn model(&self, name: &str) -> Result<ModelView> {
        let open = self.opened()?;
        let name: ModelName = name.into();
        let (model, versions) = open.session.model_with_versions(&name).await?;
        let (clock, now) = (Clock::local(), now());
        let lines = version_lines(&versions).into_iter();
        Ok(ModelView {
            facts: model_facts(&model, &clock),
            tags: tag_pairs(&model.tags),
            is_prompt: model.is_prompt(),
            description: model.description.clone().unwrap_or_default(),
            versions: lines.map(|line| version_row(line, &clock, now)).collect(),
            unfinished: unfinished(&open.session, Some(&name)),
            name: model.name.to_string(),
        })
    }

    pub(super) async fn version(&self, named: &VersionRef) -> Result<VersionView> {
        let open = self.opened()?;
        let version = open.session.version(&reference(named)).await?;
        let kin = kin(&open.session, &version).await;
        let is_prompt = version.tags.iter().any(|tag| tag.key.as_str() == PROMPT_TAG);
        let offers = if is_prompt {
            Vec::new()
        } else {
            target_offers(&version, &kin.aliases)
        };
        let facts = version_facts(&version, Some(&kin), &Clock::local());
        let shown = facts
            .into_iter()
            .filter(|fact| fact.tag.is_none() && fact.label != "Description");
        let line = version_lines(std::slice::from_ref(&version)).pop();
        Ok(VersionView {
            model: version.name.to_string(),
            version: version.version.to_string(),
            stage: line.map_or_else(nothing, |line| Cell(line.stage, line.stage_tone)),
            aliases: version.aliases.clone(),
            description: version.description.clone().unwrap_or_default(),
            facts: shown
                .map(|fact| VersionFactView {
                    link: fact.lineage.and_then(|lineage| link(&lineage, &kin)),
                    label: fact.label,
                    text: fact.text,
                    tone: fact.tone,
                })
                .collect(),
            tags: tag_pairs(&version.tags),
            offers: offers
                .into_iter()
                .map(|offer| OfferView {
                    label: offer.label,
                    detail: offer.detail,
                    target: offer.target.as_ref().map(target_ref),
                })
                .collect(),
        })
    }

    pub(super) async fn version_card(&self, named: &VersionRef) -> Result<CardView> {
        let open = self.opened()?;
        let reference = ArtifactReference::Version(reference(named));
        let (root, below) = open.session.artifact_root(&reference).await?;
        let path: ArtifactPath = below.join(CARD)?;
        let read = preview::read(&open.session, &root, &path, None).await?;
        Ok(CardView {
            preview: preview_view(read),
        })
    }

    pub(super) async fn compare_versions(&self, named: &[VersionRef]) -> Result<Vec<VersionsSection>> {
        if named.len() < 2 || named.len() > MOST_COMPARED {
            let message = format!("{} versions cannot be compared", named.len());
            let failure = Failure::new(FailureKind::InvalidInput, message);
            return Err(failure.with_hint(format!("mark between 2 and {MOST_COMPARED}")));
        }
        let references: Vec<_> = named.iter().map(reference).collect();
        let compared = self.opened()?.session.compare_versions(&references).await?;
        let sections = compared_sections(&compared, &Clock::local()).into_iter();
        let view = |section: crate::registry::ComparedSection| VersionsSection {
            title: section.title,
            titles: section.titles,
            rows: section.rows,
            remark: section.remark,
        };
        Ok(sections.map(view).collect())
    }

    pub(super) fn audit(&self, model: Option<&str>) -> Result<AuditView> {
        let open = self.opened()?;
        let (entries, warnings) = open.session.audit_log()?.entries()?;
        let clock = Clock::local();
        let is_meant = |entry: &&flowdeck_client::promotion::AuditEntry| {
            let is_of_model = model.is_none_or(|name| entry.model.as_str() == name);
            is_of_model && open.session.is_of_this_registry(entry)
        };
        let newest = entries.iter().rev().filter(is_meant).take(MOST_CHANGES);
        Ok(AuditView {
            changes: newest.map(|entry| audit_row(entry, &clock)).collect(),
            warnings: warnings.iter().map(|warning| warning.0.to_string()).collect(),
        })
    }
}

/// The version that is named.
pub(super) fn reference(named: &VersionRef) -> VersionReference {
    VersionReference::Number(named.model.as_str().into(), named.version.as_str().into())
}

fn target_ref(target: &Target) -> TargetRef {
    match target {
        Target::Stage {
            stage,
            archive_existing,
        } => TargetRef::Stage {
            stage: stage.word().to_owned(),
            archive_existing: *archive_existing,
        },
        Target::Alias(alias) => TargetRef::Alias { alias: alias.clone() },
    }
}

/// The target that is named.
pub(super) fn target(named: &TargetRef) -> Result<Target> {
    match named {
        TargetRef::Stage {
            stage,
            archive_existing,
        } => Ok(Target::Stage {
            stage: known_stage(stage)?,
            archive_existing: *archive_existing,
        }),
        TargetRef::Alias { alias } => Ok(Target::alias(alias.trim())),
    }
}

fn known_stage(word: &str) -> Result<Stage> {
    match Target::stage(word, false)? {
        Target::Stage { stage, .. } => Ok(stage),
        Target::Alias(_) => Ok(Stage::None),
    }
}

/// The filter that finds prompts alone.
fn only_prompts(filter: &str) -> String {
    let prompts = format!("tags.`{PROMPT_TAG}` = 'true'");
    match filter.trim() {
        "" => prompts,
        filter => format!("{filter} AND {prompts}"),
    }
}

/// That an earlier change broke off half-way; a log that cannot be read is told where the log is shown.
fn unfinished(session: &Session, name: Option<&ModelName>) -> Option<String> {
    let mut entries = session.unfinished_changes().ok()?;
    entries.retain(|entry| name.is_none_or(|name| entry.model == *name));
    unfinished_sentence(&entries)
}

/// The run and the experiment of a version; what is not in this store is left out.
async fn kin(session: &Session, version: &ModelVersion) -> VersionKin {
    let mut kin = VersionKin::default();
    if let Ok(model) = session.model(&version.name).await {
        kin.aliases = model.aliases;
    }
    let Some(id) = &version.run_id else { return kin };
    if let Ok(run) = session.run(id).await {
        kin.experiment = session.experiment(run.info.experiment_id.as_str()).await.ok();
        kin.run = Some(run);
    }
    kin
}

fn link(lineage: &Lineage, kin: &VersionKin) -> Option<FactLink> {
    match lineage {
        Lineage::Run(id) => Some(FactLink::Run(id.to_string())),
        Lineage::Experiment => {
            let experiment = kin.experiment.as_ref()?;
            Some(FactLink::Experiment(experiment.id.to_string()))
        }
        Lineage::LoggedModel(_) => None,
    }
}

fn nothing() -> Cell {
    Cell(String::new(), Tone::Plain)
}

fn compact(at: Option<Timestamp>, clock: &Clock, now: Timestamp) -> String {
    at.map(|at| clock.compact(at, now)).unwrap_or_default()
}

fn model_row(line: ModelLine, clock: &Clock, now: Timestamp) -> ModelRow {
    ModelRow {
        changed: compact(line.changed, clock, now),
        name: line.name,
        latest: line.latest,
        production: line.production,
        staging: line.staging,
        aliases: line.aliases,
        tags: line.tags,
        description: line.description,
    }
}

fn version_row(line: VersionLine, clock: &Clock, now: Timestamp) -> VersionRow {
    VersionRow {
        version: line.version,
        stage: Cell(line.stage, line.stage_tone),
        aliases: line.aliases,
        status: line.status.into(),
        created: compact(line.created, clock, now),
        by: line.by,
        tags: line.tags,
        description: line.description,
    }
}

fn model_facts(model: &RegisteredModel, clock: &Clock) -> Vec<Pair> {
    let moments = [
        ("Created", model.creation_timestamp),
        ("Changed", model.last_updated_timestamp),
    ];
    let told = moments
        .into_iter()
        .filter_map(|(key, at)| Some((key, clock.date_time(at?))));
    told.map(|(key, value)| pair(key, &value, Tone::Plain)).collect()
}

fn tag_pairs(tags: &[Tag]) -> Vec<Pair> {
    let tone = |key: &str| {
        if key.starts_with("mlflow.") {
            Tone::Muted
        } else {
            Tone::Plain
        }
    };
    tags.iter()
        .map(|tag| pair(tag.key.as_str(), &tag.value, tone(tag.key.as_str())))
        .collect()
}

fn pair(key: &str, value: &str, tone: Tone) -> Pair {
    Pair {
        key: key.to_owned(),
        value: value.to_owned(),
        tone,
    }
}

fn audit_row(entry: &flowdeck_client::promotion::AuditEntry, clock: &Clock) -> AuditRow {
    let line = AuditLine::of(entry);
    let groups = audit_groups(entry, clock)
        .into_iter()
        .map(|(title, told)| AuditGroup {
            title: title.to_owned(),
            pairs: told
                .iter()
                .map(|(key, value)| pair(key, value, Tone::Plain))
                .collect(),
        });
    AuditRow {
        id: entry.id.clone(),
        time: clock.date_time(line.time),
        user: line.user,
        action: line.action,
        model: entry.model.to_string(),
        subject: line.subject,
        what: line.what,
        state: Cell(line.state.to_owned(), line.tone),
        groups: groups.collect(),
    }
}
