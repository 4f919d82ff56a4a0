import { ContextMenu } from "@base-ui/react/context-menu";
import { useState } from "react";

import type { Act, ColumnView, RunsView } from "../../platform";
import { useReadyActions } from "../../shared/actions";
import { DataGrid, type GridColumn } from "../../shared/DataGrid";
import { keySign } from "../../shared/keys";
import type { useRunTable } from "./useRunTable";

interface RunsGridProps {
  table: ReturnType<typeof useRunTable>;
  view: RunsView;
  marks: ReadonlySet<string>;
  cursor: { line: number; column: number };
  onCursor: (line: number, column: number) => void;
  onOpen: () => void;
  onAct: (act: Act) => void;
  onMark: (runs: string[]) => void;
}

/** The actions that stand in the menu of a column and of a run, by their names in the action list. */
const OF_COLUMN = [
  "runs.sort",
  "runs.sort-also",
  "runs.group-by",
  "runs.goal",
  "runs.pin",
  "runs.hide-column",
  "runs.shift-left",
  "runs.shift-right",
];
const OF_RUN = ["runs.open", "runs.mark", "runs.compare", "runs.plot", "runs.baseline", "runs.copy-id"];

/** The lines of the table that are in view, with the name of the run and what was pinned at the left. */
export function RunsGrid({ table, view, marks, cursor, onCursor, onOpen, onAct, onMark }: RunsGridProps) {
  const { shownWindow, widths, setRange } = table;
  const ready = useReadyActions();
  const [menu, setMenu] = useState<"column" | "run">("run");
  const lineAt = (line: number) => view.lines[line - shownWindow.first_line];
  const placeOf = (column: number) => (column < view.n_pinned ? column : column - shownWindow.first_column);
  const head = (column: ColumnView): GridColumn => ({
    key: column.name,
    isRight: column.is_numeric,
    sort: column.sort === 0 ? undefined : column.sort > 0 ? "ascending" : "descending",
    head: (
      <button
        type="button"
        className="head-button"
        tabIndex={-1}
        title={column.name}
        onClick={(event) => onAct({ act: event.shiftKey ? "sort_also" : "sort", on: column.name })}
      >
        <span className="head-title">{column.title}</span>
        {column.marks !== "" && <span className="head-marks">{column.marks}</span>}
      </button>
    ),
  });
  const runsOf = (line: number): string[] => {
    const of = lineAt(line)?.of;
    return of === undefined ? [] : of.kind === "run" ? [of.id] : of.runs;
  };
  const isMarked = (line: number) => {
    const runs = runsOf(line);
    return runs.length > 0 && runs.every((run) => marks.has(run));
  };
  const lineClass = (line: number) => {
    const of = lineAt(line)?.of;
    return `${isMarked(line) ? "marked" : ""} ${of?.kind === "group" ? "group" : ""}`;
  };
  const cell = (line: number, column: number) => {
    const shown = lineAt(line);
    const content = shown?.cells[placeOf(column)];
    if (shown === undefined || content === undefined) {
      return null;
    }
    const [text, tone] = content;
    const drawn = tone === "plain" ? text : <span className={`tone-${tone}`}>{text}</span>;
    if (column > 0) {
      return drawn;
    }
    return (
      <>
        <button
          type="button"
          tabIndex={-1}
          aria-label={isMarked(line) ? "Take the mark" : "Mark"}
          className="mark-cell"
          onClick={(event) => {
            event.stopPropagation();
            onMark(runsOf(line));
          }}
        >
          {isMarked(line) ? "●" : shown.of.kind === "run" && shown.of.is_baseline ? "⚑" : "·"}
        </button>
        {drawn}
      </>
    );
  };
  const items = (menu === "column" ? OF_COLUMN : OF_RUN).flatMap(
    (name) => ready.find((action) => action.name === name) ?? [],
  );
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger
        className="page"
        onContextMenu={(event) => {
          const target = event.target as HTMLElement;
          const place = Number(target.closest("[aria-colindex]")?.getAttribute("aria-colindex") ?? 1) - 1;
          const row = Number(target.closest("[aria-rowindex]")?.getAttribute("aria-rowindex") ?? 1) - 2;
          setMenu(row < 0 ? "column" : "run");
          onCursor(row < 0 ? cursor.line : row, place);
        }}
      >
        <DataGrid
          label="Runs"
          nLines={view.n_lines}
          pinned={view.columns
            .slice(0, view.n_pinned)
            .map((column) => ({ ...head(column), width: widths.pinned(column) }))}
          nColumns={Math.max(0, view.n_columns - view.n_pinned)}
          column={(index) => {
            const column = view.columns[view.n_pinned + index - shownWindow.first_column];
            return column && index >= shownWindow.first_column ? head(column) : undefined;
          }}
          width={widths.pixels}
          widthsOf={widths.of}
          cell={cell}
          lineClass={lineClass}
          isSelected={isMarked}
          cursor={cursor}
          onCursor={onCursor}
          onOpen={onOpen}
          onRange={setRange}
        />
      </ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Positioner>
          <ContextMenu.Popup className="menu">
            {items.map((action) => (
              <ContextMenu.Item key={action.name} className="menu-item" onClick={action.run}>
                {action.title}
                {action.keys[0] !== undefined && <kbd className="key">{keySign(action.keys[0])}</kbd>}
              </ContextMenu.Item>
            ))}
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}
