import type { Live } from "../../operator/src/kube/kube.ts";

/** An object as the dump shows it: what stays the same when the same thing is done again. */
interface Shown {
  readonly kind: string;
  readonly name: string;
  readonly text: string;
}

const ours = "paas.skypanel.io/";

/** Of Secrets named by what they hold, of installations, and what is sealed: each made up anew. */
const madeUp: readonly (readonly [RegExp, string])[] = [
  [/-[0-9a-f]{16}\b/g, "-HMAC"],
  [/\bskypanel-[0-9a-f]{8}\b/g, "skypanel-OWN"],
  [/-----BEGIN AGE [^"]*/g, "SEALED"],
  [/\bage1[0-9a-z]{58}\b/g, "RECIPIENT"],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "TIME"],
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UID"],
];

/** What differs between two clusters that are the same: who wrote when, under which uid, address, node, hash of such. */
const passing = new Set([
  ...["uid", "resourceVersion", "creationTimestamp", "managedFields", "generateName", "selfLink"],
  ...["clusterIP", "clusterIPs", "nodeName", "podIP", "podIPs", "hostIP", "hostIPs", "containerID", "imageID"],
  ...[
    `${ours}applied`,
    `${ours}owner-uid`,
    `${ours}shard`,
    "pod-template-hash",
    "observedAt",
    "nextAttemptAt",
    "hash",
    "version",
  ],
  ...["startedAt", "startTime", "lastTransitionTime", "observedGeneration", "terminationGracePeriodSeconds"],
]);

/** Kinds whose status is Kubernetes' own business, but for what it says of restarts. */
const statusKept = new Set(["App", "Tenant", "Sealed"]);

/**
 * The objects as sorted lines of JSON, equal for two clusters in which the same was done: `names` are the words that
 * differ by intention, such as the app's own name, and what to show in their place.
 */
export function dump(objects: readonly Live[], names: Readonly<Record<string, string>>): readonly string[] {
  const generated = new Map(objects.flatMap(generatedNames));
  const words = Object.entries({ ...Object.fromEntries(generated), ...names }).sort(byLength);
  const shown = objects.map((object): Shown => {
    const { kind, metadata } = object;
    const show = (text: string) => replaced(text, words);
    return { kind, name: show(metadata.name), text: show(JSON.stringify(sorted(kept(object)))) };
  });
  return shown.map(({ kind, name, text }) => `${kind} ${name} ${text}`).sort();
}

/** What two dumps differ in, a line for each object, for people; undefined: they are equal. */
export function difference(expected: readonly string[], found: readonly string[]): string | undefined {
  const missing = without(expected, found);
  const extra = without(found, expected);
  if (missing.length === 0 && extra.length === 0) return undefined;
  return [
    ...missing.map((line) => `- ${excerpt(line, twinOf(line, extra))}`),
    ...extra.map((line) => `+ ${excerpt(line, twinOf(line, missing))}`),
  ].join("\n");
}

/** The lines that are more often in one list than in the other. */
function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const rest = [...others];
  return lines.filter((line) => {
    const at = rest.indexOf(line);
    if (at !== -1) rest.splice(at, 1);
    return at === -1;
  });
}

const titleOf = (line: string) => line.split(" ", 2).join(" ");

function twinOf(line: string, others: readonly string[]): string | undefined {
  return others.find((other) => titleOf(other) === titleOf(line));
}

/** Kind and name, and where the line stops being like its twin. */
function excerpt(line: string, twin: string | undefined): string {
  if (twin === undefined) return titleOf(line);
  let at = 0;
  while (line[at] === twin[at] && at < line.length) at += 1;
  return `${titleOf(line)} …${line.slice(Math.max(0, at - 60), at + 60)}…`;
}

function kept(object: Live): object {
  if (statusKept.has(object.kind)) return object;
  const { status, ...rest } = object as Live & { status?: { containerStatuses?: { restartCount?: number }[] } }; // a pod's
  const restarts = status?.containerStatuses?.map(({ restartCount = 0 }) => restartCount);
  return restarts === undefined ? rest : { ...rest, restarts };
}

/** Names the cluster made up: of ReplicaSets and pods. */
function generatedNames({ kind, metadata: { name } }: Live): [string, string][] {
  const parts = name.split("-");
  const last = parts.at(-1) ?? "";
  if (kind === "ReplicaSet") return [[last, "HASH"]];
  if (kind === "Pod") return [[last, "RANDOM"]];
  return [];
}

function replaced(text: string, words: readonly (readonly [string, string])[]): string {
  const named = words.reduce((all, [from, to]) => all.replaceAll(from, to), text);
  return madeUp.reduce((all, [from, to]) => all.replaceAll(from, to), named);
}

/** Longer words first, so that a name is not taken for the beginning of another. */
function byLength([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return b.length - a.length || (a < b ? -1 : 1);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => !passing.has(name));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, sorted(item)]));
}
