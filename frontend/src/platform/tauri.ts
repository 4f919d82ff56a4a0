import { invoke } from "@tauri-apps/api/core";

import { failureView, HostFailure } from "./failure";
import type { Host } from "./host";

/** The desktop app: one command carries every request. */
export const tauriHost: Host = {
  async rpc(request) {
    try {
      return await invoke("rpc", { request });
    } catch (thrown) {
      throw new HostFailure(failureView(thrown));
    }
  },
};
