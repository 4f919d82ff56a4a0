// Generated from core/surface by `cargo xtask bindings`. Do not edit.

export type Request = { "method": "about" } | { "method": "start" } | { "method": "open", "params": OpenRequest } | { "method": "context_form" } | { "method": "add_context", "params": Array<string> } | { "method": "test_context", "params": string } | { "method": "use_context", "params": string } | { "method": "standing" } | { "method": "inbox" } | { "method": "read_inbox" } | { "method": "actions" } | { "method": "refresh" } | { "method": "experiments", "params": ExperimentsRequest } | { "method": "activities", "params": Array<string> } | { "method": "runs", "params": RunsRequest } | { "method": "act", "params": ActRequest } | { "method": "run_ids", "params": RunIdsRequest } | { "method": "chooser", "params": ChooserRequest } | { "method": "run", "params": string } | { "method": "edit_runs", "params": RunEdit } | { "method": "files", "params": FileRequest } | { "method": "preview", "params": FileRequest } | { "method": "picture", "params": FileRequest } | { "method": "chart", "params": ChartRequest } | { "method": "compare", "params": CompareRequest } | { "method": "models", "params": ModelsRequest } | { "method": "model", "params": string } | { "method": "version", "params": VersionRef } | { "method": "version_card", "params": VersionRef } | { "method": "compare_versions", "params": Array<VersionRef> } | { "method": "look_at_change", "params": ChangeRequest } | { "method": "apply_change", "params": ApplyRequest } | { "method": "edit_registry", "params": RegistryEditRequest } | { "method": "audit", "params": string | null };

export type Follow = { "stream": "changes" };

export type Topic = "store" | "contexts" | "experiments" | "runs" | "files" | "registry" | "inbox";

export type ChangeView = { 
/**
 * What.
 */
topics: Array<Topic>, };

export type Tone = "plain" | "muted" | "accent" | "good" | "active" | "warning" | "bad";

export type FailureView = { 
/**
 * The kind's stable word: `damaged`, `unreachable`, ...
 */
kind: string, 
/**
 * What failed, to what, and why.
 */
sentence: string, 
/**
 * The way out, where one is known.
 */
hint: string | null, 
/**
 * First and last but one of the bytes of the input that are wrong, in UTF-8, for a caret under them.
 */
span_bytes: [number, number] | null, };

export type BadgeView = { 
/**
 * One character.
 */
symbol: string, 
/**
 * The word.
 */
word: string, 
/**
 * What it means.
 */
tone: Tone, };

export type Cell = [string, Tone];

export type Pair = { 
/**
 * The key.
 */
key: string, 
/**
 * What stands behind it.
 */
value: string, 
/**
 * What it means.
 */
tone: Tone, };

export type ActionView = { 
/**
 * Its stable name: `runs.mark`.
 */
name: string, 
/**
 * The title over the actions of its scope.
 */
scope: string, 
/**
 * What it is called.
 */
title: string, 
/**
 * The keys by name: `j`, `ctrl-d`, `enter`.
 */
keys: Array<string>, };

export type AboutView = { 
/**
 * `flowdeck`.
 */
name: string, 
/**
 * `0.1.0`.
 */
version: string, };

export type StartView = { 
/**
 * The store that is open.
 */
store: StoreView | null, 
/**
 * Why none is, where one was named.
 */
failure: FailureView | null, 
/**
 * The places that were looked at, in order.
 */
looks: Array<LookedAt>, 
/**
 * The contexts of the configuration.
 */
contexts: Array<ContextView>, 
/**
 * What was passed over in the configuration, a sentence each.
 */
warnings: Array<string>, 
/**
 * Whether a demo can be opened.
 */
has_demo: boolean, };

export type StoreView = { 
/**
 * Its URI or path, without any secret.
 */
uri: string, 
/**
 * The last part of it, short enough for a headline.
 */
short: string, 
/**
 * `SQLite store`, `File store` or `Tracking server`.
 */
kind: string, 
/**
 * Where it was found: `the current directory`.
 */
found: string, 
/**
 * The context that it is reached by.
 */
context: string | null, 
/**
 * What may be done in it, where that is not everything: `read-only`.
 */
limits: string, 
/**
 * Whether nothing may be changed in it.
 */
read_only: boolean, 
/**
 * The word that has to be typed before something is destroyed in it: the name of a production context.
 */
confirm: string | null, };

export type LookedAt = { 
/**
 * The place.
 */
place: string, 
/**
 * What was there.
 */
outcome: string, };

export type ContextView = { 
/**
 * What it is called.
 */
name: string, 
/**
 * Whether its store is open.
 */
is_open: boolean, 
/**
 * Whether it is used where none is named.
 */
is_current: boolean, 
/**
 * Where its runs are, or why it cannot be used.
 */
place: string, 
/**
 * How one signs in.
 */
sign_in: string, 
/**
 * What may be done in it, where that is not everything.
 */
limits: string, 
/**
 * What its state means.
 */
tone: Tone, };

