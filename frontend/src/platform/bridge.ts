import { failureView, HostFailure, isFailureView } from "./failure";
import type { Host } from "./host";

const PARAMETER = "bridge";

/** The token that the bridge told, where this page was opened with it; it is kept for this tab and leaves the address. */
export function bridgeToken(): string | null {
  const address = new URL(window.location.href);
  const given = address.searchParams.get(PARAMETER);
  if (given !== null) {
    sessionStorage.setItem(PARAMETER, given);
    address.searchParams.delete(PARAMETER);
    window.history.replaceState(null, "", address);
  }
  return sessionStorage.getItem(PARAMETER);
}

/** The core behind loopback HTTP, for browsers that drive it in tests. */
export function bridgeHost(token: string): Host {
  const post = (path: string, body: unknown) =>
    fetch(path, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return {
    async rpc(request) {
      const response = await post("/rpc", request).catch((thrown: unknown) => {
        throw new HostFailure(failureView(thrown));
      });
      if (!response.ok) {
        const failure: unknown = await response.json().catch(() => response.statusText);
        throw new HostFailure(isFailureView(failure) ? failure : failureView(response.statusText));
      }
      return response.headers.get("content-type") === "application/json"
        ? response.json()
        : response.arrayBuffer();
    },
    follow(stream, told) {
      void read(post("/follow", stream), told).catch(() => {});
    },
  };
}

/** Tells each line of an answer that goes on and on. */
async function read(answer: Promise<Response>, told: (news: unknown) => void): Promise<void> {
  const reader = (await answer).body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    const lines = (rest + part.value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      told(JSON.parse(line));
    }
  }
}
