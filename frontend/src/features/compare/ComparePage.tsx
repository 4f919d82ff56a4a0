import { Tabs } from "@base-ui/react/tabs";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";

import { failureView } from "../../platform";
import { useActions } from "../../shared/actions";
import { asking } from "../../shared/asking";
import type { Range } from "../../shared/DataGrid";
import { Key } from "../../shared/Key";
import { LineInput } from "../../shared/LineInput";
import { Notice } from "../../shared/Notice";
import { type ChartsSearch, readChartsSearch } from "../charts/look";
import { CompareCharts } from "./CompareCharts";
import { CompareGrid } from "./CompareGrid";

/** Compared runs in an address. */
export interface CompareSearch extends ChartsSearch {
  runs: string[];
  tab?: "curves";
  all?: true;
  find?: string;
  baseline?: string;
  delta?: "percent" | "none";
  /** The metrics that are charted. */
  m?: string[];
}

/** Reads an address; what cannot be read is left out. */
export function readCompareSearch(search: Record<string, unknown>): CompareSearch {
  const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : undefined);
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  const [m, find, baseline] = [texts(search.m), text(search.find), text(search.baseline)];
  const delta = search.delta === "percent" || search.delta === "none" ? search.delta : undefined;
  return {
    runs: texts(search.runs) ?? [],
    ...(search.tab === "curves" && { tab: "curves" as const }),
    ...(search.all === true && { all: true as const }),
    ...(find && { find }),
    ...(baseline && { baseline }),
    ...(delta && { delta }),
    ...(m && { m }),
    ...readChartsSearch(search),
  };
}

/** Lines that are asked for at a time. */
const PART = 60;

