/** The keys of a shortcut in the order they are pressed: `["g", "a"]`. */
export type Keys = readonly string[];

/** How pressed keys stand to the known shortcuts: one is complete, one may still become so, or none fits. */
export type Match = { readonly k: "hit"; readonly index: number } | { readonly k: "begun" } | { readonly k: "none" };

/** Matches the keys pressed so far; the longest possible shortcut is not waited for when a shorter one is complete. */
export function matchKeys(pressed: Keys, shortcuts: readonly Keys[]): Match {
  const index = shortcuts.findIndex((keys) => keys.length === pressed.length && startsWith(keys, pressed));
  if (index >= 0) return { k: "hit", index };
  return shortcuts.some((keys) => startsWith(keys, pressed)) ? { k: "begun" } : { k: "none" };
}

function startsWith(keys: Keys, pressed: Keys): boolean {
  return pressed.every((key, index) => keys[index] === key);
}
