//! Lists and single things, turned into domain types while they are read: the wire form of one item stands at a time.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use flowdeck_domain::port::RunFields;
use flowdeck_domain::registry::{ModelVersion, RegisteredModel};
use flowdeck_domain::tracking::{Experiment, LoggedModel, Run, Tag, Trace, TraceInfo};
use flowdeck_domain::{Page, PageToken, TagKey};
use rustc_hash::FxHashSet;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Text;

/// A thing as a server spells it.
pub(in crate::rest) trait Wire<'de>: Deserialize<'de> {
    /// What it means.
    type Item;

    /// Turns it into what it means.
    fn convert(self, cx: &mut Decoding) -> Result<Self::Item, Missing>;
}

/// A kind of thing, whatever the lifetime of the answer it is read from.
pub(in crate::rest) trait Family {
    /// How a server spells it.
    type Wire<'de>: Wire<'de, Item = Self::Item>;
    /// What it means.
    type Item;
    /// Where a list of it stands.
    const LIST: &'static str;
    /// Where one of it stands.
    const ONE: &'static str;
}

macro_rules! families {
    ($($family:ty: $wire:ident -> $item:ty, $list:literal, $one:literal;)*) => {$(
        impl Family for $family {
            type Wire<'de> = super::$wire<'de>;
            type Item = $item;
            const LIST: &'static str = $list;
            const ONE: &'static str = $one;
        }
    )*};
}

families! {
    Experiment: ExperimentWire -> Experiment, "experiments", "experiment";
    Run: RunWire -> Run, "runs", "run";
    LoggedModel: LoggedModelWire -> LoggedModel, "models", "model";
    TraceInfo: TraceInfoWire -> TraceInfo, "traces", "trace_info";
    Trace: OtlpTraceWire -> Trace, "traces", "trace";
    TraceInfoV2: TraceInfoV2Wire -> TraceInfo, "traces", "trace_info";
    RegisteredModel: RegisteredModelWire -> RegisteredModel, "registered_models", "registered_model";
    ModelVersion: ModelVersionWire -> ModelVersion, "model_versions", "model_version";
}

/// The info of a trace as MLflow 2 spells it.
pub(in crate::rest) struct TraceInfoV2;

/// The field that a thing cannot be without.
#[derive(Clone, Copy, Debug)]
pub(in crate::rest) struct Missing(pub(in crate::rest) &'static str);

/// What is kept while one answer is read.
#[derive(Debug, Default)]
pub(in crate::rest) struct Decoding {
    /// What to keep of each run.
    pub(in crate::rest) fields: RunFields,
    /// Whether a value stood at the end of the finite numbers, where SQL stores put infinity.
    pub(in crate::rest) clamped: bool,
    known: FxHashSet<Arc<str>>,
}

impl Decoding {
    pub(in crate::rest) fn of(fields: RunFields) -> Self {
        Self {
            fields,
            ..Self::default()
        }
    }

    /// The text, stored once however often it comes.
    pub(in crate::rest) fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.known.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.known.insert(Arc::clone(&new));
        new
    }

    pub(in crate::rest) fn tags(&mut self, wires: Option<Vec<PairWire<'_>>>) -> Vec<Tag> {
        wires
            .unwrap_or_default()
            .into_iter()
            .map(|wire| self.tag(wire))
            .collect()
    }

    pub(in crate::rest) fn tag(&mut self, wire: PairWire<'_>) -> Tag {
        Tag {
            key: TagKey::from(self.shared(&wire.key.0)),
            value: wire.value.unwrap_or_default().into_string(),
        }
    }
}

/// A key and a value.
#[derive(Deserialize)]
pub(in crate::rest) struct PairWire<'a> {
    #[serde(borrow, default)]
    pub(in crate::rest) key: Text<'a>,
    #[serde(borrow)]
    pub(in crate::rest) value: Option<Text<'a>>,
}

/// Reads a page: the list, and where it goes on.
pub(in crate::rest) fn decode_page<F: Family>(
    json: &[u8],
    cx: &mut Decoding,
) -> serde_json::Result<Page<F::Item>> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let page = PageSeed::<F::Wire<'_>> {
        list: F::LIST,
        cx,
        wire: PhantomData,
    }
    .deserialize(&mut reader)?;
    reader.end()?;
    Ok(page)
}

/// Reads one thing.
pub(in crate::rest) fn decode_one<F: Family>(json: &[u8], cx: &mut Decoding) -> serde_json::Result<F::Item> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let item = reader.deserialize_map(OneVisitor::<F::Wire<'_>> {
        key: F::ONE,
        cx,
        wire: PhantomData,
    })?;
    reader.end()?;
    Ok(item)
}

struct OneVisitor<'k, W> {
    key: &'static str,
    cx: &'k mut Decoding,
    wire: PhantomData<fn() -> W>,
}

impl<'de, W: Wire<'de>> Visitor<'de> for OneVisitor<'_, W> {
    type Value = W::Item;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with `{}`", self.key)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<W::Item, A::Error> {
        let mut found = None;
        while let Some(Text(key)) = map.next_key()? {
            if key == self.key {
                found = Some(map.next_value::<W>()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        let wire = found.ok_or_else(|| A::Error::missing_field(self.key))?;
        wire.convert(self.cx)
            .map_err(|Missing(field)| A::Error::missing_field(field))
    }
}

struct PageSeed<'k, W> {
    list: &'static str,
    cx: &'k mut Decoding,
    wire: PhantomData<fn() -> W>,
}

impl<'de, W: Wire<'de>> DeserializeSeed<'de> for PageSeed<'_, W> {
    type Value = Page<W::Item>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, W: Wire<'de>> Visitor<'de> for PageSeed<'_, W> {
    type Value = Page<W::Item>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with `{}`", self.list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut page = Page::whole(Vec::new());
        while let Some(Text(key)) = map.next_key()? {
            if key == self.list {
                page.items = map.next_value_seed(ItemsSeed::<W> {
                    cx: &mut *self.cx,
                    wire: PhantomData,
                })?;
            } else if key == "next_page_token" {
                page.next = map
                    .next_value::<Option<Text<'de>>>()?
                    .filter(|token| !token.0.is_empty())
                    .map(|token| PageToken(token.0.into()));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(page)
    }
}

struct ItemsSeed<'k, W> {
    cx: &'k mut Decoding,
    wire: PhantomData<fn() -> W>,
}

impl<'de, W: Wire<'de>> DeserializeSeed<'de> for ItemsSeed<'_, W> {
    type Value = Vec<W::Item>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, W: Wire<'de>> Visitor<'de> for ItemsSeed<'_, W> {
    type Value = Vec<W::Item>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(wire) = seq.next_element::<W>()? {
            let item = wire
                .convert(self.cx)
                .map_err(|Missing(field)| A::Error::missing_field(field))?;
            items.push(item);
        }
        Ok(items)
    }
}
