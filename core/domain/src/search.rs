//! MLflow's search language.
//!
//! A [`Search`] is a filter and an order, parsed for one kind of thing in the dialect of the store that answers.
//! It says which keys it looks at ([`Search::fields`]), so that a store reads no more than that, and then judges
//! things in memory. Truth is MLflow 3.18.0, `mlflow.utils.search_utils`, on a file store and on SQLite.

use std::cmp::Ordering;
use std::marker::PhantomData;

use crate::Result;
use crate::port::RunFields;

/// Whose rules hold: MLflow's file store and its SQL stores differ in places.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum Dialect {
    /// As `FileStore` judges.
    File,
    /// As `SqlAlchemyStore` judges on SQLite.
    Sql,
}

/// A kind of thing that can be searched for.
pub trait Searchable: Sized {}

/// A filter and an order over one kind of thing.
#[derive(Clone, Debug)]
pub struct Search<T> {
    kind: PhantomData<fn(&T)>,
}

impl<T: Searchable> Search<T> {
    /// Parses a filter and clauses of an order.
    ///
    /// # Errors
    /// What MLflow rejects in this dialect, as [`crate::FailureKind::InvalidInput`] with the span of the fault.
    pub fn parse(filter: &str, order_by: &[String], dialect: Dialect) -> Result<Self> {
        let _ = (filter, order_by, dialect);
        Ok(Self { kind: PhantomData })
    }

    /// The params, metrics, tags and inputs that filter and order look at.
    pub fn fields(&self) -> RunFields {
        RunFields::all()
    }

    /// Whether a thing passes the filter.
    pub fn matches(&self, thing: &T) -> bool {
        let _ = thing;
        true
    }

    /// Which of two things comes first; the store's own tie-breaks included.
    pub fn compare(&self, one: &T, other: &T) -> Ordering {
        let _ = (one, other);
        Ordering::Equal
    }
}

impl Searchable for crate::tracking::Run {}
impl Searchable for crate::tracking::Experiment {}
impl Searchable for crate::tracking::LoggedModel {}
impl Searchable for crate::tracking::Trace {}
impl Searchable for crate::registry::RegisteredModel {}
impl Searchable for crate::registry::ModelVersion {}
