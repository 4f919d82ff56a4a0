//! CSV and TSV as a table: quoted fields, any line ends, rows of any length.

use csv::{ReaderBuilder, StringRecord, Terminator};
use flowdeck_client::format;

use super::kind::Kind;
use super::table::{Table, TableColumn};

/// Separators that files named `.csv` have.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A text as a table; the first row names the columns.
pub(super) fn table(kind: Kind, text: &str, is_whole: bool, remarks: &mut Vec<String>) -> Table {
    let separator = if kind == Kind::Tsv {
        b'\t'
    } else {
        separator_of(text)
    };
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .terminator(Terminator::CRLF)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut next = move |record: &mut StringRecord| reader.read_record(record).unwrap_or(false);
    let columns = if next(&mut record) {
        named(&record)
    } else {
        Vec::new()
    };
    let n_columns = columns.len();
    let mut table = Table::new(columns);
    let (mut n_ragged, mut first_ragged, mut is_full) = (0_usize, None, false);
    while next(&mut record) {
        // The last row of a head may be half a row.
        let at = record.position().map_or(0, |at| at.byte() as usize);
        if !is_whole && at + record.as_slice().len() + record.len() + 2 >= text.len() {
            break;
        }
        if !table.push_row(record.iter()) {
            is_full = true;
            break;
        }
        if record.len() != n_columns {
            n_ragged += 1;
            first_ragged = first_ragged.or(Some((table.n_rows(), record.len())));
        }
    }
    table.find_numbers();
    if separator != b',' && kind == Kind::Csv {
        remarks.push(format!("parted by {}", word_for(separator)));
    }
    if is_full {
        remarks.push(format!("the first {} rows", format::count(table.n_rows())));
    }
    if let Some((row, n_cells)) = first_ragged {
        remarks.push(format!(
            "{} of other lengths than {n_columns}, the first row {row} with {n_cells}",
            if n_ragged == 1 {
                "1 row".to_owned()
            } else {
                format!("{} rows", format::count(n_ragged))
            },
        ));
    }
    table
}

fn named(record: &StringRecord) -> Vec<TableColumn> {
    record
        .iter()
        .map(|name| TableColumn {
            name: name.to_owned(),
            ..TableColumn::default()
        })
        .collect()
}

/// The separator that stands most often in the first line, outside of quotes.
fn separator_of(text: &str) -> u8 {
    let line = text.lines().next().unwrap_or_default();
    let count = |separator: u8| {
        let mut is_quoted = false;
        line.bytes()
            .filter(|&byte| {
                is_quoted ^= byte == b'"';
                !is_quoted && byte == separator
            })
            .count()
    };
    // Of equals the first counts.
    SEPARATORS
        .into_iter()
        .rev()
        .max_by_key(|&separator| count(separator))
        .unwrap_or(b',')
}

const fn word_for(separator: u8) -> &'static str {
    match separator {
        b';' => "semicolons",
        b'\t' => "tabs",
        _ => "bars",
    }
}
