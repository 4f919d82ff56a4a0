import { useKeyOf } from "./actions";
import { keySign } from "./keys";

/** The key of an action, beside the button that does the same. */
export function Key({ of }: { of: string }) {
  const key = useKeyOf(of);
  return key === undefined ? null : <kbd className="key">{keySign(key)}</kbd>;
}
