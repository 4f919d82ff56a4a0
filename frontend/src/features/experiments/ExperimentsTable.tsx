import { Link } from "@tanstack/react-router";
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFns,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useEffect, useMemo, useRef } from "react";

import type { ActivityView, ExperimentRow } from "../../platform";
import "./experiments.css";

interface Row extends ExperimentRow {
  activity: ActivityView | undefined;
}

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel(), sortFns });
const helper = createColumnHelper<typeof features, Row>();

const columns = helper.columns([
  helper.accessor("name", {
    header: "Experiment",
    cell: ({ row }) => (
      <Link to="/runs" search={{ e: [row.original.id] }} tabIndex={-1} className="experiment-name">
        {row.original.name}
      </Link>
    ),
  }),
  helper.accessor((row) => row.activity?.n ?? 0, {
    id: "runs",
    header: "Runs",
    sortDescFirst: true,
    cell: ({ row }) => row.original.activity?.n_runs,
  }),
  helper.accessor((row) => row.activity?.state[0] ?? "", {
    id: "state",
    header: "State",
    cell: ({ row }) => {
      const { lifecycle, activity } = row.original;
      if (lifecycle.word === "deleted") {
        return <span className="tone-muted">deleted</span>;
      }
      return activity && <span className={`tone-${activity.state[1]}`}>{activity.state[0]}</span>;
    },
  }),
  helper.accessor((row) => row.activity?.last_ms ?? 0, {
    id: "last",
    header: "Last activity",
    sortDescFirst: true,
    cell: ({ row }) => <span className="quiet">{row.original.activity?.last}</span>,
  }),
  helper.accessor("tags", { header: "Tags" }),
  helper.accessor("note", {
    header: "Note",
    cell: ({ row }) => <span className="quiet note">{row.original.note}</span>,
  }),
  helper.accessor("created", {
    header: "Created",
    cell: ({ row }) => <span className="quiet">{row.original.created}</span>,
  }),
  helper.accessor("id", {
    header: "ID",
    cell: ({ row }) => <code className="quiet">{row.original.id}</code>,
  }),
]);

const NO_ROWS: Row[] = [];

/** The experiments with what goes on in them, in the order that is wanted. */
export function useExperimentRows(
  experiments: ExperimentRow[] | undefined,
  activities: ActivityView[] | undefined,
) {
  const data = useMemo(() => {
    const of = new Map(activities?.map((activity) => [activity.id, activity]));
    return experiments?.map((experiment) => ({ ...experiment, activity: of.get(experiment.id) })) ?? NO_ROWS;
  }, [experiments, activities]);
  return useTable({ features, columns, data, getRowId: (row) => row.id });
}

interface ExperimentsTableProps {
  table: ReturnType<typeof useExperimentRows>;
  cursor: number;
  onCursor: (row: number) => void;
  onOpen: (id: string) => void;
}

/** Experiments by name, with how they stand and what goes on in them. */
export function ExperimentsTable({ table, cursor, onCursor, onOpen }: ExperimentsTableProps) {
  const current = useRef<HTMLTableRowElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row in hand follows the cursor.
  useEffect(() => {
    current.current?.scrollIntoView({ block: "nearest" });
  }, [cursor]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <section className="tab-panel" tabIndex={0} aria-label="Experiments">
      <table className="list experiments">
        <caption className="hidden">{table.getRowModel().rows.length} experiments</caption>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => {
                const sorted = header.column.getIsSorted();
                const order = sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : undefined;
                return (
                  <th
                    key={header.id}
                    scope="col"
                    aria-sort={order}
                    className={header.id === "runs" ? "num" : undefined}
                  >
                    <button type="button" className="sort" onClick={header.column.getToggleSortingHandler()}>
                      <table.FlexRender header={header} />
                      {order && <span className="head-marks"> {order === "ascending" ? "▲" : "▼"}</span>}
                    </button>
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row, place) => (
            <tr
              key={row.id}
              ref={place === cursor ? current : undefined}
              className={place === cursor ? "current" : undefined}
              aria-current={place === cursor ? "true" : undefined}
              data-lifecycle={row.original.lifecycle.word}
              onClick={() => onCursor(place)}
              onDoubleClick={() => onOpen(row.original.id)}
            >
              {row.getAllCells().map((cell) => (
                <td key={cell.id} className={cell.column.id === "runs" ? "num" : undefined}>
                  <table.FlexRender cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
