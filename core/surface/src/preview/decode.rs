//! Bytes as text, whatever encoding they are in.

use super::Source;

/// The bytes as text; what had to be guessed is remarked.
pub(super) fn decoded(source: &Source<'_>, remarks: &mut Vec<String>) -> String {
    let bytes = source.bytes;
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        remarks.push("UTF-16".to_owned());
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        remarks.push("UTF-16, big-endian".to_owned());
        return utf16(rest, u16::from_be_bytes);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        // The head of a longer file may end within a letter.
        Err(error) if !source.is_whole && error.error_len().is_none() => {
            String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned()
        }
        Err(error) => {
            remarks.push(format!(
                "not UTF-8 from byte {} on: read as Latin-1",
                error.valid_up_to()
            ));
            bytes.iter().map(|&byte| latin(byte)).collect()
        }
    }
}

fn utf16(bytes: &[u8], number: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| number([pair[0], pair[1]]))
        .collect();
    String::from_utf16_lossy(&units)
}

/// A byte of Latin-1. Source: ISO/IEC 8859-1, whose 256 letters are the first of Unicode.
fn latin(byte: u8) -> char {
    char::from(byte)
}
