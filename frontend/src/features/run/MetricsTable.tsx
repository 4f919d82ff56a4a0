import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFns,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";

import type { MetricView } from "../../platform";

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel(), sortFns });
const helper = createColumnHelper<typeof features, MetricView>();
const columns = helper.columns([
  helper.accessor("key", { header: "Metric" }),
  helper.accessor((metric) => Number(metric.exact), { id: "value", header: "Last" }),
  helper.accessor("step", { header: "Step" }),
]);

interface MetricsTableProps {
  metrics: MetricView[];
  onOpen: (key: string) => void;
}

/** The latest value of each metric; its name opens its chart. */
export function MetricsTable({ metrics, onOpen }: MetricsTableProps) {
  const table = useTable({ features, columns, data: metrics, getRowId: (metric) => metric.key });
  if (metrics.length === 0) {
    return <p className="empty">No metric was logged.</p>;
  }
  return (
    <table className="list">
      <caption className="hidden">{metrics.length} metrics</caption>
      <thead>
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id}>
            {group.headers.map((header) => {
              const sorted = header.column.getIsSorted();
              return (
                <th
                  key={header.id}
                  scope="col"
                  className={header.id === "key" ? undefined : "num"}
                  aria-sort={sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : undefined}
                >
                  <button type="button" className="sort" onClick={header.column.getToggleSortingHandler()}>
                    <table.FlexRender header={header} />
                    {sorted && <span className="head-marks"> {sorted === "asc" ? "▲" : "▼"}</span>}
                  </button>
                </th>
              );
            })}
          </tr>
        ))}
      </thead>
      <tbody>
        {table.getRowModel().rows.map(({ id, original: metric }) => (
          <tr key={id}>
            <th scope="row">
              <button type="button" className="link" onClick={() => onOpen(metric.key)}>
                {metric.key}
              </button>
            </th>
            <td className={`num tone-${metric.tone}`} title={metric.exact}>
              {metric.value}
            </td>
            <td className="num quiet" title={metric.at}>
              {metric.step}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
