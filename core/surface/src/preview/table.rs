/// Rows and columns of text. A row may have fewer cells than there are columns, or more.
///
/// Kept as one text with the ends of its cells: a million cells are a million numbers, not a million strings.
#[derive(Clone, Debug, Default)]
pub struct Table {
    columns: Vec<TableColumn>,
    text: String,
    cell_ends: Vec<usize>,
    row_ends: Vec<usize>,
}

/// A column of a table.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// The type of its values, where the file tells one.
    pub kind: Option<String>,
    /// Whether all its values are numbers: they stand at the right edge then.
    pub is_numeric: bool,
}

/// Cells that a preview holds at most.
pub(super) const MOST_CELLS: usize = 1_000_000;

impl Table {
    /// A table without rows.
    pub fn new(columns: Vec<TableColumn>) -> Self {
        Self {
            columns,
            ..Self::default()
        }
    }

    /// Adds a row; answers whether there was room for it.
    pub fn push_row<'a>(&mut self, cells: impl Iterator<Item = &'a str>) -> bool {
        if self.cell_ends.len() >= MOST_CELLS {
            return false;
        }
        for cell in cells {
            self.text.push_str(cell);
            self.cell_ends.push(self.text.len());
        }
        self.row_ends.push(self.cell_ends.len());
        true
    }

    /// Its columns.
    pub fn columns(&self) -> &[TableColumn] {
        &self.columns
    }

    /// How many rows it has.
    pub fn n_rows(&self) -> usize {
        self.row_ends.len()
    }

    /// A cell; none where the row is shorter.
    pub fn cell(&self, row: usize, column: usize) -> Option<&str> {
        let first = if row == 0 { 0 } else { *self.row_ends.get(row - 1)? };
        let place = first.checked_add(column)?;
        if place >= *self.row_ends.get(row)? {
            return None;
        }
        let start = if place == 0 { 0 } else { self.cell_ends[place - 1] };
        self.text.get(start..self.cell_ends[place])
    }

    /// Finds out which columns hold numbers alone, from their first rows.
    pub(super) fn find_numbers(&mut self) {
        const LOOKED_AT: usize = 200;
        for column in 0..self.columns.len() {
            let mut cells = (0..self.n_rows().min(LOOKED_AT))
                .filter_map(|row| self.cell(row, column))
                .filter(|cell| !cell.is_empty())
                .peekable();
            let is_numeric = cells.peek().is_some() && cells.all(|cell| cell.trim().parse::<f64>().is_ok());
            self.columns[column].is_numeric = is_numeric;
        }
    }
}
