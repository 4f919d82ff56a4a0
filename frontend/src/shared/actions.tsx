import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";

import type { ActionView } from "../platform";
import { asking } from "./asking";
import { keyName } from "./keys";

/** What a page can do now: by the stable name of the action, `runs.mark`. */
export type Handlers = Record<string, () => void>;

/** An action that can be done now. */
export interface Ready extends ActionView {
  run: () => void;
}

interface Registry {
  ready: Ready[];
  all: ActionView[];
  register: (handlers: { current: Handlers }) => () => void;
}

const ActionsContext = createContext<Registry>({ ready: [], all: [], register: () => () => {} });

/** Knows every action with its keys, and which of them the page in view can do; presses of keys do them. */
export function ActionsProvider({ children }: { children: ReactNode }) {
  const listed = useQuery(asking("actions", undefined));
  const [layers, setLayers] = useState<{ current: Handlers }[]>([]);
  const registry = useMemo<Registry>(() => {
    const all = listed.data ?? [];
    const ready = layers
      .flatMap((layer) =>
        all
          .filter((action) => layer.current[action.name] !== undefined)
          .map((action) => ({ ...action, run: () => layer.current[action.name]?.() })),
      )
      .toSorted((one, other) => breadth(one.name) - breadth(other.name));
    const register = (layer: { current: Handlers }) => {
      setLayers((before) => [...before, layer]);
      return () => setLayers((before) => before.filter((other) => other !== layer));
    };
    return { ready, all, register };
  }, [listed.data, layers]);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const name = keyName(event);
      if (name === null || event.defaultPrevented || isTyping(event.target, name) || isOver(event.target)) {
        return;
      }
      const action = registry.ready.find((ready) => ready.keys.includes(name));
      if (action !== undefined) {
        event.preventDefault();
        action.run();
      }
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [registry]);

  return <ActionsContext.Provider value={registry}>{children}</ActionsContext.Provider>;
}

/** How wide the scope of an action is: a narrower one takes its keys over. */
function breadth(name: string): number {
  return name.startsWith("app.") ? 2 : name.startsWith("list.") ? 1 : 0;
}

/** Says what the page can do as long as it is in view; the names must stay the same. */
export function useActions(handlers: Handlers): void {
  const { register } = useContext(ActionsContext);
  const latest = useRef(handlers);
  latest.current = handlers;
  const names = Object.keys(handlers).join(" ");
  const registerRef = useRef(register);
  registerRef.current = register;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another set of names is another layer.
  useEffect(() => registerRef.current(latest), [names]);
}

/** The actions that can be done now, the page's own first. */
export function useReadyActions(): Ready[] {
  return useContext(ActionsContext).ready;
}

/** The first key of an action, where it has one. */
export function useKeyOf(name: string): string | undefined {
  return useContext(ActionsContext).all.find((action) => action.name === name)?.keys[0];
}

/** Whether a key belongs to what is typed in. */
function isTyping(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) {
    return false;
  }
  const isField =
    target.isContentEditable ||
    target.tagName === "TEXTAREA" ||
    target.tagName === "SELECT" ||
    (target.tagName === "INPUT" &&
      !["checkbox", "radio", "range"].includes((target as HTMLInputElement).type));
  const presses =
    ["enter", "space"].includes(key) && target.closest("button, a, [role=menuitem], [role=tab]");
  const moves = ["tab", "shift-tab"].includes(key) && target.closest("[data-keys]") === null;
  return isField || Boolean(presses) || moves;
}

/** Whether the focus is in what stands over the page. */
function isOver(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest("[role=dialog], [role=menu], [role=listbox]") !== null
  );
}