export type ContextFieldView = { 
/**
 * What stands over it.
 */
label: string, 
/**
 * What stands in it at first.
 */
value: string, 
/**
 * What it can be, where that is not any text.
 */
options: Array<string>, };

export type OpenRequest = { "what": "store", "name": string } | { "what": "context", "name": string } | { "what": "demo" };

export type ExperimentsRequest = { 
/**
 * `active`, `deleted` or `all`.
 */
view: string, 
/**
 * MLflow's search language; empty for everything.
 */
filter: string, 
/**
 * Words that they must have.
 */
find: string, };

export type ExperimentsView = { 
/**
 * The experiments that have the words, in the store's order.
 */
experiments: Array<ExperimentRow>, 
/**
 * How many there are before words are looked for.
 */
n_all: number, 
/**
 * What was passed over while reading, a sentence each.
 */
warnings: Array<string>, };

export type ExperimentRow = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Whether it stands.
 */
lifecycle: BadgeView, 
/**
 * When it was made, as a clock time; unknown in old stores.
 */
created: string | null, 
/**
 * Tags that people set: `team=vision, owner=ada`.
 */
tags: string, 
/**
 * The first line of its note.
 */
note: string, };

export type ActivityView = { 
/**
 * Its id.
 */
id: string, 
/**
 * How many runs it has; `1,000+` where more were not counted.
 */
n_runs: string, 
/**
 * What goes on and what failed: `1 running, 2 failed`.
 */
state: Cell, 
/**
 * When a run of it last began or ended, as a clock time.
 */
last: string, 
/**
 * The same in milliseconds since the Unix epoch, to sort by; 0 where there is none.
 */
last_ms: number, 
/**
 * How many runs, to sort by.
 */
n: number, };

export type RunsQuestion = { 
/**
 * Ids of the experiments.
 */
experiments: Array<string>, 
/**
 * MLflow's search language; empty for everything.
 */
filter: string, 
/**
 * `active`, `deleted` or `all`.
 */
view: string, };

export type TableWish = { 
/**
 * Words that runs must have.
 */
find: string, 
/**
 * What it is sorted by, the first first.
 */
sort: Array<WishedSort>, 
/**
 * What it is grouped by.
 */
group_by: Array<string>, 
/**
 * What a group says of a metric, as [`Statistic::word`] spells it; empty for the mean.
 */
statistic: string, 
/**
 * `always` or `never`; empty for nested as long as nothing is sorted or found.
 */
nesting: string, 
/**
 * Whether columns in which all runs are the same are left out.
 */
only_differing: boolean, 
/**
 * Which values are good, `min` or `max`, by name of the metric.
 */
goals: { [key in string]: string }, 
/**
 * Id of the run that others are held against.
 */
baseline: string | null, 
/**
 * What is said beside it: `percent` or `none`; empty for both.
 */
delta: string, 
/**
 * The columns to show, in order; empty for those that a table shows at first.
 */
columns: Array<string>, 
/**
 * Columns to show beside them.
 */
shown: Array<string>, 
/**
 * Columns to leave out.
 */
hidden: Array<string>, 
/**
 * Columns that stay at the left.
 */
pinned: Array<string>, 
/**
 * Ids of runs below which everything is left out.
 */
folded_runs: Array<string>, 
/**
 * Groups of which the runs are left out, by what they have in common.
 */
folded_groups: Array<Array<string>>, };

export type WishedSort = { 
/**
 * Its name.
 */
column: string, 
/**
 * Whether the greatest stands first.
 */
descending: boolean, };

export type Window = { 
/**
 * The first line.
 */
first_line: number, 
/**
 * How many lines, 500 at most.
 */
n_lines: number, 
/**
 * The first column behind those that stay at the left.
 */
first_column: number, 
/**
 * How many columns, 200 at most.
 */
n_columns: number, };

export type RunsRequest = { 
/**
 * Which runs.
 */
question: RunsQuestion, 
/**
 * How the table is wanted.
 */
wish: TableWish, 
/**
 * What is in view.
 */
window: Window, };

export type RunIdsRequest = { 
/**
 * Which runs.
 */
question: RunsQuestion, 
/**
 * How the table is wanted.
 */
wish: TableWish, };

