/** The key of an event, spelled as the action list spells keys: `j`, `S`, `ctrl-a`, `shift-tab`, `pgdn`. */
export function keyName(event: {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  metaKey: boolean;
}): string | null {
  if (event.metaKey) {
    return null;
  }
  const named = NAMES[event.key];
  const isLetter = [...event.key].length === 1;
  if (named === undefined && !isLetter && !/^F\d+$/.test(event.key)) {
    return null;
  }
  const base = named ?? (isLetter ? event.key : event.key.toLowerCase());
  // A letter says by itself whether Shift was held.
  const shift = event.shiftKey && (named !== undefined || !isLetter) ? "shift-" : "";
  const letter = event.ctrlKey && isLetter ? base.toLowerCase() : base;
  return `${event.ctrlKey ? "ctrl-" : ""}${event.altKey ? "alt-" : ""}${shift}${letter}`;
}

const NAMES: Record<string, string> = {
  " ": "space",
  Enter: "enter",
  Escape: "esc",
  Backspace: "backspace",
  Delete: "delete",
  Insert: "insert",
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "home",
  End: "end",
  PageUp: "pgup",
  PageDown: "pgdn",
  Tab: "tab",
};

const SIGNS: Record<string, string> = {
  space: "Space",
  enter: "↵",
  esc: "Esc",
  left: "←",
  right: "→",
  up: "↑",
  down: "↓",
  pgup: "PgUp",
  pgdn: "PgDn",
  tab: "Tab",
  home: "Home",
  end: "End",
  delete: "Del",
  backspace: "⌫",
};

/** A key as it is shown: `Ctrl A`, `↵`. */
export function keySign(name: string): string {
  const parts = name.split("-");
  // `-` is a key, too.
  const last = name.endsWith("-") ? "-" : (parts.at(-1) ?? name);
  const held = name.endsWith("-") ? parts.slice(0, -2) : parts.slice(0, -1);
  const words = held.filter((part) => part !== "").map((part) => part[0]?.toUpperCase() + part.slice(1));
  return [...words, SIGNS[last] ?? (held.length > 0 ? last.toUpperCase() : last)].join(" ");
}
