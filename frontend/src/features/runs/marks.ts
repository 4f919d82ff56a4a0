import { useSyncExternalStore } from "react";

const kept = new Map<string, ReadonlySet<string>>();
const listeners = new Set<() => void>();
const NONE: ReadonlySet<string> = new Set();

/** The runs that are marked in some experiments: they stay through every filter, order and page. */
export function useMarks(of: string): [ReadonlySet<string>, (marks: ReadonlySet<string>) => void] {
  const marks = useSyncExternalStore(subscribe, () => kept.get(of) ?? NONE);
  const set = (next: ReadonlySet<string>) => {
    kept.set(of, next);
    for (const listener of listeners) {
      listener();
    }
  };
  return [marks, set];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The same marks with some turned: all get one, unless all have one. */
export function toggled(marks: ReadonlySet<string>, runs: readonly string[]): ReadonlySet<string> {
  const next = new Set(marks);
  const isTaken = runs.every((run) => marks.has(run));
  for (const run of runs) {
    if (isTaken) {
      next.delete(run);
    } else {
      next.add(run);
    }
  }
  return next;
}
