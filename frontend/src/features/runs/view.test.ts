import { expect, test } from "vitest";

import { windowOf } from "./useRunTable";
import { differing, PLAIN, questionOf, readRunsSearch, wishOf } from "./view";

test("an address says only what differs, and reads back the same", () => {
  const wish = { ...PLAIN, find: "fox", sort: [{ column: "metrics.loss", descending: true }] };
  const w = differing(wish);
  expect(Object.keys(w ?? {})).toEqual(["find", "sort"]);
  expect(wishOf(readRunsSearch({ e: ["1"], w }).w)).toEqual(wish);
  expect(differing(PLAIN)).toBeUndefined();
});

test("what nobody can have meant is left out of an address", () => {
  const search = readRunsSearch({ e: 4, view: "everything", filter: 3, w: { find: 7, sort: "x", evil: 1 } });
  expect(search).toEqual({ e: ["4"] });
  expect(questionOf(search)).toEqual({ experiments: ["4"], filter: "", view: "active" });
});

test("a window holds what is in view with room around it, and stays while one scrolls a little", () => {
  const at = (firstLine: number) => windowOf({ firstLine, nLines: 40, firstColumn: 0, nColumns: 12 });
  expect(at(0)).toEqual({ first_line: 0, n_lines: 100, first_column: 0, n_columns: 40 });
  expect(at(60)).toEqual(at(55));
  expect(at(8_000).first_line).toBe(7_950);
});
