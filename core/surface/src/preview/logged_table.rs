//! Tables as `mlflow.log_table` writes them: `{"columns": [...], "data": [[...], ...]}`, which is the pandas
//! orientation `split`.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::table::{Table, TableColumn};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Split<'a> {
    #[serde(borrow)]
    columns: Vec<&'a RawValue>,
    #[serde(borrow)]
    data: Vec<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    #[allow(dead_code)]
    index: Option<&'a RawValue>,
}

/// The table in a text, if it is one.
pub(super) fn read(text: &str, remarks: &mut Vec<String>) -> Option<Table> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let split: Split<'_> = serde_json::from_str(text).ok()?;
    let columns = split.columns.iter().map(|name| TableColumn {
        name: plain(name),
        ..TableColumn::default()
    });
    let mut table = Table::new(columns.collect());
    for row in &split.data {
        let cells: Vec<String> = row.iter().map(|cell| plain(cell)).collect();
        if !table.push_row(cells.iter().map(String::as_str)) {
            remarks.push(format!("the first {} rows", table.n_rows()));
            break;
        }
    }
    table.find_numbers();
    Some(table)
}

/// A value as it is written, a text without its quotes, and nothing for none.
fn plain(value: &RawValue) -> String {
    let written = value.get();
    if written == "null" {
        return String::new();
    }
    serde_json::from_str(written).unwrap_or_else(|_| written.to_owned())
}
