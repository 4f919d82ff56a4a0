import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";

import { type Act, type FailureView, failureView, rpc, type TableWish } from "../../platform";
import { useActions } from "../../shared/actions";
import { asking } from "../../shared/asking";
import { Key } from "../../shared/Key";
import { LineInput } from "../../shared/LineInput";
import { Notice } from "../../shared/Notice";
import { ColumnChooser } from "./ColumnChooser";
import { toggled, useMarks } from "./marks";
import { RunsGrid } from "./RunsGrid";
import { RunsSummary } from "./RunsSummary";
import { useRunTable } from "./useRunTable";
import { differing, questionOf, readRunsSearch, wishOf } from "./view";

/** The table of runs of some experiments. */
export function RunsPage() {
  const raw = useSearch({ strict: false });
  const search = useMemo(() => readRunsSearch(raw), [raw]);
  const question = useMemo(() => questionOf(search), [search]);
  const wish = useMemo(() => wishOf(search.w), [search]);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [marks, setMarks] = useMarks(search.e.join());
  const [cursor, setCursor] = useState({ line: 0, column: 0 });
  const [line, setLine] = useState<"none" | "find" | "filter">("none");
  const [isChoosing, setIsChoosing] = useState(false);
  const [refused, setRefused] = useState<FailureView | null>(null);
  const table = useRunTable(question, wish);
  const { view, shownWindow } = table;

  const go = (change: { wish?: TableWish; filter?: string; view?: string }, replace = false) => {
    const w = differing(change.wish ?? wish);
    const next = readRunsSearch({
      ...search,
      w,
      filter: change.filter ?? search.filter,
      view: change.view ?? search.view,
    });
    void navigate({ to: "/runs", search: next, replace });
  };
  const act = async (act: Act) => {
    try {
      go({ wish: await rpc("act", { question, wish, act }) });
      setRefused(null);
    } catch (thrown) {
      setRefused(failureView(thrown));
    }
  };
  const tryFilter = async (filter: string) => {
    const tried = { ...question, filter };
    try {
      await queries.fetchQuery(asking("runs", { question: tried, wish, window: shownWindow }));
      setRefused(null);
      setLine("none");
      setCursor((before) => ({ ...before, line: 0 }));
      go({ filter });
      focusGrid();
    } catch (thrown) {
      setRefused(failureView(thrown));
    }
  };

  const nLines = view?.n_lines ?? 0;
  const nColumns = view?.n_columns ?? 0;
  const nPinned = view?.n_pinned ?? 1;
  useEffect(() => {
    if (view !== undefined && cursor.line >= view.n_lines && view.n_lines > 0) {
      setCursor((before) => ({ ...before, line: view.n_lines - 1 }));
    }
  }, [view, cursor.line]);
  const lineAt = (place: number) => view?.lines[place - shownWindow.first_line];
  const columnAt = (place: number) =>
    place < nPinned ? view?.columns[place] : view?.columns[place - shownWindow.first_column];
  const inHand = lineAt(cursor.line)?.of;
  const runsInHand = inHand === undefined ? [] : inHand.kind === "run" ? [inHand.id] : inHand.runs;
  const chosen = marks.size > 0 ? [...marks] : runsInHand;
  const column = columnAt(cursor.column)?.name;
  const ofColumn = (
    kind: "sort" | "sort_also" | "group_by" | "goal" | "hide" | "pin" | "shift_left" | "shift_right",
  ) => column !== undefined && void act({ act: kind, on: column });
  const move = (lines: number, columns = 0) =>
    setCursor((before) => ({
      line: Math.max(0, Math.min(nLines - 1, before.line + lines)),
      column: Math.max(0, Math.min(nColumns - 1, before.column + columns)),
    }));
  const open = () => {
    if (inHand?.kind === "run") {
      void navigate({ to: "/run/$id", params: { id: inHand.id } });
    } else if (inHand?.kind === "group") {
      void act({ act: "fold_group", on: inHand.key });
    }
  };
  const compare = (tab?: "curves") => {
    if (chosen.length > 0) {
      void navigate({ to: "/compare", search: { runs: chosen, ...(tab && { tab }) } });
    }
  };
  const page = Math.max(1, table.range.nLines - 24);
  const ids = () => queries.fetchQuery(asking("run_ids", { question, wish }));
  useActions({
    "list.up": () => move(-1),
    "list.down": () => move(1),
    "list.page-up": () => move(-page),
    "list.page-down": () => move(page),
    "list.first": () => move(-nLines),
    "list.last": () => move(nLines),
    "runs.left": () => move(0, -1),
    "runs.right": () => move(0, 1),
    "runs.open": open,
    "runs.find": () => setLine("find"),
    "runs.filter": () => setLine("filter"),
    "runs.columns": () => setIsChoosing(true),
    "runs.sort": () => ofColumn("sort"),
    "runs.sort-also": () => ofColumn("sort_also"),
    "runs.group-by": () => ofColumn("group_by"),
    "runs.statistic": () => void act({ act: "statistic" }),
    "runs.goal": () => ofColumn("goal"),
    "runs.hide-column": () => ofColumn("hide"),
    "runs.pin": () => ofColumn("pin"),
    "runs.shift-left": () => ofColumn("shift_left"),
    "runs.shift-right": () => ofColumn("shift_right"),
    "runs.nesting": () => void act({ act: "nesting" }),
    "runs.only-differing": () => void act({ act: "only_differing" }),
    "runs.delta": () => void act({ act: "delta" }),
    "runs.baseline": () => inHand?.kind === "run" && void act({ act: "baseline", on: inHand.id }),
    "runs.fold": () =>
      inHand?.kind === "run"
        ? void act({ act: "fold_run", on: inHand.id })
        : inHand && void act({ act: "fold_group", on: inHand.key }),
    "runs.fold-all": () => void act({ act: "fold_all" }),
    "runs.mark": () => {
      setMarks(toggled(marks, runsInHand));
      move(1);
    },
    "runs.mark-all": () => void ids().then((all) => setMarks(toggled(marks, all))),
    "runs.invert-marks": () =>
      void ids().then((all) => setMarks(new Set(all.filter((id) => !marks.has(id))))),
    "runs.compare": () => compare(),
    "runs.plot": () => compare("curves"),
    "runs.view": () =>
      go({ view: search.view === undefined ? "deleted" : search.view === "deleted" ? "all" : "active" }),
    "runs.copy-id": () => void navigator.clipboard?.writeText(runsInHand.join("\n")),
  });

  const failure = table.answer.error ? failureView(table.answer.error) : null;
  const names = view?.experiments.join(", ") ?? "";
  return (
    <main id="main" className="page" tabIndex={-1} aria-busy={table.answer.isFetching}>
      <div className="page-head">
        <div className="crumbs">
          <Link to="/experiments">Experiments</Link>
          <span className="quiet" aria-hidden="true">
            ›
          </span>
          <h1>{names || "Runs"}</h1>
        </div>
        <div className="tools push">
          <button type="button" className="button" onClick={() => setLine("find")}>
            Find <Key of="runs.find" />
          </button>
          <button type="button" className="button" onClick={() => setLine("filter")}>
            Filter <Key of="runs.filter" />
          </button>
          <button type="button" className="button" onClick={() => setIsChoosing(true)}>
            Columns <Key of="runs.columns" />
          </button>
          <button
            type="button"
            className="button"
            aria-pressed={wish.only_differing}
            onClick={() => void act({ act: "only_differing" })}
          >
            Only what differs <Key of="runs.only-differing" />
          </button>
          <button
            type="button"
            className="button primary"
            disabled={chosen.length === 0}
            onClick={() => compare()}
          >
            Compare {marks.size > 0 ? marks.size.toLocaleString("en") : ""} <Key of="runs.compare" />
          </button>
        </div>
      </div>
      {line === "find" && (
        <LineInput
          label="find"
          placeholder="letters of names, ids, states, values in view"
          value={wish.find}
          onType={(find) => go({ wish: { ...wish, find } }, true)}
          onClose={() => {
            go({ wish: { ...wish, find: "" } }, true);
            setLine("none");
            focusGrid();
          }}
        />
      )}
      {line === "filter" && (
        <LineInput
          label="filter"
          placeholder="metrics.loss < 0.1 and params.lr = '0.01'"
          value={search.filter ?? ""}
          onEnter={(filter) => void tryFilter(filter)}
          onClose={() => {
            setRefused(null);
            setLine("none");
            focusGrid();
          }}
          failure={refused}
        />
      )}
      {line !== "filter" && refused && <Notice failure={refused} />}
      {failure && <Notice failure={failure} onRetry={() => void table.answer.refetch()} />}
      {view?.failure && <Notice failure={view.failure} onRetry={() => void table.answer.refetch()} />}
      {view && (
        <RunsSummary
          view={view}
          search={search}
          nMarked={marks.size}
          onClearMarks={() => setMarks(new Set())}
          onClearFilter={() => go({ filter: "" })}
          onView={(next) => go({ view: next })}
        />
      )}
      {view?.warnings.map((warning) => (
        <p key={warning} className="warning">
          {warning}
        </p>
      ))}
      {table.answer.isPending && (
        <p role="status" className="empty">
          Reading runs…
        </p>
      )}
      {view && view.n_lines === 0 && !table.answer.isFetching && (
        <p role="status" className="empty">
          {search.filter || wish.find ? "No run is like that." : "There are no runs here yet."}
        </p>
      )}
      {view && view.n_lines > 0 && (
        <RunsGrid
          table={table}
          view={view}
          marks={marks}
          cursor={cursor}
          onCursor={(at, index) => setCursor({ line: at, column: index })}
          onOpen={open}
          onAct={(what) => void act(what)}
          onMark={(runs) => setMarks(toggled(marks, runs))}
        />
      )}
      {isChoosing && (
        <ColumnChooser
          question={question}
          wish={wish}
          onAct={(what) => void act(what)}
          onClose={() => {
            setIsChoosing(false);
            focusGrid();
          }}
        />
      )}
    </main>
  );
}

/** The keys move in the table again once a line was typed. */
function focusGrid() {
  requestAnimationFrame(() => document.querySelector<HTMLElement>("[role=grid]")?.focus());
}
