import { HostFailure } from "./failure";
import type { Host } from "./host";

/** A plain browser: there is no core to ask. */
export const outsideHost: Host = {
  async rpc() {
    throw new HostFailure({
      kind: "unsupported",
      sentence: "This page was opened outside the flowdeck window.",
      hint: "Start it with `cargo xtask desktop`.",
      span_bytes: null,
    });
  },
  follow() {},
};
