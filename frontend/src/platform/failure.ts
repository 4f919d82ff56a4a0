import type { FailureView } from "./contract";

/** What failed, as the core told it: a sentence, and the way out where there is one. */
export class HostFailure extends Error {
  override readonly name = "HostFailure";
  readonly view: FailureView;

  constructor(view: FailureView) {
    super(view.sentence);
    this.view = view;
  }
}

/** Whatever was thrown, as something a person can read. */
export function failureView(thrown: unknown): FailureView {
  if (thrown instanceof HostFailure) {
    return thrown.view;
  }
  if (isFailureView(thrown)) {
    return thrown;
  }
  return { kind: "system", sentence: `The window lost its core: ${String(thrown)}.`, hint: null };
}

export function isFailureView(value: unknown): value is FailureView {
  return typeof value === "object" && value !== null && "kind" in value && "sentence" in value;
}
