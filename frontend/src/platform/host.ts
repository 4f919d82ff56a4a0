import type { Follow, Request } from "./contract";

/** What answers the page's requests: the core behind the window, the bridge of the tests, or nothing. */
export interface Host {
  /** The view-model that a command answers with; a failure rejects with {@link HostFailure}. */
  rpc(request: Request): Promise<unknown>;
  /** Tells what a stream says until the page goes away. */
  follow(stream: Follow, told: (news: unknown) => void): void;
}
