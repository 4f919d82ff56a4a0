//! Tags, params and metrics: families of keys that things of a kind may have.

use flowdeck_surface::client::tracking::{Metric, Param, Tag};

use super::cell::Cell;
use super::column::{Column, Shape};

/// A family of keys that a thing may have: its tags, its params, its metrics.
pub(crate) struct Family<T> {
    /// Its name in JSON; a key of it is asked for as `NAME.KEY`.
    pub(crate) name: &'static str,
    /// Its title over a list of its keys.
    pub(crate) title: &'static str,
    items: Items<T>,
}

/// Where a thing has them.
enum Items<T> {
    Tags(fn(&T) -> &[Tag]),
    Params(fn(&T) -> &[Param]),
    Metrics(fn(&T) -> &[Metric]),
}

impl<T> Clone for Items<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Items<T> {}

impl<T: 'static> Family<T> {
    /// The tags of a thing.
    pub(crate) fn tags(of: fn(&T) -> &[Tag]) -> Self {
        Self::like_tags("tags", "Tags", of)
    }

    /// What is kept as tags are, by another name.
    pub(crate) fn like_tags(name: &'static str, title: &'static str, of: fn(&T) -> &[Tag]) -> Self {
        Self {
            name,
            title,
            items: Items::Tags(of),
        }
    }

    /// The params of a thing.
    pub(crate) fn params(of: fn(&T) -> &[Param]) -> Self {
        Self {
            name: "params",
            title: "Params",
            items: Items::Params(of),
        }
    }

    /// The latest values of the metrics of a thing.
    pub(crate) fn metrics(of: fn(&T) -> &[Metric]) -> Self {
        Self {
            name: "metrics",
            title: "Metrics",
            items: Items::Metrics(of),
        }
    }

    /// The keys that a thing has.
    pub(crate) fn keys<'a>(&self, thing: &'a T) -> Vec<&'a str> {
        match self.items {
            Items::Tags(of) => of(thing).iter().map(|tag| tag.key.as_str()).collect(),
            Items::Params(of) => of(thing).iter().map(|param| param.key.as_str()).collect(),
            Items::Metrics(of) => of(thing).iter().map(|metric| metric.key.as_str()).collect(),
        }
    }

    /// The value of a key.
    pub(crate) fn value<'a>(&self, thing: &'a T, key: &str) -> Cell<'a> {
        self.items.value(thing, key)
    }

    /// The column of one key.
    pub(crate) fn column(&self, key: &str) -> Column<T> {
        let items = self.items;
        let shape = match items {
            Items::Metrics(_) => Shape::Number,
            Items::Tags(_) | Items::Params(_) => Shape::Flexible,
        };
        let own = key.to_owned();
        Column::new(format!("{}.{key}", self.name), key, shape, move |thing| {
            items.value(thing, &own)
        })
    }
}

impl<T> Items<T> {
    fn value<'a>(&self, thing: &'a T, key: &str) -> Cell<'a> {
        match self {
            Self::Tags(of) => {
                let found = of(thing).iter().find(|tag| tag.key.as_str() == key);
                Cell::text(found.map(|tag| tag.value.as_str()))
            }
            Self::Params(of) => {
                let found = of(thing).iter().find(|param| param.key.as_str() == key);
                Cell::text(found.map(|param| param.value.as_str()))
            }
            Self::Metrics(of) => {
                latest(of(thing), key).map_or(Cell::Unset, |metric| Cell::Number(metric.value))
            }
        }
    }
}

/// The latest of the values of one metric, which are several where it was measured on several datasets.
pub(crate) fn latest<'a>(metrics: &'a [Metric], key: &str) -> Option<&'a Metric> {
    metrics
        .iter()
        .filter(|metric| metric.key.as_str() == key)
        .max_by(|one, other| {
            (one.step, one.timestamp)
                .cmp(&(other.step, other.timestamp))
                .then(one.value.total_cmp(&other.value))
        })
}
