import { useState } from "react";

import type { CurveRef, RunView } from "../../platform";
import { Chart } from "../charts/Chart";
import { ChartTools } from "../charts/ChartTools";
import type { RunSearch } from "./RunPage";

interface RunChartsProps {
  run: RunView;
  search: RunSearch;
  onChange: (change: { [K in keyof RunSearch]?: RunSearch[K] | undefined }, replace?: boolean) => void;
}

/** Charts that are laid out at first; more are a press away, as a run may have thousands of metrics. */
const FIRST = 60;

/** A chart for each metric, with one x axis for all; one of them large. */
export function RunCharts({ run, search, onChange }: RunChartsProps) {
  const [words, setWords] = useState("");
  const [n, setN] = useState(FIRST);
  const curve = (key: string): CurveRef => ({ run: run.id, run_name: run.name, key });
  const one = run.metrics.find((metric) => metric.key === search.m);
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = run.metrics.filter((metric) =>
    parts.every((part) => metric.key.toLowerCase().includes(part)),
  );
  const shown = one === undefined ? found.slice(0, n) : [one];
  if (run.metrics.length === 0) {
    return <p className="empty">No metric was logged.</p>;
  }
  return (
    <>
      <div className="chart-bar">
        <ChartTools search={search} onChange={(change) => onChange(change, true)} />
        {one === undefined ? (
          <input
            className="field"
            type="text"
            aria-label="Find a metric"
            placeholder="find a metric"
            spellCheck={false}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        ) : (
          <button type="button" className="button" onClick={() => onChange({ m: undefined })}>
            All metrics
          </button>
        )}
      </div>
      <div className={one === undefined ? "charts" : "charts one"}>
        {shown.map((metric) => (
          <Chart
            key={metric.key}
            title={metric.key}
            curves={[curve(metric.key)]}
            search={search}
            height={one === undefined ? 190 : 480}
            group={`run-${run.id}`}
            onZoom={(x) => onChange({ x }, true)}
            onTitle={() => onChange({ m: one === undefined ? metric.key : undefined })}
          />
        ))}
      </div>
      {one === undefined && found.length > n && (
        <p className="pad">
          <button type="button" className="button" onClick={() => setN(n + FIRST)}>
            {found.length - n} more
          </button>
        </p>
      )}
    </>
  );
}
