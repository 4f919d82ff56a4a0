//! Runs and prompts that traces were linked to after they were made. MLflow 3.

use flowdeck_domain::search::TraceRecord;

use super::database::Reader;
use super::fault::Fault;
use super::rows;
use super::trace_rows::Places;

/// Adds what traces were linked to.
pub(super) fn add_links(reader: &Reader, records: &mut [TraceRecord], places: &Places) -> Result<(), Fault> {
    if !reader.schema().has("entity_associations") {
        return Ok(());
    }
    let sql = "SELECT source_id, destination_type, destination_id FROM entity_associations \
               WHERE source_type = 'trace' ORDER BY rowid";
    let mut statement = reader.connection().prepare_cached(sql)?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let Some(&place) = places.get(&*rows::text(row, 0).unwrap_or_default()) else {
            continue;
        };
        let linked = rows::string_or_empty(row, 2);
        match &*rows::text(row, 1).unwrap_or_default() {
            "run" => records[place].linked_runs.push(linked.into()),
            "prompt_version" => records[place].linked_prompts.push(linked),
            _ => {}
        }
    }
    Ok(())
}
