//! A file as plain text, whatever it is shown as.

use super::{Source, cut_remark, decode, kind};

/// A file as plain text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TextFile {
    /// Its text, or the beginning of it.
    pub text: String,
    /// What a person should know of it: that it is cut, that the encoding was guessed.
    pub remarks: Vec<String>,
}

impl TextFile {
    /// Bytes that are read of a file for its text.
    pub const MOST_BYTES: usize = 2 << 20;

    /// The text of a file of which this much was read; none where it is no text.
    pub fn of(source: &Source<'_>) -> Option<Self> {
        if kind::looks_binary(source.bytes) {
            return None;
        }
        let mut remarks = Vec::new();
        let text = decode::decoded(source, &mut remarks);
        if !source.is_whole {
            remarks.push(cut_remark(source));
        }
        Some(Self { text, remarks })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8], is_whole: bool) -> Option<TextFile> {
        TextFile::of(&Source {
            name: "a.json",
            bytes,
            size_bytes: Some(9_000_000),
            is_whole,
        })
    }

    #[test]
    fn json_stays_as_it_was_written_and_a_cut_is_said() {
        let file = of(b"{\"a\": 1}", false).expect("it is text");
        assert_eq!(file.text, "{\"a\": 1}");
        assert_eq!(file.remarks.len(), 1);
        assert!(file.remarks[0].starts_with("the first "), "{:?}", file.remarks);
        assert_eq!(of(b"\x89PNG\0\0\0", true), None);
    }
}
