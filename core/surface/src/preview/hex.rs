//! Bytes as people look at them: the place, sixteen bytes, their letters.

/// Bytes in one line.
pub const BYTES_PER_LINE: usize = 16;

/// Bytes that are worth a look in a file of which nothing else is known.
const HEAD: usize = 4096;

pub(super) fn head(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len().min(HEAD)].to_vec()
}

/// One line: `00000010  80 04 95 …  |.....sklearn.|`.
pub fn hex_line(bytes: &[u8], line: usize) -> Option<String> {
    let start = line * BYTES_PER_LINE;
    let row = bytes.get(start..)?;
    let row = &row[..row.len().min(BYTES_PER_LINE)];
    if row.is_empty() {
        return None;
    }
    let mut text = format!("{start:08x}  ");
    for place in 0..BYTES_PER_LINE {
        match row.get(place) {
            Some(byte) => text.push_str(&format!("{byte:02x} ")),
            None => text.push_str("   "),
        }
        if place == BYTES_PER_LINE / 2 - 1 {
            text.push(' ');
        }
    }
    text.push_str(" |");
    text.extend(row.iter().map(|&byte| {
        if (0x20..0x7f).contains(&byte) {
            char::from(byte)
        } else {
            '.'
        }
    }));
    text.push('|');
    Some(text)
}
