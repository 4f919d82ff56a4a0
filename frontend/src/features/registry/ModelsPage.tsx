import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";

import { type FailureView, failureView, type ModelRow } from "../../platform";
import { useActions } from "../../shared/actions";
import { asking } from "../../shared/asking";
import { Key } from "../../shared/Key";
import { LineInput } from "../../shared/LineInput";
import { type ListColumn, ListTable } from "../../shared/ListTable";
import { Notice } from "../../shared/Notice";
import { useCursor } from "../../shared/useCursor";
import { RegistryEditDialog, type RegistryEditing } from "./RegistryEditDialog";
import { useMayChange } from "./useMayChange";
import "./registry.css";

/** The list of registered models in an address. */
export interface ModelsSearch {
  kind?: "prompts";
  filter?: string;
  find?: string;
}

/** Reads an address; what cannot be read is left out. */
export function readModelsSearch(search: Record<string, unknown>): ModelsSearch {
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  const [filter, find] = [text(search.filter), text(search.find)];
  return {
    ...(search.kind === "prompts" && { kind: "prompts" as const }),
    ...(filter && { filter }),
    ...(find && { find }),
  };
}

const COLUMNS: ListColumn<ModelRow>[] = [
  {
    title: "Model",
    cell: (row) => (
      <Link to="/model/$name" params={{ name: row.name }} className="strong-link" tabIndex={-1}>
        {row.name}
      </Link>
    ),
  },
  { title: "Latest", isNumeric: true, cell: (row) => row.latest },
  {
    title: "Production",
    isNumeric: true,
    cell: (row) => <span className="tone-good">{row.production}</span>,
  },
  { title: "Staging", isNumeric: true, cell: (row) => <span className="tone-active">{row.staging}</span> },
  { title: "Aliases", cell: (row) => <span className="tone-accent">{row.aliases}</span> },
  { title: "Tags", cell: (row) => row.tags },
  { title: "Description", cell: (row) => <span className="quiet">{row.description}</span> },
  { title: "Changed", cell: (row) => <span className="quiet">{row.changed}</span> },
];
const PROMPT_COLUMNS = COLUMNS.filter(({ title }) => title !== "Production" && title !== "Staging").map(
  (column) => (column.title === "Model" ? { ...column, title: "Prompt" } : column),
);

/** The registered models of the store, or its prompts. */
export function ModelsPage() {
  const raw = useSearch({ strict: false });
  const search = useMemo(() => readModelsSearch(raw), [raw]);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const mayChange = useMayChange();
  const [line, setLine] = useState<"none" | "find" | "filter">("none");
  const [refused, setRefused] = useState<FailureView | null>(null);
  const [editing, setEditing] = useState<RegistryEditing | null>(null);
  const prompts = search.kind === "prompts";
  const asked = { prompts, filter: search.filter ?? "", find: search.find ?? "" };
  const answer = useQuery({ ...asking("models", asked), placeholderData: keepPreviousData });
  const rows = answer.data?.models ?? [];
  const [cursor, setCursor] = useCursor(rows.length);
  const go = (change: { [K in keyof ModelsSearch]?: ModelsSearch[K] | undefined }, replace = false) =>
    void navigate({ to: "/models", search: readModelsSearch({ ...search, ...change }), replace });
  const open = (name: string | undefined) =>
    name !== undefined && void navigate({ to: "/model/$name", params: { name } });
  const tryFilter = async (filter: string) => {
    try {
      await queries.fetchQuery(asking("models", { ...asked, filter }));
      setRefused(null);
      setLine("none");
      go({ filter });
    } catch (thrown) {
      setRefused(failureView(thrown));
    }
  };
  useActions({
    "models.open": () => open(rows[cursor]?.name),
    "models.find": () => setLine("find"),
    "models.filter": () => setLine("filter"),
    "models.audit-log": () => void navigate({ to: "/changes", search: {} }),
    "models.copy-id": () => void navigator.clipboard?.writeText(rows[cursor]?.name ?? ""),
    ...(mayChange && !prompts && { "models.create": () => setEditing({ what: "create" }) }),
  });
  const noun = prompts ? "prompts" : "models";
  return (
    <main id="main" className="page" tabIndex={-1} aria-busy={answer.isFetching}>
      <div className="page-head">
        <h1>{prompts ? "Prompts" : "Registered models"}</h1>
        {answer.data && (
          <span className="quiet" role="status">
            {rows.length < answer.data.n_all ? `${rows.length} of ${answer.data.n_all}` : rows.length}
            {answer.data.is_cut && " (there are more)"}
            {search.filter && <> · {search.filter}</>}
          </span>
        )}
        <div className="tools push">
          <button type="button" className="button" onClick={() => setLine("find")}>
            Find <Key of="models.find" />
          </button>
          <button type="button" className="button" onClick={() => setLine("filter")}>
            Filter <Key of="models.filter" />
          </button>
          <Link to="/changes" search={{}} className="button">
            Changes <Key of="models.audit-log" />
          </Link>
          {mayChange && !prompts && (
            <button type="button" className="button" onClick={() => setEditing({ what: "create" })}>
              Create <Key of="models.create" />
            </button>
          )}
          <select
            className="select"
            aria-label="Models or prompts"
            value={noun}
            onChange={(event) => go({ kind: event.target.value === "prompts" ? "prompts" : undefined })}
          >
            <option value="models">models</option>
            <option value="prompts">prompts</option>
          </select>
        </div>
      </div>
      {line === "find" && (
        <LineInput
          label="find"
          placeholder="letters of a name, words of aliases and tags"
          value={search.find ?? ""}
          onType={(find) => go({ find }, true)}
          onClose={() => {
            go({ find: undefined }, true);
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
      {answer.error && <Notice failure={failureView(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.data?.unfinished && (
        <p className="warning">
          {answer.data.unfinished}{" "}
          <Link to="/changes" search={{}}>
            See the changes
          </Link>
        </p>
      )}
      {answer.data?.warnings.map((warning) => (
        <p key={warning} className="warning">
          {warning}
        </p>
      ))}
      {answer.isPending && (
        <p role="status" className="empty">
          Reading {noun}…
        </p>
      )}
      {answer.data && rows.length === 0 && (
        <p role="status" className="empty">
          {search.find || search.filter ? "Nothing is like that." : `This store has no registered ${noun}.`}
        </p>
      )}
      {rows.length > 0 && (
        <ListTable
          label={prompts ? "Prompts" : "Registered models"}
          rows={rows}
          keyOf={(row) => row.name}
          columns={prompts ? PROMPT_COLUMNS : COLUMNS}
          cursor={cursor}
          onCursor={setCursor}
          onOpen={(row) => open(row.name)}
        />
      )}
      {editing && (
        <RegistryEditDialog
          editing={editing}
          onDone={(model) => open(model)}
          onClose={() => setEditing(null)}
        />
      )}
    </main>
  );
}
