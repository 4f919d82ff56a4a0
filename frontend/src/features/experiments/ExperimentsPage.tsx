import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";

import { type FailureView, failureView } from "../../platform";
import { useActions } from "../../shared/actions";
import { asking } from "../../shared/asking";
import { Key } from "../../shared/Key";
import { LineInput } from "../../shared/LineInput";
import { Notice } from "../../shared/Notice";
import { StartPage } from "../start/StartPage";
import { ExperimentsTable, useExperimentRows } from "./ExperimentsTable";

/** The list of experiments in an address. */
export interface ExperimentsSearch {
  view?: "deleted" | "all";
  filter?: string;
  find?: string;
}

/** Reads an address; what cannot be read is left out. */
export function readExperimentsSearch(search: Record<string, unknown>): ExperimentsSearch {
  const view = search.view === "deleted" || search.view === "all" ? search.view : undefined;
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  const [filter, find] = [text(search.filter), text(search.find)];
  return { ...(view && { view }), ...(filter && { filter }), ...(find && { find }) };
}

/** The store that is open, and its experiments; where none is open, the ways to one. */
export function ExperimentsPage() {
  const start = useQuery(asking("start", undefined));
  if (start.data && start.data.store === null) {
    return <StartPage />;
  }
  return <ExperimentsList />;
}

function ExperimentsList() {
  const raw = useSearch({ strict: false });
  const search = useMemo(() => readExperimentsSearch(raw), [raw]);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [line, setLine] = useState<"none" | "find" | "filter">("none");
  const [refused, setRefused] = useState<FailureView | null>(null);
  const [cursor, setCursor] = useState(0);
  const asked = { view: search.view ?? "active", filter: search.filter ?? "", find: search.find ?? "" };
  const answer = useQuery({ ...asking("experiments", asked), placeholderData: keepPreviousData });
  const listed = answer.data?.experiments;
  const ids = useMemo(() => listed?.map((experiment) => experiment.id) ?? [], [listed]);
  const activities = useQuery({ ...asking("activities", ids), placeholderData: keepPreviousData });
  const table = useExperimentRows(listed, activities.data);
  const rows = table.getRowModel().rows;
  const go = (change: ExperimentsSearch, replace = false) => {
    const next = readExperimentsSearch({ ...search, ...change });
    void navigate({ to: "/experiments", search: next, replace });
  };
  const open = (id: string | undefined) =>
    id !== undefined && void navigate({ to: "/runs", search: { e: [id] } });
  const move = (by: number) => setCursor((at) => Math.max(0, Math.min(rows.length - 1, at + by)));
  const tryFilter = async (filter: string) => {
    try {
      await queries.fetchQuery(asking("experiments", { ...asked, filter }));
      setRefused(null);
      setLine("none");
      go({ filter });
    } catch (thrown) {
      setRefused(failureView(thrown));
    }
  };
  useActions({
    "list.up": () => move(-1),
    "list.down": () => move(1),
    "list.page-up": () => move(-20),
    "list.page-down": () => move(20),
    "list.first": () => setCursor(0),
    "list.last": () => setCursor(Math.max(0, rows.length - 1)),
    "experiments.open": () => open(rows[cursor]?.original.id),
    "experiments.find": () => setLine("find"),
    "experiments.filter": () => setLine("filter"),
    "experiments.view": () =>
      go({
        view: (search.view === undefined
          ? "deleted"
          : search.view === "deleted"
            ? "all"
            : undefined) as "deleted",
      }),
    "experiments.copy-id": () => void navigator.clipboard?.writeText(rows[cursor]?.original.id ?? ""),
  });
  const n = answer.data?.experiments.length ?? 0;
  const nAll = answer.data?.n_all ?? 0;
  const failure = answer.error ? failureView(answer.error) : null;
  return (
    <main id="main" className="page" tabIndex={-1} aria-busy={answer.isFetching}>
      <div className="page-head">
        <h1>Experiments</h1>
        {answer.data && (
          <span className="quiet" role="status">
            {n < nAll ? `${n} of ${nAll}` : nAll}{" "}
            {search.view === "all" ? "in all" : (search.view ?? "active")}
            {search.filter && <> · {search.filter}</>}
          </span>
        )}
        <div className="tools push">
          <button type="button" className="button" onClick={() => setLine("find")}>
            Find <Key of="experiments.find" />
          </button>
          <button type="button" className="button" onClick={() => setLine("filter")}>
            Filter <Key of="experiments.filter" />
          </button>
          <select
            className="select"
            aria-label="Which experiments"
            value={search.view ?? "active"}
            onChange={(event) => go({ view: event.target.value as "all" })}
          >
            <option value="active">active</option>
            <option value="deleted">deleted</option>
            <option value="all">all</option>
          </select>
        </div>
      </div>
      {line === "find" && (
        <LineInput
          label="find"
          placeholder="letters of a name, words of tags"
          value={search.find ?? ""}
          onType={(find) => {
            setCursor(0);
            go({ find }, true);
          }}
          onClose={() => {
            go({ find: "" }, true);
            setLine("none");
          }}
        />
      )}
      {line === "filter" && (
        <LineInput
          label="filter"
          placeholder="name LIKE 'vision%' and tags.team = 'a'"
          value={search.filter ?? ""}
          onEnter={(filter) => void tryFilter(filter)}
          onClose={() => setLine("none")}
          failure={refused}
        />
      )}
      {failure && <Notice failure={failure} onRetry={() => void answer.refetch()} />}
      {answer.data?.warnings.map((warning) => (
        <p key={warning} className="warning">
          {warning}
        </p>
      ))}
      {answer.isPending && (
        <p role="status" className="empty">
          Reading experiments…
        </p>
      )}
      {answer.data && rows.length === 0 && (
        <p role="status" className="empty">
          {nAll === 0 && !search.filter
            ? "This store has no experiments yet."
            : "No experiment is like that."}
        </p>
      )}
      {rows.length > 0 && (
        <ExperimentsTable table={table} cursor={cursor} onCursor={setCursor} onOpen={open} />
      )}
    </main>
  );
}
