import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";

import type { ColumnView, RunsQuestion, RunsView, TableWish, Window } from "../../platform";
import { asking } from "../../shared/asking";
import type { Range } from "../../shared/DataGrid";

/** Lines and columns that are asked for at a time. */
const LINES = 50;
const COLUMNS = 20;

/** Pixels of a character, and of what stands around the text of a cell. */
const CHARACTER = 7.6;
const AROUND = 26;

/** The window of the table that is in view, as far as it is here. */
export function useRunTable(question: RunsQuestion, wish: TableWish) {
  const [range, setRange] = useState<Range>({ firstLine: 0, nLines: 40, firstColumn: 0, nColumns: 20 });
  const window = windowOf(range);
  const answer = useQuery({
    ...asking("runs", { question, wish, window }),
    // What is in view stays until the answer is here, unless it answers another question.
    placeholderData: (before, query) => {
      const asked = (query?.queryKey[1] as { question: RunsQuestion } | undefined)?.question;
      return JSON.stringify(asked?.experiments) === JSON.stringify(question.experiments) ? before : undefined;
    },
    gcTime: 30_000,
  });
  const view = answer.data;
  const shownWindow = useShownWindow(view, window, answer.isPlaceholderData);
  const widths = useWidths(view, shownWindow.first_column);
  return { answer, view, range, setRange, shownWindow, widths };
}

/** A window that holds a range with room on all sides, at round places, so that few windows are asked for. */
export function windowOf(range: Range): Window {
  const firstLine = Math.max(0, Math.floor(range.firstLine / LINES) * LINES - LINES);
  const lastLine = Math.ceil((range.firstLine + range.nLines) / LINES) * LINES + LINES;
  const firstColumn = Math.max(0, Math.floor(range.firstColumn / COLUMNS) * COLUMNS - COLUMNS);
  const lastColumn = Math.ceil((range.firstColumn + range.nColumns) / COLUMNS) * COLUMNS + COLUMNS;
  return {
    first_line: firstLine,
    n_lines: lastLine - firstLine,
    first_column: firstColumn,
    n_columns: lastColumn - firstColumn,
  };
}

/** The window that the view in hand was asked for: while another is on its way, that of before. */
function useShownWindow(view: RunsView | undefined, window: Window, isEarlier: boolean): Window {
  const kept = useRef(window);
  if (!isEarlier || view === undefined) {
    kept.current = window;
  }
  return kept.current;
}

interface Widths {
  of: string;
  pixels: (index: number) => number | undefined;
  pinned: (column: ColumnView) => number;
}

/** Widths of columns, as their first window has them: they stay while others scroll by. */
function useWidths(view: RunsView | undefined, firstColumn: number): Widths {
  const known = useRef(new Map<string, number>());
  const places = useRef(new Map<number, string>());
  return useMemo((): Widths => {
    if (view === undefined) {
      return { of: "", pixels: () => undefined, pinned: () => 240 };
    }
    const all = known.current;
    const first = places.current.get(firstColumn);
    if (first !== undefined && first !== view.columns[view.n_pinned]?.name) {
      // Another order of columns: what stood where says nothing any more.
      places.current = new Map();
    }
    view.columns.forEach((column, place) => {
      const wanted = column.width_chars * CHARACTER + AROUND;
      const most = place < view.n_pinned ? 320 : 300;
      const width = Math.round(Math.max(64, Math.min(most, wanted)));
      all.set(column.name, Math.max(all.get(column.name) ?? 0, width));
      if (place >= view.n_pinned) {
        places.current.set(firstColumn + place - view.n_pinned, column.name);
      }
    });
    const byPlace = places.current;
    return {
      of: [...byPlace].map(([place, name]) => `${place}:${all.get(name)}`).join(),
      pixels: (index) => all.get(byPlace.get(index) ?? ""),
      pinned: (column) => Math.max(all.get(column.name) ?? 0, column.name === "run_name" ? 180 : 0) + 14,
    };
  }, [view, firstColumn]);
}
