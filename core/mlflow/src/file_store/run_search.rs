//! Searching runs: judged by as little of each as the filter needs, then the page's runs read as far as asked.

use std::ops::Range;

use flowdeck_domain::port::{Keys, RunFields, RunQuery, View};
use flowdeck_domain::search::{Dialect, Search};
use flowdeck_domain::tracking::{Lifecycle, Run};
use flowdeck_domain::{Page, Result, Warning};
use rayon::prelude::*;

use super::experiments;
use super::folders::Interner;
use super::fs::Dir;
use super::index::Index;
use super::layout::{META, Root};
use super::meta_file::NoMeta;
use super::record::RunRecord;
use super::run_scope::Scope;
use super::runs::{Reading, begin, fill};
use crate::local::window;

/// Runs read one after the other by one thread, with one set of interned keys.
const CHUNK: usize = 64;

/// A run that matched, and which scope it came from.
struct Candidate {
    scope: usize,
    reading: Reading,
}

/// Runs that match, one page.
pub(super) fn search(root: &Root, index: &Index, query: &RunQuery) -> Result<Page<Run>> {
    let search = Search::<Run>::parse(&query.query.filter, &query.query.order_by, Dialect::File)?;
    let judged_by = search.fields();
    let matches = |run: &Run| Ok(in_view(run, query.query.view) && search.matches(run)?);
    let directory = root.open()?;
    let with_inputs = judged_by.inputs || query.fields.inputs;
    let mut pass = Pass {
        root,
        index,
        scopes: Scope::of_all(root, &directory, &query.experiments, index, with_inputs),
        directory,
        warnings: Vec::new(),
        now_ns: root.now_ns(),
    };
    let mut found = Vec::new();
    for scope in 0..pass.scopes.len() {
        found.extend(pass.judge(scope, &judged_by, &matches)?);
    }
    if let Some(first) = found.first_mut() {
        // An order may turn out to be wrong only when it has something to sort.
        search.sort(std::slice::from_mut(&mut first.reading.run))?;
    }
    found.par_sort_by(|one, other| search.compare(&one.reading.run, &other.reading.run));
    let (skip, next) = window(found.len(), &query.query)?;
    let shown = skip.min(found.len())..found.len().min(skip.saturating_add(query.query.max_results));
    pass.finish(&mut found[shown.clone()], &judged_by, &query.fields);
    let items = pass.collect(found, shown);
    Ok(Page {
        items,
        next,
        warnings: pass.close(),
    })
}

fn in_view(run: &Run, view: View) -> bool {
    match view {
        View::All => true,
        View::Active => run.info.lifecycle == Lifecycle::Active,
        View::Deleted => run.info.lifecycle == Lifecycle::Deleted,
    }
}

/// One search going on.
struct Pass<'a> {
    root: &'a Root,
    index: &'a Index,
    directory: Dir,
    scopes: Vec<Scope>,
    warnings: Vec<Warning>,
    now_ns: i64,
}

/// What one chunk of runs gave.
#[derive(Default)]
struct Judged {
    matching: Vec<Candidate>,
    /// What was read anew of runs that do not match.
    others: Vec<(String, RunRecord)>,
    warnings: Vec<Warning>,
}

