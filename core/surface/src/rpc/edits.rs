//! Changes to runs, behind the policy of the context.

use flowdeck_client::tracking::Tag;
use flowdeck_client::{Change, Edit, Failure, FailureKind, Result};

use super::Desk;
use crate::contract::{EditView, RunEdit, RunEditKind, Topic};
use crate::notice::Notice;

impl Desk {
    pub(super) async fn edit_runs(&self, request: RunEdit) -> Result<EditView> {
        let open = self.opened()?;
        let edit = match request.edit {
            RunEditKind::Rename { name } => Edit::Rename(name),
            RunEditKind::Tag { key, value } => Edit::Tag(Tag {
                key: key.as_str().into(),
                value,
            }),
            RunEditKind::Untag { key } => Edit::Untag(key),
            RunEditKind::Note { note } => Edit::Note(note),
            RunEditKind::Restore => Edit::Restore,
            RunEditKind::Delete => {
                let wanted = open.session.policy().confirmation()?;
                if !wanted.is_given(&request.confirmed) {
                    let refused =
                        Failure::new(FailureKind::Refused, "nothing was deleted: it was not confirmed");
                    return Err(refused.with_hint(wanted.prompt()));
                }
                Edit::Delete
            }
        };
        let runs = request.runs.into_iter().map(Into::into).collect();
        let changed = open.session.change(&Change::Runs(runs, edit)).await?;
        open.grow_stale();
        open.tell(&[Topic::Runs, Topic::Experiments]);
        Ok(EditView {
            n_done: changed.n_done,
            failed: changed
                .failed
                .iter()
                .map(|failure| Notice::of(failure).sentence)
                .collect(),
        })
    }
}
