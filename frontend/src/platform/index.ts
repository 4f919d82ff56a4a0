import { bridgeHost, bridgeToken } from "./bridge";
import type { Answers, ChangeView, Request } from "./contract";
import type { Host } from "./host";
import { outsideHost } from "./outside";
import { tauriHost } from "./tauri";

export { type Columns, readColumns } from "./columns";
export * from "./contract";
export { caretLine, failureView, HostFailure } from "./failure";
export type { Host } from "./host";

/** The name of a command. */
export type Method = Request["method"];

/** What a command takes; nothing where it takes nothing. */
export type Params<M extends Method> =
  Extract<Request, { method: M }> extends { params: infer P } ? P : undefined;

/** The host that this page runs in. */
export const host: Host = choose();

function choose(): Host {
  if ("__TAURI_INTERNALS__" in globalThis) {
    return tauriHost;
  }
  const token = bridgeToken();
  return token === null ? outsideHost : bridgeHost(token);
}

/** Asks the core. */
export async function rpc<M extends Method>(method: M, params: Params<M>): Promise<Answers[M]> {
  const request = (params === undefined ? { method } : { method, params }) as Request;
  return (await host.rpc(request)) as Answers[M];
}

/** Tells what has changed, from now on. */
export function followChanges(told: (change: ChangeView) => void): void {
  host.follow({ stream: "changes" }, (news) => told(news as ChangeView));
}
