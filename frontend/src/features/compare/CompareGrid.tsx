import { Link } from "@tanstack/react-router";

import type { CompareView } from "../../platform";
import { DataGrid, type Range } from "../../shared/DataGrid";

interface CompareGridProps {
  view: CompareView;
  /** The line that the first of the view stands at. */
  first: number;
  cursor: { line: number; column: number };
  onCursor: (line: number, column: number) => void;
  onRange: (range: Range) => void;
}

/** A line for each key, a column for each run. */
export function CompareGrid({ view, first, cursor, onCursor, onRange }: CompareGridProps) {
  const lineAt = (line: number) => view.lines[line - first];
  const cell = (line: number, column: number) => {
    const shown = lineAt(line);
    if (shown?.kind === "title") {
      return column === 0 ? shown.title : null;
    }
    if (column === 0) {
      return (
        shown && (
          <>
            {shown.title} {shown.marks !== "" && <span className="head-marks">{shown.marks}</span>}
          </>
        )
      );
    }
    const content = shown?.cells[column - 1];
    return content && <span className={`tone-${content[1]}`}>{content[0]}</span>;
  };
  return (
    <DataGrid
      label="Compared runs"
      nLines={view.n_lines}
      pinned={[{ key: "key", isRight: false, width: 230, head: <span className="head-button">Key</span> }]}
      nColumns={view.runs.length}
      column={(index) => {
        const run = view.runs[index];
        return (
          run && {
            key: run.id,
            isRight: false,
            head: (
              <span className="head-button" title={`${run.name} ${run.id}`}>
                <span className={`swatch curve-${run.colour % 10}`} style={{ alignSelf: "center" }} />
                <Link to="/run/$id" params={{ id: run.id }} className="head-title" tabIndex={-1}>
                  {run.is_baseline ? "⚑ " : ""}
                  {run.name}
                </Link>
              </span>
            ),
          }
        );
      }}
      width={() => 168}
      widthsOf="even"
      cell={cell}
      lineClass={(line) => (lineAt(line)?.kind === "title" ? "title" : "")}
      cursor={cursor}
      onCursor={onCursor}
      onRange={onRange}
    />
  );
}
