import type { ColumnPart } from "./contract";

/** A head in JSON with the columns of numbers behind it. */
export interface Columns<Head> {
  head: Head;
  /** The numbers of one column: a view, nothing is copied. */
  column(part: ColumnPart): Float64Array;
}

/** Reads what a command of the form `columns` answers: the length of the head, the head, padding to 8, numbers. */
export function readColumns<Head>(bytes: ArrayBuffer): Columns<Head> {
  const nHead = new DataView(bytes).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, nHead))) as Head;
  const start = Math.ceil((4 + nHead) / 8) * 8;
  return { head, column: ({ first, n }) => new Float64Array(bytes, start + first * 8, n) };
}
