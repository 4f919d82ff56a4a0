//! The list of commands and streams.

use serde::Deserialize;

use super::{
    AboutView, ActRequest, ActionView, ActivityView, AppliedView, ApplyRequest, AuditView, CardView,
    ChangePreview, ChangeRequest, ChartHead, ChartRequest, ChooserRequest, ChooserView, CompareRequest,
    CompareView, ContextFieldView, EditView, ExperimentsRequest, ExperimentsView, FileRequest, FilesView,
    InboxView, ModelView, ModelsRequest, ModelsView, OpenRequest, PreviewView, RegistryEditRequest, RunEdit,
    RunIdsRequest, RunView, RunsRequest, RunsView, SaidView, StandingView, StartView, Topic, VersionRef,
    VersionView, VersionsSection,
};
use crate::run_table::TableWish;

/// In which form an answer comes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// A view-model in JSON.
    Json,
    /// A head in JSON and columns of numbers, or the bytes of a file.
    Columns,
}

/// What a page has to know of a command beside its types.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// Its name in Rust: the variant of [`Request`].
    pub name: &'static str,
    /// The name of the type that it answers with.
    pub answer: &'static str,
    /// In which form the answer comes.
    pub form: Form,
    /// What the answer stands on: it is asked for again once that has changed.
    pub reads: &'static [Topic],
    /// What it changes.
    pub changes: &'static [Topic],
}

/// Writes a command down once: its variant, what it takes, what it answers, what it stands on and what it changes.
macro_rules! commands {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident $(($params:ty))? -> $form:ident $answer:ty, reads $reads:tt, changes $changes:tt;
    )*) => {
        /// What a page asks for.
        #[derive(Clone, Debug, PartialEq, Deserialize)]
        #[serde(tag = "method", content = "params", rename_all = "snake_case")]
        #[cfg_attr(test, derive(ts_rs::TS))]
        pub enum Request {
            $($(#[doc = $doc])* $name $(($params))?,)*
        }

        /// Every command, in the order of [`Request`].
        pub const COMMANDS: &[Command] = &[$(Command {
            name: stringify!($name),
            answer: stringify!($answer),
            form: Form::$form,
            reads: commands!(@topics $reads),
            changes: commands!(@topics $changes),
        },)*];
        $(const _: std::marker::PhantomData<$answer> = std::marker::PhantomData;)*
    };
    (@topics [$($topic:ident),*]) => { &[$(Topic::$topic),*] };
}

commands! {
    /// Which flowdeck this is.
    About -> Json AboutView, reads [], changes [];
    /// The store that is open, or where one was looked for, and the contexts.
    Start -> Json StartView, reads [Store, Contexts], changes [];
    /// Opens another store; the one that is open stays until the other answers.
    Open(OpenRequest) -> Json StartView, reads [], changes [Store, Contexts, Experiments, Runs, Files, Registry, Inbox];
    /// The form for a new context.
    ContextForm -> Json Vec<ContextFieldView>, reads [], changes [];
    /// Writes a new context into the configuration, from the texts of the form.
    AddContext(Vec<String>) -> Json StartView, reads [], changes [Contexts];
    /// Tries a context without opening it.
    TestContext(String) -> Json SaidView, reads [], changes [];
    /// Uses a context where none is named.
    UseContext(String) -> Json SaidView, reads [], changes [Contexts];
    /// How the store stands: whether it is out of reach, and how much is new in the inbox.
    Standing -> Json StandingView, reads [Store, Inbox, Runs], changes [];
    /// What happened to runs since the last look.
    Inbox -> Json InboxView, reads [Store, Inbox], changes [];
    /// Marks everything in the inbox as read.
    ReadInbox -> Json SaidView, reads [], changes [Inbox];
    /// Every action with its keys, as the person's configuration has them.
    Actions -> Json Vec<ActionView>, reads [Contexts], changes [];
    /// Asks the store again for everything that is looked at.
    Refresh -> Json AboutView, reads [], changes [Experiments, Runs, Files, Registry];
    /// The experiments of the store.
    Experiments(ExperimentsRequest) -> Json ExperimentsView, reads [Experiments], changes [];
    /// What goes on in experiments.
    Activities(Vec<String>) -> Json Vec<ActivityView>, reads [Experiments, Runs], changes [];
    /// A window of the table of runs.
    Runs(RunsRequest) -> Json RunsView, reads [Runs], changes [];
    /// What an action makes of how a table is wanted.
    Act(ActRequest) -> Json TableWish, reads [], changes [];
    /// The ids of all runs that are listed.
    RunIds(RunIdsRequest) -> Json Vec<String>, reads [Runs], changes [];
    /// The list of columns to choose from.
    Chooser(ChooserRequest) -> Json ChooserView, reads [Runs], changes [];
    /// All that was logged of one run.
    Run(String) -> Json RunView, reads [Runs], changes [];
    /// Changes runs.
    EditRuns(RunEdit) -> Json EditView, reads [], changes [Runs, Experiments];
    /// Files directly below a path of a run.
    Files(FileRequest) -> Json FilesView, reads [Files], changes [];
    /// What is shown of a file.
    Preview(FileRequest) -> Json PreviewView, reads [Files], changes [];
    /// A picture as it was logged, up to 64 MB.
    Picture(FileRequest) -> Columns Vec<u8>, reads [Files], changes [];
    /// Curves reduced to the columns of a chart.
    Chart(ChartRequest) -> Columns ChartHead, reads [Runs], changes [];
    /// Runs side by side.
    Compare(CompareRequest) -> Json CompareView, reads [Runs], changes [];
    /// Registered models, or prompts.
    Models(ModelsRequest) -> Json ModelsView, reads [Registry], changes [];
    /// A registered model with its versions.
    Model(String) -> Json ModelView, reads [Registry], changes [];
    /// A version with what it hangs together with.
    Version(VersionRef) -> Json VersionView, reads [Registry], changes [];
    /// What the `MLmodel` of a version shows.
    VersionCard(VersionRef) -> Json CardView, reads [Registry], changes [];
    /// Versions side by side, held against the first.
    CompareVersions(Vec<VersionRef>) -> Json Vec<VersionsSection>, reads [Registry], changes [];
    /// Looks at a change to the registry without making it.
    LookAtChange(ChangeRequest) -> Json ChangePreview, reads [], changes [];
    /// Makes the change that was looked at last, as it was looked at.
    ApplyChange(ApplyRequest) -> Json AppliedView, reads [], changes [Registry];
    /// Makes a change to the registry that is easily taken back.
    EditRegistry(RegistryEditRequest) -> Json AppliedView, reads [], changes [Registry];
    /// The changes that flowdeck made to this registry; to one model where it is named.
    Audit(Option<String>) -> Json AuditView, reads [Registry], changes [];
}

/// Every stream, with the type of what it tells.
pub const STREAMS: &[(&str, &str)] = &[("changes", "ChangeView")];
