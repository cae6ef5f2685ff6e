import { compareQuantity } from "@skypanel/crds/quantity.ts";
import type { Json, JsonObject } from "./kube.ts";

type Lists = Readonly<Record<string, readonly string[]>>;

// Maps whose values are quantities: "1000m" and "1" are one value, and the server rewrites one into the other.
const quantityMaps = new Set(["requests", "limits", "hard", "default", "defaultRequest", "max", "min", "capacity"]);
const quantityFields = new Set(["sizeLimit", "averageValue"]);
// The server fills in a port's protocol, which is half of its merge key.
const keyDefaults: JsonObject = { protocol: "TCP" };

/**
 * True if `live` has everything `desired` asks: each map key, keyed lists by the API's merge keys (`lists`, by path),
 * any other list exactly, quantities by value. What the server or others added elsewhere does not matter.
 * A list without merge keys must spell out the server's defaults in its items.
 */
export function covers(live: unknown, desired: Json, lists: Lists, path = ""): boolean {
  if (Array.isArray(desired)) return Array.isArray(live) && coversList(live, desired, lists, path);
  if (!isMap(desired)) return live === desired || (isQuantity(path) && sameQuantity(live, desired));
  if (!isMap(live)) return false;
  return Object.entries(desired).every(
    ([name, field]) => field === undefined || covers(live[name], field, lists, path === "" ? name : `${path}.${name}`),
  );
}

function coversList(live: readonly unknown[], desired: Json[], lists: Lists, path: string): boolean {
  const keys = lists[path];
  if (keys === undefined) return isSame(live, desired, path);
  return desired.every((item) => {
    const found = live.find((other) => keys.every((key) => keyOf(other, key) === keyOf(item, key)));
    return found !== undefined && covers(found, item, lists, path);
  });
}

/** Deep equality, but for quantities, which are equal by value. */
function isSame(live: unknown, desired: Json | undefined, path: string): boolean {
  if (Array.isArray(desired)) {
    return (
      Array.isArray(live) && live.length === desired.length && desired.every((item, n) => isSame(live[n], item, path))
    );
  }
  if (!isMap(desired)) return live === desired || (isQuantity(path) && sameQuantity(live, desired));
  if (!isMap(live)) return false;
  const names = Object.keys(desired).filter((name) => desired[name] !== undefined);
  return (
    names.length === Object.keys(live).length &&
    names.every((name) => isSame(live[name], desired[name] as Json | undefined, `${path}.${name}`)) // a map of JSON
  );
}

function isMap(value: unknown): value is Record<string, unknown> & JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function keyOf(item: unknown, key: string): unknown {
  return isMap(item) ? (item[key] ?? keyDefaults[key]) : item;
}

function isQuantity(path: string): boolean {
  const [parent = "", name = ""] = path.split(".").slice(-2);
  return quantityMaps.has(parent) || quantityFields.has(name) || path.includes(".hard.");
}

function sameQuantity(live: unknown, desired: Json | undefined): boolean {
  const both = [live, desired];
  if (!both.every((value) => typeof value === "string" || typeof value === "number")) return false;
  return compareQuantity(String(live), String(desired)) === 0;
}
