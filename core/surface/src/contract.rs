//! What screens beyond this process are sent: one list of commands and streams, view-models as JSON, series as columns
//! of numbers.
//!
//! The front end's `contract.ts` is generated from these types; a test holds it to them. [`COMMANDS`] says of each
//! command what its answer stands on and what it changes, so that a page knows what to ask again without a list of its
//! own.
//!
//! ```text
//! Request ── rpc::Desk ──> Answer::Json      a view-model, written by serde
//!                     └──> Answer::Columns   4 bytes: length of the head; the head as JSON; padding to 8; f64 columns
//! Follow  ── rpc::Desk ──> ChangeView, one after the other, as long as the page listens
//! ```

#[cfg(test)]
mod bindings;
mod charts;
mod commands;
mod compare;
mod experiments;
mod files;
mod inbox;
mod registry;
mod registry_change;
mod run;
mod runs;
mod store;
mod words;

pub use charts::{ChartHead, ChartLine, ChartRequest, ColumnPart, CurveRef, LimitsView, LookView, TickView};
pub use commands::{COMMANDS, Command, Form, Request, STREAMS};
pub use compare::{CompareLine, CompareRequest, CompareRun, CompareView};
pub use experiments::{ActivityView, ExperimentRow, ExperimentsRequest, ExperimentsView};
pub use files::{
    FileEntry, FileRequest, FilesView, FlavorView, PairView, PreviewBody, PreviewView, SignaturePart,
    TableColumnView, TreeLineView,
};
pub use inbox::{InboxItem, InboxView, SaidView, StandingView};
pub use registry::{
    AuditGroup, AuditRow, AuditView, CardView, ModelRow, ModelView, ModelsRequest, ModelsView, OfferView,
    TargetRef, VersionFactView, VersionRef, VersionRow, VersionView, VersionsSection,
};
pub use registry_change::{
    AppliedView, ApplyRequest, ChangePreview, ChangeRequest, PairRowView, PromotionPreview, RegistryEditKind,
    RegistryEditRequest,
};
pub use run::{DatasetView, EditView, FactLink, FactView, MetricView, RunEdit, RunEditKind, RunView};
pub use runs::{
    Act, ActRequest, ChooserEntry, ChooserRequest, ChooserView, ColumnView, LineKind, LineView,
    RunIdsRequest, RunsQuestion, RunsRequest, RunsView, Window,
};
pub use store::{AboutView, ContextFieldView, ContextView, LookedAt, OpenRequest, StartView, StoreView};
pub use words::{ActionView, BadgeView, Cell, ChangeView, FailureView, Follow, Pair, Topic};
