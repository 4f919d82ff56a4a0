import type { LookView } from "../../platform";

/** How charts show their curves, as an address holds it: what differs from how a chart is at first. */
export interface ChartsSearch {
  axis?: "time" | "relative";
  logx?: true;
  scale?: "log" | "symlog";
  smooth?: number;
  clip?: true;
  /** The stretch of the x axis that all charts show. */
  x?: [number, number];
}

/** Reads an address; what cannot be read is left out. */
export function readChartsSearch(search: Record<string, unknown>): ChartsSearch {
  const axis = search.axis === "time" || search.axis === "relative" ? search.axis : undefined;
  const scale = search.scale === "log" || search.scale === "symlog" ? search.scale : undefined;
  const smooth =
    typeof search.smooth === "number" && search.smooth > 0 ? Math.min(0.999, search.smooth) : undefined;
  const x =
    Array.isArray(search.x) && search.x.length === 2 && search.x.every((end) => typeof end === "number")
      ? (search.x as [number, number])
      : undefined;
  return {
    ...(axis && { axis }),
    ...(search.logx === true && { logx: true as const }),
    ...(scale && { scale }),
    ...(smooth && { smooth }),
    ...(search.clip === true && { clip: true as const }),
    ...(x && { x }),
  };
}

/** The same as the core is asked by. */
export function lookOf(search: ChartsSearch): LookView {
  return {
    axis: search.axis ?? "step",
    log_x: search.logx ?? false,
    scale: search.scale ?? "linear",
    smoothing: search.smooth ?? 0,
    clip: search.clip ?? false,
  };
}
