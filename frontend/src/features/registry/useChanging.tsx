import { type ReactNode, useState } from "react";

import type { AppliedView } from "../../platform";
import { useSay } from "../../shared/said";
import { ChangeDialog, type Changing } from "./ChangeDialog";

/** Looks at changes of the registry and makes them; what was promoted is offered to be taken back. */
export function useChanging(
  onDone?: (applied: AppliedView) => void,
): [(changing: Changing) => void, ReactNode] {
  const [changing, setChanging] = useState<Changing | null>(null);
  const say = useSay();
  const done = (applied: AppliedView, made: Changing) => {
    const takeBack = () =>
      setChanging({ request: { look: "take_back_last", model: applied.model }, verb: "Take back" });
    const isMove = made.verb === "Promote" || made.verb === "Remove";
    say({ text: applied.said, ...(isMove && { offer: { title: "Take it back", run: takeBack } }) });
    onDone?.(applied);
  };
  const dialog = changing && (
    <ChangeDialog changing={changing} onDone={done} onClose={() => setChanging(null)} />
  );
  return [setChanging, dialog];
}
