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
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  return { kind: "system", sentence: `The window lost its core: ${said}.`, hint: null, span_bytes: null };
}

export function isFailureView(value: unknown): value is FailureView {
  return typeof value === "object" && value !== null && "kind" in value && "sentence" in value;
}

/** The line under an input that points at what is wrong in it; none where nobody told the place. */
export function caretLine(input: string, failure: FailureView): string | null {
  if (failure.span_bytes === null) {
    return null;
  }
  const [start, end] = failure.span_bytes;
  const bytes = new TextEncoder().encode(input);
  const letters = (from: number, to: number) => [...new TextDecoder().decode(bytes.slice(from, to))].length;
  return " ".repeat(letters(0, start)) + "^".repeat(Math.max(1, letters(start, end)));
}
