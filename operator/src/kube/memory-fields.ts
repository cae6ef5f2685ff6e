import type { Json, JsonObject } from "./kube.ts";

/** The leaves of an object: "data.a" → value. Lists are leaves, but finalizers, which are a set of leaves. */
export type Leaves = ReadonlyMap<string, Json>;

// What an apply names its object by; nobody owns it.
const identity = new Set([
  "apiVersion",
  "kind",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "metadata.resourceVersion",
]);
const separator = "\u0000"; // keys of labels and data hold dots

/** The leaves `body` asks for, of the status alone or of all but the status. */
export function leavesOf(body: JsonObject, part: "status" | "main"): Leaves {
  const leaves = new Map<string, Json>();
  const walk = (value: Json, path: readonly string[]) => {
    if (identity.has(path.join("."))) return;
    if (path.join(".") === "metadata.finalizers" && Array.isArray(value)) {
      for (const one of value) leaves.set([...path, String(one)].join(separator), one);
    } else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [name, field] of Object.entries(value)) if (field !== undefined) walk(field, [...path, name]);
    } else leaves.set(path.join(separator), value);
  };
  for (const [name, field] of Object.entries(body)) {
    if (field !== undefined && (name === "status") === (part === "status")) walk(field, [name]);
  }
  return leaves;
}

/** The leaf of `object` at `path`, or undefined. */
export function leafAt(object: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = object;
  for (const name of path.split(separator)) {
    if (Array.isArray(value)) return value.includes(name) ? name : undefined;
    if (typeof value !== "object" || value === null) return undefined;
    value = value[name];
  }
  return value;
}

/** `object` with the leaf at `path` set, or taken away together with what becomes empty. */
export function withLeaf(object: JsonObject, path: string, leaf: Json | undefined): JsonObject {
  return (changed(object, path.split(separator), leaf) ?? {}) as JsonObject; // the root is a map
}

function changed(
  value: Json | undefined,
  [name, ...rest]: readonly string[],
  leaf: Json | undefined,
): Json | undefined {
  if (name === undefined) return leaf;
  if (rest.length === 0 && (Array.isArray(value) || (value === undefined && leaf === name))) {
    const others = ((value ?? []) as Json[]).filter((one) => one !== name); // a set of finalizers
    const all = leaf === undefined ? others : [...others, leaf];
    return all.length === 0 ? undefined : all;
  }
  const map = (typeof value === "object" && value !== null ? value : {}) as JsonObject; // lists were met above
  const { [name]: before, ...others } = map;
  const after = changed(before, rest, leaf);
  const all = after === undefined ? others : { ...others, [name]: after };
  return Object.keys(all).length === 0 ? undefined : all;
}
