import type { ChartHead, ChartLine, Columns } from "../../platform";

/** Slots that each column of a chart has: one for a gap, four for points. */
export const SLOTS = 5;

/** What uPlot draws: places on the x axis, then shares of the height, undefined where a curve has no point. */
export type Drawn = [number[], ...(number | null | undefined)[][]];

/** The curves of a chart on the slots that they share; a smoothed chart has each curve twice, as logged and smoothed. */
export function drawnOf({ head, column }: Columns<ChartHead>, isSmoothed: boolean): Drawn {
  const nSlots = head.n_columns * SLOTS;
  const x = Array.from({ length: nSlots }, (_, slot) => (slot + 0.5) / nSlots);
  const curve = (slots: Float64Array, shares: Float64Array) => {
    const placed = new Array<number | null | undefined>(nSlots).fill(undefined);
    slots.forEach((slot, at) => {
      const share = shares[at];
      // A gap is a null to uPlot, a slot without a point is undefined.
      placed[slot] = share === undefined || Number.isNaN(share) ? null : share;
    });
    return placed;
  };
  const lines = head.lines.flatMap((line) => {
    const raw = curve(column(line.slots), column(line.shares));
    return isSmoothed ? [raw, curve(column(line.smooth_slots), column(line.smooth_shares))] : [raw];
  });
  return [x, ...lines];
}

/** A point of a curve, exactly as it was logged. */
export interface Readout {
  line: ChartLine;
  x: number;
  y: number;
}

/** The point of each curve that stands nearest to a share of the width; none of a curve without points. */
export function readouts({ head, column }: Columns<ChartHead>, share: number): Readout[] {
  const wanted = share * head.n_columns * SLOTS;
  return head.lines.flatMap((line) => {
    const slots = column(line.slots);
    const ys = column(line.y);
    let at = nearest(slots, wanted);
    while (at >= 0 && Number.isNaN(ys[at])) {
      at -= 1;
    }
    const [x, y] = [column(line.x)[at], ys[at]];
    return x === undefined || y === undefined ? [] : [{ line, x, y }];
  });
}

function nearest(slots: Float64Array, wanted: number): number {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((slots[middle] ?? 0) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const [before, after] = [slots[low - 1], slots[low]];
  if (before === undefined || after === undefined) {
    return before === undefined ? low : low - 1;
  }
  return wanted - before <= after - wanted ? low - 1 : low;
}

/** The `x` at a share of the width. */
export function xAt({ head, column }: Columns<ChartHead>, share: number): number {
  const edges = column(head.edges);
  const place = Math.max(0, Math.min(1, share)) * head.n_columns;
  const low = Math.min(head.n_columns - 1, Math.floor(place));
  const [from, to] = [edges[low] ?? 0, edges[low + 1] ?? 0];
  return from + (to - from) * (place - low);
}

/** A value in few digits, for the line under the cursor; the legend tells exact ones. */
export function shortNumber(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e9
    ? String(value)
    : value.toPrecision(6).replace(/\.?0+(?=$|e)/, "");
}
