import type { Request } from "./contract";

/** What answers the page's requests: the core behind the window, or nothing in a plain browser. */
export interface Host {
  /** The view-model that a method answers with; a failure rejects with {@link HostFailure}. */
  rpc(request: Request): Promise<unknown>;
}
