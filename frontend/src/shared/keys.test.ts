import { expect, test } from "vitest";

import { keyName, keySign } from "./keys";

const held = { ctrlKey: false, altKey: false, shiftKey: false, metaKey: false };

test("keys are spelled as the action list spells them", () => {
  const spelled = (key: string, with_ = {}) => keyName({ ...held, key, ...with_ });
  expect(spelled("j")).toBe("j");
  expect(spelled("S", { shiftKey: true })).toBe("S");
  expect(spelled(" ")).toBe("space");
  expect(spelled("Tab", { shiftKey: true })).toBe("shift-tab");
  expect(spelled("A", { ctrlKey: true, shiftKey: true })).toBe("ctrl-a");
  expect(spelled("PageDown")).toBe("pgdn");
  expect(spelled("F5")).toBe("f5");
  expect(spelled("Shift", { shiftKey: true })).toBeNull();
  expect(spelled("k", { metaKey: true })).toBeNull();
});

test("a key is shown as people know it", () => {
  expect(["ctrl-a", "enter", "shift-tab", "-", "j"].map(keySign)).toEqual([
    "Ctrl A",
    "↵",
    "Shift Tab",
    "-",
    "j",
  ]);
});
