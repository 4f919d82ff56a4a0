//! CSV, quoted as RFC 4180 has it, with one header line.
//!
//! Lines end in a line feed alone, so that `cut`, `tail` and `xargs` can take them apart.

use std::io::Write;

use super::column::Column;
use crate::cli::exit::Outcome;

/// Writes things as rows under the columns' names.
pub(crate) fn write<T>(mut out: impl Write, things: &[T], columns: &[Column<T>]) -> Outcome {
    let mut writer = csv::Writer::from_writer(&mut out);
    writer.write_record(columns.iter().map(|column| &column.name))?;
    writer.flush()?;
    drop(writer);
    write_rows(out, things, columns)
}

/// Writes one row of texts.
pub(crate) fn write_fields(out: impl Write, fields: &[String]) -> Outcome {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(fields)?;
    Ok(writer.flush()?)
}

/// Writes things as rows without a header.
pub(crate) fn write_rows<T>(out: impl Write, things: &[T], columns: &[Column<T>]) -> Outcome {
    let mut writer = csv::Writer::from_writer(out);
    for thing in things {
        for column in columns {
            writer.write_field(column.cell(thing).for_programs().as_bytes())?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    Ok(writer.flush()?)
}
