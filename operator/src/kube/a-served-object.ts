import type { Json, JsonObject } from "./kube.ts";

/** The chance a test hands in. */
interface Random {
  below(n: number): number;
  pick<T>(list: readonly T[]): T;
  chance(share: number): boolean;
  shuffled<T>(list: readonly T[]): T[];
}

const some = (random: Random, most: number) => Array.from({ length: 1 + random.below(most) }, (_, n) => n);

/** A Deployment as we would apply one. */
export function aDeployment(random: Random): JsonObject {
  const containers = some(random, 3).map((n) => ({
    name: `c${n}`,
    image: `image:${random.below(9)}`,
    args: some(random, 3).map((m) => `--flag=${m}`),
    env: some(random, 5).map((m) => ({ name: `VAR_${m}`, value: String(random.below(99)) })),
    ports: some(random, 2).map((m) => ({ containerPort: 3000 + m })),
    resources: { requests: { cpu: random.pick(["100m", "1", "1500m"]), memory: random.pick(["64Mi", "1Gi"]) } },
    volumeMounts: some(random, 2).map((m) => ({ mountPath: `/data/${m}`, name: `v${m}` })),
  }));
  const template = { metadata: { labels: { app: "x", tier: String(random.below(3)) } }, spec: { containers } };
  return { metadata: { name: "x", labels: { app: "x" } }, spec: { replicas: random.below(5), template } };
}

/** A Service as we would apply one. */
export function aService(random: Random): JsonObject {
  const ports = some(random, 3).map((n) => ({ name: `p${n}`, port: 80 + n, targetPort: 3000 + n }));
  return { metadata: { name: "x", labels: { app: "x" } }, spec: { selector: { app: "x" }, ports } };
}

/**
 * The object as the server may serve it: with defaults and fields of others in every map but those of no structure of
 * ours, items of others in keyed lists, its own order there, and quantities in its own spelling.
 */
export function asServed(value: Json, random: Random, name = ""): Json {
  if (Array.isArray(value)) {
    if (!value.every(isMap)) return structuredClone(value); // what has no keys is served as it was applied
    const items = value.map((item) => asServed(item, random));
    const key = Object.keys(value[0] ?? {})[0] ?? "name";
    const theirs = { [key]: typeof value[0]?.[key] === "number" ? 9_999 : "theirs", protocol: "UDP" };
    return random.shuffled([...items, ...(random.chance(0.3) ? [theirs] : [])]);
  }
  if (!isMap(value)) return name === "cpu" || name === "memory" ? respelled(String(value)) : value;
  const served = Object.entries(value).map(([field, inner]) => [field, asServed(inner ?? null, random, field)]);
  return { ...Object.fromEntries(served), ...(random.chance(0.5) ? { addedByServer: "default" } : {}) };
}

/** `live` with one leaf of `desired` changed or taken away, and where. */
export function withOneEdit(live: Json, desired: Json, random: Random): readonly [Json, string] {
  const path = random.pick(leaves(desired));
  return [edited(live, desired, path, random.chance(0.5)), path.join(".")];
}

function leaves(value: Json, at: readonly string[] = []): (readonly string[])[] {
  if (Array.isArray(value) && value.every(isMap)) return value.flatMap((item, n) => leaves(item, [...at, String(n)]));
  if (!isMap(value)) return [at];
  return Object.entries(value).flatMap(([name, field]) => leaves(field ?? null, [...at, name]));
}

function edited(live: Json, desired: Json, [name, ...rest]: readonly string[], isRemoval: boolean): Json {
  if (name === undefined) return Array.isArray(live) ? [...live, "theirs"] : "edited by others";
  if (Array.isArray(live) && Array.isArray(desired)) {
    const wanted = desired[Number(name)] ?? null;
    const same = live.findIndex((item) => keyOf(item) === keyOf(wanted));
    return live.map((item, n) => (n === same ? edited(item, wanted, rest, isRemoval) : item));
  }
  if (!isMap(live) || !isMap(desired)) return live;
  const { [name]: field = null, ...others } = live;
  if (rest.length === 0 && isRemoval) return others;
  return { ...others, [name]: edited(field, desired[name] ?? null, rest, isRemoval) };
}

function keyOf(item: Json): string {
  if (!isMap(item)) return String(item);
  const { name, port, containerPort, mountPath } = item;
  return String(mountPath ?? containerPort ?? port ?? name);
}

function respelled(quantity: string): string {
  return { "1": "1000m", "1500m": "1.5", "1Gi": "1024Mi" }[quantity] ?? quantity;
}

function isMap(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
