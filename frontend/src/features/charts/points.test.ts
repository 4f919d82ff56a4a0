import { expect, test } from "vitest";

import { type ChartHead, type ColumnPart, readColumns } from "../../platform";
import { drawnOf, readouts, shortNumber, xAt } from "./points";

/** A chart of two columns and one curve, as the core writes it: a spike in the first column, then a gap. */
function written(): ArrayBuffer {
  const numbers = [
    0,
    10,
    20,
    1,
    2,
    5,
    6,
    0,
    4,
    Number.NaN,
    15,
    1,
    9,
    Number.NaN,
    2,
    0.1,
    0.9,
    Number.NaN,
    0.2,
  ];
  const part = (first: number, n: number): ColumnPart => ({ first, n });
  const head = {
    is_empty: false,
    n_columns: 2,
    x_word: "step",
    edges: part(0, 3),
    lines: [{ name: "fox", slots: part(3, 4), x: part(7, 4), y: part(11, 4), shares: part(15, 4) }],
  };
  const text = new TextEncoder().encode(JSON.stringify(head));
  const start = Math.ceil((4 + text.length) / 8) * 8;
  const bytes = new ArrayBuffer(start + numbers.length * 8);
  new DataView(bytes).setUint32(0, text.length, true);
  new Uint8Array(bytes).set(text, 4);
  new Float64Array(bytes, start).set(numbers);
  return bytes;
}

test("points stand in their slots, gaps are nulls and empty slots are nothing", () => {
  const [x, curve] = drawnOf(readColumns<ChartHead>(written()), false);
  expect(x).toHaveLength(10);
  expect(curve).toEqual([
    undefined,
    0.1,
    0.9,
    undefined,
    undefined,
    null,
    0.2,
    undefined,
    undefined,
    undefined,
  ]);
});

test("the cursor reads a value as it was logged, never a gap", () => {
  const chart = readColumns<ChartHead>(written());
  const at = (share: number) => readouts(chart, share).map(({ x, y }) => [x, y]);
  expect(at(0.2)).toEqual([[4, 9]]);
  expect(at(0.52)).toEqual([[4, 9]]);
  expect(at(0.95)).toEqual([[15, 2]]);
  expect(xAt(chart, 0.75)).toBe(15);
});

test("numbers under the cursor are short and keep what counts", () => {
  expect([3, 0.123456789, 1e-9, 1200].map(shortNumber)).toEqual(["3", "0.123457", "1e-9", "1200"]);
});
