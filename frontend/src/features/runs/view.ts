import type { RunsQuestion, TableWish } from "../../platform";

/** The table of runs in an address: what is asked, and only what differs from how a table is at first. */
export interface RunsSearch {
  /** Ids of the experiments. */
  e: string[];
  filter?: string;
  view?: "deleted" | "all";
  /** How the table is wanted. */
  w?: Partial<TableWish>;
}

/** How a table is wanted as long as nobody wants anything. */
export const PLAIN: TableWish = {
  find: "",
  sort: [],
  group_by: [],
  statistic: "",
  nesting: "",
  only_differing: false,
  goals: {},
  baseline: null,
  delta: "",
  columns: [],
  shown: [],
  hidden: [],
  pinned: [],
  folded_runs: [],
  folded_groups: [],
};

/** Reads an address; what cannot be read is left out. */
export function readRunsSearch(search: Record<string, unknown>): RunsSearch {
  const e = Array.isArray(search.e) ? search.e.map(String) : search.e === undefined ? [] : [String(search.e)];
  const view = search.view === "deleted" || search.view === "all" ? search.view : undefined;
  const filter = typeof search.filter === "string" && search.filter !== "" ? search.filter : undefined;
  const w = typeof search.w === "object" && search.w !== null ? differing(wishOf(search.w)) : undefined;
  return { e, ...(filter && { filter }), ...(view && { view }), ...(w && { w }) };
}

/** A whole wish from what an address says of it. */
export function wishOf(part: object | undefined): TableWish {
  const known = Object.entries(part ?? {}).filter(([key, value]) => {
    const plain = PLAIN[key as keyof TableWish];
    return (
      key in PLAIN && (plain === null || Array.isArray(plain) === Array.isArray(value)) && isAs(plain, value)
    );
  });
  return { ...PLAIN, ...Object.fromEntries(known) };
}

function isAs(plain: unknown, value: unknown): boolean {
  return plain === null ? value === null || typeof value === "string" : typeof plain === typeof value;
}

/** What of a wish is not plain; nothing where all of it is. */
export function differing(wish: TableWish): Partial<TableWish> | undefined {
  const parts = Object.entries(wish).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(PLAIN[key as keyof TableWish]),
  );
  return parts.length === 0 ? undefined : (Object.fromEntries(parts) as Partial<TableWish>);
}

/** What is asked of the store. */
export function questionOf(search: RunsSearch): RunsQuestion {
  return { experiments: search.e, filter: search.filter ?? "", view: search.view ?? "active" };
}
