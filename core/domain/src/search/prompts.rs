//! Reads a filter. Searches of the registry leave prompts out unless the filter asks for them.

use super::clause::{Clause, Comparator, Field, Test};
use super::rules::{Rules, last_run_alone};
use super::{Dialect, Entity, syntax};
use crate::registry::PROMPT_TAG;
use crate::{Failure, Result};

/// The clauses of a filter, and whether prompts are to be left out.
pub(super) fn parse(filter: &str, rules: &Rules, dialect: Dialect) -> Result<(Vec<Clause>, bool)> {
    let registry = matches!(rules.entity, Entity::RegisteredModel | Entity::ModelVersion);
    match (registry, dialect) {
        (true, Dialect::File) => in_file_store(filter, rules),
        (true, Dialect::Sql) => {
            let mut clauses = clauses(filter, rules, dialect)?;
            let hides = !asks_for_prompts(&clauses);
            if hides {
                clauses.retain(|clause| !is_on_prompts(clause));
            }
            Ok((clauses, hides))
        }
        (false, _) => Ok((clauses(filter, rules, dialect)?, false)),
    }
}

fn clauses(filter: &str, rules: &Rules, dialect: Dialect) -> Result<Vec<Clause>> {
    if filter.is_empty() {
        return Ok(Vec::new());
    }
    let mut clauses = syntax::clauses(filter, rules.bare_timestamp)?
        .iter()
        .map(|raw| (rules.clause)(raw, dialect))
        .collect::<Result<_>>()?;
    last_run_alone(&mut clauses);
    Ok(clauses)
}

/// A file store writes a clause behind the filter, which may well become part of what stands before it.
fn in_file_store(filter: &str, rules: &Rules) -> Result<(Vec<Clause>, bool)> {
    if filter.contains(PROMPT_TAG) {
        return Ok((clauses(filter, rules, Dialect::File)?, false));
    }
    let added = format!("tag.`{PROMPT_TAG}` != 'true'");
    let whole = match filter {
        "" => added,
        filter => format!("{filter} AND {added}"),
    };
    let mut clauses = clauses(&whole, rules, Dialect::File).map_err(|failure| within(failure, filter))?;
    let stands_alone = clauses
        .last()
        .is_some_and(|clause| is_on_prompts(clause) && clause.span.start >= filter.len());
    if stands_alone {
        clauses.pop();
    }
    Ok((clauses, stands_alone))
}

/// The failure at no more than what was written.
fn within(failure: Failure, filter: &str) -> Failure {
    match failure.span() {
        Some(span) if span.end > filter.len() => failure.at(span.start.min(filter.len())..filter.len()),
        _ => failure,
    }
}

fn is_on_prompts(clause: &Clause) -> bool {
    matches!(&clause.field, Field::Tag(key) if key.as_str() == PROMPT_TAG)
}

/// The first clause on the tag decides for a SQL store.
fn asks_for_prompts(clauses: &[Clause]) -> bool {
    let first = clauses.iter().find(|clause| is_on_prompts(clause));
    first.is_some_and(|clause| match &clause.test {
        Test::Text(Comparator::Equal, text) => text.to_lowercase() == "true",
        Test::Text(Comparator::Unequal, text) => text.to_lowercase() == "false",
        _ => false,
    })
}
