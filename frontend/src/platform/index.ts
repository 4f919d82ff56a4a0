import type { AboutView, ExperimentsView } from "./contract";
import type { Host } from "./host";
import { outsideHost } from "./outside";
import { tauriHost } from "./tauri";

export type { AboutView, BadgeView, ExperimentRow, ExperimentsView, FailureView, Tone } from "./contract";
export { failureView, HostFailure } from "./failure";
export type { Host } from "./host";

/** The host that this page runs in. */
export const host: Host = "__TAURI_INTERNALS__" in globalThis ? tauriHost : outsideHost;

/** Which flowdeck this is. */
export async function about(from: Host = host): Promise<AboutView> {
  return (await from.rpc({ method: "about" })) as AboutView;
}

/** The experiments of the store that was found, deleted ones among them. */
export async function experiments(from: Host = host): Promise<ExperimentsView> {
  return (await from.rpc({ method: "experiments" })) as ExperimentsView;
}
