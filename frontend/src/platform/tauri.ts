import { Channel, invoke } from "@tauri-apps/api/core";

import { failureView, HostFailure } from "./failure";
import type { Host } from "./host";

/** The desktop app: one command carries every request, one every stream. */
export const tauriHost: Host = {
  async rpc(request) {
    try {
      return await invoke("rpc", { request });
    } catch (thrown) {
      throw new HostFailure(failureView(thrown));
    }
  },
  follow(stream, told) {
    const channel = new Channel<unknown>();
    channel.onmessage = told;
    // It ends with the window; a stream that cannot begin leaves the page as it is, to be refreshed by hand.
    void invoke("follow", { stream, told: channel }).catch(() => {});
  },
};
