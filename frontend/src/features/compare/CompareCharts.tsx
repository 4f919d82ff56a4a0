import { useState } from "react";

import type { CompareView } from "../../platform";
import { Chart } from "../charts/Chart";
import { ChartTools } from "../charts/ChartTools";
import type { CompareSearch } from "./ComparePage";

interface CompareChartsProps {
  view: CompareView;
  search: CompareSearch;
  onChange: (
    change: { [K in keyof CompareSearch]?: CompareSearch[K] | undefined },
    replace?: boolean,
  ) => void;
}

/** Charts that are laid out at first, and runs that the legend names. */
const FIRST = 30;
const NAMED = 40;

/** The curves of all compared runs, a chart for each metric, those in which runs differ first. */
export function CompareCharts({ view, search, onChange }: CompareChartsProps) {
  const [words, setWords] = useState("");
  const [n, setN] = useState(FIRST);
  const only = search.m?.filter((key) => view.metrics.includes(key)) ?? [];
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = view.metrics.filter((key) => parts.every((part) => key.toLowerCase().includes(part)));
  const shown = only.length > 0 ? only : found.slice(0, n);
  if (view.metrics.length === 0) {
    return <p className="empty">None of these runs logged a metric.</p>;
  }
  return (
    <>
      <div className="chart-bar">
        <ChartTools search={search} onChange={(change) => onChange(change, true)} />
        {only.length > 0 ? (
          <button type="button" className="button" onClick={() => onChange({ m: undefined })}>
            All metrics
          </button>
        ) : (
          <input
            className="field"
            type="text"
            aria-label="Find a metric"
            placeholder="find a metric"
            spellCheck={false}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        )}
      </div>
      <ul className="legend" aria-label="Runs by colour">
        {view.runs.slice(0, NAMED).map((run) => (
          <li key={run.id}>
            <span className={`swatch curve-${run.colour % 10}`} />
            {run.name}
          </li>
        ))}
        {view.runs.length > NAMED && <li className="quiet">and {view.runs.length - NAMED} more</li>}
      </ul>
      <div className={only.length === 1 ? "charts one" : "charts"}>
        {shown.map((key) => (
          <Chart
            key={key}
            title={key}
            curves={view.runs.map((run) => ({ run: run.id, run_name: run.name, key }))}
            search={search}
            height={only.length === 1 ? 480 : 220}
            group="compare"
            onZoom={(x) => onChange({ x }, true)}
            onTitle={() => onChange({ m: only.length === 1 ? undefined : [key] })}
          />
        ))}
      </div>
      {only.length === 0 && found.length > n && (
        <p className="pad">
          <button type="button" className="button" onClick={() => setN(n + FIRST)}>
            {found.length - n} more
          </button>
        </p>
      )}
    </>
  );
}
