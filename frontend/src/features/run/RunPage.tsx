import { Tabs } from "@base-ui/react/tabs";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";

import { type FactView, failureView } from "../../platform";
import { useActions } from "../../shared/actions";
import { asking } from "../../shared/asking";
import { Badge } from "../../shared/Badge";
import { Key } from "../../shared/Key";
import { Notice } from "../../shared/Notice";
import { type ChartsSearch, readChartsSearch } from "../charts/look";
import { FilesTab } from "../files/FilesTab";
import { EditDialog, type Editing } from "./EditDialog";
import { MetricsTable } from "./MetricsTable";
import { PairsTable } from "./PairsTable";
import { RunCharts } from "./RunCharts";
import "./run.css";

const TABS = ["overview", "charts", "params", "tags", "files"] as const;
type Tab = (typeof TABS)[number];

/** The page of a run in an address. */
export interface RunSearch extends ChartsSearch {
  tab?: Tab;
  /** The metric that is shown large. */
  m?: string;
  /** The file that is shown. */
  path?: string;
}

/** Reads an address; what cannot be read is left out. */
export function readRunSearch(search: Record<string, unknown>): RunSearch {
  const tab = TABS.find((known) => known === search.tab);
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  const [m, path] = [text(search.m), text(search.path)];
  return {
    ...(tab && tab !== "overview" && { tab }),
    ...(m && { m }),
    ...(path && { path }),
    ...readChartsSearch(search),
  };
}

