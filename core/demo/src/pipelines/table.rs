//! Lists as the server gives them: sorted and filtered rows, a page at a time, by tokens that hold where the next begins.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::filter::{Filter, of_options};
use super::query::{Query, quoted};
use super::refusal::{INVALID, Refusal};

/// A value of a row, as the database keeps it: times are seconds.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Cell {
    Number(i64),
    Text(String),
}

/// What can be listed.
pub(super) trait Row {
    /// What the server calls it where it cannot be sorted.
    const TYPE: &'static str;
    /// The table's name, as page tokens carry it.
    const TABLE: &'static str;
    const HAS_TAGS: bool = false;
    /// The column behind a key of the API.
    fn column(key: &str) -> Option<&'static str>;
    /// Whether the next page can begin after a row sorted by it.
    fn can_follow(column: &str) -> bool {
        let _ = column;
        true
    }
    fn cell(&self, column: &str) -> Cell;
    fn id(&self) -> &str;
}

/// Rows that a page has unless it says how many.
const USUAL: i64 = 20;

/// The most rows of a page; more are not given, without a word.
const GREATEST: i64 = 200;

/// The column that everything is sorted by unless said otherwise.
const CREATED: &str = "CreatedAtInSec";

/// A page of rows.
pub(super) struct Page<'a, R> {
    pub(super) rows: Vec<&'a R>,
    /// All rows that fit the filter.
    pub(super) total: usize,
    pub(super) next: Option<String>,
}

impl<R> Page<'_, R> {
    /// The page as the API spells it: an empty one is `{}`.
    pub(super) fn json(&self, key: &str, mut each: impl FnMut(&R) -> Value) -> Value {
        let mut page = json!({});
        if !self.rows.is_empty() {
            page[key] = self.rows.iter().map(|row| each(row)).collect();
        }
        if self.total > 0 {
            page["total_size"] = json!(self.total);
        }
        if let Some(next) = &self.next {
            page["next_page_token"] = json!(next);
        }
        page
    }
}

/// How a list was asked for.
pub(super) struct Listing {
    size: usize,
    column: String,
    is_descending: bool,
    filter: Filter,
    /// The value and the id that the page begins at.
    from: Option<(Cell, String)>,
}

impl Listing {
    pub(super) fn read<R: Row>(query: &Query, sort: &str) -> Result<Self, Refusal> {
        let size = query.number("page_size")?;
        of_options(Self::checked::<R>(query, size, query.text(sort)))
    }

    fn checked<R: Row>(query: &Query, size: i64, sort: &str) -> Result<Self, Refusal> {
        if size < 0 {
            return Err(Refusal::invalid(format!(
                "The page size should be greater than 0. Got {size}"
            )));
        }
        let size = if size == 0 { USUAL } else { size.min(GREATEST) };
        let (column, is_descending) = sorting::<R>(sort)?;
        let filter = Filter::read::<R>(query.text("filter"))?;
        let mut listing = Self {
            size: usize::try_from(size).unwrap_or_default(),
            column,
            is_descending,
            filter,
            from: None,
        };
        let token = query.text("page_token");
        if !token.is_empty() {
            listing.resume(&read_token(token)?, !sort.is_empty())?;
        }
        Ok(listing)
    }

    /// Takes up where a token says; sort and filter are those of the token.
    fn resume(&mut self, token: &Value, is_sorted: bool) -> Result<(), Refusal> {
        let column = token["SortByFieldName"].as_str().unwrap_or(CREATED);
        let is_descending = token["IsDesc"].as_bool().unwrap_or_default();
        let filter = Filter::of_token(&token["Filter"]);
        let other_sort = is_sorted && (column != self.column || is_descending != self.is_descending);
        let other_filter = !self.filter.is_empty() && self.filter.token() != filter.token();
        if other_sort || other_filter {
            return Err(Refusal::invalid(
                "page token does not match the supplied sort by and/or filtering criteria. Either specify the same \
                 criteria or leave the latter empty if page token is specified",
            ));
        }
        let value = match &token["SortByFieldValue"] {
            Value::String(text) => Cell::Text(text.clone()),
            other => Cell::Number(other.as_i64().unwrap_or_default()),
        };
        self.column = column.to_owned();
        self.is_descending = is_descending;
        self.filter = filter;
        self.from = Some((
            value,
            token["KeyFieldValue"].as_str().unwrap_or_default().to_owned(),
        ));
        Ok(())
    }