impl Pass<'_> {
    /// The runs of one scope that match, with what they were judged by.
    fn judge(
        &mut self,
        at: usize,
        judged_by: &RunFields,
        matches: &(impl Fn(&Run) -> Result<bool> + Sync),
    ) -> Result<Vec<Candidate>> {
        let scope = &self.scopes[at];
        self.warnings.extend(scope.warnings.iter().cloned());
        let experiment = match experiments::open(self.root, &self.directory, &scope.place) {
            Ok(experiment) => experiment,
            Err(failure) if self.scopes.len() == 1 => return Err(failure),
            Err(failure) => {
                self.warnings.push(Warning::new(failure.message()));
                return Ok(Vec::new());
            }
        };
        let records = self.index.recall(&scope.place.id, &scope.runs).0;
        let look = |(names, records): (&[String], &[RunRecord])| {
            let mut judged = Judged::default();
            let mut interner = Interner::default();
            for (name, record) in names.iter().zip(records) {
                let reading = begin(
                    &experiment,
                    &scope.id,
                    name,
                    record.clone(),
                    &mut interner,
                    self.now_ns,
                );
                let mut reading = match reading {
                    Ok(reading) => reading,
                    Err(reason) => {
                        judged.warnings.extend(self.no_run(scope, name, reason));
                        continue;
                    }
                };
                fill(
                    &mut reading,
                    &experiment,
                    judged_by,
                    &scope.datasets,
                    &mut interner,
                    self.now_ns,
                );
                if matches(&reading.run)? {
                    judged.matching.push(Candidate { scope: at, reading });
                } else if reading.changed {
                    judged.others.push((name.clone(), reading.record));
                }
            }
            Ok(judged)
        };
        let chunks: Vec<Result<Judged>> = scope
            .runs
            .par_chunks(CHUNK)
            .zip(records.par_chunks(CHUNK))
            .map(look)
            .collect();
        let mut matching = Vec::with_capacity(scope.runs.len());
        for chunk in chunks {
            let chunk = chunk?;
            matching.extend(chunk.matching);
            self.warnings.extend(chunk.warnings);
            self.scopes[at].changes.runs.extend(chunk.others);
        }
        Ok(matching)
    }

    /// A directory without a run in it. Artifacts may lie beside runs, so it is reported only where it looks like
    /// one.
    fn no_run(&self, scope: &Scope, name: &str, reason: NoMeta) -> Option<Warning> {
        let reason = match reason {
            NoMeta::Unreadable(reason) => reason,
            NoMeta::Missing if looks_like_a_run(name) => "is missing".to_owned(),
            NoMeta::Missing => return None,
        };
        let path = self.root.at(&scope.place.below_root()).join(name);
        Some(Warning::new(format!(
            "{}: {META} {reason}, skipped",
            path.display()
        )))
    }

    /// Reads of the runs shown what was asked for and was not needed to judge them, and drops what was not asked.
    fn finish(&self, shown: &mut [Candidate], judged_by: &RunFields, asked: &RunFields) {
        let missing = RunFields {
            params: missing(&asked.params, &judged_by.params),
            metrics: missing(&asked.metrics, &judged_by.metrics),
            tags: missing(&asked.tags, &judged_by.tags),
            inputs: asked.inputs && !judged_by.inputs,
        };
        shown.par_chunks_mut(CHUNK).for_each(|chunk| {
            let mut interner = Interner::default();
            // Neighbours on a page are mostly of one experiment.
            let mut opened: Option<(usize, Dir)> = None;
            for candidate in chunk {
                let scope = &self.scopes[candidate.scope];
                if missing != RunFields::default() {
                    if opened.as_ref().is_none_or(|(at, _)| *at != candidate.scope) {
                        let experiment = experiments::open(self.root, &self.directory, &scope.place);
                        opened = experiment.ok().map(|directory| (candidate.scope, directory));
                    }
                    if let Some((_, directory)) = &opened {
                        let reading = &mut candidate.reading;
                        fill(
                            reading,
                            directory,
                            &missing,
                            &scope.datasets,
                            &mut interner,
                            self.now_ns,
                        );
                    }
                }
                drop_unasked(&mut candidate.reading.run, asked);
            }
        });
    }

    /// Takes the shown runs out of what was found, and keeps what was read anew of all.
    fn collect(&mut self, found: Vec<Candidate>, shown: Range<usize>) -> Vec<Run> {
        let mut runs = Vec::with_capacity(shown.len());
        for (at, Candidate { scope, reading }) in found.into_iter().enumerate() {
            let scope = &mut self.scopes[scope];
            let id = reading.run.info.id.as_str();
            if !reading.warnings.is_empty() {
                let path = self.root.at(&scope.place.below_root()).join(id);
                let sentence = |warning| Warning::new(format!("{}: {warning}", path.display()));
                self.warnings.extend(reading.warnings.into_iter().map(sentence));
            }
            if reading.changed {
                scope.changes.runs.push((id.to_owned(), reading.record));
            }
            if shown.contains(&at) {
                runs.push(reading.run);
            }
        }
        runs
    }

    /// Hands on to the index what is new, and gives what was passed over.
    fn close(self) -> Vec<Warning> {
        let mut anything = false;
        for scope in self.scopes {
            let mut changes = scope.changes;
            anything |= !changes.runs.is_empty() || changes.datasets.is_some();
            changes.all_runs = Some(scope.runs);
            anything |= self.index.keep(&scope.place.id, changes);
        }
        if anything {
            self.index.save();
        }
        self.warnings
    }
}

/// What is still to be read where `asked` is wanted and `known` is there.
fn missing(asked: &Keys, known: &Keys) -> Keys {
    match (asked, known) {
        (_, Keys::All) => Keys::None,
        (Keys::Only(asked), Keys::Only(known)) if asked.iter().all(|key| known.contains(key)) => Keys::None,
        // What is read anew takes the place of what was there.
        _ => asked.clone(),
    }
}

fn drop_unasked(run: &mut Run, asked: &RunFields) {
    if asked.params != Keys::All {
        run.params
            .retain(|param| asked.params.contains(param.key.as_str()));
    }
    if asked.metrics != Keys::All {
        run.metrics
            .retain(|metric| asked.metrics.contains(metric.key.as_str()));
    }
    if asked.tags != Keys::All {
        run.tags.retain(|tag| asked.tags.contains(tag.key.as_str()));
    }
    if !asked.inputs {
        run.datasets.clear();
        run.model_inputs.clear();
        run.model_outputs.clear();
    }
}

fn looks_like_a_run(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}
