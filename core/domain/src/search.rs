//! MLflow's search language.
//!
//! A [`Search`] is a filter and an order, parsed for one kind of thing in the dialect of the store that answers.
//! It says which keys it looks at ([`Search::fields`]), so that a store reads no more than that, and then judges
//! things in memory. Truth is MLflow 3.18.0, `mlflow.utils.search_utils`, on a file store and on SQLite.
//!
//! MLflow's file store judges lazily: a clause that is wrong fails only once a thing is held against it. So does
//! [`Search::matches`] in [`Dialect::File`], and an empty store accepts it.

mod clause;
mod complete;
mod group;
mod judge;
mod keywords;
mod lexer;
mod like;
mod literal;
mod number;
mod pattern;
mod print;
mod prompts;
mod rules;
mod shell;
mod subject;
mod syntax;
mod token;
mod trace_record;
mod unicode;

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::port::{Keys, RunFields};
use crate::tracking::RUN_NAME_TAG;
use crate::{Failure, FailureKind, Result};
pub use clause::{Attribute, Clause, Comparator, DatasetPart, Fault, Field, Key, OrderKey, SpanPart, Test};
pub use complete::{Candidate, CandidateKind, KnownKeys, complete};
pub use like::Like;
pub use number::Number;
pub use pattern::Pattern;
pub use print::{write_key, write_text};
pub use trace_record::{AssessmentRow, SpanRow, TraceRecord};

/// Whose rules hold: MLflow's file store and its SQL stores differ in places.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum Dialect {
    /// As `FileStore` judges.
    File,
    /// As `SqlAlchemyStore` judges on SQLite.
    Sql,
}

/// A kind of thing that can be searched for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum Entity {
    /// Runs.
    Run,
    /// Experiments.
    Experiment,
    /// Registered models.
    RegisteredModel,
    /// Model versions.
    ModelVersion,
    /// Logged models of MLflow 3.
    LoggedModel,
    /// Traces.
    Trace,
}

/// A type that can be searched for.
#[expect(private_bounds, reason = "how a thing is judged is no one else's matter")]
pub trait Searchable: subject::Subject {}

/// A filter and an order over one kind of thing.
#[derive(Debug)]
pub struct Search<T> {
    clauses: Vec<Clause>,
    order: Vec<OrderKey>,
    dialect: Dialect,
    /// Whether prompts of the registry are left out, as long as the filter does not ask for them.
    hides_prompts: bool,
    kind: PhantomData<fn(&T)>,
}

/// What a search for traces looks at beside their info.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct TraceFields {
    /// [`TraceRecord::spans`].
    pub spans: bool,
    /// [`TraceRecord::assessments`].
    pub assessments: bool,
    /// [`TraceRecord::linked_runs`] and [`TraceRecord::linked_prompts`].
    pub links: bool,
}

impl<T: Searchable> Search<T> {
    /// Parses a filter and clauses of an order.
    ///
    /// # Errors
    /// What MLflow rejects in this dialect, as [`crate::FailureKind::InvalidInput`] with the span of the fault.
    pub fn parse(filter: &str, order_by: &[String], dialect: Dialect) -> Result<Self> {
        let (clauses, hides_prompts) = prompts::parse(filter, &T::RULES, dialect)?;
        Ok(Self {
            clauses,
            order: (T::RULES.order)(order_by, dialect)?,
            dialect,
            hides_prompts,
            kind: PhantomData,
        })
    }

    /// The conditions, all of which have to be met.
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// The keys of the order, those among them that break ties.
    pub fn order(&self) -> &[OrderKey] {
        &self.order
    }

    /// The params, metrics, tags and inputs that filter and order look at.
    pub fn fields(&self) -> RunFields {
        let mut fields = RunFields::default();
        let filtered = self.clauses.iter().map(|clause| &clause.field);
        for field in filtered.chain(self.order.iter().map(|key| &key.field)) {
            match field {
                Field::Metric(key) => add(&mut fields.metrics, key.shared()),
                Field::Param(key) => add(&mut fields.params, key.shared()),
                Field::Tag(key) => add(&mut fields.tags, key.shared()),
                Field::Attribute(Attribute::Name) if T::RULES.entity == Entity::Run => {
                    add(&mut fields.tags, RUN_NAME_TAG.into());
                }
                Field::Dataset(_) => fields.inputs = true,
                _ => {}
            }
        }
        fields
    }

    /// The things that pass the filter, in order. What a store should use where it holds all of them: filters on
    /// assessments of a whole session need to see every trace at once.
    ///
    /// # Errors
    /// A clause that MLflow's file store finds wrong only now: see [`Search::matches`].
    pub fn select(&self, mut things: Vec<T>) -> Result<Vec<T>> {
        let context = Context::of(self, &things);
        let mut failure = None;
        things.retain(|thing| match self.passes(thing, &context) {
            Ok(passes) => passes,
            Err(found) => {
                failure.get_or_insert(found);
                false
            }
        });
        if let Some(failure) = failure {
            return Err(failure);
        }
        self.sort(&mut things)?;
        Ok(things)
    }