    /// One page of those among the rows that fit.
    pub(super) fn page<'a, R: Row>(&self, rows: impl Iterator<Item = &'a R>) -> Result<Page<'a, R>, Refusal> {
        let place = |row: &R| (folded(row.cell(&self.column)), row.id().to_owned());
        let mut fitting: Vec<(&R, (Cell, String))> = rows
            .filter(|row| self.filter.fits(*row))
            .map(|row| (row, place(row)))
            .collect();
        fitting.sort_by(|a, b| a.1.cmp(&b.1));
        if self.is_descending {
            fitting.reverse();
        }
        let total = fitting.len();
        let from = self.from.as_ref().map_or(0, |(value, id)| {
            let from = (folded(value.clone()), id.clone());
            fitting.partition_point(|(_, place)| {
                if self.is_descending {
                    *place > from
                } else {
                    *place < from
                }
            })
        });
        let end = (from + self.size).min(total);
        let next = fitting.get(end).map(|(row, _)| self.token(*row)).transpose()?;
        Ok(Page {
            rows: fitting[from..end].iter().map(|(row, _)| *row).collect(),
            total,
            next,
        })
    }

    fn token<R: Row>(&self, first: &R) -> Result<String, Refusal> {
        if !R::can_follow(&self.column) {
            return Err(Refusal::invalid(format!(
                "cannot sort by field {} on type {}",
                quoted(self.column.trim_start_matches("metric:")),
                quoted(R::TYPE)
            )));
        }
        let value = match first.cell(&self.column) {
            Cell::Number(number) => json!(number),
            Cell::Text(text) => json!(text),
        };
        let prefix = if R::TABLE.is_empty() {
            String::new()
        } else {
            format!("{}.", R::TABLE)
        };
        let token = json!({
            "SortByFieldName": self.column, "SortBySQLColumn": self.column, "SortByFieldValue": value,
            "SortByFieldPrefix": prefix, "KeyFieldName": "UUID", "KeyFieldValue": first.id(),
            "KeyFieldPrefix": prefix, "IsDesc": self.is_descending, "ModelName": R::TABLE,
            "Filter": self.filter.token(),
        });
        Ok(STANDARD.encode(token.to_string()))
    }
}

/// Text sorts without regard to case, as the database collates it.
fn folded(cell: Cell) -> Cell {
    match cell {
        Cell::Text(text) => Cell::Text(text.to_lowercase()),
        number => number,
    }
}

/// `name desc` as a column and a direction.
fn sorting<R: Row>(text: &str) -> Result<(String, bool), Refusal> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let wrong = || {
        Refusal::invalid(format!(
            "Received invalid sort by format {}. Supported format: \"field_name\", \"field_name desc\", or \"field_name asc\"",
            quoted(text)
        ))
    };
    let (key, is_descending) = match words[..] {
        [] => return Ok((CREATED.to_owned(), false)),
        [key] => (key, false),
        [key, direction] => match direction.to_ascii_lowercase().as_str() {
            "asc" => (key, false),
            "desc" => (key, true),
            _ => return Err(wrong()),
        },
        _ => return Err(wrong()),
    };
    let small = key.to_ascii_lowercase();
    let column = match R::column(&small) {
        Some(column) => column.to_owned(),
        None if R::TYPE == "Run" && small.starts_with("metric:") => small,
        None => {
            return Err(Refusal::invalid(format!(
                "Invalid sorting field: {} on listable type {}",
                quoted(key),
                R::TYPE
            )));
        }
    };
    Ok((column, is_descending))
}

fn read_token(token: &str) -> Result<Value, Refusal> {
    let invalid = |why: String| Refusal {
        code: INVALID,
        message: format!("InvalidInputError: Invalid page token: {why}"),
        short: Some("Invalid page token".to_owned()),
    };
    let bytes = STANDARD.decode(token).map_err(|_| {
        let is_known = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        let at = token
            .bytes()
            .position(|byte| !is_known(&byte))
            .unwrap_or(token.len());
        invalid(format!("illegal base64 data at input byte {at}"))
    })?;
    serde_json::from_slice(&bytes).map_err(|_| invalid(go_syntax(&bytes)))
}

/// What Go says of a text that begins like a literal and is none, or of any other that is no JSON.
fn go_syntax(bytes: &[u8]) -> String {
    for literal in ["null", "true", "false"] {
        if bytes.first() != literal.as_bytes().first() {
            continue;
        }
        let differs = literal
            .bytes()
            .zip(bytes)
            .position(|(wanted, found)| wanted != *found);
        if let Some(at) = differs {
            return format!(
                "invalid character '{}' in literal {literal} (expecting '{}')",
                char::from(bytes[at]),
                char::from(literal.as_bytes()[at])
            );
        }
    }
    match bytes.first() {
        None => "unexpected end of JSON input".to_owned(),
        Some(first) => format!(
            "invalid character '{}' looking for beginning of value",
            char::from(*first)
        ),
    }
}
