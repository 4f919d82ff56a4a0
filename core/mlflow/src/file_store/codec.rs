//! The compact binary form that the index is kept in.
//!
//! Lengths and counts are varints of seven bits a byte, everything else little-endian. A reader gives nothing,
//! never a panic, where bytes are missing or make no sense.

/// Writes.
#[derive(Default)]
pub(super) struct Writer(pub(super) Vec<u8>);

impl Writer {
    #[allow(clippy::cast_possible_truncation)]
    pub(super) fn count(&mut self, count: usize) {
        let mut rest = count as u64;
        while rest >= 0x80 {
            self.0.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.0.push(rest as u8);
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(super) fn u64(&mut self, value: u64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn i64(&mut self, value: i64) {
        self.u64(value.cast_unsigned());
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub(super) fn optional_text(&mut self, text: Option<&str>) {
        self.byte(text.is_some().into());
        if let Some(text) = text {
            self.text(text);
        }
    }

    pub(super) fn optional_i64(&mut self, value: Option<i64>) {
        self.byte(value.is_some().into());
        if let Some(value) = value {
            self.i64(value);
        }
    }
}

/// Reads what a [`Writer`] wrote.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn count(&mut self) -> Option<usize> {
        let mut count = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            count |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return usize::try_from(count).ok();
            }
        }
        None
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(byte)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        let (bytes, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*bytes))
    }

    pub(super) fn i64(&mut self) -> Option<i64> {
        self.u64().map(u64::cast_signed)
    }

    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        let count = self.count()?;
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    pub(super) fn optional_text(&mut self) -> Option<Option<&'a str>> {
        match self.byte()? {
            0 => Some(None),
            _ => self.text().map(Some),
        }
    }

    pub(super) fn optional_i64(&mut self) -> Option<Option<i64>> {
        match self.byte()? {
            0 => Some(None),
            _ => self.i64().map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_reads_back() {
        let mut writer = Writer::default();
        for count in [0, 1, 127, 128, 300, usize::MAX] {
            writer.count(count);
        }
        writer.i64(-3);
        writer.text("ü");
        writer.optional_text(None);
        writer.optional_i64(Some(i64::MIN));
        let mut reader = Reader(&writer.0);
        for count in [0, 1, 127, 128, 300, usize::MAX] {
            assert_eq!(reader.count(), Some(count));
        }
        assert_eq!(reader.i64(), Some(-3));
        assert_eq!(reader.text(), Some("ü"));
        assert_eq!(reader.optional_text(), Some(None));
        assert_eq!(reader.optional_i64(), Some(Some(i64::MIN)));
        assert_eq!(reader.byte(), None);
    }

    #[test]
    fn damaged_bytes_give_nothing() {
        assert_eq!(Reader(&[0xff; 12]).count(), None);
        assert_eq!(Reader(&[5, b'a']).bytes(), None);
        assert_eq!(Reader(&[2, 0xff, 0xfe]).text(), None);
        assert_eq!(Reader(&[1, 2, 3]).u64(), None);
    }
}