export type RunsView = { 
/**
 * Names of the experiments, in the order asked for.
 */
experiments: Array<string>, 
/**
 * Whether all runs are listed, rather than the first ones.
 */
is_whole: boolean, 
/**
 * Whether every column of them is known.
 */
is_all_known: boolean, 
/**
 * When they were read, as a clock time.
 */
as_of: string, 
/**
 * Why they could not be read again, where they could not.
 */
failure: FailureView | null, 
/**
 * What was passed over while reading, a sentence each.
 */
warnings: Array<string>, 
/**
 * Runs that are listed.
 */
n_listed: number, 
/**
 * Runs there are before words are looked for.
 */
n_runs: number, 
/**
 * Runs among them that go on.
 */
n_running: number, 
/**
 * Lines, those of groups among them.
 */
n_lines: number, 
/**
 * Columns that are shown.
 */
n_columns: number, 
/**
 * How many of them stay at the left.
 */
n_pinned: number, 
/**
 * How many there are, shown or not.
 */
n_known_columns: number, 
/**
 * The columns that stay at the left, then those of the window.
 */
columns: Array<ColumnView>, 
/**
 * The lines of the window.
 */
lines: Array<LineView>, 
/**
 * What sorts, groups and judges, in a few words: `sorted by auc ▼`.
 */
words: string, };

export type ColumnView = { 
/**
 * The name that it is asked for by: `metrics.loss`.
 */
name: string, 
/**
 * The title over it.
 */
title: string, 
/**
 * How it is sorted and judged: `▲2↓?`.
 */
marks: string, 
/**
 * Its family: `metrics`, `params`, `tags`, `attributes`.
 */
family: string, 
/**
 * Whether its cells stand at the right edge.
 */
is_numeric: boolean, 
/**
 * How it is sorted: 1 ascending, -1 descending, 0 not at all.
 */
sort: number, 
/**
 * How much room its cells in view want, in characters.
 */
width_chars: number, };

export type LineKind = { "kind": "run", 
/**
 * Its id.
 */
id: string, 
/**
 * Its name, or its id where it has none.
 */
name: string, 
/**
 * Whether runs stand below it.
 */
has_children: boolean, 
/**
 * Whether they are left out.
 */
is_folded: boolean, 
/**
 * Whether others are held against it.
 */
is_baseline: boolean, } | { "kind": "group", 
/**
 * What they have in common.
 */
key: Array<string>, 
/**
 * Whether its runs are left out.
 */
is_folded: boolean, 
/**
 * Ids of its runs.
 */
runs: Array<string>, };

export type LineView = { 
/**
 * What it is of.
 */
of: LineKind, 
/**
 * Its cells, as many as there are columns in the view.
 */
cells: Array<Cell>, };

export type Act = { "act": "sort", "on": string } | { "act": "sort_also", "on": string } | { "act": "group_by", "on": string } | { "act": "goal", "on": string } | { "act": "statistic" } | { "act": "nesting" } | { "act": "only_differing" } | { "act": "baseline", "on": string } | { "act": "delta" } | { "act": "hide", "on": string } | { "act": "show", "on": string } | { "act": "pin", "on": string } | { "act": "shift_left", "on": string } | { "act": "shift_right", "on": string } | { "act": "reset_columns" } | { "act": "fold_run", "on": string } | { "act": "fold_group", "on": Array<string> } | { "act": "fold_all" };

export type ActRequest = { 
/**
 * Which runs.
 */
question: RunsQuestion, 
/**
 * How the table is wanted so far.
 */
wish: TableWish, 
/**
 * The action.
 */
act: Act, };

export type ChooserRequest = { 
/**
 * Which runs.
 */
question: RunsQuestion, 
/**
 * How the table is wanted.
 */
wish: TableWish, 
/**
 * A few letters of keys.
 */
words: string, 
/**
 * Groups that are not as they are at first.
 */
turned: Array<string>, 
/**
 * The first entry that is in view.
 */
first: number, 
/**
 * How many, 500 at most.
 */
n: number, };

export type ChooserView = { 
/**
 * Entries in all.
 */
n_entries: number, 
/**
 * Those asked for.
 */
entries: Array<ChooserEntry>, };

export type ChooserEntry = { 
/**
 * The name to show or hide it by; of a group it ends in `*`, and that of what every run has is empty.
 */
name: string, 
/**
 * The name to fold a group by; empty of a column.
 */
fold: string, 
/**
 * What it is called.
 */
title: string, 
/**
 * How deep it stands.
 */
depth: number, 
/**
 * Columns in it; none of a column.
 */
n_columns: number | null, 
/**
 * How many of them are shown; 1 or 0 of a column.
 */
n_shown: number, 
/**
 * Whether it is a group that is folded.
 */
is_folded: boolean, 
/**
 * Whether it is a column that stays at the left.
 */
is_pinned: boolean, };

export type RunView = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its name, or its id where it has none.
 */
name: string, 
/**
 * How it stands.
 */
status: BadgeView, 
/**
 * Whether it goes on.
 */
is_running: boolean, 
/**
 * Whether it was deleted.
 */
