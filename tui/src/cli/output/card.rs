//! One thing for people: what it has, one line each, then its params, metrics and tags.

use std::io::Write;

use flowdeck_surface::tone::Tone;
use unicode_width::UnicodeWidthStr;

use super::column::Noun;
use super::family::Family;
use super::paint::painted;
use super::table::Style;
use crate::cli::exit::Outcome;
use crate::cli::note::lines_of;
use flowdeck_surface::text::{fitted, harmless};

/// The key of the tag that is written in full below the others.
const NOTE: &str = "mlflow.note.content";

/// Writes a thing over several lines.
pub(crate) fn write<T: Noun>(mut out: impl Write, thing: &T, style: &Style) -> Outcome {
    let lines: Vec<_> = T::attributes()
        .iter()
        .map(|column| {
            let cell = column.cell(thing);
            (
                column.title.clone(),
                cell.for_people(&style.clock, false),
                cell.tone(),
            )
        })
        .filter(|(_, text, _)| !text.is_empty())
        .collect();
    write_lines(&mut out, &lines, "", style)?;
    for family in T::families() {
        write_family(&mut out, thing, &family, style)?;
    }
    if let Some(note) = note(thing) {
        writeln!(out, "\n{}", painted("Note", Tone::Accent, style.colour))?;
        for line in lines_of(&note) {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(out.flush()?)
}

fn note<T: Noun>(thing: &T) -> Option<String> {
    let tags = T::families().into_iter().find(|family| family.name == "tags")?;
    let cell = tags.value(thing, NOTE);
    let text = cell.for_programs();
    (!text.is_empty()).then(|| text.into_owned())
}

fn write_family<T: Noun>(out: &mut impl Write, thing: &T, family: &Family<T>, style: &Style) -> Outcome {
    let mut keys = family.keys(thing);
    keys.sort_unstable();
    keys.dedup();
    let lines: Vec<_> = keys
        .into_iter()
        .filter(|key| *key != NOTE)
        .map(|key| {
            let cell = family.value(thing, key);
            (
                harmless(key).into_owned(),
                cell.for_people(&style.clock, false),
                cell.tone(),
            )
        })
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", painted(family.title, Tone::Accent, style.colour))?;
    write_lines(out, &lines, "  ", style)
}

/// Keys and values in two columns; a value is cut at the edge of the terminal.
pub(crate) fn write_lines(
    out: &mut impl Write,
    lines: &[(String, String, Tone)],
    indent: &str,
    style: &Style,
) -> Outcome {
    let keys = lines.iter().map(|(key, ..)| key.width()).max().unwrap_or(0);
    let room = style.width.map_or(usize::MAX, |width| {
        width.saturating_sub(keys + 2 + indent.len()).max(16)
    });
    for (key, value, tone) in lines {
        let blanks = keys - key.width() + 2;
        let value = fitted(value, room);
        let key = painted(key, Tone::Muted, style.colour);
        let value = painted(&value, *tone, style.colour);
        writeln!(out, "{indent}{key}{:blanks$}{value}", "")?;
    }
    Ok(())
}
