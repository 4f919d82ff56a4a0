//! The contract as TypeScript, held to the file that the front end builds with.

use std::fmt::Write as _;
use std::path::Path;

use ts_rs::{Config, TS};

use super::*;
use crate::run_table::{TableWish, WishedSort};
use crate::tone::Tone;

/// Everything that crosses the border, as TypeScript.
fn bindings() -> String {
    let config = Config::new().with_large_int("number");
    macro_rules! declared {
        ($($name:ident),* $(,)?) => { [$($name::decl(&config)),*] };
    }
    let types = declared![
        Request,
        Follow,
        Topic,
        ChangeView,
        Tone,
        FailureView,
        BadgeView,
        Cell,
        Pair,
        ActionView,
        AboutView,
        StartView,
        StoreView,
        LookedAt,
        ContextView,
        ContextFieldView,
        OpenRequest,
        ExperimentsRequest,
        ExperimentsView,
        ExperimentRow,
        ActivityView,
        RunsQuestion,
        TableWish,
        WishedSort,
        Window,
        RunsRequest,
        RunIdsRequest,
        RunsView,
        ColumnView,
        LineKind,
        LineView,
        Act,
        ActRequest,
        ChooserRequest,
        ChooserView,
        ChooserEntry,
        RunView,
        FactView,
        FactLink,
        MetricView,
        DatasetView,
        RunEdit,
        RunEditKind,
        EditView,
        FileRequest,
        FilesView,
        FileEntry,
        PreviewView,
        PreviewBody,
        TreeLineView,
        TableColumnView,
        PairView,
        SignaturePart,
        FlavorView,
        CurveRef,
        LookView,
        LimitsView,
        ChartRequest,
        ChartHead,
        ChartLine,
        ColumnPart,
        TickView,
        CompareRequest,
        CompareView,
        CompareRun,
        CompareLine,
        ModelsRequest,
        ModelsView,
        ModelRow,
        ModelView,
        VersionRow,
        VersionRef,
        VersionView,
        VersionFactView,
        OfferView,
        TargetRef,
        CardView,
        VersionsSection,
        AuditView,
        AuditRow,
        AuditGroup,
        ChangeRequest,
        ChangePreview,
        PromotionPreview,
        PairRowView,
        ApplyRequest,
        AppliedView,
        RegistryEditRequest,
        RegistryEditKind,
        StandingView,
        InboxView,
        InboxItem,
        SaidView,
    ];
    let mut text = "// Generated from core/surface by `cargo xtask bindings`. Do not edit.\n".to_owned();
    for declared in types {
        let _ = write!(text, "\nexport {declared}\n");
    }
    text.push_str(&answers());
    text.push_str(&table());
    text
}

/// What each command answers with.
fn answers() -> String {
    let mut text = "\n/** What each command answers with. */\nexport interface Answers {\n".to_owned();
    for command in COMMANDS {
        let answer = match command.answer.strip_prefix("Vec<") {
            _ if command.form == Form::Columns => "ArrayBuffer".to_owned(),
            Some(item) => {
                format!("Array<{}>", item.trim_end_matches('>').trim()).replace("<String>", "<string>")
            }
            None => command.answer.to_owned(),
        };
        let _ = writeln!(text, "  {}: {answer};", method(command.name));
    }
    text.push_str("}\n");
    for (name, told) in STREAMS {
        let _ = write!(
            text,
            "\n/** What each stream tells. */\nexport interface Streams {{\n  {name}: {told};\n}}\n"
        );
    }
    text
}

/// What a page has to know of each command.
fn table() -> String {
    let topics = |topics: &[Topic]| serde_json::to_string(topics).expect("words");
    let mut text =
        "\n/** What each command stands on, what it changes, and the form of its answer. */\nexport const commands = {\n"
            .to_owned();
    for command in COMMANDS {
        let form = match command.form {
            Form::Json => "json",
            Form::Columns => "columns",
        };
        let _ = writeln!(
            text,
            "  {}: {{ form: \"{form}\", reads: {}, changes: {} }},",
            method(command.name),
            topics(command.reads),
            topics(command.changes)
        );
    }
    text.push_str("} as const satisfies Record<Request[\"method\"], { form: \"json\" | \"columns\"; reads: Topic[]; changes: Topic[] }>;\n");
    text
}

/// `ContextForm` as `context_form`: how serde spells it.
fn method(name: &str) -> String {
    let mut spelled = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !spelled.is_empty() {
            spelled.push('_');
        }
        spelled.extend(letter.to_lowercase());
    }
    spelled
}

#[test]
fn requests_are_read_by_their_method_and_others_are_refused() {
    let read = |json| serde_json::from_value::<Request>(json).ok();
    let run = serde_json::json!({"method": "run", "params": "a1"});
    assert_eq!(read(run), Some(Request::Run("a1".to_owned())));
    for json in [
        serde_json::json!({"method": "rm"}),
        serde_json::json!({"method": "run"}),
        serde_json::json!("about"),
    ] {
        assert_eq!(read(json), None);
    }
    for command in COMMANDS {
        let json = serde_json::json!({"method": method(command.name)});
        let error = serde_json::from_value::<Request>(json).err();
        let is_unknown = error.is_some_and(|error| error.to_string().contains("unknown variant"));
        assert!(!is_unknown, "{} is spelled otherwise on the wire", command.name);
    }
}

#[test]
fn the_front_end_has_the_types_of_today() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../frontend/src/platform/contract.ts");
    if std::env::var_os("FLOWDECK_WRITE_BINDINGS").is_some() {
        std::fs::write(&path, bindings()).expect("the front end lies beside");
    }
    let committed = std::fs::read_to_string(&path).expect("the front end lies beside");
    assert_eq!(committed, bindings(), "run `cargo xtask bindings`");
}