is_deleted: boolean, 
/**
 * The experiment it belongs to.
 */
experiment_id: string, 
/**
 * What that is called.
 */
experiment: string, 
/**
 * What is worth knowing of it.
 */
facts: Array<FactView>, 
/**
 * Its note, in Markdown.
 */
note: string, 
/**
 * Latest values of its metrics.
 */
metrics: Array<MetricView>, 
/**
 * Its params.
 */
params: Array<Pair>, 
/**
 * Its tags, those of MLflow last.
 */
tags: Array<Pair>, 
/**
 * Datasets it used.
 */
datasets: Array<DatasetView>, };

export type FactView = { 
/**
 * What it is.
 */
label: string, 
/**
 * Its text.
 */
text: string, 
/**
 * What it means.
 */
tone: Tone, 
/**
 * Where it leads.
 */
link: FactLink | null, };

export type FactLink = { "to": "run", "id": string } | { "to": "experiment", "id": string };

export type MetricView = { 
/**
 * The metric.
 */
key: string, 
/**
 * Its value, short.
 */
value: string, 
/**
 * Its value so that it reads back as the same number.
 */
exact: string, 
/**
 * What it means.
 */
tone: Tone, 
/**
 * The step it was logged at.
 */
step: number, 
/**
 * When, as a clock time.
 */
at: string, 
/**
 * Whether it tells of the machine.
 */
is_system: boolean, };

export type DatasetView = { 
/**
 * Its name.
 */
name: string, 
/**
 * What the run used it for.
 */
context: string, 
/**
 * A short hash of its contents.
 */
digest: string, 
/**
 * Where it came from, in a word.
 */
source_type: string, };

export type RunEdit = { 
/**
 * Which.
 */
runs: Array<string>, 
/**
 * What.
 */
edit: RunEditKind, 
/**
 * What was typed before something is destroyed; nothing where nothing is.
 */
confirmed: string, };

export type RunEditKind = { "edit": "rename", 
/**
 * The name.
 */
name: string, } | { "edit": "tag", 
/**
 * Its key.
 */
key: string, 
/**
 * Its value.
 */
value: string, } | { "edit": "untag", 
/**
 * Its key.
 */
key: string, } | { "edit": "note", 
/**
 * In Markdown.
 */
note: string, } | { "edit": "delete" } | { "edit": "restore" };

export type EditView = { 
/**
 * Runs that were changed.
 */
n_done: number, 
/**
 * What could not be done, a sentence each.
 */
failed: Array<string>, };

export type FileRequest = { 
/**
 * The run.
 */
run: string, 
/**
 * The path below its artifacts; empty for their root.
 */
path: string, 
/**
 * The size of the file in bytes, where the list told it.
 */
size_bytes: number | null, };

export type FilesView = { 
/**
 * Directories first, then files, by name.
 */
entries: Array<FileEntry>, };

export type FileEntry = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its path below the artifacts of the run.
 */
path: string, 
/**
 * Whether it is a directory.
 */
is_directory: boolean, 
/**
 * Its size for people; empty where the store told none.
 */
size: string, 
/**
 * Its size in bytes, where told.
 */
size_bytes: number | null, };

export type PreviewView = { 
/**
 * Its size for people; empty where nobody told one.
 */
size: string, 
/**
 * What a person should know of what is shown.
 */
remarks: Array<string>, 
/**
 * What is shown.
 */
body: PreviewBody, };

export type PreviewBody = { "form": "text", 
/**
 * It.
 */
text: string, } | { "form": "tree", 
/**
 * A line each.
 */
lines: Array<TreeLineView>, } | { "form": "table", 
/**
 * The columns.
 */
columns: Array<TableColumnView>, 
/**
 * The first rows.
 */
rows: Array<Array<string>>, 
/**
 * Rows in all.
 */
n_rows: number, } | { "form": "picture", 
/**
 * In pixels.
 */
width: number, 
/**
 * In pixels.
 */
height: number, 
/**
 * `image/png`.
 */
mime: string, } | { "form": "model", 
/**
 * What it says of itself.
 */
facts: Array<PairView>, 
/**
 * Inputs, outputs and params.
 */
signature: Array<SignaturePart>, 
/**
 * Ways to load it.
 */
flavors: Array<FlavorView>, } | { "form": "bytes", 
/**
 * A line each.
 */
lines: Array<string>, };

export type TreeLineView = { 
/**
 * How deep it stands.
 */
depth: number, 
/**
 * Its key.
 */
key: string, 
/**
 * Its value.
 */
value: string, 
/**
 * Whether it holds others.
 */
is_holder: boolean, 
/**
 * The line behind all that it holds.
 */
end: number, };

export type TableColumnView = { 
/**
 * Its name.
 */
name: string, 
/**
 * Whether its cells stand at the right edge.
 */
is_numeric: boolean, };

