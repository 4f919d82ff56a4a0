import { useState } from "react";

import { useActions } from "./actions";

/** Lines that a page of a list moves by. */
const PAGE = 20;

/** The line in hand of a list, moved by the keys that every list has. */
export function useCursor(nLines: number): [number, (line: number) => void] {
  const [cursor, setCursor] = useState(0);
  const last = Math.max(0, nLines - 1);
  const move = (by: number) => setCursor((at) => Math.max(0, Math.min(last, Math.min(at, last) + by)));
  useActions({
    "list.up": () => move(-1),
    "list.down": () => move(1),
    "list.page-up": () => move(-PAGE),
    "list.page-down": () => move(PAGE),
    "list.first": () => setCursor(0),
    "list.last": () => setCursor(last),
  });
  return [Math.min(cursor, last), setCursor];
}
