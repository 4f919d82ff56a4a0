import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useLayoutEffect, useRef } from "react";

import "./grid.css";

/** Height of a line and of the head, in pixels. */
export const LINE = 26;
const HEAD = 30;

/** What of a grid is in view. */
export interface Range {
  firstLine: number;
  nLines: number;
  firstColumn: number;
  nColumns: number;
}

export interface GridColumn {
  key: string;
  isRight: boolean;
  head: ReactNode;
  sort?: "ascending" | "descending" | "none" | undefined;
}

interface DataGridProps {
  label: string;
  nLines: number;
  /** Columns that stay at the left, with their widths in pixels. */
  pinned: (GridColumn & { width: number })[];
  /** Columns behind them. */
  nColumns: number;
  /** A column in view; none while it is on its way. */
  column: (index: number) => GridColumn | undefined;
  /** The width of a column in pixels, where it is known. */
  width: (index: number) => number | undefined;
  /** Told anew whenever widths that were given no longer hold. */
  widthsOf: string;
  /** What stands in a cell; columns are counted from the first pinned one. */
  cell: (line: number, column: number) => ReactNode;
  /** Classes of a line. */
  lineClass?: (line: number) => string;
  isSelected?: (line: number) => boolean;
  cursor: { line: number; column: number };
  onCursor: (line: number, column: number) => void;
  onOpen?: (line: number) => void;
  onRange: (range: Range) => void;
  children?: ReactNode;
}

/** Width of a column that nobody has seen yet, in pixels. */
const USUAL = 104;

/** Lines and columns without end, of which only those in view are drawn; the keys are the page's. */
export function DataGrid(props: DataGridProps) {
  const { nLines, pinned, nColumns, cursor } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const left = pinned.reduce((sum, column) => sum + column.width, 0);
  const lines = useVirtualizer({
    count: nLines,
    getScrollElement: () => scroll.current,
    estimateSize: () => LINE,
    overscan: 12,
    scrollPaddingStart: HEAD,
    paddingStart: HEAD,
  });
  const columns = useVirtualizer({
    horizontal: true,
    count: nColumns,
    getScrollElement: () => scroll.current,
    estimateSize: (index) => props.width(index) ?? USUAL,
    overscan: 4,
    paddingStart: left,
    scrollPaddingStart: left,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: told by `widthsOf` alone.
  useLayoutEffect(() => {
    columns.measure();
  }, [props.widthsOf, left]);

  const shownLines = lines.getVirtualItems();
  const shownColumns = columns.getVirtualItems();
  const range: Range = {
    firstLine: shownLines[0]?.index ?? 0,
    nLines: shownLines.length,
    firstColumn: shownColumns[0]?.index ?? 0,
    nColumns: shownColumns.length,
  };
  const onRange = useRef(props.onRange);
  onRange.current = props.onRange;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the range by its numbers, not by its identity.
  useEffect(() => onRange.current(range), [range.firstLine, range.nLines, range.firstColumn, range.nColumns]);
  const linesRef = useRef(lines);
  linesRef.current = lines;
  const columnsRef = useRef(columns);
  columnsRef.current = columns;
  const nPinned = pinned.length;
  useEffect(() => {
    linesRef.current.scrollToIndex(cursor.line);
  }, [cursor.line]);
  useEffect(() => {
    if (cursor.column >= nPinned) {
      columnsRef.current.scrollToIndex(cursor.column - nPinned);
    }
  }, [cursor.column, nPinned]);

  const skipped = (shownColumns[0]?.start ?? left) - left;
  const cells = (line: number, isHead: boolean) => {
    const one = (index: number, width: number, offset: number | null, column: GridColumn | undefined) => {
      const isCursor = !isHead && cursor.line === line && cursor.column === index;
      const classes = `cell${column?.isRight ? " right" : ""}${offset === null ? "" : " pinned"}`;
      const style = offset === null ? { width } : { width, left: offset };
      return isHead ? (
        <div
          key={column?.key ?? index}
          role="columnheader"
          aria-colindex={index + 1}
          aria-sort={column?.sort}
          className={`${classes} head${cursor.column === index ? " in-hand" : ""}`}
          style={style}
        >
          {column?.head}
        </div>
      ) : (
        <div
          key={column?.key ?? index}
          id={isCursor ? "cursor-cell" : undefined}
          role="gridcell"
          aria-colindex={index + 1}
          className={`${classes}${isCursor ? " cursor" : ""}`}
          style={style}
          onClick={() => props.onCursor(line, index)}
          onDoubleClick={() => props.onOpen?.(line)}
        >
          {props.cell(line, index)}
        </div>
      );
    };
    let offset = 0;
    const atLeft = pinned.map((column, index) => {
      const drawn = one(index, column.width, offset, column);
      offset += column.width;
      return drawn;
    });
    return (
      <>
        {atLeft}
        {skipped > 0 && <div className="spacer" style={{ width: skipped }} />}
        {shownColumns.map((item) => one(nPinned + item.index, item.size, null, props.column(item.index)))}
      </>
    );
  };

  const isCursorDrawn =
    shownLines.some((item) => item.index === cursor.line) &&
    (cursor.column < nPinned || shownColumns.some((item) => nPinned + item.index === cursor.column));
  const width = Math.max(columns.getTotalSize(), left);
  return (
    <div
      ref={scroll}
      className="grid"
      role="grid"
      aria-label={props.label}
      aria-rowcount={nLines + 1}
      aria-colcount={nPinned + nColumns}
      aria-activedescendant={isCursorDrawn ? "cursor-cell" : undefined}
      tabIndex={0}
      data-keys="grid"
    >
      <div className="grid-space" style={{ height: lines.getTotalSize(), width }}>
        <div className="grid-line grid-head" role="row" aria-rowindex={1} style={{ width }}>
          {cells(-1, true)}
        </div>
        {shownLines.map((item) => (
          <div
            key={item.key}
            role="row"
            aria-rowindex={item.index + 2}
            aria-selected={props.isSelected?.(item.index)}
            className={`grid-line${item.index === cursor.line ? " current" : ""} ${props.lineClass?.(item.index) ?? ""}`}
            style={{ transform: `translateY(${item.start}px)`, width }}
          >
            {cells(item.index, false)}
          </div>
        ))}
      </div>
      {props.children}
    </div>
  );
}
