import type { PastedVariable } from "./env-lines.ts";

/** What a person wants changed, not yet saved: by key a new value, or that it goes. */
export type VariableChanges = ReadonlyMap<
  string,
  { readonly k: "set"; readonly value: string } | { readonly k: "remove" }
>;

/** The changes with these variables set; an earlier wish for the same key gives way. */
export function withSet(changes: VariableChanges, variables: readonly PastedVariable[]): VariableChanges {
  return new Map([...changes, ...variables.map(({ key, value }) => [key, { k: "set", value }] as const)]);
}

/** The changes with `key` removed. */
export function withRemoved(changes: VariableChanges, key: string): VariableChanges {
  return new Map([...changes, [key, { k: "remove" }]]);
}

/** The changes without any wish for `key`. */
export function withUndone(changes: VariableChanges, key: string): VariableChanges {
  return new Map([...changes].filter(([other]) => other !== key));
}

/** The changes as the API takes them. */
export function bodyOf(changes: VariableChanges): { set: PastedVariable[]; remove: string[] } {
  const set: PastedVariable[] = [];
  const remove: string[] = [];
  for (const [key, change] of changes) {
    if (change.k === "set") set.push({ key, value: change.value });
    else remove.push(key);
  }
  return { set, remove };
}
