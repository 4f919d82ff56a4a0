import { type ReactNode, useEffect, useRef } from "react";

/** A column of a list: what stands over it, and what stands in it. */
export interface ListColumn<Row> {
  title: string;
  isNumeric?: boolean;
  cell: (row: Row) => ReactNode;
}

interface ListTableProps<Row> {
  label: string;
  rows: Row[];
  keyOf: (row: Row) => string;
  columns: ListColumn<Row>[];
  cursor: number;
  onCursor: (line: number) => void;
  onOpen?: (row: Row) => void;
  isMarked?: (row: Row) => boolean;
}

/** A list with a line in hand; its keys are the page's. */
export function ListTable<Row>(props: ListTableProps<Row>) {
  const { rows, columns, cursor } = props;
  const current = useRef<HTMLTableRowElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row in hand follows the cursor.
  useEffect(() => {
    current.current?.scrollIntoView({ block: "nearest" });
  }, [cursor]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <section className="tab-panel" tabIndex={0} aria-label={props.label}>
      <table className="list lines">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" className={column.isNumeric ? "num" : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <tr
              key={props.keyOf(row)}
              ref={place === cursor ? current : undefined}
              className={`${place === cursor ? "current" : ""} ${props.isMarked?.(row) ? "marked" : ""}`}
              aria-current={place === cursor ? "true" : undefined}
              onClick={() => props.onCursor(place)}
              onDoubleClick={() => props.onOpen?.(row)}
            >
              {columns.map((column) => (
                <td key={column.title} className={column.isNumeric ? "num" : undefined}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
