//! What a store answers becomes what the table knows.

use std::sync::Arc;

use flowdeck_client::tracking::{PARENT_RUN_TAG, RUN_NAME_TAG, Run};

use super::catalog::ColumnId;
use super::{RunColumn, RunTable};

impl RunTable {
    /// Learns which columns there are from some runs of which everything was read; they are shown until a list comes.
    pub fn learn(&mut self, runs: &[Run]) {
        self.data.learn(runs);
        self.rearrange();
    }

    /// What is listed no longer answers what is asked. Marks, columns and all that was read stay.
    pub fn forget_list(&mut self) {
        self.data.forget_list();
        self.rearrange();
    }

    /// A list is being read that tells these columns in full, or all of them.
    pub fn begin_reading(&mut self, columns: Option<&[ColumnId]>) {
        self.data.begin_list(columns);
    }

    /// More columns of the list that is there are being read.
    pub fn begin_reading_more(&mut self, columns: &[ColumnId]) {
        self.data.begin_columns(columns);
    }

    /// Some runs of the list. Those of a first answer are shown at once, those of a refresh once it is whole.
    pub fn take(&mut self, runs: Vec<Run>) {
        let looked_at = self.needed();
        self.data.take(runs, &looked_at);
        if !self.data.is_whole() {
            self.rearrange();
        }
    }

    /// The list is whole.
    pub fn finish_reading(&mut self) {
        self.data.finish_list();
        self.rearrange();
    }

    /// Everything of the runs that are listed is being read, part after part.
    pub fn begin_survey(&mut self) {
        self.data.begin_survey();
    }

    /// A part of them.
    pub fn take_survey(&mut self, runs: &[Run]) {
        self.data.take_survey(runs);
        self.settings.layout.follow(&self.data.catalog);
        self.show_columns();
    }

    /// All were read.
    pub fn finish_survey(&mut self) {
        self.data.finish_survey();
        self.rearrange();
    }

    /// Whether a list was read in full.
    pub fn is_whole(&self) -> bool {
        self.data.is_whole()
    }

    /// Whether all columns of the runs that are listed are known.
    pub fn is_all_known(&self) -> bool {
        self.data.is_all_known()
    }

    /// Columns that have to be read whatever is in view: the table is sorted and grouped by them, and nested runs tell
    /// their parents there.
    pub fn needed(&self) -> Vec<ColumnId> {
        let by_hand = [PARENT_RUN_TAG, RUN_NAME_TAG].map(|key| RunColumn::Tag(Arc::from(key)));
        let sorted = self.settings.sort.iter().map(|sort| &sort.column);
        let columns = sorted.chain(&self.settings.group_by).chain(&by_hand);
        columns
            .filter_map(|column| self.data.catalog.id(column))
            .collect()
    }

    /// A column by its number, which it has from now on.
    pub fn column_id(&mut self, column: RunColumn) -> ColumnId {
        let id = self.data.catalog.learn_column(column);
        self.settings.layout.follow(&self.data.catalog);
        id
    }

    fn rearrange(&mut self) {
        self.finder.forget();
        // Runs that turn up later can be told apart by their parents only if that tag is read.
        self.data
            .catalog
            .learn_column(RunColumn::Tag(PARENT_RUN_TAG.into()));
        self.settings.layout.follow(&self.data.catalog);
        self.arrange();
    }
}