export type PairView = { 
/**
 * The key.
 */
key: string, 
/**
 * The value.
 */
value: string, };

export type SignaturePart = { 
/**
 * `Inputs`.
 */
title: string, 
/**
 * Each with its type.
 */
fields: Array<PairView>, };

export type FlavorView = { 
/**
 * `sklearn`.
 */
name: string, 
/**
 * What it says.
 */
facts: Array<PairView>, };

export type CurveRef = { 
/**
 * The run.
 */
run: string, 
/**
 * What it is called.
 */
run_name: string, 
/**
 * The metric.
 */
key: string, };

export type LookView = { 
/**
 * `step`, `time` or `relative`.
 */
axis: string, 
/**
 * Whether the x axis is logarithmic.
 */
log_x: boolean, 
/**
 * `linear`, `log` or `symlog`.
 */
scale: string, 
/**
 * The share of the past in each smoothed value, from 0 to below 1.
 */
smoothing: number, 
/**
 * Whether outliers are left out of the y axis.
 */
clip: boolean, };

export type LimitsView = { 
/**
 * The lower end.
 */
min: number | null, 
/**
 * The upper end.
 */
max: number | null, };

export type ChartRequest = { 
/**
 * Its curves, 200 at most.
 */
curves: Array<CurveRef>, 
/**
 * How they are shown.
 */
look: LookView, 
/**
 * The stretch of the x axis.
 */
x: LimitsView, 
/**
 * The stretch of the y axis.
 */
y: LimitsView, 
/**
 * Columns to reduce to: the width of the chart in pixels, 4,000 at most.
 */
n_columns: number, 
/**
 * Marks of the x axis at most.
 */
n_x_ticks: number, 
/**
 * Marks of the y axis at most.
 */
n_y_ticks: number, };

export type ChartHead = { 
/**
 * Whether there is anything finite to draw.
 */
is_empty: boolean, 
/**
 * Columns it was reduced to.
 */
n_columns: number, 
/**
 * The stretch of the x axis that is shown.
 */
x: LimitsView, 
/**
 * What the x axis counts, in a word.
 */
x_word: string, 
/**
 * `linear`, `log` or `symlog`, as far as the values allow.
 */
scale: string, 
/**
 * Marks of the x axis.
 */
x_ticks: Array<TickView>, 
/**
 * Marks of the y axis.
 */
y_ticks: Array<TickView>, 
/**
 * The `x` at the border of each column, one more than there are columns.
 */
edges: ColumnPart, 
/**
 * The curves, in the order asked for.
 */
lines: Array<ChartLine>, };

export type ChartLine = { 
/**
 * The run.
 */
run: string, 
/**
 * The metric.
 */
key: string, 
/**
 * What it is called in the legend.
 */
name: string, 
/**
 * The place of its colour in the order of colours.
 */
colour: number, 
/**
 * Points that were logged.
 */
n_points: number, 
/**
 * Points that are NaN, and that are infinite.
 */
n_odd: number, 
/**
 * The latest value, the lowest and the highest, each with its step.
 */
told: string, 
/**
 * The slot of each point.
 */
slots: ColumnPart, 
/**
 * Its `x`; NaN of a gap.
 */
x: ColumnPart, 
/**
 * Its value as it was logged; NaN of a gap.
 */
y: ColumnPart, 
/**
 * Its place as a share of the height; NaN of a gap.
 */
shares: ColumnPart, 
/**
 * The slots of the smoothed curve, empty without smoothing.
 */
smooth_slots: ColumnPart, 
/**
 * Its places as shares of the height.
 */
smooth_shares: ColumnPart, };

export type ColumnPart = { 
/**
 * The first number, counted from the first of all columns.
 */
first: number, 
/**
 * How many.
 */
n: number, };

export type TickView = { 
/**
 * Its place as a share of the axis, 0 to 1.
 */
share: number, 
/**
 * What stands there.
 */
label: string, };

export type CompareRequest = { 
/**
 * Ids of the runs, in order.
 */
runs: Array<string>, 
/**
 * Whether keys are listed in which all runs are the same.
 */
all: boolean, 
/**
 * Words that keys must have.
 */
words: string, 
/**
 * The run that others are held against.
 */
baseline: string | null, 
/**
 * What is said beside it: `both`, `percent` or `none`.
 */
delta: string, 
/**
 * Which values are good, `min` or `max`, by name of the metric.
 */
goals: { [key in string]: string }, 
/**
 * The first line in view.
 */
first: number, 
/**
 * How many, 500 at most.
 */
n: number, };

