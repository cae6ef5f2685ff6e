import { useEffect, useSyncExternalStore } from "react";
import { type Keys, matchKeys } from "./key-sequence.ts";

interface Shortcut {
  readonly keys: Keys;
  readonly does: string;
  readonly run: () => void;
}

const storageKey = "skypanel.shortcuts";
const sequenceMillis = 1_000;
const listeners = new Set<() => void>();
let shortcuts: readonly Shortcut[] = [];
let on = localStorage.getItem(storageKey) !== "off";
let pressed: string[] = [];
let pressedAt = 0;

function change(next: readonly Shortcut[]) {
  shortcuts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Single keys are inert where text goes in, beside modifiers, and under a dialog. */
function isInert(event: KeyboardEvent): boolean {
  if (!on || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.matches("input, textarea, select") ||
    target.isContentEditable ||
    target.closest('[role="dialog"], [role="menu"]') !== null
  );
}

window.addEventListener("keydown", (event) => {
  if (isInert(event)) return;
  const now = event.timeStamp;
  pressed = now - pressedAt > sequenceMillis ? [event.key] : [...pressed, event.key];
  pressedAt = now;
  const keys = shortcuts.map((shortcut) => shortcut.keys);
  let match = matchKeys(pressed, keys);
  if (match.k === "none" && pressed.length > 1) {
    pressed = [event.key];
    match = matchKeys(pressed, keys);
  }
  if (match.k === "begun") return;
  pressed = [];
  if (match.k === "none") return;
  event.preventDefault();
  shortcuts[match.index]?.run();
});

/** Binds keys (separated by spaces: `g a`) while the component is shown; the newest binding of the same keys wins. */
export function useShortcut(keys: string, does: string, run: () => void): void {
  useEffect(() => {
    const shortcut = { keys: keys.split(" "), does, run };
    change([shortcut, ...shortcuts]);
    return () => change(shortcuts.filter((each) => each !== shortcut));
  }, [keys, does, run]);
}

/** The shortcuts that work now. */
export function useShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(subscribe, () => shortcuts);
}

/** Whether single keys do anything, and the way to change that on this device. */
export function useShortcutsSwitch(): [boolean, (on: boolean) => void] {
  const state = useSyncExternalStore(subscribe, () => on);
  const set = (next: boolean) => {
    on = next;
    localStorage.setItem(storageKey, next ? "on" : "off");
    change(shortcuts);
  };
  return [state, set];
}
