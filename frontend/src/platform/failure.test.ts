import { expect, test } from "vitest";

import { caretLine, failureView, HostFailure } from "./failure";
import { outsideHost } from "./outside";

const view = { kind: "busy", sentence: "mlflow.db is held by a writer.", hint: null, span_bytes: null };

test("what the core rejects with is shown as it is told", () => {
  expect(failureView(view)).toBe(view);
  expect(failureView(new HostFailure(view))).toBe(view);
});

test("anything else that was thrown is still a sentence", () => {
  expect(failureView("window closed").sentence).toBe("The window lost its core: window closed.");
});

test("outside the window every request says where to go", async () => {
  await expect(outsideHost.rpc({ method: "about" })).rejects.toThrow("outside the flowdeck window");
});

test("the caret stands under the letters that are wrong, counted as people see them", () => {
  const wrong = { ...view, span_bytes: [3, 5] as [number, number] };
  expect(caretLine("é >> 1", wrong)).toBe("  ^^");
  expect(caretLine("x", view)).toBeNull();
});