    /// Whether a thing passes the filter, as far as it can be told from the thing alone.
    ///
    /// # Errors
    /// A clause that is wrong in a way that MLflow's file store only finds when it holds a thing against it.
    pub fn matches(&self, thing: &T) -> Result<bool> {
        self.passes(thing, &Context::default())
    }

    fn passes(&self, thing: &T, context: &Context) -> Result<bool> {
        for (n, clause) in self.clauses.iter().enumerate() {
            let by_session = context.has_session(n, thing.session());
            let alone = thing.judge(clause, self.dialect)?;
            let passes = match clause.test {
                Test::Present(false) => alone && !by_session,
                _ => alone || by_session,
            };
            if !passes {
                return Ok(false);
            }
        }
        let hidden = self.hides_prompts
            && (thing.is_prompt() || thing.family().is_some_and(|name| context.prompts.contains(name)));
        Ok(!hidden && thing.judge_together(&self.clauses, self.dialect)?)
    }

    /// Brings things into order.
    ///
    /// # Errors
    /// An order that MLflow's file store finds wrong only when it has something to sort.
    pub fn sort(&self, things: &mut [T]) -> Result<()> {
        if !things.is_empty()
            && let Some(fault) = self.order.iter().find_map(|key| key.fault.as_ref())
        {
            return Err(fault.failure.clone());
        }
        things.sort_by(|one, other| self.compare(one, other));
        match things
            .windows(2)
            .find(|pair| matches!(pair, [one, other] if self.clash(one, other)))
        {
            Some(_) => Err(Failure::new(
                FailureKind::InvalidInput,
                "MLflow's file store cannot order what some have and others lack",
            )
            .with_hint("order it DESC, which puts those without it last")),
            None => Ok(()),
        }
    }

    /// Whether two neighbours differ first in something that the store cannot compare.
    fn clash(&self, one: &T, other: &T) -> bool {
        self.order
            .iter()
            .take_while(|key| {
                one.order(other, key, self.dialect).is_eq() || one.clashes(other, key, self.dialect)
            })
            .any(|key| one.clashes(other, key, self.dialect))
    }

    /// Which of two things comes first; the store's own tie-breaks included.
    pub fn compare(&self, one: &T, other: &T) -> Ordering {
        for key in &self.order {
            let ordering = one.order(other, key, self.dialect);
            if ordering.is_ne() {
                return ordering;
            }
        }
        Ordering::Equal
    }
}

/// What is known of all things together.
#[derive(Default)]
struct Context {
    /// Names of prompts.
    prompts: BTreeSet<String>,
    /// Of each clause, the sessions that pass it as a whole.
    sessions: Vec<BTreeSet<String>>,
}

impl Context {
    fn of<T: Searchable>(search: &Search<T>, things: &[T]) -> Self {
        if search.dialect == Dialect::File {
            return Self::default();
        }
        let prompts = things
            .iter()
            .filter(|thing| search.hides_prompts && thing.is_prompt());
        let sessions = |clause| {
            things
                .iter()
                .filter(|thing| thing.speaks_for_session(clause))
                .filter_map(|thing| thing.session().map(str::to_owned))
                .collect()
        };
        Self {
            prompts: prompts
                .filter_map(|thing| thing.family().map(str::to_owned))
                .collect(),
            sessions: search.clauses.iter().map(sessions).collect(),
        }
    }

    fn has_session(&self, clause: usize, session: Option<&str>) -> bool {
        match (self.sessions.get(clause), session) {
            (Some(sessions), Some(session)) => sessions.contains(session),
            _ => false,
        }
    }
}

fn add(keys: &mut Keys, key: Arc<str>) {
    match keys {
        Keys::None => *keys = Keys::Only(vec![key]),
        Keys::Only(known) if !known.contains(&key) => known.push(key),
        Keys::Only(_) | Keys::All => {}
    }
}

impl<T> Clone for Search<T> {
    fn clone(&self) -> Self {
        Self {
            clauses: self.clauses.clone(),
            order: self.order.clone(),
            dialect: self.dialect,
            hides_prompts: self.hides_prompts,
            kind: PhantomData,
        }
    }
}

/// Equal where they find the same in the same order, however they were spelled.
impl<T> PartialEq for Search<T> {
    fn eq(&self, other: &Self) -> bool {
        self.clauses == other.clauses
            && self.order == other.order
            && self.dialect == other.dialect
            && self.hides_prompts == other.hides_prompts
    }
}

impl Search<TraceRecord> {
    /// What has to be known of traces beside their info.
    pub fn trace_fields(&self) -> TraceFields {
        let has = |wanted: fn(&Field) -> bool| self.clauses.iter().any(|clause| wanted(&clause.field));
        TraceFields {
            spans: has(|field| matches!(field, Field::Span(_))),
            assessments: has(|field| matches!(field, Field::Assessment { .. } | Field::Issue)),
            links: has(|field| matches!(field, Field::LinkedRun | Field::LinkedPrompt)),
        }
    }
}

impl Searchable for crate::tracking::Run {}
impl Searchable for crate::tracking::Experiment {}
impl Searchable for crate::tracking::LoggedModel {}
impl Searchable for TraceRecord {}
impl Searchable for crate::registry::RegisteredModel {}
impl Searchable for crate::registry::ModelVersion {}