export type CompareView = { 
/**
 * The runs.
 */
runs: Array<CompareRun>, 
/**
 * Lines in all.
 */
n_lines: number, 
/**
 * Keys that are listed.
 */
n_keys: number, 
/**
 * Keys there are.
 */
n_all: number, 
/**
 * The lines in view.
 */
lines: Array<CompareLine>, 
/**
 * Metrics that can be charted, those in which runs differ first.
 */
metrics: Array<string>, };

export type CompareRun = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its name, or its id where it has none.
 */
name: string, 
/**
 * How it stands.
 */
status: BadgeView, 
/**
 * The place of its colour in the order of colours.
 */
colour: number, 
/**
 * Whether others are held against it.
 */
is_baseline: boolean, };

export type CompareLine = { "kind": "title", 
/**
 * It.
 */
title: string, } | { "kind": "key", 
/**
 * The name that it is asked for by: `metrics.loss`.
 */
name: string, 
/**
 * What it is called.
 */
title: string, 
/**
 * Which values are good: `↓?`.
 */
marks: string, 
/**
 * Whether its cells stand at the right edge.
 */
is_numeric: boolean, 
/**
 * Whether runs differ in it.
 */
differs: boolean, 
/**
 * What each run has.
 */
cells: Array<Cell>, };

export type ModelsRequest = { 
/**
 * Whether prompts are meant, which the registry keeps beside models.
 */
prompts: boolean, 
/**
 * In MLflow's search language; the store judges it.
 */
filter: string, 
/**
 * Words that models must have.
 */
find: string, };

export type ModelsView = { 
/**
 * Those that were found, in the order of the store.
 */
models: Array<ModelRow>, 
/**
 * How many pass the filter.
 */
n_all: number, 
/**
 * Whether there are more than are listed.
 */
is_cut: boolean, 
/**
 * What was passed over, a sentence each.
 */
warnings: Array<string>, 
/**
 * That an earlier change broke off half-way.
 */
unfinished: string | null, };

export type ModelRow = { 
/**
 * Its name.
 */
name: string, 
/**
 * Number of its newest version.
 */
latest: string, 
/**
 * Number of the newest version in Production.
 */
production: string, 
/**
 * Number of the newest version in Staging.
 */
staging: string, 
/**
 * `@champion 3 @challenger 4`.
 */
aliases: string, 
/**
 * Tags that people set.
 */
tags: string, 
/**
 * Its description, on one line.
 */
description: string, 
/**
 * When it last changed.
 */
changed: string, };

export type ModelView = { 
/**
 * Its name.
 */
name: string, 
/**
 * Whether it is a prompt, which has no stages.
 */
is_prompt: boolean, 
/**
 * Its description, in Markdown.
 */
description: string, 
/**
 * When it was made, and when it last changed.
 */
facts: Array<Pair>, 
/**
 * Its tags.
 */
tags: Array<Pair>, 
/**
 * Its versions, the newest first.
 */
versions: Array<VersionRow>, 
/**
 * That an earlier change of it broke off half-way.
 */
unfinished: string | null, };

export type VersionRow = { 
/**
 * Its number.
 */
version: string, 
/**
 * The stage it holds.
 */
stage: Cell, 
/**
 * `@champion @eu`.
 */
aliases: string, 
/**
 * How it stands.
 */
status: BadgeView, 
/**
 * When it was made.
 */
created: string, 
/**
 * Who made it.
 */
by: string, 
/**
 * Tags that people set.
 */
tags: string, 
/**
 * Its description, on one line.
 */
description: string, };

export type VersionRef = { 
/**
 * The model.
 */
model: string, 
/**
 * Its number.
 */
version: string, };

export type VersionView = { 
/**
 * The model.
 */
model: string, 
/**
 * Its number.
 */
version: string, 
/**
 * The stage it holds.
 */
stage: Cell, 
/**
 * Names that point at it.
 */
aliases: Array<string>, 
/**
 * Its description, in Markdown.
 */
description: string, 
/**
 * What is known of it.
 */
facts: Array<VersionFactView>, 
/**
 * Its tags.
 */
tags: Array<Pair>, 
/**
 * What it can be promoted to; nothing of a prompt.
 */
offers: Array<OfferView>, };

export type VersionFactView = { 
/**
 * What it is.
 */
label: string, 
/**
 * Its text.
 */
text: string, 
/**
 * What it means.
 */
tone: Tone, 
/**
 * Where it leads.
 */
link: FactLink | null, };

export type OfferView = { 
/**
 * `@champion`, `Production`.
 */
label: string, 
/**
 * What becomes of who has it now.
 */
detail: string, 
/**
 * The target; none for an alias that is still to be named.
 */
target: TargetRef | null, };

export type TargetRef = { "to": "stage", 
/**
 * `Production`.
 */
stage: string, 
/**
 * Whether who holds it goes to Archived.
 */
archive_existing: boolean, } | { "to": "alias", 
/**
 * Its name.
 */
alias: string, };