/** Some runs side by side: what differs, and their curves. */
export function ComparePage() {
  const raw = useSearch({ strict: false });
  const search = useMemo(() => readCompareSearch(raw), [raw]);
  const navigate = useNavigate();
  const [range, setRange] = useState<Range>({ firstLine: 0, nLines: PART, firstColumn: 0, nColumns: 10 });
  const [cursor, setCursor] = useState({ line: 0, column: 1 });
  const [isFinding, setIsFinding] = useState(search.find !== undefined);
  const first = Math.max(0, (Math.floor(range.firstLine / PART) - 1) * PART);
  const answer = useQuery({
    ...asking("compare", {
      runs: search.runs,
      all: search.all ?? false,
      words: search.find ?? "",
      baseline: search.baseline ?? null,
      delta: search.delta ?? "",
      goals: {},
      first,
      n: PART * 4,
    }),
    placeholderData: keepPreviousData,
  });
  const [shownFirst, setShownFirst] = useState(first);
  if (!answer.isPlaceholderData && shownFirst !== first) {
    setShownFirst(first);
  }
  const view = answer.data;
  const go = (change: { [K in keyof CompareSearch]?: CompareSearch[K] | undefined }, replace = false) =>
    void navigate({ to: "/compare", search: readCompareSearch({ ...search, ...change }), replace });
  const runInHand = view?.runs[cursor.column - 1];
  const move = (lines: number, columns = 0) =>
    setCursor((at) => ({
      line: Math.max(0, Math.min((view?.n_lines ?? 1) - 1, at.line + lines)),
      column: Math.max(0, Math.min(view?.runs.length ?? 0, at.column + columns)),
    }));
  const holdAgainst = (id: string | undefined) => go({ baseline: search.baseline === id ? undefined : id });
  const isTable = search.tab === undefined;
  useActions({
    ...(isTable && {
      "list.up": () => move(-1),
      "list.down": () => move(1),
      "list.page-up": () => move(-Math.max(1, range.nLines - 24)),
      "list.page-down": () => move(Math.max(1, range.nLines - 24)),
      "list.first": () => move(-1e9),
      "list.last": () => move(1e9),
      "compare.left": () => move(0, -1),
      "compare.right": () => move(0, 1),
      "compare.find": () => setIsFinding(true),
      "compare.open": () => runInHand && void navigate({ to: "/run/$id", params: { id: runInHand.id } }),
      "compare.baseline": () => holdAgainst(runInHand?.id),
      "compare.delta": () =>
        go({
          delta: search.delta === undefined ? "percent" : search.delta === "percent" ? "none" : undefined,
        }),
      "compare.only-differing": () => go({ all: search.all ? undefined : true }),
    }),
    "comparison.show-table": () => go({ tab: undefined }),
    "comparison.show-curves": () => go({ tab: "curves" }),
    "comparison.drop-run": () => {
      if (runInHand !== undefined) {
        go({ runs: search.runs.filter((id) => id !== runInHand.id) });
      }
    },
  });
  if (search.runs.length === 0) {
    return (
      <main id="main" className="page" tabIndex={-1}>
        <p role="status" className="empty">
          No runs are compared. Mark some in a table of runs first.
        </p>
      </main>
    );
  }
  return (
    <main id="main" className="page" tabIndex={-1} aria-busy={answer.isFetching}>
      <div className="page-head">
        <div className="crumbs">
          <Link to="/experiments">Experiments</Link>
          <span className="quiet" aria-hidden="true">
            ›
          </span>
          <h1>{search.runs.length === 1 ? "1 run" : `${search.runs.length} runs`} compared</h1>
        </div>
        {isTable && view && (
          <span className="quiet" role="status">
            {search.all ? `${view.n_keys} keys` : `${view.n_keys} of ${view.n_all} keys differ`}
          </span>
        )}
        {isTable && (
          <div className="tools push">
            <button type="button" className="button" onClick={() => setIsFinding(true)}>
              Find a key <Key of="compare.find" />
            </button>
            <button
              type="button"
              className="button"
              aria-pressed={!search.all}
              onClick={() => go({ all: search.all ? undefined : true })}
            >
              Only what differs <Key of="compare.only-differing" />
            </button>
            <label className="tool">
              <span className="quiet">against</span>
              <select
                className="select"
                value={search.baseline ?? ""}
                onChange={(event) => go({ baseline: event.target.value || undefined })}
              >
                <option value="">no run</option>
                {view?.runs.map((run) => (
                  <option key={run.id} value={run.id}>
                    {run.name}
                  </option>
                ))}
              </select>
            </label>
          </div>
        )}
      </div>
      {isTable && isFinding && (
        <LineInput
          label="find"
          placeholder="letters of a key"
          value={search.find ?? ""}
          onType={(find) => go({ find }, true)}
          onClose={() => {
            go({ find: undefined }, true);
            setIsFinding(false);
          }}
        />
      )}
      {answer.error && <Notice failure={failureView(answer.error)} onRetry={() => void answer.refetch()} />}
      <Tabs.Root
        className="page"
        value={search.tab ?? "table"}
        onValueChange={(value) => go({ tab: value === "curves" ? "curves" : undefined })}
      >
        <Tabs.List className="tabs">
          <Tabs.Tab value="table" className="tab">
            Table
          </Tabs.Tab>
          <Tabs.Tab value="curves" className="tab">
            Curves
            {view && <span className="count">{view.metrics.length.toLocaleString("en")}</span>}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="table" className="page">
          {view === undefined && !answer.error && (
            <p role="status" className="empty">
              Reading runs…
            </p>
          )}
          {view && view.n_lines === 0 && (
            <p role="status" className="empty">
              {search.find ? "No key is called so." : "These runs are the same in every key."}
            </p>
          )}
          {view && view.n_lines > 0 && (
            <CompareGrid
              view={view}
              first={shownFirst}
              cursor={cursor}
              onCursor={(line, column) => setCursor({ line, column })}
              onRange={setRange}
            />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="curves" className="tab-panel">
          {view && <CompareCharts view={view} search={search} onChange={go} />}
        </Tabs.Panel>
      </Tabs.Root>
    </main>
  );
}
