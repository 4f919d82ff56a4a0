import { expect, test } from "vitest";

import { failureView, HostFailure } from "./failure";
import { outsideHost } from "./outside";

test("what the core rejects with is shown as it is told", () => {
  const view = { kind: "busy", sentence: "mlflow.db is held by a writer.", hint: null };
  expect(failureView(view)).toBe(view);
  expect(failureView(new HostFailure(view))).toBe(view);
});

test("anything else that was thrown is still a sentence", () => {
  expect(failureView("window closed").sentence).toBe("The window lost its core: window closed.");
});

test("outside the window every request says where to go", async () => {
  await expect(outsideHost.rpc({ method: "about" })).rejects.toThrow("outside the flowdeck window");
});
