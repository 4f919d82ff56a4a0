//! What the table shows, as a file for other programs: the columns that are shown and the runs that are listed.
//!
//! Numbers are exact and times are in milliseconds, as the command line writes them. A table that is grouped is written
//! group by group, with the least, mean and greatest value and the count of each metric.

use std::fmt::Write as _;

use flowdeck_client::format;
use serde_json::{Map, Number, Value as Json};

use super::{ColumnId, RunTable, Slot};
use crate::run_column::{RunColumn, Value};

/// How a file is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ExportFormat {
    /// Comma-separated values with one line of titles.
    Csv,
    /// One array of objects.
    Json,
}

impl ExportFormat {
    /// What the name of a file asks for; CSV unless it ends in `.json`.
    pub fn of_name(name: &str) -> Self {
        if name.to_ascii_lowercase().ends_with(".json") {
            Self::Json
        } else {
            Self::Csv
        }
    }
}

impl RunTable {
    /// The table as the text of a file.
    pub fn export(&self, format: ExportFormat) -> String {
        let (titles, records) = if self.groups.is_empty() {
            self.run_records()
        } else {
            self.group_records()
        };
        match format {
            ExportFormat::Csv => csv(&titles, &records),
            ExportFormat::Json => json(&titles, records),
        }
    }

    fn run_records(&self) -> (Vec<String>, Vec<Vec<Json>>) {
        let mut columns: Vec<ColumnId> = self.shown.clone();
        // Without the id, nothing can be done with a row elsewhere.
        let id = RunColumn::Attribute(crate::run_column::RunAttribute::RunId);
        if let Some(id) = self.catalog().id(&id).filter(|id| !columns.contains(id)) {
            columns.insert(0, id);
        }
        let titles = columns.iter().map(|id| self.catalog().column(*id).to_string());
        let record = |slot: &Slot| columns.iter().map(|id| value(self.value(*slot, *id))).collect();
        (titles.collect(), self.rows.iter().map(record).collect())
    }

    fn group_records(&self) -> (Vec<String>, Vec<Vec<Json>>) {
        let by = self.settings.group_by.iter().map(ToString::to_string);
        let mut titles: Vec<String> = by.collect();
        titles.push("runs".to_owned());
        let is_metric = |id: &&ColumnId| matches!(self.catalog().column(**id), RunColumn::Metric(_));
        let metrics: Vec<ColumnId> = self.shown.iter().filter(is_metric).copied().collect();
        for id in &metrics {
            let name = self.catalog().column(*id).to_string();
            titles.extend(["min", "mean", "max", "count"].map(|part| format!("{name}.{part}")));
        }
        let record = |group: usize| {
            let mut record: Vec<Json> = self.groups[group].key.iter().cloned().map(Json::String).collect();
            record.push(self.group_size(group).into());
            for id in &metrics {
                let summary = self.summary(group, *id).unwrap_or_default();
                let parts = [summary.min, summary.mean, summary.max];
                record.extend(parts.map(|part| part.map_or(Json::Null, number)));
                record.push(summary.n.into());
            }
            record
        };
        (titles, (0..self.groups.len()).map(record).collect())
    }
}

fn value(value: Value<'_>) -> Json {
    match value {
        Value::Unset => Json::Null,
        Value::Text(text) => Json::String(text.into_owned()),
        Value::Number(value) => number(value),
        Value::Time(time) => time.as_millis().into(),
        Value::Millis(millis) => millis.into(),
    }
}

/// A number, or the word for one that JSON cannot hold.
fn number(value: f64) -> Json {
    Number::from_f64(value).map_or_else(|| Json::String(format::exact(value)), Json::Number)
}

fn csv(titles: &[String], records: &[Vec<Json>]) -> String {
    let mut text = String::new();
    let fields = |text: &mut String, fields: &mut dyn Iterator<Item = String>| {
        for (place, field) in fields.enumerate() {
            let comma = if place > 0 { "," } else { "" };
            // Writing to a string cannot fail.
            let _ = write!(text, "{comma}{}", quoted(&field));
        }
        text.push('\n');
    };
    fields(&mut text, &mut titles.iter().cloned());
    for record in records {
        let mut written = record.iter().map(|field| match field {
            Json::Null => String::new(),
            Json::String(text) => text.clone(),
            other => other.to_string(),
        });
        fields(&mut text, &mut written);
    }
    text
}

/// A field with quotes where it needs them. Source: RFC 4180.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

fn json(titles: &[String], records: Vec<Vec<Json>>) -> String {
    let object = |record: Vec<Json>| Json::Object(titles.iter().cloned().zip(record).collect::<Map<_, _>>());
    let array: Vec<Json> = records.into_iter().map(object).collect();
    let mut text = format!("{:#}", Json::Array(array));
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::super::RunTable;
    use super::super::testing::{column, run, table};
    use super::*;

    fn some() -> RunTable {
        let mut table = table(vec![
            run("a", &[("loss", 0.1)], &[("note", "one, \"two\"\nthree")]),
            run("b", &[("loss", f64::NAN)], &[]),
        ]);
        let hidden = ["status", "start_time", "duration", "user_id"]
            .map(|name| table.catalog().id(&column(name)).expect("a column"));
        table.show(&hidden, false);
        table
    }

    #[test]
    fn a_table_is_written_as_it_is_shown_with_exact_numbers() {
        let mut table = some();
        assert_eq!(
            table.export(ExportFormat::Csv),
            "run_name,metrics.loss,params.note,run_id\nrun-a,0.1,\"one, \"\"two\"\"\nthree\",a\nrun-b,NaN,,b\n"
        );
        table.find("run-b");
        let written: Json = serde_json::from_str(&table.export(ExportFormat::Json)).expect("JSON");
        assert_eq!(
            written,
            serde_json::json!([{"run_name": "run-b", "metrics.loss": "NaN", "params.note": null, "run_id": "b"}])
        );
    }

    #[test]
    fn a_grouped_table_is_written_group_by_group() {
        let mut table = some();
        table.toggle_group_by(&column("params.note"));
        let written = table.export(ExportFormat::Csv);
        assert!(written.starts_with(
            "params.note,runs,metrics.loss.min,metrics.loss.mean,metrics.loss.max,metrics.loss.count\n"
        ));
        assert!(written.ends_with("none,1,,,,1\n"), "{written}");
    }

    #[test]
    fn the_name_of_a_file_says_how_it_is_written() {
        assert_eq!(ExportFormat::of_name("runs.JSON"), ExportFormat::Json);
        assert_eq!(ExportFormat::of_name("runs.csv"), ExportFormat::Csv);
        assert_eq!(ExportFormat::of_name("runs"), ExportFormat::Csv);
    }
}