/** All that was logged of a run. */
export function RunPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const raw = useSearch({ strict: false });
  const search = useMemo(() => readRunSearch(raw), [raw]);
  const navigate = useNavigate();
  const answer = useQuery(asking("run", id));
  const start = useQuery(asking("start", undefined));
  const [editing, setEditing] = useState<Editing | null>(null);
  const run = answer.data;
  const tab: Tab = search.tab ?? "overview";
  const go = (change: { [K in keyof RunSearch]?: RunSearch[K] | undefined }, replace = false) =>
    void navigate({
      to: "/run/$id",
      params: { id },
      search: readRunSearch({ ...search, ...change }),
      replace,
    });
  const step = (by: number) => {
    const next = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length];
    go({ tab: next });
  };
  const canChange = start.data?.store?.read_only === false;
  const edit = (what: Editing) => canChange && setEditing(what);
  useActions({
    "run.right": () => step(1),
    "run.left": () => step(-1),
    "run.to-experiment": () => run && void navigate({ to: "/runs", search: { e: [run.experiment_id] } }),
    "run.copy-id": () => void navigator.clipboard?.writeText(id),
    ...(canChange && {
      "run.rename": () => edit("rename"),
      "run.edit-note": () => edit("note"),
      "run.set-tag": () => edit("tag"),
      "run.delete": () => edit(run?.is_deleted ? "restore" : "delete"),
    }),
  });
  if (answer.error) {
    return (
      <main id="main" className="page" tabIndex={-1}>
        <Notice failure={failureView(answer.error)} onRetry={() => void answer.refetch()} />
      </main>
    );
  }
  if (run === undefined) {
    return (
      <main id="main" className="page" tabIndex={-1}>
        <p role="status" className="empty">
          Reading the run…
        </p>
      </main>
    );
  }
  const counts: Record<Tab, number | null> = {
    overview: null,
    charts: run.metrics.length,
    params: run.params.length,
    tags: run.tags.length,
    files: null,
  };
  return (
    <main id="main" className="page" tabIndex={-1} aria-busy={answer.isFetching}>
      <div className="page-head">
        <div className="crumbs">
          <Link to="/experiments">Experiments</Link>
          <span className="quiet" aria-hidden="true">
            ›
          </span>
          <Link to="/runs" search={{ e: [run.experiment_id] }}>
            {run.experiment || run.experiment_id}
          </Link>
          <span className="quiet" aria-hidden="true">
            ›
          </span>
          <h1>{run.name}</h1>
          <Badge badge={run.status} />
          {run.is_deleted && <span className="tone-muted">deleted</span>}
        </div>
        {canChange && (
          <div className="tools push">
            <button type="button" className="button" onClick={() => edit("rename")}>
              Rename <Key of="run.rename" />
            </button>
            <button type="button" className="button" onClick={() => edit("note")}>
              Note <Key of="run.edit-note" />
            </button>
            <button type="button" className="button" onClick={() => edit("tag")}>
              Tag <Key of="run.set-tag" />
            </button>
            <button
              type="button"
              className={run.is_deleted ? "button" : "button danger"}
              onClick={() => edit(run.is_deleted ? "restore" : "delete")}
            >
              {run.is_deleted ? "Restore" : "Delete"} <Key of="run.delete" />
            </button>
          </div>
        )}
      </div>
      <Tabs.Root className="page" value={tab} onValueChange={(value) => go({ tab: value as Tab })}>
        <Tabs.List className="tabs">
          {TABS.map((name) => (
            <Tabs.Tab key={name} value={name} className="tab">
              {name[0]?.toUpperCase() + name.slice(1)}
              {counts[name] !== null && <span className="count">{counts[name]?.toLocaleString("en")}</span>}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview" className="tab-panel">
          <div className="overview">
            <section aria-label="About the run">
              <dl className="facts">
                {run.facts.map((fact) => (
                  <div key={fact.label + fact.text}>
                    <dt>{fact.label}</dt>
                    <dd className={`tone-${fact.tone}`}>
                      <Fact fact={fact} experiment={run.experiment} />
                    </dd>
                  </div>
                ))}
              </dl>
              {run.note !== "" && <p className="note-text">{run.note}</p>}
              {run.datasets.length > 0 && (
                <table className="list">
                  <caption className="hidden">Datasets</caption>
                  <thead>
                    <tr>
                      <th scope="col">Dataset</th>
                      <th scope="col">Used for</th>
                      <th scope="col">Digest</th>
                      <th scope="col">Source</th>
                    </tr>
                  </thead>
                  <tbody>
                    {run.datasets.map((dataset) => (
                      <tr key={dataset.name + dataset.digest + dataset.context}>
                        <td>{dataset.name}</td>
                        <td>{dataset.context}</td>
                        <td>
                          <code>{dataset.digest}</code>
                        </td>
                        <td className="quiet">{dataset.source_type}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              )}
            </section>
            <section aria-label="Metrics">
              <MetricsTable metrics={run.metrics} onOpen={(key) => go({ tab: "charts", m: key })} />
            </section>
            <section aria-label="Params">
              <PairsTable what="param" pairs={run.params} />
            </section>
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="charts" className="tab-panel">
          <RunCharts run={run} search={search} onChange={go} />
        </Tabs.Panel>
        <Tabs.Panel value="params" className="tab-panel">
          <PairsTable what="param" pairs={run.params} />
        </Tabs.Panel>
        <Tabs.Panel value="tags" className="tab-panel">
          <PairsTable what="tag" pairs={run.tags} />
        </Tabs.Panel>
        <Tabs.Panel value="files" className="tab-panel">
          <FilesTab run={run.id} path={search.path} onPath={(path) => go({ path })} />
        </Tabs.Panel>
      </Tabs.Root>
      {editing && (
        <EditDialog
          run={run}
          editing={editing}
          confirm={start.data?.store?.confirm ?? null}
          onClose={() => setEditing(null)}
        />
      )}
    </main>
  );
}

function Fact({ fact, experiment }: { fact: FactView; experiment: string }) {
  if (fact.link?.to === "run") {
    return (
      <Link to="/run/$id" params={{ id: fact.link.id }}>
        {fact.text}
      </Link>
    );
  }
  if (fact.link?.to === "experiment") {
    return (
      <Link to="/runs" search={{ e: [fact.link.id] }}>
        {experiment || fact.text}
      </Link>
    );
  }
  return fact.text;
}
