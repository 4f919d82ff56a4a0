//! Pictures that were sent by iTerm2's protocol, found in what was written.

use std::fmt::Write;

use super::{CELL, corner};

/// How a picture begins. Source: iTerm2, "Inline Images Protocol".
const BEGIN: &str = "\x1b]1337;File=";

/// A picture on some cells.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InlinePicture {
    row: u16,
    column: u16,
    /// In cells: width and height.
    size: (u16, u16),
    /// A PNG file in base64.
    file: String,
}

impl InlinePicture {
    /// Those that are on the screen after all of this was written: a later one takes the place of those that it touches,
    /// and a screen that is cleared has none.
    pub fn all_in(written: &[u8]) -> Vec<Self> {
        let written = String::from_utf8_lossy(written);
        let mut all: Vec<Self> = Vec::new();
        let mut parts = written.split(BEGIN);
        let mut before = parts.next().unwrap_or_default();
        for part in parts {
            let (told, rest) = part.split_once('\x07').unwrap_or((part, ""));
            if before.contains("\x1b[2J") {
                all.clear();
            }
            if let Some(own) = Self::read(before, told) {
                all.retain(|other| !own.touches(other));
                all.push(own);
            }
            before = rest;
        }
        if before.contains("\x1b[2J") {
            all.clear();
        }
        all
    }

    /// Reads a picture, which begins where the cursor was put last.
    fn read(before: &str, told: &str) -> Option<Self> {
        let (head, file) = told.split_once(':')?;
        let at = before.rsplit_once("\x1b[")?.1.strip_suffix('H')?;
        let (row, column) = at.split_once(';')?;
        let of = |name: &str| {
            head.split(';')
                .find_map(|part| part.strip_prefix(name)?.parse().ok())
        };
        Some(Self {
            row: row.parse::<u16>().ok()?.checked_sub(1)?,
            column: column.parse::<u16>().ok()?.checked_sub(1)?,
            size: (of("width=")?, of("height=")?),
            file: file.to_owned(),
        })
    }

    fn touches(&self, other: &Self) -> bool {
        let meet = |one: u16, length: u16, two: u16, other: u16| one < two + other && two < one + length;
        meet(self.column, self.size.0, other.column, other.size.0)
            && meet(self.row, self.size.1, other.row, other.size.1)
    }

    pub(super) fn draw(&self, picture: &mut String) {
        let (x, y) = corner(self.row, self.column);
        let (width, height) = (f32::from(self.size.0) * CELL.0, f32::from(self.size.1) * CELL.1);
        let _ = writeln!(
            picture,
            "<image x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" preserveAspectRatio=\"none\" \
             href=\"data:image/png;base64,{}\"/>",
            self.file
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(row: u16, column: u16, file: &str) -> String {
        format!("\x1b[{row};{column}H{BEGIN}inline=1;size=3;width=8;height=2:{file}\x07")
    }

    fn files(written: &str) -> Vec<String> {
        let all = InlinePicture::all_in(written.as_bytes());
        all.into_iter().map(|own| own.file).collect()
    }

    #[test]
    fn the_last_picture_on_a_place_is_the_one_that_is_seen() {
        let written = format!("text{}x{}y", sent(3, 5, "one"), sent(3, 13, "two"));
        assert_eq!(files(&written), ["one", "two"]);
        assert_eq!(files(&format!("{written}{}", sent(4, 3, "new"))), ["two", "new"]);
        assert!(files(&format!("{written}\x1b[2Jz")).is_empty());
        assert_eq!(files(&format!("\x1b[2J{written}")), ["one", "two"]);
    }

    #[test]
    fn a_picture_stands_on_its_cells() {
        let mut drawn = String::new();
        InlinePicture::all_in(sent(1, 1, "aGk=").as_bytes())[0].draw(&mut drawn);
        assert!(
            drawn.contains("<image x=\"12.0\" y=\"12.0\" width=\"67.2\" height=\"34.0\""),
            "{drawn}"
        );
        assert!(drawn.contains("base64,aGk="), "{drawn}");
    }
}