export type CardView = { 
/**
 * What it shows.
 */
preview: PreviewView, };

export type VersionsSection = { 
/**
 * What it is about; empty for where they come from.
 */
title: string, 
/**
 * What stands over the columns, the first of which names the rows.
 */
titles: Array<string>, 
/**
 * A cell for each column.
 */
rows: Array<Array<string>>, 
/**
 * What is left out.
 */
remark: string | null, };

export type AuditView = { 
/**
 * The newest first.
 */
changes: Array<AuditRow>, 
/**
 * Lines of the log that could not be read, a sentence each.
 */
warnings: Array<string>, };

export type AuditRow = { 
/**
 * Its id in the log.
 */
id: string, 
/**
 * When it began.
 */
time: string, 
/**
 * Who did it.
 */
user: string, 
/**
 * `promote`, `undo`, `tag version`.
 */
action: string, 
/**
 * Of which model.
 */
model: string, 
/**
 * Of which model and version: `detector 3`.
 */
subject: string, 
/**
 * What it changed.
 */
what: string, 
/**
 * How it stands: `done`, `undone`, `interrupted`.
 */
state: Cell, 
/**
 * What is known of it, in groups of labels and texts.
 */
groups: Array<AuditGroup>, };

export type AuditGroup = { 
/**
 * `Before`; empty for the first.
 */
title: string, 
/**
 * Labels and texts.
 */
pairs: Array<Pair>, };

export type ChangeRequest = { "look": "promote", 
/**
 * Which.
 */
version: VersionRef, 
/**
 * What.
 */
target: TargetRef, } | { "look": "remove_alias", 
/**
 * Of this model.
 */
model: string, 
/**
 * Its name.
 */
alias: string, } | { "look": "take_back_last", 
/**
 * The model.
 */
model: string | null, } | { "look": "take_back", 
/**
 * Its id in the log of changes.
 */
id: string, } | { "look": "delete_model", 
/**
 * Its name.
 */
model: string, } | { "look": "delete_version", 
/**
 * Which.
 */
version: VersionRef, };

export type ChangePreview = { 
/**
 * What it is made by; it holds until another change is looked at.
 */
ticket: string, 
/**
 * `Promote detector 3 to Production`.
 */
title: string, 
/**
 * What will happen, and what a person should know, a text each with what it means.
 */
lines: Array<Cell>, 
/**
 * The promotion, where it is one.
 */
promotion: PromotionPreview | null, 
/**
 * The word that has to be typed: the name of a production context, or of what goes for good.
 */
confirm: string | null, 
/**
 * What stands over the field for that word.
 */
prompt: string, 
/**
 * Why it cannot be made: a gate, a context in which nothing may be changed.
 */
refused: FailureView | null, 
/**
 * Whether there is anything to change.
 */
is_empty: boolean, };

export type PromotionPreview = { 
/**
 * The heading of the holder's column.
 */
holder_title: string, 
/**
 * The heading of the candidate's column.
 */
candidate_title: string, 
/**
 * Where both come from.
 */
origin: Array<PairRowView>, 
/**
 * Metrics, those that differ first.
 */
metrics: Array<PairRowView>, 
/**
 * Params that differ.
 */
params: Array<PairRowView>, 
/**
 * How many params are the same.
 */
same_params: number, 
/**
 * How the signatures agree.
 */
signature: Cell, 
/**
 * What the gates say.
 */
gates: Array<Cell>, 
/**
 * What will be done, in order.
 */
steps: Array<string>, 
/**
 * What a person should know beside.
 */
warnings: Array<string>, };

export type PairRowView = { 
/**
 * What it is.
 */
name: string, 
/**
 * Of the version that holds the target.
 */
holder: string, 
/**
 * Of the candidate.
 */
candidate: string, 
/**
 * `-0.0213 (-4.1 %) better`.
 */
change: string, 
/**
 * Whether that is good.
 */
tone: Tone, };

export type ApplyRequest = { 
/**
 * What it was looked at under.
 */
ticket: string, 
/**
 * What was typed; `yes` where no word is asked for.
 */
confirmed: string, };

export type AppliedView = { 
/**
 * What was done, as a sentence.
 */
said: string, 
/**
 * The model that is left, by the name it has now; none where it is gone.
 */
model: string | null, };

export type RegistryEditRequest = { 
/**
 * The registered model.
 */
model: string, 
/**
 * The version, where one is meant.
 */
version: string | null, 
/**
 * What.
 */
edit: RegistryEditKind, };

export type RegistryEditKind = { "edit": "create", 
/**
 * In Markdown.
 */
description: string, } | { "edit": "rename", 
/**
 * The name.
 */
name: string, } | { "edit": "describe", 
/**
 * In Markdown.
 */
description: string, } | { "edit": "tag", 
/**
 * Its key.
 */
key: string, 
/**
 * Its value.
 */
value: string, } | { "edit": "untag", 
/**
 * Its key.
 */
key: string, };

