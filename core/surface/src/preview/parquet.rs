//! Parquet as a table: the schema, and the rows of the first row group.

use flowdeck_client::format;
use parquet::basic::{ConvertedType, LogicalType};
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::Type;

use super::table::{Table, TableColumn};

/// Rows that are read at most.
const MOST_ROWS: usize = 1_000;
/// Cells that are read at most: of a wide table, fewer rows.
const MOST_CELLS: usize = 200_000;

/// The rows of the first row group, with what is worth saying of the file.
///
/// # Errors
/// Why it cannot be read, in a few words.
pub fn parquet_table(file: impl ChunkReader + 'static) -> Result<(Table, Vec<String>), String> {
    // Damaged files have made the reader panic; a preview must not take the app with it.
    let read = std::panic::AssertUnwindSafe(move || read(file));
    std::panic::catch_unwind(read).unwrap_or_else(|_| Err("it is damaged".to_owned()))
}

fn read(file: impl ChunkReader + 'static) -> Result<(Table, Vec<String>), String> {
    let told = |error: parquet::errors::ParquetError| error.to_string();
    let reader = SerializedFileReader::new(file).map_err(told)?;
    let metadata = reader.metadata();
    let (n_rows, n_groups) = (metadata.file_metadata().num_rows(), metadata.num_row_groups());
    let schema = metadata.file_metadata().schema();
    let columns: Vec<TableColumn> = schema.get_fields().iter().map(|field| column(field)).collect();
    let most_rows = MOST_ROWS.min(MOST_CELLS / columns.len().max(1)).max(1);
    let mut table = Table::new(columns);
    if n_groups > 0 {
        let group = reader.get_row_group(0).map_err(told)?;
        for row in group.get_row_iter(None).map_err(told)?.take(most_rows) {
            let row = row.map_err(told)?;
            let cells: Vec<String> = row.get_column_iter().map(|(_, field)| text(field)).collect();
            table.push_row(cells.iter().map(String::as_str));
        }
    }
    let mut remarks = vec![format!(
        "{} rows, {} columns",
        format::count(usize::try_from(n_rows).unwrap_or(0)),
        format::count(table.columns().len())
    )];
    if i64::try_from(table.n_rows()).unwrap_or(i64::MAX) < n_rows {
        remarks.push(format!("the first {} shown", format::count(table.n_rows())));
    }
    Ok((table, remarks))
}

fn column(field: &Type) -> TableColumn {
    let kind = kind(field);
    TableColumn {
        name: field.name().to_owned(),
        is_numeric: ["int", "float", "double", "decimal"]
            .iter()
            .any(|number| kind.starts_with(number)),
        kind: Some(kind),
    }
}

/// The type of a column in a word.
fn kind(field: &Type) -> String {
    let info = field.get_basic_info();
    if field.is_group() {
        return match info.logical_type_ref() {
            Some(LogicalType::List) => "list".to_owned(),
            Some(LogicalType::Map) => "map".to_owned(),
            _ => "struct".to_owned(),
        };
    }
    match (info.logical_type_ref(), info.converted_type()) {
        (Some(LogicalType::String), _) | (_, ConvertedType::UTF8) => "string".to_owned(),
        (Some(LogicalType::Timestamp { .. }), _) => "timestamp".to_owned(),
        (Some(LogicalType::Date), _) | (_, ConvertedType::DATE) => "date".to_owned(),
        (Some(LogicalType::Decimal { .. }), _) | (_, ConvertedType::DECIMAL) => "decimal".to_owned(),
        _ => format!("{:?}", field.get_physical_type()).to_lowercase(),
    }
}

/// A value; nothing for null, and a text without its quotes.
fn text(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => match bytes.as_utf8() {
            Ok(text) => text.to_owned(),
            Err(_) => format!("{} bytes", bytes.len()),
        },
        // Written with a zone that the file does not know.
        Field::TimestampMillis(_) | Field::TimestampMicros(_) => {
            let written = field.to_string();
            let written = written.trim_end_matches(" +00:00");
            let whole = written.trim_end_matches('0').trim_end_matches('.');
            if written.contains('.') { whole } else { written }.to_owned()
        }
        other => other.to_string(),
    }
}
