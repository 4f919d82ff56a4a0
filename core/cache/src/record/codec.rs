//! Numbers and texts as bytes: small numbers in few, floats bit by bit.

use std::sync::Arc;

use flowdeck_domain::artifact::ArtifactPath;
use flowdeck_domain::{
    ExperimentId, MetricKey, ModelId, ModelName, ParamKey, RunId, TagKey, Timestamp, TraceId, VersionNumber,
};
use rustc_hash::FxHashSet;

/// What can be spelled in a record.
pub(crate) trait Stored: Sized {
    /// Adds its bytes.
    fn write(&self, out: &mut Vec<u8>);
    /// Reads it back; none where the bytes spell something else.
    fn read(from: &mut Cursor<'_>) -> Option<Self>;
}

/// Texts that many records repeat, each kept once.
#[derive(Debug, Default)]
pub(crate) struct Names(FxHashSet<Arc<str>>);

/// Bytes that are being read.
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
    names: &'a mut Names,
}

impl<'a> Cursor<'a> {
    /// At the start of some bytes.
    pub(crate) fn new(bytes: &'a [u8], names: &'a mut Names) -> Self {
        Self { rest: bytes, names }
    }

    /// Whether all was read.
    pub(crate) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next so many bytes.
    pub(crate) fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(n)?;
        self.rest = rest;
        Some(taken)
    }

    /// A number of at most 64 bits, seven in a byte.
    pub(crate) fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn text(&mut self) -> Option<&'a str> {
        let n = usize::try_from(self.number()?).ok()?;
        std::str::from_utf8(self.take(n)?).ok()
    }

    /// A text of which there is one copy only.
    fn name(&mut self) -> Option<Arc<str>> {
        let text = self.text()?;
        if let Some(known) = self.names.0.get(text) {
            return Some(Arc::clone(known));
        }
        let name: Arc<str> = text.into();
        self.names.0.insert(Arc::clone(&name));
        Some(name)
    }
}

/// Adds a number, seven bits to a byte.
pub(crate) fn write_number(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Small numbers of either sign as small ones: 0, -1, 1, -2 are 0, 1, 2, 3.
pub(crate) fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

/// Takes [`zigzag`] back.
pub(crate) fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    write_number(text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

impl Stored for u64 {
    fn write(&self, out: &mut Vec<u8>) {
        write_number(*self, out);
    }

    fn read(from: &mut Cursor<'_>) -> Option<Self> {
        from.number()
    }
}

impl Stored for i64 {
    fn write(&self, out: &mut Vec<u8>) {
        write_number(zigzag(*self), out);
    }

    fn read(from: &mut Cursor<'_>) -> Option<Self> {
        from.number().map(unzigzag)
    }
}

impl Stored for f64 {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_bits().to_le_bytes());
    }

    fn read(from: &mut Cursor<'_>) -> Option<Self> {
        let bytes = from.take(8)?.try_into().ok()?;
        Some(Self::from_bits(u64::from_le_bytes(bytes)))
    }
}

impl Stored for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(from: &mut Cursor<'_>) -> Option<Self> {
        match from.take(1)? {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }
}

impl Stored for String {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }

    fn read(from: &mut Cursor<'_>) -> Option<Self> {
        from.text().map(str::to_owned)
    }
}

impl Stored for Arc<str> {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }

    fn read(from: &mut Cursor<'_>) -> Option<Self> {
        from.name()
    }
}

impl Stored for Timestamp {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }

    fn read(from: &mut Cursor<'_>) -> Option<Self> {
        i64::read(from).map(Self)
    }
}

impl Stored for ArtifactPath {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self.as_str(), out);
    }

    fn read(from: &mut Cursor<'_>) -> Option<Self> {
        Self::parse(from.text()?).ok()
    }
}

impl<T: Stored> Stored for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        if let Some(thing) = self {
            thing.write(out);
        }
    }

    fn read(from: &mut Cursor<'_>) -> Option<Self> {
        Some(if bool::read(from)? {
            Some(T::read(from)?)
        } else {
            None
        })
    }
}

impl<T: Stored> Stored for Box<T> {
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }

    fn read(from: &mut Cursor<'_>) -> Option<Self> {
        T::read(from).map(Self::new)
    }
}

impl<T: Stored> Stored for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        write_number(self.len() as u64, out);
        self.iter().for_each(|thing| thing.write(out));
    }

    fn read(from: &mut Cursor<'_>) -> Option<Self> {
        let n = from.number()?;
        // A length that was damaged must not take memory for what is not there.
        (0..n).map(|_| T::read(from)).collect()
    }
}

impl<A: Stored, B: Stored> Stored for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(from: &mut Cursor<'_>) -> Option<Self> {
        Some((A::read(from)?, B::read(from)?))
    }
}

macro_rules! stored_ids {
    ($($name:ident)*) => {$(
        impl Stored for $name {
            fn write(&self, out: &mut Vec<u8>) {
                write_text(self.as_str(), out);
            }

            fn read(from: &mut Cursor<'_>) -> Option<Self> {
                from.name().map(Self::from)
            }
        }
    )*};
}

stored_ids! { ExperimentId RunId ModelId TraceId ModelName VersionNumber MetricKey ParamKey TagKey }
