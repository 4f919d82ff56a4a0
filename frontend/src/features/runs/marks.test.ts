import { expect, test } from "vitest";

import { toggled } from "./marks";

test("some runs get a mark together, and lose it only where all have one", () => {
  const one = toggled(new Set(["a"]), ["a", "b"]);
  expect([...one]).toEqual(["a", "b"]);
  expect([...toggled(one, ["a", "b"])]).toEqual([]);
});