export type StandingView = { 
/**
 * `offline · data of 14:02`, where the server is out of reach and what was kept is shown.
 */
offline: string | null, 
/**
 * Items of the inbox that nobody has read.
 */
n_new: number, };

export type InboxView = { 
/**
 * The latest first.
 */
items: Array<InboxItem>, 
/**
 * How many nobody has read.
 */
n_new: number, 
/**
 * Whether the first look is still under way.
 */
is_looking: boolean, };

export type InboxItem = { 
/**
 * The run.
 */
run: string, 
/**
 * What the run is called.
 */
name: string, 
/**
 * `FAILED`.
 */
word: string, 
/**
 * What that means.
 */
tone: Tone, 
/**
 * What happened, as a sentence without the run.
 */
sentence: string, 
/**
 * When.
 */
at: string, 
/**
 * Whether nobody has read it.
 */
is_new: boolean, };

export type SaidView = { 
/**
 * It.
 */
said: string, };

/** What each command answers with. */
export interface Answers {
  about: AboutView;
  start: StartView;
  open: StartView;
  context_form: Array<ContextFieldView>;
  add_context: StartView;
  test_context: SaidView;
  use_context: SaidView;
  standing: StandingView;
  inbox: InboxView;
  read_inbox: SaidView;
  actions: Array<ActionView>;
  refresh: AboutView;
  experiments: ExperimentsView;
  activities: Array<ActivityView>;
  runs: RunsView;
  act: TableWish;
  run_ids: Array<string>;
  chooser: ChooserView;
  run: RunView;
  edit_runs: EditView;
  files: FilesView;
  preview: PreviewView;
  picture: ArrayBuffer;
  chart: ArrayBuffer;
  compare: CompareView;
  models: ModelsView;
  model: ModelView;
  version: VersionView;
  version_card: CardView;
  compare_versions: Array<VersionsSection>;
  look_at_change: ChangePreview;
  apply_change: AppliedView;
  edit_registry: AppliedView;
  audit: AuditView;
}

/** What each stream tells. */
export interface Streams {
  changes: ChangeView;
}

/** What each command stands on, what it changes, and the form of its answer. */
export const commands = {
  about: { form: "json", reads: [], changes: [] },
  start: { form: "json", reads: ["store","contexts"], changes: [] },
  open: { form: "json", reads: [], changes: ["store","contexts","experiments","runs","files","registry","inbox"] },
  context_form: { form: "json", reads: [], changes: [] },
  add_context: { form: "json", reads: [], changes: ["contexts"] },
  test_context: { form: "json", reads: [], changes: [] },
  use_context: { form: "json", reads: [], changes: ["contexts"] },
  standing: { form: "json", reads: ["store","inbox","runs"], changes: [] },
  inbox: { form: "json", reads: ["store","inbox"], changes: [] },
  read_inbox: { form: "json", reads: [], changes: ["inbox"] },
  actions: { form: "json", reads: ["contexts"], changes: [] },
  refresh: { form: "json", reads: [], changes: ["experiments","runs","files","registry"] },
  experiments: { form: "json", reads: ["experiments"], changes: [] },
  activities: { form: "json", reads: ["experiments","runs"], changes: [] },
  runs: { form: "json", reads: ["runs"], changes: [] },
  act: { form: "json", reads: [], changes: [] },
  run_ids: { form: "json", reads: ["runs"], changes: [] },
  chooser: { form: "json", reads: ["runs"], changes: [] },
  run: { form: "json", reads: ["runs"], changes: [] },
  edit_runs: { form: "json", reads: [], changes: ["runs","experiments"] },
  files: { form: "json", reads: ["files"], changes: [] },
  preview: { form: "json", reads: ["files"], changes: [] },
  picture: { form: "columns", reads: ["files"], changes: [] },
  chart: { form: "columns", reads: ["runs"], changes: [] },
  compare: { form: "json", reads: ["runs"], changes: [] },
  models: { form: "json", reads: ["registry"], changes: [] },
  model: { form: "json", reads: ["registry"], changes: [] },
  version: { form: "json", reads: ["registry"], changes: [] },
  version_card: { form: "json", reads: ["registry"], changes: [] },
  compare_versions: { form: "json", reads: ["registry"], changes: [] },
  look_at_change: { form: "json", reads: [], changes: [] },
  apply_change: { form: "json", reads: [], changes: ["registry"] },
  edit_registry: { form: "json", reads: [], changes: ["registry"] },
  audit: { form: "json", reads: ["registry"], changes: [] },
} as const satisfies Record<Request["method"], { form: "json" | "columns"; reads: Topic[]; changes: Topic[] }>;
