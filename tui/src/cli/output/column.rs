use std::collections::HashSet;

use flowdeck_surface::client::{Failure, FailureKind, Result};
use serde::Serialize;

use super::cell::Cell;
use super::family::Family;

/// What a column may be narrowed to when a table is wider than the terminal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Shape {
    /// Stays whole, as half of an id helps nobody.
    Whole,
    /// May be cut at its end.
    Flexible,
    /// Stays whole and stands at the right edge.
    Number,
}

/// One column over things of a kind.
pub(crate) struct Column<T> {
    /// The name it is asked for by, and its key in JSON and CSV.
    pub(crate) name: String,
    /// The title over it.
    pub(crate) title: String,
    /// How it takes to a narrow terminal.
    pub(crate) shape: Shape,
    /// Whether it is left out rather than that a table does not fit.
    pub(crate) optional: bool,
    value: Box<dyn for<'a> Fn(&'a T) -> Cell<'a>>,
}

impl<T> Column<T> {
    /// A column with a title of its own.
    pub(crate) fn new(
        name: impl Into<String>,
        title: impl Into<String>,
        shape: Shape,
        value: impl for<'a> Fn(&'a T) -> Cell<'a> + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            shape,
            optional: false,
            value: Box::new(value),
        }
    }

    /// The same column, to be left out where there is no room.
    pub(crate) fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// What a thing has in this column.
    pub(crate) fn cell<'a>(&self, thing: &'a T) -> Cell<'a> {
        (self.value)(thing)
    }
}

/// A kind of thing that is listed and shown.
pub(crate) trait Noun: Sized + 'static {
    /// It as JSON.
    type View<'a>: Serialize;

    /// Several of them, in a sentence.
    const PLURAL: &'static str;

    /// The names of the attributes that a table shows unless columns are asked for.
    const IN_TABLE: &'static [&'static str];

    /// The thing as JSON.
    fn view(&self) -> Self::View<'_>;

    /// What each of them has, in the order of CSV.
    fn attributes() -> Vec<Column<Self>>;

    /// The families of keys they may have.
    fn families() -> Vec<Family<Self>>;

    /// The columns that a table shows unless others are asked for.
    fn in_table(_things: &[Self]) -> Vec<Column<Self>> {
        let mut attributes: Vec<_> = Self::attributes().into_iter().map(Some).collect();
        let take = |name: &&str| {
            let place = attributes
                .iter()
                .position(|column| column.as_ref().is_some_and(|column| column.name == **name))?;
            attributes[place].take()
        };
        Self::IN_TABLE.iter().filter_map(take).collect()
    }

    /// The columns of these names; none where no name was given.
    ///
    /// # Errors
    /// As [`Noun::column`].
    fn columns(names: &[&str]) -> Result<Option<Vec<Column<Self>>>> {
        let columns: Result<Vec<_>> = names.iter().map(|name| Self::column(name)).collect();
        Ok(Some(columns?).filter(|columns| !columns.is_empty()))
    }

    /// The column of this name: an attribute, or a key of a family as `tags.team`, with back-ticks or without.
    ///
    /// # Errors
    /// A name that is neither, with those that are.
    fn column(name: &str) -> Result<Column<Self>> {
        if let Some((family, key)) = name.split_once('.') {
            let key = key.trim_matches('`');
            let found = Self::families().into_iter().find(|known| known.name == family);
            if let Some(found) = found.filter(|_| !key.is_empty()) {
                return Ok(found.column(key));
            }
        }
        let attributes = Self::attributes();
        let known: Vec<_> = attributes.iter().map(|column| column.name.clone()).collect();
        attributes
            .into_iter()
            .find(|column| column.name == name)
            .ok_or_else(|| no_such_column(name, &known, &Self::families()))
    }
}

fn no_such_column<T>(name: &str, known: &[String], families: &[Family<T>]) -> Failure {
    let keys: String = families
        .iter()
        .map(|family| format!("{}.KEY, ", family.name))
        .collect();
    Failure::new(FailureKind::InvalidInput, format!("there is no column `{name}`"))
        .with_hint(format!("name {keys}or one of {}", known.join(", ")))
}

/// Every column that CSV holds: the attributes, then each key that any thing has.
pub(crate) fn all_columns<T: Noun>(things: &[T]) -> Vec<Column<T>> {
    let mut columns = T::attributes();
    for family in T::families() {
        let keys: HashSet<&str> = things.iter().flat_map(|thing| family.keys(thing)).collect();
        let mut keys: Vec<_> = keys.into_iter().collect();
        keys.sort_unstable();
        columns.extend(keys.into_iter().map(|key| family.column(key)));
    }
    columns
}
