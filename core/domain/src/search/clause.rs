use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::like::Like;
use super::number::Number;
use super::pattern::Pattern;
use crate::Failure;

/// One condition of a filter.
#[derive(Clone, Debug)]
pub struct Clause {
    /// What it looks at.
    pub field: Field,
    /// What has to be true of it.
    pub test: Test,
    /// The bytes of the filter it was read from.
    pub span: Range<usize>,
    pub(super) source: Source,
}

/// A condition as it was spelled, which reads back as the same condition.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Source {
    pub(super) left: String,
    pub(super) operator: String,
    pub(super) value: Option<String>,
}

/// What can be looked at; which of them depends on the kind of thing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Field {
    /// What every thing of the kind has.
    Attribute(Attribute),
    /// The latest value of a metric.
    Metric(Key),
    /// A param.
    Param(Key),
    /// A tag.
    Tag(Key),
    /// Metadata of a trace.
    Metadata(Key),
    /// A column of the datasets of a run.
    Dataset(DatasetPart),
    /// A column of the spans of a trace, or one of their attributes.
    Span(SpanPart),
    /// The value of an assessment of a trace.
    Assessment {
        /// `feedback` or `expectation`.
        kind: &'static str,
        /// What was assessed.
        name: Arc<str>,
    },
    /// An issue that a trace is part of.
    Issue,
    /// The run a trace was made in or linked to.
    LinkedRun,
    /// The prompt version a trace is linked to.
    LinkedPrompt,
}

/// What every thing of a kind has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Attribute {
    /// `run_id`, `experiment_id`, `model_id`, `request_id`.
    Id,
    /// `run_name`, `name`.
    Name,
    /// `user_id`.
    User,
    /// `status`.
    Status,
    /// `artifact_uri`, `source_path`, `artifact_location`.
    Location,
    /// `start_time`, `creation_time`, `creation_timestamp`, `timestamp_ms`.
    Started,
    /// `end_time`, `end_time_ms`.
    Ended,
    /// `execution_time_ms`.
    Duration,
    /// `last_update_time`, `last_updated_timestamp`.
    Updated,
    /// `version_number`.
    Version,
    /// `run_id` of a model version, `source_run_id`.
    Run,
    /// `model_type`.
    ModelType,
    /// `experiment_id` of a logged model or trace.
    Experiment,
    /// `status_message`.
    StatusMessage,
    /// `lifecycle_stage`.
    Lifecycle,
    /// `client_request_id`.
    ClientRequest,
}

/// A column of a dataset and its use.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DatasetPart {
    /// `dataset.name`.
    Name,
    /// `dataset.digest`.
    Digest,
    /// `dataset.context`.
    Context,
}

/// A column of a span.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SpanPart {
    /// `span.name`.
    Name,
    /// `span.type`.
    Type,
    /// `span.status`.
    Status,
    /// `trace.text`, `span.content`: the whole span as JSON, or an attribute's place in it.
    Content,
    /// Nothing of the span in particular: its attributes are compared by their place in [`SpanPart::Content`], to
    /// which nothing is equal.
    Nothing,
}

/// The key of a metric, param or tag, with a guess where a thing keeps it.
pub struct Key {
    text: Arc<str>,
    /// Things of one experiment mostly hold the same keys in the same order.
    guess: std::sync::atomic::AtomicUsize,
}

/// What has to be true of a field. None of them is true of a field that a thing has not, but `Present(false)`.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// It compares so to a number.
    Number(Comparator, Number),
    /// It compares so to a text; SQL alone knows more than equal and not.
    Text(Comparator, String),
    /// It has this form.
    Like(Like),
    /// This regular expression finds something in it.
    Matches(Pattern),
    /// It is one of these, or with `not` none of them.
    In {
        /// The texts.
        values: Vec<String>,
        /// Whether it is to be none of them.
        not: bool,
    },
    /// It is there, or with `false` it is not there.
    Present(bool),
    /// Holding anything against it is a fault.
    Fault(Fault),
}

/// What a file store finds wrong only when it holds a thing against a clause.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What to say then.
    pub failure: Failure,
    /// Whether that is wrong even where the thing has no such field.
    pub always: bool,
}

impl PartialEq for Fault {
    fn eq(&self, other: &Self) -> bool {
        self.always == other.always && self.failure.message() == other.failure.message()
    }
}

/// How two values compare.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Comparator {
    /// `=`.
    Equal,
    /// `!=`.
    Unequal,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    Greater,
    /// `>=`.
    AtLeast,
}

impl Comparator {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Equal,
        Self::Unequal,
        Self::Less,
        Self::AtMost,
        Self::Greater,
        Self::AtLeast,
    ];

    /// As it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }

    /// Reads it; `==` and `<>` are none.
    pub fn from_symbol(symbol: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.symbol() == symbol)
    }

    /// Whether two values that compare so pass. Values without an order (NaN) are only unequal.
    pub fn accepts(self, ordering: Option<std::cmp::Ordering>) -> bool {
        let Some(ordering) = ordering else {
            return self == Self::Unequal;
        };
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Unequal => ordering.is_ne(),
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::AtLeast => ordering.is_ge(),
        }
    }
}

/// One key of an order.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderKey {
    /// What it looks at.
    pub field: Field,
    /// Whether the greatest comes first. What is not there comes last both ways.
    pub descending: bool,
    /// What MLflow's file store says as soon as it has something to sort.
    pub(super) fault: Option<Fault>,
}

impl OrderKey {
    pub(super) fn new(field: Field, descending: bool) -> Self {
        Self {
            field,
            descending,
            fault: None,
        }
    }

    pub(super) fn attribute(attribute: Attribute, descending: bool) -> Self {
        Self::new(Field::Attribute(attribute), descending)
    }
}

impl Key {
    /// A key.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self {
            text: text.into(),
            guess: 0.into(),
        }
    }

    /// The key itself.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The shared text, without a copy.
    pub fn shared(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The entry that has this key.
    pub(super) fn find<'a, T>(&self, entries: &'a [T], key: impl Fn(&T) -> &str) -> Option<&'a T> {
        use std::sync::atomic::Ordering::Relaxed;
        let guess = self.guess.load(Relaxed);
        if let Some(entry) = entries.get(guess)
            && *key(entry) == *self.text
        {
            return Some(entry);
        }
        let at = entries.iter().position(|entry| *key(entry) == *self.text)?;
        self.guess.store(at, Relaxed);
        entries.get(at)
    }
}

impl Clone for Key {
    fn clone(&self) -> Self {
        Self::new(self.shared())
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Key {}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:?})", &*self.text)
    }
}

/// Equal where they say the same, wherever they stood.
impl PartialEq for Clause {
    fn eq(&self, other: &Self) -> bool {
        self.field == other.field && self.test == other.test
    }
}
