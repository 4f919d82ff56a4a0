import type { RunsView } from "../../platform";
import type { RunsSearch } from "./view";
import "./runs.css";

interface RunsSummaryProps {
  view: RunsView;
  search: RunsSearch;
  nMarked: number;
  onClearMarks: () => void;
  onClearFilter: () => void;
  onView: (view: string) => void;
}

/** How many runs, how many of them go on, what they were asked by, and as of when. */
export function RunsSummary({
  view,
  search,
  nMarked,
  onClearMarks,
  onClearFilter,
  onView,
}: RunsSummaryProps) {
  const count = (n: number) => n.toLocaleString("en");
  const runs =
    view.n_listed < view.n_runs ? `${count(view.n_listed)} of ${count(view.n_runs)}` : count(view.n_runs);
  return (
    <div className="summary" role="status">
      <strong>
        {runs} {view.n_runs === 1 ? "run" : "runs"}
      </strong>
      {view.n_running > 0 && <span className="tone-active">{count(view.n_running)} running</span>}
      {nMarked > 0 && (
        <button
          type="button"
          className="chip"
          onClick={onClearMarks}
          aria-label={`${count(nMarked)} marked: take the marks`}
        >
          {count(nMarked)} marked <span aria-hidden="true">×</span>
        </button>
      )}
      {search.filter && (
        <button
          type="button"
          className="chip"
          onClick={onClearFilter}
          aria-label={`${search.filter}: drop the filter`}
        >
          <code>{search.filter}</code> <span aria-hidden="true">×</span>
        </button>
      )}
      {search.view && (
        <button
          type="button"
          className="chip"
          onClick={() => onView("active")}
          aria-label={`${search.view === "all" ? "active and deleted" : "deleted"}: show active runs`}
        >
          {search.view === "all" ? "active and deleted" : "deleted"} <span aria-hidden="true">×</span>
        </button>
      )}
      {view.words !== "" && <span className="quiet">{view.words}</span>}
      <span className="quiet push">
        {count(view.n_columns)} of {count(view.n_known_columns)} columns
        {view.is_whole ? "" : " · reading on…"}
        {view.as_of !== "" && ` · as of ${view.as_of}`}
      </span>
    </div>
  );
}
